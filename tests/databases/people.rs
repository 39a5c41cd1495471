//! Who wrote what: people of databases, found through the tables that name them.

use super::*;

/// The same talk in a group, as each schema keeps it: one asks for a date of birth, another answers.
const TALK: [(&str, &str); 3] = [
    (
        "Android since 2022",
        "CREATE TABLE jid(_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT UNIQUE);
         CREATE TABLE chat(_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);
         CREATE TABLE message(_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT, sender_jid_row_id INTEGER, timestamp INTEGER, message_type INTEGER, text_data TEXT);
         INSERT INTO jid VALUES(1, '120363000000000001', 'g.us', '120363000000000001@g.us'), (2, '491713920012', 's.whatsapp.net', '491713920012@s.whatsapp.net'), (3, '491713920013', 's.whatsapp.net', '491713920013@s.whatsapp.net');
         INSERT INTO chat VALUES(1, 1, 'Gruppe');
         INSERT INTO message VALUES(1, 1, 0, 'A', 2, 1700000000000, 0, 'Wie ist dein Geburtsdatum?'), (2, 1, 0, 'B', {}, 1700000010000, 0, 'Moment'), (3, 1, 0, 'C', {}, 1700000020000, 0, '3.4.81');",
    ),
    (
        "Android up to 2021",
        "CREATE TABLE messages(_id INTEGER PRIMARY KEY, key_remote_jid TEXT, key_from_me INTEGER, key_id TEXT, data TEXT, timestamp INTEGER, remote_resource TEXT);
         INSERT INTO messages VALUES(1, '491713920012-1500000000@g.us', 0, 'A', 'Wie ist dein Geburtsdatum?', 1400000000000, '49171392001' || 2 || '@s.whatsapp.net'),
           (2, '491713920012-1500000000@g.us', 0, 'B', 'Moment', 1400000001000, '49171392001' || {} || '@s.whatsapp.net'), (3, '491713920012-1500000000@g.us', 0, 'C', '3.4.81', 1400000002000, '49171392001' || {} || '@s.whatsapp.net');",
    ),
    (
        "iOS",
        "CREATE TABLE ZWACHATSESSION(Z_PK INTEGER PRIMARY KEY, ZCONTACTJID VARCHAR);
         CREATE TABLE ZWAMESSAGE(Z_PK INTEGER PRIMARY KEY, ZISFROMME INTEGER, ZCHATSESSION INTEGER, ZGROUPMEMBER INTEGER, ZMESSAGEDATE TIMESTAMP, ZTEXT VARCHAR);
         INSERT INTO ZWACHATSESSION VALUES(1, '120363000000000001@g.us');
         INSERT INTO ZWAMESSAGE VALUES(1, 0, 1, 2, 700000000, 'Wie ist dein Geburtsdatum?'), (2, 0, 1, {}, 700000010, 'Moment'), (3, 0, 1, {}, 700000020, '3.4.81');",
    ),
];

#[test]
fn an_answer_to_somebody_else_is_told_from_ones_own_words() {
    for (schema, sql) in TALK {
        // (who goes on, found, why)
        for (who, is_found, why) in [("3", true, "another member"), ("2", false, "the same member")]
        {
            let folder = tempfile::tempdir().unwrap();
            let input = folder.path().join("chats.db");
            Connection::open(&input).unwrap().execute_batch(&sql.replace("{}", who)).unwrap();
            let answer = scan(folder.path(), &input);
            assert_eq!(
                answer.rules().contains(&"identity.birth_date"),
                is_found,
                "{schema}: {why}"
            );
        }
    }
}

#[test]
fn people_get_one_pseudonym_wherever_they_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    fixture::modern(&input.join("msgstore.db"));
    fixture::contacts(&input.join("wa.db"));
    fixture::ios(&input.join("ChatStorage.sqlite"));
    Connection::open(input.join("msgstore.db"))
        .unwrap()
        .execute_batch("UPDATE message SET text_data = 'Danke, Erika Beispiel' WHERE _id = 5; UPDATE message_ftsv2 SET content = 'danke, erika beispiel' WHERE docid = 5;")
        .unwrap();
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    options.copies =
        Some(engine::CopyOptions { pseudonymous_participants: true, ..copies(folder.path()) });
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert_eq!(answer.run.totals.incidents, 0, "{}", answer.json["inputs"]);
    let out = folder.path().join("out");
    let text = |file: &str, query: &str| {
        let database = Connection::open(out.join(file)).unwrap();
        database.query_row(query, [], |row| row.get::<_, String>(0)).unwrap()
    };
    let number = text("msgstore.db", "SELECT user FROM jid WHERE _id = 1");
    assert!(number.starts_with("[Person-"), "{number}");
    let account = format!("{number}@s.whatsapp.net");
    let name = text("wa.db", "SELECT display_name FROM wa_contacts WHERE _id = 2");
    assert!(name.starts_with("[Person-") && name != number, "{name}");
    let cases = [
        // (file, query, expected, why)
        ("msgstore.db", "SELECT raw_string FROM jid WHERE _id = 1", &account, "an address"),
        (
            "msgstore.db",
            "SELECT text_data FROM message WHERE _id = 5",
            &format!("Danke, {name}"),
            "a mention",
        ),
        (
            "msgstore.db",
            "SELECT content FROM message_ftsv2 WHERE docid = 5",
            &format!("danke, {name}"),
            "for search",
        ),
        ("wa.db", "SELECT jid FROM wa_contacts WHERE _id = 2", &account, "another database"),
        ("wa.db", "SELECT verified_name FROM wa_vnames", &name, "another name of the same"),
        ("ChatStorage.sqlite", "SELECT ZCONTACTJID FROM ZWACHATSESSION", &account, "another phone"),
        ("ChatStorage.sqlite", "SELECT ZPARTNERNAME FROM ZWACHATSESSION", &name, "its contact"),
    ];
    for (file, query, expected, why) in cases {
        assert_eq!(&text(file, query), expected, "{why}");
    }
    for file in ["msgstore.db", "wa.db", "ChatStorage.sqlite"] {
        assert_clean(&out.join(file));
        let raw = fs::read(out.join(file)).unwrap();
        let is_left = raw.windows(5).any(|window| window.eq_ignore_ascii_case(b"erika"));
        assert!(!is_left, "a name is left in {file}");
    }
    let certificates = engine::verify(&options, &input, &out).unwrap();
    for certificate in certificates {
        assert_eq!(certificate.verdict, "proven", "{:?}", certificate.failures);
    }
}
