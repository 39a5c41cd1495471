//! `scan` and `redact`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use sparsam::engine::{self, CopyOptions, Memory, Options};
use sparsam::files::{self, Pending};
use sparsam::history::State;
use sparsam::history::audit::Entry;
use sparsam::report::{self, Lang, REPORTS, Reports, RunRecord};

use super::args::{MemoryArgs, Participants, RedactArgs, RunArgs, ScanArgs};
use super::discreet::discreet;
use super::process::Signals;
use super::progress::Bar;
use super::scheduled::state;
use super::setup::{self, Rules};
use super::values::FailOn;
use super::{Exit, output};

pub(super) fn scan(args: &ScanArgs, lang: Lang) -> anyhow::Result<Exit> {
    let fail_on = Some(args.run.fail_on.unwrap_or(FailOn::ANY));
    run(&args.run, None, fail_on, lang)
}

pub(super) fn redact(args: &RedactArgs, lang: Lang) -> anyhow::Result<Exit> {
    let copies = CopyOptions {
        out: args.out.clone(),
        dry_run: args.dry_run,
        allow_omit: args.allow_omit,
        keep_media: args.keep_media,
        decrypted: args.decrypted,
        pseudonymous_participants: args.participants == Some(Participants::Pseudonym),
    };
    run(&args.run, Some(copies), args.run.fail_on, lang)
}

fn run(
    args: &RunArgs,
    copies: Option<CopyOptions>,
    fail_on: Option<FailOn>,
    lang: Lang,
) -> anyhow::Result<Exit> {
    let signals = Signals::watch();
    let folder = args.memory.state.as_deref();
    if fail_on.is_some_and(FailOn::needs_state) && folder.is_none() {
        bail!("--fail-on new compares with earlier runs: name their folder with --state");
    }
    let rules = Rules::load(&args.read.rules)?;
    let (detector, titles) = (rules.detector(args.read.sensitive)?, rules.titles());
    // What the rules were read from is no longer needed, and large.
    let policy = rules.policy;
    drop(rules.set);
    let formats = formats(&args.format)?;
    let report = args.report.as_deref();
    let out = copies.as_ref().map(|copies| copies.out.as_path());
    let MemoryArgs { metrics, summary, suppressions, .. } = &args.memory;
    let written =
        [out, report, args.read.temp.as_deref(), folder, metrics.as_deref(), summary.as_deref()];
    setup::keep_apart(&args.paths, &written)?;
    let secret = setup::secret(&args.read, folder)?;
    let mut state = folder.map(|folder| State::open(folder, &secret.id())).transpose()?;
    let suppressions = state::suppressions(suppressions.as_deref(), folder, &secret)?;
    // A dry run makes no folder for the copies it does not write.
    let written = out.filter(|_| copies.as_ref().is_some_and(|copies| !copies.dry_run));
    let temp = setup::temp(&args.read, &[written, report, folder])?;
    let keys = setup::keys(&args.read.key)?;
    let (clock, host) = (state::clock()?, state::host());
    // Inside the sandbox the list of users cannot be read.
    let user = state::user();
    // Files get their names by renaming: their folders are written to.
    let [metrics_folder, summary_folder] = [metrics, summary].map(|file| setup::folder_of(file));
    let outputs = [written, report, Some(&*temp), folder, metrics_folder, summary_folder];
    let sandbox = setup::shut_in(&args.paths, &outputs)?;
    let _held = setup::hold(&[written, report])?;
    for path in args.paths.iter().filter(|path| path.is_symlink()) {
        let path = discreet(&path.display().to_string());
        output::complain(&format!(
            "{path}: is a link, which is never followed: name what it leads to, or end it with /"
        ));
    }
    let bar = Bar::new(args.read.quiet);
    let options = Options {
        paths: args.paths.clone(),
        include: args.include.clone(),
        exclude: args.exclude.clone(),
        detector: &detector,
        policy: &policy,
        keys,
        secret: &secret,
        confidence: setup::confidence(args.read.sensitive),
        limits: setup::limits(&args.read.limits),
        temp,
        threads: sandbox.threads(&args.read),
        device_tag: args.device_tag.clone(),
        sandbox: sandbox.state,
        stop: signals.stop(),
        progress: &bar,
        copies,
        memory: Memory {
            suppressions: Some(&suppressions),
            full: args.memory.full,
            clock,
            host,
            spotlight: None,
        },
    };
    let reports = Reports::start(report, &formats, lang, &titles)
        .with_context(|| format!("{}: reports cannot be written", shown(report)))?;
    let result = engine::remember(&options, reports, report, state.as_mut());
    bar.clear();
    let (run, totals) = result?;
    let exit = exit(&run, fail_on, args.strict, &signals);
    if let Some(state) = &state {
        state.log(&Entry { user, ..entry(&run, args)? })?;
    }
    if let Some(path) = metrics {
        let before = fs::read_to_string(path).unwrap_or_default();
        let text = report::metrics(&run, matches!(exit, Exit::Good | Exit::Findings), &before);
        write(path, &text)?;
        // The collector of Prometheus is another user; there are numbers in it, no names.
        files::share(path).with_context(|| path.display().to_string())?;
    }
    if let Some(path) = summary {
        write(path, &report::mail(&run, totals.overview(), &options.memory.host, lang))?;
    }
    output::log(&log_line(&run, exit));
    if !args.read.quiet {
        output::print(&totals.render(&run, lang))?;
    }
    Ok(exit)
}

