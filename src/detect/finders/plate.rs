//! German number plates: district, letters, digits.
//!
//! `B-MW 1234` stands for itself; without hyphen, in lower case or in one piece it is one only near a
//! word for a car, which the rule file asks for.

use std::sync::LazyLock;

use regex::Regex;

use super::district::is_district;
use super::wording::{after, hit, pattern};
use super::{FinderInput, Hit};
use crate::model::Confidence;

/// `B-MW 1234`, `B MW 1234`, `b-mw1234`, `BMW1234`, `S-E 100H`.
static PLATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[^\p{L}\p{N}_.:/@-])(?P<plate>(?P<district>[A-ZÄÖÜ]{1,3})(?P<gap> ?[-:·•*] ?| ?)(?P<letters>[A-Z]{1,2})(?P<space>[ -]?)(?P<digits>[1-9][0-9]{0,3})(?P<kind> ?[EH])?)(?:[^\p{L}\p{N}_@-]|$)",
    )
});
static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\A(?: ?(?:€|%|eur|euro|uhr|mal|x|kg|km|cm|mm|ml|stück|min|tage|watt|ps|v|mb|gb)(?:[^\p{L}]|\z)|[.,:][0-9])",
    )
});

/// All German plates in a text.
pub(super) fn find(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    let mut hits = Vec::new();
    if !has_letters_before_digits(text.as_bytes()) {
        return hits;
    }
    let mut from = 0;
    while let Some(found) = PLATE.captures_at(text, from)
        && let Some(plate) = found.name("plate")
    {
        // the sign that ended the match may begin the next one
        from = plate.end();
        let part = |name: &str| found.name(name).map_or("", |part| part.as_str());
        let (district, letters, digits) = (part("district"), part("letters"), part("digits"));
        let is_upper = !plate.as_str().chars().any(char::is_lowercase);
        let gap = part("gap").trim();
        let is_known = if part("gap").is_empty() {
            splits(&format!("{district}{letters}").to_uppercase())
        } else {
            is_district(&district.to_uppercase())
        };
        let most = if district.chars().count() + letters.len() >= 5 { 3 } else { 4 };
        if !is_known || digits.len() > most || UNIT.is_match(after(text, plate.end(), 8)) {
            continue;
        }
        // `mit 150`, `BMW 320`: in one piece or not at all
        if part("gap").is_empty() && !(part("space").is_empty() && digits.len() >= 2) {
            continue;
        }
        let short = district.chars().count() + letters.len() == 2;
        let confidence = match gap {
            "" if is_upper || part("gap").is_empty() => Confidence::Low,
            "" => continue,
            _ if is_upper && digits.len() >= if short { 4 } else { 3 } => Confidence::Medium,
            _ => Confidence::Low,
        };
        hits.push(hit(plate.range(), confidence));
    }
    hits
}

/// Whether digits stand where they may in a plate: right after a letter, or after a space or dash and
/// one or two letters with a sign before them (`B MW 1234`).
fn has_letters_before_digits(bytes: &[u8]) -> bool {
    let mut before = 0_u8;
    bytes.iter().enumerate().any(|(at, byte)| {
        let starts = matches!(byte, b'1'..=b'9') && !before.is_ascii_digit();
        let found = starts && may_be_plate(&bytes[..at]);
        before = *byte;
        found
    })
}

/// Whether a plate could go on with digits behind these bytes.
fn may_be_plate(head: &[u8]) -> bool {
    match head {
        [.., last] if last.is_ascii_alphabetic() => true,
        [word @ .., b' ' | b'-'] => {
            let letters = word.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
            let (gap, letters) = word.split_at(word.len() - letters);
            let is_sign = |byte: &u8| matches!(byte, b'-' | b':' | b'*') || !byte.is_ascii();
            // In one piece with the district they are refused for the space behind them.
            matches!(letters.len(), 1 | 2)
                && match gap {
                    [.., sign, b' '] if is_sign(sign) => true,
                    // Small letters between spaces are words.
                    [.., b' '] => letters.iter().all(u8::is_ascii_uppercase),
                    [.., sign] => is_sign(sign),
                    [] => false,
                }
        }
        _ => false,
    }
}

/// Whether letters in one piece are a district and one or two more.
fn splits(letters: &str) -> bool {
    [1, 2].into_iter().any(|last| {
        let at = letters.char_indices().rev().nth(last - 1).map_or(0, |(at, _)| at);
        letters[at..].is_ascii() && is_district(&letters[..at])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plates() {
        let cases = [
            ("Mein Kennzeichen: B-MW 1234", Some(("B-MW 1234", Confidence::Medium)), "as printed"),
            ("HH-AB 123E parkt", Some(("HH-AB 123E", Confidence::Medium)), "electric"),
            ("MÜ-X 7", Some(("MÜ-X 7", Confidence::Low)), "few digits: needs a word"),
            ("B MW 1234", Some(("B MW 1234", Confidence::Low)), "spaces: needs a word"),
            ("b-mw1234", Some(("b-mw1234", Confidence::Low)), "lower case: needs a word"),
            ("bmw1234", Some(("bmw1234", Confidence::Low)), "one piece: needs a word"),
            ("mit 150", None, "a word and a number"),
            ("BMW 320", None, "a model"),
            ("S-E 1000", Some(("S-E 1000", Confidence::Medium)), "short, four digits"),
            ("S-E 100", Some(("S-E 100", Confidence::Low)), "short, three digits"),
            ("da ab 12 Uhr", None, "words of a sentence"),
            ("Q-AB 123", None, "no such district"),
            ("B-MW 0123", None, "no leading zero"),
            ("USB-C 100", None, "no such district"),
            ("WOR-AB 1234", None, "too long for a plate"),
            ("M-AX 500 Euro", None, "price"),
            ("X-AB-12-CD", None, "longer number"),
        ];
        for (text, plate, why) in cases {
            let found: Vec<_> = find(&FinderInput { text })
                .into_iter()
                .map(|hit| (&text[hit.range], hit.confidence.unwrap_or(Confidence::Low)))
                .collect();
            assert_eq!(found, Vec::from_iter(plate), "{text}: {why}");
        }
    }
}
