//! What `verify` says of copies, and of originals without one.

use std::fs;
use std::path::Path;

use crate::formats::make;

use super::promises::sparsam;

/// Verdicts by the name of the copy, and the exit code.
fn verify(folder: &Path, arguments: &[&str]) -> (Vec<(String, String)>, Option<i32>) {
    let output = sparsam(folder, &[&["verify", "in", "out", "--json"], arguments].concat());
    let certificates: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let certificates = certificates.as_array().unwrap().iter();
    let verdicts = certificates.map(|one| (text(&one["copy"]), text(&one["verdict"]))).collect();
    (verdicts, output.status.code())
}

#[test]
fn values_that_are_taken_out_whole_leave_a_proven_copy() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join("in").join(name), bytes);
    const VALUE: &str = "DE89 3704 0044 0532 0130 00";
    let encoded = VALUE.replace(' ', "_");
    let mail = format!(
        "From: a@example.org\nTo: b@example.org\nSubject: =?UTF-8?Q?{encoded}?= f=?UTF-8?Q?=C3=BCr?= Sie\n\n{VALUE}\n"
    );
    let cases = [
        // (file, bytes, what it is of)
        ("a.json", format!("{{\"a\":\"x\",\"iban\":\"{VALUE}\",\"c\":1}}").into_bytes()),
        ("a.csv", format!("name;iban\nErika;{VALUE}\n").into_bytes()),
        ("a.html", format!("<html><p>{VALUE}</p><p>x</p></html>").into_bytes()),
        ("a.eml", mail.into_bytes()),
        ("a.vcf", format!("BEGIN:VCARD\nFN:E\nNOTE:{VALUE}\nEND:VCARD\n").into_bytes()),
        ("a.txt", format!("03.02.24, 14:05 - Erika: {VALUE}\n").into_bytes()),
        ("a.docx", make::docx(&format!("<w:p><w:r><w:t>{VALUE}</w:t></w:r></w:p>"))),
        ("a.zip", make::zip(&[("a.txt", format!("Konto\n{VALUE}\n").as_bytes())])),
    ];
    for (name, bytes) in &cases {
        put(name, bytes).unwrap();
    }
    let database = rusqlite::Connection::open(folder.path().join("in/a.db")).unwrap();
    let rows = format!("CREATE TABLE t(a, b); INSERT INTO t VALUES('{VALUE}', 'x'), ('y', NULL);");
    database.execute_batch(&rows).unwrap();
    drop(database);
    for operator in ["remove", "label", "mask", "pseudonym"] {
        let policy = format!("schema = 1\n[operators]\ndefault = \"{operator}\"\n");
        fs::write(folder.path().join("p.toml"), policy).unwrap();
        let _ = fs::remove_dir_all(folder.path().join("out"));
        let run = sparsam(folder.path(), &["redact", "in", "--out", "out", "--policy", "p.toml"]);
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stdout));
        let (verdicts, code) = verify(folder.path(), &["--policy", "p.toml"]);
        assert!(verdicts.iter().all(|it| it.1 == "proven"), "{operator}: {verdicts:?}");
        assert_eq!((verdicts.len(), code), (cases.len() + 1, Some(0)), "{operator}");
    }
}

