//! Text that comes in as it is needed: what readers of text-like leaves have in common.

use super::decode::{Decoder, Window};
use super::{FormatError, Item, Source, Tally};
use crate::model::{Encoding, Problem, Raw};

/// Read at a time by most readers.
pub(super) const CHUNK: usize = 64 << 10;

/// The text of a leaf: what of it was read and not handed out, and whether more comes.
pub(super) struct Feed {
    decoder: Decoder,
    pub(super) window: Window,
    /// Nothing more comes.
    pub(super) ended: bool,
    /// Why nothing more comes, or why it is not what it should be.
    error: Option<FormatError>,
    /// Raw bytes that were handed out.
    pub(super) bytes: u64,
}

impl Feed {
    /// All of a source, so many bytes at a time.
    pub(super) fn new(source: Source, encoding: Encoding, chunk: usize) -> Self {
        let decoder = Decoder::new(source.into_stream(), chunk);
        Self { decoder, window: Window::new(encoding), ended: false, error: None, bytes: 0 }
    }

    /// The text that was not handed out.
    pub(super) fn text(&self) -> &str {
        &self.window.text
    }

    /// Reads on; `false`: the source cannot be read.
    pub(super) fn read(&mut self) -> bool {
        match self.decoder.read(&mut self.window) {
            Ok(more) => {
                self.ended = !more;
                true
            }
            Err(error) => {
                self.ended = true;
                self.error = Some(error.into());
                false
            }
        }
    }

    /// Notes what is wrong with the text, for the end; the first counts.
    pub(super) fn fail(&mut self, problem: Problem, what: &'static str) {
        self.error.get_or_insert_with(|| FormatError::new(problem, what));
    }

    /// Hands out the text before `end`.
    pub(super) fn take(&mut self, end: usize) -> (String, Raw) {
        self.bytes += self.window.source(end) as u64;
        self.window.split(end, end)
    }

    /// What a reader answers when nothing is left.
    ///
    /// # Errors
    /// Something was wrong.
    pub(super) fn end(&mut self) -> Result<Option<Item>, FormatError> {
        self.error.take().map_or(Ok(None), Err)
    }

    /// An account of what was read, with the notes that apply.
    pub(super) fn tally(
        &self,
        format: &'static str,
        messages: u64,
        notes: &[(bool, &'static str)],
    ) -> Tally {
        let damaged = (self.window.damaged, "invalid characters");
        let notes = notes.iter().chain(std::iter::once(&damaged));
        Tally {
            format,
            messages,
            bytes_scanned: self.bytes,
            bytes_not_scanned: 0,
            notes: notes.filter(|note| note.0).map(|note| note.1).collect(),
        }
    }
}
