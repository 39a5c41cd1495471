//! Identifiers in any written form: groups of letters and digits, joined by single separators, run
//! through one automaton that knows the compact form of all identifiers.

use std::ops::Range;

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::util::start::Config as Start;
use regex_automata::util::syntax;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::shadow::is_other_letter;

/// Most characters of a compact form.
const LONGEST: usize = 40;

/// Kinds of separators as bits.
type Separators = u8;

const SPACE: Separators = 1;
const DOT: Separators = 2;
const DASH: Separators = 4;
const SLASH: Separators = 8;
const COMMA: Separators = 16;
const COLON: Separators = 32;
const UNDERSCORE: Separators = 64;
/// Without a word in the rule file one kind of these may stand in a value.
const USUAL: Separators = SPACE | DOT | DASH | SLASH;

fn separator(byte: u8) -> Separators {
    match byte {
        b' ' | b'\n' => SPACE,
        b'.' => DOT,
        b'-' => DASH,
        b'/' => SLASH,
        b',' => COMMA,
        b':' => COLON,
        b'_' => UNDERSCORE,
        _ => 0,
    }
}

/// All shapes as one automaton.
#[derive(Debug)]
pub(super) struct Shapes {
    dfa: DFA,
    /// By pattern: separators the rule lists; `None`: the usual, of one kind.
    separators: Vec<Option<Separators>>,
    /// Which kinds of separators may stand together in one value of any of them, as bits.
    together: u128,
    letters: Letters,
}

/// How many letters values start with, as bits; a value has at most [`LONGEST`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Letters {
    /// Before their first digit.
    before_digit: u64,
    /// If they are nothing but letters.
    alone: u64,
}

impl Letters {
    /// Of nothing at all.
    const EMPTY: Self = Self { before_digit: 0, alone: 1 };

    fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::EMPTY,
            HirKind::Literal(literal) => literal
                .0
                .iter()
                .fold(Self::EMPTY, |all, byte| all.then(Self::one(|kind| kind(byte)))),
            HirKind::Class(Class::Bytes(class)) => Self::one(|kind| {
                class.iter().any(|range| (range.start()..=range.end()).any(|byte| kind(&byte)))
            }),
            // Shapes are patterns of bytes.
            HirKind::Class(Class::Unicode(_)) => Self { before_digit: 1, alone: 1 << 1 },
            HirKind::Repetition(repetition) => {
                let one = Self::of(&repetition.sub);
                let most = repetition.max.map_or(LONGEST, |most| most as usize).min(LONGEST);
                let mut times = Self::EMPTY;
                let mut all = Self::default();
                for time in 0..=most {
                    if time >= repetition.min as usize {
                        all = all.or(times);
                    }
                    times = times.then(one);
                }
                all
            }
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Concat(parts) => {
                parts.iter().fold(Self::EMPTY, |all, part| all.then(Self::of(part)))
            }
            HirKind::Alternation(parts) => {
                parts.iter().fold(Self::default(), |all, part| all.or(Self::of(part)))
            }
        }
    }

    /// Of one character; `has` tells whether it can be of a kind.
    fn one(has: impl Fn(fn(&u8) -> bool) -> bool) -> Self {
        Self {
            before_digit: u64::from(has(u8::is_ascii_digit)),
            alone: u64::from(has(u8::is_ascii_alphabetic)) << 1,
        }
    }

    fn then(self, next: Self) -> Self {
        let after = |bits: u64| {
            (0..u64::BITS)
                .filter(|at| self.alone >> at & 1 == 1)
                .fold(0, |all, at| all | bits << at)
        };
        Self {
            before_digit: self.before_digit | after(next.before_digit),
            alone: after(next.alone),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            before_digit: self.before_digit | other.before_digit,
            alone: self.alone | other.alone,
        }
    }

    /// Whether a value could start where a group of letters and digits does.
    fn could_start(self, bytes: &[u8], start: usize) -> bool {
        let (mut at, mut letters) = (start, 0);
        while letters <= LONGEST {
            match bytes.get(at) {
                Some(byte) if byte.is_ascii_digit() => {
                    if self.before_digit >> letters & 1 == 1 {
                        return true;
                    }
                    break;
                }
                Some(byte) if byte.is_ascii_alphabetic() => {
                    letters += 1;
                    at += 1;
                }
                Some(_) => match joint(&bytes[at..]) {
                    Some((_, gap)) => at += gap,
                    None => break,
                },
                None => break,
            }
        }
        // Without a digit it counts in capitals only.
        let up_to = u64::MAX >> (u64::BITS as usize - 1 - letters.min(LONGEST));
        self.alone & up_to != 0 && bytes[start..].iter().take(2).all(u8::is_ascii_uppercase)
    }
}

