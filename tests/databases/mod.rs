//! Databases of phones and others, from the walk to the proven copy.

mod edges;
pub(crate) mod fixture;
mod people;
mod phone;

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use sparsam::engine;
use sparsam::policy::Policy;

use crate::engine::{Answer, copies, options, run};

fn scan(folder: &Path, input: &Path) -> Answer {
    let policy = Policy::default();
    run(&options(folder, &policy, vec![input.to_owned()]), &folder.join("report")).unwrap()
}

fn redact(folder: &Path, input: &Path) -> Answer {
    let policy = Policy::default();
    let mut options = options(folder, &policy, vec![input.to_owned()]);
    options.copies = Some(copies(folder));
    run(&options, &folder.join("report")).unwrap()
}

/// No byte of what is planted, in the case of letters it was planted in or in small ones, as text
/// or as UTF-16.
#[track_caller]
fn assert_clean(path: &Path) {
    let bytes = fs::read(path).unwrap();
    for value in fixture::PLANTED {
        for form in [(*value).to_owned(), value.to_lowercase(), value.replace(' ', "")] {
            let utf16: Vec<u8> = form.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for form in [form.as_bytes(), &utf16] {
                let is_left = bytes.windows(form.len()).any(|window| window == form);
                assert!(!is_left, "{value} is left in {}", path.display());
            }
        }
    }
}

/// All rows of all tables but those of search, a line each.
fn dump(path: &Path) -> Vec<String> {
    let database = Connection::open(path).unwrap();
    let mut tables = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE '%\\_fts%' ESCAPE '\\' ORDER BY name")
        .unwrap();
    let names: Vec<String> =
        tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut lines = Vec::new();
    for name in names {
        let mut statement = database.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<String> =
                (0..columns).map(|at| format!("{:?}", row.get_ref(at).unwrap())).collect();
            lines.push(format!("{name}: {}", cells.join("|")));
        }
    }
    lines
}

#[test]
fn every_shape_is_read_with_places_and_redacted_without_a_trace() {
    type Case = (&'static str, fn(&Path), &'static str, u64, &'static str);
    let cases: [Case; 4] = [
        // (file, fixture, format, messages, why)
        ("msgstore.db", fixture::modern, "whatsapp-msgstore", 8, "a row of no chat is none"),
        ("old.db", fixture::old, "whatsapp-msgstore", 3, "flat table"),
        ("ChatStorage.sqlite", fixture::ios, "whatsapp-ios", 2, "Core Data"),
        ("kunden.db", fixture::foreign, "sqlite", 0, "a table of that name is no chat"),
    ];
    for (name, make, format, messages, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join(name);
        make(&input);
        let answer = redact(folder.path(), &input);
        let record = answer.input(name);
        assert_eq!(record["incidents"].to_string(), "[]", "{name}: {why}");
        assert_eq!(record["format"], format, "{name}: {why}");
        assert_eq!(record["messages"], messages, "{name}: {why}");
        let copy = folder.path().join("out").join(name);
        assert_clean(&copy);
        let database = Connection::open(&copy).unwrap();
        let check: String =
            database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok", "{name}");
        let (before, after) = (dump(&input), dump(&copy));
        assert_eq!(before.len(), after.len(), "{name}: rows");
        let certificates =
            engine::verify(&options(folder.path(), &Policy::default(), Vec::new()), &input, &copy)
                .unwrap();
        assert_eq!(certificates[0].verdict, "proven", "{name}: {:?}", certificates[0].failures);
        let again = folder.path().join("again");
        fs::create_dir(&again).unwrap();
        let answer = redact(&again, &copy);
        assert_eq!(answer.run.totals.findings, 0, "{name}: nothing is found in the copy");
        assert_eq!(dump(&copy), dump(&again.join("out").join(name)), "{name}: nothing more to do");
    }
}

#[test]
fn findings_say_where_when_and_which_way() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("msgstore.db");
    fixture::modern(&input);
    let answer = scan(folder.path(), &input);
    let find = |rule: &str| answer.findings.iter().find(|it| it.rule == rule).unwrap();
    let iban = find("financial.iban");
    assert_eq!(
        (iban.table.as_deref(), iban.column.as_deref()),
        (Some("message"), Some("text_data"))
    );
    assert_eq!((iban.row, iban.cell_start, iban.cell_end), (Some(2), Some(23), Some(50)));
    assert_eq!(iban.time.as_deref(), Some("2023-11-14T22:15:20"));
    assert_eq!(
        (iban.direction.as_deref(), iban.part.as_str(), iban.message),
        (Some("in"), "body", 1)
    );
    let card = find("financial.payment_card");
    assert_ne!(iban.chat, card.chat, "another chat");
    let password = find("credential.password");
    assert_eq!(
        password.row,
        Some(6),
        "the question stands in the same chat, not in the row before"
    );
    assert_eq!(iban.occurrences, 3, "message, search text, quoted copy");
}

