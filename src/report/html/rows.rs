use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek};
use std::path::{Path, PathBuf};

use askama::Template;

use crate::files;

/// Rows of a table that may be longer than people read: the first ones, rendered, in a temporary file.
pub(super) struct Rows {
    folder: PathBuf,
    file: Option<BufWriter<File>>,
    limit: u64,
    total: u64,
}

impl Rows {
    pub(super) fn new(folder: &Path, limit: u64) -> Self {
        Self { folder: folder.to_owned(), file: None, limit, total: 0 }
    }

    /// Takes a row; beyond the limit it only counts.
    pub(super) fn push(&mut self, row: &impl Template) -> io::Result<()> {
        self.total += 1;
        if self.total > self.limit {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(files::temporary(&self.folder)?)),
        };
        Template::write_into(row, file)
    }

    /// Ends the table.
    pub(super) fn finish(self) -> io::Result<Table> {
        let file = match self.file {
            Some(file) => Some(file.into_inner().map_err(io::IntoInnerError::into_error)?),
            None => None,
        };
        Ok(Table { file, total: self.total, shown: self.total.min(self.limit) })
    }
}

/// A finished table; displays as its rendered rows.
pub(super) struct Table {
    file: Option<File>,
    /// Rows there are.
    pub(super) total: u64,
    /// Rows it displays.
    pub(super) shown: u64,
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(mut file) = self.file.as_ref() else { return Ok(()) };
        file.rewind().map_err(|_| fmt::Error)?;
        let mut lines = BufReader::new(file);
        let mut line = String::new();
        while lines.read_line(&mut line).map_err(|_| fmt::Error)? > 0 {
            out.write_str(&line)?;
            line.clear();
        }
        Ok(())
    }
}
