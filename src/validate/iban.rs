//! International Bank Account Number, ISO 13616: check digits, and length and structure of each
//! country from the registry that SWIFT keeps.

use super::iso7064::mod_97;

/// Country and structure of what follows the check digits, as runs of length and kind: `n` digits,
/// `a` capitals, `c` either. ISO 13616 registry, release 101; sorted by country.
const COUNTRIES: &[(&str, &str)] = &[
    ("AD", "8n12c"),
    ("AE", "19n"),
    ("AL", "8n16c"),
    ("AT", "16n"),
    ("AZ", "4a20c"),
    ("BA", "16n"),
    ("BE", "12n"),
    ("BG", "4a6n8c"),
    ("BH", "4a14c"),
    ("BI", "23n"),
    ("BR", "8c15n2c"),
    ("BY", "4c4n16c"),
    ("CH", "5n12c"),
    ("CR", "18n"),
    ("CY", "8n16c"),
    ("CZ", "20n"),
    ("DE", "18n"),
    ("DJ", "23n"),
    ("DK", "14n"),
    ("DO", "4c20n"),
    ("EE", "16n"),
    ("EG", "25n"),
    ("ES", "20n"),
    ("FI", "14n"),
    ("FK", "2a12n"),
    ("FO", "14n"),
    ("FR", "10n11c2n"),
    ("GB", "4a14n"),
    ("GE", "2a16n"),
    ("GI", "4a15c"),
    ("GL", "14n"),
    ("GR", "7n16c"),
    ("GT", "24c"),
    ("HN", "4a20n"),
    ("HR", "17n"),
    ("HU", "24n"),
    ("IE", "4a14n"),
    ("IL", "19n"),
    ("IQ", "4a15n"),
    ("IS", "22n"),
    ("IT", "1a10n12c"),
    ("JO", "4a4n18c"),
    ("KW", "4a22c"),
    ("KZ", "3n13c"),
    ("LB", "4n20c"),
    ("LC", "4a24c"),
    ("LI", "5n12c"),
    ("LT", "16n"),
    ("LU", "3n13c"),
    ("LV", "4a13c"),
    ("LY", "21n"),
    ("MC", "10n11c2n"),
    ("MD", "20c"),
    ("ME", "18n"),
    ("MK", "3n10c2n"),
    ("MN", "16n"),
    ("MR", "23n"),
    ("MT", "4a5n18c"),
    ("MU", "4a19n3a"),
    ("NI", "4a20n"),
    ("NL", "4a10n"),
    ("NO", "11n"),
    ("OM", "3n16c"),
    ("PK", "4a16c"),
    ("PL", "24n"),
    ("PS", "4a21c"),
    ("PT", "21n"),
    ("QA", "4a21c"),
    ("RO", "4a16c"),
    ("RS", "18n"),
    ("RU", "14n15c"),
    ("SA", "2n18c"),
    ("SC", "4a20n3a"),
    ("SD", "14n"),
    ("SE", "20n"),
    ("SI", "15n"),
    ("SK", "20n"),
    ("SM", "1a10n12c"),
    ("SO", "19n"),
    ("ST", "21n"),
    ("SV", "4a20n"),
    ("TL", "19n"),
    ("TN", "20n"),
    ("TR", "6n16c"),
    ("UA", "6n19c"),
    ("VA", "18n"),
    ("VG", "4a16n"),
    ("XK", "16n"),
    ("YE", "4a4n18c"),
];

/// Territories whose accounts the registry lists under the country named second.
const TERRITORIES: &[(&str, &str)] = &[
    ("AX", "FI"),
    ("BL", "FR"),
    ("GF", "FR"),
    ("GG", "GB"),
    ("GP", "FR"),
    ("IM", "GB"),
    ("JE", "GB"),
    ("MF", "FR"),
    ("MQ", "FR"),
    ("NC", "FR"),
    ("PF", "FR"),
    ("PM", "FR"),
    ("RE", "FR"),
    ("TF", "FR"),
    ("WF", "FR"),
    ("YT", "FR"),
];

