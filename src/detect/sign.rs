//! Signs of what a text holds, one bit a kind. Patterns that need one are not run without it.

pub(super) const DIGIT: u32 = 1 << 2;
pub(super) const AT: u32 = 1 << 3;
pub(super) const UPPER: u32 = 1 << 4;
pub(super) const COLON: u32 = 1 << 5;
pub(super) const SLASH: u32 = 1 << 6;
pub(super) const LESS: u32 = 1 << 7;
pub(super) const EQUALS: u32 = 1 << 8;
pub(super) const UNDERSCORE: u32 = 1 << 9;
pub(super) const DASH: u32 = 1 << 10;
pub(super) const DOT: u32 = 1 << 11;
pub(super) const QUESTION: u32 = 1 << 12;
pub(super) const BRACKET: u32 = 1 << 13;
pub(super) const STAR: u32 = 1 << 14;
/// A word that starts with two capitals.
pub(super) const CAPITALS: u32 = 1 << 15;
/// At least five digits.
pub(super) const DIGITS_5: u32 = 1 << 16;
/// At least eight digits.
pub(super) const DIGITS_8: u32 = 1 << 17;
/// At least as many bytes without a space as [`RUNS`] says.
pub(super) const LONG: u32 = 1 << 18;
pub(super) const VERY_LONG: u32 = 1 << 20;
pub(super) const PLUS: u32 = 1 << 19;
/// At least [`DIGIT_RUN`] digits in a row.
pub(super) const DIGITS_ROW: u32 = 1 << 22;
/// `(`, `[` or `{`.
pub(super) const OPEN: u32 = 1 << 21;
/// At least two colons.
pub(super) const COLONS: u32 = 1 << 23;
/// `°`, `§` and their like: U+0080 to U+00BF, as far as the shadow keeps them.
pub(super) const LATIN_SIGN: u32 = 1 << 24;
/// A capital right behind a small letter.
pub(super) const HUMP: u32 = 1 << 25;
/// One of `#&~$%"`.
pub(super) const MARK: u32 = 1 << 26;
pub(super) const NUMBERS: u32 = DIGIT | DIGITS_5 | DIGITS_8;
/// Lengths of long runs.
pub(super) const RUNS: [usize; 2] = [14, 22];
/// Digits in a row that tell numbers from times and most dates.
pub(super) const DIGIT_RUN: usize = 3;
pub(super) const ALL: u32 = u32::MAX;

/// The signs of a run of so many bytes without a space.
pub(super) const fn of_run(length: usize) -> u32 {
    match length {
        0..14 => 0,
        14..22 => LONG,
        _ => LONG | VERY_LONG,
    }
}

/// The sign of so many digits in a row.
pub(super) const fn of_digit_run(length: usize) -> u32 {
    if length >= DIGIT_RUN { DIGITS_ROW } else { 0 }
}

/// Whether a word has a capital right behind a small letter, of ASCII both.
pub(super) fn has_hump(word: &[u8]) -> bool {
    word.windows(2).any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase())
}

/// The signs of so many digits.
pub(super) const fn of_digits(digits: usize) -> u32 {
    match digits {
        0 => 0,
        1..=4 => DIGIT,
        5..=7 => DIGIT | DIGITS_5,
        _ => NUMBERS,
    }
}

/// The signs of so many colons.
pub(super) const fn of_colons(colons: usize) -> u32 {
    match colons {
        0 => 0,
        1 => COLON,
        _ => COLON | COLONS,
    }
}

/// The sign of a character; 0: none.
pub(super) const fn of_char(c: char) -> u32 {
    match c {
        '\0'..='\x7f' => of(c as u8),
        '¡'..='§' | '©' | '¬' | '®' | '°' | '±' | '¶' | '·' | '¿' => LATIN_SIGN,
        _ => 0,
    }
}

/// The sign of a byte of the shadow; 0: none.
pub(super) const fn of(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => DIGIT,
        b'A'..=b'Z' => UPPER,
        b'@' => AT,
        b':' => COLON,
        b'/' => SLASH,
        b'<' => LESS,
        b'=' => EQUALS,
        b'_' => UNDERSCORE,
        b'-' => DASH,
        b'.' => DOT,
        b'?' => QUESTION,
        b'[' => BRACKET | OPEN,
        b'(' | b'{' => OPEN,
        b'*' => STAR,
        b'+' => PLUS,
        b'#' | b'&' | b'~' | b'$' | b'%' | b'"' => MARK,
        0xc2 => LATIN_SIGN,
        _ => 0,
    }
}
