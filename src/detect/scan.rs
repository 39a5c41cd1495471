//! One page: a cheap look at every text, then patterns, check digits and context where it pays.

use std::ops::Range;

use regex_automata::hybrid::dfa::Cache;
use rustc_hash::FxHashSet;

use super::compile::{Patterns, Primary, Program, ShapeGroup, Source, Term, Waiting};
use super::dictionary::sign;
use super::finders::FinderInput;
use super::level;
use super::opaque::{self, Opaque};
use super::overlap::{Candidate, resolve};
use super::shadow::{self, Form, Shadow, is_other_letter};
use super::shape;
use crate::model::{Confidence, Finding, Page, Part, Reason, SenderId, Slot, Span};

/// Memory that scans of one thread use again and again.
#[derive(Debug)]
pub(super) struct Scratch {
    /// By group of shapes.
    pub(super) caches: Vec<Cache>,
    folded: String,
}

impl Scratch {
    pub(super) fn new(program: &Program) -> Self {
        let caches = program.shapes.iter().map(|group| group.shapes.cache()).collect();
        Self { caches, folded: String::new() }
    }
}

/// A term in a text.
#[derive(Debug, Clone)]
pub(super) struct TermHit<'a> {
    /// Index of the dictionary's entry.
    pub(super) entry: usize,
    pub(super) term: &'a Term,
    pub(super) slot: usize,
    /// In the page's text.
    pub(super) range: Range<usize>,
    /// In the folded shadow of the slot.
    pub(super) folded: Range<usize>,
}

/// A word of a question.
#[derive(Debug)]
pub(super) struct AskHit {
    pub(super) slot: usize,
    pub(super) entry: usize,
}

/// What is known of a text.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) signs: u32,
    /// Words of the second dictionary in it, as a range of [`Scan::words`].
    pub(super) words: Option<Range<usize>>,
}

/// A word of the second dictionary.
#[derive(Debug)]
pub(super) struct WordHit {
    pub(super) entry: usize,
    /// In the page's text.
    pub(super) range: Range<usize>,
}

/// What waits for a word that stands in the text at hand.
#[derive(Debug, Default)]
struct Triggered {
    all: Vec<Waiting>,
    is_in: FxHashSet<Waiting>,
}

impl Triggered {
    fn clear(&mut self) {
        if !self.all.is_empty() {
            self.all.clear();
            self.is_in.clear();
        }
    }

    fn insert(&mut self, waiting: Waiting) {
        if self.is_in.insert(waiting) {
            self.all.push(waiting);
        }
    }

    fn contains(&self, waiting: Waiting) -> bool {
        !self.all.is_empty() && self.is_in.contains(&waiting)
    }
}

/// A page while it is looked at.
pub(super) struct Scan<'a> {
    pub(super) program: &'a Program,
    pub(super) page: &'a Page,
    pub(super) is_exhaustive: bool,
    /// By slot; rises with the scan.
    pub(super) facts: Vec<Facts>,
    pub(super) words: Vec<WordHit>,
    pub(super) asks: Vec<AskHit>,
    pub(super) candidates: Vec<Candidate>,
    triggered: Triggered,
}

/// All findings of a page.
pub(super) fn scan(
    program: &Program,
    page: &Page,
    scratch: &mut Scratch,
    is_exhaustive: bool,
) -> Vec<Finding> {
    let mut scan = Scan {
        program,
        page,
        is_exhaustive,
        facts: Vec::with_capacity(page.slots.len()),
        words: Vec::new(),
        asks: Vec::new(),
        candidates: Vec::new(),
        triggered: Triggered::default(),
    };
    for slot in 0..page.slots.len() {
        scan.slot(slot, scratch);
    }
    resolve(scan.candidates, &page.text)
}

/// A text and its unfolded shadow.
pub(super) struct Text<'a> {
    pub(super) slot: usize,
    /// Where the slot starts in the page's text.
    pub(super) base: usize,
    pub(super) plain: Shadow<'a>,
    pub(super) opaque: Opaque,
}

