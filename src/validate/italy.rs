//! Italy.

use super::calendar::is_short_date;
use super::luhn::is_luhn;
use super::weighted::{digits, number};

/// Codice fiscale of a person (decree of 12 March 1974, DM 23 December 1976): names, birth date, place,
/// check letter. In case of namesakes digits are written as letters, from the right.
pub(super) fn it_codice_fiscale(text: &str) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    const NAMESAKES: &[u8] = b"LMNPQRSTUV";
    let Ok(bytes) = <&[u8; 16]>::try_from(text.as_bytes()) else { return false };
    let digit = |at: usize| match bytes[at] {
        byte @ b'0'..=b'9' => Some(u32::from(byte - b'0')),
        byte => NAMESAKES.iter().position(|known| *known == byte).map(|digit| digit as u32),
    };
    let letters =
        [0, 1, 2, 3, 4, 5, 8, 11, 15].iter().all(|at: &usize| bytes[*at].is_ascii_uppercase());
    let month = b"ABCDEHLMPRST".iter().position(|month| *month == bytes[8]);
    let (Some(month), Some(y1), Some(y2), Some(d1), Some(d2)) =
        (month, digit(6), digit(7), digit(9), digit(10))
    else {
        return false;
    };
    let day = d1 * 10 + d2;
    let birth =
        is_short_date(y1 * 10 + y2, month as u32 + 1, if day > 40 { day - 40 } else { day });
    let place = (12..15).all(|at| digit(at).is_some());
    let total: u32 = bytes[..15]
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            let value = if byte.is_ascii_digit() { byte - b'0' } else { byte.saturating_sub(b'A') };
            if at % 2 == 0 { ODD[usize::from(value) % 26] } else { u32::from(value) }
        })
        .sum();
    letters && birth && place && total % 26 == u32::from(bytes[15] - b'A')
}

/// Partita IVA and codice fiscale of firms (DPR 633/1972), with or without `IT`: Luhn, and a known
/// tax office in digits 8 to 10.
pub(super) fn it_vat(text: &str) -> bool {
    digits::<11>(text.strip_prefix("IT").unwrap_or(text)).is_some_and(|digits| {
        let office = matches!(number(&digits[7..10]), 1..=100 | 120 | 121 | 888 | 999);
        digits[..7] != [0; 7] && office && is_luhn(&digits)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        let cases = [
            // (candidate, valid, why)
            ("RCCMNL83S18D969H", true, "specimen"),
            ("RCCMNL83S18D969A", false, "check letter changed"),
            ("RSSMRA85T10A562S", true, "Mario Rossi"),
            ("RSSMRA85T71A562E", false, "day 71 is 31 December, check letter wrong"),
            ("RCCMNL83B30D969S", false, "30 February"),
            ("RCCMNL83S18D9L9", false, "too short"),
            ("RCCMNL83S18D96VP", false, "namesake's letter, check letter wrong"),
        ];
        for (candidate, valid, why) in cases {
            assert_eq!(it_codice_fiscale(candidate), valid, "{candidate}: {why}");
        }
        assert!(it_vat("IT00743110157"), "specimen");
        assert!(!it_vat("00743110158"), "check digit changed");
        assert!(!it_vat("12345672000"), "no such office");
    }
}
