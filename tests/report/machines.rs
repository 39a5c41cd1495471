//! Reports for other programs: SARIF, OCSF, Excel, Prometheus, mail.

use std::fs;

use serde_json::Value;
use sparsam::report::{Lang, mail, metrics};

use super::fixture;

fn read(name: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fixture::write_named(folder.path(), &fixture::MACHINES, Lang::En, &fixture::inputs());
    read_in(folder.path(), name)
}

fn read_in(folder: &std::path::Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn sarif_has_what_the_standard_demands() {
    let sarif: Value = serde_json::from_str(&read("findings.sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(
        results.len(),
        fixture::inputs().iter().map(|(found, _)| found.len()).sum::<usize>()
    );
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        assert!(result["partialFingerprints"]["sparsam/v1"].is_string());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
        assert!(uri.chars().all(allowed), "a URI reference: {uri}");
        if let Some(region) = place.get("region") {
            assert!(
                region.as_object().unwrap().keys().all(|key| [
                    "startLine",
                    "byteOffset",
                    "byteLength"
                ]
                .contains(&key.as_str()))
            );
            assert!(
                region["startLine"].as_u64().is_none_or(|line| line >= 1),
                "lines count from 1"
            );
        }
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], false, "there were incidents");
}

#[test]
fn ocsf_events_are_data_security_findings() {
    for line in read("findings.ocsf.jsonl").lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        assert_eq!((&event["class_uid"], &event["category_uid"]), (&2006.into(), &2.into()));
        let activity = event["activity_id"].as_u64().unwrap();
        assert_eq!(
            event["type_uid"].as_u64().unwrap(),
            200_600 + activity,
            "class times 100 and activity"
        );
        assert!(event["time"].as_i64().unwrap() > 1_700_000_000_000, "milliseconds");
        for key in ["metadata", "severity_id", "finding_info"] {
            assert!(!event[key].is_null(), "{key} is demanded");
        }
        assert!(
            event["finding_info"]["uid"].is_string() && event["finding_info"]["title"].is_string()
        );
    }
}

/// Both against their published schemas, by a validator that is not ours.
#[cfg(feature = "outside-tools")]
#[test]
fn sarif_and_ocsf_obey_their_published_schemas() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/reference-tools/bin/python");
    assert!(python.is_file(), "{} is missing: cargo xtask test sets it up", python.display());
    let folder = tempfile::tempdir().unwrap();
    fixture::write_named(folder.path(), &fixture::MACHINES, Lang::En, &fixture::inputs());
    let validate = |sarif: &str, ocsf: &str| {
        std::process::Command::new(&python)
            .arg(root.join("tests/report/schemas.py"))
            .arg(root.join("target/tools/sarif/vendor/serde-sarif/src/schema.json"))
            .args([folder.path().join(sarif), folder.path().join(ocsf)])
            .output()
            .unwrap()
    };
    let (sarif, ocsf) = ("findings.sarif", "findings.ocsf.jsonl");
    let good = validate(sarif, ocsf);
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stdout));
    // What the validator is worth: a wrong word in either is found.
    for (name, right, wrong) in [
        (sarif, "\"level\":\"error\"", "\"level\":\"bad\""),
        (sarif, "\"ruleIndex\"", "\"ruleindex\""),
        (ocsf, "\"unmapped\"", "\"compliance\""),
        (ocsf, "\"severity_id\":4", "\"severity_id\":7"),
        (ocsf, "\"status\":\"New\"", "\"status\":\"Fresh\""),
    ] {
        let text = read_in(folder.path(), name);
        assert!(text.contains(right), "{right}");
        fs::write(folder.path().join("wrong"), text.replacen(right, wrong, 1)).unwrap();
        let bad = if name == sarif { validate("wrong", ocsf) } else { validate(sarif, "wrong") };
        assert_eq!(bad.status.code(), Some(1), "{wrong}: {}", String::from_utf8_lossy(&bad.stderr));
    }
}

#[test]
fn excel_gets_its_separator_and_its_mark() {
    let text = read("findings-excel.csv");
    assert!(text.starts_with("\u{feff}schema;id;value_id;"));
    assert_eq!(text.matches('\u{feff}').count(), 1);
    assert!(text.contains(&format!(";'{};", fixture::FORMULA)), "formulas are text");
}

#[test]
fn numbers_for_prometheus_and_the_mail_hold_no_names() {
    let folder = tempfile::tempdir().unwrap();
    let (run, summary) = fixture::write(folder.path(), Lang::De, &fixture::inputs());
    let text = metrics(&run, false, "sparsam_last_success_timestamp_seconds 12\n");
    assert!(text.contains("sparsam_last_success_timestamp_seconds 12\n"), "not this run");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("sparsam_") && value.parse::<i64>().is_ok(), "{line}");
    }
    for lang in [Lang::De, Lang::En] {
        let mail = mail(&run, summary.overview(), "host", lang);
        assert!(mail.lines().count() <= 25, "{mail}");
        for name in ["exports", "Markt", ".txt", ".zip"] {
            assert!(!mail.contains(name) && !text.contains(name), "{name} in {mail}");
        }
    }
}
