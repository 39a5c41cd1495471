//! The program over a share, week after week.

use std::fs;

use super::{DAY, IBAN, IBAN_2, Share, chat, is_private};

fn two_chats() -> Share {
    let share = Share::new();
    share.write("in/a.txt", chat(&["Hallo", &format!("meine IBAN: {IBAN}")]));
    share.write("in/b.txt", chat(&["Moin", "mail erika.beispiel@example.org"]));
    share
}

#[test]
fn what_is_new_is_new_once() {
    let mut share = two_chats();
    assert_eq!(share.scan(&["--fail-on", "new"]).code, 1, "everything is new");
    assert_eq!(share.statuses(), ["contact.email new", "financial.iban new"]);
    assert_eq!((share.number("new"), share.number("open")), (2, 2));
    share.now += 7 * DAY;
    let again = share.scan(&["--fail-on", "new"]);
    assert_eq!(again.code, 0, "nothing new: {}", again.err);
    assert_eq!(share.statuses(), ["contact.email open", "financial.iban open"]);
    assert_eq!((share.input_status("a.txt"), share.number("unchanged")), ("unchanged".into(), 2));
    assert_eq!(share.scan(&["--fail-on", "open"]).code, 1, "but still open");
    assert_eq!(share.findings()[0]["first_seen"], "2026-01-05T05:00:00Z");
}

#[test]
fn everything_in_the_state_is_private_and_masked() {
    let share = two_chats();
    share.scan(&[]);
    assert!(is_private(&share.path("state")));
    for entry in fs::read_dir(share.path("state")).unwrap() {
        let path = entry.unwrap().path();
        assert!(is_private(&path), "{path:?}");
        let bytes = fs::read(&path).unwrap();
        for value in ["DE89 3704", "DE893704", "erika.beispiel@", "Beispiel"] {
            let held = bytes.windows(value.len()).any(|window| window == value.as_bytes());
            assert!(!held, "{path:?} holds {value}");
        }
    }
}

#[test]
fn fixed_only_where_it_was_read() {
    let mut share = two_chats();
    share.scan(&[]);
    share.now += 7 * DAY;
    share.write("in/a.txt", chat(&["Hallo", "gelöscht"]));
    fs::remove_file(share.path("in/b.txt")).unwrap();
    share.scan(&[]);
    assert_eq!((share.number("fixed"), share.number("gone"), share.number("open")), (1, 1, 0));
    share.now += 7 * DAY;
    share.write("in/a.txt", chat(&["Hallo", &format!("meine IBAN: {IBAN}")]));
    share.write("in/b.txt", chat(&["Moin", "mail erika.beispiel@example.org"]));
    assert_eq!(share.scan(&["--fail-on", "new"]).code, 1, "reopened counts as news");
    assert_eq!(share.statuses(), ["contact.email open", "financial.iban reopened"]);
    assert_eq!((share.number("reopened"), share.number("back"), share.number("new")), (1, 1, 0));
    let diff = share.call(&["diff", "1", "2", "--state", "state"]);
    assert!(diff.out.contains("fixed") && diff.out.contains("gone"), "{}{}", diff.out, diff.err);
}

#[test]
fn an_empty_or_damaged_share_fixes_nothing() {
    let mut share = two_chats();
    share.scan(&[]);
    share.now += DAY;
    fs::rename(share.path("in"), share.path("elsewhere")).unwrap();
    fs::create_dir(share.path("in")).unwrap();
    assert_eq!(share.scan(&[]).code, 2, "nothing to read");
    assert_eq!(share.number("fixed"), 0);
    share.now += DAY;
    fs::remove_dir(share.path("in")).unwrap();
    fs::rename(share.path("elsewhere"), share.path("in")).unwrap();
    share.scan(&[]);
    assert_eq!(share.statuses(), ["contact.email open", "financial.iban open"]);
    share.now += DAY;
    share.write("in/a.txt", b"PK\x03\x04 and then nothing");
    assert_eq!(share.scan(&[]).code, 3);
    assert_eq!((share.number("fixed"), share.number("open")), (0, 2), "not fully read");
}

