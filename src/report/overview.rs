use std::collections::BTreeMap;

use super::{FindingRecord, InputRecord};

/// Findings by severity, from critical to low.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counts(pub [u64; 4]);

/// Names of severities in the order of [`Counts`].
pub(super) const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];

impl Counts {
    /// Counts one; a severity that is none of the four counts as low.
    pub(super) fn add(&mut self, severity: &str) {
        self.0[place(severity)] += 1;
    }

    /// All severities together.
    pub fn sum(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// Index of a severity in [`Counts`].
pub(super) fn place(severity: &str) -> usize {
    SEVERITIES.iter().position(|name| *name == severity).unwrap_or(SEVERITIES.len() - 1)
}

/// Attachments that nobody looked into.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attachments {
    /// How many.
    pub count: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

/// Redacted copies of one status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copies {
    /// How many.
    pub count: u64,
    /// Values replaced in them.
    pub redactions: u64,
    /// Members left out of them.
    pub withheld: u64,
}

/// Sums for people beyond [`super::Totals`]. Bounded by the number of rules and kinds.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// Findings by category and severity.
    pub categories: BTreeMap<String, Counts>,
    /// Inputs with at least one finding.
    pub inputs_with_findings: u64,
    /// Incidents by kind.
    pub incidents: BTreeMap<String, u64>,
    /// Attachments nobody looked into, by kind.
    pub uninspected: BTreeMap<String, Attachments>,
    /// Copies by status.
    pub copies: BTreeMap<String, Copies>,
}

impl Overview {
    pub(super) fn add_finding(&mut self, finding: &FindingRecord) {
        self.categories.entry(finding.category.clone()).or_default().add(&finding.severity);
    }

    pub(super) fn add_input(&mut self, input: &InputRecord) {
        self.inputs_with_findings += u64::from(input.findings > 0);
        for incident in &input.incidents {
            *self.incidents.entry(incident.kind.clone()).or_default() += 1;
        }
        for item in &input.uninspected {
            let sum = self.uninspected.entry(item.kind.clone()).or_default();
            sum.count += 1;
            sum.bytes = sum.bytes.saturating_add(item.bytes);
        }
        if let Some(copy) = &input.copy {
            let sum = self.copies.entry(copy.status.clone()).or_default();
            sum.count += 1;
            sum.redactions = sum.redactions.saturating_add(copy.redactions);
            sum.withheld += copy.withheld.len() as u64;
        }
    }

    /// Categories, worst first.
    pub(super) fn worst_categories(&self) -> Vec<(&str, Counts)> {
        let mut rows: Vec<_> =
            self.categories.iter().map(|(name, counts)| (name.as_str(), *counts)).collect();
        rows.sort_by_key(|(_, counts)| std::cmp::Reverse(*counts));
        rows
    }
}
