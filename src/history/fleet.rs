//! Histories of many machines in one state: runs with their numbers, and how each finding stands, by its
//! keyed id. No values, no names of files.
//!
//! Machines have secrets of their own: the same value has another id on each, and counts on each. Where
//! machines share one secret, a finding that stands on several has one id, and [`State::machines`] tells
//! how many there are without the repetitions.

use std::io::{self, BufRead, Write};

use rusqlite::{OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};

use super::facts::RunNumbers;
use super::state::{State, StateError};

/// One line of an export.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line {
    Run(Exported),
    State(Snapshot),
    Finding(Standing),
}

/// A run.
#[derive(Debug, Serialize, Deserialize)]
struct Exported {
    schema: u32,
    uid: String,
    host: String,
    device: Option<String>,
    command: String,
    version: String,
    rules: String,
    started: String,
    finished: Option<String>,
    complete: bool,
    numbers: RunNumbers,
    /// Category, severity, status, findings.
    counts: Vec<(String, String, String, u64)>,
}

/// A state whose findings follow, all of them; the younger of two replaces the older.
#[derive(Debug, Serialize, Deserialize)]
struct Snapshot {
    schema: u32,
    uid: String,
    /// Id of the secret: ids of one secret can be compared.
    secret: String,
    /// End of its last run.
    as_of: String,
}

/// A finding of the state named last.
#[derive(Debug, Serialize, Deserialize)]
struct Standing {
    id: String,
    host: String,
    device: Option<String>,
    rule: String,
    category: String,
    severity: String,
    status: String,
    first_seen: String,
    changed: String,
}

/// What [`State::import`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Runs that were not known.
    pub added: u64,
    /// Runs that were known already.
    pub known: u64,
    /// Findings taken over, in place of what was known of their states.
    pub findings: u64,
}

/// Longest line of an export that is read, in bytes.
const LONGEST: u64 = 1 << 20;
/// What this version writes.
const SCHEMA: u32 = 2;

/// Findings of this state with the machine that saw each first.
const OWN: &str = "SELECT f.token, r.host, r.device, f.rule, f.category, f.severity, f.status,
    f.first_seen, f.changed FROM findings f JOIN runs r ON r.id = f.first_run ORDER BY f.token";
/// Findings of another one.
const ELSEWHERE: &str = "SELECT token, host, device, rule, category, severity, status, first_seen,
    changed FROM elsewhere WHERE state = ?1 ORDER BY token";

impl Standing {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            host: row.get(1)?,
            device: row.get(2)?,
            rule: row.get(3)?,
            category: row.get(4)?,
            severity: row.get(5)?,
            status: row.get(6)?,
            first_seen: row.get(7)?,
            changed: row.get(8)?,
        })
    }
}

impl State {
    /// Writes all finished runs, oldest first, and all findings as JSON Lines; answers the number of runs.
    ///
    /// # Errors
    /// The state cannot be read, or `out` not be written.
    pub fn export(&self, out: &mut impl Write) -> Result<u64, StateError> {
        let wrote = |error: io::Error| StateError::Broken {
            path: self.folder.clone(),
            what: format!("the export cannot be written: {}", error.kind()),
        };
        let mut put = |line: &Line| {
            serde_json::to_writer(&mut *out, line)
                .map_err(io::Error::from)
                .and_then(|()| out.write_all(b"\n"))
                .map_err(wrote)
        };
        let runs = self.exported_runs().map_err(|error| self.said(&error))?;
        let count = runs.len() as u64;
        for run in runs {
            put(&Line::Run(run))?;
        }
        for (snapshot, is_own) in self.snapshots().map_err(|error| self.said(&error))? {
            let uid = snapshot.uid.clone();
            put(&Line::State(snapshot))?;
            let said = |error: rusqlite::Error| self.said(&error);
            let mut findings =
                self.db.prepare(if is_own { OWN } else { ELSEWHERE }).map_err(said)?;
            let mut rows =
                if is_own { findings.query([]) } else { findings.query([uid]) }.map_err(said)?;
            while let Some(row) = rows.next().map_err(said)? {
                put(&Line::Finding(Standing::from_row(row).map_err(said)?))?;
            }
        }
        out.flush().map_err(wrote)?;
        Ok(count)
    }

    /// This state if it has run, and those it knows of, with whether it is this one.
    fn snapshots(&self) -> rusqlite::Result<Vec<(Snapshot, bool)>> {
        let mut all = Vec::new();
        let as_of: Option<String> =
            self.db.query_row("SELECT max(finished) FROM runs WHERE NOT imported", [], |row| {
                row.get(0)
            })?;
        if let Some(as_of) = as_of {
            let meta = |key| self.meta(key).map(Option::unwrap_or_default);
            let (uid, secret) = (meta("state")?, meta("secret")?);
            all.push((Snapshot { schema: SCHEMA, uid, secret, as_of }, true));
        }
        let mut known = self.db.prepare("SELECT uid, secret, as_of FROM states ORDER BY uid")?;
        let rows = known.query_map([], |row| {
            let (uid, secret, as_of) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((Snapshot { schema: SCHEMA, uid, secret, as_of }, false))
        })?;
        for row in rows {
            all.push(row?);
        }
        Ok(all)
    }

