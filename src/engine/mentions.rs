//! Known texts wherever they stand: people of a chat, and values that were found elsewhere.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::model::Edit;

/// Numbers with fewer digits are often something else elsewhere.
const SHORTEST_NUMBER: usize = 9;
/// So many characters that are no letter or digit may stand between two of one number.
const WIDEST_GAP: usize = 3;

/// Finds a set of texts: as whole words, ASCII letters in any case; numbers in any grouping, also
/// inside of words.
pub(super) struct Mentions {
    words: Option<AhoCorasick>,
    /// Replacement of each text.
    replacements: Vec<String>,
    numbers: Option<AhoCorasick>,
    /// Replacement of each number.
    of_numbers: Vec<String>,
}

/// Finds nothing.
pub(super) static NOTHING: Mentions =
    Mentions { words: None, replacements: Vec::new(), numbers: None, of_numbers: Vec::new() };

impl Mentions {
    /// Prepares the search for the keys; the values are what stands in a copy instead.
    pub(super) fn new(texts: BTreeMap<String, String>) -> Self {
        let numbers: BTreeMap<String, &String> = texts
            .iter()
            .filter_map(|(text, replacement)| Some((number(text)?, replacement)))
            .collect();
        let search = |builder: &mut aho_corasick::AhoCorasickBuilder, keys: Vec<&str>| {
            let builder = builder.match_kind(MatchKind::LeftmostLongest);
            builder.build(&keys).ok().filter(|_| !keys.is_empty())
        };
        let mut builder = AhoCorasick::builder();
        let keys = numbers.keys().map(String::as_str).collect();
        let in_numbers = search(&mut builder, keys);
        let of_numbers = numbers.into_values().cloned().collect();
        let keys = texts.keys().map(String::as_str).collect();
        let words = search(builder.ascii_case_insensitive(true), keys);
        let replacements = texts.into_values().collect();
        Self { words, replacements, numbers: in_numbers, of_numbers }
    }

    /// Replacements of all mentions in `text[range]`; offsets are of `text`. Those of words come
    /// before those of numbers, and these may overlap them.
    pub(super) fn find(&self, text: &str, range: Range<usize>) -> Vec<Edit> {
        let mut edits = self.in_words(text, range.clone());
        edits.extend(self.in_numbers(text, range));
        edits
    }

    fn in_words(&self, text: &str, range: Range<usize>) -> Vec<Edit> {
        let Some(search) = &self.words else { return Vec::new() };
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        search
            .find_iter(&text[range.clone()])
            .map(|found| (found.start() + range.start..found.end() + range.start, found.pattern()))
            .filter(|(at, _)| {
                !is_word(text[..at.start].chars().next_back())
                    && !is_word(text[at.end..].chars().next())
            })
            .map(|(range, which)| Edit {
                range,
                replacement: self.replacements[which.as_usize()].clone(),
            })
            .collect()
    }

    fn in_numbers(&self, text: &str, range: Range<usize>) -> Vec<Edit> {
        let Some(search) = &self.numbers else { return Vec::new() };
        // Runs of letters and digits that could be one number, each character with its place.
        let (mut run, mut places) = (String::new(), Vec::new());
        let mut edits = Vec::new();
        let mut gap = 0;
        let mut look = |run: &mut String, places: &mut Vec<usize>| {
            for found in search.find_iter(run.as_str()) {
                let range = places[found.start()]..places[found.end() - 1] + 1;
                let replacement = self.of_numbers[found.pattern().as_usize()].clone();
                edits.push(Edit { range: with_prefix(text, range), replacement });
            }
            run.clear();
            places.clear();
        };
        for (at, c) in text[range.clone()].char_indices() {
            if c.is_ascii_alphanumeric() {
                run.push(c.to_ascii_uppercase());
                places.push(range.start + at);
                gap = 0;
                continue;
            }
            gap += 1;
            if gap > WIDEST_GAP || c.is_alphanumeric() {
                look(&mut run, &mut places);
            }
        }
        look(&mut run, &mut places);
        edits
    }
}

