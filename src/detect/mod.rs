//! Finds confidential data on a page. Knows rules, never formats.
//!
//! Every text is looked at once, cheaply, for words of the dictionary and for signs that a pattern
//! could match; only then come expressions, shapes, check digits and context:
//!
//! 1. `shadow`: what detection sees of a text, with a map back to what stands there; `escape`: what
//!    links hide;
//! 2. `dictionary` (over `index`): all words of all rules in one pass; `trigger` (over `parts`, `needed`): what a pattern
//!    waits for; `seen`: texts that held nothing;
//! 3. `patterns`: `shape` (identifiers in any written form), expressions and [`finders`];
//! 4. `context`, `answers`, `split`, `terms`: the conversation around a match;
//! 5. `level`, `overlap`: how sure, and which match gets a place that several want.

mod answers;
mod block;
mod builtin;
mod check;
mod coarse;
mod compile;
mod context;
mod dictionary;
mod encoded;
mod escape;
mod expression;
mod figure;
pub mod finders;
mod index;
mod language;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod laws;
mod level;
mod names;
mod needed;
mod normalise;
mod opaque;
mod overlap;
mod parts;
mod patterns;
mod person;
mod prepared;
mod scan;
mod seen;
mod sentence;
mod shadow;
mod shape;
mod sign;
mod split;
mod terms;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests;
mod title;
mod trigger;
mod words;

use std::fmt;

use regex_automata::util::pool::Pool;

pub use check::{TestFailure, check_rule, page_of};
pub use normalise::normalise;

use crate::model::{Finding, Page};
use crate::pattern::{RuleSet, RuleSource};
use scan::Scratch;

type NewScratch =
    Box<dyn Fn() -> Scratch + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>;

/// All rules, ready to run; shared by all threads.
pub struct Detector {
    program: std::sync::Arc<compile::Program>,
    version: String,
    scratch: Pool<Scratch, NewScratch>,
    is_exhaustive: bool,
}

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
    pub fn new(rules: &RuleSet, is_on: impl Fn(&RuleSource) -> bool) -> Result<Self, DetectError> {
        let program = std::sync::Arc::new(compile::compile(rules, is_on)?);
        let shared = program.clone();
        let create: NewScratch = Box::new(move || Scratch::new(&shared));
        let version = rules.version.clone();
        Ok(Self { program, version, scratch: Pool::new(create), is_exhaustive: false })
    }

    /// The same rules without any short cut: slower, same findings. For tests.
    #[must_use]
    pub fn exhaustive(mut self) -> Self {
        self.is_exhaustive = true;
        self
    }

    /// Version of the rules: a hash of their files.
    pub fn rules_version(&self) -> &str {
        &self.version
    }

    /// Words of placeholders, sorted.
    pub fn labels(&self) -> &[String] {
        &self.program.labels
    }

    /// How many rules are on.
    pub fn rule_count(&self) -> usize {
        self.program.rules.len()
    }

    /// All findings of any confidence that have a span in the page's owned slots, by first span.
    /// Spans of different findings do not overlap. A value split over two pages is found on both.
    ///
    /// The name of a sender is not looked at where the message says who that is: it stands in every
    /// message of theirs, and is looked at once, alone.
    pub fn scan(&self, page: &Page) -> Vec<Finding> {
        scan::scan(&self.program, page, &mut self.scratch.get(), self.is_exhaustive)
    }
}

impl fmt::Debug for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Detector").field("rules", &self.program.rules.len()).finish_non_exhaustive()
    }
}
