//! Commands and options of scheduled scans as clap sees them.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::super::args::RuleArgs;
use super::super::values::{Age, Day, Words};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ScheduledCommand {
    /// Show the runs of a state folder: what is open, new, fixed
    #[command(after_help = "\
Examples:
  sparsam history --state /var/lib/sparsam
  sparsam history --state /var/lib/sparsam --json
  sparsam history export --state /var/lib/sparsam laptop-7.jsonl
  sparsam history import --state fleet/ laptop-*.jsonl")]
    History(HistoryArgs),

    /// Show what changed between two runs
    #[command(after_help = "\
Example:
  sparsam diff 11 12 --state /var/lib/sparsam")]
    Diff(DiffArgs),

    /// Decide that findings do not count, for a time
    #[command(after_help = "\
Examples:
  sparsam suppress 1f0c77a2b9d4 --reason \"test data\" --until 2026-12-31 --state /var/lib/sparsam
  sparsam suppress --from decisions.toml --state /var/lib/sparsam

A decision holds a year at most; when it is over, the finding is open again.")]
    Suppress(SuppressArgs),

    /// Find the firm's own data among the findings
    Own {
        #[command(subcommand)]
        command: OwnCommand,
    },

    /// Show one value with its message, on the terminal only, and note that in the audit log
    #[command(after_help = "\
Example:
  sparsam show 1f0c77a2b9d4 --state /var/lib/sparsam --reason \"ticket 4711\"")]
    Show(ShowArgs),

    /// Check the audit log
    Log {
        #[command(subcommand)]
        command: LogCommand,
    },

    /// Back up or change the secret of a state folder
    Secret {
        #[command(subcommand)]
        command: SecretCommand,
    },

    /// Forget closed findings and old reports; numbers of runs stay
    #[command(after_help = "\
Example:
  sparsam purge --older-than 90d --state /var/lib/sparsam --reports /srv/reports")]
    Purge(PurgeArgs),

    /// Print a timer for weekly scans
    Schedule {
        #[command(subcommand)]
        command: ScheduleCommand,
    },
}

