use jiff::Timestamp;
use rusqlite::params;

use super::state::{State, StateError};

/// What [`State::purge`] removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purged {
    /// Findings that were closed before the day.
    pub findings: u64,
    /// Inputs that were missing, and hold no finding any more.
    pub inputs: u64,
}

impl State {
    /// Forgets findings that were fixed or gone before `cutoff`, and what is known of inputs that are
    /// missing since. Runs and their numbers stay.
    ///
    /// # Errors
    /// The state cannot be written.
    pub fn purge(&mut self, cutoff: Timestamp) -> Result<Purged, StateError> {
        let cutoff = cutoff.to_string();
        let purge = || -> rusqlite::Result<Purged> {
            let change = self.db.unchecked_transaction()?;
            let old = "SELECT id FROM findings WHERE status IN ('fixed', 'gone') AND changed < ?1";
            for table in ["places", "events", "touched"] {
                change
                    .execute(&format!("DELETE FROM {table} WHERE finding IN ({old})"), [&cutoff])?;
            }
            let findings =
                change.execute(&format!("DELETE FROM findings WHERE id IN ({old})"), [&cutoff])?;
            change.execute(
                "DELETE FROM elsewhere WHERE status IN ('fixed', 'gone') AND changed < ?1",
                [&cutoff],
            )?;
            let inputs = change.execute(
                "DELETE FROM inputs WHERE missing IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM places WHERE input = inputs.id)
                 AND coalesce((SELECT started FROM runs WHERE id >= inputs.missing ORDER BY id LIMIT 1), '') < ?1",
                params![cutoff],
            )?;
            change.commit()?;
            // What was deleted must not stay in free pages or in the log beside the database.
            self.db.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")?;
            Ok(Purged { findings: findings as u64, inputs: inputs as u64 })
        };
        purge().map_err(|error| self.said(&error))
    }
}
