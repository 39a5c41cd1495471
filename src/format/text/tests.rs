#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::header::{Header, parse, parse_plain};
use super::reader::TextReader;
use super::{Sizes, Text, looks_like_text};
use crate::format::{Format, Item, Random, Reader, Source, SpillSettings, Tally};
use crate::model::{Edit, LocalTime, Page, Part};

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

type Row = (u64, Part, &'static str);

fn rows(text: &str) -> Vec<(u64, Part, String)> {
    let (pages, _) = read(text.as_bytes(), Sizes::default());
    told(&pages).into_iter().map(|(index, _, part, text)| (index, part, text)).collect()
}

fn assert_rows(text: &str, expected: &[Row], why: &str) {
    let expected: Vec<_> =
        expected.iter().map(|(index, part, text)| (*index, *part, (*text).to_owned())).collect();
    assert_eq!(rows(text), expected, "{why}");
}

fn at(year: i16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<LocalTime> {
    Some(LocalTime { year, month, day, hour, minute, second })
}

#[test]
fn every_header_shape() {
    let full = |second| at(2022, 3, 18, 14, 56, second);
    let (minute, second) = (full(0), full(1));
    let late = at(2022, 3, 18, 0, 56, 0);
    #[rustfmt::skip]
    let cases = [
        // (header, format, time, where it is seen)
        ("3/18/22, 2:56 PM - ", "whatsapp-android", minute, "en-US"),
        ("3/18/22, 12:56 AM - ", "whatsapp-android", late, "en-US, after midnight"),
        ("3/18/22, 00:56 AM - ", "whatsapp-android", late, "24 h with AM, seen in the wild"),
        ("18/03/2022, 14:56 - ", "whatsapp-android", minute, "en-GB"),
        ("18/3/22, 14:56 - ", "whatsapp-android", minute, "short year"),
        ("18/03/2022, 2:56 pm - ", "whatsapp-android", minute, "en-IN"),
        ("18/03/22, 2:56\u{202F}pm - ", "whatsapp-android", minute, "narrow no-break space, since 2023"),
        ("2022/3/18, 14:56 - ", "whatsapp-android", minute, "year first"),
        ("2022/3/18 下午2:56 - ", "whatsapp-android", minute, "zh"),
        ("2022/03/18 午前0:56 - ", "whatsapp-android", late, "ja"),
        ("2022-03-18, 2:56 p.m. - ", "whatsapp-android", minute, "en-CA"),
        ("18/3/2022 2:56 p. m. - ", "whatsapp-android", minute, "es-MX"),
        ("18/3/2022 2:56 p.\u{A0}m. - ", "whatsapp-android", minute, "es-MX, no-break space inside"),
        ("18.03.22, 14:56 - ", "whatsapp-android", minute, "de"),
        ("18.03.22, 2:56 PM - ", "whatsapp-android", minute, "de, 12 h"),
        ("18.03.22, 2:56 nachm. - ", "whatsapp-android", minute, "de, 12 h, day period"),
        ("18.3.2022, 14:56 - ", "whatsapp-android", minute, "long year"),
        ("18.03.22 14:56 - ", "whatsapp-android", minute, "cs, no comma"),
        ("18.03.2022 г., 14:56 - ", "whatsapp-android", minute, "bg"),
        ("2022. 03. 18. 14:56 - ", "whatsapp-android", minute, "hu"),
        ("18-03-2022 14:56 - ", "whatsapp-android", minute, "nl"),
        ("3/18/22. 2:56 PM - ", "whatsapp-android", minute, "dot for comma"),
        ("3/18/22,2:56 PM - ", "whatsapp-android", minute, "no space"),
        ("3/18/22, 2.56 PM - ", "whatsapp-android", minute, "dotted time"),
        ("18/3/22 14:56 - ", "whatsapp-android", minute, "no comma"),
        ("3/18/22, 2:56:01 PM \u{2013} ", "whatsapp-android", second, "en dash and seconds"),
        ("18/03/2022, 2:56 in the afternoon - ", "whatsapp-android", minute, "day period"),
        ("18/03/2022, 12:56 at night - ", "whatsapp-android", late, "day period"),
        ("2022. 3. 18. 오후 2:56, ", "whatsapp-android", minute, "ko"),
        ("19:23, 28 Nov 2013 - ", "whatsapp-android", at(2013, 11, 28, 19, 23, 0), "very old"),
        ("May 5, 8:11 PM - ", "whatsapp-android", None, "very old, no year"),
        ("18 Jan 12:14 - ", "whatsapp-android", None, "very old, no year"),
        ("[18.03.22, 14:56:01] ", "whatsapp-ios", second, "de"),
        ("\u{200E}[18.03.22, 14:56:01] ", "whatsapp-ios", second, "mark before a media message"),
        ("\u{FEFF}[\u{FEFF}18.03.22, 14:56:01] ", "whatsapp-ios", second, "byte order marks anywhere"),
        ("[3/18/22, 14:56:01] ", "whatsapp-ios", second, "region US"),
        ("[3/18/22 14:56:01] ", "whatsapp-ios", second, "fr, no comma"),
        ("[3/18/22 14.56.01] ", "whatsapp-ios", second, "id"),
        ("[18/03/2022, 14:56:01] ", "whatsapp-ios", second, "en-GB"),
        ("[18/03/2022, 2:56:01 PM] ", "whatsapp-ios", second, "12 h"),
        ("[18/03/2022, 2:56:01\u{202F}PM] ", "whatsapp-ios", second, "since 2023"),
        ("[18/3/2022, 2:56:01 p.m.] ", "whatsapp-ios", second, "es-MX"),
        ("[18.3.2022 klo 14.56.01] ", "whatsapp-ios", second, "fi"),
        ("[14:56:01, 3/18/22] ", "whatsapp-ios", second, "vi"),
        ("[\u{200F}18\u{200F}/3\u{200F}/2022، 14:56:01] ", "whatsapp-ios", second, "ar, Latin digits"),
        ("[١٨\u{200F}/٣\u{200F}/٢٠٢٢، ٢:٥٦:٠١\u{A0}م] ", "whatsapp-ios", second, "ar"),
        ("[۲۰۲۲/۳/۱۸, ۱۴:۵۶:۰۱] ", "whatsapp-ios", second, "Persian digits"),
        ("[3/18/2565 BE, 14:56:01] ", "whatsapp-ios", second, "Buddhist year, named"),
        ("[18/3/2565 14:56:01] ", "whatsapp-ios", second, "th"),
        ("[18/3/65 14:56:01] ", "whatsapp-ios", second, "th, short"),
        ("[3/18/R4, 14:56:01] ", "whatsapp-ios", second, "Japanese era"),
        ("[18/03/2022, 14:56] ", "whatsapp-ios", minute, "no seconds"),
        ("[2022-03-18 14:56] ", "whatsapp-ios", minute, "year first"),
        ("[2:56 PM, 3/18/2022] ", "whatsapp-web", minute, "copied from WhatsApp Web"),
        ("[14:56, 18.3.2022] ", "whatsapp-web", minute, "copied from WhatsApp Web, de"),
        ("18/03/22, 14:56:01: ", "whatsapp-old", second, "iOS before 2016"),
        ("18/03/22, 2:56:01 PM: ", "whatsapp-old", second, "iOS before 2016, 12 h"),
        ("18/03/22 14:56:01: ", "whatsapp-old", second, "iOS before 2016, no comma"),
    ];
    for (header, format, time, why) in cases {
        let text = format!("{header}Anna: hallo\n{header}~\u{202F}Bernd: gut\nund dir?\n");
        let (pages, tally) = read(text.as_bytes(), Sizes::default());
        assert_eq!((tally.format, tally.messages), (format, 2), "{header} ({why})");
        let messages = &pages[0].messages;
        let names: Vec<_> =
            messages.iter().map(|m| &pages[0].text[m.sender_text.clone()]).collect();
        assert_eq!(names, ["Anna", "Bernd"], "{header} ({why})");
        assert_eq!(messages[1].time, time, "{header} ({why})");
        assert_eq!(pages[0].slot_text(&pages[0].slots[3]), "gut\nund dir?", "{header} ({why})");
        check_laws(text.as_bytes(), small(16, 20, 30));
    }
}

#[test]
fn look_alikes_are_no_headers() {
    let cases = [
        ("2/11/19: Arrival", "a date, no time"),
        ("2/11/19, 14:48 Anna: hallo", "nothing between time and name"),
        ("12.03.2024, 10:00 - 11:30 Uhr", "an appointment"),
        ("[28.01.2024, 09:00:00] Max: alt", "another shape"),
        ("39/99/2024, 10:00 - Anna: x", "no date"),
        ("192.168.1.10 - web", "an address"),
        ("12:30 - 13:30 Pause", "times"),
    ];
    for (line, why) in cases {
        let text = format!("29.01.24, 12:24 - Anna: so\n{line}\n29.01.24, 12:25 - Bernd: ok\n");
        let (_, tally) = read(text.as_bytes(), Sizes::default());
        assert_eq!(tally.messages, 2, "{line} ({why})");
    }
}

#[test]
fn order_of_day_and_month() {
    let (first, second) = (at(2022, 4, 3, 9, 0, 0), at(2022, 3, 4, 9, 0, 0));
    let cases: [(&[&str], _, _); 6] = [
        (&["03/04/2022", "13/04/2022"], first, "a 13th decides"),
        (&["03/04/2022", "04/13/2022"], second, "a 13th decides"),
        (
            &["03/04/2022", "04/04/2022", "05/04/2022", "01/05/2022", "01/06/2022"],
            first,
            "days run",
        ),
        (
            &["03/04/2022", "03/05/2022", "04/01/2022", "04/02/2022", "05/01/2022"],
            second,
            "days run",
        ),
        (&["03/04/2022", "05/06/2022"], None, "can be read both ways"),
        (&["03.04.2022", "05.06.2022"], first, "dotted dates begin with the day"),
    ];
    for (dates, expected, why) in cases {
        let text: String = dates.iter().map(|date| format!("{date}, 09:00 - A: x\n")).collect();
        let (pages, _) = read(text.as_bytes(), Sizes::default());
        assert_eq!(pages[0].messages[0].time, expected, "{why}");
    }
}

#[test]
fn line_ends_of_ios() {
    use Part::{Body, Sender};
    let text = "[29.01.24, 12:24:03] A: eins\r\n[29.01.24, 12:25:00] B: Zitat:\n\
                [28.01.24, 09:00:00] C: alt\r\n[29.01.24, 12:26:00] A: zwei\r\n";
    assert_rows(
        text,
        &[
            (1, Sender, "A"),
            (1, Body, "eins"),
            (2, Sender, "B"),
            (2, Body, "Zitat:\n[28.01.24, 09:00:00] C: alt"),
            (3, Sender, "A"),
            (3, Body, "zwei"),
        ],
        "a bare LF is inside of a message",
    );
    let (_, tally) = read(text.replace('\r', "").as_bytes(), Sizes::default());
    assert_eq!(tally.messages, 4, "no CRLF, no rule");
}

#[test]
fn senders() {
    let cases = [
        ("+49 151 00000002: x", Some("+49 151 00000002"), "number"),
        ("\u{202A}+40\u{A0}521\u{202C}: x", Some("+40\u{A0}521"), "marks around a number"),
        ("~ Jo: x", Some("Jo"), "unsaved name"),
        ("Carol:", Some("Carol"), "empty text, no space"),
        ("Carol: ", Some("Carol"), "empty text"),
        ("Praxis: Nord: x", Some("Praxis"), "first colon where nothing else is known"),
        ("https://example.org", None, "colon without space"),
        ("Anna hat Bernd hinzugefügt", None, "system line"),
        ("Anna changed the subject to \"Team: Nord\"", None, "colon inside of quotes"),
        ("Anna hat den Betreff zu „Team: Nord“ geändert", None, "the same in German"),
        ("Max „Maxi“ Muster: x", Some("Max „Maxi“ Muster"), "closed quotes in a name"),
        (": x", None, "no name"),
    ];
    for (rest, expected, why) in cases {
        let text = format!("29.01.24, 12:24 - {rest}\n");
        let (pages, _) = read(text.as_bytes(), Sizes::default());
        let message = &pages[0].messages[0];
        let name = &pages[0].text[message.sender_text.clone()];
        assert_eq!((!name.is_empty()).then_some(name), expected, "{rest} ({why})");
        assert_eq!(message.sender.is_some(), expected.is_some(), "{rest} ({why})");
    }
    let header = "29.01.24, 12:24 - ";
    let text = format!(
        "{header}Dr. Maier: Praxis: Termin: 10:00\n{header}Dr. Maier: Praxis: gut\n\
         {header}Anna: Frage: wann\n{header}Anna: danke\n{header}Anna: Frage: wo\n"
    );
    let (pages, _) = read(text.as_bytes(), Sizes::default());
    let names: Vec<_> =
        pages[0].messages.iter().map(|m| &pages[0].text[m.sender_text.clone()]).collect();
    assert_eq!(names, ["Dr. Maier: Praxis", "Dr. Maier: Praxis", "Anna", "Anna", "Anna"]);
    assert_eq!(pages[0].messages[0].sender, pages[0].messages[1].sender);
    assert_ne!(pages[0].messages[0].sender, pages[0].messages[2].sender);
}

#[test]
fn attachments_and_generated_texts() {
    use Part::{Body, Caption, Filename, Other};
    let android = "29.01.24, 12:24 - A: ";
    let ios = "[29.01.24, 12:24:03] A: ";
    let cases: [(&str, &str, &[(Part, &str)], &str); 15] = [
        (
            android,
            "\u{200E}IMG-1.jpg (Datei angehängt)\nMein Ausweis\nvorn",
            &[
                (Filename, "IMG-1.jpg"),
                (Other, "(Datei angehängt)"),
                (Caption, "Mein Ausweis\nvorn"),
            ],
            "caption on the next lines",
        ),
        (
            android,
            "Anna Muster.vcf (soubor byl přiložen)",
            &[(Filename, "Anna Muster.vcf"), (Other, "(soubor byl přiložen)")],
            "contact",
        ),
        (
            android,
            "IMG-20240129-WA0001.jpg (xyz)",
            &[(Filename, "IMG-20240129-WA0001.jpg"), (Other, "(xyz)")],
            "unknown language, name of a photo",
        ),
        (android, "siehe rechnung.pdf (neu)", &[(Body, "siehe rechnung.pdf (neu)")], "text"),
        (android, "<Medien ausgeschlossen>", &[(Other, "<Medien ausgeschlossen>")], "no media"),
        (android, "<b@example.org>", &[(Body, "<b@example.org>")], "a person wrote it"),
        (
            ios,
            "\u{200E}<attached: 00000003-PHOTO.jpg>",
            &[(Other, "<attached:"), (Filename, "00000003-PHOTO.jpg")],
            "photo",
        ),
        (
            ios,
            "Mein Ausweis \u{200E}<Anhang: 1-PHOTO.jpg>",
            &[(Caption, "Mein Ausweis"), (Other, "<Anhang:"), (Filename, "1-PHOTO.jpg")],
            "caption before",
        ),
        (
            ios,
            "Zeile\nMein Ausweis \u{200E}<Anhang: 1-PHOTO.jpg>",
            &[(Caption, "Zeile\nMein Ausweis"), (Other, "<Anhang:"), (Filename, "1-PHOTO.jpg")],
            "caption of two lines before",
        ),
        (
            ios,
            "\u{200E}<المُرفق: 1-PHOTO.jpg>\nText",
            &[(Other, "<المُرفق:"), (Filename, "1-PHOTO.jpg"), (Caption, "Text")],
            "ar, caption after",
        ),
        (
            ios,
            "Befund.pdf • \u{200E}2 Seiten \u{200E}<Anhang: 4-Befund.pdf>",
            &[
                (Filename, "Befund.pdf"),
                (Other, "• \u{200E}2 Seiten"),
                (Other, "<Anhang:"),
                (Filename, "4-Befund.pdf"),
            ],
            "document",
        ),
        (
            ios,
            "Resume.pdf • \u{200E}2 pages \u{200E}document omitted",
            &[(Filename, "Resume.pdf"), (Other, "• \u{200E}2 pages \u{200E}document omitted")],
            "document left out",
        ),
        (ios, "\u{200E}image omitted", &[(Other, "image omitted")], "generated"),
        (
            ios,
            "\u{200E}Standort: https://maps.google.com/?q=52.5,13.4",
            &[(Body, "\u{200E}Standort: https://maps.google.com/?q=52.5,13.4")],
            "what a person sent",
        ),
        (
            ios,
            "Danke \u{200E}<Diese Nachricht wurde bearbeitet.>",
            &[(Body, "Danke \u{200E}<Diese Nachricht wurde bearbeitet.>")],
            "edited",
        ),
    ];
    for (header, body, expected, why) in cases {
        let text = format!("{header}{body}\n");
        let found: Vec<_> = rows(&text).into_iter().skip(1).map(|row| (row.1, row.2)).collect();
        let expected: Vec<_> =
            expected.iter().map(|(part, text)| (*part, (*text).to_owned())).collect();
        assert_eq!(found, expected, "{body} ({why})");
    }
}

#[test]
fn nothing_is_lost_around_messages() {
    use Part::{Body, Other, Sender};
    assert_rows(
        "\u{FEFF}Export vom Montag\n\n29.01.24, 12:24 - A: ja\n29.01.24, 12:24 - A hat B hinzugefügt\n",
        &[
            (0, Other, "Export vom Montag"),
            (1, Sender, "A"),
            (1, Body, "ja"),
            (2, Other, "A hat B hinzugefügt"),
        ],
        "lines before the first header, system lines",
    );
    assert_rows(
        "Name;IBAN\r\nErika;DE89\r\n",
        &[(0, Other, "Name;IBAN"), (0, Other, "Erika;DE89")],
        "no chat",
    );
    let (_, tally) = read(b"Name;IBAN\n", Sizes::default());
    assert_eq!((tally.format, tally.messages), ("text", 0));
    assert_eq!(tally.notes, ["no chat header recognised"]);
    let (pages, tally) = read(b"", Sizes::default());
    assert_eq!((pages.len(), tally.messages, tally.notes.len()), (0, 0, 0));
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
