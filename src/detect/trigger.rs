//! What a text must hold so that a pattern can match, read off the pattern itself.
//!
//! Longer than most because each kind of node of a pattern is read here, side by side.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::shadow;
use super::sign;
use super::words::frequency;

/// A text without all of these cannot match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Trigger {
    /// Signs, all of which a match holds.
    pub(super) signs: u32,
    /// One of which a match holds; `None`: nothing is known.
    pub(super) words: Option<Choice>,
    /// Words, one of which a match holds besides; empty: nothing is known.
    pub(super) also: Vec<String>,
    /// Whether the match starts with a character that only parts the word from what is before it.
    pub(super) starts_with_gap: bool,
    /// How many of a million messages meet it, by rule of thumb.
    pub(super) frequency: u32,
}

/// What a match holds one of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Choice {
    /// Starts of words; whole words end in `$`.
    pub(super) words: Vec<String>,
    /// Sets of signs.
    pub(super) signs: Vec<u32>,
}

/// From here on a word is better waited for together with its neighbours, see [`frequency`].
const COMMON: u32 = 5_000;
/// Words in no more of a million messages than this are rare enough: no others are looked for.
const ENOUGH: u32 = 150;
/// Most words worth waiting for, most that come of putting starts and ends together, and most besides
/// others.
const MOST_WORDS: usize = 4000;
const MOST_PAIRS: usize = 2000;
const MOST_ALSO: usize = 200;
/// Words in more messages than this are not worth waiting for besides others.
const OFTEN: u32 = 20_000;

impl Trigger {
    /// Reads the trigger off a pattern, over the folded shadow or the other one.
    pub(super) fn of(pattern: &Hir, is_folded: bool) -> Self {
        let signs = all_signs(pattern, is_folded);
        let all = all_words(pattern, is_folded, false, After::End);
        let rare = all.iter().filter(|found| found.frequency < sign_frequency(signs));
        // Of a million messages: those with the words, and with words besides.
        let choices = rare.flat_map(|first| {
            let besides = all.iter().filter(|also| also.is_worth_more(first)).map(move |also| {
                (
                    u64::from(first.frequency) * u64::from(also.frequency) / 1_000_000,
                    first,
                    Some(also),
                )
            });
            besides.chain([(u64::from(first.frequency), first, None)])
        });
        let Some((often, first, also)) = choices.min_by_key(|(often, ..)| *often) else {
            return Self { signs, frequency: sign_frequency(signs), ..Self::default() };
        };
        Self {
            signs,
            frequency: u32::try_from(often).unwrap_or(u32::MAX),
            words: Some(first.choice.clone()),
            also: also.map_or_else(Vec::new, |also| also.choice.words.clone()),
            starts_with_gap: first.after_gap,
        }
    }

    /// Waits for what stands beside every match as well, if that is rare.
    pub(super) fn with(&mut self, beside: &Self) {
        let Some(choice) = beside.words.as_ref().filter(|choice| choice.signs.is_empty()) else {
            return;
        };
        match &self.words {
            None if beside.frequency < self.frequency => {
                self.words = Some(choice.clone());
                self.also.clone_from(&beside.also);
                self.frequency = beside.frequency;
            }
            Some(own) if self.also.is_empty() => {
                let is_worth_it = beside.frequency <= OFTEN
                    && choice.words.len() <= MOST_ALSO
                    && !choice.words.iter().any(|word| own.words.contains(word));
                if is_worth_it {
                    self.also.clone_from(&choice.words);
                    let often = u64::from(self.frequency) * u64::from(beside.frequency);
                    self.frequency = u32::try_from(often / 1_000_000).unwrap_or(u32::MAX);
                }
            }
            _ => {}
        }
    }
}

/// Signs of all kinds that every match holds.
fn all_signs(pattern: &Hir, is_folded: bool) -> u32 {
    let is_capital = !is_folded && starts_with_capitals(pattern);
    signs(pattern)
        | sign::of_digits(least(pattern, u8::is_ascii_digit, is_digits))
        | sign::of_colons(least(pattern, |byte| *byte == b':', is_colon))
        | sign::of_run(runs(pattern, is_seen_byte, is_seen).longest)
        | sign::of_digit_run(runs(pattern, u8::is_ascii_digit, is_digits).longest)
        | if is_capital { sign::CAPITALS } else { 0 }
}

