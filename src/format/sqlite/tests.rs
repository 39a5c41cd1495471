//! Databases that are damaged, foreign or hostile: read as far as they go, with a reason for the rest.

use std::io::Read as _;
use std::path::Path;

use rusqlite::Connection;

use super::*;
use crate::format::{Item, SpillSettings};
use crate::model::Problem;

/// What a reader hands out.
#[derive(Default)]
struct Heard {
    texts: Vec<String>,
    problems: Vec<Problem>,
    messages: u64,
    /// Table, column, row and text of each cell.
    cells: Vec<(String, String, i64, String)>,
    /// Text of unused bytes.
    residue: String,
}

fn read(path: &Path) -> Heard {
    let folder = tempfile::tempdir().unwrap();
    let source = Source::open(path, &SpillSettings::new(folder.path())).unwrap();
    let mut heard = Heard::default();
    let mut reader = match Sqlite.open(source, &Limits::default()) {
        Ok(reader) => reader,
        Err(error) => {
            heard.problems.push(error.problem);
            return heard;
        }
    };
    loop {
        match reader.next() {
            Ok(Some(Item::Page(page))) => {
                let texts = page.owned_slots().iter().map(|slot| page.slot_text(slot).to_owned());
                heard.texts.extend(texts);
                for slot in page.owned_slots() {
                    let (cell, text) = (slot.cell.as_ref().unwrap(), page.slot_text(slot));
                    let (table, column) = (cell.table.to_string(), cell.column.to_string());
                    heard.cells.push((table, column, cell.row, text.to_owned()));
                }
            }
            Ok(Some(Item::Incident(incident))) => heard.problems.push(incident.problem),
            Ok(Some(Item::Member(member))) => {
                let mut stream = member.source.unwrap().into_stream();
                stream.read_to_string(&mut heard.residue).unwrap();
            }
            Ok(Some(Item::Uninspected(_))) => {}
            Ok(None) => break,
            Err(error) => {
                heard.problems.push(error.problem);
                break;
            }
        }
    }
    heard.messages = reader.tally().messages;
    drop(reader);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing stays behind");
    heard
}

fn database(sql: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    (folder, path)
}

#[test]
fn odd_schemas_are_read() {
    let many: String = (0..300)
        .map(|at| format!("CREATE TABLE t{at}(x); INSERT INTO t{at} VALUES('row {at}');"))
        .collect();
    let columns: Vec<String> = (0..2000).map(|at| format!("c{at}")).collect();
    let wide = format!(
        "CREATE TABLE t({}); INSERT INTO t(c0) VALUES('first'), (NULL); INSERT INTO t(rowid, c1999) VALUES(9, 'last');",
        columns.join(", ")
    );
    let cases = [
        // (schema, texts that must come, why)
        (wide.as_str(), vec!["first", "c1999: last"], "as many columns as there can be"),
        (
            "CREATE TABLE t(rowid TEXT, x); INSERT INTO t VALUES('a', 'b');",
            vec!["rowid: a", "x: b"],
            "a column named like the key",
        ),
        (
            "CREATE TABLE t(rowid TEXT, oid TEXT, _rowid_ TEXT PRIMARY KEY); INSERT INTO t VALUES('a', 'b', 'c');",
            vec!["rowid: a", "oid: b", " rowid : c"],
            "no name is left for the key",
        ),
        (
            "CREATE TABLE t(a, b, PRIMARY KEY(a, b)) WITHOUT ROWID; INSERT INTO t VALUES('x', 'y'), ('x', 'z');",
            vec!["b: y", "b: z"],
            "keys of two",
        ),
        (
            "CREATE TABLE t(x INT); INSERT INTO t VALUES('text in a column of numbers');",
            vec!["x: text in a column of numbers"],
            "types bind nobody",
        ),
        (
            "CREATE TABLE t(a, b AS (a || '!')); INSERT INTO t(a) VALUES('once');",
            vec!["a: once"],
            "generated columns",
        ),
        (
            "CREATE TABLE \"q\"\"t\"(\"c\"\"d\" TEXT); INSERT INTO \"q\"\"t\" VALUES('quoted');",
            vec!["c\"d: quoted"],
            "quotes in names",
        ),
        (
            "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t(text TEXT); INSERT INTO t VALUES('Grüße');",
            vec!["Grüße"],
            "UTF-16",
        ),
        (many.as_str(), vec!["x: row 0", "x: row 299"], "300 tables"),
        (
            "CREATE TABLE t(text TEXT); INSERT INTO t(rowid, text) VALUES(-9223372036854775808, 'first'), (9223372036854775807, 'last');",
            vec!["first", "last"],
            "all numbers of rows",
        ),
        (
            "CREATE TABLE message(_id INTEGER PRIMARY KEY, text TEXT); INSERT INTO message VALUES(1, 'hi');",
            vec!["hi"],
            "a table of messages of another program",
        ),
    ];
    for (sql, expected, why) in cases {
        let (_folder, path) = database(sql);
        let heard = read(&path);
        assert_eq!(heard.problems, [], "{why}");
        for text in expected {
            assert!(
                heard.texts.iter().any(|it| it == text),
                "{why}: {text:?} in {:?}",
                heard.texts
            );
        }
        assert_eq!(heard.messages, 0, "{why}");
    }
}

