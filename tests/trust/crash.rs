//! Whatever happens to the process, the disk or the inputs: no torn file under a final name, no
//! original touched, nothing half-written left after the next run, and the right exit code.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::tree;

const LINE: &str = "03.02.24, 14:05 - Erika Beispiel: Konto DE89 3704 0044 0532 0130 00, danke!\n";

struct Place(TempDir);

impl Place {
    /// Chats of all sizes, in folders, and an archive.
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        for (at, lines) in [1, 40, 400, 2_000, 9_000].into_iter().enumerate() {
            place.write(&format!("in/{}/chat {at}.txt", at % 2), LINE.repeat(lines).as_bytes());
        }
        place.write("in/export.zip", &super::zip(&[("_chat.txt", LINE.repeat(500).as_bytes())]));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// `program` (sparsam, or what runs it) in this place.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.0.path()).env("HOME", self.0.path()).env("LANG", "C");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn redact(&self) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_sparsam"));
        command.args(["redact", "in", "--out", "out", "--report", "report"]);
        command
    }
}

/// Neither a panic nor a signal, and one of these exit codes.
fn ends_well(output: &Output, codes: &[i32], why: &str) {
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| codes.contains(&code)), "{why}: {output:?}");
    assert!(!err.contains("internal error") && !err.contains("panicked"), "{why}: {err}");
    assert!(!err.contains("3704"), "{why}: {err}");
}

/// Every file under a final name is one of the whole ones; the rest is called temporary.
fn nothing_is_torn(out: &Path, whole: &BTreeMap<String, Vec<u8>>, why: &str) {
    for (name, content) in tree(out) {
        if !name.contains(".sparsam-") {
            assert!(whole.get(&name) == Some(&content), "{why}: {name} is torn");
        }
    }
}

fn temporary(folder: &Path) -> Vec<String> {
    tree(folder).into_keys().filter(|name| name.ends_with(".tmp")).collect()
}

#[test]
fn kills_at_random_moments_leave_nothing_torn() {
    // `cargo xtask test` takes its time.
    let kills = if cfg!(feature = "outside-tools") { 220 } else { 12 };
    let place = Place::new();
    let inputs = tree(&place.path("in"));
    let begin = Instant::now();
    ends_well(&place.redact().output().unwrap(), &[0], "undisturbed");
    let takes = begin.elapsed();
    let whole = tree(&place.path("out"));
    assert_eq!(whole.len(), inputs.len() + 1, "all copies and their list");
    let (mut random, mut killed) = (0x9e37_79b9_u64, 0);
    for round in 0..kills {
        if round % 8 == 0 {
            let _ = fs::remove_dir_all(place.path("out"));
            let _ = fs::remove_dir_all(place.path("report"));
        }
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        let mut child = place.redact().spawn().unwrap();
        std::thread::sleep(takes.mul_f64((random >> 40) as f64 / f64::from(1 << 24)));
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().signal() == Some(9));
        nothing_is_torn(&place.path("out"), &whole, "killed");
        if let Ok(report) = fs::read_to_string(place.path("report/report.json")) {
            serde_json::from_str::<serde_json::Value>(&report)
                .expect("a report is whole or absent");
        }
    }
    assert!(killed * 2 > kills, "only {killed} of {kills} were killed before their end");
    ends_well(&place.redact().output().unwrap(), &[0], "after all that");
    assert!(tree(&place.path("out")) == whole, "the next run makes everything good");
    assert_eq!(temporary(place.0.path()), Vec::<String>::new());
    assert!(tree(&place.path("in")) == inputs, "originals are untouched");
}

#[test]
fn two_runs_do_not_write_into_one_folder() {
    let place = Place::new();
    for (folder, arguments) in [("out", &["--report", "other"][..]), ("report", &[])] {
        fs::create_dir(place.path(folder)).unwrap();
        let other = fs::File::open(place.path(folder)).unwrap();
        other.try_lock().unwrap();
        let mut run = place.command(env!("CARGO_BIN_EXE_sparsam"));
        let out = if folder == "out" { "out" } else { "second" };
        run.args(["redact", "in", "--out", out]).args(arguments);
        if arguments.is_empty() {
            run.args(["--report", folder]);
        }
        let output = run.output().unwrap();
        ends_well(&output, &[2], folder);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(folder) && told.contains("another run"), "{told}");
        assert_eq!(tree(&place.path(folder)), BTreeMap::new(), "nothing was written");
    }
    ends_well(&place.redact().output().unwrap(), &[0], "the others are done");
    // Copies and reports may go into one folder: a run is no stranger to itself.
    let mut same = place.command(env!("CARGO_BIN_EXE_sparsam"));
    same.args(["redact", "in", "--out", "one", "--report", "one"]);
    ends_well(&same.output().unwrap(), &[0], "one folder for both");
}

