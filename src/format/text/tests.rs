#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod shapes;

use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::grammar::parse;
use super::header::{Header, parse_plain};
use super::reader::TextReader;
use super::{Sizes, Text, looks_like_text};
use crate::format::{Format, Item, Random, Reader, Source, SpillSettings, Tally};
use crate::model::{Edit, Page, Part};

fn source(bytes: &[u8]) -> Source {
    let spill = SpillSettings::new(std::env::temp_dir());
    Source::random("chat.txt".into(), Random::memory(bytes.to_vec()), &spill)
}

fn read(bytes: &[u8], sizes: Sizes) -> (Vec<Page>, Tally) {
    let mut reader = TextReader::new(source(bytes), sizes);
    let mut pages = Vec::new();
    while let Some(item) = reader.next().unwrap() {
        match item {
            Item::Page(page) => pages.push(page),
            _ => panic!("only pages"),
        }
    }
    (pages, reader.tally())
}

fn small(chunk: usize, page: usize, context: usize) -> Sizes {
    Sizes { chunk, page, line: 200, context }
}

/// An output whose bytes can be looked at afterwards.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Cursor<Vec<u8>>>>);

impl Write for Shared {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(buf)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
impl Read for Shared {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().read(buf)
    }
}
impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.lock().unwrap().seek(to)
    }
}

/// The copy that replaces each `from` in owned slots by `to`.
fn copy(pages: &[Page], from: &str, to: &str) -> Vec<u8> {
    let out = Shared::default();
    let mut writer = Text.copier(Box::new(out.clone())).unwrap();
    for page in pages {
        let mut edits = Vec::new();
        for slot in page.owned_slots() {
            for (at, _) in page.slot_text(slot).match_indices(from) {
                let start = slot.range.start + at;
                edits.push(Edit { range: start..start + from.len(), replacement: to.into() });
            }
        }
        writer.put(page, &edits).unwrap();
    }
    writer.finish().unwrap();
    let bytes = out.0.lock().unwrap();
    bytes.get_ref().clone()
}

/// What must hold of all pages, whatever the bytes and sizes.
fn check_laws(bytes: &[u8], sizes: Sizes) {
    let (pages, tally) = read(bytes, sizes);
    assert_eq!(copy(&pages, "\u{1}never\u{1}", ""), bytes, "no edits, same bytes");
    assert_eq!(tally.bytes_scanned, bytes.len() as u64);
    let mut offset = 0;
    let mut covered = String::new();
    for page in &pages {
        assert_eq!(page.leaf_offset(page.owned_text.start), offset, "pages tile");
        offset = page.leaf_offset(page.owned_text.end);
        let mut at = 0;
        for slot in &page.slots {
            assert!(slot.range.start >= at && slot.range.start < slot.range.end);
            at = slot.range.end;
            assert!(!page.slot_text(slot).is_empty());
            assert!(slot.message < page.messages.len());
        }
        for slot in page.owned_slots() {
            assert!(page.owned_text.start <= slot.range.start);
            assert!(slot.range.end <= page.owned_text.end);
            covered.push_str(page.slot_text(slot));
        }
        for message in &page.messages {
            assert!(page.text.is_char_boundary(message.sender_text.start));
            assert!(page.text.get(message.sender_text.clone()).is_some());
        }
    }
    assert_eq!(offset, bytes.len() as u64);
}

/// Part and text of every owned slot with the message's index and line, pieces joined.
fn told(pages: &[Page]) -> Vec<(u64, u64, Part, String)> {
    let mut told = Vec::new();
    for page in pages {
        for slot in page.owned_slots() {
            let message = &page.messages[slot.message];
            told.push((message.index, message.line, slot.part, page.slot_text(slot).to_owned()));
        }
    }
    told
}

#[test]
fn exports_glued_together() {
    let android = "29.01.24, 12:24 - A: eins\n".repeat(30);
    let ios = "[29.01.24, 12:24:03] B: zwei\n".repeat(10);
    let (_, tally) = read(format!("{android}{ios}").as_bytes(), Sizes::default());
    assert_eq!(tally.messages, 40, "both are frequent");
    let ios = "[29.01.24, 12:24:03] B: zwei\n".repeat(6);
    let (pages, tally) = read(format!("{android}{ios}").as_bytes(), Sizes::default());
    assert_eq!(tally.messages, 30, "the second is rare");
    assert!(tally.notes.contains(&"headers of another shape inside of messages"));
    assert_eq!(told(&pages)[60..].len(), 4, "from the third on each line stands for itself");
}