/// The folder that remembers.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct StateArgs {
    /// Folder that keeps what is known between runs
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) state: PathBuf,

    /// Key of ids [default: secret in the state folder]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) secret: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(subcommand_negates_reqs = true, args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct HistoryArgs {
    /// Folder that keeps what is known between runs
    #[arg(long, value_name = "DIR", required = true)]
    pub(super) state: Option<PathBuf>,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,

    /// Number of runs to show, the last ones [default: 26]
    #[arg(long, value_name = "N")]
    pub(super) runs: Option<usize>,

    #[command(subcommand)]
    pub(super) command: Option<HistoryCommand>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum HistoryCommand {
    /// Write runs, numbers and how each finding stands into a file: keyed ids, no values, no names of files
    Export {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,

        #[command(flatten)]
        state: StateArgs,
    },

    /// Take over what other machines exported, in any order and as often as you like
    Import {
        /// The files
        #[arg(value_name = "FILES", required = true)]
        files: Vec<PathBuf>,

        #[command(flatten)]
        state: StateArgs,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DiffArgs {
    /// Number of the earlier run
    #[arg(value_name = "FROM")]
    pub(super) from: i64,

    /// Number of the later run
    #[arg(value_name = "TO")]
    pub(super) to: i64,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,

    /// Folder that keeps what is known between runs
    #[arg(long, value_name = "DIR")]
    pub(super) state: PathBuf,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SuppressArgs {
    /// Ids of findings, or at least their first 8 digits
    #[arg(value_name = "ID", required_unless_present = "from")]
    pub(super) ids: Vec<String>,

    /// Why they do not count
    #[arg(long, value_name = "TEXT", required_unless_present = "from")]
    pub(super) reason: Option<Words>,

    /// Last day of the decision, a year from now at most
    #[arg(long, value_name = "DAY", required_unless_present = "from")]
    pub(super) until: Option<Day>,

    /// Who decided [default: the user's name]
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<Words>,

    /// The same value in every message and chat
    #[arg(long)]
    pub(super) everywhere: bool,

    /// Reopen when the rules change
    #[arg(long)]
    pub(super) reopen_on_rules: bool,

    /// Reopen when there are more occurrences than now
    #[arg(long)]
    pub(super) reopen_on_more: bool,

    /// Take over decisions that the HTML report collected
    #[arg(long, value_name = "FILE", conflicts_with_all = ["ids", "reason", "until", "everywhere", "reopen_on_rules", "reopen_on_more"])]
    pub(super) from: Option<PathBuf>,

    /// File of decisions [default: suppressions.toml in the state folder]
    #[arg(long, value_name = "FILE")]
    pub(super) suppressions: Option<PathBuf>,

    #[command(flatten)]
    pub(super) state: StateArgs,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum OwnCommand {
    /// Propose own data for the policy: accounts, numbers and addresses that most chats hold
    #[command(after_help = "\
Example:
  sparsam own learn --state /var/lib/sparsam

On a terminal the values are printed, ready for [own] in the policy; elsewhere only masked.")]
    Learn {
        /// Share of inputs with findings that must hold a value, in percent [default: 50]
        #[arg(long, value_name = "PERCENT")]
        share: Option<u8>,

        #[command(flatten)]
        rules: RuleArgs,

        #[command(flatten)]
        state: StateArgs,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArgs {
    /// Id of the finding, or at least its first 8 digits
    #[arg(value_name = "ID")]
    pub(super) id: String,

    /// Where to look if its path is masked or has changed
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Why you look, for the audit log
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: Words,

    /// Opens encrypted backups: a key file of the phone, 64 digits, or - to read it from stdin; repeatable
    #[arg(long, value_name = "KEY")]
    pub(super) key: Vec<String>,

    #[command(flatten)]
    pub(super) rules: RuleArgs,

    #[command(flatten)]
    pub(super) state: StateArgs,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum LogCommand {
    /// Find any line that was edited, deleted or moved
    #[command(after_help = "\
Example:
  sparsam log verify --state /var/lib/sparsam

Exit codes: 0 good, 1 not. Keep the printed head elsewhere: it proves all that came before.")]
    Verify {
        /// Folder that keeps what is known between runs
        #[arg(long, value_name = "DIR")]
        state: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SecretCommand {
    /// Copy the secret to a safe place: without it the state is of no use
    Backup {
        /// The copy; must not exist
        #[arg(value_name = "FILE")]
        file: PathBuf,

        #[command(flatten)]
        state: StateArgs,
    },

    /// Make a new secret: ids and pseudonyms from before can no longer be linked to new ones
    Rotate {
        #[command(flatten)]
        state: StateArgs,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PurgeArgs {
    /// Age in days, such as 90d
    #[arg(long, value_name = "AGE")]
    pub(super) older_than: Age,

    /// Delete old reports in this folder and in the folders right below it, too; repeatable
    #[arg(long, value_name = "DIR")]
    pub(super) reports: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) state: StateArgs,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ScheduleCommand {
    /// Print a timer and a hardened service for systemd
    #[command(after_help = "\
Example:
  sparsam schedule systemd /srv/exports --state /var/lib/sparsam --report /srv/reports

The text has two parts, one a file: save each under the name it carries.")]
    Systemd(TimerArgs),

    /// Print a line for crontab
    #[command(after_help = "\
Example:
  sparsam schedule cron /srv/exports --state /var/lib/sparsam --report /srv/reports")]
    Cron(TimerArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct TimerArgs {
    /// Files and folders to read
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<PathBuf>,

    /// Folder that keeps what is known between runs
    #[arg(long, value_name = "DIR")]
    pub(super) state: PathBuf,

    /// Write reports into this folder
    #[arg(long, value_name = "DIR")]
    pub(super) report: PathBuf,

    /// Decisions about rules, thresholds, own data: see docs/policy.md
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,

    /// Write numbers for Prometheus into this file
    #[arg(long, value_name = "FILE")]
    pub(super) metrics: Option<PathBuf>,

    /// Write a short mail text with numbers only into this file
    #[arg(long, value_name = "FILE")]
    pub(super) summary: Option<PathBuf>,

    /// User that runs it [default: sparsam]
    #[arg(long, value_name = "NAME")]
    pub(super) user: Option<String>,
}
