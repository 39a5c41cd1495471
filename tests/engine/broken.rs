//! Files that are not whole, and those that nobody can open: the reason is the right one, the remedy is
//! said, and what is there is scanned.

use rusqlite::Connection;

use super::*;
use crate::formats::make;

/// A chat that packing hardly makes smaller, with its finding early on.
fn long_chat() -> String {
    let mut chat = CHAT.to_owned();
    for at in 0..3000_u64 {
        let noise = at.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        chat += &format!("05.02.24, 10:{:02} - Erika Beispiel: Zeile {noise:x}\n", at % 60);
    }
    chat
}

fn database() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let database = Connection::open(&path).unwrap();
    database
        .execute_batch(&format!(
            "CREATE TABLE first(text TEXT); INSERT INTO first VALUES('IBAN {IBAN}'); CREATE TABLE t(text TEXT);
             INSERT INTO t WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 5000) SELECT 'Zeile Nummer ' || v FROM n;"
        ))
        .unwrap();
    drop(database);
    fs::read(path).unwrap()
}

#[test]
fn what_is_not_whole_is_told_and_what_is_there_is_scanned() {
    let chat = long_chat();
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() * 2 / 3].to_vec();
    let tar = make::tar(&[("a.txt", chat.as_bytes()), ("b.txt", chat.as_bytes())]);
    let database = database();
    let zip = zip(&[("_chat.txt", chat.as_bytes()), ("b.txt", chat.as_bytes())]);
    let paragraph = format!("<w:p><w:r><w:t>IBAN {IBAN}</w:t></w:r></w:p>");
    let docx = make::docx(&paragraph);
    let pdf = make::pdf(&[&format!("IBAN {IBAN}")]);
    let broken_pdf = {
        let text = String::from_utf8(pdf.clone()).unwrap().replace("/Root 1 0 R", "/Rott 9 0 R");
        text.replace("xref\n0", "xxxx\n0").into_bytes()
    };
    let half = database[..database.len() / 2].to_vec();
    let cases = [
        // (name, bytes, kind of the first incident, something is found, why)
        ("a.tar.gz", cut(make::gzip(&tar)), "truncated", true, "an archive in a stream"),
        ("a.tar", cut(tar.clone()), "truncated", true, "an archive"),
        ("a.zip", cut(zip.clone()), "truncated", true, "no directory at the end"),
        ("b.zip.gz", cut(make::gzip(&zip)), "truncated", true, "the same in a stream"),
        ("a.txt.gz", cut(make::gzip(chat.as_bytes())), "truncated", true, "a stream"),
        ("half.db", half.clone(), "truncated", true, "half a database"),
        ("half.db.gz", make::gzip(&half), "truncated", true, "half a database, packed"),
        ("tiny.db", database[..300].to_vec(), "damaged", false, "less than a page"),
        ("mark.db", database[..16].to_vec(), "damaged", false, "nothing but the mark"),
        ("a.pdf", cut(pdf), "truncated", false, "no end mark"),
        ("b.pdf", broken_pdf, "damaged", false, "an end mark and no root"),
        ("a.docx", cut(docx), "truncated", true, "a document is an archive"),
        (
            "a.json",
            format!("{{\"text\":\"IBAN {IBAN}\",\"b\":\"").into_bytes(),
            "truncated",
            true,
            "JSON",
        ),
        (
            "a.csv",
            format!("name;text\nErika;\"IBAN {IBAN}").into_bytes(),
            "truncated",
            true,
            "a quote",
        ),
        ("a.eml", cut(make::mail(b"x")), "truncated", true, "no last part"),
        ("a.plist", make::property_list()[..40].to_vec(), "damaged", false, "no table at its end"),
    ];
    for (name, bytes, kind, is_found, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("in");
        fs::create_dir(&input).unwrap();
        fs::write(input.join(name), bytes).unwrap();
        let policy = Policy::default();
        let mut options = options(folder.path(), &policy, vec![input.clone()]);
        options.copies = Some(copies(folder.path()));
        let answer = run(&options, &folder.path().join("report")).unwrap();
        let record = answer.input(name);
        assert_eq!(record["incidents"][0]["kind"], kind, "{name}: {why}: {record}");
        assert_eq!(
            record["status"],
            if is_found { "partial" } else { "error" },
            "{name}: {record}"
        );
        assert_eq!(!answer.findings.is_empty(), is_found, "{name}: {why}: {record}");
        assert_eq!(record["copy"]["status"], "refused", "{name}: {why}");
    }
}

