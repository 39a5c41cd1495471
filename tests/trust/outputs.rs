//! How the process and its files are kept from others.

use std::fs;
use std::process::{Command, Stdio};

use super::promises::message;

const CHAT: &str = "DE89 3704 0044 0532 0130 00";

#[test]
fn no_core_is_dumped_and_nobody_traces() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.txt"), message(CHAT).repeat(20_000)).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sparsam"))
        .args(["scan", "in.txt", "--quiet", "--threads", "1"])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    let is_off = |line: &str| {
        line.strip_prefix("Max core file size")
            .is_some_and(|rest| rest.split_whitespace().take(2).eq(["0", "0"]))
    };
    let mut is_seen = false;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&limits).unwrap_or_default();
        is_seen |= text.lines().any(is_off);
    }
    assert!(is_seen, "the process allowed core dumps all the time");
}

/// Every file that is made is made alone, for its owner, and is durable with its name.
#[cfg(feature = "outside-tools")]
#[test]
fn files_are_made_alone_and_durable() {
    use std::collections::BTreeMap;
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in/a.txt"), message(CHAT)).unwrap();
    let calls = "trace=open,openat,creat,fsync,rename,renameat,renameat2,link,linkat,mkdir,mkdirat";
    let status = Command::new("strace")
        .args(["-f", "-qq", "-e", calls, "-o", "calls", env!("CARGO_BIN_EXE_sparsam")])
        .args(["redact", "in", "--out", "out", "--report", "report", "--quiet", "--threads", "1"])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
    let log = fs::read_to_string(folder.path().join("calls")).unwrap();
    // Of each process: which path a number stands for, and what was last made durable.
    let mut paths: BTreeMap<&str, &str> = BTreeMap::new();
    let mut durable: Vec<&str> = Vec::new();
    let mut open_names: Vec<&str> = Vec::new();
    let (mut made, mut named, mut read) = (0, 0, 0);
    for line in log.lines().filter(|line| !line.contains("= -1 ")) {
        let quoted: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        let result = line.rsplit("= ").next().unwrap();
        if line.contains("open") {
            paths.insert(result, quoted[0]);
            if line.contains("O_CREAT") {
                made += 1;
                assert!(line.contains("O_EXCL") && line.contains("0600"), "{line}");
            }
            if quoted[0].starts_with("in/") {
                read += 1;
                assert!(line.contains("O_NOFOLLOW") && line.contains("O_NONBLOCK"), "{line}");
            }
        } else if line.contains("fsync(") {
            let number = line.split("fsync(").nth(1).unwrap().split(')').next().unwrap();
            let path = paths[number];
            durable.push(path);
            open_names.retain(|folder| *folder != path);
        } else if line.contains("rename") || line.contains("link") {
            named += 1;
            assert!(durable.contains(&quoted[0]), "not durable before it has its name: {line}");
            open_names.push(quoted[1].rsplit_once('/').map_or(".", |(folder, _)| folder));
        } else if line.contains("mkdir") {
            assert!(line.contains("0700"), "{line}");
        }
    }
    assert!(made >= 6 && named >= 6 && read >= 1, "{log}");
    assert_eq!(open_names, Vec::<&str>::new(), "folders whose names are not durable");
}

#[test]
fn where_no_temporary_file_can_be_made_the_folder_is_to_blame() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), message(CHAT)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sparsam"))
        .args(["scan", "a.txt"])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("TMPDIR", "/proc")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("/proc") && told.contains("--temp"), "{told}");
}

#[test]
fn a_state_without_its_secret_gets_no_other_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), message(CHAT)).unwrap();
    let scan = |arguments: &[&str]| super::promises::sparsam(folder.path(), arguments);
    assert_eq!(scan(&["scan", "a.txt", "--state", "s"]).status.code(), Some(1));
    fs::remove_file(folder.path().join("s/secret")).unwrap();
    for arguments in [&["scan", "a.txt", "--state", "s"][..], &["log", "verify", "--state", "s"]] {
        let output = scan(arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(arguments[0] == "log" || output.status.code() == Some(2), "{told}");
        assert!(arguments[0] == "log" || told.contains("missing"), "{told}");
        assert!(!folder.path().join("s/secret").exists(), "a wrong secret was left there");
    }
}
