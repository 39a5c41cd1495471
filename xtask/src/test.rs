//! `cargo xtask test`: what CI runs, and what a developer runs before handing in.

use anyhow::bail;

use crate::{packages, run};

/// Tools that read copies and reports from outside: what others see must hold, not only what we see.
const TOOLS: &[packages::Package] = &[
    ("chromium", "chromium"),
    ("chromium-driver", "chromedriver"),
    ("unzip", "unzip"),
    ("p7zip-full", "7z"),
    ("libarchive-tools", "bsdtar"),
    ("python3", "python3"),
    ("systemd", "systemd-analyze"),
];

pub(crate) fn test() -> anyhow::Result<()> {
    packages::need(TOOLS)?;
    run::check("cargo", &["fmt", "--all", "--check"])?;
    let everything = ["--workspace", "--all-targets", "--all-features"];
    run::check("cargo", &[&["clippy"], &everything[..], &["--", "-D", "warnings"]].concat())?;
    run::check("cargo", &["test", "--workspace", "--all-features"])?;
    // The first command of the README. 1: the demo holds findings.
    let demo = ["scan", "fixtures/demo", "--report", "target/demo-report"];
    match run::code("cargo", &[&["run", "--release", "--"], &demo[..]].concat())? {
        1 => Ok(()),
        code => bail!("the README's first command ended with {code}, expected 1"),
    }
}
