//! What nobody can look into is named wherever it stands, and no copy has it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::*;
use crate::formats::make;

const ACCOUNT: &str = "DE89 3704 0044 0532 0130 00";

/// Redacts files of these names and contents; answers what became of them and the verdicts on the copies.
fn redacted(
    folder: &Path,
    files: &[(&str, Vec<u8>)],
    keep_media: bool,
) -> (Answer, BTreeMap<String, engine::Certificate>) {
    let input = folder.join("in");
    fs::create_dir_all(&input).unwrap();
    for (name, bytes) in files {
        fs::write(input.join(name), bytes).unwrap();
    }
    let policy = Policy::default();
    let mut options = options(folder, &policy, vec![input.clone()]);
    options.copies = Some(CopyOptions { keep_media, ..copies(folder) });
    let answer = run(&options, &folder.join("report")).unwrap();
    let certificates = engine::verify(&options, &input, &folder.join("out")).unwrap();
    (answer, certificates.into_iter().map(|it| (it.copy.clone(), it)).collect())
}

#[test]
fn what_nobody_can_look_into_is_named_and_a_note_stands_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let noise: Vec<u8> = (0..600_u32).map(|at| (at * 37 % 256) as u8 & 0x9F).collect();
    let picture =
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /Length 3 >>\nstream\nabc\nendstream";
    let files = [
        // (name, content)
        ("bin.bin", [&noise[..], b"IBAN DE89370400440532013000", &noise].concat()),
        ("alt.doc", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 500]].concat()),
        ("bild.png", b"\x89PNG\r\n\x1a\n\0\0\0\0".to_vec()),
        ("brief.rtf", b"{\\rtf1 IBAN DE89 3704 {\\b 0044} 0532 0130 00}".to_vec()),
        (
            "bild.pdf",
            make::pdf_of(
                &[
                    b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
                    b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
                    picture.into(),
                ],
                "",
            ),
        ),
    ];
    let (answer, certificates) = redacted(folder.path(), &files, false);
    for (name, _) in &files {
        let one = answer.input(name);
        assert!(one["uninspected"][0]["kind"].is_string(), "{one}");
        assert_eq!(one["incidents"].as_array().unwrap().len(), 0, "{one}");
        assert_eq!(one["copy"]["status"], "withheld", "{one}");
        assert_eq!(one["copy"]["path"], format!("{name}.withheld.txt"), "{one}");
        assert!(folder.path().join(format!("out/{name}.withheld.txt")).is_file(), "{name}");
        assert!(!folder.path().join("out").join(name).exists(), "{name}");
        assert_eq!(certificates[*name].verdict, "no-copy", "{:?}", certificates[*name]);
    }
}

#[test]
fn values_across_line_ends_and_in_names_are_proven() {
    let folder = tempfile::tempdir().unwrap();
    let written = |between: &str| {
        make::docx(&format!(
            "<w:p><w:r><w:t>IBAN DE89 3704</w:t>{between}<w:t>0044 0532 0130 00</w:t></w:r></w:p>"
        ))
    };
    let text = "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:text><text:p>IBAN DE89 3704<text:s/>0044 0532 0130 00</text:p></office:text></office:body></office:document-content>";
    let mut list = Vec::new();
    let mut members = plist::Dictionary::new();
    members.insert("DE02120300000000202051".to_owned(), 1.into());
    members.insert("Ort".to_owned(), "Berlin".into());
    plist::Value::Dictionary(members).to_writer_binary(&mut list).unwrap();
    let files = [
        ("tab.docx", written("<w:tab/>")),
        ("zeile.docx", written("<w:br/>")),
        ("paar.docx", written("<w:br></w:br>")),
        ("zeile.html", b"<html><p>IBAN DE89 3704<br>0044 0532 0130 00</p></html>".to_vec()),
        (
            "leer.odt",
            make::zip(&[
                ("mimetype", b"application/vnd.oasis.opendocument.text"),
                ("content.xml", text.as_bytes()),
            ]),
        ),
        ("liste.plist", list),
    ];
    let (answer, certificates) = redacted(folder.path(), &files, false);
    for (name, _) in &files {
        assert!(answer.input(name)["findings"].as_u64().unwrap() > 0, "{}", answer.input(name));
        assert_eq!(certificates[*name].verdict, "proven", "{:?}", certificates[*name]);
    }
}

