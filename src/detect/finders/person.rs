//! Names of persons that the words around give away: `Frau Müller`, `Dr. Anna Weiß`, `mein Name ist …`,
//! `FN:` of a contact card. Never words at random, never numbers.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::wording::{before, disjoint, fold, pattern};
use super::{FinderInput, Hit};

/// One of these stands in every text with a name.
pub(super) const WORDS: &[&str] = &[
    "herr$",
    "herrn$",
    "hr$",
    "hrn$",
    "frau$",
    "fr$",
    "fraeulein$",
    "familie$",
    "fam$",
    "dr$",
    "prof$",
    "mr$",
    "mrs$",
    "ms$",
    "miss$",
    "sir$",
    "mme$",
    "mlle$",
    "madame$",
    "monsieur$",
    "senor$",
    "senora$",
    "sr$",
    "sra$",
    "don$",
    "dona$",
    "signor$",
    "signora$",
    "sig$",
    "dott$",
    "meneer$",
    "mevrouw$",
    "dhr$",
    "mevr$",
    "mw$",
    "pan$",
    "pani$",
    "pana$",
    "name$",
    "namens$",
    "heisse$",
    "heiss$",
    "called$",
    "appelle$",
    "llamo$",
    "chiamo$",
    "heet$",
    "naam$",
    "nazywam$",
    "imie$",
    "nom$",
    "nombre$",
    "nome$",
    "fn$",
    "n$",
];

/// `Müller`, `Müller-Lüdenscheidt`, `von der Leyen`, `O'Neill`, `Anna K.`
const NAME: &str = r"(?:(?:von der|von dem|von den|von|vom|zu|van der|van den|van|de la|de|di|del|della|el|al|le|la|ter) )?\p{Lu}(?:['’]\p{Lu})?[\p{Ll}\u{300}-\u{36f}]+(?:[-'’]\p{Lu}?\p{Ll}+)*";

/// A title and what it belongs to.
static TITLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?:^|[^\p{{L}}\p{{N}}])(?P<title>Herrn?|HERR|Hrn?\.|Frau|FRAU|Fr\.|Fräulein|Familie|Fam\.|Mr\.?|Mrs\.?|Ms\.?|Miss|Sir|Mme\.?|Mlle\.?|Madame|Monsieur|Señora?|Sra?\.|Don|Doña|Signora?|Sig\.(?:ra)?|Dott\.(?:ssa)?|Meneer|Mevrouw|Dhr\.|Mevr\.|Mw\.|Pan|Pani|Pana|Dr\.|Prof\.)(?:\s(?:Prof\.|Dr\.|med\.|rer\.|nat\.|jur\.|phil\.|Dipl\.-Ing\.|Ing\.|h\.c\.|dent\.|Mag\.))*[ \u{{a0}}](?P<value>{NAME}(?: {NAME}){{0,2}})"
    ))
});
/// What somebody says of their own name.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?:(?i:\b(?:(?:mein|ihr|sein|dein|der|vollständiger|voller) name (?:ist|lautet|wäre|war)|(?:vor|nach|familien|geburts)?name ?:|ich hei(?:ß|ss)e?|(?:my|his|her|your|full|last|first) name (?:is|was)|name's|i am called|i'm called|is called|je m['’]appelle|mon nom est|nom ?:|me llamo|mi nombre es|nombre ?:|mi chiamo|il mio nome è|nome ?:|ik heet|mijn naam is|naam ?:|nazywam się|mam na imię|imię i nazwisko ?:))(?i:\s(?:übrigens|jetzt|also|auch|Herr|Frau|Dr\.))*\s+|(?m:^)(?:FN|N)(?:;[^:\n]{{0,80}})?:)(?P<value>(?:{NAME}|\p{{Lu}}\p{{Lu}}+)(?:[ ;,]{{1,2}}(?:{NAME}|\p{{Lu}}\.)){{0,3}})"
    ))
});
/// Words with a capital that are no names, folded; German nouns after `Frau` and beginnings of sentences.
const OTHER: &str = " und oder der die das den dem ein eine ist war hat wie was wer wo wann warum bitte danke hallo guten liebe lieber \
sehr ich du er sie es wir ihr ja nein ok im in am an auf aus bei mit nach von vor zu zum zur gott ober doktor professor lehrer lehrerin \
nachbar nachbarin kollege kollegin chef chefin geburtstag holle the and or but for you we they it is was what when who how why please \
thanks hello good dear president universe january february monday tuesday montag dienstag mittwoch donnerstag freitag samstag sonntag ";

