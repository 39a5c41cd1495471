//! Czechia and Slovakia.

use super::calendar::{is_date, year_month_day};
use super::weighted::{digits, number, sum};

/// Rodné číslo (law 133/2000 § 13; Slovak law 301/1995): birth date with 50 added to a woman's month
/// and 20 more where a day's serials are used up (from 2004), serial, and from 1954 on the remainder of
/// the nine digits modulo 11. A remainder of 10 gave the digit 0 until 1985, rarely later (NZIS).
pub(super) fn cz_birth_number(text: &str) -> bool {
    if let Some(digits) = digits::<9>(text) {
        return birth(&digits, 1900).is_some_and(|year| year < 1954);
    }
    digits::<10>(text).is_some_and(|digits| {
        let century = if number(&digits[..2]) < 54 { 2000 } else { 1900 };
        birth(&digits, century).is_some() && number(&digits[..9]) % 11 % 10 == u64::from(digits[9])
    })
}

/// Year of birth, if the first six digits are a date.
fn birth(digits: &[u32], century: u32) -> Option<u32> {
    let (year, month, day) = year_month_day(digits)?;
    let year = century + year;
    let month = match month % 50 {
        month @ 21.. if year >= 2004 => month - 20,
        month => month,
    };
    is_date(year, month, day).then_some(year)
}

/// Czech DIČ, with or without `CZ`: eight digits (firms), nine with a 6 in front, or a birth number.
pub(super) fn cz_vat(text: &str) -> bool {
    let text = text.strip_prefix("CZ").unwrap_or(text);
    let firm = digits::<8>(text).is_some_and(|digits| {
        let check = match 11 - sum(&digits[..7], &[8, 7, 6, 5, 4, 3, 2]) % 11 {
            10 => 0,
            11 => 1,
            check => check,
        };
        digits[0] != 9 && check == digits[7]
    });
    let special = digits::<9>(text).filter(|digits| digits[0] == 6).is_some_and(|digits| {
        let rest = sum(&digits[1..8], &[8, 7, 6, 5, 4, 3, 2]) % 11;
        (18 - (21 - rest) % 11) % 10 == digits[8]
    });
    firm || special || cz_birth_number(text)
}

/// Slovak IČ DPH, with or without `SK`: ten digits, a multiple of eleven; the first is not zero, the
/// third one of 2, 3, 4, 7, 8, 9.
pub(super) fn sk_vat(text: &str) -> bool {
    digits::<10>(text.strip_prefix("SK").unwrap_or(text)).is_some_and(|digits| {
        digits[0] != 0 && matches!(digits[2], 2..=4 | 7..=9) && number(&digits).is_multiple_of(11)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (cz_birth_number, "7103192745", true, "specimen"),
            (cz_birth_number, "7103192746", false, "check digit changed"),
            (cz_birth_number, "8801251680", true, "remainder 10, written 0"),
            (cz_birth_number, "7113192745", false, "month 13"),
            (cz_birth_number, "530101123", true, "before 1954, nine digits"),
            (cz_birth_number, "590101123", false, "nine digits, but after 1953"),
            (cz_vat, "CZ25123891", true, "a firm's"),
            (cz_vat, "CZ25123890", false, "check digit changed"),
            (cz_vat, "CZ640903926", true, "nine digits with a 6"),
            (sk_vat, "SK2022749619", true, "specimen"),
            (sk_vat, "SK2022749618", false, "no multiple of eleven"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
