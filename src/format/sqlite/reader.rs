//! All rows of all tables, as pages.
//!
//! Longer than most because what a row means (chat, message, search text, key) is decided in one pass.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, ErrorCode};
use rustc_hash::FxHashMap;

use super::cell::{self, Content};
use super::journal::Journal;
use super::known::{self, OURS, TALKS};
use super::open::{self, Private, unreadable};
use super::page::{Sorter, Text};
use super::plan::Plan;
use super::residue::Residue;
use super::schema::{Column, RowKey, Schema, Table, quoted};
use super::talk::{self, Found, Known};
use crate::format::{FormatError, Item, Member, Random, Reader, Source, SpillSettings, Tally};
use crate::model::{Cell, Incident, Part, Problem, Uninspected};

/// So many rows or bytes of cells are read before pages are handed on.
const ROWS: usize = 4096;
const BYTES: usize = 1 << 20;

/// Reads a database.
pub(in crate::format) struct SqliteReader {
    connection: Connection,
    /// Keeps the folder as long as the connection.
    _private: Private,
    content: Random,
    spill: SpillSettings,
    schema: Schema,
    talks: Vec<Found>,
    /// One of WhatsApp's own: columns need no label.
    is_ours: bool,
    at: usize,
    next: Next,
    sorters: Sorters,
    items: VecDeque<Item>,
    messages: u64,
    /// Messages so far by chat.
    by_chat: FxHashMap<Arc<str>, u64>,
    /// Media in the cells of this table, by column and kind: number of bytes.
    media: BTreeMap<(usize, &'static str), u64>,
    bytes: u64,
    not_scanned: u64,
    notes: Vec<&'static str>,
    /// SQLite's own check found damage that no row has told of yet.
    is_damaged: bool,
}

/// Rows go to one of two: conversations have context, cells have none.
#[derive(Default)]
struct Sorters {
    talk: Sorter,
    cells: Sorter,
}

/// Where in a table reading goes on.
enum Next {
    /// At this row id.
    RowId(i64),
    /// After the row with this primary key, which was row number so many.
    After(Vec<Value>, i64),
    Schema,
    Residue,
    End,
}

impl SqliteReader {
    /// Makes a private copy and opens it.
    ///
    /// # Errors
    /// It is no database that can be read.
    pub(in crate::format) fn new(source: Source) -> Result<Self, FormatError> {
        let spill = source.spill().clone();
        let private = Private::new(source)?;
        let connection = private.connect()?;
        let mut schema = Schema::read(&connection)?;
        // What stands in a message is found there first, in search tables and quotes again.
        schema.tables.sort_by_key(|table| !TALKS.iter().any(|talk| *talk.table == *table.name));
        let mut notes = Vec::new();
        if private.journal == Journal::Whole {
            notes.push("a change that was not completed was rolled back");
        }
        let unknown = schema.unreadable.iter().map(|name| {
            Item::Incident(Incident {
                problem: Problem::Unsupported,
                member: Some(name.clone()),
                detail: "a table that cannot be read: open it with the program that made it"
                    .to_owned(),
            })
        });
        let mut items: VecDeque<Item> = unknown.collect();
        items.extend(private.cut.as_ref().map(|error| {
            let (problem, detail) = (error.problem, error.detail.clone());
            Item::Incident(Incident { problem, member: None, detail })
        }));
        let cut_off = match private.journal {
            Journal::None | Journal::Whole => None,
            Journal::Shared => Some((
                Problem::Accounting,
                "a change to several databases at once was cut off and is left out here: start the program on the device once more and back it up again",
            )),
            Journal::Damaged => Some((
                Problem::Damaged,
                "a change was cut off and its journal is damaged, so that some rows may be new and others old: start the program on the device once more and back it up again",
            )),
        };
        items.extend(cut_off.map(|(problem, detail)| {
            Item::Incident(Incident { problem, member: None, detail: detail.to_owned() })
        }));
        let mut reader = Self {
            content: private.content()?,
            // Where it cannot be asked, reading will show.
            is_damaged: open::is_damaged(&connection).unwrap_or_default(),
            bytes: private.bytes,
            talks: talk::find(&schema),
            is_ours: OURS.iter().any(|table| schema.has(table)),
            connection,
            _private: private,
            spill,
            schema,
            at: 0,
            next: Next::Schema,
            sorters: Sorters::default(),
            items,
            messages: 0,
            by_chat: FxHashMap::default(),
            media: BTreeMap::new(),
            not_scanned: 0,
            notes,
        };
        // Generic databases of other programs keep texts in columns of any name.
        reader.is_ours |= !reader.talks.is_empty();
        Ok(reader)
    }