/// All such names in a text.
pub(super) fn find(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    let mut hits = Vec::new();
    for found in TITLED.captures_iter(text) {
        let (Some(title), Some(value)) = (found.name("title"), found.name("value")) else {
            continue;
        };
        if is_wife(text, title.range()) {
            continue;
        }
        hits.extend(name(text, value.range()).map(Hit::new));
    }
    for found in NAMED.captures_iter(text) {
        if let Some(value) = found.name("value") {
            hits.extend(name(text, value.range()).map(Hit::new));
        }
    }
    disjoint(hits)
}

/// `meine Frau Anna` names nobody's title, nor does `eine Frau Mitte dreißig`.
fn is_wife(text: &str, title: Range<usize>) -> bool {
    let title_text = &text[title.clone()];
    if !matches!(title_text, "Frau" | "Pan" | "Pani" | "Don" | "Familie") {
        return false;
    }
    let head = fold(before(text, title.start, 10));
    let last = head.split_whitespace().next_back().unwrap_or_default();
    ["mein", "dein", "sein", "ihre", "unser", "eine", "jede", "keine", "die", "der"]
        .iter()
        .any(|word| last.starts_with(word) && head.ends_with(char::is_whitespace))
        && title_text == "Frau"
        && !last.starts_with("die")
}

/// The words of a stretch that can be a name; `None` if the first is none.
fn name(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let value = &text[range.clone()];
    let mut end = 0;
    for word in value.split_inclusive([' ', ';', ',']) {
        let bare = word.trim_end_matches([' ', ';', ',']);
        if OTHER.contains(&format!(" {} ", fold(bare))) && bare.starts_with(char::is_uppercase) {
            break;
        }
        end = end.max(word.as_ptr() as usize - value.as_ptr() as usize + bare.len());
    }
    let found = &value[..end];
    (found.chars().filter(|c| c.is_alphabetic()).count() >= 2 && found.contains(char::is_uppercase))
        .then(|| range.start..range.start + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(&FinderInput { text }).into_iter().map(|hit| &text[hit.range]).collect()
    }

    #[test]
    fn names() {
        let cases: &[(&str, &[&str], &str)] = &[
            ("Fr. Müller kommt um 3", &["Müller"], "abbreviated"),
            ("Guten Tag Herr Dr. Weiß-Berg,", &["Weiß-Berg"], "title after a title, double name"),
            ("Frau Anna von der Leyen ruft an", &["Anna von der Leyen"], "nobiliary particle"),
            ("mein Name ist Erika Beispiel", &["Erika Beispiel"], "said of oneself"),
            ("ich heiße Timo und komme morgen", &["Timo"], "first name alone"),
            ("My name is Oliver Grant.", &["Oliver Grant"], "English"),
            ("je m'appelle Sophie Martin", &["Sophie Martin"], "French"),
            ("me llamo Ana Ruiz", &["Ana Ruiz"], "Spanish"),
            ("mi chiamo Luca Rossi", &["Luca Rossi"], "Italian"),
            ("ik heet Jan de Vries", &["Jan de Vries"], "Dutch"),
            ("nazywam się Piotr Nowak", &["Piotr Nowak"], "Polish"),
            ("Mrs O'Neill and Mr. Smith", &["O'Neill", "Smith"], "two"),
            (
                "FN:Erika Beispiel\nN:Beispiel;Erika;;;",
                &["Erika Beispiel", "Beispiel;Erika"],
                "a card",
            ),
            ("Nachname: Köhler", &["Köhler"], "a form"),
            ("Herr Müller Und dann?", &["Müller"], "stops where a sentence begins"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(found(text), *expected, "{text}: {why}");
        }
    }

    #[test]
    fn no_names() {
        for (text, why) in [
            ("meine Frau Anna kommt mit", "the wife is no title"),
            ("Herr der Ringe", "a film"),
            ("eine Frau Mitte dreißig", "no title"),
            ("Frau 4711", "a number"),
            ("ich heiße dich willkommen", "no name"),
            ("der Name ist noch offen", "no value"),
            ("Müller kommt um 3", "a word at random"),
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}: {why}");
        }
    }
}
