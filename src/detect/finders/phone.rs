//! Telephone numbers: the way they are written, numbering plans, and the words before them.
//!
//! Longer than most because its tables of what is a number and what is none are documentation as well.

use std::ops::Range;

use super::super::language::speaks;
use super::phone_words::{NO_THINGS, NOT, OTHER, PERHAPS, PHONE, UNITS};
use super::plan::{Fit, international, national};
use super::wording::{after, before, fold, hit};
use super::{FinderInput, Hit};
use crate::model::Confidence;

/// Where people write numbers with a leading 0; the first three are understood without any word.
const HOME: &[&str] = &["DE", "AT", "CH"];
const REGIONS: &[&str] = &[
    "DE", "AT", "CH", "FR", "NL", "BE", "GB", "IT", "LU", "SE", "FI", "IE", "PL", "TR", "RO", "BG",
    "HR",
];

/// How numbers are grouped in a country whose language is spoken around them: language, region (ISO
/// 3166-1 alpha-2), what is dialled first and is left out, lengths of the groups.
type Custom = (&'static str, &'static str, &'static str, &'static [&'static [usize]]);
const CUSTOMS: &[Custom] = &[
    ("es", "ES", "", &[&[3, 2, 2, 2], &[3, 3, 3], &[2, 3, 2, 2], &[3, 6]]),
    ("it", "IT", "", &[&[3, 7], &[3, 3, 4], &[3, 3, 2, 2], &[3, 6], &[2, 8], &[2, 4, 4]]),
    ("nl", "NL", "", &[&[2, 8], &[3, 7], &[4, 6], &[3, 3, 4], &[3, 3, 2, 2]]),
    ("pl", "PL", "", &[&[3, 3, 3], &[2, 3, 2, 2]]),
    ("en", "US", "1", &[&[3, 3, 4]]),
    ("en", "GB", "", &[&[5, 6], &[5, 3, 3], &[4, 3, 4], &[3, 4, 4]]),
    ("en", "IE", "", &[&[3, 3, 4], &[2, 3, 4], &[2, 7], &[3, 7]]),
    ("en", "IN", "0", &[&[5, 5]]),
];

/// Groups of digits that stand together.
const MAX_GROUPS: usize = 24;
/// Fewest and most digits of a number.
const SHORTEST: usize = 6;
const LONGEST: usize = 17;

/// All telephone numbers in a text.
pub(super) fn find(input: &FinderInput<'_>) -> Vec<Hit> {
    let text = input.text;
    let mut hits = Vec::new();
    let mut at = 0;
    while let Some(start) = next_run(text.as_bytes(), at) {
        let Some(run) = Run::next(text, start) else { break };
        at = run.end;
        if !run.is_part_of_word(text) {
            run.numbers(text, &mut hits);
        }
    }
    hits
}

/// Where the next run with digits enough for a number starts, from the start of a run on.
fn next_run(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let start = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
        let (mut digits, mut groups, mut end) = (0, 0, start);
        at = start;
        while at < bytes.len() && at - end < 4 {
            if bytes[at].is_ascii_digit() {
                // As in `Run::next`: the rest is a run of its own.
                groups += usize::from(at > end || at == start);
                if groups > MAX_GROUPS {
                    break;
                }
                digits += 1;
                end = at + 1;
            } else if !is_separator(bytes[at]) {
                break;
            }
            at += 1;
        }
        if digits >= SHORTEST {
            return Some(start);
        }
        at = end;
    }
}

/// Groups of digits with at most three separators between them.
struct Run {
    groups: Vec<Range<usize>>,
    end: usize,
}

impl Run {
    fn next(text: &str, from: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut at = from + bytes[from..].iter().position(u8::is_ascii_digit)?;
        let mut groups = Vec::new();
        loop {
            let start = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            groups.push(start..at);
            let mut next = at;
            while next - at < 4 && bytes.get(next).is_some_and(|&byte| is_separator(byte)) {
                next += 1;
            }
            let goes_on = next > at && bytes.get(next).is_some_and(u8::is_ascii_digit);
            if !goes_on || groups.len() == MAX_GROUPS {
                return Some(Self { groups, end: at });
            }
            at = next;
        }
    }

    /// Part of an IBAN, an article number, a link, a sum.
    fn is_part_of_word(&self, text: &str) -> bool {
        let start = self.groups[0].start;
        let opened = opening(text, start);
        let head = before(text, opened, 200);
        let word = head.rsplit(char::is_whitespace).next().unwrap_or_default();
        if word.contains("://") || word.starts_with("www.") {
            return !is_phone_link(word);
        }
        if is_phone_link(word) {
            return false;
        }
        let touches = head.chars().next_back();
        if opened < start {
            return matches!(touches, Some('#' | '=' | '*' | '%' | '\\'));
        }
        if touches.is_some_and(|char| {
            char.is_alphanumeric()
                || matches!(
                    char,
                    '#' | '='
                        | '*'
                        | '%'
                        | '_'
                        | '$'
                        | '€'
                        | '£'
                        | '&'
                        | ','
                        | '.'
                        | '-'
                        | '<'
                        | '>'
                )
        }) {
            return !matches!(touches, Some('.')) || !fold(word).starts_with("tel");
        }
        // `DE89 3704 ...`, `NL91 ABNA 0417 ...`: capitals and digits right before
        head.trim_end_matches(' ').rsplit(char::is_whitespace).take(2).any(|word| {
            (3..=6).contains(&word.len())
                && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
                && word.bytes().any(|byte| byte.is_ascii_digit())
                && word.starts_with(|first: char| first.is_ascii_uppercase())
        })
    }

    /// Splits the run where a date stands and looks for numbers in the rest.
    fn numbers(&self, text: &str, hits: &mut Vec<Hit>) {
        let mut from = 0;
        let mut at = 0;
        while at < self.groups.len() {
            let length = date(text, &self.groups[at..]);
            if length == 0 {
                at += 1;
                continue;
            }
            self.segment(text, from..at, hits);
            at += length;
            from = at;
        }
        self.segment(text, from..self.groups.len(), hits);
    }

    fn segment(&self, text: &str, mut groups: Range<usize>, hits: &mut Vec<Hit>) {
        while !groups.is_empty() {
            let start = groups.start;
            let found = (self.may_start(text, groups.clone()))
                .then(|| Number::longest(text, &self.groups[groups.clone()]))
                .flatten();
            if let Some((used, hit)) = found {
                hits.push(hit);
                groups.start = start + used;
            } else {
                groups.start += 1;
            }
        }
    }

    /// Whether a number may start with this group: not in the middle of a card number.
    fn may_start(&self, text: &str, groups: Range<usize>) -> bool {
        let at = groups.start;
        let Some(previous) = at.checked_sub(1).map(|at| &self.groups[at]) else { return true };
        let group = &self.groups[at];
        opening(text, group.start) < group.start
            || (text[group.clone()].starts_with('0')
                && previous.len() <= 3
                && text[previous.end..group.start].contains(' '))
    }
}

/// One number with what stands around it.
struct Number<'a> {
    text: &'a str,
    groups: &'a [Range<usize>],
    digits: String,
    start: usize,
}

