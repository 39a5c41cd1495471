//! A whole run: all inputs, on all threads, reported in path order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use super::backup::Backups;
use super::copies;
use super::input::{Done, Job};
use super::memory::{Before, Broken, Outputs, command, history};
use super::mentions::{Mentions, NOTHING};
use super::names::{CopyNames, Renames, below_text, masked};
use super::participants::{self, senders};
use super::shelf::Shelf;
use super::walk::{Kind, Walked, walk};
use super::{EngineError, Options};
use crate::files;
use crate::format::{Budget, Source, SpillSettings};
use crate::history::State;
use crate::report::{Reports, RunRecord, SkippedRecord, Summary, Totals};

/// Files from this size on use all threads alone; smaller ones are read side by side.
const LARGE: u64 = 8 << 20;
/// So many bytes of smaller files are in work before their findings are handed on in order.
const GROUP_BYTES: u64 = 64 << 20;
/// So many smaller files at most.
const GROUP_FILES: usize = 512;

/// Scans, reports and copies, and remembers nothing.
///
/// # Errors
/// A path, an output or an option is wrong; see [`EngineError`]. What happens to single inputs is
/// no error but in the reports.
pub fn run(
    options: &Options<'_>,
    reports: Reports,
    own_reports: Option<&Path>,
) -> Result<(RunRecord, Summary), EngineError> {
    remember(options, reports, own_reports, None)
}

/// As [`run`]; with a state, what has not changed since an earlier run is not read again, and reports
/// say what is new.
///
/// # Errors
/// As [`run`], or the state cannot be read or written.
pub fn remember(
    options: &Options<'_>,
    reports: Reports,
    own_reports: Option<&Path>,
    mut state: Option<&mut State>,
) -> Result<(RunRecord, Summary), EngineError> {
    let started = options.memory.now();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .build()
        .map_err(|_| EngineError::Threads(options.threads))?;
    let walked = walk(&options.paths, &options.include, &options.exclude, own_reports)?;
    let (skipped, walked): (Vec<_>, Vec<_>) =
        walked.into_iter().partition(|walked| matches!(walked.kind, Kind::Skipped(_)));
    if let Some(copy_options) = &options.copies {
        copies::prepare(options, copy_options)?;
    }
    prepare_temp(options)?;
    let sizes = walked.iter().map(Walked::size);
    options.progress.total(walked.len() as u64, sizes.sum());

    let report_error = |error: std::io::Error| EngineError::Output {
        path: own_reports.unwrap_or(Path::new("report")).to_owned(),
        kind: error.kind(),
    };
    let copy_error = |error: std::io::Error| EngineError::Output {
        path: options.copies.as_ref().map(|copies| copies.out.clone()).unwrap_or_default(),
        kind: error.kind(),
    };
    let broken = |broken: Broken| match broken {
        Broken::Report(error) => report_error(error),
        Broken::State(error) => error.into(),
    };
    let mut outputs = Outputs::begin(options, reports, state.as_deref_mut(), started)?;
    let mut stopped = false;
    let plan = pool.install(|| Plan::new(options, &walked))?;
    let mut written = vec![false; walked.len()];
    let mut skipped_inside = Vec::new();
    let mut at = 0;
    while at < walked.len() && !stopped {
        let group = group(&walked[at..]);
        let parallel = group == 1 && pool.current_num_threads() > 1;
        let looks = walked[at..at + group]
            .iter()
            .map(|walked| outputs.look(walked))
            .collect::<Result<Vec<_>, _>>()?;
        let before: Vec<_> = looks.iter().map(|look| look.as_ref().map(Before::of)).collect();
        let work = |index: usize| {
            let (walked, written) = (&walked[index], &written);
            let job = Job { options, walked, plan: &plan, index, written, parallel };
            job.run_unless_unchanged(before[index - at].as_ref())
        };
        let done: Vec<Option<Done>> = if parallel {
            pool.install(|| vec![work(at)])
        } else {
            pool.install(|| (at..at + group).into_par_iter().map(work).collect())
        };
        for (index, (done, look)) in (at..).zip(done.into_iter().zip(looks)) {
            match (done, look) {
                (Some(Done { spool, input, skipped, stopped: was_stopped, hash }), look) => {
                    stopped |= was_stopped;
                    skipped_inside.extend(skipped);
                    let copy = input.copy.as_ref();
                    written[index] = copy.is_some_and(|copy| copy.status == "written");
                    // Of an input whose reading was stopped the state knows no more than before.
                    let look = look.filter(|_| !was_stopped);
                    outputs.read(spool, input, look, hash.as_deref()).map_err(broken)?;
                }
                (None, Some(look)) => outputs.unchanged(&look).map_err(broken)?,
                (None, None) => {}
            }
        }
        outputs.commit()?;
        at += group;
        stopped |= options.stop.load(Ordering::Relaxed);
    }

    let skipped: Vec<SkippedRecord> = skipped
        .into_iter()
        .map(|walked| SkippedRecord {
            path: masked(options, plan.people_of(&walked.below), &walked.path.to_string_lossy()),
            kind: match walked.kind {
                Kind::Skipped(kind) => kind.to_owned(),
                Kind::File(_) | Kind::Broken(_) => String::new(),
            },
        })
        .chain(skipped_inside)
        .collect();
    let totals = Totals { skipped: skipped.len() as u64, ..outputs.reports().totals().clone() };
    let finished = options.memory.now();
    let mut run = RunRecord {
        schema: 1,
        tool: "sparsam".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        rules_version: options.detector.rules_version().to_owned(),
        rules: options.detector.rule_count() as u64,
        command: command(options).to_owned(),
        secret_id: options.secret.id(),
        started: started.to_string(),
        finished: finished.to_string(),
        device_tag: options.device_tag.clone(),
        sandbox: options.sandbox.clone(),
        complete: !stopped,
        skipped,
        totals,
        history: None,
    };
    let (mut reports, recorded) = outputs.finish(&run, finished)?;
    if let (Some(shelf), Some(names)) = (plan.shelf, &plan.names) {
        reports.earlier_copies(shelf.close(&names.copies).map_err(copy_error)?);
    }
    if let (Some(state), Some(recorded)) = (state.as_deref(), recorded) {
        run.history = Some(history(state, recorded, finished)?);
    }
    let summary = reports.finish(&run).map_err(report_error)?;
    if let Some(state) = state {
        state.seal()?;
    }
    Ok((run, summary))
}

