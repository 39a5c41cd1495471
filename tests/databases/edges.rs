//! Databases as they lie on devices that were switched off, and as other programs make them.

use std::path::PathBuf;

use super::*;

/// A folder whose database has a change that was begun and not completed, as a crash leaves it:
/// part of it is written already, what was there before stands in the journal.
fn cut_off(folder: &Path) -> PathBuf {
    let live = tempfile::tempdir().unwrap();
    let path = live.path().join("msgstore.db");
    fixture::modern(&path);
    let database = Connection::open(&path).unwrap();
    database
        .execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA cache_size = 10; PRAGMA cache_spill = 10; BEGIN;
             UPDATE message SET text_data = 'Neu: joerg@example.net ' || hex(zeroblob(2000));
             WITH RECURSIVE n(value) AS (SELECT 100 UNION ALL SELECT value + 1 FROM n LIMIT 300)
               INSERT INTO message SELECT value, 1, 0, 'N' || value, 0, 0, 0, 'Neu: joerg@example.net ' || hex(zeroblob(2000)), value FROM n;",
        )
        .unwrap();
    let input = folder.join("in");
    fs::create_dir_all(&input).unwrap();
    for ending in ["", "-journal"] {
        let to = input.join(format!("msgstore.db{ending}"));
        fs::copy(format!("{}{ending}", path.display()), to).unwrap();
    }
    let raw = fs::read(input.join("msgstore.db")).unwrap();
    let is_there = |text: &[u8]| raw.windows(text.len()).any(|window| window == text);
    assert!(is_there(b"joerg@example.net"), "the change has begun");
    input
}

fn listing(folder: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut files: Vec<_> =
        entries.map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap())).collect();
    files.sort();
    files
}

#[test]
fn a_change_that_was_cut_off_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let input = cut_off(folder.path());
    let before = listing(&input);
    let answer = redact(folder.path(), &input);
    assert_eq!(before, listing(&input), "nothing was written beside the original");
    let record = answer.input("msgstore.db");
    assert_eq!(record["incidents"].to_string(), "[]");
    assert_eq!(record["messages"], 8, "as before the change");
    assert!(record["notes"].to_string().contains("rolled back"), "{}", record["notes"]);
    assert!(answer.rules().contains(&"financial.iban"), "what was there before is read");
    assert_clean(&folder.path().join("out/msgstore.db"));
    assert_eq!(dump(&folder.path().join("out/msgstore.db")).len(), {
        let whole = folder.path().join("whole.db");
        fixture::modern(&whole);
        dump(&whole).len()
    });
}

#[test]
fn a_journal_that_is_damaged_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let input = cut_off(folder.path());
    let path = input.join("msgstore.db-journal");
    let journal = fs::read(&path).unwrap();
    let mut changed = journal.clone();
    changed[512 + 4 + 4096 - 200] ^= 1;
    let mut done = journal.clone();
    done[..28].fill(0);
    let cases = [
        // (journal, kind of incident, why)
        (journal[..journal.len() / 2].to_vec(), Some("damaged"), "half"),
        (journal[..600].to_vec(), Some("damaged"), "a piece of the first page"),
        (journal[..20].to_vec(), Some("damaged"), "a piece of the header"),
        (changed, Some("damaged"), "one bit turned over"),
        (done, None, "a change that was completed"),
        (Vec::new(), None, "nothing to take back"),
    ];
    for (bytes, kind, why) in cases {
        fs::write(&path, bytes).unwrap();
        let answer = redact(folder.path(), &input);
        let incidents = &answer.input("msgstore.db")["incidents"];
        assert_eq!(incidents[0]["kind"].as_str(), kind, "{why}: {incidents}");
        if kind.is_some() {
            assert!(!folder.path().join("out/msgstore.db").exists(), "{why}: no copy");
        }
    }
}

