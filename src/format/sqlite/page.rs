//! Pages from rows: messages of a database lie mixed by time, pages are of one chat each.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cell::Mixed;
use crate::model::{Cell, Message, Page, Part, Slot};

/// A page ends with the message that makes it longer than this, in bytes.
const PAGE_LEN: usize = 256 << 10;
/// So many bytes of unfinished pages are held; then all are handed out.
const HELD: usize = 4 << 20;
/// So many chats keep their last messages as context for the next page.
const CONTEXTS: usize = 256;
/// Context before and after a page: messages and bytes.
const AROUND: usize = 4;
const AROUND_LEN: usize = 8 << 10;

/// Sorts rows into pages by chat.
#[derive(Default)]
pub(in crate::format) struct Sorter {
    pages: Vec<Growing>,
    by_chat: FxHashMap<Arc<str>, usize>,
    /// The page of what belongs to no chat.
    of_none: Option<usize>,
    held: usize,
    ready: VecDeque<Page>,
}

/// One text of a row.
pub(in crate::format) struct Text<'a> {
    pub(in crate::format) part: Part,
    /// What a reader says of it: no part of the cell.
    pub(in crate::format) label: &'a str,
    pub(in crate::format) text: &'a str,
    /// The way back, where it is not byte by byte.
    pub(in crate::format) mixed: Option<&'a Mixed>,
    pub(in crate::format) cell: Cell,
}

impl Sorter {
    /// Takes a row of one text.
    pub(in crate::format) fn push(
        &mut self,
        chat: Option<&Arc<str>>,
        message: Message,
        text: &Text<'_>,
    ) {
        let at = self.begin(chat, message);
        self.add(at, text);
        self.end(at);
    }

    /// Begins a row of a chat; its texts go to the page that is answered.
    pub(in crate::format) fn begin(&mut self, chat: Option<&Arc<str>>, message: Message) -> usize {
        let at = match chat {
            Some(chat) => self.by_chat.get(chat).copied(),
            None => self.of_none,
        };
        let at = at.unwrap_or_else(|| {
            let at = self.pages.len();
            self.pages.push(Growing { chat: chat.cloned(), ..Growing::default() });
            match chat {
                Some(chat) => drop(self.by_chat.insert(Arc::clone(chat), at)),
                None => self.of_none = Some(at),
            }
            at
        });
        let page = &mut self.pages[at];
        page.starts.push(page.text.len());
        page.messages.push(message);
        at
    }

    /// Adds a text to the row that was begun on this page.
    pub(in crate::format) fn add(&mut self, at: usize, text: &Text<'_>) {
        let page = &mut self.pages[at];
        let before = page.text.len();
        page.push(text);
        self.held += page.text.len() - before;
    }

    /// Ends the row that was begun on this page.
    pub(in crate::format) fn end(&mut self, at: usize) {
        let page = &mut self.pages[at];
        if page.text.len() > PAGE_LEN {
            let before = page.text.len();
            self.ready.extend(page.take(false));
            self.held -= before - page.text.len();
        } else if self.held > HELD {
            self.flush(self.pages.len() > CONTEXTS);
        }
    }

    /// Hands out all that is held; `last`: nothing follows that could need it as context.
    pub(in crate::format) fn flush(&mut self, last: bool) {
        self.ready.extend(self.pages.iter_mut().filter_map(|page| page.take(last)));
        if last {
            self.pages.clear();
            self.by_chat.clear();
            self.of_none = None;
        }
        self.held = self.pages.iter().map(|page| page.text.len()).sum();
    }

    /// The next page that is whole.
    pub(in crate::format) fn next(&mut self) -> Option<Page> {
        self.ready.pop_front()
    }
}

/// A page that grows.
#[derive(Default)]
struct Growing {
    chat: Option<Arc<str>>,
    text: String,
    messages: Vec<Message>,
    /// Where each message starts.
    starts: Vec<usize>,
    slots: Vec<Slot>,
    /// Where text and cells do not run in parallel: `(offset in text, offset in the cells)`.
    steps: Vec<(usize, usize)>,
    /// The first message that no page has had as its own.
    own: usize,
}

impl Growing {
    /// Adds a text to the last message.
    fn push(&mut self, text: &Text<'_>) {
        let start = self.text.len();
        let mut raw = self.raw();
        if !text.label.is_empty() {
            self.steps.push((start, raw));
            self.text.push_str(text.label);
            self.steps.push((self.text.len(), raw));
        }
        let from = self.text.len();
        self.text.push_str(text.text);
        if let Some(mixed) = text.mixed {
            let steps = mixed.steps.iter().map(|(at, cell)| (from + at, raw + cell));
            // The first step says where the cell starts, whatever its text begins with.
            self.steps.push((from, raw));
            self.steps.extend(steps.filter(|step| step.0 > from));
            raw += mixed.steps.last().map_or(0, |step| step.1);
            self.steps.push((self.text.len(), raw));
        }
        let range = start..self.text.len();
        let cell = Some(Box::new(text.cell.clone()));
        let message = self.messages.len() - 1;
        self.slots.push(Slot { part: text.part, message, range, cell });
        self.text.push('\n');
    }

    /// The offset in the cells of the end of the text.
    fn raw(&self) -> usize {
        self.steps.last().map_or(self.text.len(), |(at, raw)| raw + (self.text.len() - at))
    }

    /// The page so far, without the last messages if more follow: those are context after it, and
    /// the next page's own.
    fn take(&mut self, last: bool) -> Option<Page> {
        let count = self.messages.len();
        let start =
            |starts: &[usize], len: usize, at: usize| starts.get(at).copied().unwrap_or(len);
        let len = self.text.len();
        // Context is for conversations; single cells have none.
        let around = if last || !self.steps.is_empty() { 0 } else { AROUND };
        let mut cut = count;
        while cut > self.own + 1
            && count - cut < around
            && len - start(&self.starts, len, cut - 1) <= AROUND_LEN
        {
            cut -= 1;
        }
        if cut <= self.own {
            return None;
        }
        let mut keep = cut;
        while keep > 0
            && cut - keep < around
            && start(&self.starts, len, cut) - self.starts[keep - 1] <= AROUND_LEN
        {
            keep -= 1;
        }
        let owned_text = start(&self.starts, len, self.own)..start(&self.starts, len, cut);
        let owned = self.slot_at(owned_text.start)..self.slot_at(owned_text.end);
        let from = start(&self.starts, len, keep);
        let next = Self {
            chat: self.chat.clone(),
            text: self.text[from..].to_owned(),
            messages: self.messages[keep..]
                .iter()
                .map(|message| Message { sender_text: 0..0, ..message.clone() })
                .collect(),
            starts: self.starts[keep..].iter().map(|start| start - from).collect(),
            slots: self.slots[self.slot_at(from)..]
                .iter()
                .map(|slot| Slot {
                    message: slot.message - keep,
                    range: moved(&slot.range, from),
                    ..slot.clone()
                })
                .collect(),
            steps: Vec::new(),
            own: cut - keep,
        };
        let this = std::mem::replace(self, next);
        let mut page = Page {
            text: this.text,
            owned_text,
            messages: this.messages,
            slots: this.slots,
            owned,
            chat: this.chat,
            ..Page::default()
        };
        for (at, raw) in this.steps {
            page.raw.map.push(offset(at), offset(raw));
        }
        Some(page)
    }

    fn slot_at(&self, at: usize) -> usize {
        self.slots.partition_point(|slot| slot.range.start < at)
    }
}

fn moved(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start - by..range.end - by
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
