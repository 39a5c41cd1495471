//! Reports byte for byte. `UPDATE_GOLDEN=1 cargo test report` writes them anew; read the difference.

use std::fs;
use std::path::Path;

use sparsam::report::Lang;

use super::fixture;

fn check(name: &str, is: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/report").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, is).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let differs = is.lines().zip(expected.lines()).position(|(is, expected)| is != expected);
    assert!(is == expected, "{name} differs, first in line {:?}", differs.map(|at| at + 1));
}

#[test]
fn reports_are_as_they_were() {
    for (lang, tag) in [(Lang::De, "de"), (Lang::En, "en")] {
        let folder = tempfile::tempdir().unwrap();
        let (run, summary) = fixture::write(folder.path(), lang, &fixture::inputs());
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        // The machine-read ones are the same in every language.
        check("findings.jsonl", &read("findings.jsonl"));
        check("findings.csv", &read("findings.csv"));
        check("report.json", &read("report.json"));
        check(&format!("report.{tag}.html"), &read("report.html"));
        check(&format!("summary.{tag}.txt"), &summary.render(&run, lang));
    }
}
