use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// What a rule says of its findings: the part of a rule file that reports need.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// `<family>.<thing>`.
    pub id: String,
    /// Name for people, English.
    pub title_en: String,
    /// Name for people, German.
    pub title_de: String,
    /// Group in reports; the family unless the rule says otherwise.
    pub category: String,
    /// Articles of the GDPR, such as `Art. 9(1)`.
    pub gdpr: Vec<String>,
    /// How bad a leak is.
    pub severity: Severity,
    /// Placeholder word of redacted copies, such as `IBAN`: ASCII capitals, digits, `_`.
    pub label: String,
}

impl Rule {
    /// The part of the id before the dot.
    pub fn family(&self) -> &str {
        self.id.split_once('.').map_or(self.id.as_str(), |(family, _)| family)
    }
}

/// How bad a leak is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// Its name in reports, options and rule files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure detection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Counts with `--sensitive` only.
    Low,
    /// Counts by default.
    Medium,
    /// Checksum, or clear context.
    High,
}

impl Confidence {
    /// Its name in reports, options and rule files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A candidate that counts. Holds places, never the value.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Arc<Rule>,
    /// Where, in order; several when a value is split over messages. Never empty.
    pub spans: Vec<Span>,
    /// How sure.
    pub confidence: Confidence,
    /// 0 to 1; how it comes about is in `docs/rules.md`.
    pub score: f32,
    /// Why it counts.
    pub reasons: Vec<Reason>,
}

/// A stretch of a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Index into [`super::Page::slots`].
    pub slot: usize,
    /// Bytes of [`super::Page::text`] (not of the slot), on character boundaries.
    pub range: Range<usize>,
}

/// Why a finding counts; names rules and words of rule files, never chat text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Check digits are right.
    Checksum,
    /// A context word of the rule stands near; the word as in the rule file.
    Word(Arc<str>),
    /// The message before asked for it; the word as in the rule file.
    Question(Arc<str>),
    /// A strong term of a list.
    Term,
    /// A term that counts only together with others.
    WeakTerm,
    /// The author speaks of themself ("ich habe").
    SelfCue,
    /// The author speaks of somebody else ("meine Frau hat").
    ThirdCue,
    /// Clinical wording ("diagnostiziert").
    ClinicalCue,
    /// Slang, public figures or jokes: lowered one level.
    Figurative,
    /// The form alone.
    Shape,
    /// The name of somebody who takes part in the chat.
    Participant,
}

/// As in reports: `checksum`, `word:konto`, `cue:self`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checksum => f.write_str("checksum"),
            Self::Word(word) => write!(f, "word:{word}"),
            Self::Question(word) => write!(f, "question:{word}"),
            Self::Term => f.write_str("term"),
            Self::WeakTerm => f.write_str("weak-term"),
            Self::SelfCue => f.write_str("cue:self"),
            Self::ThirdCue => f.write_str("cue:third"),
            Self::ClinicalCue => f.write_str("cue:clinical"),
            Self::Figurative => f.write_str("cue:figurative"),
            Self::Shape => f.write_str("shape"),
            Self::Participant => f.write_str("participant"),
        }
    }
}