impl<'a> Number<'a> {
    /// The longest number at the start of these groups and how many of them it takes.
    fn longest(text: &'a str, groups: &'a [Range<usize>]) -> Option<(usize, Hit)> {
        let start = opening(text, groups[0].start);
        let mut words = None;
        for used in (1..=groups.len().min(12)).rev() {
            let number = Number {
                text,
                groups: &groups[..used],
                digits: groups[..used].iter().map(|group| &text[group.clone()]).collect(),
                start,
            };
            if (SHORTEST..=LONGEST).contains(&number.digits.len())
                && number.ends_well()
                && let Some(level) = number.level(words.get_or_insert_with(|| {
                    Words::around(text, start, groups[groups.len() - 1].end)
                }))
            {
                return Some((used, hit(number.opened()..number.end(), level)));
            }
        }
        None
    }

    fn level(&self, words: &Words) -> Option<Confidence> {
        let phone = words.phone;
        let opening = &self.text[self.start..self.groups[0].start];
        if self.digits.bytes().all(|byte| byte == self.digits.as_bytes()[0]) {
            return None;
        }
        if opening.contains('+') {
            return match international(&self.digits) {
                Fit::Valid => Some(Confidence::High),
                Fit::Possible if self.digits.len() >= 9 => Some(Confidence::Medium),
                _ => phone.then_some(Confidence::Medium),
            };
        }
        if let Some(rest) = self.digits.strip_prefix("00")
            && !rest.starts_with('0')
        {
            match international(rest) {
                Fit::Valid if phone => return Some(Confidence::High),
                Fit::Valid if !words.other => return Some(Confidence::Medium),
                _ => {}
            }
        }
        if words.link {
            return Some(Confidence::High);
        }
        if words.other || self.is_price() && !(words.named && self.digits.len() == 9) {
            return None;
        }
        if self.digits.starts_with('0') {
            if national(&self.digits, HOME) {
                return Some(match () {
                    () if phone => Confidence::High,
                    () if words.perhaps
                        || self.is_grouped() && !words.compound
                        || self.is_german_mobile()
                        || self.is_in_pairs() =>
                    {
                        Confidence::Medium
                    }
                    () => Confidence::Low,
                });
            }
            if national(&self.digits, REGIONS) {
                let sure = phone || words.perhaps || self.is_in_pairs() || self.is_customary();
                return Some(if sure { Confidence::Medium } else { Confidence::Low });
            }
        }
        if self.is_customary() {
            return Some(Confidence::Medium);
        }
        if self.is_north_american() {
            return Some(if phone { Confidence::High } else { Confidence::Medium });
        }
        let plausible = self.digits.len() <= 15 && (self.digits.len() >= 7 || words.named);
        (phone && plausible).then_some(Confidence::Medium)
    }

