//! Expressions that are compiled when a text first needs them: most runs need few of them.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

/// Most memory of a compiled expression, in bytes.
const LARGEST: usize = 16 << 20;
/// Most memory of its automaton in each thread, in bytes; few texts need more of it.
const LARGEST_AUTOMATON: usize = 1 << 19;
/// Most memory of several that run together, and of their automaton in each thread, in bytes.
const LARGEST_SET: usize = 64 << 20;
const LARGEST_CACHE: usize = 4 << 20;

/// An expression.
#[derive(Debug)]
pub(super) struct Expression {
    source: Box<str>,
    compiled: OnceLock<(Regex, usize)>,
}

impl Expression {
    /// One that is known to compile, as all that are built in do: tests compile them.
    pub(super) fn known(source: &str) -> Self {
        Self { source: source.into(), compiled: OnceLock::new() }
    }

    /// One of a user; the error says what is wrong with it.
    pub(super) fn checked(source: &str) -> Result<Self, String> {
        let expression = Self::known(source);
        let compiled = compile(source)?;
        let _ = expression.compiled.set(compiled);
        Ok(expression)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.source
    }

    pub(super) fn regex(&self) -> &Regex {
        &self.compiled().0
    }

    /// Number of the group `value`; 0: all of the match.
    pub(super) fn value(&self) -> usize {
        self.compiled().1
    }

    #[allow(clippy::expect_used, reason = "what is built in compiles, else the tests fail")]
    fn compiled(&self) -> &(Regex, usize) {
        self.compiled.get_or_init(|| compile(&self.source).expect("a checked expression"))
    }
}

fn compile(source: &str) -> Result<(Regex, usize), String> {
    let regex = RegexBuilder::new(source)
        .size_limit(LARGEST)
        .dfa_size_limit(LARGEST_AUTOMATON)
        .build()
        .map_err(|error| {
            // The last line says what is wrong, those before repeat the pattern.
            let error = error.to_string();
            format!("pattern does not compile: {}", error.lines().last().unwrap_or_default())
        })?;
    let value = regex.capture_names().position(|name| name == Some("value")).unwrap_or(0);
    Ok((regex, value))
}

/// Expressions that run together.
#[derive(Debug)]
pub(super) struct Expressions {
    sources: Vec<Box<str>>,
    compiled: OnceLock<Option<RegexSet>>,
}

impl Expressions {
    /// Expressions each of which compiles.
    pub(super) fn new<'a>(sources: impl Iterator<Item = &'a str>) -> Self {
        Self { sources: sources.map(Into::into).collect(), compiled: OnceLock::new() }
    }

    /// Which of them match somewhere; all of them if they are too large to run together.
    pub(super) fn matching(&self, text: &str) -> Vec<usize> {
        let set = self.compiled.get_or_init(|| {
            RegexSetBuilder::new(&self.sources)
                .size_limit(LARGEST_SET)
                .dfa_size_limit(LARGEST_CACHE)
                .build()
                .ok()
        });
        match set {
            // Most texts hold none of them, and that is quicker to tell than which.
            Some(set) if !set.is_match(text) => Vec::new(),
            Some(set) => set.matches(text).into_iter().collect(),
            None => (0..self.sources.len()).collect(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_is_wrong() {
        assert!(Expression::checked("a(").unwrap_err().contains("unclosed group"));
        assert_eq!(Expression::checked("a(?P<value>b)").unwrap().value(), 1);
        assert_eq!(Expression::known("ab").value(), 0);
    }

    #[test]
    fn what_is_too_large_for_a_set_runs_alone() {
        let large = r"\pL{200}".repeat(20);
        let all = Expressions::new(std::iter::repeat_n(large.as_str(), 8));
        assert_eq!(all.matching("x"), Vec::from_iter(0..8));
    }
}
