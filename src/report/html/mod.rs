//! `report.html`: one self-contained file for people who read reports.
//!
//! The page loads nothing: its content security policy allows only its own style and script, by
//! hash. askama escapes everything that is put into it; invisible characters are shown.
//!
//! Longer than most because the templates need their types, and the script its words, side by side.

mod data;
mod rows;
mod trend;

use std::borrow::Cow;
use std::io::{self, BufWriter};

use askama::Template;
use sha2::{Digest, Sha256};

use self::data::{Data, Island};
use self::rows::{Rows, Table};
use super::advice::{Advice, advice};
use super::overview::{Counts, SEVERITIES, place};
use super::phrases::phrase;
use super::terminal::terminal_safe;
use super::verdict::{Verdict, unread, verdict};
use super::{FindingRecord, InputRecord, Lang, Overview, Report, RunRecord, Setting, Titles};
use crate::files::Pending;

/// Findings of each severity in the page itself, for readers without script; the script shows all.
const FINDINGS: u64 = 100;
/// Rows of every other table.
const OTHERS: u64 = 1_000;
/// Statuses of inputs, worst first.
const STATUSES: [&str; 8] =
    ["error", "partial", "limit", "findings", "unchanged", "clean", "not-a-chat", "skipped"];

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The report.
pub(super) struct Html {
    titles: Titles,
    out: Pending,
    /// The language asked for, then the other one.
    sides: [Side; 2],
    data: Data,
}

/// Rows of all tables in one language.
struct Side {
    lang: Lang,
    findings: [Rows; SEVERITIES.len()],
    inputs: [Rows; STATUSES.len()],
    incidents: Rows,
    uninspected: Rows,
    copies: Rows,
    skipped: Rows,
}

impl Html {
    pub(super) fn start(setting: &Setting<'_>) -> io::Result<Box<dyn Report>> {
        let other = if setting.lang == Lang::De { Lang::En } else { Lang::De };
        Ok(Box::new(Self {
            titles: setting.titles.clone(),
            out: Pending::new(&setting.folder.join("report.html"))?,
            sides: [setting.lang, other].map(|lang| Side::new(lang, setting)),
            data: Data::new(setting.folder),
        }))
    }
}

impl Side {
    fn new(lang: Lang, setting: &Setting<'_>) -> Self {
        let rows = |limit| Rows::new(setting.folder, limit);
        Self {
            lang,
            findings: std::array::from_fn(|_| rows(FINDINGS)),
            inputs: std::array::from_fn(|_| rows(OTHERS)),
            incidents: rows(OTHERS),
            uninspected: rows(OTHERS),
            copies: rows(OTHERS),
            skipped: rows(OTHERS),
        }
    }

    fn finding(&mut self, finding: &FindingRecord, titles: &Titles) -> io::Result<()> {
        let title = title(titles, self.lang, &finding.rule);
        let row = FindingRow { l: self.lang, f: finding, title };
        self.findings[place(&finding.severity)].push(&row)
    }

    fn input(&mut self, input: &InputRecord) -> io::Result<()> {
        let l = self.lang;
        let status = STATUSES.iter().position(|status| *status == input.status).unwrap_or_default();
        self.inputs[status].push(&InputRow { l, i: input })?;
        for incident in &input.incidents {
            let (path, member) = (&input.path, incident.member.as_deref());
            let words = advice(&incident.kind, l);
            self.incidents.push(&IncidentRow {
                l,
                path,
                member,
                words,
                detail: phrase(&incident.detail, l),
            })?;
        }
        for item in &input.uninspected {
            let what = l.attachment(&item.kind);
            let (path, member) = (&input.path, item.member.as_deref());
            let size = l.bytes(item.bytes);
            self.uninspected.push(&AttachmentRow { path, member, what, size })?;
        }
        if let Some(copy) = &input.copy {
            self.copies.push(&CopyRow { l, i: input, status: &copy.status, c: copy })?;
        }
        Ok(())
    }

