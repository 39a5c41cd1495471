//! Words around candidates: in the same message, and in those before.

use std::ops::Range;
use std::sync::Arc;

use super::compile::{Near, RuleBits};
use super::opaque;
use super::scan::{NearWords, Scan, WordHit};
use super::shadow::{self, Form, Shadow};
use super::sign;
use crate::pattern::CueKind;

/// How many messages before count.
pub(super) const BEFORE: usize = 3;
/// A longer text is a document, no message whose words all belong together; in bytes.
const MESSAGE: usize = 4096;
/// How far a cue reaches, in characters.
const CUE: usize = 200;

/// What stands around a candidate.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// A word of the rule.
    pub(super) word: Option<Arc<str>>,
    /// A word that speaks against it.
    pub(super) is_against: bool,
}

/// Cues around a term.
#[derive(Debug, Default, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "one each")]
pub(super) struct Cues {
    pub(super) is_self: bool,
    pub(super) is_third: bool,
    pub(super) is_clinical: bool,
    pub(super) is_figurative: bool,
}

impl Scan<'_> {
    /// What is known of the words of a slot that count for what stands near them.
    pub(super) fn near_words(&mut self, slot: usize) -> &NearWords {
        if self.facts[slot].near.is_none() {
            self.find_near_words(slot);
        }
        self.facts[slot].near.get_or_insert_default()
    }

    /// Such words by place, as a range of [`Scan::words`].
    pub(super) fn words_of(&mut self, slot: usize) -> Range<usize> {
        self.near_words(slot).words.clone()
    }

    /// Looks a slot through for such words; those in placeholders do not count.
    fn find_near_words(&mut self, slot: usize) {
        let program = self.program;
        let len = program.rule_bits.len;
        let place = &self.page.slots[slot];
        let source = self.page.slot_text(place);
        let opaque = opaque::find(source, &program.labels);
        let shadow = (!shadow::is_plain(source)).then(|| Shadow::new(source, Form::Folded, false));
        let text = shadow.as_ref().map_or(source, |shadow| &shadow.text);
        let (from, supports) = (self.words.len(), self.supports.len());
        let mut near = NearWords { supports, ..NearWords::default() };
        self.supports.resize(supports + len, 0);
        let (words, supported) = (&mut self.words, &mut self.supports[supports..]);
        program.near.scan(text.as_bytes(), |entry, range| {
            let range = shadow.as_ref().map_or(range.clone(), |shadow| shadow.source(range));
            if opaque.touches(&range) {
                return;
            }
            let range = place.range.start + range.start..place.range.start + range.end;
            words.push(WordHit { entry, range });
            let mark = &program.near_marks[entry];
            near.has_request |= mark.is_request;
            near.has_self_cue |= mark.is_self_cue;
            if let Some(rules) = &mark.supports {
                RuleBits::add(supported, rules);
            }
        });
        self.words[from..].sort_by_key(|word| word.range.start);
        near.words = from..self.words.len();
        self.facts[slot].near = Some(near);
    }

    /// Words of a slot that may lie within `within` characters of a stretch of it.
    fn words_near(&mut self, slot: usize, range: &Range<usize>, within: usize) -> Range<usize> {
        let all = self.words_of(slot);
        let reach = within * 4;
        let words = &self.words[all.clone()];
        // Words are shorter than 256 bytes or their end is near enough anyway.
        let start = words.partition_point(|word| word.range.start + reach + 256 < range.start);
        let end = words.partition_point(|word| word.range.start <= range.end + reach);
        all.start + start..all.start + end.max(start)
    }

    fn is_within(&self, word: &Range<usize>, range: &Range<usize>, within: usize) -> bool {
        let gap = if word.end <= range.start {
            word.end..range.start
        } else if range.end <= word.start {
            range.end..word.start
        } else {
            return false;
        };
        gap.len() <= within
            || gap.len() <= within * 4 && self.page.text[gap].chars().count() <= within
    }

    /// Words of a rule around a stretch of a slot.
    pub(super) fn nearby(
        &mut self,
        slot: usize,
        range: &Range<usize>,
        rule: usize,
        within: usize,
    ) -> Around {
        let mut around = Around::default();
        let program = self.program;
        for at in self.words_near(slot, range, within) {
            let word = &self.words[at];
            if !self.is_within(&word.range, range, within) {
                continue;
            }
            for near in program.near.uses(word.entry) {
                match near {
                    Near::For(of, name) if *of == rule => {
                        around.word.get_or_insert_with(|| name.clone());
                    }
                    Near::Against(of) if *of == rule => around.is_against = true,
                    _ => {}
                }
            }
        }
        if around.word.is_none() {
            around.word = self.word_elsewhere(slot, rule);
        }
        around
    }

    /// Rules with a word where it could count for a value in this slot. It may turn out not to count
    /// after all.
    pub(super) fn named(&mut self, slot: usize) -> &[u64] {
        if self.named.0 != Some(slot) {
            let mut all = std::mem::take(&mut self.named.1);
            all.clear();
            all.extend(self.supported(slot));
            for at in self.elsewhere(slot) {
                RuleBits::add(&mut all, self.supported(at));
            }
            self.named = (Some(slot), all);
        }
        &self.named.1
    }

    /// Rules that words of a slot support.
    fn supported(&mut self, slot: usize) -> &[u64] {
        let start = self.near_words(slot).supports;
        &self.supports[start..start + self.program.rule_bits.len]
    }

    /// Other texts whose words count for a slot: those of the message, the message before, and
    /// questions of the other side up to three messages before; the nearest first.
    fn elsewhere(&mut self, slot: usize) -> Vec<usize> {
        let page = self.page;
        let is_message = |at: &usize| page.slots[*at].range.len() <= MESSAGE;
        let mut found = self.neighbours(slot, 0);
        found.retain(is_message);
        if self.is_talk(slot) {
            let message = page.slots[slot].message;
            for at in self.neighbours(slot, BEFORE) {
                let counts = is_message(&at)
                    && self.is_talk(at)
                    && (message - page.slots[at].message == 1
                        || self.sender(at) != self.sender(slot) && self.is_asking(at));
                if counts {
                    found.push(at);
                }
            }
        }
        found
    }

    /// The nearest word of a rule in another text whose words count for this one.
    fn word_elsewhere(&mut self, slot: usize, rule: usize) -> Option<Arc<str>> {
        let program = self.program;
        self.elsewhere(slot).into_iter().find_map(|at| {
            if !RuleBits::has(self.supported(at), rule) {
                return None;
            }
            self.words_of(at).find_map(|word| {
                program.near.uses(self.words[word].entry).iter().find_map(|near| match near {
                    Near::For(of, name) if *of == rule => Some(name.clone()),
                    _ => None,
                })
            })
        })
    }

    /// Slots of the same message (0), or of up to so many messages before, nearest first.
    pub(super) fn neighbours(&self, slot: usize, before: usize) -> Vec<usize> {
        let slots = &self.page.slots;
        let message = slots[slot].message;
        let others = (0..slot).rev().take(64).take_while(|at| {
            slots[*at].message + before >= message && slots[*at].message <= message
        });
        if before > 0 {
            return others.filter(|at| slots[*at].message < message).collect();
        }
        others.collect()
    }

    /// Whether a text asks for something.
    pub(super) fn is_asking(&mut self, slot: usize) -> bool {
        self.facts[slot].signs & sign::QUESTION != 0
            || self.page.slots[slot].range.len() <= MESSAGE && self.near_words(slot).has_request
    }

    /// Cues around a stretch of a slot.
    pub(super) fn cues(&mut self, slot: usize, range: &Range<usize>) -> Cues {
        let mut cues = Cues::default();
        let program = self.program;
        for at in self.words_near(slot, range, CUE) {
            let word = &self.words[at];
            for near in program.near.uses(word.entry) {
                let Near::Cue(kind) = near else { continue };
                if !self.is_within(&word.range, range, CUE) {
                    continue;
                }
                match kind {
                    CueKind::SelfCue => cues.is_self = true,
                    CueKind::Third => cues.is_third = true,
                    CueKind::Clinical => cues.is_clinical = true,
                    CueKind::Figurative => cues.is_figurative = true,
                }
            }
        }
        cues
    }

    /// Whether the same sender spoke of themself in the message before.
    pub(super) fn self_cue_before(&mut self, slot: usize) -> bool {
        self.neighbours(slot, 1).into_iter().any(|at| {
            self.sender(at).is_some()
                && self.sender(at) == self.sender(slot)
                && self.page.slots[at].range.len() <= MESSAGE
                && self.near_words(at).has_self_cue
        })
    }
}
