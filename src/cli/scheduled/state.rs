//! From options to an open state: its folder, secret, decisions; who runs this, where and when.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use sparsam::history::State;
use sparsam::history::audit::Entry;
use sparsam::policy::suppress::Suppressions;
use sparsam::secret::InstallationSecret;

use super::args::StateArgs;
use crate::cli::setup;

/// File of the secret in a state folder.
pub(super) const SECRET: &str = "secret";
/// File of decisions in a state folder.
const SUPPRESSIONS: &str = "suppressions.toml";

/// The state for writing, with its secret.
pub(super) fn open(args: &StateArgs) -> anyhow::Result<(State, InstallationSecret)> {
    if !args.state.join("state.db").exists() {
        bail!("there is no state in {}: `sparsam scan --state` makes one", args.state.display());
    }
    let secret = setup::secret_of_state(&args.state, args.secret.as_deref())?;
    let state = State::open(&args.state, &secret.id())?;
    Ok((state, secret))
}

/// Where the secret of a state lies.
pub(super) fn secret_path(args: &StateArgs) -> PathBuf {
    args.secret.clone().unwrap_or_else(|| args.state.join(SECRET))
}

/// Where the decisions lie: the named file, else that of the state.
pub(in crate::cli) fn suppressions_path(
    named: Option<&Path>,
    state: Option<&Path>,
) -> Option<PathBuf> {
    named.map(Path::to_owned).or_else(|| state.map(|state| state.join(SUPPRESSIONS)))
}

/// The decisions of a file; they must be about ids of this secret.
pub(in crate::cli) fn suppressions(
    named: Option<&Path>,
    state: Option<&Path>,
    secret: &InstallationSecret,
) -> anyhow::Result<Suppressions> {
    let Some(path) = suppressions_path(named, state) else { return Ok(Suppressions::default()) };
    if named.is_some() && !path.exists() {
        bail!("{}: there is no such file of decisions", path.display());
    }
    let list = Suppressions::load(&path)?;
    match &list.secret {
        Some(theirs) if *theirs != secret.id() => bail!(
            "{}: its ids were made with the secret {theirs}, the secret in use is {}: name the right one with --secret, or make these decisions anew",
            path.display(),
            secret.id()
        ),
        _ => Ok(list),
    }
}

/// The time of a run: `SOURCE_DATE_EPOCH` if it is set, so that outputs can be made again byte for byte.
pub(in crate::cli) fn clock() -> anyhow::Result<Option<Timestamp>> {
    let Some(text) = env::var_os("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let seconds = text.to_str().and_then(|text| text.parse().ok());
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map(Some).context("SOURCE_DATE_EPOCH: expected seconds since 1970")
}

/// Name of this machine.
pub(in crate::cli) fn host() -> String {
    #[cfg(unix)]
    let name = Some(rustix::system::uname().nodename().to_string_lossy().into_owned());
    #[cfg(not(unix))]
    let name = env::var("COMPUTERNAME").ok();
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

/// Name of the user.
pub(in crate::cli) fn user() -> String {
    let named = ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(|name| env::var(name).ok());
    let name = named.into_iter().find(|name| !name.is_empty());
    #[cfg(unix)]
    let name = name.or_else(|| {
        let uid = rustix::process::geteuid().as_raw();
        login(&std::fs::read_to_string("/etc/passwd").unwrap_or_default(), uid)
            .or_else(|| Some(format!("uid {uid}")))
    });
    name.unwrap_or_else(|| "unknown".to_owned())
}

/// Name of a user in a list as passwd(5) describes it.
#[cfg(unix)]
fn login(list: &str, uid: u32) -> Option<String> {
    let mut users = list.lines().map(|line| line.split(':'));
    let mut of =
        users.find(|user| user.clone().nth(2).is_some_and(|number| number.parse() == Ok(uid)))?;
    of.next().filter(|name| !name.is_empty()).map(str::to_owned)
}

/// A line of the audit log about what happens now.
pub(in crate::cli) fn entry(action: &str) -> anyhow::Result<Entry> {
    let now = clock()?.unwrap_or_else(Timestamp::now);
    Ok(Entry {
        time: now.to_string(),
        action: action.to_owned(),
        user: user(),
        host: host(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Entry::default()
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::login;

    #[test]
    fn users_have_names() {
        let list = "root:x:0:0:root:/root:/bin/sh\n# odd\nscan:x:998:998::/:/bin/false\n";
        let cases = [
            (0, Some("root"), "first"),
            (998, Some("scan"), "after an odd line"),
            (7, None, "nobody"),
        ];
        for (uid, name, why) in cases {
            assert_eq!(login(list, uid).as_deref(), name, "{why}");
        }
    }
}
