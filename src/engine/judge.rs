//! The user's decisions applied to what detection found.

use std::sync::Arc;

use super::Options;
use crate::detect;
use crate::format::media;
use crate::model::{Confidence, Edit, Finding, Page, Part, Rule, Secret};
use crate::policy::{Operator, Policy};
use crate::redact;

/// What becomes of a finding.
pub(super) enum Verdict {
    /// Reported, and redacted in copies.
    Counts(Value),
    /// Below the level that counts.
    Below,
    /// The firm's own data: counted as suppressed, kept in copies.
    Own,
}

/// What a finding found; lives only as long as its page.
pub(super) struct Value {
    /// As it stands in the text; pieces of a split one joined by spaces.
    pub(super) text: String,
    /// As it is compared and hashed.
    pub(super) normal: String,
}

impl Value {
    fn new(page: &Page, finding: &Finding) -> Self {
        let pieces: Vec<&str> =
            finding.spans.iter().map(|span| &page.text[span.range.clone()]).collect();
        let text = pieces.join(" ");
        let normal = detect::normalise(&finding.rule.id, Secret::new(&text));
        Self { text, normal }
    }

    /// What stands in a copy instead of the value; of a key, something that tells values apart.
    pub(super) fn replacement(&self, options: &Options<'_>, rule: &Rule, is_key: bool) -> String {
        let operator = if is_key { Operator::Pseudonym } else { options.policy.operator(&rule.id) };
        redact::replacement(
            operator,
            &rule.label,
            rule.family(),
            Secret::new(&self.normal),
            options.secret,
        )
    }
}

/// Judges one finding.
pub(super) fn judge(options: &Options<'_>, page: &Page, finding: &Finding) -> Verdict {
    if finding.confidence < level(options, &finding.rule) {
        return Verdict::Below;
    }
    let value = Value::new(page, finding);
    if options.policy.is_own(&finding.rule.id, &value.normal) {
        Verdict::Own
    } else {
        Verdict::Counts(value)
    }
}

fn level(options: &Options<'_>, rule: &Rule) -> Confidence {
    Policy::lookup(&options.policy.confidence, &rule.id).copied().unwrap_or(options.confidence)
}

/// Findings in a single text that stands alone, such as a sender or a file name, with their page. What
/// a name ends with that says what a file is belongs to no value: `erika@example.org.docx`.
pub(super) fn scan_alone(options: &Options<'_>, text: &str, part: Part) -> (Page, Vec<Finding>) {
    let mut page = Page::of_one(part, text.to_owned());
    if part == Part::Filename {
        page.slots[0].range.end = media::stem(text).len();
    }
    let findings = options.detector.scan(&page);
    (page, findings)
}

/// As [`scan_alone`], only what counts, each with its value.
pub(super) fn counting_alone(
    options: &Options<'_>,
    text: &str,
    part: Part,
) -> (Page, Vec<(Finding, Value)>) {
    let (page, findings) = scan_alone(options, text, part);
    let counting = findings
        .into_iter()
        .filter_map(|finding| match judge(options, &page, &finding) {
            Verdict::Counts(value) => Some((finding, value)),
            Verdict::Below | Verdict::Own => None,
        })
        .collect();
    (page, counting)
}

/// Edits that put `replacement` in the place of a finding.
pub(super) fn edits_of<'f>(
    finding: &'f Finding,
    replacement: &'f str,
) -> impl Iterator<Item = Edit> + use<'f> {
    finding
        .spans
        .iter()
        .map(|span| Edit { range: span.range.clone(), replacement: replacement.to_owned() })
}

/// A rule's severity after the policy.
pub(super) fn severity(options: &Options<'_>, rule: &Arc<Rule>) -> crate::model::Severity {
    Policy::lookup(&options.policy.severity, &rule.id).copied().unwrap_or(rule.severity)
}