#[test]
fn the_copy_keeps_everything_else() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("msgstore.db");
    fixture::modern(&input);
    redact(folder.path(), &input);
    let copy = folder.path().join("out/msgstore.db");
    let database = Connection::open(&copy).unwrap();
    let text = |query: &str| database.query_row(query, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(
        text("SELECT text_data FROM message WHERE _id = 2"),
        "Guten Tag, meine IBAN: [IBAN]"
    );
    assert_eq!(
        text("SELECT group_concat(name, ',') FROM sqlite_schema WHERE type IN ('view', 'trigger')"),
        "all_texts,keep_old"
    );
    assert_eq!(text("SELECT count(*) || '' FROM log"), "0", "the trigger did not run");
    let user = text("SELECT user FROM jid WHERE _id = 1");
    assert!(user.starts_with("[PHONE-"), "a key gets a pseudonym: {user}");
    assert_eq!(text("SELECT raw_string FROM jid WHERE _id = 1"), format!("{user}@s.whatsapp.net"));
    assert_eq!(
        text("SELECT count(*) || '' FROM message_ftsv2 WHERE message_ftsv2 MATCH 'danke'"),
        "1",
        "search still works"
    );
    assert_eq!(text("SELECT hex(thumbnail) FROM message_thumbnail"), "", "pictures are left out");
    assert_eq!(
        text("SELECT length(data) || '' FROM message_future"),
        "0",
        "binary data with a value are emptied"
    );
}

#[test]
fn what_lies_beside_a_database_is_read_and_never_written() {
    let folder = tempfile::tempdir().unwrap();
    let source = tempfile::tempdir().unwrap();
    let path = source.path().join("msgstore.db");
    let database = Connection::open(&path).unwrap();
    database.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;").unwrap();
    database.execute_batch(fixture::MODERN).unwrap();
    database
        .execute_batch("INSERT INTO message VALUES(10, 1, 0, 'A9', 0, 1700000290000, 0, 'Neu: erika@example.org', 10)")
        .unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    for ending in ["", "-wal"] {
        fs::copy(format!("{}{ending}", path.display()), input.join(format!("msgstore.db{ending}")))
            .unwrap();
    }
    let listing = || {
        let mut files: Vec<_> = fs::read_dir(&input)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    };
    let before = listing();
    let answer = redact(folder.path(), &input);
    assert_eq!(before, listing(), "nothing was written beside the original");
    assert_eq!(answer.run.totals.inputs, 1, "the log belongs to its database");
    assert_eq!(answer.input("msgstore.db")["messages"], 9, "the newest message stands in the log");
    assert!(answer.rules().contains(&"contact.email"));
    assert_clean(&folder.path().join("out/msgstore.db"));
    for ending in ["-wal", "-shm", "-journal"] {
        let beside = folder.path().join(format!("out/msgstore.db{ending}"));
        assert!(!beside.exists(), "{} beside the copy", beside.display());
    }
}

#[test]
fn deleted_rows_are_found_and_in_no_copy() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("msgstore.db");
    fixture::modern(&input);
    let database = Connection::open(&input).unwrap();
    database
        .execute_batch(
            "PRAGMA secure_delete = OFF; DELETE FROM message WHERE _id = 3;
             DELETE FROM composition; DELETE FROM message_ftsv2 WHERE docid = 3;
             INSERT INTO log SELECT 'Passport C01X00T478 ' || value FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 900) SELECT value FROM n);
             INSERT INTO log VALUES('Meine IBAN ist DE02 1203 0000 0000 2020 51'); DELETE FROM log;",
        )
        .unwrap();
    drop(database);
    let answer = redact(folder.path(), &input);
    let hidden: Vec<&str> = answer
        .findings
        .iter()
        .filter(|it| it.member.as_deref() == Some("#free-space"))
        .map(|it| it.rule.as_str())
        .collect();
    assert!(hidden.contains(&"financial.payment_card"), "{hidden:?}");
    assert_eq!(answer.input("msgstore.db")["incidents"].to_string(), "[]");
    assert_clean(&folder.path().join("out/msgstore.db"));
}

/// What others see: the public reference tool opens our copies with the same key.
#[cfg(feature = "outside-tools")]
mod reference {
    use std::path::PathBuf;
    use std::process::Command;
    use std::sync::Arc;

    use sparsam::format::Keys;

