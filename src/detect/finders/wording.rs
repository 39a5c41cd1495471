//! What finders need to look around in a text.

use std::ops::Range;

use crate::pattern::Level;

/// A candidate of a finder, in bytes of the text it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// What gets masked, on character boundaries.
    pub(super) range: Range<usize>,
    /// How sure the finder is, with all it could see.
    pub(super) level: Level,
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

/// Where the last of these words starts in folded text; a word counts at the start of a word only, and
/// must end there if it ends in `$`.
pub(super) fn last_word(folded: &str, words: &[&str]) -> Option<usize> {
    words.iter().filter_map(|word| rfind_word(folded, word)).max()
}

/// Whether one of these words stands in folded text, as in [`last_word`].
pub(super) fn has_word(folded: &str, words: &[&str]) -> bool {
    words.iter().any(|word| rfind_word(folded, word).is_some())
}

fn rfind_word(folded: &str, word: &str) -> Option<usize> {
    let (word, whole) = word.strip_suffix('$').map_or((word, false), |word| (word, true));
    let mut end = folded.len();
    while let Some(at) = folded[..end].rfind(word) {
        let starts = !folded[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let ends = !folded[at + word.len()..].chars().next().is_some_and(char::is_alphabetic);
        if starts && (ends || !whole) {
            return Some(at);
        }
        end = at;
    }
    None
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
            assert_eq!(has_word(text, &[word]), found, "{text}: {why}");
        }
    }
}
