//! ISO/IEC 7064: the hybrid system mod 11,10 and the pure system mod 97-10.

use super::weighted::alphanumeric;

/// ISO 7064 mod 11,10 over digits, the last of them the check digit.
pub(super) fn mod_11_10(digits: &[u32]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, digit| match (product + digit) % 10 {
        0 => 20 % 11,
        rest => rest * 2 % 11,
    });
    (product + check) % 10 == 1
}

/// The remainder modulo 97 of a string of digits and capitals, read as one number with A = 10 to
/// Z = 35; nothing if another character occurs.
pub(super) fn mod_97(bytes: impl IntoIterator<Item = u8>) -> Option<u32> {
    bytes.into_iter().try_fold(0, |rest, byte| {
        let value = alphanumeric(byte)?;
        Some((rest * if value > 9 { 100 } else { 10 } + value) % 97)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mod_11_10_of_the_standard() {
        assert!(mod_11_10(&[0, 7, 9, 4, 5]), "example of ISO 7064");
        assert!(!mod_11_10(&[0, 7, 9, 4, 6]), "check digit changed");
        assert!(!mod_11_10(&[]), "nothing");
    }

    #[test]
    fn mod_97_reads_letters_as_two_digits() {
        assert_eq!(
            mod_97(*b"3214282912345698765432161182"),
            Some(1),
            "GB IBAN, letters spelled out"
        );
        assert_eq!(mod_97(*b"WEST12345698765432GB82"), Some(1), "the same with letters");
        assert_eq!(mod_97(*b"12-3"), None, "a dash is no digit");
    }
}