/// A message that stands in several inputs counts once: so do the sums of the mail.
#[test]
fn the_mail_adds_up() {
    let share = Share::new();
    for name in ["in/a.txt", "in/b.txt", "in/c.txt"] {
        share.write(name, chat(&["mail erika.beispiel@example.org"]));
    }
    share.write("in/d.txt", chat(&["IBAN: DE89 3704 0044 0532 0130 00"]));
    let said = share.call(&["scan", "in", "--state", "state", "--summary", "m/mail.txt"]);
    let told = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("the same message in several inputs counts once"), "{told}");
    let mail = share.read("m/mail.txt");
    let number = |row: &str| -> u64 {
        let of = mail.lines().find_map(|line| line.trim().strip_prefix(row));
        of.unwrap_or_else(|| panic!("{row} in {mail}")).trim().parse().unwrap()
    };
    assert_eq!(number("Open, last runs:"), 2);
    let severities = ["critical", "high", "medium", "low"].map(number);
    let categories = ["Financial data", "Contact data"].map(number);
    assert_eq!((severities.iter().sum::<u64>(), categories), (2, [1, 1]), "{mail}");
}

#[test]
fn an_emptied_share_is_said_loudly_and_is_no_success() {
    let mut share = two_chats();
    share.write("other/c.txt", chat(&["Hallo"]));
    let outputs = ["other", "--metrics", "m/s.prom", "--summary", "m/mail.txt"];
    assert_eq!(share.scan(&outputs).code, 1);
    let metric = |share: &Share, name: &str| -> i64 {
        let text = share.read("m/s.prom");
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("sparsam_{name} ")));
        line.unwrap_or_else(|| panic!("{name} in {text}")).parse().unwrap()
    };
    let success = metric(&share, "last_success_timestamp_seconds");
    assert_eq!(success, share.now);
    let both = "findings_by_category_and_status{category=\"contact\",status=\"open\"}";
    assert_eq!(metric(&share, both), 1);
    share.now += DAY;
    fs::rename(share.path("in"), share.path("elsewhere")).unwrap();
    fs::create_dir(share.path("in")).unwrap();
    // The time of the last success is known even if the old numbers are lost.
    fs::remove_file(share.path("m/s.prom")).unwrap();
    let ran = share.scan(&outputs);
    assert_eq!(ran.code, 3, "one of two shares is empty: {}", ran.err);
    assert!(ran.err.contains("is it mounted?"), "{}", ran.err);
    assert_eq!(metric(&share, "last_success_timestamp_seconds"), success);
    assert_eq!((metric(&share, "paths_emptied"), metric(&share, "inputs_missing")), (1, 2));
    let mail = share.read("m/mail.txt");
    assert!(mail.contains("ATTENTION") && !mail.contains("Nothing new"), "{mail}");
    let html = share.read("report/report.html");
    assert!(html.contains("held files in an earlier run and holds none now"));
    assert_eq!((share.number("fixed"), share.number("gone")), (0, 2));
    // It stays so until the share is back.
    share.now += DAY;
    assert_eq!(share.scan(&outputs).code, 3);
    share.now += DAY;
    fs::remove_dir(share.path("in")).unwrap();
    fs::rename(share.path("elsewhere"), share.path("in")).unwrap();
    assert_eq!(share.scan(&outputs).code, 1);
    assert_eq!(metric(&share, "last_success_timestamp_seconds"), share.now);
}

#[test]
fn the_journal_gets_one_line_of_numbers() {
    let share = two_chats();
    share.scan(&[]);
    share.write("in/broken.zip", b"PK\x03\x04 and then nothing");
    let mut program = share.program();
    program.env("JOURNAL_STREAM", "8:1234");
    let ran =
        super::ran(program.args(["scan", "in", "--state", "state", "--quiet"]).output().unwrap());
    let line = ran.err.trim_end();
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(
        line.starts_with("<5>sparsam: scan complete=yes exit=3 inputs=3 unchanged=2 unread=1 "),
        "{line}"
    );
    assert!(line.contains(" run=2 new=0 ") && line.contains(" open=2 "), "{line}");
    let wrong =
        share.program().env("JOURNAL_STREAM", "8:1234").args(["scan", "none"]).output().unwrap();
    assert!(
        super::ran(wrong).err.starts_with("<3>sparsam: error: none"),
        "errors are errors there"
    );
    assert_eq!(share.scan(&[]).err, "", "nothing of it elsewhere");
}

