//! Business logs, documents and archives from end to end: planted values are found, no copy holds one,
//! copies are proven, and what cannot be redacted is withheld with a note.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;

use super::*;
use crate::formats::make;

const ACCOUNT: &str = "DE02 1203 0000 0000 2020 51";
const PHONE: &str = "+49 151 23456789";
const PLANTED: [&str; 6] =
    ["3704 0044", "1203 0000", "23456789", "0300000000202051", "erika@example", "MTIwMyAwMDAw"];

fn fixtures(kind: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(kind);
    fs::read_dir(root)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())
        })
        .collect()
}

/// All bytes of a copy, and of what is packed in it.
fn opened(bytes: &[u8], all: &mut Vec<u8>) {
    all.extend_from_slice(bytes);
    all.push(0);
    let mut inner = Vec::new();
    if bytes.starts_with(b"\x1f\x8b") {
        GzDecoder::new(bytes).read_to_end(&mut inner).unwrap();
        opened(&inner, all);
    } else if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        for at in 0..archive.len() {
            inner.clear();
            archive.by_index(at).unwrap().read_to_end(&mut inner).unwrap();
            opened(&inner, all);
        }
    } else if bytes.get(257..262) == Some(b"ustar") {
        for entry in tar::Archive::new(bytes).entries().unwrap() {
            inner.clear();
            entry.unwrap().read_to_end(&mut inner).unwrap();
            opened(&inner, all);
        }
    }
}

fn paragraph(text: &str) -> String {
    let (first, rest) = text.split_at(text.len() / 2);
    format!(
        "<w:p><w:r><w:t>{first}</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>{rest}</w:t></w:r></w:p>"
    )
}

#[test]
fn every_shape_is_redacted_and_proven() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    let line = format!("Mein Konto {ACCOUNT}, Tel {PHONE}");
    let document = make::docx(&paragraph(&line));
    let mut files = Vec::new();
    for kind in ["json", "csv", "markup", "calendar"] {
        files.extend(fixtures(kind));
    }
    let text = line.as_bytes();
    files.push(("notiz.txt.gz".to_owned(), make::gzip(text)));
    files
        .push(("alles.tar".to_owned(), make::tar(&[("a/notiz.txt", text), ("v.docx", &document)])));
    files.push(("alles.tgz".to_owned(), make::gzip(&make::tar(&[("_chat.txt", CHAT.as_bytes())]))));
    files.push(("brief.eml".to_owned(), make::mail(&document)));
    files.push(("vertrag.docx".to_owned(), document.clone()));
    files.push(("innen.zip".to_owned(), make::zip(&[("notiz.txt.gz", &make::gzip(text))])));
    for (name, bytes) in &files {
        fs::write(input.join(name), bytes).unwrap();
    }
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    options.copies = Some(copies(folder.path()));
    let answer = run(&options, &folder.path().join("report")).unwrap();
    for (name, _) in &files {
        let one = answer.input(name);
        assert_eq!(one["status"], "findings", "{name}: {one}");
        assert_eq!(one["copy"]["status"], "written", "{name}: {one}");
        let mut all = Vec::new();
        opened(&fs::read(folder.path().join("out").join(name)).unwrap(), &mut all);
        let all = String::from_utf8_lossy(&all);
        for value in PLANTED {
            assert!(!all.contains(value), "{value} in the copy of {name}");
        }
    }
    let certificates = engine::verify(&options, &input, &folder.path().join("out")).unwrap();
    for certificate in &certificates {
        assert_eq!(certificate.verdict, "proven", "{certificate:?}");
    }
    assert_eq!(certificates.len(), files.len());
    // The parts of the document, and its properties.
    let parts = unzip(&folder.path().join("out/vertrag.docx"));
    let body = String::from_utf8_lossy(&parts["word/document.xml"]).into_owned();
    assert!(body.contains("Mein Konto [IBAN]") && body.contains("Tel [PHONE]"), "{body}");
    assert!(body.ends_with("</w:body></w:document>"));
    assert!(parts["docProps/core.xml"].ends_with(b"properties\"/>"), "no author");
    assert!(parts["word/media/image1.png"].is_empty(), "nobody looked at the picture");
    let mail = fs::read_to_string(folder.path().join("out/brief.eml")).unwrap();
    assert!(mail.contains("Gr=C3=BC=C3=9Fe, mein Konto: [IBAN]\r\n"), "{mail}");
    assert!(mail.contains("boundary=\"=_b1_4111111111111111\""), "{mail}");
}

