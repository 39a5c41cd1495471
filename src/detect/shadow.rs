//! The normalised shadow of a text: what detection sees, with a map back to what stands there.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

use super::escape::{self, Escape};
use crate::model::OffsetMap;

/// Which shadow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Case and umlauts kept (composed); spaces, dashes and quotes unified; invisible characters gone;
    /// digits and full-width letters ASCII.
    Plain,
    /// Also lower case, umlauts spelled ae, oe, ue, ß as ss, other diacritics gone.
    Folded,
    /// As folded, but ASCII letters keep their case: what the first look at a text sees.
    Cased,
}

/// A text as detection sees it.
#[derive(Debug)]
pub(super) struct Shadow<'a> {
    /// The shadow.
    pub(super) text: Cow<'a, str>,
    source: &'a str,
    /// `None`: each byte stands where it stood.
    map: Option<OffsetMap>,
    /// What stands decoded in the shadow.
    escapes: Vec<Escape>,
}

impl<'a> Shadow<'a> {
    /// The shadow of a text; in names of files `_` separates words. Escapes in links are decoded.
    pub(super) fn new(source: &'a str, form: Form, filename: bool) -> Self {
        Self::with(source, form, filename, escape::all(source))
    }

    /// As [`Self::new`], with escapes as they are written.
    pub(super) fn as_written(source: &'a str, form: Form, filename: bool) -> Self {
        Self::with(source, form, filename, Vec::new())
    }

    /// As [`Self::new`], with these escapes decoded.
    pub(super) fn with(source: &'a str, form: Form, filename: bool, escapes: Vec<Escape>) -> Self {
        let is_as_it_stands = escapes.is_empty()
            && look(source).0
            && !source.bytes().any(|byte| matches!(byte, b'\r' | b'\t'));
        if is_as_it_stands {
            let mut text = Cow::Borrowed(source);
            if form == Form::Folded && source.bytes().any(|byte| byte.is_ascii_uppercase()) {
                text.to_mut().make_ascii_lowercase();
            }
            if filename && text.contains('_') {
                text = text.replace('_', " ").into();
            }
            return Self { text, source, map: None, escapes };
        }
        let mut map = OffsetMap::default();
        let mut text = String::with_capacity(source.len() + 8);
        shade_with(source, &escapes, form, &mut text, Some(&mut map));
        if filename {
            text = text.replace('_', " ");
        }
        Self { text: text.into(), source, map: Some(map), escapes }
    }

    /// Where a stretch of the shadow stands in the text: whole characters and escapes, with the marks
    /// that belong to the last one.
    pub(super) fn source(&self, range: Range<usize>) -> Range<usize> {
        let Some(map) = &self.map else { return range };
        let start = self.character(map, range.start).start;
        if range.end <= range.start {
            return start..start;
        }
        let end = self.character(map, range.end - 1).end;
        let marks = self.source[end..].chars().take_while(|c| is_mark(*c));
        start..(end + marks.map(char::len_utf8).sum::<usize>()).max(start)
    }

    /// The character or escape of the text that a byte of the shadow comes from.
    fn character(&self, map: &OffsetMap, at: usize) -> Range<usize> {
        let at = map.source(u32::try_from(at).unwrap_or(u32::MAX)) as usize;
        let next = self.escapes.partition_point(|escape| escape.end <= at);
        if let Some(escape) = self.escapes.get(next).filter(|escape| escape.start <= at) {
            return escape.start..escape.end;
        }
        let start = self.source.floor_char_boundary(at);
        start..self.source.ceil_char_boundary((start + 1).min(self.source.len()))
    }
}

/// ASCII without control characters that nobody sees and without escapes: the first look takes such a
/// text as it stands.
pub(super) fn is_plain(source: &str) -> bool {
    let (is_seen, has_percent) = look(source);
    is_seen && (!has_percent || escape::all(source).is_empty())
}

/// Whether a text is ASCII without control characters that nobody sees, and whether it has a `%`.
fn look(source: &str) -> (bool, bool) {
    // Without a way out early: many bytes at once.
    let is_other = |byte| is_special(byte) & (byte != b'\t');
    let bits = |byte| u8::from(is_other(byte)) | u8::from(byte == b'%') << 1;
    let all = source.bytes().fold(0, |all, byte| all | bits(byte));
    (all & 1 == 0, all & 2 != 0)
}

