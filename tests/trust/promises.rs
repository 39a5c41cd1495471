//! The promises about redacted copies, R1 to R14, over all fixtures and every format.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use sha2::Digest as _;
use tempfile::TempDir;

use super::{tree, zip};
use crate::formats::make;

/// Values planted in every format, each once, so that a leak says where it comes from.
pub(super) fn canary(number: u32) -> String {
    let account = format!("37040044{:010}", 7_000_000_000 + u64::from(number) * 7919);
    let remainder = format!("{account}131400")
        .bytes()
        .fold(0, |rest, digit| (rest * 10 + u64::from(digit - b'0')) % 97);
    format!("DE{:02}{account}", 98 - remainder)
}

pub(super) fn grouped(value: &str) -> String {
    value
        .as_bytes()
        .chunks(4)
        .map(|four| str::from_utf8(four).unwrap())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Every form in which a value must not stand anywhere.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    let reversed: String = value.chars().rev().collect();
    for text in
        [value.to_owned(), grouped(value), value.replace(' ', "-"), value.to_lowercase(), reversed]
    {
        let utf16 = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect();
        forms.extend([utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)]);
        forms.push(text.bytes().flat_map(|byte| [b'%', hex(byte >> 4), hex(byte & 15)]).collect());
        let hash = sha2::Sha256::digest(&text);
        forms.push(hex::encode(hash).into_bytes());
        forms.push(base64(&hash));
        forms.push(hex::encode(&text).into_bytes());
        forms.push(text.into_bytes());
    }
    for shift in 0..3 {
        let bytes = [&b"\0\0"[..shift], value.as_bytes()].concat();
        let encoded = base64(&bytes);
        forms.push(encoded[(shift * 8).div_ceil(6)..encoded.len() - 2].to_vec());
    }
    // What a mask leaves must not be most of it.
    forms.extend(value.as_bytes().windows(12).map(<[u8]>::to_vec));
    forms
}

/// RFC 4648, without padding.
fn base64(bytes: &[u8]) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
    (0..bytes.len() * 8)
        .step_by(6)
        .map(|at| (at..at + 6).fold(0, |sum, at| sum * 2 + usize::from(bit(at))))
        .map(|index| alphabet[index])
        .collect()
}

fn hex(digit: u8) -> u8 {
    b"0123456789ABCDEF"[usize::from(digit)]
}

pub(super) fn message(text: &str) -> String {
    format!("03.02.24, 14:05 - Erika Beispiel: {text}\n03.02.24, 14:06 - Werkstatt: Danke!\n")
}

/// A database that keeps what was there before: free pages, a trigger, an index of words, a log that
/// is not yet in its file.
fn database(path: &Path, next: &mut impl FnMut() -> String) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let rows = format!(
        "PRAGMA page_size = 512; PRAGMA journal_mode = WAL;
         CREATE TABLE notes(id INTEGER PRIMARY KEY, note TEXT);
         CREATE TABLE log(old TEXT);
         CREATE TRIGGER keep_old BEFORE UPDATE ON notes BEGIN INSERT INTO log VALUES(old.note); END;
         CREATE INDEX by_note ON notes(note);
         CREATE VIRTUAL TABLE words USING fts5(body);
         INSERT INTO notes(note) VALUES('IBAN {here}');
         INSERT INTO words VALUES('IBAN {here}'), ('IBAN {gone_word}');
         DELETE FROM words WHERE rowid = 2;
         INSERT INTO notes(note) WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 200) SELECT 'IBAN {gone}' FROM n;
         DELETE FROM notes WHERE id > 1;
         PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_autocheckpoint = 0;
         INSERT INTO notes(note) VALUES('IBAN {logged}');",
        here = next(), gone_word = next(), gone = next(), logged = next()
    );
    connection.execute_batch(&rows).unwrap();
    // Closing it would put the log into the file.
    std::mem::forget(connection);
}

/// One run over all fixtures and over files of every format with a canary each.
struct Run {
    folder: TempDir,
    canaries: Vec<String>,
    before: Vec<(PathBuf, i64, u32, u64)>,
    output: Output,
    report: serde_json::Value,
}

