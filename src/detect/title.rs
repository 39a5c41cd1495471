//! Titles of books, films and songs: "The 8-Week Cholesterol Cure", "metti Manic Depression".

use std::ops::Range;

use super::language::writes_nouns_small;
use super::shadow::fold;

/// How many words before a term may belong to its title.
const WORDS: usize = 5;
/// How far back a title may begin, in bytes.
const REACH: usize = 64;
/// How far a sentence is looked at on both sides, in bytes.
const SENTENCE: usize = 120;

/// Small words of English, as titles write them.
const SMALL_WORDS: &[&str] = &[
    "Is", "Are", "Not", "My", "Me", "Your", "You", "We", "With", "Without", "For", "From", "To",
    "The", "Of", "And", "In", "On", "Be", "It", "This", "That", "No", "Am", "Was", "Like", "How",
    "Why",
];
/// Small words that titles leave small.
const LEFT_SMALL: &[&str] = &["a", "an", "of", "and", "in", "to", "for", "the", "on", "is", "&"];

/// Whether a word stands among capitalised words with a capitalised small word in their middle:
/// "Autism Is Not a Disease". Nobody writes a message like that.
pub(super) fn is_title_case(text: &str, range: &Range<usize>) -> bool {
    if !starts_high(&text[range.clone()]) {
        return false;
    }
    let from = text.floor_char_boundary(range.start.saturating_sub(REACH));
    let to = text.ceil_char_boundary((range.end + REACH).min(text.len()));
    let ends = |c: char| matches!(c, '\n' | '.' | '!' | '?' | ':' | ',' | ';');
    let head = text[from..range.start].rsplit(ends).next().unwrap_or_default();
    let tail = text[range.end..to].split(ends).next().unwrap_or_default();
    let is_part = |word: &&str| starts_high(word) || LEFT_SMALL.contains(word);
    let is_small = |word: &str| SMALL_WORDS.contains(&word);
    let mut before = head.split_whitespace().rev().take_while(is_part).peekable();
    let mut small_before = false;
    while let Some(word) = before.next() {
        // the first word of a sentence has a capital anyway
        small_before |= is_small(word) && before.peek().is_some();
    }
    small_before || tail.split_whitespace().take_while(is_part).any(is_small)
}

/// Whether a word stands inside of an English title: "The" in capitals before it, and nothing but
/// capitalised words in between and right after it.
pub(super) fn is_in_title(text: &str, range: &Range<usize>) -> bool {
    let next = text[range.end..].trim_start_matches([' ', '-']);
    let is_next = text[range.end..].starts_with([' ', '-']) && starts_high(next);
    if !is_next || !starts_high(&text[range.clone()]) {
        return false;
    }
    let from = text.floor_char_boundary(range.start.saturating_sub(REACH));
    let head = text[from..range.start].rsplit('\n').next().unwrap_or_default();
    for word in head.split_whitespace().rev().take(WORDS) {
        if matches!(word, "The" | "THE") {
            return true;
        }
        let is_part = starts_high(word) || matches!(word, "of" | "and" | "in" | "to" | "for" | "&");
        if !is_part || word.ends_with(['.', '!', '?', ':']) {
            return false;
        }
    }
    false
}

/// Who stands before an illness rather than before a name.
const HAVE: &[&str] = &[
    "has", "have", "had", "having", "got", "get", "with", "from", "ai", "avait", "avec", "tiene",
    "tengo", "tuvo", "con", "ha", "ho", "heeft", "heb", "met", "ma", "mam", "mial", "miala", "har",
    "med", "hat", "habe", "hab", "haben", "hatte", "mit", "wegen", "unter", "bin",
];
/// What may stand between them and an illness.
const ARTICLES: &[&str] = &[
    "a", "an", "the", "my", "un", "une", "una", "een", "l'", "l’", "un'", "la", "le", "el", "il",
    "de", "het", "die", "der", "das", "den", "ein", "eine", "einen", "nen", "ne", "seine", "ihre",
];

/// Whether what stands right before a word is what people say of an illness: "has", "with a".
pub(super) fn is_had(text: &str, range: &Range<usize>) -> bool {
    let from = text.floor_char_boundary(range.start.saturating_sub(SENTENCE));
    let mut before = text[from..range.start].split_whitespace().rev();
    let mut next_has = || before.next().map(|word| (has(word), ARTICLES.contains(&word)));
    match next_has() {
        Some((true, _)) => true,
        Some((_, true)) => next_has().is_some_and(|(has, _)| has),
        _ => false,
    }
}

