//! What must hold for all built-in rules: written forms, short cuts, hostile texts.

use proptest::prelude::*;

use super::*;
use crate::model::{Confidence, SenderId};
use crate::pattern::{Find, RuleSet, RuleSource, load_builtin};

/// Other ways to write a value, with a name for messages.
fn forms(value: &str, finds: &[Find]) -> Vec<(&'static str, String)> {
    let allowed = |separator: char| {
        let listed =
            |find: &Find| find.separators.as_ref().is_none_or(|all| all.contains(separator));
        finds.iter().all(listed)
    };
    let compact: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    let grouped = |separator: &str| {
        let chars: Vec<char> = compact.chars().collect();
        let groups: Vec<String> = chars.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join(separator)
    };
    let mut forms = vec![
        ("compact", compact.clone()),
        ("lower case", value.to_lowercase()),
        ("full-width", value.chars().map(full_width).collect()),
        ("zero-width", compact.chars().flat_map(|c| [c, '\u{200b}']).collect()),
        ("bidi mark", format!("\u{202a}{compact}")),
    ];
    if allowed(' ') {
        forms.push(("grouped", grouped(" ")));
        forms.push(("no-break spaces", grouped("\u{a0}")));
        forms.push(("narrow spaces", grouped("\u{202f}")));
        forms.push(("line break", grouped(" ").replacen(' ', "\n", 1)));
    }
    if allowed('-') {
        forms.push(("dashes", grouped("-")));
        forms.push(("typographic dashes", grouped("–")));
    }
    if allowed('.') {
        forms.push(("dots", grouped(".")));
    }
    forms
}

