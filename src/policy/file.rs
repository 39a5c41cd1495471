use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use serde::Deserialize;
use toml::Spanned;

use super::{Operator, OwnData, Policy, own};
use crate::model::{Confidence, Severity};

/// What is wrong in a policy file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PolicyError {
    /// The policy file.
    pub file: PathBuf,
    /// Line from 1; 0 if it is about the file as a whole.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if self.line > 0 {
            write!(f, "{}:", self.line)?;
        }
        write!(f, " {}", self.what)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean `{suggestion}`?"),
            None => Ok(()),
        }
    }
}

/// A policy file that has been read, but may still speak of rules that do not exist.
#[derive(Debug)]
pub struct PolicyFile {
    policy: Policy,
    source: Located,
    mentions: Vec<Spanned<String>>,
}

/// Largest policy file, in bytes: far above any real one.
const MAX_BYTES: u64 = 4 << 20;

impl PolicyFile {
    /// Reads a policy file. Folders of rules in it are relative to the file.
    ///
    /// # Errors
    /// It cannot be read, is no TOML, has unknown keys, or a value is wrong.
    pub fn load(path: &Path) -> Result<Self, PolicyError> {
        let whole =
            |what: String| PolicyError { file: path.to_owned(), line: 0, what, suggestion: None };
        let mut text = String::new();
        let read =
            File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text));
        match read {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(whole("expected UTF-8 text".to_owned()))
            }
            Err(error) => Err(whole(format!("cannot be read: {}", error.kind()))),
            Ok(_) if text.len() as u64 > MAX_BYTES => {
                Err(whole("is larger than 4 MiB: expected a policy".to_owned()))
            }
            Ok(_) => Self::parse(path, text),
        }
    }

    /// Takes the content of a policy file; `path` is for messages and relative folders.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn parse(path: &Path, text: String) -> Result<Self, PolicyError> {
        let written = toml::from_str::<Written>(&text);
        let source = Located { path: path.to_owned(), text };
        written.map_err(|error| source.toml_error(&error))?.into_policy(source)
    }

    /// Folders of further rules.
    pub fn patterns(&self) -> &[PathBuf] {
        &self.policy.patterns
    }

    /// The policy, once it is certain that it speaks of nothing but these rule ids and their families.
    ///
    /// # Errors
    /// It names a rule or family that does not exist.
    pub fn check(self, rule_ids: &[&str]) -> Result<Policy, PolicyError> {
        let families = rule_ids.iter().filter_map(|id| id.split('.').next());
        let known: Vec<&str> = rule_ids.iter().copied().chain(families).collect();
        match self.mentions.iter().find(|name| !known.contains(&name.as_ref().as_str())) {
            None => Ok(self.policy),
            Some(name) => Err(PolicyError {
                suggestion: closest(name.as_ref(), known),
                ..self.source.error(name, "is no rule and no family of rules")
            }),
        }
    }
}

/// A policy file as written. Unknown keys are errors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: Spanned<u32>,
    #[serde(default)]
    rules: WrittenRules,
    #[serde(default)]
    thresholds: ByRule,
    #[serde(default)]
    severity: ByRule,
    #[serde(default)]
    operators: ByRule,
    #[serde(default)]
    own: WrittenOwn,
    #[serde(default)]
    patterns: WrittenPatterns,
}

