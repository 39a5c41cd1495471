//! What the state tells: since the last run, and over the runs of a year.

use super::Body;
use crate::report::{HistoryRecord, Lang, TrendRecord};

/// One run in the picture; lengths in units of the picture, which is 100 high.
pub(super) struct Bar {
    pub(super) title: String,
    pub(super) x: usize,
    pub(super) open_y: String,
    pub(super) open: String,
    pub(super) new_y: String,
    pub(super) new: String,
}

/// Units from one bar to the next.
const STEP: usize = 10;

impl Body<'_> {
    /// Numbers of what changed: key, name, count.
    pub(super) fn changes(
        &self,
        history: &HistoryRecord,
    ) -> [(&'static str, &'static str, u64); 6] {
        let l = self.l;
        [
            ("new", l.say("new", "neu"), history.new),
            ("reopened", l.say("open again", "wieder offen"), history.reopened),
            ("fixed", l.say("fixed", "behoben"), history.fixed),
            ("gone", l.say("gone (input missing)", "fort (Quelle fehlt)"), history.gone),
            ("open", l.say("open in all", "offen insgesamt"), history.open),
            ("suppressed", l.say("suppressed", "unterdrückt"), history.suppressed),
        ]
    }

    pub(super) fn days(&self, days: &f64) -> String {
        let text = format!("{days:.1}");
        if self.l == Lang::De { text.replace('.', ",") } else { text }
    }

    /// Room for half a year of weeks at least: a few runs do not become a wall.
    pub(super) fn trend_width(&self, history: &HistoryRecord) -> usize {
        history.trend.len().max(26) * STEP
    }

    /// What the picture shows: its highest bar, its first and last day.
    pub(super) fn trend_scale(&self, history: &HistoryRecord) -> String {
        let most = history.trend.iter().map(|run| run.open).max().unwrap_or(0);
        let day = |run: Option<&TrendRecord>| {
            let time = run.map(|run| self.l.time(&run.started)).unwrap_or_default();
            time.split(' ').next().unwrap_or_default().to_owned()
        };
        let (first, last) = (day(history.trend.first()), day(history.trend.last()));
        match self.l {
            Lang::En => format!("{first} to {last}, highest: {}", self.l.number(most)),
            Lang::De => format!("{first} bis {last}, höchster Stand: {}", self.l.number(most)),
        }
    }

    pub(super) fn trend_label(&self, history: &HistoryRecord) -> String {
        let last = history.trend.iter().rev().take(8).map(|run| self.l.number(run.open));
        let last: Vec<String> = last.collect();
        let last: Vec<&str> = last.iter().rev().map(String::as_str).collect();
        format!(
            "{}: {}",
            self.l.say("Open findings, last runs", "Offene Hinweise, letzte Läufe"),
            last.join(", ")
        )
    }

    #[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
    pub(super) fn trend(&self, history: &HistoryRecord) -> Vec<Bar> {
        let most = history.trend.iter().map(|run| run.open).max().unwrap_or(0).max(1) as f64;
        let length = |count: u64| count as f64 / most * 96.0;
        let bars = history.trend.iter().enumerate().map(|(at, run)| {
            let (open, new) = (length(run.open), length(run.new.min(run.open)));
            Bar {
                title: format!(
                    "{}: {} {}, {} {}",
                    self.l.time(&run.started),
                    self.l.number(run.open),
                    self.l.say("open", "offen"),
                    self.l.number(run.new),
                    self.l.say("new", "neu"),
                ),
                x: at * STEP + 1,
                open_y: format!("{:.1}", 100.0 - open),
                open: format!("{open:.1}"),
                new_y: format!("{:.1}", 100.0 - new),
                new: format!("{new:.1}"),
            }
        });
        bars.collect()
    }

    /// Categories that were open in any of the runs.
    pub(super) fn trend_categories<'h>(&self, history: &'h HistoryRecord) -> Vec<&'h str> {
        let mut names: Vec<&str> = history
            .trend
            .iter()
            .flat_map(|run| run.categories.keys())
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    pub(super) fn open_in(&self, run: &TrendRecord, category: &str) -> u64 {
        run.categories.get(category).copied().unwrap_or(0)
    }
}