    fn lengths(&self) -> Vec<usize> {
        self.groups.iter().map(ExactSizeIterator::len).collect()
    }

    /// An area code stands apart: `030 1234567`, `(0171) 123 45 67`.
    fn is_grouped(&self) -> bool {
        self.digits.len() >= 9
            && self.groups.len() >= 2
            && ((3..=6).contains(&self.groups[0].len()) || self.text[self.start..].starts_with('('))
    }

    /// 015, 016, 017 and the right length: nothing else is written so.
    fn is_german_mobile(&self) -> bool {
        ["015", "016", "017"].iter().any(|prefix| self.digits.starts_with(prefix))
            && national(&self.digits, &["DE"])
    }

    /// The French way: `06 12 34 56 78`.
    fn is_in_pairs(&self) -> bool {
        self.lengths() == [2, 2, 2, 2, 2] && national(&self.digits, &["FR"])
    }

    /// Grouped as people do whose language is spoken around, and a number of their country:
    /// `976 29 60 41`, `020 7946 0018`.
    fn is_customary(&self) -> bool {
        let lengths = self.lengths();
        self.has_one_gap()
            && CUSTOMS.iter().any(|(language, region, first, forms)| {
                forms.contains(&lengths.as_slice())
                    && national(&format!("{first}{}", self.digits), &[region])
                    && speaks(language, self.text, &(self.start..self.end()))
            })
    }

    /// Whether the groups stand apart all in one way: by spaces, hyphens or dots.
    fn has_one_gap(&self) -> bool {
        let mut gaps = self.groups.windows(2).map(|pair| &self.text[pair[0].end..pair[1].start]);
        let first = gaps.next();
        first.is_some_and(|gap| [" ", "-", "."].contains(&gap))
            && gaps.all(|gap| Some(gap) == first)
    }

    /// `(425) 555-0123`, `425-555-0123`, `1-800-555-0123`; three plain groups need a word.
    fn is_north_american(&self) -> bool {
        let lengths = self.lengths();
        let groups = match lengths.as_slice() {
            [3, 3, 4] => self.groups,
            [1, 3, 3, 4] if self.digits.starts_with('1') => &self.groups[1..],
            _ => return false,
        };
        let code_end = groups[0].end;
        let first = &self.text[code_end..groups[1].start];
        let second = &self.text[groups[1].end..groups[2].start];
        (first.contains(')') || first == second && matches!(first, "-" | "."))
            && !self.text[groups[0].clone()].starts_with('0')
            && !self.text[groups[1].clone()].starts_with(['0', '1'])
    }

