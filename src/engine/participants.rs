//! People of a chat and the tokens that stand for them in copies.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::mentions::Mentions;
use crate::detect;
use crate::format::{Budget, Item, Keys, Limits, Member, SNIFF_BYTES, Source, find};
use crate::model::{Part, Secret, SenderId};
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
    if is_token(name) {
        return name.to_owned();
    }
    format!("[Person-{}]", secret.token(&["person", &normal], TOKEN_DIGITS))
}

/// The person whose account a key addresses: `491711234567@s.whatsapp.net` is the number with its sign.
fn account(key: &str) -> Option<String> {
    let (user, server) = key.rsplit_once('@')?;
    // A device of the account may follow.
    let user = user.split([':', '.']).next().filter(|user| is_number(user))?;
    match server {
        "s.whatsapp.net" | "c.us" => Some(format!("+{user}")),
        "lid" => Some(user.to_owned()),
        _ => None,
    }
}

/// Whether somebody is called as in a copy, in each part of a name that has some (of a vCard): a copy
/// of a copy is that copy.
fn is_token(name: &str) -> bool {
    let is_one = |part: &str| {
        let digits = part.strip_prefix("[Person").and_then(|rest| rest.strip_suffix(']'));
        digits.is_some_and(|it| {
            let is_digit = |c: char| c.is_ascii_hexdigit();
            it.is_empty()
                || it
                    .strip_prefix('-')
                    .is_some_and(|it| it.len() == TOKEN_DIGITS && it.chars().all(is_digit))
        })
    };
    let mut parts = name.split(',').map(str::trim).filter(|part| !part.is_empty()).peekable();
    parts.peek().is_some() && parts.all(is_one)
}

fn is_number(name: &str) -> bool {
    let digits = name.chars().filter(char::is_ascii_digit).count();
    digits >= 5 && !name.chars().any(char::is_alphabetic)
}

/// Mentions of these senders: by full name, each part of it, and number.
pub(super) fn mentions(senders: &BTreeSet<String>, secret: &InstallationSecret) -> Mentions {
    let mut patterns: BTreeMap<String, String> = BTreeMap::new();
    for sender in senders.iter().filter(|sender| !is_token(sender)) {
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
    Mentions::new(patterns)
}

/// Names of all senders of a source, without looking for anything else: the first pass of
/// `--participants pseudonym`. What cannot be read is the second pass's to tell.
pub(super) fn senders(
    mut source: Source,
    limits: &Limits,
    depth: u32,
    budget: &Arc<Budget>,
    keys: &Arc<Keys>,
    take: &mut dyn FnMut(&str),
) {
    let head = source.head(SNIFF_BYTES).to_vec();
    let name = source.name().to_owned();
    let Some(format) = find(&head, &name) else { return };
    let Ok(mut reader) = format.open(source.with_keys(keys), limits) else { return };
    let mut known: HashSet<SenderId> = HashSet::new();
    while let Ok(Some(item)) = reader.next() {
        match item {
            Item::Page(page) => {
                for slot in page.owned_slots() {
                    match slot.part {
                        Part::Sender => take(page.slot_text(slot)),
                        Part::Key => {
                            let own = &page.text[page.own_start(slot)..slot.range.end];
                            account(own).iter().for_each(|account| take(account));
                        }
                        _ => {}
                    }
                }
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
                senders(source, limits, depth + 1, budget, keys, take);
            }
            Item::Member(_) | Item::Incident(_) | Item::Uninspected(_) => {}
        }
    }
}
