//! Names of those who take part in the chat, wherever they are spoken of.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashSet;

use super::scan::Scan;
use crate::model::{Confidence, Page, Part, Reason, SenderId, Span};

/// The rule that looks for them, if it is on.
pub(super) const RULE: &str = "contact.person_name";
/// Shorter parts of names are words too often.
const SHORTEST: usize = 3;

/// Finds names of the people on a page: whole, and each part of them.
pub(super) struct Names {
    rule: usize,
    search: AhoCorasick,
}

impl Names {
    /// Names of all senders of a page; `None` if there are none.
    pub(super) fn new(rule: usize, page: &Page) -> Option<Self> {
        let mut seen: FxHashSet<SenderId> = FxHashSet::default();
        let mut names: Vec<&str> = Vec::new();
        for message in &page.messages {
            if message.sender.is_some_and(|sender| seen.insert(sender)) {
                let name = &page.text[message.sender_text.clone()];
                let parts = name.split(|c: char| !c.is_alphabetic() && c != '-' && c != '\'');
                names.extend(parts.chain([name]).filter(|part| is_name(part)));
            }
        }
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return None;
        }
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names);
        search.ok().map(|search| Self { rule, search })
    }

    /// Where they stand in a text, as whole words or with an `s` at the end.
    fn find(&self, text: &str) -> Vec<Range<usize>> {
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let found = self.search.find_iter(text).map(|found| found.range());
        found
            .filter(|range| {
                let rest = &text[range.end..];
                let rest = rest.strip_prefix(['s', '’', '\'']).unwrap_or(rest);
                !is_word(text[..range.start].chars().next_back())
                    && (!is_word(text[range.end..].chars().next()) || !is_word(rest.chars().next()))
            })
            .collect()
    }
}

/// Whether a part of a sender's name can be looked for: letters, a capital first, no number.
fn is_name(part: &str) -> bool {
    part.chars().count() >= SHORTEST
        && part.starts_with(char::is_uppercase)
        && !part.contains(|c: char| c.is_ascii_digit())
}

impl Scan<'_> {
    /// Notes people of the chat in a slot; slots that are names of senders themselves are told once.
    pub(super) fn names(&mut self, slot: usize, names: &Names) {
        if self.part(slot) == Part::Sender {
            return;
        }
        let place = &self.page.slots[slot];
        let base = place.range.start;
        for range in names.find(self.page.slot_text(place)) {
            let spans = vec![Span { slot, range: base + range.start..base + range.end }];
            self.push(names.rule, spans, Confidence::Low, vec![Reason::Participant]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::page_of;

    #[test]
    fn every_spelling_of_a_participant() {
        let mut page = page_of(&[(Some(SenderId(0)), "Erika Beispiel-Weiß"), (None, "x")]);
        page.messages[0].sender_text = 0..page.text.find('\n').unwrap_or(0);
        let names = Names::new(0, &page);
        let cases = [
            // (text, found, why)
            ("Hallo Erika, wie geht's", vec!["Erika"], "first name"),
            ("Fr. Beispiel-Weiß fragt", vec!["Beispiel-Weiß"], "last name"),
            ("Erika Beispiel-Weiß", vec!["Erika Beispiel-Weiß"], "whole"),
            ("Erikas Rad", vec!["Erika"], "genitive"),
            ("Erikasee, erika", vec![], "other words"),
        ];
        for (text, expected, why) in cases {
            let found = names.as_ref().map(|names| names.find(text)).unwrap_or_default();
            let found: Vec<&str> = found.into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{why}");
        }
    }
}
