//! The laws of formats over all fixtures, and what each fixture is read as.

pub(crate) mod make;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use sparsam::format::{
    CopyBase, FORMATS, Format, Item, Limits, Random, Reader, SNIFF_BYTES, Source, SpillSettings,
    Writer,
};
use sparsam::model::Page;

fn all_fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter();
    let files = entries.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files.map(walkdir::DirEntry::into_path).collect()
}

/// Fixtures that lie there, and those that are made: name and bytes.
fn everything() -> Vec<(String, Vec<u8>)> {
    let lying = all_fixtures().into_iter().map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read(path).unwrap())
    });
    let chat = fs::read(all_fixtures().iter().find(|it| it.ends_with("de_android.txt")).unwrap());
    let chat = chat.unwrap();
    let docx = make::docx("<w:p><w:r><w:t>Hallo</w:t></w:r></w:p>");
    let made = [
        ("chat.txt.gz", make::gzip(&chat)),
        ("chat.tar", make::tar(&[("a/_chat.txt", &chat), ("b.txt", b"x")])),
        ("chat.tar.gz", make::gzip(&make::tar(&[("_chat.txt", &chat)]))),
        ("a.docx", docx.clone()),
        ("a.pdf", make::pdf(&["Hallo Welt"])),
        ("a.jpg", make::jpeg("Hallo")),
        ("a.eml", make::mail(&docx)),
        ("Status.plist", make::property_list()),
    ];
    lying.chain(made.map(|(name, bytes)| (name.to_owned(), bytes))).collect()
}

/// Databases, and files that only their names tell.
fn databases() -> Vec<(String, Vec<u8>)> {
    use crate::databases::fixture;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fixture::modern(&at("msgstore.db"));
    fixture::old(&at("old.db"));
    fixture::ios(&at("ChatStorage.sqlite"));
    fixture::foreign(&at("foreign.db"));
    fixture::ios_backup(&at("ios"));
    fs::rename(at("ios/Manifest.db"), at("Manifest.db")).unwrap();
    fs::rename(at("ios/Manifest.plist"), at("Manifest.plist")).unwrap();
    fs::remove_dir_all(at("ios")).unwrap();
    // A header with its nonce, then what nobody can tell from ciphertext.
    let mut backup = b"\x14\x1a\x12\x0a\x10".to_vec();
    backup.extend((0..2000).map(|at| (at * 7 % 251) as u8));
    fs::write(at("msgstore.db.crypt15"), backup).unwrap();
    let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    files.map(|path| (name(&path), fs::read(&path).unwrap())).collect()
}

/// `cargo xtask fuzz` has all fixtures put where it says, made ones too.
#[test]
fn every_format_has_a_fixture_and_a_fuzz_target() {
    let seeds = std::env::var_os("SPARSAM_SEEDS").map(PathBuf::from);
    let mut seen = vec![false; FORMATS.len()];
    for (name, bytes) in everything().into_iter().chain(databases()) {
        let head = &bytes[..bytes.len().min(SNIFF_BYTES)];
        if let Some(at) = FORMATS.iter().position(|format| format.sniff(head, &name)) {
            seen[at] = true;
        }
        if let Some(folder) = &seeds {
            fs::write(folder.join(&name), &bytes).unwrap();
        }
    }
    assert!(seen.iter().all(|seen| *seen), "no fixture of these formats: {seen:?}");
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let targets = fs::read_dir(targets).unwrap().map(|entry| entry.unwrap().path());
    let of_parsers =
        targets.filter(|path| fs::read_to_string(path).unwrap().contains("sparsam_fuzz::parser!"));
    assert_eq!(of_parsers.count(), FORMATS.len(), "a file in fuzz/fuzz_targets for each parser");
}

fn source(bytes: &[u8], name: &str) -> Source {
    let spill = SpillSettings::new(std::env::temp_dir());
    Source::random(name.to_owned(), Random::memory(bytes.to_vec()), &spill)
}

fn format_of(bytes: &[u8], name: &str) -> Option<&'static dyn Format> {
    let head = &bytes[..bytes.len().min(SNIFF_BYTES)];
    FORMATS.iter().copied().find(|format| format.sniff(head, name))
}

fn open(bytes: &[u8], name: &str) -> Option<Box<dyn Reader>> {
    format_of(bytes, name)?.open(source(bytes, name), &Limits::default()).ok()
}

/// Reads everything, members too; what cannot be read ends it. Answers texts and addresses.
fn drain(reader: &mut dyn Reader, depth: u32, seen: &mut Vec<(String, u64)>) {
    while let Ok(Some(item)) = reader.next() {
        match item {
            Item::Page(page) => {
                for slot in page.owned_slots() {
                    let at = page.leaf_offset(slot.range.start);
                    seen.push((page.slot_text(slot).to_owned(), at));
                }
            }
            Item::Member(member) => {
                let Some(source) = member.source.filter(|_| depth < 8) else { continue };
                let name = source.name().to_owned();
                let mut bytes = Vec::new();
                let _ = source.into_stream().take(32 << 20).read_to_end(&mut bytes);
                if let Some(mut reader) = open(&bytes, &name) {
                    drain(&mut *reader, depth + 1, seen);
                }
            }
            Item::Incident(_) | Item::Uninspected(_) => {}
        }
    }
}

