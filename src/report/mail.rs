//! A mail about a run: numbers only, 25 lines at most, also when there is nothing new. Silence is a
//! fault then.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::overview::SEVERITIES;
use super::verdict::{unread, verdict};
use super::{HistoryRecord, Lang, Overview, RunRecord};

/// Categories named; the rest is one line.
const CATEGORIES: usize = 6;

/// The text for a run.
pub fn mail(run: &RunRecord, overview: &Overview, host: &str, lang: Lang) -> String {
    let l = lang;
    let n = |number: u64| l.number(number);
    let totals = &run.totals;
    let verdict = verdict(run, overview, l);
    let mut out = String::new();
    let mut line = |text: String| {
        let _ = writeln!(out, "{text}");
    };
    line(format!("sparsam: {}", verdict.headline));
    line(String::new());
    line(format!("{}: {host}", l.say("Machine", "Rechner")));
    let number = run
        .history
        .as_ref()
        .map_or_else(String::new, |it| format!(", {} {}", l.say("run", "Lauf"), it.run));
    line(format!("{}: {}{number}", l.say("End", "Ende"), l.time(&run.finished)));
    if !run.complete {
        line(
            l.say("The run was stopped before its end.", "Der Lauf wurde vorzeitig beendet.")
                .to_owned(),
        );
    }
    let history = run.history.as_ref();
    let [missing, emptied] = history.map_or([0; 2], |history| [history.missing, history.emptied]);
    if emptied > 0 {
        line(format!(
            "{}: {}",
            l.say(
                "ATTENTION, named folders that are empty now (mounted?)",
                "ACHTUNG, genannte Ordner, die jetzt leer sind (eingehängt?)"
            ),
            n(emptied)
        ));
    }
    let unchanged = totals.by_status.get("unchanged").copied().unwrap_or(0);
    line(format!(
        "{}: {} ({} {}, {} {}, {} {})",
        l.say("Inputs", "Quellen"),
        n(totals.inputs),
        n(unchanged),
        l.say("unchanged", "unverändert"),
        n(unread(run)),
        l.say("not fully read", "nicht vollständig gelesen"),
        n(missing),
        l.say("missing", "fehlen"),
    ));
    line(format!(
        "{}: {}",
        l.say("Not inspected attachments", "Nicht geprüfte Anhänge"),
        n(totals.uninspected)
    ));
    line(String::new());
    if let Some(history) = &run.history {
        let words = [
            (l.say("new", "neu"), history.new),
            (l.say("reopened", "wieder offen"), history.reopened),
            (l.say("fixed", "behoben"), history.fixed),
            (l.say("gone (input missing)", "fort (Quelle fehlt)"), history.gone),
            (l.say("open", "offen"), history.open),
            (l.say("suppressed", "unterdrückt"), history.suppressed),
        ];
        let words: Vec<String> =
            words.iter().map(|(word, count)| format!("{} {word}", n(*count))).collect();
        line(format!("{}: {}", l.say("Findings", "Hinweise"), words.join(", ")));
        if history.new_by_rules > 0 {
            line(format!(
                "{}: {}",
                l.say("New because the rules changed", "Neu, weil die Regeln sich änderten"),
                n(history.new_by_rules)
            ));
        }
        if history.new + history.reopened + emptied == 0 {
            let whole = run.complete && unread(run) == 0;
            line(
                match whole {
                    true => l.say(
                        "Nothing new since the last run.",
                        "Nichts Neues seit dem letzten Lauf.",
                    ),
                    false => l.say(
                        "Nothing new in what could be read.",
                        "Nichts Neues in dem, was gelesen werden konnte.",
                    ),
                }
                .to_owned(),
            );
        }
        let last: Vec<String> = history.trend.iter().rev().take(8).map(|run| n(run.open)).collect();
        let last: Vec<&str> = last.iter().rev().map(String::as_str).collect();
        line(format!("{}: {}", l.say("Open, last runs", "Offen, letzte Läufe"), last.join(" ")));
    } else {
        line(format!("{}: {}", l.say("Findings", "Hinweise"), n(totals.findings)));
    }
    // With a state the sums are those of what is open, like the numbers above them.
    let by_severity = history.map_or(&totals.by_severity, |history| &history.open_by_severity);
    for name in SEVERITIES {
        let count = by_severity.get(name).copied().unwrap_or(0);
        line(format!("  {:<10}{:>8}", l.severity(name), n(count)));
    }
    let rows = match history {
        Some(history) => open_categories(history),
        None => {
            overview.worst_categories().into_iter().map(|(name, it)| (name, it.sum())).collect()
        }
    };
    if rows.is_empty() {
        return out;
    }
    line(String::new());
    let rest: u64 = rows.iter().skip(CATEGORIES).map(|(_, count)| count).sum();
    for (category, count) in rows.into_iter().take(CATEGORIES) {
        // A category of somebody's own rule could be anything; it is no number.
        let known = l.category(category);
        let name = if known == category { l.say("own rules", "eigene Regeln") } else { known };
        line(format!("  {:<26}{:>8}", name, n(count)));
    }
    if rest > 0 {
        line(format!("  {:<26}{:>8}", l.say("others", "weitere"), n(rest)));
    }
    out
}

/// Categories with what is open of them, the largest first.
fn open_categories(history: &HistoryRecord) -> Vec<(&str, u64)> {
    let open = |counts: &BTreeMap<String, u64>| {
        ["open", "reopened"].iter().filter_map(|status| counts.get(*status)).sum()
    };
    let rows = history.by_category.iter().map(|(name, counts)| (name.as_str(), open(counts)));
    let mut rows: Vec<(&str, u64)> = rows.filter(|row| row.1 > 0).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.1));
    rows
}
