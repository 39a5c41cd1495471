//! Pure check-digit functions: one file a family of algorithms, one line here per validator.
//!
//! A validator gets the candidate in compact form (ASCII, upper case, no separators) and answers
//! whether it can be a real one; matches of a regular expression it gets as written, too, because case
//! counts in some (crypto currency addresses) and signs in others (`<` of a passport). It never panics,
//! whatever it gets. Where the form allows a country prefix (`DE136695976`), it may be missing: the rule
//! says which it wants.

mod alps;
mod baltic;
mod bank;
mod benelux;
mod britain;
mod calendar;
mod card;
mod crypto;
mod czech;
mod danube;
mod de;
mod device;
mod france;
mod iban;
mod iberia;
mod icao;
mod iso7064;
mod italy;
mod luhn;
mod mediterranean;
mod nordic;
mod poland;
mod weighted;

/// Whether a compact value is valid.
pub type Validator = fn(&str) -> bool;

/// All validators by the name that rule files use, sorted.
pub const VALIDATORS: &[(&str, Validator)] = &[
    ("at_company_register", alps::at_company_register),
    ("at_svnr", alps::at_svnr),
    ("at_tax_number", alps::at_tax_number),
    ("at_vat", alps::at_vat),
    ("baltic_person", baltic::baltic_person),
    ("be_bis_number", benelux::be_bis_number),
    ("be_id_card", benelux::be_id_card),
    ("be_national_number", benelux::be_national_number),
    ("be_structured_communication", bank::be_structured_communication),
    ("be_vat", benelux::be_vat),
    ("bg_egn", danube::bg_egn),
    ("bg_lnch", danube::bg_lnch),
    ("bg_vat", danube::bg_vat),
    ("bic", bank::bic),
    ("ch_ahv", alps::ch_ahv),
    ("ch_qr_reference", bank::ch_qr_reference),
    ("ch_uid", alps::ch_uid),
    ("creditor_reference", bank::creditor_reference),
    ("crypto_wallet", crypto::crypto_wallet),
    ("cy_vat", mediterranean::cy_vat),
    ("cz_bank_account", bank::cz_bank_account),
    ("cz_birth_number", czech::cz_birth_number),
    ("cz_vat", czech::cz_vat),
    ("de_business_id", de::de_business_id),
    ("de_document_number", de::de_document_number),
    ("de_document_serial", de::de_document_serial),
    ("de_driving_licence", de::de_driving_licence),
    ("de_health_insurance", de::de_health_insurance),
    ("de_id_card_old", de::de_id_card_old),
    ("de_institution", de::de_institution),
    ("de_leitweg_id", de::de_leitweg_id),
    ("de_pension_insurance", de::de_pension_insurance),
    ("de_physician", de::de_physician),
    ("de_pzn", de::de_pzn),
    ("de_tax_id", de::de_tax_id),
    ("de_tax_number_federal", de::de_tax_number_federal),
    ("de_vat", de::de_vat),
    ("dk_cpr", nordic::dk_cpr),
    ("dk_cvr", nordic::dk_cvr),
    ("ee_vat", baltic::ee_vat),
    ("ehic", device::ehic),
    ("es_bank_account", bank::es_bank_account),
    ("es_cif", iberia::es_cif),
    ("es_dni_nie", iberia::es_dni_nie),
    ("es_social_security", iberia::es_social_security),
    ("es_vat", iberia::es_vat),
    ("fi_business", nordic::fi_business),
    ("fi_hetu", nordic::fi_hetu),
    ("fr_nir", france::fr_nir),
    ("fr_siren", france::fr_siren),
    ("fr_siret", france::fr_siret),
    ("fr_tax_number", france::fr_tax_number),
    ("fr_vat", france::fr_vat),
    ("gb_driving_licence", britain::gb_driving_licence),
    ("gb_nhs", britain::gb_nhs),
    ("gb_nino", britain::gb_nino),
    ("gb_utr", britain::gb_utr),
    ("gb_vat", britain::gb_vat),
    ("gr_afm", mediterranean::gr_afm),
    ("gr_amka", mediterranean::gr_amka),
    ("hr_oib", danube::hr_oib),
    ("hu_personal_id", danube::hu_personal_id),
    ("hu_taj", danube::hu_taj),
    ("hu_tax_id", danube::hu_tax_id),
    ("hu_vat", danube::hu_vat),
    ("iban", iban::iban),
    ("iccid", device::iccid),
    ("ie_pps", britain::ie_pps),
    ("ie_vat", britain::ie_vat),
    ("imei", device::imei),
    ("imsi", device::imsi),
    ("is_kennitala", nordic::is_kennitala),
    ("it_codice_fiscale", italy::it_codice_fiscale),
    ("it_vat", italy::it_vat),
    ("lt_vat", baltic::lt_vat),
    ("lu_matricule", benelux::lu_matricule),
    ("lu_vat", benelux::lu_vat),
    ("lv_personal_code", baltic::lv_personal_code),
    ("lv_vat", baltic::lv_vat),
    ("mrz", icao::mrz),
    ("mt_id_card", mediterranean::mt_id_card),
    ("mt_vat", mediterranean::mt_vat),
    ("nl_bsn", benelux::nl_bsn),
    ("nl_document", benelux::nl_document),
    ("nl_vat", benelux::nl_vat),
    ("no_bank_account", bank::no_bank_account),
    ("no_birth_number", nordic::no_birth_number),
    ("no_organisation", nordic::no_organisation),
    ("payment_card", card::payment_card),
    ("pl_id_card", poland::pl_id_card),
    ("pl_nip", poland::pl_nip),
    ("pl_pesel", poland::pl_pesel),
    ("pl_regon", poland::pl_regon),
    ("pt_citizen_card", iberia::pt_citizen_card),
    ("pt_nif", iberia::pt_nif),
    ("pt_niss", iberia::pt_niss),
    ("ro_cnp", danube::ro_cnp),
    ("ro_vat", danube::ro_vat),
    ("se_organisation", nordic::se_organisation),
    ("se_personal_number", nordic::se_personal_number),
    ("se_vat", nordic::se_vat),
    ("sepa_creditor_id", bank::sepa_creditor_id),
    ("si_emso", danube::si_emso),
    ("si_vat", danube::si_vat),
    ("sk_vat", czech::sk_vat),
    ("uatp_card", card::uatp_card),
    ("vin", device::vin),
    ("vin_form", device::vin_form),
];

