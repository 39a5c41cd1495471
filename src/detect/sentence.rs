//! Where a sentence begins and ends, in chats that often have no full stop.

use std::ops::Range;

/// How far a sentence is looked at on both sides, in bytes.
const REACH: usize = 200;
/// Letters before a full stop that ends no sentence: "Dr.", "Hr.", "z.B.".
const ABBREVIATION: usize = 2;

/// What stands before and behind a stretch in its sentence.
pub(super) fn around<'t>(text: &'t str, range: &Range<usize>) -> (&'t str, &'t str) {
    let (head, tail) = near(text, range);
    let begins = head.rmatch_indices(ENDS).find(|(at, _)| is_end(head, *at));
    let ends = tail.match_indices(ENDS).find(|(at, _)| is_end(tail, *at));
    (
        begins.map_or(head, |(at, end)| &head[at + end.len()..]),
        ends.map_or(tail, |(at, _)| &tail[..at]),
    )
}

/// What stands before and behind a stretch, other sentences included.
pub(super) fn near<'t>(text: &'t str, range: &Range<usize>) -> (&'t str, &'t str) {
    let from = text.floor_char_boundary(range.start.saturating_sub(REACH));
    let to = text.ceil_char_boundary((range.end + REACH).min(text.len()));
    (&text[from..range.start], &text[range.end..to])
}

const ENDS: [char; 4] = ['\n', '.', '!', '?'];

/// Whether a sign ends a sentence: a full stop does behind a word of some length, before a gap.
fn is_end(text: &str, at: usize) -> bool {
    if !text[at..].starts_with('.') {
        return true;
    }
    let word = text[..at].chars().rev().take_while(|c| c.is_alphabetic()).count();
    let is_before_gap = text[at + 1..].chars().next().is_none_or(char::is_whitespace);
    is_before_gap && (word > ABBREVIATION || at == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences() {
        let cases = [
            // (text, before X, behind X, why)
            ("Er kommt. Dr. Maier ist X heute. Gut", " Dr. Maier ist ", " heute", "a title"),
            ("am 3. aus X raus!", "am 3. aus ", " raus", "a date"),
            ("eins\nX\nzwei", "", "", "lines"),
            ("X", "", "", "nothing else"),
            ("wirklich? X. Ja", " ", "", "a question before"),
        ];
        for (text, before, behind, why) in cases {
            let at = text.find('X').unwrap_or(0);
            assert_eq!(around(text, &(at..at + 1)), (before, behind), "{text}: {why}");
        }
    }
}
