//! Finds confidential data on a page. Knows rules, never formats.
//!
//! Every slot is looked at once, cheaply, for words of the dictionary and for signs that a pattern
//! could match; only then come patterns, check digits and context.

pub mod finders;

use crate::model::{Finding, Page, Secret};
use crate::pattern::{RuleSet, RuleSource};

/// All rules, ready to run; shared by all threads.
pub struct Detector {}

/// Why rules cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DetectError {
    /// A rule cannot be compiled.
    #[error("rule {rule}: {what}")]
    Rule {
        /// Its id.
        rule: String,
        /// What is wrong, and what was expected.
        what: String,
    },
}

impl Detector {
    /// Prepares those rules that `is_on` accepts.
    ///
    /// # Errors
    /// A pattern, validator or finder name, or a term is wrong.
    pub fn new(
        _rules: &RuleSet,
        _is_on: impl Fn(&RuleSource) -> bool,
    ) -> Result<Self, DetectError> {
        Ok(Self {})
    }

    /// Version of the rules.
    pub fn rules_version(&self) -> &str {
        ""
    }
    /// Number.
    pub fn rule_count(&self) -> usize {
        0
    }

    /// All findings of any confidence that have a span in the page's owned slots, by first span.
    /// Spans of different findings do not overlap.
    pub fn scan(&self, _page: &Page) -> Vec<Finding> {
        Vec::new()
    }
}

/// The value as it is compared and hashed: for identifiers the compact form, for phones digits in
/// international form, for terms the folded word. The same value in two written forms gives one string.
pub fn normalise(_rule_id: &str, value: Secret<'_>) -> String {
    value.expose().to_owned()
}
