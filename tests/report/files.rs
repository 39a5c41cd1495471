//! Files of reports: private, whole or absent, bounded.

use std::fs;

use sparsam::report::{Lang, Reports, Titles};

use super::fixture;

#[test]
#[cfg(unix)]
fn reports_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("new/reports");
    fixture::write(&reports, Lang::De, &fixture::inputs());
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(reports.clone()), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&reports).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(mode(entry.path()), 0o600, "{:?}", entry.file_name());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["findings.csv", "findings.jsonl", "report.html", "report.json"]);
}

#[test]
fn an_unfinished_run_leaves_earlier_reports_alone() {
    let folder = tempfile::tempdir().unwrap();
    fixture::write(folder.path(), Lang::En, &fixture::inputs());
    let before = fs::read(folder.path().join("report.html")).unwrap();
    let mut reports =
        Reports::start(Some(folder.path()), &fixture::ALL, Lang::En, &fixture::titles()).unwrap();
    reports.input(&fixture::input("a.txt", "clean", &[])).unwrap();
    drop(reports);
    assert_eq!(fs::read(folder.path().join("report.html")).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "nothing half-written is left");
}

#[test]
fn what_cannot_be_written_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let start =
        |folder, names: &[&str]| Reports::start(Some(folder), names, Lang::En, &Titles::new());
    assert!(start(&file, &["json"]).is_err(), "a file is no folder");
    let unknown = start(folder.path(), &["pdf"]).map(|_| ()).unwrap_err();
    assert_eq!(unknown.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn long_tables_are_cut_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let found: Vec<_> =
        (1..=2_500).map(|n| fixture::finding("financial.iban", "high", "a.txt", n)).collect();
    let worst = fixture::finding("credential.pin", "critical", "b.txt", 1);
    let one = fixture::input("a.txt", "findings", &found);
    let other = fixture::input("b.txt", "findings", std::slice::from_ref(&worst));
    fixture::write(folder.path(), Lang::De, &[(found, one), (vec![worst], other)]);
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    let (shown, _) = page.split_once("<template").unwrap();
    assert_eq!(shown.matches("<tr data-severity=\"high\"").count(), 100, "without script");
    assert_eq!(shown.matches("<tr data-severity=\"critical\"").count(), 1, "its own share");
    assert!(shown.contains("Gezeigt werden die ersten 101 von 2.501."));
    let (_, data) = page.split_once("id=\"data\">").unwrap();
    assert_eq!(data.matches("5e1f00d5c0ffee0000aa").count(), 2_501, "with script all");
    let lines = fs::read_to_string(folder.path().join("findings.jsonl")).unwrap().lines().count();
    assert_eq!(lines, 2_501);
}

#[test]
fn without_a_folder_there_is_a_summary() {
    let mut reports = Reports::start(None, &fixture::ALL, Lang::En, &Titles::new()).unwrap();
    reports.input(&fixture::input("a.txt", "clean", &[])).unwrap();
    let mut run = fixture::run(&reports);
    run.skipped.clear();
    run.totals.skipped = 0;
    let text = reports.finish(&run).unwrap().render(&run, Lang::En);
    assert_eq!(
        text,
        "No indications of confidential data\n  1 input, no indications of confidential data.\n"
    );
}

#[test]
fn summaries_stay_short() {
    for lang in [Lang::De, Lang::En] {
        let mut reports = Reports::start(None, &[], lang, &Titles::new()).unwrap();
        for number in 0..200 {
            let path = format!("{}/{number}.txt", "long/".repeat(50));
            let rule = format!("family{}.x", number % 30);
            let found = [fixture::finding(&rule, "high", &path, 1)];
            reports.finding(&found[0]).unwrap();
            let mut input = fixture::input(&path, "partial", &found);
            input.incidents =
                fixture::inputs().into_iter().flat_map(|(_, i)| i.incidents).collect();
            input.uninspected =
                fixture::inputs().into_iter().flat_map(|(_, i)| i.uninspected).collect();
            reports.input(&input).unwrap();
        }
        let run = fixture::run(&reports);
        let text = reports.finish(&run).unwrap().render(&run, lang);
        assert!(text.lines().count() <= 45, "{}", text.lines().count());
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}
