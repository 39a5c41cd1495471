//! Tables as text (RFC 4180 and what spreadsheets write): `;`, `,`, tab or `|` between cells, with
//! a row of column names or without.
//!
//! A page is a run of whole rows, a slot a cell with its column's name put before it, so that the
//! name is context. Rows with a text and a sender, time or direction are messages. Quoting is kept.

mod dialect;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::decode;
use super::derived::{Context, Derived};
use super::feed::{CHUNK, Feed};
use super::roles::{self, Role};
use super::splice::Splice;
use super::{
    Format, FormatError, Item, Limits, Output, Reader, SNIFF_BYTES, Source, Tally, Writer,
};
use crate::model::{Cell, Direction, LocalTime, Page, Part, Problem, Raw, SenderId};
use dialect::{Dialect, Row, row};

/// Tables with a separator.
pub(super) struct Csv;

/// A page ends with the row that makes it longer than this.
const PAGE_LEN: usize = 256 << 10;
/// Most rows of a page.
const PAGE_ROWS: usize = 8192;
/// A row longer than this has a quote that does not end.
const ROW_LEN: usize = 8 << 20;

impl Format for Csv {
    fn sniff(&self, head: &[u8], name: &str) -> bool {
        if head.contains(&0) && !matches!(head, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) {
            return false;
        }
        Dialect::learn(&decode::lossy(head, decode::detect(head)), head.len() < SNIFF_BYTES, name)
            .is_some()
    }

    fn open(&self, mut source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let name = source.name().to_owned();
        let head = source.head(SNIFF_BYTES);
        let encoding = decode::detect(head);
        let is_all = head.len() < SNIFF_BYTES;
        let dialect = Dialect::learn(&decode::lossy(head, encoding), is_all, &name);
        let no_table = || FormatError::new(Problem::Damaged, "no table");
        Ok(Box::new(CsvReader {
            feed: Feed::new(source, encoding, CHUNK),
            table: Table::new(dialect.ok_or_else(no_table)?),
            at: 0,
            rows: Vec::new(),
            is_broken: false,
        }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        const SPECIAL: &[char] = &['"', ';', ',', '\t', '|', '\r', '\n'];
        Ok(Box::new(Splice::without(out, SPECIAL)))
    }
}

struct CsvReader {
    feed: Feed,
    table: Table,
    /// Up to here the text was read.
    at: usize,
    /// Rows of the text that are on no page yet.
    rows: Vec<Row>,
    /// A quote does not end: what comes is read as lines.
    is_broken: bool,
}

impl Reader for CsvReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        while !self.is_broken && self.at < PAGE_LEN && self.rows.len() < PAGE_ROWS {
            let text = self.feed.text();
            match row(text, self.at, self.table.dialect.separator, self.feed.ended) {
                Some(row) => {
                    self.at = row.end;
                    self.rows.push(row);
                }
                None if self.feed.ended && self.at == text.len() => break,
                None if self.feed.ended => {
                    let what = "a quoted cell does not end; all that is there was scanned: get the whole file";
                    self.break_off(Problem::Truncated, what);
                }
                None if text.len() - self.at > ROW_LEN => {
                    let what = "a quoted cell does not end; the rest was scanned as plain text: check the file";
                    self.break_off(Problem::Damaged, what);
                }
                None => self.read(),
            }
        }
        if self.at == 0 && self.is_broken {
            self.lines();
        }
        if self.at == 0 {
            return self.feed.end();
        }
        let (text, raw) = self.feed.take(std::mem::take(&mut self.at));
        let rows = std::mem::take(&mut self.rows);
        Ok(Some(Item::Page(self.table.page(&text, &raw, &rows))))
    }

    fn tally(&self) -> Tally {
        let notes = [(!self.table.dialect.has_header, "table without column names")];
        self.feed.tally("csv", self.table.count, &notes)
    }
}

impl CsvReader {
    fn read(&mut self) {
        self.is_broken |= !self.feed.read();
    }

