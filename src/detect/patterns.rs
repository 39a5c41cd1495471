//! What expressions, shapes and finders find in a text, and what context makes of it.

use std::ops::Range;
use std::sync::Arc;

use regex_automata::hybrid::dfa::Cache;

use super::compile::{Pattern, Patterns, RuleBits, ShapeGroup, Source, WORD, Waiting};
use super::context::BEFORE;
use super::escape::{self, Escape};
use super::expression::Expression;
use super::finders::FinderInput;
use super::level;
use super::opaque::Opaque;
use super::scan::{Scan, Scratch, Text};
use super::sentence;
use super::shadow::{self, Form, Shadow, is_other_letter};
use super::shape::{self, Judge, Shaped};
use super::sign;
use crate::model::{Confidence, Part, Reason, Span};
use crate::pattern::Reach;

/// A match that goes on so many bytes behind its value is not searched twice.
const LONG_TAIL: usize = 256;
/// Longest message whose words count for those after it, in bytes.
const LONGEST_SAID: usize = 600;

impl Scan<'_> {
    /// Expressions, shapes and finders. A text with escapes is looked at twice: as it was meant, and as
    /// it is written, for tokens and passwords that hold percent signs.
    pub(super) fn patterns(
        &mut self,
        at: usize,
        signs: u32,
        opaque: &Opaque,
        scratch: &mut Scratch,
    ) {
        let source = self.page.slot_text(&self.page.slots[at]);
        let escapes = escape::all(source);
        if escapes.is_empty() {
            self.patterns_of(at, signs, opaque, scratch, &[]);
            return;
        }
        let signs = signs | self.look_as_written(source);
        self.patterns_of(at, signs, opaque, scratch, &escapes);
        self.patterns_of(at, signs, opaque, scratch, &[]);
    }

    /// Notes what waits for words of a text as it is written; answers its signs.
    fn look_as_written(&mut self, source: &str) -> u32 {
        let program = self.program;
        let written = Shadow::as_written(source, Form::Cased, false).text;
        program.words.scan(written.as_bytes(), |entry, _| {
            for (waiting, met) in &program.marks[entry].triggers {
                self.triggered.insert(*waiting, *met);
            }
        })
    }

    fn patterns_of(
        &mut self,
        at: usize,
        signs: u32,
        opaque: &Opaque,
        scratch: &mut Scratch,
        escapes: &[Escape],
    ) {
        let program = self.program;
        let shapes = self.shapes_for(signs);
        let finders = (0..program.finders.len()).any(|at| self.could_find(at, signs));
        let plain = self.is_due(&program.plain, Waiting::Plain, signs);
        let folded = self.is_due(&program.folded, Waiting::Folded, signs);
        if !(shapes.is_some() || finders || plain || folded) {
            return;
        }
        let slot = &self.page.slots[at];
        let source = self.page.slot_text(slot);
        let filename = slot.part == Part::Filename;
        let text = |form| Text {
            slot: at,
            base: slot.range.start,
            form,
            shadow: Shadow::with(source, form, filename, escapes.to_vec()),
            opaque: opaque.clone(),
        };
        if shapes.is_some() || finders || plain {
            let text = text(Form::Plain);
            if let Some(group) = shapes {
                self.shapes(&text, group, &mut scratch.caches);
            }
            for (at, (finder, source)) in program.finders.iter().enumerate() {
                if !self.could_find(at, signs) {
                    continue;
                }
                for hit in (finder.find)(&FinderInput { text: &text.shadow.text }) {
                    let confidence = hit.confidence.unwrap_or(source.confidence);
                    self.consider(&text, &hit.range, source, confidence);
                }
            }
            if plain {
                self.expressions(&program.plain, Waiting::Plain, signs, &text);
            }
        }
        if folded {
            self.expressions(&program.folded, Waiting::Folded, signs, &text(Form::Folded));
        }
    }

    /// Whether a pattern of these could match a text with these signs and the words at hand.
    fn is_due(&self, patterns: &Patterns, waiting: fn(usize) -> Waiting, signs: u32) -> bool {
        if self.is_exhaustive {
            return !patterns.all.is_empty();
        }
        patterns.by_signs.iter().any(|group| group.could_match(signs))
            || self.triggered(patterns, waiting, signs).next().is_some()
    }

    /// Patterns all of whose words stand in the text at hand.
    fn triggered<'s>(
        &'s self,
        patterns: &'s Patterns,
        waiting: fn(usize) -> Waiting,
        signs: u32,
    ) -> impl Iterator<Item = usize> + 's {
        let at_hand = self.triggered.all.iter().map(|triggered| (triggered, triggered.index()));
        at_hand
            .filter(move |(triggered, at)| **triggered == waiting(*at))
            .map(|(_, at)| (at, &patterns.all[at]))
            .filter(move |(at, pattern)| {
                pattern.signs & !signs == 0 && self.triggered.meets(waiting(*at), pattern.needs)
            })
            .map(|(at, _)| at)
    }

    /// All values of all expressions that could match, in the order of the expressions.
    fn expressions(
        &mut self,
        patterns: &Patterns,
        waiting: fn(usize) -> Waiting,
        signs: u32,
        text: &Text<'_>,
    ) {
        let due: Vec<usize> = if self.is_exhaustive {
            (0..patterns.all.len()).collect()
        } else {
            let groups = patterns.by_signs.iter().filter(|group| group.could_match(signs));
            let matching = groups.flat_map(|group| group.matching(&text.shadow.text));
            let mut due: Vec<usize> =
                matching.chain(self.triggered(patterns, waiting, signs)).collect();
            due.sort_unstable();
            due.dedup();
            due
        };
        for at in due {
            self.expression(&patterns.all[at], text);
        }
    }

    fn could_find(&self, at: usize, signs: u32) -> bool {
        let finder = self.program.finders[at].0;
        let needed = sign::of_digits(finder.digits);
        let is_at_hand = || {
            finder.words.is_empty() && finder.signs == 0
                || self.triggered.meets(Waiting::Finder(at), WORD)
                || finder.signs & signs != 0
        };
        self.is_exhaustive || needed & !signs == 0 && is_at_hand()
    }

    /// All values of an expression.
    fn expression(&mut self, pattern: &Pattern, text: &Text<'_>) {
        let shadow: &str = &text.shadow.text;
        if !pattern.expression.may_match(shadow) {
            return;
        }
        let (regex, value) = (pattern.expression.regex(), pattern.expression.value());
        let mut from = 0;
        let mut places = regex.capture_locations();
        while let Some(whole) = regex.captures_read_at(&mut places, shadow, from) {
            let (start, end) = places.get(value).unwrap_or((whole.start(), whole.end()));
            let is_value = start < end
                && !cuts_word(shadow, whole.range(), start..end, pattern.starts_with_gap)
                && pattern.source.validator.is_none_or(|valid| {
                    valid(&shadow[start..end]) || valid(&shadow::compact(&shadow[start..end]))
                });
            if is_value {
                self.consider(text, &(start..end), &pattern.source, pattern.source.confidence);
            }
            // What follows the value may begin the next one; long tails are not read twice.
            let is_long = whole.end() > end + LONG_TAIL;
            let next = if is_long { whole.end() } else { end.max(whole.start()) };
            from = next.max(from + 1);
            if from > shadow.len() {
                break;
            }
            from = shadow.ceil_char_boundary(from);
        }
    }

    /// The group of shapes that could match a text with these signs.
    pub(super) fn shapes_for(&self, signs: u32) -> Option<usize> {
        let could_match = |group: &ShapeGroup| self.is_exhaustive || group.could_match(signs);
        self.program.shapes.iter().rposition(could_match)
    }

    fn shapes(&mut self, text: &Text<'_>, group: usize, caches: &mut [Cache]) {
        let shapes = &self.program.shapes[group].shapes;
        shapes.find(&text.shadow.text, &mut caches[group], &mut InText { scan: self, text });
    }

    /// Context decides about a match that has passed its validator.
    fn consider(
        &mut self,
        text: &Text<'_>,
        range: &Range<usize>,
        source: &Source,
        confidence: Confidence,
    ) {
        self.is_weighed = true;
        let shadow: &str = &text.shadow.text;
        if source.unless.as_ref().is_some_and(|unless| touches(unless, shadow, range)) {
            return;
        }
        if (!source.with.is_empty() || !source.without.is_empty())
            && !self.is_said(text, range, source)
        {
            return;
        }
        let place = text.range(range.clone());
        if text.opaque.touches(&(place.start - text.base..place.end - text.base)) {
            return;
        }
        let spans = vec![Span { slot: text.slot, range: place }];
        let mut reasons =
            vec![if source.validator.is_some() { Reason::Checksum } else { Reason::Shape }];
        let Some(confidence) =
            self.judge(source.rule, &spans, confidence, source.need_context, &mut reasons)
        else {
            return;
        };
        self.push(source.rule, spans, confidence, reasons);
    }

    /// Whether what is said around a value is what its pattern asks for.
    fn is_said(&self, text: &Text<'_>, range: &Range<usize>, source: &Source) -> bool {
        let around = match source.reach {
            Reach::Sentence => sentence::around,
            Reach::Message | Reach::Talk => sentence::near,
        };
        let (before, behind) = around(&text.shadow.text, range);
        let mut earlier = Vec::new();
        if source.reach == Reach::Talk {
            // Documents and tables are no conversation.
            if !self.is_talk(text.slot) || self.sender(text.slot).is_none() {
                return false;
            }
            earlier.extend(self.said_before(text.slot, text.form));
        }
        let texts: Vec<&str> = [before, behind]
            .into_iter()
            .chain(earlier.iter().map(|shadow| &*shadow.text))
            .collect();
        let says = |part: &Arc<Expression>| texts.iter().any(|text| stands_in(part, text));
        source.with.iter().all(says) && !source.without.iter().any(says)
    }

    /// The messages before the one of a slot, the nearest first; long ones are none.
    fn said_before(&self, slot: usize, form: Form) -> impl Iterator<Item = Shadow<'_>> {
        self.neighbours(slot, BEFORE).into_iter().filter_map(move |at| {
            let said = self.page.slot_text(&self.page.slots[at]);
            (self.is_talk(at) && said.len() <= LONGEST_SAID).then(|| Shadow::new(said, form, false))
        })
    }

    /// The level after context had its say; `None`: no finding.
    pub(super) fn judge(
        &mut self,
        rule: usize,
        spans: &[Span],
        base: Confidence,
        need_context: bool,
        reasons: &mut Vec<Reason>,
    ) -> Option<Confidence> {
        let program = self.program;
        let context = program.rules[rule].context;
        let Some(context) = context else { return (!need_context).then_some(base) };
        let first = spans.first()?;
        let nearby = self.nearby(first.slot, &first.range, rule, context.within);
        let is_proven = base == Confidence::High && reasons.contains(&Reason::Checksum);
        let mut confidence = base;
        match nearby.word {
            Some(word) => {
                confidence = context.lifts_to.map_or(level::up(base), |lifted| lifted.max(base));
                reasons.push(Reason::Word(word));
            }
            None if context.need || need_context => return None,
            None => {}
        }
        if nearby.is_against && !is_proven {
            confidence = level::down(confidence);
        }
        Some(confidence)
    }
}