/// Whether every match holds a word that starts with two capitals.
fn starts_with_capitals(hir: &Hir) -> bool {
    let mut parts = Vec::new();
    flatten(hir, &mut parts);
    (1..parts.len()).any(|at| {
        is_boundary(&parts[at - 1], false)
            && match &parts[at] {
                Part::Text(text) => {
                    text.bytes().take(2).filter(u8::is_ascii_uppercase).count() == 2
                }
                Part::Hir(hir) => match hir.kind() {
                    HirKind::Repetition(repetition) => {
                        repetition.min >= 2 && signs(&repetition.sub) & sign::UPPER != 0
                    }
                    _ => false,
                },
            }
    })
}

/// Signs that every match holds.
fn signs(hir: &Hir) -> u32 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0)
            .map_or(0, |text| text.chars().fold(0, |all, c| all | sign::of_char(c))),
        HirKind::Class(class) => chars(class).map_or(0, |chars| {
            chars.iter().map(|c| sign::of_char(*c)).reduce(|all, one| all & one).unwrap_or(0)
        }),
        HirKind::Repetition(repetition) if repetition.min > 0 => signs(&repetition.sub),
        HirKind::Repetition(_) => 0,
        HirKind::Capture(capture) => signs(&capture.sub),
        HirKind::Concat(parts) => parts.iter().fold(0, |all, part| all | signs(part)),
        HirKind::Alternation(parts) => parts.iter().fold(sign::ALL, |all, part| all & signs(part)),
    }
}

/// How many characters of a kind every match holds at least.
fn least(hir: &Hir, is_byte: fn(&u8) -> bool, is_class: fn(&Class) -> bool) -> usize {
    let inner = |hir| least(hir, is_byte, is_class);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.iter().filter(|byte| is_byte(byte)).count(),
        HirKind::Class(class) => usize::from(is_class(class)),
        HirKind::Repetition(repetition) => {
            inner(&repetition.sub).saturating_mul(repetition.min as usize)
        }
        HirKind::Capture(capture) => inner(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(inner).fold(0, usize::saturating_add),
        HirKind::Alternation(parts) => parts.iter().map(inner).min().unwrap_or(0),
    }
}

/// Characters in a row without white space that every match holds at least.
#[derive(Debug, Clone, Copy, Default)]
struct Runs {
    /// All of the match is one run.
    is_whole: bool,
    first: usize,
    last: usize,
    longest: usize,
}

impl Runs {
    const fn whole(length: usize) -> Self {
        Self { is_whole: true, first: length, last: length, longest: length }
    }

    fn then(self, next: Self) -> Self {
        Self {
            is_whole: self.is_whole && next.is_whole,
            first: self.first + if self.is_whole { next.first } else { 0 },
            last: next.last + if next.is_whole { self.last } else { 0 },
            longest: self.longest.max(next.longest).max(self.last + next.first),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            is_whole: self.is_whole && other.is_whole,
            first: self.first.min(other.first),
            last: self.last.min(other.last),
            longest: self.longest.min(other.longest),
        }
    }
}

/// The runs of characters of a kind.
fn runs(hir: &Hir, is_byte: fn(&u8) -> bool, is_class: fn(&Class) -> bool) -> Runs {
    let inner = |hir| runs(hir, is_byte, is_class);
    let character = |is_of_kind| if is_of_kind { Runs::whole(1) } else { Runs::default() };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Runs::whole(0),
        HirKind::Literal(literal) => {
            literal.0.iter().map(|byte| character(is_byte(byte))).fold(Runs::whole(0), Runs::then)
        }
        HirKind::Class(class) => character(is_class(class)),
        HirKind::Repetition(repetition) => {
            let one = inner(&repetition.sub);
            let some = (0..repetition.min.min(64)).fold(Runs::whole(0), |all, _| all.then(one));
            // More of what may be of another kind only parts the runs around it.
            Runs { is_whole: some.is_whole && one.is_whole, ..some }
        }
        HirKind::Capture(capture) => inner(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(inner).fold(Runs::whole(0), Runs::then),
        HirKind::Alternation(parts) => parts.iter().map(inner).reduce(Runs::or).unwrap_or_default(),
    }
}

/// [`is_seen`] of one byte.
fn is_seen_byte(byte: &u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_whitespace() && *byte != 0x0b
}

