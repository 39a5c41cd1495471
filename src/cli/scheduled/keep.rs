//! `log`, `secret` and `purge`: what keeps a state trustworthy and small.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use jiff::{SignedDuration, Timestamp};
use sparsam::files::{self, Pending};
use sparsam::history::State;
use sparsam::history::audit::{Entry, Verdict};
use sparsam::report::{self, FILES, Lang};
use sparsam::secret::InstallationSecret;

use super::args::{LogCommand, PurgeArgs, SecretCommand};
use super::state;
use crate::cli::{Exit, output};

pub(super) fn log(command: &LogCommand, lang: Lang) -> anyhow::Result<Exit> {
    let LogCommand::Verify { state } = command;
    let de = lang == Lang::De;
    match State::read(state)?.verify_log()? {
        Verdict::Good { lines, head } => {
            output::print(&if de {
                format!("Das Protokoll stimmt: {lines} Zeilen, Kopf {head}\n")
            } else {
                format!("the log is as it was written: {lines} lines, head {head}\n")
            })?;
            Ok(Exit::Good)
        }
        Verdict::Broken { line, what } => {
            output::print(&if de {
                format!(
                    "Das Protokoll wurde verändert: Zeile {line}: {}\n",
                    report::phrase(what, lang)
                )
            } else {
                format!("the log was changed: line {line} {what}\n")
            })?;
            Ok(Exit::Findings)
        }
    }
}

pub(super) fn secret(command: &SecretCommand, lang: Lang) -> anyhow::Result<Exit> {
    let de = lang == Lang::De;
    match command {
        SecretCommand::Backup { file, state: args } => {
            let (state, secret) = state::open(args)?;
            copy(&state::secret_path(args), file)?;
            state.log(&state::entry("secret-backup")?)?;
            let (id, file) = (secret.id(), output::plain(&file.display().to_string()));
            output::print(&if de {
                format!("Geheimnis {id} nach {file} kopiert: getrennt vom Zustand aufbewahren\n")
            } else {
                format!("secret {id} copied to {file}: keep it apart from the state\n")
            })?;
        }
        SecretCommand::Rotate { state: args } => {
            let (mut state, old) = state::open(args)?;
            let path = state::secret_path(args);
            let kept = path.with_extension(format!("old-{}", old.id()));
            copy(&path, &kept)?;
            fs::remove_file(&path).with_context(|| path.display().to_string())?;
            let new = InstallationSecret::load_or_create(&path)?;
            state.rekey(&new.id())?;
            state.log(&state::entry("secret-rotate")?)?;
            // Its ids mean nothing any more: left in place it would stop the next scan.
            if let Some(decisions) = state::suppressions_path(None, Some(&args.state))
                && decisions.exists()
            {
                let aside = decisions.with_extension(format!("old-{}.toml", old.id()));
                fs::rename(&decisions, &aside).with_context(|| decisions.display().to_string())?;
            }
            let (new, kept) = (new.id(), output::plain(&kept.display().to_string()));
            output::print(&if de {
                format!(
                    "Neues Geheimnis {new}; das alte liegt in {kept}.\nDer nächste Lauf liest alles neu, alle Hinweise gelten als neu; Entscheidungen zu Kennungen müssen neu getroffen werden (die alten: suppressions.old-*.toml).\n"
                )
            } else {
                format!(
                    "new secret {new}; the old one is in {kept}.\nThe next run reads everything, all findings count as new; decisions about ids must be made anew (the old ones: suppressions.old-*.toml).\n"
                )
            })?;
        }
    }
    Ok(Exit::Good)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let text = zeroize::Zeroizing::new(fs::read(from).with_context(|| from.display().to_string())?);
    let mut out = Pending::new(to).with_context(|| to.display().to_string())?;
    out.write_all(&text)?;
    out.keep_new().with_context(|| format!("{}: must not exist", to.display()))
}

pub(super) fn purge(args: &PurgeArgs, lang: Lang) -> anyhow::Result<Exit> {
    let (mut state, _) = state::open(&args.state)?;
    let now = state::clock()?.unwrap_or_else(Timestamp::now);
    let cutoff = now
        .checked_sub(SignedDuration::from_hours(i64::from(args.older_than.0) * 24))
        .context("--older-than reaches further back than there is time")?;
    let purged = state.purge(cutoff)?;
    let mut reports = 0;
    for folder in &args.reports {
        reports += old_reports(folder, cutoff)
            .with_context(|| format!("{}: old reports cannot be deleted", folder.display()))?;
    }
    let counts = [("findings", purged.findings), ("inputs", purged.inputs), ("reports", reports)];
    let counts = counts.map(|(name, count)| (name.to_owned(), count)).into();
    state.log(&Entry { counts, ..state::entry("purge")? })?;
    let (findings, inputs) = (purged.findings, purged.inputs);
    output::print(&match lang {
        Lang::En => format!(
            "forgotten: {findings} closed findings, {inputs} missing inputs, {reports} reports; runs and numbers stay\n"
        ),
        Lang::De => format!(
            "Vergessen: {findings} geschlossene Hinweise, {inputs} fehlende Quellen, {reports} Berichte; Läufe und Zahlen bleiben\n"
        ),
    })?;
    Ok(Exit::Good)
}

/// Deletes the files of reports that ended before `cutoff`, in a folder and those right below it.
fn old_reports(folder: &Path, cutoff: Timestamp) -> anyhow::Result<u64> {
    if !folder.is_dir() {
        bail!("there is no such folder");
    }
    let mut folders = vec![folder.to_owned()];
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort();
    let mut deleted = 0;
    for (at, folder) in folders.iter().enumerate() {
        let Some(finished) = finished(folder)? else { continue };
        if finished >= cutoff {
            continue;
        }
        for name in FILES {
            match fs::remove_file(folder.join(name)) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        deleted += 1;
        if at > 0 {
            // Whatever else lies in it is not ours to delete.
            let _ = fs::remove_dir(folder);
        }
    }
    Ok(deleted)
}

/// When the run ended that wrote the report in a folder.
fn finished(folder: &Path) -> anyhow::Result<Option<Timestamp>> {
    #[derive(serde::Deserialize)]
    struct Head {
        tool: String,
        finished: String,
    }
    let file = match files::open_regular(&folder.join("report.json")) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let head: Option<Head> = serde_json::from_reader(io::BufReader::new(file)).ok();
    Ok(head.filter(|head| head.tool == "sparsam").and_then(|head| head.finished.parse().ok()))
}
