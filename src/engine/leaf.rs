//! What a leaf's pages hold: findings judged, reported and turned into edits; senders once a chat.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::Options;
use super::judge::{Value, Verdict, counting_alone, edits_of, judge, scan_alone};
use super::names::disjoint;
use super::participants::token;
use super::record::{Shared, TOKEN_DIGITS, record};
use super::scan::{InputScan, Place};
use super::settle;
use crate::format::{FormatError, Writer};
use crate::model::{
    Edit, Finding, Incident, Message, Page, Part, Problem, Reason, SenderId, Slot, Span,
};
use crate::report::FindingRecord;

/// Shorter values stand in too many places that mean something else; of credentials fewer do.
const SHORTEST_LEARNED: usize = 6;
const SHORTEST_CREDENTIAL: usize = 4;
/// So many values of an input are looked for elsewhere.
const MOST_LEARNED: usize = 10_000;

/// One chat or document while it is read.
pub(super) struct Leaf {
    /// Keyed token of the chat.
    pub(super) token: String,
    /// Its own texts, such as comments, are in no copy.
    is_container: bool,
    senders: Vec<Option<Sender>>,
    /// Bytes of what is no text in its texts, by kind.
    pub(super) embedded: BTreeMap<&'static str, u64>,
    /// Of this kind is what ended with the last page.
    pub(super) open: Option<&'static str>,
}

impl Leaf {
    /// A leaf of which nothing is known yet but its token.
    pub(super) fn new(token: String, is_container: bool) -> Self {
        let (senders, embedded) = (Vec::new(), BTreeMap::new());
        Self { token, is_container, senders, embedded, open: None }
    }

    /// Token of the chat that a page belongs to.
    pub(super) fn chat(&self, options: &Options<'_>, page: &Page) -> String {
        match &page.chat {
            Some(chat) => options.secret.token(&["chat", &self.token, chat], TOKEN_DIGITS),
            None => self.token.clone(),
        }
    }
}

/// Edits without these separators: what replaces a value stands in each part of it.
fn parted(edits: Vec<Edit>, separators: &[Range<usize>]) -> Vec<Edit> {
    if separators.is_empty() {
        return edits;
    }
    let mut parted = Vec::with_capacity(edits.len());
    for Edit { range, replacement } in edits {
        let first = separators.partition_point(|it| it.end <= range.start);
        let mut at = range.start;
        for separator in separators[first..].iter().take_while(|it| it.start < range.end) {
            if at < separator.start {
                parted.push(Edit { range: at..separator.start, replacement: replacement.clone() });
            }
            at = separator.end.min(range.end);
        }
        if at < range.end {
            parted.push(Edit { range: at..range.end, replacement });
        }
    }
    parted
}

/// Whether a value may stand elsewhere and not be found there: in another grouping, beside words that
/// make it harmless, or without those that gave it away. Words of terms mean something else elsewhere.
fn may_hide(finding: &Finding, value: &Value) -> bool {
    let is_word = |reason: &Reason| matches!(reason, Reason::Term | Reason::WeakTerm);
    let has_context = |reason: &Reason| matches!(reason, Reason::Word(_) | Reason::Question(_));
    let text = &value.text;
    let length = text.chars().filter(|c| c.is_alphanumeric()).count();
    let is_long = match finding.rule.family() {
        "credential" => length >= SHORTEST_CREDENTIAL && !is_year(text),
        _ => length >= SHORTEST_LEARNED,
    };
    let has_digit = text.contains(|c: char| c.is_ascii_digit());
    let is_value = match finding.rule.family() {
        "credential" => true,
        "contact" | "identity" | "business" => has_digit,
        "financial" | "health" => has_digit && !is_amount(text),
        _ => false,
    };
    finding.spans.len() == 1
        && is_long
        && !finding.reasons.iter().any(is_word)
        && (is_value || finding.reasons.iter().any(has_context))
}

/// Whether a PIN is a year as well.
fn is_year(text: &str) -> bool {
    text.parse().is_ok_and(|year: u32| (1900..2100).contains(&year))
}

/// Whether a number says how much.
fn is_amount(text: &str) -> bool {
    let folded = text.to_lowercase();
    ["€", "$", "£", "eur", "chf", "usd", "%"].iter().any(|unit| folded.contains(unit))
}

/// What is known of a sender of a leaf.
struct Sender {
    /// Replacements in the name; offsets are of the name.
    edits: Vec<Edit>,
    /// A page of its own.
    page: Page,
    /// What is found on it.
    findings: Vec<(Finding, Value)>,
    messages: u64,
}

/// Whether one of these edits, which rise and are disjoint, overlaps a stretch.
fn overlaps(edits: &[Edit], range: &Range<usize>) -> bool {
    let next = edits.partition_point(|edit| edit.range.end <= range.start);
    edits.get(next).is_some_and(|edit| edit.range.start < range.end)
}

