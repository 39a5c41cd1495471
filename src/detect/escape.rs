//! Percent escapes (RFC 3986, 2.1) in links and in what was cut out of them.

use std::borrow::Cow;
use std::ops::Range;

use super::shadow::is_mark;

/// A character that is written as escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Escape {
    /// Where its escapes begin and end, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) character: char,
}

/// All of a text that are clearly meant as such, rising: those in a link or query, and elsewhere several
/// in a word, or one for `@` or for what is not ASCII, if no other `%` stands in that word.
pub(super) fn all(text: &str) -> Vec<Escape> {
    let bytes = text.as_bytes();
    let mut escapes = Vec::new();
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'%', &bytes[at..]) {
        let sign = at + next;
        let start =
            bytes[at..sign].iter().rposition(ends_word).map_or(at, |before| at + before + 1);
        let end = bytes[sign..].iter().position(ends_word).map_or(bytes.len(), |len| sign + len);
        let first = escapes.len();
        let is_other = in_word(text, sign..end, &mut escapes);
        let is_clear = match &escapes[first..] {
            [] => true,
            _ if is_link(&text[start..sign]) => true,
            _ if is_other => false,
            [one] => one.character == '@' || !one.character.is_ascii(),
            _ => true,
        };
        if !is_clear {
            escapes.truncate(first);
        }
        at = end;
    }
    escapes
}

/// A value without its escapes.
pub(super) fn decoded(value: &str) -> Cow<'_, str> {
    let mut escapes = Vec::new();
    if let Some(sign) = memchr::memchr(b'%', value.as_bytes()) {
        in_word(value, sign..value.len(), &mut escapes);
    }
    if escapes.is_empty() {
        return value.into();
    }
    let mut out = String::with_capacity(value.len());
    let mut at = 0;
    for Escape { start, end, character } in escapes {
        out.push_str(&value[at..start]);
        out.push(character);
        at = end;
    }
    out.push_str(&value[at..]);
    out.into()
}

/// Whether a byte stands beside a link, never in one.
fn ends_word(byte: &u8) -> bool {
    matches!(byte, 0..=b' ' | b'"' | b'<' | b'>' | 0x7f)
}

/// Whether what stands before an escape is the beginning of a link, or the name of a field of one.
fn is_link(before: &str) -> bool {
    const SCHEMES: &[&str] = &["mailto:", "tel:", "sms:", "geo:", "www."];
    before.contains("://")
        || before.contains(['=', '?', '&'])
        || SCHEMES.iter().any(|scheme| {
            before.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
        })
}

/// Appends the escapes of a stretch that begins with `%`; answers whether a `%` in it begins none.
fn in_word(text: &str, range: Range<usize>, escapes: &mut Vec<Escape>) -> bool {
    let bytes = &text.as_bytes()[..range.end];
    let mut is_other = false;
    let mut at = range.start;
    while let Some(next) = memchr::memchr(b'%', &bytes[at..]) {
        let start = at + next;
        at = match character(&bytes[start..]) {
            Some((character, len)) => {
                let end = start + len;
                escapes.push(Escape { start, end, character });
                end
            }
            None => {
                is_other = true;
                start + 1
            }
        };
    }
    is_other
}

/// The character of the escapes that bytes begin with, and their length. Marks on letters stay as they
/// are written: they would have no letter of their own.
fn character(bytes: &[u8]) -> Option<(char, usize)> {
    let mut utf8 = [0; 4];
    utf8[0] = byte(bytes)?;
    let len = match utf8[0] {
        0..0x80 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    };
    for (at, next) in utf8.iter_mut().enumerate().take(len).skip(1) {
        *next = byte(bytes.get(3 * at..)?)?;
    }
    let character = std::str::from_utf8(&utf8[..len]).ok()?.chars().next()?;
    (!is_mark(character)).then_some((character, 3 * len))
}

/// The byte of the escape that bytes begin with.
fn byte(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_escape() {
        let cases = [
            // (text, decoded where it is one, why)
            (
                "https://x.de/?mail=erika%40example.org",
                "https://x.de/?mail=erika@example.org",
                "link",
            ),
            ("iban=DE89%203704", "iban=DE89 3704", "one field of a query"),
            ("mailto:a%2Bb@example.org", "mailto:a+b@example.org", "scheme without slashes"),
            ("erika%40example.org", "erika@example.org", "an at sign alone"),
            ("DE89%203704%200044", "DE89 3704 0044", "several in a word"),
            ("M%C3%BCller", "Müller", "UTF-8"),
            ("x?a=%F0%9F%98%82&b=%c3%9f", "x?a=😂&b=ß", "four bytes, small digits"),
            ("x?a=100%25%20sure", "x?a=100% sure", "an escaped percent sign"),
            ("x?a=100%&b=%41", "x?a=100%&b=A", "a link with a bare one"),
            ("x?a=%C3%28%80%ED%A0%80", "x?a=%C3(%80%ED%A0%80", "no UTF-8"),
            ("x?a=e%CC%81", "x?a=e%CC%81", "a mark without its letter"),
            ("50%20 und 100%25", "50%20 und 100%25", "one in a word of prose"),
            ("20%40%", "20%40%", "another percent sign in the word"),
            ("Sommer%2024", "Sommer%2024", "a password"),
            ("a=\"b\" 50%20", "a=\"b\" 50%20", "what stands before the word does not count"),
            ("%", "%", "the end"),
            ("x?a=%4", "x?a=%4", "half of one"),
        ];
        for (text, expected, why) in cases {
            let mut found = String::new();
            let mut at = 0;
            for escape in all(text) {
                found.push_str(&text[at..escape.start]);
                found.push(escape.character);
                at = escape.end;
            }
            found.push_str(&text[at..]);
            assert_eq!(found, expected, "{why}");
        }
    }

    #[test]
    fn values_without_escapes() {
        assert_eq!(decoded("DE89%203704"), "DE89 3704");
        assert_eq!(decoded("80% sure"), "80% sure");
    }
}
