//! Databases as WhatsApp and others make them, of invented rows.

use std::path::Path;

use rusqlite::Connection;

/// What is planted: no copy may hold any of it, in any written form.
pub(crate) const PLANTED: &[&str] = &[
    "DE89 3704 0044 0532 0130 00",
    "4111 1111 1111 1111",
    "Sommer2024!",
    "+49 171 3920012",
    "491713920012",
    "erika@example.org",
    "86095742719",
    "F32.1",
    "DE02 1203 0000 0000 2020 51",
];

fn make(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

/// Android since 2022, as far as the program looks at it.
pub(crate) const MODERN: &str = "
CREATE TABLE jid(_id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT, server TEXT, type INTEGER, raw_string TEXT);
CREATE UNIQUE INDEX jid_raw ON jid(raw_string);
CREATE TABLE chat(_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER UNIQUE, subject TEXT);
CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL,
  key_id TEXT NOT NULL, sender_jid_row_id INTEGER, timestamp INTEGER, message_type INTEGER, text_data TEXT, sort_id INTEGER);
CREATE TABLE message_quoted(message_row_id INTEGER PRIMARY KEY, text_data TEXT);
CREATE TABLE message_media(message_row_id INTEGER PRIMARY KEY, file_path TEXT, media_name TEXT, media_caption TEXT);
CREATE TABLE message_vcard(_id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER, vcard TEXT);
CREATE TABLE message_thumbnail(message_row_id INTEGER PRIMARY KEY, thumbnail BLOB);
CREATE TABLE message_future(message_row_id INTEGER PRIMARY KEY, data BLOB);
CREATE TABLE composition(jid_row_id INTEGER PRIMARY KEY, text TEXT) WITHOUT ROWID;
CREATE TABLE quick_replies(_id INTEGER PRIMARY KEY, title TEXT, content TEXT);
CREATE TABLE log(text TEXT);
CREATE VIRTUAL TABLE message_ftsv2 USING FTS4(content, fts_jid, fts_namespace);
CREATE VIEW all_texts AS SELECT text_data FROM message;
CREATE TRIGGER keep_old BEFORE UPDATE ON message BEGIN INSERT INTO log VALUES(old.text_data); END;
INSERT INTO jid VALUES(1, '491713920012', 's.whatsapp.net', 0, '491713920012@s.whatsapp.net'),
  (2, '120363000000000001', 'g.us', 1, '120363000000000001@g.us'),
  (3, '99887766554433', 'lid', 18, '99887766554433@lid');
INSERT INTO chat VALUES(1, 1, NULL), (2, 2, 'Kundengruppe'), (3, 3, NULL);
INSERT INTO message VALUES
  (1, -1, 0, '-1', 0, 0, 0, NULL, 1),
  (2, 1, 0, 'A1', 0, 1700000120000, 0, 'Guten Tag, meine IBAN: DE89 3704 0044 0532 0130 00', 2),
  (3, 2, 0, 'B1', 1, 1700000130000, 0, 'Karte 4111 1111 1111 1111', 3),
  (4, 1, 1, 'A2', 0, 1700000180000, 0, 'Wie ist das Passwort?', 4),
  (5, 2, 1, 'B2', 0, 1700000190000, 0, 'Danke', 5),
  (6, 1, 0, 'A3', 0, 1700000240000, 0, 'Sommer2024!', 6),
  (7, 3, 0, 'C1', 0, 1700000250000, 1, 'Krankschreibung, Diagnose F32.1', 7),
  (8, 99, 0, 'Z1', 1, 1700000260000, 0, 'Chat ist weg, Steuer-ID 86095742719', 8),
  (9, 1, 0, 'A4', 0, 1700000270000, 2, NULL, 9);
INSERT INTO message_quoted VALUES(4, 'Guten Tag, meine IBAN: DE89 3704 0044 0532 0130 00');
INSERT INTO message_media VALUES(7, 'Media/WhatsApp Images/IMG-1.jpg', 'IMG-1.jpg', 'Passwort: Sommer2024!');
INSERT INTO message_vcard VALUES(1, 5, 'BEGIN:VCARD' || char(10) || 'FN:Erika Beispiel' || char(10) || 'TEL:+49 171 3920012' || char(10) || 'EMAIL:erika@example.org' || char(10) || 'END:VCARD');
INSERT INTO message_thumbnail VALUES(7, x'ffd8ffe000104a46494600010100000100010000');
INSERT INTO message_future VALUES(8, CAST(x'0a2e' || 'Meine IBAN ist DE89 3704 0044 0532 0130 00, ok' || x'1801ff' AS BLOB));
INSERT INTO composition VALUES(1, 'Entwurf: Karte 4111 1111 1111 1111'), (3, 'nichts');
INSERT INTO quick_replies VALUES(1, 'Konto', 'Unser Konto: DE02 1203 0000 0000 2020 51');
INSERT INTO message_ftsv2(docid, content, fts_jid, fts_namespace)
  SELECT _id, lower(text_data), '', 'text' FROM message WHERE text_data IS NOT NULL;