/// Edits, and in the place of those that overlap them those of what is no text.
fn with_embedded<'e>(edits: &[Edit], embedded: impl Iterator<Item = &'e Edit>) -> Vec<Edit> {
    let mut all: Vec<Edit> = embedded.cloned().collect();
    let apart: Vec<Edit> =
        edits.iter().filter(|edit| !overlaps(&all, &edit.range)).cloned().collect();
    all.extend(apart);
    all.sort_by_key(|edit| edit.range.start);
    all
}

/// Where a value stands in binary data, none of them is left.
fn empty_binary(page: &Page, edits: &mut Vec<Edit>) {
    for slot in page.owned_slots() {
        if slot.cell.as_ref().is_none_or(|cell| !cell.is_binary) {
            continue;
        }
        let own = page.own_start(slot)..slot.range.end;
        let first = edits.partition_point(|edit| edit.range.end <= own.start);
        let behind = edits.partition_point(|edit| edit.range.start < own.end);
        if first < behind {
            edits.splice(first..behind, [Edit { range: own, replacement: String::new() }]);
        }
    }
}

impl InputScan<'_> {
    pub(super) fn take(
        &mut self,
        leaf: &mut Leaf,
        place: &Place,
        page: &Page,
        findings: &[Finding],
        writer: &mut Option<Box<dyn Writer>>,
    ) {
        let mut edits = Vec::new();
        let mut shared = Shared::default();
        self.take_senders(leaf, page, &mut edits);
        for finding in findings {
            // Names of columns are put in from elsewhere: they are findings where they stand.
            let is_own = |span: &Span| page.own_start(&page.slots[span.slot]) < span.range.end;
            if !finding.spans.iter().any(is_own) {
                continue;
            }
            let value = match judge(self.options, page, finding) {
                Verdict::Below => continue,
                Verdict::Own => {
                    self.spool.suppress();
                    continue;
                }
                Verdict::Counts(value) => value,
            };
            if page.owned.contains(&finding.spans[0].slot) {
                let record = record(self, place, leaf, page, &mut shared, finding, &value);
                self.spot(&record, page, finding, &value);
                self.report(&record);
            }
            let is_key = page.slots[finding.spans[0].slot].part == Part::Key;
            let replacement = || value.replacement(self.options, &finding.rule, is_key);
            let put = if self.copies.is_some() { replacement() } else { String::new() };
            let own = edits_of(finding, &put);
            edits.extend(own.filter(|edit| page.owned_text.contains(&edit.range.start)));
            if self.learns && may_hide(finding, &value) {
                self.learn(value.text.clone(), replacement);
            }
        }
        let embedded = self.embedded(leaf, page);
        if let Some(copies) = self.copies {
            self.names_in_text(place, page, &mut edits);
            let mut edits = disjoint(edits);
            if self.settles && !edits.is_empty() {
                edits = settle::settled(self.options, page, edits);
            }
            let mut edits = parted(edits, &page.separators);
            edits.retain(|edit| {
                let [start, end] = [edit.range.start, edit.range.end];
                page.leaf_offset(start) < page.leaf_offset(end) || start == end
            });
            self.redactions += edits.len() as u64;
            empty_binary(page, &mut edits);
            // Whether a copy keeps them or not, the rest of it is the same.
            let all = with_embedded(&edits, embedded.iter().map(|it| &it.0));
            self.remember(leaf, page, &all);
            let gone = embedded.iter().filter(|it| !copies.keep_media || !it.1).map(|it| &it.0);
            let edits = with_embedded(&edits, gone);
            if let Some(active) = writer
                && let Err(error) = active.put(page, &edits)
            {
                self.copy_error = Some(error);
                *writer = None;
            }
        } else {
            self.remember(leaf, page, &with_embedded(&[], embedded.iter().map(|it| &it.0)));
            let own = |slot: &Slot| page.own_start(slot)..slot.range.end;
            let mentions = |slot: &Slot| disjoint(self.known.find(&page.text, own(slot)));
            let found = disjoint(edits);
            let mentions = page.owned_slots().iter().flat_map(mentions);
            let left = mentions.filter(|mention| !overlaps(&found, &mention.range));
            self.leftovers += left.count() as u64;
        }
    }

    fn remember(&mut self, leaf: &Leaf, page: &Page, edits: &[Edit]) {
        if let Some(remainder) = &mut self.remainder
            && !leaf.is_container
        {
            remainder.take(page, edits);
        }
    }

    /// Keeps a value to look for it elsewhere.
    fn learn(&mut self, value: String, replacement: impl FnOnce() -> String) {
        if self.learned.len() < MOST_LEARNED && !self.learned.contains_key(&value) {
            self.learned.insert(value, replacement());
        }
    }

    /// References to renamed files, and mentions of participants.
    fn names_in_text(&self, place: &Place, page: &Page, edits: &mut Vec<Edit>) {
        for slot in page.owned_slots() {
            if slot.part == Part::Filename
                && let Some(new) = place.siblings.of_reference(page.slot_text(slot))
            {
                edits.retain(|edit| {
                    edit.range.end <= slot.range.start || slot.range.end <= edit.range.start
                });
                edits.push(Edit { range: slot.range.clone(), replacement: new.to_owned() });
            } else {
                let own = page.own_start(slot)..slot.range.end;
                let people = self.people.find(&page.text, own.clone());
                if slot.part == Part::Key {
                    // A person is called the same wherever an account is named.
                    edits.retain(|edit| {
                        let Range { start, end } = edit.range;
                        let is_of = |person: &Edit| {
                            person.range.start <= start.max(own.start) && end <= person.range.end
                        };
                        end <= own.start || own.end <= start || !people.iter().any(is_of)
                    });
                }
                edits.extend(people);
                edits.extend(self.known.find(&page.text, own));
            }
        }
    }

    fn take_senders(&self, leaf: &mut Leaf, page: &Page, edits: &mut Vec<Edit>) {
        for message in &page.messages {
            let at = &message.sender_text;
            let Some(SenderId(id)) = message.sender else { continue };
            if at.is_empty() || !page.owned_text.contains(&at.start) {
                continue;
            }
            let id = id as usize;
            if leaf.senders.len() <= id {
                leaf.senders.resize_with(id + 1, || None);
            }
            let sender =
                leaf.senders[id].get_or_insert_with(|| self.sender(page, message, at.clone()));
            sender.messages += 1;
            edits.extend(sender.edits.iter().map(|edit| Edit {
                range: edit.range.start + at.start..edit.range.end + at.start,
                replacement: edit.replacement.clone(),
            }));
        }
    }

    /// Looks at a sender for the first time in this leaf.
    fn sender(&self, page: &Page, message: &Message, at: Range<usize>) -> Sender {
        let name = &page.text[at.clone()];
        let (mut alone, findings) = counting_alone(self.options, name, Part::Sender);
        alone.raw.base = page.leaf_offset(at.start);
        alone.messages[0] = Message { sender_text: 0..0, ..message.clone() };
        let copies = self.copies;
        let mut edits = Vec::new();
        if copies.is_some_and(|copies| copies.pseudonymous_participants) {
            let replacement = token(name, self.options.secret);
            edits.push(Edit { range: 0..name.len(), replacement });
        } else if copies.is_some() {
            for (finding, value) in &findings {
                edits.extend(edits_of(
                    finding,
                    &value.replacement(self.options, &finding.rule, false),
                ));
            }
        }
        Sender { edits: disjoint(edits), page: alone, findings, messages: 0 }
    }

    /// A sender is one finding of its chat, however many messages carry it.
    pub(super) fn finish_senders(&mut self, leaf: &Leaf, place: &Place) {
        for sender in leaf.senders.iter().flatten() {
            let mut shared = Shared::default();
            for (finding, value) in &sender.findings {
                let mut record =
                    record(self, place, leaf, &sender.page, &mut shared, finding, value);
                record.occurrences = sender.messages;
                self.spot(&record, &sender.page, finding, value);
                self.report(&record);
            }
        }
    }

    /// Reports what a name holds.
    pub(super) fn name(&mut self, name: &str, place: &Place) {
        let (page, findings) = scan_alone(self.options, name, Part::Filename);
        let leaf = Leaf::new(String::new(), false);
        let place = Place {
            display: place.display.clone(),
            depth: place.depth,
            siblings: Arc::clone(&place.siblings),
            is_name: true,
        };
        let mut shared = Shared::default();
        for finding in &findings {
            match judge(self.options, &page, finding) {
                Verdict::Below => {}
                Verdict::Own => self.spool.suppress(),
                Verdict::Counts(value) => {
                    let record = record(self, &place, &leaf, &page, &mut shared, finding, &value);
                    self.spot(&record, &page, finding, &value);
                    self.report(&record);
                }
            }
        }
    }

    /// Shows a value to somebody who asked for this one finding.
    fn spot(&self, record: &FindingRecord, page: &Page, finding: &Finding, value: &Value) {
        if let Some(spotlight) = self.options.memory.spotlight {
            let slot = &page.slots[finding.spans[0].slot];
            spotlight.look(record, &value.text, page.slot_text(slot));
        }
    }

    fn report(&mut self, record: &FindingRecord) {
        if let Err(error) = self.spool.push(record) {
            let error = FormatError::from(error);
            let detail = format!("findings cannot be kept in the temporary folder: {error}");
            self.incidents.push(Incident { problem: Problem::Unreadable, member: None, detail });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_leave_separators() {
        // "ab, cd, ef": both commas and spaces are separators.
        type Case<'a> = (Range<usize>, &'a [Range<usize>], &'a str);
        let cases: [Case<'_>; 5] = [
            (0..2, &[0..2], "beside one"),
            (1..9, &[1..2, 4..6, 8..9], "over both"),
            (2..6, &[4..6], "from one on"),
            (0..3, &[0..2], "into one"),
            (2..4, &[], "one alone"),
        ];
        for (range, expected, why) in cases {
            let edits = vec![Edit { range, replacement: "[X]".into() }];
            let parted = parted(edits, &[2..4, 6..8]);
            let ranges: Vec<_> = parted.iter().map(|edit| edit.range.clone()).collect();
            assert_eq!(ranges, expected, "{why}");
        }
    }
}
