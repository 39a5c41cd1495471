use super::{FindingRecord, InputRecord, Totals};

impl Totals {
    /// Counts a finding: records under `findings` and all `by_...`, places under `occurrences`.
    pub(super) fn add_finding(&mut self, finding: &FindingRecord) {
        if finding.status == "suppressed" {
            // Counted with its input.
            return;
        }
        self.findings += 1;
        self.occurrences = self.occurrences.saturating_add(finding.occurrences);
        *self.by_rule.entry(finding.rule.clone()).or_default() += 1;
        *self.by_category.entry(finding.category.clone()).or_default() += 1;
        *self.by_severity.entry(finding.severity.clone()).or_default() += 1;
        for article in &finding.gdpr {
            *self.by_gdpr.entry(article.clone()).or_default() += 1;
        }
    }

    /// Counts an input; its findings were counted one by one.
    pub(super) fn add_input(&mut self, input: &InputRecord) {
        self.inputs += 1;
        *self.by_status.entry(input.status.clone()).or_default() += 1;
        self.bytes = self.bytes.saturating_add(input.bytes);
        self.bytes_scanned = self.bytes_scanned.saturating_add(input.bytes_scanned);
        self.bytes_not_scanned = self.bytes_not_scanned.saturating_add(input.bytes_not_scanned);
        self.messages = self.messages.saturating_add(input.messages);
        self.suppressed = self.suppressed.saturating_add(input.suppressed);
        self.incidents += input.incidents.len() as u64;
        self.uninspected += input.uninspected.len() as u64;
        if let Some(copy) = &input.copy {
            *self.copies.entry(copy.status.clone()).or_default() += 1;
        }
    }
}