#[test]
fn what_only_the_phone_has_does_not_stop_the_rest() {
    let (_folder, path) = database(
        "CREATE TABLE t(text TEXT); INSERT INTO t VALUES('here');
         CREATE VIRTUAL TABLE s USING fts4(body); INSERT INTO s VALUES('searched');
         PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE s USING fts4(body, tokenize=phonetic)' WHERE name = 's';
         UPDATE sqlite_schema SET sql = 'CREATE TABLE t(text TEXT COLLATE LOCALIZED)' WHERE name = 't';",
    );
    let heard = read(&path);
    assert_eq!(heard.problems, []);
    for text in ["here", "searched"] {
        assert!(heard.texts.iter().any(|it| it.ends_with(text)), "{text} in {:?}", heard.texts);
    }
}

#[test]
fn damage_is_told_and_what_is_whole_is_read() {
    let rows = "CREATE TABLE first(text TEXT); INSERT INTO first VALUES('whole');
        CREATE TABLE t(text TEXT);
        INSERT INTO t WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 5000) SELECT 'a text of some length, number ' || v FROM n;
        CREATE TABLE last(text TEXT); INSERT INTO last VALUES('also whole');";
    let (_folder, path) = database(rows);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(read(&path).texts.len(), 5005);

    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 8192].fill(0xa5);
    std::fs::write(&path, &damaged).unwrap();
    let heard = read(&path);
    assert_eq!(heard.problems, [Problem::Damaged]);
    for text in ["whole", "also whole", "a text of some length, number 1"] {
        assert!(heard.texts.iter().any(|it| it == text), "{text}");
    }

    let cases = [
        // (length, why)
        (whole.len() / 2, "half"),
        (4096, "nothing but the first page"),
        (100, "nothing but the header"),
        (16, "nothing but the mark"),
    ];
    for (len, why) in cases {
        std::fs::write(&path, &whole[..len]).unwrap();
        assert!(!read(&path).problems.is_empty(), "{why}");
    }
}

/// The same cells as SQLite hands out, whatever their length and however a database writes them.
#[test]
fn rows_are_read_as_sqlite_reads_them() {
    for (size, encoding, shrinks) in [
        (512, "UTF-8", 0),
        (1024, "UTF-16le", 1),
        (4096, "UTF-8", 2),
        (8192, "UTF-16be", 0),
        (65_536, "UTF-8", 1),
    ] {
        let (_folder, path) = database(&format!(
            "PRAGMA page_size = {size}; PRAGMA encoding = '{encoding}'; PRAGMA auto_vacuum = {shrinks};
             PRAGMA secure_delete = ON;
             CREATE TABLE a(text TEXT, n INT, r REAL, twice AS (text || text) STORED, once AS (n + 1), data BLOB, id INTEGER PRIMARY KEY);
             CREATE TABLE b(text TEXT, data, k TEXT, j REAL, PRIMARY KEY(j, k)) WITHOUT ROWID;
             CREATE TABLE c(rowid TEXT, oid TEXT, _rowid_ TEXT PRIMARY KEY, text TEXT);
             CREATE TABLE d(text TEXT); CREATE INDEX d_text ON d(text);
             WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 700)
               INSERT INTO a(text, n, r, data) SELECT v || ' äö€😀' || substr(hex(zeroblob(v * v / 40)), 1, v * v / 40), v * v * v - 90000, v, CAST('b' || v AS BLOB) FROM n;
             INSERT INTO b SELECT text, data, 'k' || (id * 7919 % 700), id % 3 FROM a;
             INSERT INTO c SELECT 'r' || id, NULL, 'p' || (id * 7919 % 700), text FROM a WHERE id % 5 = 0;
             INSERT INTO d SELECT text FROM a;
             DELETE FROM a WHERE id % 7 = 0; DELETE FROM b WHERE j = 1; DELETE FROM d WHERE rowid < 300;
             INSERT INTO a(id, text) VALUES(-5, 'before'), (9223372036854775807, 'last');
             ALTER TABLE d ADD COLUMN more TEXT; INSERT INTO d(more) VALUES('added later');
             UPDATE a SET text = 'changed ' || id WHERE id % 11 = 0;"
        ));
        let heard = read(&path);
        assert_eq!(heard.problems, [], "{size} {encoding}");
        let database = Connection::open(&path).unwrap();
        let mut expected = Vec::new();
        for (table, columns, row, order) in [
            ("a", &["text", "data"][..], "id", "id"),
            ("b", &["text", "data", "k"], "row_number() OVER (ORDER BY j, k)", "j, k"),
            ("c", &["rowid", "_rowid_", "text"], "row_number() OVER ()", "text"),
            ("d", &["text", "more"], "rowid", "rowid"),
        ] {
            // What is cast to bytes is UTF-16 there.
            for column in columns.iter().filter(|it| **it != "data" || encoding == "UTF-8") {
                let query = format!(
                    "SELECT {row}, CAST({column} AS TEXT) FROM {table} NOT INDEXED WHERE {column} IS NOT NULL ORDER BY {order}"
                );
                let mut statement = database.prepare(&query).unwrap();
                let label = match *column {
                    "text" | "data" => String::new(),
                    column => format!("{}: ", column.replace('_', " ")),
                };
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
                expected.extend(rows.map(Result::unwrap).map(|(row, text): (i64, String)| {
                    ((*table).to_owned(), (*column).to_owned(), row, format!("{label}{text}"))
                }));
            }
        }
        let mut cells = heard.cells;
        cells.retain(|cell| cell.0.len() == 1);
        expected.sort();
        cells.sort();
        assert_eq!(cells.len(), expected.len(), "{size} {encoding}");
        assert!(cells == expected, "{size} {encoding}");
    }
}