    use super::*;

    /// A key file of a phone: bytes as Java writes them.
    fn java(payload: &[u8]) -> Vec<u8> {
        let mut file =
            b"\xac\xed\x00\x05ur\x00\x02[B\xac\xf3\x17\xf8\x06\x08T\xe0\x02\x00\x00xp".to_vec();
        file.extend(u32::try_from(payload.len()).unwrap().to_be_bytes());
        file.extend(payload);
        file
    }

    /// `encrypted_backup.key`
    fn root_key() -> Vec<u8> {
        java(&(0..32).collect::<Vec<u8>>())
    }

    /// `key`: versions, salt, account and its hash, zeros, key.
    fn account_key() -> Vec<u8> {
        let account = [9; 16];
        let hash = <sha2::Sha256 as sha2::Digest>::digest(account);
        java(&[&[0, 1, 1][..], &[7; 32], &account, &hash, &[0; 16], &[5; 32]].concat())
    }

    /// `cargo xtask test` puts it there.
    fn tool(name: &str) -> Command {
        let bin = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/reference-tools/bin");
        let tool = bin.join(name);
        assert!(tool.is_file(), "{} is missing: cargo xtask test sets it up", tool.display());
        Command::new(tool)
    }

    fn call(command: &mut Command) {
        let output = command.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {told}");
    }

    #[test]
    fn copies_open_in_the_reference_tool() {
        for version in ["12", "14", "15"] {
            let folder = tempfile::tempdir().unwrap();
            let plain = folder.path().join("plain.db");
            fixture::modern(&plain);
            let name = format!("msgstore.db.crypt{version}");
            let input: PathBuf = folder.path().join(&name);
            let key = folder.path().join("key");
            fs::write(&key, if version == "15" { root_key() } else { account_key() }).unwrap();
            call(tool("waencrypt").args(["--type", version]).args([&key, &plain, &input]));
            let policy = Policy::default();
            let mut options = options(folder.path(), &policy, vec![input.clone()]);
            let mut keys = Keys::default();
            // One that belongs to nothing, the right one, and another.
            for content in [vec![1; 32], fs::read(&key).unwrap(), account_key()] {
                keys.add(&content).unwrap();
            }
            options.keys = Arc::new(keys);
            options.copies = Some(copies(folder.path()));
            let answer = run(&options, &folder.path().join("report")).unwrap();
            assert_eq!(answer.input(&name)["incidents"].to_string(), "[]", "{name}");
            assert_eq!(answer.input(&name)["messages"], 8, "{name}");
            let copy = folder.path().join("out").join(&name);
            let opened = folder.path().join("opened.db");
            call(tool("wadecrypt").args([&key, &copy, &opened]));
            assert_clean(&opened);
            assert_eq!(dump(&opened).len(), dump(&plain).len(), "{name}");

            let decrypted = folder.path().join("decrypted");
            let how = engine::CopyOptions { decrypted: true, ..copies(&decrypted) };
            options.copies = Some(how);
            let answer = run(&options, &folder.path().join("report")).unwrap();
            assert_eq!(answer.run.totals.incidents, 0, "{}", answer.json["inputs"]);
            let copy = decrypted.join("out/msgstore.db");
            assert_clean(&copy);
            assert_eq!(dump(&copy), dump(&opened), "{name}: the same, without encryption");
            let certificates = engine::verify(&options, &input, &copy).unwrap();
            let certificate = &certificates[0];
            assert_eq!(certificate.verdict, "proven", "{name}: {:?}", certificate.failures);
        }
    }
}

#[test]
fn encrypted_backups_need_their_key_and_stay_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("msgstore.db.crypt15");
    fs::write(&input, [0x14, 0x1a, 0x12, 0x0a, 0x10, 1, 2, 3, 0xff, 0xfe]).unwrap();
    let answer = scan(folder.path(), &input);
    let incident = &answer.input("crypt15")["incidents"][0];
    assert_eq!(
        (&incident["kind"], answer.input("crypt15")["status"].as_str()),
        (&"damaged".into(), Some("error"))
    );
}

