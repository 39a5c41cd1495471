//! Rules that only these tests know, run over conversations.

use proptest::prelude::*;

use super::*;
use crate::model::{Confidence, Page, Part, Reason, SenderId, Slot};
use crate::pattern::RuleSet;

const HEAD: &str =
    "schema = 1\ntitle = { en = \"x\", de = \"x\" }\ngdpr = [\"Art. 4(1)\"]\nseverity = \"high\"\n";

const NUMBER: &str = r#"
[[find]]
shape = "[1-9][0-9]{10}"
confidence = "medium"
[context]
words = ["steuer-id", "idnr$", "steuernummer"]
against = ["bestellung"]
"#;

const MEMBER: &str = r#"
[[find]]
shape = "[A-Z]{2}[0-9]{6}"
confidence = "low"
separators = " -"
[context]
words = ["mitglied"]
need = true
within = 30
"#;

const MAIL: &str = r#"
[[find]]
regex = '''(?P<value>[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)'''
confidence = "high"
"#;

const PASSWORD: &str = r#"
[[find]]
regex = '''(?-u:\b)(?:passwort|password|kennwort)(?: ist| lautet|:| :)* (?P<value>[^ \n]{4,})'''
fold = true
confidence = "medium"
[[answer]]
ask = ["passwort", "kennwort"]
regex = '''[^ \n]{4,}'''
confidence = "high"
"#;

const PIN: &str = r#"
[[find]]
regex = '''(?-u:\b)PIN:? (?P<value>[0-9]{4})(?-u:\b)'''
unless = '''[0-9]{4} ?EUR'''
confidence = "medium"
[[answer]]
ask = ["pin$"]
regex = '''[0-9]{4}'''
confidence = "medium"
"#;

const BIRTH: &str = r#"
[[answer]]
ask = ["geburtsdatum", "geboren"]
regex = '''[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}'''
confidence = "high"
"#;

const ACCOUNT: &str = r#"
[[find]]
shape = "DE[0-9]{20}"
validator = "iban"
confidence = "high"
"#;

const CONDITION: &str = r#"
[terms]
files = ["condition.de.tsv"]
[[terms.unless]]
terms = ["Krebs"]
near = '''sternzeichen|garnele'''
words = 6
why = "zodiac, food"
[[terms.unless]]
terms = ["krank"]
near = '''voll krank'''
words = 0
why = "slang"
"#;

const CONDITION_TERMS: &str = "term\tstrength\tmatch\tcase\tnote
Krebs\tstrong\tword\tfold\t
*krebs\tstrong\tsuffix\tfold\t
Diabet*\tstrong\tstem\tfold\t
krank\tweak\tword\tfold\t
krank gemeldet\tstrong\tphrase\tfold\t
Befund\tweak\tstem\tfold\t
AU\tstrong\tword\texact\t
Ärztin\tweak\tword\tfold\t
";

const CUES: &str = r#"
cue = [
    { kind = "self", lang = "de", words = ["ich habe", "ich bin"] },
    { kind = "third", lang = "de", words = ["meine frau"] },
    { kind = "figurative", lang = "de", words = ["😂", "haha"] },
]
"#;

fn rules() -> RuleSet {
    let mut files = vec![
        ("cues.toml".to_owned(), CUES.to_owned()),
        ("health/condition.de.tsv".to_owned(), CONDITION_TERMS.to_owned()),
    ];
    for (id, text) in [
        ("identity.number", NUMBER),
        ("identity.member", MEMBER),
        ("financial.account", ACCOUNT),
        ("contact.email", MAIL),
        ("credential.password", PASSWORD),
        ("credential.pin", PIN),
        ("identity.birth_date", BIRTH),
        ("health.condition", CONDITION),
    ] {
        files.push((id.replace('.', "/") + ".toml", format!("id = \"{id}\"\n{HEAD}{text}")));
    }
    RuleSet::from_files(files).unwrap()
}

fn detector() -> Detector {
    Detector::new(&rules(), |_| true).unwrap()
}

/// Messages as "who: text"; `<` continues with a line break.
fn page(chat: &[&str]) -> Page {
    let texts: Vec<_> = chat
        .iter()
        .map(|line| {
            let (who, text) = line.split_once(": ").unwrap();
            let sender = (who != "-").then(|| SenderId(u32::from(who.as_bytes()[0])));
            (sender, text)
        })
        .collect();
    page_of(&texts)
}

/// The same with the names of senders as texts of their own, as exports have them.
fn page_with_senders(chat: &[&str]) -> Page {
    let plain = page(chat);
    let mut page = Page::default();
    for (at, slot) in plain.slots.iter().enumerate() {
        let mut push = |part, text: &str| {
            let start = page.text.len();
            page.text.push_str(text);
            page.slots.push(Slot { part, message: at, range: start..page.text.len(), cell: None });
            page.text.push_str(": ");
        };
        if plain.messages[at].sender.is_some() {
            push(Part::Sender, "Wer auch immer");
        }
        push(Part::Body, plain.slot_text(slot));
    }
    page.messages = plain.messages;
    page.owned = 0..page.slots.len();
    page.owned_text = 0..page.text.len();
    page
}

