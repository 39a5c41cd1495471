//! Pages of formats whose text is not what stands in the file: escapes become what they stand for,
//! markup is left out, names of columns stand before their values.

use std::ops::Range;

use crate::model::{Cell, Direction, Message, OffsetMap, Page, Part, Raw, Slot};

/// Messages of context before a page, and their bytes.
const AROUND: usize = 4;
const AROUND_LEN: usize = 8 << 10;

/// The last messages of a page, as context for the next.
#[derive(Default)]
pub(super) struct Context(Vec<(Message, Vec<(Slot, String)>)>);

impl Context {
    /// Of this page.
    pub(super) fn of(page: &Page) -> Self {
        let mut messages: Vec<(Message, Vec<(Slot, String)>)> = Vec::new();
        let mut left = AROUND_LEN;
        for slot in page.owned_slots().iter().rev() {
            let message = &page.messages[slot.message];
            let text = page.slot_text(slot);
            if message.index == 0 {
                continue;
            }
            if text.len() > left {
                break;
            }
            if messages.last().is_none_or(|it| it.0.index != message.index) {
                if messages.len() == AROUND {
                    break;
                }
                messages.push((Message { sender_text: 0..0, ..message.clone() }, Vec::new()));
            }
            left -= text.len();
            if let Some((_, slots)) = messages.last_mut() {
                slots.push((slot.clone(), text.to_owned()));
            }
        }
        Self(messages)
    }
}

/// A page while it is made from a stretch of undecoded text.
pub(super) struct Derived<'a> {
    pub(super) page: Page,
    source: &'a str,
    raw: &'a Raw,
    /// Where its own text and slots begin.
    own: (usize, usize),
}

impl<'a> Derived<'a> {
    /// Nothing yet of `source`, which was decoded as `raw` says.
    pub(super) fn new(source: &'a str, raw: &'a Raw) -> Self {
        Self { page: Page::default(), source, raw, own: (0, 0) }
    }

    /// The same after messages of the page before.
    pub(super) fn after(context: &Context, source: &'a str, raw: &'a Raw) -> Self {
        let mut this = Self::new(source, raw);
        for (message, slots) in context.0.iter().rev() {
            let at = this.page.messages.len();
            this.page.messages.push(message.clone());
            for (slot, text) in slots.iter().rev() {
                let start = this.at();
                this.insert(text, 0);
                let range = start..this.at();
                this.page.slots.push(Slot { message: at, range, ..slot.clone() });
                this.insert("\n", 0);
            }
        }
        this.own = (this.at(), this.page.slots.len());
        this
    }

    /// Length of the text so far.
    pub(super) fn at(&self) -> usize {
        self.page.text.len()
    }

    /// Appends a stretch of the source as it stands.
    pub(super) fn copy(&mut self, range: Range<usize>) {
        let source = self.source;
        if self.raw.map.is_identity() {
            self.step(range.start);
            self.page.text.push_str(&source[range]);
            return;
        }
        for (at, character) in source[range.clone()].char_indices() {
            self.push(character, range.start + at);
        }
    }

    /// Appends a character that stands for what begins there in the source.
    pub(super) fn push(&mut self, character: char, from: usize) {
        self.step(from);
        self.page.text.push(character);
    }

    /// Appends text that does not stand in the source, before what begins there; what comes next
    /// must come from there.
    pub(super) fn insert(&mut self, text: &str, from: usize) {
        self.step(from);
        self.page.text.push_str(text);
        self.step(from);
    }

    /// States that the text goes on with what begins there in the source.
    pub(super) fn step(&mut self, from: usize) {
        // Windows are some MiB at most.
        let at = self.page.text.len() as u32;
        self.page.raw.map.push(at, source(self.raw, from));
    }

    /// Begins a message; answers its place on the page.
    pub(super) fn message(&mut self, index: u64, line: u64) -> usize {
        self.page.messages.push(Message {
            index,
            line,
            sender: None,
            sender_text: 0..0,
            direction: Direction::Unknown,
            time: None,
        });
        self.page.messages.len() - 1
    }

    /// Makes a stretch of the text a slot of a message; an empty one is none.
    pub(super) fn slot(
        &mut self,
        part: Part,
        message: usize,
        range: Range<usize>,
        cell: Option<Cell>,
    ) {
        if !range.is_empty() {
            self.page.slots.push(Slot { part, message, range, cell: cell.map(Box::new) });
        }
    }

    /// The page; all of the source must have been stepped over.
    pub(super) fn finish(mut self) -> Page {
        self.step(self.source.len());
        let mut page = self.page;
        page.raw.base = self.raw.base;
        page.raw.encoding = self.raw.encoding;
        page.raw.bytes = match &self.raw.bytes {
            Some(bytes) => Some(bytes.clone()),
            None if page.text == self.source => None,
            None => Some(self.source.as_bytes().to_vec()),
        };
        page.owned_text = self.own.0..page.text.len();
        page.owned = self.own.1..page.slots.len();
        page
    }
}

/// Offset of the raw byte that a place of the undecoded text came from.
fn source(raw: &Raw, at: usize) -> u32 {
    let map: &OffsetMap = &raw.map;
    map.source(at as u32)
}
