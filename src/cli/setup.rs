//! From options to what the library needs: rules, policy, secret, folders.

use std::collections::BTreeSet;
use std::env;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use etcetera::BaseStrategy as _;
use sparsam::detect::Detector;
use sparsam::format::{Keys, Limits};
use sparsam::model::Confidence;
use sparsam::pattern::{self, RuleSet, RuleSource, Title};
use sparsam::policy::{Policy, PolicyFile};
use sparsam::report::Titles;
use sparsam::secret::InstallationSecret;
use zeroize::Zeroizing;

use super::args::{LimitArgs, ReadArgs, RuleArgs};

/// All rules, and what the user decided about them.
pub(super) struct Rules {
    pub(super) set: RuleSet,
    pub(super) policy: Policy,
}

impl Rules {
    /// The built-in rules, those of the policy's folders, those of `--patterns`; a later one replaces
    /// an earlier one of its id.
    pub(super) fn load(args: &RuleArgs) -> anyhow::Result<Self> {
        let file = args.policy.as_deref().map(PolicyFile::load).transpose()?;
        let mut set = pattern::load_builtin()?;
        let folders = file.iter().flat_map(PolicyFile::patterns).chain(&args.patterns);
        for folder in folders {
            if !folder.is_dir() {
                bail!("{}: there is no such folder of rules", folder.display());
            }
            set.load_folder(folder).with_context(|| format!("rules in {}", folder.display()))?;
        }
        let ids: Vec<&str> = set.rules.iter().map(|rule| rule.file.id.as_str()).collect();
        let policy = match file {
            Some(file) => file.check(&ids)?,
            None => Policy::default(),
        };
        Ok(Self { set, policy })
    }

    /// Names of all rules for people.
    pub(super) fn titles(&self) -> Titles {
        let title = |rule: &RuleSource| {
            let Title { en, de } = rule.file.title.clone();
            (rule.file.id.clone(), (en, de))
        };
        self.set.rules.iter().map(title).collect()
    }

    /// Those that are on, ready to run; `sensitive` turns on what is off unless asked for.
    pub(super) fn detector(&self, sensitive: bool) -> anyhow::Result<Detector> {
        let is_off = |rule: &RuleSource| rule.file.off && !sensitive;
        Ok(Detector::new(&self.set, |rule| self.policy.is_on(&rule.file.id, is_off(rule)))?)
    }
}

/// Least confidence that counts where the policy says nothing.
pub(super) fn confidence(sensitive: bool) -> Confidence {
    if sensitive { Confidence::Low } else { Confidence::Medium }
}

/// The key of the installation: the named file, else that of the state, else that of the user.
pub(super) fn secret(args: &ReadArgs, state: Option<&Path>) -> anyhow::Result<InstallationSecret> {
    let path = match (&args.secret, state) {
        (named, Some(state)) => return secret_of_state(state, named.as_deref()),
        (Some(path), None) => path.clone(),
        (None, None) => etcetera::choose_base_strategy()
            .context("there is no home folder to keep the secret in: name a file with --secret")?
            .config_dir()
            .join("sparsam")
            .join("secret"),
    };
    Ok(InstallationSecret::load_or_create(&path)?)
}

/// The key of a state: the named file, else the one in its folder. A state that is there must not get a
/// new one: its ids would mean nothing any more.
pub(super) fn secret_of_state(
    state: &Path,
    named: Option<&Path>,
) -> anyhow::Result<InstallationSecret> {
    let path = named.map_or_else(|| state.join("secret"), Path::to_owned);
    if state.join("state.db").exists() && !path.exists() {
        bail!(
            "secret file {}: it is missing, and the state in {} cannot be read without it: restore it from its backup, or start a new state folder",
            path.display(),
            state.display()
        );
    }
    Ok(InstallationSecret::load_or_create(&path)?)
}

/// Folder of temporary files: the named one, else the first output that is wanted, else the system's.
pub(super) fn temp(args: &ReadArgs, outputs: &[Option<&Path>]) -> anyhow::Result<PathBuf> {
    if let Some(named) = args.temp.as_deref().filter(|named| !named.is_dir()) {
        bail!(
            "--temp {}: there is no such folder; make it first, on a disk with space",
            named.display()
        );
    }
    let wanted = args.temp.as_deref().or_else(|| outputs.iter().copied().flatten().next());
    let folder = wanted.map_or_else(env::temp_dir, Path::to_owned);
    sparsam::files::create_folder(&folder)
        .with_context(|| format!("{}: the folder cannot be made", folder.display()))?;
    // Found out later, it would look like an input that cannot be read.
    sparsam::files::temporary(&folder).with_context(|| {
        let folder = folder.display();
        format!("{folder}: no temporary files can be made there: choose another folder with --temp")
    })?;
    Ok(folder)
}

