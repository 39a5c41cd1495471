//! The public entry: walk, scan, redact, verify.
//!
//! [`run`] walks the inputs in sorted order, scans them on all threads and feeds the reports in path
//! order, whatever the number of threads; with [`CopyOptions`] it writes redacted copies on the way.

mod backup;
mod copies;
mod embedded;
mod input;
mod judge;
mod leaf;
mod member;
mod memory;
mod mentions;
mod names;
mod origin;
mod participants;
mod record;
mod remainder;
mod run;
mod scan;
mod settle;
mod shelf;
mod spool;
mod spotlight;
mod verify;
mod walk;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use memory::Memory;
pub use run::{remember, run};
pub use spotlight::{Sight, Spotlight};
pub use verify::{Certificate, verify};

use crate::detect::Detector;
use crate::format::{Keys, Limits};
use crate::history::StateError;
use crate::model::Confidence;
use crate::policy::Policy;
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
    /// Keys of encrypted backups.
    pub keys: Arc<Keys>,
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
    /// What holds of the sandbox, as [`crate::sandbox::enter`] says it; put into the report.
    pub sandbox: String,
    /// Set from outside to stop early.
    pub stop: &'a AtomicBool,
    /// Told what is going on.
    pub progress: &'a dyn Progress,
    /// `Some`: write redacted copies.
    pub copies: Option<CopyOptions>,
    /// Decisions, and what earlier runs have to do with this one.
    pub memory: Memory<'a>,
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
    /// Write copies of encrypted backups as what they hold.
    pub decrypted: bool,
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
    /// So many threads cannot be started.
    #[error("{0} threads cannot be started: ask for fewer with --threads")]
    Threads(usize),
    /// The state cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// `--include` or `--exclude` is no glob.
    #[error("{0} is no glob pattern: * stands for any characters but /, ** for folders too")]
    Glob(String),
}