/// A byte that does not stand for itself: a control character but the line feed, or no ASCII.
const fn is_special(byte: u8) -> bool {
    (byte.wrapping_sub(b' ') >= 0x7f - b' ') & (byte != b'\n')
}

/// Appends the shadow of `source` to `out`.
pub(super) fn shade(source: &str, form: Form, out: &mut String, map: Option<&mut OffsetMap>) {
    shade_with(source, &escape::all(source), form, out, map);
}

/// As [`shade`], with these escapes decoded.
fn shade_with(
    source: &str,
    escapes: &[Escape],
    form: Form,
    out: &mut String,
    mut map: Option<&mut OffsetMap>,
) {
    let base = out.len();
    let bytes = source.as_bytes();
    let mut escapes = escapes.iter().peekable();
    let mut at = 0;
    while at < bytes.len() {
        if let Some(escape) = escapes.next_if(|escape| escape.start == at) {
            note(&mut map, out.len() - base, at);
            push_char(escape.character, form, out);
            at = escape.end;
            continue;
        }
        let until = escapes.peek().map_or(bytes.len(), |escape| escape.start);
        let plain = plain_run(&bytes[at..until]);
        if plain > 0 {
            note(&mut map, out.len() - base, at);
            let from = out.len();
            out.push_str(&source[at..at + plain]);
            if form == Form::Folded {
                out[from..].make_ascii_lowercase();
            }
            at += plain;
            continue;
        }
        let Some(there) = source[at..].chars().next() else { break };
        let c = match there {
            // Alone it ends a line.
            '\r' if bytes.get(at + 1) != Some(&b'\n') => '\n',
            '\u{370}'..='\u{52f}' => {
                as_latin(there, out[base..].chars().next_back(), &source[at..])
            }
            _ => there,
        };
        if is_mark(c) {
            join_mark(c, form, out, base);
        } else {
            note(&mut map, out.len() - base, at);
            push_char(c, form, out);
        }
        at += there.len_utf8();
    }
    note(&mut map, out.len() - base, source.len());
}

fn push_char(c: char, form: Form, out: &mut String) {
    match form {
        Form::Plain => out.extend(plain_char(c)),
        Form::Folded => fold_char(c, false, out),
        Form::Cased => fold_char(c, true, out),
    }
}

fn note(map: &mut Option<&mut OffsetMap>, derived: usize, source: usize) {
    if let (Some(map), Ok(derived), Ok(source)) =
        (map.as_deref_mut(), u32::try_from(derived), u32::try_from(source))
    {
        map.push(derived, source);
    }
}

/// Length of the run of bytes that stand for themselves.
fn plain_run(bytes: &[u8]) -> usize {
    let special = |byte: &u8| is_special(*byte);
    let mut whole = 0;
    for block in bytes.chunks_exact(16) {
        if block.iter().fold(false, |any, byte| any | special(byte)) {
            break;
        }
        whole += 16;
    }
    whole + bytes[whole..].iter().position(special).unwrap_or(bytes.len() - whole)
}

/// A combining mark (U+0300 to U+036F).
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// A mark changes the character before it.
fn join_mark(mark: char, form: Form, out: &mut String, base: usize) {
    let Some(last) = out[base..].chars().next_back() else { return };
    match form {
        Form::Plain => {
            if let Some(whole) = compose(last, mark) {
                out.pop();
                out.push(whole);
            }
        }
        Form::Folded | Form::Cased => {
            if mark == '\u{308}' && matches!(last, 'a' | 'o' | 'u' | 'A' | 'O' | 'U') {
                out.push('e');
            }
        }
    }
}

