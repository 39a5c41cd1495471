//! Trees of pages, as SQLite stores tables and indices, read without it: each page once, in order.
//!
//! Every byte of a page belongs to a cell or is unused; what unused bytes hold of deleted rows is
//! gathered as pages go by. A page that is needed twice, or not at all, is damage.
//! SQLite's file format: <https://sqlite.org/fileformat2.html>.

use std::io::{self, Write as _};
use std::ops::Range;

use super::cell::runs;
use super::open::NO_DATABASE;
use crate::format::{FormatError, Random, Spill, SpillSettings};
use crate::model::Problem;

/// Longer rows are not read, in bytes.
pub(super) const LONGEST_ROW: u64 = 64 << 20;
/// SQLite itself makes no tree deeper than this.
const DEEPEST: usize = 20;
/// Fewer bytes are no text that was left behind.
const SHORTEST_RESIDUE: usize = 5;

/// The pages of a database.
pub(super) struct Pages {
    file: Random,
    size: usize,
    /// Bytes of a page that trees use.
    usable: usize,
    /// Pages of the file, and as many of them as its header says.
    count: u32,
    stated: u32,
    seen: Bits,
    free: Bits,
    /// A page is not what or where it should be.
    pub(super) is_damaged: bool,
    /// Text of unused bytes, a run a line.
    residue: Spill,
    has_residue: bool,
    /// Where the cells of the page at hand lie.
    extents: Vec<(usize, usize)>,
}

impl Pages {
    /// The pages of a file that SQLite opens.
    ///
    /// # Errors
    /// The file cannot be read, or its header is none.
    pub(super) fn new(file: Random, spill: &SpillSettings) -> Result<Self, FormatError> {
        let mut head = [0; 100];
        let got = file.read_at(0, &mut head)?;
        let size = page_size(&head).filter(|_| got == head.len());
        let size = size.ok_or_else(|| FormatError::new(Problem::Damaged, NO_DATABASE))?;
        let count = u32::try_from(file.len().div_ceil(size as u64)).unwrap_or(u32::MAX);
        // Only then does the number count (1.3.7).
        let stated = if u32_at(&head, 24) == u32_at(&head, 92) { u32_at(&head, 28) } else { count };
        let mut pages = Self {
            file,
            size,
            usable: size.saturating_sub(usize::from(head[20])).max(480),
            count,
            stated,
            seen: Bits::new(count),
            free: Bits::new(count),
            is_damaged: false,
            residue: Spill::new(spill),
            has_residue: false,
            extents: Vec::new(),
        };
        // The page of the byte that locks use.
        pages.seen.set((1 << 30) / size as u32 + 1);
        if u32_at(&head, 52) != 0 {
            pages.mark_pointers();
        }
        pages.list_free(u32_at(&head, 32), u32_at(&head, 36))?;
        Ok(pages)
    }

    /// Pages that say which page points to which, of databases that shrink by themselves.
    fn mark_pointers(&mut self) {
        let between = self.usable / 5 + 1;
        let lock = (1 << 30) / self.size as u32 + 1;
        for page in (2..=self.count).step_by(between) {
            self.seen.set(if page == lock { page + 1 } else { page });
        }
    }

    /// Follows the list of free pages.
    fn list_free(&mut self, mut trunk: u32, count: u32) -> io::Result<()> {
        let mut page = Vec::new();
        let mut listed = 0;
        while trunk != 0 && self.load(trunk, &mut page)? {
            self.free.set(trunk);
            let leaves = (u32_at(&page, 4) as usize).min(self.usable / 4 - 2);
            listed += 1 + leaves as u64;
            for entry in 0..leaves {
                let leaf = u32_at(&page, 8 + entry * 4);
                self.is_damaged |= !self.claim(leaf);
                self.free.set(leaf);
            }
            trunk = u32_at(&page, 0);
        }
        self.is_damaged |= listed != u64::from(count);
        Ok(())
    }

