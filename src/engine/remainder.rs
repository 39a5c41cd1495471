//! What a copy and its original have in common: everything that was not redacted.

use std::sync::LazyLock;

use regex::Regex;
use sha2::{Digest, Sha256};

use super::copies::NOTE;
use crate::model::{Cell, Edit, Page, Slot};

/// What stands in copies instead of values: labels, pseudonyms, masks.
#[expect(clippy::expect_used, reason = "a fixed expression")]
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\[(?<label>[A-Z][A-Za-z0-9_]*)(?:-[0-9a-f]{12})?\]|\*+").expect("compiles")
});

/// A hash over the text of all leaves without what was redacted and without what stands for it: equal
/// for an original and its copy, whatever the operators.
#[derive(Clone)]
pub(super) struct Remainder<'a> {
    /// Words of placeholders, sorted: nothing else in brackets stands for a value.
    labels: &'a [String],
    /// Text in its order.
    text: Sha256,
    /// Cells with their columns, in any order: a reader may hand out rows by chat.
    cells: [u64; 4],
}

impl<'a> Remainder<'a> {
    /// Of nothing yet; placeholders have these words, which are sorted.
    pub(super) fn new(labels: &'a [String]) -> Self {
        Self { labels, text: Sha256::default(), cells: [0; 4] }
    }

    /// Takes a page's own text; `edits` are sorted and do not overlap. Names of columns that were put
    /// in before their values count where they stand only.
    pub(super) fn take(&mut self, page: &Page, edits: &[Edit]) {
        let mut edits = edits.iter().peekable();
        let mut at = page.owned_text.start;
        for slot in page.owned_slots() {
            let Some(cell) = slot.cell.as_ref().filter(|cell| !cell.table.is_empty()) else {
                at = text(&mut self.text, self.labels, page, at, slot.range.start, &mut edits);
                at = at.max(page.own_start(slot));
                continue;
            };
            let mut hash = address(cell);
            let nothing = hash.clone().finalize();
            // Between cells there is nothing of their own.
            let start = at.max(page.own_start(slot));
            at = text(&mut hash, self.labels, page, start, slot.range.end, &mut edits);
            let hash = hash.finalize();
            // A cell of which nothing is left is no text in the copy.
            if hash == nothing {
                continue;
            }
            let hash: [u8; 32] = hash.into();
            for (sum, part) in self.cells.iter_mut().zip(hash.as_chunks::<8>().0) {
                *sum = sum.wrapping_add(u64::from_le_bytes(*part));
            }
        }
        let is_cells = |slot: &Slot| slot.cell.as_ref().is_some_and(|cell| !cell.table.is_empty());
        if !page.owned_slots().last().is_some_and(is_cells) {
            text(&mut self.text, self.labels, page, at, page.owned_text.end, &mut edits);
        }
    }

    /// Takes the note that stands for something withheld.
    pub(super) fn note(&mut self) {
        without_placeholders(self.labels, NOTE, |piece| self.text.update(piece));
    }

    /// The hash.
    pub(super) fn finish(mut self) -> [u8; 32] {
        self.cells.iter().for_each(|part| self.text.update(part.to_le_bytes()));
        self.text.finalize().into()
    }
}

fn address(cell: &Cell) -> Sha256 {
    let mut hash = Sha256::new();
    // A path in a property list is made of names, which may be redacted themselves.
    let column = if &*cell.table == "plist" { &cell.table } else { &cell.column };
    for part in [&cell.table, column] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    // Rows without a number of their own move when what they are called by is replaced.
    hash
}

/// Hashes what is left of the text from `at` to `end`; answers where the next stretch begins.
fn text<'e>(
    hash: &mut Sha256,
    labels: &[String],
    page: &Page,
    mut at: usize,
    end: usize,
    edits: &mut std::iter::Peekable<impl Iterator<Item = &'e Edit>>,
) -> usize {
    let mut take = |text: &str| without_placeholders(labels, text, |piece| hash.update(piece));
    while let Some(edit) = edits.next_if(|edit| edit.range.start < end) {
        take(&page.text[at..edit.range.start.max(at)]);
        at = edit.range.end.max(at);
    }
    if at < end {
        take(&page.text[at..end]);
        at = end;
    }
    at
}

/// Hands out what stands between placeholders.
fn without_placeholders(labels: &[String], text: &str, mut take: impl FnMut(&str)) {
    let mut at = 0;
    for found in PLACEHOLDER.captures_iter(text) {
        let label = found.name("label").map(|label| label.as_str());
        let is_known = |label: &str| labels.binary_search_by(|it| it.as_str().cmp(label)).is_ok();
        if !label.is_none_or(is_known) {
            continue;
        }
        let place = found.get_match();
        take(&text[at..place.start()]);
        at = place.end();
    }
    take(&text[at..]);
}
