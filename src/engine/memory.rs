//! A run that remembers: which inputs need reading, and how their findings stand.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};

use super::record::TOKEN_DIGITS;
use super::walk::Walked;
use super::{EngineError, Options};
use crate::files::Stamp;
use crate::history::{
    Decision, InputFacts, Known, Recorder, RunNumbers, RunStart, Sighting, State, StateError,
};
use crate::policy::suppress::{Facts, Ruling, Suppressions};
use crate::report::{FindingRecord, HistoryRecord, InputRecord, Reports, RunRecord, TrendRecord};

/// What a run knows beside its inputs; [`Memory::default`] remembers nothing.
#[derive(Default)]
pub struct Memory<'a> {
    /// Decisions that findings do not count.
    pub suppressions: Option<&'a Suppressions>,
    /// Read every input, also those that have not changed.
    pub full: bool,
    /// The time that reports show as now; `None`: that of the clock.
    pub clock: Option<Timestamp>,
    /// The machine, for the state.
    pub host: String,
    /// One finding whose value is wanted.
    pub spotlight: Option<&'a Spotlight>,
}

impl Memory<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.clock.unwrap_or_else(Timestamp::now)
    }
}

/// Waits for one finding, to show its value to somebody who may see it.
pub struct Spotlight {
    id: String,
    seen: Mutex<Option<Sight>>,
}

/// A value and the message it stands in. The only thing of the engine that holds one.
#[derive(Clone)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Sight {
    pub value: String,
    pub message: String,
    pub record: FindingRecord,
}

impl Spotlight {
    /// Waits for the finding with this id.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), seen: Mutex::new(None) }
    }

    /// What was seen.
    pub fn take(&self) -> Option<Sight> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn look(&self, record: &FindingRecord, value: &str, message: &str) {
        if record.id == self.id {
            let sight = Sight {
                value: value.to_owned(),
                message: message.to_owned(),
                record: record.clone(),
            };
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(sight);
        }
    }
}

/// Why the outputs of a run cannot go on.
pub(super) enum Broken {
    Report(io::Error),
    State(StateError),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Report(error)
    }
}

impl From<StateError> for Broken {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

/// What is known about an input before it is opened.
pub(super) struct Look {
    token: String,
    named: String,
    folders: Rc<Folder>,
    known: Option<Known>,
    stamp: Option<Stamp>,
    /// It is as it was: nothing to read.
    is_unchanged: bool,
    /// The hash it had; if it has that still, there is nothing to read either.
    compare: Option<String>,
}

struct Folder {
    path: PathBuf,
    tokens: Vec<String>,
}

/// What a thread needs of a [`Look`].
pub(super) struct Before {
    pub(super) is_unchanged: bool,
    pub(super) compare: Option<String>,
}

impl Before {
    pub(super) fn of(look: &Look) -> Self {
        Self { is_unchanged: look.is_unchanged, compare: look.compare.clone() }
    }
}

/// The outputs of a run: reports, and the state if there is one.
pub(super) struct Outputs<'a, 's> {
    options: &'a Options<'a>,
    reports: Reports,
    recorder: Option<Recorder<'s>>,
    folders: HashMap<PathBuf, Rc<Folder>>,
    today: Date,
    content: blake3::Hasher,
    unchanged: u64,
    /// New findings of special categories.
    new_art9: HashSet<String>,
}

/// Keyed hash of a file's content.
pub(super) fn content_hash(options: &Options<'_>, path: &Path) -> Option<String> {
    let file = crate::files::open_regular(path).ok()?;
    let mut hasher = blake3::Hasher::new_keyed(&options.secret.hash(&["content"]));
    hasher.update_reader(file).ok()?;
    // What a database has not yet taken into its own file belongs to it.
    for end in ["-wal", "-journal"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(end);
        if let Ok(file) = crate::files::open_regular(Path::new(&beside)) {
            hasher.update(end.as_bytes());
            hasher.update_reader(file).ok()?;
        }
    }
    Some(hasher.finalize().to_hex().to_string())
}

/// Everything beside the input that decides what is found in it.
fn ruleset(options: &Options<'_>) -> String {
    let Options { detector, policy, confidence, limits, .. } = options;
    let parts = format!(
        "{}|{}|{policy:?}|{confidence:?}|{limits:?}",
        env!("CARGO_PKG_VERSION"),
        detector.rules_version()
    );
    blake3::hash(parts.as_bytes()).to_hex()[..32].to_owned()
}

impl<'a, 's> Outputs<'a, 's> {
    pub(super) fn begin(
        options: &'a Options<'a>,
        reports: Reports,
        state: Option<&'s mut State>,
        started: Timestamp,
    ) -> Result<Self, StateError> {
        let start = RunStart {
            started,
            command: command(options).to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules: options.detector.rules_version().to_owned(),
            ruleset: ruleset(options),
            host: options.memory.host.clone(),
            device: options.device_tag.clone(),
            roots: options.paths.iter().map(|path| token(options, &real(path))).collect(),
        };
        let recorder = state.map(|state| state.begin(start)).transpose()?;
        Ok(Self {
            options,
            reports,
            recorder,
            folders: HashMap::new(),
            today: TimeZone::UTC.to_datetime(started).date(),
            content: blake3::Hasher::new(),
            unchanged: 0,
            new_art9: HashSet::new(),
        })
    }

