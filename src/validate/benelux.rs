//! Belgium, the Netherlands, Luxembourg.

use super::calendar::{is_date, is_short_date, year_month_day};
use super::iso7064::mod_97;
use super::luhn::{is_luhn, is_verhoeff};
use super::weighted::{digits, number, sum};

/// Rijksregisternummer (royal decree of 3 April 1984): birth date, serial, 97 minus the remainder
/// modulo 97; from 2000 on with a 2 in front. An unknown month or day is 00.
pub(super) fn be_national_number(text: &str) -> bool {
    digits::<11>(text).is_some_and(|digits| is_belgian(&digits, &[0]))
}

/// BIS number: as the Rijksregisternummer for people not in the register, month plus 20 or 40.
pub(super) fn be_bis_number(text: &str) -> bool {
    digits::<11>(text).is_some_and(|digits| is_belgian(&digits, &[20, 40]))
}

fn is_belgian(digits: &[u32; 11], months: &[u32]) -> bool {
    let Some((year, month, day)) = year_month_day(digits) else { return false };
    let birth = months.iter().any(|offset| match month.checked_sub(*offset) {
        Some(0) => day <= 31,
        Some(month @ 1..=12) => day == 0 || is_short_date(year, month, day),
        _ => false,
    });
    let check = number(&digits[9..]);
    let body = number(&digits[..9]);
    birth && [body, body + 2_000_000_000].iter().any(|body| 97 - body % 97 == check)
}

/// Number of a Belgian identity card: ten digits and their remainder modulo 97, 97 for 0.
pub(super) fn be_id_card(text: &str) -> bool {
    super::bank::be_structured_communication(text)
}

/// Belgian enterprise and VAT number (code of economic law III.17), with or without `BE`.
pub(super) fn be_vat(text: &str) -> bool {
    let text = text.strip_prefix("BE").unwrap_or(text);
    let padded = if text.len() == 9 { format!("0{text}") } else { text.to_owned() };
    digits::<10>(padded).is_some_and(|digits| {
        digits[0] <= 1
            && digits[..2] != [0, 0]
            && 97 - number(&digits[..8]) % 97 == number(&digits[8..])
    })
}

/// Burgerservicenummer (Wet algemene bepalingen burgerservicenummer): the test of eleven.
pub(super) fn nl_bsn(text: &str) -> bool {
    let padded = if text.len() == 8 { format!("0{text}") } else { text.to_owned() };
    digits::<9>(padded).is_some_and(|digits| {
        let weighted = sum(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
        weighted % 11 == digits[8] && weighted > 0
    })
}

/// Dutch VAT number, with or without `NL`: nine digits, `B`, two digits. Either the nine pass the
/// test of eleven (firms) or the whole is 1 modulo 97 (sole traders since 2020).
pub(super) fn nl_vat(text: &str) -> bool {
    let text = text.strip_prefix("NL").unwrap_or(text);
    let Some((head, tail)) = text.split_once('B') else { return false };
    let form = digits::<9>(head).is_some()
        && tail.len() == 2
        && tail.bytes().all(|byte| byte.is_ascii_digit())
        && tail != "00";
    form && (nl_bsn(head) || mod_97(format!("NL{text}").into_bytes()) == Some(1))
}

/// Dutch passport or identity card: two letters, six characters, a digit; the letter O is not used.
pub(super) fn nl_document(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 9
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() && *byte != b'O')
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[8].is_ascii_digit()
}

/// Luxembourg matricule (regulation of 21 November 2013): birth date, serial, Luhn and Verhoeff digit
/// over the first eleven. An unknown month or day is 00.
pub(super) fn lu_matricule(text: &str) -> bool {
    digits::<13>(text).is_some_and(|digits| {
        let year = number(&digits[..4]) as u32;
        let birth = year_month_day(&digits[2..])
            .is_some_and(|(_, month, day)| is_date(year, month.max(1), day.max(1)));
        let verhoeff = [&digits[..11], &digits[12..]].concat();
        birth && is_luhn(&digits[..12]) && is_verhoeff(&verhoeff)
    })
}

/// Luxembourg VAT number, with or without `LU`: six digits and their remainder modulo 89.
pub(super) fn lu_vat(text: &str) -> bool {
    digits::<8>(text.strip_prefix("LU").unwrap_or(text))
        .is_some_and(|digits| number(&digits[..6]) % 89 == number(&digits[6..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (be_national_number, "85073003328", true, "specimen"),
            (be_national_number, "85073003329", false, "check digits changed"),
            (be_national_number, "85133003328", false, "month 13"),
            (be_bis_number, "98472899765", true, "month plus 40"),
            (be_national_number, "98472899765", false, "a BIS number is none"),
            (be_id_card, "000001103271", true, "specimen"),
            (be_id_card, "000001103272", false, "check digits changed"),
            (be_vat, "BE0428759497", true, "with country"),
            (be_vat, "428759497", true, "old form of nine digits"),
            (be_vat, "BE0428759498", false, "check digits changed"),
            (nl_bsn, "111222333", true, "specimen"),
            (nl_bsn, "111222334", false, "check digit changed"),
            (nl_bsn, "000000000", false, "zeros"),
            (nl_vat, "NL004495445B01", true, "a firm's"),
            (nl_vat, "NL123456789B13", true, "sole trader, modulo 97"),
            (nl_vat, "NL004495446B01", false, "one digit changed"),
            (nl_document, "EM0000000", true, "specimen"),
            (nl_document, "EO0000000", false, "the letter O is not used"),
            (lu_matricule, "1990093012358", true, "both check digits"),
            (lu_matricule, "1990093012359", false, "Verhoeff digit changed"),
            (lu_matricule, "1990093012348", false, "Luhn digit changed"),
            (lu_vat, "LU15027442", true, "specimen"),
            (lu_vat, "LU15027443", false, "check digits changed"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