    fn body<'a>(
        mut self,
        run: &'a RunRecord,
        overview: &'a Overview,
        titles: &'a Titles,
        all: (u64, u64),
    ) -> io::Result<Body<'a>> {
        let l = self.lang;
        for item in &run.skipped {
            let what = l.skipped(&item.kind);
            let row = AttachmentRow { path: &item.path, member: None, what, size: String::new() };
            self.skipped.push(&row)?;
        }
        Ok(Body {
            l,
            run,
            overview,
            verdict: verdict(run, overview, l),
            unread: unread(run),
            titles,
            shown: all,
            findings: Tables::new(self.findings)?,
            inputs: Tables::new(self.inputs)?,
            incidents: Tables::new([self.incidents])?,
            uninspected: Tables::new([self.uninspected])?,
            copies: Tables::new([self.copies])?,
            skipped: Tables::new([self.skipped])?,
        })
    }
}

impl Report for Html {
    fn finding(&mut self, finding: &FindingRecord) -> io::Result<()> {
        for side in &mut self.sides {
            side.finding(finding, &self.titles)?;
        }
        self.data.push(finding, &self.titles)
    }

    fn input(&mut self, input: &InputRecord) -> io::Result<()> {
        self.sides.iter_mut().try_for_each(|side| side.input(input))
    }

    fn finish(self: Box<Self>, run: &RunRecord, overview: &Overview) -> io::Result<Pending> {
        let Self { titles, out, sides, data } = *self;
        let style = STYLE.replace('\r', "");
        let script = SCRIPT.replace('\r', "");
        let all = data.total();
        let [body, other] = sides.map(|side| side.body(run, overview, &titles, all));
        let body = body?;
        let page = Page {
            l: body.l,
            style_hash: hash(&style),
            script_hash: hash(&script),
            style,
            script,
            body,
            other: other?,
            data: data.finish(&run.secret_id, &run.rules_version)?,
        };
        let mut out = BufWriter::new(out);
        page.write_into(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

/// Tables shown as one.
struct Tables(Vec<Table>);

impl Tables {
    fn new(rows: impl IntoIterator<Item = Rows>) -> io::Result<Self> {
        Ok(Self(rows.into_iter().map(Rows::finish).collect::<io::Result<_>>()?))
    }

    fn total(&self) -> u64 {
        self.0.iter().map(|table| table.total).sum()
    }

    fn shown(&self) -> u64 {
        self.0.iter().map(|table| table.shown).sum()
    }

    fn is_empty(&self) -> bool {
        self.total() == 0
    }

    /// How many of how many, if not all.
    fn cut(&self, l: Lang) -> Option<String> {
        let (shown, total) = (l.number(self.shown()), l.number(self.total()));
        (self.shown() < self.total()).then(|| match l {
            Lang::En => format!("The first {shown} of {total} are shown."),
            Lang::De => format!("Gezeigt werden die ersten {shown} von {total}."),
        })
    }
}

#[derive(Template)]
#[template(path = "html/report.html")]
struct Page<'a> {
    l: Lang,
    style: String,
    style_hash: String,
    script: String,
    script_hash: String,
    body: Body<'a>,
    other: Body<'a>,
    data: Island,
}

/// The page in one language.
#[derive(Template)]
#[template(path = "html/body.html")]
struct Body<'a> {
    l: Lang,
    run: &'a RunRecord,
    overview: &'a Overview,
    verdict: Verdict,
    /// Inputs that were not fully read.
    unread: u64,
    titles: &'a Titles,
    /// Findings there are, and those that the script can show.
    shown: (u64, u64),
    findings: Tables,
    inputs: Tables,
    incidents: Tables,
    uninspected: Tables,
    copies: Tables,
    skipped: Tables,
}

impl Body<'_> {
    /// Findings by severity, worst first: class, name, count, length of its bar in percent.
    fn severities(&self) -> Vec<(&'static str, &str, u64, String)> {
        let of = |name: &str| self.run.totals.by_severity.get(name).copied().unwrap_or_default();
        let most = SEVERITIES.iter().map(|name| of(name)).max().unwrap_or_default();
        let row = |name| (name, self.l.severity(name), of(name), percent(of(name), most));
        SEVERITIES.into_iter().map(row).collect()
    }

    /// Findings by category, worst first: name, counts, sum, parts of its bar.
    fn categories(&self) -> Vec<(&str, Vec<u64>, u64, Vec<Part>)> {
        let rows = self.overview.worst_categories();
        let most = rows.iter().map(|(_, counts)| counts.sum()).max().unwrap_or_default();
        rows.into_iter()
            .map(|(name, counts)| {
                (self.l.category(name), counts.0.to_vec(), counts.sum(), Part::all(counts, most))
            })
            .collect()
    }

