//! What the sandbox costs: the same scan shut in and not, in turn, each in a process of its own.
//!
//! `cargo bench --bench sandbox`. The middle of the ratios of all pairs counts.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement")]

mod shared;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use sparsam::detect::Detector;
use sparsam::engine::{self, Options};
use sparsam::pattern::load_builtin;
use sparsam::report::{Lang, Reports};

use shared::Setup;

/// Machines are noisy: of as few as eleven pairs the middle swings by a tenth.
const PAIRS: usize = 61;

/// Many small chats, as what the sandbox looks at is the opening of files, and a large one.
fn make(folder: &Path) {
    let line = |at: u64| {
        let text = if at.is_multiple_of(200) {
            "Meine IBAN: DE89 3704 0044 0532 0130 00"
        } else {
            "Danke"
        };
        format!(
            "03.02.24, 14:{:02} - Kunde {}: {text}, Vorgang {at}, bis morgen!\n",
            at % 60,
            at % 7
        )
    };
    for at in 0..1000 {
        let text: String = (0..40).map(|row| line(at * 40 + row)).collect();
        fs::write(folder.join(format!("{at}.txt")), text).unwrap();
    }
    let text: String = (0..50_000).map(line).collect();
    fs::write(folder.join("large.txt"), text).unwrap();
}

/// Processor time of this process so far, in seconds: other programs do not count.
fn processor_time() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap()).as_secs_f64()
}

/// Seconds of one scan, start of the process and rules left out.
fn scan(folder: &Path, is_shut_in: bool) -> f64 {
    let detector = Detector::new(&load_builtin().unwrap(), |_| true).unwrap();
    let (input, temp) = (folder.join("in"), folder.join("temp"));
    let setup = Setup::new();
    let started = processor_time();
    let sandbox =
        if is_shut_in { sparsam::sandbox::enter(&[&input], &[&temp]) } else { String::new() };
    assert!(!is_shut_in || sandbox.contains("seccomp"), "there is no sandbox here");
    let options = Options { sandbox, ..setup.options(&detector, input, &temp) };
    let reports = Reports::start(None, &[], Lang::En, &Default::default()).unwrap();
    engine::run(&options, reports, None).unwrap();
    processor_time() - started
}

fn main() {
    if let Some(folder) = std::env::var_os("SPARSAM_BENCH_FOLDER") {
        let is_shut_in = std::env::var_os("SPARSAM_BENCH_SHUT_IN").is_some();
        return println!("{}", scan(Path::new(&folder), is_shut_in));
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::create_dir(folder.path().join("temp")).unwrap();
    make(&folder.path().join("in"));
    let one = |is_shut_in: bool| -> f64 {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env("SPARSAM_BENCH_FOLDER", folder.path());
        if is_shut_in {
            command.env("SPARSAM_BENCH_SHUT_IN", "1");
        }
        let output = command.output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
    };
    one(false);
    let mut ratios = Vec::new();
    let mut best = [f64::MAX; 2];
    for pair in 0..PAIRS {
        // Whoever comes first finds the machine as the last pair left it.
        let order = if pair % 2 == 0 { [false, true] } else { [true, false] };
        let mut times = [0.0; 2];
        for is_shut_in in order {
            times[usize::from(is_shut_in)] = one(is_shut_in);
        }
        best = [best[0].min(times[0]), best[1].min(times[1])];
        ratios.push(times[1] / times[0]);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "fastest: free {:.3} s, shut in {:.3} s, ratio {:.3}",
        best[0],
        best[1],
        best[1] / best[0]
    );
    println!(
        "ratio of pairs: middle {:.3}, {:.3} to {:.3}",
        ratios[PAIRS / 2],
        ratios[0],
        ratios[PAIRS - 1]
    );
}
