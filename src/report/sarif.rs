//! `findings.sarif`: SARIF 2.1.0 (OASIS), for code-scanning views. One run, one result a finding.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use serde_json::{Value, json};

use super::{
    FindingRecord, InputRecord, Overview, Report, RunRecord, Setting, Titles, terminal_safe,
};
use crate::files::{self, Pending};

/// The report. Results wait in a temporary file, since rules come first and are known last.
pub(super) struct Sarif {
    out: Pending,
    results: BufWriter<File>,
    any: bool,
    rules: Vec<Value>,
    known: HashMap<String, usize>,
    titles: Titles,
    incidents: Vec<Value>,
}

/// Notifications in the file; all incidents are in `report.json`.
const INCIDENTS: usize = 1000;

impl Sarif {
    pub(super) fn start(setting: &Setting<'_>) -> io::Result<Box<dyn Report>> {
        Ok(Box::new(Self {
            out: Pending::new(&setting.folder.join("findings.sarif"))?,
            results: BufWriter::new(files::temporary(setting.folder)?),
            any: false,
            rules: Vec::new(),
            known: HashMap::new(),
            titles: setting.titles.clone(),
            incidents: Vec::new(),
        }))
    }

    fn rule(&mut self, f: &FindingRecord) -> usize {
        if let Some(known) = self.known.get(&f.rule) {
            return *known;
        }
        let title = self.titles.get(&f.rule).map_or(f.rule.as_str(), |title| title.0.as_str());
        self.rules.push(json!({
            "id": f.rule,
            "name": safe(title),
            "shortDescription": { "text": safe(title) },
            "defaultConfiguration": { "level": level(&f.severity) },
            "properties": { "category": f.category, "tags": f.gdpr, "security-severity": score(&f.severity) },
        }));
        self.known.insert(f.rule.clone(), self.rules.len() - 1);
        self.rules.len() - 1
    }
}

fn safe(text: &str) -> String {
    terminal_safe(text).into_owned()
}

fn level(severity: &str) -> &'static str {
    match severity {
        "critical" | "high" => "error",
        "medium" => "warning",
        _ => "note",
    }
}

/// What code-scanning views sort by, on the scale of CVSS.
fn score(severity: &str) -> &'static str {
    match severity {
        "critical" => "9.5",
        "high" => "8.0",
        "medium" => "5.5",
        _ => "2.0",
    }
}

/// A path as a URI reference (RFC 3986): everything but unreserved characters and `/` escaped.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

impl Report for Sarif {
    fn finding(&mut self, f: &FindingRecord) -> io::Result<()> {
        let index = self.rule(f);
        let mut region = serde_json::Map::new();
        if f.member.is_none() {
            if let Some(line) = f.line.filter(|line| *line > 0) {
                region.insert("startLine".to_owned(), json!(line));
            }
            if let (Some(start), Some(end)) = (f.start, f.end) {
                region.insert("byteOffset".to_owned(), json!(start));
                region.insert("byteLength".to_owned(), json!(end.saturating_sub(start)));
            }
        }
        let mut place = json!({ "artifactLocation": { "uri": uri(&f.path) } });
        if !region.is_empty() {
            place["region"] = Value::Object(region);
        }
        let mut location = json!({ "physicalLocation": place });
        if let Some(member) = &f.member {
            location["logicalLocations"] =
                json!([{ "fullyQualifiedName": safe(member), "kind": "member" }]);
        }
        let title = self.titles.get(&f.rule).map_or(f.rule.as_str(), |title| title.0.as_str());
        let mut result = json!({
            "ruleId": f.rule,
            "ruleIndex": index,
            "level": level(&f.severity),
            "message": { "text": format!("{} ({})", safe(title), safe(&f.preview)) },
            "locations": [location],
            "partialFingerprints": { "sparsam/v1": f.id },
            "occurrenceCount": f.occurrences.max(1),
            "properties": { "severity": f.severity, "confidence": f.confidence, "status": f.status },
        });
        let state = match f.status.as_str() {
            "new" | "reopened" => Some("new"),
            _ if f.first_seen.is_some() => Some("unchanged"),
            _ => None,
        };
        if let Some(state) = state {
            result["baselineState"] = json!(state);
        }
        if f.status == "suppressed" {
            result["suppressions"] = json!([{ "kind": "external", "status": "accepted" }]);
        }
        self.results.write_all(if self.any { b",\n" } else { b"\n" })?;
        self.any = true;
        serde_json::to_writer(&mut self.results, &result).map_err(io::Error::from)
    }

