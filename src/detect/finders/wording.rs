//! What finders need to look around in a text.

use std::ops::Range;

use regex::Regex;

use super::Hit;
use crate::model::Confidence;

/// A candidate whose finder knows how sure it is.
pub(super) fn hit(range: Range<usize>, confidence: Confidence) -> Hit {
    Hit { range, confidence: Some(confidence) }
}

/// A pattern that is part of the program.
#[allow(clippy::expect_used, reason = "fixed text; the tests of each finder compile its patterns")]
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern that is part of the program")
}

/// Lower case, accents gone, umlauts spelled out (ae, oe, ue, ss). Lengths change: for looking only.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            'A'..='Z' => folded.push(char.to_ascii_lowercase()),
            '\0'..='\x7f' => folded.push(char),
            'ä' | 'Ä' | 'æ' => folded.push_str("ae"),
            'ö' | 'Ö' | 'ø' | 'Ø' => folded.push_str("oe"),
            'ü' | 'Ü' => folded.push_str("ue"),
            'ß' | 'ẞ' => folded.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' | 'À' | 'Á' | 'Â' | 'Ã' | 'Å' | 'Ą' => {
                folded.push('a')
            }
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'È' | 'É' | 'Ê' | 'Ë' | 'Ę' => folded.push('e'),
            'ì' | 'í' | 'î' | 'ï' | 'Í' | 'Î' => folded.push('i'),
            'ò' | 'ó' | 'ô' | 'õ' | 'Ó' | 'Ô' | 'Õ' => folded.push('o'),
            'ù' | 'ú' | 'û' | 'Ú' => folded.push('u'),
            'ç' | 'ć' | 'č' | 'Ç' | 'Ć' | 'Č' => folded.push('c'),
            'ñ' | 'ń' | 'Ñ' | 'Ń' => folded.push('n'),
            'ł' | 'Ł' => folded.push('l'),
            'ś' | 'š' | 'Ś' | 'Š' => folded.push('s'),
            'ź' | 'ż' | 'ž' | 'Ź' | 'Ż' | 'Ž' => folded.push('z'),
            'º' | '°' => folded.push('o'),
            other => folded.extend(other.to_lowercase()),
        }
    }
    folded
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

/// Words that are looked for in folded text. A word counts at the start of a word only, and must end
/// there if it ends in `$`.
pub(super) struct WordList(Regex);

impl WordList {
    /// Words and phrases, with `|` between them; white space around `|` does not count.
    pub(super) fn new(words: &str) -> Self {
        let words: Vec<String> = words
            .split('|')
            .map(|word| match word.trim().strip_suffix('$') {
                Some(whole) => format!("{}(?-u:\\b)", regex::escape(whole)),
                None => regex::escape(word.trim()),
            })
            .collect();
        Self(pattern(&format!("(?:^|[^\\p{{L}}\\p{{N}}])({})", words.join("|"))))
    }

    /// Whether one of the words stands in folded text.
    pub(super) fn is_in(&self, folded: &str) -> bool {
        self.0.is_match(folded)
    }

    /// Where the last of the words starts in folded text.
    pub(super) fn last(&self, folded: &str) -> Option<usize> {
        self.0
            .captures_iter(folded)
            .filter_map(|found| found.get(1))
            .last()
            .map(|word| word.start())
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
