//! All rows of all tables, as pages.
//!
//! Longer than most because what a row means (chat, message, search text, key) is decided in one pass.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use rustc_hash::FxHashMap;

use super::cell::{self, Content, Mixed};
use super::journal::Journal;
use super::known::{self, OURS, TALKS};
use super::open::{DAMAGED, Opened, TOO_LARGE, unreadable};
use super::page::{Sorter, Text};
use super::plan::Plan;
use super::record::{Record, TextEncoding};
use super::schema::{Column, RowKey, Schema, Table};
use super::talk::{self, Found, Known};
use super::tree::{Cursor, Pages};
use crate::format::{FormatError, Item, Member, Random, Reader, Source, SpillSettings, Tally};
use crate::model::{Cell, Incident, LimitKind, Part, Problem, Uninspected};

/// So many rows or bytes of cells are read before pages are handed on.
const ROWS: usize = 4096;
const BYTES: usize = 1 << 20;

/// Reads a database.
pub(in crate::format) struct SqliteReader {
    opened: Opened,
    /// Its pages; none after the last was read.
    pages: Option<Pages>,
    record: Record,
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
    not_scanned: u64,
    notes: Vec<&'static str>,
    /// Damage was told of.
    is_told: bool,
}

/// Rows go to one of two: conversations have context, cells have none.
#[derive(Default)]
struct Sorters {
    talk: Sorter,
    cells: Sorter,
}

/// What is read next.
enum Next {
    Schema,
    /// Rows of the table at hand, of which so many were read.
    Rows(Cursor, i64),
    Rest,
    End,
}

impl SqliteReader {
    /// Opens it.
    ///
    /// # Errors
    /// It is no database that can be read.
    pub(in crate::format) fn new(source: Source) -> Result<Self, FormatError> {
        let spill = source.spill().clone();
        let opened = Opened::new(source)?;
        let mut schema = Schema::read(&opened.connection)?;
        // What stands in a message is found there first, in search tables and quotes again.
        schema.tables.sort_by_key(|table| !TALKS.iter().any(|talk| *talk.table == *table.name));
        let mut notes = Vec::new();
        if opened.journal == Journal::Whole {
            notes.push("a change that was not completed was rolled back");
        }
        let unknown = schema.unreadable.iter().map(|name| {
            let detail = "a table that cannot be read: open it with the program that made it";
            incident(Problem::Unsupported, Some(name), detail)
        });
        let mut items: VecDeque<Item> = unknown.collect();
        items.extend(opened.cut.as_ref().map(|error| incident(error.problem, None, &error.detail)));
        let cut_off = match opened.journal {
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
        items.extend(cut_off.map(|(problem, detail)| incident(problem, None, detail)));
        let mut encoding = [0; 4];
        opened.content.read_at(ENCODING, &mut encoding)?;
        let talks = talk::find(&schema);
        Ok(Self {
            pages: Some(Pages::new(opened.content.clone(), &spill)?),
            record: Record::new(TextEncoding::of(u32::from_be_bytes(encoding))),
            // Generic databases of other programs keep texts in columns of any name.
            is_ours: !talks.is_empty() || OURS.iter().any(|table| schema.has(table)),
            opened,
            spill,
            schema,
            talks,
            at: 0,
            next: Next::Schema,
            sorters: Sorters::default(),
            items,
            messages: 0,
            by_chat: FxHashMap::default(),
            media: BTreeMap::new(),
            not_scanned: 0,
            notes,
            is_told: false,
        })
    }

    /// The database, to be asked.
    pub(in crate::format) fn connection(&self) -> &Connection {
        &self.opened.connection
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
        match std::mem::replace(&mut self.next, Next::End) {
            Next::Schema => {
                self.read_schema()?;
                self.start_table()
            }
            Next::Rows(mut cursor, mut count) => {
                let table = self.schema.tables[self.at].clone();
                match self.rows(&table, &mut cursor, &mut count) {
                    Ok(true) => {
                        self.next = Next::Rows(cursor, count);
                        return Ok(());
                    }
                    Ok(false) => {}
                    Err(FormatError { problem, detail }) => {
                        self.items.push_back(incident(problem, Some(&table.name), &detail));
                    }
                }
                self.end_table(&table);
                self.start_table()
            }
            Next::Rest => self.rest(),
            Next::End => Ok(()),
        }
    }

    fn start_table(&mut self) -> Result<(), FormatError> {
        let Some(pages) = &mut self.pages else { return Ok(()) };
        while let Some(table) = self.schema.tables.get(self.at) {
            if !known::is_index(&table.name, &self.schema.virtuals) {
                let cursor = Cursor::new(pages, table.root)?;
                pages.is_damaged |= cursor.is_table() != table.has_numbers;
                self.next = Next::Rows(cursor, 0);
                return Ok(());
            }
            self.at += 1;
        }
        self.next = Next::Rest;
        Ok(())
    }

    /// All other pages: indices, and what is in use by nothing.
    fn rest(&mut self) -> Result<(), FormatError> {
        let Some(mut pages) = self.pages.take() else { return Ok(()) };
        for root in &self.schema.roots {
            pages.sweep(*root)?;
        }
        let (residue, is_damaged) = pages.residue()?;
        if is_damaged && !self.is_told {
            self.items.push_back(damaged(None));
        }
        if let Some(residue) = residue {
            let name = "#free-space".to_owned();
            let source = Source::random("free-space.txt".to_owned(), residue, &self.spill);
            let (source, copied) = (Some(source), false);
            self.items.push_back(Item::Member(Member { name, source, modified: None, copied }));
        }
        Ok(())
    }

    fn end_table(&mut self, table: &Table) {
        for sorter in [&mut self.sorters.talk, &mut self.sorters.cells] {
            sorter.flush(true);
            while let Some(page) = sorter.next() {
                self.items.push_back(Item::Page(page));
            }
        }
        if self.pages.as_mut().is_some_and(|pages| std::mem::take(&mut pages.is_damaged)) {
            self.is_told = true;
            self.items.push_back(damaged(Some(&table.name)));
        }
        for ((column, kind), bytes) in std::mem::take(&mut self.media) {
            let member = Some(format!("{}.{}", table.name, table.columns[column].name));
            self.not_scanned += bytes;
            self.items.push_back(Item::Uninspected(Uninspected { member, kind, bytes }));
        }
        self.at += 1;
    }

    /// The schema may hold values as well: defaults, comments, bodies of triggers.
    fn read_schema(&mut self) -> Result<(), FormatError> {
        if let Some(pages) = &mut self.pages {
            pages.sweep(1)?;
            // Of no table: the list of free pages, or the schema.
            if std::mem::take(&mut pages.is_damaged) {
                self.is_told = true;
                self.items.push_back(damaged(None));
            }
        }
        let mut statement = self
            .opened
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
            let cell = Cell { table: SCHEMA.into(), column, row: 0, ..Cell::default() };
            let text = Text { part: Part::Cell, label: "", text: &text, mixed: None, cell };
            let message = Known::nothing().message;
            self.sorters.cells.push(None, message, &text);
        }
        self.sorters.cells.flush(true);
        Ok(())
    }

