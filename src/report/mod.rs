//! What a run says: one [`Report`] per output, fed in path order, all from the same records.
//!
//! Only types of this module are serialised. They hold masked previews and keyed ids, never values.
//! A new report is one file here and one line in [`REPORTS`].

mod record;

use std::io;
use std::path::Path;

pub use record::{
    CopyRecord, FindingRecord, IncidentRecord, InputRecord, RunRecord, SkippedRecord, Totals,
    UninspectedRecord,
};

/// Language of what people read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    /// German.
    De,
    /// English.
    #[default]
    En,
}

/// One output of a run.
///
/// Called for every input in path order: first its findings, then the input itself.
pub trait Report: Send {
    /// One finding.
    ///
    /// # Errors
    /// The output cannot be written.
    fn finding(&mut self, finding: &FindingRecord) -> io::Result<()>;

    /// One input, after its findings.
    ///
    /// # Errors
    /// The output cannot be written.
    fn input(&mut self, input: &InputRecord) -> io::Result<()>;

    /// The end: writes what is left and gives the file its name.
    ///
    /// # Errors
    /// The output cannot be written.
    fn finish(self: Box<Self>, run: &RunRecord) -> io::Result<()>;
}

/// Starts a report in a folder.
pub type Start = fn(&Path, Lang) -> io::Result<Box<dyn Report>>;

/// All reports by the name that `--format` uses; the default ones first.
pub const REPORTS: &[(&str, Start)] = &[];

/// All reports of a run, and the sums that all of them share.
pub struct Reports {
    outputs: Vec<Box<dyn Report>>,
    totals: Totals,
    summary: Summary,
}

impl Reports {
    /// Starts the reports `names` in `folder`; without a folder there is only the summary.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn start(_folder: Option<&Path>, _names: &[&str], _lang: Lang) -> io::Result<Self> {
        Ok(Self { outputs: Vec::new(), totals: Totals::default(), summary: Summary::default() })
    }

    /// One finding, before its input.
    ///
    /// # Errors
    /// An output cannot be written.
    pub fn finding(&mut self, finding: &FindingRecord) -> io::Result<()> {
        self.outputs.iter_mut().try_for_each(|output| output.finding(finding))
    }

    /// One input, after its findings.
    ///
    /// # Errors
    /// An output cannot be written.
    pub fn input(&mut self, input: &InputRecord) -> io::Result<()> {
        self.outputs.iter_mut().try_for_each(|output| output.input(input))
    }

    /// Sums so far.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Completes all reports; `run.totals` are [`Self::totals`] plus what the caller skipped.
    ///
    /// # Errors
    /// An output cannot be written.
    pub fn finish(self, run: &RunRecord) -> io::Result<Summary> {
        self.outputs.into_iter().try_for_each(|output| output.finish(run))?;
        Ok(self.summary)
    }
}

/// What people see in the terminal: bounded, whatever the size of the run.
#[derive(Debug, Clone, Default)]
pub struct Summary {}

impl Summary {
    /// Findings by category and severity, worst inputs first, what was not read; plain text, safe
    /// for any terminal.
    pub fn render(&self, _run: &RunRecord, _lang: Lang) -> String {
        String::new()
    }
}
