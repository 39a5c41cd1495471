//! Databases of phones and others, from the walk to the proven copy.

pub(crate) mod fixture;

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
    let cases: [(&str, fn(&Path), &str, u64, &str); 4] = [
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
        "51",
        "binary data keep their length"
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
    assert_eq!(
        fs::read_dir(folder.path().join("out")).unwrap().count(),
        1,
        "no log beside the copy"
    );
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
