//! The data of one entry, inflated and checked while it is read.

use std::io::{self, Read};
use std::ops::Range;

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::format::{FormatError, Random};
use crate::model::Problem;

/// Method 0: as it is.
pub(super) const STORED: u16 = 0;
/// Method 8.
pub(super) const DEFLATED: u16 = 8;

const CHUNK: usize = 32 << 10;

/// What the data should turn out to be; `None`: nobody says.
#[derive(Debug, Clone, Default)]
pub(super) struct Expected {
    pub(super) crc: Option<u32>,
    /// Bytes when inflated.
    pub(super) size: Option<u64>,
    /// The archive ends, or another record begins, before the data does.
    pub(super) is_cut: bool,
}

/// Reads an entry's data. Declared sizes bound nothing: all bytes that are there are handed out, and
/// what does not fit comes as an error after them.
pub(super) struct Content {
    random: Random,
    /// Packed bytes that were not looked at yet, ahead of `buffer`.
    rest: Range<u64>,
    buffer: Vec<u8>,
    /// Start of the unused part of `buffer`.
    used: usize,
    /// `None`: stored.
    inflate: Option<Decompress>,
    expected: Expected,
    crc: Crc,
    size: u64,
    /// Set at the end, right or wrong.
    end: Option<Result<(), (Problem, &'static str)>>,
}

impl Content {
    /// The data in `range`, of method [`STORED`] or [`DEFLATED`].
    pub(super) fn new(random: Random, range: Range<u64>, method: u16, expected: Expected) -> Self {
        let inflate = (method == DEFLATED).then(|| Decompress::new(false));
        Self {
            random,
            rest: range,
            buffer: Vec::new(),
            used: 0,
            inflate,
            expected,
            crc: Crc::new(),
            size: 0,
            end: None,
        }
    }

    /// Inflates only to see where the packed data ends, with up to `most` bytes of work.
    ///
    /// Answers how many packed and how many inflated bytes there are, and the work done; packed is
    /// `None` if the data does not end within its range.
    pub(super) fn measure(mut self, most: u64) -> io::Result<(Option<u64>, u64, u64)> {
        let mut sink = vec![0; 2 * CHUNK];
        let packed =
            |inflate: &Option<Decompress>| inflate.as_ref().map_or(0, Decompress::total_in);
        while self.end.is_none() && self.size.max(packed(&self.inflate)) <= most {
            self.step(&mut sink)?;
        }
        let took = packed(&self.inflate);
        let failed = matches!(self.end, None | Some(Err((Problem::Damaged, _))));
        Ok(((!failed).then_some(took), self.size, self.size.max(took)))
    }

    /// Next bytes; 0 at the end, and then `end` is set.
    fn step(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.end.is_some() || out.is_empty() {
            return Ok(0);
        }
        loop {
            self.fill()?;
            let input = &self.buffer[self.used..];
            let (took, gave, over) = match &mut self.inflate {
                None => {
                    let got = input.len().min(out.len());
                    out[..got].copy_from_slice(&input[..got]);
                    (got, got, input.is_empty().then_some(Ok(())))
                }
                Some(inflate) => {
                    let before = (inflate.total_in(), inflate.total_out());
                    let status = inflate.decompress(input, out, FlushDecompress::None);
                    let took = (inflate.total_in() - before.0) as usize;
                    let gave = (inflate.total_out() - before.1) as usize;
                    let over = match status {
                        Ok(Status::StreamEnd) => Some(Ok(())),
                        Err(_) => Some(Err((Problem::Damaged, "compressed data is damaged"))),
                        Ok(_) if took == 0 && gave == 0 => Some(Err(if self.expected.is_cut {
                            (Problem::Truncated, "data ends too early")
                        } else {
                            (Problem::Damaged, "compressed data does not come to an end")
                        })),
                        Ok(_) => None,
                    };
                    (took, gave, over)
                }
            };
            self.used += took;
            self.crc.update(&out[..gave]);
            self.size += gave as u64;
            if let Some(over) = over {
                self.end = Some(over.and_then(|()| self.check()));
                return Ok(gave);
            }
            if gave > 0 {
                return Ok(gave);
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.used < self.buffer.len() || self.rest.is_empty() {
            return Ok(());
        }
        let want = (self.rest.end - self.rest.start).min(CHUNK as u64) as usize;
        if self.buffer.len() != want {
            self.buffer = vec![0; want];
        }
        let got = self.random.read_at(self.rest.start, &mut self.buffer)?;
        self.buffer.truncate(got);
        self.used = 0;
        self.rest.start += got as u64;
        if got < want {
            self.rest.start = self.rest.end;
            self.expected.is_cut = true;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), (Problem, &'static str)> {
        let Expected { crc, size, is_cut } = self.expected;
        if is_cut {
            return Err((Problem::Truncated, "data ends too early"));
        }
        if self.used < self.buffer.len() || !self.rest.is_empty() {
            return Err((Problem::Accounting, "bytes after the end of the compressed data"));
        }
        if crc.is_some_and(|crc| crc != self.crc.sum()) {
            return Err((Problem::BadCrc, "checksum is wrong"));
        }
        if size.is_some_and(|size| size != self.size) {
            return Err((Problem::Accounting, "size is not the declared one"));
        }
        Ok(())
    }
}

impl Read for Content {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let got = self.step(out)?;
        match self.end {
            Some(Err((problem, what))) if got == 0 && !out.is_empty() => {
                Err(FormatError::new(problem, what).into())
            }
            _ => Ok(got),
        }
    }
}