    fn break_off(&mut self, problem: Problem, what: &'static str) {
        self.is_broken = true;
        self.feed.fail(problem, what);
    }

    /// Takes whole lines as rows of one cell.
    fn lines(&mut self) {
        while !self.feed.ended && self.feed.text().len() < PAGE_LEN {
            self.read();
        }
        let text = self.feed.text();
        let last = text.rfind('\n').map_or(text.len(), |line| line + 1);
        let end = if self.feed.ended { text.len() } else { last };
        for line in text[..end].split_inclusive('\n') {
            let content = self.at..self.at + line.trim_end_matches(['\r', '\n']).len();
            self.at += line.len();
            self.rows.push(Row { cells: vec![content], end: self.at });
        }
    }
}

/// A table while it is read.
struct Table {
    dialect: Dialect,
    columns: Vec<Column>,
    /// Rows are messages.
    is_chat: bool,
    /// The row of names was seen.
    has_begun: bool,
    row: i64,
    line: u64,
    count: u64,
    senders: FxHashMap<String, SenderId>,
    context: Context,
}

struct Column {
    name: Arc<str>,
    /// What is put before its cells.
    prefix: String,
    role: Role,
}

impl Column {
    fn new(name: &str) -> Self {
        let shown = name.trim_matches('\u{feff}').trim();
        let prefix = if shown.is_empty() || roles::is_data(shown) {
            String::new()
        } else {
            format!("{shown}: ")
        };
        Self { name: Arc::from(shown), prefix, role: roles::of(shown) }
    }
}

impl Table {
    fn new(dialect: Dialect) -> Self {
        let has_begun = !dialect.has_header;
        Self {
            dialect,
            columns: Vec::new(),
            is_chat: false,
            has_begun,
            row: 0,
            line: 1,
            count: 0,
            senders: FxHashMap::default(),
            context: Context::default(),
        }
    }

    fn page(&mut self, text: &str, raw: &Raw, rows: &[Row]) -> Page {
        let mut page = Derived::after(&self.context, text, raw);
        let mut extras = Vec::new();
        let mut at = 0;
        for row in rows {
            let first = row.cells.first().map_or(row.end, |cell| cell.start);
            let is_hint = text[first..].starts_with("sep=") && self.row == 0;
            let is_blank = row.cells.len() == 1 && row.cells[0].is_empty();
            if !self.has_begun && !is_hint && !is_blank {
                self.header(&mut page, text, at, row);
            } else {
                self.row(&mut page, &mut extras, text, at, row);
            }
            at = row.end;
            let lines = memchr::memchr_iter(b'\n', &text.as_bytes()[first..row.end]).count();
            self.line += lines.max(1) as u64;
        }
        page.copy(at..text.len());
        for (id, range) in extras {
            let at = page.message(0, 0);
            page.page.messages[at].sender = Some(id);
            page.page.messages[at].sender_text = range;
        }
        let page = page.finish();
        self.context = Context::of(&page);
        page
    }

    /// The row of column names.
    fn header(&mut self, page: &mut Derived<'_>, text: &str, mut at: usize, row: &Row) {
        self.has_begun = true;
        for cell in &row.cells {
            page.copy(at..cell.start);
            let start = page.at();
            let (before, content) = unquoted(text, cell);
            page.copy(before);
            let own = page.at();
            write(page, text, content.clone());
            let column = Column::new(&page.page.text[own..]);
            let message = page.message(0, self.line);
            let place = Cell {
                table: Arc::from(""),
                column: Arc::clone(&column.name),
                row: 0,
                ..Cell::default()
            };
            page.slot(Part::Key, message, own..page.at(), Some(place));
            page.copy(content.end..cell.end);
            debug_assert!(start <= own);
            self.columns.push(column);
            at = cell.end;
        }
        page.copy(at..row.end);
        let has = |roles: &[Role]| self.columns.iter().any(|it| roles.contains(&it.role));
        self.is_chat =
            has(&[Role::Body]) && has(&[Role::Sender, Role::Time, Role::Direction, Role::FromMe]);
    }

