//! The built-in rules together, on whole messages: what must be found and what must stay silent.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use sparsam::detect::{Detector, page_of};
use sparsam::model::Confidence;
use sparsam::pattern::load_builtin;

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::new(&load_builtin().unwrap(), |_| true).unwrap());

/// Rules that find something in a message at the default level.
fn rules(text: &str) -> Vec<String> {
    let page = page_of(&[(None, text)]);
    let findings = DETECTOR.scan(&page);
    let counting = findings.iter().filter(|finding| finding.confidence >= Confidence::Medium);
    counting.map(|finding| finding.rule.id.clone()).collect()
}

fn fixture(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).unwrap()
}

#[test]
fn harmless_messages_stay_silent() {
    let mut alarms = Vec::new();
    for lang in ["de", "en", "es", "fr", "it", "nl", "pl"] {
        let text = fixture(&format!("harmless.{lang}.txt"));
        assert!(text.lines().count() >= 40, "{lang}");
        for line in text.lines() {
            let found = rules(line);
            if !found.is_empty() {
                alarms.push(format!("{line}: {found:?}"));
            }
        }
    }
    assert!(alarms.is_empty(), "{alarms:#?}");
}

#[test]
fn sensitive_messages_are_found_by_the_right_rule() {
    let text = fixture("sensitive.tsv");
    let mut misses = Vec::new();
    let mut count = 0;
    for line in text.lines().skip(1) {
        let [_, rule, text] = line.splitn(3, '\t').collect::<Vec<_>>()[..] else {
            panic!("expected lang, rule, text: {line}");
        };
        count += 1;
        let found = rules(text);
        if !found.iter().any(|found| found == rule) {
            misses.push(format!("{rule} in `{text}`: {found:?}"));
        }
    }
    assert!(count >= 300, "{count}");
    assert!(misses.is_empty(), "{misses:#?}");
}

/// Each identifier of the catalogue with a verified example is found behind its name, by its own rule.
#[test]
fn every_row_of_the_catalogue_has_a_rule() {
    let text = fixture("identifiers.tsv");
    let mut misses = Vec::new();
    let mut known: Vec<&str> = Vec::new();
    for line in text.lines().skip(1) {
        let [id, rule, text] = line.splitn(3, '\t').collect::<Vec<_>>()[..] else {
            panic!("expected id, rule, text: {line}");
        };
        known.push(rule);
        let found = rules(text);
        if found != [rule] {
            misses.push(format!("{id} `{text}`: {found:?}, expected {rule}"));
        }
    }
    assert!(misses.is_empty(), "{misses:#?}");
    known.sort_unstable();
    known.dedup();
    assert!(known.len() >= 90, "{}", known.len());
}

/// What the catalogue promises: how many rules for identifiers there are, how many of them check.
#[test]
fn rules_of_the_catalogue() {
    let set = load_builtin().unwrap();
    let is_identifier = |id: &str| {
        let family = id.split('.').next().unwrap_or_default();
        matches!(family, "identity" | "financial" | "business")
            || family == "health" && (id.contains("number") || id.contains("code"))
    };
    let all: Vec<_> = set
        .rules
        .iter()
        .filter(|rule| is_identifier(&rule.file.id) && rule.file.terms.is_none())
        .collect();
    let checked =
        all.iter().filter(|rule| rule.file.find.iter().any(|find| find.validator.is_some()));
    assert!(all.len() >= 100, "{}", all.len());
    assert!(checked.clone().count() >= 80, "{}", checked.count());
    let countries = [
        "at", "be", "bg", "ch", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gb", "gr", "hr",
        "hu", "ie", "is", "it", "li", "lt", "lu", "lv", "mt", "nl", "no", "pl", "pt", "ro", "se",
        "si", "sk",
    ];
    for country in countries {
        let has_rule = all.iter().any(|rule| {
            rule.file
                .id
                .split('.')
                .nth(1)
                .is_some_and(|name| name.split('_').next() == Some(country))
        });
        assert!(has_rule, "{country}");
    }
}
