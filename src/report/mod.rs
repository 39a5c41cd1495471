//! What a run says: one [`Report`] per output, fed in path order, all from the same records.
//!
//! Only types of this module are serialised. They hold masked previews and keyed ids, never values.
//! Nothing here grows with the number of findings or inputs: what is only known at the end is spooled
//! to owner-only temporary files, lists for people are cut and say so. A new report is one file here
//! and one line in [`REPORTS`].

mod advice;
mod csv;
mod errors;
mod html;
mod json;
mod lang;
mod mail;
mod metrics;
mod overview;
mod phrases;
mod record;
mod sarif;
mod summary;
mod terminal;
mod totals;
mod verdict;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

pub use lang::Lang;
pub use mail::mail;
pub use metrics::metrics;
pub use overview::{Attachments, Copies, Counts, Overview};
pub use phrases::phrase;
pub use record::{
    CopyRecord, FindingRecord, HistoryRecord, IncidentRecord, InputRecord, RunRecord,
    SkippedRecord, Totals, TrendRecord, UninspectedRecord,
};
pub use summary::{EarlierCopies, Summary};
pub use terminal::terminal_safe;

use crate::files::{self, Pending};

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

    /// The end: writes what is left. The caller gives the file its name once all reports are whole.
    ///
    /// # Errors
    /// The output cannot be written.
    fn finish(self: Box<Self>, run: &RunRecord, overview: &Overview) -> io::Result<Pending>;
}

/// Names of rules for people by rule id: English, German. Rules without one show their id.
pub type Titles = BTreeMap<String, (String, String)>;

/// What a report starts from.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Folder of the reports; exists.
    pub folder: &'a Path,
    /// Language of what people read; keys and names that scripts read are English always.
    pub lang: Lang,
    /// Names of rules.
    pub titles: &'a Titles,
}

/// Starts a report.
pub type Start = fn(&Setting<'_>) -> io::Result<Box<dyn Report>>;

/// All reports by the name that `--format` uses; the ones written by default come first.
pub const REPORTS: &[(&str, Start)] = &[
    ("jsonl", json::Findings::start),
    ("json", json::Run::start),
    ("csv", csv::Csv::start),
    ("html", html::Html::start),
    ("csv-excel", csv::Csv::start_excel),
    ("sarif", sarif::Sarif::start),
    ("ocsf", sarif::Ocsf::start),
];

/// Names of all files that reports write.
pub const FILES: &[&str] = &[
    "findings.jsonl",
    "report.json",
    "findings.csv",
    "report.html",
    "findings-excel.csv",
    "findings.sarif",
    "findings.ocsf.jsonl",
];

/// All reports of a run, and the sums that all of them share.
pub struct Reports {
    outputs: Vec<Box<dyn Report>>,
    totals: Totals,
    summary: Summary,
}

impl Reports {
    /// Starts the reports `names` in `folder`, creating it (0700) if needed; without a folder there
    /// is only the summary. Sweeps what a killed run left half-written there.
    ///
    /// # Errors
    /// The folder cannot be written, or a name is not in [`REPORTS`] (`InvalidInput`).
    pub fn start(
        folder: Option<&Path>,
        names: &[&str],
        lang: Lang,
        titles: &Titles,
    ) -> io::Result<Self> {
        let mut outputs = Vec::new();
        if let Some(folder) = folder {
            files::create_folder(folder)?;
            files::sweep(folder)?;
            let setting = Setting { folder, lang, titles };
            for name in names {
                let (_, start) =
                    REPORTS.iter().find(|(known, _)| known == name).ok_or_else(|| {
                        io::Error::new(io::ErrorKind::InvalidInput, "no report has this name")
                    })?;
                outputs.push(start(&setting)?);
            }
        }
        Ok(Self { outputs, totals: Totals::default(), summary: Summary::default() })
    }

    /// One finding, before its input.
    ///
    /// # Errors
    /// An output cannot be written.
    pub fn finding(&mut self, finding: &FindingRecord) -> io::Result<()> {
        self.totals.add_finding(finding);
        self.summary.add_finding(finding);
        self.outputs.iter_mut().try_for_each(|output| output.finding(finding))
    }

    /// One input, after its findings.
    ///
    /// # Errors
    /// An output cannot be written.
    pub fn input(&mut self, input: &InputRecord) -> io::Result<()> {
        self.totals.add_input(input);
        self.summary.add_input(input);
        self.outputs.iter_mut().try_for_each(|output| output.input(input))
    }

    /// What became of copies of earlier runs, for the summary.
    pub fn earlier_copies(&mut self, earlier: EarlierCopies) {
        self.summary.earlier_copies(earlier);
    }

    /// Sums so far.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Completes all reports; `run.totals` are [`Self::totals`] plus what the caller skipped.
    ///
    /// Earlier reports in the folder are replaced only when all new ones are whole.
    ///
    /// # Errors
    /// An output cannot be written.
    pub fn finish(self, run: &RunRecord) -> io::Result<Summary> {
        let overview = self.summary.overview();
        let whole: Vec<Pending> = self
            .outputs
            .into_iter()
            .map(|output| output.finish(run, overview))
            .collect::<io::Result<_>>()?;
        whole.into_iter().try_for_each(Pending::keep)?;
        Ok(self.summary)
    }
}
