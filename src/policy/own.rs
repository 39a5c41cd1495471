/// The firm's own data: never findings. Each in the normal form that [`super::Policy::is_own`] names.
#[derive(Debug, Clone, Default, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct OwnData {
    pub ibans: Vec<String>,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub vat_ids: Vec<String>,
}

impl OwnData {
    pub(super) fn holds(&self, rule_id: &str, normalised: &str) -> bool {
        let list = match rule_id {
            "financial.iban" => &self.ibans,
            "contact.phone" => &self.phones,
            "contact.email" => &self.emails,
            // Each country's VAT id is a rule of its own; a value says which country it is of.
            _ if rule_id.starts_with("business.") => &self.vat_ids,
            _ => return false,
        };
        list.iter().any(|own| own == normalised)
    }
}

/// Turns one entry as written into its normal form; `Err` says what was expected.
pub(super) type Normalise = fn(&str) -> Result<String, &'static str>;

pub(super) fn iban(written: &str) -> Result<String, &'static str> {
    let compact = compact(written);
    let shaped = (15..=34).contains(&compact.len())
        && compact.bytes().enumerate().all(|(at, byte)| match at {
            0 | 1 => byte.is_ascii_uppercase(),
            2 | 3 => byte.is_ascii_digit(),
            _ => byte.is_ascii_alphanumeric(),
        });
    if shaped && remainder_97(&compact) == 1 {
        Ok(compact)
    } else {
        Err("no IBAN, or its check digits are wrong")
    }
}

pub(super) fn phone(written: &str) -> Result<String, &'static str> {
    phonenumber::parse(Some(phonenumber::country::DE), written)
        .ok()
        .filter(phonenumber::PhoneNumber::is_valid)
        .map(|number| number.format().mode(phonenumber::Mode::E164).to_string())
        .ok_or("no phone number: write it as +49 30 23125000, or as dialled in Germany")
}

pub(super) fn email(written: &str) -> Result<String, &'static str> {
    let lower = written.trim().to_lowercase();
    match lower.split_once('@') {
        Some((local, domain))
            if !local.is_empty()
                && domain.contains('.')
                && !domain.contains('@')
                && !lower.contains(char::is_whitespace) =>
        {
            Ok(lower)
        }
        _ => Err("no e-mail address"),
    }
}

pub(super) fn vat_id(written: &str) -> Result<String, &'static str> {
    let compact = compact(written);
    let shaped = (8..=14).contains(&compact.len())
        && compact.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && compact.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if shaped {
        Ok(compact)
    } else {
        Err("no VAT id: expected a country code and 6 to 12 characters")
    }
}

fn compact(written: &str) -> String {
    written.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// ISO 7064 mod 97-10 of an IBAN in compact form.
fn remainder_97(compact: &str) -> u32 {
    let (head, tail) = compact.split_at(4);
    tail.chars().chain(head.chars()).filter_map(|c| c.to_digit(36)).fold(0, |sum, digit| {
        let shift = if digit < 10 { 10 } else { 100 };
        (sum * shift + digit) % 97
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_form_becomes_the_normal_form() {
        let cases: [(Normalise, &str, Option<&str>, &str); 13] = [
            (iban, "de89 3704 0044 0532 0130 00", Some("DE89370400440532013000"), "grouped"),
            (iban, "DE89 3704 0044 0532 0130 01", None, "check digits wrong"),
            (iban, "DE", None, "too short to cut"),
            (iban, "DÉ89370400440532013000", None, "not ASCII, must not be cut inside a character"),
            (phone, "030 23125-000", Some("+493023125000"), "as dialled in Germany"),
            (phone, "+49 (0)30 23125 000", Some("+493023125000"), "business-card form"),
            (phone, "+44 20 7946 0000", Some("+442079460000"), "another country"),
            (phone, "none", None, "no number"),
            (email, " Info@Sonnenrad.Example.ORG ", Some("info@sonnenrad.example.org"), "case"),
            (email, "info@", None, "no domain"),
            (vat_id, "DE 136 695 976", Some("DE136695976"), "grouped"),
            (vat_id, "136695976", None, "no country"),
            (vat_id, "", None, "empty"),
        ];
        for (normalise, written, expected, why) in cases {
            assert_eq!(normalise(written).ok().as_deref(), expected, "{written}: {why}");
        }
    }

    #[test]
    fn own_data_counts_for_its_own_rules_only() {
        let own = OwnData { vat_ids: vec!["DE136695976".to_owned()], ..OwnData::default() };
        assert!(own.holds("business.de_vat", "DE136695976"));
        assert!(!own.holds("financial.iban", "DE136695976"));
        assert!(!own.holds("credential.password", "DE136695976"));
    }
}
