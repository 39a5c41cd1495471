//! A whole run: all inputs, on all threads, reported in path order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use rayon::prelude::*;

use super::copies::{self, Unproven};
use super::names::{CopyNames, Renames, below_text};
use super::participants::{Participants, senders};
use super::record::TOKEN_DIGITS;
use super::scan::{InputScan, Place, Visited, may_omit};
use super::walk::{Kind, Walked, walk};
use super::{EngineError, Options};
use crate::files;
use crate::format::{Budget, FormatError, Output, Source, SpillSettings};
use crate::model::{Incident, Problem, Status};
use crate::report::{
    CopyRecord, IncidentRecord, InputRecord, Reports, RunRecord, SkippedRecord, Summary, Totals,
    UninspectedRecord,
};

/// Files from this size on use all threads alone; smaller ones are read side by side.
const LARGE: u64 = 8 << 20;
/// So many bytes of smaller files are in work before their findings are handed on in order.
const GROUP_BYTES: u64 = 64 << 20;
/// So many smaller files at most.
const GROUP_FILES: usize = 512;

/// Scans, reports and copies. `command` is `scan` or `redact`.
///
/// # Errors
/// A path, an output or an option is wrong; see [`EngineError`]. What happens to single inputs is
/// no error but in the reports.
pub fn run(
    options: &Options<'_>,
    mut reports: Reports,
    own_reports: Option<&Path>,
) -> Result<(RunRecord, Summary), EngineError> {
    let started = Timestamp::now();
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
    files::create_folder(&options.temp)
        .map_err(|error| EngineError::Output { path: options.temp.clone(), kind: error.kind() })?;
    let sizes = walked.iter().map(Walked::size);
    options.progress.total(walked.len() as u64, sizes.sum());

    let report_error = |error: std::io::Error| EngineError::Output {
        path: own_reports.unwrap_or(Path::new("report")).to_owned(),
        kind: error.kind(),
    };
    let mut stopped = false;
    pool.install(|| -> Result<(), EngineError> {
        let plan = Plan::new(options, &walked)?;
        let mut at = 0;
        while at < walked.len() && !stopped {
            let group = group(&walked[at..]);
            let parallel = group == 1;
            let work = |index: usize| one(options, &walked[index], index, &plan, parallel);
            let done: Vec<Done> = if parallel {
                vec![work(at)]
            } else {
                (at..at + group).into_par_iter().map(work).collect()
            };
            for done in done {
                stopped |= done.stopped;
                let Done { spool, input, .. } = done;
                spool.drain(|finding| reports.finding(finding)).map_err(report_error)?;
                reports.input(&input).map_err(report_error)?;
            }
            at += group;
            stopped |= options.stop.load(Ordering::Relaxed);
        }
        Ok(())
    })?;

    let skipped: Vec<SkippedRecord> = skipped
        .into_iter()
        .map(|walked| SkippedRecord {
            path: shown(options, &walked.path.to_string_lossy()),
            kind: match walked.kind {
                Kind::Skipped(kind) => kind.to_owned(),
                Kind::File(_) | Kind::Broken(_) => String::new(),
            },
        })
        .collect();
    let totals = Totals { skipped: skipped.len() as u64, ..reports.totals().clone() };
    let run = RunRecord {
        schema: 1,
        tool: "sparsam".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        rules_version: options.detector.rules_version().to_owned(),
        rules: options.detector.rule_count() as u64,
        command: if options.copies.is_some() { "redact" } else { "scan" }.to_owned(),
        secret_id: options.secret.token(&["secret"], TOKEN_DIGITS),
        started: started.to_string(),
        finished: Timestamp::now().to_string(),
        device_tag: options.device_tag.clone(),
        sandbox: "none".to_owned(),
        stopped,
        skipped,
        totals,
    };
    let summary = reports.finish(&run).map_err(report_error)?;
    Ok((run, summary))
}

