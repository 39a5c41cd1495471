//! Whose a term is, where no cue says it outright: "die Bestrahlung macht sie fertig", "unser
//! Pfarrer ist schwul". German, whose chats say it in most ways.

use std::ops::Range;

use super::shadow::fold;

/// How far a sentence is looked at on both sides, in bytes.
const SENTENCE: usize = 96;

/// Pronouns of who speaks and of who is spoken of.
const PRONOUNS: &[&str] = &["ich", "mich", "mir", "er", "sie", "ihm", "ihn", "dich", "dir"];
/// Possessives, right before what is somebody's.
const POSSESSIVES: &[&str] = &["mein", "dein", "sein", "ihr"];
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
];

/// Whether a sentence says whose a term is: a possessive right before it, a person beside it, or a
/// pronoun if that is enough.
pub(super) fn is_somebodys(text: &str, range: &Range<usize>, is_pronoun_enough: bool) -> bool {
    let ends = ['\n', '.', '!', '?', ';'];
    let from = text.floor_char_boundary(range.start.saturating_sub(SENTENCE));
    let to = text.ceil_char_boundary((range.end + SENTENCE).min(text.len()));
    let head = text[from..range.start].rsplit(ends).next().unwrap_or_default();
    let tail = text[range.end..to].split(ends).next().unwrap_or_default();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let last = head.split_whitespace().next_back().map(bare).unwrap_or_default();
    let is_possessive = |word: &str| {
        POSSESSIVES.iter().any(|stem| {
            word.strip_prefix(stem)
                .is_some_and(|end| matches!(end, "" | "e" | "em" | "en" | "er" | "es"))
        })
    };
    if is_possessive(&last) {
        return true;
    }
    head.split_whitespace().chain(tail.split_whitespace()).map(bare).any(|word| {
        is_pronoun_enough && PRONOUNS.contains(&word.as_str())
            || PERSONS.contains(&fold(&word).as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose() {
        let cases = [
            // (text, term, is a pronoun enough, is somebody's, why)
            ("Meine Therapie wurde verlängert", "Therapie", true, true, "a possessive"),
            ("Die Bestrahlung macht sie fertig", "Bestrahlung", true, true, "a pronoun"),
            ("Unser Pfarrer ist schwul", "schwul", false, true, "a person"),
            ("Die Therapie ist umstritten", "Therapie", true, false, "nobody"),
            ("Wir reden über den Islam", "Islam", false, false, "a pronoun says little here"),
            ("Ich komme. Die Therapie ist neu", "Therapie", true, false, "another sentence"),
        ];
        for (text, term, is_pronoun_enough, expected, why) in cases {
            let at = text.find(term).unwrap_or(0);
            let found = is_somebodys(text, &(at..at + term.len()), is_pronoun_enough);
            assert_eq!(found, expected, "{text}: {why}");
        }
    }
}
