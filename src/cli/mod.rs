//! The command line: the only place that prints, reads the environment and chooses exit codes.
//!
//! [`args`] is the contract as clap sees it, [`german`] its German texts, one file each for the
//! commands; [`process`] hardens the process, [`output`] is the only way to the terminal.

mod args;
mod detect;
mod discreet;
mod generate;
mod german;
mod misuse;
mod output;
mod process;
mod progress;
mod rules;
mod run;
mod scheduled;
mod setup;
mod values;
mod verify;

use std::process::ExitCode;
use std::{env, io, panic};

use clap::{CommandFactory as _, FromArgMatches as _};
use sparsam::report::Lang;

use args::{Cli, Command};

/// How a command ends. The numbers are a contract: scripts depend on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All read, nothing to report.
    Good,
    /// Findings, a leftover, a rule that is wrong.
    Findings,
    /// Usage error, could not start, output not writable.
    Usage,
    /// Something was not fully read, a copy was refused, or the program failed.
    Incident,
    /// Stopped by a signal of this number.
    Signal(u8),
}

impl Exit {
    /// As the shell sees it.
    fn number(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Incident => 3,
            Self::Signal(number) => 128 + number,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

/// Runs the command line of this process.
pub(crate) fn main() -> ExitCode {
    process::harden();
    // A panic has been reported by the hook, without its text: what was scanned is not to be trusted.
    panic::catch_unwind(start).unwrap_or(Exit::Incident).into()
}

fn start() -> Exit {
    let arguments: Vec<_> = env::args_os().collect();
    let lang = language(&arguments);
    output::speak(lang);
    let matches = match german::in_language(Cli::command(), lang).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(help) if !help.use_stderr() => {
            let text = help.render();
            return match output::print_styled(&text) {
                Ok(()) => Exit::Good,
                Err(error) => failed(&error.into()),
            };
        }
        Err(error) => {
            // Without a command clap answers with the help, which is in the right language already.
            let is_help =
                error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
            if lang == Lang::De && !is_help {
                output::complain_whole(&misuse::german(&error));
            } else {
                output::complain_styled(&error.render());
            }
            return Exit::Usage;
        }
    };
    let result = Cli::from_arg_matches(&matches)
        .map_err(anyhow::Error::from)
        .and_then(|cli| dispatch(cli.command, lang));
    result.unwrap_or_else(|error| failed(&error))
}

fn dispatch(command: Command, lang: Lang) -> anyhow::Result<Exit> {
    match command {
        Command::Scan(args) => run::scan(&args, lang),
        Command::Redact(args) => run::redact(&args, lang),
        Command::Verify(args) => verify::verify(&args, lang),
        Command::Detect(args) => detect::filter(&args),
        Command::Rules { command } => rules::rules(&command, lang),
        Command::Scheduled(command) => scheduled::dispatch(command, lang),
        Command::Completions { shell } => generate::completions(shell, lang),
        Command::Man { command } => generate::man(command.as_deref(), lang),
    }
}

/// Says why a command could not do its work, and how it ends.
fn failed(error: &anyhow::Error) -> Exit {
    // Whoever read our output has gone (`| head`): that is their decision, not worth a word.
    let mut unread = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    if !unread.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe) {
        let causes: Vec<String> = error.chain().map(|cause| output::told(&said(cause))).collect();
        output::complain_error(&discreet::discreet(&causes.join(": ")));
    }
    Exit::Usage
}

/// What a cause says. What the system says it says in its own words; German ones belong to kinds.
fn said(cause: &(dyn std::error::Error + 'static)) -> String {
    match cause.downcast_ref::<io::Error>() {
        Some(error) if output::is_german() => error.kind().to_string(),
        _ => cause.to_string(),
    }
}

/// The language of help, reports and summary: `--lang`, else the locale of the environment.
///
/// Needed before the command line is understood, because `--help` ends that.
fn language(arguments: &[std::ffi::OsString]) -> Lang {
    let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(argument) = arguments.next() {
        let value = match argument {
            "--" => break,
            "--lang" => arguments.next(),
            _ => argument.strip_prefix("--lang="),
        };
        match value {
            Some("de") => return Lang::De,
            Some("en") => return Lang::En,
            _ => {}
        }
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty());
    match locale {
        Some(locale) if locale.starts_with("de") => Lang::De,
        _ => Lang::En,
    }
}
