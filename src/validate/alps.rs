//! Austria and Switzerland.

use super::calendar::{day_month_year, is_short_date};
use super::card::is_gtin;
use super::luhn::is_luhn_of;
use super::weighted::{cross_sum, digits, sum};

/// Austrian Sozialversicherungsnummer (§ 460d ASVG): serial, check digit, birth date. Months 13 to 15
/// are given out where a day's serials are used up.
pub(super) fn at_svnr(text: &str) -> bool {
    digits::<10>(text).is_some_and(|digits| {
        let birth = day_month_year(&digits[4..]).is_some_and(|(day, month, year)| {
            is_short_date(year, month, day) || (13..=15).contains(&month) && (1..=31).contains(&day)
        });
        let check = sum(&digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11;
        digits[0] != 0 && birth && check == digits[3]
    })
}

/// Austrian Abgabenkontonummer (Finanzamt and tax number): Luhn.
pub(super) fn at_tax_number(text: &str) -> bool {
    is_luhn_of::<9>(text)
}

/// Austrian UID (Art. 28 UStG 1994), with or without `AT`.
pub(super) fn at_vat(text: &str) -> bool {
    let number = text.strip_prefix("AT").unwrap_or(text).strip_prefix('U');
    number.and_then(digits::<8>).is_some_and(|digits| {
        (10 - (cross_sum(&digits[..7], &[1, 2, 1, 2, 1, 2, 1]) + 4) % 10) % 10 == digits[7]
    })
}

/// Austrian Firmenbuchnummer (§ 15 FBG), with or without `FN`: up to six digits and a check letter.
pub(super) fn at_company_register(text: &str) -> bool {
    const LETTERS: &[u8] = b"ABDFGHIKMPSTVWXYZ";
    let text = text.strip_prefix("FN").unwrap_or(text);
    let Some((number, [check])) = text.as_bytes().split_last_chunk::<1>() else { return false };
    if number.is_empty() || number.len() > 6 || !number.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let values: Vec<u32> = number.iter().rev().map(|byte| u32::from(byte - b'0')).collect();
    LETTERS[(sum(&values, &[1, 10, 15, 14, 4, 6]) % 17) as usize] == *check
}

/// Swiss and Liechtenstein AHV number (Art. 50c AHVG): country code 756, check digit of GS1.
pub(super) fn ch_ahv(text: &str) -> bool {
    text.starts_with("756") && digits::<13>(text).is_some_and(|digits| is_gtin(&digits))
}

/// Swiss business id (UIDG), with or without `CHE` and the word for VAT behind it.
pub(super) fn ch_uid(text: &str) -> bool {
    let text = text.strip_prefix("CHE").unwrap_or(text);
    let number = ["MWST", "TVA", "IVA", "HR", "RC"]
        .iter()
        .find_map(|suffix| text.strip_suffix(suffix))
        .unwrap_or(text);
    digits::<9>(number).is_some_and(|digits| {
        (11 - sum(&digits[..8], &[5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11 == digits[8]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (at_svnr, "1237010180", true, "specimen"),
            (at_svnr, "1238010180", false, "check digit changed"),
            (at_svnr, "1237310280", false, "31 February"),
            (at_tax_number, "591199013", true, "example of the ministry"),
            (at_tax_number, "591199014", false, "check digit changed"),
            (at_vat, "ATU13585627", true, "with country"),
            (at_vat, "U13585627", true, "without"),
            (at_vat, "ATU13585626", false, "check digit changed"),
            (at_company_register, "FN122119M", true, "with its mark"),
            (at_company_register, "122119M", true, "without"),
            (at_company_register, "122119A", false, "check letter changed"),
            (ch_ahv, "7569217076985", true, "specimen"),
            (ch_ahv, "7569217076986", false, "check digit changed"),
            (ch_ahv, "4006381333931", false, "an article number of another country"),
            (ch_uid, "CHE100155212", true, "business id"),
            (ch_uid, "CHE107787577IVA", true, "as VAT number"),
            (ch_uid, "CHE100155213", false, "check digit changed"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