/// A stretch whose compact form is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shaped<'a> {
    /// Index of the shape.
    pub(super) shape: usize,
    /// In the text, in bytes.
    pub(super) range: Range<usize>,
    /// Letters and digits, in capitals.
    pub(super) compact: &'a str,
}

/// Says which stretches count.
pub(super) trait Judge {
    /// Whether a shape counts in this text at all.
    fn is_wanted(&mut self, shape: usize) -> bool;

    /// Whether a value counts; a shorter one is tried if not.
    fn accepts(&mut self, shaped: &Shaped<'_>) -> bool;
}

impl Shapes {
    /// Compiles shapes: (pattern, separators as in the rule file). The error names the shape.
    pub(super) fn new(shapes: &[(&str, Option<&str>)]) -> Result<Self, (usize, String)> {
        let build = |patterns: &[String]| {
            DFA::builder()
                .configure(
                    DFA::config()
                        .match_kind(MatchKind::All)
                        .cache_capacity(8 << 20)
                        .skip_cache_capacity_check(true),
                )
                .syntax(syntax::Config::new().unicode(false).utf8(false))
                .build_many(patterns)
                .map_err(|error| error.to_string())
        };
        let patterns: Vec<String> =
            shapes.iter().map(|(pattern, _)| format!("(?:{pattern})")).collect();
        let dfa = build(&patterns).map_err(|error| {
            let wrong = |pattern| build(std::slice::from_ref(pattern)).is_err();
            (patterns.iter().position(wrong).unwrap_or(0), error)
        })?;
        let separators: Vec<Option<Separators>> = shapes
            .iter()
            .map(|(_, written)| {
                written.map(|all| all.bytes().fold(0, |kinds, byte| kinds | separator(byte)))
            })
            .collect();
        let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
        let mut letters = Letters::default();
        for (at, (pattern, _)) in shapes.iter().enumerate() {
            let hir = parser.parse(pattern).map_err(|error| (at, error.to_string()))?;
            letters = letters.or(Letters::of(&hir));
        }
        let together = (0..2 * UNDERSCORE)
            .filter(|kinds| separators.iter().any(|listed| allows(*listed, *kinds)))
            .fold(0, |all, kinds| all | 1 << kinds);
        Ok(Self { dfa, separators, together, letters })
    }

    pub(super) fn cache(&self) -> Cache {
        self.dfa.create_cache()
    }

    /// Shows values to a judge, the longest first for each start and shape.
    pub(super) fn find(&self, text: &str, cache: &mut Cache, judge: &mut impl Judge) {
        let bytes = text.as_bytes();
        let mut hits: Vec<(usize, usize)> = Vec::new();
        let (mut compact, mut compact_end) = (String::new(), 0);
        let mut start = 0;
        while start < bytes.len() {
            if !bytes[start].is_ascii_alphanumeric() {
                start += 1;
                continue;
            }
            let end = run_end(bytes, start);
            if !self.letters.could_start(bytes, start) {
                start = end;
                continue;
            }
            self.walk(text, start, cache, judge, &mut hits);
            hits.sort_unstable_by_key(|(shape, end)| (*shape, std::cmp::Reverse(*end)));
            let mut done = None;
            for &(shape, end) in &hits {
                if done == Some(shape) {
                    continue;
                }
                if compact_end != end {
                    compact.clear();
                    let part = text[start..end].bytes().filter(u8::is_ascii_alphanumeric);
                    compact.extend(part.map(|byte| char::from(byte.to_ascii_uppercase())));
                    compact_end = end;
                }
                if judge.accepts(&Shaped { shape, range: start..end, compact: &compact }) {
                    done = Some(shape);
                }
            }
            compact_end = 0;
            hits.clear();
            start = end;
        }
    }

