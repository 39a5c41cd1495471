//! Parts of postal addresses behind their labels: the fields of a record (`Domicilio: ...`, `PLZ/Ort: ...`,
//! `CP: 28009`), and where somebody lives (`wohnhaft in ...`, `vive en ...`).
//!
//! What stands behind a label counts only if it is written like an address: capitals, numbers, and the
//! small words and abbreviations that addresses hold.
//!
//! Longer than most because the labels of eight languages stand beside what reads their values.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::wording::{disjoint, fold, hit, latin, pattern};
use super::{FinderInput, Hit};
use crate::model::Confidence;

/// Words one of which stands in every text with a match.
pub(super) const WORDS: &[&str] = &[
    "domicil",
    "direccion",
    "dir.",
    "localidad",
    "municipio",
    "poblacion",
    "ciudad$",
    "cp$",
    "c.p.",
    "codigo postal",
    "cod. postal",
    "vive en",
    "reside",
    "se aloja",
    "vecino de",
    "vecina de",
    "anschrift",
    "adress",
    "wohnadr",
    "wohnhaft",
    "wohnt",
    "wohnort",
    "plz",
    "postleitzahl",
    "wohnsitz",
    "address",
    "city",
    "zip",
    "postcode",
    "postal code",
    "lives at",
    "live at",
    "living at",
    "indirizzo",
    "residen",
    "adresse",
    "domicili",
    "demeurant",
    "code postal",
    "localite",
    "cap$",
    "npa$",
    "woonplaats",
    "adres$",
    "woonachtig",
    "zamieszk",
    "morada",
    "eircode",
    "pin code",
    "pincode",
];

/// What a label says of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Street and number, perhaps all of an address.
    Street,
    /// A town, perhaps with its postcode.
    Town,
    /// A postcode, perhaps with its town.
    Code,
    /// Where somebody lives, in a sentence.
    Dwelling,
}

