//! AES-256-GCM (NIST SP 800-38D) over streams, with nonces of 16 bytes and no further data.

use std::io::{self, Read, Write};

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit, KeyIvInit, StreamCipher};
use ctr::Ctr32BE;
use ghash::GHash;
use ghash::universal_hash::UniversalHash;

use super::key::CipherKey;

/// Bytes that are worked on at a time.
const CHUNK: usize = 64 << 10;

/// Length of a nonce and of a tag.
pub(super) const BLOCK: usize = 16;

/// Encrypts and decrypts: one is the other.
pub(super) struct Stream(Ctr32BE<Aes256>);

impl Stream {
    pub(super) fn new(key: &CipherKey, nonce: &[u8; BLOCK]) -> Self {
        let mut counter = first_counter(key, nonce);
        let low = u32::from_be_bytes([counter[12], counter[13], counter[14], counter[15]]);
        counter[12..].copy_from_slice(&low.wrapping_add(1).to_be_bytes());
        Self(Ctr32BE::new((&**key).into(), (&counter).into()))
    }

    pub(super) fn apply(&mut self, bytes: &mut [u8]) {
        self.0.apply_keystream(bytes);
    }
}

fn hash_key(key: &CipherKey) -> GHash {
    let mut zero = [0; BLOCK].into();
    Aes256::new((&**key).into()).encrypt_block(&mut zero);
    GHash::new(&zero)
}

fn first_counter(key: &CipherKey, nonce: &[u8; BLOCK]) -> [u8; BLOCK] {
    let mut hash = hash_key(key);
    let mut lengths = [0; BLOCK];
    lengths[8..].copy_from_slice(&(BLOCK as u64 * 8).to_be_bytes());
    hash.update(&[(*nonce).into(), lengths.into()]);
    hash.finalize().into()
}

/// Computes the tag of a ciphertext that is written to it.
pub(super) struct Tag {
    hash: GHash,
    mask: [u8; BLOCK],
    held: Vec<u8>,
    len: u64,
}

impl Tag {
    pub(super) fn new(key: &CipherKey, nonce: &[u8; BLOCK]) -> Self {
        let mut mask = first_counter(key, nonce).into();
        Aes256::new((&**key).into()).encrypt_block(&mut mask);
        Self { hash: hash_key(key), mask: mask.into(), held: Vec::new(), len: 0 }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.len += bytes.len() as u64;
        self.held.extend_from_slice(bytes);
        let whole = self.held.len() / BLOCK * BLOCK;
        self.hash.update_padded(&self.held[..whole]);
        self.held.drain(..whole);
    }

    pub(super) fn finish(mut self) -> [u8; BLOCK] {
        self.hash.update_padded(&self.held);
        let mut lengths = [0; BLOCK];
        lengths[8..].copy_from_slice(&(self.len * 8).to_be_bytes());
        self.hash.update(&[lengths.into()]);
        let mut tag: [u8; BLOCK] = self.hash.finalize().into();
        tag.iter_mut().zip(self.mask).for_each(|(byte, mask)| *byte ^= mask);
        tag
    }
}

/// Decrypts what it reads. The tag was compared before.
pub(super) struct Decrypted<R> {
    pub(super) inner: R,
    pub(super) stream: Stream,
}

impl<R: Read> Read for Decrypted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        self.stream.apply(&mut buf[..got]);
        Ok(got)
    }
}

/// Encrypts what is written to it, and hands it on.
pub(super) struct Encrypting<W> {
    out: W,
    stream: Stream,
    tag: Tag,
    buffer: Vec<u8>,
}

impl<W: Write> Encrypting<W> {
    pub(super) fn new(out: W, key: &CipherKey, nonce: &[u8; BLOCK]) -> Self {
        Self {
            out,
            stream: Stream::new(key, nonce),
            tag: Tag::new(key, nonce),
            buffer: Vec::with_capacity(CHUNK),
        }
    }

    /// The output, and the tag.
    pub(super) fn finish(self) -> (W, [u8; BLOCK]) {
        (self.out, self.tag.finish())
    }
}

impl<W: Write> Write for Encrypting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK);
        self.buffer.clear();
        self.buffer.extend_from_slice(&bytes[..taken]);
        self.stream.apply(&mut self.buffer);
        self.tag.update(&self.buffer);
        self.out.write_all(&self.buffer)?;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads all in chunks.
///
/// # Errors
/// The source cannot be read.
pub(super) fn for_chunks(mut from: impl Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(got) => take(&buffer[..got]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
