//! Words of rules by a key: a table behind a filter that refuses most of what is not there.

use std::ops::Range;

const fn hash(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Bits of a filter for each key: so many refuse seven of eight words that are not there, and all of
/// them fit into the second cache.
const FILTER: usize = 8;

/// Words by a key: a table with open addressing, behind a filter.
#[derive(Debug)]
pub(super) struct Index {
    /// What was inserted, with its keys, until [`Self::finish`].
    inserted: Vec<(u64, Listed)>,
    /// Bits at the places of keys.
    filter: Box<[u64]>,
    /// What is left of a hash of 64 bits is a place in the filter.
    shift: u32,
    /// Keys with their part of `listed`; empty places have an empty one. A power of two.
    table: Box<[(u64, Range<u32>)]>,
    listed: Vec<Listed>,
}

/// An entry in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Listed {
    /// Key of up to eight bytes, and which bits of it count: refuses most words without a look at
    /// the entry.
    pub(super) head: u64,
    pub(super) mask: u64,
    pub(super) entry: u32,
    /// Length of the word that is looked up, in bytes, and whether a longer one will do.
    pub(super) length: u16,
    pub(super) is_stem: bool,
    /// In a phrase: the bytes before and after it, behind what parts words; 0: there are none.
    pub(super) beside: [u8; 2],
    /// Whether all of the entry is left to compare, not only what is behind the head.
    pub(super) is_more: bool,
}

impl Index {
    pub(super) fn new() -> Self {
        Self {
            inserted: Vec::new(),
            filter: Box::from([0]),
            shift: 63,
            table: Box::from([(0, 0..0)]),
            listed: Vec::new(),
        }
    }

    /// The first place of a key in the table; the next ones follow.
    fn place(&self, hash: u64) -> usize {
        (hash >> 24) as usize & (self.table.len() - 1)
    }

    /// The number of the filter that has the bit of a key, and that bit.
    #[inline]
    fn bit(&self, hash: u64) -> (usize, u64) {
        let place = hash >> self.shift;
        ((place / 64) as usize, 1 << (place % 64))
    }

    /// Makes ready for [`Self::get`], the entries of each key with the longest first.
    pub(super) fn finish(&mut self, length: impl Fn(u32) -> u32) {
        let inserted = std::mem::take(&mut self.inserted);
        let mut order: Vec<(u64, std::cmp::Reverse<u32>, u32, usize)> = inserted
            .iter()
            .enumerate()
            .map(|(at, (key, listed))| {
                (*key, std::cmp::Reverse(length(listed.entry)), listed.entry, at)
            })
            .collect();
        order.sort_unstable();
        order.dedup_by_key(|(key, _, entry, _)| (*key, *entry));
        let buckets = || order.chunk_by(|one, next| one.0 == next.0);
        let keys = buckets().count();
        let bits = (keys * FILTER).next_power_of_two().max(64);
        self.filter = vec![0; bits / 64].into_boxed_slice();
        self.shift = u64::BITS - bits.ilog2();
        let size = (keys * 2).next_power_of_two();
        self.table = vec![(0, 0..0); size].into_boxed_slice();
        self.listed.reserve_exact(order.len());
        for bucket in buckets() {
            let start = self.listed.len();
            self.listed.extend(bucket.iter().map(|(.., at)| inserted[*at].1));
            let hash = hash(bucket[0].0);
            let (number, bit) = self.bit(hash);
            self.filter[number] |= bit;
            let mut at = self.place(hash);
            while !self.table[at].1.is_empty() {
                at = (at + 1) & (size - 1);
            }
            let range = |end: usize| u32::try_from(end).unwrap_or(u32::MAX);
            self.table[at] = (bucket[0].0, range(start)..range(self.listed.len()));
        }
    }

    pub(super) fn insert(&mut self, key: u64, listed: Listed) {
        self.inserted.push((key, listed));
    }

    #[inline]
    pub(super) fn get(&self, key: u64) -> &[Listed] {
        let hash = hash(key);
        let (number, bit) = self.bit(hash);
        if self.filter[number] & bit == 0 {
            return &[];
        }
        let mut at = self.place(hash);
        loop {
            let (known, range) = &self.table[at];
            if *known == key || range.is_empty() {
                return &self.listed[range.start as usize..range.end as usize];
            }
            at = (at + 1) & (self.table.len() - 1);
        }
    }
}
