//! Pure check-digit functions: one file a family of algorithms, one line here per validator.
//!
//! A validator gets the candidate in compact form (ASCII, upper case, no separators) and answers
//! whether it can be a real one. It never panics, whatever it gets.

/// Whether a compact value is valid.
pub type Validator = fn(&str) -> bool;

/// All validators by the name that rule files use, sorted.
pub const VALIDATORS: &[(&str, Validator)] = &[];

/// The validator of this name.
pub fn validator(name: &str) -> Option<Validator> {
    VALIDATORS.binary_search_by_key(&name, |entry| entry.0).ok().map(|at| VALIDATORS[at].1)
}
