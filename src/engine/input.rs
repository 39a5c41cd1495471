//! One input from its path to its record, and its copy.

use std::fs::Metadata;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::time::SystemTime;

use super::copies::{Proof, Unproven, findings};
use super::memory::{Before, content_hash};
use super::mentions::{Mentions, NOTHING};
use super::names::below_text;
use super::origin::Origin;
use super::run::Plan;
use super::scan::{InputScan, Place, Visited};
use super::shelf::Shelf;
use super::spool::Spool;
use super::walk::{Kind, Walked};
use super::{CopyOptions, Options};
use crate::format::{FormatError, Output, Source, SpillSettings};
use crate::model::{Incident, Problem, Status};
use crate::report::{CopyRecord, IncidentRecord, InputRecord, SkippedRecord, UninspectedRecord};

/// One input, done.
pub(super) struct Done {
    pub(super) spool: Spool,
    pub(super) input: InputRecord,
    /// What in it is never opened.
    pub(super) skipped: Vec<SkippedRecord>,
    pub(super) stopped: bool,
    /// Keyed hash of the content, if there is a state to keep it.
    pub(super) hash: Option<String>,
}

/// What is known of an input before it is opened.
pub(super) struct Job<'a> {
    pub(super) options: &'a Options<'a>,
    pub(super) walked: &'a Walked,
    pub(super) plan: &'a Plan,
    /// Its number in the walk.
    pub(super) index: usize,
    /// Whether the copy of each input before it was written.
    pub(super) written: &'a [bool],
    /// Use all threads for this one.
    pub(super) parallel: bool,
}

impl Job<'_> {
    /// As [`Self::run`]; `None` if the input is as it was when the state last saw it.
    pub(super) fn run_unless_unchanged(&self, before: Option<&Before>) -> Option<Done> {
        let Some(before) = before else { return Some(self.run()) };
        if before.is_unchanged {
            self.options.progress.advance(self.walked.size());
            return None;
        }
        let hash = content_hash(self.options, &self.walked.path);
        if hash.is_some() && hash == before.compare {
            self.options.progress.advance(self.walked.size());
            return None;
        }
        Some(Done { hash, ..self.run() })
    }

    /// Reads the input and copies it. What fails on it inside of this program fails on it alone.
    pub(super) fn run(&self) -> Done {
        let read = panic::catch_unwind(AssertUnwindSafe(|| self.read()));
        read.unwrap_or_else(|_| {
            let mut attempt = Attempt::new(self, &NOTHING);
            let what = "an internal error ended its reading: report the place that was named";
            attempt.unread(FormatError::new(Problem::Damaged, what));
            attempt.finish(None);
            attempt.done()
        })
    }

    /// A value that only its context gave away ("Kennwort?" - "Sommer24") may stand elsewhere without
    /// any, and what stands beside a value may count once that is gone. If reading the copy back shows
    /// either, the input is read once more with such values known and looked for.
    fn read(&self) -> Done {
        let mut first = Attempt::new(self, &NOTHING);
        first.read();
        if first.leftovers.is_none() {
            return first.done();
        }
        let known = Mentions::new(std::mem::take(&mut first.scan.learned));
        let mut second = Attempt::new(self, &known);
        second.scan.settles = true;
        second.read();
        if let Some(found) = second.leftovers {
            let verb = if found == 1 { "was" } else { "were" };
            let what = match found {
                0 => "the copy was deleted because values stand in it that were redacted elsewhere"
                    .to_owned(),
                _ => format!("the copy was deleted because {} {verb} left in it", findings(found)),
            };
            second.scan.incident(&second.place, FormatError::new(Problem::Unproven, what));
        }
        second.done()
    }

    fn copy_name(&self) -> Option<&str> {
        self.plan.names.as_ref().map(|names| names.copies[self.index].as_str())
    }
}

/// One reading of an input.
struct Attempt<'j> {
    job: &'j Job<'j>,
    scan: InputScan<'j>,
    place: Place,
    visited: Visited,
    copy: Option<CopyRecord>,
    /// The copy still holds so many findings, or if none values that were redacted elsewhere; it was
    /// deleted.
    leftovers: Option<u64>,
}

impl<'j> Attempt<'j> {
    fn new(job: &'j Job<'j>, known: &'j Mentions) -> Self {
        let path = job.walked.path.to_string_lossy();
        let people = job.plan.people(job.index);
        let size = job.walked.size();
        let siblings = job.plan.siblings(job.index);
        let mut scan = InputScan::new(job.options, &path, size, people, known, job.parallel);
        let label = job.plan.backups.label(job.index).map(String::as_str);
        scan.origin = Origin::of(job.options, people, &job.walked.path, label);
        Self {
            job,
            scan,
            place: Place { display: None, depth: 0, siblings, is_name: false },
            visited: Visited::Failed,
            copy: None,
            leftovers: None,
        }
    }

