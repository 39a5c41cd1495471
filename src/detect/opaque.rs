//! Placeholders of redacted copies: nothing is found in them, and their words are no context.

use std::ops::Range;

/// Where placeholders stand in a text, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Opaque(Vec<Range<usize>>);

impl Opaque {
    /// Whether a stretch overlaps a placeholder.
    pub(super) fn touches(&self, range: &Range<usize>) -> bool {
        let next = self.0.partition_point(|place| place.end <= range.start);
        self.0.get(next).is_some_and(|place| place.start < range.end)
    }
}

/// `*****`, `[IBAN]`, `[IBAN-0123456789ab]`, for labels that rules use (sorted).
pub(super) fn find(text: &str, labels: &[String]) -> Opaque {
    let bytes = text.as_bytes();
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(next) = memchr::memchr2(b'[', b'*', &bytes[at..]) {
        at += next;
        let length = match bytes[at] {
            b'*' => bytes[at..].iter().take_while(|byte| **byte == b'*').count(),
            _ => bracketed(&text[at..], labels),
        };
        if bytes[at] == b'[' && length > 0 || length >= 5 {
            places.push(at..at + length);
        }
        at += length.max(1);
    }
    Opaque(places)
}

/// Length of the placeholder in brackets that a text starts with; 0: there is none.
fn bracketed(text: &str, labels: &[String]) -> usize {
    const LONGEST: usize = 80;
    let Some(end) = text.bytes().take(LONGEST).position(|byte| byte == b']') else { return 0 };
    let inside = &text[1..end];
    let is_label = |label: &str| labels.binary_search_by(|known| known.as_str().cmp(label)).is_ok();
    let is_token = |token: &str| {
        token.len() >= 12 && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_placeholder = is_label(inside)
        || inside.rsplit_once('-').is_some_and(|(label, token)| is_label(label) && is_token(token));
    if is_placeholder { end + 1 } else { 0 }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        let labels = ["IBAN".to_owned(), "Person".to_owned()];
        let cases = [
            // (text, places, why)
            ("x [IBAN] y", vec![2..8], "label"),
            ("[IBAN-0123456789ab][Person]", vec![0..19, 19..27], "pseudonym, and a person"),
            ("[IBAN-123]", vec![], "token too short"),
            ("[Hallo] *fett*", vec![], "other brackets and bold"),
            ("PIN *****!", vec![4..9], "mask"),
            ("[ÄÖÜ", vec![], "no end"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(find(text, &labels).0, expected, "{why}");
        }
    }
}
