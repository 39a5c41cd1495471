//! SQLite databases: WhatsApp's on Android and iOS, and any other.
//!
//! A database is opened where it lies as a file that nobody changes, or, if a log or journal lies beside
//! it or it lies in something else, as a private copy: no trigger, view or program in it runs, nothing
//! is written beside the original. Tables and columns are found by introspection; `known` only says
//! what some of them mean. Rows are read from the pages of the file (`tree`, `record`): SQLite would
//! need several times as long, and sees neither what deleted rows left behind nor what belongs to
//! nothing. Messages come in pages by chat (`page`), everything else cell by cell.

mod cell;
mod change;
mod copier;
mod fts;
mod journal;
mod known;
mod open;
mod page;
mod plan;
mod reader;
mod record;
mod residue;
mod schema;
mod talk;
mod tree;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests;

pub(super) use cell::{Content, content};
pub(super) use change::{Owned, Splice, changes, spliced};
pub(super) use copier::Copier;
pub(super) use known::{is_plain, is_telling};
pub(super) use page::{Sorter, Text};
pub(super) use reader::SqliteReader;

use super::{Format, FormatError, Limits, Output, Reader, Source, Writer};

/// Databases of any program.
pub(super) struct Sqlite;

impl Format for Sqlite {
    fn sniff(&self, head: &[u8], name: &str) -> bool {
        let is_named = || {
            let name = name.to_ascii_lowercase();
            [".db", ".sqlite", ".sqlite3"].iter().any(|end| name.ends_with(end))
        };
        head.starts_with(b"SQLite format 3\0") || head.is_empty() && is_named()
    }

    fn open(&self, source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        Ok(Box::new(reader::SqliteReader::new(source)?))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(copier::Copier::new(out)))
    }
}