/// Countries whose banks print the form although the registry does not list them yet.
const UNLISTED: &[(&str, &str)] = &[
    ("AO", "21n"),
    ("BF", "2c22n"),
    ("BJ", "2c22n"),
    ("CF", "23n"),
    ("CG", "23n"),
    ("CI", "2a22n"),
    ("CM", "23n"),
    ("CV", "21n"),
    ("DZ", "22n"),
    ("GA", "23n"),
    ("GQ", "23n"),
    ("GW", "2c19n"),
    ("IR", "22n"),
    ("KM", "23n"),
    ("MA", "24n"),
    ("MG", "23n"),
    ("ML", "2c22n"),
    ("MZ", "21n"),
    ("NE", "2a22n"),
    ("SN", "2a22n"),
    ("TD", "23n"),
    ("TG", "2a22n"),
];

/// An IBAN: check digits 02 to 98 with remainder 1 modulo 97, length and structure of its country.
pub(super) fn iban(text: &str) -> bool {
    let (Some(country), Some(check), Some(account)) =
        (text.get(..2), text.get(2..4), text.get(4..))
    else {
        return false;
    };
    check.bytes().all(|byte| byte.is_ascii_digit())
        && ("02"..="98").contains(&check)
        && structure(country).is_some_and(|runs| has_structure(account, runs))
        && account.bytes().any(|byte| byte != b'0')
        && mod_97(account.bytes().chain(text.bytes().take(4))) == Some(1)
}

/// Structure of the account part of a country's IBAN.
fn structure(country: &str) -> Option<&'static str> {
    let find = |table: &[(&str, &'static str)], country: &str| {
        table.binary_search_by_key(&country, |entry| entry.0).ok().map(|at| table[at].1)
    };
    let country = find(TERRITORIES, country).unwrap_or(country);
    find(COUNTRIES, country).or_else(|| find(UNLISTED, country))
}

/// Whether the text consists of exactly these runs.
fn has_structure(text: &str, runs: &str) -> bool {
    let mut rest = text.as_bytes();
    let mut length = 0;
    for symbol in runs.bytes() {
        if symbol.is_ascii_digit() {
            length = length * 10 + usize::from(symbol - b'0');
            continue;
        }
        let Some((run, after)) = rest.split_at_checked(std::mem::take(&mut length)) else {
            return false;
        };
        let fits = run.iter().all(|byte| match symbol {
            b'n' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        });
        if !fits {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens() {
        let cases = [
            // (candidate, valid, why)
            ("DE89370400440532013000", true, "registry example, Germany"),
            ("DE89370400440532013001", false, "one digit changed"),
            ("DE8937040044053201300", false, "one digit short"),
            ("DE893704004405320130000", false, "one digit long"),
            ("GB29NWBK60161331926819", true, "registry example, letters"),
            ("GB29NWB160161331926819", false, "a digit where the registry wants a letter"),
            ("NO9386011117947", true, "the shortest"),
            ("MT84MALT011000012345MTLCAST001S", true, "31 characters"),
            ("LC55HEMM000100010012001200023015", true, "Saint Lucia"),
            ("EG380019000500000000263180002", true, "Egypt, 29 characters"),
            ("IQ98NBIQ850123456789012", true, "Iraq"),
            ("SC18SSCB11010000000000001497USD", true, "Seychelles"),
            ("UA213223130000026007233566001", true, "Ukraine"),
            ("LY83002048000020100120361", true, "Libya"),
            ("BR1800360305000010009795493C1", true, "Brazil"),
            ("MA64011519000001205000534921", true, "Morocco: not in the registry, but printed"),
            ("US64SVBKUS6S3300958879", false, "a country without IBAN"),
            ("DE00370400440532013000", false, "check digits below 02"),
            ("DE36000000000000000000", false, "account of zeros"),
            ("D\u{c4}893704004405320130", false, "no ASCII"),
            ("", false, "nothing"),
        ];
        for (candidate, valid, why) in cases {
            assert_eq!(iban(candidate), valid, "{candidate}: {why}");
        }
    }

    #[test]
    fn tables_are_sorted_and_complete() {
        for table in [COUNTRIES, TERRITORIES, UNLISTED] {
            assert!(table.is_sorted_by_key(|entry| entry.0));
        }
        assert!(COUNTRIES.len() + TERRITORIES.len() >= 103, "countries of the registry");
    }
}
