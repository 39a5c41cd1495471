//! One run, written into the state while it goes on.
//!
//! Longer than most because a run, its inputs and its findings are one transaction after the other.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::facts::{InputFacts, Known, RunNumbers, RunStart, Sighting, Standing};
use super::sighting::Stored;
use super::state::{State, StateError};
use super::status::Decision;
use crate::files::Stamp;

/// A finished run is one in the state; before that its inputs are, but not yet what is fixed or gone.
pub struct Recorder<'s> {
    pub(super) state: &'s mut State,
    pub(super) start: RunStart,
    /// Its row.
    pub(super) run: i64,
    /// The last whole run before; 0: there is none.
    pub(super) base: i64,
    /// The secret is another than before: all ids are new.
    pub(super) rekeyed: bool,
    /// Rows of inputs that are there.
    pub(super) walked: HashSet<i64>,
    folders: HashMap<String, i64>,
    /// Input that is being read: its row, what was known of it, how many findings it had.
    current: Option<(i64, Option<Known>, i64)>,
}

pub(super) type Sql<T> = rusqlite::Result<T>;

impl State {
    /// Begins a run.
    ///
    /// # Errors
    /// The state cannot be written.
    pub fn begin(&mut self, start: RunStart) -> Result<Recorder<'_>, StateError> {
        let begin = |state: &Self| -> Sql<(i64, i64, bool)> {
            state.db.execute_batch("BEGIN IMMEDIATE")?;
            let base: i64 = state.db.query_row(
                "SELECT coalesce(max(id), 0) FROM runs WHERE complete AND NOT imported",
                [],
                |row| row.get(0),
            )?;
            let rekeyed = state.meta("rekeyed")?.is_some();
            state.db.execute(
                "INSERT INTO runs (uid, host, device, command, version, rules, started)
                 VALUES ('', ?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    start.host,
                    start.device,
                    start.command,
                    start.version,
                    start.rules,
                    start.started.to_string()
                ],
            )?;
            let run = state.db.last_insert_rowid();
            // Tells runs of many machines apart when their histories are put together.
            let uid = blake3::hash(format!("{}|{run}|{}", start.host, state.random()?).as_bytes());
            state.db.execute(
                "UPDATE runs SET uid = ?1 WHERE id = ?2",
                params![&uid.to_hex()[..32], run],
            )?;
            state.db.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
            Ok((run, base, rekeyed))
        };
        let (run, base, rekeyed) = begin(self).map_err(|error| self.said(&error))?;
        Ok(Recorder {
            state: self,
            start,
            run,
            base,
            rekeyed,
            walked: HashSet::new(),
            folders: HashMap::new(),
            current: None,
        })
    }

    /// Makes the end of a run durable, once its reports are written: what is new stays new until a
    /// report has said so.
    ///
    /// # Errors
    /// The state cannot be written.
    pub fn seal(&mut self) -> Result<(), StateError> {
        self.db.execute_batch("COMMIT").map_err(|error| self.said(&error))
    }

    /// A number nobody can guess, from SQLite's own generator.
    fn random(&self) -> Sql<String> {
        self.db.query_row("SELECT hex(randomblob(16))", [], |row| row.get(0))
    }
}