/// A copy without edits; `None` for containers.
fn copy(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    let format = format_of(bytes, name)?;
    let mut file = tempfile::tempfile().unwrap();
    let out: File = file.try_clone().unwrap();
    if format.copies_whole() {
        return None;
    }
    let mut writer: Box<dyn Writer> = format.copier(Box::new(out)).unwrap();
    let mut reader = format.open(source(bytes, name), &Limits::default()).ok()?;
    let base = CopyBase {
        snapshot: reader.snapshot(),
        spill: SpillSettings::new(std::env::temp_dir()),
        keep_media: true,
        keys: std::sync::Arc::default(),
        decrypted: false,
        backup: None,
    };
    writer.begin(base).unwrap();
    while let Ok(Some(item)) = reader.next() {
        let Item::Page(page) = item else { return None };
        is_sound(&page, name);
        writer.put(&page, &[]).unwrap();
    }
    writer.finish().unwrap();
    let mut copied = Vec::new();
    std::io::Seek::rewind(&mut file).unwrap();
    file.read_to_end(&mut copied).unwrap();
    Some(copied)
}

fn is_sound(page: &Page, name: &str) {
    let mut at = 0;
    for slot in &page.slots {
        assert!(slot.range.start >= at && slot.range.end <= page.text.len(), "{name}");
        assert!(slot.message < page.messages.len(), "{name}");
        at = slot.range.end;
    }
}

#[test]
fn a_copy_without_edits_is_the_same() {
    let mut leaves = 0;
    for (name, bytes) in everything() {
        if let Some(copied) = copy(&bytes, &name) {
            leaves += 1;
            assert!(copied == bytes, "{name}");
        }
    }
    assert!(leaves > 20);
}

#[test]
fn the_same_bytes_have_the_same_addresses() {
    for (name, bytes) in everything() {
        let read = || {
            let mut seen = Vec::new();
            if let Some(mut reader) = open(&bytes, &name) {
                drain(&mut *reader, 0, &mut seen);
            }
            seen
        };
        assert_eq!(read(), read(), "{name}");
    }
}

/// Cut anywhere, with a byte changed anywhere: no panic, and what is left of a leaf is copied as it is.
#[test]
fn damaged_fixtures_are_survived() {
    for (name, bytes) in everything() {
        let step = (bytes.len() / 40).max(1);
        for at in (0..bytes.len()).step_by(step) {
            let cut = bytes[..at].to_vec();
            let mut changed = bytes.clone();
            changed[at] ^= 0xA5;
            for damaged in [cut, changed] {
                if let Some(mut reader) = open(&damaged, &name) {
                    drain(&mut *reader, 0, &mut Vec::new());
                }
                if let Some(copied) = copy(&damaged, &name) {
                    assert!(copied == damaged, "{name} damaged at {at}");
                }
            }
        }
    }
}

#[test]
fn fixtures_are_read_as_what_they_are() {
    let cases = [
        // (fixture, format, messages, why)
        ("json/cloud_api_webhook.jsonl", "whatsapp-webhook", 3, "three bodies, a status"),
        ("json/on_premise.json", "whatsapp-webhook", 2, "no envelope"),
        ("json/whatsapp_exporter.json", "whatsapp-exporter", 2, "messages by number"),
        ("json/records.json", "json", 0, "no chat"),
        ("csv/helpdesk_cp1252.csv", "csv", 2, "a body, a sender, a time"),
        ("csv/names_bom.csv", "csv", 0, "no chat"),
        ("csv/excel_hint.csv", "csv", 0, "a hint before the names"),
        ("csv/plain.csv", "csv", 0, "two columns"),
        ("markup/chat.html", "html", 0, "markup"),
        ("markup/exporter.html", "whatsapp-exporter", 2, "names begin messages"),
        ("calendar/folded.ics", "icalendar", 0, "properties as in a vCard"),
        ("text/de_android.txt", "whatsapp-android", 5, "commas make no table"),
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for (name, format, messages, why) in cases {
        let bytes = fs::read(root.join(name)).unwrap();
        let mut reader = open(&bytes, name.rsplit('/').next().unwrap()).unwrap();
        drain(&mut *reader, 0, &mut Vec::new());
        let tally = reader.tally();
        assert_eq!((tally.format, tally.messages), (format, messages), "{name}: {why}");
        assert_eq!(tally.bytes_scanned, bytes.len() as u64, "{name}");
    }
}

#[test]
fn films_and_sound_are_passed_over_at_once_and_nothing_else_is() {
    for (name, bytes) in everything() {
        let head = &bytes[..bytes.len().min(SNIFF_BYTES)];
        let found = sparsam::format::find(head, &name).is_some();
        assert_eq!(found, format_of(&bytes, &name).is_some(), "{name}");
    }
    let mut film = b"\0\0\0\x18ftypisom\0\0\0\0".to_vec();
    film.extend(b"BEGIN:VCARD\r\nFN:Erika\r\nEND:VCARD\r\n");
    assert!(sparsam::format::find(&film, "a.vcf").is_none(), "what follows the mark is no text");
}
