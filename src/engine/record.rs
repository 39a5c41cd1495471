//! From findings to the records of reports: keyed ids, masked previews, addresses.

use std::ops::Range;

use super::judge::{Value, severity};
use super::leaf::Leaf;
use super::names::masked;
use super::scan::{InputScan, Place};
use crate::model::{Direction, Finding, LocalTime, Page, Part};
use crate::report::FindingRecord;
use crate::secret::InstallationSecret;

/// Hex digits of ids: 128 bits.
const ID_DIGITS: usize = 32;
/// Hex digits of tokens for paths and chats: 64 bits.
pub(super) const TOKEN_DIGITS: usize = 16;
/// A preview is cut there: it shows the form of a value, not its length.
const PREVIEW_CHARACTERS: usize = 24;

/// In ids a digest stands for a text that is longer, in bytes.
const LONG: usize = 4096;

/// What findings of one page share: a text may hold many, and is gone through once.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// A slot, and its text as ids see it.
    text: Option<(usize, String)>,
    /// A message, a place in it, and the line breaks before that.
    lines: (usize, usize, usize),
}

impl Shared {
    fn text(&mut self, secret: &InstallationSecret, page: &Page, slot: usize) -> &str {
        if self.text.as_ref().is_none_or(|(known, _)| *known != slot) {
            let mut text = normalised_text(page.slot_text(&page.slots[slot]));
            if text.len() > LONG {
                text = secret.token(&["text", &text], ID_DIGITS);
            }
            self.text = Some((slot, text));
        }
        self.text.as_ref().map_or("", |(_, text)| text)
    }

    /// The line of a place in a message, from 1; `None`: the format has none.
    fn line(&mut self, page: &Page, message: usize, at: usize) -> Option<u64> {
        let first = page.messages[message].line;
        if first == 0 {
            return None;
        }
        let (known, until, lines) = self.lines;
        let (from, before) = if known == message && 0 < until && until <= at {
            (until, lines)
        } else {
            let sender = &page.messages[message].sender_text;
            let slot = page.slots.partition_point(|slot| slot.message < message);
            let text = page.slots.get(slot)?.range.start;
            (if sender.is_empty() { text } else { sender.start.min(text) }, 0)
        };
        let breaks = page.text.get(from..at)?.bytes().filter(|byte| *byte == b'\n').count();
        self.lines = (message, at, before + breaks);
        Some(first + (before + breaks) as u64)
    }
}

/// The record of a finding on a page.
pub(super) fn record(
    scan: &InputScan<'_>,
    place: &Place,
    leaf: &Leaf,
    page: &Page,
    shared: &mut Shared,
    finding: &Finding,
    value: &Value,
) -> FindingRecord {
    let options = scan.options;
    let rule = &finding.rule;
    let first = &finding.spans[0];
    let slot = &page.slots[first.slot];
    let message = &page.messages[slot.message];
    let around = shared.text(options.secret, page, first.slot);
    let id = options.secret.token(&["finding", rule.family(), &value.normal, around], ID_DIGITS);
    let cell = slot.cell.as_deref();
    let address =
        |range: &Range<usize>| (page.leaf_offset(range.start), page.leaf_offset(range.end));
    // A leaf that is itself the table has bytes for places.
    let is_elsewhere = cell.is_some_and(|cell| !cell.table.is_empty());
    let spans: Vec<(u64, u64)> = if !is_elsewhere && !place.is_name {
        finding.spans.iter().map(|span| address(&span.range)).collect()
    } else {
        Vec::new()
    };
    // What a reader puts before a value (the name of its column) takes no place in the cell.
    let in_cell =
        |at: usize| is_elsewhere.then(|| page.leaf_offset(at) - page.leaf_offset(slot.range.start));
    FindingRecord {
        schema: 1,
        id,
        value_id: options.secret.token(&["value", rule.family(), &value.normal], ID_DIGITS),
        rule: rule.id.clone(),
        category: rule.category.clone(),
        gdpr: rule.gdpr.clone(),
        severity: severity(options, rule).name().to_owned(),
        confidence: finding.confidence.name().to_owned(),
        score: (finding.score * 100.0).round() / 100.0,
        reasons: finding.reasons.iter().map(ToString::to_string).collect(),
        status: "open".to_owned(),
        input: scan.token().to_owned(),
        path: scan.path().to_owned(),
        member: place.display.clone(),
        chat: leaf.chat(options, page),
        message: message.index,
        part: part_name(slot.part).to_owned(),
        time: message.time.map(time_text),
        direction: direction_name(message.direction),
        occurrences: 1,
        start: spans.first().map(|span| span.0),
        end: spans.first().map(|span| span.1),
        spans,
        line: shared.line(page, slot.message, first.range.start),
        table: cell.map(|cell| cell.table.to_string()).filter(|table| !table.is_empty()),
        // Keys of a document may be values themselves.
        column: cell.map(|cell| masked(options, scan.people, &cell.column)),
        row: cell.map(|cell| cell.row),
        cell_start: in_cell(first.range.start),
        cell_end: in_cell(first.range.end),
        preview: preview(&rule.id, &value.text),
        length: value.text.chars().count() as u64,
        first_seen: None,
        because: None,
        device: scan.origin.device.clone(),
        app: scan.origin.app.map(str::to_owned),
    }
}

