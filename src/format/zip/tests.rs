//! Small archives, good and bad ones, written field by field.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use proptest::prelude::*;

use super::raw::{Raw, Shape, archive, crc, deflated, plain, stored};
use super::*;
use crate::format::Spill;
use crate::model::LimitKind;

/// What a reader says of an archive.
#[derive(Debug, Default, PartialEq)]
struct Heard {
    /// Names and contents, in order; scanned-only ones with `-` before the name.
    members: Vec<(String, String)>,
    /// Texts that are no member.
    texts: Vec<String>,
    problems: Vec<Problem>,
}

fn hear_with(bytes: Vec<u8>, limits: &Limits) -> Heard {
    let spill = SpillSettings::new(".");
    let mut heard = Heard::default();
    let len = bytes.len() as u64;
    let source = Source::random("a.zip".into(), Random::memory(bytes), &spill);
    let mut reader = match Zip.open(source, limits) {
        Ok(reader) => reader,
        Err(error) => {
            heard.problems.push(error.problem);
            return heard;
        }
    };
    loop {
        match reader.next() {
            Ok(None) => break,
            Ok(Some(Item::Page(page))) => {
                heard
                    .texts
                    .extend(page.slots.iter().map(|s| page.text[s.range.clone()].to_owned()));
            }
            Ok(Some(Item::Incident(incident))) => heard.problems.push(incident.problem),
            Ok(Some(Item::Uninspected(_))) => {}
            Ok(Some(Item::Member(member))) => {
                let mark = if member.copied { "" } else { "-" };
                let mut content = Vec::new();
                if let Some(source) = member.source
                    && let Err(error) = source.into_stream().read_to_end(&mut content)
                {
                    heard.problems.push(FormatError::from(error).problem);
                }
                let content = String::from_utf8_lossy(&content).into_owned();
                heard.members.push((format!("{mark}{}", member.name), content));
            }
            Err(error) => {
                heard.problems.push(error.problem);
                break;
            }
        }
    }
    let tally = reader.tally();
    assert_eq!(tally.bytes_scanned + tally.bytes_not_scanned, len, "every byte is accounted for");
    heard
}

fn hear(bytes: Vec<u8>) -> Heard {
    hear_with(bytes, &Limits::default())
}

fn check(
    bytes: Vec<u8>,
    members: &[(&str, &str)],
    texts: &[&str],
    problems: &[Problem],
    why: &str,
) {
    let heard = hear(bytes);
    let got: Vec<(&str, &str)> = heard.members.iter().map(|m| (&*m.0, &*m.1)).collect();
    assert_eq!(got, members, "members: {why}");
    assert_eq!(heard.texts, texts, "texts: {why}");
    assert_eq!(heard.problems, problems, "problems: {why}");
}

#[test]
fn honest_archives() {
    let chat = "01.03.24, 14:00 - Erika: Hallo\n".repeat(3);
    let streamed = |name: &str, signed: bool| {
        let raw = deflated(name, &chat);
        let mut descriptor = if signed { b"PK\x07\x08".to_vec() } else { Vec::new() };
        descriptor.extend(raw.crc.to_le_bytes());
        descriptor.extend((raw.packed.len() as u32).to_le_bytes());
        descriptor.extend((raw.size as u32).to_le_bytes());
        Raw { flags: 8, descriptor, ..raw }
    };
    check(plain(&[]), &[], &[], &[], "empty");
    check(
        plain(&[deflated("_chat.txt", &chat), stored("a/", ""), stored("a/b.txt", "b")]),
        &[("_chat.txt", &chat), ("a/", ""), ("a/b.txt", "b")],
        &[],
        &[],
        "files and folders, both methods",
    );
    check(
        plain(&[streamed("a", true), streamed("b", false), stored("c", "c")]),
        &[("a", &chat), ("b", &chat), ("c", "c")],
        &[],
        &[],
        "data descriptors, with and without signature",
    );
    check(
        plain(&[stored("a.txt", "1"), stored("a.txt", "2")]),
        &[("a.txt", "1"), ("a.txt", "2")],
        &[],
        &[],
        "of two entries with one name both are read",
    );
    check(
        plain(&[stored(b"Gr\x81\xe1e.txt", "x"), stored("../../x", "x"), stored("/etc/x", "x")]),
        &[("Grüße.txt", "x"), ("../../x", "x"), ("/etc/x", "x")],
        &[],
        &[],
        "code page 437; hostile names are told as they are",
    );
    let inner = plain(&[stored("_chat.txt", "x")]);
    let heard = hear(plain(&[stored("inner.zip", &inner)]));
    assert_eq!(heard.members.len(), 1, "an archive in an archive is a member");
    assert_eq!(heard.problems, []);
}