impl Text<'_> {
    /// A stretch of the shadow as a stretch of the page.
    pub(super) fn range(&self, range: Range<usize>) -> Range<usize> {
        let source = self.plain.source(range);
        self.base + source.start..self.base + source.end
    }
}

impl<'a> Scan<'a> {
    pub(super) fn part(&self, slot: usize) -> Part {
        self.page.slots[slot].part
    }

    pub(super) fn sender(&self, slot: usize) -> Option<SenderId> {
        self.page.messages.get(self.page.slots[slot].message).and_then(|message| message.sender)
    }

    fn slot(&mut self, at: usize, scratch: &mut Scratch) {
        let page = self.page;
        let slot: &Slot = &page.slots[at];
        let source = page.slot_text(slot);
        let is_owned = page.owned.contains(&at);
        let asks = self.asks.len();

        let mut hits: Vec<(usize, Range<usize>)> = Vec::new();
        let signs = self.look(source, scratch, &mut hits);
        self.facts.push(Facts { signs, words: None });
        let opaque = if signs & (sign::BRACKET | sign::STAR) == 0 {
            Opaque::default()
        } else {
            opaque::find(source, &self.program.labels)
        };
        let terms = self.sort_hits(at, hits, &opaque);
        if is_owned {
            if !terms.is_empty() {
                self.terms(at, terms);
            }
            self.patterns(at, signs, &opaque, scratch);
            if asks > 0 && self.is_talk(at) {
                self.answers(at, asks, &opaque);
            }
        }
        if signs & sign::DIGIT != 0 && self.is_talk(at) {
            self.split(at, &mut scratch.caches);
        }
    }

    /// Whether a slot is part of a conversation rather than a name.
    pub(super) fn is_talk(&self, slot: usize) -> bool {
        !matches!(self.part(slot), Part::Sender | Part::Filename | Part::Cell)
    }

    /// The one pass over every text: words of the first dictionary (in the slot's own bytes) and signs.
    fn look(
        &self,
        source: &str,
        scratch: &mut Scratch,
        hits: &mut Vec<(usize, Range<usize>)>,
    ) -> u32 {
        let primary = &self.program.primary;
        if source.is_ascii() {
            return primary.scan(source.as_bytes(), |entry, range| hits.push((entry, range)));
        }
        scratch.folded.clear();
        shadow::shade(source, Form::Cased, &mut scratch.folded, None);
        let signs =
            primary.scan(scratch.folded.as_bytes(), |entry, range| hits.push((entry, range)));
        // Marks make a run longer than the folded text tells.
        signs | if has_marks(source) { sign::LONG | sign::VERY_LONG } else { 0 }
    }

