//! From lines to messages and slots. What comes out depends on the text alone, never on how it was
//! cut into chunks.

use std::ops::Range;

use memchr::memchr;
use rustc_hash::FxHashMap;

use super::grammar;
use super::header::{self, Frame, Header, Stamp};
use super::survey::{self, Learned};
use super::{Sizes, body};
use crate::model::{Direction, Message, Part, SenderId, Slot};

/// From this many headers of another shape in a row on, lines are no longer taken for the text of the
/// message before: a second export was appended.
const FOREIGN_RUN: usize = 3;
/// So many names are known at a time: more than a group can have members, and a bound on memory.
const SENDERS: usize = 1 << 14;

/// Messages, where their first bytes lie, and their slots, in window offsets.
#[derive(Default)]
pub(super) struct Records {
    pub(super) messages: Vec<Message>,
    pub(super) starts: Vec<usize>,
    pub(super) slots: Vec<Slot>,
}

/// Reads lines of a growing window.
pub(super) struct Parser {
    learned: Learned,
    sizes: Sizes,
    pub(super) records: Records,
    /// Up to here the window is read.
    pub(super) at: usize,
    /// `at` lies inside a line that is too long to wait for its end.
    mid_line: bool,
    /// Number of the line before `at`, from 1.
    line: u64,
    /// The line before ended with a bare LF.
    after_lf: bool,
    /// Messages so far.
    pub(super) count: u64,
    open: Option<Open>,
    /// Headers of another shape since the last message.
    foreign: usize,
    /// Whether there were any.
    pub(super) saw_foreign: bool,
    senders: FxHashMap<Box<str>, SenderId>,
    next_sender: u32,
}

/// The message whose end is not seen yet, or the piece of it that lies after a cut.
struct Open {
    /// Its place in the records; a further piece gets one with its first line, which says this.
    record: Result<usize, Box<Message>>,
    start: usize,
    body: usize,
    /// End of the first line, without line end.
    first_line: usize,
    /// End of the last line, without line end.
    end: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Android,
    Ios,
    System,
    /// Continues after a cut.
    Piece,
}

impl Parser {
    pub(super) fn new(learned: Learned, sizes: Sizes) -> Self {
        Self {
            learned,
            sizes,
            records: Records::default(),
            at: 0,
            mid_line: false,
            line: 0,
            after_lf: false,
            count: 0,
            open: None,
            foreign: 0,
            saw_foreign: false,
            senders: FxHashMap::default(),
            next_sender: 0,
        }
    }

    /// Reads the whole lines of the window; with `last` all of it.
    pub(super) fn parse(&mut self, text: &str, last: bool) {
        while self.at < text.len() {
            let rest = &text.as_bytes()[self.at..];
            let look = &rest[..rest.len().min(self.sizes.line)];
            let (end, whole) = match memchr(b'\n', look) {
                Some(end) => (self.at + end + 1, true),
                None if rest.len() >= self.sizes.line => {
                    (seam(text, self.at, self.at + look.len()), false)
                }
                None if last => (text.len(), true),
                None => break,
            };
            self.line(text, end, whole);
        }
        if last {
            self.close(text);
        }
    }

    fn line(&mut self, text: &str, end: usize, whole: bool) {
        let line = &text[self.at..end];
        let content = self.at + content_length(line.as_bytes());
        self.line += u64::from(!self.mid_line);
        if self.mid_line || !self.start_message(text, content) {
            self.follow(text, content, end);
        }
        if !whole || self.open.as_ref().is_some_and(|open| end - open.start >= self.sizes.page) {
            self.cut_message(text, end);
        }
        self.after_lf = line.ends_with('\n') && !line.ends_with("\r\n");
        self.mid_line = !whole;
        self.at = end;
    }

    /// Starts a message if the line has a header of a shape that does so.
    fn start_message(&mut self, text: &str, content: usize) -> bool {
        let Some((usual, _)) = self.learned.shapes.first() else { return false };
        let line = &text.as_bytes()[self.at..content];
        if let Some((stamp, rest)) = header::parse_plain(line, usual) {
            return self.start(text, content, 0, &stamp, rest);
        }
        let Some(Header { shape, stamp, rest }) = grammar::parse(line) else { return false };
        match self.learned.shapes.iter().position(|known| known.0 == shape) {
            Some(shape) => self.start(text, content, shape, &stamp, rest),
            None => {
                self.saw_foreign = true;
                self.foreign += 1;
                false
            }
        }
    }

