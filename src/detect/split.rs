//! Values split over messages: "DE89 3704 0044" / "0532 0130 00".

use std::borrow::Cow;
use std::ops::Range;

use regex_automata::hybrid::dfa::Cache;

use super::finders::FinderInput;
use super::patterns::is_valid;
use super::scan::Scan;
use super::shadow::{Form, Shadow};
use super::shape::{Judge, Shaped, is_only_groups};
use crate::model::{Confidence, Reason, Span};

/// Most messages a value is split over.
const MOST: usize = 4;
/// Longest message that is part of a value, in bytes.
const LONGEST: usize = 200;
/// Longest part of a telephone number, in bytes.
const PHONE: usize = 24;

/// A message that may be part of a value.
struct Piece {
    slot: usize,
    /// Its stretch of the joined text.
    range: Range<usize>,
}

impl<'a> Scan<'a> {
    /// Joins a message of nothing but groups with those before it.
    pub(super) fn split(&mut self, slot: usize, caches: &mut [Cache]) {
        if self.piece(slot).is_none_or(|text| !is_only_groups(&text)) {
            return;
        }
        let mut slots = vec![slot];
        while slots.len() < MOST {
            let Some(before) = self.same_sender_before(slots[slots.len() - 1]) else { break };
            let Some(text) = self.piece(before) else { break };
            slots.push(before);
            if !is_only_groups(&text) {
                break;
            }
        }
        slots.reverse();
        if slots.len() < 2 {
            return;
        }
        let mut joined = String::new();
        let mut pieces = Vec::new();
        for slot in slots {
            let Some(text) = self.piece(slot) else { return };
            let start = joined.len();
            joined.push_str(&text);
            pieces.push(Piece { slot, range: start..joined.len() });
            joined.push('\n');
        }
        if let Some(last) = caches.len().checked_sub(1) {
            self.joined(&joined, &pieces, &mut caches[last]);
        }
        self.joined_phone(&joined, &pieces);
    }

    /// A telephone number over the last two pieces: "0171" / "3920001". Only one that begins as such.
    fn joined_phone(&mut self, joined: &str, pieces: &[Piece]) {
        let program = self.program;
        let [.., first, last] = pieces else { return };
        let head = joined[first.range.clone()].trim();
        let prefix = head.rsplit(char::is_alphabetic).next().unwrap_or_default().trim();
        if !prefix.starts_with(['0', '+', '(']) || head.len() > PHONE || last.range.len() > PHONE {
            return;
        }
        let Some((finder, source)) =
            program.finders.iter().find(|(finder, _)| finder.name == "phone")
        else {
            return;
        };
        let text = joined[first.range.start..last.range.end].replace('\n', " ");
        for hit in (finder.find)(&FinderInput { text: &text }) {
            let value = first.range.start + hit.range.start..first.range.start + hit.range.end;
            let spans: Vec<Span> =
                [first, last].into_iter().filter_map(|piece| self.span(piece, &value)).collect();
            if spans.len() == 2 && spans.iter().any(|span| self.page.owned.contains(&span.slot)) {
                self.push(source.rule, spans, Confidence::Medium, vec![Reason::Shape]);
            }
        }
    }

    /// Looks for values over all pieces; the last group holds all shapes.
    fn joined(&mut self, text: &str, pieces: &[Piece], cache: &mut Cache) {
        if let Some(group) = self.program.shapes.last() {
            group.shapes.find(text, cache, &mut InPieces { scan: self, text, pieces });
        }
    }

    /// The part of a value that stands in a message.
    fn span(&self, piece: &Piece, value: &Range<usize>) -> Option<Span> {
        let start = value.start.max(piece.range.start);
        let end = value.end.min(piece.range.end);
        if start >= end {
            return None;
        }
        let slot = &self.page.slots[piece.slot];
        let shadow = Shadow::as_written(self.page.slot_text(slot), Form::Plain, false);
        let range = shadow.source(start - piece.range.start..end - piece.range.start);
        let base = slot.range.start;
        Some(Span { slot: piece.slot, range: base + range.start..base + range.end })
    }

    /// The shadow of a short message.
    fn piece(&self, slot: usize) -> Option<Cow<'a, str>> {
        let page = self.page;
        let source = page.slot_text(&page.slots[slot]);
        (source.len() <= LONGEST).then(|| Shadow::as_written(source, Form::Plain, false).text)
    }

    /// The text of the message before, if it is by the same sender; names of senders lie in between.
    fn same_sender_before(&self, slot: usize) -> Option<usize> {
        let slots = &self.page.slots;
        let message = slots[slot].message;
        let before = (0..slot).rev().take(8).find(|at| {
            slots[*at].message != message && self.is_talk(*at) || slots[*at].message + 1 < message
        })?;
        let is_next = slots[before].message + 1 == message;
        (is_next && self.sender(before) == self.sender(slot)).then_some(before)
    }
}

/// Identifiers over messages.
struct InPieces<'a, 's> {
    scan: &'a mut Scan<'s>,
    text: &'a str,
    pieces: &'a [Piece],
}

impl Judge for InPieces<'_, '_> {
    fn is_wanted(&mut self, shape: usize) -> bool {
        self.scan.program.shape_sources[shape].validator.is_some()
    }

    fn accepts(&mut self, shaped: &Shaped<'_>) -> bool {
        let source = &self.scan.program.shape_sources[shaped.shape];
        let last = self.pieces.last().map_or(0, |piece| piece.range.start);
        let is_split = shaped.range.end > last && shaped.range.start < last;
        if !is_split || !is_valid(source, self.text, shaped) {
            return false;
        }
        let spans: Vec<Span> =
            self.pieces.iter().filter_map(|piece| self.scan.span(piece, &shaped.range)).collect();
        if !spans.iter().any(|span| self.scan.page.owned.contains(&span.slot)) {
            return false;
        }
        let mut reasons = vec![Reason::Checksum];
        let level = self.scan.judge(
            source.rule,
            &spans,
            source.confidence,
            source.need_context,
            &mut reasons,
        );
        // Two weak messages in a row happen to fit too often.
        let is_backed = source.confidence == Confidence::High || reasons.len() > 1;
        match level {
            Some(level) if is_backed => self.scan.push(source.rule, spans, level, reasons),
            _ => return false,
        }
        true
    }
}
