//! Findings of one input until it is their turn in the reports.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::PathBuf;

use crate::files;
use crate::report::FindingRecord;

/// So many records of an input stay in memory; more go to an owner-only temporary file.
const IN_MEMORY: usize = 4096;

/// Findings in order, each id once with its number of occurrences.
pub(super) struct Spool {
    folder: PathBuf,
    /// How often each id occurred.
    occurrences: HashMap<String, u64>,
    memory: Vec<FindingRecord>,
    file: Option<BufWriter<std::fs::File>>,
    suppressed: u64,
}

impl Spool {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, occurrences: HashMap::new(), memory: Vec::new(), file: None, suppressed: 0 }
    }

    /// Takes a finding; a repeated id only counts.
    pub(super) fn push(&mut self, record: FindingRecord) -> io::Result<()> {
        let count = self.occurrences.entry(record.id.clone()).or_default();
        *count += record.occurrences;
        if *count > record.occurrences {
            return Ok(());
        }
        if self.memory.len() >= IN_MEMORY {
            if self.file.is_none() {
                self.file = Some(BufWriter::new(files::temporary(&self.folder)?));
            }
            if let Some(file) = &mut self.file {
                for record in self.memory.drain(..) {
                    serde_json::to_writer(&mut *file, &record)?;
                    file.write_all(b"\n")?;
                }
            }
        }
        self.memory.push(record);
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
        let Self { occurrences, memory, file, .. } = self;
        let mut finish = |mut record: FindingRecord| {
            record.occurrences = occurrences.get(&record.id).copied().unwrap_or(1);
            take(&record)
        };
        if let Some(file) = file {
            let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.rewind()?;
            for line in BufReader::new(file).lines() {
                finish(serde_json::from_str(&line?).map_err(io::Error::from)?)?;
            }
        }
        memory.into_iter().try_for_each(finish)
    }
}