    /// The private copy.
    pub(in crate::format) fn connection(&self) -> &Connection {
        &self.connection
    }

    fn format(&self) -> &'static str {
        let has = |table: &str| self.schema.has(table);
        match self.talks.first() {
            Some(found) if found.talk.table == "ZWAMESSAGE" => "whatsapp-ios",
            Some(_) => "whatsapp-msgstore",
            None if has("wa_contacts") => "whatsapp-contacts",
            None if has("ZWAADDRESSBOOKCONTACT") => "whatsapp-ios-contacts",
            None => "sqlite",
        }
    }

    /// Reads on until there may be something to hand out.
    fn step(&mut self) -> Result<(), FormatError> {
        match self.next {
            Next::Schema => {
                self.read_schema()?;
                self.start_table();
            }
            Next::Residue => {
                self.next = Next::End;
                if self.is_damaged {
                    let FormatError { problem, detail } = unreadable(corrupt());
                    self.items.push_back(Item::Incident(Incident {
                        problem,
                        member: None,
                        detail,
                    }));
                }
                if let Some(residue) = Residue::new(self.content.clone())? {
                    let name = "#free-space".to_owned();
                    let base = "free-space.txt".to_owned();
                    let source = Source::stream(base, Box::new(residue), &self.spill);
                    let (source, copied) = (Some(source), false);
                    let member = Member { name, source, modified: None, copied };
                    self.items.push_back(Item::Member(member));
                }
            }
            Next::End => {}
            Next::RowId(_) | Next::After(..) => {
                let table = self.schema.tables[self.at].clone();
                match self.rows(&table) {
                    Ok(true) => {}
                    Ok(false) => self.end_table(&table),
                    Err(error) => {
                        let FormatError { problem, detail } = unreadable(error);
                        let member = Some(table.name.to_string());
                        self.is_damaged &= problem != Problem::Damaged;
                        self.items.push_back(Item::Incident(Incident { problem, member, detail }));
                        self.end_table(&table);
                    }
                }
            }
        }
        Ok(())
    }

    fn start_table(&mut self) {
        while let Some(table) = self.schema.tables.get(self.at) {
            if !known::is_index(&table.name, &self.schema.virtuals) {
                self.next = match table.key {
                    RowKey::RowId(_) => Next::RowId(i64::MIN),
                    RowKey::Primary(_) => Next::After(Vec::new(), 0),
                };
                return;
            }
            self.at += 1;
        }
        self.next = Next::Residue;
    }

    fn end_table(&mut self, table: &Table) {
        for sorter in [&mut self.sorters.talk, &mut self.sorters.cells] {
            sorter.flush(true);
            while let Some(page) = sorter.next() {
                self.items.push_back(Item::Page(page));
            }
        }
        for ((column, kind), bytes) in std::mem::take(&mut self.media) {
            let member = Some(format!("{}.{}", table.name, table.columns[column].name));
            self.not_scanned += bytes;
            self.items.push_back(Item::Uninspected(Uninspected { member, kind, bytes }));
        }
        self.at += 1;
        self.start_table();
    }

    /// The schema may hold values as well: defaults, comments, bodies of triggers.
    fn read_schema(&mut self) -> Result<(), FormatError> {
        let mut statement = self
            .connection
            .prepare("SELECT sql FROM sqlite_schema ORDER BY rowid")
            .map_err(unreadable)?;
        let mut rows = statement.query([]).map_err(unreadable)?;
        while let Some(row) = rows.next().map_err(unreadable)? {
            let Content::Text(text) = cell::content(row.get_ref(0).map_err(unreadable)?, false)
            else {
                continue;
            };
            let column = "sql".into();
            // Numbers of its rows change whenever a database is written anew.
            let cell = Cell { table: SCHEMA.into(), column, row: 0 };
            let text = Text { part: Part::Cell, label: "", text: &text, mixed: None, cell };
            let message = Known::nothing().message;
            self.sorters.cells.push(None, message, &text);
        }
        self.sorters.cells.flush(true);
        Ok(())
    }

