//! `cargo xtask bench`: speed and memory, in turn with ripgrep on the same bytes.
//!
//! Absolute numbers vary by a quarter between runs of one machine: only ratios within one run count.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::corpus;
use crate::{packages, run};

#[derive(Args)]
pub(crate) struct Options {
    /// Size of the corpus, in MB
    #[arg(long, default_value_t = 256)]
    size_mb: u64,
    /// Times that everything is measured; the fastest counts
    #[arg(long, default_value_t = 3)]
    rounds: u32,
}

const TOOLS: &[packages::Package] = &[("ripgrep", "rg"), ("time", "time")];

/// What one run of a program took.
#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    kib: u64,
}

pub(crate) fn bench(options: &Options) -> anyhow::Result<()> {
    packages::need(TOOLS)?;
    run::check("cargo", &["build", "--release", "--package", "sparsam"])?;
    let root = run::root();
    let folder = root.join("target/bench");
    let inputs = [("many files", 200, false), ("one big file", 1, false), ("zipped", 200, true)];
    println!("fastest of {} rounds, {} MB of chats\n", options.rounds, options.size_mb);
    println!("{:24} {:>7} {:>7} {:>8} {:>9} {:>9}", "", "s", "MB/s", "MiB", "of rg -c", "of rg -o");
    for (name, chats, zip) in inputs {
        let out = folder.join(format!("{}-{}", name.replace(' ', "-"), options.size_mb));
        if !out.is_dir() {
            let size_mb = options.size_mb;
            corpus::make(&corpus::Options { size_mb, chats, seed: 7, out: out.clone(), zip })?;
        }
        compare(name, &out, options, &root, &folder)?;
    }
    Ok(())
}

fn compare(
    name: &str,
    input: &Path,
    options: &Options,
    root: &Path,
    folder: &Path,
) -> anyhow::Result<()> {
    let binary = root.join("target/release/sparsam");
    let patterns = root.join("benches/patterns.txt");
    let secret = folder.join("secret");
    let report = folder.join("report");
    let (binary, patterns) = (text(&binary)?, text(&patterns)?);
    let scan = |threads: &'static str| {
        let call = ["scan", text(input)?, "--quiet", "--threads", threads, "--secret"];
        Ok::<_, anyhow::Error>([&call[..], &[text(&secret)?, "--report", text(&report)?]].concat())
    };
    // ripgrep reads no zips; -z would call gzip and other programs, which is another measurement.
    let zipped = name == "zipped";
    let grep = |mode: &'static str, threads: &'static str| {
        let path = input.to_str().unwrap_or_default();
        vec![mode, "--no-messages", "-a", "--threads", threads, "-f", patterns, path]
    };
    for threads in ["1", "2"] {
        let ours = scan(threads)?;
        let mut best: [Option<Cost>; 3] = [None; 3];
        for _ in 0..options.rounds {
            let mut keep = |at: usize, cost: Cost| {
                let slot = best[at].get_or_insert(cost);
                slot.seconds = slot.seconds.min(cost.seconds);
                slot.kib = slot.kib.max(cost.kib);
            };
            keep(0, measure(binary, &ours)?);
            if !zipped {
                keep(1, measure("rg", &grep("-c", threads))?);
                keep(2, measure("rg", &grep("-o", threads))?);
            }
        }
        let Some(cost) = best[0] else { bail!("--rounds must be at least 1") };
        let ratio = |other: Option<Cost>| match other {
            Some(other) => format!("{:.2}", cost.seconds / other.seconds),
            None => "-".to_owned(),
        };
        let mb = options.size_mb as f64;
        println!(
            "{:24} {:7.2} {:7.0} {:8.1} {:>9} {:>9}",
            format!("{name}, {threads} thread(s)"),
            cost.seconds,
            mb / cost.seconds,
            cost.kib as f64 / 1024.0,
            ratio(best[1]),
            ratio(best[2]),
        );
    }
    Ok(())
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("the path of the repository is no UTF-8")
}

/// Runs a program under GNU time, its output thrown away. 0 and 1 (found something) are success.
fn measure(program: &str, arguments: &[&str]) -> anyhow::Result<Cost> {
    let file = run::root().join("target/bench/peak");
    fs::create_dir_all(run::root().join("target/bench"))?;
    let started = Instant::now();
    let status = Command::new("time")
        .args(["--quiet", "--format", "%M", "--output", text(&file)?, program])
        .args(arguments)
        .stdout(Stdio::null())
        .status()
        .context("time cannot be started")?;
    let seconds = started.elapsed().as_secs_f64();
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("{program} {} ended with {status}", arguments.join(" "));
    }
    let kib = fs::read_to_string(&file)?;
    let kib = kib.lines().last().and_then(|line| line.trim().parse().ok());
    Ok(Cost { seconds, kib: kib.context("time told no peak memory")? })
}
