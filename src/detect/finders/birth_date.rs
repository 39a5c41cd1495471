//! Birth dates: a date in any written form that the words around call somebody's birth.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::wording::{WordList, fold, hit, latin, pattern, words_after, words_before};
use super::{FinderInput, Hit};
use crate::model::Confidence;

/// Names of months by their first letters, folded: German, English, French, Spanish, Italian, Dutch,
/// Portuguese, Polish. The longest that fits counts.
const MONTHS: [&str; 12] = [
    "jan jaen janv ener enero genn gen styc jener",
    "feb feber fevr febr lut fever",
    "maer mar mrz mart marc maart mars",
    "apr avr abr kwie april",
    "mai may mayo magg mei maj maio",
    "jun juin giug czerw junho juni juno",
    "jul juil lugl lip julho juli",
    "aug aout ago sierp agost",
    "sep set sept wrze setem",
    "okt oct ott out pazd",
    "nov list novem",
    "dez dec dic dici grud dezem",
];

/// Numbers of months as Romans wrote them.
const ROMAN: [&str; 12] =
    ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

/// `3.4.81`, `03-04-1981`, `1981-04-03`, `3. April 1981`, `April 3rd, 1981`, `3 de abril de 1981`,
/// `3-IV-1981`.
pub(super) static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let month = r"\p{L}{3,10}\.?";
    pattern(&latin(&format!(
        r"(?P<y1>\d{{4}})\s?[-./]\s?(?P<m1>\d{{1,2}})\s?[-./]\s?(?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}})\s?[-./]\s?(?P<m2>\d{{1,2}})\s?[-./]\s?(?P<y2>\d{{4}}|'?\d{{2}})|(?P<d3>\d{{1,2}})(?:\.|st|nd|rd|th|er|º|°)?[- ]{{0,2}}(?:de\s|of\s|di\s)?(?P<n3>{month}),?[- ]{{0,2}}(?:de[l]?\s|in\s)?(?P<y3>\d{{4}}|'?\d{{2}})|(?P<n4>{month})\s(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y4>\d{{4}})|(?P<d5>\d{{2}}) ?(?P<m5>\d{{2}}) ?(?P<y5>(?:19|20)\d{{2}})|(?P<d6>\d{{1,2}})[-./ ](?P<n6>[IVX]{{1,4}})[-./ ](?P<y6>(?:19|20)\d{{2}})",
    )))
});

/// Call a date a birth, whichever it is.
const BIRTH_WORDS: &[&str] = &[
    "geboren",
    "geb$",
    "geb.",
    "gebor",
    "geburtsdat",
    "geb.dat",
    "geb.-dat",
    "gebdat",
    "geb-dat",
    "geburtsjahr",
    "geburt:",
    "geburt am",
    "jahrgang",
    "born$",
    "birth date",
    "birthdate",
    "date of birth",
    "dob$",
    "d.o.b",
    "ne le",
    "nee le",
    "ne(e) le",
    "nee$",
    "naissance",
    "nacid",
    "nacio",
    "nacimiento",
    "naci el",
    "f. nac",
    "f.nac",
    "fecha nac",
    "fecha de nac",
    "nac.",
    "f.n.",
    "f. n.",
    "fdn$",
    "nato$",
    "nata$",
    "nascita",
    "nascid",
    "nascimento",
    "nasci em",
    "geboortedat",
    "geb.datum",
    "urodz",
    "ur.",
    "data ur",
    "foedt",
    "fodt",
    "foedsels",
    "fodsels",
    "foedd$",
    "syntyn",
    "naroz",
    "szulet",
    "nasc$",
    "gebore",
];
/// Call a date a birthday: with a year long past it is a birth date, with any other a party.
const BIRTHDAY_WORDS: &[&str] = &[
    "geburtstag",
    "birthday",
    "bday",
    "b-day",
    "anniversaire",
    "cumpleanos",
    "compleanno",
    "verjaardag",
    "urodziny",
];
/// One of these, or a star, stands in every text with a birth date.
pub(super) const WORDS: &[&str] = &{
    let mut all = [""; BIRTH_WORDS.len() + BIRTHDAY_WORDS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = match at.checked_sub(BIRTH_WORDS.len()) {
            None => BIRTH_WORDS[at],
            Some(at) => BIRTHDAY_WORDS[at],
        };
        at += 1;
    }
    all
};
static BORN: LazyLock<WordList> = LazyLock::new(|| WordList::of(BIRTH_WORDS));
static BIRTHDAY: LazyLock<WordList> = LazyLock::new(|| WordList::of(BIRTHDAY_WORDS));
/// Call it something else.
static OTHER: LazyLock<WordList> = LazyLock::new(|| {
    WordList::new(
        "geburtstermin|entbindungstermin|termin|geburtstagsfeier|geburtstagsparty|birthday party|due date| \
         gueltig|ausgestellt|ablauf|gestorben|verstorben|valid until|issued|expires|died|liefer|rechnung",
    )
});