#[test]
fn columns_of_spreadsheets_are_context() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("kunden.xlsx");
    let names = ["Kunde", "Passwort", "Steuer-ID"];
    fs::write(&input, make::xlsx(names, ["Erika", "Sommer2024!"], 86_095_742_719)).unwrap();
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    options.copies = Some(copies(folder.path()));
    let answer = run(&options, &folder.path().join("report")).unwrap();
    let mut rules = answer.rules();
    rules.sort_unstable();
    assert_eq!(rules, ["credential.password", "identity.de_tax_id"]);
    let parts = unzip(&folder.path().join("out/kunden.xlsx"));
    let part = |name: &str| String::from_utf8(parts[name].clone()).unwrap();
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains(r#"<c t="str" r="C2"><v>[TAX_ID]</v></c>"#), "{sheet}");
    let shared = part("xl/sharedStrings.xml");
    let ends = "<si><t>Steuer-ID</t></si><si><t>Erika</t></si><si><t>[PASSWORD]</t></si></sst>";
    assert!(shared.ends_with(ends), "{shared}");
    let certificates =
        engine::verify(&options, &input, &folder.path().join("out/kunden.xlsx")).unwrap();
    assert_eq!(certificates[0].verdict, "proven", "{certificates:?}");
    assert_eq!(certificates[0].residual, 0);
}

#[test]
fn what_cannot_be_redacted_is_withheld_with_a_note() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    let line = format!("Konto {ACCOUNT}");
    let changed =
        "<w:p><w:del w:author=\"Erika\"><w:r><w:delText>alt</w:delText></w:r></w:del></w:p>";
    let (secret, clean) = (make::pdf(&[&line]), make::pdf(&["Hallo Welt"]));
    let photo = make::jpeg("Hallo");
    for (name, bytes) in [
        ("konto.pdf", secret.clone()),
        ("hallo.pdf", clean.clone()),
        ("foto.jpg", photo.clone()),
        ("alt.docx", make::docx(changed)),
        (
            "export.zip",
            make::zip(&[
                ("_chat.txt", CHAT.as_bytes()),
                ("konto.pdf", &secret),
                ("hallo.pdf", &clean),
            ]),
        ),
    ] {
        fs::write(input.join(name), bytes).unwrap();
    }
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    options.copies = Some(CopyOptions { keep_media: true, ..copies(folder.path()) });
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert_eq!(
        answer.occurrences("location.coordinates") + answer.occurrences("contact.geo_location"),
        1,
        "{:?}",
        answer.rules()
    );
    assert_eq!(answer.input("in/konto.pdf")["findings"], 1);
    assert_eq!(answer.input("foto.jpg")["uninspected"][0]["kind"], "photo");
    let out = folder.path().join("out");
    let mut names: Vec<String> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with(".sparsam-"))
        .collect();
    // The folder's own list of copies.
    names.retain(|name| name != ".sparsam-copies");
    names.sort();
    assert_eq!(
        names,
        [
            "alt.docx.withheld.txt",
            "export.zip",
            "foto.jpg.withheld.txt",
            "hallo.pdf",
            "konto.pdf.withheld.txt"
        ]
    );
    assert!(fs::read(out.join("hallo.pdf")).unwrap() == clean);
    let note = fs::read_to_string(out.join("konto.pdf.withheld.txt")).unwrap();
    assert!(note.contains("withheld") && note.contains("vertrauliche"), "in both languages");
    let members = unzip(&out.join("export.zip"));
    assert_eq!(
        members.keys().collect::<Vec<_>>(),
        ["_chat.txt", "hallo.pdf", "konto.pdf.withheld.txt"]
    );
    assert!(members["hallo.pdf"] == clean);
    assert_eq!(answer.input("export.zip")["copy"]["withheld"][0], "konto.pdf");
    let verdicts: BTreeMap<String, String> = engine::verify(&options, &input, &out)
        .unwrap()
        .into_iter()
        .map(|it| (it.copy, format!("{} {}", it.verdict, it.failures.join(", "))))
        .collect();
    assert_eq!(verdicts["export.zip"], "proven ");
    assert_eq!(verdicts["hallo.pdf"], "proven ");
    assert!(verdicts["konto.pdf"].starts_with("no-copy it was withheld"), "{verdicts:?}");
}

