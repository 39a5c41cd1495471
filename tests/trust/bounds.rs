//! Time and memory stay bounded whatever an input holds.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::zip;

/// What no hostile input may exceed.
const MOST_MEMORY: u64 = 256 << 20;

struct Measured {
    code: Option<i32>,
    took: Duration,
    memory: u64,
}

/// Redacts one file and measures the process from outside.
fn redact(name: &str, content: &[u8]) -> (Measured, serde_json::Value) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in").join(name), content).unwrap();
    let begin = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sparsam"))
        .args(["redact", "in", "--out", "out", "--report", "report", "--quiet", "--threads", "2"])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    let code = loop {
        memory = memory.max(peak(Path::new(&status)));
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        assert!(begin.elapsed() < Duration::from_secs(300), "{name} hangs");
        std::thread::sleep(Duration::from_millis(5));
    };
    let report = fs::read_to_string(folder.path().join("report/report.json")).unwrap();
    let report = serde_json::from_str(&report).unwrap();
    (Measured { code, took: begin.elapsed(), memory }, report)
}

/// Peak resident bytes of a process so far; 0 once it has gone.
fn peak(status: &Path) -> u64 {
    let status = fs::read_to_string(status).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.unwrap_or(0) << 10
}

/// The directory's only record as often as wanted, all leading to one local record.
fn shared(archive: &[u8], times: u16) -> Vec<u8> {
    let end = memchr::memmem::rfind(archive, b"PK\x05\x06").unwrap();
    let start = memchr::memmem::find(archive, b"PK\x01\x02").unwrap();
    let record = &archive[start..end];
    let mut out = archive[..start].to_vec();
    out.extend(record.repeat(times.into()));
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([times.to_le_bytes(), times.to_le_bytes()].concat());
    out.extend((record.len() as u32 * u32::from(times)).to_le_bytes());
    out.extend((start as u32).to_le_bytes());
    out.extend([0, 0]);
    out
}

#[test]
fn bombs_end_within_seconds_and_little_memory() {
    let zeros = vec![0; 1 << 20];
    let names: Vec<String> = (0..2000).map(|at| format!("{at}.txt")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &*zeros)).collect();
    let many = zip(&many);
    let nested = zip(&[("_chat.txt", b"Hallo"), ("innen.zip", &many)]);
    assert!(nested.len() < 64 << 10, "{} bytes hold 2 GB", nested.len());
    let mut deep = zip(&[("_chat.txt", b"Hallo")]);
    for _ in 0..60 {
        deep = zip(&[("innen.zip", &deep)]);
    }
    let cases = [
        // (name, archive, kind of incident, why)
        ("nested.zip", nested, "limit:expanded-bytes", "64 KB become 2 GB"),
        ("shared.zip", shared(&zip(&[("a.txt", &zeros)]), 2000), "hostile", "one record, often"),
        ("deep.zip", deep, "limit:depth", "archive in archive"),
        (
            "flat.zip",
            zip(&[("a.txt", &vec![b'a'; 200 << 20])]),
            "limit:expanded-bytes",
            "one member",
        ),
    ];
    for (name, archive, kind, why) in cases {
        let (measured, report) = redact(name, &archive);
        assert_eq!(measured.code, Some(3), "{why}");
        assert_eq!(report["inputs"][0]["incidents"][0]["kind"], kind, "{why}");
        assert_eq!(report["inputs"][0]["copy"]["status"], "refused", "{why}");
        assert!(measured.took < Duration::from_secs(60), "{why}: {:?}", measured.took);
        assert!(measured.memory < MOST_MEMORY, "{why}: {} bytes", measured.memory);
    }
}

#[test]
fn work_grows_with_the_input_and_memory_does_not() {
    type Text = fn(usize) -> String;
    let cases: [(&str, Text); 5] = [
        ("one line", |bytes| "guten Tag und danke ".repeat(bytes / 20)),
        ("one word", |bytes| "x".repeat(bytes)),
        ("digits", |bytes| "7".repeat(bytes)),
        ("nearly accounts", |bytes| "DE00 3704 0044 0532 0130 00 ".repeat(bytes / 28)),
        ("nearly addresses", |bytes| "a.b.c.d@e.f.".repeat(bytes / 12)),
    ];
    const BYTES: usize = 1 << 20;
    for (why, text) in cases {
        let run = |bytes| {
            let chat = format!("03.02.24, 14:05 - Erika: {}\n", text(bytes));
            redact("chat.txt", chat.as_bytes()).0
        };
        let (small, large) = (run(BYTES), run(8 * BYTES));
        assert_eq!(large.code, Some(0), "{why}");
        let most = small.took * 24 + Duration::from_secs(5);
        assert!(large.took < most, "{why}: {:?}, then {:?}", small.took, large.took);
        assert!(large.memory < MOST_MEMORY, "{why}: {} bytes", large.memory);
    }
}
