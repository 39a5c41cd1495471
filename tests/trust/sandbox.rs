//! Inside the sandbox: only inputs can be read, only outputs written, no sockets, no programs.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;

/// Set for the process that is shut in: the sandbox cannot be left, so it gets one of its own.
const INSIDE: &str = "SPARSAM_TEST_SANDBOX";

#[test]
fn a_process_that_is_shut_in_can_do_nothing_else() {
    if let Some(folder) = std::env::var_os(INSIDE) {
        return inside(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["in", "out", "elsewhere"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("a.txt"), "text").unwrap();
    }
    let name = "trust::sandbox::a_process_that_is_shut_in_can_do_nothing_else";
    let output = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(INSIDE, folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{err}");
    assert!(text.contains("went through all of it"), "the child did not run: {text}{err}");
    assert_eq!(fs::read_to_string(folder.path().join("elsewhere/a.txt")).unwrap(), "text");
}

#[allow(clippy::print_stdout, reason = "tells the process outside")]
fn inside(folder: &Path) {
    let [input, out, elsewhere] = ["in", "out", "elsewhere"].map(|name| folder.join(name));
    let state = sparsam::sandbox::enter(&[&input, &folder.join("not there")], &[&out]);
    assert!(state.contains("seccomp"), "{state}");
    let has_landlock = has_landlock();
    assert_eq!(state.contains("landlock"), has_landlock, "{state}");
    // As the threads of the pool are: started afterwards.
    std::thread::spawn(move || {
        assert_eq!(fs::read_to_string(input.join("a.txt")).unwrap(), "text");
        assert_eq!(fs::read_dir(&input).unwrap().count(), 1);
        fs::create_dir(out.join("sub")).unwrap();
        fs::write(out.join("sub/a.txt"), "new").unwrap();
        fs::rename(out.join("sub/a.txt"), out.join("sub/b.txt")).unwrap();
        fs::remove_file(out.join("a.txt")).unwrap();
        tempfile::tempfile_in(&out).unwrap();
        if has_landlock {
            for (what, done) in [
                ("write beside an input", fs::write(input.join("new.txt"), "x")),
                ("change an input", fs::write(input.join("a.txt"), "x")),
                ("remove an input", fs::remove_file(input.join("a.txt"))),
                ("write elsewhere", fs::write(elsewhere.join("new.txt"), "x")),
                ("read elsewhere", fs::read(elsewhere.join("a.txt")).map(drop)),
                ("read a file of the system", fs::read("/etc/passwd").map(drop)),
                ("link to elsewhere", std::os::unix::fs::symlink("/etc", out.join("link"))),
                ("move out", fs::rename(out.join("sub/b.txt"), elsewhere.join("b.txt"))),
            ] {
                let kind = done.expect_err(what).kind();
                let refused = [ErrorKind::PermissionDenied, ErrorKind::CrossesDevices];
                assert!(refused.contains(&kind), "{what}: {kind}");
            }
        }
        let refused = |what: &str, error: Option<std::io::Error>| {
            let kind = error.unwrap_or_else(|| panic!("{what} is possible")).kind();
            assert_eq!(kind, ErrorKind::PermissionDenied, "{what}");
        };
        refused("listen", TcpListener::bind("127.0.0.1:0").err());
        refused("connect", TcpStream::connect("127.0.0.1:9").err());
        refused("send", UdpSocket::bind("127.0.0.1:0").err());
        refused("local socket", UnixStream::pair().err());
        refused("start a program", Command::new("/bin/true").status().err());
    })
    .join()
    .unwrap();
    println!("went through all of it");
}

/// Whether the kernel has it at all.
fn has_landlock() -> bool {
    use landlock::{ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr};
    let strict = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    strict.handle_access(AccessFs::from_all(ABI::V1)).and_then(Ruleset::create).is_ok()
}
