//! What the benchmarks have in common: a scan without a terminal.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sparsam::detect::Detector;
use sparsam::engine::{Memory, Options, Progress};
use sparsam::format::Limits;
use sparsam::model::Confidence;
use sparsam::policy::Policy;
use sparsam::secret::InstallationSecret;

struct Quiet;

impl Progress for Quiet {
    fn total(&self, _: u64, _: u64) {}
    fn advance(&self, _: u64) {}
}

/// What the options of a scan refer to.
pub(crate) struct Setup {
    policy: Policy,
    secret: InstallationSecret,
    stop: AtomicBool,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self {
            policy: Policy::default(),
            secret: InstallationSecret::from_bytes([7; 32]),
            stop: AtomicBool::new(false),
        }
    }

    /// All of an input with these rules, on one thread, not shut in.
    pub(crate) fn options<'a>(
        &'a self,
        detector: &'a Detector,
        input: PathBuf,
        temp: &Path,
    ) -> Options<'a> {
        Options {
            paths: vec![input],
            include: Vec::new(),
            exclude: Vec::new(),
            detector,
            policy: &self.policy,
            keys: Arc::default(),
            secret: &self.secret,
            confidence: Confidence::Medium,
            limits: Limits::default(),
            temp: temp.to_owned(),
            threads: 1,
            device_tag: None,
            sandbox: "none".to_owned(),
            stop: &self.stop,
            progress: &Quiet,
            copies: None,
            memory: Memory::default(),
        }
    }
}