#[test]
fn a_state_without_its_secret_gets_no_new_one() {
    let share = two_chats();
    share.scan(&[]);
    fs::rename(share.path("state/secret"), share.path("kept")).unwrap();
    for arguments in [
        &["scan", "in", "--state", "state"][..],
        &["history", "export", "--state", "state", "x.jsonl"],
        &["scan", "in", "--state", "state", "--secret", "nowhere"],
    ] {
        let said = share.call(arguments);
        assert_eq!(said.code, 2, "{}", said.err);
        assert!(said.err.contains("restore it from its backup"), "{}", said.err);
        assert!(!share.path("state/secret").exists() && !share.path("nowhere").exists());
    }
    fs::rename(share.path("kept"), share.path("state/secret")).unwrap();
    assert_eq!(share.scan(&["--fail-on", "new"]).code, 0, "and all is as before");
}

#[test]
fn open_looks_at_the_whole_state_and_all_at_this_run() {
    let share = two_chats();
    share.write("clean/c.txt", chat(&["Hallo"]));
    share.scan(&[]);
    let scan = |which: &str| {
        let call = ["scan", "clean", "--state", "state", "--quiet", "--fail-on", which];
        share.call(&call).code
    };
    assert_eq!((scan("all"), scan("new")), (0, 0), "nothing in this folder");
    assert_eq!(scan("open"), 1, "but something is open in another one");
    assert_eq!((scan("open:high"), scan("open:critical")), (1, 0), "by severity");
    let said = share.call(&["scan", "clean", "--state", "state"]).out;
    assert!(said.contains("0 new, 0 open again, 0 fixed; 2 open in all"), "{said}");
}

#[test]
fn appended_renamed_and_repeated_chats_keep_their_ids() {
    let mut share = two_chats();
    share.scan(&[]);
    let before: Vec<_> = share.findings().iter().map(|it| it["id"].clone()).collect();
    share.now += 7 * DAY;
    fs::rename(share.path("in/a.txt"), share.path("in/WhatsApp Chat (2).txt")).unwrap();
    let more = fs::read_to_string(share.path("in/WhatsApp Chat (2).txt")).unwrap()
        + "04.02.24, 10:00 - Werkstatt: danke\n";
    share.write("in/WhatsApp Chat (2).txt", more);
    share.scan(&[]);
    let mut after: Vec<_> = share.findings().iter().map(|it| it["id"].clone()).collect();
    after.sort_by_key(ToString::to_string);
    let mut before_sorted = before;
    before_sorted.sort_by_key(ToString::to_string);
    assert_eq!(after, before_sorted);
    assert_eq!((share.number("new"), share.number("gone"), share.number("fixed")), (0, 0, 0));
    // What was moved and then deleted is fixed, not gone for ever.
    share.now += 7 * DAY;
    share.write("in/WhatsApp Chat (2).txt", chat(&["Hallo"]));
    share.scan(&[]);
    assert_eq!((share.number("fixed"), share.number("gone")), (1, 0));
}

#[test]
fn the_same_chat_twice_is_one() {
    let share = Share::new();
    let texts = ["Hallo", "meine IBAN: DE89 3704 0044 0532 0130 00", "mail a.b@example.org"];
    share.write("in/a.txt", chat(&texts));
    share.write("in/b.txt", chat(&texts) + "05.02.24, 09:00 - Max: Moin\n");
    share.write("in/c.txt", chat(&texts));
    share.scan(&[]);
    let report = share.report();
    let same: Vec<_> =
        report["inputs"].as_array().unwrap().iter().map(|it| it["same_chat_as"].clone()).collect();
    assert_eq!(same, [serde_json::Value::Null, "in/a.txt".into(), "in/a.txt".into()]);
    assert_eq!(share.number("open"), 2, "distinct");
    share.scan(&[]);
    let same = |share: &Share, at: usize| share.report()["inputs"][at]["same_chat_as"].clone();
    assert_eq!(same(&share, 1), "in/a.txt", "also when nothing has changed");
    fs::remove_file(share.path("in/a.txt")).unwrap();
    share.scan(&[]);
    assert!(same(&share, 0).is_null(), "what is gone is not named");
}