fn has(word: &str) -> bool {
    HAVE.contains(&fold(word).as_str())
}

/// Whether a word is written like a name: a capital inside of a sentence whose language writes nouns
/// small. What somebody has is none. Where such a word is always written so, another capital must
/// stand beside it.
pub(super) fn is_named(text: &str, range: &Range<usize>, is_always_high: bool) -> bool {
    let term = &text[range.clone()];
    if !starts_high(term) {
        return false;
    }
    let ends = ['\n', '.', '!', '?', '¿', '¡', ':'];
    let from = text.floor_char_boundary(range.start.saturating_sub(SENTENCE));
    let to = text.ceil_char_boundary((range.end + SENTENCE).min(text.len()));
    let head = text[from..range.start].rsplit(ends).next().unwrap_or_default();
    let tail = text[range.end..to].split(ends).next().unwrap_or_default();
    let Some(last) = head.split_whitespace().next_back() else { return false };
    if is_had(text, range) {
        return false;
    }
    let is_short_form = !starts_as_name(term);
    if is_always_high || is_short_form {
        let is_part = |word: &str| starts_high(word) && word.contains(char::is_lowercase);
        let is_first = head.split_whitespace().nth(1).is_none();
        let next = tail.split_whitespace().next().filter(|_| tail.starts_with([' ', '-', '\'']));
        if !next.is_some_and(is_part) && (is_first || !is_part(last)) {
            return false;
        }
    }
    writes_nouns_small(head, tail)
}

/// Words that ask somebody, or a machine, to play or to rate what comes next, folded.
const PLAY: &[&str] = &[
    "play",
    "spiel",
    "spiele",
    "spielst",
    "bewerte",
    "joue",
    "jouez",
    "ecoute",
    "reproduce",
    "escucha",
    "riproduci",
    "ascolta",
    "speel",
    "draai",
    "beluister",
    "zagraj",
    "odtworz",
    "pusc",
    "rate",
    "note",
    "notez",
    "valora",
    "califica",
    "puntua",
    "vota",
    "valuta",
    "beoordeel",
    "ocen",
    "stream",
    "streame",
    "watch",
    "wlacz",
    "lance",
    "skip",
    "skippe",
    "passe",
    "spil",
];
/// Words that ask for many things: for a title if it is written like one.
const PUT: &[&str] = &[
    "put",
    "save",
    "add",
    "queue",
    "find",
    "search",
    "download",
    "show",
    "order",
    "buy",
    "ajoute",
    "cherche",
    "trouve",
    "telecharge",
    "anade",
    "agrega",
    "busca",
    "descarga",
    "aggiungi",
    "cerca",
    "trova",
    "scarica",
    "zoek",
    "voeg",
    "dodaj",
    "wyszukaj",
    "pobierz",
    "mets",
    "mettez",
    "pon",
    "ponme",
    "ponnos",
    "dale",
    "metti",
    "mettimi",
    "dai",
    "zet",
    "geef",
    "hear",
    "ecouter",
    "entendre",
    "oir",
    "escuchar",
    "sentire",
    "ascoltare",
    "posluchac",
    "obejrzec",
    "hore",
    "giv",
];
/// Verbs behind a title.
const SWITCH_ON: &[&str] =
    &["an", "auf", "op", "aan", "horen", "anmachen", "abspielen", "anspielen", "auflegen"];
/// What begins a request that such a verb ends.
const SWITCH: &[&str] =
    &["mach", "machst", "hoer", "hoere", "hoert", "leg", "zet", "laat", "kannst", "koennt", "kann"];
/// What begins a wish or a question that a verb of reading or hearing ends.
const WISH: &[&str] = &[
    "moechte", "will", "wuerde", "lass", "lasst", "wo", "hast", "habt", "hat", "wer", "wil", "wie",
];
/// Verbs of reading and hearing behind a title.
const READ: &[&str] = &[
    "hoeren",
    "anhoeren",
    "streamen",
    "gelesen",
    "geschrieben",
    "gesungen",
    "anschauen",
    "ansehen",
    "gucken",
    "angucken",
    "schauen",
    "vorlesen",
    "horen",
    "zien",
    "kijken",
    "lezen",
];
/// Who says these hears and reads badly.
const BADLY: &[&str] = &["nicht", "nichts", "nix", "kaum", "schlecht", "mehr", "niet", "slecht"];
/// What may stand between such a word and the title, folded.
const BETWEEN: &[&str] = &[
    "mal", "bitte", "doch", "uns", "mir", "den", "das", "die", "der", "dem", "song", "lied",
    "titel", "film", "buch", "serie", "stueck", "von", "please", "the", "a", "an", "of", "and",
    "in", "on", "to", "is", "my", "me", "some", "movie", "book", "by", "track", "le", "la", "les",
    "un", "une", "moi", "chanson", "titre", "livre", "el", "los", "una", "cancion", "pelicula",
    "libro", "de", "du", "il", "lo", "mi", "canzone", "brano", "het", "een", "nummer", "liedje",
    "boek", "plaat", "mi", "piosenke", "utwor", "kawalek", "ksiazke", "&",
];
/// How far before a term such a word may stand, in bytes.
const REQUEST: usize = 96;
/// How many words may stand before it: "hey computer, bitte ...".
const OPENING: usize = 4;
/// How many words may stand between a title and the verb behind it.
const TAIL: usize = 4;

