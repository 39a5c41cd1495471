#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{Read as _, Seek as _};

use proptest::prelude::*;

use super::*;
use crate::format::{Random, SpillSettings};
use crate::model::Edit;

const HELPDESK: &[u8] = include_bytes!("../../../fixtures/csv/helpdesk_cp1252.csv");
const NAMES: &[u8] = include_bytes!("../../../fixtures/csv/names_bom.csv");

fn pages(bytes: &[u8]) -> (Vec<Page>, Option<Problem>) {
    let spill = SpillSettings::new(".");
    let source = Source::random("a.csv".into(), Random::memory(bytes.to_vec()), &spill);
    let Ok(mut reader) = Csv.open(source, &Limits::default()) else { return (Vec::new(), None) };
    let mut pages = Vec::new();
    loop {
        match reader.next() {
            Ok(Some(Item::Page(page))) => pages.push(page),
            Ok(Some(_)) => panic!("a table has pages only"),
            Ok(None) => return (pages, None),
            Err(error) => return (pages, Some(error.problem)),
        }
    }
}

fn copy(bytes: &[u8], values: &[&str]) -> Vec<u8> {
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = Csv.copier(Box::new(file.try_clone().unwrap())).unwrap();
    for page in pages(bytes).0 {
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
    copied
}

#[test]
fn cells_have_their_columns_before_them() {
    let page = &pages(NAMES).0[0];
    let cells: Vec<_> = page
        .slots
        .iter()
        .filter(|slot| slot.part == Part::Cell)
        .map(|slot| {
            let cell = slot.cell.as_ref().unwrap();
            (cell.row, cell.column.to_string(), page.slot_text(slot))
        })
        .collect();
    let cell = |row, column: &str, text| (row, column.to_owned(), text);
    let expected = [
        cell(1, "Name", "Name: Erika Beispiel"),
        cell(1, "IBAN", "IBAN: DE89 3704 0044 0532 0130 00"),
        cell(1, "Passwort", "Passwort: Sommer-2024!"),
        cell(2, "Name", "Name: Muster, Jörg"),
    ];
    assert_eq!(cells, expected);
}

#[test]
fn rows_of_a_helpdesk_are_messages() {
    let page = &pages(HELPDESK).0[0];
    let message = page.messages.iter().find(|message| message.index == 1).unwrap();
    assert_eq!(&page.text[message.sender_text.clone()], "Erika Beispiel");
    assert_eq!((message.direction, message.time.unwrap().hour), (Direction::In, 14));
    let body = page.slots.iter().find(|slot| slot.part == Part::Body).unwrap();
    let expected = "Meine IBAN ist \"DE89 3704 0044 0532 0130 00\";\r\nbitte prüfen";
    assert_eq!(page.slot_text(body), expected);
    let copied = copy(HELPDESK, &["\"DE89 3704 0044 0532 0130 00\""]);
    let at = HELPDESK.windows(2).position(|pair| pair == b"\"\"").unwrap();
    let mut expected = HELPDESK.to_vec();
    expected.splice(at..at + 31, *b"[X]");
    assert_eq!(String::from_utf8_lossy(&copied), String::from_utf8_lossy(&expected));
}

#[test]
fn what_is_a_table() {
    let cases = [
        ("Name;IBAN\nErika;DE89\n", "x.txt", true, "names and equal rows"),
        ("Hallo, wie geht's\nGut, danke\n", "x.txt", false, "sentences with a comma"),
        ("Name,Ort,Tel\nErika,Ulm,1\n", "x.txt", true, "three columns"),
        ("01.03.24, 14:00 - Max: Hallo\n02.03.24, 15:00 - Max: Na\n", "a.csv", false, "a chat"),
        ("a;b\nc\n", "x.txt", false, "unequal rows"),
        ("1;2\n3;4\n", "a.csv", true, "no names, but called a table"),
        ("1;2\n3;4\n", "a.txt", false, "no names"),
        ("", "a.csv", false, "nothing"),
        ("Ort;\"Name\nzwei\"\nUlm;Max\n", "a.csv", true, "a name over two lines"),
    ];
    for (head, name, expected, why) in cases {
        assert_eq!(Csv.sniff(head.as_bytes(), name), expected, "{why}");
    }
}

#[test]
fn a_quote_that_does_not_end_is_named() {
    let table = b"a;b\n1;\"IBAN DE89\n2;3\n";
    let (found, problem) = pages(table);
    assert_eq!(problem, Some(Problem::Truncated));
    assert!(found.iter().any(|page| page.text.contains("IBAN DE89")), "it is scanned");
    assert_eq!(copy(table, &[]), table);
}

#[test]
fn large_tables_flow_in_pages() {
    let table = "name;text\n".to_owned() + &"Erika;\"Hallo \"\"Welt\"\"\"\r\n".repeat(40_000);
    let (found, _) = pages(table.as_bytes());
    assert!(found.len() > 2);
    assert!(copy(table.as_bytes(), &[]) == table.as_bytes());
}

proptest! {
    #[test]
    fn any_table_survives(rows in proptest::collection::vec("(a|\"|;|ü|\"\"|\r| ){0,8}\r?\n", 0..20)) {
        let bytes = ("a;b\n".to_owned() + &rows.concat()).into_bytes();
        if Csv.sniff(&bytes, "a.csv") {
            prop_assert_eq!(copy(&bytes, &[]), bytes);
        }
    }
}