    /// `1.234.567` is a sum with marks for thousands.
    fn is_price(&self) -> bool {
        self.groups.len() >= 2
            && self.groups[0].len() <= 3
            && self
                .groups
                .windows(2)
                .all(|pair| pair[1].len() == 3 && &self.text[pair[0].end..pair[1].start] == ".")
    }

    /// Nothing follows that makes it something else: a letter, a unit, a decimal part.
    fn ends_well(&self) -> bool {
        let end = self.groups[self.groups.len() - 1].end;
        let mut rest = self.text[end..].chars();
        match (rest.next(), rest.next()) {
            (Some(next), _) if next.is_alphabetic() => extension(&self.text[end..]).is_some(),
            (Some('%' | '€' | '$' | '£' | '=' | '*' | '_' | '@' | '°'), _) => false,
            (Some(':' | ','), Some(digit)) if digit.is_ascii_digit() => false,
            (Some(' '), Some('%' | '€' | '$' | '£' | '=' | '*')) => false,
            (Some(' '), Some(letter)) if letter.is_alphabetic() => {
                let word = fold(after(self.text, end + 1, 9));
                !UNITS.split(' ').any(|unit| {
                    let (unit, whole) = (unit.trim_end_matches('$'), unit.len() <= 3);
                    word.strip_prefix(unit).is_some_and(|rest| {
                        !whole || !rest.chars().next().is_some_and(char::is_alphabetic)
                    })
                })
            }
            _ => true,
        }
    }

    /// Where it starts: after a parenthesis that closes behind it.
    fn opened(&self) -> usize {
        let all = &self.text[self.start..self.end()];
        let is_around = all.starts_with('(') && !all.contains(')');
        let inner = all.trim_start_matches(['(', ' ']);
        if is_around { self.end() - inner.len() } else { self.start }
    }

    fn end(&self) -> usize {
        let end = self.groups[self.groups.len() - 1].end;
        extension(&self.text[end..]).map_or(end, |length| end + length)
    }
}

/// What the words around say.
struct Words {
    phone: bool,
    perhaps: bool,
    other: bool,
    /// `Auftrags-Nr.`: grouped or not, this is no telephone's.
    compound: bool,
    /// The word and nothing else stands before: `Tel: 123456`.
    named: bool,
    link: bool,
}

impl Words {
    fn around(text: &str, start: usize, end: usize) -> Self {
        let head = before(text, start, 48);
        let link = is_phone_link(head.rsplit(char::is_whitespace).next().unwrap_or_default());
        let head = fold(head.rsplit('\n').next().unwrap_or_default());
        let phone = PHONE.last(&head);
        let other = OTHER.last(&head);
        let thing = (phone.is_none()).then(|| Thing::before(before(text, start, 48))).flatten();
        let tail = fold(after(text, end, 28).split('\n').next().unwrap_or_default());
        let follows = PHONE.is_in(&tail) && !NOT.is_in(&tail);
        let other_is_nearer = other > phone;
        Self {
            phone: !other_is_nearer
                && (phone.is_some() || follows && other.is_none() && start == 0),
            perhaps: !other_is_nearer
                && thing.is_none()
                && (follows || PERHAPS.last(&head).is_some()),
            compound: thing == Some(Thing::Compound),
            other: other_is_nearer,
            named: phone.is_some_and(|at| head.len() - at <= 24),
            link,
        }
    }
}

/// What `Nr.` right before a number says it is the number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    /// `Police Nr. `; may also be a person: `Mamas Nr. `.
    Apart,
    /// `Auftrags-Nr. `.
    Compound,
}

