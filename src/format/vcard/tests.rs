#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{Read, Seek, SeekFrom};

use proptest::prelude::*;

use super::*;
use crate::format::{Random, SpillSettings};
use crate::model::Edit;

const V21: &[u8] = include_bytes!("../../../fixtures/vcard/v21_quoted_printable.vcf");
const V30: &[u8] = include_bytes!("../../../fixtures/vcard/v30_folded.vcf");
const V40: &[u8] = include_bytes!("../../../fixtures/vcard/v40_two_cards.vcf");

fn open(bytes: &[u8]) -> Box<dyn Reader> {
    let spill = SpillSettings::new(".");
    let source = Source::random("a.vcf".into(), Random::memory(bytes.to_vec()), &spill);
    Vcard.open(source, &Limits::default()).unwrap()
}

fn pages(bytes: &[u8]) -> Vec<Page> {
    let mut reader = open(bytes);
    let mut pages = Vec::new();
    while let Some(item) = reader.next().unwrap() {
        if let Item::Page(page) = item {
            pages.push(page);
        }
    }
    assert_eq!(reader.tally().bytes_scanned, bytes.len() as u64);
    pages
}

/// A copy in which these texts are replaced; photos are kept.
fn copy(bytes: &[u8], values: &[&str]) -> Vec<u8> {
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = Vcard.copier(Box::new(file.try_clone().unwrap())).unwrap();
    let mut reader = open(bytes);
    while let Some(item) = reader.next().unwrap() {
        let page = match item {
            Item::Page(page) => page,
            Item::Member(member) => {
                writer.put_member(&member.name, None, None).unwrap();
                continue;
            }
            _ => panic!("nothing is wrong here"),
        };
        let mut edits: Vec<Edit> = values
            .iter()
            .flat_map(|value| page.text.match_indices(value))
            .map(|(at, value)| Edit { range: at..at + value.len(), replacement: "[X]".into() })
            .collect();
        edits.sort_by_key(|edit| edit.range.start);
        writer.put(&page, &edits).unwrap();
    }
    writer.finish().unwrap();
    let mut copied = Vec::new();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.read_to_end(&mut copied).unwrap();
    copied
}

fn slots(page: &Page) -> Vec<(Part, u64, &str)> {
    let slot = |slot: &Slot| {
        let message = &page.messages[slot.message];
        (slot.part, message.index, &page.text[slot.range.clone()])
    };
    page.slots.iter().map(slot).collect()
}

#[test]
fn properties_are_unfolded_and_decoded() {
    let page = &pages(V30)[0];
    let expected = [
        (Part::Other, 1, "BEGIN:VCARD"),
        (Part::Other, 1, "VERSION:3.0"),
        (Part::Other, 1, "N:"),
        (Part::Sender, 1, "Muster, Erika, "),
        (Part::Other, 1, "FN:"),
        (Part::Sender, 1, "Erika Muster"),
        (Part::Other, 1, "item1.TEL;waid=4915123456789:+49 151 23456789"),
        (Part::Other, 1, "EMAIL;TYPE=INTERNET:erika.muster@example.org"),
        (Part::Other, 1, "ADR;TYPE=HOME:, Hauptstr. 1, Berlin, 10115, Deutschland"),
        (Part::Other, 1, "BDAY:1981-04-03"),
        (Part::Body, 1, "NOTE:Kundin, seit 2019\nRuft an; abends"),
        (Part::Other, 1, "END:VCARD"),
    ];
    assert_eq!(slots(page), expected);

    let page = &pages(V21)[0];
    let slots = slots(page);
    assert_eq!(slots[3].2, "Müller, Jörg, ");
    assert_eq!(slots[5].2, "Jörg Müller");
    assert!(slots[7].2.ends_with("Grüße, Konto DE89 3704 0044 0532 0130 00\r\ndanke"));
    assert_eq!(slots[7].0, Part::Body);
    let page = &pages(V40)[0];
    let cards: Vec<(u64, u64)> = page.messages.iter().map(|m| (m.index, m.line)).collect();
    assert_eq!(cards, [(1, 1), (2, 6), (0, 11)], "two cards, and what belongs to none");
}