#[test]
fn new_rules_are_told_apart_from_new_data() {
    let mut share = two_chats();
    share.write("policy.toml", "schema = 1\n[rules]\noff = [\"financial.iban\"]\n");
    share.scan(&["--policy", "policy.toml"]);
    assert_eq!(share.statuses(), ["contact.email new"]);
    share.now += 7 * DAY;
    let text = fs::read_to_string(share.path("in/a.txt")).unwrap();
    share.write("in/a.txt", text + &format!("09.02.24, 08:00 - Max: und {IBAN_2}\n"));
    share.scan(&[]);
    let mut because: Vec<_> = share
        .findings()
        .iter()
        .filter(|it| it["rule"] == "financial.iban")
        .map(|it| it["because"].as_str().unwrap().to_owned())
        .collect();
    because.sort();
    assert_eq!(because, ["data", "rules"]);
    assert_eq!(share.number("new_by_rules"), 1);
}

#[test]
fn a_change_that_hides_behind_the_same_size_and_time_is_found_with_full() {
    let share = two_chats();
    share.scan(&[]);
    let path = share.path("in/a.txt");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    share.write("in/a.txt", chat(&["Hallo", "meine IBAN: 0000 0000 0000 0000 0000 00"]));
    fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    share.scan(&["--full"]);
    assert_eq!(share.number("fixed"), 1);
}

#[test]
fn decisions_hold_and_end() {
    let mut share = two_chats();
    share.scan(&[]);
    let iban = share.findings().into_iter().find(|it| it["rule"] == "financial.iban").unwrap();
    let id = iban["id"].as_str().unwrap();
    share.write("state/suppressions.toml", "# by hand\nschema = 1\n");
    let call = [
        "suppress",
        &id[..12],
        "--reason",
        "test data",
        "--until",
        "2026-02-01",
        "--state",
        "state",
    ];
    let said = share.call(&call);
    assert_eq!(said.code, 0, "{}", said.err);
    let file = share.read("state/suppressions.toml");
    assert!(file.starts_with("# by hand\n") && file.contains("decided_by = \"tester\""), "{file}");
    let again = share.call(&call);
    assert!(again.out.contains("1 renewed by that"), "{}", again.out);
    assert_eq!(share.read("state/suppressions.toml"), file, "decided twice is once");
    for empty in ["", "  "] {
        let said = share.call(&[
            "suppress",
            id,
            "--reason",
            empty,
            "--until",
            "2026-02-01",
            "--state",
            "state",
        ]);
        assert_eq!(said.code, 2, "a decision has a reason");
        assert_eq!(share.call(&["show", id, "--reason", empty, "--state", "state"]).code, 2);
    }
    share.now += 7 * DAY;
    share.write("policy.toml", "schema = 1\n[rules]\noff = [\"contact\"]\n");
    let quiet = share.scan(&["--policy", "policy.toml"]);
    assert_eq!(quiet.code, 0, "suppressed findings do not fail a run: {}", quiet.err);
    let report = share.report();
    assert_eq!(
        (&report["totals"]["findings"], &report["totals"]["suppressed"]),
        (&0.into(), &1.into())
    );
    assert!(share.statuses().contains(&"financial.iban suppressed".to_owned()));
    share.now += 30 * DAY;
    assert_eq!(share.scan(&["--fail-on", "new"]).code, 1);
    assert!(
        share.statuses().contains(&"financial.iban reopened".to_owned()),
        "the decision is over"
    );
    let too_long = ["suppress", id, "--reason", "x", "--until", "2028-01-01", "--state", "state"];
    let refused = share.call(&too_long);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("a year at most"), "{}", refused.err);
}

#[test]
fn decisions_of_the_html_report_are_taken_over() {
    let share = two_chats();
    share.scan(&[]);
    let found = share.findings();
    let (id, secret) = (found[0]["id"].as_str().unwrap(), share.report()["secret_id"].clone());
    let decided = format!(
        "schema = 1\nsecret = {secret}\n\n[[suppress]]\nid = \"{id}\"\nreason = \"false positive\"\ndecided_by = \"dpo\"\ndecided_at = \"2026-01-05\"\nexpires = \"2026-07-05\"\n"
    );
    share.write("decisions.toml", &decided);
    assert_eq!(share.call(&["suppress", "--from", "decisions.toml", "--state", "state"]).code, 0);
    share.scan(&[]);
    assert_eq!(share.number("suppressed"), 1);
    share.write("other.toml", decided.replace(secret.as_str().unwrap(), "0000000000000000"));
    let other = share.call(&["suppress", "--from", "other.toml", "--state", "state"]);
    assert_eq!(other.code, 2, "ids of another secret: {}", other.out);
}

