//! HTML and XML: pages that chats were exported to, and the parts of office documents.
//!
//! `pieces` cuts a file into tags, texts, comments; a slot is a run of text with the tags of its
//! style left out, so that a value is found across them; then attributes, comments and scripts.
//! Tags stay where they are, also inside of what is redacted.

mod entity;
mod pieces;

#[cfg(test)]
mod tests;

use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::decode;
use super::derived::Derived;
use super::feed::{CHUNK, Feed};
use super::sheet::Labels;
use super::splice::Splice;
use super::{Format, FormatError, Item, Limits, Output, Reader, Source, Tally, Writer};
use crate::model::{Direction, Edit, Page, Part, Raw, SenderId};
use pieces::{Kind, Piece, attributes, piece};

/// Pages and documents with tags.
pub(super) struct Markup;

/// A page ends with the piece that makes it longer than this.
const PAGE_LEN: usize = 256 << 10;
/// A piece longer than this is cut.
const PIECE_LEN: usize = 8 << 20;

impl Format for Markup {
    /// Begins with a tag, a declaration or a comment, and a tag is closed further on.
    fn sniff(&self, head: &[u8], _name: &str) -> bool {
        let text = decode::lossy(head, decode::detect(head));
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let starts =
            |what: &str| text.get(..what.len()).is_some_and(|it| it.eq_ignore_ascii_case(what));
        if starts("<!doctype html") || starts("<html") || starts("<?xml") {
            return true;
        }
        let is_tag = text.strip_prefix('<').is_some_and(|rest| {
            rest.starts_with("!--") || rest.starts_with(|c: char| c.is_ascii_alphabetic())
        });
        is_tag && (text.contains("</") || text.contains("/>"))
    }

    fn open(&self, mut source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let head = source.head(CHUNK);
        let encoding = decode::detect(head);
        let start = decode::lossy(head, encoding);
        // Pages of KnugiHK's WhatsApp-Chat-Exporter: a name begins a message.
        let is_chat = start.contains("w3-row") && start.contains("name");
        let is_xml = start.trim_start_matches('\u{feff}').starts_with("<?xml");
        let labels = source.labels();
        Ok(Box::new(MarkupReader {
            labels,
            label: String::new(),
            texts: 0,
            feed: Feed::new(source, encoding, CHUNK),
            pieces: Vec::new(),
            at: 0,
            is_in_cell: false,
            raw_text: None,
            format: match (is_xml, is_chat) {
                (true, _) => "xml",
                (_, true) => "whatsapp-exporter",
                _ => "html",
            },
            is_chat,
            is_name: false,
            count: 0,
            senders: FxHashMap::default(),
            line: 1,
        }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(MarkupWriter(Splice::new(out))))
    }
}

struct MarkupReader {
    labels: Option<Arc<Labels>>,
    /// What is put before the text that comes.
    label: String,
    /// Shared texts so far.
    texts: usize,
    feed: Feed,
    /// Pieces of the text that are on no page yet.
    pieces: Vec<Piece>,
    at: usize,
    /// Inside of a spreadsheet's cell, whose tag and value belong on one page.
    is_in_cell: bool,
    /// Inside of a script or style: its name.
    raw_text: Option<&'static str>,
    format: &'static str,
    /// Names begin messages.
    is_chat: bool,
    /// The text that comes is a name.
    is_name: bool,
    count: u64,
    senders: FxHashMap<String, SenderId>,
    line: u64,
}

impl Reader for MarkupReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        loop {
            let is_block = self.pieces.last().is_some_and(|piece| piece.kind == Kind::Block);
            if self.at >= PAGE_LEN && (is_block && !self.is_in_cell || self.at >= PIECE_LEN) {
                break;
            }
            let text = self.feed.text();
            let is_all = self.feed.ended || text.len() - self.at > PIECE_LEN;
            match piece(text, self.at, self.raw_text, is_all) {
                Some(piece) => {
                    self.at = piece.range.end;
                    self.is_in_cell =
                        pieces::opens_cell(&text[piece.range.clone()]).unwrap_or(self.is_in_cell);
                    self.raw_text = pieces::raw_text(text, &piece)
                        .or(self.raw_text.filter(|_| piece.kind == Kind::Script && !is_all));
                    self.pieces.push(piece);
                }
                None if self.feed.ended => break,
                None => drop(self.feed.read()),
            }
        }
        if self.at == 0 {
            return self.feed.end();
        }
        let (text, raw) = self.feed.take(std::mem::take(&mut self.at));
        let pieces = std::mem::take(&mut self.pieces);
        Ok(Some(Item::Page(self.page(&text, &raw, &pieces))))
    }

    fn tally(&self) -> Tally {
        self.feed.tally(self.format, self.count, &[])
    }
}

