//! Postal addresses as English is written, read backwards from their end: a postcode, or a state. What
//! stands before it, as far as it is written like parts of an address, belongs to it.

use std::ops::Range;

use std::sync::LazyLock;

use regex::Regex;

use super::wording::{disjoint, fold, hit, pattern};
use super::{FinderInput, Hit};
use crate::model::Confidence;

/// Abbreviations of American states and territories.
const STATES: &str = "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]";
/// American states in full.
const STATE_NAMES: &str = "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|(?:North|South) (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|Tennessee|Texas|Utah|Vermont|(?:West )?Virginia|Washington|Wisconsin|Wyoming";
/// Areas of British postcodes, with the district and what follows.
const BRITISH: &str = "(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE)[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2}";
/// Routing keys of Irish postcodes (Eircode), with what follows.
const IRISH: &str = "(?:A(?:4[125]|6[37]|8[1-6]|9[12468])|C15|D(?:0[1-9]|1[0-8]|2[024]|6W)|E(?:21|25|3[24]|4[15]|53|91)|F(?:12|2[368]|31|35|4[25]|5[26]|9[1-4])|H(?:1[2468]|23|5[34]|62|65|71|91)|K(?:3[246]|45|56|67|78)|N(?:37|39|41|91)|P(?:1[247]|2[45]|3[126]|43|47|5[16]|61|67|72|75|81|85)|R(?:14|21|32|35|42|45|51|56|9[35])|T(?:12|23|34|45|56)|V(?:1[45]|23|31|35|42|9[2-5])|W(?:12|23|34|91)|X(?:35|42|91)|Y(?:14|21|25|3[45])) ?(?:[A-Z][0-9][A-Z0-9]{2}|[A-Z]{2}[0-9][A-Z0-9]|[A-Z]{3}[0-9])";
/// Australian states with the postcodes they have.
const AUSTRALIAN: &str = "(?:NSW,? [12][0-9]|VIC,? [38][0-9]|Vic,? 3[0-9]|QLD,? [49][0-9]|Qld,? 4[0-9]|SA,? 5[0-9]|WA,? 6[0-9]|TAS,? 7[0-9]|Tas,? 7[0-9]|NT,? 08|ACT,? 2[69])[0-9]{2}";
/// Canadian provinces and a postcode.
const CANADIAN: &str = "(?:AB|BC|MB|N[BLSTU]|ON|PE|QC|SK|YT|Ontario|Qu[eé]bec|Alberta|British Columbia|Manitoba|Saskatchewan|Nova Scotia|New Brunswick),? [ABCEGHJ-NPRSTVXY][0-9][A-Z][ -]?[0-9][A-Z][0-9]";
/// Indian towns and states with a postcode (PIN).
const INDIAN: &str = "(?:Bengaluru|Bangalore|Mumbai|Delhi|Chennai|Kolkata|Hyderabad|Secunderabad|Pune|Ahmedabad|Surat|Gurugram|Gurgaon|Noida|Ghaziabad|Faridabad|Jaipur|Lucknow|Kanpur|Kochi|Thiruvananthapuram|Coimbatore|Madurai|Mysuru|Mysore|Nagpur|Indore|Bhopal|Patna|Vadodara|Ludhiana|Chandigarh|Visakhapatnam|Guwahati|Ranchi|Nashik|Thane|Goa|Haryana|Karnataka|Maharashtra|Tamil Nadu|Kerala|Gujarat|Rajasthan|Punjab|Uttar Pradesh|Madhya Pradesh|Andhra Pradesh|West Bengal|Telangana|Bihar|Odisha|Assam)(?:,| -)? ?[1-8][0-9]{2} ?[0-9]{3}";

/// Ends of addresses.
static END: LazyLock<Regex> = LazyLock::new(|| {
    let british = format!("(?P<code>{BRITISH}|{IRISH})");
    let town = "[A-Z][A-Za-z.'’-]+,?\\s";
    pattern(&format!(
        r"(?:\b(?:{british}|(?P<end>{AUSTRALIAN}|{CANADIAN}|{INDIAN}|BFPO [0-9]{{1,4}})|{town}(?P<zip>(?:{STATES}|{STATE_NAMES}),?\s[0-9]{{5}}(?:-[0-9]{{4}})?))|[a-z],\s(?P<state>{STATES}))\b"
    ))
});
/// A street with its number, before a town and a state without a postcode.
static STREET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\A[0-9][^,\n]* (?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Blvd|Boulevard|Ct|Court|Pl|Place|Way|Hwy|Highway|Pkwy|Parkway|Mall|Sq|Square|Ter|Terrace|Cir|Circle|Trl|Trail|Loop|Pike|Plaza|Row|Walk|Alley|Broadway)\b",
    )
});
/// Starts of Australian ends, which take a town before them: elsewhere they are short for other things.
const AUSTRALIA: &[&str] =
    &["NSW", "VIC", "Vic", "QLD", "Qld", "SA", "WA", "TAS", "Tas", "NT ", "ACT"];
