//! The end of a run: what is missing, what is fixed, and the numbers.

use super::facts::RunNumbers;
use super::recorder::Recorder;
use super::status::Status;

type Sql<T> = rusqlite::Result<T>;

impl Recorder<'_> {
    /// Named folders that held inputs in an earlier run and hold none now: emptied, or not mounted.
    pub(super) fn emptied(&self) -> Sql<u64> {
        let mut inputs = self.state.db.prepare(
            "WITH RECURSIVE below (id) AS (
                 SELECT id FROM folders WHERE token = ?1
                 UNION SELECT f.id FROM folders f JOIN below ON f.parent = below.id)
             SELECT id FROM inputs WHERE folder IN below OR token = ?1",
        )?;
        let mut emptied = 0;
        for root in &self.start.roots {
            let known: Vec<i64> =
                inputs.query_map([root], |row| row.get(0))?.collect::<Sql<_>>()?;
            let is_empty = !known.iter().any(|id| self.walked.contains(id));
            emptied += u64::from(is_empty && !known.is_empty());
        }
        Ok(emptied)
    }

    /// Inputs below the named folders that the walk did not come to; how many became missing.
    pub(super) fn note_missing(&self) -> Sql<u64> {
        let db = &self.state.db;
        db.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS roots (token TEXT PRIMARY KEY); DELETE FROM roots;",
        )?;
        for root in &self.start.roots {
            db.execute("INSERT OR IGNORE INTO roots VALUES (?1)", [root])?;
        }
        let mut inputs = db.prepare(
            "WITH RECURSIVE below (id) AS (
                 SELECT id FROM folders WHERE token IN roots
                 UNION SELECT f.id FROM folders f JOIN below ON f.parent = below.id)
             SELECT id FROM inputs
             WHERE missing IS NULL AND (folder IN below OR token IN roots)",
        )?;
        let missing: Vec<i64> = inputs
            .query_map([], |row| row.get(0))?
            .filter(|id| !matches!(id, Ok(id) if self.walked.contains(id)))
            .collect::<Sql<_>>()?;
        let count = missing.len() as u64;
        for input in missing {
            db.prepare_cached("UPDATE inputs SET missing = ?2 WHERE id = ?1")?
                .execute([input, self.base + 1])?;
            db.prepare_cached(
                "INSERT OR IGNORE INTO touched SELECT finding FROM places
                 WHERE input = ?1 AND state = 'present'",
            )?
            .execute([input])?;
            db.prepare_cached(
                "UPDATE places SET state = 'missing' WHERE input = ?1 AND state = 'present'",
            )?
            .execute([input])?;
        }
        Ok(count)
    }

    /// Findings that stand nowhere any more: gone or fixed.
    pub(super) fn note_closed(&self) -> Sql<()> {
        let db = &self.state.db;
        // A finding of a missing input that stands in a younger one: the input was moved or renamed.
        db.execute(
            "DELETE FROM places WHERE state = 'missing' AND finding IN touched AND EXISTS (
                 SELECT 1 FROM places p JOIN inputs young ON young.id = p.input
                 JOIN inputs old ON old.id = places.input
                 WHERE p.finding = places.finding AND p.state = 'present'
                 AND young.first_run >= old.missing)",
            [],
        )?;
        let mut touched = db.prepare(
            "SELECT f.id, EXISTS (SELECT 1 FROM places WHERE finding = f.id AND state = 'missing')
             FROM touched t JOIN findings f ON f.id = t.finding
             WHERE f.status <> 'fixed'
             AND NOT EXISTS (SELECT 1 FROM places WHERE finding = f.id AND state = 'present')",
        )?;
        let closed: Vec<(i64, bool)> =
            touched.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Sql<_>>()?;
        for (finding, is_missing) in closed {
            let status = if is_missing { Status::Gone } else { Status::Fixed };
            self.change(finding, status)?;
            self.event(finding, status.name())?;
        }
        db.execute("DELETE FROM touched", [])?;
        Ok(())
    }

    pub(super) fn count(&self, mut numbers: RunNumbers) -> Sql<RunNumbers> {
        let db = &self.state.db;
        let mut statuses = db.prepare("SELECT status, count(*) FROM findings GROUP BY status")?;
        let mut rows = statuses.query([])?;
        while let Some(row) = rows.next()? {
            let count = row.get::<_, i64>(1)?.unsigned_abs();
            match row.get_ref(0)?.as_str().unwrap_or_default() {
                "open" | "reopened" => numbers.open += count,
                "suppressed" => numbers.suppressed = count,
                _ => {}
            }
        }
        let mut open = db.prepare(
            "SELECT severity, count(*) FROM findings WHERE status IN ('open', 'reopened')
             GROUP BY severity",
        )?;
        let mut rows = open.query([])?;
        while let Some(row) = rows.next()? {
            numbers.open_by_severity.insert(row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs());
        }
        let mut events = db.prepare(
            "SELECT event, count(DISTINCT finding) FROM events WHERE run > ?1 GROUP BY event",
        )?;
        let mut rows = events.query([self.base])?;
        while let Some(row) = rows.next()? {
            let count = row.get::<_, i64>(1)?.unsigned_abs();
            match row.get_ref(0)?.as_str().unwrap_or_default() {
                "new" => numbers.new = count,
                "fixed" => numbers.fixed = count,
                "reopened" => numbers.reopened = count,
                "gone" => numbers.gone = count,
                "back" => numbers.back = count,
                _ => {}
            }
        }
        numbers.new_by_rules = db.query_row(
            "SELECT count(*) FROM findings WHERE first_run > ?1 AND because = 'rules'",
            [self.base],
            |row| row.get::<_, i64>(0).map(i64::unsigned_abs),
        )?;
        let mut news = db.prepare(
            "SELECT severity, count(*) FROM findings WHERE first_run > ?1 AND status IN ('open', 'reopened')
                 OR changed_run > ?1 AND status = 'reopened' GROUP BY severity",
        )?;
        let mut rows = news.query([self.base])?;
        while let Some(row) = rows.next()? {
            numbers.news.insert(row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs());
        }
        Ok(numbers)
    }
}
