//! vCards 2.1, 3.0 and 4.0 (RFC 2425, 2426, 6350): contacts that were shared or exported. Calendars
//! (iCalendar, RFC 5545) are written the same way and read so.
//!
//! A page holds whole cards, a message is a card, a slot is a property with its lines joined,
//! quoted-printable and escapes decoded (`line`). Edits land in the raw bytes behind that.

mod line;

#[cfg(test)]
mod tests;

use super::decode::{self, Decoder, Window};
use super::splice::Splice;
use super::{Format, FormatError, Item, Limits, Output, Reader, Source, Tally, Writer};
use crate::model::{Direction, Message, OffsetMap, Page, Part, Raw, Slot};
use line::{Line, lines};

/// Files of one or more vCards.
pub(super) struct Vcard;

const CALENDAR: &str = "BEGIN:VCALENDAR";
/// A page ends with the card that makes it longer than this, in bytes of text.
const PAGE_LEN: usize = 256 << 10;
/// A card longer than this (its photo is) is cut.
const CARD_LEN: usize = 1 << 20;
/// Read at a time.
const CHUNK: usize = 64 << 10;

impl Format for Vcard {
    /// The first line that is not empty begins a card; in a `.vcf` any line may.
    fn sniff(&self, head: &[u8], name: &str) -> bool {
        let text = decode::lossy(head, decode::detect(head));
        let mut starts = lines(&text).map(|line| is(&text[line.content], "BEGIN:VCARD"));
        if name.to_ascii_lowercase().ends_with(".vcf") {
            return starts.any(|is_start| is_start);
        }
        let text = text.trim_start_matches('\u{feff}').trim_start();
        text.get(..11).is_some_and(|start| is(start, "BEGIN:VCARD"))
            || text.get(..15).is_some_and(|start| is(start, CALENDAR))
    }

    fn open(&self, mut source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let head = source.head(CHUNK);
        let encoding = decode::detect(head);
        let start = decode::lossy(head, encoding);
        let start = start.trim_start_matches('\u{feff}').trim_start();
        let is_calendar = start.get(..15).is_some_and(|start| is(start, CALENDAR));
        Ok(Box::new(VcardReader {
            decoder: Decoder::new(source.into_stream(), CHUNK),
            window: Window::new(encoding),
            format: if is_calendar { "icalendar" } else { "vcard" },
            ended: false,
            error: None,
            cards: 0,
            inside: false,
            line: 1,
            bytes: 0,
            has_media: false,
        }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(Splice::new(out)))
    }
}

fn is(line: &str, what: &str) -> bool {
    line.trim_start_matches('\u{feff}').trim().eq_ignore_ascii_case(what)
}

struct VcardReader {
    decoder: Decoder,
    window: Window,
    format: &'static str,
    ended: bool,
    error: Option<FormatError>,
    cards: u64,
    /// Whether a card has begun and not ended.
    inside: bool,
    /// Number of the next line, from 1.
    line: u64,
    bytes: u64,
    has_media: bool,
}

impl Reader for VcardReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        while !self.ended && self.window.text.len() < PAGE_LEN {
            self.read();
        }
        let cut = loop {
            if self.ended {
                break self.window.text.len();
            }
            if let Some(cut) = end_of_cards(&self.window.text) {
                break cut;
            }
            if self.window.text.len() >= CARD_LEN {
                break end_of_line(&self.window.text);
            }
            self.read();
        };
        if cut == 0 {
            return self.error.take().map_or(Ok(None), Err);
        }
        self.bytes += self.window.source(cut) as u64;
        let (text, raw) = self.window.split(cut, cut);
        Ok(Some(Item::Page(self.page(text, raw))))
    }

    fn tally(&self) -> Tally {
        let notes = [
            (self.has_media, "embedded photo, sound or key: kept, scanned as text only"),
            (self.window.damaged, "invalid characters"),
        ];
        Tally {
            format: self.format,
            messages: self.cards,
            bytes_scanned: self.bytes,
            bytes_not_scanned: 0,
            notes: notes.into_iter().filter(|note| note.0).map(|note| note.1).collect(),
        }
    }
}

