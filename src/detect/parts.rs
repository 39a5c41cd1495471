//! A pattern as parts in a row, and where words start and end between them.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// A part of a pattern.
pub(super) enum Part<'a> {
    Hir(&'a Hir),
    /// Literal text: either letters and digits, or other characters.
    Text(String),
}

/// What follows a part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// Nothing: the pattern ends.
    End,
    /// What cannot go on with a word.
    Gap,
    /// Anything.
    Any,
}

impl After {
    /// What follows in front of these parts, `self` being behind them.
    pub(super) fn before(self, parts: &[Part<'_>]) -> Self {
        match parts {
            [] => self,
            _ if self.is_gap(parts) => Self::Gap,
            _ => Self::Any,
        }
    }

    /// Whether a word in front of these parts ends there, `self` being behind them.
    pub(super) fn is_gap(self, parts: &[Part<'_>]) -> bool {
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

/// The parts of a pattern in a row, groups opened, literals parted at the ends of words.
pub(super) fn flatten<'a>(hir: &'a Hir, parts: &mut Vec<Part<'a>>) {
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
pub(super) fn is_after_boundary(parts: &[Part<'_>], is_folded: bool) -> bool {
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
pub(super) fn is_boundary(part: &Part<'_>, is_folded: bool) -> bool {
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

pub(super) fn is_gap(hir: &Hir, is_folded: bool) -> bool {
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

/// Whether a class has a member in one of these ranges.
pub(super) fn may_be(class: &Class, ranges: &[(char, char)]) -> bool {
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

/// The members of a small class.
pub(super) fn chars(class: &Class) -> Option<Vec<char>> {
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
