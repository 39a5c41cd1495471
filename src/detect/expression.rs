//! Expressions that are compiled when a text first needs them: most runs need few of them. Most texts match
//! none, so what tells that is compiled apart from what tells where, of a [`super::coarse`] pattern.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::OnceLock;

use regex::{Captures, Match, Regex, RegexBuilder};
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::{Input, MatchKind, PatternSet};
use regex_syntax::hir::Hir;

use super::coarse::Coarse;

/// Most memory of a compiled expression, in bytes.
const LARGEST: usize = 16 << 20;
/// Most memory of its automaton in each thread, in bytes; few texts need more of it.
const LARGEST_AUTOMATON: usize = 1 << 17;
/// Most memory of several that run together, and of their automaton in each thread, in bytes.
const LARGEST_SET: usize = 16 << 20;
const LARGEST_CACHE: usize = 2 << 20;

/// An expression.
#[derive(Debug)]
pub(super) struct Expression {
    source: Box<str>,
    /// Tells whether it may match; `None`: nothing quick does.
    quick: OnceLock<Option<Automaton>>,
    compiled: OnceLock<(Regex, usize)>,
}

impl Expression {
    /// One that is known to compile, as all that are built in do: tests compile them.
    pub(super) fn known(source: &str) -> Self {
        Self { source: source.into(), quick: OnceLock::new(), compiled: OnceLock::new() }
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

    /// Whether it matches somewhere in a text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let is_exact = |quick: &Automaton| quick.is_exact && text.is_ascii();
        self.may_match(text) && (self.quick().is_some_and(is_exact) || self.regex().is_match(text))
    }

    /// Whether it is worth asking where it matches in a text: false only if it does nowhere.
    pub(super) fn may_match(&self, text: &str) -> bool {
        self.quick().and_then(|quick| quick.is_match(text)).unwrap_or(true)
    }

    /// All matches in a text, in order.
    pub(super) fn find_iter<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Match<'a>> {
        let may_match = self.may_match(text);
        may_match.then(|| self.regex().find_iter(text)).into_iter().flatten()
    }

    /// The first match in a text with its groups.
    pub(super) fn captures<'a>(&self, text: &'a str) -> Option<Captures<'a>> {
        self.may_match(text).then(|| self.regex().captures(text)).flatten()
    }

    fn quick(&self) -> Option<&Automaton> {
        let create = || {
            let config = DFA::config().cache_capacity(LARGEST_AUTOMATON);
            Automaton::new(&[&*self.source], config, LARGEST)
        };
        self.quick.get_or_init(create).as_ref()
    }

    /// What tells where it matches.
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
    compiled: OnceLock<Option<Automaton>>,
}

impl Expressions {
    /// Expressions each of which compiles.
    pub(super) fn new<'a>(sources: impl Iterator<Item = &'a str>) -> Self {
        Self { sources: sources.map(Into::into).collect(), compiled: OnceLock::new() }
    }

    /// Which of them may match somewhere; all of them if they are too large to run together.
    pub(super) fn matching(&self, text: &str) -> Vec<usize> {
        let set = self.compiled.get_or_init(|| {
            let config = DFA::config().match_kind(MatchKind::All).cache_capacity(LARGEST_CACHE);
            let sources: Vec<&str> = self.sources.iter().map(AsRef::as_ref).collect();
            Automaton::new(&sources, config, LARGEST_SET)
        });
        let matching = set.as_ref().and_then(|set| {
            // Most texts hold none of them, and that is quicker to tell than which.
            if set.is_match(text)? { set.matching(text) } else { Some(Vec::new()) }
        });
        matching.unwrap_or_else(|| (0..self.sources.len()).collect())
    }
}

type NewCache = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// Tells whether expressions may match, not where.
struct Automaton {
    dfa: DFA,
    /// In text of ASCII they do if they may.
    is_exact: bool,
    /// Of each thread.
    caches: Pool<Cache, NewCache>,
}

impl Automaton {
    /// `None`: they take more than `largest` bytes, or need more than an automaton has.
    fn new(
        sources: &[&str],
        config: regex_automata::hybrid::dfa::Config,
        largest: usize,
    ) -> Option<Self> {
        let nfa = thompson::Config::new()
            .which_captures(WhichCaptures::None)
            .nfa_size_limit(Some(largest));
        let patterns: Vec<Coarse> = sources
            .iter()
            .map(|source| regex_syntax::parse(source).ok().map(|hir| Coarse::of(&hir)))
            .collect::<Option<_>>()?;
        let hirs: Vec<&Hir> = patterns.iter().map(|pattern| &pattern.hir).collect();
        let nfa = thompson::Compiler::new().configure(nfa).build_many_from_hir(&hirs).ok()?;
        let config = config.skip_cache_capacity_check(true);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let shared = dfa.clone();
        let create: NewCache = Box::new(move || shared.create_cache());
        let is_exact = patterns.iter().all(|pattern| pattern.is_exact);
        Some(Self { dfa, is_exact, caches: Pool::new(create) })
    }

    /// Whether one of them may match; `None`: it gave up.
    fn is_match(&self, text: &str) -> Option<bool> {
        let input = Input::new(text).earliest(true);
        let found = self.dfa.try_search_fwd(&mut self.caches.get(), &input);
        found.ok().map(|found| found.is_some())
    }

    /// Which of them may match; `None`: it gave up.
    fn matching(&self, text: &str) -> Option<Vec<usize>> {
        let mut found = PatternSet::new(self.dfa.pattern_len());
        let input = Input::new(text);
        self.dfa.try_which_overlapping_matches(&mut self.caches.get(), &input, &mut found).ok()?;
        Some(found.iter().map(|pattern| pattern.as_usize()).collect())
    }
}

impl std::fmt::Debug for Automaton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Automaton").finish_non_exhaustive()
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
    fn the_quick_answer_is_the_right_one() {
        let cases = [
            // (pattern, text, matches, why)
            (r"(?-u:\b)pin(?-u:\b)", "die PIN", false, "case"),
            (r"(?i)(?-u:\b)pin(?-u:\b)", "die PIN", true, "without case"),
            (r"^ä+$", "ää", true, "the ends of a text"),
            (r"\bä\b", "ein ä", true, "boundaries that an automaton does not know"),
            (r"\bä\b", "eins", false, "boundaries that an automaton does not know"),
            ("", "", true, "nothing"),
        ];
        for (pattern, text, expected, why) in cases {
            assert_eq!(Expression::known(pattern).is_match(text), expected, "{pattern}: {why}");
        }
        let all = Expressions::new(["a+", "b", "c$"].into_iter());
        assert_eq!(all.matching("xbxaac"), [0, 1, 2]);
        assert_eq!(all.matching("cb"), [1]);
        assert_eq!(all.matching("x"), [0; 0]);
    }

    #[test]
    fn what_is_too_large_for_a_set_runs_alone() {
        let large = r"[a-z]{2000}[A-Z]{2000}".repeat(40);
        let all = Expressions::new(std::iter::repeat_n(large.as_str(), 8));
        assert_eq!(all.matching("x"), Vec::from_iter(0..8));
    }
}
