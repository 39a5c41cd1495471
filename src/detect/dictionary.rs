//! Words of rules in a text, in one pass: the first and the last bytes of each word (of whole words also the
//! length) are looked up in an [`super::index`], then compared in full.
//!
//! Longer than most because the fast way and the exhaustive one stand side by side, with the tests that hold them equal.

use std::hash::BuildHasher;
use std::ops::Range;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::block::{BLOCK, Block, LongRun};
use super::index::{Index, Listed};
use super::words::frequency;
use super::{shadow, sign};

// Kinds of bytes, in the two low bits of a class.
const GAP: u32 = 0;
const WORD: u32 = 1;
/// Continues the character before.
const REST: u32 = 2;
/// Starts an emoji or another character beyond the basic plane: a word of its own.
const SYMBOL: u32 = 3;

const CLASSES: [u32; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let kind = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => WORD,
            0x80..=0xbf => REST,
            // U+0080 to U+00BF and U+2000 to U+2FFF hold signs, not letters.
            0xc2 | 0xe2 => GAP,
            0xc3..=0xef => WORD,
            0xf0..=0xff => SYMBOL,
            _ => GAP,
        };
        classes[byte] = kind | sign::of(byte as u8);
        byte += 1;
    }
    classes
};

fn kind(byte: u8) -> u32 {
    CLASSES[usize::from(byte)] & 3
}

/// Whether a byte goes on with a word that has begun.
fn goes_on(byte: u8) -> bool {
    matches!(kind(byte), WORD | REST)
}

/// How a word of a rule file matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Matching {
    /// Whole words only.
    Word,
    /// The start of a word; the whole word is meant.
    Stem,
    /// The end of a longer word; the whole word is meant.
    Suffix,
}

#[derive(Debug)]
struct Entry {
    /// Where its text starts in [`Dictionary::texts`], and how long it is.
    start: u32,
    length: u32,
    /// Where in it the word starts that is looked up: the one that tells most.
    pivot: u32,
    matching: Matching,
}

/// Words with what they are for.
#[derive(Debug)]
pub(super) struct Dictionary<T> {
    entries: Vec<Entry>,
    /// Those of all entries, folded; a space stands for what may separate words.
    texts: Vec<u8>,
    /// What entries are for, with the entry, until [`Self::finish`].
    inserted: Vec<(u32, T)>,
    /// By entry, one behind the other.
    uses: Box<[T]>,
    /// Where those of each entry start, and their end.
    starts_of_uses: Box<[u32]>,
    /// Entries by a hash of theirs, until [`Self::finish`].
    known: FxHashMap<u64, usize>,
    /// Starts of words, by the first bytes.
    tiny: Index,
    short: Index,
    long: Index,
    /// Whole words, by the first bytes and the length.
    whole: Index,
    /// By the last bytes, short ends and longer ones.
    ends: Index,
    long_ends: Index,
}

/// Bytes of the key of stems of up to three bytes, of up to five, and of longer ones.
const TINY: usize = 3;
const SHORT: usize = 4;
const LONG: usize = 6;

/// Key of the first `length` bytes of a word. Case of ASCII letters is dropped; other bytes may fall
/// together.
#[inline]
fn key(word: &[u8], length: usize) -> u64 {
    let length = word.len().min(length);
    let raw = match word.first_chunk::<8>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => word[..length].iter().rev().fold(0, |key, byte| key << 8 | u64::from(*byte)),
    };
    (raw | 0x2020_2020_2020_2020) & mask(length)
}

/// Key of a whole word, by its key of up to eight bytes and its length.
#[inline]
const fn whole_key(head: u64, length: usize) -> u64 {
    head ^ (length as u64) << 58
}

/// [`key`] of the `length` bytes before `end`.
#[inline]
fn tail_key(bytes: &[u8], end: usize, length: usize) -> u64 {
    match bytes[..end].last_chunk::<8>() {
        Some(last) => {
            (u64::from_le_bytes(*last) >> (64 - 8 * length) | 0x2020_2020_2020_2020) & mask(length)
        }
        None => key(&bytes[end - length..end], length),
    }
}

/// The bits of the first bytes of a key.
#[inline]
fn mask(length: usize) -> u64 {
    if length >= 8 { u64::MAX } else { !(u64::MAX << (8 * length)) }
}