    fn exported_runs(&self) -> rusqlite::Result<Vec<Exported>> {
        let mut counts = self
            .db
            .prepare("SELECT category, severity, status, findings FROM counts WHERE run = ?1")?;
        let mut runs = self.db.prepare(
            "SELECT id, uid, host, device, command, version, rules, started, finished, complete, numbers
             FROM runs WHERE finished IS NOT NULL ORDER BY started, uid",
        )?;
        let mut rows = runs.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let of_run = counts.query_map([row.get::<_, i64>(0)?], |row| {
                let findings = row.get::<_, i64>(3)?.unsigned_abs();
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, findings))
            })?;
            all.push(Exported {
                schema: SCHEMA,
                uid: row.get(1)?,
                host: row.get(2)?,
                device: row.get(3)?,
                command: row.get(4)?,
                version: row.get(5)?,
                rules: row.get(6)?,
                started: row.get(7)?,
                finished: row.get(8)?,
                complete: row.get(9)?,
                numbers: serde_json::from_str(row.get_ref(10)?.as_str().unwrap_or_default())
                    .unwrap_or_default(),
                counts: of_run.collect::<rusqlite::Result<_>>()?,
            });
        }
        Ok(all)
    }

    /// Takes runs and findings of other machines over. Runs that are known already are left as they are;
    /// findings replace what an earlier export of the same state told. So the order does not matter, nor
    /// how often.
    ///
    /// # Errors
    /// A line is none of an export (nothing is taken over then), or the state cannot be written.
    pub fn import(&mut self, mut lines: impl BufRead) -> Result<Imported, StateError> {
        let wrong = |line: u64, what: &str| StateError::Broken {
            path: self.folder.clone(),
            what: format!("line {line} of the export {what}; nothing was taken over"),
        };
        let change = self.db.unchecked_transaction().map_err(|error| self.said(&error))?;
        let mut imported = Imported::default();
        // The state whose findings follow; `None`: what is known of it is as young.
        let mut from: Option<Option<String>> = None;
        for number in 1.. {
            let mut text = String::new();
            let read = io::Read::take(&mut lines, LONGEST).read_line(&mut text);
            match read {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    return Err(wrong(number, &format!("cannot be read: {}", error.kind())));
                }
            }
            let unknown = || wrong(number, "is none this version knows");
            let said = |error: rusqlite::Error| self.said(&error);
            match line(&text).ok_or_else(unknown)? {
                Line::Run(run) => {
                    if self.take_over(&run).map_err(said)? {
                        imported.added += 1;
                    } else {
                        imported.known += 1;
                    }
                }
                Line::State(state) => from = Some(self.begin_state(state).map_err(said)?),
                Line::Finding(finding) => {
                    if let Some(state) = from.as_ref().ok_or_else(unknown)? {
                        self.take_finding(state, &finding).map_err(said)?;
                        imported.findings += 1;
                    }
                }
            }
        }
        change.commit().map_err(|error| self.said(&error))?;
        Ok(imported)
    }

    /// Makes room for the findings of a state; answers its id if they are younger than what is known.
    fn begin_state(&self, state: Snapshot) -> rusqlite::Result<Option<String>> {
        let own = self.meta("state")?;
        let known: Option<String> = self
            .db
            .prepare_cached("SELECT as_of FROM states WHERE uid = ?1")?
            .query_row([&state.uid], |row| row.get(0))
            .optional()?;
        let moment = |time: &str| time.parse::<jiff::Timestamp>().ok();
        let is_known = known.is_some_and(|known| moment(&known) >= moment(&state.as_of));
        if is_known || own.is_some_and(|own| own == state.uid) {
            return Ok(None);
        }
        self.db.prepare_cached("DELETE FROM elsewhere WHERE state = ?1")?.execute([&state.uid])?;
        self.db
            .prepare_cached(
                "INSERT INTO states (uid, secret, as_of) VALUES (?1, ?2, ?3)
                 ON CONFLICT (uid) DO UPDATE SET secret = ?2, as_of = ?3",
            )?
            .execute([&state.uid, &state.secret, &state.as_of])?;
        Ok(Some(state.uid))
    }

    fn take_finding(&self, state: &str, it: &Standing) -> rusqlite::Result<()> {
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO elsewhere (state, token, host, device, rule, category,
                 severity, status, first_seen, changed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                state,
                it.id,
                it.host,
                it.device,
                it.rule,
                it.category,
                it.severity,
                it.status,
                it.first_seen,
                it.changed
            ])?;
        Ok(())
    }

    fn take_over(&self, run: &Exported) -> rusqlite::Result<bool> {
        let known = self
            .db
            .prepare_cached("SELECT 1 FROM runs WHERE uid = ?1")?
            .query_row([&run.uid], |_| Ok(()))
            .optional()?;
        if known.is_some() {
            return Ok(false);
        }
        self.db
            .prepare_cached(
                "INSERT INTO runs (uid, host, device, imported, command, version, rules, started,
                 finished, complete, numbers) VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                run.uid,
                run.host,
                run.device,
                run.command,
                run.version,
                run.rules,
                run.started,
                run.finished,
                run.complete,
                serde_json::to_string(&run.numbers).unwrap_or_default()
            ])?;
        let id = self.db.last_insert_rowid();
        let mut insert = self.db.prepare_cached(
            "INSERT OR REPLACE INTO counts (run, category, severity, status, findings)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for (category, severity, status, findings) in &run.counts {
            insert.execute(params![id, category, severity, status, findings.cast_signed()])?;
        }
        Ok(true)
    }
}

/// A line of this or an earlier version: the first one wrote runs only, and did not say so.
fn line(text: &str) -> Option<Line> {
    let mut value: serde_json::Value = serde_json::from_str(text).ok()?;
    if value["schema"] == 1 && value.get("kind").is_none() {
        value["kind"] = "run".into();
    }
    let line = serde_json::from_value(value).ok()?;
    match &line {
        Line::Run(Exported { schema, .. }) | Line::State(Snapshot { schema, .. }) => {
            (1..=SCHEMA).contains(schema).then_some(line)
        }
        Line::Finding(_) => Some(line),
    }
}
