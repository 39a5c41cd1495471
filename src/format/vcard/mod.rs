//! vCards 2.1, 3.0 and 4.0 (RFC 2425, 2426, 6350): contacts that were shared or exported. Calendars
//! (iCalendar, RFC 5545) are written the same way and read so.
//!
//! A page holds whole cards, a message is a card, a slot is a property with its lines joined,
//! quoted-printable and escapes decoded (`line`). Edits land in the raw bytes behind that. Photos and
//! sounds are members: a page ends before what stands for their bytes.

mod line;

#[cfg(test)]
mod tests;

use std::io::Read;
use std::ops::Range;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::decode;
use super::feed::{CHUNK, Feed};
use super::splice::Splice;
use super::{
    Format, FormatError, Item, Limits, Member, Output, Random, Reader, Source, SpillSettings,
    Tally, Writer,
};
use crate::model::{Direction, Edit, Message, OffsetMap, Page, Part, Raw, Slot};
use line::{Line, lines};

/// Files of one or more vCards.
pub(super) struct Vcard;

const CALENDAR: &str = "BEGIN:VCALENDAR";
/// A page ends with the card that makes it longer than this, in bytes of text.
const PAGE_LEN: usize = 256 << 10;
/// A card longer than this is cut.
const CARD_LEN: usize = 8 << 20;
/// Photos, with or without the signs that fill up their last bytes.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Format for Vcard {
    /// The first line that is not empty begins a card; in a `.vcf` any line may.
    fn sniff(&self, head: &[u8], name: &str) -> bool {
        let text = decode::lossy(head, decode::detect(head));
        let mut starts = lines(&text).map(|line| is(&text[line.content], "BEGIN:VCARD"));
        if name.to_ascii_lowercase().ends_with(".vcf") {
            return starts.any(|is_start| is_start);
        }
        let text = text.trim_start_matches('\u{feff}').trim_start();
        is_start(text) || text.get(..15).is_some_and(|start| is(start, CALENDAR))
    }

    fn open(&self, mut source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let head = source.head(CHUNK);
        let encoding = decode::detect(head);
        let start = decode::lossy(head, encoding);
        let start = start.trim_start_matches('\u{feff}').trim_start();
        let is_calendar = start.get(..15).is_some_and(|start| is(start, CALENDAR));
        Ok(Box::new(VcardReader {
            spill: source.spill().clone(),
            feed: Feed::new(source, encoding, CHUNK),
            format: if is_calendar { "icalendar" } else { "vcard" },
            cards: 0,
            inside: false,
            line: 1,
            cut: 0,
            media: None,
            count: 0,
        }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(VcardWriter { out: Splice::new(out), held: Vec::new() }))
    }
}

/// Whether a text begins a card.
pub(super) fn is_start(text: &str) -> bool {
    text.get(..11).is_some_and(|start| is(start, "BEGIN:VCARD"))
}

/// Hands out the characters of cards, their lines joined and values decoded, each with the place it
/// came from, in bytes from 0. Answers how many bytes of photos and sounds it left out.
pub(super) fn decode(text: &str, mut push: impl FnMut(char, usize)) -> usize {
    let mut left_out = 0;
    let mut rest = lines(text).peekable();
    while let Some(first) = rest.next() {
        let line = Line::read(text, first, &mut rest);
        let media = line.media(text).map_or(0..0, |(_, value)| value);
        left_out += media.len();
        line.decode(text, |character, at| {
            if !media.contains(&at) {
                push(character, at);
            }
        });
        line.end(text, &mut push);
    }
    left_out
}

/// Cards without their photos and sounds.
pub(super) fn without_media(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut rest = lines(text).peekable();
    while let Some(first) = rest.next() {
        if let Some((_, value)) = Line::read(text, first, &mut rest).media(text) {
            out.push_str(&text[at..value.start]);
            at = value.end;
        }
    }
    out.push_str(&text[at..]);
    out
}

fn is(line: &str, what: &str) -> bool {
    line.trim_start_matches('\u{feff}').trim().eq_ignore_ascii_case(what)
}

struct VcardReader {
    feed: Feed,
    format: &'static str,
    cards: u64,
    /// Whether a card has begun and not ended.
    inside: bool,
    /// Number of the next line, from 1.
    line: u64,
    spill: SpillSettings,
    /// How much of the text is whole cards that were not handed out.
    cut: usize,
    /// The text begins with the value of this photo or sound, or did.
    media: Option<Media>,
    /// Photos and sounds so far.
    count: u64,
}