/// The journal of a change to several databases names a file that SQLite deletes after it.
#[test]
fn a_journal_leads_to_no_other_file() {
    let folder = tempfile::tempdir().unwrap();
    let input = cut_off(folder.path());
    let victim = folder.path().join("evidence");
    fs::write(&victim, "x").unwrap();
    let path = input.join("msgstore.db-journal");
    let mut journal = fs::read(&path).unwrap();
    let name = victim.to_str().unwrap().as_bytes();
    let sum: u32 = name.iter().map(|byte| u32::from(*byte)).sum();
    journal.extend((1_073_741_824_u32 / 4096 + 1).to_be_bytes());
    journal.extend(name);
    journal.extend(u32::try_from(name.len()).unwrap().to_be_bytes());
    journal.extend(sum.to_be_bytes());
    journal.extend([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    fs::write(&path, &journal).unwrap();
    let answer = scan(folder.path(), &input);
    assert!(victim.exists(), "a file elsewhere was deleted");
    let record = answer.input("msgstore.db");
    assert_eq!(record["messages"], 8);
    assert_eq!(record["incidents"][0]["kind"], "accounting", "{record}");
}

#[test]
fn a_row_above_the_limit_is_told_and_all_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("msgstore.db");
    fixture::modern(&input);
    Connection::open(&input)
        .unwrap()
        .execute_batch(
            "INSERT INTO message VALUES(20, 1, 0, 'L', 0, 1700000280000, 0, CAST(zeroblob(70000000) AS TEXT), 20);
             INSERT INTO message VALUES(21, 1, 0, 'M', 0, 1700000290000, 0, 'Danach: erika@example.org', 21);",
        )
        .unwrap();
    let answer = redact(folder.path(), &input);
    let record = answer.input("msgstore.db");
    let incident = &record["incidents"][0];
    assert_eq!(
        (&incident["kind"], &record["status"]),
        (&"limit:member-size".into(), &"limit".into())
    );
    assert_eq!(incident["member"], "message");
    assert!(incident["detail"].as_str().unwrap().starts_with("row 20: "), "{incident}");
    let mail = answer.findings.iter().find(|it| it.row == Some(21));
    assert!(mail.is_some(), "rows behind it are read");
    assert!(answer.findings.iter().any(|it| it.table.as_deref() == Some("quick_replies")));
    assert!(!folder.path().join("out/msgstore.db").exists(), "no copy of what was not read");
}

/// Search tables of all kinds: with texts of their own, without, with those of another table, and with
/// a way to cut words that only the phone knows.
#[test]
fn search_tables_are_made_anew() {
    const SECRET: &str = "Meine IBAN: DE89 3704 0044 0532 0130 00";
    let cases = [
        // (columns and options, words can be cut here, why)
        ("fts5(text)", true, "texts of its own"),
        ("fts5(text, content = 'note', content_rowid = 'id')", true, "texts of another table"),
        ("fts5(text, tokenize = 'trigram')", true, "every three letters"),
        ("fts5(text, prefix = '2 3', detail = none)", true, "beginnings of words"),
        ("fts4(text)", true, "as on phones"),
        ("fts4(text, tokenize=unicode61)", true, "another way to cut words"),
        ("fts3(text)", true, "as on old phones"),
        ("fts5(text, tokenize = 'phone_words')", false, "a way only the phone knows"),
        ("fts4(text, tokenize=phone_words)", false, "a way only the phone knows"),
    ];
    for (how, is_known, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("notes.db");
        let here = how.replace("'phone_words'", "'ascii'").replace("phone_words", "simple");
        let database = Connection::open(&input).unwrap();
        database
            .execute_batch(&format!(
                "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT); CREATE VIRTUAL TABLE search USING {here};
                 INSERT INTO note VALUES(1, '{SECRET}'), (2, 'Guten Morgen');
                 INSERT INTO search(rowid, text) SELECT id, text FROM note;
                 INSERT INTO search(rowid, text) VALUES(7, 'alt: {SECRET}'); DELETE FROM search WHERE rowid = 7;"
            ))
            .unwrap();
        if !is_known {
            database
                .execute_batch(&format!(
                    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE search USING {}' WHERE name = 'search';",
                    how.replace('\'', "''")
                ))
                .unwrap();
        }
        drop(database);
        let answer = redact(folder.path(), &input);
        let record = answer.input("notes.db");
        assert_eq!(record["incidents"].to_string(), "[]", "{how}: {why}");
        let copy = folder.path().join("out/notes.db");
        assert_clean(&copy);
        let raw = fs::read(&copy).unwrap();
        for token in ["de89", "3704", "0532"] {
            let is_left =
                raw.windows(token.len()).any(|it| it.eq_ignore_ascii_case(token.as_bytes()));
            assert!(!is_left, "{how}: a word of the index is left: {token}");
        }
        let database = Connection::open(&copy).unwrap();
        let ask = |query: &str| database.query_row(query, [], |row| row.get::<_, i64>(0));
        if is_known {
            let find = |word: &str| {
                ask(&format!("SELECT count(*) FROM search WHERE search MATCH '{word}'"))
            };
            assert_eq!(find("morgen"), Ok(1), "{how}: search still works");
            assert_eq!(find("iban"), Ok(1), "{how}: the label is found");
            database
                .execute_batch("INSERT INTO search(search) VALUES('integrity-check')")
                .unwrap_or_else(|error| panic!("{how}: {error}"));
        }
        assert_eq!(ask("SELECT count(*) FROM note"), Ok(2));
    }
}

#[test]
fn contacts_are_read_and_redacted() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("wa.db");
    fixture::contacts(&input);
    let answer = redact(folder.path(), &input);
    let record = answer.input("wa.db");
    assert_eq!(
        (&record["format"], record["incidents"].to_string()),
        (&"whatsapp-contacts".into(), "[]".to_owned())
    );
    let at = |rule: &str, column: &str| {
        let found = answer
            .findings
            .iter()
            .find(|it| it.rule == rule && it.column.as_deref() == Some(column));
        assert!(found.is_some(), "{rule} in {column}: {:?}", answer.findings);
    };
    at("contact.phone", "jid");
    at("contact.phone", "number");
    at("financial.iban", "status");
    at("contact.email", "email");
    at("identity.de_tax_id", "description");
    let copy = folder.path().join("out/wa.db");
    assert_clean(&copy);
    let database = Connection::open(&copy).unwrap();
    let text = |query: &str| database.query_row(query, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(
        text("SELECT display_name FROM wa_contacts WHERE _id = 2"),
        "Erika Beispiel",
        "names stay"
    );
    assert_eq!(text("SELECT count(DISTINCT jid) || '' FROM wa_contacts"), "3", "keys stay apart");
}

#[test]
fn what_cells_hold_besides_good_text() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("odd.db");
    let database = Connection::open(&input).unwrap();
    database
        .execute_batch(
            "CREATE TABLE a(note TEXT);
             INSERT INTO a VALUES(CAST(x'6d65696e65204942414e3a20444538392033373034203030343420303533322030313330203030ff' AS TEXT));
             INSERT INTO a VALUES(CAST('Mail: erika@example.org' AS BLOB));
             INSERT INTO a VALUES('mehr' || char(0) || ' Karte 4111 1111 1111 1111');
             INSERT INTO a VALUES(x'ff00fe01');",
        )
        .unwrap();
    for table in 0..300 {
        database
            .execute_batch(&format!("CREATE TABLE t{table}(x TEXT, y BLOB); INSERT INTO t{table} VALUES('Zeile {table}', NULL)"))
            .unwrap();
    }
    database.execute_batch("INSERT INTO t299 VALUES('Steuer-ID 86095742719', NULL)").unwrap();
    drop(database);
    let answer = redact(folder.path(), &input);
    assert_eq!(answer.input("odd.db")["incidents"].to_string(), "[]");
    let mut places: Vec<(&str, &str)> =
        answer.findings.iter().map(|it| (it.rule.as_str(), it.table.as_deref().unwrap())).collect();
    places.sort_unstable();
    assert_eq!(
        places,
        [
            ("contact.email", "a"),
            ("financial.iban", "a"),
            ("financial.payment_card", "a"),
            ("identity.de_tax_id", "t299")
        ]
    );
    let copy = folder.path().join("out/odd.db");
    assert_clean(&copy);
    let database = Connection::open(&copy).unwrap();
    let kept = |row: i64| {
        database
            .query_row("SELECT hex(note) FROM a WHERE rowid = ?1", [row], |it| {
                it.get::<_, String>(0)
            })
            .unwrap()
    };
    assert!(kept(1).ends_with("5DFF"), "bad bytes beside a value stay: {}", kept(1));
    assert_eq!(kept(4), "FF00FE01");
}

