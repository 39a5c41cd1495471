#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::Seek as _;

use proptest::prelude::*;

use super::*;

const BOX: &str = "From erika@example.org Sat Mar  2 14:05:00 2024\nFrom: Erika <erika@example.org>\nSubject: Eins\n\nHallo\n>From hier\n\nFrom jutta@example.org Sat Mar  2 15:05:00 2024\nFrom: Jutta\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?q?_DE89?=\nContent-Transfer-Encoding: base64\nContent-Type: text/plain; name*=utf-8''Gr%C3%BC%C3%9Fe.txt\n\nSGFsbG8K\n";

fn open(text: &str) -> Box<dyn Reader> {
    let random = Random::memory(text.as_bytes().to_vec());
    let source = Source::random("a".into(), random, &SpillSettings::new("."));
    Mail.open(source, &Limits::default()).unwrap()
}

/// Name and content.
type Named = (String, Vec<u8>);

/// Texts of pages; names and contents of members; how it ended.
fn read(text: &str) -> (Vec<String>, Vec<Named>, Option<Problem>) {
    let (mut texts, mut members) = (Vec::new(), Vec::new());
    let mut reader = open(text);
    loop {
        match reader.next() {
            Ok(Some(Item::Page(page))) => {
                texts.extend(page.slots.iter().map(|slot| page.slot_text(slot).to_owned()));
            }
            Ok(Some(Item::Member(member))) => {
                let mut content = Vec::new();
                let _ = member.source.unwrap().into_stream().read_to_end(&mut content);
                members.push((member.name, content));
            }
            Ok(Some(Item::Incident(_) | Item::Uninspected(_))) => {}
            Ok(None) => return (texts, members, None),
            Err(error) => return (texts, members, Some(error.problem)),
        }
    }
}

/// A copy in which a text of headers is replaced.
fn copy(text: &str, value: &str) -> String {
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = Mail.copier(Box::new(file.try_clone().unwrap())).unwrap();
    let mut reader = open(text);
    while let Ok(Some(item)) = reader.next() {
        match item {
            Item::Page(page) => {
                let found = page.text.match_indices(value).filter(|it| !it.1.is_empty());
                let edits: Vec<Edit> = found
                    .map(|(at, it)| Edit { range: at..at + it.len(), replacement: "[X]".into() })
                    .collect();
                writer.put(&page, &edits).unwrap();
            }
            Item::Member(member) => {
                let mut content = member.source.unwrap().into_stream();
                writer.put_member(&member.name, None, Some(&mut content)).unwrap();
            }
            Item::Incident(_) | Item::Uninspected(_) => {}
        }
    }
    writer.finish().unwrap();
    let mut copied = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut copied).unwrap();
    copied
}

#[test]
fn a_mailbox_is_many_mails() {
    let (texts, members, problem) = read(BOX);
    assert_eq!(problem, None);
    assert!(texts.iter().any(|text| text == "Subject: Grüße DE89"), "{texts:?}");
    let expected = [
        ("part-1.txt".to_owned(), b"Hallo\n>From hier\n\n".to_vec()),
        ("Grüße.txt".to_owned(), b"Hallo\n".to_vec()),
    ];
    assert_eq!(members, expected);
    let mut reader = open(BOX);
    while reader.next().unwrap().is_some() {}
    assert_eq!((reader.tally().format, reader.tally().messages), ("mbox", 2));
}

#[test]
fn copies_keep_encodings() {
    assert_eq!(copy(BOX, ""), BOX, "nothing is replaced");
    assert_eq!(copy(BOX, "jutta@example.org"), BOX.replace("jutta@example.org", "[X]"));
    let copied = copy(BOX, "DE89");
    assert!(copied.contains("Subject: =?UTF-8?B?R3LDvMOfZSBbWF0=?=\n"), "{copied}");
}

#[test]
fn a_mail_that_ends_too_early_is_named() {
    let mail = "From: a\nSubject: b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nDE89\n";
    let (_, members, problem) = read(mail);
    assert_eq!(problem, Some(Problem::Truncated));
    assert_eq!(members[0].1, b"DE89\n", "what is there is read");
}

#[test]
fn an_attachment_that_ends_within_a_byte_is_named() {
    let mail = "From: a\nSubject: b\nContent-Transfer-Encoding: base64\nContent-Type: application/octet-stream\n\nAAECAwQFd";
    let mut reader = open(mail);
    loop {
        if let Some(Item::Member(member)) = reader.next().unwrap() {
            let mut content = Vec::new();
            let error = member.source.unwrap().into_stream().read_to_end(&mut content).unwrap_err();
            assert_eq!(content, [0, 1, 2, 3, 4, 5], "what is there is read");
            assert_eq!(FormatError::from(error).problem, Problem::Truncated);
            break;
        }
    }
}

#[test]
fn what_is_a_mail() {
    let cases = [
        ("From: a\r\nTo: b\r\n\r\nHallo", true, "headers"),
        ("From a@b Sat\nFrom: a\nDate: b\n\n", true, "a mailbox"),
        (
            "Subject: a\nContent-Transfer-Encoding: base64\n\nREU4OQ==\n",
            true,
            "no sender, but an encoded body",
        ),
        ("Subject: nur eins\n\nHallo", false, "one header"),
        ("01.03.24, 14:00 - Max: Hallo\n", false, "a chat"),
        ("From hier nach dort\nTo: b\n", false, "a text"),
        ("", false, "nothing"),
    ];
    for (head, expected, why) in cases {
        assert_eq!(Mail.sniff(head.as_bytes(), "x"), expected, "{why}");
    }
}

proptest! {
    #[test]
    fn any_mail_survives(lines in proptest::collection::vec("(From: |From |--x|--x--|Content-Type: multipart/mixed; boundary=x|Subject: =\\?utf-8\\?b\\?|message/rfc822| |ü|=|a:){0,3}\r?\n", 0..25)) {
        let text = "From: a\nTo: b\n".to_owned() + &lines.concat();
        prop_assert_eq!(copy(&text, ""), text);
    }
}