    /// A line that starts no message: goes on with the one before, or stands for itself.
    fn follow(&mut self, text: &str, content: usize, end: usize) {
        if self.foreign >= FOREIGN_RUN {
            self.close(text);
        }
        if let Some(open) = &mut self.open {
            if let Err(message) = &mut open.record {
                message.line = self.line;
                message.sender_text = self.at..self.at;
                self.records.messages.push((**message).clone());
                self.records.starts.push(self.at);
                open.record = Ok(self.records.messages.len() - 1);
                open.first_line = content;
            }
            open.end = content;
            return;
        }
        let text = body::trimmed(text, self.at..content);
        let before = self.records.starts.last().copied().unwrap_or(0);
        if text.is_empty() && end - before < self.sizes.page {
            return;
        }
        self.records.starts.push(self.at);
        self.records.messages.push(Message {
            index: 0,
            line: self.line,
            sender: None,
            sender_text: self.at..self.at,
            direction: Direction::Unknown,
            time: None,
        });
        let message = self.records.messages.len() - 1;
        push_slot(&mut self.records.slots, message, Part::Other, text);
    }

    fn start(
        &mut self,
        text: &str,
        content: usize,
        shape: usize,
        stamp: &Stamp,
        rest: usize,
    ) -> bool {
        let (shape, orders) = &self.learned.shapes[shape];
        let is_bracket = shape.frame == Frame::Bracket;
        if is_bracket && self.learned.crlf_ends && self.after_lf {
            return false;
        }
        let time = survey::time(stamp, orders);
        self.close(text);
        self.count += 1;
        self.foreign = 0;
        let rest = self.at + rest;
        let found = self.sender(&text[rest..content]);
        let message = self.records.messages.len();
        let (mut sender, mut sender_text) = (None, self.at..self.at);
        let (mut body, mut kind) = (rest, Kind::System);
        if let Some((id, name, after)) = found {
            sender = Some(id);
            sender_text = rest + name.start..rest + name.end;
            body = rest + after;
            kind = if is_bracket { Kind::Ios } else { Kind::Android };
            push_slot(&mut self.records.slots, message, Part::Sender, sender_text.clone());
        }
        self.records.starts.push(self.at);
        self.records.messages.push(Message {
            index: self.count,
            line: self.line,
            sender,
            sender_text,
            direction: Direction::Unknown,
            time,
        });
        self.open = Some(Open {
            record: Ok(message),
            start: self.at,
            body,
            first_line: content,
            end: content,
            kind,
        });
        true
    }

    /// The sender in what follows a header: number, name without marks around it, and where the text
    /// begins.
    fn sender(&mut self, rest: &str) -> Option<(SenderId, Range<usize>, usize)> {
        let mut colons = survey::colons(rest);
        let mut colon = colons.next()?;
        let long = &self.learned.long_senders;
        if !long.is_empty()
            && let Some(longer) = colons.filter(|colon| long.contains(&rest[..*colon])).last()
        {
            colon = longer;
        }
        let mut name = body::trimmed(rest, 0..colon);
        if rest[name.clone()].starts_with('~') {
            name = body::trimmed(rest, name.start + 1..name.end);
        }
        let id = self.sender_id(&rest[name.clone()])?;
        Some((id, name, (colon + 2).min(rest.len())))
    }

    /// The number of a sender; `None` if that is no name.
    fn sender_id(&mut self, name: &str) -> Option<SenderId> {
        if let Some(id) = self.senders.get(name) {
            return Some(*id);
        }
        if name.is_empty() || ends_in_quotation(name) {
            return None;
        }
        if self.senders.len() == SENDERS {
            self.senders.clear();
        }
        let id = SenderId(self.next_sender);
        self.next_sender = self.next_sender.saturating_add(1);
        self.senders.insert(name.into(), id);
        Some(id)
    }

    /// Ends the open message: its text becomes slots.
    fn close(&mut self, text: &str) {
        let Some(open) = self.open.take() else { return };
        let Ok(message) = open.record else { return };
        let range = open.body..open.end;
        let slots = &mut self.records.slots;
        let mut push = |part, range: Range<usize>| push_slot(slots, message, part, range);
        match open.kind {
            Kind::System => push(Part::Other, body::trimmed(text, range)),
            Kind::Piece => push(Part::Body, range),
            Kind::Android | Kind::Ios => {
                let ios = open.kind == Kind::Ios;
                let first_line = open.first_line.max(open.body);
                body::parts(text, range, first_line, ios, |part, range| match part {
                    Part::Body => push(part, range),
                    _ => {
                        let lines = text[range.clone()].trim_start_matches(['\r', '\n']).len();
                        push(part, body::trimmed(text, range.end - lines..range.end));
                    }
                });
            }
        }
    }

    /// Ends the open message at `end` but goes on with a further piece of it.
    fn cut_message(&mut self, text: &str, end: usize) {
        let Some(open) = &self.open else { return };
        let message = match &open.record {
            Ok(record) => Box::new(self.records.messages[*record].clone()),
            Err(message) => message.clone(),
        };
        self.close(text);
        self.open = Some(Open {
            record: Err(message),
            start: end,
            body: end,
            first_line: end,
            end,
            kind: Kind::Piece,
        });
    }

