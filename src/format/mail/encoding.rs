//! Transfer encodings of MIME (RFC 2045): base64 and quoted-printable.

use std::io::{self, BufRead, BufReader, Read, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::format::{FormatError, Output};
use crate::model::Problem;

/// How the content of a part is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Transfer {
    /// As it is.
    #[default]
    Plain,
    Base64,
    QuotedPrintable,
    /// Nobody here knows it: as it is.
    Unknown,
}

/// Bytes of a line of base64: 76 characters.
const LINE: usize = 57;

impl Transfer {
    /// The encoding of this name, beside which comments may stand (RFC 5322, 3.2.2).
    pub(super) fn named(name: &str) -> Self {
        let mut depth = 0_usize;
        let mut is_escaped = false;
        let name: String = name
            .chars()
            .filter(|character| {
                let is_comment = depth > 0 || *character == '(';
                match character {
                    '(' if !is_escaped => depth += 1,
                    ')' if !is_escaped => depth = depth.saturating_sub(1),
                    _ => {}
                }
                is_escaped = *character == '\\' && !is_escaped;
                !is_comment
            })
            .collect();
        match name.trim().to_ascii_lowercase().as_str() {
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            "" | "7bit" | "8bit" | "binary" => Self::Plain,
            _ => Self::Unknown,
        }
    }

    /// The content without its encoding.
    pub(super) fn decoded(self, raw: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        match self {
            Self::Plain | Self::Unknown => Box::new(raw),
            Self::Base64 => Box::new(Lines::new(raw, base64_line)),
            Self::QuotedPrintable => Box::new(Lines::new(raw, quoted_line)),
        }
    }

    /// Writes content in this encoding.
    pub(super) fn encode(
        self,
        content: &mut dyn Read,
        out: &mut Box<dyn Output>,
        eol: &str,
    ) -> Result<(), FormatError> {
        match self {
            Self::Plain | Self::Unknown => {
                io::copy(content, out)?;
            }
            Self::Base64 => {
                let mut bytes = Vec::with_capacity(LINE);
                loop {
                    bytes.clear();
                    content.take(LINE as u64).read_to_end(&mut bytes)?;
                    if bytes.is_empty() {
                        break;
                    }
                    out.write_all(BASE64_STANDARD.encode(&bytes).as_bytes())?;
                    out.write_all(eol.as_bytes())?;
                }
            }
            Self::QuotedPrintable => {
                let mut lines = BufReader::new(content);
                let mut line = Vec::new();
                while lines.read_until(b'\n', &mut line)? > 0 {
                    write_quoted(&line, out, eol)?;
                    line.clear();
                }
            }
        }
        Ok(())
    }
}

fn write_quoted(line: &[u8], out: &mut dyn Write, eol: &str) -> io::Result<()> {
    let end = line.len() - line.iter().rev().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let mut width = 0;
    for (at, byte) in line[..end].iter().enumerate() {
        let is_last = at + 1 == end;
        let plain =
            matches!(byte, b'!'..=b'<' | b'>'..=b'~') || matches!(byte, b' ' | b'\t') && !is_last;
        let len = if plain { 1 } else { 3 };
        if width + len > 75 {
            write!(out, "={eol}")?;
            width = 0;
        }
        width += len;
        if plain {
            out.write_all(&[*byte])?;
        } else {
            write!(out, "={byte:02X}")?;
        }
    }
    out.write_all(&line[end..])
}

/// Decodes a line to the end of its third argument; keeps what waits for the next one in the second.
type DecodeLine = fn(&[u8], &mut Vec<u8>, &mut Vec<u8>) -> Result<(), FormatError>;

/// Decodes line by line.
struct Lines<R> {
    raw: BufReader<R>,
    decode: DecodeLine,
    held: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
}

impl<R: Read> Lines<R> {
    fn new(raw: R, decode: DecodeLine) -> Self {
        let (held, ready) = (Vec::new(), Vec::new());
        Self { raw: BufReader::with_capacity(64 << 10, raw), decode, held, ready, at: 0 }
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() {
            let mut line = Vec::new();
            (&mut self.raw).take(1 << 20).read_until(b'\n', &mut line)?;
            self.ready.clear();
            self.at = 0;
            let is_end = line.is_empty();
            (self.decode)(&line, &mut self.held, &mut self.ready)?;
            if is_end {
                break;
            }
        }
        let got = out.len().min(self.ready.len() - self.at);
        out[..got].copy_from_slice(&self.ready[self.at..self.at + got]);
        self.at += got;
        Ok(got)
    }
}

/// An empty line is the end.
fn base64_line(line: &[u8], held: &mut Vec<u8>, out: &mut Vec<u8>) -> Result<(), FormatError> {
    for byte in line.iter().filter(|b| !b.is_ascii_whitespace() && **b != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return Err(FormatError::new(Problem::Damaged, "an attachment is no base64")),
        };
        held.push(value);
        if let [a, b, c, d] = held[..] {
            out.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
            held.clear();
        }
    }
    if line.is_empty() {
        match held[..] {
            [a, b] => out.push(a << 2 | b >> 4),
            [a, b, c] => out.extend([a << 2 | b >> 4, b << 4 | c >> 2]),
            // Six bits of a byte, of which a copy would have none.
            [_] => return Err(FormatError::new(Problem::Truncated, "data ends too early")),
            _ => {}
        }
        held.clear();
    }
    Ok(())
}

fn quoted_line(line: &[u8], _: &mut Vec<u8>, out: &mut Vec<u8>) -> Result<(), FormatError> {
    let mut rest = line;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let hex = |at: usize| after.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'=', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            (b'=', ..) if after.trim_ascii().is_empty() => break,
            _ => out.push(*first),
        }
    }
    Ok(())
}
