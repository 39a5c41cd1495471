//! People of a chat and the tokens that stand for them in copies.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::detect;
use crate::format::{Budget, FORMATS, Item, Limits, Member, SNIFF_BYTES, Source};
use crate::model::{Edit, Secret, SenderId};
use crate::redact::TOKEN_DIGITS;
use crate::secret::InstallationSecret;

/// Shorter parts of names are words too often to be replaced.
const SHORTEST_PART: usize = 3;

/// The placeholder of one person; the same name or number gives the same token under one secret.
pub(super) fn token(name: &str, secret: &InstallationSecret) -> String {
    let normal = if is_number(name) {
        detect::normalise("contact.phone", Secret::new(name))
    } else {
        name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
    };
    format!("[Person-{}]", secret.token(&["person", &normal], TOKEN_DIGITS))
}

fn is_number(name: &str) -> bool {
    let digits = name.chars().filter(char::is_ascii_digit).count();
    digits >= 5 && !name.chars().any(char::is_alphabetic)
}

/// Finds mentions of a set of people in texts and names.
#[derive(Default)]
pub(super) struct Participants {
    mentions: Option<AhoCorasick>,
    /// Replacement of each pattern.
    replacements: Vec<String>,
}

impl Participants {
    /// Prepares the search for these senders, by full name, each part of it, and number.
    pub(super) fn new(senders: &BTreeSet<String>, secret: &InstallationSecret) -> Self {
        let mut patterns: BTreeMap<String, String> = BTreeMap::new();
        for sender in senders {
            let token = token(sender, secret);
            patterns.insert(sender.clone(), token.clone());
            if is_number(sender) {
                let digits: String = sender.chars().filter(char::is_ascii_digit).collect();
                patterns.insert(digits, token);
                continue;
            }
            for part in sender.split(|c: char| !c.is_alphanumeric()) {
                if part.chars().count() < SHORTEST_PART || !part.chars().any(char::is_alphabetic) {
                    continue;
                }
                // Two people of one first name: the part alone does not tell who is meant.
                patterns
                    .entry(part.to_owned())
                    .and_modify(|known| {
                        if *known != token {
                            *known = "[Person]".to_owned();
                        }
                    })
                    .or_insert_with(|| token.clone());
            }
        }
        let mentions = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns.keys())
            .ok()
            .filter(|_| !patterns.is_empty());
        Self { mentions, replacements: patterns.into_values().collect() }
    }

    /// Replacements of all mentions in `text[range]`; offsets are of `text`.
    pub(super) fn mentions(&self, text: &str, range: Range<usize>) -> Vec<Edit> {
        let Some(mentions) = &self.mentions else { return Vec::new() };
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        mentions
            .find_iter(&text[range.clone()])
            .map(|found| (found.start() + range.start..found.end() + range.start, found.pattern()))
            .filter(|(at, _)| {
                !is_word(text[..at.start].chars().next_back())
                    && !is_word(text[at.end..].chars().next())
            })
            .map(|(range, which)| Edit {
                range,
                replacement: self.replacements[which.as_usize()].clone(),
            })
            .collect()
    }
}

/// Names of all senders of a source, without looking for anything else: the first pass of
/// `--participants pseudonym`. What cannot be read is the second pass's to tell.
pub(super) fn senders(
    mut source: Source,
    limits: &Limits,
    depth: u32,
    budget: &Arc<Budget>,
    take: &mut dyn FnMut(&str),
) {
    let head = source.head(SNIFF_BYTES).to_vec();
    let name = source.name().to_owned();
    let Some(format) = FORMATS.iter().find(|format| format.sniff(&head, &name)) else { return };
    let Ok(mut reader) = format.open(source, limits) else { return };
    let mut known: HashSet<SenderId> = HashSet::new();
    while let Ok(Some(item)) = reader.next() {
        match item {
            Item::Page(page) => {
                for message in &page.messages {
                    if let Some(id) = message.sender
                        && !message.sender_text.is_empty()
                        && known.insert(id)
                    {
                        take(&page.text[message.sender_text.clone()]);
                    }
                }
            }
            Item::Member(Member { source: Some(source), .. }) if depth < limits.depth => {
                let source = source.limited(budget, limits.member_bytes);
                senders(source, limits, depth + 1, budget, take);
            }
            Item::Member(_) | Item::Incident(_) => {}
        }
    }
}
