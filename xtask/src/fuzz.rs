//! `cargo xtask fuzz`: every fuzz target in turn, from the fixtures on.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::bail;

use crate::run;

/// How long, and which.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Minutes for each target
    #[arg(long, default_value_t = 10)]
    minutes: u64,

    /// Only these targets
    targets: Vec<String>,
}

/// Longest input, in bytes: parsers read ahead 64 KiB, more finds nothing new.
const LONGEST: u32 = 64 << 10;

pub(crate) fn fuzz(options: &Options) -> anyhow::Result<()> {
    if run::code("cargo", &["fuzz", "--version"])? != 0 {
        bail!("cargo-fuzz is not installed: cargo install cargo-fuzz --locked");
    }
    let work = run::root().join("target/fuzz");
    let seeds = work.join("seeds");
    fs::create_dir_all(&seeds)?;
    // A test makes documents, archives and databases, and leaves all fixtures where it is told.
    let mut tests = Command::new("cargo");
    tests
        .args(["test", "--test", "main", "formats::every_format_has_a_fixture_and_a_fuzz_target"])
        .env("SPARSAM_SEEDS", &seeds);
    if !tests.current_dir(run::root()).status()?.success() {
        bail!("the fixtures could not be made");
    }
    let mut targets = targets()?;
    targets.retain(|name| options.targets.is_empty() || options.targets.contains(name));
    let time = format!("-max_total_time={}", options.minutes * 60);
    let length = format!("-max_len={LONGEST}");
    for target in &targets {
        let corpus = work.join("corpus").join(target);
        let found = work.join("found").join(target);
        fs::create_dir_all(&corpus)?;
        fs::create_dir_all(&found)?;
        let found = format!("-artifact_prefix={}/", found.display());
        let mut fuzz = Command::new("cargo");
        // The program has no unsafe code: its assertions are the oracle, at twice the speed.
        fuzz.args(["fuzz", "run", "--sanitizer", "none", "--codegen-units", "16", "--target-dir"])
            .arg(&work);
        fuzz.arg(target).arg(&corpus).arg(&seeds);
        // Assertions are the oracle. The first execution prepares all rules, which takes a while.
        fuzz.args(["--", &time, &length, &found]);
        fuzz.args(["-rss_limit_mb=1024", "-timeout=120", "-print_final_stats=1"]);
        // Its flags are those of a nightly compiler.
        fuzz.env("RUSTC_BOOTSTRAP", "1").current_dir(run::root());
        if !fuzz.status()?.success() {
            bail!("{target}: see the last lines above and {}", work.join("found").display());
        }
    }
    Ok(())
}

/// Names of all targets, in order.
fn targets() -> anyhow::Result<Vec<String>> {
    let folder = run::root().join("fuzz/fuzz_targets");
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let paths = paths.collect::<anyhow::Result<Vec<PathBuf>>>()?;
    let names = paths.iter().filter_map(|path| path.file_stem());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}