/// Text of a message for its id: the same whatever the export's line ends, spaces and marks.
fn normalised_text(text: &str) -> String {
    let visible: String = text
        .chars()
        .filter(|c| {
            !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
        })
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Letters and digits become `*`; at most a leading country code or two letters stay, and none of
/// credentials or short values.
pub(super) fn preview(rule_id: &str, value: &str) -> String {
    let hidden = rule_id.starts_with("credential.") || value.chars().count() < 8;
    let mut shown = if hidden { 0 } else { 2 };
    let mut out = String::new();
    for c in value.chars().take(PREVIEW_CHARACTERS) {
        if shown > 0 && c.is_alphabetic() {
            out.push(c);
            shown -= 1;
        } else {
            shown = 0;
            out.push(if c.is_whitespace() || matches!(c, '.' | '-' | '/' | '@') {
                if c.is_whitespace() { ' ' } else { c }
            } else {
                '*'
            });
        }
    }
    if hidden {
        out = "*****".to_owned();
    }
    out
}

fn time_text(time: LocalTime) -> String {
    let LocalTime { year, month, day, hour, minute, second } = time;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

fn direction_name(direction: Direction) -> Option<String> {
    match direction {
        Direction::Unknown => None,
        Direction::In => Some("in".to_owned()),
        Direction::Out => Some("out".to_owned()),
    }
}

fn part_name(part: Part) -> &'static str {
    match part {
        Part::Body => "body",
        Part::Caption => "caption",
        Part::Sender => "sender",
        Part::Filename => "filename",
        Part::Cell | Part::Key => "cell",
        Part::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_on() {
        let mut page = Page::of_one(Part::Body, "a\nb\nc d".to_owned());
        page.messages[0].line = 5;
        let mut shared = Shared::default();
        let lines = [0, 4, 6, 2, 4].map(|at| shared.line(&page, 0, at));
        assert_eq!(lines, [5, 7, 7, 6, 7].map(Some), "forwards, then back, then forwards again");
        page.messages[0].line = 0;
        assert_eq!(shared.line(&page, 0, 4), None, "no lines");
    }

    #[test]
    fn previews_show_form_only() {
        let cases = [
            // (rule, value, preview, why)
            (
                "financial.iban",
                "DE89 3704 0044 0532 0130 00",
                "DE** **** **** **** ****",
                "country",
            ),
            ("credential.password", "Sommer2024!", "*****", "nothing of a credential"),
            ("credential.pin", "4711", "*****", "nothing of a short value"),
            ("contact.phone", "+49 171 3920012", "*** *** *******", "digits never stay"),
            ("contact.email", "erika@example.org", "er***@*******.***", "two letters"),
        ];
        for (rule, value, expected, why) in cases {
            assert_eq!(preview(rule, value), expected, "{why}");
        }
    }
}
