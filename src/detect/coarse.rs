//! Patterns made coarse: what matches wherever the pattern does, and takes a fraction of its automaton.

use regex_syntax::hir::{
    Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition,
};

/// From this many on, repetitions are not counted.
const COUNTED: u32 = 8;

/// A pattern that matches wherever another one does, and perhaps elsewhere.
pub(super) struct Coarse {
    pub(super) hir: Hir,
    /// In text of ASCII it matches nowhere else.
    pub(super) is_exact: bool,
}

impl Coarse {
    /// Takes all characters but those of ASCII for one kind, where a class has one of them, and does not
    /// count what may stand often.
    pub(super) fn of(pattern: &Hir) -> Self {
        let mut is_exact = true;
        let hir = coarse(pattern, &mut is_exact);
        Self { hir, is_exact }
    }
}

fn coarse(hir: &Hir, is_exact: &mut bool) -> Hir {
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => hir.clone(),
        HirKind::Class(Class::Bytes(_)) => hir.clone(),
        HirKind::Class(Class::Unicode(class)) => of_class(class),
        HirKind::Capture(capture) => coarse(&capture.sub, is_exact),
        HirKind::Concat(parts) => {
            Hir::concat(parts.iter().map(|part| coarse(part, is_exact)).collect())
        }
        HirKind::Alternation(parts) => {
            Hir::alternation(parts.iter().map(|part| coarse(part, is_exact)).collect())
        }
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
            let is_class = matches!(sub.kind(), HirKind::Class(_));
            let is_counted = max.is_some_and(|max| max <= if is_class { COUNTED } else { 1 });
            *is_exact &= is_counted || max.is_none();
            Hir::repetition(Repetition {
                min: *min,
                max: max.filter(|_| is_counted),
                greedy: *greedy,
                sub: Box::new(coarse(sub, is_exact)),
            })
        }
    }
}

fn of_class(class: &ClassUnicode) -> Hir {
    let mut ascii = class.clone();
    ascii.intersect(&ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7f')]));
    if ascii == *class {
        return Hir::class(Class::Unicode(ascii));
    }
    let bytes = |first, last| {
        Hir::class(Class::Bytes(ClassBytes::new([ClassBytesRange::new(first, last)])))
    };
    let rest = Repetition { min: 1, max: None, greedy: true, sub: Box::new(bytes(0x80, 0xbf)) };
    let other = Hir::concat(vec![bytes(0xc2, 0xf4), Hir::repetition(rest)]);
    match ascii.ranges() {
        [] => other,
        _ => Hir::alternation(vec![Hir::class(Class::Unicode(ascii)), other]),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use regex_automata::meta;

    use super::*;

    #[test]
    fn matches_no_less() {
        let cases = [
            // (pattern, text, matches, coarse matches, why)
            ("a[^x]b", "aäb", true, true, "another character"),
            ("a[ä-ü]b", "aßb", false, true, "all of them are one kind"),
            ("a[ä-ü]b", "axb", false, false, "those of ASCII are not"),
            ("a[^x]b", "aßßb", false, false, "one is one"),
            ("a[a-z]{1,9}b", "axxxxxxxxxxxxb", false, true, "not counted"),
            ("a[0-9]{1,4}b", "a12345b", false, false, "counted"),
            ("a(?: [a-z]+){0,2} b", "a c d e b", false, true, "not counted"),
            ("é{2}", "é", false, false, "counted up to the least"),
        ];
        for (pattern, text, exact, expected, why) in cases {
            let hir = regex_syntax::parse(pattern).unwrap();
            let coarse = Coarse::of(&hir);
            let is_match = |hir| meta::Regex::builder().build_from_hir(hir).unwrap().is_match(text);
            assert_eq!((is_match(&hir), is_match(&coarse.hir)), (exact, expected), "{why}");
            assert!(exact == expected || !coarse.is_exact || !text.is_ascii(), "{why}");
        }
    }
}
