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