/// Databases are read from a private copy: that of a killed run holds everything.
#[test]
fn what_a_killed_run_left_among_temporary_files_goes_and_what_is_in_use_stays() {
    let place = Place::new();
    place.write("temp/.sparsam-1a2b3c.tmp/database.db", b"of a killed run");
    place.write("temp/.sparsam-4d5e6f.tmp/database.db", b"of a run that goes on");
    place.write("temp/.sparsam-7a8b9c.tmp", b"of a run that goes on");
    place.write("temp/notes.txt", b"of somebody else");
    let held = [".sparsam-4d5e6f.tmp", ".sparsam-7a8b9c.tmp"].map(|name| {
        let held = fs::File::open(place.path("temp").join(name)).unwrap();
        held.try_lock().unwrap();
        held
    });
    let scan = || {
        let mut scan = place.command(env!("CARGO_BIN_EXE_sparsam"));
        scan.args(["scan", "in", "--temp", "temp"]);
        ends_well(&scan.output().unwrap(), &[1], "findings");
        tree(&place.path("temp")).into_keys().collect::<Vec<_>>()
    };
    let kept = [".sparsam-4d5e6f.tmp/database.db", ".sparsam-7a8b9c.tmp", "notes.txt"];
    assert_eq!(scan(), kept);
    drop(held);
    assert_eq!(scan(), ["notes.txt"]);
}

#[test]
fn a_list_of_copies_leads_nowhere_else() {
    let place = Place::new();
    place.write("other/.sparsam-1a2b3c.tmp", b"of somebody else");
    place.write("out/.sparsam-copies", b"../other/a.txt\n/etc/passwd\n\nx/../../other/a.txt\n");
    place.write("out/.sparsam-4d5e6f.tmp", b"of a killed run");
    ends_well(&place.redact().output().unwrap(), &[0], "lines that no run wrote are none");
    assert!(place.path("other/.sparsam-1a2b3c.tmp").exists());
    assert_eq!(temporary(&place.path("out")), Vec::<String>::new());
    let list = fs::read_to_string(place.path("out/.sparsam-copies")).unwrap();
    assert!(!list.contains("other") && !list.contains("passwd"), "{list}");
}

#[test]
fn a_closed_or_full_stdout_is_no_panic() {
    let place = Place::new();
    let full = || Stdio::from(fs::File::options().write(true).open("/dev/full").unwrap());
    let output = place.redact().stdout(full()).output().unwrap();
    ends_well(&output, &[2], "stdout is full");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("the standard output cannot be written"), "{err}");
    let output = place.redact().stdout(full()).stderr(full()).output().unwrap();
    ends_well(&output, &[2], "nobody can be told");
    assert_eq!(tree(&place.path("out")).len(), 7, "the work is done all the same");
    let mut closed = place.command("sh");
    closed.args(["-c", "exec \"$0\" scan in >&- 2>&- <&-", env!("CARGO_BIN_EXE_sparsam")]);
    ends_well(&closed.output().unwrap(), &[1, 2], "all three are closed");
}