static RUN: LazyLock<Run> = LazyLock::new(Run::new);

impl Run {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("in");
        for kind in ["text", "vcard", "demo", "csv", "json", "markup", "calendar"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(kind);
            for (name, content) in tree(&from) {
                fs::create_dir_all(input.join(kind)).unwrap();
                fs::write(input.join(kind).join(name), content).unwrap();
            }
        }
        let mut canaries = Vec::new();
        let mut next = || {
            canaries.push(canary(canaries.len() as u32));
            canaries.last().unwrap().clone()
        };
        let made = input.join("made");
        fs::create_dir_all(&made).unwrap();
        let put = |name: &str, content: &[u8]| fs::write(made.join(name), content).unwrap();
        put("plain.txt", message(&next()).as_bytes());
        put("grouped.txt", message(&grouped(&next())).as_bytes());
        put("dashes.txt", message(&grouped(&next()).replace(' ', "-")).as_bytes());
        put("hidden marks.txt", message(&grouped(&next()).replace(' ', "\u{200b}")).as_bytes());
        let text = message(&grouped(&next()));
        put(
            "utf16.txt",
            &[0xff, 0xfe]
                .into_iter()
                .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
                .collect::<Vec<_>>(),
        );
        let text = format!("\u{feff}{}", message(&grouped(&next())));
        put(
            "utf32.txt",
            &text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect::<Vec<_>>(),
        );
        let mut bytes = message(&next()).into_bytes();
        bytes.splice(0..0, *b"\xff\xfe\xc3\x28 bad \0 bytes\n");
        put("bad bytes.txt", &bytes);
        let (sender, caption) = (next(), next());
        put("names.txt", format!("03.02.24, 14:05 - {sender}: Hallo\n03.02.24, 14:06 - Max: {caption}.pdf (Datei angehängt)\n").as_bytes());
        put("cells.csv", format!("Name;Konto\nErika;{}\n", grouped(&next())).as_bytes());
        put(
            "card.vcf",
            format!(
                "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Erika\r\nNOTE:IBAN {}\r\nEND:VCARD\r\n",
                next()
            )
            .as_bytes(),
        );
        put(&format!("Konto {}.txt", next()), message("Hallo").as_bytes());
        put("records.json", format!("[{{\"name\":\"Erika\",\"iban\":\"{}\"}}]", next()).as_bytes());
        put("page.html", format!("<html><p>IBAN {}</p></html>", grouped(&next())).as_bytes());
        let letter = format!("<w:p><w:r><w:t>IBAN {}</w:t></w:r></w:p>", grouped(&next()));
        put("letter.docx", &make::docx(&letter));
        let mail = "From: a@example.org\r\nTo: b@example.org\r\nSubject: Konto\r\n\r\n";
        put("mail.eml", format!("{mail}IBAN {}\r\n", next()).as_bytes());
        put("pack.tar", &make::tar(&[("_chat.txt", message(&next()).as_bytes())]));
        put("packed.txt.gz", &make::gzip(message(&next()).as_bytes()));
        put("letter.pdf", &make::pdf(&[&format!("IBAN {}", next())]));
        put("place.jpg", &make::jpeg(&format!("IBAN {}", next())));
        database(&made.join("rows.db"), &mut next);
        let inner = zip(&[("tief.txt", message(&next()).as_bytes())]);
        let name = format!("Konto {}.txt", next());
        let photo =
            b"\xff\xd8\xff\xe0\0\x10JFIF\0 IPTC ".iter().copied().chain(next().into_bytes());
        let photo: Vec<u8> = photo.collect();
        let mut archive = zip(&[
            ("_chat.txt", message(&next()).as_bytes()),
            (&name, message("Hallo").as_bytes()),
            ("innen.zip", &inner),
            ("IMG-0001.jpg", &photo),
        ]);
        archive.extend(format!("behind the archive {}", next()).into_bytes());
        put("export.zip", &archive);
        put("photo.jpg", &photo);
        put("unknown.bin", &[&[0, 1, 2, 3, 255, 200, 0, 7, 1][..], next().as_bytes()].concat());
        let broken = zip(&[("_chat.txt", message(&next()).as_bytes()), ("b.txt", b"more of it")]);
        put("cut.zip", &broken[..broken.len() - 30]);
        let before = state(&input);
        let output =
            sparsam(folder.path(), &["redact", "in", "--out", "out", "--report", "report"]);
        let report = fs::read_to_string(folder.path().join("report/report.json")).unwrap();
        let report = serde_json::from_str(&report).unwrap();
        Self { folder, canaries, before, output, report }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn inputs(&self) -> &[serde_json::Value] {
        self.report["inputs"].as_array().unwrap()
    }