#[test]
fn mail_that_cannot_be_decoded_is_an_incident() {
    let folder = tempfile::tempdir().unwrap();
    let secret = format!("IBAN {ACCOUNT}");
    let encoded = BASE64_STANDARD.encode(&secret);
    let mail = |kind: &str, transfer: &str, body: &str| {
        format!("From: a@example.org\r\nSubject: Hallo\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n{body}\r\n").into_bytes()
    };
    let uu = "begin 644 a.txt\r\n-24)!3B!$13@Y(#,W,#0`\r\n`\r\nend";
    let cases = [
        // (name, mail, readable, why)
        ("a.eml", mail("text/plain", "BASE64 (so)", &encoded), true, "a comment"),
        ("b.eml", mail("text/plain", "(a (b) \\)) quoted-printable", "IBAN =44E89 3704 0044 0532 0130 00"), true, "one before"),
        ("c.eml", mail("text/plain", "x-foo", &encoded), false, "an unknown encoding"),
        ("d.eml", mail("text/plain; charset=utf-7", "7bit", "+AEQ-"), false, "UTF-7"),
        ("e.eml", mail("text/plain; charset=\"ibm037\"", "base64", &encoded), false, "EBCDIC"),
        ("f.eml", mail("text/plain; charset=iso-2022-jp", "7bit", "Hallo"), false, "Japanese"),
        ("g.eml", mail("text/plain; charset=KOI8-R", "7bit", &secret), true, "a letter a byte"),
        ("h.eml", mail("text/plain", "7bit", uu), false, "uuencode"),
        ("i.eml", mail("text/plain", "7bit", &format!("begin 644 mal\r\n\r\n{secret}")), true, "no uuencode"),
        ("j.eml", format!("From: a@example.org\r\nSubject: =?utf-7?Q?Hallo?=\r\nTo: b@example.org\r\n\r\n{secret}\r\n").into_bytes(), false, "a word in a header"),
    ];
    let files: Vec<(&str, Vec<u8>)> = cases.iter().map(|it| (it.0, it.1.clone())).collect();
    let (answer, _) = redacted(folder.path(), &files, true);
    for (name, _, readable, why) in cases {
        let one = answer.input(name);
        let copy = folder.path().join("out").join(name);
        if readable {
            assert_eq!(one["copy"]["status"], "written", "{why}: {one}");
            assert!(one["findings"].as_u64().unwrap() > 0, "{why}: {one}");
        } else {
            assert_eq!(one["incidents"][0]["kind"], "unsupported", "{why}: {one}");
            assert_eq!(one["copy"]["status"], "refused", "{why}: {one}");
            assert!(!copy.exists(), "{why}");
        }
    }
}

#[test]
fn pictures_in_texts_are_named_and_in_no_copy() {
    let picture = [b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 900]].concat();
    let data = BASE64_STANDARD.encode(&picture);
    let lines: Vec<&str> =
        data.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let files: Vec<(&str, Vec<u8>)> = [
        ("a.html", format!("<html><p>Hallo</p><img src=\"data:image/png;base64,{data}\"><p>Welt</p></html>")),
        ("b.svg", format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><image xlink:href=\"data:image/png;base64,{data}\"/></svg>")),
        ("c.xml", format!("<?xml version=\"1.0\"?><plist><dict><key>Bild</key><data>\n\t{}\n\t</data></dict></plist>", lines.join("\n\t"))),
        ("d.json", format!("{{\"text\":\"Hallo\",\"thumb\":\"{}\",\"n\":1}}", data.replace('/', "\\/"))),
        ("e.csv", format!("Name;Bild\nErika;{data}\nMax;\n")),
        ("f.vcf", format!("BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Jo\r\nX-A;ENCODING=BASE64:\r\n {}\r\n\r\nORG:Werkstatt\r\nEND:VCARD\r\n", lines.join("\r\n "))),
        ("g.html", format!("<html><span style=\"background:url(data:image/png;base64,{data})\">Hallo</span></html>")),
        ("h.txt", format!("Hallo\n{data}\nWelt\n")),
    ]
    .map(|(name, text)| (name, text.into_bytes()))
    .into();
    for keep_media in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (answer, certificates) = redacted(folder.path(), &files, keep_media);
        for (name, bytes) in &files {
            let one = answer.input(name);
            assert_eq!(one["uninspected"][0]["kind"], "photo", "{name}, {keep_media}: {one}");
            assert_eq!(one["copy"]["status"], "written", "{name}, {keep_media}: {one}");
            let copy = fs::read(folder.path().join("out").join(name)).unwrap();
            if keep_media {
                assert_eq!(copy, *bytes, "{name}");
            } else {
                let text = String::from_utf8(copy).unwrap();
                assert!(
                    !text.contains(&data[..40]) && !text.contains(&data[data.len() - 30..]),
                    "{name}: {text}"
                );
                assert!(text.len() + 1000 < bytes.len(), "{name}: {text}");
            }
            assert_eq!(certificates[*name].verdict, "proven", "{:?}", certificates[*name]);
        }
    }
}

#[test]
fn cells_of_databases_keep_no_archive_and_tell_no_length() {
    let packed = |text: &[u8]| {
        let mut packer =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    };
    let secret = format!("IBAN {ACCOUNT}");
    for keep_media in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("made.db");
        let connection = rusqlite::Connection::open(&made).unwrap();
        connection.execute_batch("CREATE TABLE a (id INTEGER PRIMARY KEY, x)").unwrap();
        let blobs = [
            packed(secret.as_bytes()),
            make::zip(&[("a.txt", secret.as_bytes())]),
            [b"\0\x01\xff".as_slice(), secret.as_bytes(), b"\0\x02 und mehr Text\0"].concat(),
            [b"\0\x01\xff".as_slice(), b"nichts zu finden\0"].concat(),
            [b"\xff\xd8\xff\xe0".as_slice(), &[0; 40]].concat(),
        ];
        for blob in &blobs {
            connection.execute("INSERT INTO a (x) VALUES (?1)", [blob]).unwrap();
        }
        drop(connection);
        let files = [("a.db", fs::read(&made).unwrap())];
        let (answer, certificates) = redacted(folder.path(), &files, keep_media);
        let one = answer.input("a.db");
        let kinds: Vec<&str> = one["uninspected"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["archive", "photo"], "{one}");
        let copy = rusqlite::Connection::open(folder.path().join("out/a.db")).unwrap();
        let mut query = copy.prepare("SELECT x FROM a ORDER BY id").unwrap();
        let cells: Vec<Vec<u8>> =
            query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(cells[..3].iter().all(Vec::is_empty), "{keep_media}: {cells:?}");
        assert_eq!(cells[3], blobs[3]);
        assert_eq!(cells[4].is_empty(), !keep_media);
        assert_eq!(certificates["a.db"].verdict, "proven", "{:?}", certificates["a.db"]);
    }
}
