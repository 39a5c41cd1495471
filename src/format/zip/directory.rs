//! The account of an archive: what the directory lists, and all bytes that it does not.

use std::io;
use std::ops::Range;

use super::content::{Content, DEFLATED, Expected, STORED};
use super::end::{self, End, Search};
use super::record::{self, DESCRIPTOR, Header, Window, descriptor_len};
use super::walk::{self, Walk};
use crate::format::{FormatError, Limits, Random};
use crate::model::{Incident, LimitKind, Problem};

/// Names of one archive may take this much memory.
const NAMES_LEN: usize = 64 << 20;

/// What lies in an archive.
#[derive(Debug, Default)]
pub(super) struct Directory {
    /// Names of `entries`.
    pub(super) names: Vec<String>,
    /// What the directory lists, in its order; without one, what local records lead to.
    pub(super) entries: Vec<Entry>,
    /// What lies beside that, in order.
    pub(super) strays: Vec<Stray>,
    /// Where the archive's comment lies.
    pub(super) comment: Range<u64>,
    /// What is wrong with the archive itself.
    pub(super) incidents: Vec<Incident>,
    /// Facts that are no incident.
    pub(super) notes: Vec<&'static str>,
}

/// One member.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Where its directory record lies.
    pub(super) central: Option<u64>,
    /// Where its local record lies.
    pub(super) local: u64,
    /// Where its packed data lies.
    pub(super) data: Range<u64>,
    pub(super) method: u16,
    pub(super) expected: Expected,
    pub(super) kind: Kind,
    /// Seconds since 1970.
    pub(super) modified: Option<i64>,
    /// Why it cannot be read.
    pub(super) problem: Option<Problem>,
}

/// What kind of member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A link or a device: a copy does not carry it.
    Special,
    /// Its record is another entry's too, which was read.
    Shared,
}

/// Bytes that no entry lists.
#[derive(Debug)]
pub(super) enum Stray {
    /// A local record that the directory hides.
    Record(Entry),
    /// Anything else; not only zeros.
    Bytes(Range<u64>),
}

impl Entry {
    /// The member that a record describes, whose data begins at `data`.
    pub(super) fn new(header: &Header, central: Option<u64>, local: u64, mode: u16) -> Self {
        let is_folder = header.name.ends_with(b"/");
        let kind = match mode & 0o170_000 {
            0 | 0o100_000 | 0o040_000 if is_folder => Kind::Folder,
            0 | 0o100_000 | 0o040_000 => Kind::File,
            _ => Kind::Special,
        };
        let problem = match header.method {
            _ if header.flags & 1 != 0 => Some(Problem::Encrypted),
            STORED | DEFLATED => None,
            99 => Some(Problem::Encrypted),
            _ => Some(Problem::Unsupported),
        };
        Self {
            central,
            local,
            data: 0..0,
            method: header.method,
            expected: Expected { crc: Some(header.crc), size: Some(header.size), is_cut: false },
            kind,
            modified: header.modified(),
            problem,
        }
    }

    /// Its data, to be read.
    pub(super) fn content(&self, random: &Random) -> Content {
        Content::new(random.clone(), self.data.clone(), self.method, self.expected.clone())
    }
}

impl Directory {
    /// Reads it.
    ///
    /// # Errors
    /// There is no zip record at all, or the bytes cannot be read.
    pub(super) fn read(random: &Random, limits: &Limits) -> Result<Self, FormatError> {
        if random.is_empty() {
            return Err(FormatError::new(Problem::Damaged, "empty file, no zip archive"));
        }
        let mut directory = Self::default();
        let mut walk = Walk::new(random, limits);
        match end::find(random)? {
            Search::Found(end) => directory.account(random, limits, end, &mut walk)?,
            Search::Broken => {
                directory.salvage(&mut walk, random.len())?;
                let what = "the end record leads to no directory: read from local records";
                directory.incident(Problem::Damaged, what);
            }
            Search::Missing => {
                directory.salvage(&mut walk, random.len())?;
                let what = "no end record: read from local records";
                directory.incident(Problem::Truncated, what);
            }
        }
        if let Some(incident) = walk.incident {
            directory.incidents.push(incident);
        }
        Ok(directory)
    }

    fn incident(&mut self, problem: Problem, detail: impl Into<String>) {
        self.incidents.push(Incident { problem, member: None, detail: detail.into() });
    }

    fn note(&mut self, what: &'static str) {
        if !self.notes.contains(&what) {
            self.notes.push(what);
        }
    }