#[test]
fn an_input_that_was_never_read_is_no_proof() {
    let chat = b"03.02.24, 14:05 - Erika: Hallo\n";
    let archive = make::zip(&[("_chat.txt", chat)]);
    let cases: [(&str, &[u8], &str, i32, &str); 8] = [
        // (name, content, verdict, exit code, why)
        ("msgstore.db.crypt15", &[0, 1, 2, 3, 200, 255, 7], "missing", 3, "encrypted"),
        (
            "msgstore.db",
            &[0, 1, 2, 3, 200, 255, 7],
            "missing",
            3,
            "no database, or an encrypted one",
        ),
        ("export.zip", &archive[..archive.len() - 30], "missing", 3, "damaged"),
        ("export.7z", b"7z\xbc\xaf\x27\x1c\0\x04", "missing", 3, "nobody opens it"),
        ("chat.txt", chat, "missing", 3, "a chat"),
        ("IMG-1.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "no-copy", 0, "media is withheld"),
        ("unknown.bin", &[0, 1, 2, 3, 255, 200, 0, 7, 1], "no-copy", 0, "no chat"),
        ("", b"", "skipped", 0, "a link"),
    ];
    for (name, content, verdict, code, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        for kind in ["in", "out"] {
            fs::create_dir(folder.path().join(kind)).unwrap();
            fs::write(folder.path().join(kind).join("a.txt"), chat).unwrap();
        }
        match name {
            "" => std::os::unix::fs::symlink("a.txt", folder.path().join("in/link.txt")).unwrap(),
            name => fs::write(folder.path().join("in").join(name), content).unwrap(),
        }
        let (verdicts, exit) = verify(folder.path(), &[]);
        assert_eq!(verdicts.len(), 2, "{why}: {verdicts:?}");
        assert!(verdicts.iter().any(|it| it.1 == verdict), "{why}: {verdicts:?}");
        assert_eq!(exit, Some(code), "{why}");
    }
}

#[test]
fn whatever_else_lies_among_copies_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let chat = "03.02.24, 14:05 - Erika: DE89 3704 0044 0532 0130 00\n";
    fs::write(folder.path().join("in/a.txt"), chat).unwrap();
    sparsam(folder.path(), &["redact", "in", "--out", "out"]);
    let proven = ("a.txt".to_owned(), "proven".to_owned());
    assert_eq!(
        verify(folder.path(), &[]),
        (vec![proven.clone()], Some(0)),
        "a run's own list is none"
    );
    // What a killed run leaves, what leads to the original when somebody packs the folder, and a stranger.
    let out = folder.path().join("out");
    for name in [".sparsam-1a2b3c.tmp", "link.txt", "other.txt"] {
        match name {
            "link.txt" => std::os::unix::fs::symlink("../in/a.txt", out.join(name)).unwrap(),
            _ => fs::write(out.join(name), chat).unwrap(),
        }
        let (verdicts, code) = verify(folder.path(), &[]);
        let strange = (name.to_owned(), "mismatch".to_owned());
        assert!(verdicts.contains(&strange) && verdicts.contains(&proven), "{verdicts:?}");
        assert_eq!((verdicts.len(), code), (2, Some(1)), "{name}");
        fs::remove_file(out.join(name)).unwrap();
    }
    // A note is as long as notes are.
    fs::write(out.join("a.txt.withheld.txt"), "x".repeat(100_000)).unwrap();
    assert_eq!(verify(folder.path(), &[]).1, Some(1));
}

#[test]
fn certificates_speak_german() {
    let folder = tempfile::tempdir().unwrap();
    let chat = "03.02.24, 14:05 - Erika: DE89 3704 0044 0532 0130 00\n";
    for (file, text) in
        [("in/a.txt", chat), ("in/b.txt", chat), ("out/a.txt", chat), ("out/c.txt", "x")]
    {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let output = sparsam(folder.path(), &["verify", "in", "out", "--lang", "de"]);
    let text = String::from_utf8_lossy(&output.stdout);
    for told in [
        "1 Fund ist in der Kopie übrig",
        "von diesem Original gibt es keine Kopie",
        "kein Original heißt so",
        "Kopie fehlt",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
}

#[test]
fn values_elsewhere_go_with_those_that_were_found() {
    let iban = "DE89 3704 0044 0532 0130 00";
    let cases = [
        // (first, second, why)
        ("Mein Passwort ist hT7$kkLq9", "hT7$kkLq9", "a password alone"),
        ("PIN: 4711", "die 4711 stimmt nicht", "a PIN in a sentence"),
        ("geboren am 12.03.1985", "12.03.1985", "a date alone"),
        ("Tel: +49 171 2345678", "Bestellnr 491712345678", "harmless words"),
        ("Tel: +49 171 2345678", "ruf 0171/234-5678", "another grouping"),
        (iban, "Rechnung-DE89370400440532013000a", "part of a name"),
        ("Karte 4111 1111 1111 1111", "x4111111111111111y", "part of a word"),
    ];
    for (first, second, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        let chat = format!(
            "03.02.24, 14:05 - Erika: {first}\n03.02.24, 14:06 - Max: ok\n03.02.24, 14:09 - Erika: {second}\n"
        );
        fs::write(folder.path().join("in/a.txt"), chat).unwrap();
        let run = sparsam(folder.path(), &["redact", "in", "--out", "out"]);
        assert_eq!(run.status.code(), Some(0), "{why}");
        let copy = fs::read_to_string(folder.path().join("out/a.txt")).unwrap();
        let last = copy.lines().last().unwrap();
        assert!(last.contains("[") && !last.contains(second), "{why}: {last}");
        assert_eq!(verify(folder.path(), &[]).1, Some(0), "{why}");
    }
}

#[test]
fn a_text_of_nothing_but_values_gets_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    // Without what stands beside them, more of its sentences count.
    let text = include_str!("../../fixtures/sensitive.tsv");
    fs::write(folder.path().join("in/a.txt"), text).unwrap();
    let run = sparsam(folder.path(), &["redact", "in", "--out", "out"]);
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stdout));
    assert_eq!(verify(folder.path(), &[]), (vec![("a.txt".into(), "proven".into())], Some(0)));
}

