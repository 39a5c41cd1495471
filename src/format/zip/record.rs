//! The fixed records of a zip file (APPNOTE 4.3), read as they stand.

use std::io;
use std::ops::Range;

use super::name;
use crate::format::Random;

/// Signature of a local record.
pub(super) const LOCAL: &[u8; 4] = b"PK\x03\x04";
/// Signature of a data descriptor, and of the first part of a split archive.
pub(super) const DESCRIPTOR: &[u8; 4] = b"PK\x07\x08";
/// Signature of a directory record.
pub(super) const CENTRAL: &[u8; 4] = b"PK\x01\x02";
/// Signature of the end record.
pub(super) const END: &[u8; 4] = b"PK\x05\x06";
/// Length of the end record without its comment.
pub(super) const END_LEN: u64 = 22;
/// Lengths of the zip64 end record and of the locator that leads to it.
pub(super) const WIDE_LEN: u64 = 56;
pub(super) const LOCATOR_LEN: u64 = 20;

/// Little-endian numbers of a record; bytes beyond its end count as 0.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl Fields<'_> {
    fn array<const N: usize>(self, at: usize) -> [u8; N] {
        self.0.get(at..at + N).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
    }

    pub(super) fn u16(self, at: usize) -> u16 {
        u16::from_le_bytes(self.array(at))
    }

    pub(super) fn u32(self, at: usize) -> u32 {
        u32::from_le_bytes(self.array(at))
    }

    pub(super) fn u64(self, at: usize) -> u64 {
        u64::from_le_bytes(self.array(at))
    }
}

/// Small reads near each other with few system calls.
pub(super) struct Window<'a> {
    random: &'a Random,
    ahead: usize,
    start: u64,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    /// Reads at least `ahead` bytes at a time.
    pub(super) fn new(random: &'a Random, ahead: usize) -> Self {
        Self { random, ahead, start: 0, bytes: Vec::new() }
    }

    /// Up to `len` bytes from `at`; fewer only at the end.
    pub(super) fn bytes(&mut self, at: u64, len: usize) -> io::Result<&[u8]> {
        let inside = at.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        let from = match inside {
            Some(from) if from.saturating_add(len) <= self.bytes.len() => from,
            _ => {
                let want = len.max(self.ahead);
                if self.bytes.len() != want {
                    self.bytes = vec![0; want];
                }
                let got = self.random.read_at(at, &mut self.bytes)?;
                self.bytes.truncate(got);
                self.start = at;
                0
            }
        };
        Ok(&self.bytes[from..self.bytes.len().min(from.saturating_add(len))])
    }

    /// As many bytes from `at` as are there without reading, but at least `len`; fewer only at the end.
    pub(super) fn at_least(&mut self, at: u64, len: usize) -> io::Result<&[u8]> {
        self.bytes(at, len)?;
        Ok(&self.bytes[(at - self.start) as usize..])
    }

    /// Whether these bytes stand there.
    pub(super) fn is_at(&mut self, at: u64, signature: &[u8]) -> io::Result<bool> {
        Ok(self.bytes(at, signature.len())? == signature)
    }
}

/// What a local or a directory record says of its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// Version needed to extract.
    pub(super) version: u16,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    /// Size of the data in the archive.
    pub(super) packed: u64,
    pub(super) size: u64,
    /// DOS date and time.
    pub(super) date: u16,
    pub(super) time: u16,
    pub(super) name: Vec<u8>,
    pub(super) extra: Vec<u8>,
    /// Where the record ends: data, comment of a directory record, or next record.
    pub(super) end: u64,
}

/// A directory record.
#[derive(Debug)]
pub(super) struct Central {
    pub(super) header: Header,
    /// Where the local record lies, by the directory's own count.
    pub(super) offset: u64,
    pub(super) comment: Range<u64>,
    /// Type and permission bits where a Unix wrote it, else 0.
    pub(super) mode: u16,
}

/// Length of the fixed part of a local record.
const LOCAL_LEN: usize = 30;
/// Length of the fixed part of a directory record.
const CENTRAL_LEN: usize = 46;

/// The local record at `at`, if there is one.
pub(super) fn local(window: &mut Window<'_>, at: u64) -> io::Result<Option<Header>> {
    let bytes = window.bytes(at, LOCAL_LEN)?;
    if bytes.len() < LOCAL_LEN || !bytes.starts_with(LOCAL) {
        return Ok(None);
    }
    let fields = Fields(bytes);
    let (names, extras) = (fields.u16(26) as usize, fields.u16(28) as usize);
    let mut header = fixed(fields, 4);
    let start = at + LOCAL_LEN as u64;
    let rest = window.bytes(start, names + extras)?;
    if rest.len() < names + extras {
        return Ok(None);
    }
    header.take(&rest[..names], &rest[names..]);
    header.end = start + (names + extras) as u64;
    Ok(Some(header))
}

/// Whether what stands at `at` looks like a local record that ends before `limit`.
pub(super) fn is_likely_local(window: &mut Window<'_>, at: u64, limit: u64) -> io::Result<bool> {
    let bytes = window.bytes(at, LOCAL_LEN)?;
    let fields = Fields(bytes);
    let rest = u64::from(fields.u16(26)) + u64::from(fields.u16(28));
    Ok(bytes.len() == LOCAL_LEN
        && fields.u16(4) <= 100
        && matches!(fields.u16(8), 0..=20 | 93..=99)
        && at + LOCAL_LEN as u64 + rest <= limit
        && (fields.u16(26) > 0 || fields.u32(18) > 0))
}

