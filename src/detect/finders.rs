//! Finders: code for what neither a shape nor a regular expression can say. One file a finder below
//! `finders/`, one line here; rule files use them by name (`finder = "phone"`).

use std::ops::Range;

use super::sign;
use crate::model::Confidence;

mod address;
mod address_end;
mod address_label;
mod birth_date;
mod birth_of;
mod district;
mod made_up;
mod password;
mod password_words;
mod person;
mod phone;
mod phone_words;
mod plan;
mod plate;
mod secret;
mod wording;

/// What a finder sees: one text.
#[derive(Debug, Clone, Copy)]
pub struct FinderInput<'a> {
    /// The unfolded shadow: case kept, spaces unified, invisible characters gone, digits ASCII,
    /// dashes `-`. Line breaks are `\n`.
    pub text: &'a str,
}

/// One candidate of a finder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What gets masked, in bytes of [`FinderInput::text`], on character boundaries, not empty.
    pub range: Range<usize>,
    /// How sure it is without context; `None`: as the rule file says.
    pub confidence: Option<Confidence>,
}

impl Hit {
    /// A candidate as sure as the rule file says.
    pub fn new(range: Range<usize>) -> Self {
        Self { range, confidence: None }
    }
}

/// A named finder.
#[derive(Debug, Clone, Copy)]
pub struct Finder {
    /// Name in rule files.
    pub name: &'static str,
    /// How many digits a text with a match holds at least; it does not see others.
    pub digits: usize,
    /// Words as in [`crate::pattern::Context::words`], one of which stands in every text with a match;
    /// it does not see others. Empty: nothing is known.
    pub words: &'static [&'static str],
    /// [`super::sign`]s, one of which stands in for one of the words.
    pub(super) signs: u32,
    /// Answers candidates in order, non-overlapping. Must not panic, whatever it gets, and take time
    /// linear in the length of the text.
    pub find: fn(&FinderInput<'_>) -> Vec<Hit>,
}

/// All finders, sorted by name.
pub const FINDERS: &[Finder] = &[
    Finder { name: "address", digits: 1, words: &[], signs: 0, find: address::find },
    Finder { name: "address_end", digits: 2, words: &[], signs: 0, find: address_end::find },
    Finder {
        name: "address_label",
        digits: 0,
        words: address_label::WORDS,
        signs: 0,
        find: address_label::find,
    },
    Finder {
        name: "birth_date",
        digits: 1,
        words: birth_date::WORDS,
        signs: sign::STAR,
        find: birth_date::find,
    },
    Finder { name: "birth_of", digits: 6, words: birth_of::WORDS, signs: 0, find: birth_of::find },
    Finder {
        name: "login_pair",
        digits: 0,
        words: password::PAIR_WORDS,
        signs: sign::AT,
        find: password::find_pairs,
    },
    Finder {
        name: "made_up",
        digits: 0,
        words: &[],
        signs: sign::DIGIT
            | sign::HUMP
            | sign::MARK
            | sign::PLUS
            | sign::DASH
            | sign::UNDERSCORE
            | sign::EQUALS,
        find: made_up::find,
    },
    Finder {
        name: "password",
        digits: 0,
        words: password_words::WORDS,
        signs: 0,
        find: password::find,
    },
    Finder { name: "person", digits: 0, words: person::WORDS, signs: 0, find: person::find },
    Finder { name: "phone", digits: 6, words: &[], signs: 0, find: phone::find },
    Finder { name: "plate", digits: 1, words: &[], signs: 0, find: plate::find },
    Finder { name: "secret", digits: 2, words: &[], signs: 0, find: secret::find },
];

/// The finder of this name.
pub fn finder(name: &str) -> Option<&'static Finder> {
    FINDERS.binary_search_by_key(&name, |finder| finder.name).ok().map(|at| &FINDERS[at])
}
