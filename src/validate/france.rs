//! France.

use super::luhn::is_luhn;
use super::weighted::{digits, number};

/// NIR, the social security number (decree 82-103, code de la sécurité sociale R161-1): sex, year,
/// month, place of birth, serial, key of two digits, 97 minus the remainder modulo 97. 2A and 2B
/// (Corsica) count as 19 and 18.
pub(super) fn fr_nir(text: &str) -> bool {
    let (Some(head), Some(place), Some(tail)) = (text.get(..5), text.get(5..7), text.get(7..))
    else {
        return false;
    };
    let place = match place {
        "2A" => "19",
        "2B" => "18",
        place => place,
    };
    digits::<15>(format!("{head}{place}{tail}")).is_some_and(|digits| {
        let sex = matches!(digits[0], 1..=4 | 7 | 8);
        let month = matches!(digits[3] * 10 + digits[4], 1..=12 | 20..=42 | 50..=99);
        let place = digits[5..7] != [0, 0] && digits[7..10] != [0, 0, 0];
        sex && month && place && 97 - number(&digits[..13]) % 97 == number(&digits[13..])
    })
}

/// Numéro fiscal (SPI): thirteen digits, the first ten modulo 511 are the last three.
pub(super) fn fr_tax_number(text: &str) -> bool {
    digits::<13>(text).is_some_and(|digits| {
        digits[0] <= 3 && number(&digits[..10]) % 511 == number(&digits[10..])
    })
}

/// SIREN (code de commerce R123-221): nine digits, Luhn.
pub(super) fn fr_siren(text: &str) -> bool {
    digits::<9>(text).is_some_and(|digits| is_luhn(&digits))
}

/// SIRET: SIREN and five digits of the establishment, Luhn over both; those of La Poste (356000000)
/// have a digit sum that is a multiple of five instead.
pub(super) fn fr_siret(text: &str) -> bool {
    digits::<14>(text).is_some_and(|digits| {
        let post = text.starts_with("356000000") && digits.iter().sum::<u32>() % 5 == 0;
        is_luhn(&digits[..9]) && (is_luhn(&digits) || post)
    })
}

/// French VAT number (CGI 286 ter), with or without `FR`: key and SIREN. The key is two digits (12 +
/// 3 × SIREN mod 97) modulo 97, or holds a letter where the digits are used up.
pub(super) fn fr_vat(text: &str) -> bool {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let text = text.strip_prefix("FR").unwrap_or(text);
    let Some(([first, second], siren)) = text.as_bytes().split_first_chunk::<2>() else {
        return false;
    };
    let Some(siren) = digits::<9>(siren) else { return false };
    let place = |byte: &u8| ALPHABET.iter().position(|known| known == byte).map(|at| at as u64);
    let (Some(a), Some(b)) = (place(first), place(second)) else { return false };
    let siren_number = number(&siren);
    match (first.is_ascii_digit(), second.is_ascii_digit()) {
        (true, true) => {
            let monaco = siren[..3] == [0, 0, 0];
            (12 + 3 * (siren_number % 97)) % 97 == a * 10 + b && (monaco || is_luhn(&siren))
        }
        (digit, _) => {
            let key = if digit { a * 24 + b - 10 } else { a * 34 + b - 100 };
            is_luhn(&siren) && (siren_number + 1 + key / 11) % 11 == key % 11
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (fr_nir, "295109912611193", true, "specimen, born abroad"),
            (fr_nir, "295109912611194", false, "key changed"),
            (fr_nir, "295149912611193", false, "month 14"),
            (fr_nir, "253072B07300470", true, "Corsica"),
            (fr_tax_number, "3023217600053", true, "specimen"),
            (fr_tax_number, "3023217600054", false, "key changed"),
            (fr_siren, "552008443", true, "specimen"),
            (fr_siren, "552008444", false, "check digit changed"),
            (fr_siret, "73282932000074", true, "specimen"),
            (fr_siret, "73282932000079", false, "check digit changed"),
            (fr_siret, "35600000049837", true, "La Poste"),
            (fr_vat, "FR40303265045", true, "key of digits"),
            (fr_vat, "FR41303265045", false, "key changed"),
            (fr_vat, "FR1M838170340", false, "key with a letter, wrong"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