#[test]
fn only_placeholders_stand_for_values() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let chat = "03.02.24, 14:05 - Erika: Tel: +49 171 2345678, Passwort: Sommer2024!xY\n";
    fs::write(folder.path().join("in/a.txt"), chat).unwrap();
    sparsam(folder.path(), &["redact", "in", "--out", "out"]);
    let copy = fs::read_to_string(folder.path().join("out/a.txt")).unwrap();
    let cases = [
        // (placeholder, what stands there instead, verdict, why)
        ("[PHONE]", "[PHONE-0123456789ab]", "proven", "a pseudonym"),
        ("[PHONE]", "*****", "proven", "a mask"),
        ("[PHONE]", "[PHONE-491712345678]", "mismatch", "the number as a pseudonym"),
        ("[PASSWORD]", "[SOMMER2024XY]", "mismatch", "the value as a label"),
        ("[PHONE]", "[MAX_MUSTERMANN]", "mismatch", "a label of no rule"),
    ];
    for (placeholder, instead, verdict, why) in cases {
        fs::write(folder.path().join("out/a.txt"), copy.replace(placeholder, instead)).unwrap();
        let verdicts = verify(folder.path(), &[]).0;
        assert_eq!(verdicts, [("a.txt".to_owned(), verdict.to_owned())], "{why}");
    }
}

#[test]
fn what_sqlite_would_read_with_a_copy_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let database = rusqlite::Connection::open(folder.path().join("in/a.db")).unwrap();
    database.execute_batch("CREATE TABLE t(a); INSERT INTO t VALUES('Hallo');").unwrap();
    drop(database);
    sparsam(folder.path(), &["redact", "in", "--out", "out"]);
    assert_eq!(verify(folder.path(), &[]).1, Some(0));
    for ending in ["-wal", "-shm", "-journal"] {
        let beside = folder.path().join(format!("out/a.db{ending}"));
        fs::write(&beside, "DE89370400440532013000").unwrap();
        assert_eq!(verify(folder.path(), &[]).1, Some(1), "{ending}");
        fs::remove_file(beside).unwrap();
    }
    let list = folder.path().join("out/.sparsam-copies");
    let named = fs::read_to_string(&list).unwrap() + "DE89370400440532013000\n";
    fs::write(&list, named).unwrap();
    assert_eq!(verify(folder.path(), &[]).1, Some(1), "a value in the list");
}

#[test]
fn names_of_our_own_files_hide_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("in")).unwrap();
    fs::create_dir_all(folder.path().join("out")).unwrap();
    let chat = "03.02.24, 14:05 - Erika: DE89 3704 0044 0532 0130 00\n";
    for name in [".sparsam-copies", ".sparsam-1a2b3c.tmp", ".sparsam-note.txt"] {
        fs::write(folder.path().join("in").join(name), chat).unwrap();
    }
    let theirs = [".sparsam-Backup2024.tmp", ".sparsam-notes.tmp"];
    for name in theirs {
        fs::write(folder.path().join("out").join(name), "of somebody else").unwrap();
    }
    let run = sparsam(folder.path(), &["scan", "in", "--report", "report"]);
    assert_eq!(run.status.code(), Some(1));
    let report = fs::read_to_string(folder.path().join("report/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let found = report["inputs"].as_array().unwrap().iter().map(|it| it["findings"].as_u64());
    assert_eq!(found.collect::<Vec<_>>(), [Some(1); 3]);
    sparsam(folder.path(), &["redact", "in", "--out", "out"]);
    for name in ["_.sparsam-copies", "_.sparsam-1a2b3c.tmp", ".sparsam-note.txt"] {
        let copy = fs::read_to_string(folder.path().join("out").join(name)).unwrap();
        assert!(copy.contains("[IBAN]"), "{name}");
    }
    for name in theirs {
        assert!(folder.path().join("out").join(name).exists(), "{name}");
    }
}

#[test]
fn nothing_is_swept_behind_a_link() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    for name in ["in/sub", "out", "theirs"] {
        fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    let chat = "03.02.24, 14:05 - Erika: DE89 3704 0044 0532 0130 00\n";
    fs::write(folder.path().join("in/sub/a.txt"), chat).unwrap();
    let theirs = folder.path().join("theirs/.sparsam-1a2b3c.tmp");
    fs::write(&theirs, "of somebody else").unwrap();
    symlink("../theirs", folder.path().join("out/sub")).unwrap();
    let run = sparsam(folder.path(), &["redact", "in", "--out", "out", "--report", "report"]);
    assert_eq!(run.status.code(), Some(3), "{}", String::from_utf8_lossy(&run.stderr));
    let report = fs::read_to_string(folder.path().join("report/report.json")).unwrap();
    assert!(report.contains("no copy was written: not a directory"), "{report}");
    assert_eq!(fs::read_dir(folder.path().join("theirs")).unwrap().count(), 1);
}
