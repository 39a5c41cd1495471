//! One page: a cheap look at every text, then patterns, check digits and context where it pays.

use std::ops::Range;

use regex_automata::hybrid::dfa::Cache;

use super::compile::{Needs, Program, Term, Use, Waiting};
use super::encoded::Decoded;
use super::language::Languages;
use super::names::Names;
use super::opaque::{self, Opaque};
use super::overlap::{Candidate, resolve};
use super::seen::Seen;
use super::shadow::{self, Form, Shadow};
use super::sign;
use crate::model::{Confidence, Finding, Page, Part, Reason, SenderId, Slot, Span};

/// Memory that scans of one thread use again and again.
#[derive(Debug)]
pub(super) struct Scratch {
    /// By group of shapes.
    pub(super) caches: Vec<Cache>,
    folded: String,
    /// Words in the text at hand, by entry of the dictionary, in its shadow.
    hits: Vec<(usize, Range<usize>)>,
    seen: Seen,
}

impl Scratch {
    pub(super) fn new(program: &Program) -> Self {
        let caches = program.shapes.iter().map(|group| group.shapes.cache()).collect();
        Self { caches, folded: String::new(), hits: Vec::new(), seen: Seen::default() }
    }
}

/// A term in a text.
#[derive(Debug, Clone)]
pub(super) struct TermHit<'a> {
    /// Index of the dictionary's entry.
    pub(super) entry: usize,
    pub(super) term: &'a Term,
    /// Those of all lists that have it.
    pub(super) languages: Languages,
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
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// None of names of senders.
    pub(super) signs: u32,
    /// `None`: nobody has asked yet.
    pub(super) near: Option<NearWords>,
}

/// Words of a text that count for what stands near them.
#[derive(Debug, Default)]
pub(super) struct NearWords {
    /// By place, as a range of [`Scan::words`].
    pub(super) words: Range<usize>,
    /// Where in [`Scan::supports`] the rules stand that they support.
    pub(super) supports: usize,
    /// Whether a word among them asks for something, or says that the author speaks of themself.
    pub(super) has_request: bool,
    pub(super) has_self_cue: bool,
}

/// A word that counts for what stands near it.
#[derive(Debug)]
pub(super) struct WordHit {
    pub(super) entry: usize,
    /// In the page's text.
    pub(super) range: Range<usize>,
}

/// What waits for a word that stands in the text at hand.
#[derive(Debug, Default)]
pub(super) struct Triggered {
    pub(super) all: Vec<Waiting>,
    /// By [`Waiting::id`].
    met: Vec<Needs>,
}

impl Triggered {
    fn clear(&mut self) {
        for waiting in self.all.drain(..) {
            self.met[waiting.id()] = 0;
        }
    }

    pub(super) fn insert(&mut self, waiting: Waiting, met: Needs) {
        let id = waiting.id();
        if id >= self.met.len() {
            self.met.resize(id + 1, 0);
        }
        if self.met[id] == 0 {
            self.all.push(waiting);
        }
        self.met[id] |= met;
    }

    /// Whether the text at hand holds all words that are needed.
    pub(super) fn meets(&self, waiting: Waiting, needs: Needs) -> bool {
        self.met.get(waiting.id()).is_some_and(|met| needs & !met == 0)
    }
}

/// A page while it is looked at.
pub(super) struct Scan<'a> {
    pub(super) program: &'a Program,
    pub(super) page: &'a Page,
    pub(super) is_exhaustive: bool,
    /// The page is what stood encoded in another one.
    is_decoded: bool,
    /// By slot; rises with the scan.
    pub(super) facts: Vec<Facts>,
    pub(super) words: Vec<WordHit>,
    /// Rules that words of texts support: [`super::compile::RuleBits::len`] numbers a text.
    pub(super) supports: Vec<u64>,
    /// For the slot at hand: rules that words in it or in the texts before it support.
    pub(super) named: (Option<usize>, Vec<u64>),
    pub(super) asks: Vec<AskHit>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) triggered: Triggered,
    /// Whether what stands around the text at hand had a say.
    pub(super) is_weighed: bool,
}