    /// Notes questions and triggers, answers terms.
    fn sort_hits(
        &mut self,
        at: usize,
        hits: Vec<(usize, Range<usize>)>,
        opaque: &Opaque,
    ) -> Vec<TermHit<'a>> {
        self.triggered.clear();
        let program = self.program;
        let mut terms = Vec::new();
        if hits.is_empty() {
            return terms;
        }
        let slot = &self.page.slots[at];
        let source = self.page.slot_text(slot);
        let mut folded: Option<Shadow<'_>> = None;
        for (entry, range) in hits {
            let uses = program.primary.uses(entry);
            let mut is_more = false;
            for use_ in uses {
                match use_ {
                    Primary::Trigger(waiting) => self.triggered.insert(*waiting),
                    _ => is_more = true,
                }
            }
            if !is_more {
                continue;
            }
            let place = if source.is_ascii() {
                range.clone()
            } else {
                folded
                    .get_or_insert_with(|| Shadow::new(source, Form::Folded, false))
                    .source(range.clone())
            };
            if opaque.touches(&place) {
                continue;
            }
            if uses.iter().any(|use_| matches!(use_, Primary::Ask(..))) {
                self.asks.push(AskHit { slot: at, entry });
            }
            for use_ in uses {
                let Primary::Term(term) = use_ else { continue };
                if term.exact.as_deref().is_none_or(|exact| is_exact(&source[place.clone()], exact))
                {
                    let start = slot.range.start;
                    terms.push(TermHit {
                        entry,
                        term,
                        slot: at,
                        range: start + place.start..start + place.end,
                        folded: range.clone(),
                    });
                }
            }
        }
        terms
    }

    /// Expressions, shapes and finders.
    fn patterns(&mut self, at: usize, signs: u32, opaque: &Opaque, scratch: &mut Scratch) {
        let program = self.program;
        let is_possible = |group: &ShapeGroup| self.is_exhaustive || group.could_match(signs);
        let shapes = program.shapes.iter().any(is_possible);
        let finders = (0..program.finders.len()).any(|at| self.could_find(at, signs));
        let plain = self.is_due(&program.plain, Waiting::Plain, signs);
        let folded = self.is_due(&program.folded, Waiting::Folded, signs);
        if !(shapes || finders || plain || folded) {
            return;
        }
        let slot = &self.page.slots[at];
        let source = self.page.slot_text(slot);
        let filename = slot.part == Part::Filename;
        let text = |form| Text {
            slot: at,
            base: slot.range.start,
            plain: Shadow::new(source, form, filename),
            opaque: opaque.clone(),
        };
        if shapes || finders || plain {
            let text = text(Form::Plain);
            if shapes {
                self.shapes(&text, signs, &mut scratch.caches);
            }
            for (at, (finder, source)) in program.finders.iter().enumerate() {
                if !self.could_find(at, signs) {
                    continue;
                }
                for hit in (finder.find)(&FinderInput { text: &text.plain.text }) {
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

    /// Whether a pattern of these could match a text with these signs and words.
    fn is_due(&self, patterns: &Patterns, waiting: fn(usize) -> Waiting, signs: u32) -> bool {
        if self.is_exhaustive {
            return !patterns.all.is_empty();
        }
        patterns.signs.iter().any(|needed| needed & !signs == 0)
            || self.triggered.all.iter().any(|triggered| {
                let at = triggered.index();
                *triggered == waiting(at) && patterns.all[at].signs & !signs == 0
            })
    }

    fn could_find(&self, at: usize, signs: u32) -> bool {
        let finder = self.program.finders[at].0;
        self.is_exhaustive
            || (!finder.needs_digit || signs & sign::DIGIT != 0)
                && (finder.words.is_empty() || self.triggered.contains(Waiting::Finder(at)))
    }

    fn could_match(
        &self,
        patterns: &Patterns,
        at: usize,
        waiting: fn(usize) -> Waiting,
        signs: u32,
    ) -> bool {
        let pattern = &patterns.all[at];
        pattern.signs & !signs == 0 && (!pattern.waits || self.triggered.contains(waiting(at)))
    }

    fn expressions(
        &mut self,
        patterns: &Patterns,
        waiting: fn(usize) -> Waiting,
        signs: u32,
        text: &Text<'_>,
    ) {
        let shadow: &str = &text.plain.text;
        for at in 0..patterns.all.len() {
            if !self.is_exhaustive && !self.could_match(patterns, at, waiting, signs) {
                continue;
            }
            let pattern = &patterns.all[at];
            let Some(first) = pattern.regex.find(shadow) else { continue };
            let mut from = first.start();
            let mut places = pattern.regex.capture_locations();
            while from <= shadow.len() {
                let Some(whole) = pattern.regex.captures_read_at(&mut places, shadow, from) else {
                    break;
                };
                let (start, end) =
                    places.get(pattern.value).unwrap_or((whole.start(), whole.end()));
                if start < end
                    && !cuts_word(shadow, whole.start(), start..end, pattern.starts_with_gap)
                {
                    let valid = pattern.source.validator.is_none_or(|validator| {
                        let value = &shadow[start..end];
                        validator(value) || validator(&shadow::compact(value))
                    });
                    if valid {
                        let confidence = pattern.source.confidence;
                        self.consider(text, &(start..end), &pattern.source, confidence);
                    }
                }
                // What follows the value may begin the next one; long tails are not read twice.
                let next =
                    if whole.end() > end + 256 { whole.end() } else { end.max(whole.start()) };
                from = if next > from { next } else { from + 1 };
                while !shadow.is_char_boundary(from) {
                    from += 1;
                }
            }
        }
    }

    fn shapes(&mut self, text: &Text<'_>, signs: u32, caches: &mut [Cache]) {
        let program = self.program;
        let shadow: &str = &text.plain.text;
        for (group, cache) in program.shapes.iter().zip(caches) {
            if !self.is_exhaustive && !group.could_match(signs) {
                continue;
            }
            group.shapes.find(shadow, cache, |shaped| {
                let source = &group.sources[shaped.shape];
                let is_right = is_valid(source, shadow, &shaped);
                if is_right {
                    self.consider(text, &shaped.range, source, source.confidence);
                }
                is_right
            });
        }
    }

    /// Context decides about a match that has passed its validator.
    fn consider(
        &mut self,
        text: &Text<'_>,
        range: &Range<usize>,
        source: &Source,
        confidence: Confidence,
    ) {
        let shadow: &str = &text.plain.text;
        if source.unless.as_ref().is_some_and(|unless| touches(unless, shadow, range)) {
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

    pub(super) fn push(
        &mut self,
        rule: usize,
        spans: Vec<Span>,
        confidence: Confidence,
        reasons: Vec<Reason>,
    ) {
        let model = self.program.rules[rule].model.clone();
        self.candidates.push(Candidate { rule, model, spans, confidence, reasons });
    }
}

/// Whether a text may hold combining marks (U+0300 to U+036F).
fn has_marks(text: &str) -> bool {
    memchr::memchr2(0xcc, 0xcd, text.as_bytes()).is_some()
}

/// Whether a shaped value is valid, and no part of a date, an amount or another number.
pub(super) fn is_valid(source: &Source, shadow: &str, shaped: &shape::Shaped) -> bool {
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
    source.validator.is_none_or(|validator| validator(&shaped.compact))
}

/// Whether a term is spelled as it must be; of stems and ends of words only their part.
fn is_exact(found: &str, exact: &str) -> bool {
    let found = Shadow::new(found, Form::Plain, false).text;
    found.starts_with(exact) || found.ends_with(exact)
}

/// Whether a match starts, or a value starts or ends, in the middle of a word that ASCII boundaries
/// do not see.
fn cuts_word(text: &str, whole: usize, value: Range<usize>, starts_with_gap: bool) -> bool {
    let cuts = |at: usize| {
        let (before, after) = (text[..at].chars().next_back(), text[at..].chars().next());
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        is_other_letter(before) && is_letter(after) || is_letter(before) && is_other_letter(after)
    };
    let gap = text[whole..].chars().next().filter(|c| starts_with_gap && is_other_letter(Some(*c)));
    cuts(value.start)
        || cuts(value.end)
        || gap.map_or(cuts(whole) && !starts_with_gap, |gap| cuts(whole + gap.len_utf8()))
}

/// How far around a value an expression of `unless` is looked for, in bytes.
const AROUND: usize = 160;

fn touches(unless: &regex::Regex, text: &str, range: &Range<usize>) -> bool {
    let start = text.floor_char_boundary(range.start.saturating_sub(AROUND));
    let end = text.ceil_char_boundary((range.end + AROUND).min(text.len()));
    unless
        .find_iter(&text[start..end])
        .any(|found| start + found.start() <= range.end && range.start <= start + found.end())
}