/// A contact that was shared with a photo, which says where it was taken.
#[test]
fn the_place_of_a_photo_in_a_contact_is_found_and_in_no_copy() {
    let photo = BASE64_STANDARD.encode(make::jpeg("Hallo"));
    let folded: Vec<&str> =
        photo.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let cards = [
        // (card, why)
        (format!("PHOTO;ENCODING=b;TYPE=JPEG:{}", folded.join("\r\n ")), "vCard 3.0, folded"),
        (format!("PHOTO;JPEG;ENCODING=BASE64:\r\n {}\r\n", folded.join("\r\n ")), "vCard 2.1"),
        (format!("PHOTO:data:image/jpeg;base64,{photo}"), "vCard 4.0"),
    ];
    for (card, why) in cards {
        for keep_media in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let input = folder.path().join("kontakt.vcf");
            let text = format!("BEGIN:VCARD\r\nFN:Jo\r\n{card}\r\nORG:Werkstatt\r\nEND:VCARD\r\n");
            fs::write(&input, text).unwrap();
            let policy = Policy::default();
            let mut options = options(folder.path(), &policy, vec![input]);
            options.copies = Some(CopyOptions { keep_media, ..copies(folder.path()) });
            let answer = run(&options, &folder.path().join("report")).unwrap();
            assert_eq!(answer.rules(), ["contact.geo_location"], "{why}, {keep_media}");
            let copy = fs::read_to_string(folder.path().join("out/kontakt.vcf")).unwrap();
            assert!(copy.contains("FN:Jo") && copy.contains("ORG:Werkstatt"), "{why}: {copy}");
            let joined: String = copy.split_whitespace().collect();
            assert!(!joined.contains(&photo[..40]), "{why}, {keep_media}: {copy}");
            let (start, end) = (joined.find("PHOTO").unwrap(), joined.find("ORG").unwrap());
            assert!(end - start < 40, "{why}: nothing of the photo is left: {copy}");
        }
    }
}

#[test]
fn bad_documents_are_incidents_and_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = make::pdf(&["Hallo"]);
    let packed = make::gzip(&vec![b'a'; 300 << 20]);
    let tar = make::tar(&[("a.txt", CHAT.as_bytes()), ("b.txt", CHAT.as_bytes())]);
    let deep = format!("{{\"iban\":\"{ACCOUNT}\",\"x\":{}1", "[".repeat(300));
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("cut.pdf", pdf[..pdf.len() / 2].to_vec(), "truncated"),
        ("bomb.gz", packed, "limit:expanded-bytes"),
        ("cut.tar", tar[..tar.len() / 2].to_vec(), "truncated"),
        ("deep.json", deep.into_bytes(), "limit:depth"),
        ("cut.json", format!("{{\"iban\":\"{ACCOUNT}\"").into_bytes(), "truncated"),
        ("cut.csv", format!("a;b\n1;\"{ACCOUNT}\n").into_bytes(), "truncated"),
        ("cut.gz", make::gzip(CHAT.repeat(9).as_bytes())[..120].to_vec(), "truncated"),
    ];
    for (name, bytes, _) in &cases {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let policy = Policy::default();
    let paths = cases.iter().map(|case| folder.path().join(case.0)).collect();
    let options = options(folder.path(), &policy, paths);
    let answer = run(&options, &folder.path().join("report")).unwrap();
    for (name, _, kind) in &cases {
        let input = answer.input(name);
        assert_eq!(input["incidents"][0]["kind"], *kind, "{name}: {input}");
        let is_read = !matches!(*name, "cut.pdf" | "bomb.gz");
        assert_eq!(input["findings"].as_u64().unwrap() > 0, is_read, "{name}: {input}");
    }
}

