//! tar archives (POSIX ustar and pax, GNU).
//!
//! As with zip, the archive is not trusted: what is no content of a listed file (fields of headers,
//! names of users, links, bytes after the end) is scanned and never copied.

mod copier;
mod header;
mod list;

#[cfg(test)]
mod tests;

use super::{
    Format, FormatError, Item, Limits, Member, Output, Random, Reader, Source, SpillSettings,
    Tally, Writer,
};
use crate::model::{Incident, Problem};
use copier::Copier;
use header::{BLOCK, is_header};
use list::{Entry, Kind, list};

/// Archives of tape.
pub(super) struct Tar;

/// Lengths of an archive that holds nothing, by the programs that make them: all zeros.
const EMPTY: [usize; 2] = [1024, 10_240];

impl Format for Tar {
    /// The first header has the right checksum. Zeros alone are an archive that holds nothing, if they
    /// are as many or are called one.
    fn sniff(&self, head: &[u8], name: &str) -> bool {
        let Some(first) = head.first_chunk::<BLOCK>() else { return false };
        // A header may have no name where another says it.
        if first[0] != 0 || first[257..].starts_with(b"ustar") {
            return is_header(first);
        }
        let is_called = head.len() >= EMPTY[0] && name.to_ascii_lowercase().ends_with(".tar");
        (is_called || EMPTY.contains(&head.len())) && head.iter().all(|byte| *byte == 0)
    }

    fn open(&self, source: Source, limits: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let spill = source.spill().clone();
        let (random, cut) = source.into_readable()?;
        let (mut entries, error) = list(&random, limits);
        let mut tally = Tally {
            format: "tar",
            messages: 0,
            bytes_scanned: random.len(),
            bytes_not_scanned: 0,
            notes: Vec::new(),
        };
        let unread = entries.iter().filter(|it| matches!(it.kind, Kind::Unread(_)));
        for bytes in unread.filter_map(|entry| entry.content.clone()) {
            tally.bytes_not_scanned += bytes.end - bytes.start;
            tally.bytes_scanned -= bytes.end - bytes.start;
        }
        let is_listed = |entry: &&Entry| !matches!(entry.kind, Kind::Text | Kind::Skipped(_));
        let names = entries.iter().filter(is_listed).map(|entry| entry.name.clone()).collect();
        let mut skipped = Vec::new();
        entries.retain(|entry| {
            let Kind::Skipped(kind) = entry.kind else { return true };
            skipped.push((entry.name.clone(), kind));
            false
        });
        let error = cut.or(error);
        Ok(Box::new(TarReader { random, spill, entries, names, skipped, at: 0, error, tally }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(Copier::new(out)))
    }
}

struct TarReader {
    random: Random,
    spill: SpillSettings,
    entries: Vec<Entry>,
    names: Vec<String>,
    skipped: Vec<(String, &'static str)>,
    at: usize,
    error: Option<FormatError>,
    tally: Tally,
}

impl Reader for TarReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        let Some(entry) = self.entries.get(self.at) else {
            return self.error.take().map_or(Ok(None), Err);
        };
        self.at += 1;
        let name = entry.name.clone();
        let (base, copied) = match entry.kind {
            Kind::File => (name.rsplit('/').next().unwrap_or(&name), true),
            Kind::Folder => ("", true),
            Kind::Other => (name.rsplit('/').next().unwrap_or(&name), false),
            Kind::Text | Kind::Skipped(_) => ("bytes.txt", false),
            Kind::Unread(what) => {
                let (problem, detail) = (Problem::Unsupported, what.to_owned());
                return Ok(Some(Item::Incident(Incident { problem, member: Some(name), detail })));
            }
        };
        let source = entry.content.clone().map(|range| {
            Source::stream(base.to_owned(), Box::new(self.random.slice(range)), &self.spill)
        });
        let modified = entry.modified;
        Ok(Some(Item::Member(Member { name, source, modified, copied })))
    }

    fn tally(&self) -> Tally {
        self.tally.clone()
    }

    fn names(&self) -> &[String] {
        &self.names
    }

    fn skipped(&self) -> &[(String, &'static str)] {
        &self.skipped
    }
}