/// All findings of a page.
pub(super) fn scan(
    program: &Program,
    page: &Page,
    scratch: &mut Scratch,
    is_exhaustive: bool,
) -> Vec<Finding> {
    resolve(candidates(program, page, scratch, is_exhaustive, false), &page.text)
}

/// What is found on a page; where it holds what was decoded, nothing more is.
fn candidates(
    program: &Program,
    page: &Page,
    scratch: &mut Scratch,
    is_exhaustive: bool,
    is_decoded: bool,
) -> Vec<Candidate> {
    let mut scan = Scan {
        program,
        page,
        is_exhaustive,
        is_decoded,
        facts: Vec::with_capacity(page.slots.len()),
        words: Vec::new(),
        supports: Vec::new(),
        named: (None, Vec::new()),
        asks: Vec::new(),
        candidates: Vec::new(),
        triggered: Triggered::default(),
        is_weighed: false,
    };
    let names = program.person.and_then(|rule| Names::new(rule, page));
    for slot in 0..page.slots.len() {
        scan.slot(slot, scratch);
        if let Some(names) = names.as_ref().filter(|_| page.owned.contains(&slot)) {
            scan.names(slot, names);
        }
    }
    scan.candidates
}

/// A text and one of its shadows.
pub(super) struct Text<'a> {
    pub(super) slot: usize,
    /// Where the slot starts in the page's text.
    pub(super) base: usize,
    pub(super) form: Form,
    pub(super) shadow: Shadow<'a>,
    pub(super) opaque: Opaque,
}

