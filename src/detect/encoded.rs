//! Values that stand in a text in another writing: in Base64 (RFC 4648, either alphabet), or backwards
//! behind U+202E, which shows them the right way round.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// A text as it reads decoded.
#[derive(Debug)]
pub(super) struct Decoded {
    /// All of it.
    pub(super) text: String,
    /// By place.
    pieces: Vec<Piece>,
}

/// What stood in another writing.
#[derive(Debug)]
struct Piece {
    /// In the decoded text, in bytes.
    said: Range<usize>,
    /// In the text, in bytes.
    written: Range<usize>,
    is_backwards: bool,
}

/// A stretch of a text in another writing, and what it says.
type Found = (Range<usize>, String, bool);

/// Shortest Base64 worth a look, and longest of each piece, in bytes: nobody writes values into more.
const SHORTEST: usize = 22;
const LONGEST: usize = 64 << 10;

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const ENGINES: [GeneralPurpose; 2] =
    [GeneralPurpose::new(&STANDARD, CONFIG), GeneralPurpose::new(&URL_SAFE, CONFIG)];

const OVERRIDE: char = '\u{202e}';

impl Decoded {
    /// What a text says where it is in another writing; Base64 is looked for in texts with long words.
    /// `None`: it is what it says. What `is_opaque` stays as it is.
    pub(super) fn of(
        source: &str,
        has_long_words: bool,
        is_opaque: impl Fn(&Range<usize>) -> bool,
    ) -> Option<Self> {
        let mut found = backwards(source);
        if has_long_words {
            found.extend(base64(source));
        }
        found.retain(|(written, ..)| !is_opaque(written));
        if found.is_empty() {
            return None;
        }
        found.sort_by_key(|(written, ..)| written.start);
        let mut decoded = Self { text: String::with_capacity(source.len()), pieces: Vec::new() };
        let mut at = 0;
        for (written, says, is_backwards) in found {
            if written.start < at {
                continue;
            }
            decoded.text.push_str(&source[at..written.start]);
            let start = decoded.text.len();
            decoded.text.push_str(&says);
            at = written.end;
            decoded.pieces.push(Piece { said: start..decoded.text.len(), written, is_backwards });
        }
        decoded.text.push_str(&source[at..]);
        Some(decoded)
    }

    /// Where the decoded part of a stretch of it stands in the text, by place; Base64 goes as a whole.
    pub(super) fn source(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let first = self.pieces.partition_point(|piece| piece.said.end <= range.start);
        let pieces = self.pieces[first..].iter().take_while(|piece| piece.said.start < range.end);
        let place = |piece: &Piece| {
            if !piece.is_backwards {
                return piece.written.clone();
            }
            let from = range.start.max(piece.said.start) - piece.said.start;
            let to = range.end.min(piece.said.end) - piece.said.start;
            piece.written.end - to..piece.written.end - from
        };
        pieces.map(place).collect()
    }
}

/// Base64 in a text.
fn base64(source: &str) -> Vec<Found> {
    let bytes = source.as_bytes();
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| is_digit(byte)).count();
        let range = at..at + length;
        at += length + 1;
        if (SHORTEST..=LONGEST).contains(&length)
            && let Some(says) = says(&source[range.clone()])
        {
            found.push((range, says, false));
        }
    }
    found
}

/// What Base64 says, if it is a text.
fn says(token: &str) -> Option<String> {
    let token = token.trim_end_matches('=');
    let bytes = ENGINES.iter().find_map(|engine| engine.decode(token).ok())?;
    let text = String::from_utf8(bytes).ok()?;
    let is_seen = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    text.chars().all(is_seen).then_some(text)
}

/// What is shown backwards in a text: from each U+202E to the end of its line or of the override.
fn backwards(source: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = source[at..].find(OVERRIDE) {
        let start = at + next + OVERRIDE.len_utf8();
        let ends = ['\u{202c}', OVERRIDE, '\n', '\r'];
        let end = source[start..].find(ends).map_or(source.len(), |length| start + length);
        let text: String = source[start..end].chars().rev().collect();
        if !text.is_empty() {
            found.push((start..end, text, true));
        }
        at = end;
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded() {
        let cases = [
            // (text, what it says, why)
            ("b64 REUwOTM3MDQwMDQ0NzA5NzQxMTYxOQ== url", vec!["DE09370400447097411619"], "padding"),
            ("REUwOTM3MDQwMDQ0NzA5NzQxMTYxOQ", vec!["DE09370400447097411619"], "no padding"),
            ("TcO8bGxlciB3b2hudCA_Pz8_Pz8-", vec!["Müller wohnt ??????>"], "for links"),
            ("Donaudampfschifffahrtsgesellschaft", vec![], "a word"),
            ("REUwOTM3MDQwMDQ0", vec![], "too short"),
        ];
        for (text, expected, why) in cases {
            let found: Vec<_> = base64(text).into_iter().map(|found| found.1).collect();
            assert_eq!(found, expected, "{why}");
        }
    }

    #[test]
    fn what_stands_backwards() {
        let text = "IBAN \u{202e}54ü3ED\u{202c}, ok \u{202e}ba\n";
        let decoded = Decoded::of(text, true, |_| false).unwrap();
        assert_eq!(decoded.text, "IBAN \u{202e}DE3ü45\u{202c}, ok \u{202e}ab\n");
        let start = decoded.text.find("DE").unwrap();
        let places = decoded.source(&(0..start + 2));
        assert_eq!(places.len(), 1);
        assert_eq!(&text[places[0].clone()], "ED");
        assert_eq!(decoded.source(&(start..decoded.text.len())).len(), 2);
        assert!(Decoded::of("Hallo", true, |_| false).is_none());
    }
}