/// Lengths of the keys of a word's end.
const TAIL: usize = 3;
const LONG_TAIL: usize = 5;

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            texts: Vec::new(),
            inserted: Vec::new(),
            uses: Box::default(),
            starts_of_uses: Box::default(),
            known: FxHashMap::default(),
            tiny: Index::new(),
            short: Index::new(),
            long: Index::new(),
            whole: Index::new(),
            ends: Index::new(),
            long_ends: Index::new(),
        }
    }
}

impl<T> Dictionary<T> {
    /// Adds a word; it is folded here. The error says what a word must be.
    pub(super) fn insert(
        &mut self,
        word: &str,
        matching: Matching,
        use_: T,
    ) -> Result<(), &'static str> {
        let text = spelled(word);
        let mut name = FxBuildHasher.hash_one((&text, matching));
        while let Some(at) = self.known.get(&name) {
            if *self.text(*at) == *text && self.entries[*at].matching == matching {
                self.inserted.push((number(*at)?, use_));
                return Ok(());
            }
            name = name.wrapping_add(1);
        }
        let at = self.entries.len();
        let Some(pivot) = pivot(&text) else {
            return Err("expected a word with a letter, digit or emoji");
        };
        let entry = number(at)?;
        let listed = |word: &[u8], is_stem, beside, is_more| Listed {
            head: key(word, 8),
            mask: mask(word.len()),
            entry,
            length: u16::try_from(word.len()).unwrap_or(u16::MAX),
            is_stem,
            beside,
            is_more,
        };
        let end = listed(&[], true, [0; 2], true);
        if matching == Matching::Suffix {
            if text.len() < TAIL || text.contains(&b' ') {
                return Err("expected the end of a single word, of at least three letters");
            }
            if text.len() < LONG_TAIL {
                self.ends.insert(key(&text[text.len() - TAIL..], TAIL), end);
            } else {
                self.long_ends.insert(key(&text[text.len() - LONG_TAIL..], LONG_TAIL), end);
            }
        } else {
            let length = word_length(&text[pivot..]);
            let first = &text[pivot..pivot + length];
            let is_last = pivot + length == text.len();
            let is_stem = matching == Matching::Stem && is_last;
            let beside = match (&text[..pivot], &text[pivot + length..]) {
                ([.., before, b' '], [b' ', after, ..]) => [*before, *after],
                ([.., before, b' '], _) => [*before, 0],
                (_, [b' ', after, ..]) => [0, *after],
                _ => [0; 2],
            };
            // Heads drop the case of ASCII letters only; an emoji ends where the next one starts.
            let is_more = length < text.len() || !text.is_ascii();
            let is_open = is_stem || kind(first[0]) == SYMBOL || length > usize::from(u16::MAX);
            let listed = listed(first, is_open, beside, is_more);
            if !is_open {
                self.whole.insert(whole_key(key(first, 8), length), listed);
            } else if length >= LONG {
                self.long.insert(key(first, LONG), listed);
            } else if length >= SHORT {
                self.short.insert(key(first, SHORT), listed);
            } else {
                for key in continuations(first) {
                    self.tiny.insert(key, listed);
                }
            }
        }
        self.known.insert(name, at);
        self.entries.push(Entry {
            start: number(self.texts.len())?,
            length: number(text.len())?,
            pivot: number(pivot)?,
            matching,
        });
        self.texts.extend_from_slice(&text);
        self.inserted.push((entry, use_));
        Ok(())
    }

    /// Puts longer words first, so that the first hit at a place is the longest.
    pub(super) fn finish(&mut self) {
        let entries = &self.entries;
        for index in [
            &mut self.tiny,
            &mut self.short,
            &mut self.long,
            &mut self.whole,
            &mut self.ends,
            &mut self.long_ends,
        ] {
            index.finish(|entry| entries[entry as usize].length);
        }
        self.known = FxHashMap::default();
        self.entries.shrink_to_fit();
        self.texts.shrink_to_fit();
        let mut inserted = std::mem::take(&mut self.inserted);
        inserted.sort_by_key(|(entry, _)| *entry);
        let mut starts = vec![0; self.entries.len() + 1];
        for (entry, _) in &inserted {
            starts[*entry as usize + 1] += 1;
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        self.starts_of_uses = starts.into_boxed_slice();
        self.uses = inserted.into_iter().map(|(_, use_)| use_).collect();
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// What an entry is for.
    pub(super) fn uses(&self, entry: usize) -> &[T] {
        let [start, end] = [entry, entry + 1].map(|at| self.starts_of_uses[at] as usize);
        &self.uses[start..end]
    }

    /// Text of an entry.
    fn text(&self, entry: usize) -> &[u8] {
        let Entry { start, length, .. } = self.entries[entry];
        &self.texts[start as usize..][..length as usize]
    }

    /// Length of an entry in bytes: longer ones are more specific.
    pub(super) fn weight(&self, entry: usize) -> usize {
        self.entries[entry].length as usize
    }

    /// Tells the entries that stand in a text (ASCII of any case, or folded) with their places, and
    /// answers the text's [`sign`]s.
    pub(super) fn scan(&self, bytes: &[u8], hit: impl FnMut(usize, Range<usize>)) -> u32 {
        if bytes.is_ascii() { self.scan_ascii(bytes, hit) } else { self.scan_any(bytes, hit) }
    }

    /// [`Self::scan`] for ASCII, by blocks.
    fn scan_ascii(&self, bytes: &[u8], mut hit: impl FnMut(usize, Range<usize>)) -> u32 {
        let (mut signs, mut digits, mut digit_ends, mut colons) = (0, 0, 0, 0);
        let mut run = LongRun::default();
        // Bits where words start and end, in turn; `carry`: a word goes on from the block before.
        let (mut carry, mut start) = (0, 0);
        // The block before ends with a small letter.
        let mut ends_small = 0;
        for (at, chunk) in bytes.chunks(BLOCK).enumerate() {
            let block = Block::read(chunk);
            if block.digit != 0 {
                digits += block.digit.count_ones() as usize;
                // Three in a row; `digit_ends`: the last two of the block before.
                let (one, two) =
                    (block.digit << 1 | digit_ends >> 1, block.digit << 2 | digit_ends);
                if block.digit & one & two != 0 {
                    signs |= sign::DIGITS_ROW;
                }
            }
            digit_ends = block.digit >> (BLOCK - 2);
            run.next(block.space, sign::RUNS);
            let small = block.word & !block.digit & !block.upper;
            if block.upper != 0 {
                signs |= sign::UPPER;
                if block.upper & (small << 1 | ends_small) != 0 {
                    signs |= sign::HUMP;
                }
            }
            ends_small = small >> (BLOCK - 1);
            let mut other = !(block.word | block.space);
            while other != 0 {
                let class = CLASSES[usize::from(chunk[other.trailing_zeros() as usize])];
                colons += usize::from(class & sign::COLON != 0);
                signs |= class;
                other &= other - 1;
            }
            let mut edges = block.word ^ (block.word << 1 | carry);
            while edges != 0 {
                let edge = at * BLOCK + edges.trailing_zeros() as usize;
                edges &= edges - 1;
                if carry == 0 {
                    start = edge;
                } else {
                    signs |= self.word(bytes, start..edge, &mut hit);
                }
                carry ^= 1;
            }
        }
        if carry != 0 {
            signs |= self.word(bytes, start..bytes.len(), &mut hit);
        }
        for length in sign::RUNS {
            if run.has(length) {
                signs |= sign::of_run(length);
            }
        }
        (signs | sign::of_digits(digits) | sign::of_colons(colons)) & !3
    }

    /// Looks a word up; answers whether it starts with capitals.
    #[inline]
    fn word(
        &self,
        bytes: &[u8],
        word: Range<usize>,
        hit: &mut impl FnMut(usize, Range<usize>),
    ) -> u32 {
        self.starting(bytes, word.clone(), hit);
        let text = &bytes[word.clone()];
        if text.len() > TAIL {
            self.ending(bytes, word.clone(), hit);
        }
        match text {
            [first, second, ..] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => {
                sign::CAPITALS
            }
            _ => 0,
        }
    }

    /// [`Self::scan`] for any text.
    fn scan_any(&self, bytes: &[u8], mut hit: impl FnMut(usize, Range<usize>)) -> u32 {
        let mut signs = 0;
        let (mut at, mut run, mut digits, mut colons) = (0, 0, 0, 0);
        while at < bytes.len() {
            let class = CLASSES[usize::from(bytes[at])];
            if class & 3 != WORD {
                signs |= class;
                colons += usize::from(class & sign::COLON != 0);
                if class & 3 == SYMBOL {
                    let end = bytes.len().min(at + 4);
                    self.starting(bytes, at..end, &mut hit);
                } else if matches!(bytes[at], b' ' | b'\n') {
                    signs |= sign::of_run(at - run);
                    run = at + 1;
                }
                at += 1;
                continue;
            }
            let start = at;
            let mut all = class;
            at += 1;
            while at < bytes.len() {
                let class = CLASSES[usize::from(bytes[at])];
                if !matches!(class & 3, WORD | REST) {
                    break;
                }
                all |= class;
                at += 1;
            }
            signs |= all;
            let word = &bytes[start..at];
            if all & sign::DIGIT != 0 {
                digits += word.iter().filter(|byte| byte.is_ascii_digit()).count();
                let is_row = |row: &[u8]| row.iter().all(u8::is_ascii_digit);
                if word.windows(sign::DIGIT_RUN).any(is_row) {
                    signs |= sign::DIGITS_ROW;
                }
            }
            if all & sign::UPPER != 0 && sign::has_hump(word) {
                signs |= sign::HUMP;
            }
            signs |= self.word(bytes, start..at, &mut hit);
        }
        (signs | sign::of_run(at - run) | sign::of_digits(digits) | sign::of_colons(colons)) & !3
    }

    #[inline]
    fn ending(&self, bytes: &[u8], word: Range<usize>, hit: &mut impl FnMut(usize, Range<usize>)) {
        let length = word.len();
        let mut verify = |found: &[Listed]| {
            for listed in found {
                let text = self.text(listed.entry as usize);
                if length > text.len()
                    && bytes[word.end - text.len()..word.end].eq_ignore_ascii_case(text)
                {
                    hit(listed.entry as usize, word.clone());
                }
            }
        };
        verify(self.ends.get(tail_key(bytes, word.end, TAIL)));
        if length > LONG_TAIL {
            verify(self.long_ends.get(tail_key(bytes, word.end, LONG_TAIL)));
        }
    }

    #[inline]
    fn starting(
        &self,
        bytes: &[u8],
        word: Range<usize>,
        hit: &mut impl FnMut(usize, Range<usize>),
    ) {
        // Eight bytes at once where the text has them: the keys look at those of the word only.
        let length = word.len();
        let at = word.start;
        let first = &bytes[at..bytes.len().min(at + length.max(8))];
        let head = key(first, length.min(8));
        let mut verify = |found: &[Listed]| {
            for listed in found {
                if head & listed.mask != listed.head {
                    continue;
                }
                let known = usize::from(listed.length);
                let end = word.end;
                if length != known && !(listed.is_stem && length > known)
                    || listed.beside[0] != 0
                        && !is_beside(bytes[..at].iter().rev(), listed.beside[0])
                    || listed.beside[1] != 0 && !is_beside(bytes[end..].iter(), listed.beside[1])
                {
                    continue;
                }
                let entry = listed.entry as usize;
                if listed.is_more {
                    if let Some(range) = self.entries[entry].at(self.text(entry), bytes, at) {
                        hit(listed.entry as usize, range);
                    }
                } else if known <= 8
                    || bytes[at + 8..at + known].eq_ignore_ascii_case(&self.text(entry)[8..])
                {
                    hit(listed.entry as usize, word.clone());
                }
            }
        };
        verify(self.whole.get(whole_key(head, length)));
        verify(self.tiny.get(head & mask(TINY)));
        if length >= SHORT {
            verify(self.short.get(head & mask(SHORT)));
        }
        if length >= LONG {
            verify(self.long.get(head & mask(LONG)));
        }
    }
}

impl Entry {
    /// The place of this entry, whose text is given, if the word that is looked up starts at `at`.
    fn at(&self, text: &[u8], bytes: &[u8], at: usize) -> Option<Range<usize>> {
        let (before, word) = text.split_at(self.pivot as usize);
        let mut end = at;
        for expected in word {
            if *expected == b' ' {
                end += joint(bytes[end..].iter())?;
            } else {
                if bytes.get(end)?.to_ascii_lowercase() != *expected {
                    return None;
                }
                end += 1;
            }
        }
        let mut start = at;
        for expected in before.iter().rev() {
            if *expected == b' ' {
                start -= joint(bytes[..start].iter().rev())?;
            } else {
                start = start.checked_sub(1)?;
                if bytes[start].to_ascii_lowercase() != *expected {
                    return None;
                }
            }
        }
        if !before.is_empty() && goes_on(text[0]) && ends_with_word(&bytes[..start]) {
            return None;
        }
        let ends_in_word = text.last().is_some_and(|byte| goes_on(*byte));
        let rest = bytes[end..].iter().take_while(|byte| goes_on(**byte)).count();
        match self.matching {
            _ if !ends_in_word || kind(word[0]) == SYMBOL => Some(start..end),
            Matching::Word if rest > 0 => None,
            _ => Some(start..end + rest),
        }
    }
}

/// Length of what separates two words of a phrase; `None`: nothing does.
fn joint<'a>(bytes: impl Iterator<Item = &'a u8>) -> Option<usize> {
    let length = bytes.take(4).take_while(|byte| is_joint(**byte)).count();
    (1..=3).contains(&length).then_some(length)
}