INSERT INTO message_ftsv2(docid, content, fts_jid, fts_namespace) VALUES(500, 'alte iban de02 1203 0000 0000 2020 51', '', 'text');
";

/// A database of Android since 2022.
pub(crate) fn modern(path: &Path) {
    make(path, MODERN);
}

/// Android up to 2021: one flat table.
pub(crate) fn old(path: &Path) {
    make(
        path,
        "CREATE TABLE messages(_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT NOT NULL, key_from_me INTEGER,
           key_id TEXT, status INTEGER, data TEXT, timestamp INTEGER, media_wa_type TEXT, media_name TEXT, media_caption TEXT,
           remote_resource TEXT, raw_data BLOB, thumb_image BLOB);
         CREATE TABLE messages_quotes(_id INTEGER PRIMARY KEY, key_remote_jid TEXT, data TEXT);
         CREATE VIRTUAL TABLE messages_fts USING FTS3();
         INSERT INTO messages VALUES
           (1, '-1', 0, '-1', -1, NULL, 0, '-1', NULL, NULL, NULL, NULL, NULL),
           (2, '491713920012@s.whatsapp.net', 0, 'A', 0, 'meine IBAN: DE89 3704 0044 0532 0130 00', 1400000000000, '0', NULL, NULL, NULL, NULL, NULL),
           (3, '491713920012@s.whatsapp.net', 1, 'B', 0, 'danke', 1400000001000, '0', NULL, NULL, NULL, NULL, NULL),
           (4, '491713920012-1500000000@g.us', 0, 'C', 0, NULL, 1400000002000, '1', 'IMG.jpg', 'Karte 4111 1111 1111 1111', '491713920012@s.whatsapp.net', NULL, NULL);
         INSERT INTO messages_quotes VALUES(1, '491713920012@s.whatsapp.net', 'Passwort: Sommer2024!');
         INSERT INTO messages_fts(docid, content) SELECT _id, lower(data) FROM messages WHERE data IS NOT NULL;",
    );
}

/// iOS, as far as the program looks at it.
pub(crate) fn ios(path: &Path) {
    make(
        path,
        "CREATE TABLE ZWACHATSESSION(Z_PK INTEGER PRIMARY KEY, Z_OPT INTEGER, ZCONTACTJID VARCHAR, ZPARTNERNAME VARCHAR, ZSAVEDINPUT VARCHAR);
         CREATE TABLE ZWAMESSAGE(Z_PK INTEGER PRIMARY KEY, Z_OPT INTEGER, ZISFROMME INTEGER, ZCHATSESSION INTEGER, ZGROUPMEMBER INTEGER,
           ZMEDIAITEM INTEGER, ZMESSAGEDATE TIMESTAMP, ZFROMJID VARCHAR, ZTEXT VARCHAR, ZSTANZAID VARCHAR);
         CREATE TABLE ZWAMEDIAITEM(Z_PK INTEGER PRIMARY KEY, ZMESSAGE INTEGER, ZTITLE VARCHAR, ZMEDIALOCALPATH VARCHAR, ZVCARDSTRING VARCHAR, ZMETADATA BLOB);
         CREATE TABLE ZWAGROUPMEMBER(Z_PK INTEGER PRIMARY KEY, ZMEMBERJID VARCHAR, ZCONTACTNAME VARCHAR);
         INSERT INTO ZWACHATSESSION VALUES(1, 1, '491713920012@s.whatsapp.net', 'Erika Beispiel', 'Entwurf: meine IBAN DE89 3704 0044 0532 0130 00');
         INSERT INTO ZWAMESSAGE VALUES
           (1, 1, 0, 1, NULL, NULL, 700000060, '491713920012@s.whatsapp.net', 'Steuer-ID 86095742719', NULL),
           (2, 1, 1, 1, NULL, 1, 700000120.5, NULL, NULL, 'X');
         INSERT INTO ZWAMEDIAITEM VALUES(1, 2, 'Krankschreibung F32.1', 'Media/491713920012@s.whatsapp.net/a/b/1.jpg', 'image/jpeg',
           CAST(x'0a0558595a31322a1c' || 'Passwort: Sommer2024! danke.' || x'ff' AS BLOB));
         INSERT INTO ZWAGROUPMEMBER VALUES(1, '491713920012@s.whatsapp.net', 'Erika Beispiel');",
    );
}

