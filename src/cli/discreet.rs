//! Errors quote paths, and paths can hold numbers and addresses of customers: they go as in reports.

use sparsam::detect::{self, Detector};
use sparsam::pattern;

/// Families whose values are told by their form alone; words of other rules stand in our own messages.
const FAMILIES: [&str; 3] = ["contact.", "financial.", "identity."];

/// A message with the values in it masked; part by part, as names of files are in reports.
pub(super) fn discreet(text: &str) -> String {
    let may_hold = text.contains('@') || text.bytes().filter(u8::is_ascii_digit).count() >= 6;
    let Some(detector) = may_hold.then(detector).flatten() else { return text.to_owned() };
    let parts = text.split('/').map(|part| masked(&detector, part));
    parts.collect::<Vec<_>>().join("/")
}

fn detector() -> Option<Detector> {
    let rules = pattern::load_builtin().ok()?;
    Detector::new(&rules, |rule| {
        !rule.file.off && FAMILIES.iter().any(|family| rule.file.id.starts_with(family))
    })
    .ok()
}

fn masked(detector: &Detector, part: &str) -> String {
    let page = detect::page_of(&[(None, part)]);
    let from = page.owned_text.start;
    let mut spans: Vec<_> = detector
        .scan(&page)
        .into_iter()
        .filter(|finding| finding.confidence > sparsam::model::Confidence::Low)
        .flat_map(|finding| {
            let label = format!("[{}]", finding.rule.label);
            finding
                .spans
                .into_iter()
                .map(move |span| (span.range.start - from, span.range.end - from, label.clone()))
        })
        .collect();
    spans.sort();
    let mut out = String::new();
    let mut at = 0;
    for (start, end, label) in spans {
        if start >= at {
            out.push_str(&part[at..start]);
            out.push_str(&label);
            at = end;
        }
    }
    out + &part[at..]
}

#[cfg(test)]
mod tests {
    use super::discreet;

    #[test]
    fn values_do_not_stand_in_errors() {
        let cases = [
            (
                "/srv/WhatsApp Chat mit +49 171 2345678/a.txt: not found",
                "/srv/WhatsApp Chat mit [PHONE]/a.txt: not found",
                "a number in a path",
            ),
            ("x/a.b@example.org: no", "x/[EMAIL]: no", "an address"),
            (
                "state /srv/2026-01-05 was made with the secret 5ec4e71d5ec4e71d",
                "state /srv/2026-01-05 was made with the secret 5ec4e71d5ec4e71d",
                "days and ids stay",
            ),
        ];
        for (text, expected, why) in cases {
            assert_eq!(discreet(text), expected, "{why}");
        }
    }
}
