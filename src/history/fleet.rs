//! Histories of many machines in one state: runs and their numbers, no findings and no names of files.

use std::io::{self, BufRead, Write};

use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use super::recorder::RunNumbers;
use super::state::{State, StateError};

/// One line of an export.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

/// What [`State::import`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Runs that were not known.
    pub added: u64,
    /// Runs that were known already.
    pub known: u64,
}

/// Longest line of an export that is read, in bytes.
const LONGEST: u64 = 1 << 20;

impl State {
    /// Writes all finished runs as JSON Lines, oldest first.
    ///
    /// # Errors
    /// The state cannot be read, or `out` not be written.
    pub fn export(&self, out: &mut impl Write) -> Result<u64, StateError> {
        let export = || -> rusqlite::Result<Vec<Exported>> {
            let mut counts = self.db.prepare(
                "SELECT category, severity, status, findings FROM counts WHERE run = ?1",
            )?;
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
                    schema: 1,
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
        };
        let runs = export().map_err(|error| self.said(&error))?;
        let mut write = || -> io::Result<()> {
            for run in &runs {
                serde_json::to_writer(&mut *out, run)?;
                out.write_all(b"\n")?;
            }
            out.flush()
        };
        write().map_err(|error| StateError::Broken {
            path: self.folder.clone(),
            what: format!("the export cannot be written: {}", error.kind()),
        })?;
        Ok(runs.len() as u64)
    }

    /// Takes runs of other machines over; those that are known already are left as they are.
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
            let run: Exported = serde_json::from_str(&text)
                .ok()
                .filter(|run: &Exported| run.schema == 1)
                .ok_or_else(|| wrong(number, "is none this version knows"))?;
            if self.take_over(&run).map_err(|error| self.said(&error))? {
                imported.added += 1;
            } else {
                imported.known += 1;
            }
        }
        change.commit().map_err(|error| self.said(&error))?;
        Ok(imported)
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