/// Words that end or start no address, folded.
const NO_PARTS: &[&str] = &[
    "i", "at", "in", "is", "from", "to", "my", "our", "postcode", "address", "visit", "send",
    "live", "lives", "it", "its", "he", "she", "we", "they", "please", "hi", "hello", "dear",
    "the", "and", "or", "eircode", "zip", "for", "on", "this", "that", "his", "her", "your",
    "their", "deliver", "near", "code",
];
/// Small words inside of addresses.
const INSIDE: &[&str] = &["of", "on", "the", "and", "na", "le", "de", "la", "upon", "under", "by"];
/// Units and sizes that are written like the end of a British postcode.
const SIZES: &[&str] = &[
    "GB", "TB", "ST", "ER", "EL", "LT", "TL", "PS", "WD", "HZ", "XL", "XS", "DL", "PL", "AH", "AZ",
];
/// Most words, and most bytes, of an address before its end.
const WORDS: usize = 16;
const BYTES: usize = 140;

/// All addresses that end so.
pub(super) fn find(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    if !may_end(text.as_bytes()) {
        return Vec::new();
    }
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some(found) = END.captures_at(text, from) {
        let end = ["code", "end", "zip", "state"].into_iter().find_map(|name| found.name(name));
        let Some(end) = end else { break };
        from = end.end();
        let start = start(text, end.start());
        let before = text[start..end.start()].trim_end();
        let has_number = before.bytes().any(|byte| byte.is_ascii_digit());
        let is_address = match () {
            () if found.name("code").is_some() => {
                (has_number || before.contains([',', ' ', '\n'])) && !is_size(end.as_str())
            }
            () if found.name("state").is_some() => STREET.is_match(before),
            () if found.name("zip").is_some() => !before.is_empty(),
            () => {
                !before.is_empty() || !AUSTRALIA.iter().any(|state| end.as_str().starts_with(state))
            }
        };
        if is_address {
            let sure = if has_number { Confidence::High } else { Confidence::Medium };
            hits.push(hit(start..end.end(), sure));
        }
    }
    disjoint(hits)
}

/// Whether what is written like a British postcode is a size: `S2 5GB`.
fn is_size(code: &str) -> bool {
    let unit = code.rsplit(' ').next().and_then(|last| last.get(1..)).unwrap_or_default();
    SIZES.contains(&unit)
}

/// Whether a code may stand in a text: two capitals, or a capital and a digit, side by side; or five
/// digits behind a word.
fn may_end(bytes: &[u8]) -> bool {
    let is_code = |pair: &[u8]| match pair {
        [first, second] => {
            first.is_ascii_uppercase() && (second.is_ascii_uppercase() || second.is_ascii_digit())
        }
        _ => false,
    };
    let is_number = |window: &[u8]| {
        window[0].is_ascii_lowercase()
            && !window[1].is_ascii_alphanumeric()
            && window[3..].iter().all(u8::is_ascii_digit)
    };
    bytes.windows(2).any(is_code) || bytes.windows(6).any(is_number)
}

/// Where the address starts whose end stands at `end`.
fn start(text: &str, end: usize) -> usize {
    let mut start = end;
    let mut words = 0;
    let floor = text.floor_char_boundary(end.saturating_sub(BYTES));
    let mut at = end;
    while let Some(word) = word_before(text, floor, at)
        && words < WORDS
    {
        let part = &text[word.clone()];
        let gap = &text[word.end..at];
        let is_end_of_sentence = part.ends_with(['.', '!', '?', ':', ';'])
            && !is_abbreviation(part)
            || gap.matches('\n').count() > 1;
        if is_end_of_sentence || part.contains(['@', '"', '(', ')', '<', '>', '“', '„', '”', '»'])
        {
            break;
        }
        words += 1;
        at = word.start;
        if is_part(part) {
            start = word.start;
        } else if !INSIDE.contains(&part.trim_end_matches(',')) {
            break;
        }
    }
    skip_openers(text, start, end)
}

