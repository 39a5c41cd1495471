use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::load::{self, PatternError};
use super::{CueFile, FILES, Level, RuleFile, SeverityName, TermSource};
use crate::model::{Confidence, Rule, Severity};

/// Wording around terms, beside the families.
const CUES: &str = "cues.toml";

/// All rules of a run, sorted by id.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    /// The rules, those that are off included.
    pub rules: Vec<RuleSource>,
    /// Wording around terms.
    pub cues: CueFile,
    /// Hash of all contents: 12 hexadecimal digits.
    pub version: String,
    /// Content by path, for the version and for reading lists.
    files: BTreeMap<String, Cow<'static, str>>,
}

/// One rule with its term lists.
#[derive(Debug, Clone)]
pub struct RuleSource {
    /// Its file as written.
    pub file: RuleFile,
    /// Path below the folder of rules.
    pub path: String,
    /// Its term lists, in the order of [`super::Terms::files`].
    pub terms: Vec<TermList>,
    /// What reports need of it.
    pub model: Arc<Rule>,
}

/// A term list as read.
#[derive(Debug, Clone)]
pub struct TermList {
    /// Path below the folder of rules.
    pub path: String,
    /// Its terms with their lines (from 1).
    pub terms: Vec<(u32, TermSource)>,
}

/// The rules that are built in.
///
/// # Errors
/// A rule file is wrong.
pub fn load_builtin() -> Result<RuleSet, PatternError> {
    let mut set = RuleSet::default();
    set.merge(FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())).collect())?;
    Ok(set)
}

