//! `history` and `diff`.

use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use serde_json::json;
use sparsam::files::Pending;
use sparsam::history::query::RunRow;
use sparsam::history::{Machines, State};
use sparsam::report::{FindingRecord, Lang};

use super::args::{DiffArgs, HistoryArgs, HistoryCommand};
use super::state;
use crate::cli::{Exit, output, setup};

/// Runs shown without `--runs`: half a year of weeks.
const RUNS: usize = 26;

pub(super) fn history(args: &HistoryArgs, lang: Lang) -> anyhow::Result<Exit> {
    match (&args.command, &args.state) {
        (Some(HistoryCommand::Export { file, state }), _) => {
            let (state, _) = state::open(state)?;
            let mut out = Pending::new(file).with_context(|| file.display().to_string())?;
            let runs = state.export(&mut out)?;
            out.keep().with_context(|| file.display().to_string())?;
            state.log(&state::entry("history-export")?)?;
            say(
                lang,
                &format!("{runs} runs written to {}", file.display()),
                &format!("{runs} Läufe nach {} geschrieben", file.display()),
            )?;
        }
        (Some(HistoryCommand::Import { files, state: state_args }), _) => {
            std::fs::create_dir_all(&state_args.state).with_context(|| {
                format!("{}: the folder cannot be made", state_args.state.display())
            })?;
            let secret = setup::secret_of_state(&state_args.state, state_args.secret.as_deref())?;
            let mut state = State::open(&state_args.state, &secret.id())?;
            let (mut added, mut known, mut findings) = (0, 0, 0);
            for file in files {
                let open = File::open(file)
                    .with_context(|| format!("{}: cannot be read", file.display()))?;
                let imported = state
                    .import(BufReader::new(open))
                    .with_context(|| file.display().to_string())?;
                added += imported.added;
                known += imported.known;
                findings += imported.findings;
            }
            state.log(&state::entry("history-import")?)?;
            say(
                lang,
                &format!(
                    "{added} runs taken over, {known} were known already; {findings} findings brought up to date"
                ),
                &format!(
                    "{added} Läufe übernommen, {known} waren schon bekannt; {findings} Hinweise auf den neuesten Stand gebracht"
                ),
            )?;
        }
        (None, Some(folder)) => list(&State::read(folder)?, args, lang)?,
        (None, None) => bail!("--state is missing"),
    }
    Ok(Exit::Good)
}

fn say(lang: Lang, en: &str, de: &str) -> anyhow::Result<()> {
    let text = if lang == Lang::De { de } else { en };
    Ok(output::print(&format!("{}\n", output::plain(text)))?)
}

fn list(state: &State, args: &HistoryArgs, lang: Lang) -> anyhow::Result<()> {
    let runs = state.runs(args.runs.unwrap_or(RUNS), true)?;
    let now = state::clock()?.unwrap_or_else(Timestamp::now);
    let days = state.days_open(now)?;
    let machines = state.machines(now)?;
    if args.json {
        let all = json!({
            "schema": 1, "runs": runs, "median_days": days, "machines": machines.machines,
            "open": machines.open, "secrets": machines.secrets,
        });
        return Ok(output::print(&(serde_json::to_string_pretty(&all)? + "\n"))?);
    }
    let mut text = table(&runs, days.open, days.fixed, lang);
    if machines.machines.len() > 1 {
        fleet(&mut text, &machines, lang);
    }
    Ok(output::print(&text)?)
}