#[test]
fn wide_archives() {
    let mut raw = deflated("_chat.txt", "Hallo");
    raw.extra = [1_u16, 16].iter().flat_map(|n| n.to_le_bytes()).collect();
    raw.extra.extend(raw.size.to_le_bytes());
    raw.extra.extend((raw.packed.len() as u64).to_le_bytes());
    let wide = |count: u64, locator: Option<u64>| {
        let mut out = raw.local();
        let sizes = out.windows(8).position(|w| w == honest(&raw)).unwrap();
        out[sizes..sizes + 8].fill(0xff);
        let start = out.len() as u64;
        let mut central = raw.central(0);
        let sizes = central.windows(8).position(|w| w == honest(&raw)).unwrap();
        central[sizes..sizes + 8].fill(0xff);
        out.extend(&central);
        let at = out.len() as u64;
        out.extend(b"PK\x06\x06");
        out.extend(44_u64.to_le_bytes());
        out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for field in [count, count, central.len() as u64, start] {
            out.extend(field.to_le_bytes());
        }
        out.extend(b"PK\x06\x07\0\0\0\0");
        out.extend(locator.unwrap_or(at).to_le_bytes());
        out.extend([1, 0, 0, 0]);
        out.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
        out
    };
    fn honest(raw: &Raw) -> [u8; 8] {
        let mut sizes = [0; 8];
        sizes[..4].copy_from_slice(&(raw.packed.len() as u32).to_le_bytes());
        sizes[4..].copy_from_slice(&(raw.size as u32).to_le_bytes());
        sizes
    }
    let member = [("_chat.txt", "Hallo")];
    check(wide(1, None), &member, &[], &[], "zip64 on a small archive");
    check(wide(1 << 40, None), &member, &[], &[Problem::Accounting], "a count that is a lie");
    let lie = Some((1 << 63) + 5);
    check(wide(1, lie), &member, &[], &[Problem::Accounting], "a locator that leads nowhere");
}

#[test]
fn bytes_that_nobody_lists() {
    let chat = [stored("_chat.txt", "Hallo")];
    let member = ("_chat.txt", "Hallo");
    let shape = Shape::default;
    let hidden = |raw: Raw| Raw { hidden: true, ..raw };
    for shifted in [false, true] {
        check(
            archive(&chat, &Shape { prefix: b"vorne", shifted, ..shape() }),
            &[member, ("-#prefix-0", "vorne")],
            &[],
            &[],
            "a program that unpacks itself",
        );
    }
    let gap = archive(&chat, &Shape { gap: b"mitten", ..shape() });
    check(gap, &[member, ("-#gap-44", "mitten")], &[], &[], "before the directory");
    let padded = archive(&chat, &Shape { gap: &[0; 70_000], ..shape() });
    check(padded, &[member], &[], &[], "zeros say nothing");
    let suffix = archive(&chat, &Shape { suffix: b"hinten", ..shape() });
    check(suffix, &[member, ("-#suffix-121", "hinten")], &[], &[], "after the end");
    let comment = archive(&chat, &Shape { comment: "für Jörg".as_bytes(), ..shape() });
    check(comment, &[member], &["für Jörg"], &[], "comment");

    let entries = [hidden(deflated("alt.txt", "weg")), chat[0].clone()];
    check(plain(&entries), &[member, ("-#hidden-0", "weg")], &["alt.txt"], &[], "deleted entry");
    let raw = deflated("alt.txt", "weg");
    let descriptor = [raw.crc, raw.packed.len() as u32, raw.size as u32];
    let descriptor = descriptor.iter().flat_map(|n| n.to_le_bytes()).collect();
    let entries = [hidden(Raw { flags: 8, descriptor, ..raw }), chat[0].clone()];
    check(
        plain(&entries),
        &[member, ("-#hidden-0", "weg")],
        &["alt.txt"],
        &[],
        "deleted entry whose size stands behind it",
    );
    let glued = [plain(&[stored("erst.txt", "weg")]), plain(&chat)].concat();
    let heard = hear(glued);
    assert_eq!(heard.members[..2], [own(member), own(("-#hidden-0", "weg"))]);
    assert_eq!(heard.texts, ["erst.txt"]);

    let named = Raw { local_name: Some(b"anders.jpg".to_vec()), ..chat[0].clone() };
    check(plain(&[named]), &[member], &["anders.jpg"], &[], "two names");
    let sized = Raw { local_sizes: Some((1, 1)), ..chat[0].clone() };
    check(plain(&[sized]), &[member], &[], &[], "local sizes do not count");
    let commented = Raw { comment: b"geheim".to_vec(), ..chat[0].clone() };
    check(plain(&[commented]), &[member], &["geheim"], &[], "comment of an entry");
    let extra = Raw { extra: b"\x99\x99\x03\0abc".to_vec(), ..chat[0].clone() };
    check(plain(&[extra]), &[member], &["abc"], &[], "private extra field");
    let extra = Raw { extra: b"\x01\0\x60\xeaxx".to_vec(), ..chat[0].clone() };
    check(plain(&[extra]), &[member], &["\u{1}\0`Ωxx"], &[], "extra field without an end");

    let link = Raw { mode: 0o120_777, ..stored("link", "/etc/passwd") };
    check(plain(&[link]), &[("-link", "/etc/passwd")], &[], &[], "a link is not copied");
    let folder = stored("f/", "inhalt");
    check(plain(&[folder]), &[("f/", ""), ("-f/#data", "inhalt")], &[], &[], "folder with data");
}

