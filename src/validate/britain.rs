//! United Kingdom and Ireland.

use super::calendar::is_short_date;
use super::weighted::{digits, letter, sum};

/// National Insurance number (HMRC NIM39110): prefix that is given out, six digits, A to D.
pub(super) fn gb_nino(text: &str) -> bool {
    let Some(([first, second], rest)) = text.as_bytes().split_first_chunk::<2>() else {
        return false;
    };
    let Some((body, [suffix])) = rest.split_first_chunk::<6>() else { return false };
    let prefix = first.is_ascii_uppercase()
        && second.is_ascii_uppercase()
        && !b"DFIQUV".contains(first)
        && !b"DFIOQUV".contains(second)
        && !matches!(&[*first, *second], b"BG" | b"GB" | b"KN" | b"NK" | b"NT" | b"TN" | b"ZZ");
    prefix && body.iter().all(u8::is_ascii_digit) && matches!(suffix, b'A'..=b'D')
}

/// NHS number (ISB 0149): modulo 11, 10 is not issued.
pub(super) fn gb_nhs(text: &str) -> bool {
    digits::<10>(text).is_some_and(|digits| {
        (11 - sum(&digits[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 == digits[9]
    })
}

/// Unique Taxpayer Reference: the first digit checks the nine behind it, modulo 11.
pub(super) fn gb_utr(text: &str) -> bool {
    const CHECK: [u32; 11] = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    let text = text.strip_suffix('K').unwrap_or(text);
    digits::<10>(text).is_some_and(|digits| {
        CHECK[(sum(&digits[1..], &[6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11) as usize] == digits[0]
    })
}

/// British VAT number, with or without `GB` or `XI`: nine digits, three more for branches, modulo 97
/// with 0 or, since 2010, 42; government departments and health authorities have GD or HA and three.
pub(super) fn gb_vat(text: &str) -> bool {
    let text = text.strip_prefix("GB").or_else(|| text.strip_prefix("XI")).unwrap_or(text);
    if let Some(number) = text.strip_prefix("GD").or_else(|| text.strip_prefix("HA")) {
        let department = text.starts_with("GD");
        return number.len() == 3
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && (number < "500") == department;
    }
    let (number, branch) = text.split_at_checked(9).unwrap_or_default();
    let branch_fits =
        branch.is_empty() || branch.len() == 3 && branch.bytes().all(|b| b.is_ascii_digit());
    branch_fits
        && digits::<9>(number).is_some_and(|digits| {
            matches!(sum(&digits, &[8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97, 0 | 42)
        })
}

/// British driver number (DVLA): five letters of the surname filled with 9, birth date (month plus 50
/// for women) with the year's digits around it, initials, digit, two letters.
pub(super) fn gb_driving_licence(text: &str) -> bool {
    let Ok(bytes) = <&[u8; 16]>::try_from(text.as_bytes()) else { return false };
    let surname = bytes[0].is_ascii_uppercase()
        && bytes[..5].iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'9')
        && !bytes[..5].windows(2).any(|pair| pair[0] == b'9' && pair[1] != b'9');
    let Some(digits) = digits::<6>(&bytes[5..11]) else { return false };
    let (month, day) = (digits[1] * 10 + digits[2], digits[3] * 10 + digits[4]);
    let month = if month > 50 { month - 50 } else { month };
    let initials = bytes[11..13].iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'9');
    surname
        && is_short_date(digits[0] * 10 + digits[5], month, day)
        && initials
        && bytes[13].is_ascii_alphanumeric()
        && bytes[14..].iter().all(u8::is_ascii_uppercase)
}

/// Irish PPS number (Social Welfare Consolidation Act 2005, section 262) and VAT number in the same
/// form, with or without `IE`: seven digits, check letter modulo 23, perhaps a second letter; W, T and
/// X, of old given to wives, do not count.
pub(super) fn ie_pps(text: &str) -> bool {
    let text = text.strip_prefix("IE").unwrap_or(text);
    let Some((body, letters)) = text.as_bytes().split_first_chunk::<7>() else { return false };
    let (check, second) = match letters {
        [check] | [check, b'W' | b'T' | b'X'] => (check, 0),
        [check, second @ b'A'..=b'I'] => (check, letter(*second).unwrap_or_default()),
        _ => return false,
    };
    digits::<7>(body).is_some_and(|digits| irish_letter(&digits, second) == *check)
}

/// Irish VAT number, with or without `IE`: as the PPS number, or of before 2013 with a letter, `+` or
/// `*` as second character.
pub(super) fn ie_vat(text: &str) -> bool {
    let short = text.strip_prefix("IE").unwrap_or(text);
    let [first, b'A'..=b'Z' | b'+' | b'*', middle @ .., check] = short.as_bytes() else {
        return ie_pps(text);
    };
    digits::<7>([b"0", middle, &[*first]].concat())
        .is_some_and(|digits| irish_letter(&digits, 0) == *check)
}

fn irish_letter(digits: &[u32; 7], second: u32) -> u8 {
    b"WABCDEFGHIJKLMNOPQRSTUV"[((sum(digits, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second) % 23) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (gb_nino, "AB123456C", true, "prefix is given out"),
            (gb_nino, "QQ123456C", false, "the authority's specimen prefix"),
            (gb_nino, "GB123456C", false, "prefix kept free"),
            (gb_nino, "AB123456E", false, "no such suffix"),
            (gb_nhs, "9434765870", true, "specimen"),
            (gb_nhs, "9434765871", false, "check digit changed"),
            (gb_utr, "1955839661", true, "specimen"),
            (gb_utr, "2955839661", false, "check digit changed"),
            (gb_vat, "GB980780684", true, "nine digits"),
            (gb_vat, "GB980780685", false, "check digits changed"),
            (gb_vat, "GBGD001", true, "a government department"),
            (gb_vat, "GBHA001", false, "health authorities begin at 500"),
            (gb_driving_licence, "MORGA753116SM9IJ", true, "specimen of the DVLA"),
            (gb_driving_licence, "MORGA793116SM9IJ", false, "month 43"),
            (gb_driving_licence, "MO9GA753116SM9IJ", false, "a filler inside the name"),
            (ie_pps, "6433435F", true, "specimen"),
            (ie_pps, "6433435E", false, "check letter changed"),
            (ie_pps, "1234567FA", true, "second letter"),
            (ie_vat, "IE6433435F", true, "as PPS number"),
            (ie_vat, "IE8D79739I", true, "form of before 2013"),
            (ie_vat, "IE8D79739J", false, "check letter changed"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