    /// Whether a page is there and nothing else has needed it.
    fn claim(&mut self, page: u32) -> bool {
        let is_new = (1..=self.count).contains(&page) && !self.seen.has(page);
        self.seen.set(page);
        is_new
    }

    /// Reads a page that nothing else has needed.
    fn load(&mut self, number: u32, page: &mut Vec<u8>) -> io::Result<bool> {
        if !self.claim(number) {
            self.is_damaged = true;
            return Ok(false);
        }
        self.read(number, page)?;
        Ok(true)
    }

    fn read(&mut self, number: u32, page: &mut Vec<u8>) -> io::Result<()> {
        page.resize(self.size, 0);
        let got = self.file.read_at(u64::from(number - 1) * self.size as u64, page)?;
        page[got..].fill(0);
        Ok(())
    }

    /// Keeps the text of bytes that nothing uses.
    fn leave(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() < SHORTEST_RESIDUE || bytes.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        let text = runs(bytes).text;
        self.has_residue |= !text.is_empty();
        self.residue.write_all(text.as_bytes())
    }

    /// Lists the cells of a page of a tree, and keeps what lies between them.
    fn cells(&mut self, number: u32, page: &[u8], cells: &mut Vec<Cell>) -> io::Result<Kind> {
        cells.clear();
        let start = if number == 1 { 100 } else { 0 };
        let Some(kind) = Kind::of(page[start]) else {
            self.is_damaged = true;
            self.leave(page)?;
            return Ok(Kind::None);
        };
        let header = start + if kind.is_leaf() { 8 } else { 12 };
        let count = u16_at(page, start + 3).min((self.usable - header) / 2);
        let pointers = header + count * 2;
        let mut extents = std::mem::take(&mut self.extents);
        extents.clear();
        for pointer in page[header..pointers].chunks_exact(2) {
            let at = usize::from(u16::from_be_bytes([pointer[0], pointer[1]]));
            let cell = Cell::read(&page[..self.usable], at, kind);
            // Nothing is longer than the file it is in.
            match cell.filter(|it| at >= pointers && it.0.len <= self.file.len()) {
                Some((cell, end)) => {
                    cells.push(cell);
                    extents.push((at, end));
                }
                None => self.is_damaged = true,
            }
        }
        if !kind.is_leaf() {
            let child = u32_at(page, start + 8);
            cells.push(Cell { child, ..Cell::default() });
        }
        extents.sort_unstable();
        let mut from = pointers;
        for (start, end) in &extents {
            if *start > from {
                self.leave(&page[from..*start])?;
            }
            from = from.max(*end);
        }
        self.leave(&page[from..])?;
        self.extents = extents;
        Ok(kind)
    }

    /// Adds what a cell keeps on further pages.
    fn follow(
        &mut self,
        mut next: u32,
        mut left: u64,
        payload: &mut Vec<u8>,
        is_kept: bool,
    ) -> io::Result<()> {
        let mut page = Vec::new();
        while left > 0 && self.load(next, &mut page)? {
            let len = left.min(self.usable as u64 - 4) as usize;
            if is_kept {
                payload.extend_from_slice(&page[4..4 + len]);
            }
            left -= len as u64;
            next = u32_at(&page, 0);
            if left == 0 {
                self.leave(&page[4 + len..])?;
            }
        }
        Ok(())
    }

    /// Goes through a tree for what lies between its cells, unless that was done.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn sweep(&mut self, root: u32) -> io::Result<()> {
        if self.seen.has(root) {
            return Ok(());
        }
        let mut cursor = Cursor::new(self, root)?;
        while cursor.next(self)?.is_some() {}
        Ok(())
    }

    /// What unused bytes of all pages hold, when all trees were gone through; `None`: nothing.
    ///
    /// # Errors
    /// The file cannot be read, or the temporary folder not be written.
    pub(super) fn residue(mut self) -> io::Result<(Option<Random>, bool)> {
        let mut page = Vec::new();
        for number in 1..=self.count {
            let is_lost = !self.seen.has(number);
            self.is_damaged |= is_lost && number <= self.stated;
            if is_lost || self.free.has(number) {
                self.read(number, &mut page)?;
                self.leave(&page)?;
            }
        }
        let Self { residue, has_residue, is_damaged, .. } = self;
        Ok((has_residue.then(|| residue.into_random()).transpose()?, is_damaged))
    }
}

