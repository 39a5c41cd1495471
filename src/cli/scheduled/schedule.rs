//! `schedule`: texts for systemd and cron; nothing is installed.

use std::env;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use sparsam::report::Lang;

use super::args::{ScheduleCommand, TimerArgs};
use crate::cli::{Exit, output};

pub(super) fn schedule(command: &ScheduleCommand, lang: Lang) -> anyhow::Result<Exit> {
    let text = match command {
        ScheduleCommand::Systemd(args) => systemd(args, lang)?,
        ScheduleCommand::Cron(args) => cron(args, lang)?,
    };
    output::print(&text)?;
    Ok(Exit::Good)
}

/// All paths absolute and of a kind that no shell and no unit file takes for something else.
struct Paths {
    program: String,
    inputs: Vec<String>,
    /// Option and path, in the order of the command line.
    options: Vec<(&'static str, String)>,
    /// Folders that are written.
    written: Vec<String>,
}

impl Paths {
    fn of(args: &TimerArgs) -> anyhow::Result<Self> {
        let program = env::current_exe().context("the program's own path is not known")?;
        let mut options =
            vec![("--state", plain(&args.state)?), ("--report", plain(&args.report)?)];
        let mut written: Vec<String> = options.iter().map(|option| option.1.clone()).collect();
        let files = [("--metrics", &args.metrics), ("--summary", &args.summary)];
        for (name, file) in files {
            if let Some(file) = file {
                let file = absolute(file)?;
                let folder = file.parent().context("a file has a folder")?;
                written.push(plain(folder)?);
                options.push((name, plain(&file)?));
            }
        }
        if let Some(policy) = &args.policy {
            options.push(("--policy", plain(policy)?));
        }
        written.sort();
        written.dedup();
        let inputs = args.paths.iter().map(|path| plain(path)).collect::<Result<_, _>>()?;
        Ok(Self { program: plain(&program)?, inputs, options, written })
    }

    fn command(&self, lang: Lang, quote: impl Fn(&str) -> String) -> String {
        let mut command = format!("{} scan", quote(&self.program));
        for input in &self.inputs {
            let _ = write!(command, " {}", quote(input));
        }
        for (name, value) in &self.options {
            let _ = write!(command, " {name} {}", quote(value));
        }
        // A timer has no locale of its own.
        let lang = if lang == Lang::De { "de" } else { "en" };
        command + " --fail-on new --quiet --lang " + lang
    }
}

fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| path.display().to_string())
}

fn plain(path: &Path) -> anyhow::Result<String> {
    let path = absolute(path)?;
    match path.to_str() {
        Some(text) if !text.contains(|c: char| c.is_control() || "%\"'\\$`".contains(c)) => {
            Ok(text.to_owned())
        }
        _ => bail!(
            "{}: a timer cannot be given a path with quotes, $, % or control characters",
            output::plain(&path.display().to_string())
        ),
    }
}

/// A word of a command line in double quotes if it needs them: sh and systemd agree on that much.
fn quoted(word: &str) -> String {
    let simple = |c: char| c.is_alphanumeric() || "/._-+=:,@".contains(c);
    if word.chars().all(simple) { word.to_owned() } else { format!("\"{word}\"") }
}

/// A path in a setting that takes a list of paths: spaces as systemd escapes them.
fn listed(path: &str) -> String {
    path.replace(' ', "\\x20")
}

fn systemd(args: &TimerArgs, lang: Lang) -> anyhow::Result<String> {
    let paths = Paths::of(args)?;
    let user = args.user.as_deref().unwrap_or("sparsam");
    if !user.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)) || user.is_empty() {
        bail!("--user: expected the name of a user");
    }
    let list =
        |paths: &[String]| paths.iter().map(|path| listed(path)).collect::<Vec<_>>().join(" ");
    let describe = match lang {
        Lang::En => (
            "Weekly scan for confidential data in chats",
            "1: new findings. That is a result, not a failure of the service.",
        ),
        Lang::De => (
            "Wöchentliche Prüfung von Chats auf vertrauliche Daten",
            "1: neue Hinweise. Das ist ein Ergebnis, kein Fehler des Dienstes.",
        ),
    };
    let is_shared = |path: &&String| {
        ["/tmp", "/var/tmp"].iter().any(|folder| Path::new(path.as_str()).starts_with(folder))
    };
    let named = || paths.inputs.iter().chain(&paths.written).chain([&paths.program]);
    let others = paths.options.iter().map(|option| &option.1);
    let tmp = match (named().chain(others).find(is_shared), lang) {
        (None, _) => "PrivateTmp=true".to_owned(),
        (Some(path), Lang::En) => {
            format!(
                "# No PrivateTmp: the service would not see {path}. Better not to use that folder."
            )
        }
        (Some(path), Lang::De) => format!(
            "# Kein PrivateTmp: Der Dienst sähe {path} nicht. Besser diesen Ordner nicht verwenden."
        ),
    };
    Ok(format!(
        "\
# /etc/systemd/system/sparsam.service
[Unit]
Description={description}
Documentation=man:sparsam(1)
RequiresMountsFor={inputs}

[Service]
Type=oneshot
User={user}
UMask=0077
ExecStart={command}
# {success}
SuccessExitStatus=1
Nice=10
IOSchedulingClass=idle
ReadOnlyPaths={inputs}
ReadWritePaths={written}
ProtectSystem=strict
ProtectHome=read-only
{tmp}
PrivateDevices=true
PrivateNetwork=true
PrivateIPC=true
ProtectKernelTunables=true
ProtectKernelModules=true
ProtectKernelLogs=true
ProtectControlGroups=true
ProtectClock=true
ProtectHostname=true
ProtectProc=invisible
ProcSubset=pid
NoNewPrivileges=true
RestrictAddressFamilies=none
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
LockPersonality=true
MemoryDenyWriteExecute=true
RemoveIPC=true
CapabilityBoundingSet=
AmbientCapabilities=
IPAddressDeny=any
DevicePolicy=closed
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
LimitCORE=0

# /etc/systemd/system/sparsam.timer
[Unit]
Description={description}

[Timer]
OnCalendar=Mon *-*-* 05:00:00
RandomizedDelaySec=30min
Persistent=true

[Install]
WantedBy=timers.target
",
        inputs = list(&paths.inputs),
        written = list(&paths.written),
        command = paths.command(lang, quoted),
        description = describe.0,
        success = describe.1,
        tmp = tmp,
    ))
}

fn cron(args: &TimerArgs, lang: Lang) -> anyhow::Result<String> {
    let paths = Paths::of(args)?;
    Ok(format!("0 5 * * 1 {}\n", paths.command(lang, quoted)))
}
