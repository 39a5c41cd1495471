//! Bulgaria, Croatia, Hungary, Romania, Slovenia.

use super::calendar::{day_month_year, is_date, year_month_day};
use super::iso7064::mod_11_10;
use super::weighted::{digits, number, sum};

/// Bulgarian EGN (civil registration act, Art. 11): birth date with the century in the month (plus 20
/// for the 1800s, 40 for the 2000s), serial, check digit.
pub(super) fn bg_egn(text: &str) -> bool {
    digits::<10>(text).is_some_and(|digits| {
        let birth = year_month_day(&digits).is_some_and(|(year, month, day)| match month {
            41.. => is_date(2000 + year, month - 40, day),
            21.. => is_date(1800 + year, month - 20, day),
            _ => is_date(1900 + year, month, day),
        });
        birth && sum(&digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == digits[9]
    })
}

/// Bulgarian LNCh of foreigners (act on foreigners, Art. 25): modulo 10.
pub(super) fn bg_lnch(text: &str) -> bool {
    digits::<10>(text)
        .is_some_and(|digits| sum(&digits, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == digits[9])
}

/// Bulgarian VAT number, with or without `BG`: nine digits (firms) or ten (people, others).
pub(super) fn bg_vat(text: &str) -> bool {
    let text = text.strip_prefix("BG").unwrap_or(text);
    let firm = digits::<9>(text).is_some_and(|digits| {
        let check = match sum(&digits, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11 {
            10 => sum(&digits, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10,
            check => check,
        };
        check == digits[8]
    });
    let other = digits::<10>(text).is_some_and(|digits| {
        (11 - sum(&digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == digits[9]
    });
    firm || other || bg_egn(text) || bg_lnch(text)
}

/// Croatian OIB (law on the personal identification number) and VAT number, with or without `HR`.
pub(super) fn hr_oib(text: &str) -> bool {
    digits::<11>(text.strip_prefix("HR").unwrap_or(text)).is_some_and(|digits| mod_11_10(&digits))
}

/// Hungarian TAJ number (law XX of 1996, annex): weights 3 and 7, modulo 10.
pub(super) fn hu_taj(text: &str) -> bool {
    digits::<9>(text)
        .is_some_and(|digits| sum(&digits[..8], &[3, 7, 3, 7, 3, 7, 3, 7]) % 10 == digits[8])
}

/// Hungarian személyi azonosító (law XX of 1996, annex): sex and century, birth date, serial, check
/// digit modulo 11, 10 is not issued; weights rise for births until 1996, fall for later ones.
pub(super) fn hu_personal_id(text: &str) -> bool {
    digits::<11>(text).is_some_and(|digits| {
        let Some((year, month, day)) = year_month_day(&digits[1..]) else { return false };
        let years = match digits[0] {
            1 | 2 => [1900, 1900],
            3 | 4 => [1800, 2000],
            _ => return false,
        };
        years.iter().map(|century| century + year).any(|year| {
            let weights: [u32; 10] = if year < 1997 {
                [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
            } else {
                [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
            };
            is_date(year, month, day) && sum(&digits, &weights) % 11 == digits[10]
        })
    })
}

/// Hungarian adóazonosító jel (law XX of 1996, annex): 8, days since 1867, serial, check digit modulo
/// 11.
pub(super) fn hu_tax_id(text: &str) -> bool {
    digits::<10>(text).is_some_and(|digits| {
        digits[0] == 8 && sum(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == digits[9]
    })
}

/// Hungarian VAT number, with or without `HU`: weights 9, 7, 3, 1, modulo 10. The full tax number has a
/// digit of the kind and two of the county behind it.
pub(super) fn hu_vat(text: &str) -> bool {
    let text = text.strip_prefix("HU").unwrap_or(text);
    let (number, rest) = text.split_at_checked(8).unwrap_or_default();
    let rest_fits = rest.is_empty()
        || rest.len() == 3
            && rest.bytes().all(|byte| byte.is_ascii_digit())
            && (b'1'..=b'5').contains(&rest.as_bytes()[0]);
    rest_fits
        && digits::<8>(number)
            .is_some_and(|digits| sum(&digits, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10))
}

/// Romanian CNP (emergency ordinance 97/2005): sex and century, birth date, county, serial, check
/// digit modulo 11, 10 is written 1. Nobody born in the 1800s (3 and 4 in front) lives, and article
/// numbers begin like that.
pub(super) fn ro_cnp(text: &str) -> bool {
    digits::<13>(text).is_some_and(|digits| {
        let centuries: &[u32] = match digits[0] {
            1 | 2 => &[1900],
            5 | 6 => &[2000],
            7..=9 => &[1900, 2000],
            _ => &[],
        };
        let birth = year_month_day(&digits[1..]).is_some_and(|(year, month, day)| {
            centuries.iter().any(|century| is_date(century + year, month, day))
        });
        let county = matches!(digits[7] * 10 + digits[8], 1..=48 | 51 | 52 | 70 | 80..=83);
        let check = match sum(&digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 {
            10 => 1,
            check => check,
        };
        birth && county && digits[9..12] != [0, 0, 0] && check == digits[12]
    })
}

/// Romanian CUI and VAT number, with or without `RO`: two to ten digits, modulo 11.
pub(super) fn ro_vat(text: &str) -> bool {
    let text = text.strip_prefix("RO").unwrap_or(text);
    (2..=10).contains(&text.len())
        && !text.starts_with('0')
        && digits::<10>(format!("{text:0>10}")).is_some_and(|digits| {
            sum(&digits, &[7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10 == digits[9]
        })
}

/// Slovenian EMŠO (law on the central population register): birth date, region, serial, check digit
/// modulo 11, 10 is not issued.
pub(super) fn si_emso(text: &str) -> bool {
    digits::<13>(text).is_some_and(|digits| {
        let birth = day_month_year(&digits).is_some_and(|(day, month, _)| {
            let year = number(&digits[4..7]) as u32;
            is_date(if year < 800 { 2000 + year } else { 1000 + year }, month, day)
        });
        birth
            && (11 - sum(&digits[..12], &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11
                == digits[12]
    })
}

/// Slovenian tax and VAT number, with or without `SI`: modulo 11, 11 is not issued.
pub(super) fn si_vat(text: &str) -> bool {
    digits::<8>(text.strip_prefix("SI").unwrap_or(text)).is_some_and(|digits| {
        let check = 11 - sum(&digits[..7], &[8, 7, 6, 5, 4, 3, 2]) % 11;
        digits[0] != 0 && check != 11 && check % 10 == digits[7]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (bg_egn, "7523169263", true, "born 1875: month plus 20"),
            (bg_egn, "7523169264", false, "check digit changed"),
            (bg_egn, "7513169263", false, "month 13"),
            (bg_lnch, "7111042925", true, "specimen"),
            (bg_lnch, "7111042926", false, "check digit changed"),
            (bg_vat, "BG175074752", true, "a firm's"),
            (bg_vat, "BG175074751", false, "check digit changed"),
            (hr_oib, "33392005961", true, "specimen"),
            (hr_oib, "33392005962", false, "check digit changed"),
            (hu_taj, "111111110", true, "specimen"),
            (hu_taj, "111111111", false, "check digit changed"),
            (hu_personal_id, "18001013332", false, "check digit wrong"),
            (hu_tax_id, "8071592153", true, "specimen"),
            (hu_tax_id, "8071592154", false, "check digit changed"),
            (hu_vat, "HU12892312", true, "with country"),
            (hu_vat, "12892312213", true, "with kind and county"),
            (hu_vat, "HU12892313", false, "check digit changed"),
            (ro_cnp, "1630615123457", true, "specimen"),
            (ro_cnp, "1630615123458", false, "check digit changed"),
            (ro_cnp, "1631315123457", false, "month 13"),
            (ro_vat, "RO18547290", true, "specimen"),
            (ro_vat, "RO18547291", false, "check digit changed"),
            (si_emso, "0101006500006", true, "born 2006"),
            (si_emso, "0101006500007", false, "check digit changed"),
            (si_emso, "3113006500006", false, "month 13"),
            (si_vat, "SI50223054", true, "specimen"),
            (si_vat, "SI50223055", false, "check digit changed"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