impl MarkupReader {
    fn page(&mut self, text: &str, raw: &Raw, pieces: &[Piece]) -> Page {
        let mut page = Derived::new(text, raw);
        let mut run: Option<Range<usize>> = None;
        let mut is_index = false;
        for piece in pieces {
            let source = &text[piece.range.clone()];
            match piece.kind {
                Kind::Text | Kind::Break => {
                    let start = page.at();
                    if run.is_none() && !self.label.is_empty() && !source.trim().is_empty() {
                        page.insert(&self.label, piece.range.start);
                    }
                    if piece.kind == Kind::Break {
                        page.push('\n', piece.range.start);
                        page.step(piece.range.end);
                    } else {
                        entity::write(&mut page, text, piece.range.clone());
                    }
                    if !is_index {
                        run.get_or_insert(start..start).end = page.at();
                    }
                }
                // What only says how the text looks is not in the text.
                Kind::Inline if run.is_some() => page.step(piece.range.end),
                Kind::Inline | Kind::Block => {
                    self.close(&mut page, &mut run);
                    self.is_name = self.is_chat && pieces::is_name(source);
                    self.name_column(source);
                    // A cell that holds the number of a text which stands elsewhere.
                    if source.starts_with("<c ") {
                        is_index = source.contains(" t=\"s\"");
                    }
                    let is_text = |(name, value): (Range<usize>, Range<usize>)| {
                        pieces::is_text(&text[name], &text[value])
                    };
                    // As within a text: whether one is left or not, the rest is the same. What stands
                    // first on a page is on it, or the page would begin behind it.
                    if piece.kind == Kind::Inline
                        && page.at() > 0
                        && !attributes(text, piece.range.clone()).into_iter().any(is_text)
                    {
                        page.step(piece.range.end);
                    } else {
                        self.tag(&mut page, text, piece.range.clone());
                    }
                }
                Kind::Script | Kind::Comment => {
                    self.close(&mut page, &mut run);
                    let start = page.at();
                    page.copy(piece.range.clone());
                    for (at, line) in lines(source) {
                        self.slot(&mut page, start + at..start + at + line.len());
                    }
                }
            }
            self.line += memchr::memchr_iter(b'\n', source.as_bytes()).count() as u64;
        }
        self.close(&mut page, &mut run);
        page.finish()
    }

    /// Notes which column the texts belong to that come.
    fn name_column(&mut self, tag: &str) {
        let Some(labels) = &self.labels else { return };
        let name = match &**labels {
            Labels::Columns(columns) if tag.starts_with("<c ") => tag
                .split_once(" r=\"")
                .map(|(_, place)| place.trim_start_matches(|c: char| c.is_ascii_alphabetic()))
                .and_then(|rest| {
                    let end = tag.len() - rest.len();
                    columns.get(&tag[tag[..end].rfind('"')? + 1..end])
                }),
            Labels::Texts(texts) if tag.starts_with("<si") => {
                self.texts += 1;
                texts.get(&(self.texts - 1))
            }
            _ => return,
        };
        self.label = name.cloned().unwrap_or_default();
    }

    /// A tag that stands in the text, with a slot for each of its own texts.
    fn tag(&self, page: &mut Derived<'_>, text: &str, range: Range<usize>) {
        let mut at = range.start;
        for (name, value) in attributes(text, range.clone()) {
            // A copy may have it otherwise: what it says is not in the text.
            if let Some(kind) = pieces::number_type(text, &range, &name, &value) {
                page.copy(at..kind.start);
                page.step(kind.end);
                at = kind.end;
            } else if pieces::is_text(&text[name], &text[value.clone()]) {
                page.copy(at..value.start);
                let start = page.at();
                entity::write(page, text, value.clone());
                at = value.end;
                let range = start..page.at();
                self.slot(page, range);
            }
        }
        page.copy(at..range.end);
    }

    /// Ends a run of text.
    fn close(&mut self, page: &mut Derived<'_>, run: &mut Option<Range<usize>>) {
        let Some(range) = run.take() else { return };
        let text = &page.page.text[range.clone()];
        let name = text.trim();
        if !self.is_name || name.is_empty() {
            return self.slot(page, range);
        }
        self.is_name = false;
        let start = range.start + text.len() - text.trim_start().len();
        let at = start..start + name.len();
        let direction = if name == "You" { Direction::Out } else { Direction::In };
        let next = SenderId(u32::try_from(self.senders.len()).unwrap_or(u32::MAX));
        let sender = *self.senders.entry(name.to_owned()).or_insert(next);
        self.count += 1;
        let message = page.message(self.count, self.line);
        let message = &mut page.page.messages[message];
        (message.sender, message.sender_text) = (Some(sender), at);
        message.direction = direction;
    }

    fn slot(&self, page: &mut Derived<'_>, range: Range<usize>) {
        if page.page.text[range.clone()].trim().is_empty() {
            return;
        }
        // What follows a name is its message.
        let open = page.page.messages.len().checked_sub(1).filter(|_| self.is_chat);
        let message = open.unwrap_or_else(|| page.message(0, self.line));
        let part = if self.is_chat { Part::Body } else { Part::Other };
        page.slot(part, message, range, None);
    }
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line.trim_end_matches(['\r', '\n'])))
    })
}

/// Keeps tags that stand inside of what is replaced.
struct MarkupWriter(Splice);

impl Writer for MarkupWriter {
    fn put(&mut self, page: &Page, edits: &[Edit]) -> Result<(), FormatError> {
        let raw = |range: Range<usize>| {
            let bytes = decode::raw_bytes(&page.text, &page.raw, range).unwrap_or_default();
            decode::lossy(bytes, page.raw.encoding).into_owned()
        };
        let mut all = Vec::with_capacity(edits.len());
        for edit in edits {
            let mut replacement = entity::escape(&edit.replacement);
            let inside = raw(edit.range.clone());
            pieces::kept_tags(&inside).for_each(|tag| replacement.push_str(tag));
            all.extend(pieces::cell_type(&page.text, edit.range.start, raw));
            all.push(Edit { range: edit.range.clone(), replacement });
        }
        all.sort_by_key(|edit| (edit.range.start, edit.range.end));
        // Two values in one cell change its type once.
        all.dedup_by(|a, b| a.range == b.range && a.replacement == b.replacement);
        self.0.put(page, &all)
    }

    fn put_member(
        &mut self,
        name: &str,
        modified: Option<i64>,
        content: Option<&mut dyn Read>,
    ) -> Result<(), FormatError> {
        self.0.put_member(name, modified, content)
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        Box::new(self.0).finish()
    }
}
