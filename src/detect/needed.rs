//! Signs that every match of a pattern holds.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::parts::{Part, chars, flatten, is_boundary, may_be};
use super::{shadow, sign};

/// Signs of all kinds that every match holds.
pub(super) fn all_signs(pattern: &Hir, is_folded: bool) -> u32 {
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