    /// The text so far of the message that is still open, for context.
    pub(super) fn provisional(&self) -> Option<Slot> {
        let open = self.open.as_ref()?;
        let message = *open.record.as_ref().ok().filter(|_| open.body < open.end)?;
        Some(Slot { part: Part::Body, message, range: open.body..open.end, cell: None })
    }

    /// Hands out the records of a page that ends at `end` and goes on with those from `keep` on.
    pub(super) fn split(&mut self, keep: usize, end: usize) -> (Vec<Message>, Vec<Slot>) {
        let old = &mut self.records;
        let first = old.starts.partition_point(|start| *start <= keep).saturating_sub(1);
        let first_slot = old.slots.partition_point(|slot| slot.range.end <= keep);
        let shift =
            |range: &Range<usize>| range.start.saturating_sub(keep)..range.end.saturating_sub(keep);
        let mut new = Records {
            messages: Vec::with_capacity(old.messages.len() * 9 / 8),
            starts: Vec::with_capacity(old.starts.len() * 9 / 8),
            slots: Vec::with_capacity(old.slots.len() * 9 / 8),
        };
        new.starts.extend(old.starts[first..].iter().map(|start| start.saturating_sub(keep)));
        new.messages.extend(old.messages[first..].iter().cloned().map(|mut message| {
            message.sender_text =
                if message.sender_text.start < keep { 0..0 } else { shift(&message.sender_text) };
            message
        }));
        new.slots.extend(old.slots[first_slot..].iter().map(|slot| Slot {
            part: slot.part,
            message: slot.message - first,
            range: shift(&slot.range),
            cell: None,
        }));
        let on_page = old.starts.partition_point(|start| *start < end);
        let slots_on_page = old.slots.partition_point(|slot| slot.range.start < end);
        old.messages.truncate(on_page);
        old.slots.truncate(slots_on_page);
        if let Some(slot) = old.slots.last_mut() {
            slot.range.end = slot.range.end.min(end);
        }
        if let Some(message) = old.messages.last_mut()
            && message.sender_text.end > end
        {
            message.sender_text = 0..0;
        }
        let old = std::mem::replace(old, new);
        if let Some(open) = &mut self.open {
            if let Ok(record) = &mut open.record {
                *record -= first;
            }
            for place in [&mut open.start, &mut open.body, &mut open.first_line, &mut open.end] {
                *place = place.saturating_sub(keep);
            }
        }
        self.at -= keep;
        (old.messages, old.slots)
    }
}

#[inline]
fn push_slot(slots: &mut Vec<Slot>, message: usize, part: Part, range: Range<usize>) {
    if !range.is_empty() {
        slots.push(Slot { part, message, range, cell: None });
    }
}

/// Whether a quotation is open at the end: a colon behind it does not end a name, as in
/// `Anna changed the subject to "Team: Nord"`.
fn ends_in_quotation(text: &str) -> bool {
    let (mut plain, mut depth) = (false, 0_u32);
    for character in text.chars() {
        match character {
            '"' => plain = !plain,
            // Closes in German, opens in English.
            '“' if depth > 0 => depth -= 1,
            '„' | '“' | '«' => depth += 1,
            '”' | '»' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    plain || depth > 0
}

/// Length of a line without its line end.
fn content_length(line: &[u8]) -> usize {
    match line {
        [.., b'\r', b'\n'] => line.len() - 2,
        [.., b'\n'] => line.len() - 1,
        _ => line.len(),
    }
}

/// How far back from its end a piece of a long line is searched for a good place to cut.
const SEAM: usize = 4 << 10;

/// Where to cut a line that has no end before `end`: after punctuation that no value holds, else
/// between words, else between characters.
fn seam(text: &str, start: usize, end: usize) -> usize {
    let end = text.floor_char_boundary(end);
    let from = end.saturating_sub(SEAM).max(start + (end - start) / 2);
    let tail = &text.as_bytes()[from..end];
    let found = tail
        .iter()
        .rposition(|byte| matches!(byte, b';' | b'{' | b'}' | b'<' | b'>' | b'|' | b'\t'))
        .or_else(|| {
            let between = |pair: &[u8]| pair[0].is_ascii_alphabetic() && pair[1] == b' ';
            tail.windows(2).rposition(between).map(|at| at + 1)
        })
        .or_else(|| tail.iter().rposition(|byte| *byte == b' '));
    match found {
        Some(at) => from + at + 1,
        None if end > start => end,
        None => text.ceil_char_boundary(start + 1),
    }
}