    fn read(&mut self) {
        let unproven = self.visit();
        self.finish(unproven);
    }

    /// Nothing of the input could be read.
    fn unread(&mut self, error: FormatError) {
        let size = self.job.walked.size();
        self.scan.bytes += size;
        self.scan.bytes_not_scanned += size;
        self.scan.incident(&self.place, error);
    }

    /// Reads the input; answers its copy, if one was begun.
    fn visit(&mut self) -> Option<Unproven> {
        let Job { options, walked, .. } = self.job;
        self.scan.name(&below_text(&walked.below), &self.place);
        if let Kind::Broken(incident) = &walked.kind {
            self.scan.incidents.push(incident.clone());
            return None;
        }
        let fingerprint = || std::fs::metadata(&walked.path).ok().map(fingerprint);
        let before = fingerprint();
        let source = match Source::open(&walked.path, &SpillSettings::new(options.temp.clone())) {
            Ok(source) => source,
            Err(error) => {
                self.unread(error.into());
                return None;
            }
        };
        let unproven = self.start_copy();
        if let Some(names) = &self.job.plan.names {
            let Job { plan, index, written, .. } = self.job;
            self.scan.backup = plan.backups.copied(options, *index, &names.copies, written);
        }
        let out = unproven.as_ref().and_then(|unproven| unproven.output().ok());
        let out = out.map(|file| Box::new(file) as Box<dyn Output>);
        self.visited = self.scan.visit(source, &self.place, out);
        if before != fingerprint() && self.scan.incidents.is_empty() {
            let what = "changed while it was read";
            self.scan.incident(&self.place, FormatError::new(Problem::Changed, what));
        }
        unproven
    }

    /// Proves and names the copy, or removes that of an earlier run.
    fn finish(&mut self, unproven: Option<Unproven>) {
        if let Some(copies) = &self.job.options.copies {
            let had_one = self.shelf(|shelf, name| Ok(shelf.has(name)));
            let copy = self.finish_copy(copies, unproven);
            if copy.status == "written" {
                self.shelf(|shelf, _| {
                    shelf.written(had_one);
                    Ok(())
                });
            } else if self.leftovers.is_none()
                && copy.status != "planned"
                && self.shelf(|shelf, name| shelf.refused(name))
            {
                self.scan.notes.push(REMOVED);
            }
            self.copy = Some(copy);
        }
    }

    /// Does something with the folder of copies.
    fn shelf<T: Default>(&mut self, act: impl FnOnce(&Shelf, &str) -> io::Result<T>) -> T {
        let job = self.job;
        let (Some(shelf), Some(name)) = (&job.plan.shelf, job.copy_name()) else {
            return T::default();
        };
        act(shelf, name).unwrap_or_else(|error| {
            let what = format!("an earlier copy cannot be removed: {}", error.kind());
            self.scan.incident(&self.place, FormatError::new(Problem::Unwritable, what));
            T::default()
        })
    }

    fn start_copy(&mut self) -> Option<Unproven> {
        let copies = self.job.options.copies.as_ref().filter(|copies| !copies.dry_run)?;
        let name = self.job.copy_name()?;
        if self.job.plan.shelf.as_ref().is_some_and(|shelf| shelf.is_foreign(name)) {
            let what = "something lies under its name that is no copy of an earlier run";
            self.scan.copy_error = Some(FormatError::new(Problem::Unwritable, what));
            return None;
        }
        match Unproven::start(copies, name) {
            Ok(unproven) => Some(unproven),
            Err(error) => {
                self.scan.copy_error = Some(error.into());
                None
            }
        }
    }