    fn row(
        &mut self,
        page: &mut Derived<'_>,
        extras: &mut Vec<(SenderId, Range<usize>)>,
        text: &str,
        mut at: usize,
        row: &Row,
    ) {
        let is_blank = row.cells.iter().all(Range::is_empty);
        self.row += i64::from(!is_blank);
        self.count += u64::from(self.is_chat && !is_blank);
        let index = if self.is_chat { self.count } else { 0 };
        let message = (self.is_chat && !is_blank).then(|| page.message(index, self.line));
        let mut direction = Direction::Unknown;
        let mut time: Option<LocalTime> = None;
        let mut sender = None;
        for (number, cell) in row.cells.iter().enumerate() {
            page.copy(at..cell.start);
            at = cell.end;
            let (before, content) = unquoted(text, cell);
            page.copy(before);
            let column = self.columns.get(number);
            let role = column.map_or(Role::Cell, |column| column.role);
            let part = match role {
                Role::Body => Part::Body,
                Role::Caption => Part::Caption,
                Role::Filename => Part::Filename,
                _ => Part::Cell,
            };
            let is_person = self.is_chat
                && matches!(role, Role::Sender | Role::Participant | Role::To)
                && !content.is_empty();
            let start = page.at();
            if part == Part::Cell
                && !is_person
                && !content.is_empty()
                && let Some(column) = column
            {
                page.insert(&column.prefix, content.start);
            }
            let own = page.at();
            write(page, text, content.clone());
            let range = start..page.at();
            page.copy(content.end..cell.end);
            if content.is_empty() {
                continue;
            }
            let value = &page.page.text[own..range.end];
            match role {
                Role::Time => time = time.or_else(|| roles::time(value)),
                Role::Direction => direction = roles::direction(value),
                Role::FromMe => {
                    let is_own = matches!(value, "1" | "true" | "TRUE" | "yes" | "ja");
                    direction = if is_own { Direction::Out } else { Direction::In };
                }
                _ => {}
            }
            if is_person {
                let next = SenderId(u32::try_from(self.senders.len()).unwrap_or(u32::MAX));
                let id = *self.senders.entry(value.to_owned()).or_insert(next);
                if role == Role::Sender && sender.is_none() {
                    sender = Some((id, range));
                } else {
                    extras.push((id, range));
                }
                continue;
            }
            let name = match column {
                Some(column) => Arc::clone(&column.name),
                None => Arc::from((number + 1).to_string()),
            };
            let place =
                Cell { table: Arc::from(""), column: name, row: self.row, ..Cell::default() };
            let message = message.unwrap_or_else(|| page.message(0, self.line));
            page.slot(part, message, range, Some(place));
        }
        page.copy(at..row.end);
        if let Some(message) = message {
            let message = &mut page.page.messages[message];
            (message.direction, message.time) = (direction, time);
            if let Some((id, range)) = sender {
                (message.sender, message.sender_text) = (Some(id), range);
            }
        }
    }
}

/// What stands before a cell's content (its quote), and the content.
fn unquoted(text: &str, cell: &Range<usize>) -> (Range<usize>, Range<usize>) {
    let content = &text[cell.clone()];
    let is_quoted = content.len() >= 2
        && content.starts_with('"')
        && content.ends_with('"')
        && dialect::end_of_quoted(content.as_bytes(), 0) == Some(content.len());
    let quote = usize::from(is_quoted);
    (cell.start..cell.start + quote, cell.start + quote..cell.end - quote)
}

/// Hands out a cell's content; doubled quotes are one.
fn write(page: &mut Derived<'_>, text: &str, content: Range<usize>) {
    let is_quoted = content.start > 0 && text[..content.start].ends_with('"');
    if !is_quoted || !text[content.clone()].contains("\"\"") {
        return page.copy(content);
    }
    let mut at = content.start;
    while let Some(found) = text[at..content.end].find("\"\"") {
        page.copy(at..at + found);
        page.push('"', at + found);
        at += found + 2;
    }
    page.copy(at..content.end);
    page.step(content.end);
}
