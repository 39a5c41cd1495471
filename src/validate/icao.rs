//! Check digits of travel documents, ICAO Doc 9303: weights 7, 3, 1, letters A = 10 to Z = 35, `<` = 0.

use super::weighted::alphanumeric;

/// The check digit of a field: nothing if a character has no value.
pub(super) fn check_digit(field: &[u8]) -> Option<u32> {
    let sum = field.iter().zip([7, 3, 1].iter().cycle()).try_fold(0, |sum, (byte, weight)| {
        let value = if *byte == b'<' { 0 } else { alphanumeric(*byte)? };
        Some(sum + value * weight)
    })?;
    Some(sum % 10)
}

/// Whether the byte behind the field is its check digit; `<` stands for 0 where a field is empty.
fn is_checked(field: &[u8], check: u8) -> bool {
    let expected = check_digit(field);
    match check {
        b'<' => field.iter().all(|byte| *byte == b'<'),
        _ => check.is_ascii_digit() && expected == Some(u32::from(check - b'0')),
    }
}

/// A machine readable zone as written, line breaks or not: TD1 (three lines of 30), TD2 (two of 36),
/// TD3 (two of 44), or the second line alone of TD2 or TD3, which holds all numbers.
pub(super) fn mrz(text: &str) -> bool {
    let zone: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    match zone.len() {
        _ if zone.iter().all(|byte| *byte == b'<') => false,
        88 => is_td3(&zone[44..]) && is_first_line(&zone),
        44 => is_td3(&zone),
        72 => is_td2(&zone[36..]) && is_first_line(&zone),
        36 => is_td2(&zone),
        90 => is_td1(&zone) && is_first_line(&zone),
        _ => false,
    }
}

/// Document code of a passport, card, visa or crew certificate.
fn is_first_line(zone: &[u8]) -> bool {
    matches!(zone.first(), Some(b'P' | b'I' | b'A' | b'C' | b'V'))
}

/// Second line of a passport. Positions of Doc 9303 part 4, 4.2.2.
fn is_td3(line: &[u8]) -> bool {
    let composite: Vec<u8> = [&line[..10], &line[13..20], &line[21..43]].concat();
    is_checked(&line[..9], line[9])
        && is_checked(&line[13..19], line[19])
        && is_checked(&line[21..27], line[27])
        && is_checked(&line[28..42], line[42])
        && is_checked(&composite, line[43])
}

/// Second line of a TD2 document. Positions of Doc 9303 part 6, 4.2.2.
fn is_td2(line: &[u8]) -> bool {
    let composite: Vec<u8> = [&line[..10], &line[13..20], &line[21..35]].concat();
    is_checked(&line[..9], line[9])
        && is_checked(&line[13..19], line[19])
        && is_checked(&line[21..27], line[27])
        && is_checked(&composite, line[35])
}

/// All three lines of a TD1 document. Positions of Doc 9303 part 5, 4.2.2. A number longer than nine
/// characters goes on in the optional data, its check digit behind it.
fn is_td1(zone: &[u8]) -> bool {
    let composite: Vec<u8> = [&zone[5..30], &zone[30..37], &zone[38..45], &zone[48..59]].concat();
    let long = zone[14] == b'<' && zone[15] != b'<';
    (long || is_checked(&zone[5..14], zone[14]))
        && is_checked(&zone[30..36], zone[36])
        && is_checked(&zone[38..44], zone[44])
        && is_checked(&composite, zone[59])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens_of_doc_9303() {
        let cases = [
            // (zone, valid, why)
            (
                "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
                true,
                "TD3, part 4",
            ),
            ("L898902C36UTO7408122F1204159ZE184226B<<<<<10", true, "its second line alone"),
            ("L898902C36UTO7408122F1204159ZE184226B<<<<<11", false, "composite changed"),
            ("L898902C46UTO7408122F1204159ZE184226B<<<<<10", false, "number changed"),
            (
                "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
                true,
                "TD1, part 5",
            ),
            (
                "I<UTOD231458907<<<<<<<<<<<<<<<\n7408123F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
                false,
                "check digit of the birth date changed",
            ),
            (
                "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
                true,
                "TD2, part 6",
            ),
            ("D231458908UTO7408122F1204159<<<<<<<6", false, "check digit of the number changed"),
            ("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", false, "fillers only"),
            ("L898902C36UTO", false, "a piece"),
            ("", false, "nothing"),
        ];
        for (zone, valid, why) in cases {
            assert_eq!(mrz(zone), valid, "{why}");
        }
    }
}
