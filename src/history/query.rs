//! What the state answers: runs, trends, differences, single findings.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;

use super::facts::RunNumbers;
use super::state::{State, StateError};

type Sql<T> = rusqlite::Result<T>;

/// A run as `sparsam history` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "docs/history.md explains each")]
pub struct RunRow {
    pub run: i64,
    pub host: String,
    pub device: Option<String>,
    pub command: String,
    pub version: String,
    pub rules: String,
    pub started: String,
    pub finished: Option<String>,
    pub complete: bool,
    #[serde(flatten)]
    pub numbers: RunNumbers,
    /// Open findings by category.
    pub categories: BTreeMap<String, u64>,
}

/// A finding as the state knows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "docs/history.md explains each")]
pub struct FindingRow {
    pub id: String,
    pub value_id: String,
    pub rule: String,
    pub category: String,
    pub severity: String,
    pub status: String,
    pub first_seen: String,
    pub changed: String,
    /// One of its places as reports show it, JSON; empty if none is left.
    #[serde(skip)]
    pub record: String,
}

/// What happened to a finding between two runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "docs/history.md explains each")]
pub struct Change {
    /// `new`, `fixed`, `reopened`, `gone`, `back`, `suppressed`: the last thing that happened.
    pub event: String,
    pub run: i64,
    #[serde(flatten)]
    pub finding: FindingRow,
}

/// A value that stands in several inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct CommonValue {
    /// Its rule.
    pub rule: String,
    /// In how many inputs.
    pub inputs: u64,
    /// One of its places as reports show it, JSON.
    pub record: String,
}

/// How long findings stay open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct DaysOpen {
    /// Median days since those that are open were first seen.
    pub open: Option<f64>,
    /// Median days from first seen to fixed.
    pub fixed: Option<f64>,
}

const FINDING: &str =
    "SELECT f.token, f.value, f.rule, f.category, f.severity, f.status, f.first_seen, f.changed,
    coalesce((SELECT record FROM places p WHERE p.finding = f.id
              ORDER BY p.state <> 'present', p.input LIMIT 1), '')";

fn finding(row: &rusqlite::Row<'_>) -> Sql<FindingRow> {
    Ok(FindingRow {
        id: row.get(0)?,
        value_id: row.get(1)?,
        rule: row.get(2)?,
        category: row.get(3)?,
        severity: row.get(4)?,
        status: row.get(5)?,
        first_seen: row.get(6)?,
        changed: row.get(7)?,
        record: row.get(8)?,
    })
}

impl State {
    fn ask<T>(
        &self,
        question: impl FnOnce(&rusqlite::Connection) -> Sql<T>,
    ) -> Result<T, StateError> {
        question(&self.db).map_err(|error| self.said(&error))
    }