/// Greek and Cyrillic letters that look like Latin ones or digits, rising, each with what it looks like.
const LOOK_ALIKES: [(char, char); 53] = [
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('α', 'a'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('υ', 'u'),
    ('Ѕ', 'S'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('З', '3'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('ѕ', 's'),
    ('і', 'i'),
    ('ј', 'j'),
    ('һ', 'h'),
    ('ӏ', 'l'),
    ('Ԛ', 'Q'),
    ('ԛ', 'q'),
    ('Ԝ', 'W'),
    ('ԝ', 'w'),
];
/// How many look-alikes may stand in a row, in characters.
const IN_A_ROW: usize = 16;

/// A letter of another alphabet that stands among ASCII letters or digits and looks like one of them.
/// Words that are all Greek or Cyrillic stay what they are.
fn as_latin(c: char, before: Option<char>, from: &str) -> char {
    let Some(latin) = look_alike(c) else { return c };
    let is_ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let next = from.chars().take(IN_A_ROW).find(|c| look_alike(*c).is_none());
    if !is_ascii(before) && !is_ascii(next) {
        return c;
    }
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let in_number = is_digit(before) || is_digit(next) && !is_ascii(before);
    if in_number && matches!(latin, 'O' | 'o') { '0' } else { latin }
}

fn look_alike(c: char) -> Option<char> {
    let at = LOOK_ALIKES.binary_search_by_key(&c, |pair| pair.0).ok()?;
    Some(LOOK_ALIKES[at].1)
}

/// The plain form of a character; `None`: it is not seen at all.
fn plain_char(c: char) -> Option<char> {
    Some(match c {
        '\t'
        | '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{2800}'
        | '\u{3000}' => ' ',
        '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\r'
        | '\0'..='\u{8}'
        | '\u{b}'..='\u{c}'
        | '\u{e}'..='\u{1f}'
        | '\u{7f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => return None,
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{b4}' | '\u{2bc}' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2044}' | '\u{2215}' => '/',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{1d400}'..='\u{1d7ff}' => {
            let mut ascii = c;
            decompose_compatible(c, |part| ascii = part);
            if ascii.is_ascii_alphanumeric() { ascii } else { c }
        }
        _ => digit(c).unwrap_or(c),
    })
}

/// Code points of the zeros of all scripts (category Nd), rising; each is followed by its 1 to 9.
const ZEROS: [u32; 59] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0x104a0,
    0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0,
    0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1e140,
    0x1e2f0, 0x1e950, 0x1fbf0,
];

/// The ASCII digit of a decimal digit of another script.
fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let next = ZEROS.partition_point(|zero| *zero <= code);
    let value = code - ZEROS[next.checked_sub(1)?];
    char::from_digit(value, 10)
}

/// The ASCII digit that a digit which is not ASCII becomes.
pub(super) fn plain_digit(c: char) -> Option<char> {
    plain_char(c).filter(char::is_ascii_digit)
}

fn fold_char(c: char, keeps_case: bool, out: &mut String) {
    match c {
        'ä' | 'Ä' | 'æ' | 'Æ' => out.push_str("ae"),
        'ö' | 'Ö' | 'œ' | 'Œ' => out.push_str("oe"),
        'ü' | 'Ü' => out.push_str("ue"),
        'ß' | 'ẞ' => out.push_str("ss"),
        'ø' | 'Ø' => out.push('o'),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
        'ħ' | 'Ħ' => out.push('h'),
        'ı' => out.push('i'),
        'þ' | 'Þ' => out.push_str("th"),
        '\u{1f000}'..='\u{1ffff}' => out.push(c),
        _ => {
            let Some(plain) = plain_char(c) else { return };
            if plain.is_ascii() {
                out.push(if keeps_case { plain } else { plain.to_ascii_lowercase() });
                return;
            }
            let from = out.len();
            decompose_compatible(plain, |part| {
                if part.is_alphanumeric() {
                    out.extend(part.to_lowercase().filter(|lower| !is_mark(*lower)));
                } else if !is_combining_mark(part) {
                    // Signs part words; those that have a name of their own are known above.
                    out.push(if u32::from(part) < 0xc0 { part } else { ' ' });
                }
            });
            // A sign made of letters is a word of its own, as in the plain form.
            if !plain.is_alphanumeric() && out[from..].contains(char::is_alphanumeric) {
                out.insert(from, ' ');
                out.push(' ');
            }
        }
    }
}

