//! The language of a term's list and of the sentence around it: a word of one language in a sentence
//! of another is a name or a title more often than an illness ("setze Cancer auf die Liste").

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::shadow::fold;

/// Languages as a set of bits; all: none in particular, as of Latin names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Languages(u8);

/// Small words of each language, folded. What two of them share stands with both, also where one of
/// them has it in loose writing only (`is krank`).
const SMALL: &[(&str, &[&str])] = &[
    (
        "de",
        &[
            "ich", "du", "er", "sie", "es", "wir", "ihr", "mich", "mir", "dich", "dir", "und",
            "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "nen", "ne",
            "ist", "is", "sind", "war", "was", "bin", "hat", "habe", "hab", "haben", "hatte",
            "nicht", "auch", "noch", "mal", "bitte", "im", "in", "zu", "zum", "zur", "von", "vom",
            "mit", "am", "an", "so", "bei", "mein", "meine", "meiner", "fuer", "auf", "wie", "wer",
            "wo", "wann", "kann", "will", "heisst", "kennst", "hast", "gibt", "jetzt", "schon",
            "wegen", "ins", "aus", "oder", "man", "no", "do", "me", "i", "a", "wieder", "als",
            "wenn", "nur", "gerade", "heute", "hoere", "doch", "denn", "kannst", "koennt", "dein",
            "deine", "sein", "seine", "nach", "ueber", "unter", "vor", "um", "mag", "finde",
            "unser", "unsere", "dieser", "diese", "dieses", "sehr", "alle", "uns", "euch",
            "haette", "gern", "laeuft", "neue", "neuer", "neues", "welche", "welcher", "werden",
            "wird", "wurde",
        ],
    ),
    (
        "en",
        &[
            "the", "a", "an", "of", "to", "in", "is", "am", "are", "was", "were", "be", "i", "im",
            "i'm", "you", "he", "she", "it", "we", "they", "me", "my", "your", "his", "her", "our",
            "this", "that", "and", "or", "with", "for", "from", "by", "on", "at", "has", "have",
            "had", "not", "no", "do", "does", "can", "what", "who", "where", "when", "which",
            "please", "will", "would", "so", "where's", "who's", "what's", "into", "up", "out",
            "did", "as", "some", "there", "about", "like", "man", "want",
        ],
    ),
    (
        "fr",
        &[
            "le", "la", "les", "l", "un", "une", "des", "de", "du", "d", "je", "j", "tu", "il",
            "elle", "on", "nous", "vous", "me", "te", "se", "moi", "mon", "ma", "mes", "son", "sa",
            "ses", "ce", "cette", "c'est", "est", "suis", "ai", "a", "et", "ou", "qui", "que",
            "quel", "quelle", "pas", "ne", "dans", "pour", "par", "sur", "avec", "au", "aux", "en",
            "y", "as", "es", "peux", "veux", "voudrais", "depuis", "ont", "sont",
        ],
    ),
    (
        "es",
        &[
            "el", "la", "los", "las", "un", "una", "de", "del", "al", "a", "y", "o", "que", "en",
            "es", "esta", "este", "soy", "estoy", "yo", "tu", "me", "te", "se", "mi", "mis", "su",
            "con", "por", "para", "no", "lo", "le", "ha", "he", "tengo", "tiene", "quiero",
            "quien", "cual", "como", "donde", "cuando", "desde", "muy", "son", "favor", "fue",
        ],
    ),
    (
        "it",
        &[
            "il", "lo", "la", "i", "gli", "le", "l", "un", "una", "uno", "di", "del", "della",
            "dei", "da", "dal", "al", "alla", "a", "e", "o", "che", "chi", "in", "nel", "nella",
            "mi", "ti", "si", "ci", "mio", "mia", "suo", "sua", "con", "per", "non", "ho", "ha",
            "sono", "sei", "c'e", "quando", "dove", "come", "quale", "voglio", "vorrei", "puoi",
            "su", "sul", "sulla", "questo", "questa", "anche", "ma", "se",
        ],
    ),
    (
        "nl",
        &[
            "de", "het", "een", "ik", "je", "jij", "hij", "zij", "ze", "we", "wij", "mij", "me",
            "mijn", "jouw", "zijn", "haar", "is", "was", "ben", "bent", "heb", "hebt", "heeft",
            "had", "en", "of", "in", "op", "van", "voor", "naar", "met", "aan", "bij", "uit", "te",
            "niet", "geen", "wat", "wie", "waar", "wanneer", "welke", "kan", "kun", "wil", "die",
            "dat", "dit", "nog", "ook", "er", "door", "om", "als", "maar",
        ],
    ),
    (
        "pl",
        &[
            "i", "w", "we", "z", "ze", "na", "do", "od", "o", "u", "po", "za", "dla", "przez",
            "nie", "tak", "sie", "to", "ten", "ta", "te", "jest", "sa", "jestem", "mam", "ma",
            "mnie", "mi", "mu", "jej", "jego", "moj", "moja", "moje", "co", "kto", "jak", "gdzie",
            "kiedy", "czy", "jaki", "jaka", "chce", "a", "ale", "bo", "prosze", "juz", "ja", "on",
            "ona",
        ],
    ),
    (
        "da",
        &[
            "jeg", "du", "vi", "det", "den", "er", "og", "ikke", "til", "med", "min", "mit",
            "mine", "har", "vil", "kan", "af", "paa", "for", "hvem", "hvor", "om", "en", "et",
            "mig",
        ],
    ),
];

