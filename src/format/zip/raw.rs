//! Archives for tests, written field by field, so that each field can lie.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::Write;

/// One entry; what differs from an honest one is said with the fields after `data`.
#[derive(Clone)]
pub(super) struct Raw {
    pub(super) name: Vec<u8>,
    pub(super) data: Vec<u8>,
    pub(super) packed: Vec<u8>,
    pub(super) method: u16,
    pub(super) flags: u16,
    pub(super) crc: u32,
    pub(super) size: u64,
    pub(super) local_name: Option<Vec<u8>>,
    pub(super) local_sizes: Option<(u32, u32)>,
    pub(super) extra: Vec<u8>,
    pub(super) comment: Vec<u8>,
    pub(super) descriptor: Vec<u8>,
    pub(super) mode: u32,
    pub(super) offset: Option<u32>,
    /// Left out of the directory.
    pub(super) hidden: bool,
}

pub(super) fn crc(data: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(data);
    crc.sum()
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(data).unwrap();
    packer.finish().unwrap()
}

pub(super) fn stored(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Raw {
    let data = data.as_ref().to_vec();
    Raw {
        name: name.as_ref().to_vec(),
        packed: data.clone(),
        method: 0,
        flags: 0,
        crc: crc(&data),
        size: data.len() as u64,
        data,
        local_name: None,
        local_sizes: None,
        extra: Vec::new(),
        comment: Vec::new(),
        descriptor: Vec::new(),
        mode: 0o100_644,
        offset: None,
        hidden: false,
    }
}

pub(super) fn deflated(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Raw {
    let raw = stored(name, data);
    Raw { packed: deflate(&raw.data), method: 8, ..raw }
}

impl Raw {
    fn record(&self, signature: &[u8], made_by: Option<u16>, sizes: (u32, u32)) -> Vec<u8> {
        let mut out = signature.to_vec();
        for field in made_by.into_iter().chain([20, self.flags, self.method, 0x6000, 0x5861]) {
            out.extend(field.to_le_bytes());
        }
        let local = made_by.is_none();
        let crc = if local && self.flags & 8 != 0 { 0 } else { self.crc };
        out.extend(crc.to_le_bytes());
        out.extend(sizes.0.to_le_bytes());
        out.extend(sizes.1.to_le_bytes());
        let name = self.local_name.as_ref().filter(|_| local).unwrap_or(&self.name);
        out.extend((name.len() as u16).to_le_bytes());
        out.extend((self.extra.len() as u16).to_le_bytes());
        out
    }

    pub(super) fn local(&self) -> Vec<u8> {
        let honest = (self.packed.len() as u32, self.size as u32);
        let sizes = if self.flags & 8 != 0 { (0, 0) } else { honest };
        let mut out = self.record(b"PK\x03\x04", None, self.local_sizes.unwrap_or(sizes));
        out.extend(self.local_name.as_ref().unwrap_or(&self.name));
        out.extend(&self.extra);
        out.extend(&self.packed);
        out.extend(&self.descriptor);
        out
    }

    pub(super) fn central(&self, offset: u32) -> Vec<u8> {
        let sizes = (self.packed.len() as u32, self.size as u32);
        let mut out = self.record(b"PK\x01\x02", Some(0x031e), sizes);
        out.extend((self.comment.len() as u16).to_le_bytes());
        out.extend([0; 4]);
        out.extend((self.mode << 16).to_le_bytes());
        out.extend(self.offset.unwrap_or(offset).to_le_bytes());
        out.extend([self.name.as_slice(), &self.extra, &self.comment].concat());
        out
    }
}

/// What is wrong with the archive itself.
#[derive(Default)]
pub(super) struct Shape<'a> {
    pub(super) prefix: &'a [u8],
    /// Offsets do not count the prefix.
    pub(super) shifted: bool,
    pub(super) gap: &'a [u8],
    pub(super) suffix: &'a [u8],
    pub(super) comment: &'a [u8],
    pub(super) count: Option<u16>,
}

pub(super) fn archive(entries: &[Raw], shape: &Shape<'_>) -> Vec<u8> {
    let base = if shape.shifted { shape.prefix.len() } else { 0 };
    let mut out = shape.prefix.to_vec();
    let mut directory = Vec::new();
    let mut count = 0;
    for entry in entries {
        if !entry.hidden {
            directory.extend(entry.central((out.len() - base) as u32));
            count += 1;
        }
        out.extend(entry.local());
    }
    out.extend(shape.gap);
    let start = out.len() - base;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(shape.count.unwrap_or(count).to_le_bytes());
    out.extend(shape.count.unwrap_or(count).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend((start as u32).to_le_bytes());
    out.extend((shape.comment.len() as u16).to_le_bytes());
    out.extend(shape.comment);
    out.extend(shape.suffix);
    out
}

pub(super) fn plain(entries: &[Raw]) -> Vec<u8> {
    archive(entries, &Shape::default())
}
