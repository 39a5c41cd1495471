//! What a table looks like, learned from its start, and its rows.
//!
//! Chats are full of commas. A text is a table only if it is no chat, and every row has as many cells
//! as the first; without the name of a table it also needs a row of names that look like names.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::format::text;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Between cells.
    pub(super) separator: u8,
    /// The first row holds names.
    pub(super) has_header: bool,
}

/// A row: its cells with their quotes, and the end of the line.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) cells: Vec<Range<usize>>,
    pub(super) end: usize,
}

/// So many rows are looked at.
const ROWS: usize = 200;
/// Longest name of a column, in characters.
const NAME_LEN: usize = 40;

impl Dialect {
    /// The dialect of a text that starts so; `is_all`: it is not cut. `None`: no table.
    pub(super) fn learn(head: &str, is_all: bool, name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let is_named = [".csv", ".tsv", ".tab"].iter().any(|end| name.ends_with(end));
        let head = head.trim_start_matches('\u{feff}');
        let (hint, body) = match head.strip_prefix("sep=") {
            Some(rest) => (rest.bytes().next(), rest.split_once('\n').map_or("", |it| it.1)),
            None => (None, head),
        };
        let found = [b';', b'\t', b',', b'|']
            .into_iter()
            .filter(|separator| hint.is_none_or(|hint| hint == *separator))
            .filter_map(|separator| Some((columns(body, separator, is_all, is_named)?, separator)))
            .max_by_key(|(columns, _)| *columns);
        let (columns, separator) = found?;
        let first = row(body, 0, separator, true)?;
        let has_header = has_names(body, &first);
        let is_sure = is_named || hint.is_some();
        // Two cells with a comma between them are a sentence.
        let is_plain = has_header && (separator != b',' || columns > 2);
        if !(is_sure || is_plain) || text::is_chat(head, is_all) {
            return None;
        }
        Some(Self { separator, has_header })
    }
}

/// How many cells every row has; `None`: it differs.
fn columns(text: &str, separator: u8, is_all: bool, is_named: bool) -> Option<usize> {
    let mut counts = Vec::new();
    let mut at = 0;
    while counts.len() < ROWS
        && let Some(row) = row(text, at, separator, is_all)
    {
        at = row.end;
        if row.cells.len() > 1 || !row.cells[0].is_empty() {
            counts.push(row.cells.len());
        }
    }
    let first = *counts.first()?;
    let odd = counts.iter().filter(|count| **count != first).count();
    let enough = if is_named { 1 } else { 2 };
    let allowed = if is_named { counts.len() / 10 } else { 0 };
    (first > 1 && counts.len() >= enough && odd <= allowed).then_some(first)
}

/// Whether a row's cells look like names of columns.
fn has_names(text: &str, row: &Row) -> bool {
    let mut seen = BTreeSet::new();
    row.cells.iter().enumerate().all(|(at, cell)| {
        let name = text[cell.clone()].trim_matches('"');
        let last = at + 1 == row.cells.len();
        if name.is_empty() {
            return last;
        }
        let digits = name.chars().filter(char::is_ascii_digit).count();
        name.chars().count() <= NAME_LEN
            && name.chars().any(char::is_alphabetic)
            && !name.starts_with(' ')
            && digits < 5
            && !name.contains(['@', '!', '?', '\n'])
            && !name.ends_with('.')
            && seen.insert(name.to_lowercase())
    })
}

/// The row that begins at `at`; `None`: its end is not in `text`, or there is none.
pub(super) fn row(text: &str, at: usize, separator: u8, is_all: bool) -> Option<Row> {
    let bytes = text.as_bytes();
    if at >= bytes.len() {
        return None;
    }
    let mut cells = Vec::new();
    let mut start = if at == 0 && text.starts_with('\u{feff}') { 3 } else { at };
    loop {
        let mut end = match bytes.get(start) {
            Some(b'"') => end_of_quoted(bytes, start)?,
            _ => start,
        };
        let rest = &bytes[end..];
        match rest.iter().position(|b| *b == separator || matches!(b, b'\n' | b'\r')) {
            None if is_all => {
                cells.push(start..bytes.len());
                return Some(Row { cells, end: bytes.len() });
            }
            None => return None,
            Some(len) => end += len,
        }
        cells.push(start..end);
        if bytes[end] == separator {
            start = end + 1;
            continue;
        }
        let end = match &bytes[end..] {
            [b'\r'] if !is_all => return None,
            [b'\r', b'\n', ..] => end + 2,
            _ => end + 1,
        };
        return Some(Row { cells, end });
    }
}

/// Where a quoted cell ends, after its quote; `None`: it does not.
pub(super) fn end_of_quoted(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr::memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}
