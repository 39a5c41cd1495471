//! gzip (RFC 1952): one file in a wrapper, such as `.gz` and `.tar.gz`.
//!
//! The wrapper may tell its file's name; it is scanned and, like comments, never copied.

use std::io::{self, BufReader, Read, Write};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::{Format, FormatError, Item, Limits, Member, Output, Reader, Source, Tally, Writer};
use crate::model::{Edit, Page, Problem};

/// One compressed file.
pub(super) struct Gzip;

impl Format for Gzip {
    fn sniff(&self, head: &[u8], _name: &str) -> bool {
        head.starts_with(b"\x1f\x8b\x08")
    }

    fn open(&self, mut source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let texts = texts(source.head(CHUNK));
        let name = inner_name(source.name());
        let spill = source.spill().clone();
        let random = source.into_random()?;
        let bytes = random.len();
        let content =
            Content(MultiGzDecoder::new(BufReader::with_capacity(CHUNK, random.cursor())));
        let mut items = vec![Item::Member(Member {
            name: name.clone(),
            source: Some(Source::stream(name.clone(), Box::new(content), &spill)),
            modified: None,
            copied: true,
        })];
        // What the wrapper says itself comes first.
        if !texts.is_empty() {
            items.push(Item::Member(Member {
                name: "#header".to_owned(),
                source: Some(Source::random(
                    "header.txt".to_owned(),
                    super::Random::memory(texts),
                    &spill,
                )),
                modified: None,
                copied: false,
            }));
        }
        Ok(Box::new(GzipReader { items, names: vec![name], bytes }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(GzipWriter { out: Some(out) }))
    }
}

const CHUNK: usize = 64 << 10;

/// Name of the file inside: that of the wrapper without its ending.
fn inner_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if let Some(stem) = lower.strip_suffix(".tgz") {
        return format!("{}.tar", &name[..stem.len()]);
    }
    match lower.strip_suffix(".gz").filter(|stem| !stem.is_empty()) {
        Some(stem) => name[..stem.len()].to_owned(),
        None => "content".to_owned(),
    }
}

/// Name and comment of the first wrapper, and what else is in its header, a line each.
fn texts(head: &[u8]) -> Vec<u8> {
    let flags = head.get(3).copied().unwrap_or(0);
    let mut at = 10;
    let mut texts = Vec::new();
    if flags & 4 != 0
        && let Some([low, high]) = head.get(at..at + 2)
    {
        let len = usize::from(u16::from_le_bytes([*low, *high]));
        texts.extend_from_slice(head.get(at + 2..at + 2 + len).unwrap_or_default());
        texts.push(b'\n');
        at += 2 + len;
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let rest = head.get(at..).unwrap_or_default();
            let len = memchr::memchr(0, rest).unwrap_or(rest.len());
            texts.extend_from_slice(&rest[..len]);
            texts.push(b'\n');
            at += len + 1;
        }
    }
    texts
}

struct GzipReader {
    /// What is still to come, the next one last.
    items: Vec<Item>,
    names: Vec<String>,
    bytes: u64,
}

impl Reader for GzipReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        Ok(self.items.pop())
    }

    fn tally(&self) -> Tally {
        Tally {
            format: "gzip",
            messages: 0,
            bytes_scanned: self.bytes,
            bytes_not_scanned: 0,
            notes: Vec::new(),
        }
    }

    fn names(&self) -> &[String] {
        &self.names
    }
}

/// Inflates; errors say what they mean.
struct Content<R: io::BufRead>(MultiGzDecoder<R>);

impl<R: io::BufRead> Read for Content<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out).map_err(|error| {
            let (problem, what) = match error.kind() {
                io::ErrorKind::UnexpectedEof => {
                    (Problem::Truncated, "compressed data ends too early: get the whole file")
                }
                io::ErrorKind::InvalidInput => {
                    (Problem::Damaged, "compressed data is damaged or something follows it")
                }
                _ => return error,
            };
            FormatError::new(problem, what).into()
        })
    }
}

struct GzipWriter {
    out: Option<Box<dyn Output>>,
}

impl Writer for GzipWriter {
    fn put(&mut self, _: &Page, _: &[Edit]) -> Result<(), FormatError> {
        Ok(())
    }

    fn put_member(
        &mut self,
        _name: &str,
        _modified: Option<i64>,
        content: Option<&mut dyn Read>,
    ) -> Result<(), FormatError> {
        if let (Some(out), Some(content)) = (self.out.take(), content) {
            let mut packed = GzEncoder::new(out, Compression::default());
            io::copy(content, &mut packed)?;
            packed.finish()?.flush()?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        match self.out {
            // Nothing was put: the file inside is left out, and a wrapper of nothing is one too.
            Some(out) => Ok(GzEncoder::new(out, Compression::default()).finish()?.flush()?),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

    use super::*;
    use crate::format::{Random, SpillSettings};

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut packed = flate2::GzBuilder::new()
            .filename("Erika.txt")
            .comment("DE89")
            .write(Vec::new(), Compression::default());
        packed.write_all(content).unwrap();
        packed.finish().unwrap()
    }

    /// What is inside, as far as it can be read, and why no further.
    fn read(bytes: Vec<u8>, name: &str) -> (Vec<(String, Vec<u8>)>, Option<Problem>) {
        let source = Source::random(name.into(), Random::memory(bytes), &SpillSettings::new("."));
        let mut reader = Gzip.open(source, &Limits::default()).unwrap();
        let mut found = Vec::new();
        let mut problem = None;
        while let Some(Item::Member(member)) = reader.next().unwrap() {
            let mut content = Vec::new();
            let read = member.source.unwrap().into_stream().read_to_end(&mut content);
            problem = problem.or(read.err().map(|error| FormatError::from(error).problem));
            found.push((member.name, content));
        }
        (found, problem)
    }

    #[test]
    fn the_file_inside_and_what_the_wrapper_says() {
        let (found, problem) = read(packed(b"Hallo"), "chat.txt.gz");
        let expected = [
            ("#header".to_owned(), b"Erika.txt\nDE89\n".to_vec()),
            ("chat.txt".to_owned(), b"Hallo".to_vec()),
        ];
        assert_eq!((found, problem), (expected.to_vec(), None));
        let twice = [packed(b"Hal"), packed(b"lo")].concat();
        assert_eq!(read(twice, "a.tgz").0[1], ("a.tar".to_owned(), b"Hallo".to_vec()));
    }

    #[test]
    fn bad_wrappers_are_named_after_what_could_be_read() {
        let whole = packed(&b"0123456789".repeat(20_000));
        let mut wrong = whole.clone();
        let at = wrong.len() - 8;
        wrong[at] ^= 1;
        let mut more = whole.clone();
        more.extend(b"something else");
        let cases = [
            (whole[..whole.len() / 2].to_vec(), Problem::Truncated, "cut"),
            (wrong, Problem::Damaged, "checksum"),
            (more, Problem::Damaged, "something follows"),
        ];
        for (bytes, problem, why) in cases {
            let (found, was) = read(bytes, "a.gz");
            assert_eq!(was, Some(problem), "{why}");
            assert!(found[1].1.len() > 1000, "{why}");
        }
    }
}
