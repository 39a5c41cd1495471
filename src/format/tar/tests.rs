#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{Read, Seek};

use ::tar::{Builder, EntryType, Header};
use proptest::prelude::*;

use super::*;

fn archive(build: impl FnOnce(&mut Builder<Vec<u8>>)) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    build(&mut tar);
    tar.into_inner().unwrap()
}

fn add(tar: &mut Builder<Vec<u8>>, name: &str, kind: EntryType, content: &[u8]) {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_username("erika").unwrap();
    if kind == EntryType::Symlink {
        header.set_link_name("/home/jutta").unwrap();
    }
    tar.append_data(&mut header, name, content).unwrap();
}

/// Names, contents, whether a copy carries them; and why no more.
fn read(bytes: &[u8]) -> (Vec<(String, String, bool)>, Option<Problem>) {
    let random = Random::memory(bytes.to_vec());
    let source = Source::random("a.tar".into(), random, &SpillSettings::new("."));
    let mut reader = Tar.open(source, &Limits::default()).unwrap();
    let skipped = reader.skipped().iter();
    let mut found: Vec<_> =
        skipped.map(|(name, kind)| (name.clone(), (*kind).to_owned(), false)).collect();
    loop {
        match reader.next() {
            Ok(Some(Item::Member(member))) => {
                let mut content = Vec::new();
                if let Some(source) = member.source {
                    source.into_stream().read_to_end(&mut content).unwrap();
                }
                let content = String::from_utf8_lossy(&content).into_owned();
                let is_header = member.name.starts_with('#');
                let name = if is_header { "#".to_owned() } else { member.name };
                found.push((name, content, member.copied));
            }
            Ok(Some(Item::Incident(incident))) => {
                found.push((incident.member.unwrap(), incident.detail, false));
            }
            Ok(Some(_)) => panic!("members and incidents only"),
            Ok(None) => return (found, None),
            Err(error) => return (found, Some(error.problem)),
        }
    }
}

#[test]
fn files_are_members_and_the_rest_is_scanned_only() {
    let long = "a/".repeat(80) + "x.txt";
    let mut bytes = archive(|tar| {
        add(tar, "d/", EntryType::Directory, b"");
        add(tar, &long, EntryType::Regular, b"Hallo");
        add(tar, "link", EntryType::Symlink, b"");
    });
    bytes.extend(b"IBAN DE89");
    let (found, problem) = read(&bytes);
    assert_eq!(problem, None);
    let has = |name: &str, content: &str, copied: bool| {
        found.iter().any(|it| it.0 == name && it.1.contains(content) && it.2 == copied)
    };
    assert!(has(&long, "Hallo", true) && has("d/", "", true), "{found:?}");
    for text in ["erika", "/home/jutta", "IBAN DE89"] {
        assert!(has("#", text, false), "{text}: {found:?}");
    }
}

#[test]
fn copies_hold_files_under_safe_names() {
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = Tar.copier(Box::new(file.try_clone().unwrap())).unwrap();
    let long = "b".repeat(150);
    writer.put_member("../a.txt", Some(7), Some(&mut &b"Hallo"[..])).unwrap();
    writer.put_member(&long, None, Some(&mut [b'x'; 1000].as_slice())).unwrap();
    writer.put_member("d/", None, None).unwrap();
    writer.finish().unwrap();
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    let (found, problem) = read(&bytes);
    assert_eq!(problem, None);
    let found: Vec<_> = found.iter().filter(|it| it.2).map(|it| (&*it.0, it.1.len())).collect();
    assert_eq!(found, [("a.txt", 5), (&*long, 1000), ("d/", 0)]);
}

