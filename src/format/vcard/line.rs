//! One property of a vCard: joins its lines, decodes its value.

use std::iter::Peekable;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::model::Part;

/// A line as it stands.
#[derive(Debug, Clone)]
pub(super) struct Physical {
    /// Without its line end.
    pub(super) content: Range<usize>,
    /// After its line end.
    pub(super) end: usize,
}

/// All lines of a text; ends are CR LF, LF or CR.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Physical> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.as_bytes().get(at..).filter(|rest| !rest.is_empty())?;
        let start = at;
        let len = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        at += match &rest[len..] {
            [b'\r', b'\n', ..] => len + 2,
            [_, ..] => len + 1,
            [] => len,
        };
        Some(Physical { content: start..start + len, end: at })
    })
}

/// A property: its lines, unfolded.
pub(super) struct Line {
    /// The first line's content.
    pub(super) first: Range<usize>,
    /// What belongs together, without folds and soft line breaks.
    pieces: Vec<Range<usize>>,
    /// Where the last line's content ends, and where the line does.
    pub(super) content_end: usize,
    pub(super) end: usize,
    /// How many lines it takes.
    pub(super) count: u64,
    /// Name without group, in capitals.
    name: String,
    /// Parameters in capitals.
    parameters: String,
}

impl Line {
    /// The property that begins with `first`; takes the lines that continue it.
    pub(super) fn read(
        text: &str,
        first: Physical,
        rest: &mut Peekable<impl Iterator<Item = Physical>>,
    ) -> Self {
        let content = &text[first.content.clone()];
        let head = content.split(':').next().unwrap_or_default();
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        let name = name.rsplit('.').next().unwrap_or_default();
        let mut line = Self {
            first: first.content.clone(),
            pieces: vec![first.content.clone()],
            content_end: first.content.end,
            end: first.end,
            count: 1,
            name: name.trim_start_matches('\u{feff}').to_ascii_uppercase(),
            parameters: parameters.to_ascii_uppercase(),
        };
        let is_soft = line.is_quoted_printable();
        while let Some(next) = rest.peek() {
            let last = line.pieces.last_mut();
            let soft = last.filter(|last| is_soft && text[(*last).clone()].ends_with('='));
            let folded = text[next.content.clone()].starts_with([' ', '\t']);
            let skip = match soft {
                Some(last) => {
                    last.end -= 1;
                    0
                }
                None if folded && !content.is_empty() => 1,
                None => break,
            };
            line.pieces.push(next.content.start + skip..next.content.end);
            line.content_end = next.content.end;
            line.end = next.end;
            line.count += 1;
            rest.next();
        }
        line
    }

    fn is_quoted_printable(&self) -> bool {
        self.parameters.contains("QUOTED-PRINTABLE")
    }

    /// Kind and value of a photo or sound that it holds itself, and no link to it.
    pub(super) fn media(&self, text: &str) -> Option<(&'static str, Range<usize>)> {
        let kind = match &*self.name {
            "PHOTO" => "photo",
            "LOGO" => "logo",
            "SOUND" => "sound",
            _ => return None,
        };
        let value = self.first.start + text[self.first.clone()].find(':')? + 1;
        let rest = &text[value..self.content_end];
        let head = match rest.starts_with("data:") {
            true => rest.find("base64,")? + "base64,".len(),
            _ if self.parameters.contains("BASE64") || self.parameters.contains("ENCODING=B") => 0,
            _ => return None,
        };
        Some((kind, value + head..self.content_end))
    }

    /// What kind of text it is.
    pub(super) fn part(&self) -> Part {
        match &*self.name {
            "FN" | "N" | "NICKNAME" => Part::Sender,
            "NOTE" => Part::Body,
            _ => Part::Other,
        }
    }