impl RuleSet {
    /// The rules of these files: (path below the folder of rules with `/`, content).
    ///
    /// # Errors
    /// A rule file is wrong, or names a list that is not there.
    pub fn from_files(
        files: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, PatternError> {
        let mut set = Self::default();
        set.merge(files.into_iter().map(|(path, text)| (path, text.into())).collect())?;
        Ok(set)
    }

    /// Adds the rules of a user's folder; a rule with a known id replaces that one, and its
    /// `cues.toml` adds to the cues.
    ///
    /// # Errors
    /// The folder cannot be read, or a rule file is wrong.
    pub fn load_folder(&mut self, folder: &Path) -> Result<(), PatternError> {
        let files = load::read_folder(folder)?;
        self.merge(files.into_iter().map(|(path, text)| (path, text.into())).collect())
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&RuleSource> {
        self.rules
            .binary_search_by(|rule| rule.file.id.as_str().cmp(id))
            .ok()
            .map(|at| &self.rules[at])
    }

    /// Whether a rule is as built in: its file, lists aside.
    pub fn is_builtin(&self, rule: &RuleSource) -> bool {
        let known = FILES.binary_search_by_key(&rule.path.as_str(), |file| file.0);
        known.is_ok_and(|at| FILES[at].1 == self.text(&rule.path))
    }

    /// The text of a file of this set; empty if there is none.
    pub fn text(&self, path: &str) -> &str {
        self.files.get(path).map_or("", |text| text)
    }

    fn merge(&mut self, files: BTreeMap<String, Cow<'static, str>>) -> Result<(), PatternError> {
        if let Some(text) = files.get(CUES) {
            let cues = load::parse::<CueFile>(CUES, text)?;
            self.cues.cue.extend(cues.cue);
            self.cues.wording.extend(cues.wording);
        }
        for (path, text) in &files {
            if !path.ends_with(".toml") || path == CUES {
                continue;
            }
            let rule = load::rule(path, text, &files, &self.cues.wording)?;
            match self.rules.binary_search_by(|known| known.file.id.cmp(&rule.file.id)) {
                Ok(at) => self.rules[at] = rule,
                Err(at) => self.rules.insert(at, rule),
            }
        }
        self.files.extend(files);
        let mut hash = Sha256::new();
        for (path, text) in &self.files {
            hash.update((path.len() as u64).to_le_bytes());
            hash.update(path);
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        self.version = hex::encode(&hash.finalize()[..6]);
        Ok(())
    }
}

impl RuleSource {
    pub(super) fn new(path: &str, file: RuleFile, terms: Vec<TermList>) -> Self {
        let (family, thing) = file.id.split_once('.').unwrap_or(("", &file.id));
        let model = Arc::new(Rule {
            id: file.id.clone(),
            title_en: file.title.en.clone(),
            title_de: file.title.de.clone(),
            category: file.category.clone().unwrap_or_else(|| family.to_owned()),
            gdpr: file.gdpr.clone(),
            severity: file.severity.into(),
            label: file
                .label
                .clone()
                .unwrap_or_else(|| thing.to_ascii_uppercase().replace(['.', '-'], "_")),
        });
        Self { file, path: path.to_owned(), terms, model }
    }
}

impl From<SeverityName> for Severity {
    fn from(name: SeverityName) -> Self {
        match name {
            SeverityName::Low => Self::Low,
            SeverityName::Medium => Self::Medium,
            SeverityName::High => Self::High,
            SeverityName::Critical => Self::Critical,
        }
    }
}

impl From<Level> for Confidence {
    fn from(level: Level) -> Self {
        match level {
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    const IBAN: &str = r#"
schema = 1
id = "financial.iban"
title = { en = "IBAN", de = "IBAN" }
gdpr = ["Art. 4(1)"]
severity = "high"
[[find]]
shape = "[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"
confidence = "high"
"#;

    fn files(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn built_in_rules_load() {
        let set = load_builtin().unwrap();
        assert_eq!(set.version.len(), 12);
    }

    #[test]
    fn wordings_stand_in_expressions() {
        let rule = |pattern: &str| {
            format!(
                "schema = 1\nid = \"a.b\"\ntitle = {{ en = \"x\", de = \"x\" }}\ngdpr = []\nseverity = \"low\"\n[[find]]\nregex = '''{pattern}'''\nconfidence = \"low\"\n"
            )
        };
        let cues = "[wording]\nkin = '''son|{f}'''\nf = '''mum'''\nloop = '''{loop}'''\n";
        let spelled = |pattern: &str| {
            let rule = rule(pattern);
            let set = RuleSet::from_files(files(&[("a/b.toml", &rule), ("cues.toml", cues)]))?;
            Ok::<_, PatternError>(set.rules[0].file.find[0].regex.clone().unwrap())
        };
        let cases = [
            (r"group{kin}", r"group(?:son|(?:mum))", "behind any letter"),
            (r"a{2,3}\p{l}\{kin}\x{f}", r"a{2,3}\p{l}\{kin}\x{f}", "counts and classes stay"),
        ];
        for (pattern, expected, why) in cases {
            assert_eq!(spelled(pattern).unwrap(), expected, "{why}");
        }
        for (pattern, why) in [("{kln}", "not there"), ("{loop}", "names itself")] {
            let error = spelled(pattern).unwrap_err();
            assert!(error.what.contains("wording"), "{why}: {error}");
            assert_eq!(error.line, 6, "{why}");
        }
    }

    #[test]
    fn a_users_rule_replaces_and_changes_the_version() {
        let mut set = RuleSet::from_files(files(&[("financial/iban.toml", IBAN)])).unwrap();
        let version = set.version.clone();
        let own = IBAN
            .replace("\"high\"", "\"critical\"")
            .replace("confidence = \"critical\"", "confidence = \"low\"");
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("financial")).unwrap();
        std::fs::write(folder.path().join("financial/iban.toml"), own).unwrap();
        set.load_folder(folder.path()).unwrap();
        assert_eq!(set.rules.len(), 1);
        assert_eq!(set.rule("financial.iban").unwrap().model.severity, Severity::Critical);
        assert_ne!(set.version, version);
    }

    #[test]
    fn errors_say_file_line_and_a_guess() {
        let cases = [
            // (content, line, part of the message, why)
            (IBAN.replace("severity", "severty"), 6, "did you mean `severity`?", "misspelt key"),
            (IBAN.replace("shape", "shap"), 8, "did you mean `shape`?", "misspelt key in a table"),
            (IBAN.replace("schema = 1", "schema = 2"), 2, "schema 1", "unknown schema"),
            (
                IBAN.replace("financial.iban", "financial.iba"),
                3,
                "financial.iban",
                "id and path differ",
            ),
            (
                IBAN.replace("\"high\"\n[", "\"hihg\"\n["),
                6,
                "did you mean `high`?",
                "misspelt value",
            ),
            (
                IBAN.replace("[[find]]", "[terms]\nfiles = [\"x.tsv\"]\n[[find]]"),
                8,
                "x.tsv",
                "missing list",
            ),
        ];
        for (text, line, part, why) in cases {
            let error = RuleSet::from_files(files(&[("financial/iban.toml", &text)])).unwrap_err();
            assert_eq!(error.line, line, "{why}: {error}");
            assert!(error.to_string().contains(part), "{why}: {error}");
        }
    }
}
