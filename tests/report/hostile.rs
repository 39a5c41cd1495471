//! Names from chats cannot act on whoever reads a report.

use std::fs;

use sparsam::report::Lang;

use super::fixture::{self, BIDI, FORMULA, MARKUP};

fn all_reports() -> Vec<(&'static str, String)> {
    let folder = tempfile::tempdir().unwrap();
    let (run, summary) = fixture::write(folder.path(), Lang::De, &fixture::inputs());
    let mut all: Vec<_> = ["findings.jsonl", "report.json", "findings.csv", "report.html"]
        .map(|name| (name, fs::read_to_string(folder.path().join(name)).unwrap()))
        .into();
    all.push(("summary", summary.render(&run, Lang::De)));
    all
}

#[test]
fn nothing_invisible_gets_through() {
    for (name, text) in all_reports() {
        assert!(!text.contains('\u{202e}'), "{name}");
        let seen = if name.contains("json") { "\\u202e" } else { "\\u{202e}" };
        assert!(text.contains(seen), "{name} shows it");
        let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r');
        assert!(!text.contains(control), "{name}");
    }
    assert!(BIDI.contains('\u{202e}'));
}

#[test]
fn markup_is_text() {
    let (_, page) = all_reports().remove(3);
    assert!(!page.contains(MARKUP) && !page.contains("<img") && !page.contains("<script>document"));
    assert_eq!(page.matches("<script").count(), 2, "its own and its data");
    assert_eq!(page.matches("</script").count(), 2, "its own and its data");
    assert!(page.contains("document.title=&#39;x&#39;"));
}

#[test]
fn the_page_names_no_other_place() {
    let (_, page) = all_reports().remove(3);
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"));
    for forbidden in
        ["http:", "https:", "src=\"", "@import", "url(", "unsafe-inline", " style=", " on"]
    {
        let found = page.find(forbidden).map(|at| &page[at..(at + 60).min(page.len())]);
        // ` on` stands in plain sentences; only an attribute would matter.
        let matters = found.is_some() && (forbidden != " on" || page.contains(" onload="));
        assert!(!matters, "{forbidden}: {found:?}");
    }
}

#[test]
fn formulas_are_text() {
    let (_, table) = all_reports().remove(2);
    assert!(table.contains(&format!(",'{FORMULA},")), "neutralised");
    assert!(!table.contains(&format!(",{FORMULA}")), "never bare");
    assert!(table.lines().all(|line| !line.is_empty()));
    assert_eq!(table.matches("\r\n").count(), table.matches('\n').count(), "RFC 4180 line ends");
}