/// What is looked for of a number: its letters and digits in capitals; of a telephone number those
/// behind its prefix. `None`: it is no number that tells itself apart.
fn number(text: &str) -> Option<String> {
    let compact: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let digits = compact.bytes().filter(u8::is_ascii_digit).count();
    let others = text.chars().filter(|c| c.is_alphabetic()).count();
    if digits < SHORTEST_NUMBER || others > digits {
        return None;
    }
    let is_dialled = others == 0 && text.trim_start().starts_with(['+', '0', '(']);
    if !is_dialled {
        return Some(compact);
    }
    let rest = compact.trim_start_matches('0');
    let rest = if text.trim_start().starts_with('0') && !compact.starts_with("00") {
        rest
    } else {
        // The longest codes of countries have three digits.
        &rest[rest.len().saturating_sub(SHORTEST_NUMBER).min(3)..]
    };
    Some(rest.to_owned()).filter(|rest| rest.len() >= SHORTEST_NUMBER)
}

/// A number with the prefix before it.
fn with_prefix(text: &str, range: Range<usize>) -> Range<usize> {
    const LONGEST: usize = 12;
    let is_prefix = |c: char| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | ' ' | '-' | '/');
    let before = text[..range.start].char_indices().rev().take(LONGEST);
    let taken = before.take_while(|(_, c)| is_prefix(*c));
    // It begins with a digit or its sign.
    let start = taken.filter(|(_, c)| c.is_ascii_digit() || *c == '+').last();
    start.map_or(range.start, |(at, _)| at)..range.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_in_any_case() {
        let texts = ["Erika Beispiel", "Erika", "Sommer2024!"];
        let mentions = Mentions::new(texts.map(|text| (text.to_owned(), "[X]".to_owned())).into());
        let cases = [
            // (text, found, why)
            ("Hallo erika!", vec![6..11], "case and punctuation"),
            ("Erika Beispiel", vec![0..14], "the longest"),
            ("Erikas Rad, xErika", vec![], "part of a word"),
            ("nimm Sommer2024!.", vec![5..16], "values with signs"),
        ];
        for (text, expected, why) in cases {
            let found: Vec<_> =
                mentions.find(text, 0..text.len()).into_iter().map(|edit| edit.range).collect();
            assert_eq!(found, expected, "{why}");
        }
    }

    #[test]
    fn numbers_in_any_grouping() {
        let cases = [
            // (known, text, found, why)
            ("+49 171 2345678", "Nr. 491712345678", "491712345678", "compact"),
            ("+49 171 2345678", "ruf 0171/234-5678 an", "0171/234-5678", "national"),
            ("0171 2345678", "+49 (0)171 2345678", "+49 (0)171 2345678", "international"),
            ("0171 2345678", "171234567", "", "a part of it"),
            (
                "DE89 3704 0044 0532 0130 00",
                "DE89 3704 *0044* 0532_0130 00",
                "DE89 3704 *0044* 0532_0130 00",
                "bold",
            ),
            (
                "DE89 3704 0044 0532 0130 00",
                "Rechnung-de89370400440532013000a",
                "de89370400440532013000",
                "in a name",
            ),
            ("4111111111111111", "x4111111111111111y", "4111111111111111", "in a word"),
            ("4111111111111111", "4111 ... 1111 ... 1111 ... 1111", "", "too far apart"),
            ("Erika Beispiel 1", "ERIKABEISPIEL1", "", "no number"),
            ("12.03.1985", "12031985", "", "too few digits"),
        ];
        for (known, text, expected, why) in cases {
            let mentions = Mentions::new([(known.to_owned(), "[X]".to_owned())].into());
            let found = mentions.in_numbers(text, 0..text.len());
            let found: Vec<_> = found.into_iter().map(|edit| &text[edit.range]).collect();
            assert_eq!(found.concat(), expected, "{why}");
        }
    }
}
