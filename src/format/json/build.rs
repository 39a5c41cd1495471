//! Pages from tokens.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::lexer::{self, Lexeme, Token};
use crate::format::derived::{Context, Derived};
use crate::format::roles::{self, Role};
use crate::model::{Cell, Direction, LocalTime, Message, Page, Part, Raw, SenderId, Slot};

/// JSON in a string in JSON ... goes so deep.
const NESTED: usize = 4;
/// Longer strings are not looked at for JSON inside.
const NESTED_LEN: usize = 1 << 20;

/// Goes on from page to page.
#[derive(Default)]
pub(super) struct Builder {
    stack: Vec<Frame>,
    senders: FxHashMap<String, SenderId>,
    /// Messages so far.
    pub(super) count: u64,
    pub(super) saw_nested: bool,
    /// Number of the value at the top, from 1.
    row: i64,
    line: u64,
    is_webhook: bool,
    context: Context,
}

/// An object or array that is open.
struct Frame {
    is_object: bool,
    /// Name of the member at hand, or number of the element.
    key: String,
    element: u64,
    /// What the object is as a message, if it may be one.
    record: Option<Record>,
    /// A message lies in it.
    is_around: bool,
}

/// An object that may be a message.
#[derive(Default)]
struct Record {
    /// Its place on the page, and its first slot; gone when the page is.
    place: Option<(usize, usize)>,
    /// Its place says that it is one.
    is_message: bool,
    has_body: bool,
    has_author: bool,
    sender: Option<(SenderId, Range<usize>)>,
    direction: Direction,
    time: Option<LocalTime>,
}

/// Text that tokens stand in: the page's source, or a string decoded from it.
#[derive(Clone, Copy)]
struct View<'t> {
    text: &'t str,
    /// Where each of its bytes, and its end, came from in the source.
    from: Option<&'t [usize]>,
    level: usize,
}

impl View<'_> {
    fn source(&self, at: usize) -> usize {
        self.from.map_or(at, |from| from[at])
    }
}

/// Whether a slot is a number or constant: it has quotes on the page and none in the file.
pub(super) fn is_bare(page: &Page, slot: &Slot) -> bool {
    let own = page.own_start(slot);
    slot.part != Part::Key
        && slot.range.start > 0
        && page.text[..slot.range.start].ends_with('"')
        && page.leaf_offset(slot.range.start - 1) == page.leaf_offset(own)
}

impl Builder {
    /// `is_webhook`: messages in lists came in.
    pub(super) fn new(is_webhook: bool) -> Self {
        Self { line: 1, is_webhook, ..Self::default() }
    }

    /// A page of whole tokens.
    pub(super) fn page(&mut self, text: &str, raw: &Raw, lexemes: &[Lexeme]) -> Page {
        let mut page = Derived::after(&self.context, text, raw);
        let mut extras = Vec::new();
        // The page before is gone: records that are still open begin anew.
        for frame in &mut self.stack {
            if let Some(record) = &mut frame.record {
                let place = page.message(if record.is_message { self.count } else { 0 }, self.line);
                record.place = Some((place, 0));
                record.sender = record.sender.take().map(|(id, _)| (id, 0..0));
            }
        }
        let view = View { text, from: None, level: 0 };
        self.tokens(&mut page, &mut extras, view, lexemes, 0);
        for record in self.stack.iter_mut().filter_map(|frame| frame.record.as_mut()) {
            if let Some((place, _)) = record.place.take() {
                record.tell(&mut page.page.messages[place]);
            }
        }
        // Who takes part without having written: no message, and no neighbour of one.
        for (id, range) in extras {
            let at = page.message(0, 0);
            page.page.messages[at].sender = Some(id);
            page.page.messages[at].sender_text = range;
        }
        self.line += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
        let page = page.finish();
        self.context = Context::of(&page);
        page
    }

