//! Numbers for the textfile collector of Prometheus: no names, no values.

use std::fmt::Write as _;

use super::RunRecord;

/// The text for a run. `succeeded`: everything was read. If it was not, the time of the last success is
/// that of the state, and without one that in `before`, the text of the run before.
pub fn metrics(run: &RunRecord, succeeded: bool, before: &str) -> String {
    let seconds = |time: &str| time.parse::<jiff::Timestamp>().map_or(0, |time| time.as_second());
    let (started, finished) = (seconds(&run.started), seconds(&run.finished));
    let of_state = run.history.as_ref().map(|history| history.last_success.as_deref());
    let last = match of_state {
        _ if succeeded => finished,
        Some(time) => time.map_or(0, seconds),
        None => last_success(before),
    };
    let mut out = String::new();
    metric(&mut out, "last_run_timestamp_seconds", "End of the last run.", &[("", finished)]);
    metric(
        &mut out,
        "last_success_timestamp_seconds",
        "End of the last run that read everything; 0: there was none.",
        &[("", last)],
    );
    metric(
        &mut out,
        "last_run_duration_seconds",
        "Duration of the last run.",
        &[("", finished - started)],
    );
    metric(
        &mut out,
        "last_run_complete",
        "1 if the last run was not stopped early.",
        &[("", i64::from(run.complete))],
    );
    let labelled = |name: &str, value: &str| format!("{{{name}=\"{}\"}}", safe(value));
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let statuses = ["clean", "findings", "unchanged", "not-a-chat", "partial", "error", "limit"];
    let rows: Vec<(String, i64)> = statuses
        .iter()
        .map(|status| {
            let of = run.totals.by_status.get(*status).copied().unwrap_or(0);
            (labelled("status", status), count(of))
        })
        .collect();
    metric(&mut out, "inputs", "Inputs of the last run by status.", &borrowed(&rows));
    metric(
        &mut out,
        "incidents",
        "Things that should have been read and were not.",
        &[("", count(run.totals.incidents))],
    );
    let rows: Vec<(String, i64)> = run
        .totals
        .by_category
        .iter()
        .map(|(category, number)| (labelled("category", category), count(*number)))
        .collect();
    metric(
        &mut out,
        "findings",
        "Findings that count by category, in the last run.",
        &borrowed(&rows),
    );
    let rows: Vec<(String, i64)> = run
        .totals
        .by_severity
        .iter()
        .map(|(severity, number)| (labelled("severity", severity), count(*number)))
        .collect();
    metric(
        &mut out,
        "findings_by_severity",
        "Findings that count by severity, in the last run.",
        &borrowed(&rows),
    );
    let of_article = |articles: [&str; 2]| -> u64 {
        let rows = run.totals.by_gdpr.iter();
        rows.filter(|(name, _)| articles.iter().any(|it| name.starts_with(it)))
            .map(|row| row.1)
            .sum()
    };
    metric(
        &mut out,
        "findings_art9",
        "Findings of special categories (Art. 9 and 10 GDPR) that count, in the last run.",
        &[("", count(of_article(["Art. 9", "Art. 10"])))],
    );
    metric(
        &mut out,
        "suppressed",
        "Findings that do not count by decision.",
        &[("", count(run.totals.suppressed))],
    );
    if let Some(history) = &run.history {
        let rows = [
            ("{status=\"open\"}", count(history.open)),
            ("{status=\"new\"}", count(history.new)),
            ("{status=\"fixed\"}", count(history.fixed)),
            ("{status=\"reopened\"}", count(history.reopened)),
            ("{status=\"gone\"}", count(history.gone)),
            ("{status=\"suppressed\"}", count(history.suppressed)),
        ];
        metric(
            &mut out,
            "inputs_missing",
            "Inputs that were there in the run before.",
            &[("", count(history.missing))],
        );
        metric(
            &mut out,
            "paths_emptied",
            "Named folders that held inputs before and hold none now: emptied, or not mounted.",
            &[("", count(history.emptied))],
        );
        metric(
            &mut out,
            "findings_by_status",
            "Distinct findings: open and suppressed ones; new, fixed, reopened and gone since the run before.",
            &rows,
        );
        let rows: Vec<(String, i64)> = history
            .by_category
            .iter()
            .flat_map(|(category, statuses)| {
                statuses.iter().map(move |(status, number)| {
                    let labels =
                        format!("{{category=\"{}\",status=\"{}\"}}", safe(category), safe(status));
                    (labels, count(*number))
                })
            })
            .collect();
        metric(
            &mut out,
            "findings_by_category_and_status",
            "Distinct findings that the state knows.",
            &borrowed(&rows),
        );
        let rows: Vec<(String, i64)> = ["low", "medium", "high", "critical"]
            .iter()
            .map(|severity| {
                let news = history.news.get(*severity).copied().unwrap_or(0);
                (labelled("severity", severity), count(news))
            })
            .collect();
        metric(
            &mut out,
            "findings_news",
            "New and reopened findings since the run before.",
            &borrowed(&rows),
        );
        metric(
            &mut out,
            "findings_new_art9",
            "New findings of special categories (Art. 9 and 10 GDPR).",
            &[("", count(history.new_art9))],
        );
    }
    out
}

fn borrowed(rows: &[(String, i64)]) -> Vec<(&str, i64)> {
    rows.iter().map(|(labels, value)| (labels.as_str(), *value)).collect()
}

fn metric(out: &mut String, name: &str, help: &str, rows: &[(&str, i64)]) {
    let _ = writeln!(out, "# HELP sparsam_{name} {help}\n# TYPE sparsam_{name} gauge");
    for (labels, value) in rows {
        let _ = writeln!(out, "sparsam_{name}{labels} {value}");
    }
}

/// Categories of users' own rules are free text.
fn safe(label: &str) -> String {
    label
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '_' })
        .collect()
}

fn last_success(before: &str) -> i64 {
    before
        .lines()
        .find_map(|line| line.strip_prefix("sparsam_last_success_timestamp_seconds "))
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_success_survives_a_failure() {
        let cases = [
            ("", 0, "no run before"),
            ("sparsam_last_success_timestamp_seconds 1767600000\n", 1_767_600_000, "kept"),
            ("sparsam_last_success_timestamp_seconds x\n", 0, "not ours"),
        ];
        for (before, expected, why) in cases {
            assert_eq!(last_success(before), expected, "{why}");
        }
    }

    #[test]
    fn labels_are_words() {
        assert_eq!(safe("our\"\n{stuff}"), "our___stuff_");
    }
}
