//! The public entry: walk, scan, redact, verify.
//!
//! [`run`] walks the inputs in sorted order, scans them on all threads and feeds the reports in path
//! order, whatever the number of threads; with [`CopyOptions`] it writes redacted copies on the way.

mod filter;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

pub use filter::page_of;

use crate::detect::Detector;
use crate::format::Limits;
use crate::model::Confidence;
use crate::policy::Policy;
use crate::report::{Reports, RunRecord, Summary};
use crate::secret::InstallationSecret;

/// What is scanned, and how.
pub struct Options<'a> {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Globs of paths to read; empty: all.
    pub include: Vec<String>,
    /// Globs of paths to leave out.
    pub exclude: Vec<String>,
    /// Rules, ready to run.
    pub detector: &'a Detector,
    /// The user's decisions.
    pub policy: &'a Policy,
    /// Key of ids and pseudonyms.
    pub secret: &'a InstallationSecret,
    /// Least confidence that counts where the policy says nothing: medium, low for `--sensitive`.
    pub confidence: Confidence,
    /// Bounds.
    pub limits: Limits,
    /// Folder of temporary files.
    pub temp: PathBuf,
    /// Number of threads; 0: as many as cores.
    pub threads: usize,
    /// Put into the report.
    pub device_tag: Option<String>,
    /// Set from outside to stop early.
    pub stop: &'a AtomicBool,
    /// Told what is going on.
    pub progress: &'a dyn Progress,
    /// `Some`: write redacted copies.
    pub copies: Option<CopyOptions>,
}

/// How redacted copies are made.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyOptions {
    /// Folder of the copies; mirrors the inputs.
    pub out: PathBuf,
    /// Say what would be written, write nothing.
    pub dry_run: bool,
    /// Copy what could be read of an input with an incident, and name what is left out.
    pub allow_omit: bool,
    /// Keep media that nobody looked into.
    pub keep_media: bool,
    /// Replace names and numbers of participants, and mentions of them.
    pub pseudonymous_participants: bool,
}

/// Told how far a run is; called from any thread.
pub trait Progress: Sync {
    /// The walk is done: so many inputs, so many bytes.
    fn total(&self, inputs: u64, bytes: u64);
    /// So many more bytes of input are done.
    fn advance(&self, bytes: u64);
}

/// Why a run could not start or not go on. What happens to single inputs is no error but in the reports.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A named path does not exist or cannot be read.
    #[error("{path}: {what}")]
    Path {
        /// As named.
        path: PathBuf,
        /// What is wrong and what to do.
        what: String,
    },
    /// An output cannot be written.
    #[error(
        "{path}: cannot be written: {kind}; nothing is lost, free space or choose another folder and run again"
    )]
    Output {
        /// The output.
        path: PathBuf,
        /// What the system said.
        kind: std::io::ErrorKind,
    },
    /// `--include` or `--exclude` is no glob.
    #[error("{0} is no glob pattern")]
    Glob(String),
    /// Stopped from outside; reports hold what was done so far.
    #[error("stopped")]
    Stopped,
}

/// Scans, reports and copies.
///
/// # Errors
/// A path, an output or an option is wrong; see [`EngineError`].
pub fn run(_options: &Options<'_>, _reports: Reports) -> Result<(RunRecord, Summary), EngineError> {
    Err(EngineError::Stopped)
}

/// Proof that a copy is what it promises to be.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct Certificate {
    pub schema: u32,
    pub tool: String,
    pub version: String,
    pub rules_version: String,
    pub original_sha256: String,
    pub copy_sha256: String,
    pub original_messages: u64,
    pub copy_messages: u64,
    /// Findings in the original by rule.
    pub redacted: std::collections::BTreeMap<String, u64>,
    /// Findings left in the copy.
    pub residual: u64,
    /// What the copy lacks on purpose.
    pub withheld: Vec<String>,
    /// Why it is not proven; empty if it is.
    pub failures: Vec<String>,
    /// `proven`, `mismatch` or `unreadable`.
    pub verdict: String,
}

/// Compares a copy with its original: rescan, counts, leftovers. Folders are compared file by file.
///
/// # Errors
/// A path does not exist.
pub fn verify(
    _options: &Options<'_>,
    _original: &Path,
    _copy: &Path,
) -> Result<Vec<Certificate>, EngineError> {
    Err(EngineError::Stopped)
}
