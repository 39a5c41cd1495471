//! The command line as clap sees it. Its English texts stand here, the German ones in `german.rs`.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::scheduled::args::ScheduledCommand;
use super::values::{FailOn, Size};

/// Finds confidential customer data in exported WhatsApp chats, offline
#[derive(Debug, Parser)]
#[command(
    version,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    after_help = "\
Examples:
  sparsam scan exports/                            what was found, by category and severity
  sparsam scan exports/ --report report/           the same as files, for people and programs
  sparsam redact exports/ --out redacted/          redacted copies beside the report
  sparsam verify chat.zip redacted/chat.zip        proof that a copy holds none of it

Exit codes:
  0  all read, nothing found (redact: all copies written and verified)
  1  findings (redact: only with --fail-on)
  2  usage error, could not start, output not writable
  3  something could not be read, or a copy was refused
  130, 143  stopped by a signal"
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,

    /// Language of help, reports and summary: de or en [default: that of the system]
    #[arg(
        long,
        global = true,
        value_name = "LANG",
        hide_possible_values = true,
        display_order = 900
    )]
    lang: Option<Language>,

    /// Print help
    #[arg(short, long, global = true, action = ArgAction::Help, display_order = 901)]
    help: Option<bool>,

    /// Print version
    #[arg(short = 'V', long, action = ArgAction::Version, display_order = 902)]
    version: Option<bool>,
}

/// Read before clap runs; here so that clap checks it.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Language {
    De,
    En,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Scan chats and report what they hold
    #[command(after_help = "\
Examples:
  sparsam scan chat.txt
  sparsam scan /srv/exports --report report/ --lang de
  sparsam scan /srv/exports --policy sparsam.toml --fail-on all:high --quiet
  sparsam scan /srv/exports --state state/ --report report/ --fail-on new")]
    Scan(ScanArgs),

    /// Write redacted copies, and report what was redacted
    #[command(after_help = "\
Examples:
  sparsam redact exports/ --out redacted/ --dry-run
  sparsam redact exports/ --out redacted/ --report report/
  sparsam redact chat.zip --out redacted/ --participants pseudonym

An original is never changed. A copy that cannot be proven clean is not written.")]
    Redact(RedactArgs),

    /// Prove that a redacted copy holds nothing of what its original holds
    #[command(after_help = "\
Examples:
  sparsam verify chat.zip redacted/chat.zip
  sparsam verify exports/ redacted/ --json > certificate.json

Exit codes: 0 proven, 1 leftover or mismatch, 3 could not be read")]
    Verify(VerifyArgs),

    /// Find confidential data in single texts: JSON Lines in, JSON Lines out
    #[command(after_help = "\