    /// Reads some rows; `false` at the end of the table.
    fn rows(&mut self, table: &Table) -> rusqlite::Result<bool> {
        let talk = self.talks.iter().position(|found| *found.talk.table == *table.name);
        let link = self.link(table);
        let plan: Vec<Plan> =
            table.columns.iter().map(|column| Plan::new(self.is_ours, table, column)).collect();
        let server = (&*table.name == "jid").then(|| table.column("server")).flatten();
        let is_wide = is_wide(table);
        if is_wide && !self.find_row(table)? {
            return Ok(false);
        }
        let (query, parameters) = query(table, &self.next);
        // No row takes less than two bytes.
        let rows_at_most = &(self.content.len() / 2);
        let Self { connection, talks, sorters, by_chat, messages, media, next, .. } = self;
        let mut statement = connection.prepare_cached(&query)?;
        let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
        let mut bytes = 0;
        for _ in 0..if is_wide { 1 } else { ROWS } {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => return Ok(false),
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::TooBig) => {
                    drop(rows);
                    drop(statement);
                    return self.skip(table, error);
                }
                Err(error) => return Err(error),
            };
            let value = |column: usize| row.get_ref(column + usize::from(!is_wide));
            let id = match next {
                Next::RowId(from) => {
                    let id: i64 = if is_wide { *from } else { row.get(0)? };
                    // A tree with a loop in it has no end.
                    if id < *from {
                        return Err(corrupt());
                    }
                    *next = id.checked_add(1).map_or(Next::End, Next::RowId);
                    id
                }
                Next::After(key, number) => {
                    let RowKey::Primary(columns) = &table.key else { return Ok(false) };
                    *key = columns
                        .iter()
                        .map(|column| Ok(Value::try_from(value(*column)?)?))
                        .collect::<rusqlite::Result<_>>()?;
                    *number += 1;
                    if number.unsigned_abs() > *rows_at_most {
                        return Err(corrupt());
                    }
                    *number
                }
                _ => return Ok(false),
            };
            let mut known = match (talk, link) {
                (Some(talk), _) => {
                    let found = &mut talks[talk];
                    let sender = found.sender.map_or(Ok(ValueRef::Null), value)?;
                    let meta =
                        [value(found.chat)?, value(found.time)?, value(found.from_me)?, sender];
                    found.known(connection, meta)
                }
                (None, Some((talk, column))) => match value(column)? {
                    ValueRef::Integer(id) => {
                        talks[talk].of(connection, id).unwrap_or_else(Known::nothing)
                    }
                    _ => Known::nothing(),
                },
                (None, None) => Known::nothing(),
            };
            let is_sentinel = talk.is_some() && known.chat.as_deref().is_none_or(is_sentinel);
            if talk.is_some() && !is_sentinel {
                *messages += 1;
                if let Some(chat) = &known.chat {
                    let count = match by_chat.get_mut(chat) {
                        Some(count) => count,
                        None => by_chat.entry(Arc::clone(chat)).or_default(),
                    };
                    *count += 1;
                    known.message.index = *count;
                }
            }
            let is_account = match server {
                Some(server) => matches!(
                    value(server)?,
                    ValueRef::Text(b"s.whatsapp.net" | b"c.us") | ValueRef::Null
                ),
                None => false,
            };
            let Known { chat, message } = known;
            let mut is_talk = talk.is_some();
            // The page of the conversation, from the first text on that belongs to one.
            let mut open = None;
            for (column, plan) in plan.iter().enumerate().filter(|(_, plan)| !plan.is_skipped) {
                let mut content = cell::content(value(column)?, plan.with_numbers);
                match &mut content {
                    Content::Nothing => continue,
                    Content::Media(kind, bytes) => {
                        *media.entry((column, kind)).or_default() += *bytes as u64;
                        continue;
                    }
                    Content::Text(text) if plan.is_search => {
                        let written =
                            link.and_then(|(talk, _)| talks[talk].as_written(connection, id, text));
                        if let Some(written) = written {
                            is_talk = true;
                            *text = Cow::Owned(written);
                        }
                    }
                    Content::Text(_) | Content::Mixed(_) => {}
                }
                let mut text = plan.text(&content, is_account, id);
                if is_talk && plan.is_search {
                    text.part = Part::Body;
                }
                bytes += text.text.len();
                if is_talk && text.mixed.is_none() && text.label.is_empty() {
                    let at = *open
                        .get_or_insert_with(|| sorters.talk.begin(chat.as_ref(), message.clone()));
                    sorters.talk.add(at, &text);
                } else {
                    sorters.cells.push(chat.as_ref(), message.clone(), &text);
                }
            }
            if let Some(at) = open {
                sorters.talk.end(at);
            }
            if matches!(next, Next::End) {
                return Ok(false);
            }
            if bytes >= BYTES {
                break;
            }
        }
        Ok(true)
    }

    /// Goes to the next row of a table whose number and cells cannot be asked for at once; `false`
    /// at the end.
    fn find_row(&mut self, table: &Table) -> rusqlite::Result<bool> {
        let (Next::RowId(from), RowKey::RowId(alias)) = (&mut self.next, &table.key) else {
            return Ok(true);
        };
        let query = format!("SELECT min({alias}) FROM {} WHERE {alias} >= ?1", quoted(&table.name));
        let found: Option<i64> = self.connection.query_row(&query, [*from], |row| row.get(0))?;
        *from = found.unwrap_or(*from);
        Ok(found.is_some())
    }

    /// Goes on after a row that is too large to be read.
    fn skip(&mut self, table: &Table, error: rusqlite::Error) -> rusqlite::Result<bool> {
        let (Next::RowId(from), RowKey::RowId(alias)) = (&mut self.next, &table.key) else {
            return Err(error);
        };
        let query = format!(
            "SELECT {alias} FROM {} WHERE {alias} >= ?1 ORDER BY {alias} LIMIT 1",
            quoted(&table.name)
        );
        let row: i64 = self.connection.query_row(&query, [*from], |row| row.get(0))?;
        let error = unreadable(error);
        self.items.push_back(Item::Incident(Incident {
            problem: error.problem,
            member: Some(table.name.to_string()),
            detail: format!("row {row}: {}", error.detail),
        }));
        match row.checked_add(1) {
            Some(next) => *from = next,
            None => return Ok(false),
        }
        Ok(true)
    }

    /// The column that leads to a message, and the table of messages it leads to.
    fn link(&self, table: &Table) -> Option<(usize, usize)> {
        self.talks.iter().enumerate().find_map(|(talk, found)| {
            let is_link =
                |column: &Column| known::link(found.talk.table, &table.name, &column.name);
            Some((talk, table.columns.iter().position(is_link)?))
        })
    }
}

