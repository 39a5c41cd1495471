//! `cargo xtask fuzz`: every fuzz target in turn, from the fixtures on.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

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
const LONGEST: u32 = 128 << 10;

pub(crate) fn fuzz(options: &Options) -> anyhow::Result<()> {
    if run::code("cargo", &["fuzz", "--version"])? != 0 {
        bail!(
            "cargo-fuzz is not installed: cargo install cargo-fuzz --locked (and a nightly compiler)"
        );
    }
    let folder = run::root().join("fuzz");
    let seeds = folder.join("corpus/seeds");
    fs::create_dir_all(&seeds)?;
    seed(&run::root().join("fixtures"), &seeds)?;
    let mut targets: Vec<String> = Vec::new();
    for entry in fs::read_dir(folder.join("fuzz_targets"))? {
        let path = entry?.path();
        targets.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    targets.sort();
    targets.retain(|name| options.targets.is_empty() || options.targets.contains(name));
    let time = format!("-max_total_time={}", options.minutes * 60);
    let length = format!("-max_len={LONGEST}");
    for target in &targets {
        let corpus = folder.join("corpus").join(target);
        fs::create_dir_all(&corpus)?;
        let (corpus, seeds) = (corpus.display().to_string(), seeds.display().to_string());
        // Assertions are the oracle. The first execution prepares all rules, which takes a while.
        let fuzzer =
            ["--", &time, &length, "-rss_limit_mb=1024", "-timeout=120", "-print_final_stats=1"];
        let cargo = ["+nightly", "fuzz", "run", target, &corpus, &seeds];
        run::check("cargo", &[&cargo[..], &fuzzer].concat())?;
    }
    Ok(())
}

/// Copies all fixtures into one folder.
fn seed(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("{}: not there", from.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            seed(&path, to)?;
        } else if let Some(name) = path.file_name() {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
