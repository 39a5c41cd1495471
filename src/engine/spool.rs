//! Findings of one input until it is their turn in the reports.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Seek, Write};
use std::path::PathBuf;

use rustc_hash::FxHashMap;

use crate::files;
use crate::report::FindingRecord;

/// So many bytes of an input's records stay in memory; more go to an owner-only temporary file.
const IN_MEMORY: usize = 512 << 10;

/// Findings in order, each id once with its number of occurrences.
pub(super) struct Spool {
    folder: PathBuf,
    /// How often each id occurred.
    occurrences: FxHashMap<Box<str>, u64>,
    /// Records as JSON, one a line: a third of what they take otherwise.
    memory: Vec<u8>,
    file: Option<File>,
    /// So many bytes of the file are whole records.
    written: u64,
    /// The file takes no more.
    is_full: bool,
    suppressed: u64,
}

impl Spool {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            occurrences: FxHashMap::default(),
            memory: Vec::new(),
            file: None,
            written: 0,
            is_full: false,
            suppressed: 0,
        }
    }

    /// Takes a finding; a repeated id only counts.
    ///
    /// # Errors
    /// The file cannot be written, once; from then on all findings stay in memory.
    pub(super) fn push(&mut self, record: &FindingRecord) -> io::Result<()> {
        if let Some(count) = self.occurrences.get_mut(record.id.as_str()) {
            *count += record.occurrences;
            return Ok(());
        }
        self.occurrences.insert(record.id.as_str().into(), record.occurrences);
        let spilled =
            if self.memory.len() >= IN_MEMORY && !self.is_full { self.spill() } else { Ok(()) };
        self.is_full |= spilled.is_err();
        serde_json::to_writer(&mut self.memory, record)?;
        self.memory.push(b'\n');
        spilled
    }

    /// Moves what is in memory to the file.
    fn spill(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(files::temporary(&self.folder)?);
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(&self.memory)?;
        self.written += self.memory.len() as u64;
        self.memory.clear();
        Ok(())
    }

    /// Counts a finding that the policy does not let count.
    pub(super) fn suppress(&mut self) {
        self.suppressed += 1;
    }

    pub(super) fn suppressed(&self) -> u64 {
        self.suppressed
    }

    /// Number of distinct findings.
    pub(super) fn len(&self) -> u64 {
        self.occurrences.len() as u64
    }

    /// Number of findings, repeated ones included.
    pub(super) fn occurrences(&self) -> u64 {
        self.occurrences.values().sum()
    }

    /// Hands out all findings in the order in which they came.
    pub(super) fn drain<E: From<io::Error>>(
        self,
        mut take: impl FnMut(&FindingRecord) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { occurrences, memory, file, written, .. } = self;
        let mut finish = |line: io::Result<String>| {
            let mut record: FindingRecord =
                serde_json::from_str(&line?).map_err(io::Error::from)?;
            record.occurrences = occurrences.get(record.id.as_str()).copied().unwrap_or(1);
            take(&record)
        };
        if let Some(mut file) = file {
            file.rewind()?;
            BufReader::new(file.take(written)).lines().try_for_each(&mut finish)?;
        }
        memory.lines().try_for_each(finish)
    }
}
