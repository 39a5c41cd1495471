//! Scheduled scans: everything that works on a state folder.

pub(super) mod args;
mod decide;
pub(super) mod german;
mod history;
mod keep;
mod schedule;
mod show;
pub(super) mod state;

use sparsam::report::Lang;

use super::Exit;
use args::ScheduledCommand;

pub(super) fn dispatch(command: ScheduledCommand, lang: Lang) -> anyhow::Result<Exit> {
    match command {
        ScheduledCommand::History(args) => history::history(&args, lang),
        ScheduledCommand::Diff(args) => history::diff(&args, lang),
        ScheduledCommand::Suppress(args) => decide::suppress(&args, lang),
        ScheduledCommand::Own { command } => decide::own(&command, lang),
        ScheduledCommand::Show(args) => show::show(&args, lang),
        ScheduledCommand::Log { command } => keep::log(&command, lang),
        ScheduledCommand::Secret { command } => keep::secret(&command, lang),
        ScheduledCommand::Purge(args) => keep::purge(&args, lang),
        ScheduledCommand::Schedule { command } => schedule::schedule(&command, lang),
    }
}