#[test]
fn encodings() {
    let text = "29.01.24, 12:24 - Jörg: Grüße €5 aus Köln\r\nIBAN DE89 ende\n";
    let utf16 = |mark: &str, swap: bool| -> Vec<u8> {
        let units = mark.encode_utf16().chain(text.encode_utf16());
        units.flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let cp1252 = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let cases = [
        (text.as_bytes().to_vec(), "UTF-8"),
        (format!("\u{FEFF}{text}").into_bytes(), "UTF-8 with mark"),
        (utf16("\u{FEFF}", false), "UTF-16 LE"),
        (utf16("\u{FEFF}", true), "UTF-16 BE"),
        (utf16("", false), "UTF-16 LE without mark"),
        (utf16("", true), "UTF-16 BE without mark"),
        (cp1252, "windows-1252"),
    ];
    for (bytes, why) in cases {
        assert!(looks_like_text(&bytes), "{why}");
        let sizes = small(8, 20, 16);
        check_laws(&bytes, sizes);
        let (pages, tally) = read(&bytes, sizes);
        assert_eq!(tally.messages, 1, "{why}");
        assert_eq!(told(&pages)[0].3, "Jörg", "{why}");
        let copied = copy(&pages, "DE89", "[Ü-😀]");
        let (back, _) = read(&copied, Sizes::default());
        let shown = if why == "windows-1252" { "[Ü-?]" } else { "[Ü-😀]" };
        let expected = text.replace("DE89", shown);
        let all: String = back.iter().map(|page| &page.text[page.owned_text.clone()]).collect();
        assert_eq!(all.trim_start_matches('\u{FEFF}'), expected, "{why}");
        let kept = copied.len() - bytes.len() + 4 * (bytes.len() / text.len()).max(1);
        assert!(kept > 0, "{why}");
    }
}

#[test]
fn bad_bytes_stay() {
    let bytes = "29.01.24, 12:24 - Jörg: Grüße aus Köln ".bytes();
    let bytes: Vec<u8> = bytes.chain(*b"\xFF\xC3 IBAN \xF0\x90\x80 x\xE2\x82").collect();
    for chunk in [8, 9, 10, 11, 64] {
        check_laws(&bytes, small(chunk, 16, 8));
        let (pages, tally) = read(&bytes, small(chunk, 16, 8));
        assert!(tally.notes.contains(&"invalid characters"));
        let mut expected = bytes.clone();
        let at = expected.windows(4).position(|four| four == b"IBAN").unwrap();
        expected.splice(at..at + 4, *b"[ID]");
        assert_eq!(copy(&pages, "IBAN", "[ID]"), expected);
    }
}

#[test]
fn what_is_no_text() {
    let cases: [(&[u8], bool, &str); 7] = [
        (b"", true, "empty"),
        (b"hallo\r\n\tWelt\x0C", true, "layout controls"),
        (b"gr\xFC\xDFe", true, "windows-1252"),
        (b"SQLite format 3\0\x10\0\x01\x01\0@  \0\0\0\x06", false, "database"),
        (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", false, "picture"),
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01", false, "photo"),
        (b"\x01\x02\x03\x04", false, "controls"),
    ];
    for (head, expected, why) in cases {
        assert_eq!(looks_like_text(head), expected, "{why}");
    }
}

#[test]
fn sizes_change_nothing_but_pages() {
    let mut text = String::from("vorweg\n");
    for n in 0..200 {
        let day = n / 10 + 1;
        text += &format!("{day:02}.01.24, 12:{:02} - Anna {}: Text {n} ähm\n", n % 60, n % 7);
        if n % 9 == 0 {
            text += "noch eine Zeile\n\nund noch eine\n";
        }
    }
    let (whole, tally) = read(text.as_bytes(), Sizes::default());
    assert_eq!((whole.len(), tally.messages), (1, 200));
    for (chunk, page, context) in [(8, 90, 64), (13, 500, 100), (100, 97, 0), (4096, 300, 400)] {
        let sizes = small(chunk, page, context);
        check_laws(text.as_bytes(), sizes);
        let (pages, _) = read(text.as_bytes(), sizes);
        assert!(pages.len() > 2);
        assert_eq!(told(&pages), told(&whole), "{sizes:?}");
        for pair in pages.windows(2) {
            assert!(pair[1].owned_text.start <= context, "context before is bounded");
            assert!(pair[0].text.len() - pair[0].owned_text.end <= context, "and after");
            let before = pair[1].leaf_offset(0) < pair[1].leaf_offset(pair[1].owned_text.start);
            assert_eq!(before, context > 0, "there is context");
        }
    }
}

#[test]
fn long_messages_and_lines_come_in_pieces() {
    let lines = "eine Zeile Text\n".repeat(100);
    let line = "Wort ".repeat(1000);
    for body in [lines, line, "ä".repeat(3000), "\n".repeat(5000)] {
        let text = format!("29.01.24, 12:24 - A: {body}\n29.01.24, 12:25 - B: ok\n");
        let sizes = small(64, 128, 40);
        check_laws(text.as_bytes(), sizes);
        let (pages, tally) = read(text.as_bytes(), sizes);
        assert_eq!(tally.messages, 2);
        assert!(pages.len() > 5);
        assert!(pages.iter().all(|page| page.text.len() < 700));
        let middle = &pages[3].messages[pages[3].slots.first().map_or(0, |slot| slot.message)];
        assert_eq!((middle.index, middle.sender.map(|id| id.0)), (1, Some(0)));
    }
    check_laws("\n".repeat(3000).as_bytes(), small(64, 128, 40));
    check_laws("x".repeat(3000).as_bytes(), small(64, 128, 40));
}

#[test]
fn a_read_error_comes_after_what_was_read() {
    struct Broken(usize);
    impl Read for Broken {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            let line = b"29.01.24, 12:24 - A: x\n";
            if self.0 == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            self.0 -= 1;
            buf[..line.len()].copy_from_slice(line);
            Ok(line.len())
        }
    }
    let spill = SpillSettings::new(std::env::temp_dir());
    let source = Source::stream("chat.txt".into(), Box::new(Broken(3)), &spill);
    let mut reader = TextReader::new(source, Sizes::default());
    assert!(matches!(reader.next(), Ok(Some(Item::Page(_)))));
    assert_eq!(reader.next().err().unwrap().problem, crate::model::Problem::Truncated);
    assert!(matches!(reader.next(), Ok(None)));
    assert_eq!(reader.tally().messages, 3);
}

proptest! {
    #[test]
    fn the_shortcut_answers_as_the_long_way(
        line in "\\[?[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4},? [0-9]{1,2}[:.][0-9]{2}([:.][0-9]{2})?\
                 ([ \u{202F}][apAP][mM])?(\\] | - |: )[ 0-9:A\u{200E}]{0,6}",
        other in "\\[?[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4},? [0-9]{1,2}:[0-9]{2}(\\] | - )A",
    ) {
        let long = parse(line.as_bytes());
        for shape in [long, parse(other.as_bytes())].into_iter().flatten() {
            if let Some((stamp, rest)) = parse_plain(line.as_bytes(), &shape.shape) {
                prop_assert_eq!(Some(Header { shape: shape.shape, stamp, rest }), long);
            }
        }
    }

    #[test]
    fn any_bytes(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        chunk in 8_usize..80,
        page in 1_usize..200,
        context in 0_usize..80,
    ) {
        check_laws(&bytes, small(chunk, page, context));
    }

    #[test]
    fn bits_of_chats(
        bits in proptest::collection::vec(
            prop_oneof![
                Just("29.01.24, 12:24 - "), Just("[29.01.24, 12:24:03] "), Just("A: "), Just("\n"),
                Just("\r\n"), Just("\u{200E}"), Just("\u{FEFF}"), Just("ä€😀"), Just("<Anhang: a.b>"),
                Just(" (Datei angehängt)"), Just("x.pdf"), Just(" \u{2022} "), Just("~"), Just(" "),
                Just("3/4/22, 1:02\u{202F}"), Just("PM - "), Just("2022. 3. 1. 오후 2:56, "), Just("\""),
            ],
            0..60,
        ),
        chunk in 8_usize..80,
        page in 1_usize..200,
        context in 0_usize..80,
    ) {
        let text: String = bits.concat();
        check_laws(text.as_bytes(), small(chunk, page, context));
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        check_laws(&utf16, small(chunk, page, context));
        let big = Sizes { line: 1 << 20, ..small(chunk, 1 << 20, context) };
        let split = Sizes { line: 1 << 20, ..small(chunk, page, context) };
        let messages = |sizes| read(text.as_bytes(), sizes).1.messages;
        prop_assert_eq!(messages(big), messages(split));
    }
}
