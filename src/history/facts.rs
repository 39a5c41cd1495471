//! What a run tells the state, and what it is told.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::Row;
use serde::{Deserialize, Serialize};

use super::recorder::Sql;
use super::status::Decision;
use crate::files::Stamp;

/// What a run begins with.
#[derive(Debug, Clone)]
pub struct RunStart {
    /// When.
    pub started: Timestamp,
    /// `scan` or `redact`.
    pub command: String,
    /// Version of the program.
    pub version: String,
    /// Version of the rules, for people.
    pub rules: String,
    /// What the result of reading depends on beside the input: equal ones give equal findings.
    pub ruleset: String,
    /// The machine.
    pub host: String,
    /// The device the data comes from.
    pub device: Option<String>,
    /// Keyed tokens of the folders and files that were named.
    pub roots: Vec<String>,
}

/// What the state knows of an input.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its row.
    pub id: i64,
    /// Keyed token of the path as it was named.
    pub named: String,
    /// As it was when it was last read; `None` if that could not be told for certain.
    pub stamp: Option<Stamp>,
    /// Keyed hash of its content.
    pub hash: Option<String>,
    /// What it was last read with.
    pub ruleset: String,
    /// Messages it had then.
    pub messages: u64,
    /// It was fully read then.
    pub whole: bool,
    /// It as reports show it, JSON.
    pub record: String,
    /// It was missing in the last run.
    pub was_missing: bool,
}

/// An input that was read.
#[derive(Debug, Clone)]
pub struct InputFacts<'a> {
    /// Keyed token of the whole path.
    pub token: &'a str,
    /// Keyed token of the path as it was named.
    pub named: &'a str,
    /// Keyed tokens of its folders, outermost first.
    pub folders: &'a [String],
    /// As it was before it was read.
    pub stamp: Option<Stamp>,
    /// Keyed hash of its content.
    pub hash: Option<&'a str>,
    /// Messages in it.
    pub messages: u64,
    /// It was read to its end.
    pub whole: bool,
    /// It as reports show it, JSON.
    pub record: &'a str,
}

/// A finding that was seen.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "keys of the report")]
pub struct Sighting<'a> {
    pub id: &'a str,
    pub value_id: &'a str,
    pub rule: &'a str,
    pub category: &'a str,
    pub severity: &'a str,
    pub message: u64,
    /// It as reports show it, JSON.
    pub record: &'a str,
    /// What the user decided about it.
    pub decision: Decision,
}

/// How a finding stands after it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// `new`, `open`, `reopened` or `suppressed`.
    pub status: &'static str,
    /// When it was first seen.
    pub first_seen: String,
    /// Why it is new: `data`, `rules` or `secret`; `None` if it is not.
    pub because: Option<String>,
    /// New, or reopened, since the last whole run.
    pub is_news: bool,
}

/// Numbers of a run over all that the state knows; findings count once, however many inputs hold them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "docs/history.md explains each")]
pub struct RunNumbers {
    pub inputs: u64,
    pub unchanged: u64,
    pub incidents: u64,
    pub open: u64,
    pub new: u64,
    pub new_by_rules: u64,
    pub fixed: u64,
    pub reopened: u64,
    pub gone: u64,
    pub back: u64,
    pub suppressed: u64,
    pub missing: u64,
    pub emptied: u64,
    /// Open and reopened ones by severity.
    pub open_by_severity: BTreeMap<String, u64>,
    /// New and reopened ones by severity.
    pub news: BTreeMap<String, u64>,
}

impl Known {
    /// A row of `inputs`.
    pub(super) fn from_row(row: &Row<'_>) -> Sql<Self> {
        let settled: bool = row.get(7)?;
        let size: Option<i64> = row.get(2)?;
        let stamp = match size.filter(|_| settled) {
            Some(size) => Some(Stamp {
                size: size.cast_unsigned(),
                mtime: row.get(3)?,
                ctime: row.get(4)?,
                inode: row.get::<_, i64>(5)?.cast_unsigned(),
                beside: row.get(6)?,
            }),
            None => None,
        };
        Ok(Self {
            id: row.get(0)?,
            named: row.get(1)?,
            stamp,
            hash: row.get(8)?,
            ruleset: row.get(9)?,
            messages: row.get::<_, i64>(10)?.unsigned_abs(),
            whole: row.get(11)?,
            record: row.get(12)?,
            was_missing: row.get::<_, Option<i64>>(13)?.is_some(),
        })
    }
}
