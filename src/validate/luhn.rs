//! Luhn (ISO/IEC 7812-1 annex B) and Verhoeff check digits.

use super::weighted::digits;

/// Luhn over digits, the last of them the check digit.
pub(super) fn is_luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| match digit * (1 + place as u32 % 2) {
            product if product > 9 => product - 9,
            product => product,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Luhn over exactly `N` digits that are not all the same.
pub(super) fn is_luhn_of<const N: usize>(text: &str) -> bool {
    digits::<N>(text).is_some_and(|digits| is_luhn(&digits))
}

/// Verhoeff over digits, the last of them the check digit (J. Verhoeff, Error detecting decimal
/// codes, 1969): the dihedral group of order ten and powers of one permutation.
pub(super) fn is_verhoeff(digits: &[u32]) -> bool {
    const PERMUTATION: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let permuted = |digit: u32, times: usize| {
        (0..times % 8).fold(digit, |digit, _| PERMUTATION[digit as usize % 10])
    };
    digits
        .iter()
        .rev()
        .enumerate()
        .fold(0, |sum, (place, &digit)| multiply(sum, permuted(digit, place)))
        == 0
}

/// Product in the dihedral group: 0 to 4 are rotations, 5 to 9 reflections.
fn multiply(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn() {
        assert!(is_luhn_of::<11>("79927398713"), "the well-known example");
        assert!(!is_luhn_of::<11>("79927398710"), "check digit changed");
        assert!(!is_luhn_of::<11>("00000000000"), "all the same");
    }

    #[test]
    fn verhoeff() {
        assert!(is_verhoeff(&[2, 3, 6, 3]), "the well-known example");
        assert!(!is_verhoeff(&[2, 3, 6, 4]), "check digit changed");
        assert!(!is_verhoeff(&[3, 2, 6, 3]), "two digits swapped");
    }
}
