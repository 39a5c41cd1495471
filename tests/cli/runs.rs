//! Scan, redact and verify as scripts use them.

use std::fs;

use super::{Answer, Place, answer, repository};

const CHAT: &str = "\
03.02.24, 14:05 - Erika Beispiel: Guten Tag, meine IBAN: DE89 3704 0044 0532 0130 00
03.02.24, 14:06 - Werkstatt: Danke!
";

fn run(place: &Place, arguments: &[&str]) -> Answer {
    answer(place.sparsam().args(arguments))
}

#[test]
fn exit_codes_of_scan() {
    let place = Place::new();
    place.write("clean/chat.txt", "03.02.24, 14:05 - Erika: Hallo\n03.02.24, 14:06 - Max: Moin\n");
    place.write("found/chat.txt", CHAT);
    place.write("broken/chat.zip", b"PK\x03\x04 and then nothing");
    place.write("photo/IMG-20240203-WA0001.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\xff\xd9");
    let cases: [(&[&str], i32, &str); 8] = [
        (&["scan", "clean"], 0, "nothing found"),
        (&["scan", "found"], 1, "an IBAN"),
        (&["scan", "found", "--fail-on", "all:high"], 1, "an IBAN is high"),
        (&["scan", "found", "--fail-on", "all:critical"], 0, "but not critical"),
        (&["scan", "found", "broken"], 3, "an incident wins over findings"),
        (&["scan", "photo"], 0, "a photo is not inspected, which is no incident"),
        (&["scan", "photo", "--strict"], 3, "unless that is wanted"),
        (&["redact", "found", "--out", "copies"], 0, "findings are redacted"),
    ];
    for (arguments, code, why) in cases {
        let answer = run(&place, arguments);
        assert_eq!(answer.code, code, "{why}: {}{}", answer.out, answer.err);
        assert!(!answer.out.contains("3704"), "{why}: a value in the summary");
    }
}

#[cfg(unix)]
#[test]
fn a_named_link_is_told_apart_from_an_empty_folder() {
    let place = Place::new();
    place.write("real/chat.txt", CHAT);
    std::os::unix::fs::symlink("real", place.path("link")).unwrap();
    let answer = run(&place, &["scan", "link", "--quiet"]);
    assert_eq!(answer.code, 2, "{}", answer.err);
    assert!(answer.err.contains("link: is a link, which is never followed"), "{}", answer.err);
    let answer = run(&place, &["scan", "link/", "--quiet"]);
    assert_eq!(
        (answer.code, answer.err.as_str()),
        (1, ""),
        "what it leads to, as the user says so"
    );
}

#[test]
fn quiet_is_quiet() {
    let place = Place::new();
    place.write("found/chat.txt", CHAT);
    let answer = run(&place, &["scan", "found", "--quiet", "--report", "report"]);
    assert_eq!((answer.code, answer.out.as_str(), answer.err.as_str()), (1, "", ""));
    assert!(place.path("report/report.json").exists());
}

#[test]
fn a_copy_is_written_and_proven() {
    let place = Place::new();
    place.write("in/chat.txt", CHAT);
    assert_eq!(run(&place, &["redact", "in", "--out", "dry", "--dry-run"]).code, 0);
    assert!(!place.path("dry").exists(), "a dry run writes nothing");
    assert_eq!(run(&place, &["redact", "in", "--out", "copies", "--fail-on", "all"]).code, 1);
    let proven = run(&place, &["verify", "in", "copies"]);
    assert_eq!(proven.code, 0, "{}{}", proven.out, proven.err);
    assert!(proven.out.contains("proven"), "{}", proven.out);
    let german = run(&place, &["verify", "in", "copies", "--lang", "de"]);
    assert!(german.out.contains("bewiesen"), "{}", german.out);
    let json = run(&place, &["verify", "in", "copies", "--json"]);
    let certificates: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(certificates[0]["verdict"], "proven");
}

#[test]
fn a_missing_copy_is_no_proof() {
    let place = Place::new();
    place.write("in/a.txt", CHAT);
    place.write("in/b.txt", CHAT);
    assert_eq!(run(&place, &["redact", "in", "--out", "copies"]).code, 0);
    fs::remove_file(place.path("copies/b.txt")).unwrap();
    let answer = run(&place, &["verify", "in", "copies"]);
    assert_eq!(answer.code, 3, "{}{}", answer.out, answer.err);
    assert!(answer.out.contains("copy missing"), "{}", answer.out);
}

#[test]
fn a_mistyped_key_is_not_shown() {
    let place = Place::new();
    place.write("in/chat.txt", CHAT);
    let key = "a1b2c3d4e5f60718".repeat(4);
    let answer = run(&place, &["scan", "in", "--key", &key[1..]]);
    assert_eq!(answer.code, 2, "{}", answer.err);
    assert!(!answer.err.contains(&key[8..24]) && answer.err.contains("--key"), "{}", answer.err);
}

#[test]
fn a_copy_with_leftovers_is_not_proven() {
    let place = Place::new();
    place.write("in/chat.txt", CHAT);
    place.write("copies/chat.txt", CHAT);
    let answer = run(&place, &["verify", "in", "copies"]);
    assert_eq!(answer.code, 1, "{}{}", answer.out, answer.err);
}

#[test]
fn the_secret_is_made_once_and_private() {
    let place = Place::new();
    place.write("in/chat.txt", CHAT);
    run(&place, &["scan", "in"]);
    let secret = place.path(".config/sparsam/secret");
    let first = fs::read_to_string(&secret).unwrap();
    run(&place, &["scan", "in"]);
    assert_eq!(fs::read_to_string(&secret).unwrap(), first);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn the_demo_shows_what_it_should() {
    let place = Place::new();
    let demo = repository().join("fixtures/demo");
    let report = place.path("report");
    let mut scan = place.sparsam();
    scan.arg("scan").arg(&demo).arg("--report").arg(&report);
    assert_eq!(answer(&mut scan).code, 1);
    let found = fs::read_to_string(report.join("findings.jsonl")).unwrap();
    for rule in [
        "financial.iban",
        "financial.payment_card",
        "contact.phone",
        "contact.email",
        "contact.postal_address",
        "identity.birth_date",
        "identity.de_tax_id",
        "identity.licence_plate",
        "health.sicknote",
        "health.allergy",
        "art9.union",
        "art9.religion",
        "credential.password",
        "credential.pin",
    ] {
        assert!(found.contains(&format!("\"rule\":\"{rule}\"")), "no {rule} in the demo");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_run_cleanly() {
    use std::process::{Command, Stdio};
    let line =
        "03.02.24, 14:05 - Erika Beispiel: Guten Morgen, wann kommt ihr am 5. mit dem Rad?\n";
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let place = Place::new();
        for number in 0..40 {
            place.write(&format!("in/{number}.txt"), line.repeat(20_000));
        }
        let child = Command::new(env!("CARGO_BIN_EXE_sparsam"))
            .args(["scan", "in", "--report", "report", "--threads", "1"])
            .current_dir(place.folder.path())
            .env("HOME", place.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The secret is made when the command line has been understood and signals are watched.
        while !place.path(".config/sparsam/secret").exists() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{signal}: {err}");
        assert!(err.contains("stopped"), "{err}");
        let report = fs::read_to_string(place.path("report/report.json")).unwrap();
        assert!(report.contains("\"complete\": false") || report.contains("\"complete\":false"));
    }
}
