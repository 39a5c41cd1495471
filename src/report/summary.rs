use std::fmt::Write as _;

use super::advice::advice;
use super::overview::{Counts, Overview, SEVERITIES};
use super::terminal::{shorten, terminal_safe, wrap};
use super::verdict::verdict;
use super::{CopyRecord, FindingRecord, InputRecord, Lang, RunRecord};

/// Columns of a terminal that everybody has.
const WIDTH: usize = 80;
/// Rows of a list; both lists together get [`BOTH`].
const LIST: usize = 10;
const BOTH: usize = 14;
/// Rows of the table of categories; the rest is one row.
const CATEGORIES: usize = 8;
/// Width of a column of counts.
const COUNT: usize = 10;

/// What people see in the terminal: bounded, whatever the size of the run.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    overview: Overview,
    /// Findings of the input whose findings are coming in.
    current: Counts,
    /// Worst inputs first; equal ones in path order.
    worst: Vec<(Counts, String)>,
    /// The first incidents: kind, place.
    unread: Vec<(String, String)>,
    /// The first inputs without a copy: path, and why.
    uncopied: Vec<(String, Reason)>,
    earlier: EarlierCopies,
}

/// What became of copies that earlier runs left in the folder of copies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EarlierCopies {
    /// Replaced by new ones.
    pub replaced: u64,
    /// Removed, because this run made no copy of their original.
    pub removed: u64,
    /// Of inputs that this run did not read; left as they are.
    pub others: u64,
}

/// Why an input has no copy.
#[derive(Debug, Clone)]
enum Reason {
    /// Refused for an incident of this kind; whether `--allow-omit` was asked for and cannot help.
    Incident(String, bool),
    /// A kind of attachment that nobody looks into.
    Uninspected(String),
    /// What is found cannot be taken out of a file of its kind.
    Noted,
    /// No chat and no text.
    Unknown,
}

impl Summary {
    /// Sums beyond the totals.
    pub fn overview(&self) -> &Overview {
        &self.overview
    }

    pub(super) fn earlier_copies(&mut self, earlier: EarlierCopies) {
        self.earlier = earlier;
    }

    pub(super) fn add_finding(&mut self, finding: &FindingRecord) {
        if finding.status == "suppressed" {
            return;
        }
        self.overview.add_finding(finding);
        self.current.add(&finding.severity);
    }

    pub(super) fn add_input(&mut self, input: &InputRecord) {
        self.overview.add_input(input);
        self.add_copy(input);
        let counts = std::mem::take(&mut self.current);
        if counts.sum() > 0 {
            self.worst.push((counts, input.path.clone()));
            self.worst.sort_by_key(|(counts, _)| std::cmp::Reverse(*counts));
            self.worst.truncate(LIST);
        }
        for incident in &input.incidents {
            if self.unread.len() < LIST {
                let place = match &incident.member {
                    Some(member) => format!("{}!/{member}", input.path),
                    None => input.path.clone(),
                };
                self.unread.push((incident.kind.clone(), place));
            }
        }
    }

    fn add_copy(&mut self, input: &InputRecord) {
        let is_missing = |copy: &&CopyRecord| matches!(&*copy.status, "refused" | "withheld");
        if input.copy.as_ref().filter(is_missing).is_none() || self.uncopied.len() >= LIST {
            return;
        }
        let reason = match (input.incidents.first(), input.uninspected.first()) {
            (Some(incident), _) => {
                let cannot_help = input.notes.iter().any(|note| note.starts_with("--allow-omit"));
                Reason::Incident(incident.kind.clone(), cannot_help)
            }
            (None, Some(item)) => Reason::Uninspected(item.kind.clone()),
            // A note stands in its place.
            (None, None) if input.copy.as_ref().is_some_and(|copy| copy.path.is_some()) => {
                Reason::Noted
            }
            (None, None) => Reason::Unknown,
        };
        self.uncopied.push((input.path.clone(), reason));
    }

    /// Findings by category and severity, worst inputs first, what was not read; plain text, safe
    /// for any terminal, about 40 lines of 80 columns.
    pub fn render(&self, run: &RunRecord, lang: Lang) -> String {
        let verdict = verdict(run, &self.overview, lang);
        let mut out = format!("{}\n", verdict.headline);
        for line in verdict.sentences.iter().flat_map(|sentence| wrap(sentence, WIDTH - 2)) {
            let _ = writeln!(out, "  {line}");
        }
        let worst = self.worst.len().min(LIST.min(BOTH - self.unread.len().min(BOTH / 2)));
        let unread = self.unread.len().min(BOTH - worst);
        if run.totals.findings > 0 {
            self.table(&mut out, lang);
            self.inputs(&mut out, lang, worst);
        }
        self.gaps(&mut out, run, lang, unread);
        self.copies(&mut out, lang);
        out
    }

