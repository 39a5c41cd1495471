//! Killed runs, and histories of many machines.

use std::process::Stdio;
use std::time::Duration;

use super::{DAY, IBAN, Share, chat};

#[test]
fn a_killed_run_loses_nothing_that_was_recorded() {
    let mut share = Share::new();
    let filler = vec!["Wann kommt ihr am 5. mit dem Rad vorbei?"; 400];
    for number in 0..60 {
        let own = format!("schreib an person{number}@example.org");
        share.write(&format!("in/{number:02}.txt"), chat(&[&filler[..], &[own.as_str()]].concat()));
    }
    share.scan(&[]);
    let open = share.number("open");
    assert_eq!(open, 60);
    let mut interrupted = 0;
    for round in 0..12_u64 {
        share.now += DAY;
        for number in 0..60 {
            let own = format!("schreib an person{number}@example.org");
            let more = format!("Runde {round}");
            let texts = [&filler[..], &[own.as_str(), more.as_str()]].concat();
            share.write(&format!("in/{number:02}.txt"), chat(&texts));
        }
        let mut child = share
            .program()
            .args(["scan", "in", "--state", "state", "--report", "report", "--threads", "1"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(40 * round));
        child.kill().unwrap();
        interrupted += u64::from(child.wait().unwrap().code().is_none());
        let history = share.call(&["history", "--state", "state", "--json", "--runs", "1000"]);
        let history: serde_json::Value = serde_json::from_str(&history.out).unwrap();
        let whole =
            history["runs"].as_array().unwrap().iter().filter(|run| run["complete"] == true);
        assert!(whole.clone().count() as u64 > round, "recorded runs stay");
        assert!(whole.clone().all(|run| run["open"] == 60), "{history}");
        // The next one finishes what was begun; the news of the killed one are still news.
        share.scan(&[]);
        assert_eq!((share.number("open"), share.number("fixed"), share.number("gone")), (60, 0, 0));
    }
    assert!(interrupted > 2, "only {interrupted} were killed in time");
}

#[test]
fn what_a_killed_run_saw_first_is_still_new() {
    let share = Share::new();
    share.write("in/0.txt", chat(&["Hallo"]));
    share.scan(&[]);
    share.write("in/1.txt", chat(&[&format!("meine IBAN: {IBAN}")]));
    // The report cannot be written, so the run does not end.
    std::fs::remove_dir_all(share.path("report")).unwrap();
    std::fs::create_dir_all(share.path("report/report.html/x")).unwrap();
    assert_eq!(share.scan(&[]).code, 2);
    std::fs::remove_dir_all(share.path("report")).unwrap();
    share.scan(&[]);
    assert_eq!(share.statuses(), ["financial.iban new"]);
}

#[test]
fn histories_of_machines_come_together() {
    let mut one = Share::new();
    one.write("in/a.txt", chat(&["Hallo", &format!("meine IBAN: {IBAN}")]));
    one.write("in/b.txt", chat(&["mail a.b@example.org", "mail c.d@example.org"]));
    one.scan(&["--device-tag", "INV-1"]);
    one.call(&["history", "export", "--state", "state", "early.jsonl"]);
    one.now += 7 * DAY;
    one.write("in/b.txt", chat(&["mail a.b@example.org"]));
    one.scan(&["--device-tag", "INV-1"]);
    let mut two = Share::new();
    two.now = one.now;
    two.write("in/b.txt", chat(&["mail a.b@example.org"]));
    two.scan(&["--device-tag", "INV-2"]);
    for (share, name) in [(&one, "one.jsonl"), (&two, "two.jsonl")] {
        assert_eq!(share.call(&["history", "export", "--state", "state", name]).code, 0);
        let text = share.read(name);
        for kept in ["a.txt", "example.org", "3704", "preview", "path"] {
            assert!(!text.contains(kept), "{kept} in {text}");
        }
        std::fs::copy(share.path(name), two.path(&format!("got-{name}"))).unwrap();
    }
    std::fs::copy(one.path("early.jsonl"), two.path("early.jsonl")).unwrap();
    let import =
        || two.call(&["history", "import", "--state", "fleet", "got-one.jsonl", "got-two.jsonl"]);
    let said = import();
    assert!(
        said.out.contains("3 runs taken over, 0 were known already; 4 findings"),
        "{}{}",
        said.out,
        said.err
    );
    let history = || two.call(&["history", "--state", "fleet", "--json"]).out;
    let first = history();
    let said = import();
    assert!(
        said.out.contains("0 runs taken over, 3 were known already; 0 findings"),
        "twice is once: {}{}",
        said.out,
        said.err
    );
    assert_eq!(history(), first);
    // What is older than what is known changes nothing.
    assert_eq!(two.call(&["history", "import", "--state", "fleet", "early.jsonl"]).code, 0);
    assert_eq!(history(), first);
    // In the other order, the early one first, it comes to the same.
    for name in ["early.jsonl", "got-two.jsonl", "got-one.jsonl"] {
        assert_eq!(two.call(&["history", "import", "--state", "other", name]).code, 0);
    }
    let other = two.call(&["history", "--state", "other", "--json"]).out;
    let machines = |text: &str| {
        let all: serde_json::Value = serde_json::from_str(text).unwrap();
        let mut machines = all["machines"].clone();
        // Numbers of runs are those of the state.
        for machine in machines.as_array_mut().unwrap() {
            machine["last_run"]["run"] = 0.into();
        }
        machines
    };
    assert_eq!(machines(&other), machines(&first));
    let all: serde_json::Value = serde_json::from_str(&first).unwrap();
    let numbers: Vec<_> = all["machines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let of = |key: &str| it[key].as_u64().unwrap();
            let last = |key: &str| it["last_run"][key].as_u64().unwrap();
            (it["device"].as_str().unwrap(), of("open"), of("fixed"), last("new"), last("fixed"))
        })
        .collect();
    assert_eq!(numbers, [("INV-1", 2, 1, 0, 1), ("INV-2", 1, 0, 1, 0)]);
    assert_eq!((&all["open"], &all["secrets"]), (&3.into(), &2.into()), "two secrets: no overlap");
    let fleet = two.call(&["history", "--state", "fleet"]).out;
    assert!(fleet.contains("/ INV-1") && fleet.contains("/ INV-2"), "{fleet}");
    assert!(fleet.contains("Open in all: 3. 2 secrets"), "{fleet}");
    let fleet = two.call(&["history", "--state", "fleet", "--lang", "de"]).out;
    assert!(fleet.contains("Rechner / Gerät") && fleet.contains("2 Geheimnisse"), "{fleet}");
    // An export of the fleet carries all of it on.
    two.call(&["history", "export", "--state", "fleet", "whole.jsonl"]);
    two.call(&["history", "import", "--state", "third", "whole.jsonl"]);
    assert_eq!(
        machines(&two.call(&["history", "--state", "third", "--json"]).out),
        machines(&first)
    );
    two.write("bad.jsonl", "{\"schema\":1}\n");
    let bad = two.call(&["history", "import", "--state", "fleet", "bad.jsonl"]);
    assert_eq!(bad.code, 2);
    assert!(bad.err.contains("line 1"), "{}", bad.err);
}

