//! All entries of an archive, and everything between them that says something.

use std::io;
use std::ops::Range;

use tar::{EntryType, Header};

use super::header::{self, BLOCK, Record, has_more_places, is_header, records};
use crate::format::{FormatError, Limits, Random};
use crate::model::{LimitKind, Problem};

/// Longest content of an extended header.
const EXTENDED: u64 = 1 << 20;

/// Something in the archive.
pub(super) struct Entry {
    pub(super) name: String,
    /// Where its content lies; `None`: it has none.
    pub(super) content: Option<Range<u64>>,
    /// Seconds since 1970.
    pub(super) modified: Option<i64>,
    pub(super) kind: Kind,
}

/// What kind of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// Of a kind that only some programs know: a copy does not carry it.
    Other,
    /// No entry: bytes that no member owns, called by their place.
    Text,
    /// Never opened, for this reason.
    Skipped(&'static str),
    /// Cannot be read, for this reason.
    Unread(&'static str),
}

/// Lists an archive as far as it can be read, and says why no further.
pub(super) fn list(random: &Random, limits: &Limits) -> (Vec<Entry>, Option<FormatError>) {
    let mut list = List { random, most: limits.entries, entries: Vec::new() };
    let error = list.read().err();
    (list.entries, error)
}

/// What extended headers say of the entry that comes.
#[derive(Default)]
struct Extended {
    /// By a pax header; else by GNU's.
    path: Option<String>,
    long_name: Option<String>,
    has_link: bool,
    has_pax: bool,
    size: Option<u64>,
    modified: Option<i64>,
    is_sparse: bool,
    /// Names of the extended headers themselves, and where they stand.
    names: Vec<(u64, String)>,
}

struct List<'a> {
    random: &'a Random,
    /// So many entries at most.
    most: u64,
    entries: Vec<Entry>,
}