impl VcardReader {
    fn read(&mut self) {
        match self.decoder.read(&mut self.window) {
            Ok(more) => self.ended = !more,
            Err(error) => {
                self.error = Some(error.into());
                self.ended = true;
            }
        }
    }

    /// Decodes a run of whole lines.
    fn page(&mut self, text: String, raw: Raw) -> Page {
        let mut page = Builder { page: Page::default(), raw: &raw };
        let mut rest = lines(&text).peekable();
        if self.inside {
            page.message(self.cards, self.line);
        }
        while let Some(first) = rest.next() {
            let line = Line::read(&text, first, &mut rest);
            let start = self.line;
            self.line += line.count;
            let content = &text[line.first.clone()];
            if is(content, "BEGIN:VCARD") {
                self.cards += 1;
                self.inside = true;
                page.message(self.cards, start);
            } else if !self.inside && !content.trim().is_empty() {
                page.message(0, start);
            }
            self.has_media |= line.is_media();
            page.line(&text, &line);
            if is(content, "END:VCARD") {
                self.inside = false;
            }
        }
        drop(rest);
        page.finish(text)
    }
}

/// Where the last whole card ends.
fn end_of_cards(text: &str) -> Option<usize> {
    let ends = lines(text).filter(|line| is(&text[line.content.clone()], "END:VCARD"));
    // A line end at the very end may be half of one.
    ends.map(|line| line.end).filter(|end| *end < text.len()).last()
}

/// Where the last whole line ends after which another property begins; else any line; else here.
fn end_of_line(text: &str) -> usize {
    let ends = || lines(text).map(|line| line.end).filter(|end| *end < text.len());
    let is_property = |end: &usize| !text[*end..].starts_with([' ', '\t']);
    ends().filter(is_property).last().or_else(|| ends().last()).unwrap_or(text.len())
}

/// A page while it is made.
struct Builder<'a> {
    page: Page,
    raw: &'a Raw,
}

impl Builder<'_> {
    fn message(&mut self, index: u64, line: u64) {
        self.page.messages.push(Message {
            index,
            line,
            sender: None,
            sender_text: 0..0,
            direction: Direction::Unknown,
            time: None,
        });
    }

    /// Appends a character that came from this place of the undecoded text.
    fn push(&mut self, character: char, from: usize) {
        let at = self.page.text.len() as u32;
        self.page.raw.map.push(at, source(self.raw, from));
        self.page.text.push(character);
    }

    fn line(&mut self, text: &str, line: &Line) {
        let start = self.page.text.len();
        let value = line.decode(text, |character, from| self.push(character, from)) + start;
        let end = self.page.text.len();
        for (at, character) in text[line.content_end..line.end].char_indices() {
            self.push(character, line.content_end + at);
        }
        match line.part() {
            _ if end == start => {}
            Part::Sender => {
                self.slot(Part::Other, start..value);
                self.slot(Part::Sender, value..end);
            }
            part => self.slot(part, start..end),
        }
    }

    fn slot(&mut self, part: Part, range: std::ops::Range<usize>) {
        if range.is_empty() {
            return;
        }
        if self.page.messages.is_empty() {
            self.message(0, 1);
        }
        let message = self.page.messages.len() - 1;
        self.page.slots.push(Slot { part, message, range, cell: None });
    }

    fn finish(self, text: String) -> Page {
        let mut page = self.page;
        let end = source(self.raw, text.len());
        page.raw.map.push(page.text.len() as u32, end);
        page.raw.base = self.raw.base;
        page.raw.encoding = self.raw.encoding;
        page.raw.bytes = match &self.raw.bytes {
            Some(bytes) => Some(bytes.clone()),
            None if page.text == text => None,
            None => Some(text.into_bytes()),
        };
        page.owned_text = 0..page.text.len();
        page.owned = 0..page.slots.len();
        page
    }
}

/// Offset of the raw byte that a place of the undecoded text came from.
fn source(raw: &Raw, at: usize) -> u32 {
    let map: &OffsetMap = &raw.map;
    map.source(at as u32)
}