/// How findings stand on each machine.
fn fleet(out: &mut String, all: &Machines, lang: Lang) {
    let de = lang == Lang::De;
    let head = if de {
        [
            "Rechner / Gerät",
            "offen",
            "krit.",
            "hoch",
            "neu",
            "behoben",
            "unterdr.",
            "fort",
            "Tage",
            "letzter Lauf",
        ]
    } else {
        [
            "machine / device",
            "open",
            "crit.",
            "high",
            "new",
            "fixed",
            "suppr.",
            "gone",
            "days",
            "last run",
        ]
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "\n{:<28}{:>7}{:>7}{:>7}{:>7}{:>9}{:>10}{:>6}{:>7}  {}",
        head[0], head[1], head[2], head[3], head[4], head[5], head[6], head[7], head[8], head[9]
    );
    for row in &all.machines {
        let name = match &row.device {
            Some(device) => format!("{} / {device}", row.host),
            None => row.host.clone(),
        };
        let of = |severity: &str| row.by_severity.get(severity).copied().unwrap_or(0);
        let last = row.last_run.as_ref();
        let _ = writeln!(
            out,
            "{:<28}{:>7}{:>7}{:>7}{:>7}{:>9}{:>10}{:>6}{:>7}  {}",
            output::plain(&name).replace('\n', " "),
            row.open,
            of("critical"),
            of("high"),
            last.map_or(0, |run| run.numbers.new),
            row.fixed,
            row.suppressed,
            row.gone,
            shown_days(row.median_days.open, lang),
            last.map_or("-", |run| run.started.get(..10).unwrap_or(&run.started)),
        );
    }
    let (open, secrets) = (all.open, all.secrets);
    if secrets < 2 {
        let _ = writeln!(out, "{}: {open}", if de { "Offen insgesamt" } else { "Open in all" });
        return;
    }
    let _ = if de {
        writeln!(
            out,
            "Offen insgesamt: {open}. {secrets} Geheimnisse: Was unter verschiedenen gefunden wurde, ist nicht vergleichbar und zählt je Rechner."
        )
    } else {
        writeln!(
            out,
            "Open in all: {open}. {secrets} secrets: what was found under different ones cannot be compared and counts on each machine."
        )
    };
}

/// Runs grouped by machine and device, then the trend by category.
fn table(runs: &[RunRow], open: Option<f64>, fixed: Option<f64>, lang: Lang) -> String {
    let de = lang == Lang::De;
    let mut out = String::new();
    if runs.is_empty() {
        return (if de { "Noch kein Lauf.\n" } else { "No run yet.\n" }).to_owned();
    }
    let mut groups: Vec<(&str, Option<&str>)> =
        runs.iter().map(|run| (run.host.as_str(), run.device.as_deref())).collect();
    groups.sort_unstable();
    groups.dedup();
    // Writing to a string cannot fail.
    for (host, device) in &groups {
        if groups.len() > 1 {
            let device = device.map_or_else(String::new, |device| format!(" / {device}"));
            let _ = writeln!(out, "{}{}", output::plain(host), output::plain(&device));
        }
        let head = if de {
            ["Lauf", "Beginn", "Quellen", "offen", "neu", "behoben", "wieder", "fort", "unterdr."]
        } else {
            ["run", "started", "inputs", "open", "new", "fixed", "reopened", "gone", "suppr."]
        };
        let _ = writeln!(
            out,
            "{:>5}  {:<16}{:>9}{:>9}{:>8}{:>9}{:>10}{:>7}{:>10}",
            head[0], head[1], head[2], head[3], head[4], head[5], head[6], head[7], head[8]
        );
        let own = runs
            .iter()
            .filter(|run| (run.host.as_str(), run.device.as_deref()) == (*host, *device));
        for run in own {
            let n = &run.numbers;
            let _ = write!(
                out,
                "{:>5}  {:<16}{:>9}{:>9}{:>8}{:>9}{:>10}{:>7}{:>10}",
                run.run,
                run.started.get(..16).unwrap_or(&run.started).replace('T', " "),
                n.inputs,
                n.open,
                n.new,
                n.fixed,
                n.reopened,
                n.gone,
                n.suppressed
            );
            let note = match (run.complete, run.finished.is_some(), n.incidents, de) {
                (true, _, 0, _) => String::new(),
                (true, _, n, true) => format!("  {n} Vorfälle"),
                (true, _, n, false) => format!("  {n} incidents"),
                (false, true, _, true) => "  vorzeitig beendet".to_owned(),
                (false, true, _, false) => "  stopped early".to_owned(),
                (false, false, _, true) => "  nicht beendet".to_owned(),
                (false, false, _, false) => "  did not end".to_owned(),
            };
            let _ = writeln!(out, "{note}");
        }
        out.push('\n');
    }
    trend(&mut out, runs, lang);
    let shown = |days| shown_days(days, lang);
    let _ = if de {
        writeln!(out, "Tage offen (Median): {}; bis behoben: {}", shown(open), shown(fixed))
    } else {
        writeln!(out, "days open (median): {}; until fixed: {}", shown(open), shown(fixed))
    };
    out
}