/// A set of pages, by their numbers from 1.
struct Bits(Vec<u64>);

impl Bits {
    fn new(count: u32) -> Self {
        Self(vec![0; count as usize / 64 + 1])
    }

    fn has(&self, page: u32) -> bool {
        self.0.get(page as usize / 64).is_some_and(|word| word >> (page % 64) & 1 == 1)
    }

    fn set(&mut self, page: u32) {
        if let Some(word) = self.0.get_mut(page as usize / 64) {
            *word |= 1 << (page % 64);
        }
    }
}

/// Kinds of pages of trees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    /// No page of a tree.
    #[default]
    None,
    IndexInner,
    TableInner,
    IndexLeaf,
    TableLeaf,
}

impl Kind {
    fn of(first: u8) -> Option<Self> {
        Some(match first {
            2 => Self::IndexInner,
            5 => Self::TableInner,
            10 => Self::IndexLeaf,
            13 => Self::TableLeaf,
            _ => return None,
        })
    }

    fn is_leaf(self) -> bool {
        matches!(self, Self::IndexLeaf | Self::TableLeaf)
    }

    fn is_table(self) -> bool {
        matches!(self, Self::TableInner | Self::TableLeaf)
    }
}

/// A cell of a page.
#[derive(Debug, Clone, Default)]
struct Cell {
    /// The page of what comes before it, on an inner page.
    child: u32,
    row: i64,
    /// Length of its row or key, here and on further pages.
    len: u64,
    /// What of that is here.
    local: Range<usize>,
    /// The first further page.
    overflow: u32,
}

impl Cell {
    /// The cell at this place, and where it ends; `None`: it does not fit.
    fn read(page: &[u8], at: usize, kind: Kind) -> Option<(Self, usize)> {
        let mut cell = Self::default();
        let mut here = at;
        if !kind.is_leaf() {
            cell.child = u32::from_be_bytes(*page.get(here..)?.first_chunk()?);
            here += 4;
        }
        if kind != Kind::TableInner {
            cell.len = varint(page, &mut here)?;
        }
        if kind.is_table() {
            cell.row = varint(page, &mut here)?.cast_signed();
        }
        if kind != Kind::TableInner {
            let usable = page.len();
            let most =
                if kind == Kind::TableLeaf { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
            let local = if cell.len <= most as u64 {
                cell.len as usize
            } else {
                let least = (usable - 12) * 32 / 255 - 23;
                let rest = least + ((cell.len - least as u64) % (usable as u64 - 4)) as usize;
                if rest <= most { rest } else { least }
            };
            cell.local = here..here + local;
            here += local;
            if (local as u64) < cell.len {
                cell.overflow = u32::from_be_bytes(*page.get(here..)?.first_chunk()?);
                here += 4;
            }
        }
        (here <= page.len()).then(|| (cell, here.max(at + 4).min(page.len())))
    }
}

/// A row of a table, or a key of an index.
pub(super) struct Row<'c> {
    /// Its number, in a table that has numbers.
    pub(super) id: i64,
    /// Its record; less than all of it where pages are missing.
    pub(super) payload: &'c [u8],
    /// It is longer than [`LONGEST_ROW`], and not read.
    pub(super) is_too_long: bool,
}

/// Goes through a tree in its order.
pub(super) struct Cursor {
    frames: Vec<Frame>,
    depth: usize,
    is_table: bool,
    last: Option<i64>,
    payload: Vec<u8>,
}

