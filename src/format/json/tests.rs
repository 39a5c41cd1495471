#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{Read as _, Seek as _};

use proptest::prelude::*;

use super::*;
use crate::format::{Random, SpillSettings};
use crate::model::Direction;

const WEBHOOK: &[u8] = include_bytes!("../../../fixtures/json/cloud_api_webhook.jsonl");
const EXPORTER: &[u8] = include_bytes!("../../../fixtures/json/whatsapp_exporter.json");
const RECORDS: &[u8] = include_bytes!("../../../fixtures/json/records.json");

fn open(bytes: &[u8]) -> Box<dyn Reader> {
    let spill = SpillSettings::new(".");
    let source = Source::random("a.json".into(), Random::memory(bytes.to_vec()), &spill);
    Json.open(source, &Limits::default()).unwrap()
}

/// All pages, and how it ended.
fn pages(bytes: &[u8]) -> (Vec<Page>, Option<Problem>) {
    let mut reader = open(bytes);
    let mut pages = Vec::new();
    loop {
        match reader.next() {
            Ok(Some(Item::Page(page))) => pages.push(page),
            Ok(Some(_)) => panic!("JSON has pages only"),
            Ok(None) => return (pages, None),
            Err(error) => {
                assert!(reader.next().unwrap().is_none(), "nothing comes after an error");
                return (pages, Some(error.problem));
            }
        }
    }
}

/// A copy in which these texts are replaced.
fn copy(bytes: &[u8], values: &[&str]) -> Vec<u8> {
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = Json.copier(Box::new(file.try_clone().unwrap())).unwrap();
    for page in pages(bytes).0 {
        let mut edits: Vec<Edit> = values
            .iter()
            .flat_map(|value| page.text.match_indices(value))
            .map(|(at, value)| Edit { range: at..at + value.len(), replacement: "[X]".into() })
            .collect();
        edits.retain(|edit| page.leaf_offset(edit.range.start) < page.leaf_offset(edit.range.end));
        edits.sort_by_key(|edit| edit.range.start);
        writer.put(&page, &edits).unwrap();
    }
    writer.finish().unwrap();
    let mut copied = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut copied).unwrap();
    copied
}

fn slots(page: &Page) -> Vec<(Part, String, &str)> {
    let slot = |slot: &Slot| {
        let column = slot.cell.as_ref().map_or(String::new(), |cell| cell.column.to_string());
        (slot.part, column, &page.text[slot.range.clone()])
    };
    page.slots.iter().map(slot).filter(|(part, ..)| *part != Part::Key).collect()
}

#[test]
fn leaves_have_their_names_before_them_and_a_pointer() {
    let (pages, problem) = pages(RECORDS);
    assert_eq!(problem, None);
    let expected = [
        ("/0/id", "id: 17"),
        ("/0/iban", "iban: DE89 3704 0044 0532 0130 00"),
        ("/0/kontakt/telefon", "telefon: +49 151 23456789"),
        ("/0/kontakt/mail", "mail: erika@example.org"),
        ("/1/id", "id: 18"),
        ("/1/kontakt/telefon", "telefon: 4915123456789"),
        ("/1/kontakt/tags/0", "tags: VIP"),
        ("/1/kontakt/tags/1", "tags: DE02 1203 0000 0000 2020 51"),
    ];
    let found = slots(&pages[0]);
    let found: Vec<_> = found.iter().map(|(_, at, text)| (at.as_str(), *text)).collect();
    assert_eq!(found, expected);
}

#[test]
fn webhooks_tell_who_wrote_what_when() {
    let page = &pages(WEBHOOK).0[0];
    let talk: Vec<_> = page
        .messages
        .iter()
        .filter(|message| message.index > 0)
        .map(|message| (message.index, message.direction, message.time.map(|time| time.minute)))
        .collect();
    assert_eq!(
        talk,
        [(1, Direction::In, Some(13)), (2, Direction::In, Some(14)), (3, Direction::Out, None)],
        "the last one goes out"
    );
    assert_eq!(&page.text[page.messages[1].sender_text.clone()], "+4915100000001");
    let bodies: Vec<_> =
        slots(page).into_iter().filter(|it| it.0 == Part::Body).map(|it| it.2).collect();
    assert_eq!(bodies[0], "Meine IBAN: DE89 3704 0044 0532 0130 00\nGrüße");
    let slots = slots(page);
    let has = |text: &str| slots.iter().any(|slot| slot.2 == text);
    assert!(has("iban: DE02120300000000202051"), "a form in a string: {slots:?}");
    assert!(!slots.iter().any(|slot| slot.2.contains("4915100000001")), "accounts are senders");

    let page = &pages(EXPORTER).0[0];
    let ways: Vec<_> =
        page.messages.iter().filter(|it| it.index > 0).map(|it| it.direction).collect();
    assert_eq!(ways, [Direction::In, Direction::Out]);
}

