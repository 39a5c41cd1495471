//! All that lies on a phone that was given back, in one run.

use std::path::PathBuf;

use super::*;
use crate::formats::make;

/// Both apps with databases, a contact, media, archives around a database, and what has no name.
fn phone(folder: &Path) -> PathBuf {
    let phone = folder.join("phones/INV-4711");
    let media = phone.join("Android/media");
    let app = media.join("com.whatsapp/WhatsApp");
    let business = media.join("com.whatsapp.w4b/WhatsApp Business");
    for place in ["Databases", "Media/WhatsApp Documents", "Media/WhatsApp Voice Notes"] {
        fs::create_dir_all(app.join(place)).unwrap();
        fs::create_dir_all(business.join(place)).unwrap();
    }
    fixture::modern(&app.join("Databases/msgstore.db"));
    fixture::contacts(&app.join("Databases/wa.db"));
    fixture::old(&business.join("Databases/msgstore.db"));
    let database = fs::read(app.join("Databases/msgstore.db")).unwrap();
    let packed = make::gzip(&make::tar(&[("files/msgstore.db", &database)]));
    fs::write(business.join("Databases/alt.tar.gz"), packed).unwrap();
    fs::write(app.join("Databases/msgstore.db.gz"), make::gzip(&database)).unwrap();
    fs::write(app.join("Media/WhatsApp Documents/ohne Endung"), &database).unwrap();
    fs::write(
        app.join("Media/WhatsApp Documents/Erika.vcf"),
        "BEGIN:VCARD\r\nVERSION:3.0\r\nEMAIL:erika@example.org\r\nEND:VCARD\r\n",
    )
    .unwrap();
    fs::write(app.join("Media/WhatsApp Voice Notes/PTT.opus"), b"OggS\0\x02").unwrap();
    // As the phone makes it: nobody here has its key.
    let mut locked = [&[0x14, 0x1a, 0x12, 0x0a, 0x10][..], &[7; 16], &[3; 4096]].concat();
    let sum = <md5::Md5 as md5::Digest>::digest(&locked);
    locked.extend(sum);
    fs::write(app.join("Databases/msgstore-increment-1.db.crypt15"), locked).unwrap();
    phone
}

fn under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => files.extend(under(&entry.path())),
            false => files.push(entry.path()),
        }
    }
    files.sort();
    files
}

#[test]
fn a_whole_phone_is_scanned_and_grouped_and_its_copy_holds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let input = phone(folder.path());
    let before = under(&input);
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    options.copies = Some(copies(folder.path()));
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert_eq!(before, under(&input), "nothing was written beside the originals");
    let inputs = answer.json["inputs"].as_array().unwrap();
    // (end of the path, app, format, messages, why)
    let cases = [
        ("com.whatsapp/WhatsApp/Databases/msgstore.db", "whatsapp", "whatsapp-msgstore", 8, "new"),
        ("Databases/wa.db", "whatsapp", "whatsapp-contacts", 0, "contacts"),
        (
            "WhatsApp Business/Databases/msgstore.db",
            "whatsapp-business",
            "whatsapp-msgstore",
            3,
            "old",
        ),
        ("alt.tar.gz", "whatsapp-business", "gzip", 8, "a database in an archive in a stream"),
        ("msgstore.db.gz", "whatsapp", "gzip", 8, "a database in a stream"),
        ("ohne Endung", "whatsapp", "whatsapp-msgstore", 8, "content tells, not the name"),
    ];
    for (end, app, format, messages, why) in cases {
        let record = answer.input(end);
        assert_eq!(
            (
                &record["app"],
                &record["format"],
                &record["messages"],
                record["incidents"].to_string()
            ),
            (&app.into(), &format.into(), &messages.into(), "[]".to_owned()),
            "{end}: {why}"
        );
        assert!(record["findings"].as_u64().unwrap() > 0, "{end}: {why}");
    }
    assert!(inputs.iter().all(|it| it["device"] == "INV-4711"), "the folder names the phone");
    let locked = &answer.input("crypt15")["incidents"][0];
    assert_eq!(locked["kind"], "encrypted");
    assert!(locked["detail"].as_str().unwrap().contains("--key"), "what is needed: {locked}");
    assert_eq!(answer.run.totals.incidents, 1, "everything else is read");
    let copies = under(&folder.path().join("out"));
    assert!(copies.iter().filter(|path| path.ends_with("msgstore.db")).count() == 2);
    for copy in &copies {
        assert_clean(copy);
    }
    let certificates = engine::verify(&options, &input, &folder.path().join("out")).unwrap();
    assert_eq!(certificates.iter().filter(|it| it.verdict == "proven").count(), 7);
    assert!(
        certificates
            .iter()
            .all(|it| matches!(it.verdict.as_str(), "proven" | "no-copy" | "missing"))
    );

    options.device_tag = Some("Lager 7".to_owned());
    options.copies = None;
    let tagged = run(&options, &folder.path().join("report")).unwrap();
    let inputs = tagged.json["inputs"].as_array().unwrap();
    assert!(inputs.iter().all(|it| it["device"] == "Lager 7"), "what the user calls it");
}

#[test]
fn limits_count_for_each_file_of_a_phone() {
    let folder = tempfile::tempdir().unwrap();
    let input = phone(folder.path());
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    let database = input.join("Android/media/com.whatsapp/WhatsApp/Databases/msgstore.db");
    for copy in 0..8 {
        fs::copy(&database, input.join(format!("{copy}.db"))).unwrap();
    }
    // Every file fits, whatever lies in it, all of them do not, and one does not when it is expanded.
    options.limits.expanded_bytes = 6 * database.metadata().unwrap().len();
    let large = make::gzip(&vec![b'a'; options.limits.expanded_bytes as usize + 1]);
    fs::write(input.join("large.gz"), large).unwrap();
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert_eq!(answer.input("large.gz")["incidents"][0]["kind"], "limit:expanded-bytes");
    assert_eq!(answer.run.totals.incidents, 2, "the large one and the locked one");
    assert_eq!(answer.input("ohne Endung")["messages"], 8);
}