/// A page on the way from the root.
#[derive(Default)]
struct Frame {
    page: Vec<u8>,
    kind: Kind,
    cells: Vec<Cell>,
    /// Where on the page reading goes on: on an inner page twice the cell, and 1 if its child was read.
    turn: usize,
}

impl Cursor {
    /// At the start of the tree with this root.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn new(pages: &mut Pages, root: u32) -> io::Result<Self> {
        let (frames, payload) = (Vec::new(), Vec::new());
        let mut cursor = Self { frames, depth: 0, is_table: true, last: None, payload };
        cursor.enter(pages, root)?;
        cursor.is_table = cursor.frames.first().is_some_and(|root| root.kind.is_table());
        Ok(cursor)
    }

    /// Whether rows have numbers.
    pub(super) fn is_table(&self) -> bool {
        self.is_table
    }

    fn enter(&mut self, pages: &mut Pages, number: u32) -> io::Result<()> {
        if self.depth == self.frames.len() {
            self.frames.push(Frame::default());
        }
        let frame = &mut self.frames[self.depth];
        frame.turn = 0;
        if self.depth == DEEPEST || !pages.load(number, &mut frame.page)? {
            pages.is_damaged = true;
            return Ok(());
        }
        frame.kind = pages.cells(number, &frame.page, &mut frame.cells)?;
        if self.depth > 0 && frame.kind.is_table() != self.is_table {
            pages.is_damaged = true;
        }
        self.depth += 1;
        Ok(())
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn next(&mut self, pages: &mut Pages) -> io::Result<Option<Row<'_>>> {
        let (depth, cell) = loop {
            let Some(depth) = self.depth.checked_sub(1) else { return Ok(None) };
            let Frame { kind, cells, turn, .. } = &mut self.frames[depth];
            let here = *turn;
            *turn += 1;
            let at = if kind.is_leaf() { here } else { here / 2 };
            if at >= cells.len() {
                self.depth = depth;
                continue;
            }
            let child = cells[at].child;
            let is_last = at + 1 == cells.len();
            match *kind {
                Kind::TableLeaf | Kind::IndexLeaf => break (depth, at),
                _ if here % 2 == 0 => self.enter(pages, child)?,
                // The last child of an inner page comes after its last cell.
                Kind::IndexInner if !is_last => break (depth, at),
                _ => {}
            }
        };
        let Frame { page, cells, .. } = &self.frames[depth];
        let cell = &cells[cell];
        let id = cell.row;
        if self.is_table {
            pages.is_damaged |= self.last.is_some_and(|last| last >= id);
            self.last = Some(id);
        }
        let local = &page[cell.local.clone()];
        if cell.overflow == 0 && local.len() as u64 == cell.len {
            return Ok(Some(Row { id, payload: local, is_too_long: false }));
        }
        let is_too_long = cell.len > LONGEST_ROW;
        self.payload.clear();
        self.payload.extend_from_slice(local);
        let left = cell.len - local.len() as u64;
        pages.follow(cell.overflow, left, &mut self.payload, !is_too_long)?;
        Ok(Some(Row { id, payload: &self.payload, is_too_long }))
    }
}

/// A number of one to nine bytes; `None`: it does not fit.
pub(super) fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0;
    for _ in 0..8 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some(value);
        }
    }
    let byte = *bytes.get(*at)?;
    *at += 1;
    Some(value << 8 | u64::from(byte))
}

pub(super) fn page_size(head: &[u8; 100]) -> Option<usize> {
    let size = match u16_at(head, 16) {
        1 => 1 << 16,
        size => size,
    };
    (size.is_power_of_two() && size >= 512).then_some(size)
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..at + 2).map_or(0, |it| usize::from(u16::from_be_bytes([it[0], it[1]])))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |it| u32::from_be_bytes([it[0], it[1], it[2], it[3]]))
}
