//! Turns findings into edits: what stands in the copy instead of a value.

use crate::model::Secret;
use crate::policy::Operator;
use crate::secret::InstallationSecret;

/// Hex digits of a pseudonym: 48 bits.
pub const TOKEN_DIGITS: usize = 12;

/// What stands in the copy instead of a value.
///
/// `normalised` is [`crate::detect`]'s normal form, so that one value in two written forms gets one
/// pseudonym; `family` keeps an account number and a phone number of equal digits apart.
pub fn replacement(
    operator: Operator,
    label: &str,
    family: &str,
    normalised: Secret<'_>,
    secret: &InstallationSecret,
) -> String {
    match operator {
        Operator::Label => format!("[{label}]"),
        Operator::Mask => "*****".to_owned(),
        Operator::Remove => String::new(),
        Operator::Pseudonym => {
            let token = secret.token(&["value", family, normalised.expose()], TOKEN_DIGITS);
            format!("[{label}-{token}]")
        }
    }
}
