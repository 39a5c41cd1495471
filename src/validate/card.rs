//! Payment cards: ISO/IEC 7812 numbers of the large schemes.

use super::luhn::is_luhn;

/// First six digits from and to (inclusive), and the lengths issued there. From the schemes' public
/// rules; ranges in which one scheme's cards overlap another's are listed once. The lengths that
/// rules allow but nobody uses (Maestro with 13, JCB with 17) are left out: parcels have them.
const RANGES: &[(u32, u32, &[usize])] = &[
    (222_100, 272_099, &[16]),         // Mastercard, series 2
    (300_000, 305_999, &[14, 16, 19]), // Diners Club
    (309_500, 309_599, &[14, 16, 19]), // Diners Club
    (340_000, 349_999, &[15]),         // American Express
    (352_800, 358_999, &[16, 18, 19]), // JCB
    (360_000, 369_999, &[14, 16, 19]), // Diners Club
    (370_000, 379_999, &[15]),         // American Express
    (380_000, 399_999, &[14, 16, 19]), // Diners Club
    (400_000, 499_999, &[13, 16, 19]), // Visa
    (500_000, 509_999, &[16, 18, 19]), // Maestro
    (510_000, 559_999, &[16]),         // Mastercard
    (560_000, 589_999, &[16, 18, 19]), // Maestro
    (601_100, 601_199, &[16, 18, 19]), // Discover
    (620_000, 629_999, &[16, 18, 19]), // UnionPay
    (630_000, 639_999, &[16, 18, 19]), // Maestro
    (644_000, 659_999, &[16, 18, 19]), // Discover
    (670_000, 679_999, &[16, 18, 19]), // Maestro, girocard
    (810_000, 817_199, &[16, 18, 19]), // UnionPay
];

/// A payment card number: Luhn, and a length its issuer range uses. Numbers for tests count. Thirteen
/// digits that are also an article number (GTIN-13) are one, not a card: German ones begin with a 4.
pub(super) fn payment_card(text: &str) -> bool {
    if !(13..=19).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let digits: Vec<u32> = text.bytes().map(|byte| u32::from(byte - b'0')).collect();
    let issuer = digits[..6].iter().fold(0, |issuer, digit| issuer * 10 + digit);
    let issued = RANGES.iter().any(|(from, to, lengths)| {
        (*from..=*to).contains(&issuer) && lengths.contains(&digits.len())
    });
    let varied = digits.iter().any(|digit| *digit != digits[0]);
    issued && varied && is_luhn(&digits) && !(digits.len() == 13 && is_gtin(&digits))
}

/// A card of the Universal Air Travel Plan: fifteen digits from 1, Luhn.
pub(super) fn uatp_card(text: &str) -> bool {
    let digits: Vec<u32> = text.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0'))).collect();
    digits.len() == 15
        && digits[0] == 1
        && digits.iter().all(|digit| *digit < 10)
        && is_luhn(&digits)
}

/// GS1 check digit: weights 1 and 3 in turn, the last digit has weight 1.
pub(super) fn is_gtin(digits: &[u32]) -> bool {
    let sum: u32 = digits.iter().rev().zip([1, 3].iter().cycle()).map(|(digit, w)| digit * w).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::payment_card;

    #[test]
    fn specimens() {
        let cases = [
            // (candidate, valid, why)
            ("4111111111111111", true, "Visa's number for tests"),
            ("4111111111111112", false, "check digit changed"),
            ("4222222222222", true, "Visa with 13 digits"),
            ("5555555555554444", true, "Mastercard"),
            ("2223003122003222", true, "Mastercard, series 2"),
            ("2221000000000009", true, "lowest of series 2"),
            ("2720990000000007", true, "highest of series 2"),
            ("2721000000000004", false, "just above series 2"),
            ("378282246310005", true, "American Express, 15 digits"),
            ("3782822463100052", false, "American Express never has 16"),
            ("30569309025904", true, "Diners Club, 14 digits"),
            ("6011111111111117", true, "Discover"),
            ("3530111333300000", true, "JCB"),
            ("6759649826438453", true, "Maestro"),
            ("6200000000000005", true, "UnionPay"),
            ("0000000000000000", false, "zeros"),
            ("5555555555555555", false, "one digit only"),
            ("1234567812345670", false, "Luhn is right, no issuer"),
            ("4006381333931", false, "an article number of a pen"),
            ("411111111111", false, "twelve digits"),
        ];
        for (candidate, valid, why) in cases {
            assert_eq!(payment_card(candidate), valid, "{candidate}: {why}");
        }
    }
}