    fn table(&self, out: &mut String, lang: Lang) {
        let name = WIDTH - 5 * COUNT;
        let mut rows = self.overview.worst_categories();
        let sum = |rows: &[(&str, Counts)]| {
            rows.iter().fold(Counts::default(), |mut sum, (_, counts)| {
                sum.0.iter_mut().zip(counts.0).for_each(|(sum, count)| *sum += count);
                sum
            })
        };
        let all = sum(&rows);
        let rest = rows.split_off(rows.len().min(CATEGORIES));
        if !rest.is_empty() {
            rows.push((lang.say("others", "weitere"), sum(&rest)));
        }
        let _ = write!(out, "\n{:name$}", lang.say("Category", "Kategorie"));
        for severity in SEVERITIES {
            let _ = write!(out, "{:>COUNT$}", lang.severity(severity));
        }
        let _ = writeln!(out, "{:>COUNT$}", lang.say("all", "gesamt"));
        rows.push((lang.say("Sum", "Summe"), all));
        for (category, counts) in rows {
            let category = terminal_safe(lang.category(category)).into_owned();
            let _ = write!(out, "{:name$}", shorten(&category, name - 1));
            for count in counts.0.into_iter().chain([counts.sum()]) {
                let shown = if count == 0 { "-".to_owned() } else { lang.number(count) };
                let _ = write!(out, "{shown:>COUNT$}");
            }
            out.push('\n');
        }
    }

    fn inputs(&self, out: &mut String, lang: Lang, rows: usize) {
        let heading = lang
            .say("Inputs with the most severe findings", "Quellen mit den schwersten Hinweisen");
        let _ = writeln!(out, "\n{heading}");
        let words = |counts: Counts| {
            let parts: Vec<String> = SEVERITIES
                .iter()
                .zip(counts.0)
                .filter(|(_, count)| *count > 0)
                .map(|(name, count)| format!("{} {}", lang.number(count), lang.severity(name)))
                .collect();
            parts.join(", ")
        };
        let worst: Vec<_> =
            self.worst[..rows].iter().map(|(counts, path)| (words(*counts), path)).collect();
        let widest = worst.iter().map(|(words, _)| words.chars().count()).max().unwrap_or_default();
        let room = WIDTH.saturating_sub(widest + 4).max(20);
        for (counts, path) in worst {
            let _ = writeln!(out, "  {:room$}  {counts}", shorten(&terminal_safe(path), room));
        }
        let more = self.overview.inputs_with_findings.saturating_sub(rows as u64);
        and_more(out, more, lang);
    }

    fn gaps(&self, out: &mut String, run: &RunRecord, lang: Lang, rows: usize) {
        let skipped = run.totals.skipped;
        let other = run.totals.by_status.get("not-a-chat").copied().unwrap_or(0);
        if run.totals.incidents + run.totals.uninspected + skipped + other == 0 {
            return;
        }
        let _ = writeln!(out, "\n{}", lang.say("Not read", "Nicht gelesen"));
        for (kind, place) in &self.unread[..rows] {
            let title = advice(kind, lang).title;
            let room = WIDTH.saturating_sub(title.chars().count() + 4).max(20);
            let _ = writeln!(out, "  {title}: {}", shorten(&terminal_safe(place), room));
        }
        and_more(out, run.totals.incidents.saturating_sub(rows as u64), lang);
        let mut kinds: Vec<_> = self.overview.incidents.iter().collect();
        kinds.sort_by(|a, b| b.1.cmp(a.1));
        for (kind, _) in kinds.into_iter().take(3) {
            let advice = advice(kind, lang);
            let text = format!("-> {}: {}", advice.title, advice.action);
            for (at, line) in wrap(&text, WIDTH - 5).iter().enumerate() {
                let _ = writeln!(out, "  {}{line}", if at > 0 { "   " } else { "" });
            }
        }
        let attachments: Vec<String> = self
            .overview
            .uninspected
            .iter()
            .map(|(kind, sum)| format!("{} {}", lang.attachment(kind), lang.number(sum.count)))
            .collect();
        if !attachments.is_empty() {
            let lead = lang.say("Not looked into", "Inhaltlich nicht geprüft");
            for line in wrap(&format!("{lead}: {}", attachments.join(", ")), WIDTH - 2) {
                let _ = writeln!(out, "  {line}");
            }
        }
        if other > 0 {
            let lead = lang.say("No chat and no text", "Kein Chat und kein Text");
            let _ = writeln!(out, "  {lead}: {}", lang.number(other));
        }
        if skipped > 0 {
            let lead = lang.say("Never opened on purpose", "Absichtlich nicht geöffnet");
            let _ = writeln!(out, "  {lead}: {}", lang.number(skipped));
        }
    }