impl Recorder<'_> {
    /// Number of the run.
    pub fn number(&self) -> i64 {
        self.run
    }

    /// What the result of reading depends on beside the input.
    pub fn ruleset(&self) -> &str {
        &self.start.ruleset
    }

    /// What is known of the input with this token.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn known(&self, token: &str) -> Result<Option<Known>, StateError> {
        let known = || -> Sql<Option<Known>> {
            self.state
                .db
                .prepare_cached(
                    "SELECT id, named, size, mtime, ctime, inode, beside, settled, hash, ruleset,
                            messages, whole, record, missing FROM inputs WHERE token = ?1",
                )?
                .query_row([token], Known::from_row)
                .optional()
        };
        known().map_err(|error| self.state.said(&error))
    }

    /// The input is there, and nothing about it has changed; hands out its findings as they stand now.
    ///
    /// `decide` answers what the user decided about a record.
    ///
    /// # Errors
    /// The state cannot be read or written, or what `take` says.
    pub fn unchanged<E: From<StateError>>(
        &mut self,
        known: &Known,
        stamp: Option<Stamp>,
        decide: impl Fn(&str) -> Decision,
        mut take: impl FnMut(&str, Standing) -> Result<(), E>,
    ) -> Result<(), E> {
        self.walked.insert(known.id);
        let said = |error: rusqlite::Error| E::from(self.state.said(&error));
        let db = &self.state.db;
        if known.was_missing {
            self.is_back(known.id).map_err(said)?;
        }
        if known.stamp != stamp {
            self.put_stamp(known.id, stamp).map_err(said)?;
        }
        let mut places = db
            .prepare_cached(
                "SELECT f.id, f.status, f.because, f.first_run, f.first_seen, f.changed_run, p.record
                 FROM places p JOIN findings f ON f.id = p.finding
                 WHERE p.input = ?1 AND p.state = 'present' ORDER BY p.position",
            )
            .map_err(said)?;
        let mut rows = places.query([known.id]).map_err(said)?;
        while let Some(row) = rows.next().map_err(said)? {
            let record = row.get_ref(6).map_err(said)?.as_str().unwrap_or_default();
            let finding = Stored::from_row(row).map_err(said)?;
            let standing = self.settle(&finding, decide(record)).map_err(said)?;
            take(record, standing)?;
        }
        Ok(())
    }

    /// An input that was read; its findings follow, then [`Self::input_done`].
    ///
    /// # Errors
    /// The state cannot be written.
    pub fn input(
        &mut self,
        known: Option<Known>,
        facts: &InputFacts<'_>,
    ) -> Result<(), StateError> {
        let mut put = || -> Sql<i64> {
            let folder = self.folder(facts.folders)?;
            let db = &self.state.db;
            db.prepare_cached(
                "INSERT INTO inputs (token, folder, named, first_run) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (token) DO UPDATE SET folder = ?2, named = ?3",
            )?
            .execute(params![facts.token, folder, facts.named, self.run])?;
            let id: i64 = db
                .prepare_cached("SELECT id FROM inputs WHERE token = ?1")?
                .query_row([facts.token], |row| row.get(0))?;
            if known.as_ref().is_some_and(|known| known.was_missing) {
                self.is_back(id)?;
            }
            // Until its findings are written it counts as not read.
            db.prepare_cached("UPDATE inputs SET whole = 0 WHERE id = ?1")?.execute([id])?;
            Ok(id)
        };
        let id = put().map_err(|error| self.state.said(&error))?;
        self.walked.insert(id);
        self.current = Some((id, known, 0));
        Ok(())
    }

    /// A finding of the input that was named last.
    ///
    /// # Errors
    /// The state cannot be written.
    pub fn finding(
        &mut self,
        facts: &InputFacts<'_>,
        it: &Sighting<'_>,
    ) -> Result<Standing, StateError> {
        let Some((input, known, position)) = self.current.take() else {
            return Err(StateError::Broken {
                path: self.state.folder.clone(),
                what: "a finding came without its input".to_owned(),
            });
        };
        let because = self.because(known.as_ref(), facts, it);
        let see = || -> Sql<Standing> {
            let db = &self.state.db;
            let known = db
                .prepare_cached(
                    "SELECT id, status, because, first_run, first_seen, changed_run
                     FROM findings WHERE token = ?1",
                )?
                .query_row([it.id], Stored::from_row)
                .optional()?;
            let (finding, standing) =
                match known {
                    Some(finding) => {
                        let standing = self.settle(&finding, it.decision)?;
                        db.prepare_cached(
                        "UPDATE findings SET rule = ?2, category = ?3, severity = ?4 WHERE id = ?1
                         AND (rule <> ?2 OR category <> ?3 OR severity <> ?4)",
                    )?
                    .execute(params![finding.id, it.rule, it.category, it.severity])?;
                        (finding.id, standing)
                    }
                    None => self.first_sighting(it, because)?,
                };
            db.prepare_cached(
                "INSERT OR REPLACE INTO places (input, finding, state, seen, position, record)
                 VALUES (?1, ?2, 'present', ?3, ?4, ?5)",
            )?
            .execute(params![input, finding, self.run, position, it.record])?;
            Ok(standing)
        };
        let standing = see().map_err(|error| self.state.said(&error))?;
        self.current = Some((input, known, position + 1));
        Ok(standing)
    }

    /// Keeps how an input is shown, once it is known which other input holds the same chat.
    ///
    /// # Errors
    /// The state cannot be written.
    pub fn shown_as(&self, token: &str, record: &str) -> Result<(), StateError> {
        let db = &self.state.db;
        db.prepare_cached("UPDATE inputs SET record = ?2 WHERE token = ?1")
            .and_then(|mut update| update.execute([token, record]))
            .map_err(|error| self.state.said(&error))?;
        Ok(())
    }

    /// All findings of the input have come. Answers the record of an earlier input that holds the same
    /// chat: equal bytes, or at least half of the findings of the smaller one, and more than one.
    ///
    /// # Errors
    /// The state cannot be written.
    pub fn input_done(&mut self, facts: &InputFacts<'_>) -> Result<Option<String>, StateError> {
        let Some((input, _, findings)) = self.current.take() else { return Ok(None) };
        let done = || -> Sql<Option<String>> {
            let db = &self.state.db;
            db.prepare_cached(
                "UPDATE inputs SET hash = ?2, ruleset = ?3, messages = ?4, whole = ?5, record = ?6
                 WHERE id = ?1",
            )?
            .execute(params![
                input,
                facts.hash,
                self.start.ruleset,
                facts.messages.cast_signed(),
                facts.whole,
                facts.record
            ])?;
            self.put_stamp(input, facts.stamp)?;
            if facts.whole {
                db.prepare_cached(
                    "INSERT OR IGNORE INTO touched SELECT finding FROM places
                     WHERE input = ?1 AND seen <> ?2 AND state <> 'fixed'",
                )?
                .execute([input, self.run])?;
                db.prepare_cached(
                    "UPDATE places SET state = 'fixed' WHERE input = ?1 AND seen <> ?2 AND state <> 'fixed'",
                )?
                .execute([input, self.run])?;
            }
            self.same_chat(input, facts.hash, findings)
        };
        done().map_err(|error| self.state.said(&error))
    }

    /// Makes durable what came so far.
    ///
    /// # Errors
    /// The state cannot be written.
    pub fn commit(&mut self) -> Result<(), StateError> {
        self.state
            .db
            .execute_batch("COMMIT; BEGIN IMMEDIATE")
            .map_err(|error| self.state.said(&error))
    }

    /// Ends the run: what is missing, what is fixed, and the numbers; [`State::seal`] makes it last. A run that was stopped early says
    /// nothing about what is missing or fixed.
    ///
    /// # Errors
    /// The state cannot be written.
    pub fn finish(
        self,
        finished: Timestamp,
        complete: bool,
        mut numbers: RunNumbers,
    ) -> Result<RunNumbers, StateError> {
        let finish = || -> Sql<RunNumbers> {
            let db = &self.state.db;
            if complete {
                numbers.emptied = self.emptied()?;
                numbers.missing = self.note_missing()?;
                self.note_closed()?;
                db.execute("DELETE FROM meta WHERE key = 'rekeyed'", [])?;
            }
            let numbers = self.count(numbers)?;
            db.execute(
                "INSERT INTO counts SELECT ?1, category, severity, status, count(*) FROM findings
                 WHERE status IN ('open', 'reopened', 'suppressed', 'gone')
                 GROUP BY category, severity, status",
                [self.run],
            )?;
            db.execute(
                "UPDATE runs SET finished = ?2, complete = ?3, numbers = ?4 WHERE id = ?1",
                params![
                    self.run,
                    finished.to_string(),
                    complete,
                    serde_json::to_string(&numbers).unwrap_or_default()
                ],
            )?;
            Ok(numbers)
        };
        finish().map_err(|error| self.state.said(&error))
    }

    /// Row of the innermost of these folders.
    fn folder(&mut self, tokens: &[String]) -> Sql<Option<i64>> {
        let mut parent = None;
        for token in tokens {
            if let Some(known) = self.folders.get(token) {
                parent = Some(*known);
                continue;
            }
            let db = &self.state.db;
            db.prepare_cached("INSERT OR IGNORE INTO folders (token, parent) VALUES (?1, ?2)")?
                .execute(params![token, parent])?;
            let id: i64 = db
                .prepare_cached("SELECT id FROM folders WHERE token = ?1")?
                .query_row([token], |row| row.get(0))?;
            self.folders.insert(token.clone(), id);
            parent = Some(id);
        }
        Ok(parent)
    }

    fn is_back(&self, input: i64) -> Sql<()> {
        let db = &self.state.db;
        db.execute("UPDATE inputs SET missing = NULL WHERE id = ?1", [input])?;
        db.execute(
            "UPDATE places SET state = 'present' WHERE input = ?1 AND state = 'missing'",
            [input],
        )?;
        Ok(())
    }

    /// A time so close to now that the file could change again without a new one proves nothing.
    fn put_stamp(&self, input: i64, stamp: Option<Stamp>) -> Sql<()> {
        const SETTLED: i64 = 2_000_000_000;
        let now = i64::try_from(Timestamp::now().as_nanosecond()).unwrap_or(i64::MAX);
        let settled = stamp.is_some_and(|stamp| stamp.mtime.max(stamp.ctime) < now - SETTLED);
        self.state
            .db
            .prepare_cached(
                "UPDATE inputs SET size = ?2, mtime = ?3, ctime = ?4, inode = ?5, beside = ?6,
                 settled = ?7 WHERE id = ?1",
            )?
            .execute(params![
                input,
                stamp.map(|stamp| stamp.size.cast_signed()),
                stamp.map(|stamp| stamp.mtime),
                stamp.map(|stamp| stamp.ctime),
                stamp.map(|stamp| stamp.inode.cast_signed()),
                stamp.map(|stamp| stamp.beside),
                settled
            ])?;
        Ok(())
    }

    fn same_chat(&self, input: i64, hash: Option<&str>, findings: i64) -> Sql<Option<String>> {
        let db = &self.state.db;
        let same: Option<String> = db
            .prepare_cached(
                "SELECT record FROM inputs WHERE hash = ?1 AND id <> ?2 AND missing IS NULL
                 ORDER BY id LIMIT 1",
            )?
            .query_row(params![hash, input], |row| row.get(0))
            .optional()?;
        if same.is_some() || findings < 2 {
            return Ok(same.filter(|_| findings > 0));
        }
        db.prepare_cached(
            "SELECT i.record FROM places mine
             JOIN places other ON other.finding = mine.finding AND other.state = 'present'
                  AND other.input <> mine.input
             JOIN inputs i ON i.id = other.input AND i.missing IS NULL
             WHERE mine.input = ?1 AND mine.state = 'present'
             GROUP BY other.input
             HAVING count(*) >= 2 AND 2 * count(*) >= min(?2,
                 (SELECT count(*) FROM places p WHERE p.input = other.input AND p.state = 'present'))
             ORDER BY count(*) DESC, other.input LIMIT 1",
        )?
        .query_row([input, findings], |row| row.get(0))
        .optional()
    }
}