/// Labels; what stands before is no letter and no hyphen.
static LABELS: LazyLock<Regex> = LazyLock::new(|| {
    let street = r"domicilio(?: habitual| familiar| actual| particular)?|direcci[oó]n(?: postal| actual| particular)?|dir\.|anschrift|(?:wohn|post|liefer|rechnungs|privat|heimat)?adresse|wohnadr\.|wohnsitz|(?:(?:home|postal|mailing|street|billing|shipping|delivery) )?address(?: line)?(?: ?[12])?|indirizzo|adres|morada|domicile|straße|strasse|street|calle";
    let town = r"localidad ?/ ?provincia|localidad|municipio|poblaci[oó]n|ciudad|provincia|wohnort|city ?/ ?state|city|town|localit[ée]|ville|comune|woonplaats|residenza|localidade";
    let code = r"c\.p\.?|cp|c[oó]digo postal|c[oó]d\. ?postal|c\.p\. y (?:municipio|localidad|poblaci[oó]n)|cp y (?:municipio|localidad|poblaci[oó]n)|(?:plz|postleitzahl)(?: ?[/,+&-] ?(?:wohn)?ort| und (?:wohn)?ort)?|(?:(?:billing|shipping|home) )?zip(?: ?code)?|postcode|postal code|code postal|eircode|pin ?code";
    let short = r"(?-i:NPA)(?: ?/ ?localit[ée])?|(?-i:CAP)";
    let dwelling = r"vive en|con domicilio en|domicilio(?: habitual| familiar| actual)? en|domiciliad[oa] en|reside(?:nte)? en|se aloja en|vecin[oa] de|direcci[oó]n|wohnhaft(?: in| an)?|wohnt in|residing at|resides? at|lives? at|living at|residente (?:in|a)|domicili[ée]e?(?: [aà])?|demeurant(?: [aà])?|residenza in|woonachtig te|zamieszkał[ya]|domicilio familiar";
    pattern(&latin(&format!(
        r"(?i)(?:^|[^\p{{L}}\p{{N}}-])(?:(?:(?P<street>{street})|(?P<town>{town})|(?P<code>{code}|{short}))\.? ?:\s{{0,3}}|(?P<bare>{code})(?: is| ist| es)? |(?P<dwelling>{dwelling}) )"
    )))
});
/// A postcode at the start of a value.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\A(?:(?:E|D|A|CH|F|I)-)?(?:\d{4,6}(?:-\d{3,4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[\dW] ?[A-Z\d]{4}|[A-Z]\d[A-Z] ?\d[A-Z]\d)\b",
    )
});
/// Small words and abbreviations inside of addresses, folded.
const INSIDE: &[&str] = &[
    "de",
    "del",
    "la",
    "las",
    "los",
    "el",
    "y",
    "i",
    "d",
    "les",
    "l",
    "le",
    "du",
    "des",
    "di",
    "da",
    "do",
    "dos",
    "das",
    "della",
    "dei",
    "delle",
    "calle",
    "c/",
    "c/.",
    "avda",
    "avda.",
    "av.",
    "avenida",
    "plaza",
    "pza",
    "pza.",
    "pl.",
    "paseo",
    "ctra.",
    "carretera",
    "km",
    "km.",
    "rua",
    "carrer",
    "camino",
    "trav.",
    "travesia",
    "urb.",
    "nave",
    "portal",
    "esc",
    "esc.",
    "escalera",
    "piso",
    "planta",
    "pta",
    "pta.",
    "puerta",
    "bajo",
    "atico",
    "atic",
    "izq",
    "izq.",
    "dcha",
    "dcha.",
    "izda",
    "izda.",
    "s/n",
    "edif.",
    "edificio",
    "bloque",
    "local",
    "kalea",
    "ezk",
    "ezk.",
    "n",
    "no",
    "no.",
    "num",
    "num.",
    "am",
    "an",
    "auf",
    "der",
    "dem",
    "den",
    "im",
    "in",
    "zum",
    "zur",
    "bei",
    "ob",
    "rue",
    "avenue",
    "chemin",
    "route",
    "place",
    "via",
    "viale",
    "piazza",
    "corso",
    "of",
    "the",
    "apt",
    "apt.",
    "unit",
    "floor",
    "flat",
    "og",
    "eg",
    "str",
    "str.",
    "bis",
    "c/o",
    "und",
    "apto",
    "apto.",
    "bl.",
    "bulevar",
    "ronda",
    "a",
    "o",
    "lugar",
    "barrio",
];
/// Words that end an address although they are written like a part of it, folded.
const NO_PARTS: &[&str] = &[
    "tel",
    "telefon",
    "telefono",
    "tlf",
    "tfno",
    "email",
    "e-mail",
    "mail",
    "correo",
    "fax",
    "geb",
    "geboren",
    "nacido",
    "nacida",
    "dni",
    "nie",
    "nif",
    "nhc",
    "edad",
    "fecha",
    "cp",
    "c.p",
    "movil",
    "mobil",
    "handy",
    "phone",
    "mobile",
    "dob",
    "sexo",
    "pais",
    "localidad",
    "provincia",
    "wohnhaft",
    "zip",
    "eircode",
    "postcode",
    "siehe",
    "wie",
    "steht",
    "ist",
    "und",
    "ip",
    "mac",
    "iban",
    "plz",
];
/// What stands before a street in a sentence.
const ARTICLES: &[&str] = &["la ", "el ", "der ", "dem ", "the "];
/// Longest value, in words and in bytes.
const LONGEST: usize = 18;
const BYTES: usize = 140;

/// All labelled addresses in a text.
pub(super) fn find(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some(label) = LABELS.captures_at(text, from) {
        let end = label.get(0).map_or(text.len(), |all| all.end());
        from = end;
        let kind = match () {
            () if label.name("street").is_some() => Kind::Street,
            () if label.name("town").is_some() => Kind::Town,
            () if label.name("dwelling").is_some() => Kind::Dwelling,
            () => Kind::Code,
        };
        let value = value(text, end, kind).filter(|range| {
            let digits = text[range.clone()].bytes().take_while(u8::is_ascii_digit).count();
            let bare = label.name("bare").map(|bare| fold(bare.as_str()));
            let is_year =
                text[range.clone()].starts_with("19") || text[range.clone()].starts_with("20");
            // `cp 2024`, `PLZ 2024 geändert`
            let is_other = bare.is_some_and(|label| {
                digits == 4 && (!label.starts_with('p') || is_year && range.len() == 4)
            });
            !is_other && (kind != Kind::Town || starts_field(text, &label))
        });
        if let Some(range) = value {
            from = range.end;
            hits.push(hit(range, Confidence::Medium));
        }
        if from >= text.len() {
            break;
        }
        // What parts a label from what is before it may be the last sign of the label before.
        from = text.floor_char_boundary(from.saturating_sub(1)).max(end.saturating_sub(1));
    }
    disjoint(hits)
}