/// The directory record at `at`, if there is one that ends before `limit`.
pub(super) fn central(window: &mut Window<'_>, at: u64, limit: u64) -> io::Result<Option<Central>> {
    let bytes = window.bytes(at, CENTRAL_LEN)?;
    if bytes.len() < CENTRAL_LEN || !bytes.starts_with(CENTRAL) {
        return Ok(None);
    }
    let fields = Fields(bytes);
    let (names, extras) = (fields.u16(28) as usize, fields.u16(30) as usize);
    let comment = u64::from(fields.u16(32));
    let unix = matches!(fields.u16(4) >> 8, 3 | 19);
    let mode = if unix { (fields.u32(38) >> 16) as u16 } else { 0 };
    let mut offset = u64::from(fields.u32(42));
    let mut header = fixed(fields, 6);
    let start = at + CENTRAL_LEN as u64;
    let end = start + (names + extras) as u64;
    if end + comment > limit {
        return Ok(None);
    }
    let rest = window.bytes(start, names + extras)?;
    if rest.len() < names + extras {
        return Ok(None);
    }
    let used = header.take(&rest[..names], &rest[names..]);
    if offset == u64::from(u32::MAX)
        && let Some(wide) = wide(&rest[names..]).and_then(|wide| wide.get(used..used + 8))
    {
        offset = Fields(wide).u64(0);
    }
    header.end = end + comment;
    Ok(Some(Central { header, offset, comment: end..end + comment, mode }))
}

/// The fields that both kinds of record share; `at` is where "version needed" stands.
fn fixed(fields: Fields<'_>, at: usize) -> Header {
    Header {
        version: fields.u16(at),
        flags: fields.u16(at + 2),
        method: fields.u16(at + 4),
        time: fields.u16(at + 6),
        date: fields.u16(at + 8),
        crc: fields.u32(at + 10),
        packed: u64::from(fields.u32(at + 14)),
        size: u64::from(fields.u32(at + 18)),
        name: Vec::new(),
        extra: Vec::new(),
        end: 0,
    }
}

impl Header {
    /// Keeps name and extra fields and looks sizes up in the zip64 field; says how much of it was used.
    fn take(&mut self, name: &[u8], extra: &[u8]) -> usize {
        self.name = name.to_vec();
        self.extra = extra.to_vec();
        let mut used = 0;
        let wide = wide(extra).unwrap_or_default();
        for size in [&mut self.size, &mut self.packed] {
            if *size == u64::from(u32::MAX)
                && let Some(bytes) = wide.get(used..used + 8)
            {
                *size = Fields(bytes).u64(0);
                used += 8;
            }
        }
        used
    }

    /// Whether sizes and checksum follow the data.
    pub(super) fn has_descriptor(&self) -> bool {
        self.flags & 8 != 0
    }

    /// The decoded name.
    pub(super) fn name(&self) -> String {
        name::decode(&self.name, self.flags, &self.extra)
    }

    /// Seconds since 1970 of the DOS time, read as if it were UTC: the wall clock survives in a copy.
    pub(super) fn modified(&self) -> Option<i64> {
        let (date, time) = (self.date, self.time);
        jiff::civil::DateTime::new(
            (1980 + (date >> 9)) as i16,
            (date >> 5 & 15) as i8,
            (date & 31) as i8,
            (time >> 11) as i8,
            (time >> 5 & 63) as i8,
            ((time & 31) * 2) as i8,
            0,
        )
        .and_then(|at| jiff::tz::Offset::UTC.to_timestamp(at))
        .map(jiff::Timestamp::as_second)
        .ok()
    }
}

/// Length of the data descriptor at `at` that says what is known already; 0 if there is none.
pub(super) fn descriptor_len(
    window: &mut Window<'_>,
    at: u64,
    crc: u32,
    packed: u64,
    size: u64,
) -> io::Result<u64> {
    let bytes = window.bytes(at, 24)?;
    let sign = if bytes.starts_with(DESCRIPTOR) { 4 } else { 0 };
    let fields = Fields(&bytes[sign..]);
    if fields.u32(0) != crc {
        return Ok(0);
    }
    let have = bytes.len() - sign;
    let narrow = u64::from(fields.u32(4)) == packed && u64::from(fields.u32(8)) == size;
    let wide = fields.u64(4) == packed && fields.u64(12) == size;
    Ok(match (narrow, wide) {
        (_, true) if have >= 20 => sign as u64 + 20,
        (true, _) if have >= 12 => sign as u64 + 12,
        _ => 0,
    })
}

/// The fields of an extra block: id and content. What does not fit comes last, under id 0xffff.
pub(super) fn extras(mut block: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        if block.is_empty() {
            return None;
        }
        let (id, len) = (Fields(block).u16(0), Fields(block).u16(2) as usize);
        if let Some(content) = block.get(4..4 + len) {
            block = &block[4 + len..];
            return Some((id, content));
        }
        Some((0xffff, std::mem::take(&mut block)))
    })
}

/// Content of the zip64 field.
fn wide(block: &[u8]) -> Option<&[u8]> {
    extras(block).find(|field| field.0 == 1).map(|field| field.1)
}