    fn finish_copy(&mut self, copies: &CopyOptions, unproven: Option<Unproven>) -> CopyRecord {
        let scan = &mut self.scan;
        let error = scan.copy_error.take();
        let has_failed = error.is_some();
        if let Some(error) = error {
            let what = format!("no copy was written: {}", error.detail);
            let problem = match error.problem {
                Problem::Damaged => Problem::Damaged,
                _ => Problem::Unwritable,
            };
            scan.incident(&self.place, FormatError::new(problem, what));
        }
        let wanted = match self.visited {
            Visited::Read => true,
            Visited::Incomplete => copies.allow_omit,
            Visited::Uninspected => copies.keep_media,
            Visited::NotAChat | Visited::Failed | Visited::Withheld => false,
        };
        let name = self.job.copy_name().map(str::to_owned);
        let record = |status: &str, path, bytes| CopyRecord {
            status: status.to_owned(),
            path,
            bytes,
            redactions: scan.redactions,
            withheld: scan.withheld.clone(),
        };
        if (self.visited == Visited::Withheld || !wanted)
            && scan.incidents.is_empty()
            && !has_failed
            && let Some(name) = &name
        {
            drop(unproven);
            return match Unproven::note(copies, name) {
                Ok((note, bytes)) => record("withheld", Some(note), bytes),
                Err(error) => {
                    let refused = record("refused", None, 0);
                    let what = format!("no note was written: {}", error.kind());
                    scan.incident(&self.place, FormatError::new(Problem::Unwritable, what));
                    refused
                }
            };
        }
        if !wanted && scan.incidents.is_empty() {
            return record("withheld", None, 0);
        }
        if !wanted || has_failed || !may_omit(copies, scan, self.visited) {
            let refused = record("refused", None, 0);
            if copies.allow_omit {
                scan.notes.push(NOT_OMITTED);
            }
            return refused;
        }
        let Some(unproven) = unproven else { return record("planned", name, scan.bytes) };
        match unproven.prove(self.job.options, scan) {
            Ok(Proof::Written(bytes)) => record("written", name, bytes),
            Ok(Proof::Leftovers { found }) => {
                self.leftovers = Some(found);
                record("refused", None, 0)
            }
            Err(error) => {
                let refused = record("refused", None, 0);
                scan.incident(&self.place, error);
                refused
            }
        }
    }

    fn done(self) -> Done {
        let Self { job, scan, visited, copy, .. } = self;
        job.options.progress.advance(job.walked.size());
        let status = status(&scan, visited);
        let uninspected = scan.uninspected.iter().map(|it| UninspectedRecord {
            member: it.member.clone(),
            kind: it.kind.to_owned(),
            bytes: it.bytes,
        });
        let incidents = scan.incidents.iter().map(|incident| IncidentRecord {
            kind: incident.problem.name().to_owned(),
            member: incident.member.clone(),
            detail: incident.detail.clone(),
        });
        let input = InputRecord {
            path: scan.path().to_owned(),
            input: scan.token().to_owned(),
            format: scan.format.map(str::to_owned),
            device: scan.origin.device.clone(),
            app: scan.origin.app.map(str::to_owned),
            status: status_name(status).to_owned(),
            bytes: scan.bytes,
            bytes_scanned: scan.bytes - scan.bytes_not_scanned,
            bytes_not_scanned: scan.bytes_not_scanned,
            messages: scan.messages,
            findings: scan.spool.len(),
            occurrences: scan.spool.occurrences(),
            suppressed: scan.spool.suppressed(),
            incidents: incidents.collect(),
            uninspected: uninspected.collect(),
            notes: scan
                .notes
                .iter()
                .map(|note| (*note).to_owned())
                .chain(job.plan.backups.label(job.index).cloned())
                .collect(),
            copy,
            same_chat_as: None,
        };
        let skipped = scan.skipped.iter().map(|(member, kind)| SkippedRecord {
            path: format!("{}!/{member}", scan.path()),
            kind: (*kind).to_owned(),
        });
        let skipped = skipped.collect();
        Done { stopped: scan.stopped, spool: scan.spool, input, skipped, hash: None }
    }
}

/// What tells that a file was changed: length and time of change.
fn fingerprint(metadata: Metadata) -> (u64, Option<SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}

/// An earlier copy of an input that now gets none is gone.
const REMOVED: &str = "the copy of an earlier run was removed: this run vouches for none";
/// Why `--allow-omit` did not lead to a copy.
const NOT_OMITTED: &str =
    "--allow-omit cannot help: only unreadable parts of archives can be left out";

/// Whether an incident lets a copy be written: only with the user's word, only of containers, and
/// never of what is built to mislead or too large to be read.
fn may_omit(copies: &CopyOptions, scan: &InputScan<'_>, visited: Visited) -> bool {
    let can_go = |incident: &Incident| {
        let Incident { problem, member, .. } = incident;
        (member.is_some() || visited == Visited::Incomplete)
            && matches!(
                problem,
                Problem::Unreadable
                    | Problem::Vanished
                    | Problem::Damaged
                    | Problem::Truncated
                    | Problem::Accounting
                    | Problem::BadCrc
                    | Problem::Encrypted
                    | Problem::WrongKey
                    | Problem::Unsupported
            )
    };
    scan.incidents.is_empty() || copies.allow_omit && scan.incidents.iter().all(can_go)
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
