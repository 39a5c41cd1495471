//! Poland.

use super::calendar::{is_date, year_month_day};
use super::weighted::{alphanumeric, digits, sum};

/// PESEL (law on population registration, Art. 15): birth date with the century in the month, serial,
/// check digit.
pub(super) fn pl_pesel(text: &str) -> bool {
    digits::<11>(text).is_some_and(|digits| {
        let birth = year_month_day(&digits).is_some_and(|(year, month, day)| {
            let century = [1900, 2000, 2100, 2200, 1800][(month / 20) as usize % 5];
            is_date(century + year, month % 20, day)
        });
        birth && sum(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
    })
}

/// NIP, tax and VAT number, with or without `PL`: modulo 11, 10 is not issued.
pub(super) fn pl_nip(text: &str) -> bool {
    digits::<10>(text.strip_prefix("PL").unwrap_or(text)).is_some_and(|digits| {
        digits[0] != 0 && sum(&digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == digits[9]
    })
}

/// REGON: nine digits, or fourteen with those of a local unit, modulo 11.
pub(super) fn pl_regon(text: &str) -> bool {
    let nine = |digits: &[u32]| sum(digits, &[8, 9, 2, 3, 4, 5, 6, 7]) % 11 % 10 == digits[8];
    digits::<9>(text).is_some_and(|digits| nine(&digits))
        || digits::<14>(text).is_some_and(|digits| {
            nine(&digits)
                && sum(&digits, &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]) % 11 % 10 == digits[13]
        })
}

/// Dowód osobisty (identity card): three letters, check digit, five digits; weights 7, 3, 1.
pub(super) fn pl_id_card(text: &str) -> bool {
    let bytes = text.as_bytes();
    let form = bytes.len() == 9
        && bytes[..3].iter().all(u8::is_ascii_uppercase)
        && bytes[3..].iter().all(u8::is_ascii_digit);
    let values: Vec<u32> = bytes.iter().filter_map(|byte| alphanumeric(*byte)).collect();
    form && sum(&values, &[7, 3, 1, 9, 7, 3, 1, 7, 3]).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (pl_pesel, "44051401359", true, "specimen"),
            (pl_pesel, "44051401358", false, "check digit changed"),
            (pl_pesel, "44133401359", false, "month 13"),
            (pl_pesel, "02270803624", true, "born 2002: month plus 20"),
            (pl_nip, "8567346215", true, "specimen"),
            (pl_nip, "PL8567346216", false, "check digit changed"),
            (pl_regon, "192598184", true, "nine digits"),
            (pl_regon, "192598183", false, "check digit changed"),
            (pl_regon, "12345678512347", true, "fourteen digits"),
            (pl_id_card, "ABA300000", true, "specimen"),
            (pl_id_card, "ABA400000", false, "check digit changed"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
