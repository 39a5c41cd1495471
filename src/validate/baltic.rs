//! Estonia, Latvia, Lithuania.

use super::calendar::{day_month_year, is_date, year_month_day};
use super::weighted::{digits, sum};

/// Estonian isikukood (population register act § 39, EVS 585) and Lithuanian asmens kodas: sex and
/// century, birth date, serial, check digit modulo 11 in two rounds. Lithuanian ones with a 9 in front
/// hold no date.
pub(super) fn baltic_person(text: &str) -> bool {
    digits::<11>(text).is_some_and(|digits| {
        if digits[0] == 9 {
            return two_rounds(&digits[..10]) == digits[10];
        }
        let century = match digits[0] {
            1 | 2 => 1800,
            3 | 4 => 1900,
            5 | 6 => 2000,
            _ => return false,
        };
        year_month_day(&digits[1..])
            .is_some_and(|(year, month, day)| is_date(century + year, month, day))
            && two_rounds(&digits[..10]) == digits[10]
    })
}

/// Check digit modulo 11 with weights 1, 2, 3 ...; if that gives 10, with weights 3, 4, 5 ...; if that
/// does too, 0. Weights go from 9 back to 1.
fn two_rounds(digits: &[u32]) -> u32 {
    let round = |first: u32| {
        let weighted: u32 =
            digits.iter().zip(first - 1..).map(|(digit, weight)| digit * (weight % 9 + 1)).sum();
        weighted % 11
    };
    match round(1) {
        10 => round(3) % 10,
        check => check,
    }
}

/// Estonian VAT number, with or without `EE`.
pub(super) fn ee_vat(text: &str) -> bool {
    digits::<9>(text.strip_prefix("EE").unwrap_or(text))
        .is_some_and(|digits| sum(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10))
}

/// Latvian personas kods (law on the register of natural persons): birth date and century, or from
/// 2017 on 32 in front and no date; check digit modulo 11.
pub(super) fn lv_personal_code(text: &str) -> bool {
    digits::<11>(text).is_some_and(|digits| {
        let birth = digits[..2] == [3, 2]
            || day_month_year(&digits).is_some_and(|(day, month, year)| {
                digits[6] <= 2 && is_date(1800 + 100 * digits[6] + year, month, day)
            });
        birth && (1 + sum(&digits[..10], &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10 == digits[10]
    })
}

/// Latvian VAT number, with or without `LV`: a firm's begins above 3, else it is a personal code.
pub(super) fn lv_vat(text: &str) -> bool {
    let text = text.strip_prefix("LV").unwrap_or(text);
    digits::<11>(text).is_some_and(|digits| match digits[0] {
        4.. => sum(&digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3,
        _ => lv_personal_code(text),
    })
}

/// Lithuanian VAT number, with or without `LT`: nine digits (firms) or twelve (others), a 1 before
/// the check digit.
pub(super) fn lt_vat(text: &str) -> bool {
    let text = text.strip_prefix("LT").unwrap_or(text);
    let is_valid = |digits: &[u32]| match digits {
        [body @ .., 1, check] => two_rounds(&[body, &[1]].concat()) == *check,
        _ => false,
    };
    digits::<9>(text).is_some_and(|digits| is_valid(&digits))
        || digits::<12>(text).is_some_and(|digits| is_valid(&digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (baltic_person, "36805280109", true, "Estonian specimen"),
            (baltic_person, "33309240064", true, "Lithuanian specimen"),
            (baltic_person, "36805280108", false, "check digit changed"),
            (baltic_person, "36802300109", false, "30 February"),
            (baltic_person, "96813280109", true, "Lithuanian, without date"),
            (baltic_person, "96813280108", false, "without date, check digit changed"),
            (baltic_person, "86805280109", false, "no such century"),
            (ee_vat, "EE100931558", true, "with country"),
            (ee_vat, "100594103", false, "check digit changed"),
            (lv_personal_code, "16117519997", true, "with birth date"),
            (lv_personal_code, "16117519998", false, "check digit changed"),
            (lv_vat, "LV40003521600", true, "a firm's"),
            (lv_vat, "LV40003521601", false, "check digit changed"),
            (lt_vat, "LT119511515", true, "nine digits"),
            (lt_vat, "LT119511516", false, "check digit changed"),
            (lt_vat, "100001919017", true, "twelve digits"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
