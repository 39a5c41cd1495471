//! What finders need to look around in a text.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use regex::Regex;

pub(super) use super::super::shadow::fold;
use super::Hit;
use crate::model::Confidence;

/// A candidate whose finder knows how sure it is.
pub(super) fn hit(range: Range<usize>, confidence: Confidence) -> Hit {
    Hit { range, confidence: Some(confidence) }
}

/// Of candidates that overlap the surer, then the longer one; by start.
pub(super) fn disjoint(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.retain(|hit| !hit.range.is_empty());
    hits.sort_by_key(|hit| hit.range.start);
    hits.dedup_by(|next, kept| {
        let overlaps = next.range.start < kept.range.end;
        let rank = |hit: &Hit| (hit.confidence, hit.range.len());
        if overlaps && rank(next) > rank(kept) {
            std::mem::swap(next, kept);
        }
        overlaps
    });
    hits
}

/// A pattern over a shadow: its `\b` are those of ASCII words, since with those of Unicode a text with an
/// umlaut takes a hundred times as long; its `\d` are those of ASCII, since the shadow has no others.
fn over_shadow(text: &str) -> String {
    text.replace(r"\b", r"(?-u:\b)").replace(r"\d", "[0-9]")
}

/// A pattern over a shadow in which letters are those of Latin scripts: with those of all scripts and their
/// counts it takes a hundred times as long to compile.
pub(super) fn latin(text: &str) -> String {
    over_shadow(text)
        .replace(r"\p{Lu}", r"[\p{Lu}&&[A-ZÀ-ɏẞ]]")
        .replace(r"\p{L}", "[A-Za-zÀ-ÖØ-öø-ɏẞ]")
        .replace(r"\p{N}", "0-9")
}

/// A pattern that is part of the program, over a shadow.
#[allow(clippy::expect_used, reason = "fixed text; the tests of each finder compile its patterns")]
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(&over_shadow(text)).expect("a pattern that is part of the program")
}

/// The last `chars` characters before `at`.
pub(super) fn before(text: &str, at: usize, chars: usize) -> &str {
    let head = &text[..at];
    let start = head.char_indices().rev().take(chars).last().map_or(at, |(start, _)| start);
    &text[start..at]
}

/// The first `chars` characters from `at` on.
pub(super) fn after(text: &str, at: usize, chars: usize) -> &str {
    let tail = &text[at..];
    let end = tail.char_indices().nth(chars).map_or(tail.len(), |(end, _)| end);
    &tail[..end]
}

/// [`before`] without the first word if it starts further before.
pub(super) fn words_before(text: &str, at: usize, chars: usize) -> &str {
    let head = before(text, at, chars);
    let is_cut = text[..at - head.len()].ends_with(char::is_alphanumeric);
    if is_cut { head.trim_start_matches(char::is_alphanumeric) } else { head }
}

/// [`after`] without the last word if it goes on.
pub(super) fn words_after(text: &str, at: usize, chars: usize) -> &str {
    let tail = after(text, at, chars);
    let is_cut = text[at + tail.len()..].starts_with(char::is_alphanumeric);
    if is_cut { tail.trim_end_matches(char::is_alphanumeric) } else { tail }
}

/// Words that are looked for in folded text. A word counts at the start of a word only, and must end
/// there if it ends in `$`.
pub(super) struct WordList {
    search: AhoCorasick,
    /// Whether a word must end where it ends, by word.
    is_whole: Vec<bool>,
}

impl WordList {
    /// Words and phrases, with `|` between them; white space around `|` does not count.
    pub(super) fn new(words: &str) -> Self {
        Self::of(&words.split('|').map(str::trim).collect::<Vec<_>>())
    }

    /// Words and phrases.
    #[allow(clippy::expect_used, reason = "some hundred words at most")]
    pub(super) fn of(words: &[&str]) -> Self {
        let bare = words.iter().map(|word| word.trim_end_matches('$'));
        Self {
            search: AhoCorasick::new(bare).expect("few words"),
            is_whole: words.iter().map(|word| word.ends_with('$')).collect(),
        }
    }

    /// Whether one of the words stands in folded text.
    pub(super) fn is_in(&self, folded: &str) -> bool {
        self.starts(folded).next().is_some()
    }

    /// Where the last of the words starts in folded text.
    pub(super) fn last(&self, folded: &str) -> Option<usize> {
        self.starts(folded).max()
    }

    fn starts(&self, folded: &str) -> impl Iterator<Item = usize> {
        self.search.find_overlapping_iter(folded).filter_map(|found| {
            let starts = !folded[..found.start()].ends_with(char::is_alphanumeric);
            let ends = !folded.as_bytes().get(found.end()).is_some_and(u8::is_ascii_alphanumeric);
            let is_word = starts && (ends || !self.is_whole[found.pattern().as_usize()]);
            is_word.then_some(found.start())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_lie_on_characters() {
        let text = "Größe: 12 Äpfel";
        assert_eq!(before(text, text.find('1').unwrap_or(0), 4), "ße: ");
        assert_eq!(after(text, text.find('Ä').unwrap_or(0), 3), "Äpf");
        assert_eq!(before("ab", 0, 9), "");
        assert_eq!(after("ab", 0, 9), "ab");
        assert_eq!(words_after("am 3.4. gebe ich", 7, 4), " ");
        assert_eq!(words_before("ich gebe am", 8, 6), " gebe");
    }

    #[test]
    fn candidates_do_not_overlap() {
        use Confidence::{High, Low, Medium};
        let hits = vec![hit(8..9, Low), hit(0..4, Medium), hit(2..6, High), hit(4..9, Medium)];
        assert_eq!(disjoint(hits), [hit(2..6, High), hit(8..9, Low)]);
    }

    #[test]
    fn words_start_where_words_start() {
        let cases = [
            ("meine handynummer", "handy", true, "start of a compound"),
            ("meine handynummer", "handy$", false, "whole word wanted"),
            ("das hotel", "tel", false, "inside a word"),
            ("hotel, tel. 1", "tel", true, "the second one counts"),
        ];
        for (text, word, found, why) in cases {
            assert_eq!(WordList::new(word).is_in(text), found, "{text}: {why}");
        }
    }
}