/// Name of the table of the schema in findings.
pub(super) const SCHEMA: &str = "sqlite_schema";

/// The first row of a table of messages belongs to no chat.
fn is_sentinel(chat: &str) -> bool {
    matches!(chat, "-1" | "#-1")
}

/// Whether a table has as many columns as a statement can ask for, and no room for the row's number.
fn is_wide(table: &Table) -> bool {
    matches!(table.key, RowKey::RowId(_)) && table.columns.len() >= 2000
}

/// What SQLite itself did not notice.
fn corrupt() -> rusqlite::Error {
    let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    rusqlite::Error::SqliteFailure(corrupt, None)
}

/// A statement for the next rows, and its parameters: key and columns in the order of the table.
fn query(table: &Table, next: &Next) -> (String, Vec<Value>) {
    let columns: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let names = |columns_: &[usize]| {
        columns_.iter().map(|at| columns[*at].as_str()).collect::<Vec<_>>().join(", ")
    };
    let name = quoted(&table.name);
    let all = columns.join(", ");
    match (&table.key, next) {
        (RowKey::RowId(alias), Next::RowId(from)) if is_wide(table) => {
            (format!("SELECT {all} FROM {name} WHERE {alias} = ?1"), vec![Value::Integer(*from)])
        }
        (RowKey::RowId(alias), Next::RowId(from)) => (
            format!("SELECT {alias}, {all} FROM {name} WHERE {alias} >= ?1 ORDER BY {alias}"),
            vec![Value::Integer(*from)],
        ),
        (RowKey::Primary(key), Next::After(after, _)) if !after.is_empty() => {
            let key = names(key);
            let marks = vec!["?"; after.len()].join(", ");
            (
                format!("SELECT 0, {all} FROM {name} WHERE ({key}) > ({marks}) ORDER BY {key}"),
                after.clone(),
            )
        }
        (RowKey::Primary(key), _) => {
            (format!("SELECT 0, {all} FROM {name} ORDER BY {}", names(key)), Vec::new())
        }
        (RowKey::RowId(alias), _) => {
            (format!("SELECT {alias}, {all} FROM {name} ORDER BY {alias}"), Vec::new())
        }
    }
}

impl Reader for SqliteReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        loop {
            // Pages first: what was read before something could not be.
            let page = self.sorters.talk.next().or_else(|| self.sorters.cells.next());
            if let Some(page) = page {
                return Ok(Some(Item::Page(page)));
            }
            if let Some(item) = self.items.pop_front() {
                return Ok(Some(item));
            }
            if matches!(self.next, Next::End) {
                return Ok(None);
            }
            self.step()?;
        }
    }

    fn tally(&self) -> Tally {
        let not_scanned = self.not_scanned.min(self.bytes);
        Tally {
            format: self.format(),
            messages: self.messages,
            bytes_scanned: self.bytes - not_scanned,
            bytes_not_scanned: not_scanned,
            notes: self.notes.clone(),
        }
    }

    fn snapshot(&self) -> Option<Random> {
        Some(self.content.clone())
    }
}
