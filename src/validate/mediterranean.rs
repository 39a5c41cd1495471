//! Cyprus, Greece, Malta.

use super::calendar::{day_month_year, is_short_date};
use super::luhn::is_luhn;
use super::weighted::{digits, number, sum};

/// Cypriot tax and VAT number, with or without `CY`: eight digits and a check letter modulo 26. Digits
/// at odd places count by a table.
pub(super) fn cy_vat(text: &str) -> bool {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let text = text.strip_prefix("CY").unwrap_or(text);
    let Some((body, [check])) = text.as_bytes().split_last_chunk::<1>() else { return false };
    digits::<8>(body).is_some_and(|digits| {
        let total: u32 = digits
            .iter()
            .enumerate()
            .map(|(at, digit)| if at % 2 == 0 { ODD[*digit as usize] } else { *digit })
            .sum();
        digits[..2] != [1, 2] && u32::from(*check) == u32::from(b'A') + total % 26
    })
}

/// Greek AMKA (law 3655/2008 Art. 153): birth date, serial, Luhn.
pub(super) fn gr_amka(text: &str) -> bool {
    digits::<11>(text).is_some_and(|digits| {
        day_month_year(&digits).is_some_and(|(day, month, year)| is_short_date(year, month, day))
            && is_luhn(&digits)
    })
}

/// Greek AFM and VAT number, with or without `EL`: powers of two, modulo 11.
pub(super) fn gr_afm(text: &str) -> bool {
    let text = text.strip_prefix("EL").or_else(|| text.strip_prefix("GR")).unwrap_or(text);
    digits::<9>(text)
        .is_some_and(|digits| sum(&digits, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == digits[8])
}

/// Maltese identity card (identity card act, cap. 258): up to seven digits and the letter of the register.
pub(super) fn mt_id_card(text: &str) -> bool {
    let Some((number, [register])) = text.as_bytes().split_last_chunk::<1>() else { return false };
    (3..=7).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
        && number.iter().any(|byte| *byte != b'0')
        && b"MGAPLHBZ".contains(register)
}

/// Maltese VAT number, with or without `MT`: modulo 37.
pub(super) fn mt_vat(text: &str) -> bool {
    digits::<8>(text.strip_prefix("MT").unwrap_or(text)).is_some_and(|digits| {
        number(&digits[..6]) > 100_000
            && (sum(&digits[..6], &[3, 4, 6, 7, 8, 9]) + digits[6] * 10 + digits[7])
                .is_multiple_of(37)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (cy_vat, "CY10259033P", true, "specimen"),
            (cy_vat, "CY10259033Z", false, "check letter changed"),
            (gr_amka, "01013099997", true, "specimen"),
            (gr_amka, "01013099998", false, "check digit changed"),
            (gr_amka, "01133099997", false, "month 13"),
            (gr_afm, "023456780", true, "specimen"),
            (gr_afm, "EL094259216", true, "with country"),
            (gr_afm, "023456781", false, "check digit changed"),
            (mt_id_card, "0123456M", true, "seven digits"),
            (mt_id_card, "0123456X", false, "no such register"),
            (mt_vat, "MT11679112", true, "specimen"),
            (mt_vat, "MT11679113", false, "check digits changed"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
