//! Values split over messages: "DE89 3704 0044" / "0532 0130 00".

use std::borrow::Cow;
use std::ops::Range;

use regex_automata::hybrid::dfa::Cache;

use super::patterns::is_valid;
use super::scan::Scan;
use super::shadow::{Form, Shadow};
use super::shape::is_only_groups;
use crate::model::{Confidence, Reason, Span};

/// Most messages a value is split over.
const MOST: usize = 4;
/// Longest message that is part of a value, in bytes.
const LONGEST: usize = 200;

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
    }

    /// Looks for values over all pieces; the last group holds all shapes.
    fn joined(&mut self, joined: &str, pieces: &[Piece], cache: &mut Cache) {
        let program = self.program;
        let Some(group) = program.shapes.last() else { return };
        group.shapes.find(joined, cache, |shaped| {
            let source = &program.shape_sources[shaped.shape];
            let last = pieces.last().map_or(0, |piece| piece.range.start);
            let is_split = shaped.range.end > last && shaped.range.start < last;
            if !is_split || source.validator.is_none() || !is_valid(source, joined, shaped) {
                return false;
            }
            let spans: Vec<Span> =
                pieces.iter().filter_map(|piece| self.span(piece, &shaped.range)).collect();
            if !spans.iter().any(|span| self.page.owned.contains(&span.slot)) {
                return false;
            }
            let mut reasons = vec![Reason::Checksum];
            let level = self.judge(
                source.rule,
                &spans,
                source.confidence,
                source.need_context,
                &mut reasons,
            );
            // Two weak messages in a row happen to fit too often.
            let is_backed = source.confidence == Confidence::High || reasons.len() > 1;
            match level {
                Some(level) if is_backed => self.push(source.rule, spans, level, reasons),
                _ => return false,
            }
            true
        });
    }

    /// The part of a value that stands in a message.
    fn span(&self, piece: &Piece, value: &Range<usize>) -> Option<Span> {
        let start = value.start.max(piece.range.start);
        let end = value.end.min(piece.range.end);
        if start >= end {
            return None;
        }
        let slot = &self.page.slots[piece.slot];
        let shadow = Shadow::new(self.page.slot_text(slot), Form::Plain, false);
        let range = shadow.source(start - piece.range.start..end - piece.range.start);
        let base = slot.range.start;
        Some(Span { slot: piece.slot, range: base + range.start..base + range.end })
    }

    /// The shadow of a short message.
    fn piece(&self, slot: usize) -> Option<Cow<'a, str>> {
        let page = self.page;
        let source = page.slot_text(&page.slots[slot]);
        (source.len() <= LONGEST).then(|| Shadow::new(source, Form::Plain, false).text)
    }

    /// The slot before, if it is the message before by the same sender.
    fn same_sender_before(&self, slot: usize) -> Option<usize> {
        let before = slot.checked_sub(1)?;
        let is_next = self.page.slots[before].message + 1 == self.page.slots[slot].message;
        (is_next && self.is_talk(before) && self.sender(before) == self.sender(slot))
            .then_some(before)
    }
}