#[test]
fn a_cut_archive_that_is_copied_on_request_is_whole() {
    let chat = long_chat();
    let tar = make::tar(&[("a.txt", chat.as_bytes()), ("b.txt", chat.as_bytes())]);
    let packed = make::gzip(&tar);
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.tar.gz");
    fs::write(&input, &packed[..packed.len() * 2 / 3]).unwrap();
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input]);
    options.copies = Some(CopyOptions { allow_omit: true, ..copies(folder.path()) });
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert_eq!(answer.input("a.tar.gz")["copy"]["status"], "written", "{}", answer.json["inputs"]);
    let copy = fs::read(folder.path().join("out/a.tar.gz")).unwrap();
    let mut names = Vec::new();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&copy[..]));
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        assert!(content.contains("[IBAN]") && !content.contains(IBAN));
        names.push(entry.path().unwrap().display().to_string());
    }
    assert_eq!(names, ["a.txt", "b.txt"]);
}

#[test]
fn archives_and_mails_without_a_reader_are_named_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    let archives: [(&str, &[u8]); 7] = [
        ("a.bz2", b"BZh91AY&SY\0\0"),
        ("a.xz", b"\xfd7zXZ\0\0"),
        ("a.zst", b"\x28\xb5\x2f\xfd\0"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0"),
        ("a.rar", b"Rar!\x1a\x07\x01\0"),
        ("a.lz4", b"\x04\x22\x4d\x18\0"),
        ("a.cab", b"MSCF\0\0\0\0"),
    ];
    for (name, bytes) in archives {
        fs::write(input.join(name), bytes).unwrap();
    }
    fs::write(input.join("a.msg"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0").unwrap();
    let policy = Policy::default();
    let answer =
        run(&options(folder.path(), &policy, vec![input]), &folder.path().join("report")).unwrap();
    for (name, _) in archives {
        let record = answer.input(name);
        let incident = &record["incidents"][0];
        assert_eq!(
            (&record["status"], &incident["kind"]),
            (&"error".into(), &"unsupported".into()),
            "{name}"
        );
        assert!(incident["detail"].as_str().unwrap().contains("unpack it"), "{incident}");
    }
    assert_eq!(answer.input("a.msg")["uninspected"][0]["kind"], "document");
}

/// What comes after a file has failed: the reading of the others.
#[test]
fn an_internal_failure_costs_one_input_and_no_other() {
    /// Fails where the first input is done.
    struct Fails(AtomicBool);
    impl Progress for Fails {
        fn total(&self, _: u64, _: u64) {}
        fn advance(&self, _: u64) {
            assert!(self.0.swap(true, std::sync::atomic::Ordering::Relaxed), "on purpose");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    for name in ["a.txt", "b.txt", "c.txt"] {
        fs::write(folder.path().join("in").join(name), CHAT).unwrap();
    }
    let policy = Policy::default();
    let progress = Fails(AtomicBool::new(false));
    let paths = vec![folder.path().join("in")];
    let options =
        Options { threads: 1, progress: &progress, ..options(folder.path(), &policy, paths) };
    let answer = run(&options, &folder.path().join("report")).unwrap();
    let statuses = ["a.txt", "b.txt", "c.txt"].map(|name| answer.input(name)["status"].clone());
    assert_eq!(statuses, ["error", "findings", "findings"]);
    let failed = answer.input("a.txt");
    assert_eq!(failed["incidents"][0]["kind"], "damaged");
    assert_eq!(failed["bytes_not_scanned"].as_u64(), Some(CHAT.len() as u64));
    assert_eq!(answer.occurrences("financial.iban"), 2);
    assert_eq!(answer.run.totals.incidents, 1);
}