/// "rule=value" of what counts, spans of one finding joined by `|`.
fn found(page: &Page) -> Vec<String> {
    detector()
        .scan(page)
        .iter()
        .filter(|finding| finding.confidence >= Confidence::Medium)
        .map(|finding| {
            let values: Vec<_> =
                finding.spans.iter().map(|span| &page.text[span.range.clone()]).collect();
            let level = if finding.confidence == Confidence::High { "!" } else { "" };
            format!("{}={}{level}", finding.rule.id.split_once('.').unwrap().1, values.join("|"))
        })
        .collect()
}

#[test]
fn conversations() {
    let cases: &[(&[&str], &[&str], &str)] = &[
        // (chat, findings, why)
        (&["a: 12 345 678 911"], &["number=12 345 678 911"], "shape, grouped"),
        (&["a: Meine Steuer-ID: 12345678911."], &["number=12345678911!"], "a word lifts"),
        (&["a: 1234\u{200b}5678911"], &["number=1234\u{200b}5678911"], "zero-width inside"),
        (&["a: Bestellung 12345678911"], &[], "a word against"),
        (&["a: +12345678911"], &[], "a plus makes it a phone number"),
        (
            &["b: Wie ist Ihre Steuer-ID?", "a: 12345678911"],
            &["number=12345678911!"],
            "asked before",
        ),
        (
            &["b: Steuer-ID?", "a: Moment", "a: 12345678911"],
            &["number=12345678911!"],
            "two messages before",
        ),
        (&["a: Mitglied AB 123456"], &["member=AB 123456"], "needs a word"),
        (&["a: AB 123456"], &[], "has none"),
        (&["a: Mitglied seit vielen, vielen, vielen Jahren, AB 123456"], &[], "too far"),
        (&["a: Mail: Erika.Muster@example.de."], &["email=Erika.Muster@example.de!"], "expression"),
        (&["a: Passwort: Sommer2024!"], &["password=Sommer2024!"], "folded, waits for a word"),
        (&["a: PIN 4711"], &["pin=4711"], "case counts"),
        (&["a: PIN 4711 EUR"], &[], "unless"),
        (&["b: Wie ist das Passwort?", "a: Sommer2024!"], &["password=Sommer2024!!"], "answer"),
        (
            &["b: Wie ist das Passwort?", "a: Ja, das ist: geheim99"],
            &["password=geheim99!"],
            "answer with fillers",
        ),
        (&["b: Wie ist das Passwort?", "a: ja gerne"], &[], "no value"),
        (&["b: Wie ist das Passwort?", "a: morgen"], &[], "an ordinary word"),
        (&["b: Ohne Passwort.", "a: quatsch"], &[], "no question"),
        (&["a: Wie ist das Passwort?", "a: moment mal"], &[], "own question"),
        (
            &["b: Geburtsdatum und PIN?", "a: 12.03.1980", "a: 4711"],
            &["birth_date=12.03.1980!", "pin=4711"],
            "two questions at once",
        ),
        (
            &["b: Geburtsdatum und PIN?", "a: 12.03.1980 und 4711"],
            &["birth_date=12.03.1980!", "pin=4711"],
            "two answers in one message",
        ),
        (
            &["b: PIN und Passwort?", "a: 4711 / Katze!9"],
            &["password=4711!", "password=Katze!9!"],
            "which is whose is not known: both are masked",
        ),
        (&["b: PIN?", "a: 4711, um 1800 bin ich da"], &["pin=4711"], "one question, one value"),
        (&["b: Wie ist das Passwort?", "a: hallo"], &["password=hallo!"], "a greeting alone"),
        (&["b: Wie ist das Passwort?", "a: hallo du"], &[], "a greeting"),
        (
            &["a: meine DE89 3704", "a: 0044 0532", "a: 0130 00"],
            &["account=DE89 3704|0044 0532|0130 00!"],
            "over three messages",
        ),
        (&["a: DE89 3704 0044", "b: ok", "a: 0532 0130 00"], &[], "somebody else in between"),
        (&["b: Geburtsdatum?"], &[], "a question alone"),
        (&["b: PIN?", "a: x", "a: y", "a: z", "a: 4711"], &[], "too long ago"),
        (&["a: Mein Mann hat Krebs"], &["condition=Krebs"], "strong alone"),
        (
            &["a: Meine Frau hat Brustkrebs"],
            &["condition=Brustkrebs!"],
            "end of a compound, third person",
        ),
        (&["a: ich bin Diabetikerin"], &["condition=Diabetikerin!"], "stem means the word"),
        (&["a: krank"], &[], "weak alone"),
        (&["a: ich bin krank"], &["condition=krank"], "weak with a cue"),
        (&["a: ich habe was", "a: krank"], &["condition=krank"], "cue in the message before"),
        (&["a: der Befund: Krebs"], &["condition=Befund", "condition=Krebs"], "weak beside strong"),
        (&["a: krank gemeldet"], &["condition=krank gemeldet"], "longest wins"),
        (&["a: Sternzeichen Krebs, ich bin sicher"], &[], "unless near"),
        (
            &["a: Sternzeichen ist mir egal, aber trotzdem leider sicher doch eindeutig Krebs"],
            &["condition=Krebs"],
            "too far",
        ),
        (&["a: ich bin voll krank"], &[], "unless touching"),
        (&["a: Krebs haha 😂"], &[], "figurative"),
        (&["a: die AU kommt"], &["condition=AU"], "abbreviation"),
        (&["a: Au, das tat weh"], &[], "case counts"),
        (
            &["a: Ich habe meine A\u{308}rztin gefragt"],
            &["condition=A\u{308}rztin"],
            "decomposed umlaut",
        ),
        (&["a: [NUMBER] Steuer-ID [NUMBER-0123456789ab] PIN *****"], &[], "placeholders"),
        (
            &["a: [EMAIL] 12345678911 [MEMBER] AB 123456"],
            &["number=12345678911"],
            "labels are no context",
        ),
    ];
    for (chat, expected, why) in cases {
        assert_eq!(found(&page(chat)), *expected, "{why}: {chat:?}");
        assert_eq!(found(&page_with_senders(chat)), *expected, "{why}, with senders: {chat:?}");
    }
}

