use std::collections::BTreeMap;

use serde::Deserialize;

/// A rule file as written. Unknown keys are errors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Version of this schema: 1.
    pub schema: u32,
    /// `<family>.<thing>`, the file's path below the folder of rules.
    pub id: String,
    /// Name for people.
    pub title: Title,
    /// Group in reports; the family if left out.
    pub category: Option<String>,
    /// Articles of the GDPR, such as `Art. 9(1)`.
    pub gdpr: Vec<String>,
    /// How bad a leak is.
    pub severity: SeverityName,
    /// Placeholder word of copies; if left out the part of the id after the dot in capitals.
    pub label: Option<String>,
    /// Primary sources of the format: standard, statute, authority.
    #[serde(default)]
    pub source: Vec<String>,
    /// Off unless the policy turns it on.
    #[serde(default)]
    pub off: bool,
    /// Patterns; several if one cannot say it.
    #[serde(default)]
    pub find: Vec<Find>,
    /// Term lists.
    pub terms: Option<Terms>,
    /// Words around a candidate.
    pub context: Option<Context>,
    /// What a bare answer to a question looks like.
    #[serde(default)]
    pub answer: Vec<Answer>,
    /// Checked by `rules check` and by the tests.
    #[serde(default)]
    pub test: Vec<Test>,
}

/// Name of a rule for people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// English.
    pub en: String,
    /// German.
    pub de: String,
}

/// Severity as written in rule files and policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum SeverityName {
    Low,
    Medium,
    High,
    Critical,
}

/// Confidence as written in rule files and policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Level {
    Low,
    Medium,
    High,
}

/// How far around a value other words of a pattern count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// In its sentence.
    #[default]
    Sentence,
    /// In its message, near the value.
    Message,
    /// In its message, near the value, and in the three messages before; elsewhere than in conversations
    /// nothing is found.
    Talk,
}

/// One pattern: exactly one of `shape`, `regex` and `finder`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Find {
    /// A regular expression over the compact form (ASCII capitals and digits only, anchored at both
    /// ends): `[1-9]\d{10}`. Finds every written form: grouped, dotted, dashed, NBSP, lower case,
    /// zero-width characters, full-width digits, across a line break inside a message.
    pub shape: Option<String>,
    /// A regular expression over the shadow (lower-cased only where `fold` says so, see there; spaces
    /// unified, invisible characters gone); the group `value`, or all of it, is what gets masked.
    pub regex: Option<String>,
    /// Name in `src/detect/finders.rs`: code for what neither a shape nor a regex can say.
    pub finder: Option<String>,
    /// `regex` sees lower-cased text with umlauts spelled ae, oe, ue and ß as ss.
    #[serde(default)]
    pub fold: bool,
    /// Name in `src/validate`; a refused candidate is no finding. Gets the compact form.
    pub validator: Option<String>,
    /// How sure it is without any context.
    pub confidence: Level,
    /// A candidate that touches a match of this expression (over the same text as `regex`; for
    /// `shape` over the unfolded shadow) is none.
    pub unless: Option<String>,
    /// What else must be said within `reach`, in any order: each of these expressions matches before
    /// or behind the value, over the same text as `regex`. `{name}` in these and in `regex` and `unless`
    /// is a wording of `cues.toml`; one that is not there is an error.
    #[serde(default)]
    pub with: Vec<String>,
    /// What must not be said, likewise.
    #[serde(default)]
    pub without: Vec<String>,
    /// How far `with` and `without` look.
    #[serde(default)]
    pub reach: Reach,
    /// For `shape`: separators between groups that may occur; if left out ` .-/` and line breaks.
    pub separators: Option<String>,
    /// For `shape`: candidates with this separator-free length or less need context. Keeps short
    /// numbers quiet.
    #[serde(default)]
    pub need_context: bool,
}

/// Words around a candidate, folded (lower case, ae for ä), matched at word starts; a trailing `$`
/// means the whole word.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// The words; phrases with single spaces are fine.
    pub words: Vec<String>,
    /// Characters before or after the candidate in its message; the message before counts whole.
    #[serde(default = "Context::default_within")]
    pub within: u32,
    /// No such word, no finding.
    #[serde(default)]
    pub need: bool,
    /// What the confidence becomes with a word near; if left out one level higher.
    pub lifts_to: Option<Level>,
    /// Words that lower by one level; never below what a right checksum gives.
    #[serde(default)]
    pub against: Vec<String>,
}

impl Context {
    fn default_within() -> u32 {
        40
    }
}

/// A bare answer to a question: the value stands alone, what it is stands in the question.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Words of the question, as in [`Context::words`].
    pub ask: Vec<String>,
    /// Over the unfolded shadow of the answer; the group `value` or all of it is the value. The
    /// match must be the whole message but for a few filler words and punctuation.
    pub regex: String,
    /// As in [`Find::validator`].
    pub validator: Option<String>,
    /// How sure it is.
    pub confidence: Level,
}

/// Term lists of a rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// File names of TSV lists beside the rule file: `condition.de.tsv`.
    pub files: Vec<String>,
    /// Where a term does not count.
    #[serde(default)]
    pub unless: Vec<Unless>,
}

/// Where a term does not count.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unless {
    /// The terms, as in the lists; `*` means all of the rule.
    pub terms: Vec<String>,
    /// Over the folded shadow of the message.
    pub near: String,
    /// 0: the match must touch the term; n: it must lie within n words.
    pub words: u32,
    /// What it is instead.
    pub why: String,
}

/// How a term matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermMatch {
    /// A whole word.
    Word,
    /// The start of a word.
    Stem,
    /// Words in a row, the last one as a stem if it ends in `*`.
    Phrase,
    /// The end of a compound.
    Suffix,
}

/// One line of a term list: term, strength, match, case, note (tab-separated, with a header line).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermSource {
    /// The term without the trailing or leading `*`.
    pub term: String,
    /// Counts alone; else only with a cue or a strong term near.
    pub strong: bool,
    /// How it matches.
    pub matching: TermMatch,
    /// Case counts (abbreviations).
    pub exact: bool,
}

/// A check of a rule: `finds` are the exact values found in `text`, in order.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// The message.
    pub text: String,
    /// Values of this rule at the default level, as they stand in the text.
    pub finds: Vec<String>,
    /// Messages before, oldest first, by the other side unless they start with `> ` (same sender).
    #[serde(default)]
    pub before: Vec<String>,
    /// `in` or `out`.
    pub direction: Option<String>,
    /// Why it is none; for misses.
    pub why: Option<String>,
}

/// `patterns/cues.toml`: wording around terms, for all rules.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CueFile {
    /// All cues.
    #[serde(default)]
    pub cue: Vec<Cue>,
    /// Parts of expressions, by name: letters, digits and `_`. They may name others. One of a user's folder
    /// replaces the built-in one in the rules of that folder.
    #[serde(default)]
    pub wording: BTreeMap<String, String>,
}

/// Wording that says whose health, belief ... a term is about.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cue {
    /// What it does to a term in the same message.
    pub kind: CueKind,
    /// ISO 639-1.
    pub lang: String,
    /// Words and phrases as in [`Context::words`].
    pub words: Vec<String>,
}

/// What a cue does to a term in the same message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CueKind {
    /// The author about themself: weak counts (medium), strong becomes high.
    #[serde(rename = "self")]
    SelfCue,
    /// The author about somebody else: as `self`.
    Third,
    /// Clinical wording: as `self`.
    Clinical,
    /// Slang, fiction, public figures: one level lower.
    Figurative,
}
