//! Words around candidates: in the same message, and in those before.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::compile::Nearby;
use super::dictionary::sign;
use super::opaque;
use super::scan::{Scan, WordHit};
use super::shadow::{Form, Shadow};
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
    /// Words of the second dictionary in a slot, by place; looked for once.
    pub(super) fn words_of(&mut self, slot: usize) -> Range<usize> {
        if let Some(words) = &self.facts[slot].words {
            return words.clone();
        }
        let place = &self.page.slots[slot];
        let source = self.page.slot_text(place);
        let shadow = Shadow::new(source, Form::Folded, false);
        let opaque = if self.facts[slot].signs & (sign::BRACKET | sign::STAR) == 0 {
            opaque::Opaque::default()
        } else {
            opaque::find(source, &self.program.labels)
        };
        let from = self.words.len();
        let words = &mut self.words;
        self.program.nearby.scan(shadow.text.as_bytes(), |entry, range| {
            let range = shadow.source(range);
            if !opaque.touches(&range) {
                let start = place.range.start;
                words.push(WordHit { entry, range: start + range.start..start + range.end });
            }
        });
        words[from..].sort_by_key(|word| word.range.start);
        let found = from..words.len();
        self.facts[slot].words = Some(found.clone());
        found
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
            for use_ in program.nearby.uses(word.entry) {
                match use_ {
                    Nearby::For(of, name) if *of == rule => {
                        around.word.get_or_insert_with(|| name.clone());
                    }
                    Nearby::Against(of) if *of == rule => around.is_against = true,
                    _ => {}
                }
            }
        }
        if around.word.is_none() {
            around.word = self.word_elsewhere(slot, rule);
        }
        around
    }

    /// Whether a word of a rule stands where it could count for a value in this slot.
    pub(super) fn is_named(&mut self, slot: usize, rule: usize) -> bool {
        if self.named.0 != Some(slot) {
            self.named.0 = Some(slot);
            self.named.1.clear();
            self.named.1.resize(self.program.rules.len(), false);
            let program = self.program;
            for at in self.words_of(slot) {
                for use_ in program.nearby.uses(self.words[at].entry) {
                    if let Nearby::For(rule, _) = use_ {
                        self.named.1[*rule] = true;
                    }
                }
            }
            self.look_elsewhere(slot);
            for rule in self.elsewhere.1.keys() {
                self.named.1[*rule] = true;
            }
        }
        self.named.1[rule]
    }

    /// A word of a rule in another text of the message, the message before, or a question of the
    /// other side up to three messages before.
    fn word_elsewhere(&mut self, slot: usize, rule: usize) -> Option<Arc<str>> {
        self.look_elsewhere(slot);
        self.elsewhere.1.get(&rule).cloned()
    }

    fn look_elsewhere(&mut self, slot: usize) {
        if self.elsewhere.0 != Some(slot) {
            self.elsewhere = (Some(slot), self.words_elsewhere(slot));
        }
    }

    /// The nearest of these words of each rule.
    fn words_elsewhere(&mut self, slot: usize) -> FxHashMap<usize, Arc<str>> {
        let mut found = FxHashMap::default();
        let message = self.page.slots[slot].message;
        for at in self.neighbours(slot, 0) {
            self.note_words(at, &mut found);
        }
        if !self.is_talk(slot) {
            return found;
        }
        for at in self.neighbours(slot, BEFORE) {
            let distance = message - self.page.slots[at].message;
            let is_other = self.sender(at) != self.sender(slot);
            if self.is_talk(at) && (distance == 1 || is_other && self.is_asking(at)) {
                self.note_words(at, &mut found);
            }
        }
        found
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

    fn note_words(&mut self, slot: usize, found: &mut FxHashMap<usize, Arc<str>>) {
        if self.page.slots[slot].range.len() > MESSAGE {
            return;
        }
        let program = self.program;
        for at in self.words_of(slot) {
            for use_ in program.nearby.uses(self.words[at].entry) {
                if let Nearby::For(rule, name) = use_ {
                    found.entry(*rule).or_insert_with(|| name.clone());
                }
            }
        }
    }

    /// Whether a text asks for something.
    pub(super) fn is_asking(&mut self, slot: usize) -> bool {
        let program = self.program;
        self.facts[slot].signs & sign::QUESTION != 0
            || self.page.slots[slot].range.len() <= MESSAGE
                && self.words_of(slot).any(|at| {
                    let uses = program.nearby.uses(self.words[at].entry);
                    uses.iter().any(|use_| matches!(use_, Nearby::Request))
                })
    }

    /// Cues around a stretch of a slot.
    pub(super) fn cues(&mut self, slot: usize, range: &Range<usize>) -> Cues {
        let mut cues = Cues::default();
        let program = self.program;
        for at in self.words_near(slot, range, CUE) {
            let word = &self.words[at];
            for use_ in program.nearby.uses(word.entry) {
                let Nearby::Cue(kind) = use_ else { continue };
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
        let program = self.program;
        let before = self.neighbours(slot, 1);
        before.into_iter().any(|at| {
            self.sender(at).is_some()
                && self.sender(at) == self.sender(slot)
                && self.page.slots[at].range.len() <= MESSAGE
                && self.words_of(at).any(|word| {
                    let uses = program.nearby.uses(self.words[word].entry);
                    uses.iter().any(|use_| matches!(use_, Nearby::Cue(CueKind::SelfCue)))
                })
        })
    }
}
