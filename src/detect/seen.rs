//! Short texts that held nothing, whatever stood around them: chats say the same over and over.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

/// Longest text that is kept, in bytes.
const LONGEST: usize = 240;
/// How many texts are kept, as the exponent of a power of two: about a megabyte.
const EXPONENT: u32 = 12;

/// Texts with their [`super::sign`]s, each at a place that its hash says; the latest stays.
#[derive(Debug)]
pub(super) struct Seen(Box<[(Box<str>, u32)]>);

impl Default for Seen {
    fn default() -> Self {
        Self((0..1 << EXPONENT).map(|_| (Box::default(), 0)).collect())
    }
}

impl Seen {
    /// The signs of a text that held nothing.
    pub(super) fn signs(&self, text: &str) -> Option<u32> {
        let (known, signs) = &self.0[place(text)?];
        (**known == *text).then_some(*signs)
    }

    /// Keeps a text that holds nothing.
    pub(super) fn insert(&mut self, text: &str, signs: u32) {
        if let Some(place) = place(text) {
            self.0[place] = (text.into(), signs);
        }
    }
}

/// Where a text is kept, if it is.
fn place(text: &str) -> Option<usize> {
    let is_kept = (1..=LONGEST).contains(&text.len());
    is_kept.then(|| (FxBuildHasher.hash_one(text) >> (u64::BITS - EXPONENT)) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_known() {
        let mut seen = Seen::default();
        let long = "x".repeat(LONGEST + 1);
        for text in ["", "ok", long.as_str()] {
            assert_eq!(seen.signs(text), None, "{text}: never seen");
            seen.insert(text, 3);
        }
        assert_eq!(seen.signs("ok"), Some(3));
        assert_eq!(seen.signs("ok!"), None, "another text");
        assert_eq!((seen.signs(""), seen.signs(&long)), (None, None), "not worth it, too long");
    }
}