    fn input(&self, end: &str) -> &serde_json::Value {
        self.inputs().iter().find(|it| it["path"].as_str().unwrap().ends_with(end)).expect(end)
    }
}

pub(super) fn sparsam(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sparsam"))
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .env("LANG", "C")
        .output()
        .unwrap()
}

/// What must not change of a folder: names, times, modes, sizes.
fn state(folder: &Path) -> Vec<(PathBuf, i64, u32, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let mut all: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| {
            let entry = entry.unwrap();
            let metadata = entry.metadata().unwrap();
            (entry.into_path(), metadata.mtime_nsec(), metadata.mode(), metadata.len())
        })
        .collect();
    all.sort();
    all
}

/// All bytes that a reader could get out of a file: its own, and those of an archive's members.
fn opened(bytes: &[u8]) -> Vec<Vec<u8>> {
    use std::io::Read as _;
    let mut all = vec![bytes.to_vec()];
    let mut unpacked = Vec::new();
    if flate2::read::GzDecoder::new(bytes).read_to_end(&mut unpacked).is_ok() {
        all.extend(opened(&unpacked));
    }
    if let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) {
        for at in 0..archive.len() {
            let mut content = Vec::new();
            let mut entry = archive.by_index(at).unwrap();
            entry.read_to_end(&mut content).unwrap();
            all.push(entry.name_raw().to_vec());
            all.extend(opened(&content));
        }
    }
    all
}

pub(super) fn contains(bytes: &[u8], what: &[u8]) -> bool {
    memchr::memmem::find(bytes, what).is_some()
}

fn copies(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = tree(folder);
    all.remove(".sparsam-copies");
    all
}

#[test]
fn r1_nothing_is_found_in_a_copy() {
    let again = sparsam(RUN.folder.path(), &["scan", "out", "--report", "r1"]);
    assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stdout));
    assert_eq!(fs::read_to_string(RUN.path("r1/findings.jsonl")).unwrap(), "");
    assert!(copies(&RUN.path("out")).len() > 25, "most inputs have a copy");
}

#[test]
fn r2_r9_no_form_of_a_value_stands_in_any_output() {
    let mut texts = vec![RUN.output.stdout.clone(), RUN.output.stderr.clone()];
    for folder in ["out", "report"] {
        for (name, content) in tree(&RUN.path(folder)) {
            texts.push(name.into_bytes());
            texts.extend(opened(&content));
        }
    }
    let original = tree(&RUN.path("in")).into_iter();
    let original: Vec<Vec<u8>> = original
        .flat_map(|(name, content)| [vec![name.into_bytes()], opened(&content)].concat())
        .collect();
    for value in &RUN.canaries {
        let forms = forms(value);
        assert!(
            original.iter().any(|text| forms.iter().any(|form| contains(text, form)))
                || original.iter().any(|text| contains(text, &utf32(&grouped(value)))
                    || contains(text, grouped(value).replace(' ', "\u{200b}").as_bytes())),
            "{value} was never planted"
        );
        for (at, text) in texts.iter().enumerate() {
            for form in &forms {
                assert!(
                    !contains(text, form),
                    "output {at}: {value} as {:?}",
                    String::from_utf8_lossy(form)
                );
            }
            assert!(!contains(text, &utf32(&grouped(value))), "{value} in UTF-32");
        }
    }
}

fn utf32(text: &str) -> Vec<u8> {
    text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect()
}