/// The word that ends at `at` or before it.
fn word_before(text: &str, floor: usize, at: usize) -> Option<Range<usize>> {
    let head = text[floor..at].trim_end_matches([' ', '\n']);
    let length = head.len() - head.rfind([' ', '\n']).map_or(0, |gap| gap + 1);
    (length > 0).then(|| floor + head.len() - length..floor + head.len())
}

/// Written like a part of an address: a capital, a number, a dash.
fn is_part(word: &str) -> bool {
    let bare = word.trim_start_matches(['#', '‘', '\'']);
    word == "-"
        || word == "&"
        || word.starts_with("c/o")
        || bare.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit())
}

/// `St.`, `W.`, `P.O.`, `Apt.`, `No.`.
fn is_abbreviation(word: &str) -> bool {
    let bare = word.trim_end_matches('.');
    word.ends_with('.')
        && (bare.len() <= 4 && bare.starts_with(char::is_uppercase) || bare.contains('.'))
}

/// The start without words that only lead there: `Visit `, `The `.
fn skip_openers(text: &str, mut start: usize, end: usize) -> usize {
    loop {
        let rest = &text[start..end];
        let word = rest.split([' ', '\n']).next().unwrap_or_default();
        let is_opener = NO_PARTS.contains(&fold(word.trim_end_matches(',')).as_str())
            && !(word == "The" && rest.contains(','));
        if word.is_empty() || !(is_opener || matches!(word, "-" | "&")) {
            return start;
        }
        start += word.len();
        start += text[start..end].len() - text[start..end].trim_start().len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(&FinderInput { text }).into_iter().map(|hit| &text[hit.range]).collect()
    }

    #[test]
    fn addresses() {
        let cases = [
            (
                "to P.O. Box 88127, Tulsa, OK 74158-8127.",
                "P.O. Box 88127, Tulsa, OK 74158-8127",
                "box",
            ),
            (
                "is Flat 602, Sai Residency, 14th Cross, Indiranagar, Bengaluru 560038.",
                "Flat 602, Sai Residency, 14th Cross, Indiranagar, Bengaluru 560038",
                "India",
            ),
            (
                "for 860 Fulton Mall, Brooklyn, NY? I think",
                "860 Fulton Mall, Brooklyn, NY",
                "no zip",
            ),
            (
                "at 3rd Floor, 118 Baggot Street Lower, Dublin 2, D02 X285.",
                "3rd Floor, 118 Baggot Street Lower, Dublin 2, D02 X285",
                "Ireland",
            ),
            (
                "c/o Muster\n41 Rathgar Park\nDublin 6\nD06 KX92",
                "c/o Muster\n41 Rathgar Park\nDublin 6\nD06 KX92",
                "lines",
            ),
            (
                "is PO Box 447, Byron Bay NSW 2481, and",
                "PO Box 447, Byron Bay NSW 2481",
                "Australia",
            ),
            ("to Yellowknife, NT X1A 2P3?", "Yellowknife, NT X1A 2P3", "Canada"),
            (
                "at The Old Rectory, Church Lane, Great Snoring, Norfolk NR21 0HP.",
                "The Old Rectory, Church Lane, Great Snoring, Norfolk NR21 0HP",
                "a house by its name",
            ),
            (
                "at 8300 Greensboro Dr,\nSuite 800,\nMcLean, VA 22102.",
                "8300 Greensboro Dr,\nSuite 800,\nMcLean, VA 22102",
                "line breaks",
            ),
            (
                "at 12/340 Lygon Street, Carlton VIC 3053",
                "12/340 Lygon Street, Carlton VIC 3053",
                "flat and house",
            ),
        ];
        for (text, address, why) in cases {
            assert_eq!(found(text), [address], "{text}: {why}");
        }
    }

    #[test]
    fn no_addresses() {
        let cases = [
            ("see you in Paris, OK?", "no state"),
            ("Nestle SA 2020 report", "a company"),
            ("the NSW 2020 election", "a state and a year"),
            ("Homburg v.d.H. PR 11223", "no town before it"),
            ("10 Best Beaches, Tampa, FL", "a headline"),
            ("Galaxy Tab S2 5GB", "a size"),
            ("at SW1A 1AA", "the rule's own expression knows it"),
            ("Order 560038 for Tim", "no town"),
            ("I said OK 12345 times", "no town"),
            ("Invoice 20 for Alice Smith, PA", "no house number at the start"),
        ];
        for (text, why) in cases {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}: {why}");
        }
    }
}