/// Days to a tenth, with the decimal sign of the language.
fn shown_days(days: Option<f64>, lang: Lang) -> String {
    let Some(days) = days else { return "-".to_owned() };
    let text = format!("{days:.1}");
    if lang == Lang::De { text.replace('.', ",") } else { text }
}

/// Open findings by category, over the last eight runs.
fn trend(out: &mut String, runs: &[RunRow], lang: Lang) {
    let last: Vec<&RunRow> = runs.iter().filter(|run| run.complete).rev().take(8).collect();
    let mut categories: Vec<&String> = last.iter().flat_map(|run| run.categories.keys()).collect();
    categories.sort();
    categories.dedup();
    if categories.is_empty() {
        return;
    }
    let head = if lang == Lang::De { "offen nach Kategorie" } else { "open by category" };
    let _ = write!(out, "{head:<22}");
    for run in last.iter().rev() {
        let _ = write!(out, "{:>7}", run.run);
    }
    out.push('\n');
    for category in categories {
        let _ = write!(out, "{:<22}", output::plain(lang.category(category)));
        for run in last.iter().rev() {
            let _ = write!(out, "{:>7}", run.categories.get(category).copied().unwrap_or(0));
        }
        out.push('\n');
    }
    out.push('\n');
}

pub(super) fn diff(args: &DiffArgs, lang: Lang) -> anyhow::Result<Exit> {
    let state = State::read(&args.state)?;
    for run in [args.from, args.to] {
        if !state.has_run(run)? {
            bail!("there is no run {run}: `sparsam history` lists them");
        }
    }
    if args.from > args.to {
        bail!("run {} comes after run {}: name the earlier one first", args.from, args.to);
    }
    let changes = state.diff(args.from, args.to)?;
    if args.json {
        let all = json!({ "schema": 1, "from": args.from, "to": args.to, "changes": changes });
        output::print(&(serde_json::to_string_pretty(&all)? + "\n"))?;
        return Ok(Exit::Good);
    }
    let mut out = String::new();
    for change in &changes {
        let record: Option<FindingRecord> = serde_json::from_str(&change.finding.record).ok();
        let path = record.map(|record| record.path).unwrap_or_default();
        let finding = &change.finding;
        let _ = writeln!(
            out,
            "{:<11} {:<9} {:<28} {}  {}",
            event(&change.event, lang),
            lang.severity(&finding.severity),
            finding.rule,
            finding.id.get(..12).unwrap_or(&finding.id),
            output::plain(&path).replace('\n', " ")
        );
    }
    if changes.is_empty() {
        out.push_str(if lang == Lang::De { "Keine Änderung.\n" } else { "No change.\n" });
    }
    output::print(&out)?;
    Ok(Exit::Good)
}

fn event(name: &str, lang: Lang) -> &str {
    match (name, lang) {
        ("new", Lang::De) => "neu",
        ("fixed", Lang::De) => "behoben",
        ("reopened", Lang::De) => "wieder",
        ("gone", Lang::De) => "fort",
        ("back", Lang::De) => "zurück",
        ("suppressed", Lang::De) => "unterdrückt",
        (name, _) => name,
    }
}