#[test]
fn machines_that_share_a_secret_share_findings() {
    let one = Share::new();
    one.write("in/a.txt", chat(&["mail a.b@example.org", "mail c.d@example.org"]));
    one.scan(&[]);
    let mut two = Share::new();
    two.write("secret", one.read("state/secret"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(two.path("secret"), private).unwrap();
    }
    two.write("in/b.txt", chat(&["mail c.d@example.org"]));
    two.now += DAY;
    two.scan(&["--secret", "secret", "--device-tag", "INV-2"]);
    one.call(&["history", "export", "--state", "state", "one.jsonl"]);
    std::fs::copy(one.path("one.jsonl"), two.path("one.jsonl")).unwrap();
    let import = ["history", "import", "--state", "state", "--secret", "secret", "one.jsonl"];
    assert_eq!(two.call(&import).code, 0);
    let all = two.call(&["history", "--state", "state", "--json"]).out;
    let all: serde_json::Value = serde_json::from_str(&all).unwrap();
    assert_eq!(all["machines"].as_array().unwrap().len(), 2);
    assert_eq!((&all["open"], &all["secrets"]), (&2.into(), &1.into()), "one of them is on both");
}

#[test]
fn an_export_of_an_earlier_version_is_taken_over() {
    let share = Share::new();
    let run = r#"{"schema":1,"uid":"u1","host":"old","device":null,"command":"scan","version":"0.1.0","rules":"r","started":"2026-01-05T05:00:00Z","finished":"2026-01-05T05:01:00Z","complete":true,"numbers":{"open":3},"counts":[["health","high","open",3]]}"#;
    share.write("old.jsonl", format!("{run}\n"));
    let said = share.call(&["history", "import", "--state", "fleet", "old.jsonl"]);
    assert!(said.out.contains("1 runs taken over"), "{}{}", said.out, said.err);
}