impl Reader for VcardReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        if self.media.as_ref().is_some_and(|media| !media.value.is_empty()) {
            return Ok(Some(Item::Page(self.value())));
        }
        if let Some(Media { kind, bytes, .. }) = self.media.take() {
            self.count += 1;
            let name = format!("{kind}-{}", self.count);
            let source = Source::random(name.clone(), Random::memory(bytes), &self.spill);
            let (source, copied) = (Some(source), true);
            return Ok(Some(Item::Member(Member { name, source, modified: None, copied })));
        }
        if self.cut == 0 {
            self.cut = self.end_of_cards();
        }
        if self.cut == 0 {
            return self.feed.end();
        }
        let mut end = self.cut;
        if let Some(media) = Media::first(&self.feed.text()[..self.cut]) {
            end = media.value.start;
            self.media = Some(media);
        }
        self.cut -= end;
        let (text, raw) = self.feed.take(end);
        Ok(Some(Item::Page(self.page(text, raw))))
    }

    fn tally(&self) -> Tally {
        self.feed.tally(self.format, self.cards, &[])
    }
}

/// A photo or sound in a text.
struct Media {
    kind: &'static str,
    /// Where its value stands; empty when that was handed out.
    value: Range<usize>,
    bytes: Vec<u8>,
}

impl Media {
    /// The first of a text.
    fn first(text: &str) -> Option<Self> {
        let mut rest = lines(text).peekable();
        while let Some(first) = rest.next() {
            let line = Line::read(text, first, &mut rest);
            let Some((kind, value)) = line.media(text) else { continue };
            let mut signs = text[value.clone()].to_owned();
            signs.retain(|c| !c.is_ascii_whitespace());
            if let Ok(bytes) = BASE64.decode(signs)
                && !bytes.is_empty()
            {
                return Some(Self { kind, value, bytes });
            }
        }
        None
    }
}

impl VcardReader {
    /// How much of the text that comes is whole cards; reads on as needed.
    fn end_of_cards(&mut self) -> usize {
        while !self.feed.ended && self.feed.text().len() < PAGE_LEN {
            self.feed.read();
        }
        loop {
            let text = self.feed.text();
            if self.feed.ended {
                return text.len();
            }
            if let Some(cut) = end_of_cards(text) {
                return cut;
            }
            if text.len() >= CARD_LEN {
                return end_of_line(text);
            }
            self.feed.read();
        }
    }

    /// A page of no text but the bytes that the value of a photo takes, with which the text that comes
    /// begins: a copy keeps them or not.
    fn value(&mut self) -> Page {
        let value = self.media.as_mut().map(|media| std::mem::take(&mut media.value));
        let len = value.map_or(0, |value| value.len());
        let (text, mut raw) = self.feed.take(len);
        self.cut -= len;
        // The line it begins on was counted, and the line it ends on will be.
        self.line += lines(&text).count() as u64;
        self.line -= 2;
        raw.bytes.get_or_insert(text.into_bytes());
        raw.map = OffsetMap::default();
        Page { raw, ..Page::default() }
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
            page.line(&text, &line);
            if is(content, "END:VCARD") {
                self.inside = false;
            }
        }
        drop(rest);
        page.finish(text)
    }
}

/// Writes photos and sounds as they were, or nothing in their place.
struct VcardWriter {
    out: Splice,
    /// What stands for the photo that is looked at.
    held: Vec<u8>,
}

impl Writer for VcardWriter {
    fn put(&mut self, page: &Page, edits: &[Edit]) -> Result<(), FormatError> {
        match &page.raw.bytes {
            Some(value) if page.text.is_empty() => {
                self.held.clone_from(value);
                Ok(())
            }
            _ => self.out.put(page, edits),
        }
    }

    fn put_member(
        &mut self,
        name: &str,
        _modified: Option<i64>,
        _content: Option<&mut dyn Read>,
    ) -> Result<(), FormatError> {
        let held = std::mem::take(&mut self.held);
        // Else it is the note that stands for something withheld.
        if !name.contains('.') {
            self.out.output().write_all(&held)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        Box::new(self.out).finish()
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
        let value = line.decode(text, |character, from| {
            let at = self.page.text.len();
            // A comma stands for the signs between components, with a space behind it.
            if character == ',' && text.as_bytes().get(from) == Some(&b';') {
                self.page.separators.push(at..at + ", ".len());
            }
            self.push(character, from);
        }) + start;
        let end = self.page.text.len();
        line.end(text, |character, from| self.push(character, from));
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