    /// Whether an input needs reading; `None` without a state.
    pub(super) fn look(&mut self, walked: &Walked) -> Result<Option<Look>, StateError> {
        if self.recorder.is_none() {
            return Ok(None);
        }
        let folders = self.folder(&walked.path);
        let real = folders.path.join(walked.path.file_name().unwrap_or_default());
        let token = token(self.options, &real);
        let path = walked.path.to_string_lossy();
        let named = self.options.secret.token(&["input", &path], TOKEN_DIGITS);
        let stamp = Stamp::of(&walked.path);
        let Some(recorder) = &self.recorder else { return Ok(None) };
        let known = recorder.known(&token)?;
        let may_rest = !self.options.memory.full && self.options.copies.is_none();
        let usable = known.as_ref().filter(|known| {
            may_rest && known.whole && known.ruleset == recorder.ruleset() && known.named == named
        });
        let is_unchanged =
            usable.is_some_and(|known| known.stamp.is_some() && known.stamp == stamp);
        let compare = usable.filter(|_| stamp.is_some()).and_then(|known| known.hash.clone());
        Ok(Some(Look { token, named, folders, known, stamp, is_unchanged, compare }))
    }

    /// The folder of an input, links resolved, and the tokens of all folders above it.
    fn folder(&mut self, path: &Path) -> Rc<Folder> {
        let parent = path.parent().unwrap_or(Path::new("")).to_owned();
        if let Some(known) = self.folders.get(&parent) {
            return Rc::clone(known);
        }
        let real = real(if parent.as_os_str().is_empty() { Path::new(".") } else { &parent });
        let mut tokens: Vec<String> =
            real.ancestors().map(|folder| token(self.options, folder)).collect();
        tokens.reverse();
        let folder = Rc::new(Folder { path: real, tokens });
        self.folders.insert(parent, Rc::clone(&folder));
        folder
    }

    /// An input that is as it was: reports it as it was.
    pub(super) fn unchanged(&mut self, look: &Look) -> Result<(), Broken> {
        let Some(known) = &look.known else { return Ok(()) };
        let mut input: InputRecord =
            serde_json::from_str(&known.record).map_err(io::Error::from)?;
        input.same_chat_as.take_if(|path| !is_there(path));
        self.unchanged += 1;
        self.account(&look.token, known.hash.as_deref());
        let mut tally = Tally::default();
        let Self { options, reports, recorder, today, new_art9, .. } = self;
        if let Some(recorder) = recorder {
            let decide = |record: &str| match options.memory.suppressions {
                None => Decision::None,
                Some(list) if list.is_empty() => Decision::None,
                Some(_) => serde_json::from_str::<FindingRecord>(record)
                    .map_or(Decision::None, |finding| decide(options, *today, &finding)),
            };
            recorder.unchanged::<Broken>(known, look.stamp, decide, |record, standing| {
                let mut finding: FindingRecord =
                    serde_json::from_str(record).map_err(io::Error::from)?;
                finding.status = standing.status.to_owned();
                finding.first_seen = Some(standing.first_seen);
                finding.because = standing.because;
                note_art9(new_art9, &finding);
                tally.add(&finding);
                Ok(reports.finding(&finding)?)
            })?;
        }
        tally.apply(&mut input);
        "unchanged".clone_into(&mut input.status);
        self.reports.input(&input)?;
        Ok(())
    }