    /// Notes (shape, end) of all matches that start at `start`, at the end of each group of letters
    /// and digits.
    fn walk(
        &self,
        text: &str,
        start: usize,
        cache: &mut Cache,
        judge: &mut impl Judge,
        hits: &mut Vec<(usize, usize)>,
    ) -> Option<()> {
        if is_other_letter(text[..start].chars().next_back()) {
            return None;
        }
        let bytes = text.as_bytes();
        let mut state = self.dfa.start_state(cache, &Start::new().anchored(Anchored::Yes)).ok()?;
        let (mut at, mut kinds, mut length) = (start, 0, 0);
        loop {
            while let Some(byte) = bytes.get(at).filter(|byte| byte.is_ascii_alphanumeric()) {
                length += 1;
                if length > LONGEST {
                    return None;
                }
                state = self.dfa.next_state(cache, state, byte.to_ascii_uppercase()).ok()?;
                if state.is_dead() || state.is_quit() {
                    return None;
                }
                at += 1;
            }
            if is_other_letter(text[at..].chars().next()) {
                return None;
            }
            let end = self.dfa.next_eoi_state(cache, state).ok()?;
            if end.is_match() {
                for index in 0..self.dfa.match_len(cache, end) {
                    let shape = self.dfa.match_pattern(cache, end, index).as_usize();
                    if allows(self.separators[shape], kinds) && judge.is_wanted(shape) {
                        hits.push((shape, at));
                    }
                }
            }
            let (joint, gap) = joint(&bytes[at..])?;
            kinds |= joint;
            if self.together >> kinds & 1 == 0 {
                return None;
            }
            at += gap;
        }
    }
}

fn run_end(bytes: &[u8], start: usize) -> usize {
    let run = bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    start + run.max(1)
}

/// Whether separators of these kinds may stand in one value.
fn allows(listed: Option<Separators>, kinds: Separators) -> bool {
    match listed {
        Some(listed) => kinds & !listed == 0,
        None => kinds & !USUAL == 0 && kinds.count_ones() <= 1,
    }
}

/// The kinds of separators at the start of `bytes` and their length, if they join two groups: up to
/// three, of which at most one is no space.
fn joint(bytes: &[u8]) -> Option<(Separators, usize)> {
    let (mut kinds, mut signs, mut length) = (0, 0, 0);
    loop {
        let byte = *bytes.get(length)?;
        if byte.is_ascii_alphanumeric() {
            return (length > 0).then_some((kinds, length));
        }
        let kind = separator(byte);
        signs += usize::from(kind != SPACE);
        length += 1;
        if kind == 0 || signs > 1 || length > 3 {
            return None;
        }
        kinds |= kind;
    }
}

/// Whether a text is nothing but groups that can be part of an identifier.
pub(super) fn is_only_groups(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 2 * LONGEST
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || separator(byte) & USUAL != 0)
}

/// Whether a value that is nothing but digits is rather part of a date, an amount, a time, a
/// telephone number or a longer number. Numbers with strong check digits need not ask.
pub(super) fn is_other_number(text: &str, range: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let joins = |byte: u8| matches!(byte, b'.' | b',' | b'-' | b'/' | b':');
    let before = range.start.checked_sub(1).map(|at| bytes[at]);
    let after = bytes.get(range.end).copied();
    before.is_some_and(joins) && digit(range.start.checked_sub(2))
        || after.is_some_and(joins) && digit(Some(range.end + 1))
        || is_date(&text[range.clone()])
}

