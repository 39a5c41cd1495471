//! Bare answers: the value stands alone, what it is stands in a question before.

use std::ops::Range;

use super::compile::Use;
use super::context::BEFORE;
use super::opaque::Opaque;
use super::scan::Scan;
use super::shadow::{self, Form, Shadow};
use super::words::{ANDS, FILLERS, GREETINGS, PLAIN_ANSWERS};
use crate::model::{Reason, Span};

/// Longest message that can be a bare answer, in bytes.
const LONGEST: usize = 160;

impl Scan<'_> {
    /// Looks whether a slot answers a question; `asks`: how many questions stand before it.
    pub(super) fn answers(&mut self, slot: usize, asks: usize, opaque: &Opaque) {
        let page = self.page;
        let place = &page.slots[slot];
        let source = page.slot_text(place);
        if source.len() > LONGEST {
            return;
        }
        let program = self.program;
        let mut questions: Vec<usize> = Vec::new();
        for at in (0..asks).rev() {
            let ask = &self.asks[at];
            let (from, entry) = (ask.slot, ask.entry);
            if page.slots[from].message + BEFORE < place.message {
                break;
            }
            if self.can_ask(from, slot) && self.is_asking(from) {
                questions.push(entry);
            }
        }
        if questions.is_empty() {
            return;
        }
        let plain = Shadow::as_written(source, Form::Plain, false);
        let whole = cores(&plain.text, 0..plain.text.len());
        let parts = parts(&plain.text);
        let uses: Vec<&Use> =
            questions.iter().flat_map(|entry| program.words.uses(*entry)).collect();
        let mut rules: Vec<usize> = uses.iter().filter_map(|use_| self.asked_rule(use_)).collect();
        rules.sort_unstable();
        rules.dedup();
        for use_ in uses {
            let Use::Ask(answer, word) = use_ else { continue };
            let answer_ = &program.answers[*answer];
            let value = |core: &Range<usize>| {
                let places = answer_.expression.captures(&plain.text[core.clone()])?;
                let value = places.get(answer_.expression.value())?;
                let value = core.start + value.start()..core.start + value.end();
                let text = &plain.text[value.clone()];
                let is_right = answer_
                    .validator
                    .is_none_or(|valid| valid(text) || valid(&shadow::compact(text)));
                let is_value = !value.is_empty() && is_right && !is_small_talk(text);
                (is_value && !opaque.touches(&plain.source(value.clone()))).then_some(value)
            };
            let mut values: Vec<Range<usize>> = whole.iter().find_map(value).into_iter().collect();
            if values.is_empty() {
                // Several questions, several values: which is whose is for overlaps to say.
                let most = if rules.len() > 1 { usize::MAX } else { 1 };
                let found = parts.iter().filter_map(|part| part.iter().find_map(value));
                values.extend(found.take(most));
            }
            for value in values {
                let range = plain.source(value);
                let base = place.range.start;
                let spans = vec![Span { slot, range: base + range.start..base + range.end }];
                let mut reasons = vec![Reason::Question(word.clone())];
                if answer_.validator.is_some() {
                    reasons.insert(0, Reason::Checksum);
                }
                self.push(answer_.rule, spans, answer_.confidence, reasons);
            }
        }
    }

    /// The rule whose value a word asks for.
    fn asked_rule(&self, use_: &Use) -> Option<usize> {
        match use_ {
            Use::Ask(answer, _) => Some(self.program.answers[*answer].rule),
            _ => None,
        }
    }

    /// Whether the author of one text can have asked the author of another.
    fn can_ask(&self, from: usize, to: usize) -> bool {
        match (self.sender(from), self.sender(to)) {
            (Some(from), Some(to)) => from != to,
            _ => self.page.slots[from].message + 1 == self.page.slots[to].message,
        }
    }
}

/// What stands in a text between commas, ends of sentences, slashes, line breaks and words for "and": the cores of each
/// part; nothing if there is one part only.
fn parts(text: &str) -> Vec<Vec<Range<usize>>> {
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let bytes = text.as_bytes();
    let is_blank = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_whitespace);
    for (at, byte) in bytes.iter().enumerate() {
        let is_cut = match byte {
            b'\n' | b';' | b'|' => true,
            b',' | b'!' | b'?' => is_blank(at + 1),
            b'.' => {
                is_blank(at + 1) && at > 2 && bytes[at - 3..at].iter().all(u8::is_ascii_alphabetic)
            }
            b'/' => is_blank(at + 1) && at > 0 && is_blank(at - 1),
            _ => false,
        };
        if is_cut {
            cuts.push(at..at + 1);
        }
    }
    for word in words(text) {
        if ANDS.contains(&&text[word.clone()]) {
            cuts.push(word);
        }
    }
    if cuts.is_empty() {
        return Vec::new();
    }
    cuts.sort_unstable_by_key(|cut| cut.start);
    let mut from = 0;
    let mut parts = Vec::with_capacity(cuts.len() + 1);
    for cut in cuts.into_iter().chain([text.len()..text.len()]) {
        parts.push(cores(text, from..cut.start));
        from = cut.end;
    }
    parts
}

/// Words between blanks.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, c.is_whitespace()) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// What may be the value of an answer: a stretch of a text without fillers at both ends, as it stands
/// and without punctuation around it. A greeting alone may be one: passwords are such words.
fn cores(text: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let base = within.start;
    let words: Vec<Range<usize>> =
        words(&text[within]).into_iter().map(|word| base + word.start..base + word.end).collect();
    let is_alone = words.len() == 1;
    let is_filler = |word: &Range<usize>| {
        let bare = text[word.clone()].trim_matches(|c: char| !c.is_alphanumeric());
        bare.is_empty() || is_in(FILLERS, bare) && !(is_alone && is_in(GREETINGS, bare))
    };
    let all = &words[..];
    let first = all.iter().position(|word| !is_filler(word));
    let last = all.iter().rposition(|word| !is_filler(word));
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    let core = all[first].start..all[last].end;
    let inside = &text[core.clone()];
    let mut cores = vec![core.clone()];
    let marks = &['.', ',', ';', ':', '"', '\'', '(', ')', '?', '!'][..];
    let left = inside.len() - inside.trim_start_matches(marks).len();
    let right = inside.len() - inside.trim_end_matches(marks).len();
    if left + right > 0 && left + right < inside.len() {
        cores.push(core.start + left..core.end - right);
    }
    cores
}

/// Whether a value is made of words that are no value.
fn is_small_talk(value: &str) -> bool {
    value.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        !word.bytes().any(|byte| byte.is_ascii_digit())
            && (is_in(FILLERS, word) && word.len() != value.len()
                || is_in(FILLERS, word) && !is_in(GREETINGS, word)
                || is_in(PLAIN_ANSWERS, word))
    })
}

fn is_in(words: &[&str], word: &str) -> bool {
    let folded = shadow::fold(word);
    words.contains(&folded.as_str())
}
