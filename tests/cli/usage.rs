use std::fs;

use super::{Place, answer, call};

#[test]
fn a_wrong_call_is_2_and_says_what_is_wrong() {
    let cases: [(&[&str], &str, &str); 16] = [
        (&[], "Usage:", "nothing said"),
        (&["scann", "."], "scan", "misspelt command"),
        (&["scan"], "<PATH>", "no path"),
        (&["scan", ".", "--fail-on", "new:high"], "earlier runs", "needs a history"),
        (&["scan", ".", "--fail-on", "high"], "all:LEVEL", "no such grammar"),
        (&["scan", ".", "--fail-on", "all:hihg"], "low, medium, high, critical", "no such level"),
        (&["scan", ".", "--max-member", "4Gigs"], "16GiB", "no such unit"),
        (&["scan", ".", "--threads", "-1"], "-1", "negative"),
        (&["scan", ".", "--lang", "fr"], "fr", "a language it does not speak"),
        (&["scan", ".", "--format", "json"], "--report", "a format without a place"),
        (&["scan", ".", "--key", "00"], "--key", "no such option in this version"),
        (&["scan", ".", "--policy", "none.toml"], "none.toml", "policy not there"),
        (&["scan", "not-there"], "not-there", "input not there"),
        (&["redact", "."], "--out", "no folder for the copies"),
        (&["rules", "show", "financial.nothing"], "financial.nothing", "no such rule"),
        (&["completions", "tcsh"], "tcsh", "no such shell"),
    ];
    for (arguments, part, why) in cases {
        let answer = call(arguments);
        assert_eq!(answer.code, 2, "{why}: {}", answer.err);
        assert_eq!(answer.out, "", "{why}");
        assert!(answer.err.contains(part), "{why}: {}", answer.err);
    }
}

#[test]
fn a_wrong_policy_is_named_with_its_line() {
    let place = Place::new();
    place.write("in/a.txt", "Hallo\n");
    place.write("sparsam.toml", "schema = 1\n\n[operator]\ndefault = \"mask\"\n");
    let answer = answer(place.sparsam().args(["scan", "in", "--policy", "sparsam.toml"]));
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("sparsam.toml:3:"), "{}", answer.err);
    assert!(answer.err.contains("did you mean `operators`?"), "{}", answer.err);
}

#[test]
fn nothing_is_ever_written_into_an_input() {
    let place = Place::new();
    place.write("in/a.txt", "Hallo\n");
    for arguments in [
        &["scan", "in", "--report", "in/report"][..],
        &["scan", "in", "--temp", "in/temp"],
        &["redact", "in", "--out", "in/../in/copies"],
        &["redact", "in", "--out", "in"],
    ] {
        let answer = answer(place.sparsam().args(arguments));
        assert_eq!(answer.code, 2, "{arguments:?}: {}", answer.err);
        assert!(answer.err.contains("inside"), "{arguments:?}: {}", answer.err);
    }
    let names: Vec<_> = fs::read_dir(place.path("in")).unwrap().collect();
    assert_eq!(names.len(), 1);
}

#[test]
fn an_empty_folder_does_not_look_clean() {
    let place = Place::new();
    fs::create_dir(place.path("in")).unwrap();
    place.write("other/a.txt", "Hallo\n");
    for arguments in [&["scan", "in"][..], &["scan", "other", "--include", "*.zip"]] {
        let answer = answer(place.sparsam().args(arguments));
        assert_eq!(answer.code, 2, "{arguments:?}: {}", answer.out);
        assert!(answer.err.contains("no file to read"), "{}", answer.err);
    }
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.write("in/a.txt", "Hallo\n");
    let secret = place.write("secret", "00".repeat(32));
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    let answer = answer(place.sparsam().args(["scan", "in", "--secret", "secret"]));
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("chmod 600"), "{}", answer.err);
}

#[test]
fn file_names_cannot_move_the_cursor() {
    let answer = call(&["scan", "a\u{1b}[2Jb"]);
    assert_eq!(answer.code, 2);
    assert!(!answer.err.contains('\u{1b}'), "{:?}", answer.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_stdout_is_2_and_no_panic() {
    for arguments in [&["--help"][..], &["rules", "list"], &["completions", "bash"], &["man"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_sparsam"))
            .args(arguments)
            .stdout(full)
            .stderr(std::process::Stdio::piped())
            .output()
            .unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
        assert!(!err.contains("internal error"), "{err}");
    }
}
