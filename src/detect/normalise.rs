//! One string for all written forms of a value.

use super::{escape, shadow};
use crate::model::Secret;

/// The value as it is compared and hashed: for identifiers the compact form, for phones digits in
/// international form, for terms the folded word. The same value in two written forms gives one string.
pub fn normalise(rule_id: &str, value: Secret<'_>) -> String {
    let family = rule_id.split('.').next().unwrap_or(rule_id);
    // A password may hold percent signs of its own.
    let value = match family {
        "credential" => value.expose().into(),
        _ => escape::decoded(value.expose()),
    };
    let value: &str = &value;
    match (family, rule_id) {
        (_, "contact.phone") => phone(value),
        (_, "contact.email") => shadow::fold(value.trim()),
        // Case tells passwords and wallet addresses apart.
        ("credential", _) | (_, "financial.crypto_wallet") => {
            shadow::Shadow::new(value.trim(), shadow::Form::Plain, false).text.into_owned()
        }
        ("health", _) if !value.bytes().any(|byte| byte.is_ascii_digit()) => words(value),
        ("financial" | "identity" | "business" | "health", _) => {
            let compact = shadow::compact(value);
            if compact.is_empty() { words(value) } else { compact }
        }
        _ => words(value),
    }
}

/// Folded words with single spaces.
fn words(value: &str) -> String {
    let folded = shadow::fold(value);
    let words = folded.split(|c: char| !c.is_alphanumeric() && !"@.:".contains(c));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// E.164 (`+49...`); Germany is at home. A number without any prefix stays as it is.
fn phone(value: &str) -> String {
    let plain = shadow::Shadow::new(value, shadow::Form::Plain, false).text;
    let plain = plain.replace("(0)", "");
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    if plain.contains('+') {
        return format!("+{digits}");
    }
    match (digits.strip_prefix("00"), digits.strip_prefix('0')) {
        (Some(international), _) => format!("+{international}"),
        (None, Some(national)) => format!("+49{national}"),
        // The account name of a chat, and links that open one.
        (None, None) if (12..=15).contains(&digits.len()) => format!("+{digits}"),
        (None, None) => digits,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn one_value_one_string() {
        let cases = [
            // (rule, value, normalised, why)
            ("financial.iban", "de89 3704\u{a0}0044", "DE8937040044", "identifier"),
            ("contact.phone", "0170 / 1234567", "+491701234567", "national"),
            ("contact.phone", "+49 (0)170 1234567", "+491701234567", "international"),
            ("contact.phone", "0049170-1234567", "+491701234567", "with 00"),
            ("contact.phone", "491701234567", "+491701234567", "the name of an account"),
            ("business.de_vat", "DE 136 695 976", "DE136695976", "number of a firm"),
            ("contact.email", "Erika@Example.DE", "erika@example.de", "mail"),
            ("financial.iban", "DE89%203704%200044", "DE8937040044", "out of a link"),
            ("contact.email", "erika%40example.org", "erika@example.org", "the same"),
            ("credential.password", "a%20b", "a%20b", "escapes of a password are its own"),
            ("health.condition", "Brust-Krebs", "brust krebs", "term"),
            ("credential.password", "Sommer2024!", "Sommer2024!", "case counts"),
            (
                "contact.postal_address",
                "Hauptstraße 1,\n10115 Berlin",
                "hauptstrasse 1 10115 berlin",
                "address",
            ),
        ];
        for (rule, value, expected, why) in cases {
            assert_eq!(normalise(rule, Secret::new(value)), expected, "{why}");
        }
    }
}