#[test]
fn r3_nothing_is_copied_that_was_not_scanned() {
    let copy = fs::read(RUN.path("out/made/export.zip")).unwrap();
    assert!(!contains(&copy, b"behind the archive"));
    let withheld = RUN.input("made/export.zip")["copy"]["withheld"].to_string();
    assert!(withheld.contains("#suffix"), "what is left out is named: {withheld}");
}

#[test]
fn r4_an_incident_means_no_copy_and_what_nobody_looked_into_is_withheld() {
    for input in RUN.inputs() {
        let status = input["copy"]["status"].as_str().unwrap();
        let uninspected = input["uninspected"].as_array().unwrap();
        let is_uninspected = uninspected.iter().any(|it| it["member"].is_null());
        // Nobody can take a value out of these: a note stands in their place.
        let is_whole = input["format"] == "pdf" || input["format"] == "photo";
        let expected = if !input["incidents"].as_array().unwrap().is_empty() {
            "refused"
        } else if input["status"] == "not-a-chat" || is_uninspected || is_whole {
            "withheld"
        } else {
            "written"
        };
        assert_eq!(status, expected, "{input}");
    }
    assert!(!RUN.path("out/made/cut.zip").exists());
    assert!(!RUN.path("out/made/photo.jpg").exists());
    assert!(!RUN.path("out/made/unknown.bin").exists());
    assert_eq!(RUN.output.status.code(), Some(3), "one of them is damaged");
}

#[test]
fn r5_r12_all_else_is_as_it_was_and_verify_says_so() {
    let verify = sparsam(RUN.folder.path(), &["verify", "in", "out", "--json"]);
    let certificates: serde_json::Value = serde_json::from_slice(&verify.stdout).unwrap();
    let certificates = certificates.as_array().unwrap();
    let proven = certificates.iter().filter(|it| it["verdict"] == "proven");
    let mut count = 0;
    for certificate in proven {
        count += 1;
        for key in ["original_sha256", "copy_sha256"] {
            assert_eq!(certificate[key].as_str().unwrap().len(), 64, "{certificate}");
        }
        assert_eq!(certificate["residual"], 0);
        assert_eq!(certificate["original_messages"], certificate["copy_messages"]);
        assert!(certificate["version"].is_string() && certificate["rules_version"].is_string());
    }
    let copies = copies(&RUN.path("out"));
    let copied = copies.keys().filter(|name| !name.ends_with(".withheld.txt"));
    assert_eq!(count, copied.count(), "{certificates:?}");
    // The pieces between placeholders are those of the original, in its order.
    for name in ["de_android_bad_bytes.txt", "de_android_utf16le.txt", "de_ios_crlf.txt"] {
        let original = fs::read(RUN.path("in/text").join(name)).unwrap();
        let copy = fs::read(RUN.path("out/text").join(name)).unwrap();
        let (mut at, mut rest) = (0, copy.as_slice());
        while !rest.is_empty() {
            let same = rest.iter().zip(&original[at..]).take_while(|(a, b)| a == b).count();
            (at, rest) = (at + same, &rest[same..]);
            if rest.is_empty() {
                break;
            }
            let close = rest.iter().position(|byte| *byte == b']').expect("a placeholder") + 1;
            rest = &rest[close..];
            let next = &rest[..rest.len().min(12)];
            at += memchr::memmem::find(&original[at..], next).expect("the original goes on");
        }
        assert!(original.len() - at < 64, "{name} was copied to its end");
    }
}