    /// Reads some rows; `false` at the end of the table.
    fn rows(
        &mut self,
        table: &Table,
        cursor: &mut Cursor,
        count: &mut i64,
    ) -> Result<bool, FormatError> {
        let talk = self.talks.iter().position(|found| *found.talk.table == *table.name);
        let link = self.link(table);
        let plans: Vec<Plan> =
            table.columns.iter().map(|column| Plan::new(self.is_ours, table, column)).collect();
        let server = (&*table.name == "jid").then(|| table.column("server")).flatten();
        let Self { opened, pages, record, talks, sorters, by_chat, messages, media, items, .. } =
            self;
        let (connection, Some(pages)) = (&opened.connection, pages) else { return Ok(false) };
        let mut bytes = 0;
        for _ in 0..ROWS {
            let Some(row) = cursor.next(pages)? else { return Ok(false) };
            *count += 1;
            let id = if matches!(table.key, RowKey::RowId(_)) { row.id } else { *count };
            if row.is_too_long {
                let detail = format!("row {id}: {TOO_LARGE}");
                let problem = Problem::Limit(LimitKind::MemberSize);
                items.push_back(incident(problem, Some(&table.name), &detail));
                continue;
            }
            let is_whole = record.read(row.payload);
            pages.is_damaged |= !is_whole;
            let value = |column: usize| {
                let Column { place, is_real, is_number, .. } = &table.columns[column];
                match record.value(row.payload, *place) {
                    ValueRef::Null if *is_number => ValueRef::Integer(row.id),
                    ValueRef::Integer(number) if *is_real => ValueRef::Real(number as f64),
                    value => value,
                }
            };
            let mut known = match (talk, link) {
                (Some(talk), _) => {
                    let found = &mut talks[talk];
                    let sender = found.sender.map_or(ValueRef::Null, value);
                    let meta = [value(found.chat), value(found.time), value(found.from_me), sender];
                    found.known(connection, meta)
                }
                (None, Some((talk, column))) => match value(column) {
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
                    value(server),
                    ValueRef::Text(b"s.whatsapp.net" | b"c.us") | ValueRef::Null
                ),
                None => false,
            };
            let Known { chat, message } = known;
            let mut is_talk = talk.is_some();
            // The page of the conversation, from the first text on that belongs to one.
            let mut open = None;
            for (column, plan) in plans.iter().enumerate().filter(|(_, plan)| !plan.is_skipped) {
                let mut content = cell::content(value(column), plan.with_numbers);
                match &mut content {
                    Content::Nothing => continue,
                    Content::Media(kind, bytes) => {
                        *media.entry((column, kind)).or_default() += *bytes as u64;
                        continue;
                    }
                    Content::Text(text) if plan.is_search => {
                        let written = link.and_then(|(talk, _)| talks[talk].as_written(text));
                        if let Some(written) = written {
                            is_talk = true;
                            *text = Cow::Owned(written.to_owned());
                        }
                    }
                    Content::Mixed(Mixed { media: bytes @ 1.., .. }) => {
                        *media.entry((column, "photo")).or_default() += *bytes as u64;
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
            if bytes >= BYTES {
                break;
            }
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

/// Where the header says how text is written (fileformat2, 1.3.13).
const ENCODING: u64 = 56;

/// Name of the table of the schema in findings.
pub(super) const SCHEMA: &str = "sqlite_schema";

/// The first row of a table of messages belongs to no chat.
fn is_sentinel(chat: &str) -> bool {
    matches!(chat, "-1" | "#-1")
}

fn incident(problem: Problem, member: Option<&str>, detail: &str) -> Item {
    let (member, detail) = (member.map(str::to_owned), detail.to_owned());
    Item::Incident(Incident { problem, member, detail })
}

fn damaged(member: Option<&str>) -> Item {
    incident(Problem::Damaged, member, DAMAGED)
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
        let not_scanned = self.not_scanned.min(self.opened.bytes);
        Tally {
            format: self.format(),
            messages: self.messages,
            bytes_scanned: self.opened.bytes - not_scanned,
            bytes_not_scanned: not_scanned,
            notes: self.notes.clone(),
        }
    }

    fn snapshot(&self) -> Option<Random> {
        Some(self.opened.content.clone())
    }
}