/// `12.03.2024`, `12-3-24`, `2024/03/12`: three groups with one separator that make a day.
fn is_date(value: &str) -> bool {
    let mut kinds = value.bytes().filter(|byte| !byte.is_ascii_digit());
    let (Some(one), Some(two), None) = (kinds.next(), kinds.next(), kinds.next()) else {
        return false;
    };
    let parts: Vec<u32> =
        value.split(char::from(one)).filter_map(|part| part.parse().ok()).collect();
    let [first, second, third] = parts[..] else { return false };
    let day = |day: u32| (1..=31).contains(&day);
    let month = |month: u32| (1..=12).contains(&month);
    one == two
        && (day(first) && month(second) || month(first) && day(second))
        && (third < 100 || (1900..2100).contains(&third))
        || one == two && (1900..2100).contains(&first) && month(second) && day(third)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    fn found(pattern: &str, separators: Option<&str>, text: &str) -> Vec<String> {
        let shapes = Shapes::new(&[(pattern, separators)]).unwrap();
        struct All<'a>(&'a str, Vec<String>);
        impl Judge for All<'_> {
            fn is_wanted(&mut self, _: usize) -> bool {
                true
            }

            fn accepts(&mut self, shaped: &Shaped<'_>) -> bool {
                self.1.push(self.0[shaped.range.clone()].to_owned());
                true
            }
        }
        let mut all = All(text, Vec::new());
        shapes.find(text, &mut shapes.cache(), &mut all);
        all.1
    }

    #[test]
    fn written_forms() {
        let iban = "DE[0-9]{20}";
        let cases = [
            // (pattern, separators, text, found, why)
            (
                iban,
                None,
                "IBAN:DE89370400440532013000.",
                vec!["DE89370400440532013000"],
                "glued word and full stop",
            ),
            (
                iban,
                None,
                "(de89 3704 0044 0532 0130 00)",
                vec!["de89 3704 0044 0532 0130 00"],
                "lower case, in brackets",
            ),
            (
                iban,
                None,
                "DE89-3704-0044-0532-0130-00",
                vec!["DE89-3704-0044-0532-0130-00"],
                "dashes",
            ),
            (
                iban,
                None,
                "DE89 3704 0044\n0532 0130 00",
                vec!["DE89 3704 0044\n0532 0130 00"],
                "line break",
            ),
            (iban, None, "DE89 3704-0044 0532 0130 00", vec![], "mixed separators"),
            (
                iban,
                Some(" -"),
                "DE89 3704-0044 0532 0130 00",
                vec!["DE89 3704-0044 0532 0130 00"],
                "mixed, as listed",
            ),
            (iban, None, "XDE89370400440532013000", vec![], "letter before"),
            (iban, None, "DE893704004405320130001", vec![], "digit after"),
            (iban, None, "äDE89370400440532013000", vec![], "part of a word"),
            (
                "[0-9]{11}",
                None,
                "12 345 678 911 und 12345678911",
                vec!["12 345 678 911", "12345678911"],
                "twice",
            ),
            ("[0-9]{9}", Some(""), "123 456 789", vec![], "no separators allowed"),
        ];
        for (pattern, separators, text, expected, why) in cases {
            assert_eq!(found(pattern, separators, text), expected, "{why}");
        }
    }

    #[test]
    fn letters_that_values_start_with() {
        let cases = [
            // (pattern, before the first digit, alone, why)
            ("DE[0-9]{20}", vec![2], vec![], "country code"),
            ("[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", vec![6, 7, 8, 9, 10], vec![8, 11], "BIC"),
            ("[0-9]{2}|[A-Z]{1,3}[0-9]", vec![0, 1, 2, 3], vec![], "either"),
            ("(?:AB)?C*[0-9]", Vec::from_iter(0..=40), vec![], "as many as fit"),
        ];
        for (pattern, before_digit, alone, why) in cases {
            let shapes = Shapes::new(&[(pattern, None)]).unwrap();
            let bits = |bits: u64| Vec::from_iter((0..=40).filter(|at| bits >> at & 1 == 1));
            let found = (bits(shapes.letters.before_digit), bits(shapes.letters.alone));
            assert_eq!(found, (before_digit, alone), "{why}");
        }
    }

    #[test]
    fn other_numbers() {
        let cases = [
            // (text, value, is something else, why)
            ("12.03.2024 15:30", "12.03.2024", true, "date"),
            ("01.02.2023-05.06.2024", "01.02.2023", true, "span of dates"),
            ("2024-03-12", "2024-03-12", true, "ISO date"),
            ("kostet 1.234,56", "1.234", true, "amount"),
            ("Nr. 123456789.", "123456789", false, "full stop"),
            ("12 345 678 911", "12 345 678 911", false, "grouped number"),
        ];
        for (text, value, expected, why) in cases {
            let at = text.find(value).unwrap();
            assert_eq!(is_other_number(text, &(at..at + value.len())), expected, "{why}");
        }
    }

    #[test]
    fn only_groups() {
        assert!(is_only_groups("0532 0130 00"));
        assert!(!is_only_groups("um 12 Uhr!"));
        assert!(!is_only_groups("Hallo"));
    }
}
