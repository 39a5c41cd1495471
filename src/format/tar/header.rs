//! One header: its checksum, and what in it is text that no member is called by.

use std::ops::Range;

use tar::{EntryType, Header};

/// Bytes of a header; contents are filled up to a multiple of it.
pub(super) const BLOCK: usize = 512;

const NAME: Range<usize> = 0..100;
/// Mode, owner, group, size, time and checksum.
const NUMBERS: [Range<usize>; 6] = [100..108, 108..116, 116..124, 124..136, 136..148, 148..156];
const LINK: Range<usize> = 157..257;
const USER: Range<usize> = 265..297;
const GROUP: Range<usize> = 297..329;
const DEVICE: Range<usize> = 329..345;
const PREFIX: Range<usize> = 345..500;
/// Where a GNU header of a file with holes says that another block of places follows.
const MORE_PLACES: usize = 482;

/// Whether a block is a header: its checksum is right.
pub(super) fn is_header(block: &[u8; BLOCK]) -> bool {
    let spaces = 8 * u32::from(b' ');
    let sum: u32 = block[..148].iter().chain(&block[156..]).map(|byte| u32::from(*byte)).sum();
    Header::from_byte_slice(block).cksum().is_ok_and(|told| told == sum + spaces)
}

/// The name a header gives, as text.
pub(super) fn name(header: &Header) -> String {
    String::from_utf8_lossy(&header.path_bytes()).into_owned()
}

/// Whether another block of places follows that of a file with holes.
pub(super) fn has_more_places(block: &[u8; BLOCK]) -> bool {
    block[MORE_PLACES] != 0
}

/// Places in a header where something stands that no member is called by: names of users, targets of
/// links, bytes behind the end of a name, letters where numbers belong.
pub(super) fn texts(block: &[u8; BLOCK]) -> Vec<Range<usize>> {
    let header = Header::from_byte_slice(block);
    let mut found = vec![behind_end(block, NAME)];
    if !NUMBERS.into_iter().all(|field| is_number(&block[field])) {
        found.push(NUMBERS[0].start..NUMBERS[5].end);
    }
    found.push(LINK);
    if header.as_ustar().is_none() && header.as_gnu().is_none() {
        // The oldest form ends here; some put numbers of devices behind it.
        if !is_octal(&block[LINK.end..]) {
            found.push(LINK.end..BLOCK);
        }
    } else {
        // Names of system users are on every entry.
        let is_user = |field: &Range<usize>| {
            let name = trimmed(block, field.clone());
            !matches!(&block[name], b"root" | b"wheel" | b"users" | b"staff" | b"nobody")
        };
        found.extend([USER, GROUP].into_iter().filter(is_user));
        if !is_octal(&block[DEVICE]) {
            found.push(DEVICE);
        }
        if header.as_ustar().is_some() {
            found.push(behind_end(block, PREFIX));
            found.push(PREFIX.end..BLOCK);
        } else if !header.entry_type().is_gnu_sparse() && !is_octal(&block[PREFIX.start..]) {
            found.push(PREFIX.start..BLOCK);
        }
    }
    let found = found.into_iter().map(|range| trimmed(block, range));
    found.filter(|range| !range.is_empty()).collect()
}

/// What stands behind the zero that ends a field.
fn behind_end(block: &[u8; BLOCK], field: Range<usize>) -> Range<usize> {
    let len = memchr::memchr(0, &block[field.clone()]).unwrap_or(field.len());
    field.start + len..field.end
}

fn is_octal(fields: &[u8]) -> bool {
    fields.iter().all(|byte| matches!(byte, b'0'..=b'7' | b' ' | 0))
}

/// Octal digits, or a mark and the number in bytes.
fn is_number(field: &[u8]) -> bool {
    is_octal(field) || matches!(field.first(), Some(0x80 | 0xff))
}

/// Without the zeros around it.
fn trimmed(block: &[u8; BLOCK], range: Range<usize>) -> Range<usize> {
    let is_text = |byte: &u8| *byte != 0;
    let Some(first) = block[range.clone()].iter().position(is_text) else {
        return range.end..range.end;
    };
    let last = block[range.clone()].iter().rposition(is_text).unwrap_or(first);
    range.start + first..range.start + last + 1
}

/// Why something is never opened; `None`: it has content, or is a folder.
pub(super) fn skipped(kind: EntryType) -> Option<&'static str> {
    match kind {
        EntryType::Link | EntryType::Symlink => Some("link"),
        EntryType::Char | EntryType::Block => Some("device"),
        EntryType::Fifo => Some("fifo"),
        _ => None,
    }
}

/// One record of a pax header.
pub(super) struct Record<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a [u8],
    /// Key and value, as a place in the header's content.
    pub(super) range: Range<usize>,
}

/// Records of a pax header (`LENGTH KEY=VALUE\n`); `None` if one is none.
pub(super) fn records(content: &[u8]) -> Option<Vec<Record<'_>>> {
    let mut records = Vec::new();
    let mut at = 0;
    while content[at..].iter().any(|byte| *byte != 0) {
        let rest = &content[at..];
        let space = memchr::memchr(b' ', rest)?;
        let len: usize = std::str::from_utf8(&rest[..space]).ok()?.parse().ok()?;
        let record = rest.get(space + 1..len)?.strip_suffix(b"\n")?;
        let equals = memchr::memchr(b'=', record)?;
        records.push(Record {
            key: std::str::from_utf8(&record[..equals]).ok()?,
            value: &record[equals + 1..],
            range: at + space + 1..at + len - 1,
        });
        at += len;
    }
    Some(records)
}

impl Record<'_> {
    /// Whether it only says a number or a charset, in the form it has.
    pub(super) fn is_number(&self) -> bool {
        let is_digits = |text: &[u8], most| {
            !text.is_empty() && text.len() <= most && text.iter().all(u8::is_ascii_digit)
        };
        match self.key {
            "mtime" | "atime" | "ctime" | "LIBARCHIVE.creationtime" => {
                let value = self.value.strip_prefix(b"-").unwrap_or(self.value);
                let dot = memchr::memchr(b'.', value);
                let (whole, part) = value.split_at(dot.unwrap_or(value.len()));
                is_digits(whole, 11) && (part.is_empty() || is_digits(&part[1..], 9))
            }
            "uid" | "gid" | "size" | "SCHILY.dev" | "SCHILY.ino" | "SCHILY.nlink" => {
                is_digits(self.value, 20)
            }
            "hdrcharset" | "charset" => {
                matches!(self.value, b"BINARY" | b"ISO-IR 10646 2000 UTF-8")
            }
            _ => false,
        }
    }

    /// Its value as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.value).into_owned()
    }
}
