//! Decisions that findings do not count (`suppressions.toml`): each with a reason, a name and an end.
//!
//! Fit for git: no values, only keyed ids; comments survive every change this program makes.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use jiff::civil::Date;
use jiff::{ToSpan as _, Unit};
use serde::Deserialize;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::PolicyError;

/// Largest file, in bytes: far above any real one.
const MAX_BYTES: u64 = 16 << 20;

/// Decisions of one file.
#[derive(Debug, Clone, Default)]
pub struct Suppressions {
    /// Id of the secret that the ids were made with, if the file says so.
    pub secret: Option<String>,
    list: Vec<Suppression>,
    written: Vec<NewSuppression>,
}

/// One decision.
#[derive(Debug, Clone)]
struct Suppression {
    id: Option<String>,
    value: Option<String>,
    rule: Option<String>,
    chat: Option<String>,
    folder: Option<GlobMatcher>,
    expires: Date,
    reopen_rules: Option<String>,
    reopen_above: Option<u64>,
}

/// A decision to be added to a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "keys of the file: docs/history.md")]
pub struct NewSuppression {
    pub id: Option<String>,
    pub value: Option<String>,
    pub rule: Option<String>,
    pub chat: Option<String>,
    pub folder: Option<String>,
    pub reason: String,
    pub decided_by: String,
    pub decided_at: Date,
    pub expires: Date,
    pub reopen_rules: Option<String>,
    pub reopen_above: Option<u64>,
}

/// What a decision looks at in a finding: keys of its record.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "keys of the report")]
pub struct Facts<'a> {
    pub id: &'a str,
    pub value_id: &'a str,
    pub rule: &'a str,
    pub chat: &'a str,
    pub path: &'a str,
    pub occurrences: u64,
}

/// What the decisions say about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// Nothing.
    None,
    /// It does not count.
    Suppressed,
    /// It did not count, but the decision is over.
    Expired,
}

/// The file as written. Unknown keys are errors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: u32,
    secret: Option<String>,
    #[serde(default)]
    suppress: Vec<toml::Spanned<WrittenOne>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOne {
    id: Option<String>,
    value: Option<String>,
    rule: Option<String>,
    chat: Option<String>,
    folder: Option<String>,
    reason: String,
    decided_by: String,
    decided_at: String,
    expires: String,
    reopen_rules: Option<String>,
    reopen_above: Option<u64>,
}

impl Suppressions {
    /// Reads a file of decisions; one that is not there holds none.
    ///
    /// # Errors
    /// It cannot be read, is no TOML, has unknown keys, or a decision is incomplete.
    pub fn load(path: &Path) -> Result<Self, PolicyError> {
        Self::parse(path, &read(path)?)
    }

    /// Takes the content of a file; `path` is for messages.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, PolicyError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let at = |offset: usize, what: String| error(path, text, offset, what);
        let written: Written = toml::from_str(text).map_err(|error| {
            at(error.span().map_or(0, |span| span.start), error.message().to_owned())
        })?;
        if written.schema != 1 {
            return Err(at(0, "schema is not 1: this version knows no other".to_owned()));
        }
        let checked = written
            .suppress
            .into_iter()
            .map(|one| {
                let offset = one.span().start;
                one.into_inner().check().map_err(|what| at(offset, what))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let (list, all) = checked.into_iter().unzip();
        Ok(Self { secret: written.secret, list, written: all })
    }

    /// Whether there is no decision.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What the decisions say about a finding on a day; one that holds beats those that are over.
    pub fn rule(&self, facts: Facts<'_>, today: Date, rules_version: &str) -> Ruling {
        let mut ruling = Ruling::None;
        for one in self.list.iter().filter(|one| one.is_about(facts)) {
            let over = today > one.expires
                || one.reopen_rules.as_deref().is_some_and(|version| version != rules_version)
                || one.reopen_above.is_some_and(|most| facts.occurrences > most);
            if !over {
                return Ruling::Suppressed;
            }
            ruling = Ruling::Expired;
        }
        ruling
    }

    /// The decisions as they are written, to add them to another file.
    pub fn written(&self) -> &[NewSuppression] {
        &self.written
    }
}

impl Suppression {
    fn is_about(&self, facts: Facts<'_>) -> bool {
        let fits = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|it| it == is);
        let family = facts.rule.split('.').next().unwrap_or(facts.rule);
        fits(&self.id, facts.id)
            && fits(&self.value, facts.value_id)
            && fits(&self.chat, facts.chat)
            && self.rule.as_deref().is_none_or(|it| it == facts.rule || it == family)
            && self.folder.as_ref().is_none_or(|glob| glob.is_match(facts.path))
    }
}