/// Contacts of WhatsApp on Android.
pub(crate) fn contacts(path: &Path) {
    make(
        path,
        "CREATE TABLE wa_contacts(_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT NOT NULL, is_whatsapp_user BOOLEAN NOT NULL,
           status TEXT, status_timestamp INTEGER, number TEXT, display_name TEXT, given_name TEXT, family_name TEXT, wa_name TEXT,
           nickname TEXT, company TEXT, title TEXT);
         CREATE UNIQUE INDEX wa_contacts_jid ON wa_contacts(jid, number);
         CREATE TABLE wa_vnames(_id INTEGER PRIMARY KEY, jid TEXT UNIQUE, verified_name TEXT);
         CREATE TABLE wa_biz_profiles(_id INTEGER PRIMARY KEY, jid TEXT UNIQUE, email TEXT, address TEXT, business_description TEXT);
         CREATE TABLE wa_group_descriptions(jid TEXT PRIMARY KEY, description TEXT);
         INSERT INTO wa_contacts VALUES
           (1, '120363000000000001@g.us', 0, NULL, 0, NULL, 'Kundengruppe', NULL, NULL, NULL, NULL, NULL, NULL),
           (2, '491713920012@s.whatsapp.net', 1, 'IBAN DE89 3704 0044 0532 0130 00', 1700000000000, '+49 171 3920012',
             'Erika Beispiel', 'Erika', 'Beispiel', 'Erika', NULL, 'Beispiel GmbH', NULL),
           (3, '99887766554433@lid', 1, NULL, 0, NULL, 'Jo', 'Jo', NULL, NULL, NULL, NULL, NULL);
         INSERT INTO wa_vnames VALUES(1, '491713920012@s.whatsapp.net', 'Erika Beispiel');
         INSERT INTO wa_biz_profiles VALUES(1, '491713920012@s.whatsapp.net', 'erika@example.org', NULL, 'Werkstatt');
         INSERT INTO wa_group_descriptions VALUES('120363000000000001@g.us', 'Steuer-ID 86095742719');",
    );
}

/// Some program's customers.
pub(crate) fn foreign(path: &Path) {
    make(
        path,
        "CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT, phone INTEGER, email TEXT UNIQUE, notes BLOB);
         INSERT INTO customers VALUES(1, 'Erika Beispiel', 491713920012, 'erika@example.org', CAST('IBAN DE89 3704 0044 0532 0130 00' AS BLOB));
         CREATE TABLE logins(login TEXT PRIMARY KEY, password TEXT) WITHOUT ROWID;
         INSERT INTO logins VALUES('a', 'Winter2023!'), ('erika@example.org', 'Sommer2024!');
         CREATE TABLE messages(id INTEGER PRIMARY KEY, text TEXT);
         INSERT INTO messages VALUES(1, CAST(x'4b617274652034313131203131313120313131312031313131ff' AS TEXT));",
    );
}

/// The description of a file in a manifest: an archived object with the keys that matter here.
fn description(path: &str, size: i64) -> Vec<u8> {
    use plist::{Dictionary, Uid, Value};
    let mut file = Dictionary::new();
    file.insert("RelativePath".to_owned(), Value::Uid(Uid::new(2)));
    file.insert("Digest".to_owned(), Value::Uid(Uid::new(3)));
    file.insert("Size".to_owned(), size.into());
    let objects =
        vec!["$null".into(), Value::Dictionary(file), path.into(), Value::Data(vec![0; 20])];
    let mut archive = Dictionary::new();
    archive.insert("$archiver".to_owned(), "NSKeyedArchiver".into());
    archive.insert("$objects".to_owned(), Value::Array(objects));
    let mut bytes = Vec::new();
    Value::Dictionary(archive).to_writer_binary(&mut bytes).unwrap();
    bytes
}

/// A folder as Finder writes it, with WhatsApp, WhatsApp Business and a picture whose path holds a number.
pub(crate) fn ios_backup(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let mut status = plist::Dictionary::new();
    status.insert("IsEncrypted".to_owned(), false.into());
    plist::Value::Dictionary(status).to_file_binary(folder.join("Manifest.plist")).unwrap();
    let manifest = Connection::open(folder.join("Manifest.db")).unwrap();
    manifest
        .execute_batch("CREATE TABLE Files(fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB);
             CREATE TABLE Properties(key TEXT PRIMARY KEY, value BLOB);")
        .unwrap();
    for app in ["WhatsApp", "WhatsAppSMB"] {
        let domain = format!("AppDomainGroup-group.net.whatsapp.{app}.shared");
        let media = "Message/Media/491713920012@s.whatsapp.net/a/b/1.vcf";
        for (path, flags) in
            [("ChatStorage.sqlite", 1), (media, 1), ("Message/1.jpg", 1), ("Message", 2)]
        {
            let id = sparsam::format::ios::id_of(&domain, path);
            let file = folder.join(sparsam::format::ios::place_of(&id));
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            match path {
                "ChatStorage.sqlite" => ios(&file),
                "Message/1.jpg" => std::fs::write(&file, b"\xff\xd8\xff\xe0\0\x10JFIF\0").unwrap(),
                _ if flags == 1 => std::fs::write(
                    &file,
                    "BEGIN:VCARD\r\nVERSION:3.0\r\nEMAIL:erika@example.org\r\nEND:VCARD\r\n",
                )
                .unwrap(),
                _ => {}
            }
            let size = if flags == 1 { std::fs::metadata(&file).unwrap().len() as i64 } else { 0 };
            manifest
                .execute(
                    "INSERT INTO Files VALUES(?1, ?2, ?3, ?4, ?5)",
                    (id, &domain, path, flags, description(path, size)),
                )
                .unwrap();
        }
    }
}
