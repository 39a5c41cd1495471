//! Other programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

/// The repository's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}

/// Runs a program in the repository's folder, its output passed through; answers its exit code.
pub(crate) fn code(program: &str, arguments: &[&str]) -> anyhow::Result<i32> {
    println!("$ {program} {}", arguments.join(" "));
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .status()
        .with_context(|| format!("{program} cannot be started"))?;
    Ok(status.code().unwrap_or(-1))
}

/// As [`code`]; anything but success ends everything.
pub(crate) fn check(program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    match code(program, arguments)? {
        0 => Ok(()),
        code => bail!("{program} {} ended with {code}", arguments.join(" ")),
    }
}
