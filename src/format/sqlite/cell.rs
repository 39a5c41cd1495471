//! What a cell holds, as text; and the way back to its bytes.

use std::borrow::Cow;
use std::ops::Range;

use flate2::{Decompress, FlushDecompress};
use rusqlite::types::ValueRef;

use crate::format::{media, vcard};

/// Shorter runs of characters in binary cells are chance.
const SHORTEST_RUN: usize = 5;

/// What a cell holds.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::format) enum Content<'v> {
    /// Nothing that could be text.
    Nothing,
    /// Text, or a number as text.
    Text(Cow<'v, str>),
    /// Text that is not byte by byte what stands in the cell.
    Mixed(Mixed),
    /// A picture, sound or archive of so many bytes: nobody looks into it.
    Media(&'static str, usize),
}

/// Text with the way back: bad characters shown as U+FFFD, or runs of text in binary data, a line each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::format) struct Mixed {
    pub(in crate::format) text: String,
    /// `(offset in text, offset in the cell)`, rising; from there on both run in parallel.
    pub(in crate::format) steps: Vec<(usize, usize)>,
    /// It is text in binary data.
    pub(in crate::format) is_binary: bool,
    /// Bytes of photos and sounds in a contact: nobody looks into them.
    pub(in crate::format) media: usize,
}

/// Looks into a cell; `with_numbers`: numbers count as text.
pub(in crate::format) fn content(value: ValueRef<'_>, with_numbers: bool) -> Content<'_> {
    match value {
        ValueRef::Null | ValueRef::Real(_) => Content::Nothing,
        ValueRef::Integer(number) if with_numbers => Content::Text(number.to_string().into()),
        ValueRef::Integer(_) | ValueRef::Text(b"") => Content::Nothing,
        ValueRef::Text(bytes) => match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => of_text(text),
            Err(_) => Content::Mixed(lossy(bytes)),
        },
        ValueRef::Blob(bytes) => blob(bytes),
    }
}

/// A text; of contacts what they mean, with lines joined and values decoded.
fn of_text(text: &str) -> Content<'_> {
    if !vcard::is_start(text) {
        return Content::Text(text.into());
    }
    let mut mixed = Mixed::default();
    mixed.media = vcard::decode(text, |character, at| mixed.place(character, at));
    if mixed.text == text {
        return Content::Text(text.into());
    }
    mixed.steps.push((mixed.text.len(), text.len()));
    Content::Mixed(mixed)
}

fn blob(bytes: &[u8]) -> Content<'_> {
    if let Some(text) = text_of(bytes) {
        return of_text(text);
    }
    // Old phones keep Java objects, whose bytes begin with what some call a kind of media.
    match media::classify(bytes, "") {
        Some(kind) if kind != "document" => Content::Media(kind, bytes.len()),
        None if is_deflated(bytes) => Content::Media("archive", bytes.len()),
        _ => match runs(bytes) {
            mixed if mixed.text.is_empty() => Content::Nothing,
            mixed => Content::Mixed(mixed),
        },
    }
}

/// Whether a blob is packed as zlib does (RFC 1950), as far as it begins.
fn is_deflated(bytes: &[u8]) -> bool {
    let [method, flags, ..] = *bytes else { return false };
    let is_head = method & 0x8F == 8 && (u16::from(method) << 8 | u16::from(flags)) % 31 == 0;
    let mut inflate = Decompress::new(true);
    let mut sink = [0; 4096];
    is_head
        && inflate.decompress(bytes, &mut sink, FlushDecompress::None).is_ok()
        && (inflate.total_out() > 0 || inflate.total_in() == bytes.len() as u64)
}

/// A blob that is nothing but text.
fn text_of(bytes: &[u8]) -> Option<&str> {
    let text = simdutf8::basic::from_utf8(bytes).ok()?;
    (!text.is_empty() && !text.contains(is_binary)).then_some(text)
}

/// Whether a stretch of a cell cannot be replaced: binary data count their bytes, and one of the same
/// length would tell it.
pub(super) fn is_rigid(value: ValueRef<'_>) -> bool {
    matches!(value, ValueRef::Blob(bytes) if text_of(bytes).is_none())
}

fn is_binary(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r')
}

fn lossy(bytes: &[u8]) -> Mixed {
    let mut mixed = Mixed::default();
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        mixed.push(chunk.valid(), at);
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            mixed.push("\u{fffd}", at);
            at += chunk.invalid().len();
        }
    }
    mixed.steps.push((mixed.text.len(), at));
    mixed
}

impl Mixed {
    fn push(&mut self, text: &str, at: usize) {
        self.steps.push((self.text.len(), at));
        self.text.push_str(text);
    }

    /// Adds a character that begins at this byte of the cell.
    fn place(&mut self, character: char, at: usize) {
        let is_parallel =
            self.steps.last().is_some_and(|(text, cell)| cell + self.text.len() == text + at);
        if !is_parallel {
            self.steps.push((self.text.len(), at));
        }
        self.text.push(character);
    }
}