    /// An input that was read, with its findings.
    pub(super) fn read(
        &mut self,
        spool: super::spool::Spool,
        mut input: InputRecord,
        look: Option<Look>,
        hash: Option<&str>,
    ) -> Result<(), Broken> {
        let record = serde_json::to_string(&input).map_err(io::Error::from)?;
        if let Some(look) = &look {
            self.account(&look.token, hash);
        }
        let Self { options, reports, recorder, today, new_art9, .. } = self;
        let mut tally = Tally::default();
        let mut recording = recorder.as_mut().zip(look.as_ref()).map(|(recorder, look)| {
            let facts = InputFacts {
                token: &look.token,
                named: &look.named,
                folders: &look.folders.tokens,
                stamp: look.stamp,
                hash,
                messages: input.messages,
                whole: input.incidents.is_empty(),
                record: &record,
            };
            (recorder, facts, look)
        });
        if let Some((recorder, facts, look)) = &mut recording {
            recorder.input(look.known.clone(), facts)?;
        }
        spool.drain(|finding| -> Result<(), Broken> {
            let decision = decide(options, *today, finding);
            let mut finding = finding.clone();
            if let Some((recorder, facts, _)) = &mut recording {
                let record = serde_json::to_string(&finding).map_err(io::Error::from)?;
                let sighting = Sighting {
                    id: &finding.id,
                    value_id: &finding.value_id,
                    rule: &finding.rule,
                    category: &finding.category,
                    severity: &finding.severity,
                    message: finding.message,
                    record: &record,
                    decision,
                };
                let standing = recorder.finding(facts, &sighting)?;
                finding.status = standing.status.to_owned();
                finding.first_seen = Some(standing.first_seen);
                finding.because = standing.because;
            } else {
                finding.status = match decision {
                    Decision::None => "open",
                    Decision::Suppressed => "suppressed",
                    Decision::Expired => "reopened",
                }
                .to_owned();
            }
            note_art9(new_art9, &finding);
            tally.add(&finding);
            Ok(reports.finding(&finding)?)
        })?;
        if let Some((recorder, facts, _)) = &mut recording
            && let Some(same) = recorder.input_done(facts)?
        {
            let same: InputRecord = serde_json::from_str(&same).map_err(io::Error::from)?;
            if is_there(&same.path) {
                input.same_chat_as = Some(same.path);
                let record = serde_json::to_string(&input).map_err(io::Error::from)?;
                recorder.shown_as(facts.token, &record)?;
            }
        }
        tally.apply(&mut input);
        reports.input(&input)?;
        Ok(())
    }

    /// Makes durable what came so far.
    pub(super) fn commit(&mut self) -> Result<(), StateError> {
        self.recorder.as_mut().map_or(Ok(()), Recorder::commit)
    }

    fn account(&mut self, token: &str, hash: Option<&str>) {
        self.content.update(token.as_bytes());
        self.content.update(hash.unwrap_or("-").as_bytes());
    }

    pub(super) fn reports(&self) -> &Reports {
        &self.reports
    }