impl WrittenOne {
    fn check(self) -> Result<(Suppression, NewSuppression), String> {
        let date = |key: &str, text: &str| {
            text.parse::<Date>()
                .map_err(|_| format!("{key}: expected a day such as \"2026-12-31\""))
        };
        let (decided, expires) =
            (date("decided_at", &self.decided_at)?, date("expires", &self.expires)?);
        check_days(decided, expires)?;
        if self.reason.trim().is_empty() || self.decided_by.trim().is_empty() {
            return Err("reason and decided_by must not be empty".to_owned());
        }
        let scope = self.value.is_some() || self.chat.is_some() || self.folder.is_some();
        match (&self.id, &self.rule, scope) {
            (Some(_), _, _) | (None, Some(_), true) | (None, None, true) => {}
            (None, Some(_), false) => {
                return Err("a rule alone is too much: add value, chat or folder, or switch the rule off in the policy".to_owned());
            }
            (None, None, false) => return Err("expected id, value, chat or folder".to_owned()),
        }
        if self.id.is_none() && self.value.is_none() && self.rule.is_none() {
            return Err("a chat or folder needs a rule beside it".to_owned());
        }
        let folder = self.folder.as_deref().map(|glob| {
            GlobBuilder::new(glob)
                .literal_separator(false)
                .build()
                .map(|glob| glob.compile_matcher())
                .map_err(|_| "folder is no glob pattern, such as \"exports/hr/**\"".to_owned())
        });
        let folder = folder.transpose()?;
        let new = NewSuppression {
            id: self.id.clone(),
            value: self.value.clone(),
            rule: self.rule.clone(),
            chat: self.chat.clone(),
            folder: self.folder,
            reason: self.reason,
            decided_by: self.decided_by,
            decided_at: decided,
            expires,
            reopen_rules: self.reopen_rules.clone(),
            reopen_above: self.reopen_above,
        };
        let one = Suppression {
            id: self.id,
            value: self.value,
            rule: self.rule,
            chat: self.chat,
            folder,
            expires,
            reopen_rules: self.reopen_rules,
            reopen_above: self.reopen_above,
        };
        Ok((one, new))
    }
}

/// What a decision is about.
const SCOPE: [&str; 5] = ["id", "value", "rule", "chat", "folder"];
/// What it says.
const TERMS: [&str; 6] =
    ["reason", "decided_by", "decided_at", "expires", "reopen_rules", "reopen_above"];

fn is_equal(one: &Table, other: &Table, key: &str) -> bool {
    let text = |table: &Table| table.get(key).and_then(Item::as_str).map(str::to_owned);
    text(one) == text(other)
}

/// A decision holds a year at most.
fn check_days(decided: Date, expires: Date) -> Result<(), String> {
    if expires < decided {
        Err(format!("it ends on {expires}, before it was decided"))
    } else if decided.checked_add(1.year()).is_ok_and(|end| expires > end) {
        let days = decided.until((Unit::Day, expires)).map_or(0, |span| span.get_days());
        Err(format!("it holds {days} days: a year at most, then look at it again"))
    } else {
        Ok(())
    }
}

/// What [`add`] made of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The whole file.
    pub text: String,
    /// Decisions about what was decided before: they replace the earlier ones.
    pub renewed: u64,
}

/// The text of a file with decisions added, or renewed where one about the same is there; everything else
/// in it stays, comments included.
///
/// # Errors
/// The file is wrong, or a decision is.
pub fn add(path: &Path, secret: &str, decisions: &[NewSuppression]) -> Result<Added, PolicyError> {
    let whole = |what| PolicyError { file: path.to_owned(), line: 0, what, suggestion: None };
    for decision in decisions {
        check_days(decision.decided_at, decision.expires).map_err(whole)?;
    }
    let text = read(path)?;
    Suppressions::parse(path, &text)?;
    let mut document: DocumentMut = text.parse().map_err(|wrong: toml_edit::TomlError| {
        error(path, &text, wrong.span().map_or(0, |span| span.start), wrong.message().to_owned())
    })?;
    if !document.contains_key("schema") {
        document["schema"] = value(1);
        document["secret"] = value(secret);
    }
    let list = document.entry("suppress").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let Some(list) = list.as_array_of_tables_mut() else {
        return Err(error(path, &text, 0, "expected [[suppress]]".to_owned()));
    };
    let mut renewed = 0;
    for decision in decisions {
        let new = decision.table();
        let same = list.iter().position(|old| SCOPE.iter().all(|key| is_equal(old, &new, key)));
        match same.and_then(|at| list.get_mut(at)) {
            Some(old) => {
                for key in TERMS {
                    match new.get(key).and_then(Item::as_value) {
                        Some(new) => {
                            let mut new = new.clone();
                            // A comment behind a value stays behind it.
                            if let Some(before) = old.get(key).and_then(Item::as_value) {
                                *new.decor_mut() = before.decor().clone();
                            }
                            old[key] = Item::Value(new);
                        }
                        None => {
                            old.remove(key);
                        }
                    }
                }
                renewed += 1;
            }
            None => list.push(new),
        }
    }
    let text = document.to_string();
    Suppressions::parse(path, &text)?;
    Ok(Added { text, renewed })
}