    /// Findings by article: name, what it is about, count, length of its bar.
    fn articles(&self) -> Vec<(String, &'static str, u64, String)> {
        let by_gdpr = &self.run.totals.by_gdpr;
        let most = by_gdpr.values().copied().max().unwrap_or_default();
        let mut rows: Vec<_> = by_gdpr.iter().collect();
        rows.sort_by(|a, b| b.1.cmp(a.1));
        rows.into_iter()
            .map(|(name, count)| {
                (self.l.article(name), self.l.about_article(name), *count, percent(*count, most))
            })
            .collect()
    }

    /// Findings by rule, most first: name, id, count.
    fn rules(&self) -> Vec<(&str, &str, u64)> {
        let mut rows: Vec<_> = self.run.totals.by_rule.iter().collect();
        rows.sort_by(|a, b| b.1.cmp(a.1));
        rows.into_iter()
            .map(|(id, count)| (title(self.titles, self.l, id), id.as_str(), *count))
            .collect()
    }

    fn statuses(&self) -> Vec<(&'static str, &str, u64)> {
        let of = |name: &str| self.run.totals.by_status.get(name).copied().unwrap_or_default();
        STATUSES
            .into_iter()
            .map(|name| (name, self.l.status(name), of(name)))
            .filter(|(_, _, count)| *count > 0)
            .collect()
    }

    /// Texts of what the script adds, by key.
    fn words(&self) -> Vec<(&'static str, &'static str)> {
        let l = self.l;
        WORDS.iter().map(|(key, en, de)| (*key, l.say(en, de))).collect()
    }

    /// What the script must say if it cannot show all.
    fn cut(&self) -> Option<String> {
        let (total, shown) = self.shown;
        let (of, first) = (self.l.number(total), self.l.number(shown));
        (shown < total).then(|| match self.l {
            Lang::En => format!("The first {first} of {of} are shown."),
            Lang::De => format!("Gezeigt werden die ersten {first} von {of}."),
        })
    }

    /// Share of bytes that were looked at, of those that could be.
    fn scanned(&self) -> String {
        share(self.run.totals.bytes_scanned, self.run.totals.bytes_not_scanned, self.l)
    }
}

/// Texts of what the script adds: key, English, German.
const WORDS: [(&str, &str, &str); 34] = [
    ("search", "Search", "Suchen"),
    ("severity", "Severity", "Schweregrad"),
    ("category", "Category", "Kategorie"),
    ("status", "Status", "Status"),
    ("rule", "Kind of data", "Art der Daten"),
    ("file", "Chat or file", "Chat oder Datei"),
    ("all", "all", "alle"),
    ("group", "Group by", "Gruppieren nach"),
    ("none", "not", "nicht"),
    ("shown", "shown", "angezeigt"),
    ("sort", "Sort by", "Sortieren nach"),
    ("empty", "No finding fits these filters.", "Kein Hinweis passt zu diesen Filtern."),
    ("reset", "Reset filters", "Filter zurücksetzen"),
    ("details", "Details of the finding", "Einzelheiten des Hinweises"),
    ("close", "Close", "Schließen"),
    ("decide", "Mark as false positive", "Als Fehlalarm vormerken"),
    ("undo", "Take the mark back", "Vormerkung zurücknehmen"),
    ("link", "Link to this finding", "Verweis auf diesen Hinweis"),
    ("decisions", "Marked as false positives", "Als Fehlalarm vorgemerkt"),
    ("reason", "Reason", "Grund"),
    ("by", "Decided by", "Entschieden von"),
    ("until", "Valid until", "Gültig bis"),
    ("copy", "Copy", "Kopieren"),
    ("copied", "Copied", "Kopiert"),
    ("download", "Download", "Herunterladen"),
    (
        "how",
        "Take over with: sparsam suppress --from decisions.toml --state DIR",
        "Übernehmen mit: sparsam suppress --from decisions.toml --state ORDNER",
    ),
    ("false", "false positive", "Fehlalarm"),
    ("message", "message", "Nachricht"),
    ("line", "line", "Zeile"),
    ("field", "field", "Feld"),
    ("record", "record", "Datensatz"),
    ("characters", "characters", "Zeichen"),
    ("confidence", "confidence", "Treffsicherheit"),
    ("first", "first seen", "zuerst gesehen"),
];

