//! Foreign data: JSON Lines with marked spans.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::messages::rows;
use super::{Found, Judge};

/// Counts of one label in one file.
#[derive(Default)]
struct Count {
    gold: usize,
    gold_found: usize,
    found: usize,
    found_right: usize,
}

/// A marked span, in characters.
struct Gold {
    start: usize,
    end: usize,
    label: String,
}

/// Scores files and prints a table each. A span counts as found if a finding of its label overlaps it;
/// labels that a file marks nowhere are alarms if the file marks nothing at all.
pub(super) fn score(
    judge: &Judge,
    files: &[PathBuf],
    prefixes: Option<&Path>,
    errors: usize,
) -> anyhow::Result<()> {
    let labels = Labels::load()?;
    let prefixes = prefixes.map(table).transpose()?.unwrap_or_default();
    println!("file\tlabel\tmarked\tfound\tprecision\trecall\tF1");
    for file in files {
        one(judge, file, &labels, &prefixes, errors)?;
    }
    Ok(())
}

fn one(
    judge: &Judge,
    file: &Path,
    labels: &Labels,
    prefixes: &BTreeMap<String, String>,
    errors: usize,
) -> anyhow::Result<()> {
    let name = file.file_stem().map(|name| name.to_string_lossy()).unwrap_or_default();
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut records = Vec::new();
    let mut marked = BTreeSet::new();
    for (number, line) in text.lines().enumerate() {
        let record: Value =
            serde_json::from_str(line).with_context(|| format!("{name}:{}", number + 1))?;
        let gold = gold(&record).with_context(|| format!("{name}:{}", number + 1))?;
        marked.extend(gold.iter().map(|gold| gold.label.clone()));
        records.push((record, gold));
    }
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let (mut alarms, mut shown) = (0, BTreeMap::<String, usize>::new());
    let mut tell = |kind: String, line: String| {
        let count = shown.entry(kind).or_default();
        *count += 1;
        if *count <= errors {
            println!("    {line}");
        }
    };
    let is_bare = marked.is_empty();
    let total = records.len();
    for (record, gold) in records {
        let text = record["text"].as_str().context("no text")?;
        let scope: Option<Vec<&str>> =
            record["scope"].as_array().map(|all| all.iter().filter_map(Value::as_str).collect());
        let prefix = record["meta"]["kind"].as_str().and_then(|kind| prefixes.get(kind));
        let prefix = prefix.map_or("", String::as_str);
        let whole = format!("{prefix}{text}");
        let in_scope = |label: &str| scope.as_ref().is_none_or(|all| all.contains(&label));
        let at = |byte: usize| text[..text.floor_char_boundary(byte)].chars().count();
        let mut found: Vec<Gold> = Vec::new();
        for Found { rule, range } in judge.found(&[], &whole) {
            if range.end > prefix.len() {
                let (start, end) =
                    (range.start.saturating_sub(prefix.len()), range.end - prefix.len());
                found.push(Gold { start: at(start), end: at(end), label: labels.of(&rule) });
            }
        }
        if is_bare {
            alarms += usize::from(!found.is_empty());
            for one in &found {
                tell(one.label.clone(), format!("alarm {}: {text:?}", one.label));
            }
            continue;
        }
        let overlaps = |a: &Gold, b: &Gold| a.start < b.end && b.start < a.end;
        for one in &found {
            if !marked.contains(&one.label) || !in_scope(&one.label) {
                continue;
            }
            let hit = |of: &Gold| of.label == one.label && overlaps(of, one);
            let ignored = format!("ignore:{}", one.label);
            if !gold.iter().any(hit)
                && gold.iter().any(|of| of.label == ignored && overlaps(of, one))
            {
                continue;
            }
            let count = counts.entry(one.label.clone()).or_default();
            count.found += 1;
            if gold.iter().any(hit) {
                count.found_right += 1;
            } else {
                tell(format!("+{}", one.label), format!("false {}: {whole:?}", one.label));
            }
        }
        for of in gold.iter().filter(|of| !of.label.starts_with("ignore:")) {
            let count = counts.entry(of.label.clone()).or_default();
            count.gold += 1;
            if found.iter().any(|one| one.label == of.label && overlaps(of, one)) {
                count.gold_found += 1;
            } else {
                let instead: Vec<_> = found.iter().map(|one| one.label.as_str()).collect();
                tell(
                    format!("-{}", of.label),
                    format!("missed {}: {whole:?} {} {instead:?}", of.label, record["meta"]),
                );
            }
        }
    }
    for (label, count) in &counts {
        let precision = count.found_right as f64 / count.found.max(1) as f64;
        let recall = count.gold_found as f64 / count.gold.max(1) as f64;
        let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
        println!(
            "{name}\t{label}\t{}\t{}\t{precision:.3}\t{recall:.3}\t{f1:.3}",
            count.gold, count.found
        );
    }
    if is_bare {
        let rate = alarms as f64 * 1000.0 / total.max(1) as f64;
        println!("{name}\talarms: {alarms} of {total} messages, {rate:.2} per 1,000");
    }
    Ok(())
}

fn gold(record: &Value) -> anyhow::Result<Vec<Gold>> {
    let spans = record["spans"].as_array().map_or(&[][..], Vec::as_slice);
    let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
    spans
        .iter()
        .map(|span| match (number(&span["start"]), number(&span["end"]), span["label"].as_str()) {
            (Some(start), Some(end), Some(label)) => {
                Ok(Gold { start, end, label: label.to_owned() })
            }
            _ => bail!("a span without start, end and label"),
        })
        .collect()
}

/// Labels of rules: `labels.tsv`, the first line that fits.
struct Labels(Vec<(String, String)>);

impl Labels {
    fn load() -> anyhow::Result<Self> {
        let rows = rows("labels.tsv")?;
        Ok(Self(rows.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()))
    }

    fn of(&self, rule: &str) -> String {
        let fits = |pattern: &str| match pattern.split_once('*') {
            Some((head, tail)) => rule.starts_with(head) && rule.ends_with(tail),
            None => rule == pattern,
        };
        let found = self.0.iter().find(|(pattern, _)| fits(pattern));
        found.map_or_else(|| rule.to_owned(), |(_, label)| label.clone())
    }
}

/// Lines of key, tab, value.
fn table(path: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect())
}
