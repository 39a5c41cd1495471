//! ASCII text in blocks of 64 bytes: what kind each byte is, one bit a byte.

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

/// Kinds of the bytes of a block; bit 0 is the first byte.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// Letters and digits.
    pub(super) word: u64,
    pub(super) digit: u64,
    pub(super) upper: u64,
    /// Spaces and line breaks.
    pub(super) space: u64,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;

/// The high bits of eight bytes as eight bits.
fn gather(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

impl Block {
    /// Reads up to 64 bytes of ASCII; what is missing counts as spaces.
    pub(super) fn read(text: &[u8]) -> Self {
        let mut padded = [b' '; BLOCK];
        let bytes = match text.first_chunk::<BLOCK>() {
            Some(bytes) => bytes,
            None => {
                padded[..text.len()].copy_from_slice(text);
                &padded
            }
        };
        let mut block = Self::default();
        for (at, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
            let bytes = u64::from_le_bytes(*eight);
            // Bytes are below 0x80: sums do not run over into the next byte.
            let from = |bytes: u64, first: u8| bytes + u64::from(0x80 - first) * ONES;
            let folded = bytes | (0x20 * ONES);
            let letter = from(folded, b'a') & !from(folded, b'z' + 1) & HIGH;
            let digit = from(bytes, b'0') & !from(bytes, b'9' + 1) & HIGH;
            let is = |byte: u8| !((bytes ^ (u64::from(byte) * ONES)) + 0x7f * ONES) & HIGH;
            let shift = at * 8;
            block.word |= gather(letter | digit) << shift;
            block.digit |= gather(digit) << shift;
            block.upper |= gather(letter & !(bytes << 2)) << shift;
            block.space |= gather(is(b' ') | is(b'\n')) << shift;
        }
        block
    }
}

/// The longest run without a space, block after block.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LongRun {
    /// Length of the run that goes on at the end of the last block.
    open: usize,
    /// The longest so far; inside a block runs are told apart by the lengths asked for only.
    longest: usize,
}

impl LongRun {
    /// Takes the next block; inner runs are looked for in these lengths, rising.
    pub(super) fn next(&mut self, space: u64, lengths: [usize; 2]) {
        if space == 0 {
            self.open += BLOCK;
            self.longest = self.longest.max(self.open);
            return;
        }
        self.longest = self.longest.max(self.open + space.trailing_zeros() as usize);
        self.open = space.leading_zeros() as usize;
        for length in lengths {
            if has_run(!space, length) {
                self.longest = self.longest.max(length);
            }
        }
    }

    /// Whether a run of this length was there.
    pub(super) fn has(&self, length: usize) -> bool {
        self.longest.max(self.open) >= length
    }
}

/// Whether `length` bits in a row are set.
fn has_run(mut bits: u64, length: usize) -> bool {
    let mut have = 1;
    while have < length && bits != 0 {
        let step = have.min(length - have);
        bits &= bits >> step;
        have += step;
    }
    bits != 0
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_all_bytes() {
        for first in [0_u8, 64] {
            let bytes: Vec<u8> = (first..first + 64).collect();
            let block = Block::read(&bytes);
            for (at, byte) in bytes.iter().enumerate() {
                let has = |bits: u64| bits >> at & 1 == 1;
                assert_eq!(has(block.word), byte.is_ascii_alphanumeric(), "{byte}");
                assert_eq!(has(block.digit), byte.is_ascii_digit(), "{byte}");
                assert_eq!(has(block.upper), byte.is_ascii_uppercase(), "{byte}");
                assert_eq!(has(block.space), matches!(byte, b' ' | b'\n'), "{byte}");
            }
        }
    }

    #[test]
    fn runs_over_blocks() {
        let cases = [
            // (text, length, is there, why)
            ("a".repeat(14), 14, true, "just long enough"),
            ("a".repeat(13), 14, false, "too short"),
            (" ".repeat(60) + &"a".repeat(22) + " b", 22, true, "over two blocks"),
            (" ".repeat(60) + &"a".repeat(13) + " b", 14, false, "over two blocks, too short"),
            ("a".repeat(300), 22, true, "whole blocks"),
            ("x ".repeat(20) + &"a".repeat(14) + " b", 14, true, "inside a block"),
        ];
        for (text, length, expected, why) in cases {
            let mut run = LongRun::default();
            for chunk in text.as_bytes().chunks(BLOCK) {
                run.next(Block::read(chunk).space, [14, 22]);
            }
            assert_eq!(run.has(length), expected, "{why}");
        }
    }
}
