//! Birth dates that no word calls so: a date right after a person whose part is named, as records and
//! contracts write it: `Patient Max Muster (03.04.1981)`, `Kinder: Nora, 14.01.2012`, `Muster/Max/m/03.04.1981`.

use std::sync::LazyLock;

use regex::Regex;

use super::birth_date::{DATE, plausible_year};
use super::wording::{before, hit, latin, pattern};
use super::{FinderInput, Hit};
use crate::model::Confidence;

/// Words one of which stands in every text with a match.
pub(super) const WORDS: &[&str] = &[
    "patient",
    "pat.",
    "paciente",
    "paziente",
    "herr$",
    "herrn$",
    "hr.",
    "hrn.",
    "frau$",
    "fr.",
    "kind$",
    "kinder$",
    "sohn$",
    "tochter$",
    "mutter$",
    "vater$",
    "ehefrau$",
    "ehemann$",
    "eheleute$",
    "gattin$",
    "gatte$",
    "bewohner",
    "versicherte",
    "mieter",
    "vermieter",
    "kaeufer",
    "verkaeufer",
    "klient",
    "mandant",
    "proband",
    "schueler",
    "antragsteller",
    "schuldner",
    "erblasser",
    "zwischen$",
    "hijo$",
    "hija$",
    "hijos$",
    "sr.",
    "sra.",
    "mr$",
    "mrs$",
    "ms$",
    "subscriber$",
    "insured$",
    "member$",
    "applicant$",
    "claimant$",
    "tenant$",
    "candidate$",
    "dependent$",
    "child$",
    "children$",
    "spouse$",
    "enfant",
    "madame$",
    "monsieur$",
    "mme$",
    "figlio$",
    "figlia$",
    "signora$",
    "signor$",
    "sig.",
];

/// The words before a name, and names after them; the date follows at once.
static PERSON: LazyLock<Regex> = LazyLock::new(|| {
    let child = r"Kind|Kinder|Sohn|Tochter|[Hh]ij[oa]s?|[Cc]hild(?:ren)?|[Ss]on|[Dd]aughter|[Ee]nfants?|[Ff]igli[oa]";
    let patient = r"[Pp]atient(?:in|en)?|PATIENT(?:IN)?|Pat\.|[Pp]aciente|[Pp]aziente|Bewohner(?:in)?|Klient(?:in)?|Proband(?:in)?|Versicherter?|[Ss]ubscriber|[Ii]nsured|[Mm]ember|[Aa]pplicant|[Cc]laimant|[Tt]enant|[Cc]andidate|[Dd]ependent|[Ss]pouse";
    let adult = r"Herrn?|Hrn?\.|Frau|Fr\.|Mutter|Vater|Ehefrau|Ehemann|Eheleute|Gattin|Gatte|(?:Ver)?[Mm]ieter(?:in)?|(?:Verk|K)äufer(?:in)?|Mandant(?:in)?|Schüler(?:in)?|Antragsteller(?:in)?|Schuldner(?:in)?|Erblasser(?:in)?|zwischen|Sra?\.|Mrs?\.?|Ms\.?|Madame|Monsieur|Mme\.?|[Ss]ignora|[Ss]ignor|[Ss]ig\.(?:ra)?";
    let name = r"\p{Lu}[\p{L}'’.-]*";
    pattern(&latin(&format!(
        r"(?:^|[^\p{{L}}])(?:(?P<child>{child})|(?P<patient>{patient})|(?P<adult>{adult}))(?P<label>:)?(?:,? {name}){{0,5}}?(?P<name>,? {name})?(?P<end> ?\(|, ?|\s{{1,2}})$"
    )))
});
/// `Muster/Max/m/`: the fields of a person in a row.
static FIELDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&latin(r"(?:^|[^\p{L}/])\p{Lu}[\p{L}' -]+/\p{Lu}[\p{L}' -]+/(?:[mwdfMWDF]/)?$"))
});

/// The last years of births that are written so, of children, of patients, of others: later dates are
/// those of letters and visits.
const CHILD: u32 = 2021;
const PATIENT: u32 = 2012;
const ADULT: u32 = 2005;

/// All birth dates beside persons.
pub(super) fn find(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    DATE.captures_iter(text)
        .filter_map(|found| {
            let range = found.get(0)?.range();
            let (year, is_short) = plausible_year(&found)?;
            let rest = &text[range.end..];
            let head = before(text, range.start, 70);
            (!is_short && !goes_on(rest) && year <= last_year(head, rest)?)
                .then(|| hit(range, Confidence::Medium))
        })
        .collect()
}

/// The last year of a birth after these words; none if they name no person.
fn last_year(head: &str, rest: &str) -> Option<u32> {
    let head = head.rsplit('\n').next().unwrap_or_default();
    if FIELDS.is_match(head) {
        return Some(ADULT);
    }
    let person = PERSON.captures(head)?;
    let is_named = person.name("name").is_some();
    let end = person.name("end")?.as_str();
    let is_closed = rest.starts_with([')', ',', ';']);
    let year = match () {
        () if person.name("child").is_some() => CHILD,
        () if person.name("patient").is_some() && is_named => PATIENT,
        () => ADULT,
    };
    let is_bare = end.trim().is_empty();
    let is_written_so = match () {
        () if end.contains('(') => is_closed && (is_named || person.name("patient").is_some()),
        () if is_bare => is_named && person.name("patient").is_some(),
        () => is_named,
    };
    is_written_so.then_some(if is_bare { ADULT } else { year })
}

/// Whether the number goes on, or a time makes it the date of an event.
fn goes_on(rest: &str) -> bool {
    let mut chars = rest.chars();
    let (next, second) = (chars.next(), chars.next());
    let is_digit = |char: Option<char>| char.is_some_and(|char| char.is_ascii_digit());
    next.is_some_and(char::is_alphanumeric)
        || matches!(next, Some('.' | '-' | ':')) && is_digit(second)
        || is_digit(rest.trim_start_matches([' ', ',']).chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(&FinderInput { text }).into_iter().map(|hit| &text[hit.range]).collect()
    }

    #[test]
    fn births() {
        let cases = [
            ("Patient Radovan Muster (09.09.1971) kam", "09.09.1971", "in parentheses"),
            ("Hr. Josef Muster, 23 01 1950, reist", "23 01 1950", "after a comma"),
            ("Kinder: Nora, 14.01.2012", "14.01.2012", "a child"),
            (
                "Patientendaten: Muster/Inge/w/12.04.1936/26789 Leer",
                "12.04.1936",
                "fields in a row",
            ),
            ("Patient: MUSTER, Ottilie  02.02.1940  w", "02.02.1940", "a list of a laboratory"),
            ("The subscriber (02/29/1972) is insured", "02/29/1972", "a part without a name"),
            ("Vertrag zwischen Johann Muster (11.11.1947) und", "11.11.1947", "a contract"),
        ];
        for (text, date, why) in cases {
            assert_eq!(found(text), [date], "{text}: {why}");
        }
    }

    #[test]
    fn other_dates() {
        let cases = [
            ("Telefonat mit Frau Muster (03.04.2019)", "the day of a call"),
            ("Frau Muster kommt am 03.04.1999", "words between"),
            ("Herr Muster, 03.04.2023", "a letter"),
            ("Patient stabil, 12.04.2020 10:30", "a time"),
            ("Kinder 12.04.2012", "no name"),
            ("Das Urteil (03.04.1981)", "nobody"),
        ];
        for (text, why) in cases {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}: {why}");
        }
    }
}