/// Whether somebody is asked to play, to rate or to watch something by this name; a medicine is also
/// put, given and taken.
pub(super) fn is_requested(text: &str, range: &Range<usize>, is_medicine: bool) -> bool {
    let from = text.floor_char_boundary(range.start.saturating_sub(REQUEST));
    let ends = ['\n', '.', ',', ';', ':', '!', '?'];
    let clause = text[from..range.start].rsplit(ends).next().unwrap_or_default();
    let words: Vec<(&str, String)> =
        clause.split_whitespace().map(|word| (word, fold(word))).collect();
    let starts = words.iter().take(OPENING).enumerate();
    for (at, (word, folded)) in starts {
        let is_first = at == 0;
        // `Spiel` inside of a sentence is a match.
        let plays = PLAY.contains(&folded.as_str()) && (is_first || !starts_high(word))
            || matches!(folded.as_str(), "on" | "up")
                && at > 0
                && matches!(words[at - 1].1.as_str(), "put" | "turn" | "queue");
        let puts = !is_medicine && PUT.contains(&folded.as_str());
        let is_between = |(word, folded): &(&str, String)| {
            let bare = word.trim_start_matches(|c: char| !c.is_alphanumeric());
            starts_high(bare) || bare.is_empty() || BETWEEN.contains(&folded.as_str())
        };
        let is_written_so = plays || puts && starts_high(&text[range.clone()]);
        if is_written_so && words[at + 1..].iter().all(is_between) {
            return true;
        }
        let (switches, wishes) =
            (SWITCH.contains(&folded.as_str()), WISH.contains(&folded.as_str()));
        if (switches || wishes) && words[at + 1..].len() <= TAIL {
            let tail = text[range.end..].split(ends).next().unwrap_or_default();
            let tail: Vec<String> = tail.split_whitespace().take(TAIL).map(fold).collect();
            let wants_on = |verb: &String| {
                SWITCH_ON.contains(&verb.as_str()) && (verb.len() > 3 || !folded.starts_with('k'))
            };
            let is_read = |verb: &String| READ.contains(&verb.as_str());
            let is_bad = tail.iter().any(|word| BADLY.contains(&word.as_str()));
            if switches && tail.iter().any(wants_on)
                || wishes && !is_bad && tail.iter().any(is_read)
            {
                return true;
            }
        }
    }
    false
}

/// Whether a text begins with a capital and is no row of capitals.
pub(super) fn starts_as_name(text: &str) -> bool {
    let first = text.split_whitespace().next();
    starts_high(text) && first.is_some_and(|word| word.contains(char::is_lowercase))
}

