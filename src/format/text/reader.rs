use memchr::memchr;

use super::parser::Parser;
use super::{Sizes, survey};
use crate::format::decode;
use crate::format::feed::Feed;
use crate::format::text::header::Frame;
use crate::format::{FormatError, Item, Reader, Source, Tally};
use crate::model::{Encoding, Page};

/// So many bytes are looked at first; if they leave a question, [`SURVEY_BYTES`].
const FIRST_LOOK: usize = 128 << 10;
/// Most bytes that are looked at to learn how a leaf is written.
const SURVEY_BYTES: usize = 1 << 20;
/// Most messages a page owns, so that texts of tiny lines stay within bounds.
const PAGE_MESSAGES: usize = 8192;
/// Most messages of context on each side.
const CONTEXT_MESSAGES: usize = 32;

/// Reads a text as pages.
pub(super) struct TextReader {
    feed: Feed,
    parser: Parser,
    sizes: Sizes,
    format: &'static str,
    notes: Vec<&'static str>,
    /// Up to here the window was handed out.
    owned: usize,
}

impl TextReader {
    /// Learns how the text is written and starts at its first byte.
    pub(super) fn new(mut source: Source, sizes: Sizes) -> Self {
        let mut look = |bytes| {
            let head = source.head(bytes);
            let encoding = decode::detect(head);
            let text = decode::lossy(head, encoding);
            (encoding, survey::learn(&text, head.len() < bytes), text.trim().is_empty())
        };
        let mut seen = look(FIRST_LOOK);
        if !seen.1.certain {
            seen = look(SURVEY_BYTES);
        }
        let (encoding, learned, blank) = seen;
        let mut notes = Vec::new();
        let format = match learned.shapes.first() {
            None => "text",
            Some((shape, _)) => match shape.frame {
                Frame::Bracket if shape.time_first && !shape.seconds => "whatsapp-web",
                Frame::Bracket => "whatsapp-ios",
                Frame::Colon => "whatsapp-old",
                Frame::Dash | Frame::Comma => "whatsapp-android",
            },
        };
        if learned.shapes.is_empty() && !blank {
            notes.push("no chat header recognised");
        }
        if learned.shapes.len() > 1 {
            notes.push("several header shapes");
        }
        if learned.shapes.iter().any(|(_, orders)| orders.len() > 1) {
            notes.push("order of day and month unknown");
        }
        if encoding != Encoding::Utf8 {
            notes.push("not UTF-8");
        }
        Self {
            feed: Feed::new(source, encoding, sizes.chunk),
            parser: Parser::new(learned, sizes),
            sizes,
            format,
            notes,
            owned: 0,
        }
    }

    /// Where the next page ends, if enough of the text is read to say so.
    fn end_of_page(&self) -> Option<usize> {
        let starts = &self.parser.records.starts;
        let first = starts.partition_point(|start| *start < self.owned);
        let most = first + PAGE_MESSAGES;
        if self.feed.ended {
            let all = self.feed.text().len();
            let end = starts.get(most).copied().unwrap_or(all);
            return (end > self.owned).then_some(end);
        }
        let limit = self.parser.at.saturating_sub(self.sizes.context);
        let last = starts.partition_point(|start| *start <= limit).checked_sub(1)?.min(most);
        let end = starts[last];
        let full = last == most || end >= self.owned + self.sizes.page;
        (full && end > self.owned).then_some(end)
    }

    /// Where the context after a page ends: after the last of the next messages that fits, or inside
    /// the next if that is too large.
    fn end_of_context(&self, end: usize) -> usize {
        let limit = (end + self.sizes.context).min(self.parser.at);
        if end == limit {
            return end;
        }
        let starts = &self.parser.records.starts;
        let next = starts.partition_point(|start| *start <= end);
        let fitting = starts.partition_point(|start| *start <= limit);
        let last = fitting.min(next + CONTEXT_MESSAGES);
        if self.feed.ended && limit == self.feed.text().len() && last == starts.len() {
            limit
        } else if last > next {
            starts[last - 1]
        } else {
            self.feed.text().floor_char_boundary(limit)
        }
    }

    /// Where the context before the next page begins, which itself begins at `end`: at the first of
    /// the last messages that fits, or at a line inside the last if that is too large.
    fn start_of_context(&self, end: usize) -> usize {
        let limit = end.saturating_sub(self.sizes.context);
        let starts = &self.parser.records.starts;
        let next = starts.partition_point(|start| *start < end);
        let first = starts.partition_point(|start| *start < limit);
        match starts[..next].get(first.max(next.saturating_sub(CONTEXT_MESSAGES))) {
            Some(start) => *start,
            None => {
                let limit = self.feed.text().ceil_char_boundary(limit);
                let line = memchr(b'\n', &self.feed.text().as_bytes()[limit..end]);
                line.map(|at| limit + at + 1).filter(|line| *line < end).unwrap_or(limit)
            }
        }
    }

    fn page(&mut self, end: usize) -> Page {
        let text_end = self.end_of_context(end);
        let keep = self.start_of_context(end);
        let open = self.parser.provisional().filter(|slot| slot.range.start < text_end);
        let (messages, mut slots) = self.parser.split(keep, text_end);
        if let Some(mut slot) = open.filter(|slot| slot.message < messages.len()) {
            slot.range.end = slot.range.end.min(text_end);
            slots.push(slot);
        }
        self.feed.bytes +=
            (self.feed.window.source(end) - self.feed.window.source(self.owned)) as u64;
        let (text, raw) = self.feed.window.split(keep, text_end);
        let owned_text = self.owned..end;
        let owned = slots.partition_point(|slot| slot.range.start < owned_text.start)
            ..slots.partition_point(|slot| slot.range.start < end);
        self.owned = end - keep;
        Page { text, owned_text, messages, slots, owned, raw, ..Page::default() }
    }
}

impl Reader for TextReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        loop {
            if let Some(end) = self.end_of_page() {
                return Ok(Some(Item::Page(self.page(end))));
            }
            if self.feed.ended {
                return self.feed.end();
            }
            self.feed.read();
            self.parser.parse(self.feed.text(), self.feed.ended);
        }
    }

    fn tally(&self) -> Tally {
        let what = "headers of another shape inside of messages";
        let mut tally =
            self.feed.tally(self.format, self.parser.count, &[(self.parser.saw_foreign, what)]);
        tally.notes.splice(0..0, self.notes.iter().copied());
        tally
    }
}