/// Prepares the folder of temporary files.
///
/// # Errors
/// It cannot be made.
pub(super) fn prepare_temp(options: &Options<'_>) -> Result<(), EngineError> {
    let temp = &options.temp;
    files::create_folder(temp)
        .map_err(|error| EngineError::Output { path: temp.clone(), kind: error.kind() })?;
    // A killed run leaves what it had read. Where all users work there is more, which stays.
    let _ = files::sweep(temp);
    Ok(())
}

/// How many of the next inputs go together: one large one, or a row of small ones.
fn group(rest: &[Walked]) -> usize {
    let mut bytes = 0;
    let mut count = 0;
    for walked in rest.iter().take(GROUP_FILES) {
        if walked.size() >= LARGE || walked.is_manifest() {
            break;
        }
        bytes += walked.size();
        count += 1;
        if bytes >= GROUP_BYTES {
            break;
        }
    }
    count.max(1)
}

impl Walked {
    pub(super) fn size(&self) -> u64 {
        match self.kind {
            Kind::File(bytes) => bytes,
            Kind::Skipped(_) | Kind::Broken(_) => 0,
        }
    }
}

/// What is decided about copies before the first byte is scanned.
pub(super) struct Plan {
    pub(super) names: Option<CopyNames>,
    /// Where copies go; `None` if none are written.
    pub(super) shelf: Option<Shelf>,
    /// People of the chats of one folder, by folder.
    people: BTreeMap<String, Mentions>,
    folders: Vec<String>,
    pub(super) backups: Backups,
}

impl Plan {
    fn new(options: &Options<'_>, walked: &[Walked]) -> Result<Self, EngineError> {
        let below: Vec<String> = walked.iter().map(|walked| below_text(&walked.below)).collect();
        let folders = folders(&below);
        let mut plan = Self {
            names: None,
            shelf: None,
            people: BTreeMap::new(),
            folders,
            backups: Backups::default(),
        };
        let Some(copies) = &options.copies else {
            plan.backups = Backups::plan(options, walked, &below, None);
            return Ok(plan);
        };
        let mut seen: BTreeMap<&str, &Path> = BTreeMap::new();
        for (walked, below) in walked.iter().zip(&below) {
            if let Some(other) = seen.insert(below, &walked.path) {
                return Err(EngineError::Path {
                    path: walked.path.clone(),
                    what: format!(
                        "its copy would get the same name as that of {}; nothing was written: redact them one after the other into different folders",
                        other.display()
                    ),
                });
            }
        }
        if copies.pseudonymous_participants {
            plan.people = people(options, walked, &plan.folders);
        }
        let mut names = CopyNames::plan(options, &below, &plan.people);
        plan.backups = Backups::plan(options, walked, &below, Some(&mut names.copies));
        if !copies.dry_run {
            plan.shelf = Some(Shelf::open(&copies.out, &names.copies)?);
        }
        plan.names = Some(names);
        Ok(plan)
    }

    pub(super) fn people(&self, index: usize) -> &Mentions {
        self.people.get(&self.folders[index]).unwrap_or(&NOTHING)
    }

    fn people_of(&self, below: &Path) -> &Mentions {
        let below = below_text(below);
        let folder = below.rsplit_once('/').map_or("", |it| it.0);
        self.people.get(folder).unwrap_or(&NOTHING)
    }

    /// New names of the files beside an input.
    pub(super) fn siblings(&self, index: usize) -> Arc<Renames> {
        let renames = self.names.as_ref().and_then(|names| names.folders.get(&self.folders[index]));
        Arc::new(renames.cloned().unwrap_or_default())
    }
}

/// The folder of each path, `/` between its parts.
pub(super) fn folders(below: &[String]) -> Vec<String> {
    below.iter().map(|path| path.rsplit_once('/').map_or("", |it| it.0).to_owned()).collect()
}

/// First pass of `--participants pseudonym`: who writes in the chats of each folder.
pub(super) fn people(
    options: &Options<'_>,
    walked: &[Walked],
    folders: &[String],
) -> BTreeMap<String, Mentions> {
    let found: Vec<BTreeSet<String>> = walked
        .par_iter()
        .map(|walked| {
            let mut names = BTreeSet::new();
            let spill = SpillSettings::new(options.temp.clone());
            if matches!(walked.kind, Kind::File(_))
                && let Ok(source) = Source::open(&walked.path, &spill)
            {
                let budget = Budget::new(options.limits.expanded_bytes);
                senders(source, &options.limits, 0, &budget, &options.keys, &mut |name| {
                    names.insert(name.to_owned());
                });
            }
            names
        })
        .collect();
    let mut by_folder: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (folder, senders) in folders.iter().zip(found) {
        by_folder.entry(folder.clone()).or_default().extend(senders);
    }
    by_folder
        .into_iter()
        .map(|(folder, senders)| (folder, participants::mentions(&senders, options.secret)))
        .collect()
}