/// Whether a label starts a line, a sentence or a field: `a city: London` does not.
fn starts_field(text: &str, label: &Captures<'_>) -> bool {
    let start = label.name("town").map_or(0, |label| label.start());
    let head = text[..start].trim_end_matches(' ');
    head.is_empty() || head.ends_with(['\n', '.', ';', ',', '|', '·', ')', '/', '-', '*', '>'])
}

/// The value of a label that ends at `at`.
fn value(text: &str, at: usize, kind: Kind) -> Option<Range<usize>> {
    let article = ARTICLES.iter().find(|article| text[at..].starts_with(**article));
    let at = at + article.filter(|_| kind == Kind::Dwelling).map_or(0, |article| article.len());
    let rest = &text[at..text.floor_char_boundary((at + BYTES).min(text.len()))];
    let length = match kind {
        Kind::Code => {
            let code = CODE.find(rest)?.end();
            let tail = &rest[code..];
            let gap = tail.len() - tail.trim_start_matches([' ', ',', '-']).len();
            let town = if gap > 0 { run(&tail[gap..], true) } else { 0 };
            let has_town = tail[gap..].starts_with(char::is_uppercase) && town > 0;
            code + if has_town { gap + town } else { 0 }
        }
        _ => run(rest, kind != Kind::Dwelling),
    };
    let value = rest[..length].trim_end_matches(['.', ',', ' ', '-', '/', '\n', '·', '|', '(']);
    let folded = fold(value);
    let has_number = value.bytes().any(|byte| byte.is_ascii_digit()) || folded.contains("s/n");
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let has_word = value.split([' ', ',', '/', '.']).any(|word| {
        word.chars().count() > 2 && word.chars().all(|c| c.is_alphabetic() || "'’-".contains(c))
    });
    let is_value = match kind {
        Kind::Code => true,
        Kind::Town => letters >= 3 && value.starts_with(char::is_uppercase),
        Kind::Street | Kind::Dwelling => has_word && has_number && !is_other(value),
    };
    (is_value && !value.is_empty()).then(|| at..at + value.len())
}

/// Numbers and names that are no addresses: those of computers, of days, of people to call.
fn is_other(value: &str) -> bool {
    let first = value.split([' ', ',']).next().unwrap_or_default();
    first.matches(['.', ':']).count() > 2 || first.contains("://") || value.contains('@')
}

/// How many bytes from the start of a text on are written like an address; a field ends at a full stop
/// before a word that is none of it.
fn run(rest: &str, is_field: bool) -> usize {
    let mut end = 0;
    let mut at = 0;
    for count in 0..LONGEST {
        let gap = rest[at..].len() - rest[at..].trim_start_matches([' ', '\n']).len();
        let is_new_line = rest[at..at + gap].contains('\n');
        let word = rest[at + gap..].split([' ', '\n']).next().unwrap_or_default();
        if word.is_empty() || is_new_line && !goes_on(&rest[at + gap..]) {
            break;
        }
        let ends = word.find([';', '@', '"', '?', '!', '<', '“', '…']);
        let closes = word.ends_with(')') && !rest[..at + gap + word.len()].contains('(')
            || word.contains(')') && !rest[..at + gap].contains('(') && !word.contains('(');
        let part = &word[..ends.unwrap_or(word.len())];
        let part = if closes { part.split(')').next().unwrap_or_default() } else { part };
        if !is_part(part, count == 0) || word.contains('@') || part.ends_with(':') {
            break;
        }
        at += gap + word.len();
        end = at - word.len() + part.len();
        let is_stop = part.ends_with('.') && stops(part, &rest[at..], is_field);
        if ends.is_some() || closes || is_stop {
            break;
        }
    }
    end
}

/// Whether a new line starts with a postcode and so belongs to the address before it.
fn goes_on(line: &str) -> bool {
    CODE.is_match(line)
}

/// Whether a full stop after a word ends the address: not behind an abbreviation, nor before a number
/// or, in a field, before a name that is a sentence of its own.
fn stops(word: &str, rest: &str, is_field: bool) -> bool {
    let bare = fold(word.trim_end_matches('.'));
    let next = rest.trim_start_matches(' ');
    if next.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    if INSIDE.contains(&format!("{bare}.").as_str()) || bare.chars().count() == 1 {
        return false;
    }
    // `Linares. Jaén. CP:`
    let sentence = next.split('.').next().unwrap_or_default();
    let is_name = sentence.len() <= 30
        && next.len() > sentence.len()
        && sentence.split(' ').all(|word| word.starts_with(char::is_uppercase))
        && !sentence.contains([':', '\n', '(', ';']);
    let after = next[sentence.len()..].trim_start_matches(['.', ' ']);
    let is_label = after.split([':', '.']).next().is_some_and(|label| {
        label.len() <= 30 && after[label.len()..].starts_with(':') && !label.is_empty()
    });
    !(is_field && is_name && is_label)
}

