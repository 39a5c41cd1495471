//! `cargo xtask bench`: speed and memory, in turn with ripgrep on the same bytes.
//!
//! Absolute numbers vary by a quarter between runs of one machine: only ratios within one run count.

use std::fmt::Write as _;
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
pub(crate) struct Cost {
    pub(crate) seconds: f64,
    pub(crate) kib: u64,
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
    besides(options, &root, &folder)
}

/// What redaction, start-up and ten times the terms cost.
fn besides(options: &Options, root: &Path, folder: &Path) -> anyhow::Result<()> {
    let binary = root.join("target/release/sparsam");
    let (secret, report, copies) =
        (folder.join("secret"), folder.join("report"), folder.join("copies"));
    let tiny = folder.join("tiny.txt");
    fs::write(&tiny, "[01.02.24, 10:00:00] Max: Hallo\n")?;
    let input = folder.join("besides");
    if !input.is_dir() {
        let out = input.clone();
        corpus::make(&corpus::Options { size_mb: 32, chats: 25, seed: 7, out, zip: false })?;
    }
    let rules = folder.join("ten-times");
    let terms = ten_times(&root.join("patterns"), &rules)?;
    let (input, tiny) = (text(&input)?, text(&tiny)?);
    let common = ["--quiet", "--threads", "1", "--secret", text(&secret)?];
    let scan = [&["scan", input][..], &common, &["--report", text(&report)?]].concat();
    let more = [&scan[..], &["--patterns", text(&rules)?]].concat();
    let redact = [&["redact", input][..], &common, &["--out", text(&copies)?]].concat();
    let start = [&["scan", tiny][..], &common].concat();
    let mut best = [f64::INFINITY; 4];
    for _ in 0..options.rounds {
        let _ = fs::remove_dir_all(&copies);
        for (best, call) in best.iter_mut().zip([&scan, &redact, &more, &start]) {
            *best = best.min(measure(text(&binary)?, call)?.seconds);
        }
    }
    println!("\n32 MB in 25 chats, one thread: scan {:.2} s", best[0]);
    println!("redact (scan, write, verify): {:.2} of a scan", best[1] / best[0]);
    println!(
        "scan with {terms} more terms, ten times as many in all: {:.2} of a scan",
        best[2] / best[0]
    );
    println!("one tiny file: {:.3} s", best[3]);
    Ok(())
}

/// Writes rules with nine words more for each term that is built in, of other letters. Answers how many.
fn ten_times(patterns: &Path, rules: &Path) -> anyhow::Result<usize> {
    let mut count = 0;
    for folder in fs::read_dir(patterns)?.filter_map(Result::ok).filter(|at| at.path().is_dir()) {
        let family = folder.file_name().to_string_lossy().into_owned();
        fs::create_dir_all(rules.join(&family))?;
        for file in fs::read_dir(folder.path())?.filter_map(Result::ok) {
            let name = file.file_name().to_string_lossy().replace('.', "_");
            let Some(name) = name.strip_suffix("_tsv") else { continue };
            let list = fs::read_to_string(file.path())?;
            for shift in 1..10 {
                let (thing, path) = (format!("{name}_{shift}"), rules.join(&family));
                let mut more = String::new();
                for line in list.lines() {
                    let (term, rest) = line.split_once('\t').unwrap_or((line, ""));
                    let is_term = !rest.is_empty() && term != "term" && !line.starts_with('#');
                    count += usize::from(is_term);
                    let term = if is_term { shifted(term, shift) } else { term.to_owned() };
                    writeln!(more, "{term}\t{rest}")?;
                }
                fs::write(path.join(format!("{thing}.tsv")), more.replace("\t\n", "\n"))?;
                let rule = format!(
                    "schema = 1\nid = \"{family}.{thing}\"\ntitle = {{ en = \"-\", de = \"-\" }}\n\
                     gdpr = [\"Art. 4(1)\"]\nseverity = \"low\"\n[terms]\nfiles = [\"{thing}.tsv\"]\n"
                );
                fs::write(path.join(format!("{thing}.toml")), rule)?;
            }
        }
    }
    Ok(count)
}

/// A word of the same form: vowels become other vowels, consonants other consonants.
fn shifted(term: &str, shift: usize) -> String {
    let kinds = ["aeiou", "bcdfghjklmnpqrstvwxyz"];
    let other = |c: char| {
        let kind = kinds.iter().find(|kind| kind.contains(c));
        let at = |kind: &&str| (kind.find(c).unwrap_or(0) + shift) % kind.len();
        kind.map_or(c, |kind| char::from(kind.as_bytes()[at(kind)]))
    };
    term.chars().map(other).collect()
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

pub(crate) fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("the path of the repository is no UTF-8")
}

/// Runs a program under GNU time, its output thrown away. 0 and 1 (found something) are success.
pub(crate) fn measure(program: &str, arguments: &[&str]) -> anyhow::Result<Cost> {
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
