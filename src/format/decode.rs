//! Text-like leaves: from raw bytes to UTF-8 text and back to the bytes it came from.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::FormatError;
use crate::model::{Encoding, OffsetMap, Problem, Raw};

/// The encoding of a leaf that starts with `head`: byte order mark, UTF-16 by its zeros, UTF-8 if it
/// holds more good multi-byte characters than bad ones, else windows-1252.
pub(crate) fn detect(head: &[u8]) -> Encoding {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => return Encoding::Utf8,
        // UTF-16 text does not begin with a zero character.
        [0xFF, 0xFE, 0, 0, ..] => return Encoding::Utf32Le,
        [0, 0, 0xFE, 0xFF, ..] => return Encoding::Utf32Be,
        [0xFF, 0xFE, rest @ ..] if !is_mostly_ascii(rest) => return Encoding::Utf16Le,
        [0xFE, 0xFF, rest @ ..] if !is_mostly_ascii(rest) => return Encoding::Utf16Be,
        _ => {}
    }
    if let Some(encoding) = utf16_by_zeros(head) {
        return encoding;
    }
    let (mut good, mut bad) = (0_usize, 0_usize);
    let cut = |error: std::str::Utf8Error| error.error_len().is_none();
    if std::str::from_utf8(head).map_or_else(cut, |_| true) {
        return Encoding::Utf8;
    }
    for chunk in head.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if good >= bad { Encoding::Utf8 } else { Encoding::Windows1252 }
}

