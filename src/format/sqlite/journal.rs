//! Journals: what stood in a database before a change that was not completed.
//!
//! Rollback journals: <https://sqlite.org/fileformat2.html#the_rollback_journal>. SQLite takes back what
//! it can read and says nothing of the rest; a leader that a journal names it deletes.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

const MARK: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// What a journal is good for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Journal {
    /// There is none, or its change was completed.
    #[default]
    None,
    /// The change can be taken back.
    Whole,
    /// The change belonged to several databases: whether it was completed does not show here.
    Shared,
    /// Parts of it are missing or damaged.
    Damaged,
}

impl Journal {
    /// Looks into a copy of a journal. The name of the file that leads a change of several databases
    /// is taken out: SQLite would read that file and delete it, wherever it lies.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let len = file.metadata()?.len();
        let Some(end) = len.checked_sub(MARK.len() as u64).filter(|end| *end > 0) else {
            return Ok(Self::Damaged);
        };
        let mut mark = [0; MARK.len()];
        file.seek(SeekFrom::Start(end))?;
        file.read_exact(&mut mark)?;
        let is_shared = mark == MARK;
        if is_shared {
            file.seek(SeekFrom::Start(end))?;
            file.write_all(&[0; MARK.len()])?;
        }
        file.rewind()?;
        Ok(match records(&mut file, len)? {
            Self::Whole if is_shared => Self::Shared,
            kind => kind,
        })
    }
}

/// Whether all records are there that the headers count.
fn records(file: &mut File, len: u64) -> io::Result<Journal> {
    let mut at = 0;
    let mut page = Vec::new();
    loop {
        let mut head = [0; 28];
        if at + head.len() as u64 > len {
            return Ok(if at == 0 { Journal::Damaged } else { Journal::Whole });
        }
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut head)?;
        let number = |from: usize| {
            u32::from_be_bytes([head[from], head[from + 1], head[from + 2], head[from + 3]])
        };
        if head[..8] != MARK {
            // Where no further part begins; at the start, a completed change is written over with zeros.
            return Ok(match at {
                0 if head == [0; 28] => Journal::None,
                0 => Journal::Damaged,
                _ => Journal::Whole,
            });
        }
        let [count, start, sector, size] = [8, 12, 20, 24].map(number);
        let fits = |size: u32, least| (least..=1 << 16).contains(&size) && size.is_power_of_two();
        if !fits(size, 512) || !fits(sector, 32) {
            return Ok(Journal::Damaged);
        }
        at += u64::from(sector);
        // Programs that do not wait for the disk do not count.
        if count == u32::MAX {
            return Ok(Journal::Whole);
        }
        page.resize(size as usize + 8, 0);
        file.seek(SeekFrom::Start(at))?;
        for _ in 0..count {
            match file.read_exact(&mut page) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Ok(Journal::Damaged);
                }
                read => read?,
            }
            let (content, sum) = page[4..].split_at(size as usize);
            let bytes = content.iter().rev().skip(199).step_by(200);
            let expected = bytes.fold(start, |sum, byte| sum.wrapping_add(u32::from(*byte)));
            if sum != expected.to_be_bytes() {
                return Ok(Journal::Damaged);
            }
        }
        at += u64::from(count) * page.len() as u64;
        at = at.next_multiple_of(u64::from(sector));
    }
}