/// A letter that is not ASCII, or a mark on one: patterns with ASCII boundaries see none there.
pub(super) fn is_other_letter(c: Option<char>) -> bool {
    c.is_some_and(|c| !c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c)))
}

/// A word or phrase as the folded shadow spells it.
pub(super) fn fold(text: &str) -> String {
    if is_plain(text) && !text.contains('\t') {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len() + 4);
    shade(text, Form::Folded, &mut out, None);
    out
}

/// ASCII letters and digits in capitals, nothing else.
pub(super) fn compact(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    shade(text, Form::Plain, &mut plain, None);
    plain.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let cases = [
            // (text, plain, folded, why)
            ("DE89\u{a0}3704", "DE89 3704", "de89 3704", "no-break space"),
            ("DE\u{200b}89\u{202e}", "DE89", "de89", "zero-width and bidi marks"),
            ("１２٣۴", "1234", "1234", "full-width, Arabic-Indic and Persian digits"),
            ("ＤＥ８９", "DE89", "de89", "full-width letters"),
            ("Müßiggang", "Müßiggang", "muessiggang", "umlaut and sharp s"),
            ("Mu\u{308}ller", "Müller", "mueller", "decomposed umlaut"),
            ("Café Łódź", "Café Łódź", "cafe lodz", "other diacritics"),
            ("cafe\u{301}", "café", "cafe", "decomposed accent"),
            ("a – b", "a - b", "a - b", "typographic dash"),
            ("a\r\nb\tc", "a\nb c", "a\nb c", "line end and tab"),
            ("Жена 😂", "Жена 😂", "жена 😂", "other scripts and emoji stay"),
            ("𝟏𝟐", "12", "12", "mathematical digits"),
            ("D\0E8\u{1}9", "DE89", "de89", "control characters"),
            (
                "DЕ89 37О4 ОО44",
                "DE89 3704 0044",
                "de89 3704 0044",
                "Cyrillic letters among Latin ones and digits",
            ),
            ("ΙΒΑN", "IBAN", "iban", "Greek ones before a Latin one"),
            ("\u{2f00}PIN", "\u{2f00}PIN", " \u{4e00} pin", "a sign that is made of a letter"),
            ("\u{2116}5", "\u{2116}5", " no 5", "a sign that is made of letters"),
            ("Мост и дом 5", "Мост и дом 5", "мост и дом 5", "Russian stays Russian"),
            (
                "x?n=M%C3%9Cller%0AIBAN%20DE",
                "x?n=MÜller\nIBAN DE",
                "x?n=mueller\niban de",
                "escapes",
            ),
            ("50%20 Öl", "50%20 Öl", "50%20 oel", "no escape"),
        ];
        for (text, plain, folded, why) in cases {
            assert_eq!(Shadow::new(text, Form::Plain, false).text, plain, "{why}");
            assert_eq!(Shadow::new(text, Form::Folded, false).text, folded, "{why}");
        }
    }

    #[test]
    fn back_to_the_text() {
        let cases = [
            // (text, part of the folded shadow, what stands there)
            ("x Äpfel y", "aepfel", "Äpfel"),
            ("x A\u{308}pfel y", "aepfel", "A\u{308}pfel"),
            ("xyzä!", "xyza", "xyzä"),
            ("1\u{200b}2\u{200b} 3", "12", "1\u{200b}2"),
            ("a cafe\u{301} b", "cafe", "cafe\u{301}"),
            ("aß", "as", "aß"),
            ("😂Krebs😂", "krebs", "Krebs"),
            ("x?a=%C3%84pfel%20%C3%9F", "aepfel", "%C3%84pfel"),
            ("x?a=%C3%84pfel%20%C3%9F", "pfel s", "pfel%20%C3%9F"),
            ("x?a=a%40b", "@", "%40"),
        ];
        for (text, part, expected) in cases {
            let shadow = Shadow::new(text, Form::Folded, false);
            let at = shadow.text.find(part).unwrap();
            assert_eq!(&text[shadow.source(at..at + part.len())], expected);
        }
    }

    #[test]
    fn compact_form() {
        assert_eq!(compact("de89\u{a0}3704-0044"), "DE8937040044");
    }
}
