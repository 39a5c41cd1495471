//! What counts only once what stood beside it is gone: a placeholder is no context, and cuts sentences.

use std::ops::Range;

use super::Options;
use super::judge::{Verdict, edits_of, judge};
use super::names::disjoint;
use crate::model::{Edit, Page, Part};

/// So many times a page is looked at as its copy will read.
const MOST_LOOKS: usize = 3;

/// Edits of a page, sorted and disjoint, with those that make its copy hold nothing that counts.
pub(super) fn settled(options: &Options<'_>, page: &Page, mut edits: Vec<Edit>) -> Vec<Edit> {
    for _ in 0..MOST_LOOKS {
        let copied = Copied::new(page, &edits);
        let mut more = Vec::new();
        for finding in options.detector.scan(&copied.page) {
            let Verdict::Counts(value) = judge(options, &copied.page, &finding) else { continue };
            let is_key = copied.page.slots[finding.spans[0].slot].part == Part::Key;
            let replacement = value.replacement(options, &finding.rule, is_key);
            let found = edits_of(&finding, &replacement).map(|edit| Edit {
                range: copied.source(&edit.range),
                replacement: edit.replacement,
            });
            more.extend(found.filter(|edit| {
                edit.range.start < edit.range.end
                    && page.owned_text.contains(&edit.range.start)
                    && edit.range.end <= page.owned_text.end
            }));
        }
        if more.is_empty() {
            break;
        }
        edits.extend(more);
        edits = disjoint(edits);
    }
    edits
}

/// A page as its copy will read.
struct Copied {
    page: Page,
    /// (in the page, in the copy) of each edit, rising.
    edits: Vec<(Range<usize>, Range<usize>)>,
}

impl Copied {
    /// Edits are sorted and disjoint.
    fn new(page: &Page, edits: &[Edit]) -> Self {
        let mut text = String::with_capacity(page.text.len());
        let mut places = Vec::with_capacity(edits.len());
        let mut at = 0;
        for Edit { range, replacement } in edits {
            text.push_str(&page.text[at..range.start]);
            let start = text.len();
            text.push_str(replacement);
            at = range.end;
            places.push((range.clone(), start..text.len()));
        }
        text.push_str(&page.text[at..]);
        let mut copied = Self { page: Page::default(), edits: places };
        let moved = |range: &Range<usize>| copied.target(range.start)..copied.target(range.end);
        let mut copy = Page {
            owned_text: moved(&page.owned_text),
            messages: page.messages.clone(),
            slots: page.slots.clone(),
            owned: page.owned.clone(),
            chat: page.chat.clone(),
            text,
            ..Page::default()
        };
        copy.messages.iter_mut().for_each(|it| it.sender_text = moved(&it.sender_text));
        copy.slots.iter_mut().for_each(|it| it.range = moved(&it.range));
        copied.page = copy;
        copied
    }

    /// Where a place of the page lies in the copy; of what is replaced, its end.
    fn target(&self, at: usize) -> usize {
        let next = self.edits.partition_point(|(old, _)| old.start < at);
        let Some((old, new)) = next.checked_sub(1).map(|last| &self.edits[last]) else { return at };
        new.end + at.saturating_sub(old.end)
    }

    /// A stretch of the copy as one of the page, without what was put in at its ends.
    fn source(&self, range: &Range<usize>) -> Range<usize> {
        let last = |at: usize| {
            let next = self.edits.partition_point(|(_, new)| new.start <= at);
            next.checked_sub(1).map(|last| &self.edits[last])
        };
        let start = last(range.start)
            .map_or(range.start, |(old, new)| old.end + range.start.saturating_sub(new.end));
        let end = last(range.end).map_or(range.end, |(old, new)| {
            if range.end < new.end { old.start } else { old.end + (range.end - new.end) }
        });
        start..end.max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_there_and_back() {
        let page = Page { text: "abc 123 def 45 ghi".to_owned(), ..Page::default() };
        let edit = |range, replacement: &str| Edit { range, replacement: replacement.to_owned() };
        let edits = [edit(4..7, "[X]"), edit(12..14, "[NUMBER]")];
        let copied = Copied::new(&page, &edits);
        assert_eq!(copied.page.text, "abc [X] def [NUMBER] ghi");
        let cases = [
            // (in the page, in the copy, why)
            ("abc", "abc", "before"),
            ("def", "def", "between"),
            ("ghi", "ghi", "behind"),
        ];
        for (old, new, why) in cases {
            let old = page.text.find(old).map_or(0..0, |at| at..at + old.len());
            let new = copied.page.text.find(new).map_or(0..0, |at| at..at + new.len());
            assert_eq!(copied.target(old.start)..copied.target(old.end), new, "{why}");
            assert_eq!(copied.source(&new), old, "{why}");
        }
        assert_eq!(copied.source(&(5..11)), 7..11, "from inside of a placeholder");
        assert_eq!(copied.source(&(8..15)), 8..12, "into one");
    }
}