/// An index that lacks rows, as programs leave it that crash or write what they should not.
#[test]
fn an_index_that_does_not_fit_its_rows_is_made_anew() {
    let cases = [
        // (its table, why)
        ("message", "a row that is changed is missing"),
        ("composition", "in a table that stays as it is"),
    ];
    for (table, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("msgstore.db");
        fixture::modern(&input);
        let column = if table == "message" { "text_data" } else { "text" };
        let index = format!("CREATE INDEX texts ON {table}({column})");
        let database = Connection::open(&input).unwrap();
        database
            .execute_batch(&format!("UPDATE composition SET text = 'nichts'; {index};"))
            .unwrap();
        let query = "SELECT rootpage FROM sqlite_schema WHERE name = 'texts'";
        let root: u32 = database.query_row(query, [], |row| row.get(0)).unwrap();
        database
            .execute_batch(
                "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'texts'",
            )
            .unwrap();
        drop(database);
        Connection::open(&input)
            .unwrap()
            .execute_batch(&format!(
                "INSERT INTO message VALUES(60, 1, 0, 'X', 0, 1700000300000, 0, 'Mail: erika@example.org', 60);
                 INSERT INTO composition VALUES(60, 'auch nichts');
                 PRAGMA writable_schema = ON;
                 INSERT INTO sqlite_schema VALUES('index', 'texts', '{table}', {root}, '{index}');"
            ))
            .unwrap();
        let check = |path: &Path| -> String {
            let database = Connection::open(path).unwrap();
            database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap()
        };
        assert_ne!(check(&input), "ok", "{why}: the original is such a database");
        let answer = redact(folder.path(), &input);
        let record = answer.input("msgstore.db");
        assert_eq!(record["incidents"].to_string(), "[]", "{why}");
        let copy = folder.path().join("out/msgstore.db");
        assert_eq!(check(&copy), "ok", "{why}");
        assert_clean(&copy);
        for (table, key) in [("message", "_id"), ("composition", "jid_row_id")] {
            let query = format!("SELECT count(*) FROM {table} NOT INDEXED WHERE {key} = 60");
            let database = Connection::open(&copy).unwrap();
            let count: i64 = database.query_row(&query, [], |row| row.get(0)).unwrap();
            assert_eq!(count, 1, "{why}: {table} keeps what no index knew");
        }
    }
}

