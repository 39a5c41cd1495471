//! Rules that prove themselves: the tests that rule files carry.

use super::filter::{Neighbour, page_with};
use crate::detect::Detector;
use crate::model::{Confidence, Direction, Page};
use crate::pattern::{PatternError, RuleSet, RuleSource, Test};

/// Fewest tests of a rule that find something, and fewest that do not.
const LEAST: usize = 2;

/// Runs the tests of all rules of a set, those that are off included, against all its rules.
///
/// Answers what is wrong, sorted by rule: a rule that cannot be compiled, a test that fails, a rule
/// with too few tests, a miss that does not say why.
pub fn check_rules(rules: &RuleSet) -> Vec<PatternError> {
    let detector = match Detector::new(rules, |_| true) {
        Ok(detector) => detector,
        Err(error) => {
            return vec![PatternError {
                file: "rules".to_owned(),
                line: 0,
                what: error.to_string(),
            }];
        }
    };
    let mut wrong = Vec::new();
    for rule in &rules.rules {
        let at = Lines { rule, text: rules.text(rule) };
        let (hits, misses): (Vec<_>, Vec<_>) =
            rule.file.test.iter().partition(|test| !test.finds.is_empty());
        if hits.len() < LEAST || misses.len() < LEAST {
            wrong.push(at.error(0, format!("expected {LEAST} hits and {LEAST} misses as tests")));
        }
        for (number, test) in rule.file.test.iter().enumerate() {
            if test.finds.is_empty() && test.why.is_none() {
                wrong.push(at.error(at.test(number), "a miss needs a `why`".to_owned()));
            }
            let found = found(&detector, rule, test);
            if found != test.finds {
                let what = format!("finds {found:?}, expected {:?}", test.finds);
                wrong.push(at.error(at.test(number), what));
            }
        }
    }
    wrong
}

/// The values of a rule in the text of a test, at the default level.
fn found(detector: &Detector, rule: &RuleSource, test: &Test) -> Vec<String> {
    let page = page(test);
    let findings = detector.scan(&page);
    findings
        .iter()
        .filter(|finding| finding.rule.id == rule.file.id)
        .filter(|finding| finding.confidence >= Confidence::Medium)
        .flat_map(|finding| &finding.spans)
        .filter(|span| page.owned.contains(&span.slot))
        .map(|span| page.text[span.range.clone()].to_owned())
        .collect()
}

fn page(test: &Test) -> Page {
    let before: Vec<Neighbour<'_>> = test
        .before
        .iter()
        .map(|message| match message.strip_prefix("> ") {
            Some(text) => Neighbour { text, same_sender: true },
            None => Neighbour { text: message, same_sender: false },
        })
        .collect();
    let direction = match test.direction.as_deref() {
        Some("in") => Direction::In,
        Some("out") => Direction::Out,
        _ => Direction::Unknown,
    };
    page_with(&test.text, &before, direction)
}

/// Places in a rule file.
struct Lines<'a> {
    rule: &'a RuleSource,
    text: &'a str,
}

impl Lines<'_> {
    /// Line of the test of this number from 0; 0 where tests are written in another way.
    fn test(&self, number: usize) -> u32 {
        let heads = self.text.lines().enumerate().filter(|line| line.1.trim() == "[[test]]");
        heads.map(|line| u32::try_from(line.0 + 1).unwrap_or(0)).nth(number).unwrap_or(0)
    }

    fn error(&self, line: u32, what: String) -> PatternError {
        PatternError { file: self.rule.path.clone(), line, what }
    }
}
