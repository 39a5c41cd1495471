//! Text exports through the public interface: what each fixture is read as, and the laws of formats.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use sparsam::format::{FORMATS, Format, Item, Limits, SNIFF_BYTES, Source, SpillSettings, Tally};
use sparsam::model::{Edit, Page};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/text").join(name)
}

fn format_of(path: &Path) -> (&'static dyn Format, Source) {
    let mut source = Source::open(path, &SpillSettings::new(std::env::temp_dir())).unwrap();
    let name = source.name().to_owned();
    let head = source.head(SNIFF_BYTES);
    (*FORMATS.iter().find(|format| format.sniff(head, &name)).unwrap(), source)
}

fn read(path: &Path) -> (Vec<Page>, Tally) {
    let (format, source) = format_of(path);
    let mut reader = format.open(source, &Limits::default()).unwrap();
    let mut pages = Vec::new();
    while let Some(item) = reader.next().unwrap() {
        if let Item::Page(page) = item {
            pages.push(page);
        }
    }
    (pages, reader.tally())
}

fn copy(path: &Path, edits: impl Fn(&Page) -> Vec<Edit>) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("copy");
    let out = File::options().read(true).write(true).create_new(true).open(&target).unwrap();
    let mut writer = format_of(path).0.copier(Box::new(out)).unwrap();
    for page in &read(path).0 {
        writer.put(page, &edits(page)).unwrap();
    }
    writer.finish().unwrap();
    let mut bytes = Vec::new();
    File::open(target).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn fixtures_are_read_as_what_they_are() {
    let de: &[&str] = &["+49 1525 0000001", "Jörg Beispiel", "Musterfirma GmbH"];
    let cases: [(&str, &str, u64, &[&str]); 13] = [
        ("de_android.txt", "whatsapp-android", 5, de),
        ("de_android_utf16le.txt", "whatsapp-android", 5, de),
        ("de_android_utf16be_no_mark.txt", "whatsapp-android", 5, de),
        ("de_android_cp1252.txt", "whatsapp-android", 5, de),
        ("de_android_bad_bytes.txt", "whatsapp-android", 5, de),
        ("de_ios_crlf.txt", "whatsapp-ios", 5, &["Erika Beispiel", "Musterfirma GmbH"]),
        ("en_us_android_narrow_space.txt", "whatsapp-android", 3, &["+1 (555) 010-0000", "Jo"]),
        ("ar_ios.txt", "whatsapp-ios", 2, &["+20\u{a0}100\u{a0}000\u{a0}0000", "ليلى"]),
        ("en_web_copy.txt", "whatsapp-web", 2, &["Anna", "Bernd"]),
        ("en_old_ios.txt", "whatsapp-old", 2, &["Anna", "Bernd"]),
        ("colon_in_sender.txt", "whatsapp-android", 4, &["Anna", "Dr. Maier: Praxis"]),
        ("notes_before_and_look_alikes.txt", "whatsapp-android", 2, &["Anna", "Bernd"]),
        ("empty.txt", "text", 0, &[]),
    ];
    let listed: BTreeSet<_> = cases.iter().map(|case| case.0.to_owned()).collect();
    let found: BTreeSet<_> = fs::read_dir(fixture(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(listed, found, "every fixture is in the table");
    for (name, format, messages, expected) in cases {
        let (pages, tally) = read(&fixture(name));
        assert_eq!((tally.format, tally.messages), (format, messages), "{name}");
        let mut senders = BTreeSet::new();
        for page in &pages {
            for message in page.messages.iter().filter(|message| message.sender.is_some()) {
                senders.insert(&page.text[message.sender_text.clone()]);
            }
        }
        assert_eq!(senders.into_iter().collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn copies_without_edits_are_identical() {
    for entry in fs::read_dir(fixture("")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        assert_eq!(copy(&path, |_| Vec::new()), bytes, "{}", path.display());
        assert_eq!(read(&path).1.bytes_scanned, bytes.len() as u64);
    }
}

#[test]
fn edits_change_only_their_bytes() {
    let of = |name: &str, encode: &dyn Fn(&str) -> Vec<u8>| {
        let path = fixture(name);
        let (from, to) = ("DE89 3704 0044 0532 0130 00", "[IBAN]");
        let copied = copy(&path, |page| {
            let at = page.text.find(from).unwrap();
            vec![Edit { range: at..at + from.len(), replacement: to.into() }]
        });
        let original = fs::read(&path).unwrap();
        let (from, to) = (encode(from), encode(to));
        let at = original.windows(from.len()).position(|bytes| bytes == from).unwrap();
        let mut expected = original;
        expected.splice(at..at + from.len(), to);
        assert_eq!(copied, expected, "{name}");
    };
    let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let same = |text: &str| text.as_bytes().to_vec();
    of("de_android.txt", &same);
    of("de_android_cp1252.txt", &same);
    of("de_android_bad_bytes.txt", &same);
    of("de_android_utf16le.txt", &le);
    of("de_android_utf16be_no_mark.txt", &be);
}
