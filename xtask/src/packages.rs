//! Debian packages that tests and measurements need.

use std::env;
use std::path::Path;

use anyhow::bail;

use crate::run;

/// A package, and the program that it is wanted for.
pub(crate) type Package = (&'static str, &'static str);

/// Installs those packages whose program is not there. Nothing missing: nothing done, no root needed.
pub(crate) fn need(packages: &[Package]) -> anyhow::Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .filter(|(_, program)| !is_there(program))
        .map(|(package, _)| *package)
        .collect();
    if missing.is_empty() { Ok(()) } else { install(&missing) }
}

/// Installs packages.
pub(crate) fn install(missing: &[&str]) -> anyhow::Result<()> {
    if !is_root() {
        bail!("not installed: {}; install them, or run this as root", missing.join(", "));
    }
    let options = ["--quiet", "--yes", "--option", "DPkg::Lock::Timeout=120"];
    run::check("apt-get", &[&options[..], &["update"]].concat())?;
    let install = ["install", "--no-install-recommends"];
    run::check("apt-get", &[&options[..], &install, missing].concat())
}

fn is_there(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
        || Path::new("/usr/sbin").join(program).is_file()
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