/// The line of the audit log about a run: who, with what, over what, how many.
fn entry(run: &RunRecord, args: &RunArgs) -> anyhow::Result<Entry> {
    let totals = &run.totals;
    let mut counts: BTreeMap<String, u64> = [
        ("inputs", totals.inputs),
        ("findings", totals.findings),
        ("suppressed", totals.suppressed),
        ("incidents", totals.incidents),
    ]
    .map(|(name, count)| (name.to_owned(), count))
    .into();
    if let Some(history) = &run.history {
        for (name, count) in
            [("new", history.new), ("fixed", history.fixed), ("unchanged", history.unchanged)]
        {
            counts.insert(name.to_owned(), count);
        }
    }
    // The command line names paths, so the log gets its hash.
    let config = blake3::hash(format!("{args:?}").as_bytes()).to_hex()[..32].to_owned();
    Ok(Entry {
        run: run.history.as_ref().map(|history| history.run),
        rules: Some(run.rules_version.clone()),
        config: Some(config),
        inputs: run.history.as_ref().map(|history| history.inputs_hash.clone()),
        counts,
        ..state::entry(&run.command)?
    })
}

/// A run in one line for logs: numbers only.
fn log_line(run: &RunRecord, exit: Exit) -> String {
    let totals = &run.totals;
    let of = |status: &str| totals.by_status.get(status).copied().unwrap_or(0);
    let mut rows = vec![
        ("inputs", totals.inputs),
        ("unchanged", of("unchanged")),
        ("unread", of("partial") + of("error") + of("limit")),
        ("incidents", totals.incidents),
        ("findings", totals.findings),
        ("suppressed", totals.suppressed),
    ];
    if let Some(history) = &run.history {
        rows.extend([
            ("run", history.run.unsigned_abs()),
            ("new", history.new),
            ("reopened", history.reopened),
            ("fixed", history.fixed),
            ("gone", history.gone),
            ("open", history.open),
            ("missing", history.missing),
            ("emptied", history.emptied),
        ]);
    }
    let rows: Vec<String> = rows.iter().map(|(name, count)| format!("{name}={count}")).collect();
    let complete = if run.complete { "yes" } else { "no" };
    format!("{} complete={complete} exit={} {}", run.command, exit.number(), rows.join(" "))
}

/// Writes a small file whole or not at all; other programs may read it.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || -> std::io::Result<()> {
        let mut out = Pending::new(path)?;
        out.write_all(text.as_bytes())?;
        out.keep()
    };
    write().with_context(|| format!("{}: cannot be written", path.display()))
}

fn shown(folder: Option<&Path>) -> String {
    folder.unwrap_or(Path::new("stdout")).display().to_string()
}

/// What is written without `--format`.
const DEFAULT_FORMATS: [&str; 4] = ["jsonl", "json", "csv", "html"];

/// The reports of `--format`.
fn formats(wanted: &[String]) -> anyhow::Result<Vec<&str>> {
    for name in wanted {
        if !REPORTS.iter().any(|report| report.0 == name) {
            let known: Vec<&str> = REPORTS.iter().map(|report| report.0).collect();
            bail!("--format {name}: there is no such report; known are {}", known.join(", "));
        }
    }
    if wanted.is_empty() {
        return Ok(DEFAULT_FORMATS.to_vec());
    }
    Ok(wanted.iter().map(String::as_str).collect())
}

/// How a run ends: what could not be read wins over what was found.
fn exit(run: &RunRecord, fail_on: Option<FailOn>, strict: bool, signals: &Signals) -> Exit {
    let totals = &run.totals;
    let passed_over = totals.uninspected > 0 || totals.skipped > 0;
    if !run.complete {
        signals.exit()
    } else if totals.inputs == 0 {
        // A share that is not mounted must not look like one without findings.
        output::complain_error(&output::told("there was no file to read in the given paths"));
        Exit::Usage
    } else if run.history.as_ref().is_some_and(|history| history.emptied > 0) {
        output::complain_error(&output::told(
            "a named folder held files in an earlier run and holds none now: is it mounted?",
        ));
        Exit::Incident
    } else if totals.incidents > 0 || strict && passed_over {
        Exit::Incident
    } else if fail_on.is_some_and(|level| level.is_reached(run)) {
        Exit::Findings
    } else {
        Exit::Good
    }
}
