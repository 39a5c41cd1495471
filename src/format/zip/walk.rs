//! Walks bytes that no directory lists, from local record to local record.

use std::io;
use std::ops::Range;

use memchr::memmem;

use super::content::{Content, DEFLATED, Expected};
use super::directory::{Entry, Stray};
use super::record::{self, DESCRIPTOR, Fields, Header, LOCAL, Window, descriptor_len};
use crate::format::{Limits, Random};
use crate::model::{Incident, LimitKind, Problem};

const CHUNK: usize = 64 << 10;

/// Where a record's data ends is often known only after inflating it; that work has a bound.
pub(super) struct Walk<'a> {
    random: &'a Random,
    window: Window<'a>,
    /// Where signatures are looked for.
    chunk: Window<'a>,
    entries: u64,
    /// Bytes that may still be read or inflated only to see where a record ends.
    budget: u64,
    /// The limit that was hit; after it nothing more is looked at.
    pub(super) incident: Option<Incident>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(random: &'a Random, limits: &Limits) -> Self {
        let ratio = limits.ratio.saturating_mul(random.len()).max(limits.ratio_floor);
        let budget = ratio.min(limits.expanded_bytes);
        Self {
            random,
            window: Window::new(random, 512),
            chunk: Window::new(random, CHUNK),
            entries: limits.entries,
            budget,
            incident: None,
        }
    }

    pub(super) fn random(&self) -> &'a Random {
        self.random
    }

    /// Appends what lies in `range`; `listed` entries count against the limit.
    pub(super) fn walk(
        &mut self,
        range: Range<u64>,
        listed: usize,
        strays: &mut Vec<Stray>,
    ) -> io::Result<()> {
        let mut at = range.start;
        while at < range.end && self.incident.is_none() {
            if (listed + strays.len()) as u64 >= self.entries {
                self.stop(LimitKind::Entries, "more records than the limit for one archive");
                break;
            }
            let (next, is_blank, record) = self.next_record(at, range.end)?;
            if !is_blank {
                strays.push(Stray::Bytes(at..next));
            }
            at = next;
            if let Some(header) = record {
                let (entry, end) = self.entry(&header, at, range.end)?;
                strays.push(Stray::Record(entry));
                at = end;
            }
        }
        Ok(())
    }

    fn stop(&mut self, kind: LimitKind, what: &str) {
        let incident =
            Incident { problem: Problem::Limit(kind), member: None, detail: what.to_owned() };
        self.incident.get_or_insert(incident);
    }

    fn spend(&mut self, work: u64) {
        if work > self.budget {
            self.stop(LimitKind::ExpandedBytes, "unlisted records inflate to more than the limit");
        }
        self.budget = self.budget.saturating_sub(work);
    }

    /// The next local record from `at` on: where, whether only zeros lie before it, and what it says.
    fn next_record(&mut self, at: u64, end: u64) -> io::Result<(u64, bool, Option<Header>)> {
        let mut is_blank = true;
        let mut from = at;
        while from < end {
            let found = self.find(LOCAL, from, end, &mut is_blank)?;
            let Some(found) = found else { break };
            if record::is_likely_local(&mut self.window, found, end)?
                && let Some(header) = record::local(&mut self.window, found)?
            {
                return Ok((found, is_blank, Some(header)));
            }
            is_blank = false;
            from = found + LOCAL.len() as u64;
        }
        Ok((end, is_blank, None))
    }

    /// Where these bytes stand next; clears `is_blank` if anything but zeros lies before.
    fn find(
        &mut self,
        what: &[u8; 4],
        mut from: u64,
        end: u64,
        is_blank: &mut bool,
    ) -> io::Result<Option<u64>> {
        while from < end {
            let bytes = self.chunk.at_least(from, what.len())?;
            let bytes = &bytes[..bytes.len().min((end - from).min(CHUNK as u64) as usize)];
            let found = memmem::find(bytes, what);
            let before = found.unwrap_or(bytes.len());
            *is_blank &= bytes[..before].iter().all(|&byte| byte == 0);
            if let Some(found) = found {
                return Ok(Some(from + found as u64));
            }
            if bytes.len() < what.len() {
                break;
            }
            from += (bytes.len() - (what.len() - 1)) as u64;
        }
        Ok(None)
    }

    /// The entry of a local record, and where it ends.
    fn entry(&mut self, header: &Header, at: u64, limit: u64) -> io::Result<(Entry, u64)> {
        let mut entry = Entry::new(header, None, at, 0);
        let start = header.end;
        if header.has_descriptor() && header.packed == 0 {
            let end = self.streamed(&mut entry, start, limit)?;
            return Ok((entry, end));
        }
        let stated = start.saturating_add(header.packed);
        entry.data = start..stated.min(limit);
        entry.expected.is_cut = stated > limit;
        let end = entry.data.end;
        let tail = descriptor_len(&mut self.window, end, header.crc, header.packed, header.size)?;
        Ok((entry, (end + tail).min(limit)))
    }

    /// Finds the end of data whose size is written behind it.
    fn streamed(&mut self, entry: &mut Entry, start: u64, limit: u64) -> io::Result<u64> {
        let mut blank = true;
        let packed = if entry.method == DEFLATED && entry.problem.is_none() {
            let content =
                Content::new(self.random.clone(), start..limit, DEFLATED, Expected::default());
            let (packed, size, work) = content.measure(self.budget)?;
            self.spend(work);
            entry.expected.size = Some(size);
            packed
        } else {
            entry.expected.size = None;
            let mut from = start;
            loop {
                let at = self.find(DESCRIPTOR, from, limit, &mut blank)?;
                self.spend(at.unwrap_or(limit) - from);
                let Some(at) = at else { break None };
                let stated = Fields(self.window.bytes(at, 24)?).u32(8);
                if u64::from(stated) == at - start {
                    break Some(at - start);
                }
                from = at + 4;
            }
        };
        let Some(packed) = packed else {
            let end = match self.find(LOCAL, start, limit, &mut blank)? {
                Some(next) => next,
                None => self.find(record::CENTRAL, start, limit, &mut blank)?.unwrap_or(limit),
            };
            entry.data = start..end;
            entry.expected = Expected { crc: None, size: None, is_cut: true };
            return Ok(end);
        };
        let end = start + packed;
        entry.data = start..end;
        let bytes = self.window.bytes(end, 24)?;
        let sign = if bytes.starts_with(DESCRIPTOR) { 4 } else { 0 };
        let crc = Fields(&bytes[sign..]).u32(0);
        let size = entry.expected.size.unwrap_or(packed);
        let tail = descriptor_len(&mut self.window, end, crc, packed, size)?;
        entry.expected.crc = (tail > 0).then_some(crc);
        Ok((end + tail).min(limit))
    }
}

/// Name of the local record at `at`.
pub(super) fn name(random: &Random, at: u64) -> io::Result<String> {
    let local = record::local(&mut Window::new(random, 512), at)?;
    Ok(local.map(|local| local.name()).unwrap_or_default())
}