#[test]
fn bytes_that_nothing_uses_are_looked_at_wherever_they_are() {
    let (_folder, path) = database(
        "CREATE TABLE t(text TEXT); INSERT INTO t VALUES(hex(zeroblob(2048)));
         CREATE TABLE u(text TEXT); INSERT INTO u VALUES('here'); CREATE INDEX i ON u(text);",
    );
    let whole = std::fs::read(&path).unwrap();
    let overflow = (0..whole.len() / 4096).rfind(|at| whole[at * 4096] == 0).unwrap();
    let index = (0..whole.len() / 4096).find(|at| whole[at * 4096] == 10).unwrap();
    // (place, problems, why)
    let cases = [
        (overflow * 4096 + 4000, &[][..], "behind the end of a long row"),
        (index * 4096 + 2000, &[], "between the keys of an index"),
        (4096 - 2000, &[], "on the first page"),
        (whole.len() + 100, &[], "behind the last page"),
    ];
    for (at, problems, why) in cases {
        let mut bytes = whole.clone();
        bytes.resize(bytes.len().max(at + 4096 - at % 4096), 0);
        bytes[at..at + 17].copy_from_slice(b"was left behind 1");
        std::fs::write(&path, &bytes).unwrap();
        let heard = read(&path);
        assert_eq!(heard.problems, problems, "{why}");
        assert!(heard.residue.contains("\nwas left behind 1\n"), "{why}: {:?}", heard.residue);
    }
    // A page that the header counts and nothing leads to.
    let mut bytes = whole.clone();
    bytes.resize(whole.len() + 4096, b'x');
    put(&mut bytes, 28, (whole.len() / 4096 + 1) as u32);
    std::fs::write(&path, &bytes).unwrap();
    let heard = read(&path);
    assert_eq!(heard.problems, [Problem::Damaged]);
    assert!(heard.residue.contains("xxxxx"));
}

/// A database with nothing beside it needs no copy: not even a folder for one.
#[test]
fn a_database_that_lies_alone_is_read_where_it_lies() {
    for (mode, why) in [("DELETE", "as most are"), ("WAL", "one whose log was taken over")] {
        let (folder, path) = database(&format!(
            "PRAGMA journal_mode = {mode}; CREATE TABLE t(text TEXT); INSERT INTO t VALUES('here');"
        ));
        // Signs that mean something in the name of a database.
        let odd = folder.path().join("100 % Größe?#;&mode=rwc.db");
        std::fs::rename(&path, &odd).unwrap();
        let source = Source::open(&odd, &SpillSettings::new("/nowhere")).unwrap();
        let mut reader = Sqlite.open(source, &Limits::default()).unwrap();
        let mut texts = Vec::new();
        while let Some(item) = reader.next().unwrap() {
            let Item::Page(page) = item else { panic!("{why}") };
            texts.extend(page.slots.iter().map(|slot| page.slot_text(slot).to_owned()));
        }
        assert!(texts.contains(&"here".to_owned()), "{why}: {texts:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{why}");
    }
}