/// The validator of this name.
pub fn validator(name: &str) -> Option<Validator> {
    VALIDATORS.binary_search_by_key(&name, |entry| entry.0).ok().map(|at| VALIDATORS[at].1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_sorted_and_known() {
        assert!(VALIDATORS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(validator("iban").is_some());
        assert!(validator("no_such").is_none());
    }

    /// Shares of random digits that pass, in tenths of a percent: what context has to make up for.
    #[test]
    fn random_digits_pass_as_rarely_as_the_check_digits_promise() {
        let cases = [
            // (validator, length, at most, why)
            ("de_tax_id", 11, 5, "mod 11,10 and the frequency rule"),
            ("de_vat", 9, 105, "mod 11,10 alone"),
            ("nl_bsn", 9, 100, "one digit modulo 11"),
            ("pl_pesel", 11, 25, "a date and one digit"),
            ("gb_nhs", 10, 100, "one digit modulo 11"),
            ("be_national_number", 11, 3, "a date and two digits modulo 97"),
            ("ro_cnp", 13, 3, "a date, a county and one digit"),
            ("fr_nir", 15, 7, "two digits modulo 97, a month"),
            ("no_birth_number", 11, 3, "a date and two digits modulo 11"),
            ("payment_card", 16, 45, "Luhn and known issuers"),
        ];
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(b'0' + (state >> 33) as u8 % 10)
        };
        for (name, length, most, why) in cases {
            let valid = validator(name).unwrap();
            let passed =
                (0..20_000).filter(|_| valid(&(0..length).map(|_| random()).collect::<String>()));
            let share = passed.count() as f64 / 20.0;
            assert!(share <= f64::from(most), "{name}: {share} of 1000, {why}");
        }
    }

    proptest! {
        #[test]
        fn no_validator_panics(text in "\\PC{0,40}") {
            for (_, valid) in VALIDATORS {
                valid(&text);
            }
        }

        #[test]
        fn no_validator_panics_near_its_form(text in "[A-Z]{0,5}[0-9A-Z<+/-]{0,20}[0-9]{0,20}\u{e9}?[A-Z]{0,2}") {
            for (_, valid) in VALIDATORS {
                valid(&text);
            }
        }
    }
}