    /// Tokens of a view, which is handed out whole from `start` on.
    fn tokens(
        &mut self,
        page: &mut Derived<'_>,
        extras: &mut Vec<(SenderId, Range<usize>)>,
        view: View<'_>,
        lexemes: &[Lexeme],
        start: usize,
    ) {
        let mut at = start;
        let mut lines = (0, 0);
        for lexeme in lexemes {
            copy(page, view, at..lexeme.range.start);
            at = lexeme.range.end;
            match lexeme.token {
                Token::OpenObject | Token::OpenArray => {
                    self.element();
                    if view.level == 0 {
                        let text = &view.text.as_bytes()[lines.0..lexeme.range.start];
                        lines = (
                            lexeme.range.start,
                            lines.1 + memchr::memchr_iter(b'\n', text).count(),
                        );
                    }
                    self.open(page, lexeme.token == Token::OpenObject, self.line + lines.1 as u64);
                    copy(page, view, lexeme.range.clone());
                }
                Token::Close => {
                    copy(page, view, lexeme.range.clone());
                    self.close(page);
                }
                Token::Key => {
                    copy(page, view, lexeme.range.start..lexeme.content.start);
                    let start = page.at();
                    string(page, view, lexeme.content.clone());
                    let key = page.page.text[start..].to_owned();
                    let message = self.message(page);
                    page.slot(Part::Key, message, start..page.at(), Some(self.cell(&key)));
                    copy(page, view, lexeme.content.end..lexeme.range.end);
                    if let Some(frame) = self.stack.last_mut() {
                        frame.key = key;
                    }
                }
                Token::Text | Token::Bare => {
                    self.element();
                    self.value(page, extras, view, lexeme);
                }
            }
        }
        copy(page, view, at..view.text.len());
    }

    /// Counts the element or value that begins.
    fn element(&mut self) {
        match self.stack.last_mut() {
            None => self.row += 1,
            Some(frame) if !frame.is_object => {
                frame.key = frame.element.to_string();
                frame.element += 1;
            }
            Some(_) => {}
        }
    }

    fn open(&mut self, page: &mut Derived<'_>, is_object: bool, line: u64) {
        let in_list = self.stack.last().is_none_or(|frame| !frame.is_object);
        let name = self.name().unwrap_or_default();
        // In a list of messages, or in an object that holds them by their numbers.
        let is_message = is_object
            && match self.stack.last() {
                Some(frame) if frame.is_object => self
                    .stack
                    .iter()
                    .rev()
                    .nth(1)
                    .is_some_and(|outer| roles::is_list_of_messages(&outer.key)),
                Some(_) => roles::is_list_of_messages(name),
                None => false,
            };
        let is_record = is_message || is_object && in_list && !roles::is_envelope(name);
        let record = is_record.then(|| {
            if is_message {
                self.count += 1;
            }
            let index = if is_message { self.count } else { 0 };
            let place = page.message(index, line);
            Record { place: Some((place, page.page.slots.len())), is_message, ..Record::default() }
        });
        if is_message {
            for frame in &mut self.stack {
                frame.is_around = true;
            }
        }
        let (key, element) = (String::new(), 0);
        self.stack.push(Frame { is_object, key, element, record, is_around: false });
    }

    fn close(&mut self, page: &mut Derived<'_>) {
        let Some(mut frame) = self.stack.pop() else { return };
        let Some(record) = &mut frame.record else { return };
        let Some((place, first)) = record.place else { return };
        let is_talk = record.has_body
            && (record.has_author
                || record.time.is_some()
                || record.direction != Direction::Unknown);
        if !record.is_message && is_talk && !frame.is_around {
            record.is_message = true;
            self.count += 1;
            page.page.messages[place].index = self.count;
            for outer in &mut self.stack {
                outer.is_around = true;
            }
        }
        if record.is_message {
            if self.is_webhook && record.sender.is_some() && record.direction == Direction::Unknown
            {
                record.direction = Direction::In;
            }
            if record.sender.is_none() && record.direction == Direction::In {
                // A chat under the name of the one it is with.
                let chat = self.stack.iter().rev().find(|outer| roles::is_data(&outer.key));
                let chat = chat.map(|outer| outer.key.clone());
                record.sender = chat.map(|chat| (self.sender(&chat), 0..0));
            }
            record.tell(&mut page.page.messages[place]);
        } else if !frame.is_around {
            // Members of an ordinary record have nothing to say about each other.
            for at in first..page.page.slots.len() {
                if page.page.slots[at].message == place {
                    let line = page.page.messages[place].line;
                    page.page.slots[at].message = page.message(0, line);
                }
            }
        }
    }

