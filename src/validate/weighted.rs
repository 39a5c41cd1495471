//! Digits and weighted sums: what most national check digits are made of.

/// The digits of `text`, if it is exactly `N` ASCII digits that are not all the same: no authority
/// issues 000000000 or 111111111, but many weighted sums would accept them.
pub(super) fn digits<const N: usize>(text: impl AsRef<[u8]>) -> Option<[u32; N]> {
    let bytes: &[u8; N] = text.as_ref().try_into().ok()?;
    let issued = bytes.windows(2).any(|pair| pair[0] != pair[1]);
    (issued && bytes.iter().all(u8::is_ascii_digit))
        .then(|| bytes.map(|byte| u32::from(byte - b'0')))
}

/// Sum of the products of digits and weights; the shorter list ends it.
pub(super) fn sum(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// As [`sum`], but of the cross sums of the products.
pub(super) fn cross_sum(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).map(|p| p / 10 + p % 10).sum()
}

/// The digits read as one decimal number; at most 19 of them.
pub(super) fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit))
}

/// Value of an ASCII digit (0 to 9) or capital (A = 10 to Z = 35).
pub(super) fn alphanumeric(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(36).filter(|_| !byte.is_ascii_lowercase())
}

/// Place of an ASCII capital in the alphabet, A = 1.
pub(super) fn letter(byte: u8) -> Option<u32> {
    byte.is_ascii_uppercase().then(|| u32::from(byte - b'A') + 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn digits_are_exact() {
        assert_eq!(digits::<3>("123"), Some([1, 2, 3]));
        assert_eq!(digits::<3>("1234"), None, "too long");
        assert_eq!(digits::<3>("12"), None, "too short");
        assert_eq!(digits::<3>("12a"), None, "a letter");
        assert_eq!(digits::<3>("1\u{e9}"), None, "three bytes, two characters");
        assert_eq!(digits::<3>("777"), None, "all the same");
    }

    #[test]
    fn sums() {
        assert_eq!(sum(&[1, 2, 3], &[3, 2, 1]), 10);
        assert_eq!(cross_sum(&[9, 9], &[2, 1]), 18);
        assert_eq!(number(&[0, 4, 2]), 42);
        assert_eq!(alphanumeric(b'Z'), Some(35));
        assert_eq!(alphanumeric(b'z'), None);
        assert_eq!(letter(b'C'), Some(3));
    }
}