    /// Ends the run in the state, but does not make that durable yet: reports come first, so that what
    /// is new is new until a report has said so.
    pub(super) fn finish(
        self,
        run: &RunRecord,
        finished: Timestamp,
    ) -> Result<(Reports, Option<Recorded>), StateError> {
        let Self { reports, recorder, content, unchanged, new_art9, .. } = self;
        let Some(recorder) = recorder else { return Ok((reports, None)) };
        let number = recorder.number();
        let numbers = RunNumbers {
            inputs: run.totals.inputs,
            unchanged,
            incidents: run.totals.incidents,
            ..RunNumbers::default()
        };
        let numbers = recorder.finish(finished, run.complete, numbers)?;
        let content = content.finalize().to_hex()[..32].to_owned();
        let new_art9 = new_art9.len() as u64;
        Ok((reports, Some(Recorded { run: number, numbers, new_art9, inputs_hash: content })))
    }
}

/// A run as the state has it.
pub(super) struct Recorded {
    run: i64,
    numbers: RunNumbers,
    new_art9: u64,
    inputs_hash: String,
}

/// So many runs make the trend of a report: a year of weeks.
const TREND: usize = 53;

/// What the state says about a run for its reports.
pub(super) fn history(
    state: &State,
    Recorded { run, numbers, new_art9, inputs_hash }: Recorded,
    now: Timestamp,
) -> Result<HistoryRecord, EngineError> {
    let days = state.days_open(now)?;
    let trend = state.runs(TREND, false)?.into_iter().filter(|row| row.complete || row.run == run);
    Ok(HistoryRecord {
        run,
        previous: state.previous(run)?,
        open: numbers.open,
        new: numbers.new,
        new_by_rules: numbers.new_by_rules,
        new_art9,
        fixed: numbers.fixed,
        reopened: numbers.reopened,
        gone: numbers.gone,
        back: numbers.back,
        suppressed: numbers.suppressed,
        unchanged: numbers.unchanged,
        missing: numbers.missing,
        emptied: numbers.emptied,
        last_success: state.last_success(run)?,
        open_by_severity: numbers.open_by_severity,
        by_category: state.by_category(run)?,
        news: numbers.news,
        median_days_open: days.open,
        median_days_to_fix: days.fixed,
        inputs_hash,
        trend: trend
            .map(|row| TrendRecord {
                started: row.started,
                open: row.numbers.open,
                new: row.numbers.new,
                fixed: row.numbers.fixed,
                categories: row.categories,
            })
            .collect(),
    })
}

/// Findings of an input by what was decided about them.
#[derive(Default)]
struct Tally {
    findings: u64,
    occurrences: u64,
    suppressed: u64,
}

impl Tally {
    fn add(&mut self, finding: &FindingRecord) {
        if finding.status == "suppressed" {
            self.suppressed += 1;
        } else {
            self.findings += 1;
            self.occurrences += finding.occurrences;
        }
    }

    fn apply(&self, input: &mut InputRecord) {
        input.findings = self.findings;
        input.occurrences = self.occurrences;
        input.suppressed += self.suppressed;
        if self.findings == 0 && input.status == "findings" {
            "clean".clone_into(&mut input.status);
        }
    }
}

/// Special categories are few among what is new, and new ones few among all.
fn note_art9(new_art9: &mut HashSet<String>, finding: &FindingRecord) {
    let special =
        |article: &String| article.starts_with("Art. 9") || article.starts_with("Art. 10");
    if finding.status == "new" && finding.gdpr.iter().any(special) {
        new_art9.insert(finding.id.clone());
    }
}

fn decide(options: &Options<'_>, today: Date, finding: &FindingRecord) -> Decision {
    let Some(list) = options.memory.suppressions else { return Decision::None };
    let facts = Facts {
        id: &finding.id,
        value_id: &finding.value_id,
        rule: &finding.rule,
        chat: &finding.chat,
        path: &finding.path,
        occurrences: finding.occurrences,
    };
    match list.rule(facts, today, options.detector.rules_version()) {
        Ruling::None => Decision::None,
        Ruling::Suppressed => Decision::Suppressed,
        Ruling::Expired => Decision::Expired,
    }
}

/// Whether a path of a report is still there; of a masked one nobody can tell.
fn is_there(path: &str) -> bool {
    path.contains('[') || Path::new(path).exists()
}

pub(super) fn command(options: &Options<'_>) -> &'static str {
    if options.copies.is_some() { "redact" } else { "scan" }
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn token(options: &Options<'_>, path: &Path) -> String {
    options.secret.token(&["place", &path.to_string_lossy()], TOKEN_DIGITS)
}