/// Words of documents that stand in one language only, folded: what a record of fields holds where no
/// sentence is.
const TELLING: &[(&str, &[&str])] = &[
    (
        "es",
        &[
            "paciente",
            "medico",
            "medica",
            "madre",
            "padre",
            "domicilio",
            "nombre",
            "apellidos",
            "telefono",
            "tlf",
            "tfno",
            "calle",
            "direccion",
            "centro",
            "salud",
            "consulta",
            "fecha",
            "historia",
            "correo",
            "electronico",
            "senor",
            "dona",
            "remitente",
            "remitido",
            "nacimiento",
            "edad",
            "anos",
            "servicio",
            "urgencias",
            "contacto",
            "movil",
            "llamar",
            "avda",
            "hola",
            "gracias",
            "esposa",
            "hija",
            "hijo",
            "hermana",
            "hermano",
        ],
    ),
    (
        "en",
        &[
            "address",
            "phone",
            "availability",
            "please",
            "street",
            "regards",
            "thanks",
            "dear",
            "mother",
            "father",
            "wife",
            "husband",
            "daughter",
        ],
    ),
    (
        "it",
        &[
            "indirizzo",
            "telefono",
            "cellulare",
            "nome",
            "cognome",
            "nata",
            "nato",
            "gentile",
            "saluti",
            "signora",
            "signor",
            "grazie",
            "medico",
            "paziente",
        ],
    ),
    (
        "nl",
        &[
            "naam", "adres", "telefoon", "geboren", "geachte", "groet", "straat", "mevrouw", "dhr",
            "huisarts", "bedankt", "moeder", "vader",
        ],
    ),
    (
        "pl",
        &[
            "imie",
            "nazwisko",
            "adres",
            "telefon",
            "pani",
            "pan",
            "pacjent",
            "ulica",
            "pozdrawiam",
            "dzien",
            "dobry",
            "matka",
            "ojciec",
        ],
    ),
];
/// How far a text is looked at on both sides for its language, in bytes.
const AROUND: usize = 400;
/// Fewest small words that tell a language; as much as one of [`TELLING`].
const FEWEST: usize = 2;

/// Whether the text around a stretch is of this language (ISO 639-1) rather than of another.
pub(super) fn speaks(language: &str, text: &str, range: &Range<usize>) -> bool {
    let Some(own) = SMALL.iter().position(|(of, _)| *of == language) else { return false };
    let from = text.floor_char_boundary(range.start.saturating_sub(AROUND));
    let to = text.ceil_char_boundary((range.end + AROUND).min(text.len()));
    let (head, tail) = (&text[from..range.start], &text[range.end..to]);
    let mut counts = count(words(head).chain(words(tail)));
    for word in words(head).chain(words(tail)) {
        let word = fold(word.trim_matches(['.', ';', '-', '<', '>']));
        for (of, telling) in TELLING {
            if telling.contains(&word.as_str())
                && let Some(at) = SMALL.iter().position(|(language, _)| language == of)
            {
                counts[at] += FEWEST;
            }
        }
    }
    let others = counts.iter().enumerate().filter(|(at, _)| *at != own).map(|(_, count)| *count);
    counts[own] >= FEWEST && counts[own] >= others.max().unwrap_or_default()
}

/// How many small words of each language stand in a text; a capital inside of it belongs to a name.
fn count(words: impl Iterator<Item = impl AsRef<str>>) -> [usize; SMALL.len()] {
    let mut counts = [0_usize; SMALL.len()];
    for (at, word) in words.enumerate() {
        let word = word.as_ref();
        if at > 0 && word.starts_with(char::is_uppercase) {
            continue;
        }
        let of = BY_WORD.get(fold(word).as_str()).copied().unwrap_or_default();
        for (at, count) in counts.iter_mut().enumerate() {
            *count += usize::from(of >> at & 1);
        }
    }
    counts
}

/// The words of a text, without marks between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let apart =
        |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '(' | ')' | '"' | '/' | '?' | '!');
    text.split(apart).filter(|word| !word.is_empty())
}