#[test]
fn copies_stay_json_and_lose_the_value() {
    let cases: [(&str, &str, &str, &str); 7] = [
        (r#"{"a":"x y z"}"#, "y", r#"{"a":"x [X] z"}"#, "in a string"),
        (r#"{"a":"x\u00fcy"}"#, "xüy", r#"{"a":"[X]"}"#, "with an escape"),
        (r#"{"tel":4915123456789, "b":1}"#, "4915123456789", r#"{"tel":"[X]", "b":1}"#, "number"),
        (r#"[1, 22, 3]"#, "22", r#"[1, "[X]", 3]"#, "number in a list"),
        (
            r#"{"f":"{\"p\":\"a\\\"b\"}"}"#,
            "a\"b",
            r#"{"f":"{\"p\":\"[X]\"}"}"#,
            "inside of a string",
        ),
        (
            r#"{"f":"{\"p\":4711}"}"#,
            "4711",
            r#"{"f":"{\"p\":\"[X]\"}"}"#,
            "number inside of a string",
        ),
        (r#"{"49151@x":{"a":1}}"#, "49151@x", r#"{"[X]":{"a":1}}"#, "name of a member"),
    ];
    for (json, value, expected, why) in cases {
        let copied = String::from_utf8(copy(json.as_bytes(), &[value])).unwrap();
        assert_eq!(copied, expected, "{why}");
        assert!(serde_json::from_str::<serde_json::Value>(&copied).is_ok(), "{why}");
    }
    let copied = copy(WEBHOOK, &["DE02120300000000202051", "4915123456789", "Muster"]);
    for line in String::from_utf8(copied).unwrap().lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
        assert!(!line.contains("DE02") && !line.contains("491512345"), "{line}");
    }
}

#[test]
fn broken_json_is_named_and_read_to_its_end() {
    let deep = "[".repeat(200) + "\"DE89\"" + &"]".repeat(200);
    let cases = [
        (r#"{"a":"b"}{"c":"IBAN"#, Problem::Truncated, "cut in a string"),
        (r#"{"a":"b","#, Problem::Truncated, "cut between members"),
        ("{\"a\":\"b\"}\n{\"a\" \"DE89\"}\n", Problem::Damaged, "no colon"),
        (&deep, Problem::Limit(LimitKind::Depth), "too deep"),
    ];
    for (json, problem, why) in cases {
        let (pages, found) = pages(json.as_bytes());
        assert_eq!(found, Some(problem), "{why}");
        let text: String = pages.iter().map(|page| page.text.as_str()).collect();
        for word in ["IBAN", "DE89"] {
            assert_eq!(text.contains(word), json.contains(word), "{why}");
        }
        assert_eq!(copy(json.as_bytes(), &[]), json.as_bytes(), "{why}");
    }
}

#[test]
fn what_is_json() {
    let cases: [(&str, &str, bool, &str); 9] = [
        (r#"{"a":1}"#, "x", true, "an object"),
        ("\u{feff}\n[{}]", "x", true, "with a mark"),
        ("[12.03.24, 14:00:01] Max: Hallo\n", "_chat.txt", false, "a chat of an iPhone"),
        ("[1] Fussnote\n", "a.txt", false, "a note"),
        ("[]", "a.txt", true, "an empty list"),
        ("{\"a\":1}\n{\"b\":2}\n", "log", true, "lines"),
        ("{kaputt", "a.json", true, "broken, but named so"),
        ("{ Hallo }", "a.txt", false, "a text"),
        ("", "a.json", false, "nothing"),
    ];
    for (head, name, expected, why) in cases {
        assert_eq!(Json.sniff(head.as_bytes(), name), expected, "{why}");
    }
}

#[test]
fn large_documents_flow_in_pages() {
    let record =
        r#"{"from":"4915100000001","timestamp":"1700000000","text":{"body":"Hallo Welt"}},"#;
    let json = format!(r#"{{"messages":[{}{{}}]}}"#, record.repeat(20_000));
    let mut reader = open(json.as_bytes());
    let mut count = 0;
    while let Some(Item::Page(page)) = reader.next().unwrap() {
        assert!(page.text.len() < 2 * PAGE_LEN);
        count += 1;
    }
    assert!(count > 4);
    assert_eq!(reader.tally().messages, 20_001);
    assert!(copy(json.as_bytes(), &[]) == json.as_bytes());
    let long = format!(r#"{{"photo":"{}\u00fc","b":"c"}}"#, "QUJD\\n".repeat(4 << 20));
    assert!(copy(long.as_bytes(), &[]) == long.as_bytes(), "a string that is cut");
}

proptest! {
    #[test]
    fn any_json_survives(pieces in proptest::collection::vec("[\\[\\]{},: \n]|\"[a\\\\u\"n]{0,5}\"|1|true|ü", 0..40)) {
        let bytes = pieces.concat().into_bytes();
        prop_assert_eq!(copy(&bytes, &[]), bytes);
    }
}