/// Whether a class holds nothing but what is neither white space nor may vanish from the shadow.
fn is_seen(class: &Class) -> bool {
    !may_be(class, &[('\t', '\r'), (' ', ' '), ('\u{80}', char::MAX)])
}

/// Whether a class has a member in one of these ranges.
fn may_be(class: &Class, ranges: &[(char, char)]) -> bool {
    let overlaps = |start: u32, end: u32| {
        ranges.iter().any(|(first, last)| start <= u32::from(*last) && u32::from(*first) <= end)
    };
    match class {
        Class::Unicode(class) => {
            class.iter().any(|range| overlaps(range.start().into(), range.end().into()))
        }
        Class::Bytes(class) => {
            class.iter().any(|range| overlaps(range.start().into(), range.end().into()))
        }
    }
}

/// Whether a class holds nothing but decimal digits; the shadow has those of ASCII only.
fn is_digits(class: &Class) -> bool {
    let is_digit =
        |c: char| c.is_ascii_digit() || !c.is_ascii() && shadow::plain_digit(c).is_some();
    match class {
        Class::Unicode(class) => class
            .iter()
            .all(|range| range.len() <= 100 && (range.start()..=range.end()).all(is_digit)),
        Class::Bytes(class) => class
            .iter()
            .all(|range| (range.start()..=range.end()).all(|byte| byte.is_ascii_digit())),
    }
}

/// Whether a class is a colon.
fn is_colon(class: &Class) -> bool {
    let is_only = |start: u32, end: u32| start == end && end == u32::from(b':');
    match class {
        Class::Unicode(class) => {
            class.iter().all(|range| is_only(range.start().into(), range.end().into()))
        }
        Class::Bytes(class) => {
            class.iter().all(|range| is_only(range.start().into(), range.end().into()))
        }
    }
}

/// The members of a small class.
fn chars(class: &Class) -> Option<Vec<char>> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => {
            class.iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
        Class::Bytes(class) => {
            class.iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
    };
    let size: u32 = ranges.iter().map(|(start, end)| (end - start).saturating_add(1)).sum();
    let chars = ranges.into_iter().flat_map(|(start, end)| start..=end).map(char::from_u32);
    if size <= 64 { chars.collect() } else { None }
}

struct Words {
    /// Which part of the pattern they start.
    part: usize,
    choice: Choice,
    /// They follow a character of the match that is no letter or digit.
    after_gap: bool,
    /// How many of a million messages hold one of them, by rule of thumb.
    frequency: u32,
}

impl Words {
    /// Whether it pays to wait for one of these besides.
    fn is_worth_more(&self, first: &Self) -> bool {
        self.part != first.part
            && self.frequency >= first.frequency
            && self.choice.signs.is_empty()
            && self.choice.words.len() <= MOST_ALSO
            && self.frequency <= OFTEN
            && !self.choice.words.iter().any(|word| first.choice.words.contains(word))
    }
}

/// How many of a million messages hold these signs, by rule of thumb.
fn sign_frequency(signs: u32) -> u32 {
    let of = |sign: u32| match sign {
        sign::LESS | sign::EQUALS | sign::PLUS | sign::AT | sign::UNDERSCORE => 5_000,
        sign::STAR | sign::BRACKET | sign::COLONS | sign::LATIN_SIGN => 10_000,
        sign::DIGITS_8 | sign::SLASH | sign::OPEN | sign::CAPITALS => 40_000,
        sign::DIGITS_5 | sign::DIGITS_ROW | sign::COLON | sign::DASH => 80_000,
        sign::VERY_LONG => 100_000,
        sign::DIGIT | sign::QUESTION => 200_000,
        _ => 600_000,
    };
    (0..u32::BITS)
        .filter(|bit| signs >> bit & 1 == 1)
        .map(|bit| of(1 << bit))
        .min()
        .unwrap_or(1_000_000)
}

/// A part of a pattern.
enum Part<'a> {
    Hir(&'a Hir),
    /// Literal text: either letters and digits, or other characters.
    Text(String),
}

/// What follows a part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// Nothing: the pattern ends.
    End,
    /// What cannot go on with a word.
    Gap,
    /// Anything.
    Any,
}