impl Text<'_> {
    /// A stretch of the shadow as a stretch of the page.
    pub(super) fn range(&self, range: Range<usize>) -> Range<usize> {
        let source = self.shadow.source(range);
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
        if self.part(at) == Part::Sender && self.sender(at).is_some() {
            self.facts.push(Facts::default());
            return;
        }
        let is_owned = page.owned.contains(&at);
        let slot: &Slot = &page.slots[at];
        let source = page.slot_text(slot);
        let asks = self.asks.len();
        let may_be_seen =
            slot.part == Part::Body && is_owned && !self.is_exhaustive && !self.is_decoded;
        if may_be_seen && let Some(signs) = scratch.seen.signs(source) {
            self.facts.push(Facts { signs, near: None });
            if asks > 0 {
                self.answers(at, asks, &Opaque::default());
            }
            return;
        }
        let candidates = self.candidates.len();
        self.is_weighed = false;

        let mut hits = std::mem::take(&mut scratch.hits);
        hits.clear();
        let is_plain = shadow::is_plain(source);
        let signs = self.look(source, is_plain, scratch, &mut hits);
        self.facts.push(Facts { signs, near: None });
        let opaque = if signs & (sign::BRACKET | sign::STAR) == 0 {
            Opaque::default()
        } else {
            opaque::find(source, &self.program.labels)
        };
        let terms = self.sort_hits(at, is_plain, &hits, &opaque);
        scratch.hits = hits;
        if is_owned {
            if !terms.is_empty() {
                self.is_weighed = true;
                self.terms(at, terms);
            }
            self.patterns(at, signs, &opaque, scratch);
            let is_empty = self.asks.len() == asks && self.candidates.len() == candidates;
            if asks > 0 && self.is_talk(at) {
                self.answers(at, asks, &opaque);
            }
            if !self.is_decoded && (signs & sign::VERY_LONG != 0 || !is_plain) {
                self.encoded(at, signs, &opaque, scratch);
            }
            let has_signs = signs & (sign::DIGIT | sign::BRACKET | sign::STAR) != 0;
            if may_be_seen && is_empty && !self.is_weighed && !has_signs {
                scratch.seen.insert(source, signs);
            }
        }
        if signs & sign::DIGIT != 0 && self.is_talk(at) {
            self.split(at, &mut scratch.caches);
        }
    }

    /// What stands in a text in another writing.
    fn encoded(&mut self, at: usize, signs: u32, opaque: &Opaque, scratch: &mut Scratch) {
        let slot = &self.page.slots[at];
        let has_long_words = signs & sign::VERY_LONG != 0;
        let source = self.page.slot_text(slot);
        let Some(decoded) = Decoded::of(source, has_long_words, |range| opaque.touches(range))
        else {
            return;
        };
        self.is_weighed = true;
        let page = Page::of_one(slot.part, decoded.text.clone());
        let found = candidates(self.program, &page, scratch, self.is_exhaustive, true);
        for candidate in found {
            let places = candidate.spans.iter().flat_map(|span| decoded.source(&span.range));
            let spans: Vec<Span> = places
                .map(|place| Span {
                    slot: at,
                    range: slot.range.start + place.start..slot.range.start + place.end,
                })
                .collect();
            if !spans.is_empty() {
                self.candidates.push(Candidate { spans, ..candidate });
            }
        }
    }

    /// Whether a slot is part of a conversation rather than a name.
    pub(super) fn is_talk(&self, slot: usize) -> bool {
        !matches!(self.part(slot), Part::Sender | Part::Filename | Part::Cell | Part::Key)
    }

    /// The one pass over every text: words of all rules (in the slot's own bytes) and signs.
    fn look(
        &self,
        source: &str,
        is_plain: bool,
        scratch: &mut Scratch,
        hits: &mut Vec<(usize, Range<usize>)>,
    ) -> u32 {
        let words = &self.program.words;
        if is_plain {
            return words.scan(source.as_bytes(), |entry, range| hits.push((entry, range)));
        }
        scratch.folded.clear();
        shadow::shade(source, Form::Cased, &mut scratch.folded, None);
        let signs = words.scan(scratch.folded.as_bytes(), |entry, range| hits.push((entry, range)));
        // Marks make a run longer than the folded text tells.
        signs | if has_marks(source) { sign::LONG | sign::VERY_LONG } else { 0 }
    }

    /// Notes triggers and questions, answers terms.
    fn sort_hits(
        &mut self,
        at: usize,
        is_plain: bool,
        hits: &[(usize, Range<usize>)],
        opaque: &Opaque,
    ) -> Vec<TermHit<'a>> {
        self.triggered.clear();
        let program = self.program;
        let mut terms = Vec::new();
        let slot = &self.page.slots[at];
        let source = self.page.slot_text(slot);
        let mut folded: Option<Shadow<'_>> = None;
        for (entry, range) in hits {
            let entry = *entry;
            let mark = &program.marks[entry];
            for (waiting, met) in &mark.triggers {
                self.triggered.insert(*waiting, *met);
            }
            if !mark.is_term_or_ask {
                continue;
            }
            let place = if is_plain {
                range.clone()
            } else {
                folded
                    .get_or_insert_with(|| Shadow::new(source, Form::Folded, false))
                    .source(range.clone())
            };
            if opaque.touches(&place) {
                continue;
            }
            let uses = program.words.uses(entry);
            if uses.iter().any(|use_| matches!(use_, Use::Ask(..))) {
                self.asks.push(AskHit { slot: at, entry });
            }
            for use_ in uses {
                let Use::Term(term) = use_ else { continue };
                if term.exact.as_deref().is_none_or(|exact| is_exact(&source[place.clone()], exact))
                {
                    let start = slot.range.start;
                    terms.push(TermHit {
                        entry,
                        term,
                        languages: term.languages,
                        slot: at,
                        range: start + place.start..start + place.end,
                        folded: range.clone(),
                    });
                }
            }
        }
        terms
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

/// Whether a term is spelled as it must be; of stems and ends of words only their part.
fn is_exact(found: &str, exact: &str) -> bool {
    let found = Shadow::new(found, Form::Plain, false).text;
    found.starts_with(exact) || found.ends_with(exact)
}