/// Whether behind what separates two words of a phrase there is this byte (small, if it is a letter).
fn is_beside<'a>(mut bytes: impl Iterator<Item = &'a u8> + Clone, expected: u8) -> bool {
    joint(bytes.clone()).is_some_and(|length| {
        bytes.nth(length).is_some_and(|byte| byte.to_ascii_lowercase() == expected)
    })
}

/// Spaces, a line break, a hyphen.
fn is_joint(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b'-')
}

/// Whether the last character is part of a word.
fn ends_with_word(bytes: &[u8]) -> bool {
    let lead = bytes.iter().rev().find(|byte| kind(**byte) != REST);
    lead.is_some_and(|byte| kind(*byte) == WORD)
}

/// Where the word of a text starts that tells most, the first of several.
fn pivot(text: &[u8]) -> Option<usize> {
    let is_start = |at: usize| match kind(text[at]) {
        SYMBOL => true,
        WORD => !ends_with_word(&text[..at]),
        _ => false,
    };
    let mut starts = (0..text.len()).filter(|at| is_start(*at));
    let (first, second) = (starts.next()?, starts.next());
    let Some(second) = second else { return Some(first) };
    let rarest = |at: &usize| {
        let word = &text[*at..*at + word_length(&text[*at..])];
        let often = std::str::from_utf8(word).map_or(0, |word| frequency(word, true));
        (often, std::cmp::Reverse(word.len()), *at)
    };
    [first, second].into_iter().chain(starts).min_by_key(rarest)
}