#[test]
fn edits_land_in_folds_and_encodings() {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let cases = [
        (V30, "+49 151 23456789", ":+49 151 234\r\n 56789\r\n", ":[X]\r\n", "in a folded line"),
        (V30, "1 234", "1 234\r\n 56789", "[X]56789", "that ends with a fold"),
        (V30, "56789\r\nEMAIL", "\r\n 56789\r\nEMAIL", "\r\n [X]", "that begins after a fold"),
        (V30, "Kundin, seit", "Kundin\\, seit", "[X]", "with an escape"),
        (V30, "1, Berlin, 10115", "1;Berlin;;10115", "[X]", "over components"),
        (V30, "Berlin", ";Berlin;", ";[X];", "one component"),
        (V21, "Müller", "M=C3=BCller", "[X]", "in quoted-printable"),
        (V21, "ö", "J=C3=B6rg", "J[X]rg", "one encoded character"),
        (V21, "DE89 3704 0044", "DE89=\r\n 3704 0044", "[X]", "with a soft line break"),
        (V21, "00\r\ndanke", "00=0D=0Adanke", "[X]", "over an encoded line end"),
    ];
    for (card, value, before, after, why) in cases {
        assert_eq!(text(&copy(card, &[value])), text(card).replace(before, after), "{why}");
    }
}

