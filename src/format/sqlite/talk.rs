//! Who wrote a message, when, and in which chat.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::Offset;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashMap;

use super::known::{Chat, Clock, TALKS, Talk};
use super::schema::{Schema, Table, quoted};
use crate::model::{Direction, LocalTime, Message, SenderId};

/// So many chats are kept in mind.
const CHATS: usize = 1 << 16;
/// Seconds from 1970 to 2001.
const APPLE: i64 = 978_307_200;

/// A table of messages that is there, with its columns found.
pub(super) struct Found {
    pub(super) talk: &'static Talk,
    /// Indices of columns: chat, time, from me, sender.
    pub(super) chat: usize,
    pub(super) time: usize,
    pub(super) from_me: usize,
    pub(super) sender: Option<usize>,
    /// The same and the text of a row with a certain id.
    query: String,
    /// The text of the row that was looked up last.
    body: Vec<u8>,
    chats: FxHashMap<i64, Option<Arc<str>>>,
}

/// Tables of messages of a database; a table of that name without the columns is another program's.
pub(super) fn find(schema: &Schema) -> Vec<Found> {
    TALKS.iter().filter_map(|talk| Found::new(talk, schema.table(talk.table)?)).collect()
}

/// What is known of a message.
pub(super) struct Known {
    pub(super) chat: Option<Arc<str>>,
    pub(super) message: Message,
}

impl Known {
    /// Nothing.
    pub(super) fn nothing() -> Self {
        let direction = Direction::Unknown;
        let (sender, time) = (None, None);
        let message = Message { index: 0, line: 0, sender, sender_text: 0..0, direction, time };
        Self { chat: None, message }
    }
}

impl Found {
    fn new(talk: &'static Talk, table: &Table) -> Option<Self> {
        let chat_name = match talk.chat {
            Chat::Text(column) | Chat::Row(column, _) => column,
        };
        let chat = table.column(chat_name)?;
        let time = table.column(talk.time)?;
        let from_me = table.column(talk.from_me)?;
        let sender = table.column(talk.sender);
        table.column(talk.id)?;
        let if_there = |name| match table.column(name) {
            Some(_) => quoted(name),
            None => "NULL".to_owned(),
        };
        let query = format!(
            "SELECT {}, {}, {}, {}, {} FROM {} WHERE {} = ?1",
            quoted(chat_name),
            quoted(talk.time),
            quoted(talk.from_me),
            if_there(talk.sender),
            if_there(talk.body),
            quoted(talk.table),
            quoted(talk.id),
        );
        let (body, chats) = (Vec::new(), FxHashMap::default());
        Some(Self { talk, chat, time, from_me, sender, query, body, chats })
    }

    /// What its row says of a message.
    pub(super) fn known(
        &mut self,
        connection: &Connection,
        [chat, time, from_me, sender]: [ValueRef<'_>; 4],
    ) -> Known {
        let is_own = matches!(from_me, ValueRef::Integer(1));
        let direction = match from_me {
            ValueRef::Integer(1) => Direction::Out,
            ValueRef::Integer(0) => Direction::In,
            _ => Direction::Unknown,
        };
        let chat = self.chat(connection, chat);
        let sender = SenderId(if is_own { 0 } else { number(sender) });
        let time = when(time, self.talk.clock);
        let (index, line) = (0, 0);
        let message =
            Message { index, line, sender: Some(sender), sender_text: 0..0, direction, time };
        Known { chat, message }
    }

    /// What is known of the message with this id; its text is kept for [`Self::as_written`].
    pub(super) fn of(&mut self, connection: &Connection, id: i64) -> Option<Known> {
        self.body.clear();
        let mut statement = connection.prepare_cached(&self.query).ok()?;
        let mut rows = statement.query([id]).ok()?;
        let row = rows.next().ok()??;
        let value = |at| row.get_ref(at).unwrap_or(ValueRef::Null);
        if let ValueRef::Text(text) = value(4) {
            self.body.extend_from_slice(text);
        }
        Some(self.known(connection, [value(0), value(1), value(2), value(3)]))
    }

    /// The text of the message that was looked up last, if `copy` holds the same in another case: what
    /// is found in the one is then found in the other, at the same places.
    pub(super) fn as_written(&self, copy: &str) -> Option<&str> {
        let text = std::str::from_utf8(&self.body).ok()?;
        let is_same = text.len() == copy.len()
            && text.char_indices().map(|it| it.0).eq(copy.char_indices().map(|it| it.0))
            && (text.eq_ignore_ascii_case(copy) || text.to_lowercase() == copy.to_lowercase());
        is_same.then_some(text)
    }

    fn chat(&mut self, connection: &Connection, value: ValueRef<'_>) -> Option<Arc<str>> {
        match (self.talk.chat, value) {
            (_, ValueRef::Text(text)) => Some(String::from_utf8_lossy(text).into()),
            (Chat::Row(_, query), ValueRef::Integer(id)) => {
                if let Some(chat) = self.chats.get(&id) {
                    return chat.clone();
                }
                if self.chats.len() >= CHATS {
                    self.chats.clear();
                }
                let name = connection
                    .prepare_cached(query)
                    .and_then(|mut statement| {
                        statement.query_row([id], |row| row.get::<_, String>(0)).optional()
                    })
                    .ok()
                    .flatten();
                // A chat that is gone is still one.
                let chat: Option<Arc<str>> = Some(name.unwrap_or_else(|| format!("#{id}")).into());
                self.chats.insert(id, chat.clone());
                chat
            }
            _ => None,
        }
    }
}

/// A sender's number; 0 is the owner of the phone.
fn number(value: ValueRef<'_>) -> u32 {
    match value {
        ValueRef::Integer(id) => (id as u32).wrapping_add(1).max(1),
        ValueRef::Text(text) => {
            let fnv = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
            text.iter().fold(0x811c_9dc5, fnv).max(1)
        }
        _ => 1,
    }
}

/// The time of a message, in UTC; 0 and what is out of range are none.
fn when(value: ValueRef<'_>, clock: Clock) -> Option<LocalTime> {
    let seconds = match (value, clock) {
        (ValueRef::Integer(0), Clock::Unix) => return None,
        (ValueRef::Integer(millis), Clock::Unix) => millis.div_euclid(1000),
        (ValueRef::Real(millis), Clock::Unix) => (millis / 1000.0) as i64,
        (ValueRef::Integer(seconds), Clock::Apple) => seconds.checked_add(APPLE)?,
        (ValueRef::Real(seconds), Clock::Apple) => (seconds as i64).checked_add(APPLE)?,
        _ => return None,
    };
    let at = Offset::UTC.to_datetime(Timestamp::from_second(seconds).ok()?);
    Some(LocalTime {
        year: at.year(),
        month: at.month().unsigned_abs(),
        day: at.day().unsigned_abs(),
        hour: at.hour().unsigned_abs(),
        minute: at.minute().unsigned_abs(),
        second: at.second().unsigned_abs(),
    })
}
