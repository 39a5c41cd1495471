//! What each stage of a scan costs, on one thread.
//!
//! `cargo bench --bench stages`: 32 MB of generated chats (`cargo xtask corpus`) are made into pages, looked through, and
//! scanned with reports; the same chats zipped are inflated and checked (CRC-32) by the library that the program uses,
//! and scanned. Before that: what it takes to prepare all rules. All in turn, several times; the fastest of each counts.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement")]

mod shared;

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use sparsam::detect::Detector;
use sparsam::engine;
use sparsam::format::{FORMATS, Item, Limits, SNIFF_BYTES, Source, SpillSettings};
use sparsam::model::Page;
use sparsam::pattern::load_builtin;
use sparsam::report::{Lang, Reports};
use zip::ZipArchive;

use shared::Setup;

const MB: &str = "32";
const CHATS: &str = "25";
const ROUNDS: usize = 3;

/// Makes the chats where they are missing.
fn corpus(is_zip: bool) -> PathBuf {
    let folder = if is_zip { "target/bench/stages-zipped" } else { "target/bench/stages" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    if !folder.is_dir() {
        let mut make = Command::new("cargo");
        make.args(["xtask", "corpus", "--size-mb", MB, "--chats", CHATS, "--out"]).arg(&folder);
        let make = if is_zip { make.arg("--zip") } else { &mut make };
        assert!(make.status().unwrap().success());
    }
    folder
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

/// Shows all pages of text files.
fn pages(files: &[PathBuf], temp: &Path, mut show: impl FnMut(&Page)) {
    for path in files {
        let mut source = Source::open(path, &SpillSettings::new(temp.to_owned())).unwrap();
        let head = source.head(SNIFF_BYTES).to_vec();
        let format = FORMATS.iter().find(|format| format.sniff(&head, "chat.txt")).unwrap();
        let mut reader = format.open(source, &Limits::default()).unwrap();
        while let Some(item) = reader.next().unwrap() {
            if let Item::Page(page) = item {
                show(&page);
            }
        }
    }
}

/// Inflates and checks all members. Answers their bytes.
fn inflate(files: &[PathBuf]) -> u64 {
    let mut bytes = 0;
    for path in files {
        let mut archive = ZipArchive::new(BufReader::new(File::open(path).unwrap())).unwrap();
        for at in 0..archive.len() {
            bytes +=
                std::io::copy(&mut archive.by_index(at).unwrap(), &mut std::io::sink()).unwrap();
        }
    }
    bytes
}

fn scan(input: &Path, folder: &Path, detector: &Detector) {
    let setup = Setup::new();
    let options = setup.options(detector, input.to_owned(), &folder.join("temp"));
    let report = folder.join("report");
    let titles = Default::default();
    let reports = Reports::start(Some(&report), &["jsonl", "json"], Lang::En, &titles).unwrap();
    let (run, _) = engine::run(&options, reports, Some(&report)).unwrap();
    assert_eq!(run.totals.incidents, 0);
}

fn seconds(act: impl FnOnce()) -> f64 {
    let started = Instant::now();
    act();
    started.elapsed().as_secs_f64()
}

fn main() {
    let (plain, zipped) = (corpus(false), corpus(true));
    let (texts, zips) = (files(&plain), files(&zipped));
    let folder = tempfile::tempdir().unwrap();
    let temp = folder.path().join("temp");
    fs::create_dir(&temp).unwrap();
    let detector = Detector::new(&load_builtin().unwrap(), |_| true).unwrap();
    let bytes: u64 = texts.iter().map(|path| path.metadata().unwrap().len()).sum();
    let mut expanded = 0;
    let names = [
        "all rules loaded",
        "and prepared",
        "pages",
        "pages, looked through",
        "scan with reports",
        "zipped: inflate and CRC",
        "zipped: scan with reports",
    ];
    let mut best = [f64::INFINITY; 7];
    for _ in 0..ROUNDS {
        let mut rules = None;
        let times = [
            seconds(|| rules = Some(load_builtin().unwrap())),
            seconds(|| drop(Detector::new(rules.as_ref().unwrap(), |_| true).unwrap())),
            seconds(|| pages(&texts, &temp, |_| ())),
            seconds(|| pages(&texts, &temp, |page| drop(detector.scan(page)))),
            seconds(|| scan(&plain, folder.path(), &detector)),
            seconds(|| expanded = inflate(&zips)),
            seconds(|| scan(&zipped, folder.path(), &detector)),
        ];
        best.iter_mut().zip(times).for_each(|(best, time)| *best = best.min(time));
    }
    println!("{} MB of text, {} MB of expanded zips", bytes / 1_000_000, expanded / 1_000_000);
    for (at, (name, time)) in names.into_iter().zip(best).enumerate() {
        let size = if at >= 5 { expanded } else { bytes };
        let speed =
            if at < 2 { String::new() } else { format!("{:.0} MB/s", size as f64 / time / 1e6) };
        println!("{name:26} {time:6.3} s  {speed}");
    }
    println!("scan of zips against inflate and CRC: {:.2} of its speed", best[5] / best[6]);
}
