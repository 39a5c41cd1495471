//! How things stand on each machine: by host and device tag, over this state and imported ones.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;

use super::query::{DaysOpen, RunRow, median_days};
use super::state::{State, StateError};

/// Findings of one machine and device, as they stand now.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[allow(missing_docs, reason = "docs/history.md explains each")]
pub struct MachineRow {
    pub host: String,
    pub device: Option<String>,
    pub open: u64,
    pub suppressed: u64,
    pub fixed: u64,
    pub gone: u64,
    /// Open ones by severity.
    pub by_severity: BTreeMap<String, u64>,
    /// Open ones by category.
    pub by_category: BTreeMap<String, u64>,
    pub median_days: DaysOpen,
    /// Its last run, with what was new and fixed then.
    pub last_run: Option<RunRow>,
}

/// All machines.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Machines {
    /// By host and device.
    pub machines: Vec<MachineRow>,
    /// Open findings of all machines; those that machines of one secret share count once.
    pub open: u64,
    /// Number of secrets: findings of different ones cannot be compared.
    pub secrets: u64,
}

#[derive(Default)]
struct Tally {
    row: MachineRow,
    open: Vec<i64>,
    fixed: Vec<i64>,
}

impl State {
    /// How findings stand by machine and device at `now`.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn machines(&self, now: Timestamp) -> Result<Machines, StateError> {
        let runs = self.runs(usize::MAX, true)?;
        let mut tallies: BTreeMap<(String, Option<String>), Tally> = BTreeMap::new();
        for run in runs {
            let tally = tallies.entry((run.host.clone(), run.device.clone())).or_default();
            if run.complete {
                tally.row.last_run = Some(run);
            }
        }
        let mut distinct = HashSet::new();
        let mut secrets = HashSet::new();
        let mut look = || -> rusqlite::Result<()> {
            let mut findings = self.db.prepare(
                "SELECT (SELECT value FROM meta WHERE key = 'secret'), f.token, r.host, r.device,
                        f.status, f.severity, f.category, f.first_seen, f.changed
                 FROM findings f JOIN runs r ON r.id = f.first_run
                 UNION ALL
                 SELECT s.secret, e.token, e.host, e.device, e.status, e.severity, e.category,
                        e.first_seen, e.changed
                 FROM elsewhere e JOIN states s ON s.uid = e.state",
            )?;
            let mut rows = findings.query([])?;
            while let Some(row) = rows.next()? {
                let text = |at: usize| row.get::<_, String>(at);
                let tally = tallies.entry((text(2)?, row.get(3)?)).or_default();
                let moment = |at: usize| -> rusqlite::Result<i64> {
                    let time = text(at)?.parse::<Timestamp>();
                    Ok(time.map_or(0, Timestamp::as_second))
                };
                let (secret, first) = (text(0)?, moment(7)?);
                let it = &mut tally.row;
                match text(4)?.as_str() {
                    "suppressed" => it.suppressed += 1,
                    "gone" => it.gone += 1,
                    "fixed" => {
                        it.fixed += 1;
                        tally.fixed.push((moment(8)? - first).max(0));
                    }
                    _ => {
                        it.open += 1;
                        *it.by_severity.entry(text(5)?).or_default() += 1;
                        *it.by_category.entry(text(6)?).or_default() += 1;
                        tally.open.push((now.as_second() - first).max(0));
                        distinct.insert((secret.clone(), text(1)?));
                    }
                }
                secrets.insert(secret);
            }
            Ok(())
        };
        look().map_err(|error| self.said(&error))?;
        let machines = tallies.into_iter().map(|((host, device), tally)| MachineRow {
            host,
            device,
            median_days: DaysOpen {
                open: median_days(tally.open),
                fixed: median_days(tally.fixed),
            },
            ..tally.row
        });
        Ok(Machines {
            machines: machines.collect(),
            open: distinct.len() as u64,
            secrets: secrets.len() as u64,
        })
    }
}