/// One part of a stacked bar, in percent of the whole width.
struct Part {
    class: &'static str,
    x: String,
    width: String,
}

impl Part {
    fn all(counts: Counts, most: u64) -> Vec<Self> {
        let mut before = 0;
        let mut parts = Vec::new();
        for (class, count) in SEVERITIES.into_iter().zip(counts.0) {
            if count > 0 {
                parts.push(Self { class, x: percent(before, most), width: percent(count, most) });
            }
            before += count;
        }
        parts
    }
}

#[derive(Template)]
#[template(path = "html/finding.html")]
struct FindingRow<'a> {
    l: Lang,
    f: &'a FindingRecord,
    title: &'a str,
}

impl FindingRow<'_> {
    /// The severity's place, so that sorting needs no words.
    fn order(&self) -> usize {
        place(&self.f.severity)
    }

    fn articles(&self) -> String {
        let names: Vec<String> = self.f.gdpr.iter().map(|name| self.l.article(name)).collect();
        names.join(", ")
    }

    /// Where inside the file: message, line or cell, time, direction, part.
    fn place(&self) -> String {
        let (l, f) = (self.l, self.f);
        let mut parts = Vec::new();
        if f.message > 0 {
            parts.push(format!("{} {}", l.say("message", "Nachricht"), l.number(f.message)));
        }
        if let Some(line) = f.line {
            parts.push(format!("{} {}", l.say("line", "Zeile"), l.number(line)));
        }
        let cell: Vec<&str> = [f.table.as_deref(), f.column.as_deref()]
            .into_iter()
            .flatten()
            .filter(|name| !name.is_empty())
            .collect();
        if !cell.is_empty() {
            parts.push(format!("{} {}", l.say("field", "Feld"), cell.join(".")));
        }
        if let Some(row) = f.row {
            parts.push(format!("{} {row}", l.say("record", "Datensatz")));
        }
        parts.extend(f.time.as_deref().map(|time| l.time(time)));
        parts.extend(f.direction.as_deref().map(|way| l.direction(way).to_owned()));
        if f.part != "body" {
            parts.push(l.part(&f.part).to_owned());
        }
        parts.join(" · ")
    }

    fn reasons(&self) -> String {
        let words: Vec<_> = self.f.reasons.iter().map(|reason| self.l.reason(reason)).collect();
        words.join("; ")
    }

    fn short_id(&self) -> &str {
        self.f.id.get(..12).unwrap_or(&self.f.id)
    }
}

#[derive(Template)]
#[template(path = "html/input.html")]
struct InputRow<'a> {
    l: Lang,
    i: &'a InputRecord,
}

impl InputRow<'_> {
    fn scanned(&self) -> String {
        share(self.i.bytes_scanned, self.i.bytes_not_scanned, self.l)
    }
}

#[derive(Template)]
#[template(path = "html/incident.html")]
struct IncidentRow<'a> {
    l: Lang,
    path: &'a str,
    member: Option<&'a str>,
    words: Advice,
    detail: Cow<'a, str>,
}

#[derive(Template)]
#[template(path = "html/attachment.html")]
struct AttachmentRow<'a> {
    path: &'a str,
    member: Option<&'a str>,
    what: &'a str,
    size: String,
}

#[derive(Template)]
#[template(path = "html/copy.html")]
struct CopyRow<'a> {
    l: Lang,
    i: &'a InputRecord,
    status: &'a str,
    c: &'a super::CopyRecord,
}

impl CopyRow<'_> {
    /// The first names of what was left out, and how many more.
    fn withheld(&self) -> (&[String], usize) {
        let shown = self.c.withheld.len().min(20);
        (&self.c.withheld[..shown], self.c.withheld.len() - shown)
    }
}

/// Name of a rule for people, else its id.
fn title<'a>(titles: &'a Titles, lang: Lang, rule: &'a str) -> &'a str {
    titles.get(rule).map_or(rule, |(en, de)| lang.say(en, de))
}

/// A fixed phrase in this language, everything invisible in it shown.
fn told(text: &str, lang: Lang) -> String {
    seen(&phrase(text, lang)).into_owned()
}

