//! `findings.csv`, and `findings-excel.csv` for Excel: the keys of `findings.jsonl` as columns, RFC 4180, UTF-8.

use std::borrow::Cow;
use std::io::{self, Write as _};

use ::csv::{Terminator, Writer, WriterBuilder};

use super::terminal::terminal_safe;
use super::{FindingRecord, InputRecord, Overview, Report, RunRecord, Setting};
use crate::files::Pending;

/// Columns in order; lists are joined by `; `, absent values are empty.
const COLUMNS: [&str; 35] = [
    "schema",
    "id",
    "value_id",
    "rule",
    "category",
    "gdpr",
    "severity",
    "confidence",
    "score",
    "reasons",
    "status",
    "input",
    "path",
    "member",
    "chat",
    "message",
    "part",
    "time",
    "direction",
    "occurrences",
    "start",
    "end",
    "spans",
    "line",
    "table",
    "column",
    "row",
    "cell_start",
    "cell_end",
    "preview",
    "length",
    "first_seen",
    "because",
    "device",
    "app",
];

/// The report.
pub(super) struct Csv {
    out: Writer<Pending>,
}

impl Csv {
    pub(super) fn start(setting: &Setting<'_>) -> io::Result<Box<dyn Report>> {
        let pending = Pending::new(&setting.folder.join("findings.csv"))?;
        let mut out = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(pending);
        out.write_record(COLUMNS)?;
        Ok(Box::new(Self { out }))
    }

    /// As German Excel opens it with a double click: semicolons, and a byte order mark for UTF-8.
    pub(super) fn start_excel(setting: &Setting<'_>) -> io::Result<Box<dyn Report>> {
        let mut pending = Pending::new(&setting.folder.join("findings-excel.csv"))?;
        pending.write_all("\u{feff}".as_bytes())?;
        let mut builder = WriterBuilder::new();
        let mut out = builder.terminator(Terminator::CRLF).delimiter(b';').from_writer(pending);
        out.write_record(COLUMNS)?;
        Ok(Box::new(Self { out }))
    }
}

impl Report for Csv {
    fn finding(&mut self, finding: &FindingRecord) -> io::Result<()> {
        Ok(self.out.write_record(row(finding).iter().map(|cell| cell.as_bytes()))?)
    }

    fn input(&mut self, _input: &InputRecord) -> io::Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>, _run: &RunRecord, _overview: &Overview) -> io::Result<Pending> {
        self.out.into_inner().map_err(|error| io::Error::from(error.error().kind()))
    }
}

fn row(finding: &FindingRecord) -> [Cow<'_, str>; 35] {
    let spans: Vec<String> =
        finding.spans.iter().map(|(start, end)| format!("{start}-{end}")).collect();
    [
        number(Some(finding.schema)),
        cell(&finding.id),
        cell(&finding.value_id),
        cell(&finding.rule),
        cell(&finding.category),
        list(&finding.gdpr),
        cell(&finding.severity),
        cell(&finding.confidence),
        number(Some(finding.score)),
        list(&finding.reasons),
        cell(&finding.status),
        cell(&finding.input),
        cell(&finding.path),
        option(&finding.member),
        cell(&finding.chat),
        number(Some(finding.message)),
        cell(&finding.part),
        option(&finding.time),
        option(&finding.direction),
        number(Some(finding.occurrences)),
        number(finding.start),
        number(finding.end),
        list(&spans),
        number(finding.line),
        option(&finding.table),
        option(&finding.column),
        number(finding.row),
        number(finding.cell_start),
        number(finding.cell_end),
        cell(&finding.preview),
        number(Some(finding.length)),
        option(&finding.first_seen),
        option(&finding.because),
        option(&finding.device),
        option(&finding.app),
    ]
}

fn option(text: &Option<String>) -> Cow<'_, str> {
    text.as_deref().map_or_else(Cow::default, cell)
}

fn number<'a, N: ToString>(number: Option<N>) -> Cow<'a, str> {
    number.map_or_else(Cow::default, |number| Cow::Owned(number.to_string()))
}

fn list<'a>(items: &[String]) -> Cow<'a, str> {
    Cow::Owned(cell(&items.join("; ")).into_owned())
}

/// Text that no spreadsheet takes for a formula: what begins like one gets a leading apostrophe
/// (OWASP, CSV injection; full-width signs count, since spreadsheets fold them).
fn cell(text: &str) -> Cow<'_, str> {
    let safe = terminal_safe(text);
    let first = text.trim_start_matches([' ', '"', '\'']).chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            Cow::Owned(format!("'{safe}"))
        }
        _ => safe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        let cases = [
            ("exports/chat.txt", "exports/chat.txt", "ordinary"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0", "DDE"),
            ("+49 ** ***", "'+49 ** ***", "phones too: a spreadsheet would compute them"),
            ("-1+1", "'-1+1", "minus"),
            ("@SUM(A1)", "'@SUM(A1)", "Lotus notation"),
            ("\t=1", "'\\u{9}=1", "tab in front"),
            ("\r=1", "'\\u{d}=1", "line break in front"),
            (" =1", "' =1", "spaces are trimmed by some importers"),
            ("＝1", "'＝1", "full-width"),
            ("a\u{202e}b", "a\\u{202e}b", "nothing invisible"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(cell(text), expected, "{why}");
        }
    }
}
