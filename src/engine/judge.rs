//! The user's decisions applied to what detection found.

use std::sync::Arc;

use super::Options;
use crate::detect;
use crate::model::{Confidence, Finding, Message, Page, Part, Rule, Secret, Slot};
use crate::policy::Policy;

/// What becomes of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Reported, and redacted in copies.
    Counts,
    /// Below the level that counts.
    Below,
    /// The firm's own data: counted as suppressed, kept in copies.
    Own,
}

/// The matched value; pieces of a split one joined by spaces.
pub(super) fn value_of(page: &Page, finding: &Finding) -> String {
    let pieces: Vec<&str> =
        finding.spans.iter().map(|span| &page.text[span.range.clone()]).collect();
    pieces.join(" ")
}

/// Judges one finding.
pub(super) fn judge(options: &Options<'_>, page: &Page, finding: &Finding) -> Verdict {
    let level = level(options, &finding.rule);
    if finding.confidence < level {
        return Verdict::Below;
    }
    let value = value_of(page, finding);
    let normalised = detect::normalise(&finding.rule.id, Secret::new(&value));
    if options.policy.is_own(&finding.rule.id, &normalised) {
        Verdict::Own
    } else {
        Verdict::Counts
    }
}

fn level(options: &Options<'_>, rule: &Rule) -> Confidence {
    Policy::lookup(&options.policy.confidence, &rule.id).copied().unwrap_or(options.confidence)
}

/// Findings in a single text that stands alone, such as a sender or a file name, with their page.
pub(super) fn scan_alone(options: &Options<'_>, text: &str, part: Part) -> (Page, Vec<Finding>) {
    let message = Message {
        index: 0,
        line: 0,
        sender: None,
        sender_text: 0..0,
        direction: crate::model::Direction::Unknown,
        time: None,
    };
    let slot = Slot { part, message: 0, range: 0..text.len(), cell: None };
    let page = Page {
        text: text.to_owned(),
        owned_text: 0..text.len(),
        messages: vec![message],
        slots: vec![slot],
        owned: 0..1,
        raw: crate::model::Raw::default(),
    };
    let findings = options.detector.scan(&page);
    (page, findings)
}

/// As [`scan_alone`], only what counts.
pub(super) fn counting_alone(
    options: &Options<'_>,
    text: &str,
    part: Part,
) -> (Page, Vec<Finding>) {
    let (page, mut findings) = scan_alone(options, text, part);
    findings.retain(|finding| judge(options, &page, finding) == Verdict::Counts);
    (page, findings)
}

/// A rule's severity after the policy.
pub(super) fn severity(options: &Options<'_>, rule: &Arc<Rule>) -> crate::model::Severity {
    Policy::lookup(&options.policy.severity, &rule.id).copied().unwrap_or(rule.severity)
}
