#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{Read as _, Seek as _};

use proptest::prelude::*;

use super::*;
use crate::format::{Random, SpillSettings};

const CHAT: &[u8] = include_bytes!("../../../fixtures/markup/chat.html");

fn pages(bytes: &[u8]) -> Vec<Page> {
    let spill = SpillSettings::new(".");
    let source = Source::random("a.html".into(), Random::memory(bytes.to_vec()), &spill);
    let mut reader = Markup.open(source, &Limits::default()).unwrap();
    let mut pages = Vec::new();
    while let Some(item) = reader.next().unwrap() {
        let Item::Page(page) = item else { panic!("markup has pages only") };
        pages.push(page);
    }
    pages
}

fn copy(bytes: &[u8], values: &[&str]) -> String {
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = Markup.copier(Box::new(file.try_clone().unwrap())).unwrap();
    for page in pages(bytes) {
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
    file.rewind().unwrap();
    file.read_to_end(&mut copied).unwrap();
    String::from_utf8_lossy(&copied).into_owned()
}

#[test]
fn texts_attributes_comments_and_scripts_are_slots() {
    let page = &pages(CHAT)[0];
    let slots: Vec<&str> = page.slots.iter().map(|slot| page.slot_text(slot).trim()).collect();
    for text in [
        "Chat mit Erika",
        "Meine IBAN: DE89\u{a0}3704 0044 0532 0130 00\nGrüße & danke",
        "tel:+4915123456789",
        "Anruf",
        "<!-- exportiert f&uuml;r erika@example.org -->",
        "var owner = \"jutta@example.org\"; if (1 < 2) { f(); }",
    ] {
        assert!(slots.contains(&text), "{text}: {slots:?}");
    }
}

#[test]
fn declarations_and_instructions_are_slots() {
    let xml = br#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY i "4711"><!ENTITY p "0815">]><a b="&i;">x<?pi 0816?></a>"#;
    let slots: Vec<String> = pages(xml)
        .iter()
        .flat_map(|page| page.slots.iter().map(|slot| page.slot_text(slot).to_owned()))
        .collect();
    for number in ["4711", "0815", "0816"] {
        assert!(slots.iter().any(|slot| slot.contains(number)), "{number}: {slots:?}");
    }
    let text = String::from_utf8_lossy(xml);
    let copied = copy(xml, &["4711", "0815", "0816"]);
    let expected = text.replace("4711", "[X]").replace("0815", "[X]").replace("0816", "[X]");
    assert_eq!(copied, expected);
    let html = b"<!DOCTYPE html><p>Hallo</p>";
    assert_eq!(copy(html, &[]).as_bytes(), html);
}

#[test]
fn tags_inside_of_a_value_stay() {
    let text = String::from_utf8_lossy(CHAT).into_owned();
    let copied = copy(CHAT, &["DE89\u{a0}3704 0044 0532 0130 00", "ß", "+4915123456789"]);
    let expected = text
        .replace("<b>DE89&nbsp;3704</b> 0044 0532 <i>0130 00</i>", "<b>[X]</b><i></i>")
        .replace("&szlig;", "[X]")
        .replace("+4915123456789", "[X]");
    assert_eq!(copied, expected);
}

#[test]
fn a_number_in_a_spreadsheet_becomes_a_text() {
    let sheet = r#"<?xml version="1.0"?><row><c r="A1" s="1"><v>4915123456789</v></c><c r="B1" t="s"><v>0</v></c></row>"#;
    let copied = copy(sheet.as_bytes(), &["4915123456789"]);
    assert_eq!(
        copied,
        sheet.replace(
            "<c r=\"A1\" s=\"1\"><v>4915123456789",
            "<c t=\"str\" r=\"A1\" s=\"1\"><v>[X]"
        )
    );
}

/// Wherever a page ends: the tag that says what a cell holds is on the page of its value.
#[test]
fn a_page_does_not_end_within_a_cell() {
    let cell = r#"<c r="A1" s="1"><v>4915123456789</v></c>"#;
    for pad in 0..=cell.len() {
        let head = format!("<?xml version=\"1.0\"?><row>{}", "<c><v>1</v></c>".repeat(17_400));
        let head = format!("{head}<!--{}-->", " ".repeat(PAGE_LEN - head.len() - 7 - pad));
        let sheet = format!("{head}{cell}<c r=\"B1\"><v>2</v></c></row>");
        let copied = copy(sheet.as_bytes(), &["4915123456789"]);
        assert!(copied.contains(r#"<c t="str" r="A1" s="1"><v>[X]</v>"#), "{pad} bytes before");
    }
}

#[test]
fn what_is_markup() {
    let cases = [
        ("<!DOCTYPE html><p>a", "a declaration", true),
        ("\u{feff} <?xml version='1.0'?>", "XML", true),
        ("<div>a</div>", "a piece of a page", true),
        ("<Medien ausgeschlossen>\n", "a line of a chat", false),
        ("a < b </b>", "a text", false),
    ];
    for (head, why, expected) in cases {
        assert_eq!(Markup.sniff(head.as_bytes(), "x"), expected, "{why}");
    }
}

#[test]
fn large_pages_flow() {
    let html = "<p>Hallo <b>Welt</b></p>\n".repeat(40_000);
    assert!(pages(html.as_bytes()).len() > 2);
    assert!(copy(html.as_bytes(), &[]) == html);
    let long = format!("<p>{}</p>", "a ".repeat(6 << 20));
    assert!(copy(long.as_bytes(), &[]) == long, "a text that is cut");
}

proptest! {
    #[test]
    fn any_markup_survives(pieces in proptest::collection::vec("<p>|</p>|<b x='|'>|<b>|a|&auml;|&|<|>|<!--|-->|<script>|</script>|ü|=|\"| |\n|<br/>|<\\?|<ü x=1|<a\u{a0}x=1|<p \u{2003}y='", 0..40)) {
        let text = pieces.concat();
        prop_assert_eq!(copy(text.as_bytes(), &[]), text);
    }
}
