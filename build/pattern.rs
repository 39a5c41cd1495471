//! Rule files, as the program reads them.
#![allow(dead_code, unreachable_pub, reason = "the program needs more of it than the build")]

use std::collections::BTreeMap;
use std::io;

#[path = "../src/pattern/schema.rs"]
mod schema;
#[path = "../src/pattern/wording.rs"]
mod wording;

/// An expression of the built-in rules that texts are looked through for.
pub(crate) struct Expression {
    pub(crate) source: String,
    pub(crate) is_folded: bool,
}

/// The expressions of these files: (path, content).
pub(crate) fn expressions(files: &[(String, String)]) -> io::Result<Vec<Expression>> {
    let mut all = Vec::new();
    let cues = files.iter().find(|file| file.0 == "cues.toml");
    let cues: schema::CueFile = parse("cues.toml", cues.map_or("", |file| file.1.as_str()))?;
    for (path, text) in
        files.iter().filter(|file| file.0.ends_with(".toml") && file.0 != "cues.toml")
    {
        let rule: schema::RuleFile = parse(path, text)?;
        for find in &rule.find {
            for source in find.regex.iter().chain(&find.with) {
                let source = spelled_out(path, source, &cues.wording)?;
                all.push(Expression { source, is_folded: find.fold });
            }
        }
    }
    Ok(all)
}

fn spelled_out(
    path: &str,
    source: &str,
    wordings: &BTreeMap<String, String>,
) -> io::Result<String> {
    wording::spelled_out(source, wordings)
        .map_err(|error| io::Error::other(format!("{path}: {error}")))
}

fn parse<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> io::Result<T> {
    toml::from_str(text).map_err(|error| io::Error::other(format!("{path}: {error}")))
}