pub(super) fn limits(args: &LimitArgs) -> Limits {
    let default = Limits::default();
    Limits {
        expanded_bytes: args.max_expanded.map_or(default.expanded_bytes, |size| size.0),
        ratio: args.max_ratio.unwrap_or(default.ratio),
        member_bytes: args.max_member.map_or(default.member_bytes, |size| size.0),
        depth: args.max_depth.unwrap_or(default.depth),
        entries: args.max_entries.unwrap_or(default.entries),
        ..default
    }
}

/// Refuses an output folder inside an input folder: inputs are never written to.
pub(super) fn keep_apart(inputs: &[PathBuf], outputs: &[Option<&Path>]) -> anyhow::Result<()> {
    for input in inputs {
        let real =
            input.canonicalize().with_context(|| format!("{}: cannot be read", input.display()))?;
        for output in outputs.iter().flatten() {
            if real_folder(output)?.starts_with(&real) {
                bail!(
                    "{} lies inside the input {}: name a folder outside, inputs are never written to",
                    output.display(),
                    input.display()
                );
            }
        }
    }
    Ok(())
}

/// Where a folder is or will be, links resolved.
fn real_folder(folder: &Path) -> anyhow::Result<PathBuf> {
    let absolute = std::path::absolute(folder)?;
    for there in absolute.ancestors() {
        if let Ok(real) = there.canonicalize() {
            return Ok(real.join(absolute.strip_prefix(there)?));
        }
    }
    Ok(absolute)
}

/// The folder that a file lies or will lie in.
pub(super) fn folder_of(file: &Option<PathBuf>) -> Option<&Path> {
    let folder = file.as_deref()?.parent()?;
    Some(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
}

/// How the process is shut in.
pub(super) struct Sandbox {
    /// For the report.
    pub(super) state: String,
    /// Asked before: inside, the system does not say how much of it this process may use.
    cores: usize,
}

impl Sandbox {
    /// Number of threads: the wanted one, else as many as cores.
    pub(super) fn threads(&self, args: &ReadArgs) -> usize {
        args.threads.filter(|threads| *threads > 0).map_or(self.cores, usize::from)
    }
}

/// From now on only inputs, with what lies beside a file, can be read, and only outputs be written.
/// Everything else that a command needs is open or read by now.
pub(super) fn shut_in(inputs: &[PathBuf], outputs: &[Option<&Path>]) -> anyhow::Result<Sandbox> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let outputs: Vec<&Path> = outputs.iter().copied().flatten().collect();
    for folder in &outputs {
        sparsam::files::create_folder(folder)
            .with_context(|| format!("{}: the folder cannot be made", folder.display()))?;
    }
    let inputs: Vec<&Path> = inputs
        .iter()
        .map(|input| match input.parent() {
            // A database has companions beside it, and a file may be replaced while it waits.
            Some(folder) if !input.is_dir() && folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) if !input.is_dir() => folder,
            _ => input,
        })
        .collect();
    Ok(Sandbox { state: sparsam::sandbox::enter(&inputs, &outputs), cores })
}

/// Keeps other runs out of the folders that this one writes into, for as long as the answer lives: each
/// would take the half-written files of the other for those of a killed run.
pub(super) fn hold(folders: &[Option<&Path>]) -> anyhow::Result<Vec<File>> {
    let real = folders.iter().flatten().map(|folder| folder.canonicalize());
    let real: BTreeSet<PathBuf> = real.collect::<io::Result<_>>()?;
    let mut held = Vec::new();
    for folder in real {
        match sparsam::files::hold(&folder) {
            Ok(lock) => held.extend(lock),
            Err(_) => bail!(
                "{}: another run writes there: wait for it to end, or name another folder",
                folder.display()
            ),
        }
    }
    Ok(held)
}

/// Keys of encrypted backups: files, digits, or what comes on stdin.
pub(super) fn keys(named: &[String]) -> anyhow::Result<Arc<Keys>> {
    let mut keys = Keys::default();
    for named in named {
        // A key on the command line is no name of a file that could be shown.
        let is_digits = named.chars().filter(char::is_ascii_hexdigit).count() == 64;
        if is_digits {
            keys.add(named.as_bytes()).context("--key: 64 digits")?;
            continue;
        }
        if is_digits_mostly(named) && !Path::new(named).exists() {
            anyhow::bail!("--key: neither a file nor 64 digits; count them, and try again");
        }
        let mut content = Zeroizing::new(Vec::new());
        if named == "-" {
            io::stdin().take(KEY_LEN).read_to_end(&mut content).context("--key -")?;
        } else {
            let file = File::open(named).with_context(|| format!("--key {named}"))?;
            file.take(KEY_LEN)
                .read_to_end(&mut content)
                .with_context(|| format!("--key {named}"))?;
        }
        keys.add(&content).with_context(|| format!("--key {named}"))?;
    }
    Ok(Arc::new(keys))
}

/// Whether a word is rather a mistyped key than the name of a file: then it must not be shown.
fn is_digits_mostly(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_hexdigit).count();
    digits >= 24 && digits * 10 >= word.chars().count() * 8
}

/// Key files are shorter than this, in bytes.
const KEY_LEN: u64 = 4096;