fn full_width(c: char) -> char {
    match c {
        '0'..='9' | 'A'..='Z' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// The conversation of a test with another text at the end.
fn chat<'a>(before: &'a [String], text: &'a str) -> Vec<(Option<SenderId>, &'a str)> {
    let before = before.iter().map(|text| match text.strip_prefix("> ") {
        Some(same) => (Some(SenderId(0)), same),
        None => (Some(SenderId(1)), text.as_str()),
    });
    before.chain([(Some(SenderId(0)), text)]).collect()
}

/// Rules that find by shapes alone.
fn shaped(rules: &RuleSet) -> impl Iterator<Item = &RuleSource> {
    rules.rules.iter().filter(|rule| {
        let finds = &rule.file.find;
        !finds.is_empty() && finds.iter().all(|find| find.shape.is_some())
    })
}

#[test]
fn shapes_are_found_in_every_written_form() {
    let rules = load_builtin().unwrap();
    let (mut all, mut missed) = (0, Vec::new());
    for rule in shaped(&rules) {
        let detector = Detector::new(&rules, |other| other.file.id == rule.file.id).unwrap();
        let hits = rule.file.test.iter().filter(|test| test.finds.len() == 1);
        for (test, value) in hits.map(|test| (test, &test.finds[0])) {
            for (name, form) in forms(value, &rule.file.find) {
                let text = test.text.replacen(value.as_str(), &form, 1);
                let page = page_of(&chat(&test.before, &text));
                let found = detector.scan(&page);
                let core = form.trim_matches(['\u{200b}', '\u{202a}']);
                let is_found = found.iter().any(|finding| {
                    finding.confidence >= Confidence::Medium
                        && finding.spans.iter().any(|span| page.text[span.range.clone()] == *core)
                });
                all += 1;
                if !is_found {
                    missed.push(format!("{} {name}: {text:?}", rule.file.id));
                }
            }
        }
    }
    let recall = 1.0 - missed.len() as f64 / f64::from(all.max(1));
    assert!(recall >= 0.995, "{recall:.4} of {all}\n{}", missed.join("\n"));
}

#[test]
fn values_behind_escapes_are_found_where_they_stand() {
    let rules = load_builtin().unwrap();
    let fast = Detector::new(&rules, |_| true).unwrap();
    let slow = Detector::new(&rules, |_| true).unwrap().exhaustive();
    let cases = [
        // (text, rule, values as they stand there, why)
        (
            "https://x.example/?mail=erika%40example.org&x=1",
            "contact.email",
            "erika%40example.org",
            "link",
        ),
        (
            "x iban=DE89%203704%200044%200532%200130%2000 y",
            "financial.iban",
            "DE89%203704%200044%200532%200130%2000",
            "field",
        ),
        (
            "url DE89%203704%200044%200532%200130%2000",
            "financial.iban",
            "DE89%203704%200044%200532%200130%2000",
            "cut out",
        ),
        (
            "https://wa.example/?text=Tel%20%2B49%20151%2023456789",
            "contact.phone",
            "%2B49%20151%2023456789",
            "a plus sign",
        ),
        (
            "https://x.example/?q=Diagnose%3A%20Multiple%20Sklerose%0AGr%C3%BC%C3%9Fe",
            "health.condition",
            "Multiple%20Sklerose",
            "a term",
        ),
        (
            "https://x.example/?password=Blau%20wal%2077&x",
            "credential.password",
            "Blau%20wal%2077&x",
            "a password as a whole",
        ),
        (
            "Passwort: Sommer%40Haus%2024",
            "credential.password",
            "Sommer%40Haus%2024",
            "one that is no link",
        ),
        ("50%20 auf alles, Code RABATT%40%", "contact.email", "", "prose"),
    ];
    for (text, rule, value, why) in cases {
        let page = page_of(&[(Some(SenderId(0)), text)]);
        let found = fast.scan(&page);
        assert_eq!(found, slow.scan(&page), "{why}");
        let of_rule = found.iter().filter(|finding| finding.rule.id == rule);
        let mut covered = vec![false; text.len()];
        for span in of_rule.flat_map(|finding| &finding.spans) {
            covered[span.range.clone()].fill(true);
        }
        let is_covered = |at: usize| covered[at] || !text.as_bytes()[at].is_ascii_alphanumeric();
        let place = text.find(value).unwrap();
        assert!((place..place + value.len()).all(is_covered), "{why}: {found:?}");
        assert!(!value.is_empty() || !covered.contains(&true), "{why}: {found:?}");
    }
}

#[test]
fn short_cuts_change_nothing_in_the_tests_of_rules() {
    let rules = load_builtin().unwrap();
    let fast = Detector::new(&rules, |_| true).unwrap();
    let slow = Detector::new(&rules, |_| true).unwrap().exhaustive();
    for test in rules.rules.iter().flat_map(|rule| &rule.file.test) {
        let page = page_of(&chat(&test.before, &test.text));
        assert_eq!(fast.scan(&page), slow.scan(&page), "{:?}", test.text);
    }
}

#[test]
fn what_is_not_seen_shifts_no_place() {
    let rules = load_builtin().unwrap();
    let fast = Detector::new(&rules, |_| true).unwrap();
    let slow = Detector::new(&rules, |_| true).unwrap().exhaustive();
    for unseen in ["\r", "\r\n", "\0", "\u{200b}", "\u{301}"] {
        let text = format!("{}Blutdruck war 180/110 beim Arzt, Diabetes", unseen.repeat(60));
        let page = page_of(&[(Some(SenderId(0)), &text)]);
        let found = fast.scan(&page);
        assert_eq!(found, slow.scan(&page), "{unseen:?}");
        let words: Vec<&str> =
            found.iter().map(|finding| &page.text[finding.spans[0].range.clone()]).collect();
        assert!(words.contains(&"Diabetes"), "{unseen:?}: {words:?}");
    }
}

#[test]
fn a_value_over_several_messages_is_one_finding() {
    let rules = load_builtin().unwrap();
    let detector = Detector::new(&rules, |_| true).unwrap();
    let (a, b) = (Some(SenderId(0)), Some(SenderId(1)));
    type Chat<'a> = &'a [(Option<SenderId>, &'a str)];
    let cases: [(Chat<'_>, &[&str], &str); 5] = [
        (&[(a, "DE89 3704 0044"), (a, "0532 0130 00")], &["DE89 3704 0044", "0532 0130 00"], "two"),
        (
            &[(a, "IBAN: DE89 3704"), (a, "0044 0532"), (a, "0130 00")],
            &["DE89 3704", "0044 0532", "0130 00"],
            "three, with a word before",
        ),
        (&[(a, "DE89 3704 0044"), (b, "0532 0130 00")], &[], "two people"),
        (&[(a, "DE89 3704 0044"), (a, "ok"), (a, "0532 0130 00")], &[], "something between"),
        (&[(a, "DE89 3704 0044"), (a, "0532 0130 01")], &[], "check digits wrong"),
    ];
    for (chat, expected, why) in cases {
        let page = page_of(chat);
        let found = detector.scan(&page);
        let iban = found.iter().find(|finding| finding.rule.id == "financial.iban");
        let spans = iban.map_or(&[][..], |finding| &finding.spans);
        let values: Vec<&str> = spans.iter().map(|span| &page.text[span.range.clone()]).collect();
        assert_eq!(values, expected, "{why}");
    }
}

/// Each of these once took more than linear time somewhere.
#[test]
fn hostile_texts_end() {
    let rules = load_builtin().unwrap();
    let detector = Detector::new(&rules, |_| true).unwrap();
    let size = 1 << 18;
    for unit in [
        "1",
        "1 ",
        "1.",
        "12.03.2024 ",
        "a",
        "A",
        "A1",
        "Krebs ",
        "krank voll krank ",
        "ich bin ",
        "Passwort: ",
        "passwort ist ",
        "@",
        "a@b",
        "[",
        "[IBAN]",
        "*****",
        "\u{308}",
        "ä",
        "😂",
        "DE89 3704 ",
        "\u{200b}",
        "IBAN ",
        "PIN ",
        "+49 ",
        "Straße 1 ",
        "\n",
        "?",
        ":",
        "-",
        "0170/",
    ] {
        let text = unit.repeat(size / unit.len());
        detector.scan(&page_of(&[(None, &text)]));
    }
    let short = vec![(Some(SenderId(0)), "1234"); 5_000];
    detector.scan(&page_of(&short));
}

/// Anything at all, mixed with what rules wait for.
fn hostile() -> impl Strategy<Value = Vec<String>> {
    let piece = prop_oneof![
        "\\PC{0,12}",
        "[\\p{Arabic}\\p{Devanagari}\\p{Hebrew}\\p{Han}\\p{Mn}\u{200b}-\u{200f}]{0,8}",
        "[0-9 .,:/()+*#-]{1,24}",
        prop::sample::select(vec![
            "Passwort?",
            "Wie lautet das Passwort?",
            "PIN und Geburtsdatum?",
            "ich habe ",
            "The 8-Week Diabetes Cure",
            "Knie ist ",
            "geschwollen",
            "IBAN DE89 3704 0044",
            "0532 0130 00",
            "Frau Müller",
            "geboren am 3.4.81",
            "x@y.de / Geheim#1",
            "🧑\u{200d}🦽\u{fe0f}",
            "１２３",
            "a\u{308}\u{301}",
            "SW1A 1AA",
            "192.168.178.1",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(prop::collection::vec(piece, 0..6).prop_map(|all| all.concat()), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever comes, places lie on characters of their own slot and apart from each other, and the
    /// fast way finds what the slow one finds.
    #[test]
    fn any_text_is_looked_at(chat in hostile()) {
        static FAST: std::sync::LazyLock<Detector> =
            std::sync::LazyLock::new(|| Detector::new(&load_builtin().unwrap(), |_| true).unwrap());
        static SLOW: std::sync::LazyLock<Detector> = std::sync::LazyLock::new(|| {
            Detector::new(&load_builtin().unwrap(), |_| true).unwrap().exhaustive()
        });
        let texts: Vec<_> = chat
            .iter()
            .enumerate()
            .map(|(at, text)| (Some(SenderId(at as u32 % 2)), text.as_str()))
            .collect();
        let page = page_of(&texts);
        let findings = FAST.scan(&page);
        prop_assert_eq!(&findings, &SLOW.scan(&page));
        let mut spans: Vec<_> = findings.iter().flat_map(|finding| &finding.spans).collect();
        spans.sort_by_key(|span| span.range.start);
        let mut end = 0;
        for span in spans {
            prop_assert!(span.range.start >= end && span.range.start < span.range.end);
            prop_assert!(page.text.get(span.range.clone()).is_some(), "inside of a character");
            let slot = &page.slots[span.slot].range;
            prop_assert!(slot.start <= span.range.start && span.range.end <= slot.end);
            end = span.range.end;
        }
    }
}