/// SQLite's own check for databases; the programs for archives come with `cargo xtask test`.
#[test]
fn r6_copies_open_in_other_programs() {
    let (mut databases, mut archives) = (0, 0);
    for (name, content) in copies(&RUN.path("out")) {
        let path = RUN.path("out").join(&name);
        if content.starts_with(b"SQLite format 3\0") {
            let database = rusqlite::Connection::open(&path).unwrap();
            let ask = |query| database.query_row(query, [], |row| row.get::<_, String>(0)).unwrap();
            assert_eq!(ask("PRAGMA integrity_check"), "ok", "{name}");
            databases += 1;
        }
        let ending = name.rsplit('.').next().unwrap();
        if !cfg!(feature = "outside-tools") {
            continue;
        }
        let zip: &[&[&str]] = &[
            &["unzip", "-tq"],
            &["7z", "t"],
            &["bsdtar", "-tf"],
            &["python3", "-m", "zipfile", "-t"],
        ];
        let programs = match ending {
            "zip" | "docx" => zip,
            "tar" => &[&["bsdtar", "-tf"][..], &["7z", "t"], &["python3", "-m", "tarfile", "-t"]],
            "gz" => &[&["gzip", "-t"][..], &["7z", "t"]],
            _ => continue,
        };
        for program in programs {
            let output = Command::new(program[0]).args(&program[1..]).arg(&path).output().unwrap();
            assert!(output.status.success(), "{name}: {program:?}: {output:?}");
            archives += 1;
        }
    }
    assert!(databases > 0 && (archives > 12 || !cfg!(feature = "outside-tools")));
}

#[test]
fn r7_the_same_input_gives_the_same_copy_and_a_copy_of_a_copy_is_the_copy() {
    let again = sparsam(RUN.folder.path(), &["redact", "in", "--out", "r7a", "--threads", "1"]);
    assert_eq!(again.status.code(), Some(3));
    assert!(copies(&RUN.path("r7a")) == copies(&RUN.path("out")), "same input, same copies");
    let persons = ["--participants", "pseudonym"];
    for (options, first, second) in [(&[][..], "out", "r7b"), (&persons, "r7c", "r7d")] {
        if first != "out" {
            sparsam(RUN.folder.path(), &[&["redact", "in", "--out", first], options].concat());
        }
        let again = [&["redact", first, "--out", second], options].concat();
        let again = sparsam(RUN.folder.path(), &again);
        assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stdout));
        let [first, second] = [first, second].map(|name| copies(&RUN.path(name)));
        for (name, content) in first {
            assert!(second.get(&name) == Some(&content), "{name}: redacting a copy changes it");
        }
    }
}

#[test]
fn r8_placeholders_tell_neither_length_nor_value() {
    let folder = tempfile::tempdir().unwrap();
    let chat = message(&canary(1)) + &message("erika@example.org") + &message("e@x.de");
    fs::write(folder.path().join("a.txt"), chat).unwrap();
    let policy = "schema = 1\n[operators]\ndefault = \"pseudonym\"\n";
    fs::write(folder.path().join("p.toml"), policy).unwrap();
    for (name, arguments) in [("label", &[][..]), ("token", &["--policy", "p.toml"])] {
        let out = ["redact", "a.txt", "--out", name];
        assert_eq!(sparsam(folder.path(), &[&out, arguments].concat()).status.code(), Some(0));
    }
    let label = fs::read_to_string(folder.path().join("label/a.txt")).unwrap();
    assert_eq!((label.matches("[EMAIL]").count(), label.matches("[IBAN]").count()), (2, 1));
    let token = fs::read_to_string(folder.path().join("token/a.txt")).unwrap();
    let tokens: Vec<&str> = token.split("[EMAIL-").skip(1).map(|rest| &rest[..13]).collect();
    assert_eq!(tokens.len(), 2);
    assert!(
        tokens[0] != tokens[1] && tokens.iter().all(|token| token.ends_with(']')),
        "{tokens:?}"
    );
    // Another installation, other tokens: nobody can build a table of them.
    fs::remove_dir_all(folder.path().join(".config")).unwrap();
    sparsam(folder.path(), &["redact", "a.txt", "--out", "other", "--policy", "p.toml"]);
    let other = fs::read_to_string(folder.path().join("other/a.txt")).unwrap();
    assert!(tokens.iter().all(|token| !other.contains(*token)), "{other}");
}

#[test]
fn r10_originals_stay_as_they_are() {
    assert_eq!(state(&RUN.path("in")), RUN.before);
}