/// A database whose texts can be read, with a page that SQLite cannot use.
#[test]
fn a_database_with_a_broken_page_is_refused_as_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("msgstore.db");
    fixture::modern(&input);
    let database = Connection::open(&input).unwrap();
    database.execute_batch("CREATE INDEX texts ON message(text_data)").unwrap();
    let query =
        "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'texts'";
    let (root, size): (u32, u32) =
        database.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    drop(database);
    let mut bytes = std::fs::read(&input).unwrap();
    bytes[(root as usize - 1) * size as usize] = 0x77;
    std::fs::write(&input, bytes).unwrap();
    for allow_omit in [false, true] {
        let policy = Policy::default();
        let mut options = options(folder.path(), &policy, vec![input.clone()]);
        options.copies = Some(engine::CopyOptions { allow_omit, ..copies(folder.path()) });
        let answer = run(&options, &folder.path().join("report")).unwrap();
        let record = answer.input("msgstore.db");
        assert_eq!(record["copy"]["status"], "refused", "{record}");
        let incidents = record["incidents"].as_array().unwrap();
        assert!(
            incidents.iter().any(|incident| incident["kind"] == "damaged"),
            "the database is at fault, not the folder of copies: {record}"
        );
        assert!(!folder.path().join("out/msgstore.db").exists());
    }
}

/// Text that is no UTF-8, in cells of bytes.
#[test]
fn utf16_in_cells_is_found_and_covered() {
    let (little, big) = (u16::to_le_bytes, u16::to_be_bytes);
    let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    };
    let list = plist::Value::String("Größe, IBAN: DE89 3704 0044 0532 0130 00".to_owned());
    let mut archived = Vec::new();
    list.to_writer_binary(&mut archived).unwrap();
    let cells = [
        utf16("Mail: erika@example.org – danke", little),
        utf16("\u{feff}Karte 4111 1111 1111 1111", big),
        [b"\x00\x07\xff".as_slice(), &utf16("Passwort: Sommer2024!", little), b"\xff\x01"].concat(),
        archived,
    ];
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("wide.db");
    let database = Connection::open(&input).unwrap();
    database.execute_batch("CREATE TABLE a(note BLOB)").unwrap();
    for cell in &cells {
        database.execute("INSERT INTO a VALUES(?1)", [cell]).unwrap();
    }
    drop(database);
    let answer = redact(folder.path(), &input);
    let expected =
        ["contact.email", "financial.payment_card", "credential.password", "financial.iban"];
    assert_eq!(answer.rules(), expected);
    let copy = folder.path().join("out/wide.db");
    assert_clean(&copy);
    let database = Connection::open(&copy).unwrap();
    for row in 1..=cells.len() as i64 {
        let after: Vec<u8> = database
            .query_row("SELECT note FROM a WHERE rowid = ?1", [row], |it| it.get(0))
            .unwrap();
        assert!(after.is_empty(), "row {row}: its length would tell that of the value");
    }
}