    /// The message that a slot belongs to.
    fn message(&self, page: &mut Derived<'_>) -> usize {
        let records = self.stack.iter().rev().filter_map(|frame| frame.record.as_ref());
        match records.filter_map(|record| record.place).next() {
            Some((place, _)) => place,
            None => page.message(0, self.line),
        }
    }

    /// Name of the member at hand, or of the list that the value is in.
    fn name(&self) -> Option<&str> {
        let frame = self.stack.iter().rev().find(|frame| frame.is_object)?;
        Some(&frame.key)
    }

    fn sender(&mut self, text: &str) -> SenderId {
        let next = SenderId(u32::try_from(self.senders.len()).unwrap_or(u32::MAX));
        *self.senders.entry(text.to_owned()).or_insert(next)
    }

    /// The place of a member of this name, or of the value at hand.
    fn pointer(&self, key: Option<&str>) -> String {
        let mut pointer = String::new();
        let outer = self.stack.len() - usize::from(key.is_some());
        let keys = self.stack[..outer].iter().map(|frame| frame.key.as_str());
        for part in keys.chain(key) {
            pointer.push('/');
            pointer.push_str(&part.replace('~', "~0").replace('/', "~1"));
        }
        pointer
    }

    fn cell(&self, key: &str) -> Cell {
        let column = self.pointer(Some(key).filter(|_| !self.stack.is_empty()));
        Cell { column: Arc::from(column), row: self.row, ..Cell::default() }
    }

    fn value(
        &mut self,
        page: &mut Derived<'_>,
        extras: &mut Vec<(SenderId, Range<usize>)>,
        view: View<'_>,
        lexeme: &Lexeme,
    ) {
        let content = lexeme.content.clone();
        let is_text = lexeme.token == Token::Text;
        let word = &view.text[content.clone()];
        let name = self.name().unwrap_or_default();
        let role = roles::of(name);
        if !is_text && matches!(word, "true" | "false" | "null") {
            copy(page, view, lexeme.range.clone());
            if role == Role::FromMe {
                let way = if word == "true" { Direction::Out } else { Direction::In };
                self.record(|record| record.direction = way);
            }
            return;
        }
        let is_data = roles::is_data(name);
        let is_named = !is_data && !name.is_empty() && !word.is_empty();
        let prefix = if is_named { format!("{name}: ") } else { String::new() };
        let in_profile = self.stack.len() > 1 && self.stack[self.stack.len() - 2].key == "profile";
        let account = roles::is_account(word) && is_text;
        let names_person = match role {
            Role::Sender | Role::To => account || is_text && self.is_message(),
            Role::Participant => account || is_text && name != "display_phone_number",
            Role::Name => in_profile,
            _ => false,
        } && !word.is_empty();
        let part = match role {
            Role::Body if is_text => Part::Body,
            Role::Caption if is_text => Part::Caption,
            Role::Filename if is_text => Part::Filename,
            _ => Part::Cell,
        };
        copy(page, view, lexeme.range.start..content.start);
        if !is_text {
            page.insert("\"", view.source(content.start));
        }
        let start = page.at();
        if part == Part::Cell && !names_person {
            page.insert(&prefix, view.source(content.start));
        }
        if names_person && account && word.starts_with(|c: char| c.is_ascii_digit()) {
            // Accounts are international numbers.
            page.insert("+", view.source(content.start));
        }
        let own = if names_person { start } else { page.at() };
        let slots = page.page.slots.len();
        let nested = (is_text && view.level < NESTED && word.len() <= NESTED_LEN)
            .then(|| decoded(view, content.clone()))
            .flatten()
            .and_then(|(text, from)| lexer::whole(&text).map(|inner| (text, from, inner)));
        if let Some((text, from, inner)) = nested {
            self.saw_nested = true;
            let view = View { text: &text, from: Some(&from), level: view.level + 1 };
            self.tokens(page, extras, view, &inner, 0);
        } else if is_text {
            string(page, view, content.clone());
        } else {
            copy(page, view, content.clone());
        }
        let range = start..page.at();
        if !is_text {
            page.insert("\"", view.source(content.end));
        }
        copy(page, view, content.end..lexeme.range.end);
        let text = page.page.text[own.min(range.end)..range.end].to_owned();
        if page.page.slots.len() > slots {
            return;
        }
        // What a member is does not depend on its value, or a copy would have other messages.
        match role {
            Role::Sender if is_text => {
                self.record(|record| record.has_author = true);
            }
            Role::Body if is_text => {
                self.record(|record| record.has_body = true);
            }
            Role::To if self.is_webhook => {
                self.record(|record| record.direction = Direction::Out);
            }
            _ => {}
        }
        if names_person {
            let id = self.sender(&text);
            let is_author = matches!(role, Role::Sender) && self.is_record();
            if is_author && self.record(|record| record.sender.is_none()) == Some(true) {
                self.record(|record| record.sender = Some((id, range)));
            } else {
                extras.push((id, range));
            }
            return;
        }
        match role {
            Role::Time => {
                let time = roles::time(&text);
                self.record(|record| record.time = record.time.or(time));
            }
            Role::Direction => {
                let way = roles::direction(&text);
                self.record(|record| record.direction = way);
            }
            _ => {}
        }
        let message = self.message(page);
        let column = self.pointer(None);
        let cell = Cell { column: Arc::from(column), row: self.row, ..Cell::default() };
        if own < range.end {
            page.slot(part, message, range, Some(cell));
        }
    }

