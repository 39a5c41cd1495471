//! What SQLite leaves in the unused bytes of a database that it writes.
//!
//! SQLite's file format: <https://sqlite.org/fileformat2.html>.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use super::tree::{page_size, u16_at, u32_at};

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