impl List<'_> {
    fn read(&mut self) -> Result<(), FormatError> {
        let bytes = self.random.len();
        let mut extended = Extended::default();
        let mut at = 0;
        loop {
            let mut block = [0; BLOCK];
            let got = self.random.read_at(at, &mut block)?;
            let is_end = block.iter().all(|byte| *byte == 0);
            if is_end || got < BLOCK {
                self.stray("bytes", at, bytes)?;
                let is_awaited = !extended.names.is_empty();
                return match is_end {
                    true if is_awaited && at < bytes => Err(damaged(EXTENDED_DAMAGED)),
                    true if !is_awaited => Ok(()),
                    _ => Err(truncated()),
                };
            }
            if !is_header(&block) {
                self.stray("bytes", at, bytes)?;
                return Err(damaged("a header of the archive is damaged"));
            }
            if self.entries.len() as u64 >= self.most {
                let what = "more entries than the limit";
                return Err(FormatError::new(Problem::Limit(LimitKind::Entries), what));
            }
            for text in header::texts(&block) {
                let own = at + text.start as u64..at + text.end as u64;
                self.text("header", own);
            }
            let header = Header::from_byte_slice(&block);
            at += BLOCK as u64;
            let wrong = |_| damaged("a header of the archive is damaged");
            let told = header.entry_size().map_err(wrong)?;
            at = if is_extended(header.entry_type()) {
                self.extended(header, at, told, &mut extended)?
            } else {
                self.entry(&block, at, told, std::mem::take(&mut extended))?
            };
        }
    }

    /// Notes an entry whose header ends at `start`; answers where the next header begins.
    fn entry(
        &mut self,
        block: &[u8; BLOCK],
        mut start: u64,
        told: u64,
        extended: Extended,
    ) -> Result<u64, FormatError> {
        let bytes = self.random.len();
        let header = Header::from_byte_slice(block);
        let own = header::name(header);
        let own_place = start - BLOCK as u64;
        let name = extended.path.or(extended.long_name).unwrap_or_else(|| own.clone());
        for (place, other) in extended.names.into_iter().chain([(own_place, own)]) {
            if !is_start_of(&other, &name) {
                self.stray_name(place)?;
            }
        }
        let kind = match header.entry_type() {
            EntryType::Directory => Kind::Folder,
            EntryType::Regular if name.ends_with('/') && block[156] == 0 => Kind::Folder,
            EntryType::GNUSparse => Kind::Unread(HOLES),
            _ if extended.is_sparse => Kind::Unread(HOLES),
            EntryType::Regular | EntryType::Continuous => Kind::File,
            kind => header::skipped(kind).map_or(Kind::Other, Kind::Skipped),
        };
        if header.entry_type().is_gnu_sparse() {
            start = self.end_of_places(block, start)?;
        }
        let is_hollow = matches!(kind, Kind::Folder | Kind::Skipped(_));
        let size = if is_hollow { 0 } else { extended.size.unwrap_or(told) };
        let content = start..start.saturating_add(size).min(bytes);
        let is_cut = content.end - content.start < size;
        let end = content.end.next_multiple_of(BLOCK as u64).min(bytes);
        let time = || header.mtime().ok().and_then(|it| i64::try_from(it).ok());
        self.entries.push(Entry {
            name,
            content: (!is_hollow).then(|| content.clone()),
            modified: extended.modified.or_else(time),
            kind,
        });
        if is_cut {
            return Err(truncated());
        }
        self.stray("bytes", content.end, end)?;
        Ok(end)
    }

    /// The name of the header at this place, by which nothing is called.
    fn stray_name(&mut self, at: u64) -> Result<(), FormatError> {
        self.stray("header", at, at + 100)?;
        let mut block = [0; BLOCK];
        self.random.read_at(at, &mut block)?;
        if Header::from_byte_slice(&block).as_ustar().is_some() {
            self.stray("header", at + 345, at + 500)?;
        }
        Ok(())
    }

    /// Where the blocks end that say where a file's holes are.
    fn end_of_places(&self, first: &[u8; BLOCK], start: u64) -> io::Result<u64> {
        let mut end = start;
        let mut has_more = has_more_places(first);
        while has_more {
            let mut block = [0; BLOCK];
            if self.random.read_at(end, &mut block)? < BLOCK {
                break;
            }
            end += BLOCK as u64;
            has_more = block[BLOCK - 8] != 0;
        }
        Ok(end)
    }

    /// Reads what an extended header says of the entry that comes; answers where the next header begins.
    fn extended(
        &mut self,
        header: &Header,
        start: u64,
        size: u64,
        extended: &mut Extended,
    ) -> Result<u64, FormatError> {
        if size > EXTENDED {
            let what = "a name in the archive is longer than 1 MiB";
            return Err(FormatError::new(Problem::Hostile, what));
        }
        let end = start + size;
        let mut content = vec![0; size as usize];
        if self.random.read_at(start, &mut content)? < content.len() {
            self.stray("bytes", start, self.random.len())?;
            return Err(truncated());
        }
        let next = end.next_multiple_of(BLOCK as u64);
        self.stray("bytes", end, next)?;
        let kind = header.entry_type();
        let is_global = kind.is_pax_global_extensions();
        let name = header::name(header);
        let place = start - BLOCK as u64;
        if !is_global {
            extended.names.push((place, name));
        } else if !is_start_of(&name, "") && name != "pax_global_header" {
            self.stray_name(place)?;
        }
        let is_second = match kind {
            EntryType::GNULongName => {
                let len = memchr::memchr(0, &content).unwrap_or(content.len());
                self.stray("header", start + len as u64, end)?;
                let name = String::from_utf8_lossy(&content[..len]).into_owned();
                extended.long_name.replace(name).is_some()
            }
            EntryType::GNULongLink => {
                self.stray("header", start, end)?;
                std::mem::replace(&mut extended.has_link, true)
            }
            _ => {
                let Some(records) = records(&content) else {
                    self.stray("header", start, end)?;
                    return Err(damaged(EXTENDED_DAMAGED));
                };
                for record in records {
                    self.record(&record, start, is_global, extended)?;
                }
                !is_global && std::mem::replace(&mut extended.has_pax, true)
            }
        };
        if is_second || extended.path.is_some() && extended.long_name.is_some() {
            return Err(damaged(TWICE));
        }
        Ok(next)
    }

    /// Takes one record of a pax header whose content begins at `start`.
    fn record(
        &mut self,
        record: &Record<'_>,
        start: u64,
        is_global: bool,
        extended: &mut Extended,
    ) -> Result<(), FormatError> {
        let is_of_one = matches!(record.key, "path" | "size" | "linkpath");
        let is_sparse = record.key.starts_with("GNU.sparse.");
        if is_global && (is_of_one || is_sparse) {
            let what = "a header gives all files of the archive one name or size";
            return Err(FormatError::new(Problem::Hostile, what));
        }
        let whole = record.text();
        match record.key {
            "path" if extended.is_sparse => {}
            // Nothing takes back what an earlier header said.
            "path" | "GNU.sparse.name" if whole.is_empty() => {}
            "path" | "GNU.sparse.name" => {
                let before = extended.path.replace(whole);
                if before.is_some() {
                    return Err(damaged(TWICE));
                }
            }
            "size" => extended.size = Some(whole.parse().map_err(|_| damaged(EXTENDED_DAMAGED))?),
            "mtime" if !is_global => {
                let seconds = whole.split('.').next().unwrap_or_default();
                extended.modified = seconds.parse().ok();
            }
            _ => {}
        }
        extended.is_sparse |= is_sparse;
        let is_name = record.key == "path" || record.key == "GNU.sparse.name";
        if !(is_name || record.is_number() || is_sparse && record.value.len() < 20) {
            let range = &record.range;
            self.text("pax", start + range.start as u64..start + range.end as u64);
        }
        Ok(())
    }

    /// Bytes that no entry owns, if they are more than zeros; those around them are left out.
    fn stray(&mut self, what: &str, start: u64, end: u64) -> Result<(), FormatError> {
        let mut buffer = vec![0; 64 << 10];
        let mut at = start;
        let mut text: Option<Range<u64>> = None;
        while at < end {
            let want = (end - at).min(buffer.len() as u64) as usize;
            let got = self.random.read_at(at, &mut buffer[..want])?;
            if got == 0 {
                break;
            }
            let is_text = |byte: &u8| *byte != 0;
            if let Some(last) = buffer[..got].iter().rposition(is_text) {
                let first = buffer[..got].iter().position(is_text).unwrap_or(last);
                let text = text.get_or_insert(at + first as u64..at);
                text.end = at + last as u64 + 1;
            }
            at += got as u64;
        }
        if let Some(text) = text {
            self.text(what, text);
        }
        Ok(())
    }

    fn text(&mut self, what: &str, place: Range<u64>) {
        self.entries.push(Entry {
            name: format!("#{what}-{}", place.start),
            content: Some(place),
            modified: None,
            kind: Kind::Text,
        });
    }
}