/// Written like a part of an address.
fn is_part(word: &str, is_first: bool) -> bool {
    let folded = fold(word.trim_matches([',', '(', ')', ';']));
    let bare = folded.trim_end_matches(['.', ':']);
    if (is_first || bare != "und") && NO_PARTS.contains(&bare) || word.contains("://") {
        return false;
    }
    let starts = word.trim_start_matches(['(', '#', '\'', '’']);
    matches!(word, "-" | "·" | "|" | "/" | "&" | ",")
        || starts.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        || INSIDE.contains(&folded.as_str())
        || INSIDE.contains(&bare)
        || folded
            .split_once(['\'', '’', '/', '.', '-'])
            .is_some_and(|(first, rest)| INSIDE.contains(&first) && !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(&FinderInput { text }).into_iter().map(|hit| &text[hit.range]).collect()
    }

    #[test]
    fn fields() {
        let cases: &[(&str, &[&str], &str)] = &[
            (
                "Domicilio: C/ Alcalde Muestra, 31, 4ºD.\nLocalidad/ Provincia: Madrid.\nCP: 28009.",
                &["C/ Alcalde Muestra, 31, 4ºD", "Madrid", "28009"],
                "fields by lines",
            ),
            (
                "Domicilio: Rúa do Vilar 48, 2º. Localidad/Provincia: Santiago de Muestra (A Coruña). CP: 15705. NASS: 1",
                &["Rúa do Vilar 48, 2º", "Santiago de Muestra (A Coruña)", "15705"],
                "fields in a row",
            ),
            (
                "Localidad/ Provincia: Linares. Jaén. CP: 23700.",
                &["Linares. Jaén", "23700"],
                "town and province",
            ),
            (
                "Domicilio: Avenida de la Muestra, s/n, Edif. Giralda, portal 3. Tel",
                &["Avenida de la Muestra, s/n, Edif. Giralda, portal 3"],
                "no number",
            ),
            (
                "Domicilio habitual en Los Llanos (38760); durante",
                &["Los Llanos (38760)"],
                "postcode in parentheses",
            ),
            (
                "Vive en Polígono El Sequero, nave 22, Arrúbal, 26151 La Rioja durante la semana",
                &["Polígono El Sequero, nave 22, Arrúbal, 26151 La Rioja"],
                "a sentence",
            ),
            (
                "Vive en la calle Cervantes, 14, de Lugo",
                &["calle Cervantes, 14, de Lugo"],
                "an article",
            ),
            (
                "wohnhaft 2620 Neunkirchen, Email a@b.at",
                &["2620 Neunkirchen"],
                "what follows is no part",
            ),
            ("PLZ/Ort: 9020 Klagenfurt", &["9020 Klagenfurt"], "Austria"),
            ("dirección Uría 40, 5ºH, Oviedo.", &["Uría 40, 5ºH, Oviedo"], "no colon"),
            ("exp 11/26 billing zip 60614", &["60614"], "beside a card"),
            (
                "City/State: Evansville, IN\nZIP: 47708",
                &["Evansville, IN", "47708"],
                "English fields",
            ),
            (
                "Anschrift: Musterhof 3\n16303 Schwedt\nTel. 1",
                &["Musterhof 3\n16303 Schwedt"],
                "two lines",
            ),
        ];
        for (text, values, why) in cases {
            assert_eq!(found(text), *values, "{text}: {why}");
        }
    }

    #[test]
    fn no_addresses() {
        let cases = [
            ("Adresse: steht in Zeile 5 der Mail", "a sentence"),
            ("IP-Adresse: 10.0.0.17", "a computer"),
            ("Adresse: info@example.org", "a mailbox"),
            ("Vive en Madrid desde 2014", "a town alone"),
            ("La dirección que figura en 3 sitios", "a sentence"),
            ("Wohnhaft in einer WG mit 3 Leuten", "a sentence"),
            ("address: 0x7fff5fbff8", "a place in memory"),
            ("zip 3 files", "a number of files"),
            ("pick a city: London or Paris", "no field"),
            ("PLZ 2024 geändert", "a year"),
            ("Dirección: General de Tráfico", "no number"),
        ];
        for (text, why) in cases {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}: {why}");
        }
    }
}
