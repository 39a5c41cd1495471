//! What expressions wait for, read off as the program reads it.
#![allow(dead_code, unreachable_pub, reason = "the program needs more of it than the build")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use trigger::{Choice, Trigger};

use crate::pattern::Expression;

#[path = "../src/detect/escape.rs"]
mod escape;
#[path = "../src/detect/needed.rs"]
mod needed;
#[path = "../src/detect/parts.rs"]
mod parts;
#[path = "../src/detect/prepared.rs"]
mod prepared;
#[path = "../src/detect/shadow.rs"]
mod shadow;
#[path = "../src/detect/sign.rs"]
mod sign;
#[path = "../src/detect/trigger.rs"]
mod trigger;
#[path = "../src/detect/words.rs"]
mod words;

/// The table of what these expressions wait for.
pub(crate) fn triggers(expressions: &[Expression]) -> io::Result<String> {
    let mut all: BTreeMap<u64, (&Expression, String)> = BTreeMap::new();
    for expression in expressions {
        let Expression { source, is_folded } = expression;
        let key = prepared::key(source, *is_folded);
        if let Some((known, _)) = all.get(&key) {
            let is_same = (&known.source, known.is_folded) == (source, *is_folded);
            assert!(is_same, "two expressions have the same key: change one of them");
            continue;
        }
        let pattern = regex_syntax::parse(source).map_err(io::Error::other)?;
        let trigger = Trigger::of(&pattern, *is_folded);
        all.insert(key, (expression, line(key, &trigger)));
    }
    Ok(all.into_values().map(|(_, line)| line).collect())
}

/// A line of the table, see [`prepared::Prepared`].
fn line(key: u64, trigger: &Trigger) -> String {
    let Trigger { signs, words, also, starts_with_gap, frequency } = trigger;
    let gap = if *starts_with_gap { "gap" } else { "" };
    let mut line = format!("{key:x}\t{signs}\t{frequency}\t{gap}\t{}", also.join(","));
    if let Some(Choice { words, signs }) = words {
        let signs: Vec<String> = signs.iter().map(u32::to_string).collect();
        let _ = write!(line, "\t{}\t{}", words.join(","), signs.join(","));
    }
    line.push('\n');
    line
}
