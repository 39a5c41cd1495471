//! What becomes of a finding that is seen: new, as before, or back.

use rusqlite::{Row, params};

use super::facts::{InputFacts, Known, Sighting, Standing};
use super::recorder::{Recorder, Sql};
use super::status::{Decision, Status};

/// A row of `findings`.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) id: i64,
    status: Status,
    because: Option<String>,
    first_run: i64,
    first_seen: String,
    changed_run: i64,
}

impl Stored {
    pub(super) fn from_row(row: &Row<'_>) -> Sql<Self> {
        Ok(Self {
            id: row.get(0)?,
            status: Status::of(row.get_ref(1)?.as_str().unwrap_or_default()),
            because: row.get(2)?,
            first_run: row.get(3)?,
            first_seen: row.get(4)?,
            changed_run: row.get(5)?,
        })
    }
}

impl Recorder<'_> {
    /// Whether new data or new rules brought a finding: rules did if they changed, and the content, or
    /// at least its message, had been read before.
    pub(super) fn because(
        &self,
        known: Option<&Known>,
        facts: &InputFacts<'_>,
        it: &Sighting<'_>,
    ) -> &'static str {
        if self.rekeyed {
            return "secret";
        }
        let Some(known) = known.filter(|known| known.whole && known.ruleset != self.start.ruleset)
        else {
            return "data";
        };
        let same = known.hash.is_some() && known.hash.as_deref() == facts.hash;
        let old_message = it.message > 0 && it.message <= known.messages;
        if same || old_message { "rules" } else { "data" }
    }

    pub(super) fn first_sighting(&self, it: &Sighting<'_>, because: &str) -> Sql<(i64, Standing)> {
        let status = Status::after_sighting(None, it.decision);
        let now = self.start.started.to_string();
        let db = &self.state.db;
        db.prepare_cached(
            "INSERT INTO findings (token, value, rule, category, severity, status, because,
             first_run, first_seen, changed_run, changed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?8, ?9)",
        )?
        .execute(params![
            it.id,
            it.value_id,
            it.rule,
            it.category,
            it.severity,
            status.name(),
            because,
            self.run,
            now
        ])?;
        let id = db.last_insert_rowid();
        self.event(id, "new")?;
        let finding = Stored {
            id,
            status,
            because: Some(because.to_owned()),
            first_run: self.run,
            first_seen: now,
            changed_run: self.run,
        };
        Ok((id, self.standing(&finding)))
    }

    /// Brings the status of a finding that is there up to date.
    pub(super) fn settle(&self, finding: &Stored, decision: Decision) -> Sql<Standing> {
        let status = Status::after_sighting(Some(finding.status), decision);
        if status == finding.status {
            return Ok(self.standing(finding));
        }
        self.change(finding.id, status)?;
        self.event(
            finding.id,
            match status {
                Status::Open => "back",
                other => other.name(),
            },
        )?;
        let changed = Stored { status, changed_run: self.run, ..finding.clone() };
        Ok(self.standing(&changed))
    }

    pub(super) fn standing(&self, finding: &Stored) -> Standing {
        let new = finding.first_run > self.base;
        let status = match finding.status {
            Status::Suppressed => "suppressed",
            Status::Reopened => "reopened",
            _ if new => "new",
            _ => "open",
        };
        Standing {
            status,
            first_seen: finding.first_seen.clone(),
            because: finding.because.clone().filter(|_| new),
            is_news: status == "new" || status == "reopened" && finding.changed_run > self.base,
        }
    }

    pub(super) fn change(&self, finding: i64, status: Status) -> Sql<()> {
        self.state
            .db
            .prepare_cached(
                "UPDATE findings SET status = ?2, changed_run = ?3, changed = ?4 WHERE id = ?1",
            )?
            .execute(params![finding, status.name(), self.run, self.start.started.to_string()])?;
        Ok(())
    }

    pub(super) fn event(&self, finding: i64, event: &str) -> Sql<()> {
        self.state
            .db
            .prepare_cached(
                "INSERT OR IGNORE INTO events (run, finding, event) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![self.run, finding, event])?;
        Ok(())
    }
}
