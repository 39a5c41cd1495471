//! The command line end to end: help, exit codes, rules, the filter.

mod detect;
mod help;
mod language;
mod redact;
mod rules;
mod runs;
mod usage;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder with what a call needs, and calls in it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program, away from the user's own configuration and language.
    fn sparsam(&self) -> Command {
        let mut command = sparsam();
        command.current_dir(self.folder.path()).env("HOME", self.folder.path());
        command
    }
}

fn sparsam() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sparsam"));
    for name in ["LC_ALL", "LC_MESSAGES", "XDG_CONFIG_HOME", "COLUMNS"] {
        command.env_remove(name);
    }
    command.env("LANG", "C");
    command
}

/// What a call prints and how it ends.
struct Answer {
    code: i32,
    out: String,
    err: String,
}

fn answer(command: &mut Command) -> Answer {
    let output = command.output().unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn call(arguments: &[&str]) -> Answer {
    answer(Place::new().sparsam().args(arguments))
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