/// Go on after a date of birth with something else that happened.
static GOES_ON: LazyLock<WordList> = LazyLock::new(|| {
    WordList::new(
        "war$|vom$|von$|seit$|bis$|wurde|aufn|entl|stand$|was$|from$|since$|until$|admitted| \
         desde$|hasta$|ingres|alta$|depuis$|du$|dal$|ricover|fecha|datum|visit|verh|gest|verst",
    )
});

/// The last year a person who is spoken of by birthday was born in; later ones are invitations.
const LAST_BIRTHDAY_YEAR: u32 = 2021;
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2035;

/// All birth dates in a text.
pub(super) fn find(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    DATE.captures_iter(text)
        .filter_map(|found| {
            let range = found.get(0)?.range();
            if !is_apart(text, &range) {
                return None;
            }
            let (year, is_short) = plausible_year(&found)?;
            confidence(text, &range, year, is_short, found.name("d5").is_some())
                .map(|confidence| hit(range, confidence))
        })
        .collect()
}

/// No digit or letter touches it, no further part of a number follows.
fn is_apart(text: &str, range: &Range<usize>) -> bool {
    let first = text[..range.start].chars().next_back();
    let mut rest = text[range.end..].chars();
    let (next, second) = (rest.next(), rest.next());
    let is_digit = |char: Option<char>| char.is_some_and(|char| char.is_ascii_digit());
    let starts =
        !first.is_some_and(|char| char.is_alphanumeric() || matches!(char, '-' | '/' | '_'));
    let goes_on = matches!(next, Some('.' | '-' | '/' | ':')) && is_digit(second);
    starts && !goes_on && !next.is_some_and(char::is_alphanumeric)
}

/// The year in full, and whether it stands there with two digits, if the date exists.
pub(super) fn plausible_year(found: &Captures<'_>) -> Option<(u32, bool)> {
    let number = |name: &str| {
        found.name(name).and_then(|part| part.as_str().trim_start_matches('\'').parse::<u32>().ok())
    };
    let any = |names: [&str; 6]| names.into_iter().find_map(number);
    let year = any(["y1", "y2", "y3", "y4", "y5", "y6"])?;
    let day = any(["d1", "d2", "d3", "d4", "d5", "d6"])?;
    let month = match any(["m1", "m2", "m5", "m1", "m1", "m1"]) {
        Some(month) => month,
        None => month_number(
            ["n3", "n4", "n6"].into_iter().find_map(|name| found.name(name))?.as_str(),
        )?,
    };
    // 4/13/1981: month first
    let (day, month) = if month > 12 { (month, day) } else { (day, month) };
    let last = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let is_short = year < 100;
    let year = match year {
        0..=30 => 2000 + year,
        31..=99 => 1900 + year,
        year => year,
    };
    ((1..=12).contains(&month) && (1..=last).contains(&day) && YEARS.contains(&year))
        .then_some((year, is_short))
}

fn month_number(name: &str) -> Option<u32> {
    if let Some((_, month)) = ROMAN.iter().zip(1..).find(|(roman, _)| **roman == name) {
        return Some(month);
    }
    let name = fold(name.trim_end_matches('.'));
    let fits =
        |stems: &str| stems.split(' ').filter(|stem| name.starts_with(stem)).map(str::len).max();
    MONTHS
        .iter()
        .zip(1..)
        .filter_map(|(stems, month)| fits(stems).map(|length| (length, month)))
        .max()
        .map(|(_, month)| month)
}

/// How sure the words around make it; none if they do not.
fn confidence(
    text: &str,
    range: &Range<usize>,
    year: u32,
    is_short: bool,
    is_bare: bool,
) -> Option<Confidence> {
    let head = words_before(text, range.start, 45);
    let head = head.rsplit("\n\n").next().unwrap_or_default();
    // a star, but no bold type and no bullet
    if head.trim_end().ends_with('*')
        && !head.trim_end().ends_with("**")
        && !text[range.end..].starts_with('*')
        && year <= LAST_BIRTHDAY_YEAR
        && !is_bare
    {
        return Some(Confidence::High);
    }
    let head = fold(head);
    let tail = words_after(text, range.end, 28);
    let tail = fold(tail.split(['\n', '.', '!', '?']).next().unwrap_or_default());
    // the words belong to the last sentence or line that speaks of it
    let born = BORN.last(&head);
    let other = OTHER.last(&head);
    if other > born {
        return None;
    }
    if let Some(at) = born {
        let between = &head[at..];
        if is_taken(between) {
            return None;
        }
        let far = between.len() > 34 || between.contains(['?', '!', ';']);
        return (!far || !is_bare).then_some(if far {
            Confidence::Medium
        } else {
            Confidence::High
        });
    }
    if is_bare {
        return None;
    }
    if BORN.last(&tail).is_some_and(|at| !is_label(&tail[at..])) && !tail.contains("termin") {
        return Some(Confidence::High);
    }
    let birthday = BIRTHDAY.is_in(&head) || BIRTHDAY.is_in(&tail);
    (birthday
        && other.is_none()
        && year <= LAST_BIRTHDAY_YEAR
        && (!is_short || !(2022..=2030).contains(&year)))
    .then_some(Confidence::Medium)
}

