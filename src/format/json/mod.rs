//! JSON and JSON Lines: logs of webhooks (Cloud API, on-premise), chats as other programs export
//! them, anything else by its leaves.
//!
//! A page is a run of whole tokens (`lexer`), a slot a string or number with the name of its member
//! before it, a place is a JSON pointer (RFC 6901). What a member's name says about who wrote when is
//! in [`super::roles`]; `build` puts it together. JSON inside of a string is read like the rest.

mod build;
mod lexer;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::Read;

use super::decode;
use super::derived::Derived;
use super::feed::{CHUNK, Feed};
use super::roles;
use super::splice::Splice;
use super::{Format, FormatError, Item, Limits, Output, Reader, Source, Tally, Writer};
use crate::model::{Edit, LimitKind, Page, Part, Problem, Slot};
use build::Builder;
use lexer::{Lexeme, Lexer, Step, Token};

/// JSON documents, one or many.
pub(super) struct Json;

/// A page ends after about so many bytes.
const PAGE_LEN: usize = 256 << 10;
/// A string whose end is further away is cut.
const STRING_LEN: usize = 8 << 20;

impl Format for Json {
    /// An object or array without a mistake as far as `head` goes; under a name for JSON, also with one.
    fn sniff(&self, head: &[u8], name: &str) -> bool {
        let text = decode::lossy(head, decode::detect(head));
        let is_all = head.len() < super::SNIFF_BYTES;
        let name = name.to_ascii_lowercase();
        let is_named = [".json", ".jsonl", ".ndjson"].iter().any(|end| name.ends_with(end))
            && text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        is_named || lexer::begins(&text, is_all)
    }

    fn open(&self, mut source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let head = source.head(CHUNK);
        let encoding = decode::detect(head);
        let format = roles::format(&decode::lossy(head, encoding));
        Ok(Box::new(JsonReader {
            feed: Feed::new(source, encoding, CHUNK),
            lexer: Lexer::new(),
            lexemes: Vec::new(),
            builder: Builder::new(format == "whatsapp-webhook"),
            format,
            is_broken: false,
        }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(JsonWriter(Splice::new(out))))
    }
}

struct JsonReader {
    feed: Feed,
    lexer: Lexer,
    /// Tokens of the text that are on no page yet.
    lexemes: Vec<Lexeme>,
    builder: Builder,
    format: &'static str,
    /// What comes is no JSON any more: it is read as lines of text.
    is_broken: bool,
}

impl Reader for JsonReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        while !self.is_broken {
            if self.lexer.at >= PAGE_LEN && !self.lexemes.is_empty() {
                let count = cut(&self.lexemes);
                let end = self.lexemes[count - 1].range.end;
                return Ok(self.page(end, count));
            }
            match self.lexer.next(self.feed.text(), self.feed.ended) {
                Step::Lexeme(lexeme) => self.lexemes.push(lexeme),
                Step::More if self.feed.text().len() - self.lexer.at > STRING_LEN => {
                    match self.lexer.cut_string(self.feed.text()) {
                        Some(lexeme) => self.lexemes.push(lexeme),
                        None => self.break_off(Problem::Damaged, "a name of a member does not end"),
                    }
                }
                Step::More => self.read(),
                Step::End => {
                    let end = self.feed.text().len();
                    return match self.page(end, self.lexemes.len()) {
                        None => self.feed.end(),
                        page => Ok(page),
                    };
                }
                Step::Bad => self.break_off(
                    Problem::Damaged,
                    "not valid JSON; the rest was scanned as plain text: check the file",
                ),
                Step::Deep => self.break_off(
                    Problem::Limit(LimitKind::Depth),
                    "more objects and lists inside each other than 128; the rest was scanned as plain text",
                ),
                Step::Cut => self.break_off(
                    Problem::Truncated,
                    "the JSON ends too early; all that is there was scanned: get the whole file",
                ),
            }
        }
        if let Some(end) = self.lexemes.last().map(|lexeme| lexeme.range.end) {
            return Ok(self.page(end, self.lexemes.len()));
        }
        Ok(match self.lines() {
            None => return self.feed.end(),
            page => page,
        })
    }

    fn tally(&self) -> Tally {
        let notes = [(self.builder.saw_nested, "JSON inside of texts was read as JSON")];
        self.feed.tally(self.format, self.builder.count, &notes)
    }
}