/// Identifiers in one text.
struct InText<'a, 's, 't> {
    scan: &'a mut Scan<'s>,
    text: &'a Text<'t>,
}

impl Judge for InText<'_, '_, '_> {
    /// Cheaper than check digits where many numbers are valid by chance.
    fn is_wanted(&mut self, shape: usize) -> bool {
        self.scan.is_weighed = true;
        let source = &self.scan.program.shape_sources[shape];
        self.scan.is_exhaustive
            || !source.needs_word
            || RuleBits::has(self.scan.named(self.text.slot), source.rule)
    }

    fn accepts(&mut self, shaped: &Shaped<'_>) -> bool {
        let source = &self.scan.program.shape_sources[shaped.shape];
        let is_right = is_valid(source, &self.text.shadow.text, shaped);
        if is_right {
            self.scan.consider(self.text, &shaped.range, source, source.confidence);
        }
        is_right
    }
}

/// Whether a shaped value is valid, and no part of a date, an amount or another number.
pub(super) fn is_valid(source: &Source, shadow: &str, shaped: &Shaped<'_>) -> bool {
    let range = &shaped.range;
    let value = &shadow[range.clone()];
    if shaped.compact.bytes().all(|byte| byte.is_ascii_digit()) {
        let is_strong = source.validator.is_some() && source.confidence == Confidence::High;
        if shadow[..range.start].ends_with('+')
            || !is_strong && shape::is_other_number(shadow, range)
        {
            return false;
        }
    } else if !shaped.compact.bytes().any(|byte| byte.is_ascii_digit()) {
        // Without a digit it is a word, unless written in capitals.
        let mut letters = value.bytes();
        let capitals = letters.by_ref().take(2).filter(u8::is_ascii_uppercase).count();
        if capitals < 2 || letters.any(|byte| byte.is_ascii_lowercase()) {
            return false;
        }
    }
    source.validator.is_none_or(|validator| validator(shaped.compact))
}

