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
    one.scan(&["--device-tag", "INV-1"]);
    one.now += 7 * DAY;
    one.scan(&["--device-tag", "INV-1"]);
    let two = Share::new();
    two.write("in/b.txt", chat(&["mail a.b@example.org"]));
    two.scan(&["--device-tag", "INV-2"]);
    for (share, name) in [(&one, "one.jsonl"), (&two, "two.jsonl")] {
        assert_eq!(share.call(&["history", "export", "--state", "state", name]).code, 0);
        let text = share.read(name);
        assert!(!text.contains("a.txt") && !text.contains("example.org"), "{text}");
        std::fs::copy(share.path(name), two.path(&format!("got-{name}"))).unwrap();
    }
    let import =
        || two.call(&["history", "import", "--state", "fleet", "got-one.jsonl", "got-two.jsonl"]);
    let said = import();
    assert!(said.out.contains("3 runs taken over, 0 were known"), "{}{}", said.out, said.err);
    let said = import();
    assert!(said.out.contains("0 runs taken over, 3 were known"), "{}{}", said.out, said.err);
    let fleet = two.call(&["history", "--state", "fleet"]).out;
    assert!(fleet.contains("/ INV-1") && fleet.contains("/ INV-2"), "{fleet}");
    two.write("bad.jsonl", "{\"schema\":1}\n");
    let bad = two.call(&["history", "import", "--state", "fleet", "bad.jsonl"]);
    assert_eq!(bad.code, 2);
    assert!(bad.err.contains("line 1"), "{}", bad.err);
}
