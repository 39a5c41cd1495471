//! Records: what a tree keeps of a row, as values of columns.
//!
//! SQLite's file format, 2.1: <https://sqlite.org/fileformat2.html#record_format>.

use rusqlite::types::ValueRef;

use super::tree::varint;

/// How a database writes text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum TextEncoding {
    #[default]
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl TextEncoding {
    /// By the number in the header of a database (1.3.13).
    pub(super) fn of(number: u32) -> Self {
        match number {
            2 => Self::Utf16Le,
            3 => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }
}

/// The values of a record; used again for the next one.
#[derive(Default)]
pub(super) struct Record {
    encoding: TextEncoding,
    /// Kind of each value, and where it begins.
    fields: Vec<(u64, usize)>,
    /// The values with text as UTF-8, where the database writes another.
    transcoded: Vec<u8>,
}

impl Record {
    pub(super) fn new(encoding: TextEncoding) -> Self {
        Self { encoding, ..Self::default() }
    }

    /// Looks where the values of a record are; `false`: it is damaged, and some are missing.
    pub(super) fn read(&mut self, payload: &[u8]) -> bool {
        self.fields.clear();
        let mut at = 0;
        let Some(header) = varint(payload, &mut at) else { return payload.is_empty() };
        let Some(header) = usize::try_from(header).ok().filter(|it| *it <= payload.len()) else {
            return false;
        };
        let mut from = header;
        while at < header {
            let Some(kind) = varint(&payload[..header], &mut at) else { return false };
            self.fields.push((kind, from));
            let Some(end) = len_of(kind).and_then(|len| from.checked_add(len)) else {
                return false;
            };
            from = end;
        }
        if self.encoding != TextEncoding::Utf8 {
            self.transcode(payload);
        }
        from <= payload.len()
    }

    fn transcode(&mut self, payload: &[u8]) {
        self.transcoded.clear();
        for (kind, from) in &mut self.fields {
            let bytes = bytes_of(payload, *kind, *from);
            *from = self.transcoded.len();
            if *kind >= 13 && *kind % 2 == 1 {
                utf8(bytes, self.encoding, &mut self.transcoded);
                *kind = 13 + 2 * (self.transcoded.len() - *from) as u64;
            } else {
                self.transcoded.extend_from_slice(bytes);
            }
        }
    }

    /// The value at this place of the record that was read; nothing where it has none.
    pub(super) fn value<'r>(&'r self, payload: &'r [u8], place: usize) -> ValueRef<'r> {
        let Some((kind, from)) = self.fields.get(place).copied() else { return ValueRef::Null };
        let is_transcoded = self.encoding != TextEncoding::Utf8;
        let bytes = bytes_of(if is_transcoded { &self.transcoded } else { payload }, kind, from);
        match kind {
            1..=6 => ValueRef::Integer(integer(bytes)),
            7 => ValueRef::Real(f64::from_bits(integer(bytes).cast_unsigned())),
            8 => ValueRef::Integer(0),
            9 => ValueRef::Integer(1),
            12.. if kind % 2 == 0 => ValueRef::Blob(bytes),
            12.. => ValueRef::Text(bytes),
            _ => ValueRef::Null,
        }
    }
}

/// Bytes of a value of this kind.
fn len_of(kind: u64) -> Option<usize> {
    Some(match kind {
        0 | 8..=11 => 0,
        1..=4 => kind as usize,
        5 => 6,
        6 | 7 => 8,
        _ => usize::try_from((kind - 12) / 2).ok()?,
    })
}

/// A value, as far as it is there.
fn bytes_of(payload: &[u8], kind: u64, from: usize) -> &[u8] {
    let from = from.min(payload.len());
    let end = len_of(kind).and_then(|len| from.checked_add(len)).unwrap_or(usize::MAX);
    &payload[from..end.min(payload.len())]
}

/// Big-endian, with sign.
fn integer(bytes: &[u8]) -> i64 {
    let start = bytes.first().map_or(0, |first| i64::from(first.cast_signed() >> 7));
    bytes.iter().fold(start, |value, byte| value << 8 | i64::from(*byte))
}

/// UTF-16 as SQLite makes UTF-8 of it: what is no pair it pairs all the same.
fn utf8(bytes: &[u8], encoding: TextEncoding, to: &mut Vec<u8>) {
    let mut units = bytes.chunks_exact(2).map(|unit| {
        let unit = [unit[0], unit[1]];
        let is_little = encoding == TextEncoding::Utf16Le;
        u32::from(if is_little { u16::from_le_bytes(unit) } else { u16::from_be_bytes(unit) })
    });
    while let Some(unit) = units.next() {
        let code = match unit {
            0xd800..=0xdfff => units.next().map_or(unit, |second| {
                (second & 0x3ff) + ((unit & 0x3f) << 10) + (((unit & 0x3c0) + 0x40) << 10)
            }),
            _ => unit,
        };
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        to.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_as_far_as_they_go() {
        use ValueRef::{Blob, Integer, Null, Real, Text};
        type Case = (&'static [u8], &'static [ValueRef<'static>], bool, &'static str);
        let cases: [Case; 8] = [
            // (record, values, whole, why)
            (b"\x04\x01\x15\x00\xffHallo", &[Integer(-1), Text(b"Hall"), Null], true, "kinds"),
            (b"\x03\x08\x09", &[Integer(0), Integer(1), Null], true, "values without bytes"),
            (b"\x02\x07\x3f\xf8\0\0\0\0\0\0", &[Real(1.5)], true, "a measure"),
            (b"\x02\x05\x80\0\0\0\0\0", &[Integer(-140_737_488_355_328)], true, "six bytes"),
            (b"\x02\x12\xff\0\x01", &[Blob(b"\xff\0\x01")], true, "binary"),
            (b"\x02\x21cut", &[Text(b"cut")], false, "the end is missing"),
            (b"\x7f\x01", &[Null], false, "a header longer than the record"),
            (b"", &[Null], true, "nothing"),
        ];
        for (payload, values, is_whole, why) in cases {
            let mut record = Record::default();
            assert_eq!(record.read(payload), is_whole, "{why}");
            for (place, value) in values.iter().enumerate() {
                assert_eq!(record.value(payload, place), *value, "{why}: {place}");
            }
        }
    }
}