/// How many of the next inputs go together: one large one, or a row of small ones.
fn group(rest: &[Walked]) -> usize {
    let mut bytes = 0;
    let mut count = 0;
    for walked in rest.iter().take(GROUP_FILES) {
        if walked.size() >= LARGE {
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

fn shown(options: &Options<'_>, path: &str) -> String {
    let parts: Vec<String> =
        path.split('/').map(|part| super::names::masked(options, part)).collect();
    parts.join("/")
}

impl Walked {
    fn size(&self) -> u64 {
        match self.kind {
            Kind::File(bytes) => bytes,
            Kind::Skipped(_) | Kind::Broken(_) => 0,
        }
    }
}

/// What is decided about copies before the first byte is scanned.
struct Plan {
    names: Option<CopyNames>,
    /// People of the chats of one folder, by folder.
    people: BTreeMap<String, Participants>,
    folders: Vec<String>,
    nobody: Participants,
}

impl Plan {
    fn new(options: &Options<'_>, walked: &[Walked]) -> Result<Self, EngineError> {
        let below: Vec<String> = walked.iter().map(|walked| below_text(&walked.below)).collect();
        let folder = |path: &String| path.rsplit_once('/').map_or("", |it| it.0).to_owned();
        let folders: Vec<String> = below.iter().map(folder).collect();
        let mut plan =
            Self { names: None, people: BTreeMap::new(), folders, nobody: Participants::default() };
        let Some(copies) = &options.copies else { return Ok(plan) };
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
            plan.people = participants(options, walked, &plan.folders);
        }
        plan.names = Some(CopyNames::plan(options, &below, &plan.people));
        Ok(plan)
    }

    fn people(&self, index: usize) -> &Participants {
        self.people.get(&self.folders[index]).unwrap_or(&self.nobody)
    }

    /// New names of the files beside an input.
    fn siblings(&self, index: usize) -> Arc<Renames> {
        let renames = self.names.as_ref().and_then(|names| names.folders.get(&self.folders[index]));
        Arc::new(renames.cloned().unwrap_or_default())
    }
}

/// First pass of `--participants pseudonym`: who writes in the chats of each folder.
fn participants(
    options: &Options<'_>,
    walked: &[Walked],
    folders: &[String],
) -> BTreeMap<String, Participants> {
    let found: Vec<BTreeSet<String>> = walked
        .par_iter()
        .map(|walked| {
            let mut names = BTreeSet::new();
            let spill = SpillSettings::new(options.temp.clone());
            if matches!(walked.kind, Kind::File(_))
                && let Ok(source) = Source::open(&walked.path, &spill)
            {
                let budget = Budget::new(options.limits.expanded_bytes);
                senders(source, &options.limits, 0, &budget, &mut |name| {
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
        .map(|(folder, senders)| (folder, Participants::new(&senders, options.secret)))
        .collect()
}

/// One input, done.
struct Done {
    spool: super::spool::Spool,
    input: InputRecord,
    stopped: bool,
}

fn one(options: &Options<'_>, walked: &Walked, index: usize, plan: &Plan, parallel: bool) -> Done {
    let path = walked.path.to_string_lossy();
    let size = walked.size();
    let mut scan = InputScan::new(options, &path, size, plan.people(index), parallel);
    let place = Place { display: None, depth: 0, siblings: plan.siblings(index), is_name: false };
    scan.name(&below_text(&walked.below), &place);
    let copy_name = plan.names.as_ref().map(|names| names.copies[index].as_str());
    let mut visited = Visited::Failed;
    let mut copy = None;
    if let Kind::Broken(incident) = &walked.kind {
        scan.incidents.push(incident.clone());
    } else {
        let spill = SpillSettings::new(options.temp.clone());
        let before = std::fs::metadata(&walked.path).ok().map(fingerprint);
        match Source::open(&walked.path, &spill) {
            Ok(source) => {
                let copies = options.copies.as_ref().filter(|copies| !copies.dry_run);
                let unproven = match (copies, copy_name) {
                    (Some(copies), Some(name)) => start_copy(&mut scan, copies, name),
                    _ => None,
                };
                let out = unproven.as_ref().and_then(|unproven| unproven.output().ok());
                let out = out.map(|file| Box::new(file) as Box<dyn Output>);
                visited = scan.visit(source, &place, out);
                let after = std::fs::metadata(&walked.path).ok().map(fingerprint);
                if before != after && scan.incidents.is_empty() {
                    let what = "changed while it was read";
                    scan.incident(&place, FormatError::new(Problem::Changed, what));
                }
                if copy_name.is_some() {
                    copy =
                        Some(finish_copy(options, &mut scan, &place, visited, unproven, copy_name));
                }
            }
            Err(error) => {
                scan.bytes += size;
                scan.bytes_not_scanned += size;
                scan.incident(&place, error.into());
            }
        }
    }
    options.progress.advance(size);
    let status = status(&scan, visited);
    let input = InputRecord {
        path: scan.path().to_owned(),
        input: scan.token().to_owned(),
        format: scan.format.map(str::to_owned),
        status: status_name(status).to_owned(),
        bytes: scan.bytes,
        bytes_scanned: scan.bytes - scan.bytes_not_scanned,
        bytes_not_scanned: scan.bytes_not_scanned,
        messages: scan.messages,
        findings: scan.spool.len(),
        occurrences: scan.spool.occurrences(),
        suppressed: scan.spool.suppressed(),
        incidents: scan.incidents.iter().map(incident_record).collect(),
        uninspected: scan
            .uninspected
            .iter()
            .map(|it| UninspectedRecord {
                member: it.member.clone(),
                kind: it.kind.to_owned(),
                bytes: it.bytes,
            })
            .collect(),
        notes: scan.notes.iter().map(|note| (*note).to_owned()).collect(),
        copy,
    };
    Done { stopped: scan.stopped, spool: scan.spool, input }
}

/// What tells that a file was changed: length and time of change.
fn fingerprint(metadata: std::fs::Metadata) -> (u64, Option<std::time::SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}

fn start_copy(
    scan: &mut InputScan<'_>,
    copies: &super::CopyOptions,
    name: &str,
) -> Option<Unproven> {
    match Unproven::start(copies, name) {
        Ok(unproven) => Some(unproven),
        Err(error) => {
            scan.copy_error = Some(error.into());
            None
        }
    }
}

fn finish_copy(
    options: &Options<'_>,
    scan: &mut InputScan<'_>,
    place: &Place,
    visited: Visited,
    unproven: Option<Unproven>,
    name: Option<&str>,
) -> CopyRecord {
    let Some(copies) = &options.copies else { return CopyRecord::default() };
    if let Some(error) = scan.copy_error.take() {
        let what = format!("no copy was written: {error}");
        scan.incident(place, FormatError::new(Problem::Unwritable, what));
    }
    let wanted = match visited {
        Visited::Read => true,
        Visited::Uninspected => copies.keep_media,
        Visited::NotAChat | Visited::Failed => false,
    };
    let mut record = CopyRecord {
        status: "refused".to_owned(),
        redactions: scan.redactions,
        withheld: scan.withheld.clone(),
        ..CopyRecord::default()
    };
    if !wanted && scan.incidents.is_empty() {
        record.status = "withheld".to_owned();
    } else if wanted && may_omit(copies, scan) {
        match unproven {
            None => {
                record.status = "planned".to_owned();
                record.path = name.map(str::to_owned);
                record.bytes = scan.bytes;
            }
            Some(unproven) => match unproven.prove(options, scan) {
                Ok(bytes) => {
                    record.status = "written".to_owned();
                    record.path = name.map(str::to_owned);
                    record.bytes = bytes;
                }
                Err(error) => scan.incident(place, error),
            },
        }
    }
    record
}

fn incident_record(incident: &Incident) -> IncidentRecord {
    IncidentRecord {
        kind: incident.problem.name().to_owned(),
        member: incident.member.clone(),
        detail: incident.detail.clone(),
    }
}

/// The closed table of the report contract.
fn status(scan: &InputScan<'_>, visited: Visited) -> Status {
    let read_something = scan.bytes > scan.bytes_not_scanned || scan.messages > 0;
    let read =
        |incident: &&Incident| !matches!(incident.problem, Problem::Unproven | Problem::Unwritable);
    let mut incidents = scan.incidents.iter().filter(read).peekable();
    if incidents.peek().is_some() {
        if incidents.any(|incident| matches!(incident.problem, Problem::Limit(_))) {
            Status::Limit
        } else if read_something {
            Status::Partial
        } else {
            Status::Error
        }
    } else if visited == Visited::NotAChat {
        Status::NotAChat
    } else if scan.spool.len() > 0 {
        Status::Findings
    } else {
        Status::Clean
    }
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Unchanged => "unchanged",
        Status::NotAChat => "not-a-chat",
        Status::Skipped => "skipped",
        Status::Clean => "clean",
        Status::Findings => "findings",
        Status::Limit => "limit",
        Status::Partial => "partial",
        Status::Error => "error",
    }
}
