//! Encrypted Android backups: `.crypt12`, `.crypt14`, `.crypt15`.
//!
//! A backup is a container with one member. It is authenticated as a whole before the first byte of it
//! is used, then decrypted while it is read. A copy is encrypted with the same key and a fresh nonce.

mod gcm;
mod header;
mod key;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests;

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use md5::{Digest, Md5};

pub use key::{KeyError, Keys};

use super::{
    CopyBase, Format, FormatError, Item, Limits, Member, Output, Random, Reader, Source,
    SpillSettings, Tally, Writer, media,
};
use crate::model::{Edit, Page, Problem};
use gcm::{BLOCK, Decrypted, Encrypting, Stream, Tag, for_chunks};
use header::Header;
use key::CipherKey;

/// Backups that WhatsApp for Android encrypts.
pub(super) struct Crypt;

impl Format for Crypt {
    /// By name: nothing in the bytes tells them from others.
    fn sniff(&self, head: &[u8], name: &str) -> bool {
        version(name).is_some() && !media::is_text(head)
    }

    fn open(&self, source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let name = source.name().to_owned();
        let version = version(&name).ok_or_else(unsupported)?;
        if !matches!(version, 12 | 14 | 15) {
            return Err(unsupported());
        }
        let spill = source.spill().clone();
        let keys = std::sync::Arc::clone(source.keys());
        let file = source.into_random()?;
        let header = Header::read(&file, version == 12)?;
        let key = key_of(&file, &header, &keys)?;
        let names = vec![name[..name.rfind('.').unwrap_or(name.len())].to_owned()];
        Ok(Box::new(CryptReader { file, header, key, version, names, spill, is_done: false }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(Copier { out: Some(out), how: None }))
    }
}

/// The number in the ending of a backup's name.
fn version(name: &str) -> Option<u32> {
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let digits = ending.strip_prefix("crypt")?;
    if digits.is_empty() { Some(0) } else { digits.parse().ok() }
}

fn unsupported() -> FormatError {
    let what = "backups of this age cannot be opened: only crypt12, crypt14 and crypt15";
    FormatError::new(Problem::Unsupported, what)
}

/// The key that opens a backup. The whole of it is authenticated.
fn key_of(file: &Random, header: &Header, keys: &Keys) -> Result<CipherKey, FormatError> {
    if keys.is_empty() {
        let what = match (&header.account, header.has_password) {
            (_, true) => "encrypted and protected by a password: name its 64-digit key with --key",
            (Some(_), _) => "encrypted: name the file `key` of the phone with --key",
            (None, _) => {
                "encrypted: name the 64-digit key or the file `encrypted_backup.key` with --key"
            }
        };
        return Err(FormatError::new(Problem::Encrypted, what));
    }
    let candidates = match &header.account {
        Some((salt, account)) => keys.of_account(salt, account),
        None => keys.of_root(),
    };
    let mut head = [0; 2];
    let got = file.read_at(header.ciphertext.start, &mut head)?;
    let fitting = candidates.into_iter().find(|key| {
        let mut head = head;
        Stream::new(key, &header.nonce).apply(&mut head);
        got == head.len() && (is_zlib(head) || &head == b"PK" || &head == b"SQ")
    });
    let Some(key) = fitting else {
        let what = "none of the keys opens this backup: name the one of the phone it was made on";
        return Err(FormatError::new(Problem::WrongKey, what));
    };
    let mut tag = Tag::new(&key, &header.nonce);
    for_chunks(ciphertext(file, header), |bytes| tag.update(bytes))?;
    if tag.finish() != header.tag {
        let what =
            "the key or the backup is wrong: it was changed, ends too early, or needs another key";
        return Err(FormatError::new(Problem::Damaged, what));
    }
    Ok(key)
}

/// The first two bytes of a zlib stream (RFC 1950).
fn is_zlib(head: [u8; 2]) -> bool {
    head[0] == 0x78 && u16::from_be_bytes(head).is_multiple_of(31)
}

fn ciphertext(file: &Random, header: &Header) -> impl Read + Send + use<> {
    let mut cursor = file.cursor();
    let len = header.ciphertext.end - header.ciphertext.start;
    // Seeking in a file that is open cannot fail.
    let _ = io::Seek::seek(&mut cursor, io::SeekFrom::Start(header.ciphertext.start));
    cursor.take(len)
}

struct CryptReader {
    file: Random,
    header: Header,
    key: CipherKey,
    version: u32,
    names: Vec<String>,
    spill: SpillSettings,
    is_done: bool,
}

/// What was encrypted, and whether it is compressed.
fn content(
    file: &Random,
    header: &Header,
    key: &CipherKey,
) -> io::Result<(bool, impl Read + Send + use<>)> {
    let mut head = [0; 2];
    file.read_at(header.ciphertext.start, &mut head)?;
    Stream::new(key, &header.nonce).apply(&mut head);
    let inner = ciphertext(file, header);
    Ok((is_zlib(head), Decrypted { inner, stream: Stream::new(key, &header.nonce) }))
}

impl Reader for CryptReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        if std::mem::replace(&mut self.is_done, true) {
            return Ok(None);
        }
        let name = self.names[0].clone();
        let (is_zlib, content) = content(&self.file, &self.header, &self.key)?;
        let content: Box<dyn Read + Send> =
            if is_zlib { Box::new(ZlibDecoder::new(content)) } else { Box::new(content) };
        let source = Some(Source::stream(name.clone(), content, &self.spill));
        Ok(Some(Item::Member(Member { name, source, modified: None, copied: true })))
    }

    fn tally(&self) -> Tally {
        Tally {
            format: match self.version {
                12 => "whatsapp-crypt12",
                14 => "whatsapp-crypt14",
                _ => "whatsapp-crypt15",
            },
            messages: 0,
            bytes_scanned: self.file.len(),
            bytes_not_scanned: 0,
            notes: Vec::new(),
        }
    }

    fn names(&self) -> &[String] {
        &self.names
    }

    fn snapshot(&self) -> Option<Random> {
        Some(self.file.clone())
    }
}

