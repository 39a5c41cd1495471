//! WhatsApp text exports, and any other text.
//!
//! How headers are written depends on phone, language and region, each on its own, so the shape is
//! learned from the text (`survey`), never looked up. Lines become messages (`parser`, `grammar`,
//! `header`, `body`), messages become pages (`reader`). What is no message is a slot of its own: nothing is lost.

mod body;
mod grammar;
mod header;
mod parser;
mod reader;
mod survey;
mod words;

use super::splice::Splice;
use super::{Format, FormatError, Limits, Output, Reader, Source, Writer, decode};
use crate::model::Encoding;

/// Text exports in every header shape, and plain text; asked last.
pub(super) struct Text;

impl Format for Text {
    fn sniff(&self, head: &[u8], _name: &str) -> bool {
        looks_like_text(head)
    }

    fn open(&self, source: Source, _limits: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        Ok(Box::new(reader::TextReader::new(source, Sizes::default())))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(Splice::new(out)))
    }
}

/// Whether a text begins like a chat; `is_all`: it is not cut.
pub(super) fn is_chat(text: &str, is_all: bool) -> bool {
    !survey::learn(text, is_all).shapes.is_empty()
}

/// Hardly any control characters; UTF-16 is known by its zeros.
fn looks_like_text(head: &[u8]) -> bool {
    let encoding = decode::detect(head);
    if matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
        let text = decode::lossy(head, encoding);
        let strange = |c: &char| c.is_control() && !c.is_whitespace() || *c == '\u{FFFD}';
        return text.chars().filter(strange).count() * 64 <= text.len();
    }
    let is_control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t'..=b'\r' | 0x1B);
    // One stray zero does not hide a chat, and any more is no text.
    head.iter().filter(is_control).count() * 128 <= head.len()
}

/// Sizes in bytes of decoded text.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    /// Read at a time.
    chunk: usize,
    /// Least that a page owns, and most that one piece of a message holds.
    page: usize,
    /// Longest line that is waited for; longer ones are cut.
    line: usize,
    /// Most context on each side of a page.
    context: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { chunk: 64 << 10, page: 256 << 10, line: 1 << 20, context: 8 << 10 }
    }
}

#[cfg(test)]
mod tests;
