//! Germany: tax, social security, health and document numbers.

use super::calendar::{day_month_year, is_short_date};
use super::icao::check_digit;
use super::iso7064::{mod_11_10, mod_97};
use super::weighted::{alphanumeric, cross_sum, digits, letter, sum};

/// Steuer-Identifikationsnummer (§ 139b AO, § 1 StIdV): ISO 7064 mod 11,10, no leading zero, and
/// among the first ten digits exactly one that occurs two or three times, never three in a row.
pub(super) fn de_tax_id(text: &str) -> bool {
    let Some(digits) = digits::<11>(text) else { return false };
    let mut counts = [0; 10];
    for digit in &digits[..10] {
        counts[*digit as usize] += 1;
    }
    let mut repeated = counts.iter().filter(|count| **count > 1);
    let frequency = matches!((repeated.next(), repeated.next()), (Some(2 | 3), None));
    let run = digits[..10].windows(3).any(|three| three[0] == three[1] && three[1] == three[2]);
    digits[0] != 0 && frequency && !run && mod_11_10(&digits)
}

/// Steuernummer in the federal form of ELSTER: 13 digits, the Land's code, zero as the fifth digit.
pub(super) fn de_tax_number_federal(text: &str) -> bool {
    const LANDS: [&str; 16] = [
        "10", "11", "21", "22", "23", "24", "26", "27", "28", "30", "31", "32", "40", "41", "5",
        "9",
    ];
    digits::<13>(text).is_some_and(|digits| digits[4] == 0)
        && LANDS.iter().any(|land| text.starts_with(land))
}

/// Umsatzsteuer-Identifikationsnummer (§ 27a UStG), with or without `DE`: mod 11,10.
pub(super) fn de_vat(text: &str) -> bool {
    digits::<9>(text.strip_prefix("DE").unwrap_or(text))
        .is_some_and(|digits| digits[0] != 0 && mod_11_10(&digits))
}

