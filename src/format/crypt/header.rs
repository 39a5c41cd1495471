//! What stands around the ciphertext of a backup.
//!
//! crypt12 is fixed; crypt14 and crypt15 begin with a message of Protocol Buffers. Verified against
//! files of the public reference tool.

use std::io::{self, Read};
use std::ops::Range;

use md5::{Digest, Md5};

use super::gcm::{BLOCK, for_chunks};
use crate::format::{FormatError, Random};
use crate::model::Problem;

/// What a backup says of itself.
pub(super) struct Header {
    /// Salt and account of its key; `None`: it names none.
    pub(super) account: Option<([u8; 32], [u8; 16])>,
    pub(super) nonce: [u8; BLOCK],
    /// Where the nonce stands.
    pub(super) nonce_at: usize,
    /// All bytes before the ciphertext.
    pub(super) bytes: Vec<u8>,
    /// It was protected by a password or passkey.
    pub(super) has_password: bool,
    pub(super) ciphertext: Range<u64>,
    pub(super) tag: [u8; BLOCK],
    /// A checksum follows the tag.
    pub(super) has_checksum: bool,
    /// What follows the checksum.
    pub(super) suffix: Vec<u8>,
}

/// Headers are shorter than this.
const LONGEST: usize = 4 << 10;

fn malformed() -> FormatError {
    FormatError::new(
        Problem::Damaged,
        "not built like an encrypted backup of WhatsApp: get it from the phone once more",
    )
}

impl Header {
    /// Reads the parts of a backup that are not encrypted; `is_12`: the old, fixed layout.
    ///
    /// # Errors
    /// It is built another way, or cannot be read.
    pub(super) fn read(file: &Random, is_12: bool) -> Result<Self, FormatError> {
        let mut head = vec![0; LONGEST];
        let got = file.read_at(0, &mut head)?;
        head.truncate(got);
        let start = if is_12 { fixed(&head) } else { message(&head) }.ok_or_else(malformed)?;
        let suffix_len = if is_12 { 4 } else { 0 };
        let end = file.len().checked_sub(suffix_len).ok_or_else(malformed)?;
        let has_checksum = has_checksum(file, end)?;
        let tag_end = if has_checksum { end - BLOCK as u64 } else { end };
        let tag_at = tag_end.checked_sub(BLOCK as u64).ok_or_else(malformed)?;
        if tag_at < start.len as u64 {
            return Err(malformed());
        }
        let mut tag = [0; BLOCK];
        file.read_at(tag_at, &mut tag)?;
        let mut suffix = vec![0; suffix_len as usize];
        file.read_at(end, &mut suffix)?;
        let nonce = head[start.nonce_at..start.nonce_at + BLOCK].try_into();
        Ok(Self {
            account: start.account,
            nonce: nonce.map_err(|_| malformed())?,
            nonce_at: start.nonce_at,
            bytes: head[..start.len].to_vec(),
            has_password: start.has_password,
            ciphertext: start.len as u64..tag_at,
            tag,
            has_checksum,
            suffix,
        })
    }
}

/// Whether the 16 bytes before `end` are the MD5 of everything before them.
fn has_checksum(file: &Random, end: u64) -> io::Result<bool> {
    let Some(at) = end.checked_sub(BLOCK as u64) else { return Ok(false) };
    let mut expected = [0; BLOCK];
    file.read_at(at, &mut expected)?;
    let mut hash = Md5::new();
    for_chunks(file.cursor().take(at), |bytes| hash.update(bytes))?;
    Ok(<[u8; BLOCK]>::from(hash.finalize()) == expected)
}

struct Start {
    account: Option<([u8; 32], [u8; 16])>,
    nonce_at: usize,
    has_password: bool,
    len: usize,
}

/// crypt12: versions, salt, account, nonce.
fn fixed(head: &[u8]) -> Option<Start> {
    let salt = head.get(3..35)?.try_into().ok()?;
    let account = head.get(35..51)?.try_into().ok()?;
    head.get(51..67)?;
    Some(Start { account: Some((salt, account)), nonce_at: 51, has_password: false, len: 67 })
}

/// crypt14, crypt15: a length and a message. Some writers put the length into one byte and a 1 after
/// it, which is a varint as well, but for messages shorter than 128 bytes.
fn message(head: &[u8]) -> Option<Start> {
    let mut at = 0;
    let len = usize::try_from(varint(head, &mut at)?).ok()?;
    let one_byte = (usize::from(*head.first()?), if head.get(1) == Some(&1) { 2 } else { 1 });
    [(len, at), one_byte].into_iter().find_map(|(len, from)| {
        let message = head.get(from..from.checked_add(len)?)?;
        prefix(message, from).map(|start| Start { len: from + len, ..start })
    })
}

/// The message before the ciphertext; `base`: where it stands in the file.
fn prefix(message: &[u8], base: usize) -> Option<Start> {
    let mut account = None;
    let mut nonce = None;
    let mut has_password = false;
    for (field, value) in fields(message)? {
        match (field, value) {
            (2, Value::Bytes(range)) => {
                let inner = fields(&message[range.clone()])?;
                let bytes = |number: u64| {
                    inner.iter().find_map(|(field, value)| match value {
                        Value::Bytes(at) if *field == number => {
                            Some(range.start + at.start..range.start + at.end)
                        }
                        _ => None,
                    })
                };
                let salt = message[bytes(3)?].try_into().ok()?;
                account = Some((salt, message[bytes(4)?].try_into().ok()?));
                nonce = Some(bytes(5)?);
            }
            (3, Value::Bytes(range)) => {
                let inner = fields(&message[range.clone()])?;
                nonce = inner.iter().find_map(|(field, value)| match value {
                    Value::Bytes(at) if *field == 1 => {
                        Some(range.start + at.start..range.start + at.end)
                    }
                    _ => None,
                });
            }
            (5, Value::Bytes(_)) => has_password = true,
            (1, Value::Number(kind)) => has_password |= kind == 1 && account.is_some(),
            _ => {}
        }
    }
    let nonce = nonce.filter(|range| range.len() == BLOCK)?;
    Some(Start { account, nonce_at: base + nonce.start, has_password, len: 0 })
}

enum Value {
    Number(u64),
    Bytes(Range<usize>),
}

/// Fields of a message of Protocol Buffers.
fn fields(message: &[u8]) -> Option<Vec<(u64, Value)>> {
    let mut fields = Vec::new();
    let mut at = 0;
    while at < message.len() {
        let key = varint(message, &mut at)?;
        let value = match key & 7 {
            0 => Value::Number(varint(message, &mut at)?),
            kind @ (1 | 2 | 5) => {
                let len = match kind {
                    1 => 8,
                    2 => usize::try_from(varint(message, &mut at)?).ok()?,
                    _ => 4,
                };
                let range = at..at.checked_add(len)?;
                message.get(range.clone())?;
                at = range.end;
                Value::Bytes(range)
            }
            _ => return None,
        };
        fields.push((key >> 3, value));
    }
    Some(fields)
}

fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}