#[test]
fn one_state_one_run() {
    use std::io::Read as _;
    let share = Share::new();
    for number in 0..30 {
        share
            .write(&format!("in/{number}.txt"), chat(&["Wann kommt ihr am 5. mit dem Rad?"; 4000]));
    }
    let mut first = share
        .program()
        .args(["scan", "in", "--state", "state", "--threads", "1"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while !share.path("state/state.db").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let second = share.scan(&[]);
    assert_eq!(second.code, 2, "{}", second.err);
    assert!(second.err.contains("in use by another run"), "{}", second.err);
    let mut out = String::new();
    first.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert_eq!(first.wait().unwrap().code(), Some(0), "{out}");
    assert_eq!(share.scan(&[]).code, 0, "and after it all is well");
}

#[test]
fn another_secret_is_an_error_that_says_what_to_do() {
    let share = two_chats();
    share.scan(&[]);
    let other = share.scan(&["--secret", "other"]);
    assert_eq!(other.code, 2);
    assert!(other.err.contains("restore it from its backup"), "{}", other.err);
    let said = share.call(&["secret", "backup", "kept", "--state", "state"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(is_private(&share.path("kept")));
    assert_eq!(share.read("kept"), share.read("state/secret"));
    assert_eq!(
        share.call(&["secret", "backup", "kept", "--state", "state"]).code,
        2,
        "no overwriting"
    );
    let id = share.findings()[0]["id"].as_str().unwrap().to_owned();
    let why = ["--reason", "invented", "--until", "2026-02-01", "--state", "state"];
    let said = share.call(&[&["suppress", &id], &why[..]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(share.call(&["secret", "rotate", "--state", "state"]).code, 0);
    assert_ne!(share.read("kept"), share.read("state/secret"));
    let after = share.scan(&[]);
    assert_eq!(after.code, 1, "old decisions stop no scan: {}", after.err);
    assert!(share.findings().iter().all(|it| it["because"] == "secret"), "told apart from news");
    assert_eq!(share.call(&["log", "verify", "--state", "state"]).code, 0);
}

#[test]
fn the_log_shows_every_change() {
    let share = two_chats();
    for _ in 0..4 {
        share.scan(&[]);
    }
    let log = share.read("state/audit.jsonl");
    for value in ["in/a.txt", "DE89", "example.org"] {
        assert!(!log.contains(value), "{value}");
    }
    assert!(log.contains("\"user\":\"tester\""));
    let verify = || share.call(&["log", "verify", "--state", "state"]);
    assert_eq!(verify().code, 0);
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let without = |drop: usize| -> String {
        lines.iter().enumerate().filter(|(at, _)| *at != drop).map(|(_, line)| *line).collect()
    };
    let swapped = [lines[0], lines[2], lines[1], lines[3]].concat();
    let cases = [
        (log.replacen("tester", "teszer", 1), "a letter"),
        (without(0), "the first line is gone"),
        (without(1), "a line in the middle is gone"),
        (without(3), "the last line is gone"),
        (swapped, "two lines changed places"),
        (log.clone() + lines[3], "a line twice"),
        (log.clone() + "\n", "an empty line"),
        (String::new(), "everything is gone"),
    ];
    for (text, why) in cases {
        share.write("state/audit.jsonl", text);
        let answer = verify();
        assert_eq!(answer.code, 1, "{why}: {}{}", answer.out, answer.err);
    }
    share.write("state/audit.jsonl", log.clone() + "{\"seq\":5,\"torn");
    assert_eq!(share.scan(&[]).code, 1, "a line torn by a killed process is no obstacle");
    assert_eq!(verify().code, 0);
}

#[test]
fn purge_forgets_details_and_keeps_numbers() {
    let mut share = two_chats();
    share.scan(&[]);
    fs::rename(share.path("report"), share.path("reports-old")).unwrap();
    fs::create_dir(share.path("reports")).unwrap();
    fs::rename(share.path("reports-old"), share.path("reports/week1")).unwrap();
    share.write("reports/week1/notes.txt", "ours");
    share.now += 7 * DAY;
    share.write("in/a.txt", chat(&["Hallo"]));
    share.scan(&[]);
    share.now += 100 * DAY;
    share.scan(&[]);
    let said =
        share.call(&["purge", "--older-than", "90d", "--state", "state", "--reports", "reports"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("1 closed findings, 0 missing inputs, 1 reports"), "{}", said.out);
    assert!(!share.path("reports/week1/report.json").exists());
    assert!(share.path("reports/week1/notes.txt").exists(), "what is not ours stays");
    let history = share.call(&["history", "--state", "state", "--json"]);
    let history: serde_json::Value = serde_json::from_str(&history.out).unwrap();
    let runs = history["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 3);
    assert_eq!((&runs[0]["open"], &runs[1]["fixed"]), (&2.into(), &1.into()), "numbers survive");
    share.scan(&[]);
    assert_eq!(share.statuses(), ["contact.email open"], "what is open is not forgotten");
}

#[test]
fn history_is_a_table_in_both_languages() {
    let mut share = two_chats();
    share.scan(&["--device-tag", "INV-4711"]);
    share.now += 7 * DAY;
    share.write("in/a.txt", chat(&["Hallo"]));
    share.scan(&["--device-tag", "INV-4711"]);
    let en = share.call(&["history", "--state", "state"]).out;
    assert!(en.contains("2026-01-12 05:00") && en.contains("until fixed: 7.0"), "{en}");
    let de = share.call(&["history", "--state", "state", "--lang", "de"]).out;
    assert!(de.contains("behoben") && de.contains("Kontaktdaten"), "{de}");
    let none = share.call(&["history", "--state", "nothing"]);
    assert_eq!(none.code, 2, "{}", none.out);
}

#[test]
fn own_data_is_proposed_masked_where_it_could_leak() {
    let share = Share::new();
    for number in 0..6 {
        let own =
            ["Guten Tag", "unsere IBAN: DE89 3704 0044 0532 0130 00", &format!("Kunde {number}")];
        share.write(&format!("in/{number}.txt"), chat(&own));
    }
    share.scan(&[]);
    let said = share.call(&["own", "learn", "--state", "state"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out.contains("ibans = [") && said.out.contains("in 6 of 6 inputs"),
        "{}",
        said.out
    );
    assert!(!said.out.contains("3704"), "not a terminal: masked");
}

#[cfg(target_os = "linux")]
#[test]
fn a_value_is_shown_on_a_terminal_only_and_noted() {
    let share = two_chats();
    share.scan(&[]);
    let iban = share.findings().into_iter().find(|it| it["rule"] == "financial.iban").unwrap();
    let id = &iban["id"].as_str().unwrap()[..12];
    let piped = share.call(&["show", id, "--state", "state", "--reason", "ticket 4711"]);
    assert_eq!(piped.code, 2);
    assert!(!piped.out.contains("3704") && piped.err.contains("terminal"), "{}", piped.err);
    let command =
        format!("{} show {id} --state state --reason 'ticket 4711'", env!("CARGO_BIN_EXE_sparsam"));
    let mut script = std::process::Command::new("script");
    script.args(["-qec", &command, "/dev/null"]).current_dir(share.folder.path());
    let shown = script.env("HOME", share.folder.path()).env("LANG", "C").output().unwrap();
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(text.contains(IBAN) && text.contains("in/a.txt:2"), "{text}");
    let log = share.read("state/audit.jsonl");
    assert!(log.contains("\"action\":\"show\"") && log.contains("ticket 4711"), "{log}");
    assert!(!log.contains("3704"));
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let share = two_chats();
    share.scan(&[]);
    share.scan(&[]);
    let names = ["findings.jsonl", "report.json", "findings.csv", "report.html"];
    let files = || names.map(|name| share.read(&format!("report/{name}")));
    let copy = |to: &str| {
        fs::create_dir_all(share.path(to)).unwrap();
        for name in ["state.db", "secret"] {
            fs::copy(share.path(&format!("state/{name}")), share.path(&format!("{to}/{name}")))
                .unwrap();
        }
    };
    copy("kept");
    share.scan(&["--threads", "1"]);
    let first = files();
    fs::remove_dir_all(share.path("state")).unwrap();
    fs::rename(share.path("kept"), share.path("state")).unwrap();
    share.scan(&["--threads", "8"]);
    assert!(first == files(), "same input, state and time");
}