/// Wirtschafts-Identifikationsnummer (§ 139c AO): `DE`, nine digits as above, five of distinction.
pub(super) fn de_business_id(text: &str) -> bool {
    text.len() == 16
        && text.split_at_checked(11).is_some_and(|(number, suffix)| {
            number.starts_with("DE")
                && de_vat(number)
                && suffix.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// Rentenversicherungsnummer (§ 147 SGB VI, VKVV): area, birth date, initial, serial, check digit.
/// An unknown day or month is 00.
pub(super) fn de_pension_insurance(text: &str) -> bool {
    const WEIGHTS: [u32; 12] = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let bytes = text.as_bytes();
    let (Some(head), Some(initial), Some(tail)) = (
        bytes.get(..8).and_then(digits::<8>),
        bytes.get(8).copied().and_then(letter),
        bytes.get(9..),
    ) else {
        return false;
    };
    if tail.len() != 3 || !tail.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let tail = [tail[0], tail[1], tail[2]].map(|byte| u32::from(byte - b'0'));
    let area = matches!(head[0] * 10 + head[1], 2..=29 | 38..=82 | 89);
    let birth = day_month_year(&head[2..]).is_some_and(|(day, month, year)| {
        is_short_date(year, if month == 0 { 1 } else { month }, if day == 0 { 1 } else { day })
    });
    let body = [&head[..], &[initial / 10, initial % 10], &tail[..2]].concat();
    area && birth && cross_sum(&body, &WEIGHTS) % 10 == tail[2]
}

/// Krankenversichertennummer (§ 290 SGB V): letter as two digits, weights 1 and 2, cross sums.
pub(super) fn de_health_insurance(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(initial), Some(digits)) =
        (bytes.first().copied().and_then(letter), bytes.get(1..).and_then(digits::<9>))
    else {
        return false;
    };
    let body = [&[initial / 10, initial % 10], &digits[..8]].concat();
    cross_sum(&body, &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 == digits[8]
}

/// Institutionskennzeichen (§ 293 SGB V): nine digits, the last the sum of cross sums modulo 10.
pub(super) fn de_institution(text: &str) -> bool {
    digits::<9>(text).is_some_and(|digits| {
        digits[0] != 0 && cross_sum(&digits[2..8], &[2, 1, 2, 1, 2, 1]) % 10 == digits[8]
    })
}

/// Lebenslange Arztnummer (§ 75 Abs. 7 SGB V): six digits, check digit, two of the specialty.
pub(super) fn de_physician(text: &str) -> bool {
    digits::<9>(text).is_some_and(|digits| {
        let check = (10 - sum(&digits[..6], &[4, 9, 4, 9, 4, 9]) % 10) % 10;
        check == digits[6] && digits[7..] != [0, 0]
    })
}

/// Pharmazentralnummer (IFA): eight digits, the seven of before 2013 with a zero in front, modulo 11.
pub(super) fn de_pzn(text: &str) -> bool {
    let text = text.strip_prefix("PZN").unwrap_or(text);
    let digits = if text.len() == 7 { digits::<8>(format!("0{text}")) } else { digits::<8>(text) };
    digits.is_some_and(|digits| sum(&digits[..7], &[1, 2, 3, 4, 5, 6, 7]) % 11 == digits[7])
}

/// Characters of German document numbers: no vowels, nothing that looks like a digit.
fn is_document_character(byte: u8) -> bool {
    byte.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(&byte)
}

/// The nine printed characters of an identity card, residence permit or passport: no check digit, but
/// the alphabet, a letter in front and at least one digit.
pub(super) fn de_document_serial(text: &str) -> bool {
    text.len() == 9
        && text.bytes().all(is_document_character)
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.starts_with(|first: char| first.is_ascii_uppercase())
}

/// Nine characters and the check digit of the machine readable zone (ICAO Doc 9303), perhaps the `D`
/// behind it. A second letter is asked for: nearly all have one, article numbers have not.
pub(super) fn de_document_number(text: &str) -> bool {
    let Some((serial, check)) = text.strip_suffix('D').unwrap_or(text).split_at_checked(9) else {
        return false;
    };
    de_document_serial(serial)
        && serial.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
        && check.parse().ok() == check_digit(serial.as_bytes())
}

/// Identity card of before November 2010: authority, serial and check digit, perhaps the `D`.
pub(super) fn de_id_card_old(text: &str) -> bool {
    let number = text.strip_suffix('D').unwrap_or(text);
    digits::<10>(number).is_some_and(|digits| {
        digits[0] != 0 && check_digit(&number.as_bytes()[..9]) == Some(digits[9])
    })
}

/// Driving licence (FeV annex 8): authority, serial, check digit modulo 11, number of the copy.
pub(super) fn de_driving_licence(text: &str) -> bool {
    let Some((body, [check, copy])) = text.as_bytes().split_last_chunk::<2>() else { return false };
    let Some(values) = body.iter().map(|byte| alphanumeric(*byte)).collect::<Option<Vec<_>>>()
    else {
        return false;
    };
    let check = match check {
        b'X' => 10,
        b'0'..=b'9' => u32::from(check - b'0'),
        _ => return false,
    };
    values.len() == 9
        && body[1..3].iter().all(u8::is_ascii_digit)
        && alphanumeric(*copy).is_some()
        && sum(&values, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 == check
}

/// Leitweg-ID (KoSIT, format specification 2.0): code of the Land or 99 for the Bund in front, mod
/// 97-10 over all characters but the dashes.
pub(super) fn de_leitweg_id(text: &str) -> bool {
    let land = text.get(..2).and_then(|land| land.parse().ok());
    matches!(land, Some(1..=16 | 99))
        && mod_97(text.bytes().filter(|byte| *byte != b'-')) == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (de_tax_id, "36574261809", true, "specimen of the Bundeszentralamt"),
            (de_tax_id, "36574261890", false, "check digit changed"),
            (de_tax_id, "86095742719", true, "specimen"),
            (de_tax_id, "12345678903", false, "ten different digits, check digit right"),
            (de_tax_id, "11145678909", false, "three in a row"),
            (de_tax_id, "06574261809", false, "leading zero is for tests of the authority"),
            (de_tax_number_federal, "5133081508159", true, "Nordrhein-Westfalen"),
            (de_tax_number_federal, "5133181508159", false, "fifth digit is not zero"),
            (de_tax_number_federal, "6133081508159", false, "no such Land"),
            (de_vat, "DE136695976", true, "specimen of the Bundeszentralamt"),
            (de_vat, "DE136695978", false, "check digit changed"),
            (de_business_id, "DE13669597600001", true, "with distinction"),
            (de_business_id, "DE1366959760001", false, "distinction too short"),
            (de_pension_insurance, "15070649C103", true, "specimen of the Rentenversicherung"),
            (de_pension_insurance, "15070649C104", false, "check digit changed"),
            (de_pension_insurance, "15310649C103", false, "31 June"),
            (de_pension_insurance, "01070649C103", false, "no such area"),
            (de_health_insurance, "A123456780", true, "specimen of annex 1"),
            (de_health_insurance, "A000500015", true, "specimen of annex 1"),
            (de_health_insurance, "A123456781", false, "check digit changed"),
            (de_institution, "260326822", true, "a hospital's"),
            (de_institution, "260326823", false, "check digit changed"),
            (de_physician, "123456601", true, "general practice"),
            (de_physician, "123456701", false, "check digit changed"),
            (de_physician, "123456600", false, "no such specialty"),
            (de_pzn, "27580899", true, "eight digits"),
            (de_pzn, "PZN27580899", true, "with its mark"),
            (de_pzn, "27580898", false, "check digit changed"),
            (de_document_number, "L01X00T471", true, "specimen of the identity card"),
            (de_document_number, "L01X00T471D", true, "with nationality"),
            (de_document_number, "L01X00T472", false, "check digit changed"),
            (de_document_number, "C01X00T478", true, "specimen of the passport"),
            (de_document_number, "L123456781", false, "an article number"),
            (de_document_serial, "L01X00T47", true, "as printed on the front"),
            (de_document_serial, "L01X00E47", false, "E is not used"),
            (de_id_card_old, "2406055684", true, "old card"),
            (de_id_card_old, "2406055685", false, "check digit changed"),
            (de_driving_licence, "B072RRE2I55", true, "specimen of the ministry"),
            (de_driving_licence, "B072RRE2I65", false, "check digit changed"),
            (de_leitweg_id, "991-03730-19", true, "specimen"),
            (de_leitweg_id, "991-03730-18", false, "check digits changed"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