#[test]
fn r11_outputs_are_private_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::create_dir(folder.path().join("in/sub")).unwrap();
    fs::write(folder.path().join("in/sub/a.txt"), message(&canary(1))).unwrap();
    for (umask, out) in [("000", "open"), ("777", "shut")] {
        let status = Command::new("sh")
            .args(["-c", "umask $1; exec \"$0\" redact in --out $2/out --report $2/report --quiet"])
            .args([env!("CARGO_BIN_EXE_sparsam"), umask, out])
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .status()
            .unwrap();
        if umask == "000" {
            assert_eq!(status.code(), Some(0));
        }
    }
    for entry in walkdir::WalkDir::new(folder.path().join("open")) {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o7777;
        let expected = if entry.file_type().is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, expected, "{}", entry.path().display());
    }
}

#[test]
fn r12_a_copy_that_cannot_be_proven_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    // Taking one out puts the two letters beside it together.
    fs::write(folder.path().join("a.txt"), message("aaaaaaaaaabbbbbbbbbb")).unwrap();
    let rule = "schema = 1\nid = \"own.pair\"\ntitle = { en = \"x\", de = \"x\" }\ngdpr = []\nseverity = \"low\"\n[[find]]\nregex = 'ab'\nconfidence = \"high\"\n";
    fs::create_dir_all(folder.path().join("rules/own")).unwrap();
    fs::write(folder.path().join("rules/own/pair.toml"), rule).unwrap();
    let policy = "schema = 1\n[operators]\ndefault = \"remove\"\n";
    fs::write(folder.path().join("p.toml"), policy).unwrap();
    let arguments = ["redact", "a.txt", "--out", "out", "--policy", "p.toml", "--report", "report"];
    let arguments = [&arguments[..], &["--patterns", "rules"]].concat();
    let output = sparsam(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(copies(&folder.path().join("out")).is_empty());
    let report = fs::read_to_string(folder.path().join("report/report.json")).unwrap();
    assert!(report.contains("\"unproven-copy\""), "{report}");
}

#[test]
fn r13_databases_are_rebuilt_without_their_past() {
    let out = RUN.path("out/made");
    let copy = fs::read(out.join("rows.db")).unwrap();
    for ending in ["-wal", "-shm", "-journal"] {
        assert!(RUN.path("in/made").join("rows.db-wal").exists());
        assert!(!out.join(format!("rows.db{ending}")).exists(), "{ending} stays behind");
    }
    assert_eq!(copy[36..40], [0; 4], "no free pages");
    assert!(!contains(&copy, b"3704004"), "no value in any page");
    let database = rusqlite::Connection::open(out.join("rows.db")).unwrap();
    let ask = |query: &str| database.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(ask("SELECT count(*) FROM notes"), 2, "one in the file, one in the log");
    assert_eq!(ask("SELECT count(*) FROM log"), 0, "no trigger ran");
    assert_eq!(ask("SELECT count(*) FROM sqlite_schema WHERE name IN ('keep_old', 'by_note')"), 2);
    assert_eq!(ask("SELECT count(*) FROM words WHERE words MATCH 'iban'"), 1);
    // Tokens of four characters are what an index of words keeps of a grouped value.
    database
        .execute_batch("CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, words, row)")
        .unwrap();
    let mut terms = database.prepare("SELECT term FROM v").unwrap();
    let terms: Vec<String> =
        terms.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(terms.iter().all(|term| !term.starts_with("de")), "{terms:?}");
}

#[test]
fn r14_media_is_withheld_or_named_as_not_inspected() {
    let withheld = RUN.input("made/export.zip")["copy"]["withheld"].to_string();
    assert!(withheld.contains("IMG-0001.jpg"), "{withheld}");
    let folder = tempfile::tempdir().unwrap();
    fs::copy(RUN.path("in/made/export.zip"), folder.path().join("export.zip")).unwrap();
    let kept = sparsam(folder.path(), &["redact", "export.zip", "--out", "out", "--keep-media"]);
    assert_eq!(kept.status.code(), Some(0), "{}", String::from_utf8_lossy(&kept.stdout));
    let verify = sparsam(folder.path(), &["verify", "export.zip", "out/export.zip", "--json"]);
    let certificates: serde_json::Value = serde_json::from_slice(&verify.stdout).unwrap();
    assert_eq!(certificates[0]["kept"][0], "IMG-0001.jpg", "{certificates}");
}