    fn input(&mut self, input: &InputRecord) -> io::Result<()> {
        for incident in &input.incidents {
            if self.incidents.len() < INCIDENTS {
                self.incidents.push(json!({
                    "level": "error",
                    "descriptor": { "id": incident.kind },
                    "message": { "text": safe(&incident.detail) },
                    "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&input.path) } } }],
                }));
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>, run: &RunRecord, _overview: &Overview) -> io::Result<Pending> {
        let Self { mut out, results, rules, incidents, .. } = *self;
        let driver = json!({
            "name": run.tool, "version": run.version, "semanticVersion": run.version,
            "rules": rules, "properties": { "rulesVersion": run.rules_version },
        });
        let invocation = json!({
            "executionSuccessful": run.complete && run.totals.incidents == 0,
            "startTimeUtc": run.started, "endTimeUtc": run.finished,
            "toolExecutionNotifications": incidents,
        });
        write!(
            out,
            "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"invocations\":[{invocation}],\"columnKind\":\"unicodeCodePoints\",\"results\":["
        )?;
        let mut results = results.into_inner().map_err(io::IntoInnerError::into_error)?;
        results.rewind()?;
        io::copy(&mut results, &mut out)?;
        out.write_all(b"\n]}]}\n")?;
        Ok(out)
    }
}

/// `findings.ocsf.jsonl`: OCSF 1.3 Data Security Finding (class 2006), one event a finding.
pub(super) struct Ocsf {
    out: BufWriter<Pending>,
    results: BufWriter<File>,
    titles: Titles,
}

impl Ocsf {
    pub(super) fn start(setting: &Setting<'_>) -> io::Result<Box<dyn Report>> {
        Ok(Box::new(Self {
            out: BufWriter::new(Pending::new(&setting.folder.join("findings.ocsf.jsonl"))?),
            results: BufWriter::new(files::temporary(setting.folder)?),
            titles: setting.titles.clone(),
        }))
    }
}

impl Report for Ocsf {
    fn finding(&mut self, f: &FindingRecord) -> io::Result<()> {
        let severity = match f.severity.as_str() {
            "critical" => (5, "Critical"),
            "high" => (4, "High"),
            "medium" => (3, "Medium"),
            _ => (2, "Low"),
        };
        let confidence = match f.confidence.as_str() {
            "high" => (3, "High"),
            "medium" => (2, "Medium"),
            _ => (1, "Low"),
        };
        // 1 New, 3 Suppressed, 2 In Progress: somebody has seen it.
        let status = match f.status.as_str() {
            "suppressed" => (3, "Suppressed"),
            "new" | "reopened" => (1, "New"),
            _ if f.first_seen.is_none() => (1, "New"),
            _ => (2, "In Progress"),
        };
        let activity = match status.0 {
            1 => (1, "Create"),
            3 => (4, "Suppressed"),
            _ => (2, "Update"),
        };
        let category = match f.category.as_str() {
            "financial" | "tax" => (3, "Financial"),
            "business" => (4, "Business"),
            "credential" => (6, "Security"),
            _ => (1, "Personal"),
        };
        let title = self.titles.get(&f.rule).map_or(f.rule.as_str(), |title| title.0.as_str());
        let first = f.first_seen.as_deref().and_then(|time| time.parse::<jiff::Timestamp>().ok());
        let mut info = json!({ "uid": f.id, "title": safe(title), "types": [f.category] });
        if let Some(first) = first {
            info["first_seen_time"] = json!(first.as_millisecond());
        }
        let name = f.path.rsplit('/').next().unwrap_or(&f.path);
        let event = json!({
            "class_uid": 2006, "class_name": "Data Security Finding",
            "category_uid": 2, "category_name": "Findings",
            "activity_id": activity.0, "activity_name": activity.1, "type_uid": 200_600 + activity.0,
            "type_name": format!("Data Security Finding: {}", activity.1),
            "severity_id": severity.0, "severity": severity.1,
            "confidence_id": confidence.0, "confidence": confidence.1,
            "status_id": status.0, "status": status.1,
            "finding_info": info,
            "data_security": {
                "category_id": category.0, "category": category.1,
                "detection_system_id": 4, "detection_system": "Data Discovery & Classification",
                "data_lifecycle_state_id": 1, "data_lifecycle_state": "Data at-Rest",
                "policy": { "uid": f.rule },
            },
            "resources": [{ "type": "file", "name": safe(name), "uid": f.input }],
            "file": { "name": safe(name), "path": safe(&f.path), "type_id": 1, "type": "Regular File" },
            "unmapped": { "gdpr": f.gdpr },
            "count": f.occurrences.max(1),
        });
        serde_json::to_writer(&mut self.results, &event)?;
        self.results.write_all(b"\n")
    }

    fn input(&mut self, _input: &InputRecord) -> io::Result<()> {
        Ok(())
    }

    /// Adds what only the run knows: its time, its product.
    fn finish(self: Box<Self>, run: &RunRecord, _overview: &Overview) -> io::Result<Pending> {
        let Self { mut out, results, .. } = *self;
        let time = run.finished.parse::<jiff::Timestamp>().map_or(0, |time| time.as_millisecond());
        let product: BTreeMap<&str, &str> =
            [("name", run.tool.as_str()), ("vendor_name", "sparsam"), ("version", &run.version)]
                .into();
        let metadata = json!({ "version": "1.3.0", "product": product, "profiles": [] });
        let mut results = results.into_inner().map_err(io::IntoInnerError::into_error)?;
        results.rewind()?;
        for line in io::BufRead::lines(io::BufReader::new(results)) {
            let line = line?;
            let open = line.strip_suffix('}').unwrap_or(&line);
            writeln!(out, "{open},\"time\":{time},\"metadata\":{metadata}}}")?;
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uris() {
        let cases = [
            ("exports/chat.txt", "exports/chat.txt", "ordinary"),
            ("a b/Müller.txt", "a%20b/M%C3%BCller.txt", "spaces and letters beyond ASCII"),
            ("100%?#.txt", "100%25%3F%23.txt", "what has a meaning in a URI"),
            ("javascript:alert(1)", "javascript%3Aalert%281%29", "never a scheme"),
        ];
        for (path, expected, why) in cases {
            assert_eq!(uri(path), expected, "{why}");
        }
    }
}
