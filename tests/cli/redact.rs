//! Folders of copies over several runs, and what is said about copies that are not there.

use std::fs;
use std::io::Write as _;

use super::{Answer, Place, answer};

const CHAT: &str = "\
03.02.24, 14:05 - Erika Beispiel: Guten Tag, meine IBAN: DE89 3704 0044 0532 0130 00
03.02.24, 14:06 - Werkstatt: Danke!
";

fn redact(place: &Place, arguments: &[&str]) -> Answer {
    answer(place.sparsam().args(["redact", "in", "--out", "out"]).args(arguments))
}

fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        let stored = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        writer.start_file(*name, stored).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_second_run_replaces_its_own_copies_and_nothing_else() {
    let place = Place::new();
    place.write("in/chat.txt", CHAT);
    place.write("in/gone.zip", zip(&[("_chat.txt", CHAT)]));
    place.write("in/old.txt", CHAT);
    assert_eq!(redact(&place, &[]).code, 0);
    // The next run finds one input longer, one damaged, one gone, and a stranger's file in its way.
    place.write("in/chat.txt", CHAT.repeat(2));
    place.write("in/gone.zip", &zip(&[("_chat.txt", CHAT)])[..60]);
    fs::remove_file(place.path("in/old.txt")).unwrap();
    place.write("in/new.txt", CHAT);
    place.write("out/new.txt", "not of this program");
    let again = redact(&place, &[]);
    assert_eq!(again.code, 3, "{}", again.out);
    assert!(fs::read_to_string(place.path("out/chat.txt")).unwrap().len() > CHAT.len());
    assert!(!place.path("out/gone.zip").exists(), "no longer vouched for");
    assert!(place.path("out/old.txt").exists(), "of another run");
    assert_eq!(fs::read_to_string(place.path("out/new.txt")).unwrap(), "not of this program");
    for line in [
        "Replaced copies of an earlier run: 1",
        "Removed copies of an earlier run, as there is no new one: 1",
        "Copies of an earlier run that this one did not touch: 1",
        "refused (Copy not writable): in/new.txt",
        "refused (Ends too early): in/gone.zip",
    ] {
        assert!(again.out.contains(line), "{line}: {}", again.out);
    }
}

#[test]
fn the_summary_names_what_has_no_copy_and_why() {
    let place = Place::new();
    for number in 0..12 {
        place.write(&format!("in/{number:02}.jpg"), b"\xff\xd8\xff\xe0\0\x10JFIF\0");
    }
    place.write("in/99.bin", [0, 1, 2, 3, 0, 0, 200]);
    let english = redact(&place, &[]).out;
    assert!(english.contains("withheld (photos): in/00.jpg"), "{english}");
    assert!(english.contains("and 3 more"), "the list has an end: {english}");
    let german = redact(&place, &["--lang", "de", "--exclude", "*.jpg"]).out;
    assert!(german.contains("zurückgehalten (kein Chat und kein Text): in/99.bin"), "{german}");
}

#[test]
fn allow_omit_leaves_out_what_cannot_be_read_or_says_why_not() {
    let place = Place::new();
    let whole = zip(&[("a.txt", CHAT), ("b.txt", &CHAT.repeat(9)), ("c.txt", CHAT)]);
    place.write("in/cut.zip", &whole[..CHAT.len() * 4]);
    let without = redact(&place, &[]);
    assert_eq!(without.code, 3);
    assert!(!place.path("out/cut.zip").exists());
    let with = redact(&place, &["--allow-omit", "--report", "report"]);
    assert_eq!(with.code, 3, "something was not read");
    let copy = fs::File::open(place.path("out/cut.zip")).unwrap();
    let mut copy = zip::ZipArchive::new(copy).unwrap();
    assert_eq!(copy.len(), 1);
    assert_eq!(copy.by_index(0).unwrap().name().unwrap(), "a.txt");
    let report = fs::read_to_string(place.path("report/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["inputs"][0]["copy"]["withheld"][0], "b.txt");

    fs::remove_file(place.path("in/cut.zip")).unwrap();
    place.write("in/no.zip", "PK\x03\x04 and then nothing");
    let useless = redact(&place, &["--allow-omit"]);
    assert!(useless.out.contains("-> --allow-omit leaves out"), "{}", useless.out);
}

#[test]
fn reports_show_participants_as_copies_do() {
    let place = Place::new();
    place.write("in/WhatsApp Chat mit Erika Beispiel.txt", CHAT);
    place.write("in/Erika.zip", zip(&[("Chat mit Erika.txt", CHAT)]));
    let run = redact(&place, &["--participants", "pseudonym", "--report", "report"]);
    assert_eq!(run.code, 0, "{}", run.out);
    let mut texts = vec![run.out];
    for report in fs::read_dir(place.path("report")).unwrap() {
        texts.push(fs::read_to_string(report.unwrap().path()).unwrap());
    }
    assert!(texts[0].contains("[Person-"), "{}", texts[0]);
    for text in texts {
        assert!(!text.contains("Erika"), "{text}");
    }
}

#[test]
fn folders_that_are_not_there_are_named() {
    let place = Place::new();
    place.write("in/chat.txt", CHAT);
    let own = "schema = 1\nid = \"own.number\"\ntitle = { en = \"x\", de = \"x\" }\ngdpr = []\n\
               severity = \"low\"\n[[find]]\nshape = \"K[0-9]{6}\"\nconfidence = \"high\"\n";
    place.write("own/a.toml", own);
    let cases: [(&[&str], &str); 3] = [
        (&["--temp", "nope"], "--temp nope: there is no such folder"),
        (&["--patterns", "nope"], "nope: there is no such folder of rules"),
        (&["--patterns", "own"], "this file must be own/number.toml"),
    ];
    for (arguments, expected) in cases {
        let answer = redact(&place, arguments);
        assert_eq!(answer.code, 2, "{arguments:?}");
        assert!(answer.err.contains(expected), "{arguments:?}: {}", answer.err);
    }
    assert!(!place.path("nope").exists());
}

#[test]
fn wrong_calls_are_told_in_german() {
    let cases: [(&[&str], &str); 7] = [
        (&["scann"], "den Befehl „scann“ gibt es nicht"),
        (&["scan"], "es fehlt: <PFAD>"),
        (&["scan", ".", "--nope"], "„--nope“ wird nicht erwartet"),
        (&["scan", ".", "--lang", "fr"], "möglich sind: de, en"),
        (&["scan", ".", "--fail-on", "high"], "erwartet wird new, open oder all, auch mit :STUFE"),
        (&["scan", ".", "--max-member", "4Gigs"], "erwartet wird eine Anzahl Bytes"),
        (&["scan", ".", "--temp", "a", "--temp", "b"], "darf nur einmal stehen"),
    ];
    for (arguments, expected) in cases {
        let answer = answer(Place::new().sparsam().args(arguments).env("LANG", "de_DE.UTF-8"));
        assert_eq!(answer.code, 2, "{arguments:?}");
        assert!(answer.err.contains(expected), "{arguments:?}: {}", answer.err);
        for english in ["Usage", "error", "required", "possible values"] {
            assert!(!answer.err.contains(english), "{arguments:?}: {}", answer.err);
        }
    }
}
