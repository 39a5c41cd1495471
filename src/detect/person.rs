//! Whose a term is, where no cue says it outright: "die Bestrahlung macht sie fertig", "unser
//! Pfarrer ist schwul". German, whose chats say it in most ways.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::shadow::fold;

/// How far a sentence is looked at on both sides, in bytes.
const SENTENCE: usize = 96;

/// Pronouns of who speaks and of who is spoken of.
const PRONOUNS: &[&str] = &["ich", "mich", "mir", "er", "sie", "ihm", "ihn", "dich", "dir"];
/// Before what is only talked about.
const ABOUT: &[&str] = &["über", "ueber", "gegen"];
/// Pronouns of a family as of a firm.
const WE: &[&str] = &["wir", "uns"];
/// Possessives, right before what is somebody's.
const POSSESSIVES: &[&str] = &["mein", "dein", "sein", "ihr"];
/// One more, of what no firm has: "unsere Therapie" may be on sale, "unser Imam" is not.
const OUR: &str = "unser";
/// Verbs of who speaks, where a sentence begins without the pronoun: "war 20 Jahre im Kloster".
const SPEAKS: &[&str] = &[
    "bin", "war", "habe", "hab", "hatte", "gehe", "geh", "trage", "trag", "werde", "wurde", "muss",
    "glaube", "glaub",
];
/// Whose pronouns say that something is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speakers {
    /// Nobody's: people talk of it as well.
    None,
    /// Those of single persons, and verbs of who speaks without any.
    Person,
    /// "We" as well.
    All,
}

/// Who is spoken of, folded.
const PERSONS: &[&str] = &[
    "frau",
    "mann",
    "tochter",
    "sohn",
    "mutter",
    "mama",
    "mutti",
    "mami",
    "vater",
    "papa",
    "papi",
    "vati",
    "eltern",
    "kleine",
    "kleiner",
    "kleinen",
    "juengste",
    "juengster",
    "oma",
    "opa",
    "omi",
    "opi",
    "grossmutter",
    "grossvater",
    "grosseltern",
    "bruder",
    "schwester",
    "onkel",
    "tante",
    "cousin",
    "cousine",
    "neffe",
    "nichte",
    "enkel",
    "enkelin",
    "schwager",
    "schwaegerin",
    "schwiegermutter",
    "schwiegervater",
    "schwiegersohn",
    "schwiegertochter",
    "schwiegereltern",
    "freund",
    "freundin",
    "partner",
    "partnerin",
    "lebensgefaehrte",
    "lebensgefaehrtin",
    "verlobter",
    "verlobte",
    "ex-mann",
    "ex-frau",
    "exmann",
    "exfrau",
    "kollege",
    "kollegen",
    "kollegin",
    "chef",
    "chefin",
    "nachbar",
    "nachbarn",
    "nachbarin",
    "lehrer",
    "lehrerin",
    "pfarrer",
    "azubi",
    "mitarbeiter",
    "mitarbeiterin",
    "bewerber",
    "bewerberin",
    "kunde",
    "kunden",
    "kundin",
    "mandant",
    "mandantin",
    "mieter",
    "mieterin",
    "vermieter",
    "vermieterin",
    "hausmeister",
    "trainer",
    "trainerin",
    "mitbewohner",
    "mitbewohnerin",
    "zwillinge",
    "schueler",
    "schuelerin",
    "praktikant",
    "praktikantin",
    "herr",
    "herrn",
    "bekannter",
    "bekannte",
    "kumpel",
    "putzfrau",
    "babysitterin",
    "erzieherin",
    "tagesmutter",
    "stiefvater",
    "stiefmutter",
    "patenkind",
    "patentante",
    "patenonkel",
    "baby",
    "saeugling",
    "kind",
    "kinder",
    "kids",
    "junge",
    "maedchen",
    "sohnemann",
    "geschwister",
    "zwilling",
    "familie",
    "verwandte",
    "verwandten",
    "vorfahren",
    "ehemann",
    "ehefrau",
    "lebenspartner",
    "lebenspartnerin",
    "schwiegermama",
    "schwiegerpapa",
    "kumpels",
    "freunde",
    "klient",
    "klientin",
    "patient",
    "patientin",
    "bewohner",
    "bewohnerin",
    "auszubildende",
    "auszubildender",
    "student",
    "studentin",
];

static ALL_PERSONS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| PERSONS.iter().copied().collect());

/// Whether a sentence says whose a term is: a possessive right before it, a person beside it, or a
/// pronoun of those that count.
pub(super) fn is_somebodys(text: &str, range: &Range<usize>, speakers: Speakers) -> bool {
    let ends = ['\n', '.', '!', '?', ';'];
    let from = text.floor_char_boundary(range.start.saturating_sub(SENTENCE));
    let to = text.ceil_char_boundary((range.end + SENTENCE).min(text.len()));
    let head = text[from..range.start].rsplit(ends).next().unwrap_or_default();
    let tail = text[range.end..to].split(ends).next().unwrap_or_default();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let last = head.split_whitespace().next_back().map(bare).unwrap_or_default();
    let is_form = |stem: &str| {
        last.strip_prefix(stem)
            .is_some_and(|end| matches!(end, "" | "e" | "em" | "en" | "er" | "es"))
    };
    if POSSESSIVES.iter().any(|stem| is_form(stem)) || speakers == Speakers::All && is_form(OUR) {
        return true;
    }
    if head.split_whitespace().rev().take(2).map(bare).any(|word| ABOUT.contains(&word.as_str())) {
        return false;
    }
    let first = head.split_whitespace().next().map(bare).unwrap_or_default();
    if speakers != Speakers::None && SPEAKS.contains(&first.as_str()) {
        return true;
    }
    head.split_whitespace().chain(tail.split_whitespace()).map(bare).any(|word| {
        let word = word.as_str();
        speakers != Speakers::None && PRONOUNS.contains(&word)
            || speakers == Speakers::All && WE.contains(&word)
            || ALL_PERSONS.contains(fold(word).as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose() {
        use Speakers::{All, None, Person};
        let cases = [
            // (text, term, whose pronouns count, is somebody's, why)
            ("Meine Therapie wurde verlängert", "Therapie", Person, true, "a possessive"),
            ("Die Bestrahlung macht sie fertig", "Bestrahlung", Person, true, "a pronoun"),
            ("Unser Pfarrer ist schwul", "schwul", None, true, "a person"),
            ("Die Therapie ist umstritten", "Therapie", Person, false, "nobody"),
            ("unser Imam kommt", "Imam", All, true, "ours"),
            ("Unsere Therapie ist neu", "Therapie", Person, false, "a firm's"),
            ("wir sind zwei Papas", "Papas", All, true, "we"),
            ("war 20 Jahre Messdiener", "Messdiener", All, true, "a verb alone"),
            ("Wir reden über den Islam", "Islam", All, false, "what is talked about"),
            ("Ich mag die SPD nicht", "SPD", None, false, "a pronoun says little here"),
            ("Ich komme. Die Therapie ist neu", "Therapie", Person, false, "another sentence"),
        ];
        for (text, term, speakers, expected, why) in cases {
            let at = text.find(term).unwrap_or(0);
            let found = is_somebodys(text, &(at..at + term.len()), speakers);
            assert_eq!(found, expected, "{text}: {why}");
        }
    }
}
