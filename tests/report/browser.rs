//! What a browser makes of `report.html`. Needs Chromium.

use std::fs;
use std::path::Path;
use std::process::Command;

use sparsam::report::Lang;

use super::fixture;

/// The document after its scripts ran, and what the browser complained about.
fn open(page: &Path) -> (String, String) {
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
        .args(["--disable-background-networking", "--proxy-server=127.0.0.1:1"])
        .args(["--enable-logging=stderr", "--virtual-time-budget=3000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("chromium is installed");
    assert!(output.status.success());
    let complaints = String::from_utf8_lossy(&output.stderr);
    let of_page: Vec<_> = complaints.lines().filter(|line| line.contains("CONSOLE")).collect();
    (String::from_utf8_lossy(&output.stdout).into_owned(), of_page.join("\n"))
}

fn text_of<'a>(document: &'a str, id: &str) -> &'a str {
    let (_, rest) = document.split_once(&format!("id=\"{id}\"")).expect(id);
    rest.split_once('>').unwrap().1.split_once('<').unwrap().0
}

#[test]
fn the_page_shows_its_totals_and_obeys_no_chat() {
    let folder = tempfile::tempdir().unwrap();
    let (run, _) = fixture::write(folder.path(), Lang::De, &fixture::inputs());
    let (document, complaints) = open(&folder.path().join("report.html"));
    assert_eq!(complaints, "", "its own style and script are allowed, and nothing else is tried");
    assert!(
        document.contains("<title>Vertrauliche Daten in Chats: Bericht</title>"),
        "title unchanged"
    );
    assert!(!document.contains("<img"), "no element from a name");
    assert_eq!(text_of(&document, "total-findings"), run.totals.findings.to_string());
    assert_eq!(text_of(&document, "total-occurrences"), run.totals.occurrences.to_string());
    assert_eq!(text_of(&document, "total-inputs"), run.totals.inputs.to_string());
    let all = run.totals.findings;
    assert_eq!(
        text_of(&document, "filter-count"),
        format!("{all} / {all} angezeigt"),
        "script ran"
    );
}

#[test]
fn the_filter_filters_and_the_table_sorts() {
    let folder = tempfile::tempdir().unwrap();
    fixture::write(folder.path(), Lang::En, &fixture::inputs());
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    // The driver is a foreign script: it runs only where the policy is taken out.
    let driver = r##"<script>
        const set = (id, value) => {
            const control = document.getElementById(id);
            control.value = value;
            control.dispatchEvent(new Event("input"));
        };
        set("filter-severity", "high");
        set("filter-text", "KONTO iban");
        document.querySelectorAll("#list thead button")[5].click();
        document.querySelectorAll("#list thead button")[5].click();
        const first = document.querySelector("#list tbody tr");
        const answer = document.createElement("i");
        answer.id = "driven";
        answer.textContent = `${first.cells[5].textContent} ${first.hidden}`;
        document.body.append(answer);
    </script></body>"##;
    let start = page.find("<meta http-equiv").unwrap();
    let end = start + page[start..].find('>').unwrap() + 1;
    let driven = format!("{}{}", &page[..start], page[end..].replace("</body>", driver));
    let path = folder.path().join("driven.html");
    fs::write(&path, driven).unwrap();
    let (document, _) = open(&path);
    assert_eq!(text_of(&document, "filter-count"), "2 / 8 shown");
    assert_eq!(text_of(&document, "driven"), "3 false", "most places first, still filtered");

    fs::write(&path, page.replace("</body>", driver)).unwrap();
    let (document, complaints) = open(&path);
    assert!(!document.contains("id=\"driven\""), "with the policy no foreign script runs");
    assert!(complaints.contains("Content Security Policy"), "{complaints}");
}
