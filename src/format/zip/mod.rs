//! Zip archives: exports with media, and archives inside them.
//!
//! The directory counts, but is not trusted: local records are compared with it and every byte of
//! the file is accounted for. What the directory does not list (prefixes, suffixes, gaps, hidden
//! records, comments, private extra fields) is scanned and never copied.

mod content;
mod copier;
mod directory;
mod end;
mod name;
mod record;
mod texts;
mod walk;

#[cfg(test)]
mod raw;
#[cfg(test)]
mod tests;

use super::{
    Format, FormatError, Item, Limits, Member, Output, Random, Reader, Source, SpillSettings,
    Tally, Writer, media,
};
use crate::model::{Incident, Problem};
pub(super) use copier::Copier;
use directory::{Directory, Entry, Kind, Stray};
pub(super) use name::SafeNames;
use texts::Texts;

/// Archives that are no documents.
pub(super) struct Zip;

impl Format for Zip {
    /// Records of a zip file at the start; or the name, where what comes first is no text: a program
    /// that unpacks itself, or nothing at all. Office files and apps are documents, not archives.
    fn sniff(&self, head: &[u8], name: &str) -> bool {
        let spanned = head.strip_prefix(record::DESCRIPTOR).unwrap_or(head);
        if spanned.starts_with(record::LOCAL) || head.starts_with(record::END) {
            return !media::is_zip_document(head, name);
        }
        name.to_ascii_lowercase().ends_with(".zip") && (head.is_empty() || head.contains(&0))
    }

    fn open(&self, source: Source, limits: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let spill = source.spill().clone();
        let (random, cut) = source.into_readable()?;
        let mut directory = Directory::read(&random, limits)?;
        directory.incidents.extend(cut.map(|error| Incident {
            problem: error.problem,
            member: None,
            detail: error.detail,
        }));
        let incidents = std::mem::take(&mut directory.incidents).into_iter();
        let next = Next::Entry(0);
        let mut tally = Tally {
            format: "zip",
            messages: 0,
            bytes_scanned: random.len(),
            bytes_not_scanned: 0,
            notes: std::mem::take(&mut directory.notes),
        };
        for entry in &directory.entries {
            if entry.problem.is_some() {
                let bytes = entry.data.end - entry.data.start;
                tally.bytes_not_scanned = tally.bytes_not_scanned.saturating_add(bytes);
            }
        }
        tally.bytes_not_scanned = tally.bytes_not_scanned.min(random.len());
        tally.bytes_scanned -= tally.bytes_not_scanned;
        let left_out = Vec::new();
        Ok(Box::new(ZipReader { random, spill, directory, incidents, next, tally, left_out }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(copier::Copier::new(out)))
    }
}

struct ZipReader {
    random: Random,
    spill: SpillSettings,
    directory: Directory,
    incidents: std::vec::IntoIter<Incident>,
    next: Next,
    tally: Tally,
    left_out: Vec<String>,
}

/// What comes next.
enum Next {
    Entry(usize),
    /// The data of a folder, which should have none.
    FolderData(usize),
    Stray(usize),
    Texts(Texts),
    Incidents,
}

impl Reader for ZipReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        loop {
            let item = match &mut self.next {
                Next::Entry(index) => {
                    let index = *index;
                    self.next = Next::Entry(index + 1);
                    match self.directory.entries.get(index) {
                        Some(entry) => self.entry(index, &entry.clone()),
                        None => {
                            self.next = Next::Stray(0);
                            None
                        }
                    }
                }
                Next::FolderData(index) => {
                    let index = *index;
                    self.next = Next::Entry(index + 1);
                    let name = format!("{}#data", self.directory.names[index]);
                    let entry = self.directory.entries[index].clone();
                    Some(self.member(name, "data.txt", &entry, false))
                }
                Next::Stray(index) => {
                    let index = *index;
                    self.next = Next::Stray(index + 1);
                    if index < self.directory.strays.len() {
                        Some(self.stray(index)?)
                    } else {
                        self.next = Next::Texts(Texts::default());
                        None
                    }
                }
                Next::Texts(texts) => match texts.next(&self.directory, &self.random)? {
                    Some(page) => Some(Item::Page(page)),
                    None => {
                        self.left_out = std::mem::take(&mut texts.names);
                        self.next = Next::Incidents;
                        None
                    }
                },
                Next::Incidents => return Ok(self.incidents.next().map(Item::Incident)),
            };
            if item.is_some() {
                return Ok(item);
            }
        }
    }

    fn tally(&self) -> Tally {
        self.tally.clone()
    }

    fn names(&self) -> &[String] {
        &self.directory.names
    }

    fn left_out(&self) -> &[String] {
        &self.left_out
    }
}

impl ZipReader {
    /// What an entry is for the engine; `None` if it was handed out under another entry's name.
    fn entry(&mut self, index: usize, entry: &Entry) -> Option<Item> {
        let name = self.directory.names[index].clone();
        if entry.kind == Kind::Shared {
            return None;
        }
        if let Some(problem) = entry.problem {
            return Some(incident(problem, name, entry.method));
        }
        if entry.kind == Kind::Folder {
            // Two bytes are what deflate makes of nothing.
            if entry.data.end - entry.data.start > 2 {
                self.next = Next::FolderData(index);
            }
            let modified = entry.modified;
            return Some(Item::Member(Member { name, source: None, modified, copied: true }));
        }
        let base = name::base(&name).to_owned();
        Some(self.member(name, &base, entry, entry.kind == Kind::File))
    }

    fn member(&self, name: String, base: &str, entry: &Entry, copied: bool) -> Item {
        let content = Box::new(entry.content(&self.random));
        let source = Some(Source::stream(base.to_owned(), content, &self.spill));
        Item::Member(Member { name, source, modified: entry.modified, copied })
    }

    /// What no directory lists has no name that could be shown: it is called by its place.
    fn stray(&self, index: usize) -> Result<Item, FormatError> {
        Ok(match &self.directory.strays[index] {
            Stray::Record(entry) => {
                let name = format!("#hidden-{}", entry.local);
                match entry.problem {
                    Some(problem) => incident(problem, name, entry.method),
                    None => {
                        let written = walk::name(&self.random, entry.local)?;
                        self.member(name, name::base(&written), entry, false)
                    }
                }
            }
            Stray::Bytes(range) => {
                let place = match range {
                    range if range.start == 0 => "prefix",
                    range if range.end == self.random.len() => "suffix",
                    _ => "gap",
                };
                let expected = content::Expected::default();
                let method = content::STORED;
                let content =
                    content::Content::new(self.random.clone(), range.clone(), method, expected);
                let base = format!("{place}.txt");
                let source = Source::stream(base, Box::new(content), &self.spill);
                let name = format!("#{place}-{}", range.start);
                Item::Member(Member { name, source: Some(source), modified: None, copied: false })
            }
        })
    }
}

fn incident(problem: Problem, name: String, method: u16) -> Item {
    let detail = match problem {
        Problem::Encrypted => "member is encrypted".to_owned(),
        Problem::Unsupported => format!("compression method {method} is not supported"),
        _ => "no local record where the directory says".to_owned(),
    };
    Item::Incident(Incident { problem, member: Some(name), detail })
}