/// Whether an expression matches whole words of a text, as [`cuts`] sees them.
fn stands_in(expression: &Expression, text: &str) -> bool {
    if text.is_ascii() {
        return expression.is_match(text);
    }
    expression.find_iter(text).any(|found| !cuts(text, found.start()) && !cuts(text, found.end()))
}

/// Whether a place is in the middle of a word that ASCII boundaries do not see.
fn cuts(text: &str, at: usize) -> bool {
    let (before, after) = (text[..at].chars().next_back(), text[at..].chars().next());
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    is_other_letter(before) && is_letter(after) || is_letter(before) && is_other_letter(after)
}

/// Whether a match or its value starts or ends in the middle of a word that ASCII boundaries do not see.
fn cuts_word(text: &str, whole: Range<usize>, value: Range<usize>, starts_with_gap: bool) -> bool {
    let cuts = |at: usize| cuts(text, at);
    let start = whole.start;
    let gap = text[start..].chars().next().filter(|c| starts_with_gap && is_other_letter(Some(*c)));
    cuts(value.start)
        || cuts(value.end)
        || cuts(whole.end)
        || gap.map_or(cuts(start) && !starts_with_gap, |gap| cuts(start + gap.len_utf8()))
}

/// How far around a value an expression of `unless` is looked for, in bytes.
const AROUND: usize = 160;

fn touches(unless: &Expression, text: &str, range: &Range<usize>) -> bool {
    let start = text.floor_char_boundary(range.start.saturating_sub(AROUND));
    let end = text.ceil_char_boundary((range.end + AROUND).min(text.len()));
    unless
        .find_iter(&text[start..end])
        .any(|found| start + found.start() <= range.end && range.start <= start + found.end())
}