impl Thing {
    fn before(head: &str) -> Option<Self> {
        let bare = head.trim_end_matches([' ', '.', ':']);
        let name = bare.strip_suffix("Nr").or_else(|| bare.strip_suffix("nr"))?;
        let word = name.trim_end_matches([' ', '-', '.']);
        let word = word.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
        let folded = fold(word);
        let is_thing = word.starts_with(char::is_uppercase)
            && !NO_THINGS.contains(&folded.as_str())
            && !PHONE.is_in(&folded)
            && !PERHAPS.is_in(&folded);
        let kind = if name.ends_with('-') { Self::Compound } else { Self::Apart };
        is_thing.then_some(kind)
    }
}

/// `tel:`, `wa.me/`, `?phone=`.
fn is_phone_link(word: &str) -> bool {
    let word = word.trim_end_matches('+');
    ["tel:", "wa.me/", "phone=", "sms:", "callto:", "whatsapp:"].iter().any(|link| {
        word.len() >= link.len()
            && word.get(word.len() - link.len()..).is_some_and(|end| end.eq_ignore_ascii_case(link))
    })
}

/// Where a number whose first digit stands at `at` starts: with `+`, `(` or `(+` before it.
fn opening(text: &str, at: usize) -> usize {
    let mut start = at;
    for mark in ["(+ ", "( +", "(+", "+ ", "+", "( ", "("] {
        if text[..at].ends_with(mark) {
            start = at - mark.len();
            break;
        }
    }
    start
}

/// How many bytes an extension (`x123`, `ext. 12`) at the start of the text takes.
fn extension(rest: &str) -> Option<usize> {
    let trimmed = rest.trim_start_matches(' ');
    let lower = trimmed.get(..3).or(trimmed.get(..1))?.to_ascii_lowercase();
    let mark = match lower.as_str() {
        "ext" => 3,
        other if other.starts_with('x') => 1,
        _ => return None,
    };
    let number = trimmed[mark..].trim_start_matches(['.', ':', ' ']);
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let follows = number[digits..].chars().next();
    ((1..=6).contains(&digits) && !follows.is_some_and(char::is_alphanumeric))
        .then(|| rest.len() - number.len() + digits)
}

