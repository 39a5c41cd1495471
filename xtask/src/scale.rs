//! `cargo xtask scale`: time, memory and reports as messages, files and findings grow.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::bench::{measure, text};
use crate::{corpus, packages, run};

#[derive(Args)]
pub(crate) struct Options {
    /// Largest corpus, in MB; a message has about a hundred bytes
    #[arg(long, default_value_t = 1_000)]
    size_mb: u64,
    /// Most files
    #[arg(long, default_value_t = 100_000)]
    files: u64,
    /// Most findings
    #[arg(long, default_value_t = 1_000_000)]
    findings: u64,
    /// The program [default: target/release/sparsam, built first]
    #[arg(long)]
    program: Option<PathBuf>,
}

pub(crate) fn scale(options: &Options) -> anyhow::Result<()> {
    packages::need(&[("time", "time")])?;
    let program = match &options.program {
        Some(program) => program.clone(),
        None => {
            run::check("cargo", &["build", "--release", "--package", "sparsam"])?;
            run::root().join("target/release/sparsam")
        }
    };
    let folder = run::root().join("target/scale");
    println!("two threads, all formats of reports but the page for more than 100,000 findings\n");
    println!("| what | MB | messages | findings | seconds | MB/s | MiB | reports, MB |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (size_mb, chats) in [
        (options.size_mb / 10, 200),
        (options.size_mb, 200),
        (options.size_mb / 10, 1),
        (options.size_mb / 10, options.files),
    ] {
        let out = folder.join(format!("chats-{size_mb}-{chats}"));
        if !out.is_dir() {
            let out = out.clone();
            corpus::make(&corpus::Options { size_mb, chats, seed: 7, out, zip: false })?;
        }
        row(&program, &folder, &format!("{chats} files"), &out)?;
        fs::remove_dir_all(&out)?;
    }
    for findings in [options.findings / 100, options.findings / 10, options.findings] {
        let out = folder.join(format!("findings-{findings}"));
        many(&out, findings)?;
        row(&program, &folder, "findings", &out)?;
        fs::remove_dir_all(&out)?;
    }
    Ok(())
}

/// Scans and prints a row of the table.
fn row(program: &Path, folder: &Path, what: &str, input: &Path) -> anyhow::Result<()> {
    let (report, secret) = (folder.join("report"), folder.join("secret"));
    let _ = fs::remove_dir_all(&report);
    let call = ["scan", text(input)?, "--quiet", "--threads", "2", "--secret", text(&secret)?];
    let call = [&call[..], &["--report", text(&report)?]].concat();
    let cost = measure(text(program)?, &call)?;
    let totals: serde_json::Value = serde_json::from_slice(&fs::read(report.join("report.json"))?)?;
    let total = |name| totals["totals"][name].as_u64().context("no such total");
    let bytes = fs::read_dir(&report)?
        .map(|entry| Ok(entry?.metadata()?.len()))
        .sum::<std::io::Result<u64>>()?;
    let mb = total("bytes")? as f64 / 1e6;
    println!(
        "| {what} | {mb:.0} | {} | {} | {:.1} | {:.0} | {:.0} | {:.1} |",
        total("messages")?,
        total("findings")?,
        cost.seconds,
        mb / cost.seconds,
        cost.kib as f64 / 1024.0,
        bytes as f64 / 1e6,
    );
    Ok(())
}

/// Chats of a thousand messages, each with something else to find.
fn many(folder: &Path, findings: u64) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    for chat in 0..findings.div_ceil(1000) {
        let mut lines = String::new();
        for at in 0..1000.min(findings - chat * 1000) {
            writeln!(
                lines,
                "03.02.24, 08:{:02} - Max: schreib an p{chat}.{at}@example.org",
                at % 60
            )?;
        }
        fs::write(folder.join(format!("{chat}.txt")), lines)?;
    }
    Ok(())
}
