//! The end of an archive: finds the end record and what it leads to.

use std::io;
use std::ops::Range;

use super::record::{self, CENTRAL, END, END_LEN, Fields, LOCAL, LOCATOR_LEN, WIDE_LEN, Window};
use crate::format::Random;

/// The last end record that leads to a directory.
#[derive(Debug)]
pub(super) struct End {
    /// Where the directory begins.
    pub(super) start: u64,
    /// Where nothing more of the directory can be.
    pub(super) limit: u64,
    /// Added to every offset the archive states: bytes were put before it.
    pub(super) base: i64,
    /// Entries it states.
    pub(super) count: u64,
    /// Bytes of directory it states.
    pub(super) size: u64,
    /// The archive's comment.
    pub(super) comment: Range<u64>,
    /// All bytes that the end records take.
    pub(super) taken: Vec<Range<u64>>,
    /// What is wrong with it, in fixed phrases.
    pub(super) doubts: Vec<&'static str>,
    /// Another end record fits as well: readers disagree which archive this is.
    pub(super) is_ambiguous: bool,
    /// Other parts of the archive lie elsewhere.
    pub(super) is_split: bool,
}

/// What looking for the end record brought.
pub(super) enum Search {
    Found(End),
    /// There is one, but it leads nowhere.
    Broken,
    Missing,
}

/// Looks where every other reader looks: in the last 64 KiB.
pub(super) fn find(random: &Random) -> io::Result<Search> {
    let len = random.len();
    let from = len.saturating_sub(END_LEN + u64::from(u16::MAX));
    let mut tail = vec![0; (len - from) as usize];
    let got = random.read_at(from, &mut tail)?;
    tail.truncate(got);
    let mut window = Window::new(random, 512);
    let mut seen = false;
    let mut ends: Vec<(u64, u64, End)> = Vec::new();
    for at in memchr::memmem::find_iter(&tail, END) {
        if tail.len() - at < END_LEN as usize {
            continue;
        }
        seen = true;
        let comment = u64::from(Fields(&tail[at..]).u16(20));
        let at = from + at as u64;
        if let Some(end) = end(&mut window, at, len)? {
            ends.push((at, at + END_LEN + comment, end));
        }
    }
    // The last one whose comment ends with the file, else the last one.
    let best = ends.iter().rposition(|end| end.1 == len).or(ends.len().checked_sub(1));
    let Some(best) = best else {
        return Ok(if seen { Search::Broken } else { Search::Missing });
    };
    let at = ends[best].0;
    let others = ends.iter().enumerate().filter(|(other, _)| *other != best);
    let is_ambiguous = others.into_iter().any(|(_, other)| other.0 > at || other.1 > at);
    let mut end = ends.swap_remove(best).2;
    end.is_ambiguous = is_ambiguous;
    Ok(Search::Found(end))
}

/// The end record at `at`, if it leads to a directory.
fn end(window: &mut Window<'_>, at: u64, len: u64) -> io::Result<Option<End>> {
    let bytes = window.bytes(at, END_LEN as usize)?;
    let fields = Fields(bytes);
    let is_split = fields.u16(4) != 0 || fields.u16(6) != 0;
    let (mut count, mut size) = (u64::from(fields.u16(10)), u64::from(fields.u32(12)));
    let mut offset = u64::from(fields.u32(16));
    let comment = at + END_LEN..at + END_LEN + u64::from(fields.u16(20));
    let mut doubts = Vec::new();
    if comment.end > len {
        doubts.push("the archive's comment ends too early");
    }
    let mut taken: Vec<_> = std::iter::once(at..comment.end.min(len)).collect();
    let mut limit = at;

    let is_wide = count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff;
    if let Some(locator) = at.checked_sub(LOCATOR_LEN)
        && window.is_at(locator, b"PK\x06\x07")?
    {
        let stated = Fields(window.bytes(locator, LOCATOR_LEN as usize)?).u64(8);
        let before = locator.checked_sub(WIDE_LEN);
        let mut found = None;
        for wide in [Some(stated), before].into_iter().flatten() {
            if wide.checked_add(WIDE_LEN).is_some_and(|end| end <= locator)
                && window.is_at(wide, b"PK\x06\x06")?
            {
                found = Some(wide);
                break;
            }
        }
        limit = locator;
        taken.push(locator..at);
        if let Some(wide) = found {
            let fields = Fields(window.bytes(wide, WIDE_LEN as usize)?);
            let wider = (fields.u64(32), fields.u64(40), fields.u64(48));
            let agrees = |narrow: u64, wide: u64, most: u64| narrow == most || narrow == wide;
            if !agrees(count, wider.0, 0xffff)
                || !agrees(size, wider.1, 0xffff_ffff)
                || !agrees(offset, wider.2, 0xffff_ffff)
            {
                doubts.push("the two end records disagree");
            }
            (count, size, offset) = wider;
            limit = wide;
            taken.push(wide..wide + WIDE_LEN);
            if wide != stated && wide.checked_sub(stated) != limit.checked_sub(size + offset) {
                doubts.push("the zip64 end record is not where it should be");
            }
        } else if is_wide {
            return Ok(None);
        } else {
            doubts.push("the zip64 end record is not where it should be");
        }
    }
    let Some((start, base, is_exact)) = directory(window, limit, offset, size, count)? else {
        return Ok(None);
    };
    if !is_exact {
        doubts.push("the directory is not where the end record says");
    }
    let comment = comment.start..comment.end.min(len);
    let is_ambiguous = false;
    Ok(Some(End {
        start,
        limit,
        base,
        count,
        size,
        comment,
        taken,
        doubts,
        is_ambiguous,
        is_split,
    }))
}

/// Where the directory begins, what to add to its offsets, and whether that is what was stated.
///
/// Bytes may have been put before the archive without changing offsets; then the directory still
/// ends where the end record begins. The first entry's local record decides between the readings.
fn directory(
    window: &mut Window<'_>,
    limit: u64,
    offset: u64,
    size: u64,
    count: u64,
) -> io::Result<Option<(u64, i64, bool)>> {
    if size == 0 && count == 0 {
        return Ok(Some((limit, 0, true)));
    }
    let stated = (offset < limit).then_some(offset);
    let counted = limit.checked_sub(size);
    let shift = counted.and_then(|at| at.checked_signed_diff(offset));
    let is_whole = stated.is_some() && counted == stated;
    let readings = [(counted, shift, true), (counted, Some(0), false), (stated, Some(0), is_whole)];
    for must_lead in [true, false] {
        for (at, base, is_exact) in readings {
            if let (Some(at), Some(base)) = (at, base)
                && leads_on(window, at, limit, base, must_lead)?
            {
                return Ok(Some((at, base, is_exact)));
            }
        }
    }
    Ok(None)
}

/// Whether a directory begins there and, if asked for, its first entry has a local record.
fn leads_on(
    window: &mut Window<'_>,
    at: u64,
    limit: u64,
    base: i64,
    must_lead: bool,
) -> io::Result<bool> {
    if at >= limit || !window.is_at(at, CENTRAL)? {
        return Ok(false);
    }
    if !must_lead {
        return Ok(true);
    }
    let Some(first) = record::central(window, at, limit)? else { return Ok(false) };
    match first.offset.checked_add_signed(base) {
        Some(at) => window.is_at(at, LOCAL),
        None => Ok(false),
    }
}