/// Nobody looks into photos of contacts in cells: they are named, and in no copy unless wanted.
#[test]
fn photos_of_contacts_in_cells_are_named_and_left_out() {
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Jo\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgAB\n AQAAAQABAAD/2wBD\nTEL:+49 171 3920012\nEND:VCARD";
    for keep_media in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("contacts.db");
        let database = Connection::open(&input).unwrap();
        database.execute_batch("CREATE TABLE contacts(card TEXT)").unwrap();
        database.execute("INSERT INTO contacts VALUES(?1), ('BEGIN')", [card]).unwrap();
        drop(database);
        let policy = Policy::default();
        let mut options = options(folder.path(), &policy, vec![input]);
        options.copies = Some(engine::CopyOptions { keep_media, ..copies(folder.path()) });
        let answer = run(&options, &folder.path().join("report")).unwrap();
        let uninspected = &answer.input("contacts.db")["uninspected"];
        assert_eq!(uninspected[0]["kind"], "photo", "{uninspected}");
        assert_eq!(uninspected[0]["member"], "contacts.card");
        let copy = Connection::open(folder.path().join("out/contacts.db")).unwrap();
        let query = "SELECT card FROM contacts ORDER BY rowid LIMIT 1";
        let after: String = copy.query_row(query, [], |row| row.get(0)).unwrap();
        let expected = card.replace("+49 171 3920012", "[PHONE]");
        let photo = "/9j/4AAQSkZJRgAB\n AQAAAQABAAD/2wBD";
        let left = if keep_media { expected } else { expected.replace(photo, "") };
        assert_eq!(after, left, "{keep_media}");
    }
}

/// Contacts in cells are read as the files of contacts are.
#[test]
fn contacts_in_cells_are_decoded() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("msgstore.db");
    fixture::modern(&input);
    let card = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Beispiel;Erika;;;\r\nEMAIL:erika@exam\r\n ple.org\r\nNOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=C3=9Fe, IBAN DE89=203704=200044=20=\r\n0532=200130=2000 ok\r\nEND:VCARD\r\n";
    Connection::open(&input)
        .unwrap()
        .execute("INSERT INTO message_vcard VALUES(7, 5, ?1)", [card])
        .unwrap();
    let answer = redact(folder.path(), &input);
    let mut found: Vec<&str> = answer
        .findings
        .iter()
        .filter(|it| it.table.as_deref() == Some("message_vcard") && it.row == Some(7))
        .map(|it| it.rule.as_str())
        .collect();
    found.sort_unstable();
    assert_eq!(found, ["contact.email", "financial.iban"]);
    let copy = folder.path().join("out/msgstore.db");
    assert_clean(&copy);
    let after: String = Connection::open(&copy)
        .unwrap()
        .query_row("SELECT vcard FROM message_vcard WHERE _id = 7", [], |row| row.get(0))
        .unwrap();
    let expected = card
        .replace("erika@exam\r\n ple.org", "[EMAIL]")
        .replace("DE89=203704=200044=20=\r\n0532=200130=2000", "[IBAN]");
    assert_eq!(after, expected, "all else stays as it is written");
}

/// Rows of messages whose chat is not there any more, or never was.
#[test]
fn rows_without_a_chat_are_messages_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("msgstore.db");
    fixture::modern(&input);
    Connection::open(&input)
        .unwrap()
        .execute_batch(
            "DELETE FROM chat; INSERT INTO message VALUES(30, 0, 0, 'O', 0, 1700000300000, 0, 'Waise: erika@example.org', 30);",
        )
        .unwrap();
    let answer = redact(folder.path(), &input);
    let record = answer.input("msgstore.db");
    assert_eq!(
        (&record["messages"], record["incidents"].to_string()),
        (&9.into(), "[]".to_owned())
    );
    let mail = answer.findings.iter().find(|it| it.row == Some(30)).unwrap();
    assert_eq!(
        (mail.time.as_deref(), mail.direction.as_deref()),
        (Some("2023-11-14T22:18:20"), Some("in"))
    );
    assert!(answer.rules().contains(&"credential.password"), "what was one chat still is one");
    assert_clean(&folder.path().join("out/msgstore.db"));
}