#[test]
fn notes_come_and_go_and_replace_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    let out = folder.path().join("out");
    fs::create_dir(&input).unwrap();
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    options.copies = Some(copies(folder.path()));
    let note = out.join("a.pdf.withheld.txt");
    let redact = |lines: &[&str]| {
        fs::write(input.join("a.pdf"), make::pdf(lines)).unwrap();
        let answer = run(&options, &folder.path().join("report")).unwrap();
        answer.input("a.pdf")["copy"]["status"].as_str().unwrap().to_owned()
    };
    let line = format!("Konto {ACCOUNT}");
    assert_eq!(redact(&["Hallo Welt"]), "written");
    assert_eq!(redact(&[&line]), "withheld");
    assert!(note.exists() && !out.join("a.pdf").exists(), "the earlier copy is gone");
    assert_eq!(redact(&["Hallo Welt"]), "written");
    assert!(!note.exists(), "the earlier note is gone");
    fs::write(&note, "von jemand anderem").unwrap();
    assert_eq!(redact(&[&line]), "refused");
    assert_eq!(fs::read_to_string(&note).unwrap(), "von jemand anderem");
}

/// A page of a log ends with the message that makes it longer than 256 KiB.
#[test]
fn an_answer_on_the_next_page_has_its_question_before_it() {
    type Row = fn(&str, &str) -> String;
    let cases: [(&str, &str, Row); 2] = [
        ("log.csv", "contact_name;direction;created_at;message\n", |direction, text| {
            let name = if direction == "inbound" { "Erika Beispiel" } else { "Werkstatt" };
            format!("{name};{direction};2024-03-02 14:05:00;\"{text}\"\n")
        }),
        ("log.jsonl", "", |direction, text| {
            let (from, to) = match direction {
                "inbound" => ("4915100000001", "4930123456"),
                _ => ("4930123456", "4915100000001"),
            };
            format!(
                "{{\"from\":\"{from}\",\"to\":\"{to}\",\"timestamp\":\"1700000000\",\"type\":\"text\",\"text\":{{\"body\":\"{text}\"}}}}\n"
            )
        }),
    ];
    for (name, head, row) in cases {
        let folder = tempfile::tempdir().unwrap();
        let question = row("outbound", "Wie ist das Passwort?");
        let mut log = head.to_owned();
        let filler = row("inbound", &"Guten Morgen. ".repeat(20));
        while log.len() + filler.len() + question.len() < 256 << 10 {
            log.push_str(&filler);
        }
        // The question is the last whole row before the border, or the one across it.
        for pad in [0, question.len() / 2, question.len()] {
            let rest = (256 << 10) - log.len() - question.len() + pad - row("inbound", "").len();
            let input = folder.path().join(name);
            let last = [
                row("inbound", &"x".repeat(rest)),
                question.clone(),
                row("inbound", "Sommer2024!"),
            ];
            fs::write(&input, format!("{log}{}{}", last.concat(), filler.repeat(3))).unwrap();
            let policy = Policy::default();
            let mut options = options(folder.path(), &policy, vec![input.clone()]);
            options.copies = Some(copies(folder.path()));
            let answer = run(&options, &folder.path().join("report")).unwrap();
            assert_eq!(answer.occurrences("credential.password"), 1, "{name}: {pad}");
            let copy = folder.path().join("out").join(name);
            let copied = fs::read_to_string(&copy).unwrap();
            assert!(
                !copied.contains("Sommer2024!") && copied.contains("das Passwort?"),
                "{name}: {pad}"
            );
            let certificates = engine::verify(&options, &input, &copy).unwrap();
            assert_eq!(certificates[0].verdict, "proven", "{name}: {:?}", certificates[0].failures);
        }
    }
}