fn own(member: (&str, &str)) -> (String, String) {
    (member.0.to_owned(), member.1.to_owned())
}

#[test]
fn damaged_archives() {
    use Problem::{Accounting, BadCrc, Damaged, Encrypted, Hostile, Truncated, Unsupported};
    let chat = stored("_chat.txt", "Hallo");
    let member = ("_chat.txt", "Hallo");
    let b = stored("b", "b");

    for raw in [&chat, &deflated("_chat.txt", "Hallo")] {
        let wrong = Raw { crc: 1, ..raw.clone() };
        check(plain(&[wrong]), &[member], &[], &[BadCrc], "wrong checksum: all bytes first");
        let wrong = Raw { size: 0xffff_fffe, ..raw.clone() };
        check(plain(&[wrong]), &[member], &[], &[Accounting], "declared far too large");
        let wrong = Raw { size: 1, ..raw.clone() };
        check(plain(&[wrong]), &[member], &[], &[Accounting], "declared too small");
    }
    let mut long = deflated("_chat.txt", "Hallo");
    long.packed.extend(b"Anhang");
    check(plain(&[long]), &[member], &[], &[Accounting], "bytes behind the compressed data");

    let lines = (0..3000).map(|n| format!("Zeile {n}\n")).collect::<String>();
    let mut broken = deflated("_chat.txt", &lines);
    let half = broken.packed.len() / 2;
    broken.packed[half..half + 8].fill(0xff);
    let heard = hear(plain(&[broken, b.clone()]));
    assert!(heard.members[0].1.starts_with("Zeile 0\n") && heard.members[0].1.len() > 4000);
    assert_eq!(heard.members[1], own(("b", "b")), "what comes after is read");
    assert_eq!(heard.problems, [Damaged]);

    let locked = |name| Raw { flags: 1, ..stored(name, "????") };
    check(plain(&[locked("x"), b.clone()]), &[("b", "b")], &[], &[Encrypted], "one is encrypted");
    let strange = Raw { method: 93, ..stored("x", "????") };
    check(plain(&[strange, b.clone()]), &[("b", "b")], &[], &[Unsupported], "unknown method");
    let lost = Raw { offset: Some(0xffff_0000), ..stored("x", "y") };
    check(
        plain(&[lost, b.clone()]),
        &[("b", "b"), ("-#hidden-0", "y")],
        &["x"],
        &[Damaged],
        "an offset beyond the end; the record is found all the same",
    );
    let shared = Raw { offset: Some(0), ..b.clone() };
    let heard = hear(plain(&[chat.clone(), shared]));
    assert_eq!(heard.members[0], own(member));
    assert_eq!(heard.problems, [Hostile], "two entries, one record");
    let mut wide = chat.clone();
    wide.packed.extend(b.local());
    wide.size = wide.packed.len() as u64;
    wide.crc = crc(&wide.packed);
    let inner = 30 + 9 + 5;
    let quoted = Raw { offset: Some(inner), packed: b.data.clone(), ..b.clone() };
    let bytes = archive(&[wide, quoted], &Shape::default());
    assert!(hear(bytes).problems.contains(&Hostile), "a record inside another one's data");

    for count in [0, 1, 60_000] {
        let shape = Shape { count: Some(count), ..Shape::default() };
        check(
            archive(&[chat.clone(), b.clone()], &shape),
            &[member, ("b", "b")],
            &[],
            &[Accounting],
            "the count is not trusted",
        );
    }
    let inner = plain(&[stored("innen", "i")]);
    let nested =
        archive(std::slice::from_ref(&chat), &Shape { comment: &inner, ..Shape::default() });
    let heard = hear(nested);
    assert_eq!(heard.problems, [Hostile], "an archive in the comment");
    for member in [own(("innen", "i")), own(("-#hidden-0", "Hallo"))] {
        assert!(heard.members.contains(&member));
    }

    check(Vec::new(), &[], &[], &[Damaged], "an empty file");
    check(b"kein Archiv".to_vec(), &[], &[], &[Damaged], "something else");
    let whole = plain(&[chat, deflated("b", lines.as_bytes())]);
    let heard = hear(whole[..whole.len() - 30].to_vec());
    assert_eq!(heard.members[..2], [own(member), own(("b", &lines))], "all records are there");
    assert_eq!(heard.problems, [Truncated]);
    let heard = hear(whole[..whole.len() / 2].to_vec());
    assert_eq!(heard.members[0], own(member));
    assert!(heard.members[1].1.starts_with("Zeile 0\n"), "cut in the middle");
    assert_eq!(heard.problems, [Truncated, Truncated]);
}