    /// The innermost object that may be a message.
    fn record<T>(&mut self, act: impl FnOnce(&mut Record) -> T) -> Option<T> {
        self.stack.iter_mut().rev().find_map(|frame| frame.record.as_mut()).map(act)
    }

    fn is_record(&self) -> bool {
        self.stack.iter().any(|frame| frame.record.is_some())
    }

    fn is_message(&self) -> bool {
        let mut records = self.stack.iter().rev().filter_map(|frame| frame.record.as_ref());
        records.next().is_some_and(|record| record.is_message)
    }
}

impl Record {
    /// Writes down what is known.
    fn tell(&self, message: &mut Message) {
        message.direction = self.direction;
        message.time = self.time;
        if let Some((id, range)) = &self.sender {
            message.sender = Some(*id);
            message.sender_text = range.clone();
        }
    }
}

/// Hands out a stretch of a view as it stands.
fn copy(page: &mut Derived<'_>, view: View<'_>, range: Range<usize>) {
    let Some(from) = view.from else { return page.copy(range) };
    for (at, character) in view.text[range.clone()].char_indices() {
        page.push(character, from[range.start + at]);
    }
    page.step(from[range.end]);
}

/// Hands out the content of a string, decoded.
fn string(page: &mut Derived<'_>, view: View<'_>, content: Range<usize>) {
    match decoded(view, content.clone()) {
        None => copy(page, view, content),
        Some((text, from)) => {
            copy(page, View { text: &text, from: Some(&from), level: view.level }, 0..text.len());
        }
    }
}

/// The content of a string with escapes decoded, and where each of its bytes and its end came from;
/// `None`: it has no escapes.
fn decoded(view: View<'_>, content: Range<usize>) -> Option<(String, Vec<usize>)> {
    memchr::memchr(b'\\', view.text[content.clone()].as_bytes())?;
    let mut text = String::with_capacity(content.len());
    let mut from = Vec::with_capacity(content.len() + 1);
    let mut at = content.start;
    while let Some(character) = view.text[at..content.end].chars().next() {
        let (character, len) = match character {
            '\\' => escape(&view.text[at..content.end]),
            other => (other, other.len_utf8()),
        };
        text.push(character);
        from.resize(text.len(), view.source(at));
        at += len;
    }
    from.push(view.source(content.end));
    Some((text, from))
}

/// What an escape stands for, and how long it is.
fn escape(text: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let plain = match text.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => {
            let Some(first) = unit(0) else { return ('\\', 1) };
            let pair = char::decode_utf16([Some(first), unit(6)].into_iter().flatten()).next();
            return match pair {
                Some(Ok(character)) => (character, character.len_utf16() * 6),
                _ => (char::REPLACEMENT_CHARACTER, 6),
            };
        }
        Some(other) if other.is_ascii() => char::from(*other),
        _ => return ('\\', 1),
    };
    (plain, 2)
}
