//! Spain and Portugal.

use super::luhn::is_luhn;
use super::weighted::{alphanumeric, digits, number, sum};

/// Spanish DNI (real decree 1553/2005) and NIE (royal decree 557/2011): number and check letter modulo
/// 23; X, Y, Z in front count as 0, 1, 2. A leading zero may be left out.
pub(super) fn es_dni_nie(text: &str) -> bool {
    const LETTERS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let Some((body, [check])) = text.as_bytes().split_last_chunk::<1>() else { return false };
    let mut body = body.to_vec();
    if body.len() == 7 {
        body.insert(0, b'0');
    }
    if let Some(first) = body.first_mut().filter(|first| matches!(first, b'X'..=b'Z')) {
        *first = *first - b'X' + b'0';
    }
    body.len() == 8
        && body.iter().all(u8::is_ascii_digit)
        && LETTERS[body.iter().fold(0, |rest, byte| (rest * 10 + usize::from(byte - b'0')) % 23)]
            == *check
}

/// Spanish NIF of firms (formerly CIF; order EHA/451/2008): letter, seven digits, check digit or
/// letter over a Luhn sum.
pub(super) fn es_cif(text: &str) -> bool {
    let [first, body @ .., check] = text.as_bytes() else { return false };
    let Some(body) = digits::<7>(body) else { return false };
    let value = (0..10).find(|check| is_luhn(&[&body[..], &[*check]].concat())).unwrap_or_default();
    let digit = b'0' + value as u8;
    let letter = b"JABCDEFGHI"[value as usize % 10];
    match first {
        b'A' | b'B' | b'E' | b'H' => *check == digit,
        b'P' | b'Q' | b'S' => *check == letter,
        b'C' | b'D' | b'F' | b'G' | b'J' | b'N' | b'R' | b'U' | b'V' | b'W' => {
            *check == digit || *check == letter
        }
        _ => false,
    }
}

/// Spanish VAT number, with or without `ES`: DNI, NIE or NIF of firms; K, L and M of people without DNI.
pub(super) fn es_vat(text: &str) -> bool {
    let text = text.strip_prefix("ES").unwrap_or(text);
    let special = text.strip_prefix(['K', 'L', 'M']);
    es_dni_nie(text) || es_cif(text) || special.is_some_and(es_dni_nie)
}

/// Spanish social security number (NUSS): province, number, two check digits modulo 97.
pub(super) fn es_social_security(text: &str) -> bool {
    digits::<12>(text).is_some_and(|digits| {
        let (province, serial) = (number(&digits[..2]), number(&digits[2..10]));
        let body = if serial < 10_000_000 {
            province * 10_000_000 + serial
        } else {
            province * 100_000_000 + serial
        };
        matches!(province, 1..=53 | 66) && body % 97 == number(&digits[10..])
    })
}

/// Portuguese NIF and NIPC (decree-law 14/2013), with or without `PT`: modulo 11.
pub(super) fn pt_nif(text: &str) -> bool {
    digits::<9>(text.strip_prefix("PT").unwrap_or(text)).is_some_and(|digits| {
        let check = (11 - sum(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10;
        let kind = !matches!(digits[0], 0 | 4) || digits[..2] == [4, 5];
        kind && check == digits[8]
    })
}

/// Portuguese Cartão de Cidadão (law 7/2007): eight digits, check digit, two characters of the
/// version, a check digit over all: every second value doubled as in Luhn, A = 10 to Z = 35.
pub(super) fn pt_citizen_card(text: &str) -> bool {
    let bytes = text.as_bytes();
    let form = bytes.len() == 12
        && bytes[..9].iter().chain(&bytes[11..]).all(u8::is_ascii_digit)
        && bytes[9..11].iter().all(|byte| alphanumeric(*byte).is_some());
    let total: u32 = bytes
        .iter()
        .rev()
        .filter_map(|byte| alphanumeric(*byte))
        .enumerate()
        .map(|(place, value)| match value * (1 + place as u32 % 2) {
            doubled if doubled > 9 && place % 2 == 1 => doubled - 9,
            plain => plain,
        })
        .sum();
    form && total.is_multiple_of(10)
}

/// Portuguese social security number (NISS): modulo 10 over weights that are primes.
pub(super) fn pt_niss(text: &str) -> bool {
    digits::<11>(text).is_some_and(|digits| {
        matches!(digits[0], 1 | 2)
            && 9 - sum(&digits, &[29, 23, 19, 17, 13, 11, 7, 5, 3, 2]) % 10 == digits[10]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (es_dni_nie, "54362315K", true, "DNI"),
            (es_dni_nie, "54362315Z", false, "letter changed"),
            (es_dni_nie, "1111111G", true, "leading zero left out"),
            (es_dni_nie, "X248230W", false, "NIE are never shorter"),
            (es_dni_nie, "X2482300W", true, "NIE"),
            (es_dni_nie, "X2482300A", false, "letter changed"),
            (es_cif, "J99216582", true, "check digit"),
            (es_cif, "J99216583", false, "check digit changed"),
            (es_cif, "P2800000J", false, "check letter wrong"),
            (es_vat, "ES54362315K", true, "a person's"),
            (es_vat, "ESJ99216582", true, "a firm's"),
            (es_social_security, "281234567840", true, "Madrid"),
            (es_social_security, "281234567841", false, "check digits changed"),
            (es_social_security, "991234567840", false, "no such province"),
            (pt_nif, "501964843", true, "a firm's"),
            (pt_nif, "501964842", false, "check digit changed"),
            (pt_citizen_card, "000000000ZZ4", true, "specimen of the ministry"),
            (pt_citizen_card, "000000000ZZ3", false, "check digit changed"),
            (pt_niss, "12345678902", true, "specimen"),
            (pt_niss, "12345678903", false, "check digit changed"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
