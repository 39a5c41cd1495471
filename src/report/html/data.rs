//! Findings as the page's script reads them: compact rows, texts that repeat only once.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::super::overview::{SEVERITIES, place};
use super::{seen, title};
use crate::files;
use crate::report::{FindingRecord, Lang, Titles};

/// Findings of each severity that the page can show, the first ones in path order.
const ROWS: u64 = 100_000;

/// Collects the rows; nothing but names of rules and reasons stays in memory.
pub(super) struct Data {
    folder: PathBuf,
    rows: [Option<BufWriter<File>>; SEVERITIES.len()],
    counts: [u64; SEVERITIES.len()],
    /// Where the row before lies, so that it is written once.
    last: [Option<Value>; SEVERITIES.len()],
    rules: Names,
    reasons: Names,
    categories: Names,
}

/// Numbers for texts, with what stands for each.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, usize>,
    list: Vec<Value>,
}

impl Names {
    fn number(&mut self, key: &str, make: impl FnOnce() -> Value) -> usize {
        if let Some(known) = self.numbers.get(key) {
            return *known;
        }
        let number = self.list.len();
        self.numbers.insert(key.to_owned(), number);
        self.list.push(make());
        number
    }
}

impl Data {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            rows: [const { None }; SEVERITIES.len()],
            counts: [0; SEVERITIES.len()],
            last: Default::default(),
            rules: Names::default(),
            reasons: Names::default(),
            categories: Names::default(),
        }
    }

    /// Rows there are, and rows that are shown.
    pub(super) fn total(&self) -> (u64, u64) {
        (self.counts.iter().sum(), self.counts.iter().map(|count| (*count).min(ROWS)).sum())
    }

    pub(super) fn push(&mut self, f: &FindingRecord, titles: &Titles) -> io::Result<()> {
        let severity = place(&f.severity);
        self.counts[severity] += 1;
        if self.counts[severity] > ROWS {
            return Ok(());
        }
        let both = |say: &dyn Fn(Lang) -> String| json!([say(Lang::En), say(Lang::De)]);
        let category = self
            .categories
            .number(&f.category, || both(&|l| seen(l.category(&f.category)).into_owned()));
        let rule = self.rules.number(&f.rule, || {
            let articles =
                |l: Lang| f.gdpr.iter().map(|name| l.article(name)).collect::<Vec<_>>().join(", ");
            let names = both(&|l| seen(title(titles, l, &f.rule)).into_owned());
            json!([seen(&f.rule), category, names, both(&articles)])
        });
        let reasons = self.reasons.number(&f.reasons.join("\n"), || {
            both(&|l| {
                let words: Vec<_> = f.reasons.iter().map(|reason| l.reason(reason)).collect();
                seen(&words.join("; ")).into_owned()
            })
        });
        let last = &mut self.last[severity];
        let option = |text: &Option<String>| text.as_deref().map(|text| seen(text).into_owned());
        let shown = json!([
            seen(&f.path),
            option(&f.member),
            seen(&f.chat),
            option(&f.device),
            option(&f.app)
        ]);
        let at = if last.as_ref() == Some(&shown) { json!(0) } else { last.insert(shown).clone() };
        let cell: Vec<&str> =
            [f.table.as_deref(), f.column.as_deref()].into_iter().flatten().collect();
        let row = json!([
            f.id,
            rule,
            f.status,
            f.confidence,
            at,
            f.message,
            f.line,
            seen(&cell.join(".")),
            f.row,
            f.time,
            f.direction,
            f.part,
            seen(&f.preview),
            f.length,
            reasons,
            f.occurrences,
            f.first_seen,
            f.because
        ]);
        let file = match &mut self.rows[severity] {
            Some(file) => {
                file.write_all(b",\n")?;
                file
            }
            slot => slot.insert(BufWriter::new(files::temporary(&self.folder)?)),
        };
        file.write_all(inert(&row).as_bytes())
    }

    pub(super) fn finish(self, secret: &str, rules_version: &str) -> io::Result<Island> {
        let words = json!({ "en": words(Lang::En), "de": words(Lang::De) });
        let head = json!({
            "secret": secret, "version": rules_version, "words": words, "rules": self.rules.list,
            "reasons": self.reasons.list, "categories": self.categories.list,
        });
        let rows = self
            .rows
            .into_iter()
            .map(|file| {
                file.map(|file| file.into_inner().map_err(io::IntoInnerError::into_error))
                    .transpose()
            })
            .collect::<io::Result<_>>()?;
        Ok(Island { head: inert(&head), rows })
    }
}

/// Names of values that rows hold.
fn words(l: Lang) -> Value {
    let names = |keys: &[&str], say: &dyn Fn(&str) -> String| -> Value {
        keys.iter()
            .map(|key| ((*key).to_owned(), json!(say(key))))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    json!({
        "severity": SEVERITIES.map(|name| l.severity(name)),
        "status": names(&["new", "open", "reopened", "suppressed"], &|key| l.state(key).to_owned()),
        "confidence": names(&["high", "medium", "low"], &|key| l.confidence(key).to_owned()),
        "direction": names(&["in", "out"], &|key| l.direction(key).to_owned()),
        "part": names(&["caption", "sender", "filename", "cell", "other"], &|key| l.part(key).to_owned()),
        "because": names(&["data", "rules", "secret"], &|key| l.because(key).to_owned()),
    })
}

/// JSON that no parser of HTML takes for markup.
fn inert(value: &Value) -> String {
    let text = value.to_string();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            c => out.push(c),
        }
    }
    out
}

/// The data of a page; displays as JSON.
pub(super) struct Island {
    head: String,
    rows: Vec<Option<File>>,
}

impl fmt::Display for Island {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.head.strip_suffix('}').unwrap_or(&self.head))?;
        out.write_str(",\"rows\":[")?;
        for (at, file) in self.rows.iter().enumerate() {
            out.write_str(if at == 0 { "[\n" } else { ",[\n" })?;
            if let Some(mut file) = file.as_ref() {
                file.rewind().map_err(|_| fmt::Error)?;
                let mut lines = BufReader::new(file);
                let mut line = String::new();
                while lines.read_line(&mut line).map_err(|_| fmt::Error)? > 0 {
                    out.write_str(&line)?;
                    line.clear();
                }
            }
            out.write_str("]")?;
        }
        out.write_str("]}")
    }
}