    /// The last `limit` runs, oldest first; `imported`: those of other machines too.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn runs(&self, limit: usize, imported: bool) -> Result<Vec<RunRow>, StateError> {
        self.ask(|db| {
            let mut runs = db.prepare(
                "SELECT id, host, device, command, version, rules, started, finished, complete, numbers
                 FROM runs WHERE ?2 OR NOT imported ORDER BY started DESC, id DESC LIMIT ?1",
            )?;
            let mut rows: Vec<RunRow> = runs
                .query_map(params![i64::try_from(limit).unwrap_or(i64::MAX), imported], |row| {
                    Ok(RunRow {
                        run: row.get(0)?,
                        host: row.get(1)?,
                        device: row.get(2)?,
                        command: row.get(3)?,
                        version: row.get(4)?,
                        rules: row.get(5)?,
                        started: row.get(6)?,
                        finished: row.get(7)?,
                        complete: row.get(8)?,
                        numbers: serde_json::from_str(row.get_ref(9)?.as_str().unwrap_or_default())
                            .unwrap_or_default(),
                        categories: BTreeMap::new(),
                    })
                })?
                .collect::<Sql<_>>()?;
            rows.reverse();
            let mut counts = db.prepare(
                "SELECT category, sum(findings) FROM counts
                 WHERE run = ?1 AND status IN ('open', 'reopened') GROUP BY category",
            )?;
            for run in &mut rows {
                run.categories = counts
                    .query_map([run.run], |row| {
                        Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
                    })?
                    .collect::<Sql<_>>()?;
            }
            Ok(rows)
        })
    }

    /// When the last run before `run` ended that was whole.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn previous(&self, run: i64) -> Result<Option<String>, StateError> {
        self.ask(|db| {
            db.query_row(
                "SELECT started FROM runs WHERE id < ?1 AND complete AND NOT imported
                 ORDER BY id DESC LIMIT 1",
                [run],
                |row| row.get(0),
            )
            .optional()
        })
    }

    /// When the last run before `run` ended that read everything there should have been.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn last_success(&self, run: i64) -> Result<Option<String>, StateError> {
        self.ask(|db| {
            db.query_row(
                "SELECT finished FROM runs WHERE id < ?1 AND complete AND NOT imported
                 AND coalesce(json_extract(numbers, '$.inputs'), 0) > 0
                 AND coalesce(json_extract(numbers, '$.incidents'), 0) = 0
                 AND coalesce(json_extract(numbers, '$.emptied'), 0) = 0
                 ORDER BY id DESC LIMIT 1",
                [run],
                |row| row.get(0),
            )
            .optional()
        })
    }

    /// Distinct findings at the end of a run by category and status.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn by_category(
        &self,
        run: i64,
    ) -> Result<BTreeMap<String, BTreeMap<String, u64>>, StateError> {
        self.ask(|db| {
            let mut counts = db.prepare(
                "SELECT category, status, sum(findings) FROM counts WHERE run = ?1
                 GROUP BY category, status",
            )?;
            let mut rows = counts.query([run])?;
            let mut all: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let of = all.entry(row.get(0)?).or_default();
                of.insert(row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs());
            }
            Ok(all)
        })
    }

    /// What happened after run `from` up to and with run `to`, by finding.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn diff(&self, from: i64, to: i64) -> Result<Vec<Change>, StateError> {
        self.ask(|db| {
            let mut changes = db.prepare(&format!(
                "{FINDING}, e.event, max(e.run) FROM events e JOIN findings f ON f.id = e.finding
                 WHERE e.run > ?1 AND e.run <= ?2 GROUP BY e.finding ORDER BY e.event, f.token"
            ))?;
            let rows = changes.query_map([from, to], |row| {
                Ok(Change { finding: finding(row)?, event: row.get(9)?, run: row.get(10)? })
            })?;
            rows.collect()
        })
    }

    /// Whether there is a run of this number.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn has_run(&self, run: i64) -> Result<bool, StateError> {
        self.ask(|db| {
            db.query_row("SELECT EXISTS (SELECT 1 FROM runs WHERE id = ?1)", [run], |row| {
                row.get(0)
            })
        })
    }

    /// Findings whose id begins so, at most two: one is the one, two are too many.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn findings(&self, id: &str) -> Result<Vec<FindingRow>, StateError> {
        self.ask(|db| {
            let mut findings = db.prepare(&format!(
                "{FINDING} FROM findings f WHERE substr(f.token, 1, length(?1)) = ?1
                 ORDER BY f.token LIMIT 2"
            ))?;
            findings.query_map([id], finding)?.collect()
        })
    }

    /// All places of a finding as reports show them, JSON.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn places(&self, id: &str) -> Result<Vec<String>, StateError> {
        self.ask(|db| {
            let mut places = db.prepare(
                "SELECT p.record FROM places p JOIN findings f ON f.id = p.finding
                 WHERE f.token = ?1 AND p.state = 'present' ORDER BY p.input",
            )?;
            places.query_map([id], |row| row.get(0))?.collect()
        })
    }

    /// Version of the rules of the last run.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn last_rules(&self) -> Result<Option<String>, StateError> {
        self.ask(|db| {
            db.query_row(
                "SELECT rules FROM runs WHERE NOT imported ORDER BY id DESC LIMIT 1",
                [],
                |row| row.get(0),
            )
            .optional()
        })
    }

    /// Values of these rules that stand in several inputs, those in the most first; what was received is
    /// the other side's.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn common_values(&self, rules: &[&str]) -> Result<Vec<CommonValue>, StateError> {
        self.ask(|db| {
            let mut values = db.prepare(
                "SELECT f.rule, count(DISTINCT p.input) AS inputs, min(p.record)
                 FROM findings f JOIN places p ON p.finding = f.id AND p.state = 'present'
                 WHERE coalesce(json_extract(p.record, '$.direction'), 'out') <> 'in'
                 GROUP BY f.value HAVING inputs > 1 ORDER BY inputs DESC, f.value",
            )?;
            let rows = values.query_map([], |row| {
                Ok(CommonValue {
                    rule: row.get(0)?,
                    inputs: row.get::<_, i64>(1)?.unsigned_abs(),
                    record: row.get(2)?,
                })
            })?;
            let all: Vec<CommonValue> = rows.collect::<Sql<_>>()?;
            Ok(all.into_iter().filter(|value| rules.contains(&value.rule.as_str())).collect())
        })
    }

    /// Number of inputs with findings.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn inputs_with_findings(&self) -> Result<u64, StateError> {
        self.ask(|db| {
            db.query_row(
                "SELECT count(DISTINCT input) FROM places WHERE state = 'present'",
                [],
                |row| row.get::<_, i64>(0).map(i64::unsigned_abs),
            )
        })
    }

    /// How long findings are or were open, at `now`.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn days_open(&self, now: Timestamp) -> Result<DaysOpen, StateError> {
        self.ask(|db| {
            let mut findings = db.prepare(
                "SELECT first_seen, changed, status FROM findings
                 WHERE status IN ('open', 'reopened', 'fixed')",
            )?;
            let (mut open, mut fixed) = (Vec::new(), Vec::new());
            let mut rows = findings.query([])?;
            while let Some(row) = rows.next()? {
                let time = |at: usize| -> Sql<Option<Timestamp>> {
                    Ok(row.get_ref(at)?.as_str().ok().and_then(|text| text.parse().ok()))
                };
                let (Some(first), Some(changed)) = (time(0)?, time(1)?) else { continue };
                let days = |end: Timestamp| (end.as_second() - first.as_second()).max(0);
                if row.get_ref(2)?.as_str() == Ok("fixed") {
                    fixed.push(days(changed));
                } else {
                    open.push(days(now));
                }
            }
            Ok(DaysOpen { open: median_days(open), fixed: median_days(fixed) })
        })
    }
}

/// Median of seconds, in days with one decimal.
#[expect(clippy::cast_precision_loss, reason = "rounded to tenths of days")]
pub(super) fn median_days(mut seconds: Vec<i64>) -> Option<f64> {
    seconds.sort_unstable();
    let middle = seconds.len() / 2;
    let upper = *seconds.get(middle)?;
    let lower = if seconds.len().is_multiple_of(2) { seconds[middle - 1] } else { upper };
    Some(((lower + upper) as f64 / 2.0 / 8640.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        let day = 86_400;
        let cases = [
            (vec![], None, "nothing"),
            (vec![3 * day], Some(3.0), "one"),
            (vec![9 * day, day, 2 * day], Some(2.0), "odd"),
            (vec![day, 4 * day], Some(2.5), "even: between the middle ones"),
        ];
        for (seconds, expected, why) in cases {
            assert_eq!(median_days(seconds), expected, "{why}");
        }
    }
}
