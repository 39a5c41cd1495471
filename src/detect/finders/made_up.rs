//! Words that no sentence has: `Bernd&Dackel`, `gummistiefelTanz`, `Rauchmelder-piept`, `Tj4-vvL0-92sq`. They are
//! often passwords; what is said around them decides.

use super::super::sign;
use super::{FinderInput, Hit};

/// Lengths of such words, in bytes.
const SHORTEST: usize = 7;
const LONGEST: usize = 64;
/// Longest text that counts, in bytes: in documents words run together where lines ended.
const MESSAGE: usize = 300;
/// Signs that join words in passwords and hardly ever in sentences.
const JOINTS: [char; 6] = ['#', '&', '=', '_', '~', '+'];
/// Signs inside of passwords.
const MARKS: &str = "-_.!#$&*+=<>?^~%";
/// Fewest letters of a word in `camelCase`, and of all of them.
const HUMP: usize = 3;
const HUMPS: usize = 9;

/// All such words of a text.
pub(super) fn find(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    if text.len() > MESSAGE {
        return Vec::new();
    }
    let start = |token: &str| token.as_ptr() as usize - text.as_ptr() as usize;
    text.split_whitespace()
        .map(|token| {
            token
                .trim_start_matches(['"', '\'', '(', '*', ':'])
                .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'', '*', '…'])
        })
        .filter(|token| is_made_up(token))
        // What a colon follows is a name of something.
        .filter(|token| !text[start(token) + token.len()..].starts_with(':'))
        .map(|token| Hit::new(start(token)..start(token) + token.len()))
        .collect()
}

fn is_made_up(token: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&token.len())
        && (is_mixed(token)
            || is_joined_by_signs(token)
            || has_small_parts(token)
            || has_humps(token))
}

/// `Tj4-vvL0-92sq`, `Tr0ut&Chips`: digits, small letters, and capitals or signs.
fn is_mixed(token: &str) -> bool {
    let has = |is: fn(char) -> bool| token.chars().any(is);
    let letters = token.chars().filter(|c| c.is_alphabetic()).count();
    let all_fit = token.chars().all(|c| c.is_alphanumeric() || MARKS.contains(c));
    all_fit
        && letters >= 3
        && has(|c| c.is_ascii_digit())
        && has(char::is_lowercase)
        && (has(|c| !c.is_alphanumeric()) || token.chars().skip(1).any(char::is_uppercase))
        && token.starts_with(char::is_alphabetic)
}

/// `Bernd&Dackel`, `gX#ebbelwoi`, `kladblok_ZuidB`
fn is_joined_by_signs(token: &str) -> bool {
    let mut lengths = token.split(JOINTS).map(|part| (is_word(part), part.chars().count()));
    let Some((true, first)) = lengths.next() else { return false };
    let (mut all, mut longest, mut count) = (first, first, 1);
    for (is_word, length) in lengths {
        if !is_word || length < 3 {
            return false;
        }
        all += length;
        longest = longest.max(length);
        count += 1;
    }
    // `message_text` is a name in a program.
    let is_name = token.contains('_') && !token.contains(char::is_uppercase);
    (2..=5).contains(&count) && all >= SHORTEST && longest >= 4 && !is_name
}

/// `Rauchmelder-piept`, `Pythagoras-war-hier`: names and compounds go on with capitals.
fn has_small_parts(token: &str) -> bool {
    let mut parts = token.split('-');
    let first = parts.next().unwrap_or_default();
    let is_name = first.starts_with(char::is_uppercase) && is_small(first, 1);
    let (mut count, mut longest) = (0, 0);
    for part in parts {
        if !is_small(part, 0) || part.chars().count() < 3 {
            return false;
        }
        count += 1;
        longest = longest.max(part.len());
    }
    is_name && first.chars().count() >= 4 && count > 0 && longest >= 4
}

/// `gummistiefelTanz`, `NieWiederUwe`
fn has_humps(token: &str) -> bool {
    // What the first look at a text sees of them.
    if !is_word(token) || !sign::has_hump(token.as_bytes()) {
        return false;
    }
    let (mut humps, mut length, mut all) = (0, 0, 0);
    for c in token.chars() {
        if c.is_uppercase() && all > 0 {
            if length < HUMP {
                return false;
            }
            humps += 1;
            length = 0;
        }
        length += 1;
        all += 1;
    }
    humps > 0 && humps < 5 && length >= HUMP && all >= HUMPS && !token.ends_with("Innen")
}

fn is_word(part: &str) -> bool {
    !part.is_empty() && part.chars().all(char::is_alphabetic)
}

/// Small letters only, but for the first ones.
fn is_small(part: &str, but: usize) -> bool {
    part.chars().skip(but).all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up() {
        let cases = [
            // (text, found, why)
            ("nimm Bernd&Dackel.", vec!["Bernd&Dackel"], "a sign"),
            ("(gX#ebbelwoi)", vec!["gX#ebbelwoi"], "a short word first"),
            ("und gummistiefelTanz oder", vec!["gummistiefelTanz"], "a capital inside"),
            ("NieWiederUwe!", vec!["NieWiederUwe"], "several"),
            ("Rauchmelder-piept", vec!["Rauchmelder-piept"], "a verb behind a hyphen"),
            ("Müller-Lüdenscheidt, WLAN-Router, E-Mail", vec![], "names and compounds"),
            ("#urlaub @max_muster a&b", vec![], "tags, names, too short"),
            ("https://example.org/a_b KundInnen", vec![], "a link, people"),
            ("Haus_12 Geheim_x9", vec!["Haus_12", "Geheim_x9"], "with a digit"),
            ("Tj4-vvL0-92sq, Psalm23Hirte", vec!["Tj4-vvL0-92sq", "Psalm23Hirte"], "mixed"),
            ("message_text", vec![], "a name in a program"),
            ("geheim_x", vec![], "too short a word"),
            ("Team_Suedstadt: der 17-jähriger", vec![], "a name, an age"),
            ("IMG-2034 12.03.2024 4.000kg", vec![], "a picture, a day, a weight"),
        ];
        for (text, expected, why) in cases {
            let found: Vec<&str> =
                find(&FinderInput { text }).into_iter().map(|hit| &text[hit.range]).collect();
            assert_eq!(found, expected, "{text}: {why}");
        }
    }
}