impl NewSuppression {
    fn table(&self) -> Table {
        let mut table = Table::new();
        let optional = [
            ("id", &self.id),
            ("value", &self.value),
            ("rule", &self.rule),
            ("chat", &self.chat),
            ("folder", &self.folder),
        ];
        for (key, text) in optional {
            if let Some(text) = text {
                table[key] = value(text);
            }
        }
        table["reason"] = value(&self.reason);
        table["decided_by"] = value(&self.decided_by);
        table["decided_at"] = value(self.decided_at.to_string());
        table["expires"] = value(self.expires.to_string());
        if let Some(version) = &self.reopen_rules {
            table["reopen_rules"] = value(version);
        }
        if let Some(most) = self.reopen_above {
            table["reopen_above"] = value(most.cast_signed());
        }
        table
    }
}

fn read(path: &Path) -> Result<String, PolicyError> {
    let whole =
        |what: String| PolicyError { file: path.to_owned(), line: 0, what, suggestion: None };
    let mut text = String::new();
    match File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text)) {
        Ok(_) if text.len() as u64 > MAX_BYTES => {
            Err(whole("is larger than 16 MiB: expected decisions".to_owned()))
        }
        Ok(_) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(whole(format!("cannot be read: {}", error.kind()))),
    }
}

fn error(path: &Path, text: &str, offset: usize, what: String) -> PolicyError {
    let line =
        text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count();
    PolicyError { file: PathBuf::from(path), line: line + 1, what, suggestion: None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const HEAD: &str = "schema = 1\nsecret = \"5ec4e71d\"\n";
    const SIGNED: &str =
        "reason = \"test data\"\ndecided_by = \"dpo\"\ndecided_at = \"2026-01-05\"\n";

    fn parse(keys: &str) -> Result<Suppressions, PolicyError> {
        let text = format!("{HEAD}\n[[suppress]]\n{SIGNED}{keys}\n");
        Suppressions::parse(Path::new("s.toml"), &text)
    }

    fn facts(path: &str) -> Facts<'_> {
        Facts {
            id: "aa11",
            value_id: "bb22",
            rule: "contact.phone",
            chat: "cc33",
            path,
            occurrences: 3,
        }
    }

    #[test]
    fn decisions_hold_for_what_they_name_until_they_end() {
        use Ruling::{Expired, None as Nothing, Suppressed};
        let year = "expires = \"2026-12-31\"\n";
        let cases = [
            // (keys, day, ruling, why)
            (format!("id = \"aa11\"\n{year}"), "2026-06-01", Suppressed, "this finding"),
            (format!("id = \"aa12\"\n{year}"), "2026-06-01", Nothing, "another finding"),
            (format!("id = \"aa11\"\n{year}"), "2026-12-31", Suppressed, "the last day counts"),
            (format!("id = \"aa11\"\n{year}"), "2027-01-01", Expired, "the day after"),
            (format!("value = \"bb22\"\n{year}"), "2026-06-01", Suppressed, "the value anywhere"),
            (
                format!("rule = \"contact\"\nchat = \"cc33\"\n{year}"),
                "2026-06-01",
                Suppressed,
                "a family in a chat",
            ),
            (
                format!("rule = \"contact.phone\"\nchat = \"cc34\"\n{year}"),
                "2026-06-01",
                Nothing,
                "another chat",
            ),
            (
                format!("rule = \"contact.phone\"\nfolder = \"exports/hr/**\"\n{year}"),
                "2026-06-01",
                Suppressed,
                "a folder",
            ),
            (
                format!("rule = \"contact.phone\"\nfolder = \"exports/it/**\"\n{year}"),
                "2026-06-01",
                Nothing,
                "another folder",
            ),
            (
                format!("id = \"aa11\"\nreopen_rules = \"1\"\n{year}"),
                "2026-06-01",
                Suppressed,
                "the same rules",
            ),
            (
                format!("id = \"aa11\"\nreopen_rules = \"0\"\n{year}"),
                "2026-06-01",
                Expired,
                "other rules",
            ),
            (
                format!("id = \"aa11\"\nreopen_above = 3\n{year}"),
                "2026-06-01",
                Suppressed,
                "not more often",
            ),
            (
                format!("id = \"aa11\"\nreopen_above = 2\n{year}"),
                "2026-06-01",
                Expired,
                "more often",
            ),
        ];
        for (keys, day, ruling, why) in cases {
            let list = parse(&keys).unwrap();
            let path = "exports/hr/2024/chat.txt";
            assert_eq!(list.rule(facts(path), day.parse().unwrap(), "1"), ruling, "{why}");
        }
    }

    #[test]
    fn what_is_too_much_is_refused_with_its_line() {
        let cases = [
            ("id = \"aa11\"\nexpires = \"2027-01-06\"", "a year at most", "a year and a day"),
            ("id = \"aa11\"\nexpires = \"2026-01-04\"", "before it was decided", "ends before"),
            ("id = \"aa11\"\nexpires = \"soon\"", "2026-12-31", "no day"),
            ("id = \"aa11\"", "expires", "no end"),
            ("rule = \"contact.phone\"\nexpires = \"2026-02-01\"", "too much", "a rule everywhere"),
            ("chat = \"cc33\"\nexpires = \"2026-02-01\"", "needs a rule", "everything in a chat"),
            ("expires = \"2026-02-01\"", "expected id", "everything"),
            ("id = \"aa11\"\nexpires = \"2026-02-01\"\nidd = 1", "idd", "unknown key"),
        ];
        for (keys, part, why) in cases {
            let error = parse(keys).unwrap_err();
            assert!(error.to_string().contains(part), "{why}: {error}");
            assert!(error.line >= 4, "{why}: {error}");
        }
    }

    #[test]
    fn adding_keeps_what_people_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        let written = format!(
            "# our decisions\n{HEAD}\n[[suppress]] # the old one\nid = \"aa11\"\n{SIGNED}expires = \"2026-02-01\" # short\n"
        );
        std::fs::write(&path, &written).unwrap();
        let decision = NewSuppression {
            id: Some("dd44".to_owned()),
            reason: "\"quoted\"\n[[suppress]]".to_owned(),
            decided_by: "dpo".to_owned(),
            decided_at: "2026-01-06".parse().unwrap(),
            expires: "2026-07-06".parse().unwrap(),
            ..NewSuppression::default()
        };
        let Added { text, renewed } = add(&path, "5ec4e71d", &[decision]).unwrap();
        assert!(text.starts_with(written.trim_end()) && renewed == 0, "{text}");
        let list = Suppressions::parse(&path, &text).unwrap();
        assert_eq!(list.written().len(), 2, "a reason cannot add a decision: {text}");
    }

    #[test]
    fn deciding_again_renews() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        let written = format!(
            "{HEAD}\n[[suppress]] # the old one\nid = \"aa11\"\n{SIGNED}expires = \"2026-02-01\" # short\nreopen_above = 3\n"
        );
        std::fs::write(&path, &written).unwrap();
        let decision = NewSuppression {
            id: Some("aa11".to_owned()),
            reason: "looked again".to_owned(),
            decided_by: "dpo".to_owned(),
            decided_at: "2026-01-06".parse().unwrap(),
            expires: "2026-07-06".parse().unwrap(),
            ..NewSuppression::default()
        };
        let Added { text, renewed } =
            add(&path, "5ec4e71d", std::slice::from_ref(&decision)).unwrap();
        let expected = written
            .replace("test data", "looked again")
            .replace("2026-01-05", "2026-01-06")
            .replace("2026-02-01", "2026-07-06")
            .replace("reopen_above = 3\n", "");
        assert_eq!((text.as_str(), renewed), (expected.as_str(), 1));
        std::fs::write(&path, &text).unwrap();
        let again = add(&path, "5ec4e71d", &[decision]).unwrap();
        assert_eq!(again.text, text, "the same decision twice is one");
    }

    #[test]
    fn errors_name_the_line_of_the_file() {
        let first = format!("[[suppress]]\nid = \"aa11\"\n{SIGNED}expires = \"2026-02-01\"\n");
        let head = format!("# Müller & Söhne\n{HEAD}\n{first}\n# second\n");
        let lines = head.lines().count();
        let cases = [
            (format!("[[suppress]]\nidd = \"aa12\"\n{SIGNED}"), 2, "unknown key: its line"),
            (format!("[[suppress]]\nid = \"aa12\"\n{SIGNED}expires = \"soon\"\n"), 1, "the block"),
            (format!("[[suppress]]\nid = \"aa12\"\n{SIGNED}"), 1, "no end: the block"),
            (
                format!("[[suppress]]\nid = 12\n{SIGNED}expires = \"2026-02-01\"\n"),
                2,
                "no text: its line",
            ),
            ("[[suppress]]\nid = \"aa\n".to_owned(), 2, "no TOML: its line"),
        ];
        for (block, line, why) in cases {
            let error =
                Suppressions::parse(Path::new("s.toml"), &format!("{head}{block}")).unwrap_err();
            assert_eq!(error.line, lines + line, "{why}: {error}");
        }
    }
}