#[test]
fn bad_archives_are_named() {
    let good = archive(|tar| {
        add(tar, "a", EntryType::Regular, b"Hallo");
        add(tar, "b", EntryType::Regular, &[b'x'; 2000]);
    });
    let mut wrong = good.clone();
    wrong[1024] ^= 1;
    let long = archive(|tar| add(tar, "a", EntryType::GNULongName, &vec![b'x'; 2 << 20]));
    let cases = [
        (good[..2000].to_vec(), Problem::Truncated, "cut in a file"),
        (wrong, Problem::Damaged, "a header's checksum"),
        (long, Problem::Hostile, "a name of 2 MiB"),
    ];
    for (bytes, problem, why) in cases {
        let (found, was) = read(&bytes);
        assert_eq!(was, Some(problem), "{why}");
        let is_there = found.iter().any(|it| it.1 == "Hallo");
        assert_eq!(is_there, problem != Problem::Hostile, "{why}: what stands before is read");
    }
}

/// A raw header: name, kind, size; then what `change` makes of it.
fn header(name: &str, kind: u8, size: u64, change: impl FnOnce(&mut [u8; 512])) -> Vec<u8> {
    let mut header = Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.as_mut_bytes()[156] = kind;
    header.set_mode(0o644);
    header.set_size(size);
    change(header.as_mut_bytes());
    header.set_cksum();
    header.as_bytes().to_vec()
}

/// A header and its content.
fn entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = header(name, kind, content.len() as u64, |_| {});
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let mut content = Vec::new();
    for (key, value) in records {
        let len = key.len() + value.len() + 3;
        let len = len + (len + 2).to_string().len();
        content.extend(format!("{len} {key}={value}\n").bytes());
    }
    content
}

#[test]
fn names_of_extended_headers_are_those_of_members() {
    let long = format!("{}/ä.txt", "d".repeat(160));
    let file = |name: &str| entry(name, b'0', b"Hallo");
    let cases = [
        (
            [
                entry("././@PaxHeader", b'x', &pax(&[("mtime", "1796065108.4443753")])),
                file("a.txt"),
            ],
            "a.txt",
            "a time, as Python writes it",
        ),
        (
            [
                entry("./PaxHeaders/ddd", b'x', &pax(&[("path", &long), ("atime", "1.5")])),
                file(&long[..90]),
            ],
            &long,
            "a name, as GNU tar writes it",
        ),
        (
            [entry("././@PaxHeader", b'x', &pax(&[("path", "ä.txt")])), file("?.txt")],
            "ä.txt",
            "a name whose letters the header cannot hold",
        ),
        (
            [entry("././@LongLink", b'L', format!("{long}\0").as_bytes()), file(&long[..100])],
            &long,
            "a long name of GNU tar",
        ),
        (
            [entry("pax_global_header", b'g', &pax(&[("mtime", "1796065108")])), file("a.txt")],
            "a.txt",
            "one for all files",
        ),
    ];
    for (parts, name, why) in cases {
        let (found, problem) = read(&parts.concat());
        assert_eq!(problem, None, "{why}");
        assert_eq!(found, [(name.to_owned(), "Hallo".to_owned(), true)], "{why}");
    }
}

#[test]
fn what_no_name_or_content_is_is_scanned() {
    const IBAN: &str = "DE89370400440532013000";
    let put = |at: usize| {
        move |block: &mut [u8; 512]| block[at..at + IBAN.len()].copy_from_slice(IBAN.as_bytes())
    };
    let mut padded = entry("a", b'0', b"Hallo");
    padded[700..700 + IBAN.len()].copy_from_slice(IBAN.as_bytes());
    let file = entry("a", b'0', b"Hallo");
    let cases = [
        (
            [entry("g", b'g', &pax(&[("comment", IBAN)])), file.clone()].concat(),
            "comment of all files",
        ),
        (
            [entry("x", b'x', &pax(&[("comment", IBAN)])), file.clone()].concat(),
            "comment of one file",
        ),
        ([entry("x", b'x', &pax(&[(IBAN, "1")])), file.clone()].concat(), "a key"),
        ([entry(IBAN, b'x', &pax(&[("mtime", "1")])), file.clone()].concat(), "name of a header"),
        ([entry("x", b'x', &pax(&[("path", "b")])), entry(IBAN, b'0', b"")].concat(), "old name"),
        (header("a", b'0', 0, put(20)), "behind the end of the name"),
        (header("a", b'0', 0, put(157)), "target of no link"),
        (header("a", b'0', 0, put(265)), "user"),
        (header("a", b'0', 0, put(101)), "numbers"),
        (header("a", b'0', 0, put(360)), "prefix"),
        (padded, "behind the content"),
        ([file.clone(), vec![0; 1024], vec![b' '; 5], IBAN.into()].concat(), "behind the end"),
        ([header("d", b'3', 0, |_| {}), entry(IBAN, b'2', b"")].concat(), "name of a link"),
    ];
    for (bytes, why) in cases {
        let (found, problem) = read(&bytes);
        assert_eq!(problem, None, "{why}");
        let is_scanned = |it: &&(String, String, bool)| it.0.contains(IBAN) || it.1.contains(IBAN);
        assert!(found.iter().any(|it| is_scanned(&it)), "{why}: {found:?}");
    }
}