impl After {
    /// What follows in front of these parts, `self` being behind them.
    fn before(self, parts: &[Part<'_>]) -> Self {
        match parts {
            [] => self,
            _ if self.is_gap(parts) => Self::Gap,
            _ => Self::Any,
        }
    }

    /// Whether a word in front of these parts ends there, `self` being behind them.
    fn is_gap(self, parts: &[Part<'_>]) -> bool {
        let Some((first, rest)) = parts.split_first() else { return self == Self::Gap };
        let hir = match first {
            Part::Text(text) => return !text.starts_with(|c: char| c.is_ascii_alphanumeric()),
            Part::Hir(hir) => hir,
        };
        match hir.kind() {
            HirKind::Look(Look::End | Look::EndLF) => true,
            // A letter that ASCII boundaries take for a gap is told at the end of a match only.
            HirKind::Look(look) if is_word_end(*look) => match rest {
                [] => self != Self::Any,
                _ => self.is_gap(rest),
            },
            HirKind::Class(class) => !may_go_on(class),
            HirKind::Repetition(repetition) => {
                self.is_gap_inside(&repetition.sub) && (repetition.min > 0 || self.is_gap(rest))
            }
            HirKind::Alternation(branches) => {
                branches.iter().all(|branch| self.before(rest).is_gap_inside(branch))
            }
            _ => false,
        }
    }

    fn is_gap_inside(self, hir: &Hir) -> bool {
        let mut parts = Vec::new();
        flatten(hir, &mut parts);
        self.is_gap(&parts)
    }
}

const fn is_word_end(look: Look) -> bool {
    matches!(look, Look::WordAscii | Look::WordEndAscii | Look::WordUnicode | Look::WordEndUnicode)
}

/// Whether a class has a member that goes on with a word; rare spaces do not.
fn may_go_on(class: &Class) -> bool {
    let letters = [('\u{c0}', '\u{167f}'), ('\u{1681}', '\u{1fff}'), ('\u{3001}', '\u{ffff}')];
    may_be(class, &[('0', '9'), ('a', 'z'), ('A', 'Z')]) || may_be(class, &letters)
}

/// Starts of words one of which every match holds.
///
/// Only literals right after a word boundary count: in the middle of a pattern a literal may stand
/// in the middle of a word.
fn words(hir: &Hir, is_folded: bool, starts_word: bool, after: After) -> Option<Words> {
    all_words(hir, is_folded, starts_word, after).into_iter().min_by_key(|found| found.frequency)
}

/// [`words`] of each part of a pattern.
fn all_words(hir: &Hir, is_folded: bool, starts_word: bool, after: After) -> Vec<Words> {
    let mut parts = Vec::new();
    flatten(hir, &mut parts);
    let mut all: Vec<Words> = Vec::new();
    for at in 0..parts.len() {
        let is_start = match at {
            0 => starts_word,
            _ => is_after_boundary(&parts[..at], is_folded),
        };
        let is_look =
            || matches!(&parts[0], Part::Hir(hir) if matches!(hir.kind(), HirKind::Look(_)));
        let is_only_gap = || match &parts[0] {
            Part::Hir(hir) => is_gap(hir, is_folded) && !is_look(),
            Part::Text(_) => true,
        };
        let after_gap = is_start && at == 1 && is_only_gap();
        let literal = is_start.then(|| prefixes(&parts[at..], after)).flatten();
        let literal = literal.map(|(words, frequency)| Words {
            part: at,
            choice: Choice { words, signs: Vec::new() },
            after_gap,
            frequency,
        });
        let inner = match &parts[at] {
            Part::Hir(hir) => {
                let after = after.before(&parts[at + 1..]);
                alternatives(hir, is_folded, is_start, after)
            }
            .map(|mut words| {
                words.after_gap |= after_gap;
                words.part = at;
                words
            }),
            Part::Text(_) => None,
        };
        all.extend(literal.into_iter().chain(inner));
        if all.iter().any(|found| found.choice.signs.is_empty() && found.frequency <= ENOUGH) {
            break;
        }
    }
    all
}

/// Words or signs of each branch.
fn alternatives(hir: &Hir, is_folded: bool, starts_word: bool, after: After) -> Option<Words> {
    let HirKind::Alternation(branches) = hir.kind() else { return None };
    let mut all = Words { part: 0, choice: Choice::default(), after_gap: false, frequency: 0 };
    for branch in branches {
        let signs = all_signs(branch, is_folded);
        match words(branch, is_folded, starts_word, after) {
            Some(found) if found.frequency <= sign_frequency(signs) => {
                all.after_gap |= found.after_gap;
                all.frequency = all.frequency.saturating_add(found.frequency);
                all.choice.words.extend(found.choice.words);
                all.choice.signs.extend(found.choice.signs);
            }
            _ => {
                all.choice.signs.push(signs);
                all.frequency = all.frequency.saturating_add(sign_frequency(signs));
            }
        }
    }
    all.choice.signs.sort_unstable();
    all.choice.signs.dedup();
    Some(all)
}

/// The parts of a pattern in a row, groups opened, literals parted at the ends of words.
fn flatten<'a>(hir: &'a Hir, parts: &mut Vec<Part<'a>>) {
    match hir.kind() {
        HirKind::Concat(all) => all.iter().for_each(|part| flatten(part, parts)),
        HirKind::Capture(capture) => flatten(&capture.sub, parts),
        HirKind::Literal(literal) if literal.0.is_ascii() => {
            let mut text = String::new();
            for c in literal.0.iter().copied().map(char::from) {
                let is_word = |c: char| c.is_ascii_alphanumeric();
                if text.chars().next_back().is_some_and(|last| is_word(last) != is_word(c)) {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                text.push(c);
            }
            parts.push(Part::Text(text));
        }
        _ => parts.push(Part::Hir(hir)),
    }
}

/// Whether what follows these parts starts a word.
fn is_after_boundary(parts: &[Part<'_>], is_folded: bool) -> bool {
    let Some((last, before)) = parts.split_last() else { return false };
    if is_boundary(last, is_folded) {
        return true;
    }
    // What may be missing, and ends a word if it is there: `(?:\w+ ){0,3}`.
    let Part::Hir(hir) = last else { return false };
    let HirKind::Repetition(repetition) = hir.kind() else { return false };
    let mut inner = Vec::new();
    flatten(&repetition.sub, &mut inner);
    inner.last().is_some_and(|last| is_boundary(last, is_folded))
        && is_after_boundary(before, is_folded)
}

/// Whether what follows starts a word.
fn is_boundary(part: &Part<'_>, is_folded: bool) -> bool {
    match part {
        Part::Text(text) => !text.ends_with(|c: char| c.is_ascii_alphanumeric()),
        Part::Hir(hir) => ends_in_gap(hir, is_folded),
    }
}

/// Whether every match ends with what no word begins with.
fn ends_in_gap(hir: &Hir, is_folded: bool) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => {
            literal.0.last().is_some_and(|last| last.is_ascii() && !last.is_ascii_alphanumeric())
        }
        HirKind::Concat(parts) => parts.last().is_some_and(|last| ends_in_gap(last, is_folded)),
        HirKind::Capture(capture) => ends_in_gap(&capture.sub, is_folded),
        HirKind::Alternation(branches) => {
            branches.iter().all(|branch| ends_in_gap(branch, is_folded))
        }
        HirKind::Repetition(repetition) => {
            repetition.min > 0 && ends_in_gap(&repetition.sub, is_folded)
        }
        _ => is_gap(hir, is_folded),
    }
}

fn is_gap(hir: &Hir, is_folded: bool) -> bool {
    match hir.kind() {
        HirKind::Look(look) => matches!(
            look,
            Look::WordAscii
                | Look::WordStartAscii
                | Look::WordUnicode
                | Look::WordStartUnicode
                | Look::Start
                | Look::StartLF
        ),
        HirKind::Class(class) => !may_be_alphanumeric(class, is_folded),
        HirKind::Repetition(repetition) => repetition.min > 0 && is_gap(&repetition.sub, is_folded),
        HirKind::Capture(capture) => is_gap(&capture.sub, is_folded),
        HirKind::Alternation(branches) => branches.iter().all(|branch| is_gap(branch, is_folded)),
        _ => false,
    }
}

fn may_be_alphanumeric(class: &Class, is_folded: bool) -> bool {
    // The folded shadow has no capitals.
    let all = [('0', '9'), ('a', 'z'), ('A', 'Z')];
    may_be(class, &all[..if is_folded { 2 } else { 3 }])
}

/// All starts of what these parts match, as far as they are literal, and how many of a million messages
/// hold one of them.
fn prefixes(parts: &[Part<'_>], after: After) -> Option<(Vec<String>, u32)> {
    if let Some(Part::Hir(first)) = parts.first()
        && let HirKind::Alternation(branches) = first.kind()
        && literals(first).is_none()
    {
        let (mut all, mut often) = (Vec::new(), 0_u32);
        let after = after.before(&parts[1..]);
        for branch in branches {
            let mut parts = Vec::new();
            flatten(branch, &mut parts);
            let (starts, frequency) = prefixes(&parts, after)?;
            all.extend(starts);
            often = often.saturating_add(frequency);
        }
        return Some((all, often));
    }
    let mut all = vec![String::new()];
    let mut rest = parts;
    while let Some((part, behind)) = rest.split_first() {
        let next = match part {
            Part::Hir(hir) => literals(hir),
            Part::Text(text) => Some(vec![shadow::fold(text)]),
        };
        let Some(next) = next else { break };
        if next.len() > 1 && all.len() * next.len() > MOST_PAIRS && all != [""] {
            break;
        }
        all = joined(all, &next);
        rest = behind;
    }
    let is_closed = after.is_gap(rest);
    let mut starts = all
        .iter()
        .map(|prefix| rarest(prefix, is_closed))
        .collect::<Option<Vec<(String, u32)>>>()?;
    starts.sort();
    // After `pin` there is `pin$`.
    starts.dedup_by(|next, kept| next.0.trim_end_matches('$') == kept.0.trim_end_matches('$'));
    let often = starts.iter().fold(0, |all: u32, start| all.saturating_add(start.1));
    Some((starts.into_iter().map(|start| start.0).collect(), often))
}

/// Each start with each end.
fn joined(starts: Vec<String>, ends: &[String]) -> Vec<String> {
    match (starts.as_slice(), ends) {
        ([start], _) if start.is_empty() => ends.to_vec(),
        (_, [end]) => {
            let mut all = starts;
            all.iter_mut().for_each(|start| start.push_str(end));
            all
        }
        _ => {
            let pairs = starts.iter().flat_map(|start| ends.iter().map(move |end| [start, end]));
            pairs.map(|pair| pair.map(String::as_str).concat()).collect()
        }
    }
}

/// What to wait for of a literal start, folded, and how many of a million messages hold it: the rarest of its
/// words; if all are in many, all of them in a row. `is_closed`: what follows does not go on with the last one.
fn rarest(folded: &str, is_closed: bool) -> Option<(String, u32)> {
    let ends_open = !is_closed && folded.ends_with(|c: char| c.is_ascii_alphanumeric());
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    // What follows says where the last one ends.
    let is_whole = |at: usize| at + 1 < words.len() || !ends_open;
    let frequencies = words.iter().enumerate().map(|(at, word)| frequency(word, is_whole(at)));
    let (at, often) = frequencies.enumerate().min_by_key(|(_, often)| *often)?;
    let is_phrase = words.len() > 1 && often >= COMMON && words.join(" ") == folded.trim_end();
    let (mut word, is_whole) = if is_phrase {
        (words.join(" "), !ends_open)
    } else {
        (words[at].to_owned(), is_whole(at))
    };
    if is_whole {
        word.push('$');
    }
    Some((word, if is_phrase { often / 10 } else { often }))
}

/// All texts a part matches, folded, if they are few.
fn literals(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            Some(vec![shadow::fold(std::str::from_utf8(&literal.0).ok()?)])
        }
        HirKind::Class(class) => {
            let mut folded: Vec<String> = chars(class)?
                .into_iter()
                .map(|c| shadow::fold(c.encode_utf8(&mut [0; 4])))
                .collect();
            folded.sort();
            folded.dedup();
            (folded.len() <= 8).then_some(folded)
        }
        HirKind::Capture(capture) => literals(&capture.sub),
        HirKind::Repetition(repetition) if repetition.max == Some(1) && repetition.min == 0 => {
            let mut all = literals(&repetition.sub)?;
            all.push(String::new());
            Some(all)
        }
        HirKind::Concat(parts) => {
            let mut all = vec![String::new()];
            for part in parts {
                let next = literals(part)?;
                if all.len() * next.len() > MOST_WORDS {
                    return None;
                }
                all = joined(all, &next);
            }
            Some(all)
        }
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(literals(part)?);
            }
            (all.len() <= MOST_WORDS).then_some(all)
        }
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn signs_in_place_of_words() {
        let pattern = r"[a-z]+(?:[(\[] ?at ?[)\]]|:[a-z]| (?-u:\b)klammer )x";
        let choice = Trigger::of(&regex_syntax::parse(pattern).unwrap(), true).words.unwrap();
        assert_eq!(choice.words, ["klammer$"]);
        assert_eq!(choice.signs, [sign::COLON, sign::OPEN]);
    }

    #[test]
    fn words_besides() {
        let cases = [
            // (pattern, words, besides, why)
            (
                "(?:kaputt|verletzte) (?:huefte|nieren)",
                "kaputt$ verletzte$",
                "huefte nieren",
                "both",
            ),
            ("(?:kaputt|verletzte) (?:mit )?", "kaputt$ verletzte$", "", "may be missing"),
            ("kaputte (?:huefte|[0-9])", "kaputte$", "", "or a digit"),
            ("kaputte (?:huefte|ich)", "kaputte$", "", "in every other message"),
        ];
        for (pattern, words, besides, why) in cases {
            let pattern = regex_syntax::parse(&format!(r"(?-u:\b){pattern}")).unwrap();
            let trigger = Trigger::of(&pattern, true);
            let found = trigger.words.map_or_else(String::new, |choice| choice.words.join(" "));
            assert_eq!(
                (found.as_str(), trigger.also.join(" ").as_str()),
                (words, besides),
                "{why}"
            );
        }
    }

    #[test]
    fn triggers() {
        let cases = [
            // (pattern, signs, words, why)
            (
                r"(?:^|[^a-z0-9])(?:ec-?)?pin[0-9]",
                sign::DIGIT,
                Some(vec!["ec$", "ecpin", "pin"]),
                "gap before; of `ec-pin` the rarer word",
            ),
            (r"[a-z0-9.]+@[a-z0-9.]+", sign::AT, None, "mail"),
            (r"[0-9]{2}:[0-9]{2}", sign::DIGIT | sign::COLON, None, "time"),
            (
                r"(?i)(?-u:\b)passwor[dt]\s*:",
                sign::COLON,
                Some(vec!["password$", "passwort$"]),
                "word",
            ),
            (r"(?-u:\b)(?:pin|tan)(?-u:\b)", 0, Some(vec!["pin$", "tan$"]), "the end of a word"),
            (
                r"(?-u:\b)(?:pin|code (?:von|aus))(?:$|[.,]| [a-z])",
                0,
                Some(vec!["code aus$", "code von$", "pin$"]),
                "all that may follow ends a word",
            ),
            (r"(?-u:\b)pin(?:$|[a-z])", 0, Some(vec!["pin"]), "some of it goes on"),
            (r"(?-u:\b)pin(?-u:\b)[^x]", 0, Some(vec!["pin"]), "a letter beyond ASCII may follow"),
            (r"(?-u:\b)pin\s?(?-u:\b)", 0, Some(vec!["pin$"]), "what may be missing, and the end"),
            (
                r"(?-u:\b)(?:ich |m['’])(?:hinke|huste)(?-u:\b)",
                0,
                Some(vec!["hinke$", "huste$"]),
                "what comes before ends with a gap",
            ),
            (r"(?i)passwor[dt]\s*:", sign::COLON, None, "not at the start of a word"),
            (r"(?-u:\b)(?:pin|tan)\s*x", 0, Some(vec!["pin", "tan"]), "several words"),
            (r"a|[0-9]", 0, None, "either"),
            (
                r"(?-u:\b)ist (?:[a-z]+ ){0,3}(?:verhaftet|im knast)",
                0,
                Some(vec!["knast", "verhaftet"]),
                "what may be missing",
            ),
            (
                r"(?:(?-u:\b)kennung|(?-u:\b)losung)\s",
                0,
                Some(vec!["kennung", "losung"]),
                "boundary inside",
            ),
            (r"[0-9]*x", 0, None, "may be missing"),
        ];
        for (pattern, signs, words, why) in cases {
            let trigger = Trigger::of(&regex_syntax::parse(pattern).unwrap(), true);
            let words: Option<Vec<String>> =
                words.map(|words| words.into_iter().map(str::to_owned).collect());
            let found = trigger.words.map(|choice| choice.words);
            assert_eq!((trigger.signs, found), (signs, words), "{why}");
        }
    }
}