/// Runs of text in binary data, as UTF-8 or UTF-16, a line each.
pub(super) fn runs(bytes: &[u8]) -> Mixed {
    let mut mixed = Mixed { is_binary: true, ..Mixed::default() };
    let mut at = 0;
    while let Some((start, is_little)) = wide(bytes, at) {
        narrow(&mut mixed, bytes, at..start);
        mixed.text.push('\n');
        at = start;
        for (character, from) in characters(bytes, start, is_little) {
            mixed.place(character, from);
            at = from + 2 * character.len_utf16();
        }
        mixed.steps.push((mixed.text.len(), at));
    }
    narrow(&mut mixed, bytes, at..bytes.len());
    if !mixed.text.is_empty() {
        mixed.text.push('\n');
        mixed.steps.push((mixed.text.len(), bytes.len()));
    }
    mixed
}

/// Runs of UTF-8 in a stretch of binary data.
fn narrow(mixed: &mut Mixed, bytes: &[u8], stretch: Range<usize>) {
    let (mut at, bytes) = (stretch.start, &bytes[..stretch.end]);
    for chunk in bytes[at..].utf8_chunks() {
        let valid = chunk.valid();
        for piece in valid.split(is_binary) {
            let from = at + (piece.as_ptr() as usize - valid.as_ptr() as usize);
            run(mixed, bytes, piece, from);
        }
        at += valid.len() + chunk.invalid().len();
    }
}

/// Where the next run of UTF-16 begins, and whether its units have their low byte first: as many Latin
/// letters and signs in a row, of which one byte is zero, as are no chance.
fn wide(bytes: &[u8], from: usize) -> Option<(usize, bool)> {
    // Both may fit a text between other bytes. Property lists have the high byte first.
    let is_big = bytes.starts_with(b"bplist00") || bytes.starts_with(b"\xfe\xff");
    memchr::memchr_iter(0, &bytes[from..]).find_map(|zero| {
        let zero = from + zero;
        let is_run = |is_little: bool| {
            let start = zero.checked_sub(usize::from(is_little)).filter(|it| *it >= from)?;
            let latin = characters(bytes, start, is_little).take(SHORTEST_RUN);
            let count = latin.take_while(|(character, _)| *character < '\u{100}').count();
            (count == SHORTEST_RUN).then_some((start, is_little))
        };
        is_run(!is_big).or_else(|| is_run(is_big))
    })
}

/// Characters of UTF-16 from `start` on, each with its place, as long as people write such.
fn characters(
    bytes: &[u8],
    start: usize,
    is_little: bool,
) -> impl Iterator<Item = (char, usize)> + '_ {
    let units = bytes[start..].chunks_exact(2).map(move |unit| {
        let unit = [unit[0], unit[1]];
        if is_little { u16::from_le_bytes(unit) } else { u16::from_be_bytes(unit) }
    });
    let mut at = start;
    char::decode_utf16(units).map_while(move |character| {
        let character = character.ok()?;
        let is_written = match character {
            '\u{80}'..='\u{9f}' => false,
            // Letters of Europe, signs, emoji; what else two bytes may be is chance.
            '\0'..='\u{52f}' | '\u{1e00}'..='\u{2bff}' | '\u{1f000}'.. => !is_binary(character),
            _ => false,
        };
        let place = at;
        at += 2 * character.len_utf16();
        is_written.then_some((character, place))
    })
}

/// A run from `from` on, cut where a message of Protocol Buffers or a property list says that a text
/// begins or ends: its length and kind may look like characters of it.
fn run(mixed: &mut Mixed, bytes: &[u8], mut piece: &str, mut from: usize) {
    loop {
        let cut = match tagged(bytes, from, piece) {
            Some(cut) => cut,
            None => piece.len(),
        };
        let (head, rest) = piece.split_at(cut);
        if head.chars().count() >= SHORTEST_RUN {
            // The line end stands for the bytes between runs.
            mixed.text.push('\n');
            mixed.push(head, from);
            mixed.steps.push((mixed.text.len(), from + head.len()));
        }
        if rest.is_empty() {
            return;
        }
        from += cut;
        piece = rest;
    }
}

