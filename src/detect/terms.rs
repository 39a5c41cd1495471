//! Terms of lists: strong ones count alone, weak ones with a cue or a strong term near.

use std::ops::Range;

use super::expression::Expression;
use super::figure::is_of_thing;
use super::level;
use super::person::{Speakers, is_somebodys};
use super::scan::{Scan, TermHit};
use super::shadow::{Form, Shadow};
use super::title::{is_had, is_in_title, is_named, is_requested, is_title_case, starts_as_name};
use crate::model::{Confidence, Reason, Span};

/// Longest stretch of a term, in bytes.
const LONGEST: usize = 200;
/// How near a strong term must be to carry a weak one, in bytes.
const NEAR: usize = 400;
/// How near two weak terms must be to carry each other, in bytes.
const PAIR: usize = 80;
/// Words that start with the same letters are forms of one word, in characters.
const STEM: usize = 4;

impl<'a> Scan<'a> {
    /// Judges the terms of a slot.
    pub(super) fn terms(&mut self, slot: usize, hits: Vec<TermHit<'a>>) {
        let mut hits = self.without_exceptions(slot, hits);
        self.keep_longest(&mut hits);
        let strong: Vec<(usize, usize)> = hits
            .iter()
            .filter(|hit| hit.term.is_strong)
            .map(|hit| (hit.range.start, self.program.rules[hit.term.rule].family))
            .collect();
        for hit in &hits {
            let is_paired = !hit.term.is_strong && self.has_other_weak(hit, &hits);
            self.term_found(hit, &strong, is_paired);
        }
    }

    /// Whether another weak word about health stands near: two of them carry each other. Of parties,
    /// religions and the like two in a message are news as often as not.
    fn has_other_weak(&self, hit: &TermHit<'a>, all: &[TermHit<'a>]) -> bool {
        let rules = &self.program.rules;
        if rules[hit.term.rule].model.family() != "health" {
            return false;
        }
        // `dolor` and `dolore` are one word twice.
        let stem = |hit: &TermHit<'a>| {
            let word = self.page.text[hit.range.clone()].chars();
            word.take(STEM).flat_map(char::to_lowercase).collect::<String>()
        };
        let from = all.partition_point(|other| other.range.end + PAIR < hit.range.start);
        all[from..].iter().take_while(|other| other.range.start <= hit.range.end + PAIR).any(
            |other| {
                !other.term.is_strong
                    && other.entry != hit.entry
                    && stem(other) != stem(hit)
                    && rules[other.term.rule].family == rules[hit.term.rule].family
            },
        )
    }

    fn term_found(&mut self, hit: &TermHit<'a>, strong: &[(usize, usize)], is_paired: bool) {
        let term = hit.term;
        let family = self.program.rules[term.rule].family;
        let cues = self.cues(hit.slot, &hit.range);
        let text = self.page.slot_text(&self.page.slots[hit.slot]);
        let start = self.page.slots[hit.slot].range.start;
        let place = hit.range.start - start..hit.range.end - start;
        let rule = self.program.rules[term.rule].model.id.as_str();
        let mut reasons = vec![if term.is_strong { Reason::Term } else { Reason::WeakTerm }];
        for (is_there, reason) in [
            (cues.is_self, Reason::SelfCue),
            (cues.is_third, Reason::ThirdCue),
            (cues.is_clinical, Reason::ClinicalCue),
        ] {
            if is_there {
                reasons.push(reason);
            }
        }
        let has_cue = reasons.len() > 1;
        let mut confidence = match (term.is_strong, has_cue) {
            (true, true) => Confidence::High,
            (true, false) | (false, true) => Confidence::Medium,
            (false, false) => {
                let from = strong.partition_point(|(start, _)| start + NEAR < hit.range.start);
                let is_carried = strong[from..]
                    .iter()
                    .take_while(|(start, _)| *start <= hit.range.end + NEAR)
                    .any(|(_, of)| *of == family);
                if is_carried || is_paired {
                    Confidence::Medium
                } else if self.self_cue_before(hit.slot) {
                    reasons.push(Reason::SelfCue);
                    Confidence::Medium
                } else if is_somebodys(text, &place, speakers(rule)) {
                    reasons.push(Reason::ThirdCue);
                    Confidence::Medium
                } else {
                    Confidence::Low
                }
            }
        };
        let is_medicine = rule == "health.medication";
        // Letters of doctors are read, too.
        let is_paper = matches!(rule, "health.document" | "health.sicknote");
        let is_asked = !is_paper && is_requested(text, &place, is_medicine);
        let is_personal = cues.is_self || cues.is_third;
        let is_title =
            is_title_case(text, &place) || !is_personal && is_named(text, &place, is_proper(rule));
        // Names of medicines are the same everywhere; what is written small is no name.
        let is_foreign = !is_medicine
            && starts_as_name(&text[place.clone()])
            && hit.languages.are_foreign(text, &place);
        let is_name = is_foreign && !cues.is_clinical && !is_had(text, &place);
        let is_figurative = cues.is_figurative && !is_personal || is_of_thing(text, &place);
        if is_asked || is_title || is_name || is_figurative {
            confidence = Confidence::Low;
            reasons.push(Reason::Figurative);
        } else if cues.is_figurative || is_foreign || !cues.is_self && is_in_title(text, &place) {
            confidence = level::down(confidence);
            reasons.push(Reason::Figurative);
        }
        let spans = vec![Span { slot: hit.slot, range: hit.range.clone() }];
        if let Some(confidence) = self.judge(term.rule, &spans, confidence, false, &mut reasons) {
            self.push(term.rule, spans, confidence, reasons);
        }
    }

    /// The longest term wins where terms overlap; of equal ones the strong one, then
    /// that of the first rule. It is at home in the
    /// languages of all of them.
    fn keep_longest(&self, hits: &mut Vec<TermHit<'a>>) {
        hits.sort_by_key(|hit| {
            let weight = self.program.words.weight(hit.entry);
            (hit.range.start, std::cmp::Reverse((weight, hit.term.is_strong)), hit.term.rule)
        });
        let mut kept: Vec<TermHit<'a>> = Vec::with_capacity(hits.len());
        for hit in hits.drain(..) {
            let weight =
                |hit: &TermHit<'a>| (self.program.words.weight(hit.entry), hit.term.is_strong);
            let mut is_kept = true;
            while let Some(last) = kept.last_mut() {
                if last.range.end <= hit.range.start {
                    break;
                }
                if last.range == hit.range {
                    last.languages = last.languages.with(hit.languages);
                }
                if weight(last) >= weight(&hit) {
                    is_kept = false;
                    break;
                }
                kept.pop();
            }
            if is_kept {
                kept.push(hit);
            }
        }
        *hits = kept;
    }

    /// Drops terms that are something else here.
    fn without_exceptions(&self, slot: usize, hits: Vec<TermHit<'a>>) -> Vec<TermHit<'a>> {
        if hits.iter().all(|hit| hit.term.unless.is_empty()) {
            return hits;
        }
        let source = self.page.slot_text(&self.page.slots[slot]);
        let folded = Shadow::new(source, Form::Folded, false).text;
        let mut dropped: Vec<(usize, Range<usize>)> = hits
            .iter()
            .filter(|hit| {
                hit.term.unless.iter().any(|at| {
                    let (near, words) = &self.program.rules[hit.term.rule].unless[*at];
                    is_near(near, &folded, &hit.folded, *words)
                })
            })
            .map(|hit| (hit.term.rule, hit.folded.clone()))
            .collect();
        dropped.sort_by_key(|(_, place)| place.start);
        // A term that is something else here takes with it what other lists find in it.
        hits.into_iter()
            .filter(|hit| {
                let from =
                    dropped.partition_point(|(_, place)| place.start + LONGEST < hit.folded.start);
                !dropped[from..]
                    .iter()
                    .take_while(|(_, place)| place.start <= hit.folded.start)
                    .any(|(rule, place)| *rule == hit.term.rule && hit.folded.end <= place.end)
            })
            .collect()
    }
}