    /// Hands out the decoded characters, each with the place it came from, and answers how many
    /// bytes of them stand before the value.
    pub(super) fn decode(&self, text: &str, mut push: impl FnMut(char, usize)) -> usize {
        let mut before = 0;
        let mut colon = false;
        let mut quoted = false;
        let mut value = Vec::new();
        for piece in &self.pieces {
            for (at, character) in text[piece.clone()].char_indices() {
                if colon {
                    value.push((character, piece.start + at, true));
                    continue;
                }
                quoted ^= character == '"';
                colon = character == ':' && !quoted;
                before += character.len_utf8();
                push(character, piece.start + at);
            }
        }
        if self.is_quoted_printable() {
            value = unquote(&value, self.charset());
        }
        self.unescape(&value, push);
        before
    }

    /// Hands out the characters that end it, each with its place.
    pub(super) fn end(&self, text: &str, mut push: impl FnMut(char, usize)) {
        for (at, character) in text[self.content_end..self.end].char_indices() {
            push(character, self.content_end + at);
        }
    }

    fn charset(&self) -> Option<&'static Encoding> {
        let (_, label) = self.parameters.split_once("CHARSET=")?;
        let label = label.split([';', ':']).next().unwrap_or_default();
        Encoding::for_label(label.trim_matches('"').as_bytes())
    }

    /// Escapes become what they stand for; `;` between components becomes a comma and a space.
    fn unescape(&self, value: &[Decoded], mut push: impl FnMut(char, usize)) {
        let has_components = matches!(&*self.name, "N" | "ADR" | "ORG" | "GENDER");
        let mut rest = value;
        while let Some(((character, at, literal), after)) = rest.split_first() {
            rest = after;
            match (character, rest.first()) {
                ('\\', Some((next @ ('n' | 'N' | ',' | ';' | ':' | '\\'), _, true)))
                    if *literal =>
                {
                    push(if matches!(next, 'n' | 'N') { '\n' } else { *next }, *at);
                    rest = &rest[1..];
                }
                (';', _) if *literal && has_components => {
                    while let Some(((';', _, true), after)) = rest.split_first() {
                        rest = after;
                    }
                    push(',', *at);
                    // The space has no byte of its own: it leads to the end of the comma's.
                    push(' ', at + 1);
                }
                _ => push(*character, *at),
            }
        }
    }
}

/// A character, where it came from, and whether it stands there as it is.
type Decoded = (char, usize, bool);

/// Decodes quoted-printable; without a charset it is UTF-8 if it can be, else windows-1252.
fn unquote(value: &[Decoded], charset: Option<&'static Encoding>) -> Vec<Decoded> {
    let mut out = Vec::with_capacity(value.len());
    let mut bytes: Vec<(u8, usize)> = Vec::new();
    let mut rest = value;
    while let Some((first, after)) = rest.split_first() {
        let hex = |at: usize| after.get(at).and_then(|(digit, ..)| digit.to_digit(16));
        if let ('=', Some(high), Some(low)) = (first.0, hex(0), hex(1)) {
            // Two hexadecimal digits are one byte.
            bytes.push((high as u8 * 16 + low as u8, first.1));
            rest = &after[2..];
            continue;
        }
        flush(&mut bytes, charset, &mut out);
        out.push(*first);
        rest = after;
    }
    flush(&mut bytes, charset, &mut out);
    out
}

/// Decodes a run of bytes; each character comes from the first of its bytes.
fn flush(bytes: &mut Vec<(u8, usize)>, charset: Option<&'static Encoding>, out: &mut Vec<Decoded>) {
    if bytes.is_empty() {
        return;
    }
    let plain: Vec<u8> = bytes.iter().map(|byte| byte.0).collect();
    let is_utf8 = std::str::from_utf8(&plain).is_ok();
    let charset = charset.unwrap_or(if is_utf8 { UTF_8 } else { WINDOWS_1252 });
    let mut decoder = charset.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(32);
    let mut start = 0;
    for index in 0..plain.len() {
        let last = index + 1 == plain.len();
        let _ = decoder.decode_to_string(&plain[index..=index], &mut text, last);
        let count = text.chars().count();
        for (number, character) in text.drain(..).enumerate() {
            // Where two come at once, the first stands for bad bytes and the second for this one.
            let from = if number + 1 == count && count > 1 { index } else { start };
            out.push((character, bytes[from].1, false));
        }
        if count > 0 {
            start = index + 1;
        }
    }
    bytes.clear();
}
