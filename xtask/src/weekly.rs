//! `cargo xtask weekly`: what a scan costs when nothing has changed, and how the report of 100,000
//! findings opens and filters.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::corpus;
use crate::{packages, run};

#[derive(Args)]
pub(crate) struct Options {
    /// Number of chats
    #[arg(long, default_value_t = 10_000)]
    files: u64,
    /// Size of all chats together, in MB
    #[arg(long, default_value_t = 1_000)]
    size_mb: u64,
    /// Findings of the report that is opened
    #[arg(long, default_value_t = 100_000)]
    findings: u64,
    /// Only open the report
    #[arg(long)]
    page: bool,
    /// The program [default: target/release/sparsam, built first]
    #[arg(long)]
    program: Option<std::path::PathBuf>,
}

pub(crate) fn weekly(options: &Options) -> anyhow::Result<()> {
    let program = match &options.program {
        Some(program) => program.clone(),
        None => {
            run::check("cargo", &["build", "--release", "--package", "sparsam"])?;
            run::root().join("target/release/sparsam")
        }
    };
    let folder = run::root().join("target/weekly");
    if options.page {
        return page(&program, &folder, options.findings);
    }
    let share = folder.join(format!("share-{}-{}", options.files, options.size_mb));
    if !share.is_dir() {
        let (size_mb, chats) = (options.size_mb, options.files);
        corpus::make(&corpus::Options { size_mb, chats, seed: 7, out: share.clone(), zip: false })?;
        // A file that is younger than a run is read again to be certain.
        std::thread::sleep(Duration::from_secs(3));
    }
    let state = folder.join("state");
    let _ = fs::remove_dir_all(&state);
    let scan = |report: &str| -> anyhow::Result<f64> {
        let started = Instant::now();
        let status = Command::new(&program)
            .arg("scan")
            .arg(&share)
            .arg("--state")
            .arg(&state)
            .args(["--quiet", "--report"])
            .arg(folder.join(report))
            .args(["--format", "json"])
            .status()?;
        if !matches!(status.code(), Some(0 | 1)) {
            bail!("the scan ended with {status}");
        }
        Ok(started.elapsed().as_secs_f64())
    };
    let first = scan("first")?;
    let again = scan("again")?.min(scan("again")?);
    println!("{} chats, {} MB: first scan {first:.2} s", options.files, options.size_mb);
    println!("again, unchanged: {again:.2} s, {:.1} % of the first", again / first * 100.0);
    page(&program, &folder, options.findings)
}

/// Opens the report of many findings in Chromium, which measures itself.
fn page(program: &Path, folder: &Path, findings: u64) -> anyhow::Result<()> {
    packages::need(&[("chromium", "chromium")])?;
    let chats = folder.join("many");
    let _ = fs::remove_dir_all(&chats);
    fs::create_dir_all(&chats)?;
    for chat in 0..findings.div_ceil(1000) {
        let mut text = String::new();
        for at in 0..1000.min(findings - chat * 1000) {
            let minute = at % 60;
            let said = match at % 4 {
                0 => format!("meine Nummer: 0171 {:07}", 1_000_000 + chat * 1000 + at),
                1 => format!("das Passwort ist Sommer{chat}x{at}!"),
                2 => format!("Befund {chat}.{at}: Diabetes Typ 2"),
                _ => format!("schreib an p{chat}.{at}@example.org"),
            };
            writeln!(text, "03.02.24, 08:{minute:02} - Max: {said}")?;
        }
        fs::write(chats.join(format!("{chat}.txt")), text)?;
    }
    let report = folder.join("page");
    let secret = folder.join("state/secret");
    let mut scan = Command::new(program);
    scan.arg("scan").arg(&chats).arg("--secret").arg(secret).arg("--quiet").arg("--report");
    scan.arg(&report).args(["--format", "html"]).status()?;
    let html = fs::read_to_string(report.join("report.html"))?;
    let start = html.find("<meta http-equiv").context("no policy in the page")?;
    let end = start + html[start..].find('>').context("no end of the policy")? + 1;
    let measure = "<script>addEventListener('load', () => {
        const opened = performance.now();
        const $ = (id) => document.getElementById(id);
        const times = [];
        const time = (name, act) => {
          const before = performance.now();
          act();
          $('list').getBoundingClientRect();
          times.push([Math.round(performance.now() - before), name]);
        };
        const set = (id, value) => () => { $(id).value = value; $(id).dispatchEvent(new Event('input')); };
        for (const word of ['p7.77', 'p', 'diab 8', 'nothing like it', '42', '']) time(`search \"${word}\"`, set('filter-text', word));
        for (const id of ['filter-severity', 'filter-category', 'filter-status', 'filter-rule', 'filter-file', 'group']) {
          const options = [...$(id).options].map((option) => option.value).slice(0, 4);
          for (const value of [...options.slice(1), '']) time(`${id} ${value}`, set(id, value));
        }
        set('group', 'rule')();
        const heads = document.querySelectorAll('#list thead button').length;
        for (let n = 0; n < heads; n += 1) for (const way of ['up', 'down']) time(`sort ${n} ${way}`, () => document.querySelectorAll('#list thead button')[n].click());
        times.sort((a, b) => b[0] - a[0]);
        const worst = times.slice(0, 5).map(([ms, name]) => `${name} ${ms} ms`).join(', ');
        const middle = times[times.length >> 1][0];
        document.title = `opened ${Math.round(opened)} ms; ${times.length} searches, filters, groups and sorts: median ${middle} ms, slowest ${worst}; ${$('filter-count').textContent}`;
      });</script></body>";
    let measured = report.join("measured.html");
    let html = format!("{}{}", &html[..start], html[end..].replace("</body>", measure));
    fs::write(&measured, html)?;
    let profile = folder.join("profile");
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--timeout=20000"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}", measured.display()))
        .stderr(Stdio::null())
        .output()?;
    let document = String::from_utf8_lossy(&output.stdout);
    let title = document.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    let bytes = fs::metadata(report.join("report.html"))?.len();
    println!(
        "report of {findings} findings: {} MB; {}",
        bytes / 1_000_000,
        title.map_or("?", |it| it.0)
    );
    Ok(())
}
