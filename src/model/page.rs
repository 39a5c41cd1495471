use std::ops::Range;
use std::sync::Arc;

use super::OffsetMap;

/// A run of consecutive texts of one chat (about 256 KiB): the unit that flows.
///
/// Owned regions of consecutive pages tile the leaf; what lies before and after them is context for
/// detection only and belongs to the neighbours.
#[derive(Debug, Default)]
pub struct Page {
    /// Decoded text: context before, owned region, context after, in the order of the leaf.
    pub text: String,
    /// The part of `text` that is this page's own, in bytes. A text-like writer emits exactly its raw bytes.
    pub owned_text: Range<usize>,
    /// Messages on this page in order, context included.
    pub messages: Vec<Message>,
    /// Texts to look at, rising and non-overlapping in `text`, context included.
    pub slots: Vec<Slot>,
    /// Indices into `slots` that are this page's own.
    pub owned: Range<usize>,
    /// How `text` was decoded.
    pub raw: Raw,
    /// The chat it belongs to, where one leaf holds many; never shown, only hashed.
    pub chat: Option<Arc<str>>,
    /// What no edit takes, rising: where one part of a value ends and the next begins.
    pub separators: Vec<Range<usize>>,
}

/// Where decoded text came from.
#[derive(Debug, Default)]
pub struct Raw {
    /// Offset in the leaf of the raw byte that `text` byte 0 came from, in bytes from 0.
    pub base: u64,
    /// The raw bytes from `base` on; `None`: the bytes of `text` are the raw bytes.
    pub bytes: Option<Vec<u8>>,
    /// From offsets in `text` to offsets in the raw bytes (relative to `base`).
    pub map: OffsetMap,
    /// How a replacement text is encoded.
    pub encoding: Encoding,
}

/// Character encoding of a text-like leaf.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; bytes that are not valid are kept and shown as U+FFFD.
    #[default]
    Utf8,
    /// UTF-16, little endian.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
    /// UTF-32, little endian, with a byte order mark.
    Utf32Le,
    /// UTF-32, big endian, with a byte order mark.
    Utf32Be,
    /// windows-1252 (WHATWG).
    Windows1252,
}

/// Number of a sender within its leaf, by first appearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SenderId(pub u32);

/// One message of a chat, or one stretch of lines that is none; the default is of nobody and nowhere.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// Position in the chat from 1; lines before the first message have 0.
    pub index: u64,
    /// Line of its first byte in the leaf, from 1; 0 where there are no lines.
    pub line: u64,
    /// Who wrote it; `None` for system lines and plain text.
    pub sender: Option<SenderId>,
    /// The sender's name in the page's text, without marks around it; empty if there is none.
    pub sender_text: Range<usize>,
    /// Whether it came in or went out, where the format knows.
    pub direction: Direction,
    /// When, as written.
    pub time: Option<LocalTime>,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// The format does not tell.
    #[default]
    Unknown,
    /// Received by the owner of the device or account.
    In,
    /// Sent by the owner.
    Out,
}

/// A wall-clock time as written, without zone. Months and days from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub struct LocalTime {
    pub year: i16,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

/// One text on a page.
#[derive(Debug, Clone)]
pub struct Slot {
    /// What kind of text.
    pub part: Part,
    /// Index of its message in [`Page::messages`].
    pub message: usize,
    /// Its text in [`Page::text`], in bytes, on character boundaries.
    pub range: Range<usize>,
    /// Its place in a database or table; `None`: the raw bytes of `range` are its place. So they
    /// are where the table has no name: the leaf itself is the table.
    pub cell: Option<Box<Cell>>,
}

/// What kind of text a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// What a person wrote.
    Body,
    /// Text that goes with an attachment.
    Caption,
    /// Name or number of the author.
    Sender,
    /// Name of an attachment or member. A copy replaces it as the container renames the member.
    Filename,
    /// A cell of a database, table or structured document. Its slot may begin with the name of its
    /// column, which stands elsewhere: text without bytes of its own ([`Page::own_start`]).
    Cell,
    /// A name in a structured document by which something is found: two must not become one, so
    /// what replaces a value in it is a pseudonym.
    Key,
    /// Anything else, such as system lines and lines that are no message.
    Other,
}

/// Address of a text that has no byte offset of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// Table, sheet or object; empty if the leaf itself is the table.
    pub table: Arc<str>,
    /// Column, property or JSON pointer.
    pub column: Arc<str>,
    /// Row id or record number from 1.
    pub row: i64,
    /// It holds binary data, of which the text is a part: a value cannot be taken out of it, and a copy
    /// has an empty one instead.
    pub is_binary: bool,
}

/// Replace this span of a page's text by that text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Bytes of [`Page::text`], on character boundaries, inside the owned region.
    pub range: Range<usize>,
    /// What stands there in the copy.
    pub replacement: String,
}

impl Page {
    /// A page of one text that nobody is known to have written.
    pub(crate) fn of_one(part: Part, text: String) -> Self {
        let range = 0..text.len();
        Self {
            owned_text: range.clone(),
            owned: 0..1,
            messages: vec![Message::default()],
            slots: vec![Slot { part, message: 0, range, cell: None }],
            text,
            ..Self::default()
        }
    }

    /// The text of a slot.
    pub fn slot_text(&self, slot: &Slot) -> &str {
        &self.text[slot.range.clone()]
    }

    /// Offset in the leaf, in bytes from 0, of a byte of [`Page::text`].
    pub fn leaf_offset(&self, at: usize) -> u64 {
        self.raw.base + u64::from(self.raw.map.source(u32::try_from(at).unwrap_or(u32::MAX)))
    }

    /// Where the part of a slot begins that has bytes of its own.
    pub fn own_start(&self, slot: &Slot) -> usize {
        let start = u32::try_from(slot.range.start).unwrap_or(u32::MAX);
        (self.raw.map.end_of_insert(start) as usize).min(slot.range.end)
    }

    /// The slots that are this page's own.
    pub fn owned_slots(&self) -> &[Slot] {
        &self.slots[self.owned.clone()]
    }
}
