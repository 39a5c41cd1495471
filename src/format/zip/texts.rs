//! Texts of an archive that are no member: comments, extra fields, names that differ. They are
//! scanned and never copied.

use std::io;
use std::sync::Arc;

use super::directory::{Directory, Stray};
use super::name;
use super::record::{self, Header, Window, extras};
use crate::format::Random;
use crate::model::{Cell, Direction, Message, Page, Part, Slot};

/// A page ends with the text that makes it longer than this.
const PAGE_LEN: usize = 256 << 10;

/// Walks these texts, a page at a time.
#[derive(Default)]
pub(super) struct Texts {
    /// 0: the archive's comment; then entries from 1; then hidden records.
    next: usize,
    messages: u64,
    /// What the texts so far are called.
    pub(super) names: Vec<String>,
}

impl Texts {
    /// The next page with at least one text; `None` at the end.
    pub(super) fn next(
        &mut self,
        directory: &Directory,
        random: &Random,
    ) -> io::Result<Option<Page>> {
        let mut window = Window::new(random, 64 << 10);
        let mut local_window = Window::new(random, 512);
        let mut page = Builder {
            page: Page::default(),
            row: 0,
            index: &mut self.messages,
            member: String::new(),
            names: &mut self.names,
        };
        let entries = directory.entries.len();
        while self.next <= entries + directory.strays.len() && page.page.text.len() < PAGE_LEN {
            page.row = self.next as i64;
            let at = self.next;
            self.next += 1;
            if at == 0 {
                let range = &directory.comment;
                let comment = window.bytes(range.start, (range.end - range.start) as usize)?;
                page.add("comment", &name::text(comment, 0));
                continue;
            }
            let Some(entry) = directory.entries.get(at - 1) else {
                if let Stray::Record(entry) = &directory.strays[at - 1 - entries]
                    && let Some(local) = record::local(&mut local_window, entry.local)?
                {
                    page.member = format!("#hidden-{}", entry.local);
                    page.add("hidden name", &local.name());
                    page.extras(&local);
                }
                continue;
            };
            page.member.clone_from(&directory.names[at - 1]);
            let local = record::local(&mut local_window, entry.local)?;
            let Some(offset) = entry.central else {
                // Salvaged: the name is the member's.
                if let Some(local) = local {
                    page.extras(&local);
                }
                continue;
            };
            let Some(central) = record::central(&mut window, offset, u64::MAX)? else { continue };
            let header = &central.header;
            if let Some(local) = local {
                if local.name != header.name {
                    page.add("local name", &local.name());
                }
                if local.extra != header.extra {
                    page.extras(&local);
                }
            }
            let plain = name::text(&header.name, header.flags);
            if directory.names[at - 1] != plain {
                page.add("plain name", &plain);
            }
            page.extras(header);
            let len = (central.comment.end - central.comment.start) as usize;
            let comment = window.bytes(central.comment.start, len)?;
            page.add("entry comment", &name::text(comment, header.flags));
        }
        let mut page = page.page;
        page.owned_text = 0..page.text.len();
        page.owned = 0..page.slots.len();
        Ok((!page.slots.is_empty()).then_some(page))
    }
}

struct Builder<'a> {
    page: Page,
    row: i64,
    index: &'a mut u64,
    /// What the texts belong to; empty: the archive itself.
    member: String,
    names: &'a mut Vec<String>,
}

impl Builder<'_> {
    fn add(&mut self, column: &'static str, text: &str) {
        if text.is_empty() {
            return;
        }
        *self.index += 1;
        let name = format!("{}#{}", self.member, column.replace(' ', "-"));
        if self.names.last() != Some(&name) {
            self.names.push(name);
        }
        let start = self.page.text.len();
        self.page.text += text;
        let range = start..self.page.text.len();
        self.page.text.push('\n');
        let cell = Cell {
            table: Arc::from("zip"),
            column: Arc::from(column),
            row: self.row,
            ..Cell::default()
        };
        self.page.slots.push(Slot {
            part: Part::Other,
            message: self.page.messages.len(),
            range,
            cell: Some(Box::new(cell)),
        });
        self.page.messages.push(Message {
            index: *self.index,
            line: 0,
            sender: None,
            sender_text: 0..0,
            direction: Direction::Unknown,
            time: None,
        });
    }

    /// Adds the extra fields that are no numbers.
    fn extras(&mut self, header: &Header) {
        for (id, content) in extras(&header.extra) {
            let numbers = match id {
                0x0001 => 28,          // zip64
                0x000a => 32,          // times, NTFS
                0x5455 => 13,          // times
                0x5855 => 12,          // times and owner, old
                0x7855 | 0x7875 => 11, // owner
                0x9901 => 7,           // AES
                0x7075 | 0x6375 => {
                    // name and comment in UTF-8, behind version and checksum
                    let text = content.get(5..).unwrap_or_default();
                    let text = String::from_utf8_lossy(text);
                    if id != 0x7075 || text != header.name() {
                        self.add("extra field", &text);
                    }
                    continue;
                }
                _ => 0,
            };
            if content.len() > numbers {
                self.add("extra field", &name::text(content, 0));
            }
        }
    }
}