/// What lies at a path may change between the walk and SQLite: what was opened first is read.
#[cfg(unix)]
#[test]
fn another_file_at_the_same_path_is_not_read() {
    use std::os::unix::fs::symlink;
    let (_other, other) = database("CREATE TABLE t(text TEXT); INSERT INTO t VALUES('elsewhere');");
    type Swap = fn(&Path, &Path);
    let cases: [(Swap, &str); 3] = [
        (|other, path| symlink(other, path).unwrap(), "a link"),
        (|other, path| assert!(std::fs::copy(other, path).unwrap() > 0), "a file"),
        (|_, _| {}, "nothing"),
    ];
    for (swap, why) in cases {
        let (folder, path) = database("CREATE TABLE t(text TEXT); INSERT INTO t VALUES('here');");
        let source = Source::open(&path, &SpillSettings::new(folder.path())).unwrap();
        std::fs::remove_file(&path).unwrap();
        swap(&other, &path);
        let mut reader = Sqlite.open(source, &Limits::default()).unwrap();
        let mut texts = Vec::new();
        while let Some(item) = reader.next().unwrap() {
            let Item::Page(page) = item else { panic!("{why}") };
            texts.extend(page.slots.iter().map(|slot| page.slot_text(slot).to_owned()));
        }
        assert!(texts.contains(&"here".to_owned()), "{why}: {texts:?}");
    }
}

/// A link to the folder of a database is the user's own.
#[cfg(unix)]
#[test]
fn a_folder_may_be_a_link() {
    let (folder, path) = database("CREATE TABLE t(text TEXT); INSERT INTO t VALUES('here');");
    let beside = tempfile::tempdir().unwrap();
    let link = beside.path().join("link");
    std::os::unix::fs::symlink(folder.path(), &link).unwrap();
    let source =
        Source::open(&link.join(path.file_name().unwrap()), &SpillSettings::new("/nowhere"));
    assert!(Sqlite.open(source.unwrap(), &Limits::default()).is_ok());
}

/// Big-endian, as SQLite writes.
fn put(bytes: &mut [u8], at: usize, number: u32) {
    bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
}

#[test]
fn structures_built_to_mislead_are_told_and_come_to_an_end() {
    let rows = "CREATE TABLE t(text TEXT);
        INSERT INTO t WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 9000) SELECT 'a text of some length, number ' || v FROM n;
        DELETE FROM t WHERE rowid > 6000;
        CREATE TABLE last(text TEXT); INSERT INTO last VALUES('also whole');";
    let (_folder, path) = database(rows);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(read(&path).problems, []);
    let page = |number: usize| (number - 1) * 4096;
    let inner = (2..whole.len() / 4096).find(|at| whole[page(*at)] == 5).unwrap();
    let free = u32::from_be_bytes(whole[32..36].try_into().unwrap());
    type Change = Box<dyn Fn(&mut Vec<u8>)>;
    let cases: [(Change, Problem, usize, &str); 4] = [
        // (change, what is told first, texts at least, why)
        (
            Box::new(move |bytes| put(bytes, page(inner) + 8, inner as u32)),
            Problem::Damaged,
            1000,
            "the last child of a page is the page",
        ),
        (
            Box::new(move |bytes| put(bytes, page(free as usize), free)),
            Problem::Damaged,
            6000,
            "the list of free pages leads back to its start",
        ),
        (
            Box::new(|bytes| bytes.truncate(bytes.len() / 2 / 4096 * 4096)),
            Problem::Truncated,
            1000,
            "the second half is cut off",
        ),
        (Box::new(Vec::clear), Problem::Damaged, 0, "an empty file is no empty database"),
    ];
    for (change, problem, texts, why) in cases {
        let mut bytes = whole.clone();
        change(&mut bytes);
        std::fs::write(&path, &bytes).unwrap();
        let begin = std::time::Instant::now();
        let heard = read(&path);
        assert!(heard.problems.first() == Some(&problem), "{why}");
        assert!(heard.texts.len() >= texts, "{why}: {} texts", heard.texts.len());
        assert!(heard.texts.len() < 30_000, "{why}: {} texts", heard.texts.len());
        assert!(begin.elapsed().as_secs() < 20, "{why}");
    }
}

/// A byte here or there turned over: no panic, no endless loop.
#[test]
fn any_damage_comes_to_an_end() {
    let (_folder, path) = database(
        "CREATE TABLE a(text TEXT, data BLOB); INSERT INTO a VALUES('one', x'00ff'), ('two', NULL);
         CREATE TABLE b(k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO b VALUES('x', 'y');
         CREATE VIRTUAL TABLE s USING fts5(body); INSERT INTO s VALUES('searched');",
    );
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(31).chain(0..120) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        std::fs::write(&path, &damaged).unwrap();
        if damaged.starts_with(b"SQLite format 3\0") {
            read(&path);
        }
    }
}