#[test]
fn a_cut_archive_is_not_taken_for_the_one_inside() {
    let inner = plain(&[stored("_chat.txt", "Hallo")]);
    let outer = plain(&[stored("inner.zip", &inner), stored("b", "b")]);
    assert!(!hear(outer[..outer.len() - 22].to_vec()).problems.is_empty());
}

#[test]
fn limits_of_entries() {
    let entries: Vec<Raw> = (0..5).map(|n| stored(format!("{n}"), "x")).collect();
    let limits = Limits { entries: 3, ..Limits::default() };
    let heard = hear_with(plain(&entries), &limits);
    assert_eq!(heard.members.len(), 3);
    assert!(heard.problems.contains(&Problem::Limit(LimitKind::Entries)));
}

#[test]
fn what_is_an_archive() {
    let cases: [(&[u8], &str, bool, &str); 8] = [
        (b"PK\x03\x04\x14\0", "chat.txt", true, "content before name"),
        (b"PK\x05\x06\0\0", "a", true, "empty archive"),
        (b"PK\x07\x08PK\x03\x04", "a", true, "one part of a split archive"),
        (b"", "a.ZIP", true, "an empty file is no archive, and must be said to be none"),
        (b"MZ\x90\0\x03", "a.zip", true, "a program that unpacks itself"),
        (b"01.03.24, 14:00 - A: hi", "chat.zip", false, "a text under a wrong name"),
        (b"PK\x03\x04\x14\0", "a.docx", false, "a document"),
        (b"MZ\x90\0\x03", "setup.exe", false, "a program"),
    ];
    for (head, name, expected, why) in cases {
        assert_eq!(Zip.sniff(head, name), expected, "{why}");
    }
}

/// A copy of all members that copies carry, as the engine makes it.
fn copy(bytes: Vec<u8>) -> Vec<u8> {
    let spill = SpillSettings::new(".");
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = Zip.copier(Box::new(file.try_clone().unwrap())).unwrap();
    let source = Source::random("a.zip".into(), Random::memory(bytes), &spill);
    let mut reader = Zip.open(source, &Limits::default()).unwrap();
    while let Some(item) = reader.next().unwrap() {
        match item {
            Item::Page(page) => writer.put(&page, &[]).unwrap(),
            Item::Member(member) if member.copied => {
                let mut content = member.source.map(Source::into_stream);
                let content = content.as_mut().map(|content| content as &mut dyn Read);
                writer.put_member(&member.name, member.modified, content).unwrap();
            }
            Item::Member(_) | Item::Incident(_) | Item::Uninspected(_) => {}
        }
    }
    writer.finish().unwrap();
    let mut copied = Vec::new();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.read_to_end(&mut copied).unwrap();
    copied
}