#[test]
fn copies_without_edits_are_identical() {
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(String::from_utf8_lossy(V30).encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let photo = "A".repeat(75) + "\r\n ";
    let large =
        format!("BEGIN:VCARD\r\nPHOTO;ENCODING=b:{}\r\nEND:VCARD\r\n", photo.repeat(40_000));
    let many = "BEGIN:VCARD\nFN:J\u{f6}rg\nEND:VCARD\n".repeat(30_000);
    let cases = [
        (V21.to_vec(), "2.1"),
        (V30.to_vec(), "3.0"),
        (V40.to_vec(), "4.0"),
        (b"BEGIN:VCARD\r\nNOTE:J\xf6rg\r\nEND:VCARD\r\n".to_vec(), "windows-1252"),
        (utf16, "UTF-16"),
        (large.into_bytes(), "a large photo"),
        (many.into_bytes(), "many cards"),
        (b"BEGIN:VCARD".to_vec(), "cut"),
        (b" \n\tBEGIN:VCARD\r\rX=\n =\n".to_vec(), "odd lines"),
        (Vec::new(), "empty"),
    ];
    for (bytes, why) in cases {
        assert!(copy(&bytes, &[]) == bytes, "{why}");
    }
}

#[test]
fn what_is_a_vcard() {
    let cases: [(&[u8], &str, bool, &str); 6] = [
        (V21, "Jörg.vcf", true, "a card"),
        (b"\xef\xbb\xbf\r\nbegin:vcard\r\n", "a.txt", true, "with mark, empty line, small letters"),
        (b"junk\r\nBEGIN:VCARD\r\n", "a.vcf", true, "something before it"),
        (b"junk\r\nBEGIN:VCARD\r\n", "chat.txt", false, "a chat that quotes a card"),
        (b"kein vCard", "a.vcf", false, "a text under a wrong name"),
        (b"", "a.vcf", false, "nothing"),
    ];
    for (head, name, expected, why) in cases {
        assert_eq!(Vcard.sniff(head, name), expected, "{why}");
    }
}

#[test]
fn charsets_of_quoted_printable() {
    let cases = [
        ("CHARSET=UTF-8", "=E2=82=AC", "€", "three bytes"),
        ("CHARSET=windows-1252", "=80", "€", "one byte"),
        ("CHARSET=Shift_JIS", "=93=FA=96=7B", "日本", "two bytes"),
        ("X", "=C3=BC", "ü", "no charset: UTF-8 where it can be"),
        ("X", "=FC", "ü", "no charset: windows-1252 else"),
        ("CHARSET=UTF-8", "=C3a", "\u{fffd}a", "half a character"),
        ("CHARSET=UTF-8", "1=3D1 = 2", "1=1 = 2", "an equals sign"),
    ];
    for (charset, value, expected, why) in cases {
        let card = format!("BEGIN:VCARD\nNOTE;{charset};QUOTED-PRINTABLE:{value}\nEND:VCARD\n");
        let page = &pages(card.as_bytes())[0];
        assert!(slots(page)[1].2.ends_with(&format!(":{expected}")), "{why}");
        let copied = String::from_utf8(copy(card.as_bytes(), &[expected])).unwrap();
        assert_eq!(copied, card.replace(value, "[X]"), "{why}");
    }
}

proptest! {
    #[test]
    fn any_card_survives(lines in proptest::collection::vec("[ \t]?(BEGIN:VCARD|END:VCARD|N:|X;QUOTED-PRINTABLE:)?[a=;:,ü\\\\C3\r]{0,6}\r?\n", 0..20)) {
        let bytes = lines.concat().into_bytes();
        prop_assert_eq!(copy(&bytes, &[]), bytes);
    }

    #[test]
    fn any_bytes_survive(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        prop_assert_eq!(copy(&bytes, &[]), bytes);
    }
}

#[test]
fn a_card_that_is_cut_anywhere_is_copied_as_it_is() {
    for card in [V21, V30, V40] {
        for end in 0..card.len() {
            let cut = &card[..end];
            assert!(copy(cut, &[]) == cut, "cut at {end}");
        }
    }
}

/// Photos and sounds are members; the text around them, and its lines, stay as they are.
#[test]
fn photos_are_members() {
    let cards = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Erika\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n SkZJRg==\r\nTEL:+49 151 23456789\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jo\r\nPHOTO:data:image/png;base64,iVBORw0KGgo\r\nPHOTO;VALUE=uri:https://example.org/1.jpg\r\nSOUND;BASE64:no sound!\r\nNOTE:Ende\r\nEND:VCARD\r\n";
    let mut reader = open(cards.as_bytes());
    let mut left = tempfile::tempfile().unwrap();
    let mut without = Vcard.copier(Box::new(left.try_clone().unwrap())).unwrap();
    let (mut members, mut texts) = (Vec::new(), Vec::new());
    while let Some(item) = reader.next().unwrap() {
        match item {
            Item::Page(page) => {
                texts.extend(page.slots.iter().map(|slot| {
                    (page.messages[slot.message].line, page.slot_text(slot).to_owned())
                }));
                without.put(&page, &[]).unwrap();
            }
            Item::Member(member) => {
                let mut bytes = Vec::new();
                member.source.unwrap().into_stream().read_to_end(&mut bytes).unwrap();
                without.put_member("photo-1.withheld.txt", None, Some(&mut &b"note"[..])).unwrap();
                members.push((member.name, bytes));
            }
            _ => panic!("nothing is wrong here"),
        }
    }
    assert_eq!(reader.tally().bytes_scanned, cards.len() as u64);
    let photos = [
        ("photo-1".to_owned(), b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec()),
        ("photo-2".to_owned(), b"\x89PNG\r\n\x1a\n".to_vec()),
    ];
    assert_eq!(members, photos);
    for text in [
        "TEL:+49 151 23456789",
        "PHOTO;VALUE=uri:https://example.org/1.jpg",
        "SOUND;BASE64:no sound!",
    ] {
        assert!(texts.iter().any(|it| it.1 == text), "{text}: {texts:?}");
    }
    assert_eq!(texts.iter().map(|it| it.0).max(), Some(11), "what follows the second photo");
    without.finish().unwrap();
    let mut copied = String::new();
    left.seek(SeekFrom::Start(0)).unwrap();
    left.read_to_string(&mut copied).unwrap();
    let expected = cards.replace("/9j/4AAQ\r\n SkZJRg==", "").replace("iVBORw0KGgo", "");
    assert_eq!(copied, expected, "empty values");
    assert_eq!(copy(cards.as_bytes(), &[]), cards.as_bytes(), "the same photos");
}
