//! `scan` and `redact`.

use std::path::Path;

use anyhow::{Context as _, bail};
use sparsam::engine::{self, CopyOptions, Options};
use sparsam::report::{Lang, REPORTS, Reports, RunRecord};

use super::args::{Participants, RedactArgs, RunArgs, ScanArgs};
use super::process::Signals;
use super::progress::Bar;
use super::setup::{self, Rules};
use super::values::FailOn;
use super::{Exit, output};

pub(super) fn scan(args: &ScanArgs, lang: Lang) -> anyhow::Result<Exit> {
    let fail_on = args.run.fail_on.unwrap_or(FailOn::ANY);
    let signals = Signals::watch();
    let run = run(&args.run, None, lang, &signals)?;
    Ok(exit(&run, Some(fail_on), args.run.strict, &signals))
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
    let signals = Signals::watch();
    let run = run(&args.run, Some(copies), lang, &signals)?;
    Ok(exit(&run, args.run.fail_on, args.run.strict, &signals))
}

fn run(
    args: &RunArgs,
    copies: Option<CopyOptions>,
    lang: Lang,
    signals: &Signals,
) -> anyhow::Result<RunRecord> {
    let rules = Rules::load(&args.read.rules)?;
    let detector = rules.detector(args.read.sensitive)?;
    let formats = formats(&args.format)?;
    let report = args.report.as_deref();
    let out = copies.as_ref().map(|copies| copies.out.as_path());
    setup::keep_apart(&args.paths, &[out, report, args.read.temp.as_deref()])?;
    let secret = setup::secret(&args.read)?;
    // A dry run makes no folder for the copies it does not write.
    let written = out.filter(|_| copies.as_ref().is_some_and(|copies| !copies.dry_run));
    let temp = setup::temp(&args.read, &[written, report])?;
    let bar = Bar::new(args.read.quiet);
    let options = Options {
        paths: args.paths.clone(),
        include: args.include.clone(),
        exclude: args.exclude.clone(),
        detector: &detector,
        policy: &rules.policy,
        keys: setup::keys(&args.read)?,
        secret: &secret,
        confidence: setup::confidence(args.read.sensitive),
        limits: setup::limits(&args.read.limits),
        temp,
        threads: args.read.threads.unwrap_or(0).into(),
        device_tag: args.device_tag.clone(),
        stop: signals.stop(),
        progress: &bar,
        copies,
    };
    let reports = Reports::start(report, &formats, lang, &rules.titles())
        .with_context(|| format!("{}: reports cannot be written", shown(report)))?;
    let result = engine::run(&options, reports, report);
    bar.clear();
    let (run, summary) = result?;
    if !args.read.quiet {
        output::print(&summary.render(&run, lang))?;
    }
    Ok(run)
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
        output::complain("error: there was no file to read in the given paths");
        Exit::Usage
    } else if totals.incidents > 0 || strict && passed_over {
        Exit::Incident
    } else if fail_on.is_some_and(|level| level.is_reached(totals)) {
        Exit::Findings
    } else {
        Exit::Good
    }
}