/// A mark can lie: of UTF-16 text in any script about half of the bytes are no printable ASCII. What
/// is read in the wrong encoding hides what it holds.
fn is_mostly_ascii(bytes: &[u8]) -> bool {
    let ascii = bytes.iter().filter(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'));
    ascii.count() * 4 > bytes.len() * 3
}

/// UTF-16 without a mark: nearly every other byte of western text is zero.
fn utf16_by_zeros(head: &[u8]) -> Option<Encoding> {
    let units = head[..head.len().min(4096)].chunks_exact(2);
    let count = units.len();
    let (mut high, mut low) = (0, 0);
    for unit in units {
        low += usize::from(unit[0] == 0);
        high += usize::from(unit[1] == 0);
    }
    match (high * 10 >= count * 4, low * 10 >= count * 4) {
        _ if count < 2 => None,
        (true, false) if low * 50 <= count => Some(Encoding::Utf16Le),
        (false, true) if high * 50 <= count => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// The head of a leaf as text, for a look ahead; bad or cut characters become U+FFFD.
pub(crate) fn lossy(head: &[u8], encoding: Encoding) -> Cow<'_, str> {
    match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(head),
        Encoding::Utf16Le => UTF_16LE.decode_without_bom_handling(head).0,
        Encoding::Utf16Be => UTF_16BE.decode_without_bom_handling(head).0,
        Encoding::Utf32Le => utf32(head, u32::from_le_bytes).collect::<String>().into(),
        Encoding::Utf32Be => utf32(head, u32::from_be_bytes).collect::<String>().into(),
        Encoding::Windows1252 => WINDOWS_1252.decode_without_bom_handling(head).0,
    }
}

/// Characters of UTF-32 text; what is none becomes U+FFFD.
fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> impl Iterator<Item = char> {
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(move |bytes| char::from_u32(unit(*bytes)).unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// A replacement text in the encoding of the leaf; what windows-1252 lacks becomes `?`.
pub(crate) fn encode(text: &str, encoding: Encoding) -> Cow<'_, [u8]> {
    match encoding {
        Encoding::Utf8 => Cow::Borrowed(text.as_bytes()),
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Utf32Le => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        Encoding::Utf32Be => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        Encoding::Windows1252 => {
            let mut bytes = Vec::with_capacity(text.len());
            for character in text.chars() {
                let mut utf8 = [0; 4];
                match WINDOWS_1252.encode(character.encode_utf8(&mut utf8)) {
                    (byte, _, false) => bytes.extend_from_slice(&byte),
                    _ => bytes.push(b'?'),
                }
            }
            bytes.into()
        }
    }
}

/// Decodes a stream chunk by chunk into a [`Window`].
pub(crate) struct Decoder {
    input: Box<dyn Read + Send>,
    chunk: Vec<u8>,
    /// Bytes at the start of `chunk` that wait for the rest of their character.
    held: usize,
}

impl Decoder {
    /// Reads `chunk` bytes at a time (at least 8).
    pub(crate) fn new(input: Box<dyn Read + Send>, chunk: usize) -> Self {
        Self { input, chunk: vec![0; chunk.max(8)], held: 0 }
    }

    /// Appends the next chunk; `false`: it was the last.
    ///
    /// # Errors
    /// The stream cannot be read, or parts of it are in another encoding, which hides what they hold;
    /// what came before is appended.
    pub(crate) fn read(&mut self, window: &mut Window) -> io::Result<bool> {
        let mut filled = self.held;
        let mut outcome = Ok(());
        while filled < self.chunk.len() {
            match self.input.read(&mut self.chunk[filled..]) {
                Ok(0) => break,
                Ok(got) => filled += got,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        let more = filled == self.chunk.len();
        let used = window.decode(&self.chunk[..filled], !more);
        self.chunk.copy_within(used..filled, 0);
        self.held = filled - used;
        if !more && outcome.is_ok() && window.disguised.is_found {
            let what = "parts of it are text in another encoding: save each as a file of its own";
            outcome = Err(FormatError::new(Problem::Damaged, what).into());
        }
        outcome.map(|()| more)
    }
}

/// Decoded text that is looked at right now, and the way back to its raw bytes.
pub(crate) struct Window {
    /// The text.
    pub(crate) text: String,
    encoding: Encoding,
    /// Offset in the leaf of the first raw byte.
    base: u64,
    /// Raw bytes; empty while they are the bytes of `text`.
    raw: Vec<u8>,
    /// `(text, raw)` offsets at the ends of characters whose raw form differs, rising.
    steps: Vec<(usize, usize)>,
    /// Whether a bad character was met.
    pub(crate) damaged: bool,
    disguised: Disguised,
}

/// Looks for text of single bytes, or of swapped ones, in what is read as UTF-16.
#[derive(Default)]
struct Disguised {
    /// Units in a row of which both bytes are printable ASCII.
    printable: u32,
    /// Those among them that hardly any text has: rare ideographs, superscripts, Gurmukhi.
    rare: u32,
    /// Units in a row that are ASCII with its bytes swapped.
    swapped: u32,
    last: u16,
    is_found: bool,
}

impl Disguised {
    fn take(&mut self, unit: u16) {
        let is_printable = |byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
        let [high, low] = unit.to_be_bytes();
        self.swapped = if low == 0 && is_printable(high) { self.swapped + 1 } else { 0 };
        if is_printable(high) && is_printable(low) {
            // Most hiragana look so too.
            self.printable += u32::from(high != b'0');
            let is_superscript = high == b' ' && low.is_ascii_lowercase();
            // Two letters of a Korean laugh are the same.
            let are_digits = [high, low].iter().all(|it| matches!(it, b' ' | b'-'..=b'9'));
            let is_number = are_digits && unit != self.last;
            let is_rare = is_superscript || high < b' ' || (b'4'..b'N').contains(&high);
            self.rare += u32::from(is_rare || is_number);
        } else {
            (self.printable, self.rare) = (0, 0);
        }
        self.is_found |=
            self.swapped >= 6 || self.printable >= 6 && self.rare >= 3 || self.printable >= 16;
    }
}

impl Window {
    /// An empty window at the start of a leaf.
    pub(crate) fn new(encoding: Encoding) -> Self {
        let text = String::new();
        Self {
            text,
            encoding,
            base: 0,
            raw: Vec::new(),
            steps: Vec::new(),
            damaged: false,
            disguised: Disguised::default(),
        }
    }

    /// Whether the bytes of `text` are the raw bytes.
    fn is_plain(&self) -> bool {
        self.encoding == Encoding::Utf8 && self.steps.is_empty()
    }

    /// Offset of the raw byte, relative to the window's first, that a place in the text came from.
    /// Exact on character boundaries.
    pub(crate) fn source(&self, at: usize) -> usize {
        match self.steps.partition_point(|step| step.0 <= at).checked_sub(1) {
            Some(step) => self.steps[step].1 + (at - self.steps[step].0),
            None => at,
        }
    }

    /// Appends bytes; answers how many of them are used up. Less than all only if `last` is not set
    /// and the end cuts a character.
    fn decode(&mut self, bytes: &[u8], last: bool) -> usize {
        match self.encoding {
            Encoding::Utf8 => self.decode_utf8(bytes, last),
            Encoding::Windows1252 => {
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
                for (character, byte) in text.chars().zip(bytes.chunks(1)) {
                    self.push(character, byte);
                }
                bytes.len()
            }
            Encoding::Utf16Le => self.decode_utf16(bytes, last, u16::from_le_bytes),
            Encoding::Utf16Be => self.decode_utf16(bytes, last, u16::from_be_bytes),
            Encoding::Utf32Le => self.decode_utf32(bytes, last, u32::from_le_bytes),
            Encoding::Utf32Be => self.decode_utf32(bytes, last, u32::from_be_bytes),
        }
    }

    fn decode_utf8(&mut self, bytes: &[u8], last: bool) -> usize {
        if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
            self.push_plain(text);
            return bytes.len();
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let (good, bad) = match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.push_plain(text);
                    return bytes.len();
                }
                Err(error) => (error.valid_up_to(), error.error_len()),
            };
            if let Ok(text) = std::str::from_utf8(&rest[..good]) {
                self.push_plain(text);
            }
            rest = &rest[good..];
            let bad = match bad {
                Some(bad) => bad,
                None if last => rest.len(),
                None => break,
            };
            if self.is_plain() {
                self.raw = self.text.as_bytes().to_vec();
            }
            self.damaged = true;
            self.raw.extend_from_slice(&rest[..bad]);
            self.text.push(char::REPLACEMENT_CHARACTER);
            self.steps.push((self.text.len(), self.raw.len()));
            rest = &rest[bad..];
        }
        bytes.len() - rest.len()
    }

    fn push_plain(&mut self, text: &str) {
        if !self.is_plain() {
            self.raw.extend_from_slice(text.as_bytes());
        }
        self.text.push_str(text);
    }

    fn decode_utf16(&mut self, bytes: &[u8], last: bool, unit: fn([u8; 2]) -> u16) -> usize {
        let mut rest = bytes;
        loop {
            let (first, second) = match *rest {
                [a, b, c, d, ..] => (unit([a, b]), Some(unit([c, d]))),
                [a, b, ..] => (unit([a, b]), None),
                _ => break,
            };
            let is_high = (0xD800..0xDC00).contains(&first);
            self.disguised.take(first);
            if is_high && second.is_none() && !last {
                break;
            }
            let mut decoded = char::decode_utf16([first].into_iter().chain(second));
            let character = match decoded.next() {
                Some(Ok(character)) => character,
                _ => {
                    self.damaged = true;
                    char::REPLACEMENT_CHARACTER
                }
            };
            let (raw, after) = rest.split_at(character.len_utf16() * 2);
            self.push(character, raw);
            rest = after;
        }
        if last && !rest.is_empty() {
            self.damaged = true;
            self.push(char::REPLACEMENT_CHARACTER, rest);
            rest = &[];
        }
        bytes.len() - rest.len()
    }

    fn decode_utf32(&mut self, bytes: &[u8], last: bool, unit: fn([u8; 4]) -> u32) -> usize {
        let (whole, rest) = bytes.split_at(bytes.len() / 4 * 4);
        for (character, raw) in utf32(whole, unit).zip(whole.chunks(4)) {
            self.damaged |= character == char::REPLACEMENT_CHARACTER;
            // No character of UTF-32 is without a zero byte.
            self.disguised.is_found |= !raw.contains(&0);
            self.push(character, raw);
        }
        if last && !rest.is_empty() {
            self.damaged = true;
            self.push(char::REPLACEMENT_CHARACTER, rest);
            return bytes.len();
        }
        whole.len()
    }

    fn push(&mut self, character: char, raw: &[u8]) {
        self.text.push(character);
        self.raw.extend_from_slice(raw);
        if character.len_utf8() != raw.len() {
            self.steps.push((self.text.len(), self.raw.len()));
        }
    }

    /// Takes the text up to `end` out and goes on with the text from `keep` on (`keep <= end` or
    /// not: the two may overlap). Both on character boundaries.
    pub(crate) fn split(&mut self, keep: usize, end: usize) -> (String, Raw) {
        let mut rest = String::with_capacity(self.text.capacity());
        rest.push_str(&self.text[keep..]);
        let mut text = std::mem::replace(&mut self.text, rest);
        text.truncate(end);
        let mut raw = Raw { base: self.base, encoding: self.encoding, ..Raw::default() };
        let (raw_keep, raw_end) = (self.source(keep), self.source(end));
        self.base += raw_keep as u64;
        if self.is_plain() {
            return (text, raw);
        }
        let on_page = self.steps.partition_point(|step| step.0 <= end);
        if on_page > 0 || self.encoding != Encoding::Utf8 {
            for &(text, source) in &self.steps[..on_page] {
                // Windows are some MiB at most.
                raw.map.push(text as u32, source as u32);
            }
            raw.bytes = Some(self.raw[..raw_end].to_vec());
        }
        self.steps.drain(..self.steps.partition_point(|step| step.0 <= keep));
        for step in &mut self.steps {
            *step = (step.0 - keep, step.1 - raw_keep);
        }
        if self.is_plain() {
            self.raw.clear();
        } else {
            self.raw.drain(..raw_keep);
        }
        (text, raw)
    }
}

/// The raw bytes of a stretch of a page's text, on character boundaries.
pub(crate) fn raw_bytes<'a>(
    text: &'a str,
    raw: &'a Raw,
    range: std::ops::Range<usize>,
) -> Option<&'a [u8]> {
    let source = |map: &OffsetMap, at: usize| Some(map.source(u32::try_from(at).ok()?) as usize);
    match &raw.bytes {
        None => text.as_bytes().get(range),
        Some(bytes) => bytes.get(source(&raw.map, range.start)?..source(&raw.map, range.end)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_by_the_head() {
        use Encoding::{Utf8, Utf16Be, Utf16Le, Windows1252};
        let cases: [(&[u8], Encoding, &str); 13] = [
            (b"\xFF\xFEplain ASCII\n", Windows1252, "the mark lies"),
            (b"\xFF\xFE\0\0a\0\0\0", Encoding::Utf32Le, "mark"),
            (b"\0\0\xFE\xFF\0\0\0a", Encoding::Utf32Be, "mark"),
            (b"", Utf8, "empty"),
            (b"plain", Utf8, "ASCII"),
            ("Grüße".as_bytes(), Utf8, "good characters"),
            (b"Gr\xC3\xBC\xC3", Utf8, "the head cuts a character"),
            (b"Gr\xC3\xBC\xC3\x9Fe \xFF", Utf8, "more good than bad"),
            (b"Gr\xFC\xDFe", Windows1252, "nothing good"),
            (b"\xFF\xFEa\0", Utf16Le, "mark"),
            (b"\xFE\xFF\0a", Utf16Be, "mark"),
            (b"a\0b\0\x20\xD8", Utf16Le, "zeros"),
            (b"\0a\0b\xD8\x20", Utf16Be, "zeros"),
        ];
        for (head, expected, why) in cases {
            assert_eq!(detect(head), expected, "{why}");
        }
    }

    #[test]
    fn text_hidden_in_another_encoding_is_told() {
        use Encoding::{Utf16Be, Utf16Le, Utf32Le};
        let value = b"IBAN DE89 3704 0044 0532 0130 00\n";
        let utf16 = |text: &str, encoding| encode(text, encoding).into_owned();
        let hello = utf16("Guten Tag, hier ist Erika.\r\n", Utf16Le);
        let cases = [
            // (bytes, encoding, told, why)
            (hello.clone(), Utf16Le, false, "nothing but UTF-16"),
            ([&hello, &value[..]].concat(), Utf16Le, true, "ASCII behind it"),
            ([&hello, &b"x"[..], value].concat(), Utf16Le, true, "not on a unit"),
            ([&hello, &b"4111 1111 1111 1111"[..]].concat(), Utf16Le, true, "a card alone"),
            (
                [&hello, &b"mein Passwort lautet SommerNachtsTraum"[..]].concat(),
                Utf16Le,
                true,
                "words",
            ),
            ([utf16("Tag", Utf16Be), value.to_vec()].concat(), Utf16Be, true, "the other order"),
            ([hello.clone(), utf16("DE89 3704 00", Utf16Be)].concat(), Utf16Le, true, "swapped"),
            ([&hello[..7], &hello[..]].concat(), Utf16Le, true, "a byte is missing"),
            ([utf16("Tag", Utf32Le), value.to_vec()].concat(), Utf32Le, true, "behind UTF-32"),
            (utf16("今天天气很好，我们去公园散步。汉语普通话", Utf16Le), Utf16Le, false, "Chinese"),
            (
                utf16("ありがとうございました。たのしかったです", Utf16Le),
                Utf16Le,
                false,
                "hiragana",
            ),
            (
                utf16("おはよう、東京都渋谷区の田中です。IBAN DE89", Utf16Le),
                Utf16Le,
                false,
                "mixed",
            ),
            (utf16("Привет, как дела? Спасибо, хорошо…", Utf16Be), Utf16Be, false, "Cyrillic"),
            (
                utf16("안녕하세요 반갑습니다 😀😀😀😀😀😀😀", Utf16Le),
                Utf16Le,
                false,
                "Korean, emoji",
            ),
        ];
        for (bytes, encoding, told, why) in cases {
            let mut window = Window::new(encoding);
            let read = Decoder::new(Box::new(io::Cursor::new(bytes)), 1 << 10).read(&mut window);
            assert_eq!(read.is_err(), told, "{why}");
            assert!(!window.text.is_empty(), "{why}: what can be read is read");
        }
    }

    #[test]
    fn replacements_in_every_encoding() {
        let cases: [(Encoding, &[u8]); 6] = [
            (Encoding::Utf32Le, b"\xE4\0\0\0\xAC\x20\0\0\0\xF6\x01\0"),
            (Encoding::Utf32Be, b"\0\0\0\xE4\0\0\x20\xAC\0\x01\xF6\0"),
            (Encoding::Utf8, "ä€😀".as_bytes()),
            (Encoding::Utf16Le, b"\xE4\0\xAC\x20\x3D\xD8\0\xDE"),
            (Encoding::Utf16Be, b"\0\xE4\x20\xAC\xD8\x3D\xDE\0"),
            (Encoding::Windows1252, b"\xE4\x80?"),
        ];
        for (encoding, expected) in cases {
            assert_eq!(encode("ä€😀", encoding).as_ref(), expected, "{encoding:?}");
        }
    }
}
