//! Titles of books, films and songs: "The 8-Week Cholesterol Cure".

use std::ops::Range;

/// How many words before a term may belong to its title.
const WORDS: usize = 5;
/// How far back a title may begin, in bytes.
const REACH: usize = 64;

/// Whether a word stands inside of an English title: "The" in capitals before it, and nothing but
/// capitalised words in between and right after it.
pub(super) fn is_in_title(text: &str, range: &Range<usize>) -> bool {
    let next = text[range.end..].trim_start_matches(|c: char| c == ' ' || c == '-');
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
}
