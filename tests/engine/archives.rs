//! Archives as programs make them: names, folders, what a copy leaves out, archives of nothing that
//! can be copied.

use tar::{Builder, EntryType, Header};

use super::*;
use crate::formats::make;

const PHOTO: [u8; 11] = [0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0];
const ACCOUNT: &str = "DE89370400440532013000";

/// Redacts files, and their copies into `again`: a copy of a copy is that copy.
fn redact(files: &[(&str, Vec<u8>)]) -> (tempfile::TempDir, Answer) {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    for (name, bytes) in files {
        fs::write(input.join(name), bytes).unwrap();
    }
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    options.copies = Some(copies(folder.path()));
    let answer = run(&options, &folder.path().join("report")).unwrap();
    let out = folder.path().join("out");
    for certificate in engine::verify(&options, &input, &out).unwrap() {
        assert_eq!(certificate.verdict, "proven", "{certificate:?}");
    }
    fs::remove_file(out.join(".sparsam-copies")).unwrap();
    options.paths = vec![out.clone()];
    options.copies =
        Some(CopyOptions { out: folder.path().join("again"), ..copies(folder.path()) });
    run(&options, &folder.path().join("report again")).unwrap();
    for entry in fs::read_dir(&out).unwrap() {
        let name = entry.unwrap().file_name();
        let [first, second] =
            ["out", "again"].map(|it| fs::read(folder.path().join(it).join(&name)));
        assert!(
            first.unwrap() == second.unwrap(),
            "{}: redacting a copy changes it",
            name.display()
        );
    }
    (folder, answer)
}

/// Names and contents of an archive, in its order.
fn untar(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = tar::Archive::new(bytes);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        (String::from_utf8(entry.path_bytes().into_owned()).unwrap(), content)
    });
    entries.collect()
}

/// An entry whose name is taken as it is.
fn append(tar: &mut Builder<Vec<u8>>, name: &str, kind: EntryType, content: &[u8]) {
    let mut header = Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(content.len() as u64);
    header.set_cksum();
    tar.append(&header, content).unwrap();
}

#[test]
fn extended_headers_are_read_and_copies_have_their_names() {
    let long = format!("{}/Grüße.txt", "ordner".repeat(25));
    let mut pax = Builder::new(Vec::new());
    pax.append_pax_extensions([("mtime", &b"1796065108.4443753"[..])]).unwrap();
    append(&mut pax, "a.txt", EntryType::Regular, CHAT.as_bytes());
    pax.append_pax_extensions([("path", long.as_bytes())]).unwrap();
    append(&mut pax, &long[..100], EntryType::Regular, b"Hallo");
    let pax = pax.into_inner().unwrap();
    let gnu = make::tar(&[("a.txt", CHAT.as_bytes()), (&long, b"Hallo")]);
    let (folder, answer) =
        redact(&[("pax.tar", pax.clone()), ("pax.tgz", make::gzip(&pax)), ("gnu.tar", gnu)]);
    let chat = CHAT.replace(IBAN, "[IBAN]").replace("krankgeschrieben", "[HEALTH]");
    for name in ["pax.tar", "pax.tgz", "gnu.tar"] {
        let input = answer.input(name);
        assert_eq!(input["status"], "findings", "{input}");
        assert_eq!(input["copy"]["status"], "written", "{input}");
        assert_eq!(input["copy"]["withheld"], serde_json::json!([]), "{name}");
        let mut copy = fs::read(folder.path().join("out").join(name)).unwrap();
        if name.ends_with("tgz") {
            let packed = std::mem::take(&mut copy);
            flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut copy).unwrap();
        }
        let expected = [("a.txt".to_owned(), chat.clone()), (long.clone(), "Hallo".to_owned())];
        assert_eq!(untar(&copy), expected, "{name}");
    }
}

#[test]
fn folders_keep_their_names() {
    let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let plain = zip::write::SimpleFileOptions::default;
    let account = format!("{ACCOUNT}/");
    for folder in ["unter/", "unter/leer/", &account] {
        packed.add_directory(folder, plain()).unwrap();
    }
    packed.start_file("unter/a.txt", plain()).unwrap();
    packed.write_all(b"Hallo").unwrap();
    let packed = packed.finish().unwrap().into_inner();
    let mut tar = Builder::new(Vec::new());
    append(&mut tar, "./", EntryType::Directory, b"");
    append(&mut tar, "./x.txt", EntryType::Regular, b"Hallo");
    append(&mut tar, "./unter/", EntryType::Directory, b"");
    append(&mut tar, &format!("./{account}"), EntryType::Directory, b"");
    append(&mut tar, &format!("./{account}b.txt"), EntryType::Regular, b"Hallo");
    let (folder, _) = redact(&[("a.zip", packed), ("a.tar", tar.into_inner().unwrap())]);
    let out = folder.path().join("out");
    let archive = zip::ZipArchive::new(fs::File::open(out.join("a.zip")).unwrap()).unwrap();
    let mut names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.sort();
    assert_eq!(names, ["[IBAN]/", "unter/", "unter/a.txt", "unter/leer/"]);
    let names: Vec<_> =
        untar(&fs::read(out.join("a.tar")).unwrap()).into_iter().map(|it| it.0).collect();
    assert_eq!(names, ["./", "./x.txt", "./unter/", "./[IBAN]/", "./[IBAN]/b.txt"]);
}

