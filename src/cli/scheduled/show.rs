//! `show`: one value, for somebody who may see it.

use std::env;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::bail;
use sparsam::detect::Detector;
use sparsam::engine::{self, Memory, Options, Progress, Sight, Spotlight};
use sparsam::format::{Keys, Limits};
use sparsam::history::audit::Entry;
use sparsam::model::Confidence;
use sparsam::report::{FindingRecord, Lang, Reports, Titles};
use sparsam::secret::InstallationSecret;

use super::args::ShowArgs;
use super::decide::{find, is_there};
use super::state;
use crate::cli::args::RuleArgs;
use crate::cli::setup::{self, Rules};
use crate::cli::{Exit, output};

struct Quiet;

impl Progress for Quiet {
    fn total(&self, _: u64, _: u64) {}
    fn advance(&self, _: u64) {}
}

/// Finds places again.
pub(super) struct Finder<'a> {
    rules: Rules,
    detector: Detector,
    keys: Arc<Keys>,
    secret: &'a InstallationSecret,
    threads: usize,
}

impl<'a> Finder<'a> {
    pub(super) fn new(
        rules: &RuleArgs,
        keys: &[String],
        secret: &'a InstallationSecret,
    ) -> anyhow::Result<Self> {
        let keys = setup::keys(keys)?;
        let rules = Rules::load(rules)?;
        let detector = rules.detector(true)?;
        // Inside the sandbox the system does not say how many there may be.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { rules, detector, keys, secret, threads })
    }

    /// From now on only the places of these findings, or `paths`, can be read, and only the state and
    /// temporary files be written.
    pub(super) fn shut_in(
        &self,
        records: &[FindingRecord],
        paths: &[PathBuf],
        state: &Path,
    ) -> anyhow::Result<()> {
        let places = records.iter().map(|record| PathBuf::from(&record.path));
        let inputs: Vec<PathBuf> =
            paths.iter().cloned().chain(places).filter(|path| path.exists()).collect();
        setup::shut_in(&inputs, &[Some(state), Some(&env::temp_dir())]).map(drop)
    }

    /// The value of a finding; looks at the path of its record, or in `paths`.
    pub(super) fn find(
        &self,
        record: &FindingRecord,
        paths: &[PathBuf],
    ) -> anyhow::Result<Option<Sight>> {
        let paths = match paths {
            [] if is_there(&record.path) => vec![PathBuf::from(&record.path)],
            [] => return Ok(None),
            paths => paths.to_vec(),
        };
        let spotlight = Spotlight::new(&record.id);
        let stop = AtomicBool::new(false);
        let options = Options {
            paths,
            include: Vec::new(),
            exclude: Vec::new(),
            detector: &self.detector,
            policy: &self.rules.policy,
            secret: self.secret,
            confidence: Confidence::Low,
            limits: Limits::default(),
            keys: Arc::clone(&self.keys),
            temp: env::temp_dir(),
            threads: self.threads,
            device_tag: None,
            sandbox: "none".to_owned(),
            stop: &stop,
            progress: &Quiet,
            copies: None,
            memory: Memory { spotlight: Some(&spotlight), ..Memory::default() },
        };
        let reports = Reports::start(None, &[], Lang::En, &Titles::new())?;
        engine::run(&options, reports, None)?;
        Ok(spotlight.take())
    }
}

pub(super) fn show(args: &ShowArgs, lang: Lang) -> anyhow::Result<Exit> {
    if !std::io::stdout().is_terminal() {
        bail!("a value is shown on a terminal only: it must not end in a file or a pipe");
    }
    let (state, secret) = state::open(&args.state)?;
    let finding = find(&state, &args.id)?;
    let finder = Finder::new(&args.rules, &args.key, &secret)?;
    let mut places = state.places(&finding.id)?;
    if places.is_empty() && !args.paths.is_empty() {
        places.push(finding.record.clone());
    }
    let records: Vec<FindingRecord> =
        places.iter().map(|place| serde_json::from_str(place)).collect::<Result<_, _>>()?;
    // Inside the sandbox the list of users cannot be read.
    let entry = state::entry("show")?;
    finder.shut_in(&records, &args.paths, &args.state.state)?;
    let mut seen = None;
    for record in &records {
        seen = finder.find(record, &args.paths)?;
        if seen.is_some() {
            break;
        }
    }
    // Whoever asked is noted, whether there was something to see or not; before it is seen.
    let action = if seen.is_some() { "show" } else { "show-nothing" };
    state.log(&Entry {
        action: action.to_owned(),
        finding: Some(finding.id.clone()),
        reason: Some(args.reason.0.clone()),
        ..entry
    })?;
    let Some(sight) = seen else {
        bail!(
            "the place is not there any more, or its path is masked: name the folder to look in after the id"
        );
    };
    let labels = match lang {
        Lang::En => ["Value", "Message", "Place", "Rule"],
        Lang::De => ["Wert", "Nachricht", "Stelle", "Regel"],
    };
    let member = sight.record.member.as_deref().map_or_else(String::new, |it| format!("!/{it}"));
    let line = sight.record.line.map_or_else(String::new, |line| format!(":{line}"));
    let rows = [
        (labels[3], sight.record.rule.clone()),
        (labels[2], format!("{}{member}{line}", sight.record.path)),
        (labels[0], sight.value.clone()),
        (labels[1], sight.message.clone()),
    ];
    for (label, text) in rows {
        let text = output::plain(&text).replace('\n', "\n            ");
        output::print(&format!("{label:<12}{text}\n"))?;
    }
    Ok(Exit::Good)
}