/// Who says something of themself with a word of a rule; of parties people talk as well.
fn speakers(rule: &str) -> Speakers {
    match rule {
        "art9.religion" | "art9.sexual" | "art9.ethnic" => Speakers::All,
        // A firm says "we" of what it treats and sells.
        "art9.union" | "art9.biometric_genetic" | "art10.criminal" => Speakers::Person,
        _ if rule.starts_with("health.") => Speakers::Person,
        _ => Speakers::None,
    }
}

/// Whether words of a rule are names, with a capital in any language.
fn is_proper(rule: &str) -> bool {
    matches!(
        rule,
        "health.medication" | "art9.religion" | "art9.ethnic" | "art9.politics" | "art9.union"
    )
}

/// Whether a pattern matches within so many words of a place; 0: it must touch it.
fn is_near(near: &Expression, text: &str, place: &Range<usize>, words: usize) -> bool {
    let start = back(text, place.start, words + 2);
    let end = forth(text, place.end, words + 2);
    near.find_iter(&text[start..end]).any(|found| {
        let found = start + found.start()..start + found.end();
        if found.start <= place.end && place.start <= found.end {
            return true;
        }
        let between = if found.end < place.start {
            &text[found.end..place.start]
        } else {
            &text[place.end..found.start]
        };
        words_in(between) < words
    })
}

/// Longest word that is looked over, in bytes.
const WORD: usize = 48;

fn back(text: &str, from: usize, words: usize) -> usize {
    let earliest = text.floor_char_boundary(from.saturating_sub(words * WORD));
    let mut left = words;
    for (at, c) in text[earliest..from].char_indices().rev() {
        if c.is_whitespace() {
            left -= 1;
            if left == 0 {
                return earliest + at;
            }
        }
    }
    earliest
}

fn forth(text: &str, from: usize, words: usize) -> usize {
    let latest = text.ceil_char_boundary((from + words * WORD).min(text.len()));
    let mut left = words;
    for (at, c) in text[from..latest].char_indices() {
        if c.is_whitespace() {
            left -= 1;
            if left == 0 {
                return from + at;
            }
        }
    }
    latest
}

/// Words that stand in a gap; parts of words at its ends do not count.
fn words_in(gap: &str) -> usize {
    gap.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count()
}