#[test]
fn archives_of_nothing_to_copy_are_copied() {
    let photos = make::tar(&[("a.jpg", &PHOTO), ("b.jpg", &PHOTO)]);
    let (folder, answer) = redact(&[
        ("photos.tar", photos.clone()),
        ("photos.tgz", make::gzip(&photos)),
        ("photos.sicherung", photos),
        ("empty.tar", vec![0; 10_240]),
        ("photos.zip", zip(&[("a.jpg", &PHOTO)])),
    ]);
    for name in ["photos.tar", "photos.tgz", "photos.sicherung", "empty.tar", "photos.zip"] {
        let input = answer.input(name);
        assert_eq!(input["status"], "clean", "{input}");
        assert_eq!(input["copy"]["status"], "written", "{input}");
        assert!(input["incidents"].as_array().unwrap().is_empty(), "{input}");
    }
    assert_eq!(untar(&fs::read(folder.path().join("out/photos.tar")).unwrap()), []);
}

#[test]
fn what_a_copy_leaves_out_is_scanned_and_named() {
    let mut tar = Builder::new(Vec::new());
    append(&mut tar, "a.txt", EntryType::Regular, b"Hallo");
    append(&mut tar, "geraet", EntryType::Char, b"");
    append(&mut tar, "verweis", EntryType::Symlink, b"");
    let mut bytes = tar.into_inner().unwrap();
    // Behind the content, where a block is filled up.
    bytes[520..520 + ACCOUNT.len()].copy_from_slice(ACCOUNT.as_bytes());
    let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    packed.set_comment(format!("IBAN {ACCOUNT}")).unwrap();
    let mut plain = zip::write::SimpleFileOptions::default().into_full_options();
    plain.add_extra_field(0x9999, format!("IBAN {ACCOUNT}").into_bytes(), false).unwrap();
    packed.start_file("a.txt", plain.with_file_comment(format!("IBAN {ACCOUNT}"))).unwrap();
    packed.write_all(b"Hallo").unwrap();
    let packed = packed.finish().unwrap().into_inner();
    let (_folder, answer) = redact(&[("a.tar", bytes), ("a.zip", packed)]);
    let withheld = |name: &str| answer.input(name)["copy"]["withheld"].clone();
    assert_eq!(withheld("a.tar"), serde_json::json!(["#bytes-520", "geraet", "verweis"]));
    assert_eq!(answer.input("a.tar")["findings"], 1);
    let named = ["#comment", "a.txt#extra-field", "a.txt#entry-comment"];
    assert_eq!(withheld("a.zip"), serde_json::json!(named));
    let skipped: Vec<_> = answer.json["skipped"].as_array().unwrap().iter().collect();
    let has = |end: &str, kind: &str| {
        skipped.iter().any(|it| it["path"].as_str().unwrap().ends_with(end) && it["kind"] == kind)
    };
    assert!(has("a.tar!/geraet", "device") && has("a.tar!/verweis", "link"), "{skipped:?}");
    assert_eq!(answer.json["totals"]["skipped"], 2);
}

#[test]
fn names_keep_their_endings() {
    let document = make::docx("<w:p><w:r><w:t>Hallo</w:t></w:r></w:p>");
    let chat = zip(&[("erika@firma-web.de.txt", b"Hallo"), ("max@firma-web.de.vcf", b"Hallo")]);
    let (folder, answer) = redact(&[
        ("erika@firma-web.de.docx", document),
        ("Chat max@firma-web.de.zip", chat),
        ("jutta@firma-web.de.json", b"[\"Hallo\"]".to_vec()),
    ]);
    let out = folder.path().join("out");
    assert!(out.join("[EMAIL].docx").exists() && out.join("[EMAIL].json").exists());
    let members = unzip(&out.join("Chat [EMAIL].zip"));
    assert_eq!(members.keys().collect::<Vec<_>>(), ["[EMAIL].txt", "[EMAIL].vcf"]);
    let names = answer.findings.iter().filter(|it| it.part == "filename");
    assert_eq!(names.map(|it| it.occurrences).sum::<u64>(), 5);
}

#[test]
fn copies_of_names_with_line_ends_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    fs::write(input.join("Chat\nmit\\n\rErika.txt"), CHAT).unwrap();
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input]);
    options.copies = Some(copies(folder.path()));
    for round in 1..=2 {
        let answer = run(&options, &folder.path().join("report")).unwrap();
        let input = &answer.json["inputs"][0];
        assert_eq!(input["copy"]["status"], "written", "run {round}: {input}");
    }
}

#[test]
fn values_over_parts_of_an_address_keep_the_parts() {
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nADR;TYPE=home:;;Musterstr. 1;Berlin;;10115;DE\r\nEND:VCARD\r\n";
    let (folder, _) = redact(&[("a.vcf", card.into())]);
    let copy = fs::read_to_string(folder.path().join("out/a.vcf")).unwrap();
    let address = copy.lines().find(|line| line.starts_with("ADR")).unwrap();
    assert!(address.starts_with("ADR;TYPE=home:;;[ADDRESS];"), "{copy}");
    assert!(!copy.contains("Musterstr") && !copy.contains("Berlin"), "{copy}");
    assert_eq!(address.matches(';').count(), 7, "{copy}");
}

#[test]
fn declarations_and_instructions_of_xml_are_redacted() {
    let xml = format!(
        r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY i "{ACCOUNT}">]><a b="&i;"><?pi {ACCOUNT}?></a>"#
    );
    let (folder, answer) = redact(&[("a.xml", xml.clone().into())]);
    assert_eq!(answer.occurrences("financial.iban"), 2);
    let copy = fs::read_to_string(folder.path().join("out/a.xml")).unwrap();
    assert_eq!(copy, xml.replace(ACCOUNT, "[IBAN]"));
}
