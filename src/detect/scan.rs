//! One page: a cheap look at every text, then patterns, check digits and context where it pays.

use std::ops::Range;
use std::sync::Arc;

use regex_automata::hybrid::dfa::Cache;
use rustc_hash::{FxHashMap, FxHashSet};

use super::compile::{Primary, Program, Term, Waiting};
use super::dictionary::sign;
use super::names::Names;
use super::opaque::{self, Opaque};
use super::overlap::{Candidate, resolve};
use super::shadow::{self, Form, Shadow};
use crate::model::{Confidence, Finding, Page, Part, Reason, SenderId, Slot, Span};

/// Memory that scans of one thread use again and again.
#[derive(Debug)]
pub(super) struct Scratch {
    /// By group of shapes.
    pub(super) caches: Vec<Cache>,
    folded: String,
    /// Entries of the first dictionary in the text at hand.
    hits: Vec<(usize, Range<usize>)>,
}

impl Scratch {
    pub(super) fn new(program: &Program) -> Self {
        let caches = program.shapes.iter().map(|group| group.shapes.cache()).collect();
        Self { caches, folded: String::new(), hits: Vec::new() }
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
pub(super) struct Triggered {
    pub(super) all: Vec<Waiting>,
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

    pub(super) fn contains(&self, waiting: Waiting) -> bool {
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
    /// For the slot at hand: words of rules in the texts before it.
    pub(super) elsewhere: (Option<usize>, FxHashMap<usize, Arc<str>>),
    /// For the slot at hand: by rule, whether it has a word in it or in the texts before it.
    pub(super) named: (Option<usize>, Vec<bool>),
    pub(super) asks: Vec<AskHit>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) triggered: Triggered,
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
        elsewhere: (None, FxHashMap::default()),
        named: (None, Vec::new()),
        asks: Vec::new(),
        candidates: Vec::new(),
        triggered: Triggered::default(),
    };
    let names = program.person.and_then(|rule| Names::new(rule, page));
    for slot in 0..page.slots.len() {
        scan.slot(slot, scratch);
        if let Some(names) = names.as_ref().filter(|_| page.owned.contains(&slot)) {
            scan.names(slot, names);
        }
    }
    resolve(scan.candidates, &page.text)
}

/// A text and one of its shadows.
pub(super) struct Text<'a> {
    pub(super) slot: usize,
    /// Where the slot starts in the page's text.
    pub(super) base: usize,
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
        let slot: &Slot = &page.slots[at];
        let source = page.slot_text(slot);
        let is_owned = page.owned.contains(&at);
        let asks = self.asks.len();

        let mut hits = std::mem::take(&mut scratch.hits);
        hits.clear();
        let signs = self.look(source, scratch, &mut hits);
        self.facts.push(Facts { signs, words: None });
        let opaque = if signs & (sign::BRACKET | sign::STAR) == 0 {
            Opaque::default()
        } else {
            opaque::find(source, &self.program.labels)
        };
        let terms = self.sort_hits(at, &hits, &opaque);
        scratch.hits = hits;
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
        !matches!(self.part(slot), Part::Sender | Part::Filename | Part::Cell | Part::Key)
    }

    /// The one pass over every text: words of the first dictionary (in the slot's own bytes) and signs.
    fn look(
        &self,
        source: &str,
        scratch: &mut Scratch,
        hits: &mut Vec<(usize, Range<usize>)>,
    ) -> u32 {
        let primary = &self.program.primary;
        if shadow::is_plain(source) {
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
        hits: &[(usize, Range<usize>)],
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
            let entry = *entry;
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
            let place = if shadow::is_plain(source) {
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