    /// Reads the directory and looks at all bytes beside what it lists.
    fn account(
        &mut self,
        random: &Random,
        limits: &Limits,
        end: End,
        walk: &mut Walk<'_>,
    ) -> io::Result<()> {
        for doubt in &end.doubts {
            self.incident(Problem::Accounting, *doubt);
        }
        if end.is_ambiguous {
            self.incident(
                Problem::Hostile,
                "two end records: readers disagree which archive this is",
            );
        }
        if end.is_split {
            self.incident(Problem::Unsupported, "part of a split archive");
        }
        let mut taken = end.taken.clone();
        taken.push(self.list(random, limits, &end)?);
        self.locate(random, &mut taken)?;
        self.comment = end.comment;

        taken.sort_by_key(|range| (range.start, range.end));
        let (mut covered, mut overlaps) = (0, 0_u64);
        let mut gaps = Vec::new();
        for range in taken {
            if range.start > covered {
                gaps.push(covered..range.start);
            }
            overlaps += u64::from(range.start < covered && !range.is_empty());
            covered = covered.max(range.end);
        }
        gaps.push(covered..random.len());
        overlaps += self.entries.iter().filter(|entry| entry.kind == Kind::Shared).count() as u64;
        if overlaps > 0 {
            self.incident(Problem::Hostile, format!("{overlaps} records overlap others"));
        }
        for gap in gaps {
            walk.walk(gap, self.entries.len(), &mut self.strays)?;
        }
        if !self.strays.is_empty() {
            self.note("bytes that the directory does not list: scanned, not copied");
        }
        if self
            .strays
            .iter()
            .any(|stray| matches!(stray, Stray::Record(entry) if entry.expected.is_cut))
        {
            let what = "a record that the directory does not list ends too early";
            self.incident(Problem::Accounting, what);
        }
        Ok(())
    }

    /// Reads the directory's records, however many are stated, and answers which bytes they take.
    fn list(&mut self, random: &Random, limits: &Limits, end: &End) -> io::Result<Range<u64>> {
        let mut window = Window::new(random, 64 << 10);
        let mut at = end.start;
        let mut names_len = 0;
        let mut is_whole = true;
        while at < end.limit && window.is_at(at, record::CENTRAL)? {
            if self.entries.len() as u64 >= limits.entries || names_len > NAMES_LEN {
                let kind = Problem::Limit(LimitKind::Entries);
                self.incident(kind, format!("more than {} entries", self.entries.len()));
                is_whole = false;
                // What is left of the directory is no gap.
                at = end.limit;
                break;
            }
            let Some(central) = record::central(&mut window, at, end.limit)? else {
                self.incident(Problem::Damaged, "a directory record runs past the directory's end");
                is_whole = false;
                break;
            };
            let local = central.offset.checked_add_signed(end.base).unwrap_or(u64::MAX);
            let mut entry = Entry::new(&central.header, Some(at), local, central.mode);
            // `locate` knows where data begins.
            entry.data = 0..central.header.packed;
            let name = central.header.name();
            names_len += name.len();
            self.names.push(name);
            self.entries.push(entry);
            at = central.header.end;
        }
        let count = self.entries.len() as u64;
        if is_whole && count != end.count {
            let what = format!("{} entries declared, {count} found", end.count);
            self.incident(Problem::Accounting, what);
        } else if is_whole && at - end.start != end.size {
            self.incident(Problem::Accounting, "the directory is not as long as declared");
        }
        Ok(end.start..at)
    }

    /// Finds the local records of all entries and adds what they take.
    fn locate(&mut self, random: &Random, taken: &mut Vec<Range<u64>>) -> io::Result<()> {
        let mut window = Window::new(random, 512);
        let mut central_window = Window::new(random, 64 << 10);
        let mut starts = rustc_hash::FxHashSet::default();
        for index in 0..self.entries.len() {
            let entry = &mut self.entries[index];
            let packed = entry.data.end;
            let Some(local) = record::local(&mut window, entry.local)? else {
                entry.problem = Some(Problem::Damaged);
                entry.data = 0..0;
                continue;
            };
            if !starts.insert(entry.local) {
                entry.kind = Kind::Shared;
                continue;
            }
            let stated = local.end.saturating_add(packed);
            entry.data = local.end..stated.min(random.len());
            entry.expected.is_cut = stated > random.len();
            let mut end = entry.data.end;
            if let Expected { crc: Some(crc), size: Some(size), .. } = entry.expected
                && (local.has_descriptor() || window.is_at(end, DESCRIPTOR)?)
            {
                end += descriptor_len(&mut window, end, crc, packed, size)?;
            }
            taken.push(entry.local..end);
            let central = match entry.central {
                Some(at) => record::central(&mut central_window, at, u64::MAX)?,
                None => None,
            };
            if central.is_some_and(|central| !agree(&local, &central.header)) {
                self.note("local records and directory disagree: the directory counts");
            }
        }
        Ok(())
    }

    /// Takes what local records lead to for the archive's members.
    fn salvage(&mut self, walk: &mut Walk<'_>, len: u64) -> Result<(), FormatError> {
        let mut strays = Vec::new();
        walk.walk(0..len, 0, &mut strays)?;
        for stray in strays {
            match stray {
                Stray::Record(entry) => {
                    self.names.push(walk::name(walk.random(), entry.local)?);
                    self.entries.push(entry);
                }
                Stray::Bytes(_) => self.strays.push(stray),
            }
        }
        if self.entries.is_empty() {
            return Err(FormatError::new(Problem::Damaged, "no zip archive"));
        }
        Ok(())
    }
}

/// Whether a local record says what the directory says.
fn agree(local: &Header, central: &Header) -> bool {
    local.name == central.name
        && local.method == central.method
        && local.flags & 1 == central.flags & 1
        && (local.has_descriptor()
            || (local.crc == central.crc
                && local.size == central.size
                && local.packed == central.packed))
}
