//! What a copy and its original have in common: everything that was not redacted.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use sha2::{Digest, Sha256};

use super::copies::NOTE;
use crate::model::{Edit, Page};

/// What stands in copies instead of values: labels, pseudonyms, masks.
#[expect(clippy::expect_used, reason = "a fixed expression")]
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\[[A-Z][A-Za-z0-9_]*(?:-[0-9a-f]{12})?\]|\*{5}").expect("compiles")
});

/// A hash over the text of all leaves without what was redacted and without what stands for it: equal
/// for an original and its copy, whatever the operators.
#[derive(Default, Clone)]
pub(super) struct Remainder(Sha256);

impl Remainder {
    /// Takes a page's own text; `edits` are sorted and do not overlap. Names of columns that were put
    /// in before their values count where they stand only.
    pub(super) fn take(&mut self, page: &Page, edits: &[Edit]) {
        let edits = edits.iter().map(|edit| edit.range.clone());
        let names = page.owned_slots().iter().map(|slot| slot.range.start..page.own_start(slot));
        let mut left_out: Vec<Range<usize>> =
            edits.chain(names.filter(|name| !name.is_empty())).collect();
        left_out.sort_by_key(|range| range.start);
        let mut at = page.owned_text.start;
        for range in left_out {
            self.text(&page.text[at..range.start.max(at)]);
            at = range.end.max(at);
        }
        self.text(&page.text[at..page.owned_text.end.max(at)]);
    }

    /// Takes the note that stands for something withheld.
    pub(super) fn note(&mut self) {
        self.text(NOTE);
    }

    fn text(&mut self, text: &str) {
        for piece in PLACEHOLDER.split(text) {
            self.0.update(piece);
        }
    }

    /// The hash.
    pub(super) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}
