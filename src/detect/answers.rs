//! Bare answers: the value stands alone, what it is stands in a question before.

use super::compile::Primary;
use super::context::BEFORE;
use super::opaque::Opaque;
use super::scan::Scan;
use super::shadow::{self, Form, Shadow};
use super::words::{FILLERS, PLAIN_ANSWERS};
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
        let plain = Shadow::new(source, Form::Plain, false);
        let cores = cores(&plain.text);
        for use_ in questions.into_iter().flat_map(|entry| program.primary.uses(entry)) {
            let Primary::Ask(answer, word) = use_ else { continue };
            let answer_ = &program.answers[*answer];
            let value = cores.iter().find_map(|core| {
                let places = answer_.expression.regex().captures(&plain.text[core.clone()])?;
                let value = places.get(answer_.expression.value())?;
                (!value.is_empty()).then(|| core.start + value.start()..core.start + value.end())
            });
            let Some(value) = value else { continue };
            let text = &plain.text[value.clone()];
            let is_right =
                answer_.validator.is_none_or(|valid| valid(text) || valid(&shadow::compact(text)));
            let range = plain.source(value.clone());
            if !is_right || is_small_talk(text) || opaque.touches(&range) {
                continue;
            }
            let base = place.range.start;
            let spans = vec![Span { slot, range: base + range.start..base + range.end }];
            let mut reasons = vec![Reason::Question(word.clone())];
            if answer_.validator.is_some() {
                reasons.insert(0, Reason::Checksum);
            }
            self.push(answer_.rule, spans, answer_.confidence, reasons);
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

/// What may be the value of an answer: the text without fillers at both ends, as it stands and
/// without punctuation around it.
fn cores(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut words: Vec<std::ops::Range<usize>> = Vec::new();
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
    let is_filler = |word: &std::ops::Range<usize>| {
        let bare = text[word.clone()].trim_matches(|c: char| !c.is_alphanumeric());
        bare.is_empty() || is_in(FILLERS, bare)
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
            && (is_in(FILLERS, word) || is_in(PLAIN_ANSWERS, word))
    })
}

fn is_in(words: &[&str], word: &str) -> bool {
    let folded = shadow::fold(word);
    words.contains(&folded.as_str())
}
