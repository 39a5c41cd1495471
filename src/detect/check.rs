//! Runs the tests that stand in rule files.

use super::{DetectError, Detector};
use crate::model::{Confidence, Direction, Message, Page, Part, SenderId, Slot};
use crate::pattern::{RuleSet, RuleSource, Test};

/// A test of a rule that did not find what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFailure {
    /// Number of the test in its file, from 1.
    pub test: usize,
    /// What the file says.
    pub expected: Vec<String>,
    /// What was found.
    pub found: Vec<String>,
}

/// Runs all tests of a rule, the other rules off.
///
/// # Errors
/// The rule does not compile.
pub fn check_rule(rules: &RuleSet, rule: &RuleSource) -> Result<Vec<TestFailure>, DetectError> {
    let detector = Detector::new(rules, |other| other.file.id == rule.file.id)?;
    let mut failures = Vec::new();
    for (at, test) in rule.file.test.iter().enumerate() {
        let found = found(&detector, rule, test);
        if found != test.finds {
            failures.push(TestFailure { test: at + 1, expected: test.finds.clone(), found });
        }
    }
    Ok(failures)
}

/// The confidence that counts for a rule: one that is off unless asked for may be unsure.
fn least(rule: &RuleSource) -> Confidence {
    if rule.file.off { Confidence::Low } else { Confidence::Medium }
}

/// Values of a rule at the default level in the message of a test.
fn found(detector: &Detector, rule: &RuleSource, test: &Test) -> Vec<String> {
    let page = test_page(test);
    let own = page.slots.len() - 1;
    detector
        .scan(&page)
        .iter()
        .filter(|finding| finding.rule.id == rule.file.id && finding.confidence >= least(rule))
        .flat_map(|finding| &finding.spans)
        .filter(|span| span.slot == own)
        .map(|span| page.text[span.range.clone()].to_owned())
        .collect()
}

/// The conversation of a test; its last message is the page's own.
fn test_page(test: &Test) -> Page {
    let direction = match test.direction.as_deref() {
        Some("in") => Direction::In,
        Some("out") => Direction::Out,
        _ => Direction::Unknown,
    };
    let before = test.before.iter().map(|text| match text.strip_prefix("> ") {
        Some(same) => (Some(SenderId(0)), same),
        None => (Some(SenderId(1)), text.as_str()),
    });
    let texts: Vec<_> = before.chain([(Some(SenderId(0)), test.text.as_str())]).collect();
    let mut page = page_of(&texts);
    page.owned = page.slots.len() - 1..page.slots.len();
    page.owned_text = page.slots.last().map_or(0..0, |slot| slot.range.clone());
    if let Some(last) = page.messages.last_mut() {
        last.direction = direction;
    }
    page
}

/// A page of messages with one text each: (sender, text), all of them the page's own.
pub fn page_of(texts: &[(Option<SenderId>, &str)]) -> Page {
    let mut page = Page::default();
    for (at, (sender, text)) in texts.iter().enumerate() {
        let start = page.text.len();
        page.text.push_str(text);
        page.messages.push(Message {
            index: at as u64 + 1,
            line: at as u64 + 1,
            sender: *sender,
            sender_text: start..start,
            direction: Direction::Unknown,
            time: None,
        });
        let range = start..page.text.len();
        page.slots.push(Slot { part: Part::Body, message: at, range, cell: None });
        page.text.push('\n');
    }
    page.owned = 0..page.slots.len();
    page.owned_text = 0..page.text.len();
    page
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::pattern::load_builtin;

    #[test]
    fn rules_hold_alone() {
        let rules = load_builtin().unwrap();
        let mut failed = String::new();
        for rule in &rules.rules {
            for failure in check_rule(&rules, rule).unwrap() {
                let text = &rule.file.test[failure.test - 1].text;
                failed += &format!("{}: {text:?}\n    {failure:?}\n", rule.path);
            }
        }
        assert!(failed.is_empty(), "\n{failed}");
    }

    /// Other rules may win a place, but nothing may stay in the clear, and no miss may turn into a hit.
    #[test]
    fn rules_hold_together() {
        let rules = load_builtin().unwrap();
        let detector = Detector::new(&rules, |_| true).unwrap();
        let mut failed = String::new();
        for rule in &rules.rules {
            for test in &rule.file.test {
                let page = test_page(test);
                let own = &page.slots[page.slots.len() - 1].range;
                let findings = detector.scan(&page);
                let mut covered = vec![false; page.text.len()];
                for finding in &findings {
                    if finding.confidence >= least(rule) {
                        for span in &finding.spans {
                            covered[span.range.clone()].fill(true);
                        }
                    }
                }
                let mut from = own.start;
                for value in &test.finds {
                    let start =
                        from + page.text[from..].find(value.as_str()).expect("a value of the text");
                    from = start + value.len();
                    let is_bare = (start..from)
                        .any(|at| page.text.as_bytes()[at].is_ascii_alphanumeric() && !covered[at]);
                    if is_bare {
                        failed += &format!("{}: {value:?} stays in {:?}\n", rule.path, test.text);
                    }
                }
                if test.finds.is_empty() && !found(&detector, rule, test).is_empty() {
                    failed += &format!("{}: found in {:?}\n", rule.path, test.text);
                }
            }
        }
        assert!(failed.is_empty(), "\n{failed}");
    }
}