/// Rows of a manifest: id, path, flags, description.
fn manifest(folder: &Path) -> Vec<(String, String, String, i64, Vec<u8>)> {
    let database = Connection::open(folder.join("Manifest.db")).unwrap();
    let mut statement =
        database.prepare("SELECT fileID, domain, relativePath, flags, file FROM Files").unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn an_ios_backup_is_read_by_what_its_files_are_and_its_copy_is_true_to_itself() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("backups");
    fixture::ios_backup(&input.join("00008110-0001"));
    let answer = redact(folder.path(), &input);
    let chats = "AppDomainGroup-group.net.whatsapp.WhatsAppSMB.shared/ChatStorage.sqlite";
    let inputs = answer.json["inputs"].as_array().unwrap();
    let of = |note: &str| {
        let found = inputs.iter().find(|it| it["notes"].to_string().contains(note));
        found.unwrap_or_else(|| panic!("{note}"))
    };
    assert_eq!((&of(chats)["format"], &of(chats)["messages"]), (&"whatsapp-ios".into(), &2.into()));
    assert_eq!(answer.input("Manifest.db")["format"], "ios-backup");
    assert_eq!(answer.run.totals.incidents, 0);
    assert!(!answer.json.to_string().contains("491713920012"), "names of files are masked");

    let out = folder.path().join("out/00008110-0001");
    let rows = manifest(&out);
    let paths: Vec<&str> = rows.iter().map(|row| row.2.as_str()).collect();
    assert_eq!(paths.len(), 6, "pictures are withheld, and named in no list: {paths:?}");
    for (id, domain, path, flags, description) in rows {
        assert_eq!(id, sparsam::format::ios::id_of(&domain, &path), "{path}");
        if flags == 1 {
            let file = out.join(sparsam::format::ios::place_of(&id));
            assert_clean(&file);
            let (len, sha1) = sparsam::format::ios::digest(&file).unwrap();
            let archive = plist::Value::from_reader(std::io::Cursor::new(description)).unwrap();
            let objects = archive.as_dictionary().unwrap()["$objects"].as_array().unwrap();
            let described = objects[1].as_dictionary().unwrap();
            assert_eq!(described["Size"].as_unsigned_integer(), Some(len), "{path}");
            assert_eq!(objects[2].as_string(), Some(path.as_str()));
            assert_eq!(objects[3].as_data(), Some(&sha1[..]), "{path}");
        }
    }
    assert_clean(&out.join("Manifest.db"));
    let certificates = engine::verify(
        &options(folder.path(), &Policy::default(), Vec::new()),
        &input,
        &folder.path().join("out"),
    )
    .unwrap();
    let proven = certificates.iter().filter(|it| it.verdict == "proven").count();
    assert_eq!(proven, 6, "two chats, two cards, the manifest and what it says of itself");
    let wrong =
        certificates.iter().filter(|it| !matches!(it.verdict.as_str(), "proven" | "no-copy"));
    assert_eq!(wrong.map(|it| &it.failures).collect::<Vec<_>>(), Vec::<&Vec<String>>::new());
}

#[test]
fn what_an_ios_backup_lacks_is_told() {
    let chats = |app: &str| {
        let domain = format!("AppDomainGroup-group.net.whatsapp.{app}.shared");
        sparsam::format::ios::place_of(&sparsam::format::ios::id_of(&domain, "ChatStorage.sqlite"))
    };
    type Spoil = fn(&Path, &str);
    let cases: [(Spoil, &str, &str); 4] = [
        // (how it is spoilt, kind of incident, why)
        (
            |folder, _| fs::write(folder.join("Manifest.db"), [0xe9; 8192]).unwrap(),
            "damaged",
            "no list",
        ),
        (
            |folder, _| {
                fs::write(folder.join("Manifest.db"), [0xe9; 8192]).unwrap();
                let mut status = plist::Dictionary::new();
                status.insert("IsEncrypted".to_owned(), true.into());
                plist::Value::Dictionary(status)
                    .to_file_xml(folder.join("Manifest.plist"))
                    .unwrap();
            },
            "encrypted",
            "an encrypted backup",
        ),
        (
            |folder, chats| fs::remove_file(folder.join(chats)).unwrap(),
            "vanished",
            "the file is not there",
        ),
        (
            |folder, _| {
                Connection::open(folder.join("Manifest.db"))
                    .unwrap()
                    .execute_batch("DELETE FROM Files WHERE relativePath = 'ChatStorage.sqlite' AND domain LIKE '%SMB%'")
                    .unwrap();
            },
            "encrypted",
            "end-to-end encryption leaves the chats out",
        ),
    ];
    for (spoil, kind, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("backup");
        fixture::ios_backup(&input);
        spoil(&input, &chats("WhatsAppSMB"));
        let answer = scan(folder.path(), &input);
        let incidents = &answer.input("Manifest.db")["incidents"];
        assert_eq!(incidents[0]["kind"], kind, "{why}: {incidents}");
        assert_eq!(incidents.as_array().unwrap().len(), 1, "{why}: {incidents}");
        assert!(answer.rules().contains(&"identity.de_tax_id"), "{why}: the rest is still scanned");
    }
}