#[test]
fn links_and_devices_are_named() {
    let bytes: Vec<u8> = [b'1', b'2', b'3', b'4', b'6']
        .into_iter()
        .flat_map(|kind| header("x", kind, 0, |_| {}))
        .collect();
    let (found, problem) = read(&bytes);
    assert_eq!(problem, None);
    let kinds: Vec<_> = found.iter().map(|it| it.1.as_str()).collect();
    assert_eq!(kinds, ["link", "link", "device", "device", "fifo"]);
}

#[test]
fn headers_that_readers_take_differently_are_named() {
    let file = entry("a", b'0', b"Hallo");
    let twice = entry("x", b'x', &pax(&[("path", "b")]));
    let cases = [
        (
            [entry("g", b'g', &pax(&[("path", "b")])), file.clone()].concat(),
            Problem::Hostile,
            "path",
        ),
        (
            [entry("g", b'g', &pax(&[("size", "1")])), file.clone()].concat(),
            Problem::Hostile,
            "size",
        ),
        ([twice.clone(), twice.clone(), file.clone()].concat(), Problem::Damaged, "two for one"),
        ([entry("x", b'x', b"17 path"), file].concat(), Problem::Damaged, "no record"),
        ([twice.clone(), vec![0; 1024]].concat(), Problem::Damaged, "describes nothing"),
        (twice, Problem::Truncated, "what it describes is missing"),
    ];
    for (bytes, problem, why) in cases {
        assert_eq!(read(&bytes).1, Some(problem), "{why}");
    }
}

#[test]
fn what_is_an_archive() {
    let cases = [
        (entry("a", b'0', b"Hallo"), "a", true, "a header"),
        (entry("", b'x', b""), "a", true, "a header without a name"),
        (vec![0; 1024], "a", true, "nothing, as a copy without members is"),
        (vec![0; 10_240], "a", true, "nothing, as programs make it"),
        (vec![0; 2048], "a.TAR", true, "nothing, by its name"),
        (vec![0; 2048], "a", false, "zeros"),
        (vec![0; 512], "a.tar", false, "too short"),
        ([vec![0; 1024], vec![1]].concat(), "a.tar", false, "not only zeros"),
    ];
    for (bytes, name, is_archive, why) in cases {
        assert_eq!(Tar.sniff(&bytes, name), is_archive, "{why}");
    }
    assert_eq!(read(&[0; 1024]), (Vec::new(), None));
}

proptest! {
    #[test]
    fn any_archive_survives(
        kinds in proptest::collection::vec(proptest::sample::select(b"0\x005xgLK12SZ".to_vec()), 1..6),
        content in "([0-9]{1,3} )?(path=|size=|GNU.sparse.)?[a-z0-9\n=]{0,30}",
        told in 0u64..2000,
        cut in any::<proptest::sample::Index>(),
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes: Vec<u8> =
            kinds.iter().flat_map(|kind| entry("a/b", *kind, content.as_bytes())).collect();
        bytes.extend(header("c", kinds[0], told, |block| block[at.index(512)] = byte));
        let len = cut.index(bytes.len()) + 1;
        bytes.truncate(len);
        read(&bytes);
    }
}