/// Whether a word begins with a capital or a digit.
fn starts_high(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        let cases = [
            // (text, term, is in a title, why)
            ("rate The 8-Week Cholesterol Cure 3 of 6", "Cholesterol", true, "a book"),
            ("play The Cancer Song", "Cancer", true, "a song"),
            ("The Art of Pain Management", "Pain", true, "small words inside"),
            ("the Cholesterol Cure", "Cholesterol", false, "no title: a small article"),
            ("The cholesterol is high", "cholesterol", false, "small"),
            ("The Cancer is back", "Cancer", false, "a sentence goes on"),
            ("Die Diabetes Klinik", "Diabetes", false, "German capitals say nothing"),
            ("The Doctor. Mama Krebs Stufe 4", "Krebs", false, "the sentence before"),
        ];
        for (text, term, expected, why) in cases {
            let at = text.find(term).unwrap_or(0);
            assert_eq!(is_in_title(text, &(at..at + term.len())), expected, "{why}");
        }
    }

    #[test]
    fn title_case() {
        let cases = [
            // (text, term, is a title, why)
            ("add Autism Is Not a Disease to the queue", "Autism", true, "behind the word"),
            ("kennst du Living With My Cancer?", "Cancer", true, "before it"),
            ("My Cancer is back", "Cancer", false, "the start of a sentence"),
            ("Mein Vater hat Krebs im Endstadium", "Krebs", false, "German nouns"),
            ("MY DAD IS ILL WITH CANCER", "CANCER", false, "all in capitals"),
            ("She has Cancer. My mum too", "Cancer", false, "another sentence"),
        ];
        for (text, term, expected, why) in cases {
            let at = text.find(term).unwrap_or(0);
            assert_eq!(is_title_case(text, &(at..at + term.len())), expected, "{text}: {why}");
        }
    }

    #[test]
    fn names() {
        let cases = [
            // (text, term, always written with a capital, is a name, why)
            ("chi ha scritto Arthritis?", "Arthritis", false, true, "a common noun"),
            ("look up the Molecular Oncology saga", "Oncology", false, true, "among capitals"),
            ("my dad has Cancer", "Cancer", false, false, "what somebody has"),
            ("mijn moeder heeft een Tumor", "Tumor", false, false, "what somebody has"),
            ("Wer hat den Krebs im Topf?", "Krebs", false, false, "German nouns"),
            ("Depression is what I have", "Depression", false, false, "the start of a sentence"),
            ("Der Bewährungshelfer ruft Sie an", "Bewährungshelfer", false, false, "polite German"),
            ("she is Muslim", "Muslim", true, false, "written so anywhere"),
            ("who sang the Muslim Girl thing", "Muslim", true, true, "beside another capital"),
            ("i like the HIV Blues", "HIV", false, true, "letters before a capital"),
            ("the doctor told me HIV", "HIV", false, false, "letters alone"),
            ("i did a DNA test", "DNA test", false, false, "letters with a word"),
        ];
        for (text, term, is_always_high, expected, why) in cases {
            let at = text.find(term).unwrap_or(0);
            let found = is_named(text, &(at..at + term.len()), is_always_high);
            assert_eq!(found, expected, "{text}: {why}");
        }
    }

    #[test]
    fn requests() {
        let cases = [
            // (text, term, is asked for, why)
            ("Spiel mal Fever", "Fever", true, "a song"),
            ("spiel bitte das Lied Migräne", "Migräne", true, "a word for songs between"),
            ("mach Hysteria an", "Hysteria", true, "switched on"),
            ("metti Manic Depression", "Depression", true, "inside of a title"),
            ("włącz Insomnia", "Insomnia", true, "Polish"),
            ("hey Computer, speel Cocaine van Clapton", "Cocaine", true, "behind a call"),
            ("mets \"Sick Boy\"", "Sick", true, "in quotes"),
            ("rate Undoing Depression 4 out of 6", "Depression", true, "a book"),
            ("mach dir keine Sorgen um meine Depression", "Depression", false, "nothing goes on"),
            ("mets la crème pour mon eczéma", "eczéma", false, "no title: small, words between"),
            ("metti la crema per l'eczema", "eczema", false, "small"),
            ("Spiel wegen Grippe abgesagt", "Grippe", false, "a reason"),
            ("Spiel fällt aus, Grippe", "Grippe", false, "another clause"),
            ("note que j'ai un cancer", "cancer", false, "a sentence goes on"),
            ("kannst du Insomnia anmachen?", "Insomnia", true, "switched on"),
            ("hör dir Asthma an", "Asthma", true, "listened to"),
            ("zet Morphine op", "Morphine", true, "Dutch, switched on"),
            ("put on Manic Depression", "Depression", true, "two words"),
            ("where can I watch Asthma", "Asthma", true, "to be watched"),
            ("Habe mir beim Spiel Grippe geholt", "Grippe", false, "a match"),
            ("Hast du Insomnia schon gelesen?", "Insomnia", true, "read"),
            ("voglio sentire Asma", "Asma", true, "to be heard"),
            ("Ich will seit dem Tinnitus nichts hören", "Tinnitus", false, "hears badly"),
            ("put Suicide Blonde next", "Suicide", true, "to come next"),
            ("trova il libro Depressione", "Depressione", true, "a book that is looked for"),
            ("find me help with my depression", "depression", false, "small"),
            ("Papa hat Krebs", "Krebs", false, "nobody is asked"),
        ];
        for (text, term, expected, why) in cases {
            let at = text.find(term).unwrap_or(0);
            assert_eq!(
                is_requested(text, &(at..at + term.len()), false),
                expected,
                "{text}: {why}"
            );
        }
    }
}
