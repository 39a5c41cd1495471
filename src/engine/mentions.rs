//! Known texts wherever they stand: people of a chat, and values that only context gave away.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::model::Edit;

/// Finds a set of texts as whole words, ASCII letters in any case.
#[derive(Default)]
pub(super) struct Mentions {
    search: Option<AhoCorasick>,
    /// Replacement of each text.
    replacements: Vec<String>,
}

impl Mentions {
    /// Prepares the search for the keys; the values are what stands in a copy instead.
    pub(super) fn new(texts: BTreeMap<String, String>) -> Self {
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(texts.keys())
            .ok()
            .filter(|_| !texts.is_empty());
        Self { search, replacements: texts.into_values().collect() }
    }

    /// Replacements of all mentions in `text[range]`; offsets are of `text`.
    pub(super) fn find(&self, text: &str, range: Range<usize>) -> Vec<Edit> {
        let Some(search) = &self.search else { return Vec::new() };
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
}
