//! Names of files and members: masked in reports, redacted in copies.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Component, Path};

use super::Options;
use super::judge::{counting_alone, edits_of};
use super::mentions::{Mentions, NOTHING};
use super::shelf::LIST;
use crate::files::is_pending;
use crate::format::media;
use crate::model::{Edit, Part};

/// A path or name as reports show it: each part on its own, what is a finding masked, and people
/// under the names that they have in copies.
pub(super) fn masked(options: &Options<'_>, people: &Mentions, path: &str) -> String {
    let parts = path.split('/').map(|name| {
        let (_, findings) = counting_alone(options, name, Part::Filename);
        let edits = findings.iter().flat_map(|(finding, _)| {
            edits_of(finding, &format!("[{}]", finding.rule.label)).collect::<Vec<_>>()
        });
        spliced(name, edits.chain(people.find(name, 0..name.len())).collect())
    });
    parts.collect::<Vec<_>>().join("/")
}

/// One part of a path as copies have it: a pure function of the name.
pub(super) fn renamed(options: &Options<'_>, people: &Mentions, name: &str) -> String {
    let (_, findings) = counting_alone(options, name, Part::Filename);
    let mut edits = Vec::new();
    for (finding, value) in &findings {
        edits.extend(edits_of(finding, &value.replacement(options, &finding.rule, false)));
    }
    edits.extend(people.find(name, 0..name.len()));
    let mut new = spliced(name, edits);
    if options.copies.as_ref().is_some_and(|copies| copies.decrypted) {
        new.truncate(decrypted(&new).len());
    }
    // A name that was nothing but a value must not become empty or hidden. What was empty is where
    // the name of a folder ends.
    let is_lost = new != name && new.trim_matches(['.', ' ']).is_empty();
    if is_lost { format!("redacted{new}") } else { new }
}

/// The name of what an encrypted backup holds.
pub(super) fn decrypted(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((inner, ending)) if media::is_encrypted_backup(ending) => inner,
        _ => name,
    }
}

/// Applies edits; of overlapping ones the first and longest wins.
pub(super) fn spliced(text: &str, edits: Vec<Edit>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in disjoint(edits) {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.replacement);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Sorts edits and merges overlapping ones, so that every byte of each is replaced.
pub(super) fn disjoint(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by(|a, b| (a.range.start, b.range.end).cmp(&(b.range.start, a.range.end)));
    let mut out: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match out.last_mut() {
            Some(last) if edit.range.start < last.range.end => {
                last.range.end = last.range.end.max(edit.range.end);
            }
            _ => out.push(edit),
        }
    }
    out
}

/// New names of the members of one container or folder; names that stay as they are are not in it.
#[derive(Debug, Default, Clone)]
pub(super) struct Renames {
    by_name: HashMap<String, String>,
    by_base: HashMap<String, String>,
}

impl Renames {
    /// Names every member by its redacted name; members that would get one name are numbered in
    /// their order, but for folders: they become one, as what is in them says.
    pub(super) fn new(options: &Options<'_>, people: &Mentions, names: &[String]) -> Self {
        let mut taken: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        let mut renames = Self::default();
        for name in names {
            let parts: Vec<String> =
                name.split('/').map(|part| renamed(options, people, part)).collect();
            let wanted = parts.join("/");
            if wanted == *name || renames.by_name.contains_key(name) {
                continue;
            }
            let new = match wanted.ends_with('/') {
                true => wanted,
                false => numbered(&wanted, |candidate| taken.insert(candidate.to_lowercase())),
            };
            let base = |path: &str| {
                let path = path.trim_end_matches('/');
                path.rsplit('/').next().unwrap_or(path).to_owned()
            };
            renames.by_base.insert(base(name), base(&new));
            renames.by_name.insert(name.clone(), new);
        }
        renames
    }

    /// The name a member gets.
    pub(super) fn of_member<'n>(&'n self, name: &'n str) -> &'n str {
        self.by_name.get(name).map_or(name, String::as_str)
    }

    /// The new base name of a sibling that chat text refers to.
    pub(super) fn of_reference(&self, base: &str) -> Option<&str> {
        self.by_base.get(base).map(String::as_str)
    }
}

/// The first of `name`, `name (2)`, ... that `free` takes; the number stands before the extension.
fn numbered(name: &str, mut free: impl FnMut(&str) -> bool) -> String {
    if free(name) {
        return name.to_owned();
    }
    let path = Path::new(name);
    let extension = path.extension().map(|it| format!(".{}", it.to_string_lossy()));
    let extension = extension.unwrap_or_default();
    let stem = &name[..name.len() - extension.len()];
    (2u64..)
        .map(|count| format!("{stem} ({count}){extension}"))
        .find(|candidate| free(candidate))
        .unwrap_or_else(|| name.to_owned())
}

/// Names of all copies, by the position of their input.
pub(super) struct CopyNames {
    /// Path below the output folder, `/` between its parts.
    pub(super) copies: Vec<String>,
    /// For references in chats: new names by folder.
    pub(super) folders: BTreeMap<String, Renames>,
}

impl CopyNames {
    /// Plans the names of copies of all inputs from their paths below the named folders.
    pub(super) fn plan(
        options: &Options<'_>,
        below: &[String],
        people: &BTreeMap<String, Mentions>,
    ) -> Self {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut folders: BTreeMap<String, Renames> = BTreeMap::new();
        let mut copies = Vec::with_capacity(below.len());
        for path in below {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let people = people.get(folder).unwrap_or(&NOTHING);
            let parts: Vec<String> =
                path.split('/').map(|part| renamed(options, people, part)).collect();
            let wanted = apart(parts).join("/");
            let new = numbered(&wanted, |candidate| taken.insert(candidate.to_lowercase()));
            let base = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
            if base(path) != base(&new) {
                folders
                    .entry(folder.to_owned())
                    .or_default()
                    .by_base
                    .insert(base(path), base(&new));
            }
            copies.push(new);
        }
        Self { copies, folders }
    }
}

/// Names of files that this program makes are kept for those.
fn apart(mut parts: Vec<String>) -> Vec<String> {
    if let Some(name) = parts.last_mut()
        && (name == LIST || is_pending(name))
    {
        name.insert(0, '_');
    }
    parts
}

/// A path below a named folder as text with `/`, without anything that leads out of it.
pub(super) fn below_text(path: &Path) -> String {
    let parts: Vec<String> = path
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    parts.join("/")
}
