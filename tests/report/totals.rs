//! Every output gives the same totals.

use std::collections::BTreeMap;
use std::fs;

use sparsam::report::{FindingRecord, InputRecord, Lang, RunRecord, Totals};

use super::fixture;

/// Sums of records, by hand.
fn recount(findings: &[FindingRecord], inputs: &[InputRecord], skipped: u64) -> Totals {
    let mut totals = Totals { skipped, ..Totals::default() };
    let count = |map: &mut BTreeMap<String, u64>, key: &str| {
        *map.entry(key.to_owned()).or_default() += 1;
    };
    for finding in findings {
        totals.findings += 1;
        totals.occurrences += finding.occurrences;
        count(&mut totals.by_rule, &finding.rule);
        count(&mut totals.by_category, &finding.category);
        count(&mut totals.by_severity, &finding.severity);
        finding.gdpr.iter().for_each(|article| count(&mut totals.by_gdpr, article));
    }
    for input in inputs {
        totals.inputs += 1;
        count(&mut totals.by_status, &input.status);
        totals.bytes += input.bytes;
        totals.bytes_scanned += input.bytes_scanned;
        totals.bytes_not_scanned += input.bytes_not_scanned;
        totals.messages += input.messages;
        totals.suppressed += input.suppressed;
        totals.incidents += input.incidents.len() as u64;
        totals.uninspected += input.uninspected.len() as u64;
        if let Some(copy) = &input.copy {
            *totals.copies.entry(copy.status.clone()).or_default() += 1;
        }
    }
    totals
}

#[test]
fn all_outputs_give_the_same_totals() {
    let folder = tempfile::tempdir().unwrap();
    let fed = fixture::inputs();
    let (run, summary) = fixture::write(folder.path(), Lang::En, &fed);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();

    let findings: Vec<FindingRecord> =
        read("findings.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let whole: serde_json::Value = serde_json::from_str(&read("report.json")).unwrap();
    let inputs: Vec<InputRecord> = serde_json::from_value(whole["inputs"].clone()).unwrap();
    let head: RunRecord = serde_json::from_value(whole).unwrap();
    assert_eq!(head, run);
    assert_eq!(recount(&findings, &inputs, 1), run.totals, "findings.jsonl and report.json");
    assert_eq!(inputs.iter().map(|input| input.findings).sum::<u64>(), run.totals.findings);
    assert_eq!(inputs.iter().map(|input| input.occurrences).sum::<u64>(), run.totals.occurrences);
    assert!(fed.iter().map(|(_, input)| input).eq(&inputs));
    assert!(fed.iter().flat_map(|(findings, _)| findings).eq(&findings));

    let mut table = csv::Reader::from_path(folder.path().join("findings.csv")).unwrap();
    let rows: Vec<BTreeMap<String, String>> = table.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len() as u64, run.totals.findings);
    let occurrences =
        rows.iter().map(|row| row["occurrences"].parse::<u64>().unwrap()).sum::<u64>();
    assert_eq!(occurrences, run.totals.occurrences);
    for (severity, count) in &run.totals.by_severity {
        assert_eq!(rows.iter().filter(|row| row["severity"] == *severity).count() as u64, *count);
    }

    let page = read("report.html");
    let shown = |id: &str| {
        let (_, rest) = page.split_once(&format!("id=\"{id}\" value=\"")).expect(id);
        rest.split_once('"').unwrap().0.parse::<u64>().unwrap()
    };
    let totals = &run.totals;
    let cases = [
        ("total-findings", totals.findings),
        ("total-occurrences", totals.occurrences),
        ("total-inputs", totals.inputs),
        ("total-messages", totals.messages),
        ("total-incidents", totals.incidents),
        ("total-uninspected", totals.uninspected),
        ("total-skipped", totals.skipped),
        ("total-suppressed", totals.suppressed),
        ("total-bytes-scanned", totals.bytes_scanned),
        ("total-bytes-not-scanned", totals.bytes_not_scanned),
        ("severity-critical", totals.by_severity["critical"]),
        ("severity-low", totals.by_severity["low"]),
        ("status-partial", totals.by_status["partial"]),
        ("status-clean", totals.by_status["clean"]),
    ];
    for (id, expected) in cases {
        assert_eq!(shown(id), expected, "{id} in report.html");
    }
    let (shown, rest) = page.split_once("<template").unwrap();
    assert_eq!(shown.matches("<tr data-severity=").count() as u64, totals.findings);
    assert_eq!(
        rest.matches("<tr data-severity=").count() as u64,
        totals.findings,
        "other language"
    );

    let text = summary.render(&run, Lang::En);
    let sum = text.lines().find(|line| line.starts_with("Sum ")).unwrap();
    let numbers: Vec<u64> =
        sum.split_whitespace().skip(1).map(|n| n.parse().unwrap_or(0)).collect();
    let of = |severity| totals.by_severity[severity];
    assert_eq!(numbers, [of("critical"), of("high"), of("medium"), of("low"), totals.findings]);
}

#[test]
fn columns_are_the_keys_in_order() {
    let folder = tempfile::tempdir().unwrap();
    fixture::write(folder.path(), Lang::En, &fixture::inputs());
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let (lines, table) = (read("findings.jsonl"), read("findings.csv"));
    let line = lines.lines().next().unwrap();
    let keys = serde_json::from_str::<serde_json::Value>(line).unwrap();
    let mut rest = line;
    let columns: Vec<&str> = table.lines().next().unwrap().trim_end().split(',').collect();
    assert_eq!(columns.len(), keys.as_object().unwrap().len());
    for column in columns {
        rest = rest.split_once(&format!("\"{column}\":")).expect(column).1;
    }
}