/// Where to cut a run: behind a tag and a length, or behind the text they belong to.
fn tagged(bytes: &[u8], from: usize, piece: &str) -> Option<usize> {
    let head = piece.as_bytes();
    let is_tag = |byte: u8| byte & 7 == 2 && byte < 0x80;
    // The text whose length stands before the run.
    let len_before = from.checked_sub(1).map(|at| usize::from(bytes[at]));
    let tag_before = from.checked_sub(2).is_some_and(|at| is_tag(bytes[at]));
    if let Some(len) = len_before
        && tag_before
        && (SHORTEST_RUN..piece.len()).contains(&len)
        && piece.is_char_boundary(len)
    {
        return Some(len);
    }
    // A length before a text.
    let fits = |skip: usize, len: u8| {
        let end = skip + usize::from(len);
        usize::from(len) >= SHORTEST_RUN && end <= piece.len() && piece.is_char_boundary(end)
    };
    let tag = from.checked_sub(1).map(|at| bytes[at]);
    if tag.is_some_and(is_tag) && head.first().is_some_and(|len| fits(1, *len)) {
        return piece.is_char_boundary(1).then_some(1);
    }
    if let [tag, len, ..] = head
        && is_tag(*tag)
        && fits(2, *len)
    {
        return piece.is_char_boundary(2).then_some(2);
    }
    // A property list: kind and length in one byte.
    if bytes.starts_with(b"bplist00")
        && let Some(mark @ 0x55..=0x5e) = head.first()
        && usize::from(mark & 15) < piece.len()
    {
        return Some(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` in UTF-16.
    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn utf16_in_binary_data() {
        let (little, big) = (u16::to_le_bytes, u16::to_be_bytes);
        let text = "Grüße – 😂 DE89 3704";
        let cases = [
            // (bytes, text, why)
            (utf16(text, little), format!("\n{text}\n"), "nothing else"),
            (utf16(text, big), format!("\n{text}\n"), "the high byte first"),
            (utf16(&format!("\u{feff}{text}"), little), format!("\n{text}\n"), "a mark before"),
            (utf16(&format!("\u{feff}{text}"), big), format!("\n{text}\n"), "the other mark"),
            (
                [b"\x01Hallo".as_slice(), &utf16("Welten", little), b"\xff\xffEnde!"].concat(),
                "\nHallo\nWelten\nEnde!\n".to_owned(),
                "between UTF-8",
            ),
            (
                [b"bplist00\x65".as_slice(), &utf16("Konto", big), b"\x53abc"].concat(),
                "\nbplist00\x65\nKonto\n".to_owned(),
                "in a property list, behind a byte that looks like a letter",
            ),
            (utf16("Haus", little), String::new(), "short ones are chance"),
            (utf16(&"\u{80ff}".repeat(9), little), String::new(), "what may be anything"),
            (b"1\0\0\x002\0\0\x003\0\0\x004\0\0\x005\0\0\0".to_vec(), String::new(), "numbers"),
        ];
        for (bytes, expected, why) in cases {
            let mixed = runs(&bytes);
            assert_eq!(mixed.text, expected, "{why}");
            for (at, character) in mixed.text.char_indices().filter(|(_, c)| !c.is_ascii()) {
                let step = mixed.steps.iter().rfind(|step| step.0 <= at);
                let place = step.map_or(usize::MAX, |step| step.1 + at - step.0);
                let little = utf16(&character.to_string(), little);
                let big = utf16(&character.to_string(), big);
                assert!(
                    bytes[place..].starts_with(&little) || bytes[place..].starts_with(&big),
                    "{why}"
                );
            }
        }
    }

    #[test]
    fn contacts_are_read_as_such() {
        let card = "BEGIN:VCARD\r\nEMAIL:erika@exam\r\n ple.org\r\nEND:VCARD";
        let expected = "BEGIN:VCARD\r\nEMAIL:erika@example.org\r\nEND:VCARD";
        let Content::Mixed(mixed) = content(ValueRef::Text(card.as_bytes()), false) else {
            panic!("decoded")
        };
        assert_eq!(mixed.text, expected);
        assert_eq!(mixed.steps.last(), Some(&(expected.len(), card.len())));
        let plain = "BEGIN:VCARD\nTEL:1\nEND:VCARD";
        assert_eq!(content(ValueRef::Text(plain.as_bytes()), false), Content::Text(plain.into()));
    }

    #[test]
    fn what_cells_hold() {
        let proto = b"\x0a\x05\x01\x02\x03\x04\x05\x22\x2aDE89 3704 0044 0532 0130 00 ist meine IBAN ok\x12\x06Danke!";
        let cases: [(ValueRef<'_>, &str, &str); 9] = [
            (ValueRef::Text(b"Hallo"), "Hallo", "text"),
            (ValueRef::Text(b"a\xffb"), "a\u{fffd}b", "bad characters"),
            (ValueRef::Text(b"a\0b"), "a\0b", "a zero byte does not end a text"),
            (ValueRef::Blob("Grüße".as_bytes()), "Grüße", "a blob that is text"),
            (ValueRef::Blob(b"\x01\x02\xff\x00"), "", "binary"),
            (ValueRef::Integer(4711), "4711", "a number"),
            (ValueRef::Real(1.5), "", "a measure"),
            (
                ValueRef::Blob(b"\x00\x01Hallo Welt\x00\x02"),
                "\nHallo Welt\n",
                "text in binary data",
            ),
            (
                ValueRef::Blob(proto),
                "\nDE89 3704 0044 0532 0130 00 ist meine IBAN\nDanke!\n",
                "lengths",
            ),
        ];
        for (value, expected, why) in cases {
            let text = match content(value, true) {
                Content::Text(text) => text.into_owned(),
                Content::Mixed(mixed) => mixed.text,
                Content::Nothing | Content::Media(..) => String::new(),
            };
            assert_eq!(text, expected, "{why}");
        }
    }
}