const HOLES: &str = "a file with holes cannot be read";
const EXTENDED_DAMAGED: &str = "an extended header of the archive is damaged";
const TWICE: &str = "extended headers of the archive say two things of one file";

fn damaged(what: &str) -> FormatError {
    FormatError::new(Problem::Damaged, what)
}

fn truncated() -> FormatError {
    FormatError::new(Problem::Truncated, "the archive ends too early: get the whole file")
}

fn is_extended(kind: EntryType) -> bool {
    kind.is_gnu_longname()
        || kind.is_gnu_longlink()
        || kind.is_pax_local_extensions()
        || kind.is_pax_global_extensions()
}

/// Whether another name of a member says no more than its name: archivers shorten it, put `?` for
/// letters and call headers after the member they describe.
fn is_start_of(other: &str, name: &str) -> bool {
    if matches!(other, "././@PaxHeader" | "././@LongLink" | "PaxHeader/currentdir") {
        return true;
    }
    let is_own = |part: &&str| {
        let number = part.strip_prefix("PaxHeader").map(|it| it.trim_start_matches(['s', '.']));
        !number.is_some_and(|it| it.len() <= 10 && it.bytes().all(|byte| byte.is_ascii_digit()))
            && !matches!(*part, "." | "")
    };
    let plain = |path: &str| {
        let ascii: String = path.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
        ascii.split('/').filter(is_own).collect::<Vec<_>>().join("/")
    };
    let other = plain(other.trim_end_matches('\u{fffd}'));
    plain(name).starts_with(&other)
}