/// An archive with everything that copies lack, and some they have.
fn full_archive() -> Vec<u8> {
    let big: Vec<u8> = (0..200_000_u32).flat_map(|n| n.wrapping_mul(n).to_le_bytes()).collect();
    let entries = [
        Raw { comment: b"LEAK-1".to_vec(), ..deflated("_chat.txt", "Hallo\n") },
        Raw { extra: b"\x99\x99\x06\0LEAK-2".to_vec(), ..stored("_chat.txt", "noch einmal") },
        Raw { hidden: true, ..stored("LEAK-3", "LEAK-4") },
        stored("ordner/", ""),
        stored("../../Grüße.txt", "x"),
        deflated("groß.bin", big),
        Raw { mode: 0o120_777, ..stored("link", "LEAK-5") },
    ];
    archive(
        &entries,
        &Shape {
            prefix: b"LEAK-6",
            gap: b"LEAK-7",
            suffix: b"LEAK-8",
            comment: b"LEAK-9",
            ..Shape::default()
        },
    )
}

#[test]
fn copies_hold_members_only() {
    let copied = copy(full_archive());
    assert!(!copied.windows(4).any(|bytes| bytes == b"LEAK"), "nothing else is carried over");
    let mut archive = ::zip::ZipArchive::new(Cursor::new(&copied)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["_chat.txt", "_chat (2).txt", "ordner/", "Grüße.txt", "groß.bin"]);
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        assert_eq!(file.unix_mode().unwrap() & 0o077, 0, "for the owner only");
        assert_eq!(file.last_modified().unwrap().to_string(), "2024-03-01 12:00:00");
        std::io::copy(&mut file, &mut std::io::sink()).unwrap();
    }
    let heard = hear(copied.clone());
    assert_eq!(heard.problems, [], "reads as an honest archive");
    assert_eq!((heard.texts.len(), heard.members.len()), (0, 5));
    assert_eq!(copy(copied.clone()), copied, "a copy of a copy is the same");
}

#[test]
fn a_copy_that_cannot_be_written_is_an_error() {
    struct Full(u64);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(1).ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    impl Read for Full {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Ok(0)
        }
    }
    impl Seek for Full {
        fn seek(&mut self, _: SeekFrom) -> std::io::Result<u64> {
            Ok(0)
        }
    }
    for room in 0..6 {
        let mut writer = Zip.copier(Box::new(Full(room))).unwrap();
        let content = Some(&mut std::io::repeat(b'x').take(1 << 20) as &mut dyn Read);
        let done = writer.put_member("a", None, content);
        assert!(done.is_err() || writer.finish().is_err(), "room for {room} writes");
    }
    let spill = Spill::new(&SpillSettings::new("."));
    let mut writer = Zip.copier(Box::new(spill)).unwrap();
    writer.put_member("a", None, Some(&mut Cursor::new(b"x"))).unwrap();
    writer.finish().unwrap();
}

#[cfg(feature = "outside-tools")]
#[test]
fn copies_open_in_other_programs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.zip");
    std::fs::write(&path, copy(full_archive())).unwrap();
    let python =
        "import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip() is not None)";
    let programs: [&[&str]; 4] =
        [&["unzip", "-tqq"], &["7z", "t", "-y"], &["bsdtar", "-tf"], &["python3", "-c", python]];
    for program in programs {
        let mut command = std::process::Command::new(program[0]);
        let done = command.args(&program[1..]).arg(&path).output().unwrap();
        assert!(done.status.success(), "{program:?}: {}", String::from_utf8_lossy(&done.stdout));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        hear(bytes);
    }

    #[test]
    fn no_damage_panics(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let entries = [
            deflated("_chat.txt", "Hallo\n".repeat(50)),
            Raw { flags: 8, ..deflated("b", "streamed") },
            Raw { hidden: true, ..stored("c", "hidden") },
        ];
        let shape = Shape { prefix: b"vor", gap: b"da", suffix: b"nach", ..Shape::default() };
        let mut bytes = archive(&entries, &shape);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        hear(bytes);
    }
}
