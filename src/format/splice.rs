//! Copies of text-like leaves: the raw bytes as they are, with edits spliced in.

use std::borrow::Cow;

use super::decode::{encode, raw_bytes};
use super::{FormatError, Output, Writer};
use crate::model::{Edit, Page, Problem};

/// Writes the raw bytes of owned regions with replacements in the encoding of the leaf; byte order
/// mark, line ends and bad bytes stay.
pub(crate) struct Splice {
    out: Box<dyn Output>,
    /// Characters that mean something to the format.
    special: &'static [char],
}

impl Splice {
    /// A copy that goes to `out`.
    pub(crate) fn new(out: Box<dyn Output>) -> Self {
        Self::without(out, &[])
    }

    /// Where the copy goes.
    pub(crate) fn output(&mut self) -> &mut Box<dyn Output> {
        &mut self.out
    }

    /// A copy whose replacements must not hold these characters: `_` stands for them. Placeholders
    /// hold none of any format; names of files may.
    pub(crate) fn without(out: Box<dyn Output>, special: &'static [char]) -> Self {
        Self { out, special }
    }
}

impl Writer for Splice {
    fn put(&mut self, page: &Page, edits: &[Edit]) -> Result<(), FormatError> {
        let misplaced = || FormatError::new(Problem::Unwritable, "edit outside of its page");
        let owned = &page.owned_text;
        let mut at = owned.start;
        for edit in edits {
            if edit.range.end > owned.end || edit.range.start > edit.range.end {
                return Err(misplaced());
            }
            let kept = (at <= edit.range.start).then_some(at..edit.range.start);
            let kept = kept.and_then(|kept| raw_bytes(&page.text, &page.raw, kept));
            self.out.write_all(kept.ok_or_else(misplaced)?)?;
            let replacement = if edit.replacement.contains(self.special) {
                Cow::Owned(edit.replacement.replace(self.special, "_"))
            } else {
                Cow::Borrowed(&*edit.replacement)
            };
            self.out.write_all(&encode(&replacement, page.raw.encoding))?;
            at = edit.range.end;
        }
        let kept = raw_bytes(&page.text, &page.raw, at..owned.end).ok_or_else(misplaced)?;
        Ok(self.out.write_all(kept)?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        Ok(self.out.flush()?)
    }
}
