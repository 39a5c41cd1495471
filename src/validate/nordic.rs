//! Denmark, Finland, Iceland, Norway, Sweden.

use super::calendar::{day_month_year, is_date, is_short_date, year_month_day};
use super::luhn::is_luhn;
use super::weighted::{digits, number, sum};

/// Danish CPR number (CPR-loven § 3): birth date and serial, whose first digit tells the century. The
/// modulo 11 of old does not hold for all since 2007, so it does not count.
pub(super) fn dk_cpr(text: &str) -> bool {
    digits::<10>(text).is_some_and(|digits| {
        day_month_year(&digits).is_some_and(|(day, month, year)| {
            let century = match (digits[6], year) {
                (0..=3, _) | (4 | 9, 37..) => 1900,
                (4 | 9, _) | (5..=8, ..=57) => 2000,
                _ => 1800,
            };
            is_date(century + year, month, day)
        })
    })
}

/// Danish CVR and VAT number, with or without `DK`.
pub(super) fn dk_cvr(text: &str) -> bool {
    digits::<8>(text.strip_prefix("DK").unwrap_or(text)).is_some_and(|digits| {
        digits[0] != 0 && sum(&digits, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

/// Finnish henkilötunnus (decree 128/2010): birth date, sign of the century (the compact form has
/// lost `-` and `+`), serial, check character modulo 31.
pub(super) fn fi_hetu(text: &str) -> bool {
    const CHECK: &[u8] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let Some((date, rest)) = text.as_bytes().split_first_chunk::<6>() else { return false };
    let rest = match rest {
        [b'A'..=b'F' | b'U'..=b'Y' | b'-' | b'+', rest @ ..] => rest,
        _ => rest,
    };
    let Some((serial, [check])) = rest.split_first_chunk::<3>() else { return false };
    let Some(digits) = digits::<9>([&date[..], &serial[..]].concat()) else { return false };
    let birth = day_month_year(&digits).is_some_and(|(day, month, year)| {
        is_short_date(year, month, day) || is_date(1800 + year, month, day)
    });
    birth && number(&digits[6..]) >= 2 && CHECK[(number(&digits) % 31) as usize] == *check
}

/// Finnish business id and VAT number, with or without `FI`; seven digits are padded.
pub(super) fn fi_business(text: &str) -> bool {
    let text = text.strip_prefix("FI").unwrap_or(text);
    let padded = if text.len() == 7 { format!("0{text}") } else { text.to_owned() };
    digits::<8>(padded)
        .is_some_and(|digits| sum(&digits, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11))
}

/// Icelandic kennitala (laws 140/2019): birth date (day plus 40 for firms), serial, check digit,
/// century.
pub(super) fn is_kennitala(text: &str) -> bool {
    digits::<10>(text).is_some_and(|digits| {
        let century = match digits[9] {
            8 => 1800,
            9 => 1900,
            0 => 2000,
            _ => return false,
        };
        let birth = day_month_year(&digits).is_some_and(|(day, month, year)| {
            is_date(century + year, month, if day > 40 { day - 40 } else { day })
        });
        birth && sum(&digits[..9], &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

/// Norwegian fødselsnummer or D-number (folkeregisterforskriften § 2-2-1): birth date (D-number: day
/// plus 40; H-number of hospitals: month plus 40), serial, two check digits.
pub(super) fn no_birth_number(text: &str) -> bool {
    let Some(digits) = digits::<11>(text) else { return false };
    let Some((day, month, year)) = day_month_year(&digits) else { return false };
    let day = if day > 40 { day - 40 } else { day };
    let month = match month {
        41..=52 => month - 40,
        _ => month,
    };
    let first = sum(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11;
    let second = sum(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11;
    is_short_date(year, month, day) && first == 0 && second == 0
}

/// Norwegian organisation number (enhetsregisterloven), with or without `NO` and `MVA`.
pub(super) fn no_organisation(text: &str) -> bool {
    let text = text.strip_prefix("NO").unwrap_or(text);
    digits::<9>(text.strip_suffix("MVA").unwrap_or(text)).is_some_and(|digits| {
        matches!(digits[0], 2 | 3 | 8 | 9)
            && sum(&digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

/// Swedish personnummer or samordningsnummer (folkbokföringslagen § 18): ten or twelve digits, day
/// plus 60 for the latter, Luhn over the last ten.
pub(super) fn se_personal_number(text: &str) -> bool {
    let (century, short) = match text.len() {
        12 => text.split_at_checked(2).unwrap_or_default(),
        _ => ("", text),
    };
    let Some(digits) = digits::<10>(short) else { return false };
    let Some((year, month, day)) = year_month_day(&digits) else { return false };
    let day = if day > 60 { day - 60 } else { day };
    let birth = match century {
        "" => is_short_date(year, month, day),
        "18" => is_date(1800 + year, month, day),
        "19" => is_date(1900 + year, month, day),
        "20" => is_date(2000 + year, month, day),
        _ => false,
    };
    birth && is_luhn(&digits)
}

/// Swedish organisation number (laws 1974:174): the third digit is at least 2, Luhn.
pub(super) fn se_organisation(text: &str) -> bool {
    digits::<10>(text).is_some_and(|digits| digits[0] != 0 && digits[2] >= 2 && is_luhn(&digits))
}

/// Swedish VAT number, with or without `SE`: organisation or personal number and two digits.
pub(super) fn se_vat(text: &str) -> bool {
    let text = text.strip_prefix("SE").unwrap_or(text);
    text.split_at_checked(10).is_some_and(|(number, suffix)| {
        digits::<10>(number).is_some_and(|digits| is_luhn(&digits))
            && suffix.len() == 2
            && suffix.bytes().all(|byte| byte.is_ascii_digit())
            && suffix != "00"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (dk_cpr, "2110625629", true, "specimen"),
            (dk_cpr, "3110625629", true, "one digit changed, still a date: no check digit"),
            (dk_cpr, "3211625629", false, "day 32"),
            (dk_cvr, "DK13585628", true, "with country"),
            (dk_cvr, "13585627", false, "check digit changed"),
            (fi_hetu, "131052308T", true, "the dash is lost in the compact form"),
            (fi_hetu, "131052A308T", true, "born in the 2000s"),
            (fi_hetu, "131052-308T", true, "as written"),
            (fi_hetu, "131052308U", false, "check character changed"),
            (fi_hetu, "311152308T", false, "31 November"),
            (fi_business, "20774740", true, "specimen"),
            (fi_business, "FI20774740", true, "with country"),
            (fi_business, "20774741", false, "check digit changed"),
            (is_kennitala, "1201743399", true, "specimen"),
            (is_kennitala, "1201743389", false, "check digit changed"),
            (is_kennitala, "1201743395", false, "no such century"),
            (no_birth_number, "15108695088", true, "specimen"),
            (no_birth_number, "15108695089", false, "second check digit changed"),
            (no_birth_number, "15138695088", false, "month 13"),
            (no_organisation, "988077917", true, "specimen"),
            (no_organisation, "NO988077917MVA", true, "as VAT number"),
            (no_organisation, "988077918", false, "check digit changed"),
            (se_personal_number, "8803200016", true, "specimen"),
            (se_personal_number, "198803200016", true, "with century"),
            (se_personal_number, "8803200017", false, "check digit changed"),
            (se_personal_number, "8813200014", false, "month 13"),
            (se_organisation, "1234567897", true, "specimen"),
            (se_organisation, "1234567898", false, "check digit changed"),
            (se_organisation, "8803200016", false, "a person's: month below 20"),
            (se_vat, "SE123456789701", true, "organisation number and 01"),
            (se_vat, "SE123456789801", false, "check digit changed"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
