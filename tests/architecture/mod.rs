//! The house as `docs/architecture.md` draws it: who may know whom, who may speak to the world, and
//! how long a file may be.

use std::fs;
use std::path::{Path, PathBuf};

/// Layers, low to high. A module may use those below it, never one beside it.
const LAYERS: &[&[&str]] = &[
    &["model", "files"],
    &["secret", "validate"],
    &["pattern", "policy"],
    &["format", "detect", "redact", "report", "history"],
    &["engine"],
];

/// Longest file without a word on why it is longer.
const LINES: usize = 500;
/// How a longer file begins that word, in its module doc.
const REASON: &str = "//! Longer than most because";

struct File {
    /// Path below `src` with `/`.
    path: String,
    /// Module path from the crate root; empty for `lib.rs`.
    modules: Vec<String>,
    text: String,
}

impl File {
    /// Lines of code that are no comments and no tests, with their numbers from 1.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line.trim()))
            .take_while(|(_, line)| *line != "#[cfg(test)]")
            .filter(|(_, line)| !line.starts_with("//"))
    }

    /// A module of tests in a file of its own.
    fn is_test(&self) -> bool {
        self.modules.last().is_some_and(|name| name == "tests")
    }

    fn is_binary(&self) -> bool {
        self.path == "main.rs" || self.path.starts_with("cli/")
    }
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    assert!(files.len() > 20, "the sources are not where they are looked for");
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let below = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            let modules = below
                .trim_end_matches(".rs")
                .split('/')
                .filter(|part| !matches!(*part, "mod" | "lib" | "main"))
                .map(ToOwned::to_owned)
                .collect();
            files.push(File { text: fs::read_to_string(&path).unwrap(), path: below, modules });
        }
    }
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// Modules of the crate root that a line of code names: after `crate::`, in `crate::{..}`, or after
/// as many `super::` as lead up there.
fn named(line: &str, depth: usize) -> Vec<&str> {
    let up = "super::".repeat(depth);
    let mut names = Vec::new();
    for prefix in ["crate::", up.as_str()] {
        for (at, _) in line.match_indices(prefix) {
            if prefix != "crate::" && line[..at].ends_with("super::") {
                continue;
            }
            let rest = &line[at + prefix.len()..];
            match rest.strip_prefix('{') {
                Some(list) => names.extend(list.split(',').map(first_word)),
                None => names.push(first_word(rest)),
            }
        }
    }
    names
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

#[test]
fn every_module_has_its_place() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let modules: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    for module in &modules {
        assert!(layer(module).is_some(), "src/lib.rs: module {module} has no row in LAYERS");
    }
    for module in LAYERS.iter().copied().flatten() {
        assert!(modules.contains(module), "LAYERS: there is no module {module}");
    }
}

#[test]
fn arrows_point_down_only() {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| !file.is_binary()) {
        let Some(own) = file.modules.first() else { continue };
        for (number, line) in file.code() {
            for other in named(line, file.modules.len()) {
                if other != own.as_str() && layer(other).is_some() && layer(other) >= layer(own) {
                    wrong.push(format!("src/{}:{number}: {own} must not know {other}", file.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_command_line_speaks_to_the_world() {
    let forbidden = [
        "print!(",
        "println!(",
        "eprint!(",
        "eprintln!(",
        "process::exit",
        "env::",
        "stdout()",
        "stderr()",
    ];
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| !file.is_binary() && !file.is_test()) {
        for (number, line) in file.code() {
            for word in forbidden.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("src/{}:{number}: {word} belongs to cli", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `cargo deny check` says more, but is not installed everywhere; offline is a promise to keep in any case.
#[test]
fn nothing_that_opens_a_connection_is_in_the_tree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let deny = fs::read_to_string(root.join("deny.toml")).unwrap();
    let deny: toml::Table = deny.parse().unwrap();
    let banned: Vec<&str> = deny["bans"]["deny"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["crate"].as_str().unwrap())
        .collect();
    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap();
    let lock: toml::Table = lock.parse().unwrap();
    for package in lock["package"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        assert!(!banned.contains(&name), "{name} opens network connections");
    }
}

#[test]
fn long_files_say_why() {
    let mut wrong = Vec::new();
    for file in sources() {
        let lines = file.text.lines().count();
        if lines > LINES
            && !file.is_test()
            && !file.text.lines().any(|line| line.starts_with(REASON))
        {
            wrong.push(format!("src/{}: {lines} lines and no line `{REASON} ...`", file.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_are_found_wherever_they_stand() {
    let cases: [(&str, usize, &[&str], &str); 6] = [
        ("use crate::detect::Detector;", 2, &["detect"], "plain"),
        ("use crate::{files, model::Page};", 2, &["files", "model"], "list"),
        (
            "let x = crate::redact::replacement(a, crate::policy::b);",
            1,
            &["redact", "policy"],
            "in code",
        ),
        ("use super::super::engine::run;", 2, &["engine"], "up to the root"),
        ("use super::schema;", 2, &["schema"][..0], "not up to the root"),
        ("use super::detect;", 1, &["detect"], "up to the root from a mod.rs"),
    ];
    for (line, depth, expected, why) in cases {
        assert_eq!(named(line, depth), expected, "{why}");
    }
}
