//! Numbers of vehicles, phones and SIM cards.

use super::luhn::is_luhn;
use super::weighted::{digits, number};

/// IMEI (3GPP TS 23.003, 6.2): fifteen digits, Luhn; the first two name the allocating body.
pub(super) fn imei(text: &str) -> bool {
    digits::<15>(text).is_some_and(|digits| {
        matches!(digits[0] * 10 + digits[1], 1 | 10 | 30 | 33 | 35 | 44..=54 | 86 | 91 | 98 | 99)
            && is_luhn(&digits)
    })
}

/// IMSI (3GPP TS 23.003, 2.2): fourteen or fifteen digits, a country code of ITU-T E.212 in front.
pub(super) fn imsi(text: &str) -> bool {
    let code = text.get(..3).and_then(|code| code.parse().ok());
    matches!(text.len(), 14 | 15)
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && code.is_some_and(|code: u32| matches!(code, 202..=750 | 901 | 1))
        && text.bytes().any(|byte| byte != text.as_bytes()[0])
}

/// ICCID (ITU-T E.118): 89, eighteen or nineteen digits in all with Luhn, or one more filler digit.
pub(super) fn iccid(text: &str) -> bool {
    text.starts_with("89")
        && (digits::<19>(text).is_some_and(|digits| is_luhn(&digits))
            || digits::<20>(text).is_some_and(|digits| is_luhn(&digits) || is_luhn(&digits[..19])))
}

/// VIN (ISO 3779) with the check digit of 49 CFR 565, which cars for North America and China have.
pub(super) fn vin(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'H' => u32::from(byte - b'A') + 1,
        b'J'..=b'R' => u32::from(byte - b'J') + 1,
        _ => u32::from(byte.saturating_sub(b'S')) + 2,
    };
    if !vin_form(text) {
        return false;
    }
    let total: u32 = text.bytes().zip(WEIGHTS).map(|(byte, weight)| value(byte) * weight).sum();
    text.as_bytes()[8] == b"0123456789X"[(total % 11) as usize]
}

/// The form of a VIN: seventeen characters without I, O, Q, the last four digits, letters before them.
pub(super) fn vin_form(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 17
        && bytes.iter().all(|byte| {
            byte.is_ascii_digit() || byte.is_ascii_uppercase() && !b"IOQ".contains(byte)
        })
        && bytes[13..].iter().all(u8::is_ascii_digit)
        && bytes[..8].iter().filter(|byte| byte.is_ascii_uppercase()).count() >= 2
}

/// European health insurance card (decision S2 of 12 June 2009, 2010/C 106/09): twenty digits, 80, the numeric
/// country code of ISO 3166.
pub(super) fn ehic(text: &str) -> bool {
    const COUNTRIES: [u64; 32] = [
        40, 56, 100, 191, 196, 203, 208, 233, 246, 250, 276, 300, 348, 352, 372, 380, 428, 438,
        440, 442, 470, 528, 578, 616, 620, 642, 703, 705, 724, 752, 756, 826,
    ];
    digits::<20>(text)
        .is_some_and(|digits| digits[..2] == [8, 0] && COUNTRIES.contains(&number(&digits[2..5])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (imei, "356868000041418", true, "specimen"),
            (imei, "356868000041419", false, "check digit changed"),
            (imei, "376868000041414", false, "no such allocating body"),
            (imsi, "429011234567890", true, "Nepal"),
            (imsi, "129011234567890", false, "no such country"),
            (iccid, "8949222074451242066", true, "Germany"),
            (iccid, "8949222074451242067", false, "check digit changed"),
            (vin, "1HGCM82633A004352", true, "specimen of the NHTSA"),
            (vin, "1HGCM82643A004352", false, "check digit changed"),
            (vin_form, "WVWZZZ1JZXW000001", true, "European, no check digit"),
            (vin_form, "WVWZZZ1JZXW00000I", false, "the letter I is not used"),
            (vin_form, "12345678901234567", false, "digits only"),
            (ehic, "80276883110000000000", true, "Germany"),
            (ehic, "80999883110000000000", false, "no such country"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
