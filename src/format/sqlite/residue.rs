//! What deleted rows left behind: text in free pages, and between the cells of pages in use.
//!
//! SQLite's file format: <https://sqlite.org/fileformat2.html>.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use super::cell::runs;
use crate::format::Random;

/// So many bytes are read at a time: no less than the largest page.
const AHEAD: usize = 1 << 20;

/// Text of the unused parts of a database, a run a line.
pub(super) struct Residue {
    file: Random,
    page_size: usize,
    pages: u64,
    /// Free pages, a bit each.
    free: Vec<u64>,
    at: u64,
    page: Vec<u8>,
    /// Bytes read ahead, and where they stand in the file.
    ahead: Vec<u8>,
    ahead_at: u64,
    text: Vec<u8>,
    read: usize,
}

impl Residue {
    /// Starts; `None` if there is nothing to read.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn new(file: Random) -> io::Result<Option<Self>> {
        let mut head = [0; 100];
        if file.read_at(0, &mut head)? < head.len() {
            return Ok(None);
        }
        let Some(page_size) = page_size(&head) else { return Ok(None) };
        let pages = file.len() / page_size as u64;
        let free = vec![0; (pages / 64) as usize + 1];
        let page = vec![0; page_size];
        let mut this = Self {
            file,
            page_size,
            pages,
            free,
            at: 0,
            page,
            ahead: Vec::new(),
            ahead_at: 0,
            text: Vec::new(),
            read: 0,
        };
        this.list_free(u32_at(&head, 32))?;
        this.fill()?;
        Ok((!this.text.is_empty()).then_some(this))
    }

    /// Follows the list of free pages.
    fn list_free(&mut self, mut trunk: u32) -> io::Result<()> {
        while self.is_new(trunk) {
            self.mark(trunk);
            self.load(u64::from(trunk) - 1)?;
            let count = (u32_at(&self.page, 4) as usize).min(self.page_size / 4 - 2);
            for entry in 0..count {
                let leaf = u32_at(&self.page, 8 + entry * 4);
                if self.is_new(leaf) {
                    self.mark(leaf);
                }
            }
            trunk = u32_at(&self.page, 0);
        }
        Ok(())
    }

    fn is_new(&self, page: u32) -> bool {
        let page = u64::from(page);
        page > 1 && page <= self.pages && !self.is_free(page - 1)
    }

    fn mark(&mut self, page: u32) {
        let at = u64::from(page) - 1;
        self.free[(at / 64) as usize] |= 1 << (at % 64);
    }

    fn is_free(&self, at: u64) -> bool {
        self.free[(at / 64) as usize] >> (at % 64) & 1 == 1
    }

    fn load(&mut self, at: u64) -> io::Result<()> {
        let at = at * self.page_size as u64;
        let end = self.ahead_at + self.ahead.len() as u64;
        if at < self.ahead_at || at + self.page_size as u64 > end {
            self.ahead.resize(AHEAD, 0);
            let got = self.file.read_at(at, &mut self.ahead)?;
            self.ahead[got..].fill(0);
            self.ahead_at = at;
        }
        let from = (at - self.ahead_at) as usize;
        self.page.copy_from_slice(&self.ahead[from..from + self.page_size]);
        Ok(())
    }

    /// Goes on to the next page that holds text where nothing should be.
    fn fill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.read = 0;
        while self.text.is_empty() && self.at < self.pages {
            self.load(self.at)?;
            let start = if self.at == 0 { 100 } else { 0 };
            if self.is_free(self.at) {
                self.text.extend(runs(&self.page).text.into_bytes());
            } else if is_tree(self.page[start]) {
                for stretch in unused(&self.page, start) {
                    self.text.extend(runs(&self.page[stretch]).text.into_bytes());
                }
            }
            self.at += 1;
        }
        Ok(())
    }
}

/// Stretches of a page of a tree between its cells, of which nothing is in use.
fn unused(page: &[u8], start: usize) -> Vec<Range<usize>> {
    let header = if page[start] < 8 { 12 } else { 8 };
    let cells = u16_at(page, start + 3);
    let from = (start + header + cells * 2).min(page.len());
    let content = match u16_at(page, start + 5) {
        0 => page.len(),
        content => content.min(page.len()),
    };
    let mut stretches = vec![from..content.max(from)];
    // Blocks of at least four bytes, in rising order: their number is bounded by the page.
    let mut block = u16_at(page, start + 1);
    while block >= content && block + 4 <= page.len() {
        let end = (block + u16_at(page, block + 2)).min(page.len());
        stretches.push(block + 4..end.max(block + 4));
        match u16_at(page, block) {
            next if next > block => block = next,
            _ => break,
        }
    }
    stretches
}

/// Whether a page may be one of a tree, by its first byte.
fn is_tree(first: u8) -> bool {
    matches!(first, 2 | 5 | 10 | 13)
}

/// Overwrites what nothing uses in the pages of a database that was just written and has no free
/// ones: SQLite leaves there what its memory held before.
///
/// # Errors
/// The file cannot be read or written.
pub(super) fn clear(file: &mut File) -> io::Result<()> {
    let mut head = [0; 100];
    file.rewind()?;
    file.read_exact(&mut head)?;
    let Some(size) = page_size(&head) else { return Ok(()) };
    // Pages that say which page points to which, of databases that shrink by themselves.
    let has_pointers = u32_at(&head, 52) != 0;
    let between = (size - usize::from(head[20])) as u64 / 5 + 1;
    let mut page = vec![0; size];
    let pages = file.metadata()?.len() / size as u64;
    for at in 0..pages {
        // Which pages those are depends on the page that locks use, beyond a gigabyte.
        if has_pointers && (at.wrapping_sub(1) % between == 0 || at * size as u64 >= 1 << 30) {
            continue;
        }
        let start = if at == 0 { 100 } else { 0 };
        file.seek(SeekFrom::Start(at * size as u64))?;
        file.read_exact(&mut page)?;
        if !is_tree(page[start]) {
            continue;
        }
        let mut is_changed = false;
        for stretch in unused(&page, start) {
            is_changed |= page[stretch.clone()].iter().any(|byte| *byte != 0);
            page[stretch].fill(0);
        }
        if is_changed {
            file.seek(SeekFrom::Start(at * size as u64))?;
            file.write_all(&page)?;
        }
    }
    file.flush()
}

pub(super) fn page_size(head: &[u8; 100]) -> Option<usize> {
    let size = match u16_at(head, 16) {
        1 => 1 << 16,
        size => size,
    };
    (size.is_power_of_two() && size >= 512).then_some(size)
}

fn u16_at(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..at + 2).map_or(0, |it| usize::from(u16::from_be_bytes([it[0], it[1]])))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |it| u32::from_be_bytes([it[0], it[1], it[2], it[3]]))
}

impl Read for Residue {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.read == self.text.len() {
            self.fill()?;
        }
        let got = buf.len().min(self.text.len() - self.read);
        buf[..got].copy_from_slice(&self.text[self.read..self.read + got]);
        self.read += got;
        Ok(got)
    }
}