fn number(at: usize) -> Result<u32, &'static str> {
    u32::try_from(at).map_err(|_| "expected fewer words")
}

/// A word or phrase as entries spell it: folded, its words parted by one space.
fn spelled(word: &str) -> Box<[u8]> {
    let folded = shadow::fold(word.trim());
    let is_gap = |c: char| c.is_whitespace() || c == '-';
    if !folded.contains(is_gap) {
        return folded.into_bytes().into_boxed_slice();
    }
    let mut text = String::with_capacity(folded.len());
    for part in folded.split(is_gap).filter(|part| !part.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(part);
    }
    text.into_bytes().into_boxed_slice()
}

fn word_length(text: &[u8]) -> usize {
    match text.first() {
        Some(byte) if kind(*byte) == SYMBOL => text.len().min(4),
        _ => text.iter().take_while(|byte| goes_on(**byte)).count(),
    }
}

/// The keys of all starts of words of up to [`TINY`] bytes that begin with these bytes.
fn continuations(stem: &[u8]) -> Vec<u64> {
    let mut all = vec![key(stem, TINY)];
    let mut from = 0;
    for length in stem.len()..TINY {
        let shorter = from..all.len();
        from = all.len();
        for at in shorter {
            let bytes = (b'0'..=b'9').chain(b'a'..=b'z').chain(0x80..=0xef);
            // As in `key`: case of ASCII letters is dropped, of other bytes the same bit.
            let longer = bytes.map(|byte| all[at] | u64::from(byte | 0x20) << (8 * length));
            all.extend(longer.collect::<Vec<_>>());
        }
    }
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    fn hits(words: &[(&str, Matching)], text: &str) -> Vec<String> {
        let mut dictionary = Dictionary::default();
        for (word, matching) in words {
            dictionary.insert(word, *matching, ()).unwrap();
        }
        dictionary.finish();
        let folded = shadow::fold(text);
        let mut found = Vec::new();
        dictionary.scan(folded.as_bytes(), |_, range| found.push(folded[range].to_owned()));
        found
    }

    #[test]
    fn words() {
        use Matching::{Stem, Suffix, Word};
        let cases = [
            // (word, matching, text, found, why)
            ("krank", Word, "Krank, krankhaft", vec!["krank"], "whole words only"),
            ("diabet", Stem, "Diabetikerin!", vec!["diabetikerin"], "a stem means the whole word"),
            ("diabet", Stem, "Diabetes-Patient", vec!["diabetes"], "a hyphen ends a word"),
            ("patient", Stem, "Diabetes-Patient", vec!["patient"], "and starts one"),
            ("krebs", Suffix, "der Brustkrebs", vec!["brustkrebs"], "end of a compound"),
            ("krebs", Suffix, "der Krebs", vec![], "no compound"),
            (
                "krank gemeldet",
                Word,
                "krank-gemeldet",
                vec!["krank-gemeldet"],
                "hyphen in a phrase",
            ),
            (
                "krank gemeldet",
                Word,
                "krank\ngemeldet",
                vec!["krank\ngemeldet"],
                "line break in a phrase",
            ),
            ("sick note", Stem, "sick notes", vec!["sick notes"], "last word as a stem"),
            (
                "Ärztin",
                Word,
                "aerztin ÄRZTIN A\u{308}rztin",
                vec!["aerztin"; 3],
                "umlaut in any spelling",
            ),
            ("gp", Stem, "gps gp", vec!["gps", "gp"], "short stem"),
            ("gp", Word, "gps gp", vec!["gp"], "short word"),
            ("ver.di", Word, "bei ver.di!", vec!["ver.di"], "sign inside"),
            ("PIN:", Word, "Pin:1234", vec!["pin:"], "boundary on the left only"),
            ("§ 218", Word, "nach § 218 oder 218", vec!["§ 218"], "sign before"),
            ("😂", Word, "haha😂😂", vec!["😂", "😂"], "emoji"),
            ("krebs", Word, "krebs😂", vec!["krebs"], "emoji ends a word"),
            (
                "e-rezept",
                Stem,
                "E-Rezepte, E Rezept",
                vec!["e-rezepte", "e rezept"],
                "hyphen in the word",
            ),
            ("рак", Word, "у меня рак", vec!["рак"], "another script"),
        ];
        for (word, matching, text, expected, why) in cases {
            assert_eq!(hits(&[(word, matching)], text), expected, "{why}");
        }
    }

    #[test]
    fn blocks_change_nothing() {
        let mut dictionary = Dictionary::default();
        for (word, matching) in [
            ("krank", Matching::Stem),
            ("PIN", Matching::Word),
            ("*x".trim_start_matches('*'), Matching::Word),
        ] {
            dictionary.insert(word, matching, ()).unwrap();
        }
        dictionary.insert("ung", Matching::Suffix, ()).unwrap();
        dictionary.finish();
        let text =
            "Krankheit? PIN:1234 x 12.03.2024 [Rechnung] ABC aBc a&b_b/c=<x> mail@example.org *fett* "
                .repeat(3);
        for start in 0..text.len() {
            for length in [0, 1, 5, 63, 64, 65, 130] {
                let part = &text.as_bytes()[start..text.len().min(start + length)];
                let (mut fast, mut slow) = (Vec::new(), Vec::new());
                let signs = dictionary.scan_ascii(part, |entry, range| fast.push((entry, range)));
                let expected = dictionary.scan_any(part, |entry, range| slow.push((entry, range)));
                assert_eq!((signs, fast), (expected, slow), "{start} {length}");
            }
        }
    }

    #[test]
    fn signs() {
        let dictionary = Dictionary::<()>::default();
        let signs = dictionary.scan(b"IBAN? a@b.de 12", |_, _| {});
        assert_eq!(
            signs,
            sign::CAPITALS | sign::UPPER | sign::QUESTION | sign::AT | sign::DOT | sign::DIGIT
        );
    }
}
