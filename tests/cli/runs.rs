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