In:  {\"id\":1,\"text\":\"DE89 3704 0044 0532 0130 00\",\"before\":[\"Ihre IBAN?\"]}
Out: {\"id\":1,\"spans\":[{\"start\":0,\"end\":27,\"rule\":\"financial.iban\",\"score\":0.99}]}

`id` is anything and comes back as it is. `before` holds earlier messages of the other side and
may be left out. Offsets are bytes of the UTF-8 text. A line that is not understood is named on
stderr, the others go on, and the exit code is 3.")]
    Detect(DetectArgs),

    /// List, show and check rules
    Rules {
        #[command(subcommand)]
        command: RulesCommand,
    },

    #[command(flatten)]
    Scheduled(ScheduledCommand),

    /// Print completions for a shell: bash, elvish, fish, powershell or zsh
    #[command(after_help = "\
Example:
  sparsam completions bash > ~/.local/share/bash-completion/completions/sparsam")]
    Completions {
        /// The shell
        #[arg(value_name = "SHELL", hide_possible_values = true)]
        shell: clap_complete::Shell,
    },

    /// Print the man page of sparsam or of one of its commands
    #[command(after_help = "\
Example:
  sparsam man scan | man -l -")]
    Man {
        /// The command
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct ScanArgs {
    #[command(flatten)]
    pub(super) run: RunArgs,
}

#[derive(Debug, Args)]
pub(super) struct RedactArgs {
    /// Folder of the copies; mirrors the inputs
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,

    /// Say what would be written and how much space it takes, write nothing
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Copy what could be read of a damaged input, and name what is left out
    #[arg(long)]
    pub(super) allow_omit: bool,

    /// Keep photos and other media, although nobody looked into them
    #[arg(long)]
    pub(super) keep_media: bool,

    /// Write copies of encrypted backups as what they hold, not encrypted
    #[arg(long)]
    pub(super) decrypted: bool,

    /// Names and numbers of participants: keep or pseudonym [default: keep]
    #[arg(long, value_name = "HOW", hide_possible_values = true)]
    pub(super) participants: Option<Participants>,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Participants {
    Keep,
    Pseudonym,
}

/// What `scan` and `redact` share.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Files and folders to read
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<PathBuf>,

    /// Write reports into this folder
    #[arg(long, value_name = "DIR")]
    pub(super) report: Option<PathBuf>,

    /// Reports to write, by name, separated by commas [default: jsonl,json,csv,html]
    #[arg(long, value_name = "LIST", value_delimiter = ',', requires = "report")]
    pub(super) format: Vec<String>,

    /// Read only paths that match this glob; repeatable
    #[arg(long, value_name = "GLOB")]
    pub(super) include: Vec<String>,

    /// Leave out paths that match this glob; repeatable
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,

    /// Exit with 1 for findings that are new, open (in the whole state) or all (of this run), from a LEVEL on: low, medium, high or critical [default: scan all:low, redact never]
    #[arg(long, value_name = "[new|open|all][:LEVEL]")]
    pub(super) fail_on: Option<FailOn>,

    /// Exit with 3 if anything was skipped or could not be looked into, photos included
    #[arg(long)]
    pub(super) strict: bool,

    /// Name of the device the data comes from, for the report
    #[arg(long, value_name = "TAG")]
    pub(super) device_tag: Option<String>,

    #[command(flatten)]
    pub(super) memory: MemoryArgs,

    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// What a run has to do with those before it.
#[derive(Debug, Args)]
pub(super) struct MemoryArgs {
    /// Remember runs and findings in this folder, and read only what has changed since
    #[arg(long, help_heading = "Scheduled scans", value_name = "DIR")]
    pub(super) state: Option<PathBuf>,

    /// Read all inputs, also those that have not changed
    #[arg(long, help_heading = "Scheduled scans", requires = "state")]
    pub(super) full: bool,

    /// Decisions that findings do not count [default: suppressions.toml in the state folder]
    #[arg(long, help_heading = "Scheduled scans", value_name = "FILE")]
    pub(super) suppressions: Option<PathBuf>,

    /// Write numbers for Prometheus into this file
    #[arg(long, help_heading = "Scheduled scans", value_name = "FILE")]
    pub(super) metrics: Option<PathBuf>,

    /// Write a short mail text with numbers only into this file
    #[arg(long, help_heading = "Scheduled scans", value_name = "FILE")]
    pub(super) summary: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The original: a file or folder
    #[arg(value_name = "ORIGINAL", display_order = 1)]
    pub(super) original: PathBuf,

    /// Its redacted copy
    #[arg(value_name = "COPY", display_order = 2)]
    pub(super) copy: PathBuf,

    /// Print the certificate as JSON
    #[arg(long)]
    pub(super) json: bool,

    #[command(flatten)]
    pub(super) read: ReadArgs,
}

#[derive(Debug, Args)]
pub(super) struct DetectArgs {
    /// Say of each span how sure it is, and why
    #[arg(long)]
    pub(super) explain: bool,

    /// Report findings of low confidence too
    #[arg(long)]
    pub(super) sensitive: bool,

    #[command(flatten)]
    pub(super) rules: RuleArgs,
}

/// How inputs are read.
#[derive(Debug, Args)]
pub(super) struct ReadArgs {
    #[command(flatten)]
    pub(super) rules: RuleArgs,

    /// Report findings of low confidence too
    #[arg(long)]
    pub(super) sensitive: bool,

    /// Opens encrypted backups: a key file of the phone, 64 digits, or - to read it from stdin; repeatable
    #[arg(long, value_name = "KEY")]
    pub(super) key: Vec<String>,

    /// Key of ids and pseudonyms, made at first use [default: in the state folder, else sparsam/secret in the user's configuration folder]
    #[arg(long, value_name = "FILE")]
    pub(super) secret: Option<PathBuf>,

    /// Number of threads [default: as many as cores]
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<u16>,

    /// Folder of temporary files [default: the folder of the output, else that of the system]
    #[arg(long, value_name = "DIR")]
    pub(super) temp: Option<PathBuf>,

    /// Print errors only: no progress bar, no summary
    #[arg(long)]
    pub(super) quiet: bool,

    #[command(flatten)]
    pub(super) limits: LimitArgs,
}

/// Which rules run.
#[derive(Debug, Args)]
pub(super) struct RuleArgs {
    /// Decisions about rules, thresholds, own data: see docs/policy.md
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,

    /// Folder of further rules; repeatable
    #[arg(long, value_name = "DIR")]
    pub(super) patterns: Vec<PathBuf>,
}

/// Bounds of what is read of one file; hitting one is reported.
#[derive(Debug, Args)]
pub(super) struct LimitArgs {
    /// Bytes read out of one file, all nesting together [default: 16GiB]
    #[arg(long, help_heading = "Limits", value_name = "SIZE")]
    pub(super) max_expanded: Option<Size>,

    /// Bytes read out of one file per byte of it, looked at above 64MiB [default: 200]
    #[arg(long, help_heading = "Limits", value_name = "N")]
    pub(super) max_ratio: Option<u64>,

    /// Bytes of one member of a container [default: 4GiB]
    #[arg(long, help_heading = "Limits", value_name = "SIZE")]
    pub(super) max_member: Option<Size>,

    /// Containers inside each other [default: 8]
    #[arg(long, help_heading = "Limits", value_name = "N")]
    pub(super) max_depth: Option<u32>,

    /// Entries of one archive [default: 200000]
    #[arg(long, help_heading = "Limits", value_name = "N")]
    pub(super) max_entries: Option<u64>,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List all rules: id, severity, on or off, title
    List {
        #[command(flatten)]
        rules: RuleArgs,
    },

    /// Show one rule as its file says it
    Show {
        /// Id of the rule, such as financial.iban
        #[arg(value_name = "ID")]
        id: String,

        #[command(flatten)]
        rules: RuleArgs,
    },

    /// Check rules and run the tests they carry
    #[command(after_help = "\
Examples:
  sparsam rules check
  sparsam rules check patterns/ours/customer_number.toml

Exit codes: 0 all good, 1 not")]
    Check {
        /// Rule files or folders of rules [default: the built-in rules]
        #[arg(value_name = "FILES")]
        files: Vec<PathBuf>,
    },
}