/// Values by rule id, family or `default`.
type ByRule = BTreeMap<Spanned<String>, Spanned<String>>;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenRules {
    on: Vec<Spanned<String>>,
    off: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenOwn {
    ibans: Vec<Spanned<String>>,
    phones: Vec<Spanned<String>>,
    emails: Vec<Spanned<String>>,
    vat_ids: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenPatterns {
    folders: Vec<PathBuf>,
}

const LEVELS: [(&str, Confidence); 3] =
    [("low", Confidence::Low), ("medium", Confidence::Medium), ("high", Confidence::High)];

const SEVERITIES: [(&str, Severity); 4] = [
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
    ("critical", Severity::Critical),
];

const OPERATORS: [(&str, Operator); 4] = [
    ("label", Operator::Label),
    ("mask", Operator::Mask),
    ("remove", Operator::Remove),
    ("pseudonym", Operator::Pseudonym),
];

impl Written {
    fn into_policy(mut self, source: Located) -> Result<PolicyFile, PolicyError> {
        if *self.schema.as_ref() != 1 {
            return Err(source.error(&self.schema, "schema is not known: this version reads 1"));
        }
        if let Some(twice) = self.rules.off.iter().find(|name| self.rules.on.contains(name)) {
            return Err(source.error(twice, "is both on and off"));
        }
        let default_operator = match self.operators.remove("default") {
            Some(name) => source.one_of(&name, &OPERATORS)?,
            None => Operator::default(),
        };
        let own = OwnData {
            ibans: source.each(&self.own.ibans, own::iban)?,
            phones: source.each(&self.own.phones, own::phone)?,
            emails: source.each(&self.own.emails, own::email)?,
            vat_ids: source.each(&self.own.vat_ids, own::vat_id)?,
        };
        let folder = source.path.parent().unwrap_or(Path::new(""));
        let policy = Policy {
            confidence: source.by_rule(&self.thresholds, &LEVELS)?,
            severity: source.by_rule(&self.severity, &SEVERITIES)?,
            operators: source.by_rule(&self.operators, &OPERATORS)?,
            default_operator,
            own,
            patterns: self.patterns.folders.iter().map(|path| folder.join(path)).collect(),
            rules_off: names(&self.rules.off),
            rules_on: names(&self.rules.on),
        };
        let tables = [self.thresholds, self.severity, self.operators];
        let mut mentions = self.rules.on;
        mentions.append(&mut self.rules.off);
        mentions.extend(tables.into_iter().flat_map(BTreeMap::into_keys));
        mentions.sort_by_key(|name| name.span().start);
        Ok(PolicyFile { policy, source, mentions })
    }
}

fn names(spanned: &[Spanned<String>]) -> Vec<String> {
    spanned.iter().map(|name| name.as_ref().clone()).collect()
}

/// The text of a policy file, to say where something stands in it.
#[derive(Debug)]
struct Located {
    path: PathBuf,
    text: String,
}

impl Located {
    fn at(&self, byte: usize, what: String) -> PolicyError {
        let before = self.text.get(..byte).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        PolicyError { file: self.path.clone(), line, what, suggestion: None }
    }

    fn error<T: fmt::Display>(&self, value: &Spanned<T>, what: &str) -> PolicyError {
        self.at(value.span().start, format!("`{}` {what}", value.as_ref()))
    }

    /// `message` of serde quotes what it got and what it expected in backticks: that is enough to
    /// suggest something for any unknown key.
    fn toml_error(&self, error: &toml::de::Error) -> PolicyError {
        let message = error.message();
        let at = error.span().map_or(0, |span| span.start);
        if message.starts_with("invalid type: map, expected a string") {
            return self.at(at, "expected a string; write rule ids in quotes".to_owned());
        }
        let mut quoted = message.split('`').skip(1).step_by(2);
        let suggestion = match quoted.next() {
            Some(got) if message.starts_with("unknown field") => closest(got, quoted),
            _ => None,
        };
        PolicyError { suggestion, ..self.at(at, without_value(message).replace('\n', " ")) }
    }

    fn one_of<T: Copy>(
        &self,
        name: &Spanned<String>,
        values: &[(&str, T)],
    ) -> Result<T, PolicyError> {
        let known = || values.iter().map(|value| value.0);
        values.iter().find(|value| value.0 == name.as_ref()).map(|value| value.1).ok_or_else(|| {
            let what =
                format!("is not known here: expected {}", known().collect::<Vec<_>>().join(", "));
            PolicyError { suggestion: closest(name.as_ref(), known()), ..self.error(name, &what) }
        })
    }

    fn by_rule<T: Copy>(
        &self,
        table: &ByRule,
        values: &[(&str, T)],
    ) -> Result<BTreeMap<String, T>, PolicyError> {
        table
            .iter()
            .map(|(rule, name)| Ok((rule.as_ref().clone(), self.one_of(name, values)?)))
            .collect()
    }

    /// The firm's own data stays out of messages: the line is enough to find it.
    fn each(
        &self,
        written: &[Spanned<String>],
        normalise: own::Normalise,
    ) -> Result<Vec<String>, PolicyError> {
        written
            .iter()
            .map(|value| {
                normalise(value.as_ref())
                    .map_err(|what| self.at(value.span().start, what.to_owned()))
            })
            .collect()
    }
}

/// The known name that a misspelt one most likely stands for.
pub fn closest<'a>(got: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(got, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, name)| name.to_owned())
}

/// A message of serde without the text that it got: that may be the firm's own data.
fn without_value(message: &str) -> String {
    match (message.find("string \""), message.rfind("\", expected")) {
        (Some(start), Some(end)) if start < end => {
            format!("{}string{}", &message[..start], &message[end + 1..])
        }
        _ => message.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    const RULES: [&str; 4] =
        ["contact.email", "financial.iban", "health.condition", "health.icd10"];

    fn read(text: &str) -> Result<Policy, PolicyError> {
        PolicyFile::parse(Path::new("conf/sparsam.toml"), text.to_owned())?.check(&RULES)
    }

    #[test]
    fn a_full_policy() {
        let policy = read(
            r#"
schema = 1
[rules]
off = ["health"]
on  = ["health.icd10"]
[thresholds]
"contact.email" = "high"
financial = "low"
[severity]
health = "critical"
[operators]
default = "mask"
"financial.iban" = "pseudonym"
[own]
ibans   = ["DE89 3704 0044 0532 0130 00"]
phones  = ["030 23125000"]
emails  = ["Info@Example.org"]
vat_ids = ["DE136695976"]
[patterns]
folders = ["ours"]
"#,
        )
        .unwrap();
        assert_eq!(policy.threshold("contact.email", Confidence::Medium), Confidence::High);
        assert_eq!(policy.threshold("financial.iban", Confidence::Medium), Confidence::Low);
        assert_eq!(policy.operator("financial.iban"), Operator::Pseudonym);
        assert_eq!(policy.operator("contact.email"), Operator::Mask);
        assert!(policy.is_on("health.icd10", false) && !policy.is_on("health.condition", false));
        assert!(policy.is_own("contact.phone", "+493023125000"));
        assert!(policy.is_own("contact.email", "info@example.org"));
        assert!(!policy.is_own("financial.iban", "DE75512108001245126199"));
        assert_eq!(policy.patterns, [Path::new("conf/ours")]);
    }

    #[test]
    fn every_mistake_has_its_line_and_a_hint() {
        let cases = [
            // (policy, line, part of the message, suggestion, why)
            ("schema = 1\n[ruls]\n", 2, "unknown field", Some("rules"), "table misspelt"),
            ("schema = 1\n[own]\niban = []\n", 3, "unknown field", Some("ibans"), "key misspelt"),
            ("schema = 2\n", 1, "schema", None, "from the future"),
            ("[rules]\n", 1, "missing field", None, "no schema"),
            ("schema = 1\n[rules]\noff = [\"helth\"]\n", 3, "no rule", Some("health"), "family"),
            (
                "schema = 1\n[thresholds]\n\"financial.ibann\" = \"low\"\n",
                3,
                "no rule",
                Some("financial.iban"),
                "rule id",
            ),
            (
                "schema = 1\n[thresholds]\nhealth = \"medum\"\n",
                3,
                "low, medium, high",
                Some("medium"),
                "level",
            ),
            (
                "schema = 1\n[operators]\nhealth = \"hash\"\n",
                3,
                "label, mask, remove, pseudonym",
                None,
                "an operator nobody wants",
            ),
            ("schema = 1\n[operators]\nfinancial.iban = \"mask\"\n", 3, "quotes", None, "bare id"),
            (
                "schema = 1\n[rules]\non = [\"health\"]\noff = [\"health\"]\n",
                4,
                "both on and off",
                None,
                "contradiction",
            ),
            (
                "schema = 1\n[own]\nibans = [\n  \"DE00\",\n]\n",
                4,
                "no IBAN",
                None,
                "own IBAN wrong",
            ),
            ("schema = 1\nrules = \n", 2, "", None, "no TOML"),
        ];
        for (text, line, what, suggestion, why) in cases {
            let error = read(text).expect_err(why);
            assert_eq!(error.line, line, "{why}: {error}");
            assert!(error.what.contains(what), "{why}: {error}");
            assert_eq!(error.suggestion.as_deref(), suggestion, "{why}: {error}");
        }
    }

    #[test]
    fn own_data_never_stands_in_a_message() {
        let error = read("schema = 1\n[own]\nphones = [\"0171-is-ours\"]\n").expect_err("no phone");
        assert!(!error.to_string().contains("0171"), "{error}");
        let error = read("schema = 1\n[own]\nphones = \"0171-is-ours\"\n").expect_err("no list");
        assert!(!error.to_string().contains("0171"), "{error}");
        assert!(error.to_string().contains("expected a sequence"), "{error}");
    }

    #[test]
    fn a_policy_that_is_not_there() {
        let error = PolicyFile::load(Path::new("no/such.toml")).expect_err("not there");
        assert_eq!(error.line, 0);
        assert!(error.to_string().starts_with("no/such.toml: cannot be read"), "{error}");
    }
}
