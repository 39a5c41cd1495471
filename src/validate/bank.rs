//! Bank identifiers: BIC, creditor identifiers and references, national account numbers.

use super::iso7064::mod_97;
use super::weighted::{digits, number, sum};

/// ISO 3166-1 alpha-2 codes, with XK for Kosovo.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL \
    BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ \
    DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS \
    GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR \
    KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU \
    MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY \
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH \
    TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Whether ISO 3166-1 knows the two letters.
fn is_country(code: &str) -> bool {
    COUNTRIES.split(' ').any(|known| known == code)
}

/// Business Identifier Code, ISO 9362: four letters, country, two and optionally three characters.
pub(super) fn bic(text: &str) -> bool {
    let form = matches!(text.len(), 8 | 11)
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && text.bytes().take(4).all(|byte| byte.is_ascii_uppercase());
    form && text.get(4..6).is_some_and(is_country)
}

/// SEPA creditor identifier (AT-02, EPC262-08): country, check digits, business code, national part;
/// the business code does not count.
pub(super) fn sepa_creditor_id(text: &str) -> bool {
    let (Some(country), Some(head), Some(business), Some(national)) =
        (text.get(..2), text.get(..4), text.get(4..7), text.get(7..))
    else {
        return false;
    };
    let length = match country {
        "DE" | "AT" => 11,
        _ => national.len(),
    };
    is_country(country)
        && business.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && national.len() == length
        && (1..=28).contains(&length)
        && mod_97(national.bytes().chain(head.bytes())) == Some(1)
}

/// RF creditor reference, ISO 11649.
pub(super) fn creditor_reference(text: &str) -> bool {
    let Some(reference) = text.strip_prefix("RF").filter(|rest| (3..=23).contains(&rest.len()))
    else {
        return false;
    };
    mod_97(reference.bytes().skip(2).chain(text.bytes().take(4))) == Some(1)
}

/// Belgian structured communication (OGM/VCS): ten digits and their remainder modulo 97, 97 for 0.
pub(super) fn be_structured_communication(text: &str) -> bool {
    digits::<12>(text).is_some_and(|digits| {
        let rest = number(&digits[..10]) % 97;
        number(&digits[10..]) == if rest == 0 { 97 } else { rest }
    })
}

/// Swiss QR reference (formerly ESR): 27 digits, modulo 10 recursive.
pub(super) fn ch_qr_reference(text: &str) -> bool {
    const TABLE: [u32; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    digits::<27>(text).is_some_and(|digits| {
        let carry =
            digits[..26].iter().fold(0, |carry, digit| TABLE[((carry + digit) % 10) as usize]);
        (10 - carry) % 10 == digits[26]
    })
}

/// Czech and Slovak account number (decree 169/2011): `prefix-number/bank` as written; the prefix may
/// be missing, its and the number's weighted sums are multiples of eleven.
pub(super) fn cz_bank_account(text: &str) -> bool {
    const WEIGHTS: [u32; 10] = [6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
    let Some((account, bank)) = text.split_once('/') else { return false };
    let (prefix, account) = account.split_once('-').unwrap_or(("0", account));
    let fits = |part: &str, least: usize, most: usize| {
        let padded = format!("{part:0>10}");
        (least..=most).contains(&part.len())
            && padded.bytes().all(|byte| byte.is_ascii_digit())
            && sum(&padded.bytes().map(|byte| u32::from(byte - b'0')).collect::<Vec<_>>(), &WEIGHTS)
                .is_multiple_of(11)
    };
    let known = bank.len() == 4 && bank.bytes().all(|byte| byte.is_ascii_digit()) && bank >= "0100";
    known
        && fits(prefix, 1, 6)
        && fits(account, 2, 10)
        && account.bytes().filter(|b| *b != b'0').count() >= 2
}

/// Spanish customer account code (CCC): bank, branch, two check digits, account.
pub(super) fn es_bank_account(text: &str) -> bool {
    const WEIGHTS: [u32; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let check = |sum: u32| match 11 - sum % 11 {
        11 => 0,
        10 => 1,
        digit => digit,
    };
    digits::<20>(text).is_some_and(|digits| {
        check(sum(&digits[..8], &WEIGHTS[2..])) == digits[8]
            && check(sum(&digits[10..], &WEIGHTS)) == digits[9]
    })
}

/// Norwegian account number: eleven digits, modulo 11.
pub(super) fn no_bank_account(text: &str) -> bool {
    digits::<11>(text).is_some_and(|digits| {
        (11 - sum(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == digits[10]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        type Case = (fn(&str) -> bool, &'static str, bool, &'static str);
        let cases: &[Case] = &[
            (bic, "COBADEFFXXX", true, "Commerzbank, head office"),
            (bic, "COBADEFF", true, "without branch"),
            (bic, "COBADEFFX", false, "nine characters"),
            (bic, "BESTELLT", false, "a word: EL is no country"),
            (bic, "C0BADEFF", false, "a digit in the bank's letters"),
            (sepa_creditor_id, "DE98ZZZ09999999999", true, "specimen of the Bundesbank"),
            (sepa_creditor_id, "DE98ABC09999999999", true, "the business code is free"),
            (sepa_creditor_id, "DE97ZZZ09999999999", false, "check digit changed"),
            (sepa_creditor_id, "DE98ZZZ0999999999", false, "one digit short"),
            (sepa_creditor_id, "ES23000B12345678", false, "check digits wrong"),
            (creditor_reference, "RF18539007547034", true, "example of ISO 11649"),
            (creditor_reference, "RF18539007547035", false, "one digit changed"),
            (creditor_reference, "RF18", false, "nothing behind the check digits"),
            (be_structured_communication, "010806817183", true, "Febelfin example"),
            (be_structured_communication, "010806817184", false, "check digit changed"),
            (ch_qr_reference, "210000000003139471430009017", true, "specimen of SIX"),
            (ch_qr_reference, "210000000003139471430009016", false, "check digit changed"),
            (cz_bank_account, "34278-0727558021/0100", true, "with prefix"),
            (cz_bank_account, "34278-0727558022/0100", false, "one digit changed"),
            (cz_bank_account, "19-2000145399/0800", true, "example of the CNB's IBAN page"),
            (cz_bank_account, "2024/2025", false, "two years"),
            (es_bank_account, "12341234161234567890", true, "both check digits"),
            (es_bank_account, "12341234171234567890", false, "second check digit changed"),
            (no_bank_account, "86011117947", true, "example of the IBAN registry"),
            (no_bank_account, "86011117948", false, "check digit changed"),
        ];
        for (valid, candidate, expected, why) in cases {
            assert_eq!(valid(candidate), *expected, "{candidate}: {why}");
        }
    }
}