/// How many tokens a page takes: it ends after an object, as far out as there is one in its second
/// half.
fn cut(lexemes: &[Lexeme]) -> usize {
    let half = lexemes.partition_point(|lexeme| lexeme.range.end < PAGE_LEN / 2);
    let closes = (half..lexemes.len()).filter(|at| lexemes[*at].token == Token::Close);
    let best = closes.min_by_key(|at| (lexemes[*at].depth, std::cmp::Reverse(*at)));
    best.map_or(lexemes.len(), |at| at + 1)
}

impl JsonReader {
    fn read(&mut self) {
        self.is_broken |= !self.feed.read();
    }

    fn break_off(&mut self, problem: Problem, what: &'static str) {
        self.is_broken = true;
        self.feed.fail(problem, what);
    }

    /// The page of the first `count` tokens, which ends at `end`; none if nothing is left.
    fn page(&mut self, end: usize, count: usize) -> Option<Item> {
        if end == 0 {
            return None;
        }
        let (text, raw) = self.feed.take(end);
        let mut rest = self.lexemes.split_off(count);
        for lexeme in &mut rest {
            for range in [&mut lexeme.range, &mut lexeme.content] {
                *range = range.start - end..range.end - end;
            }
        }
        let lexemes = std::mem::replace(&mut self.lexemes, rest);
        self.lexer.at = self.lexer.at.saturating_sub(end);
        Some(Item::Page(self.builder.page(&text, &raw, &lexemes)))
    }

    /// What is no JSON, line by line.
    fn lines(&mut self) -> Option<Item> {
        while !self.feed.ended && self.feed.text().len() < PAGE_LEN {
            self.read();
        }
        let len = self.feed.text().len();
        let end = if self.feed.ended {
            len
        } else {
            self.feed.text().rfind('\n').map_or(len, |line| line + 1)
        };
        if end == 0 {
            return None;
        }
        let (text, raw) = self.feed.take(end);
        let mut page = Derived::new(&text, &raw);
        page.copy(0..text.len());
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let message = page.message(0, 0);
            let len = line.trim_end_matches(['\n', '\r']).len();
            page.slot(Part::Other, message, at..at + len, None);
            at += line.len();
        }
        Some(Item::Page(page.finish()))
    }
}

/// Keeps strings strings, and makes a number one that is replaced.
struct JsonWriter(Splice);

impl Writer for JsonWriter {
    fn put(&mut self, page: &Page, edits: &[Edit]) -> Result<(), FormatError> {
        let mut all: Vec<Edit> = Vec::with_capacity(edits.len());
        let mut number: Option<&Slot> = None;
        let quote = |slot: &Slot, at: usize| Edit { range: at..at, replacement: mark(page, slot) };
        for edit in edits {
            let next = page.slots.partition_point(|slot| slot.range.start <= edit.range.start);
            let slot = next.checked_sub(1).map(|at| &page.slots[at]);
            let slot = slot.filter(|slot| edit.range.start <= slot.range.end);
            let changed = slot.filter(|slot| build::is_bare(page, slot));
            if let Some(open) = number
                && changed.is_none_or(|slot| slot.range != open.range)
            {
                all.push(quote(open, open.range.end));
            }
            if let Some(slot) = changed
                && number.is_none_or(|open| open.range != slot.range)
            {
                all.push(quote(slot, page.own_start(slot)));
            }
            number = changed;
            let mut edit = edit.clone();
            if let Some(slot) = changed {
                edit.range.start = edit.range.start.max(page.own_start(slot));
            }
            if let Cow::Owned(plain) = plain(&edit.replacement) {
                edit.replacement = plain;
            }
            all.push(edit);
        }
        all.extend(number.map(|open| quote(open, open.range.end)));
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

/// A quotation mark as it must stand there: with backslashes inside of a string.
fn mark(page: &Page, slot: &Slot) -> String {
    let before = decode::raw_bytes(&page.text, &page.raw, 0..page.own_start(slot));
    let before = before.unwrap_or_default();
    let quote = before.iter().rposition(|byte| *byte == b'"').unwrap_or(0);
    let escapes = before[..quote].iter().rev().take_while(|byte| **byte == b'\\').count();
    "\\".repeat(escapes) + "\""
}

/// A replacement without what would need an escape. Placeholders have none; names of files may.
fn plain(replacement: &str) -> Cow<'_, str> {
    let is_special = |c: char| matches!(c, '"' | '\\') || c.is_control();
    if replacement.contains(is_special) {
        replacement.replace(is_special, "_").into()
    } else {
        replacement.into()
    }
}