/// Whether what stands before and behind a word is of a language that writes its nouns small.
pub(super) fn writes_nouns_small(head: &str, tail: &str) -> bool {
    let counts = count(words(head).chain(words(tail)));
    // A capital makes polite German only.
    let polite = words(head)
        .chain(words(tail))
        .skip(1)
        .filter(|word| matches!(*word, "Sie" | "Ihr" | "Ihre"));
    let german = counts[GERMAN] + polite.count();
    counts.iter().skip(GERMAN + 1).any(|count| *count > german)
}

static BY_WORD: LazyLock<FxHashMap<&str, u8>> = LazyLock::new(|| {
    let mut by_word = FxHashMap::default();
    for (at, (_, words)) in SMALL.iter().enumerate() {
        for word in *words {
            *by_word.entry(*word).or_default() |= 1 << at;
        }
    }
    by_word
});

/// Where German stands in [`SMALL`]: the one that writes its nouns with a capital.
const GERMAN: usize = 0;

/// How many more small words of another language than of its own make a term foreign.
const CLEARLY: usize = 2;
/// How far a sentence is looked at on both sides, in bytes.
const SENTENCE: usize = 160;

impl Languages {
    /// The language that the name of a list ends in: `condition.de.tsv`.
    pub(super) fn of_list(path: &str) -> Self {
        let name = path.strip_suffix(".tsv").unwrap_or(path);
        let code = name.rsplit('.').next().unwrap_or_default();
        Self(SMALL.iter().position(|(of, _)| *of == code).map_or(u8::MAX, |at| 1 << at))
    }

    /// Those of both.
    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a stretch of a text is of none of the languages of the sentence around it: of another
    /// one there are clearly more small words. Never of what is of no language in particular.
    pub(super) fn are_foreign(self, text: &str, range: &Range<usize>) -> bool {
        if self.0 == u8::MAX {
            return false;
        }
        let ends = ['\n', '.', '!', '?', ';'];
        let from = text.floor_char_boundary(range.start.saturating_sub(SENTENCE));
        let to = text.ceil_char_boundary((range.end + SENTENCE).min(text.len()));
        let head = text[from..range.start].rsplit(ends).next().unwrap_or_default();
        let tail = text[range.end..to].split(ends).next().unwrap_or_default();
        let counts = count(words(head).chain(words(tail)));
        let most = |is_own: bool| {
            let of = counts.iter().enumerate().filter(|(at, _)| (self.0 >> at & 1 == 1) == is_own);
            of.map(|(_, count)| *count).max().unwrap_or_default()
        };
        most(false) >= most(true) + CLEARLY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_words() {
        let cases = [
            // (text, term, its lists, is foreign, why)
            ("setze Cancer auf die Liste", "Cancer", "x.en.tsv", true, "English in German"),
            ("meine Frau hat Krebs", "Krebs", "x.de.tsv", false, "its own language"),
            ("is krank", "krank", "x.de.tsv", false, "loose German"),
            ("she said it is krank", "krank", "x.de.tsv", true, "German in English"),
            ("Cancer", "Cancer", "x.en.tsv", false, "no sentence"),
            ("je veux du Xanax dans le sac", "Xanax", "x.inn.tsv", false, "of no language"),
            ("The film. Ich hab Krebs", "Krebs", "x.de.tsv", false, "another sentence"),
        ];
        for (text, term, list, expected, why) in cases {
            let at = text.find(term).unwrap_or(0);
            let found = Languages::of_list(list).are_foreign(text, &(at..at + term.len()));
            assert_eq!(found, expected, "{text}: {why}");
        }
    }

    #[test]
    fn languages_of_texts() {
        let cases = [
            // (language, text, is spoken, why)
            ("es", "Madre: Yolanda P. (617-90-22-48). Padre: no consta.", true, "fields"),
            ("es", "Para anular la cita: 958 89 40 12 o por correo", true, "a sentence"),
            ("es", "Ruf mich an, die Nummer ist 958 89 40 12", false, "German"),
            ("en", "you can get me on 020 7946 0318 at the office", true, "a sentence"),
            ("es", "958 89 40 12", false, "nothing tells"),
            ("xx", "you can get me", false, "no such language"),
        ];
        for (language, text, expected, why) in cases {
            let at = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
            assert_eq!(speaks(language, text, &(at..at)), expected, "{text}: {why}");
        }
    }

    #[test]
    fn a_word_of_two_lists_is_at_home_in_both() {
        let both = Languages::of_list("a.en.tsv").with(Languages::of_list("a.de.tsv"));
        assert!(!both.are_foreign("ich mag die Depression nicht", &(13..23)));
    }
}