/// Writes a backup that the same key opens, or what it held.
struct Copier {
    out: Option<Box<dyn Output>>,
    how: Option<How>,
}

enum How {
    Plain,
    Encrypted { header: Header, key: CipherKey, is_zlib: bool },
}

impl Writer for Copier {
    fn begin(&mut self, base: CopyBase) -> Result<(), FormatError> {
        if base.decrypted {
            self.how = Some(How::Plain);
            return Ok(());
        }
        let file = base.snapshot.ok_or_else(unsupported)?;
        // The old layout begins with its version, the others with a length.
        let header = match Header::read(&file, false) {
            Ok(header) => header,
            Err(_) => Header::read(&file, true)?,
        };
        let key = key_of(&file, &header, &base.keys)?;
        let (is_zlib, _) = content(&file, &header, &key)?;
        self.how = Some(How::Encrypted { header, key, is_zlib });
        Ok(())
    }

    /// A backup has no text of its own.
    fn put(&mut self, _: &Page, _: &[Edit]) -> Result<(), FormatError> {
        Ok(())
    }

    fn put_member(
        &mut self,
        _: &str,
        _: Option<i64>,
        content: Option<&mut dyn Read>,
    ) -> Result<(), FormatError> {
        let (Some(mut out), Some(how), Some(content)) = (self.out.take(), self.how.take(), content)
        else {
            return Err(FormatError::new(Problem::Unwritable, "a backup has one member"));
        };
        match how {
            How::Plain => {
                io::copy(content, &mut out)?;
            }
            How::Encrypted { header, key, is_zlib } => {
                out = encrypt(out, content, &header, &key, is_zlib)?;
            }
        }
        Ok(out.flush()?)
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        match self.out {
            Some(_) => {
                Err(FormatError::new(Problem::Unwritable, "what the backup holds is withheld"))
            }
            None => Ok(()),
        }
    }
}

/// Writes a backup built like the one of this header.
fn encrypt(
    out: Box<dyn Output>,
    content: &mut dyn Read,
    header: &Header,
    key: &CipherKey,
    is_zlib: bool,
) -> Result<Box<dyn Output>, FormatError> {
    let mut nonce = [0; BLOCK];
    getrandom::fill(&mut nonce)
        .map_err(|_| FormatError::new(Problem::Unwritable, "the system gives no random numbers"))?;
    let mut start = header.bytes.clone();
    start[header.nonce_at..header.nonce_at + BLOCK].copy_from_slice(&nonce);
    let mut summed = Summed { out, hash: Md5::new() };
    summed.write_all(&start)?;
    let encrypting = Encrypting::new(summed, key, &nonce);
    let encrypting = if is_zlib {
        // As WhatsApp compresses: fast.
        let mut zlib = ZlibEncoder::new(encrypting, Compression::fast());
        io::copy(content, &mut zlib)?;
        zlib.finish()?
    } else {
        let mut encrypting = encrypting;
        io::copy(content, &mut encrypting)?;
        encrypting
    };
    let (mut summed, tag) = encrypting.finish();
    summed.write_all(&tag)?;
    let Summed { mut out, hash } = summed;
    if header.has_checksum {
        out.write_all(&hash.finalize())?;
    }
    out.write_all(&header.suffix)?;
    Ok(out)
}

/// Sums up what goes through it.
struct Summed<W> {
    out: W,
    hash: Md5,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
