use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One line of `findings.jsonl`, schema 1: the contract of `docs/report.md`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct FindingRecord {
    pub schema: u32,
    pub id: String,
    pub value_id: String,
    pub rule: String,
    pub category: String,
    pub gdpr: Vec<String>,
    pub severity: String,
    pub confidence: String,
    pub score: f32,
    pub reasons: Vec<String>,
    pub status: String,
    pub input: String,
    pub path: String,
    pub member: Option<String>,
    pub chat: String,
    pub message: u64,
    pub part: String,
    pub time: Option<String>,
    pub direction: Option<String>,
    pub occurrences: u64,
    pub start: Option<u64>,
    pub end: Option<u64>,
    pub spans: Vec<(u64, u64)>,
    pub line: Option<u64>,
    pub table: Option<String>,
    pub column: Option<String>,
    pub row: Option<i64>,
    pub cell_start: Option<u64>,
    pub cell_end: Option<u64>,
    pub preview: String,
    pub length: u64,
    /// With a state: when it was first seen.
    #[serde(default)]
    pub first_seen: Option<String>,
    /// With a state: why it is new, `data`, `rules` or `secret`; null if it is not.
    #[serde(default)]
    pub because: Option<String>,
}

/// One input in `report.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct InputRecord {
    pub path: String,
    pub input: String,
    pub format: Option<String>,
    pub status: String,
    pub bytes: u64,
    pub bytes_scanned: u64,
    pub bytes_not_scanned: u64,
    pub messages: u64,
    pub findings: u64,
    pub occurrences: u64,
    pub suppressed: u64,
    pub incidents: Vec<IncidentRecord>,
    pub uninspected: Vec<UninspectedRecord>,
    pub notes: Vec<String>,
    /// What became of its copy, for `redact`: `written`, `refused`, `omitted`, with what was left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<CopyRecord>,
    /// With a state: path of another input that holds the same chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_chat_as: Option<String>,
}

/// The copy of one input.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct CopyRecord {
    pub status: String,
    pub path: Option<String>,
    pub bytes: u64,
    pub redactions: u64,
    pub withheld: Vec<String>,
}

/// Something that could not be fully read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct IncidentRecord {
    pub kind: String,
    pub member: Option<String>,
    pub detail: String,
}

/// Something of a kind no reader looks into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct UninspectedRecord {
    pub member: Option<String>,
    pub kind: String,
    pub bytes: u64,
}

/// Something never opened on purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct SkippedRecord {
    pub path: String,
    pub kind: String,
}

/// Sums over a run: the same in every report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct Totals {
    pub inputs: u64,
    pub by_status: BTreeMap<String, u64>,
    pub bytes: u64,
    pub bytes_scanned: u64,
    pub bytes_not_scanned: u64,
    pub messages: u64,
    pub findings: u64,
    pub occurrences: u64,
    pub suppressed: u64,
    pub incidents: u64,
    pub uninspected: u64,
    pub skipped: u64,
    /// Copies by what became of them; empty for a scan.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub copies: BTreeMap<String, u64>,
    pub by_rule: BTreeMap<String, u64>,
    pub by_category: BTreeMap<String, u64>,
    pub by_severity: BTreeMap<String, u64>,
    pub by_gdpr: BTreeMap<String, u64>,
}

/// The run as a whole: the head of `report.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct RunRecord {
    pub schema: u32,
    pub tool: String,
    pub version: String,
    pub rules_version: String,
    pub rules: u64,
    pub command: String,
    pub secret_id: String,
    pub started: String,
    pub finished: String,
    /// False if the run was stopped before its end: the report holds what was done so far.
    pub complete: bool,
    pub device_tag: Option<String>,
    pub sandbox: String,
    pub skipped: Vec<SkippedRecord>,
    pub totals: Totals,
    /// With a state: what changed since the run before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryRecord>,
}

/// What the state says about a run; findings count once, however many inputs hold them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct HistoryRecord {
    pub run: i64,
    pub previous: Option<String>,
    pub open: u64,
    pub new: u64,
    pub new_by_rules: u64,
    /// New ones of special categories: Art. 9 and 10 GDPR.
    pub new_art9: u64,
    pub fixed: u64,
    pub reopened: u64,
    pub gone: u64,
    pub back: u64,
    pub suppressed: u64,
    pub unchanged: u64,
    /// Inputs that were there in the run before.
    #[serde(default)]
    pub missing: u64,
    /// Named folders that held inputs before and hold none now.
    #[serde(default)]
    pub emptied: u64,
    /// When the last run before this one ended that read everything.
    #[serde(default)]
    pub last_success: Option<String>,
    /// Open and reopened ones by severity, over all that the state knows.
    #[serde(default)]
    pub open_by_severity: BTreeMap<String, u64>,
    /// Distinct findings by category and status, over all that the state knows.
    #[serde(default)]
    pub by_category: BTreeMap<String, BTreeMap<String, u64>>,
    /// New and reopened ones by severity.
    pub news: BTreeMap<String, u64>,
    pub median_days_open: Option<f64>,
    pub median_days_to_fix: Option<f64>,
    /// Hash over all inputs and their contents.
    pub inputs_hash: String,
    /// Runs of the last year, this one last.
    pub trend: Vec<TrendRecord>,
}

/// One run of the trend.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct TrendRecord {
    pub started: String,
    pub open: u64,
    pub new: u64,
    pub fixed: u64,
    /// Open findings by category.
    pub categories: BTreeMap<String, u64>,
}
