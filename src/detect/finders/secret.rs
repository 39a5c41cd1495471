//! Secrets that a name gives away: `api_key = "..."`, `Bearer ...`, `AccountKey=...`.
//!
//! The value must be as mixed as chance makes it: words, placeholders and counters are none.

use std::sync::LazyLock;

use regex::Regex;

use super::wording::{fold, hit, pattern};
use super::{FinderInput, Hit};
use crate::model::Confidence;

/// A name of a secret, a sign, and a value without spaces.
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"(?i)(?:(?P<name>(?-u:\b)(?:[a-z0-9]+[_.-]?)*(?:api|access|auth|client|app|private|secret|encryption|signing|account|storage|shared|master|service|bot|session|refresh|bearer|webhook|heroku|datadog|twilio|license|consumer)[ _.-]?(?:api[ _.-]?)?(?:key|token|secret|schl(?:ü|ue)ssel)s?|(?-u:\b)(?:[a-z0-9]+[_.-])*(?:secret|token|apikey|x-api-key|authorization|accountkey|sharedaccesskey|zugangstoken|zugriffstoken|api-?schl(?:ü|ue)ssel))"#,
        r#"["'`]?[ )]{0,2}(?:(?:lautet|ist|is|heißt|=>|:=|->|[:=])[ ]?){1,2}\n?["'`]?(?:bearer |basic |token )?|(?-u:\b)(?:authorization: ?)?(?:bearer|basic)[ ])"#,
        r#"(?P<value>[A-Za-z0-9_+/=.~:-]{12,512})"#,
    ))
});
/// Parts of values that stand for a secret.
const PLACEHOLDERS: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change_me",
    "your",
    "dummy",
    "insert",
    "redacted",
    "xxxx",
    "....",
    "todo",
    "sample",
    "secret_key",
    "api_key",
    "apikey",
    "mytoken",
    "my_",
    "test_key",
    "undefined",
    "12345678",
    "abcdefg",
    "process.env",
    "os.environ",
    "getenv",
    "config.",
    "settings.",
    "hier_",
    "dein_",
    "http",
];

/// All such secrets in a text.
pub(super) fn find(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    if !text.split_ascii_whitespace().any(may_hold_value) {
        return Vec::new();
    }
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some(found) = ASSIGNED.captures_at(text, from)
        && let Some(value) = found.name("value")
    {
        let is_named = found.name("name").is_some();
        let end = value.start() + value.as_str().trim_end_matches(['.', ':', ',', '-']).len();
        if is_secret(&text[value.start()..end], is_named) {
            let confidence = if is_named { Confidence::High } else { Confidence::Medium };
            hits.push(hit(value.start()..end, confidence));
            from = value.end();
        } else {
            // `token: api_key = ...`: the value may be the next name
            from = value.start() + 1;
        }
    }
    hits
}

/// Whether a stretch without spaces is long enough for a value, with digits enough.
fn may_hold_value(word: &str) -> bool {
    word.len() >= 12 && word.bytes().filter(u8::is_ascii_digit).count() >= 2
}

/// Long and mixed enough for chance, and no placeholder.
fn is_secret(value: &str, is_named: bool) -> bool {
    let lower = fold(value);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let least = if is_named { 12 } else { 16 };
    value.len() >= least
        && digits >= 2
        && letters >= 3
        && !PLACEHOLDERS.iter().any(|word| lower.contains(word))
        && entropy(value) >= if value.len() < 20 { 2.9 } else { 3.2 }
}

/// Shannon entropy of the bytes, in bits a byte.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX).max(1));
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| {
            let share = f64::from(count) / length;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets() {
        let cases = [
            ("api_key = \"f3Kd92mVx81LqPz7Rt5W\"", Some("f3Kd92mVx81LqPz7Rt5W"), "assignment"),
            (
                "API-Key: 9f86d081884c7d659a2feaa0c55ad015",
                Some("9f86d081884c7d659a2feaa0c55ad015"),
                "hex with a name",
            ),
            ("client_secret=dJ8~x2Kq-91vB.zR4tY7u", Some("dJ8~x2Kq-91vB.zR4tY7u"), "signs"),
            ("Authorization: Bearer 8xK2mPq91LvZr47TtYw3", Some("8xK2mPq91LvZr47TtYw3"), "header"),
            ("Der API-Schlüssel lautet k29Xv8Lm31PqRz57", Some("k29Xv8Lm31PqRz57"), "German"),
            (
                "HEROKU_API_KEY=1b3e5f7a-9c2d-4e6f-8a1b-3c5d7e9f2a4c",
                Some("1b3e5f7a-9c2d-4e6f-8a1b-3c5d7e9f2a4c"),
                "UUID with a name",
            ),
            (
                "AWS_SECRET_ACCESS_KEY=wJ4lrXUt9FEMIzK7MDENGbPxRf1CYkQ2vT8aLsZo",
                Some("wJ4lrXUt9FEMIzK7MDENGbPxRf1CYkQ2vT8aLsZo"),
                "prefixes",
            ),
            (
                "token: api_key = f3Kd92mVx81LqPz7Rt5W",
                Some("f3Kd92mVx81LqPz7Rt5W"),
                "two names in a row",
            ),
            ("api_key = your-api-key-1234", None, "placeholder"),
            ("token: xxxxxxxxxxxxxxxx12", None, "placeholder"),
            ("secret = aaaaaaaaaaaa11111111", None, "no chance in it"),
            ("commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", None, "a hash without a name"),
            ("1b3e5f7a-9c2d-4e6f-8a1b-3c5d7e9f2a4c", None, "a UUID without a name"),
            ("Der Token ist abgelaufen-und-ungueltig", None, "words"),
            ("token = process.env.TOKEN_2024_A", None, "a variable"),
        ];
        for (text, secret, why) in cases {
            let found: Vec<&str> =
                find(&FinderInput { text }).into_iter().map(|hit| &text[hit.range]).collect();
            assert_eq!(found, Vec::from_iter(secret), "{text}: {why}");
        }
    }
}
