//! Counts of one half of the corpus.

use std::collections::BTreeMap;

use super::Found;
use super::messages::{Case, Kind};

/// How one group of messages went.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Count {
    pub(super) messages: usize,
    /// Something marked was found.
    pub(super) found: usize,
    /// By the rule, or the family, that should.
    pub(super) right: usize,
    /// All that is marked is covered.
    pub(super) whole: usize,
}

impl Count {
    pub(super) fn recall(self) -> f64 {
        self.found as f64 / self.messages.max(1) as f64
    }
    pub(super) fn right_share(self) -> f64 {
        self.right as f64 / self.found.max(1) as f64
    }
    fn add(&mut self, found: bool, right: bool, whole: bool) {
        self.messages += 1;
        self.found += usize::from(found);
        self.right += usize::from(right);
        self.whole += usize::from(whole);
    }
}

/// All counts of a half.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) by_rule: BTreeMap<String, Count>,
    pub(super) by_form: BTreeMap<&'static str, Count>,
    pub(super) by_group: BTreeMap<(&'static str, String), Count>,
    /// (expected, found instead)
    pub(super) confusion: BTreeMap<(String, String), usize>,
    /// By language: messages, those with an alarm.
    pub(super) harmless: BTreeMap<String, (usize, usize)>,
    /// Near misses of tokens: messages, those with a finding of the family.
    pub(super) near_misses: (usize, usize),
    /// By rule: findings on nothing marked.
    pub(super) alarms: BTreeMap<String, usize>,
    /// Findings, those on something marked.
    pub(super) findings: (usize, usize),
    errors: Vec<(String, String)>,
}

impl Tally {
    pub(super) fn add(&mut self, case: &Case, found: Vec<Found>) {
        let overlaps = |found: &Found| {
            case.gold
                .iter()
                .any(|gold| gold.start < found.range.end && found.range.start < gold.end)
        };
        if case.kind == Kind::NearMiss {
            let wrong = found.iter().find(|one| is_of(&one.rule, &case.rule));
            self.near_misses.0 += 1;
            self.near_misses.1 += usize::from(wrong.is_some());
            if let Some(one) = wrong {
                let line = format!("NEAR {} in {:?}", one.rule, case.text);
                self.errors.push(("near miss".to_owned(), line));
            }
            return;
        }
        for one in &found {
            self.findings.0 += 1;
            if overlaps(one) {
                self.findings.1 += 1;
            } else {
                *self.alarms.entry(one.rule.clone()).or_default() += 1;
                let place = &case.text[one.range.clone()];
                let line = format!("FALSE {} >>{place}<< in {:?}", one.rule, case.text);
                self.errors.push((format!("alarm {}", one.rule), line));
            }
        }
        if case.kind == Kind::Harmless {
            let count = self.harmless.entry(case.lang.clone()).or_default();
            count.0 += 1;
            count.1 += usize::from(!found.is_empty());
            return;
        }
        let hits: Vec<&Found> = found.iter().filter(|one| overlaps(one)).collect();
        let is_right = hits.iter().any(|hit| is_of(&hit.rule, &case.rule));
        let is_whole = case.gold.iter().all(|gold| {
            gold.clone().all(|at| {
                !case.text.as_bytes()[at].is_ascii_alphanumeric()
                    || hits.iter().any(|hit| hit.range.contains(&at))
            })
        });
        let count = |count: &mut Count| count.add(!hits.is_empty(), is_right, is_whole);
        count(self.by_rule.entry(case.rule.clone()).or_default());
        count(self.by_group.entry((group(case), language(case))).or_default());
        if case.kind == Kind::Identifier {
            count(self.by_form.entry(case.form).or_default());
        }
        if hits.is_empty() {
            let line =
                format!("MISS {} {} {:?} {:?}", case.rule, case.form, case.before, case.text);
            self.errors.push((format!("miss {} {}", group(case), case.rule), line));
        } else if !is_right {
            *self.confusion.entry((case.rule.clone(), hits[0].rule.clone())).or_default() += 1;
            let line = format!(
                "WRONG {} for {} {:?} {:?}",
                hits[0].rule, case.rule, case.before, case.text
            );
            self.errors.push((format!("wrong {} {}", case.rule, hits[0].rule), line));
        }
    }

    /// Up to so many examples of each kind of mistake.
    pub(super) fn errors(&self, most: usize) -> Vec<&str> {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut lines: Vec<&str> = Vec::new();
        for (kind, line) in &self.errors {
            let count = seen.entry(kind).or_default();
            *count += 1;
            if *count <= most {
                lines.push(line);
            }
        }
        lines.sort_unstable();
        lines
    }

    /// All groups of this name together.
    pub(super) fn group(&self, name: &str, is_lang: impl Fn(&str) -> bool) -> Count {
        let mut all = Count::default();
        for ((group, lang), count) in &self.by_group {
            if *group == name && is_lang(lang) {
                all.messages += count.messages;
                all.found += count.found;
                all.right += count.right;
                all.whole += count.whole;
            }
        }
        all
    }

    /// Of the messages with a token or a near miss that were found, the share of tokens.
    pub(super) fn token_precision(&self) -> f64 {
        let found = self.group("tokens", |_| true).found;
        found as f64 / (found + self.near_misses.1).max(1) as f64
    }

    /// Alarms per 10,000 harmless messages.
    pub(super) fn alarm_rate(&self) -> f64 {
        let (all, alarms) =
            self.harmless.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        alarms as f64 * 10_000.0 / all.max(1) as f64
    }
}

/// Whether a rule is the expected one, or of the expected family.
fn is_of(rule: &str, expected: &str) -> bool {
    rule == expected || !expected.contains('.') && rule.split('.').next() == Some(expected)
}

/// The line of the goals that a case counts for.
fn group(case: &Case) -> &'static str {
    match (case.kind, case.rule.as_str()) {
        (Kind::Identifier, _) => "identifiers",
        (Kind::Answer, _) => "answers",
        (Kind::Split, _) => "split",
        (Kind::Token, _) => "tokens",
        (_, "health") => "health",
        (_, rule) if rule.starts_with("art9") || rule.starts_with("art10") => "art9 and art10",
        (_, "credential") => "credentials",
        (_, rule) if rule.starts_with("contact") || rule.starts_with("identity") => "contact",
        _ => "finances and social",
    }
}

fn language(case: &Case) -> String {
    case.lang.clone()
}