/// Whether a date stands behind the word for a birth already, and words that go on with something else:
/// `geboren am 30.09.1990, war vom `.
fn is_taken(between: &str) -> bool {
    DATE.find(between).is_some_and(|date| GOES_ON.is_in(&between[date.end()..]))
}

/// Whether the word for a birth is the label of what follows: `Geburtsdatum 17.10.1929`.
fn is_label(tail: &str) -> bool {
    let value = tail.trim_start_matches(|c: char| c.is_alphabetic() || matches!(c, '-' | '.'));
    let value = value.trim_start_matches([':', ' ']);
    value.len() < tail.len() && value.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(&FinderInput { text }).into_iter().map(|hit| &text[hit.range]).collect()
    }

    #[test]
    fn births() {
        let cases = [
            ("geb. am 03.04.1981", "03.04.1981", "abbreviation"),
            ("Ich bin am 3.4.81 geboren", "3.4.81", "word after it, short year"),
            ("Geburtsdatum: 3. April 1981", "3. April 1981", "month in words"),
            ("Geburtsdatum 1981-04-03", "1981-04-03", "ISO 8601"),
            ("DOB 4/13/1981", "4/13/1981", "month first"),
            ("date of birth: April 3rd, 1981", "April 3rd, 1981", "American"),
            ("née le 3 avril 1981 à Lyon", "3 avril 1981", "French"),
            ("nacido el 3 de abril de 1981", "3 de abril de 1981", "Spanish"),
            ("nato a Roma il 3/4/1981", "3/4/1981", "Italian"),
            ("geboren op 3 april 1981", "3 april 1981", "Dutch"),
            ("urodzona 3 kwietnia 1981", "3 kwietnia 1981", "Polish"),
            ("Max Muster (*03.04.1981)", "03.04.1981", "star"),
            ("Mein Geburtstag ist der 3.4.1981", "3.4.1981", "birthday with an early year"),
            ("Geburtsdatum: 03041981", "03041981", "digits in a row"),
            ("geboren: 3. März 1999", "3. März 1999", "umlaut in a month"),
            ("nac. 3-IV-1981, agricultor", "3-IV-1981", "Roman month"),
            ("F.N.: 03-04-1981 (40 a.)", "03-04-1981", "Spanish abbreviation"),
            (
                "geboren am 03.04.1981, war vom 1. August 2012 bis heute",
                "03.04.1981",
                "what came later",
            ),
            (
                "Aufnahmedatum 17.10.2019 / Geburtsdatum 17.10.1929",
                "17.10.1929",
                "label of the other date",
            ),
            ("Geb.-Datum 03.04. 1981", "03.04. 1981", "space in the date"),
        ];
        for (text, date, why) in cases {
            assert_eq!(found(text), [date], "{text}: {why}");
        }
    }

    #[test]
    fn other_dates() {
        let cases = [
            ("Termin am 03.04.2024", "appointment"),
            ("Geburtstermin ist der 3.4.2025", "due date"),
            ("Geburtstagsfeier am 12.05.2024", "party"),
            ("Mein Geburtstag am 12.05.2024, kommst du?", "party: the year is late"),
            ("geb. am 31.02.1981", "no such day"),
            ("geb. 03.04.1781", "too early"),
            ("geboren in Berlin, 2 Kinder", "no date"),
            ("Rechnung vom 03.04.1981", "invoice"),
            ("03041981", "digits alone"),
            ("Treffen am *03.05.1999*", "bold"),
            ("* 03.05.2024 Treffen", "bullet"),
        ];
        for (text, why) in cases {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}: {why}");
        }
    }

    #[test]
    fn months() {
        for (name, month) in [
            ("März", 3),
            ("Mai", 5),
            ("maggio", 5),
            ("marzec", 3),
            ("juin", 6),
            ("juillet", 7),
            ("août", 8),
            ("październik", 10),
            ("listopada", 11),
            ("Jänner", 1),
            ("ottobre", 10),
            ("czerwca", 6),
            ("lipca", 7),
            ("settembre", 9),
        ] {
            assert_eq!(month_number(name), Some(month), "{name}");
        }
        assert_eq!(month_number("Uhr"), None);
    }
}
