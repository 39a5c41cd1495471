//! What the expressions of the built-in rules wait for: the build reads it off, for that takes longer
//! than most scans.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use super::trigger::{Choice, Trigger};

/// Triggers by the key of their expression. A line of the table: key, signs, frequency, gap, words
/// besides; words and signs if there are any.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    lines: FxHashMap<u64, &'static str>,
}

impl Prepared {
    /// Those of a table that the build wrote.
    pub(super) fn new(table: &'static str) -> Self {
        let line = |line: &'static str| {
            let (key, rest) = line.split_once('\t')?;
            Some((u64::from_str_radix(key, 16).ok()?, rest))
        };
        Self { lines: table.lines().filter_map(line).collect() }
    }

    /// What an expression waits for; `None`: the build did not know it.
    pub(super) fn trigger(&self, source: &str, is_folded: bool) -> Option<Trigger> {
        let line = self.lines.get(&key(source, is_folded))?;
        let mut columns = line.split('\t');
        let mut column = || columns.next();
        let signs = column()?.parse().ok()?;
        let frequency = column()?.parse().ok()?;
        let starts_with_gap = column()? == "gap";
        let also = list(column()?);
        let words = match column() {
            None => None,
            Some(words) => {
                let signs = column()?.split_terminator(',').map(|signs| signs.parse().ok());
                Some(Choice { words: list(words), signs: signs.collect::<Option<_>>()? })
            }
        };
        Some(Trigger { signs, words, also, starts_with_gap, frequency })
    }
}

/// By what a trigger is found: a hash of its expression and of the shadow that this runs over.
pub(super) fn key(source: &str, is_folded: bool) -> u64 {
    let mut hasher = FxHasher::default();
    (source, is_folded).hash(&mut hasher);
    hasher.finish()
}

/// Words are letters, digits, spaces and `$`.
fn list(column: &str) -> Vec<String> {
    column.split_terminator(',').map(str::to_owned).collect()
}
