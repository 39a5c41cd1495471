//! Scheduled scans: what is remembered between runs, with the real program and in long simulations.

mod machines;
mod program;
mod schedule;
mod schema;
mod weeks;

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

/// Monday, 2026-01-05, 05:00 UTC.
const FIRST: i64 = 1_767_589_200;
const DAY: i64 = 86_400;

/// A share, a state, reports, and the program run over them at chosen times.
struct Share {
    folder: TempDir,
    now: i64,
}

/// What a run said.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Share {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), now: FIRST }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn program(&self) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sparsam"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("USER", "tester")
            .env("SOURCE_DATE_EPOCH", self.now.to_string());
        command
    }

    fn call(&self, arguments: &[&str]) -> Ran {
        ran(self.program().args(arguments).output().unwrap())
    }

    /// A scan of `in` with the state, at this time.
    fn scan(&self, more: &[&str]) -> Ran {
        let usual = ["scan", "in", "--state", "state", "--report", "report", "--quiet"];
        self.call(&[&usual, more].concat())
    }

    fn report(&self) -> Value {
        serde_json::from_str(&self.read("report/report.json")).unwrap()
    }

    fn findings(&self) -> Vec<Value> {
        let text = self.read("report/findings.jsonl");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Rule and status of every finding, sorted.
    fn statuses(&self) -> Vec<String> {
        let of = |it: &Value| {
            format!("{} {}", it["rule"].as_str().unwrap(), it["status"].as_str().unwrap())
        };
        let mut all: Vec<String> = self.findings().iter().map(of).collect();
        all.sort();
        all
    }

    /// A number of the run's history.
    fn number(&self, key: &str) -> u64 {
        self.report()["history"][key].as_u64().unwrap()
    }

    fn input_status(&self, end: &str) -> String {
        let report = self.report();
        let inputs = report["inputs"].as_array().unwrap();
        let of = inputs.iter().find(|it| it["path"].as_str().unwrap().ends_with(end)).unwrap();
        of["status"].as_str().unwrap().to_owned()
    }
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

const IBAN: &str = "DE89 3704 0044 0532 0130 00";
const IBAN_2: &str = "GB82 WEST 1234 5698 7654 32";

fn line(minute: u32, text: &str) -> String {
    format!("03.02.24, {:02}:{:02} - Erika Beispiel: {text}\n", 8 + minute / 60, minute % 60)
}

fn chat(texts: &[&str]) -> String {
    texts.iter().enumerate().map(|(at, text)| line(at as u32, text)).collect()
}

fn is_private(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(path).unwrap().permissions().mode() & 0o077 == 0
    }
    #[cfg(not(unix))]
    path.exists()
}