    fn copies(&self, out: &mut String, lang: Lang) {
        if self.overview.copies.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", lang.say("Redacted copies", "Geschwärzte Kopien"));
        for (status, sum) in &self.overview.copies {
            let _ = write!(out, "  {}: {}", lang.copy(status), lang.number(sum.count));
            if sum.redactions > 0 {
                let what = lang.count(
                    sum.redactions,
                    lang.say("value replaced", "Wert ersetzt"),
                    lang.say("values replaced", "Werte ersetzt"),
                );
                let _ = write!(out, ", {what}");
            }
            if sum.withheld > 0 {
                let what = lang.count(
                    sum.withheld,
                    lang.say("part left out", "Teil weggelassen"),
                    lang.say("parts left out", "Teile weggelassen"),
                );
                let _ = write!(out, ", {what}");
            }
            out.push('\n');
        }
        self.without_copy(out, lang);
        let EarlierCopies { replaced, removed, others } = self.earlier;
        for (count, en, de) in [
            (replaced, "Replaced copies of an earlier run", "Ersetzte Kopien eines früheren Laufs"),
            (
                removed,
                "Removed copies of an earlier run, as there is no new one",
                "Entfernte Kopien eines früheren Laufs, da es keine neue gibt",
            ),
            (
                others,
                "Copies of an earlier run that this one did not touch",
                "Kopien eines früheren Laufs, die dieser nicht berührt hat",
            ),
        ] {
            if count > 0 {
                let _ = writeln!(out, "  {}: {}", lang.say(en, de), lang.number(count));
            }
        }
    }

    fn without_copy(&self, out: &mut String, lang: Lang) {
        for (path, reason) in &self.uncopied {
            let (status, why) = match reason {
                Reason::Incident(kind, _) => ("refused", advice(kind, lang).title),
                Reason::Uninspected(kind) if kind != "other" => ("withheld", lang.attachment(kind)),
                Reason::Noted => (
                    "withheld",
                    lang.say(
                        "cannot be redacted in its format",
                        "in seinem Format nicht zu schwärzen",
                    ),
                ),
                Reason::Uninspected(_) | Reason::Unknown => {
                    ("withheld", lang.say("no chat and no text", "kein Chat und kein Text"))
                }
            };
            let lead = format!("{} ({why})", lang.copy(status));
            let room = WIDTH.saturating_sub(lead.chars().count() + 6).max(20);
            let _ = writeln!(out, "    {lead}: {}", shorten(&terminal_safe(path), room));
        }
        let all: u64 = ["refused", "withheld"]
            .iter()
            .filter_map(|status| self.overview.copies.get(*status))
            .map(|sum| sum.count)
            .sum();
        and_more(out, all.saturating_sub(self.uncopied.len() as u64), lang);
        if self.uncopied.iter().any(|it| matches!(it.1, Reason::Incident(_, true))) {
            let text = lang.say(
                "-> --allow-omit leaves out unreadable parts of archives; a file as a whole, a limit or a structure built to mislead it cannot leave out.",
                "-> --allow-omit lässt unlesbare Teile von Archiven weg; eine ganze Datei, eine Grenze oder ein irreführender Aufbau lässt sich nicht weglassen.",
            );
            for (at, line) in wrap(text, WIDTH - 5).iter().enumerate() {
                let _ = writeln!(out, "  {}{line}", if at > 0 { "   " } else { "" });
            }
        }
    }
}

fn and_more(out: &mut String, more: u64, lang: Lang) {
    if more > 0 {
        let number = lang.number(more);
        let _ = match lang {
            Lang::En => writeln!(out, "  and {number} more, see the report (--report DIR)"),
            Lang::De => writeln!(out, "  und {number} weitere, siehe Bericht (--report ORDNER)"),
        };
    }
}
