//! Whatever a German user can come to read has German words: every message of the sources is looked up.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use sparsam::report::{Lang, phrase};

/// What stands before the text of a message.
const BEFORE: [&str; 20] = [
    r"bail!\(",
    r"\bcontext\(",
    r"with_context\(\|\|\s*format!\(",
    r"#\[error\(",
    r"complain\(&?(?:format!\()?",
    r"told\(",
    r"\b(?:whole|wrong|at|broken|self\.note|unproven|damaged)\((?:\w+, )?&?(?:format!\()?",
    r"\b(?:Err|Some)\(\(?(?:format!\()?",
    r"\bOk\(Verdict::Broken \{ line: [^,]+, what:",
    r"\b(?:what|detail):\s*(?:format!\()?",
    r"let (?:what|detail) =\s*(?:format!\()?",
    r"ok_or_else\(\|\|\s*wrong\(\w+,",
    r"Problem::\w+(?:\([\w:]+\))?,\s*(?:format!\()?",
    r"(?:notes|failures)\.push\((?:format!\()?",
    r"const (?:REMOVED|NOT_OMITTED): &str =",
    r"failures: vec!\[",
    r#"\bsay\(\s*(?:"[^"]*"|\w+),\s*(?:format!\(\s*)?"#,
    r#"\bfail\(\s*"[^"]*",\s*(?:format!\(\s*)?"#,
    r#"PatternError::new\([^";]*,\s*(?:format!\(\s*)?"#,
    r"ok_or\(format!\(",
];

/// Where messages for users are.
const SOURCES: [&str; 8] = [
    "src/cli",
    "src/detect/mod.rs",
    "src/engine",
    "src/format",
    "src/history",
    "src/pattern",
    "src/policy",
    "src/secret.rs",
];

/// Messages that are the same in both languages, or that are put together from others.
const SAME: [&str; 12] = [
    "uid {}",
    "--key -",
    "--key {}",
    "{}: {}",
    "{}:{}: {}",
    "{}",
    "internal error{}; results are not complete. Please report this place; the message is left out because it could hold chat text",
    "{} {} left in the copy",
    "the copy has {} instead of {}",
    "the copy was deleted because {} {} left in it",
    "the copy was deleted because it has {} instead of {}",
    "column {}: expected {{\"text\":\"...\"}}",
];

/// The last ones as they are said.
const EXAMPLES: [&str; 7] = [
    "internal error at src/x.rs:1:2; results are not complete. Please report this place; the message is left out because it could hold chat text",
    "1 finding is left in the copy",
    "2 findings are left in the copy",
    "the copy has 1 message instead of 2",
    "the copy was deleted because 2 findings were left in it",
    "the copy was deleted because it has 1 message instead of 2",
    "line 7: column 3: expected {\"text\":\"...\"}",
];

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            files(&entry.unwrap().path(), found);
        }
    } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
        found.push(path.to_owned());
    }
}

/// Texts of messages, `{}` for each gap.
fn messages() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    SOURCES.iter().for_each(|source| files(&root.join(source), &mut sources));
    let message =
        Regex::new(&format!(r#"(?:{})\s*"((?:[^"\\]|\\.|\\\n)*)""#, BEFORE.join("|"))).unwrap();
    let fold = Regex::new(r"\\\n\s*").unwrap();
    let gap = Regex::new(r"\{\w*(?::[^}]*)?\}").unwrap();
    let mut found = Vec::new();
    for path in sources {
        if path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("\nmod tests {").next().unwrap();
        for captures in message.captures_iter(text) {
            let one = fold.replace_all(&captures[1], "");
            let one = one.replace("\\\"", "\"");
            // A word alone is a key.
            if one.contains(' ') {
                found.push((gap.replace_all(&one, "{}").into_owned(), path.clone()));
            }
        }
    }
    found
}

#[test]
fn every_message_has_german_words() {
    let messages = messages();
    assert!(messages.len() > 150, "the walk finds messages: {}", messages.len());
    let mut missing: Vec<String> = messages
        .iter()
        .filter(|(message, _)| !SAME.contains(&message.as_str()))
        .map(|(message, path)| (message.replace("{}", "7"), path))
        .filter(|(message, _)| phrase(message, Lang::De) == message.as_str())
        .map(|(message, path)| format!("{}: {message}", path.display()))
        .chain(
            EXAMPLES
                .iter()
                .filter(|message| phrase(message, Lang::De) == **message)
                .map(|message| (*message).to_owned()),
        )
        .collect();
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "no German for\n{}", missing.join("\n"));
}

#[test]
fn errors_speak_the_language_of_the_user() {
    let folder = tempfile::tempdir().unwrap();
    let say = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_sparsam"))
            .args(arguments)
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let cases = [
        (&["scan", "nowhere"][..], "Fehler: nowhere: nicht lesbar: nicht gefunden", "a path"),
        (&["scan", ".", "--fail-on", "new"], "vergleicht mit früheren Läufen", "an option"),
        (&["history", "--state", "none"], "in none liegt kein Zustand", "a state"),
        (&["rules", "show", "nothing.here"], "gibt es nicht", "a rule"),
        (
            &["scan", ".", "--report", "r", "--format", "pdf"],
            "diesen Bericht gibt es nicht",
            "a report",
        ),
    ];
    for (arguments, part, why) in cases {
        let said = say(&[arguments, &["--lang", "de"]].concat());
        assert!(said.contains(part), "{why}: {said}");
    }
    let said = say(&["scan", "Chat mit +49 171 2345678.txt", "--lang", "en"]);
    assert!(said.contains("[PHONE]") && !said.contains("2345678"), "{said}");
}

/// Documents for users; the others are for developers.
const GUIDES: [&str; 7] = [
    "README",
    "docs/history",
    "docs/policy",
    "docs/report",
    "docs/rules",
    "docs/scheduling",
    "docs/security",
];

#[test]
fn guides_say_the_same_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for guide in GUIDES {
        let shape = |end: &str| {
            let text = fs::read_to_string(root.join(format!("{guide}{end}"))).unwrap();
            let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
            ["```", "#", "|"].map(count)
        };
        assert_eq!(shape(".md"), shape(".de.md"), "{guide}: examples, headings, rows of tables");
    }
}

#[test]
fn authors_of_rules_are_told_in_german() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("own")).unwrap();
    let rule = "schema = 1\nid = \"own.thing\"\ntitle = { en = \"Thing\", de = \"Ding\" }\ncategory = \"contact\"\ngdpr = [\"Art. 4(1)\"]\nseverity = \"low\"\n";
    let cases = [
        (rule.to_owned(), "findet nichts: erwartet wird [[find]]", "a check"),
        (rule.replace("severity", "severty"), "vielleicht gemeint: `severity`", "a misspelt key"),
        (rule.replace("schema = 1", "schema = 7"), "erwartet wird schema 1, nicht 7", "the schema"),
    ];
    for (text, part, why) in cases {
        fs::write(folder.path().join("own/thing.toml"), text).unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_sparsam"))
            .args(["rules", "check", "own/thing.toml", "--lang", "de"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(part) && !said.contains("expected"), "{why}: {said}");
        assert_eq!(output.status.code(), Some(1), "{why}");
    }
}
