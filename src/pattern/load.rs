use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::{RuleFile, RuleSource, TermList, TermMatch, TermSource, wording};

/// Why rule files cannot be used. Rule files hold no customer data, so errors may quote them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct PatternError {
    /// The file, as named or below the folder of rules.
    pub file: String,
    /// The line, from 1; 0 if it concerns the whole file.
    pub line: u32,
    /// What is wrong, what was expected.
    pub what: String,
}

impl PatternError {
    pub(super) fn new(file: &str, line: u32, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, what: what.into() }
    }
}

/// Parses a TOML file; errors tell the line and guess what was meant.
pub(super) fn parse<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, PatternError> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        let mut what = error.message().replace('\n', " ");
        if let Some(guess) = guess(&what) {
            what.push_str(&format!(" (did you mean `{guess}`?)"));
        }
        PatternError::new(path, line, what)
    })
}

/// Line of a byte offset, from 1.
fn line_of(text: &str, at: usize) -> u32 {
    let before = &text.as_bytes()[..at.min(text.len())];
    u32::try_from(before.iter().filter(|byte| **byte == b'\n').count() + 1).unwrap_or(u32::MAX)
}

/// Line of the first line that starts with `key`; 0 if there is none.
pub(super) fn line_with(text: &str, key: &str) -> u32 {
    let at = text.lines().position(|line| line.trim_start().starts_with(key));
    at.map_or(0, |at| u32::try_from(at + 1).unwrap_or(u32::MAX))
}

/// The name that was probably meant: serde quotes the unknown name first, then those it knows.
fn guess(message: &str) -> Option<String> {
    if !message.starts_with("unknown ") {
        return None;
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = quoted.next()?;
    quoted
        .map(|known| (strsim::damerau_levenshtein(unknown, known), known))
        .filter(|(distance, _)| *distance <= 3.min(unknown.len() / 2 + 1))
        .min()
        .map(|(_, known)| known.to_owned())
}

/// One rule with its term lists.
pub(super) fn rule(
    path: &str,
    text: &str,
    files: &BTreeMap<String, Cow<'static, str>>,
    wordings: &BTreeMap<String, String>,
) -> Result<RuleSource, PatternError> {
    let mut file: RuleFile = parse(path, text)?;
    let fail = |key: &str, what: String| Err(PatternError::new(path, line_with(text, key), what));
    if file.schema != 1 {
        return fail("schema", format!("expected schema 1, not {}", file.schema));
    }
    let id = path.trim_end_matches(".toml").replace('/', ".");
    if file.id != id {
        let place = file.id.replace('.', "/");
        let what = format!(
            "id `{}` does not fit the place: in the folder of rules this file must be {place}.toml, or its id `{id}`",
            file.id
        );
        return fail("id", what);
    }
    if !id.contains('.') {
        return fail("id", format!("id `{id}` has no family: move the file into a folder"));
    }
    for find in &mut file.find {
        let around = find.with.iter_mut().chain(&mut find.without);
        for pattern in find.regex.iter_mut().chain(&mut find.unless).chain(around) {
            *pattern = wording::spelled_out(pattern, wordings)
                .map_err(|what| PatternError::new(path, line_with(text, "[[find]]"), what))?;
        }
    }
    let mut terms = Vec::new();
    for name in file.terms.iter().flat_map(|terms| &terms.files) {
        let list = match path.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name.clone(),
        };
        let Some(text_of_list) = files.get(&list) else {
            return fail("files", format!("there is no list {list}"));
        };
        terms.push(term_list(&list, text_of_list)?);
    }
    Ok(RuleSource::new(path, file, terms))
}

const COLUMNS: &str = "term, strength, match, case, note";

/// Reads a term list: a header line, then one term a line.
fn term_list(path: &str, text: &str) -> Result<TermList, PatternError> {
    let mut list = TermList { path: path.to_owned(), terms: Vec::new() };
    let mut lines = text.lines().enumerate();
    match lines.next() {
        Some((_, head)) if head.split('\t').collect::<Vec<_>>().join(", ") == COLUMNS => {}
        _ => {
            return Err(PatternError::new(
                path,
                1,
                format!("expected the header {COLUMNS}, tab-separated"),
            ));
        }
    }
    for (at, line) in lines {
        let at = u32::try_from(at + 1).unwrap_or(u32::MAX);
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let term = term(line).map_err(|what| PatternError::new(path, at, what))?;
        list.terms.push((at, term));
    }
    Ok(list)
}

fn term(line: &str) -> Result<TermSource, String> {
    let mut columns = line.split('\t');
    let mut column =
        |name| columns.next().map(str::trim).ok_or_else(|| format!("no column {name}"));
    let (written, strength, matching, case) =
        (column("term")?, column("strength")?, column("match")?, column("case")?);
    let strong = match strength {
        "strong" => true,
        "weak" => false,
        other => return Err(format!("strength is `{other}`, expected strong or weak")),
    };
    let exact = match case {
        "exact" => true,
        "fold" => false,
        other => return Err(format!("case is `{other}`, expected exact or fold")),
    };
    let matching = match (written.strip_prefix('*'), matching) {
        (Some(_), _) | (None, "suffix") => TermMatch::Suffix,
        (None, "stem") => TermMatch::Stem,
        (None, "word") => TermMatch::Word,
        // A phrase keeps its star: it tells whether the last word is a stem.
        (None, "phrase") => TermMatch::Phrase,
        (None, other) => {
            return Err(format!("match is `{other}`, expected word, stem, phrase or suffix"));
        }
    };
    let bare = written.trim_start_matches('*');
    let bare = if matching == TermMatch::Phrase { bare } else { bare.trim_end_matches('*') };
    if !bare.chars().any(char::is_alphanumeric) {
        return Err("a term needs a letter or digit".to_owned());
    }
    Ok(TermSource { term: bare.to_owned(), strong, matching, exact })
}

/// All rule files and lists below a folder: (path below it with `/`, content).
pub(super) fn read_folder(folder: &Path) -> Result<BTreeMap<String, String>, PatternError> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).max_depth(8).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            PatternError::new(&folder.display().to_string(), 0, format!("cannot be read: {error}"))
        })?;
        let path = entry.path();
        let known = path.extension().is_some_and(|end| end == "toml" || end == "tsv");
        if !known || !entry.file_type().is_file() {
            continue;
        }
        let text = std::fs::read_to_string(path).map_err(|error| {
            PatternError::new(&path.display().to_string(), 0, format!("cannot be read: {error}"))
        })?;
        let name = path.strip_prefix(folder).unwrap_or(path);
        let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
        files.insert(parts.join("/"), text);
    }
    Ok(files)
}