/// How many groups a date at the start of these groups takes; 0 if there is none.
fn date(text: &str, groups: &[Range<usize>]) -> usize {
    let [first, second, rest @ ..] = groups else { return 0 };
    let gap = &text[first.end..second.start];
    let number = |group: &Range<usize>| text[group.clone()].parse::<u32>().unwrap_or(0);
    let is_year = |group: &Range<usize>| group.len() == 4 && (1900..=2099).contains(&number(group));
    let is_part =
        |group: &Range<usize>, most| group.len() <= 2 && (1..=most).contains(&number(group));
    let is_day = |one: &Range<usize>, two: &Range<usize>| {
        is_part(one, 31) && is_part(two, 12) || is_part(one, 12) && is_part(two, 31)
    };
    if let [third, ..] = rest
        && &text[second.end..third.start] == gap
        && matches!(gap, "." | "/" | "-" | ". ")
    {
        if is_day(first, second) && is_year(third) || is_year(first) && is_day(second, third) {
            return 3;
        }
        let alone = rest.get(1).is_none_or(|next| &text[third.end..next.start] != gap);
        if is_day(first, second) && third.len() == 2 && alone && gap != "-" {
            return 3;
        }
    }
    if is_year(first) && is_year(second) && matches!(gap, "/" | "-") { 2 } else { 0 }
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'(' | b')' | b'-' | b'/' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Option<Confidence>)> {
        find(&FinderInput { text })
            .into_iter()
            .map(|hit| (&text[hit.range], hit.confidence))
            .collect()
    }

    #[test]
    fn numbers_that_count() {
        let cases = [
            ("Ruf mich an: +49 152 28817386", "+49 152 28817386", "international"),
            ("Meine Nummer: 0152 28817386.", "0152 28817386", "national, grouped"),
            ("0152-28817386 ist neu", "0152-28817386", "dash"),
            ("015228817386", "015228817386", "a German mobile in one piece"),
            ("Tel. 030/23125-000", "030/23125-000", "slash and extension"),
            ("+49 (0)30 23125 123", "+49 (0)30 23125 123", "national prefix in brackets"),
            ("0049 30 23125123", "0049 30 23125123", "00 for +"),
            ("(030) 23125 123", "(030) 23125 123", "area code in brackets"),
            ("AT: 0664 1234567", "0664 1234567", "Austrian mobile"),
            ("044 668 18 00", "044 668 18 00", "Swiss"),
            ("(425) 555-0123", "(425) 555-0123", "North America, brackets"),
            ("call 1-800-555-0123 now", "1-800-555-0123", "North America, 1"),
            ("https://wa.me/4915228817386", "4915228817386", "link to a chat"),
            ("tel:+493023125123", "+493023125123", "link to a phone"),
            ("am 12.03.2024 unter 0152 28817386", "0152 28817386", "a date before it"),
            ("Mon numéro: 06 12 34 56 78", "06 12 34 56 78", "French pairs"),
            ("My phone number is 281234567 thanks", "281234567", "the words say it"),
            ("telefone: (21)99713-3601", "(21)99713-3601", "Brazil, by words"),
            ("phone 837.824.1482 x 638", "837.824.1482 x 638", "extension"),
        ];
        for (text, number, why) in cases {
            let counted: Vec<&str> = found(text)
                .into_iter()
                .filter(|hit| hit.1 > Some(Confidence::Low))
                .map(|hit| hit.0)
                .collect();
            assert_eq!(counted, [number], "{text}: {why}");
        }
    }

    #[test]
    fn other_numbers() {
        let cases = [
            ("DE89 3704 0044 0532 0130 00", "IBAN"),
            ("5111 1111 1111 1112", "card"),
            ("am 12.03.2024 um 14.30 Uhr", "date and time"),
            ("1.234.567,00 €", "price"),
            ("kostet 1234567 Euro", "price in words"),
            ("Bestellung 302-1234567-1234567", "order"),
            ("Bestellnummer 0152 28817386", "order in the form of a number"),
            ("Version 10.15.7.1234", "version"),
            ("1&1 und 3:2", "names and results"),
            ("Zimmer 0.123", "room"),
            ("00340434161094042557", "parcel"),
            ("https://example.org/a/0152-28817386", "link"),
            ("Kundennummer: 123456789", "customer"),
            ("Maßnahme-Nr. 0417-22-889", "a measure"),
            ("Mietzinsdepot Nr. 0816-299", "a deposit"),
            ("Das Stück 617 90 22 48", "Spanish groups, nothing Spanish around"),
            ("account number 12345678", "account"),
            ("-2208960000", "negative number"),
            ("1234567890", "bare digits"),
            ("Lotto 06 12 23 34 41 45", "lottery"),
            ("2023/2024", "years"),
            ("s666666666 x", "letters touch it"),
        ];
        for (text, why) in cases {
            let counted: Vec<_> =
                found(text).into_iter().filter(|hit| hit.1 > Some(Confidence::Low)).collect();
            assert_eq!(counted, [], "{text}: {why}");
        }
    }

    #[test]
    fn customs() {
        let cases = [
            // (text, number, why)
            ("Madre: Yolanda (617-90-22-48). Padre: no", "617-90-22-48", "Spanish, in parentheses"),
            ("Médico de la paciente: 976 29 60 41", "976 29 60 41", "Spanish fields"),
            ("I can be found at 020 7946 0018 or by post", "020 7946 0018", "London"),
            ("Steuerberater, dringend, 062 836 40 11", "062 836 40 11", "an adviser's number"),
            ("Telf. 955.012.345", "955.012.345", "dots, behind the word"),
            ("per Twint auf 0795510827", "0795510827", "paid by telephone"),
        ];
        for (text, number, why) in cases {
            let counted: Vec<_> = found(text)
                .into_iter()
                .filter(|hit| hit.1 > Some(Confidence::Low))
                .map(|hit| hit.0)
                .collect();
            assert_eq!(counted, [number], "{text}: {why}");
        }
    }

    #[test]
    fn hostile_texts_end() {
        for text in
            ["+", "(", "1", "0 ".repeat(9_000).as_str(), "(+(+1", "1 x", "１２３", "00–", "1 ext"]
        {
            let _ = found(text);
        }
    }
}
