//! One resolved set of findings: spans do not overlap, nothing is left half covered.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::level;
use crate::model::{Confidence, Finding, Reason, Rule, Span};

/// A match that has passed its validator and its context.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// Index of the rule, for a stable order.
    pub(super) rule: usize,
    pub(super) model: Arc<Rule>,
    pub(super) spans: Vec<Span>,
    pub(super) confidence: Confidence,
    pub(super) reasons: Vec<Reason>,
}

impl Candidate {
    /// Proven high, then counting at all, longer, surer, better founded; the order of rules last.
    fn rank(&self) -> impl Ord + use<> {
        let length: usize = self.spans.iter().map(|span| span.range.len()).sum();
        let is_proven =
            self.confidence == Confidence::High && self.reasons.contains(&Reason::Checksum);
        Reverse((
            is_proven,
            self.confidence >= Confidence::Medium,
            length,
            self.confidence,
            self.reasons.len(),
            Reverse(self.rule),
            Reverse(self.spans.first().map_or(0, |span| span.range.start)),
        ))
    }
}

/// Stronger candidates take their spans first; of a weaker one what sticks out of them stays, if it
/// holds letters or digits.
pub(super) fn resolve(mut candidates: Vec<Candidate>, text: &str) -> Vec<Finding> {
    candidates.sort_by_cached_key(Candidate::rank);
    let mut taken = Taken::default();
    let mut findings = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let mut spans = Vec::with_capacity(candidate.spans.len());
        for span in &candidate.spans {
            let free = taken.free(&span.range);
            let is_whole = free.first() == Some(&span.range);
            spans.extend(
                free.into_iter()
                    .filter_map(|range| if is_whole { Some(range) } else { core(text, range) })
                    .map(|range| Span { slot: span.slot, range }),
            );
        }
        if spans.is_empty() {
            continue;
        }
        for span in &spans {
            taken.take(&span.range);
        }
        let score = level::score(candidate.confidence, &candidate.reasons);
        findings.push(Finding {
            rule: candidate.model,
            spans,
            confidence: candidate.confidence,
            score,
            reasons: candidate.reasons,
        });
    }
    findings.sort_by_key(|finding| finding.spans.first().map_or(0, |span| span.range.start));
    findings
}

/// A rest without the separators around it; `None` if there is nothing else.
fn core(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let rest = &text[range.clone()];
    let start = rest.find(char::is_alphanumeric)?;
    let end =
        rest.char_indices().rfind(|(_, c)| c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8())?;
    Some(range.start + start..range.start + end)
}

/// Non-overlapping ranges, by start.
#[derive(Debug, Default)]
struct Taken(BTreeMap<usize, usize>);

impl Taken {
    fn take(&mut self, range: &Range<usize>) {
        self.0.insert(range.start, range.end);
    }

    /// The parts of a range that nothing has taken, in order.
    fn free(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let mut from = range.start;
        if let Some((_, end)) = self.0.range(..=range.start).next_back() {
            from = from.max(*end);
        }
        let mut free = Vec::new();
        for (start, end) in self.0.range(range.start..range.end) {
            if from < *start {
                free.push(from..*start);
            }
            from = from.max(*end);
        }
        if from < range.end {
            free.push(from..range.end);
        }
        free
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::model::Severity;

    fn candidate(
        rule: usize,
        range: Range<usize>,
        confidence: Confidence,
        checked: bool,
    ) -> Candidate {
        let model = Arc::new(Rule {
            id: format!("test.rule{rule}"),
            title_en: String::new(),
            title_de: String::new(),
            category: String::new(),
            gdpr: Vec::new(),
            severity: Severity::Low,
            label: String::new(),
        });
        let reasons = if checked { vec![Reason::Checksum] } else { vec![Reason::Shape] };
        Candidate { rule, model, spans: vec![Span { slot: 0, range }], confidence, reasons }
    }

    #[test]
    fn who_wins() {
        use Confidence::{High, Low, Medium};
        let text = "aaaa bbbb cccc dddd";
        let cases = [
            // (candidates, (rule, start, end) of findings, why)
            (
                vec![candidate(0, 0..9, Medium, false), candidate(1, 0..4, High, true)],
                vec![(1, 0, 4), (0, 5, 9)],
                "proven wins, the rest stays covered",
            ),
            (
                vec![candidate(0, 0..9, Medium, false), candidate(1, 0..14, Medium, false)],
                vec![(1, 0, 14)],
                "longer wins",
            ),
            (
                vec![candidate(0, 0..14, Low, false), candidate(1, 0..4, Medium, false)],
                vec![(1, 0, 4), (0, 5, 14)],
                "what counts wins",
            ),
            (
                vec![candidate(0, 0..4, Medium, false), candidate(1, 0..4, Medium, false)],
                vec![(0, 0, 4)],
                "order of rules at last",
            ),
            (
                vec![candidate(0, 0..5, Medium, false), candidate(1, 0..4, High, true)],
                vec![(1, 0, 4)],
                "a rest without letters is none",
            ),
            (
                vec![candidate(0, 0..14, Medium, false), candidate(1, 5..9, High, true)],
                vec![(0, 0, 4), (1, 5, 9)],
                "both sides",
            ),
        ];
        for (candidates, expected, why) in cases {
            let mut found: Vec<_> = Vec::new();
            for finding in resolve(candidates, text) {
                let rule = finding.rule.id.strip_prefix("test.rule").unwrap().parse().unwrap();
                found.push((rule, finding.spans[0].range.start, finding.spans[0].range.end));
            }
            assert_eq!(found, expected, "{why}");
        }
    }
}
