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

/// What a foreign script finds on the page of these inputs; the policy has to go for that.
fn drive(lang: Lang, hash: &str, script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fixture::write(folder.path(), lang, &fixture::inputs());
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    let start = page.find("<meta http-equiv").unwrap();
    let end = start + page[start..].find('>').unwrap() + 1;
    let driver = format!(
        "<script>{{ const $ = (id) => document.getElementById(id);
        const set = (id, value) => {{ $(id).value = value; $(id).dispatchEvent(new Event(\"input\")); }};
        const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent(\"keydown\", {{ key, bubbles: true }}));
        const said = document.createElement(\"i\");
        said.id = \"driven\";
        said.textContent = (() => {{ {script} }})();
        document.body.append(said); }}</script></body>"
    );
    let driven = format!("{}{}", &page[..start], page[end..].replace("</body>", &driver));
    let path = folder.path().join("driven.html");
    fs::write(&path, driven).unwrap();
    let (document, complaints) = open(Path::new(&format!("{}{hash}", path.display())));
    assert_eq!(complaints, "", "{script}");
    text_of(&document, "driven").to_owned()
}

#[test]
fn every_control_has_a_name_and_the_focus_goes_down_the_page() {
    let said = drive(
        Lang::En,
        "",
        r##"document.querySelector("#list tbody tr").click(); $("decide").click();
        const named = (it) => it.getAttribute("aria-label") || it.labels?.[0]?.textContent || it.textContent;
        const shown = (it) => it.getClientRects().length > 0;
        const controls = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(shown);
        const nameless = controls.filter((it) => !named(it)?.trim()).map((it) => it.outerHTML);
        const jumping = controls.filter((it) => it.tabIndex > 0).length;
        // One row of the table can be reached by Tab, the others by arrow keys.
        const rows = controls.filter((it) => it.matches("#list tbody tr") && it.tabIndex === 0).length;
        const inOrder = ["switch", "filter-text", "group", "decision-reason", "download"].map((id) => controls.indexOf($(id)));
        const sorted = inOrder.every((at, n) => at >= 0 && (n === 0 || at > inOrder[n - 1]));
        const heads = [...document.querySelectorAll("th")].filter((it) => shown(it) && it.closest("thead") && !it.scope && it.textContent.trim()).length;
        return [controls.length > 20, nameless.join(" "), jumping, rows, sorted, heads, document.documentElement.lang].join("|");"##,
    );
    assert_eq!(said, "true||0|1|true|0|en");
}

#[test]
fn decisions_are_downloaded_as_a_file() {
    let said = drive(
        Lang::En,
        "",
        r##"document.querySelector("#list tbody tr").click(); $("decide").click();
        let saved = "";
        const make = URL.createObjectURL;
        let blob = null;
        URL.createObjectURL = (it) => { blob = it; return make.call(URL, it); };
        HTMLAnchorElement.prototype.click = function () { saved = `${this.download}|${this.protocol}`; };
        $("download").click();
        return [saved, blob.type, blob.size === new TextEncoder().encode($("snippet").value).length].join("|");"##,
    );
    assert_eq!(said, "decisions.toml|blob:|application/toml|true");
}

#[test]
fn keys_move_and_open() {
    let said = drive(
        Lang::En,
        "",
        r##"document.querySelector("#list tbody tr").focus();
        press("ArrowDown"); press("ArrowDown"); press("ArrowUp"); press("Enter");
        return [document.activeElement.dataset.n, $("detail").hidden, $("detail").querySelector("h3").textContent].join("|");"##,
    );
    assert_eq!(said, "1|false|Details of the finding");
}

#[test]
fn every_filter_and_group_works() {
    let said = drive(
        Lang::En,
        "",
        r##"const answers = [];
        const count = () => answers.push($("filter-count").textContent.split(" ")[0]);
        for (const [id, value] of [["filter-severity", "critical"], ["filter-severity", ""], ["filter-status", "open"],
            ["filter-rule", $("filter-rule").options[1].value], ["filter-rule", ""],
            ["filter-category", $("filter-category").options[1].value], ["filter-category", ""],
            ["filter-file", $("filter-file").options[1].value], ["filter-file", ""], ["filter-text", "nothing like it"]]) {
          set(id, value); count();
        }
        answers.push(document.querySelector("#list tbody").textContent.trim());
        set("filter-text", ""); set("group", "rule");
        answers.push(document.querySelectorAll("#list tbody tr.g").length > 2);
        return answers.join("|");"##,
    );
    let parts: Vec<&str> = said.split('|').collect();
    assert_eq!(parts.len(), 12, "{said}");
    for (at, part) in parts[..9].iter().enumerate() {
        assert!(part.parse::<u64>().unwrap() > 0, "{at}: {said}");
    }
    assert_eq!(parts[1], "8", "all again: {said}");
    assert_eq!(&parts[9..], ["0", "No finding fits these filters.", "true"], "{said}");
}

#[test]
fn a_permalink_opens_its_finding() {
    let id = &fixture::inputs().iter().flat_map(|(found, _)| found).nth(2).unwrap().id.clone();
    let said = drive(
        Lang::En,
        &format!("#f-{id}"),
        r#"return [$("detail").hidden, $("detail").querySelector("code").textContent].join("|");"#,
    );
    assert_eq!(said, format!("false|{id}"));
}

#[test]
fn decisions_become_a_file_that_the_program_reads() {
    let said = drive(
        Lang::De,
        "",
        r##"document.querySelector("#list tbody tr").click();
        $("decide").click();
        set("decision-reason", "Test \"quoted\"\n[[suppress]]"); set("decision-by", "DSB"); set("decision-until", "2026-12-31");
        return btoa(unescape(encodeURIComponent($("snippet").value)));"##,
    );
    let mut bytes = Vec::new();
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in said.trim_end_matches('=').as_bytes().chunks(4) {
        let value =
            |at: usize| chunk.get(at).map_or(0, |c| digits.iter().position(|d| d == c).unwrap());
        let bits = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3);
        bytes.extend(
            [bits >> 16, bits >> 8, bits]
                .map(|byte| (byte & 255) as u8)
                .iter()
                .take(chunk.len() - 1),
        );
    }
    let toml: toml::Table = String::from_utf8(bytes).unwrap().parse().unwrap();
    let decided = toml["suppress"].as_array().unwrap();
    assert_eq!(decided.len(), 1, "a reason cannot add a decision");
    assert_eq!(decided[0]["decided_by"].as_str(), Some("DSB"));
    assert_eq!(decided[0]["expires"].as_str(), Some("2026-12-31"));
    assert_eq!(toml["secret"].as_str(), Some("5ec4e71d5ec4e71d"));
}

#[test]
fn the_language_changes_and_everything_works_on() {
    let said = drive(
        Lang::De,
        "",
        r##"const before = document.querySelector("h1").textContent;
        $("switch").click();
        set("filter-severity", "high");
        return [before, document.querySelector("h1").textContent, document.documentElement.lang, $("filter-count").textContent].join("|");"##,
    );
    let parts: Vec<&str> = said.split('|').collect();
    assert_eq!(parts[0], "Vertrauliche Kundendaten in Chats");
    assert_eq!(parts[1..3], ["Confidential customer data in chats", "en"]);
    assert!(parts[3].ends_with("/ 8 shown"), "{said}");
}

#[test]
fn paper_gets_all_rows() {
    let said = drive(
        Lang::En,
        "",
        r##"dispatchEvent(new Event("beforeprint"));
        const printed = document.querySelectorAll("#list tbody tr.f").length;
        dispatchEvent(new Event("afterprint"));
        return [printed, $("view").className].join("|");"##,
    );
    assert_eq!(said, "8|view");
}

#[test]
fn a_phone_does_not_scroll_sideways() {
    // The page in a frame as narrow as a phone: media queries follow the frame.
    let folder = tempfile::tempdir().unwrap();
    fixture::write(folder.path(), Lang::De, &fixture::inputs());
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    let start = page.find("<meta http-equiv").unwrap();
    let end = start + page[start..].find('>').unwrap() + 1;
    let inner = format!("{}{}", &page[..start], &page[end..]);
    let inner = inner.replace(
        "</body>",
        "<script>parent.postMessage([innerWidth, document.documentElement.scrollWidth - document.documentElement.clientWidth].join(' '), '*')</script></body>",
    );
    fs::write(folder.path().join("inner.html"), inner).unwrap();
    let outer = "<!DOCTYPE html><i id=\"driven\"></i><iframe src=\"inner.html\" width=\"420\" height=\"800\" frameborder=\"0\"></iframe>
        <script>onmessage = (e) => { document.getElementById('driven').textContent = e.data; }</script>";
    let path = folder.path().join("outer.html");
    fs::write(&path, outer).unwrap();
    let (document, _) = open(&path);
    assert_eq!(text_of(&document, "driven"), "420 0", "width of the window, what sticks out of it");
}