#[test]
fn names_of_files() {
    let mut page = page_of(&[(None, "IMG_12345678911_Diabetes.pdf")]);
    page.slots[0].part = Part::Filename;
    let found = detector().scan(&page);
    let values: Vec<_> = found.iter().map(|one| &page.text[one.spans[0].range.clone()]).collect();
    assert_eq!(values, ["12345678911", "Diabetes"]);
}

#[test]
fn only_owned_slots() {
    let mut page = page(&["b: PIN?", "a: 4711", "a: PIN 4712"]);
    page.owned = 1..2;
    let found = detector().scan(&page);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].spans[0].slot, 1);
    assert_eq!(found[0].reasons, [Reason::Question("pin".into())]);
}

/// Everything the tests of this file write, mixed.
fn chats() -> impl Strategy<Value = Vec<String>> {
    let piece = prop_oneof![
        "\\PC{0,6}",
        "[0-9 .,:/+-]{1,14}",
        prop::sample::select(vec![
            "Steuer-ID",
            "12345678911",
            "12 345 678 911",
            "Mitglied ",
            "AB123456",
            "ab 123456",
            "a@example.de",
            "Passwort: geheim99",
            "passwort",
            "PIN 4711",
            "PIN?",
            "4711",
            "wie ist",
            "Geburtsdatum?",
            "12.03.1980",
            "Krebs",
            "Brustkrebs",
            "Diabetikerin",
            "krank",
            "ich bin",
            "Sternzeichen",
            "haha",
            "😂",
            "\u{200b}",
            "\u{a0}",
            "a\u{308}",
            "Ä",
            "ß",
            "[NUMBER]",
            "*****",
            "\n",
            " ",
            "ü",
            "AU",
            "voll krank",
            "１２",
            "\u{301}",
            "_",
            "EUR",
            "Befund",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(prop::collection::vec(piece, 0..8).prop_map(|all| all.concat()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn short_cuts_change_nothing(chat in chats()) {
        let texts: Vec<_> = chat
            .iter()
            .enumerate()
            .map(|(at, text)| (Some(SenderId(at as u32 * 7 / 3 % 2)), text.as_str()))
            .collect();
        let page = page_of(&texts);
        let rules = rules();
        let fast = Detector::new(&rules, |_| true).unwrap();
        let findings = fast.scan(&page);
        prop_assert_eq!(&findings, &fast.exhaustive().scan(&page));
        let mut end = 0;
        for span in findings.iter().flat_map(|finding| &finding.spans) {
            prop_assert!(page.text.is_char_boundary(span.range.start));
            prop_assert!(page.text.is_char_boundary(span.range.end));
            prop_assert!(span.range.start < span.range.end);
            let slot = &page.slots[span.slot].range;
            prop_assert!(slot.start <= span.range.start && span.range.end <= slot.end);
        }
        let mut spans: Vec<_> = findings.iter().flat_map(|finding| &finding.spans).collect();
        spans.sort_by_key(|span| span.range.start);
        for span in spans {
            prop_assert!(end <= span.range.start, "overlap");
            end = span.range.end;
        }
    }
}