#[test]
fn inputs_that_come_and_go_are_incidents() {
    let place = Place::new();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let victims = [place.path("in/0/chat 2.txt"), place.path("in/1/chat 3.txt")];
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                for victim in &victims {
                    let _ = fs::remove_file(victim);
                    let _ = std::os::unix::fs::symlink("/etc/passwd", victim);
                    std::thread::sleep(Duration::from_micros(200));
                    let _ = fs::remove_file(victim);
                    let _ = fs::write(victim, LINE.repeat(300));
                    let _ = fs::OpenOptions::new()
                        .write(true)
                        .open(victim)
                        .and_then(|file| file.set_len(10));
                    let _ = fs::write(victim, LINE.repeat(300));
                }
            }
        });
        for _ in 0..8 {
            ends_well(&place.redact().output().unwrap(), &[0, 3], "files change all the time");
            for (name, content) in tree(&place.path("out")) {
                let text = String::from_utf8_lossy(&content);
                assert!(!text.contains("3704") && !text.contains("root:"), "{name}");
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[cfg(feature = "outside-tools")]
mod injected {
    use super::*;

    /// A file system of its own, gone with the value. Needs root.
    struct Mount(PathBuf);

    impl Mount {
        fn new(at: PathBuf, options: &str) -> Self {
            fs::create_dir_all(&at).unwrap();
            let arguments = ["-t", "tmpfs", "-o", options, "none"];
            let status = Command::new("mount").args(arguments).arg(&at).status().unwrap();
            assert!(status.success(), "mount needs root");
            Self(at)
        }
    }

    impl Drop for Mount {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg(&self.0).status();
        }
    }

    #[test]
    fn a_full_or_read_only_disk_tears_nothing() {
        let place = Place::new();
        ends_well(&place.redact().output().unwrap(), &[0], "undisturbed");
        let whole = tree(&place.path("out"));
        fs::remove_dir_all(place.path("out")).unwrap();
        for size in ["16k", "64k", "300k"] {
            let _mount = Mount::new(place.path("out"), &format!("size={size}"));
            let output = place.redact().args(["--temp", "."]).output().unwrap();
            ends_well(&output, &[2, 3], size);
            nothing_is_torn(&place.path("out"), &whole, size);
            assert_eq!(temporary(&place.path("out")), Vec::<String>::new(), "{size}");
        }
        let mount = Mount::new(place.path("out"), "ro");
        let output = place.redact().args(["--temp", "."]).output().unwrap();
        ends_well(&output, &[2], "read-only");
        drop(mount);
        fs::remove_dir_all(place.path("report")).unwrap();
        let _mount = Mount::new(place.path("report"), "size=8k");
        ends_well(&place.redact().output().unwrap(), &[2], "no room for the report");
    }

    #[test]
    fn errors_of_the_disk_tear_nothing() {
        let place = Place::new();
        ends_well(&place.redact().output().unwrap(), &[0], "undisturbed");
        let whole = tree(&place.path("out"));
        let inputs = tree(&place.path("in"));
        let cases = [
            // (call, when, codes, why)
            ("pread64:error=EIO", "6", &[0, 3][..], "one read of something fails"),
            ("pread64:error=EIO", "12+", &[3], "reads fail from some moment on"),
            ("write:error=ENOSPC", "9+", &[2, 3], "no write works any more"),
            ("write:error=EDQUOT", "30+", &[2, 3], "quota"),
            ("fsync:error=EIO", "1+", &[2, 3], "nothing becomes durable"),
            ("fsync:error=EIO", "5", &[2, 3], "one copy does not"),
            ("rename,renameat,renameat2:error=EIO", "3+", &[2, 3], "no name is given"),
            ("pread64,write:error=EINTR", "10", &[0, 2, 3], "interrupted"),
        ];
        for (call, when, codes, why) in cases {
            let _ = fs::remove_dir_all(place.path("out"));
            let _ = fs::remove_dir_all(place.path("report"));
            let inject = format!("inject={call}:when={when}");
            let mut strace = place.command("strace");
            strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &inject]);
            strace.arg(env!("CARGO_BIN_EXE_sparsam"));
            strace.args(["redact", "in", "--out", "out", "--report", "report", "--threads", "1"]);
            ends_well(&strace.output().unwrap(), codes, why);
            nothing_is_torn(&place.path("out"), &whole, why);
            assert!(tree(&place.path("in")) == inputs, "{why}: originals are untouched");
            ends_well(&place.redact().output().unwrap(), &[0], "the next run");
            assert!(tree(&place.path("out")) == whole, "{why}: the next run makes it good");
            assert_eq!(temporary(place.0.path()), Vec::<String>::new(), "{why}");
        }
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_has_no_copy() {
        let place = Place::new();
        let victim = place.path("in/0/chat 4.txt");
        let mut strace = place.command("strace");
        strace.args(["-f", "-qq", "-o", "/dev/null", "-P"]).arg(&victim);
        strace.args(["-P", "in/0/chat 4.txt", "-e", "inject=pread64:delay_enter=3000000:when=2"]);
        strace.arg(env!("CARGO_BIN_EXE_sparsam"));
        strace.args(["redact", "in", "--out", "out", "--report", "report", "--threads", "1"]);
        let child = strace.spawn().unwrap();
        while !place.path("out/0").exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(1500));
        fs::write(&victim, LINE.repeat(9_001)).unwrap();
        ends_well(&child.wait_with_output().unwrap(), &[3], "changed");
        assert!(!place.path("out/0/chat 4.txt").exists(), "no copy of a mixture");
        let report = fs::read_to_string(place.path("report/report.json")).unwrap();
        assert!(report.contains("\"changed\""), "{report}");
    }
}