/// Text with everything invisible shown.
fn seen(text: &str) -> std::borrow::Cow<'_, str> {
    terminal_safe(text)
}

/// A length of a bar; what is not nothing can be seen.
#[expect(clippy::cast_precision_loss, reason = "a length on a screen")]
fn percent(part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return "0".to_owned();
    }
    format!("{:.2}", (part as f64 / whole as f64 * 100.0).max(0.5))
}

/// Looked at of all bytes, rounded down: 100 % means all.
fn share(scanned: u64, not_scanned: u64, l: Lang) -> String {
    let all = u128::from(scanned) + u128::from(not_scanned);
    if all == 0 {
        return "–".to_owned();
    }
    let percent = u128::from(scanned) * 100 / all;
    let sign = if percent == 0 && scanned > 0 { "< 1" } else { "" };
    match (sign, l) {
        ("", _) => format!("{percent} %"),
        (sign, _) => format!("{sign} %"),
    }
}

/// Source expression of a content security policy (CSP level 3): `sha256-` and base64.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::from("sha256-");
    for chunk in Sha256::digest(text.as_bytes()).chunks(3) {
        let bits = chunk.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte))
            << (8 * (3 - chunk.len()));
        for at in 0..4 {
            out.push(if at > chunk.len() {
                '='
            } else {
                char::from(DIGITS[bits >> (18 - 6 * at) & 63])
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_base64() {
        // printf '' | openssl dgst -sha256 -binary | base64
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    /// Colours of a theme: `--name: #rrggbb` in a block of the style.
    fn theme(block: &str) -> std::collections::HashMap<&str, [f64; 3]> {
        let names = block.split("--").skip(1).filter_map(|rest| {
            let (name, rest) = rest.split_once(": #")?;
            let digit = |at: usize| u8::from_str_radix(rest.get(at..at + 2)?, 16).ok();
            Some((name, [digit(0)?, digit(2)?, digit(4)?].map(|part| f64::from(part) / 255.0)))
        });
        names.collect()
    }

    /// Contrast ratio, WCAG 2.2, 1.4.3.
    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let luminance = |colour: [f64; 3]| {
            let [r, g, b] = colour.map(|part| {
                if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn everything_can_be_read_in_every_theme() {
        assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9, "black on white");
        // (colour, ground, least ratio): 4.5 for text, 3 for bars and the mark of the focus.
        let mut pairs = vec![
            ("ink", "paper", 4.5),
            ("ink", "sheet", 4.5),
            ("ink", "mute-bg", 4.5),
            ("soft", "paper", 4.5),
            ("soft", "sheet", 4.5),
            ("brand", "paper", 4.5),
            ("brand", "sheet", 4.5),
            ("good", "good-bg", 4.5),
            ("ink", "good-bg", 4.5),
            ("focus", "paper", 3.0),
            ("focus", "sheet", 3.0),
            ("brand", "mute-bg", 3.0),
        ];
        let grounds = ["critical-bg", "high-bg", "medium-bg", "low-bg"];
        for (name, ground) in SEVERITIES.into_iter().zip(grounds) {
            pairs.extend([(name, ground, 4.5), ("ink", ground, 4.5), (name, "mute-bg", 3.0)]);
        }
        let blocks: Vec<_> = STYLE.split(":root {").skip(1).collect();
        assert_eq!(blocks.len(), 3, "light, dark, paper");
        let light = theme(blocks[0].split('}').next().unwrap_or_default());
        for (block, name) in blocks.into_iter().zip(["light", "dark", "paper"]) {
            let mut colours = light.clone();
            colours.extend(theme(block.split('}').next().unwrap_or_default()));
            for (colour, ground, least) in &pairs {
                let ratio = contrast(colours[colour], colours[ground]);
                assert!(ratio >= *least, "{name}: {colour} on {ground}: {ratio:.2} < {least}");
            }
        }
    }

    #[test]
    fn shares_round_down() {
        let cases = [
            (999, 1, "99 %", "100 % means all"),
            (1, 9_999, "< 1 %", "something is not nothing"),
            (0, 5, "0 %", "nothing"),
            (0, 0, "–", "empty"),
            (5, 0, "100 %", "all"),
        ];
        for (scanned, not, expected, why) in cases {
            assert_eq!(share(scanned, not, Lang::En), expected, "{why}");
        }
    }
}
