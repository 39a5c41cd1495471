//! Parts that expressions of rule files share by name.

use std::collections::BTreeMap;

/// How deep wordings may name wordings.
const DEPTH: usize = 4;

/// An expression with its wordings, `{person}`, in their places; the error says which is missing.
pub(super) fn spelled_out(
    pattern: &str,
    wordings: &BTreeMap<String, String>,
) -> Result<String, String> {
    spelled_out_at(pattern, wordings, 0)
}

fn spelled_out_at(
    pattern: &str,
    wordings: &BTreeMap<String, String>,
    depth: usize,
) -> Result<String, String> {
    let mut spelled = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('{') {
        let name = rest[at + 1..].split('}').next().unwrap_or_default();
        let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
            && !["\\", "\\p", "\\P", "\\u", "\\x"].iter().any(|it| rest[..at].ends_with(it));
        if !is_name {
            spelled.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        }
        let wording = wordings.get(name).filter(|_| depth < DEPTH).ok_or_else(|| {
            format!("there is no wording `{name}` in cues.toml (or it names itself)")
        })?;
        spelled.push_str(&rest[..at]);
        spelled.push_str("(?:");
        spelled.push_str(&spelled_out_at(wording, wordings, depth + 1)?);
        spelled.push(')');
        rest = &rest[at + name.len() + 2..];
    }
    spelled.push_str(rest);
    Ok(spelled)
}
