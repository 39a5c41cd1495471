//! What a text must hold so that a pattern can match, read off the pattern itself.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::dictionary::sign;
use super::shadow;

/// A text without all of these cannot match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Trigger {
    /// Signs, all of which a match holds.
    pub(super) signs: u32,
    /// Starts of words, one of which a match holds; `None`: nothing is known.
    pub(super) words: Option<Vec<String>>,
    /// Whether the match starts with a character that only parts the word from what is before it.
    pub(super) starts_with_gap: bool,
}

/// Most words worth waiting for.
const MOST_WORDS: usize = 4000;
/// Shortest word worth waiting for.
const SHORTEST_WORD: usize = 3;

impl Trigger {
    /// Reads the trigger off a pattern, over the folded shadow or the other one.
    pub(super) fn of(pattern: &Hir, is_folded: bool) -> Self {
        let found = words(pattern, is_folded);
        let starts_with_gap = found.as_ref().is_some_and(|found| found.after_gap);
        Self { signs: signs(pattern), words: found.map(|found| found.all), starts_with_gap }
    }
}

/// Signs that every match holds.
fn signs(hir: &Hir) -> u32 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.iter().fold(0, |all, byte| all | sign::of(*byte)),
        HirKind::Class(class) => chars(class).map_or(0, |chars| {
            chars
                .iter()
                .map(|c| u8::try_from(*c).map_or(0, sign::of))
                .reduce(|all, one| all & one)
                .unwrap_or(0)
        }),
        HirKind::Repetition(repetition) if repetition.min > 0 => signs(&repetition.sub),
        HirKind::Repetition(_) => 0,
        HirKind::Capture(capture) => signs(&capture.sub),
        HirKind::Concat(parts) => parts.iter().fold(0, |all, part| all | signs(part)),
        HirKind::Alternation(parts) => parts.iter().fold(sign::ALL, |all, part| all & signs(part)),
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
    all: Vec<String>,
    /// They follow a character of the match that is no letter or digit.
    after_gap: bool,
}

impl Words {
    fn shortest(&self) -> usize {
        self.all.iter().map(String::len).min().unwrap_or(0)
    }
}

/// Starts of words one of which every match holds.
///
/// Only literals right after a word boundary count: in the middle of a pattern a literal may stand
/// in the middle of a word.
fn words(hir: &Hir, is_folded: bool) -> Option<Words> {
    let mut parts = Vec::new();
    flatten(hir, &mut parts);
    let mut best: Option<Words> = None;
    for at in 0..parts.len() {
        let before = at.checked_sub(1).map(|at| parts[at]);
        let found = match (before, parts[at].kind()) {
            (Some(before), _) if is_boundary(before, is_folded) => prefixes(&parts[at..])
                .map(|all| Words { all, after_gap: !matches!(before.kind(), HirKind::Look(_)) }),
            (_, HirKind::Alternation(branches)) => branches
                .iter()
                .map(|branch| words(branch, is_folded))
                .collect::<Option<Vec<_>>>()
                .map(|found| Words {
                    after_gap: found.iter().any(|words| words.after_gap),
                    all: found.into_iter().flat_map(|words| words.all).collect(),
                }),
            _ => None,
        };
        let Some(found) = found else { continue };
        if found.shortest() >= SHORTEST_WORD
            && best.as_ref().is_none_or(|best| best.shortest() < found.shortest())
        {
            best = Some(found);
        }
    }
    best
}

/// The parts of a pattern in a row, groups opened.
fn flatten<'a>(hir: &'a Hir, parts: &mut Vec<&'a Hir>) {
    match hir.kind() {
        HirKind::Concat(all) => all.iter().for_each(|part| flatten(part, parts)),
        HirKind::Capture(capture) => flatten(&capture.sub, parts),
        _ => parts.push(hir),
    }
}

/// Whether what follows starts a word.
fn is_boundary(hir: &Hir, is_folded: bool) -> bool {
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
        HirKind::Capture(capture) => is_boundary(&capture.sub, is_folded),
        HirKind::Alternation(branches) => {
            branches.iter().all(|branch| is_boundary(branch, is_folded))
        }
        _ => false,
    }
}

fn may_be_alphanumeric(class: &Class, is_folded: bool) -> bool {
    let overlaps = |start: u32, end: u32| {
        [(b'0', b'9'), (b'a', b'z'), (b'A', b'Z')]
            .iter()
            // The folded shadow has no capitals.
            .take(if is_folded { 2 } else { 3 })
            .any(|(first, last)| start <= u32::from(*last) && u32::from(*first) <= end)
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

/// All starts of what these parts match, as far as they are literal.
fn prefixes(parts: &[&Hir]) -> Option<Vec<String>> {
    let mut all = vec![String::new()];
    for part in parts {
        let Some(next) = literals(part) else { break };
        if all.len() * next.len() > MOST_WORDS {
            break;
        }
        all = all
            .iter()
            .flat_map(|start| next.iter().map(move |end| format!("{start}{end}")))
            .collect();
    }
    // The dictionary knows words and phrases: a prefix ends at the first other character.
    let mut starts: Vec<String> = Vec::new();
    for prefix in &all {
        let folded = shadow::fold(prefix);
        let end = folded
            .find(|c: char| !c.is_ascii_alphanumeric() && c != ' ' && c != '-')
            .unwrap_or(folded.len());
        let word = folded[..end].trim_end_matches([' ', '-']);
        if !word.starts_with(|c: char| c.is_ascii_alphanumeric()) || word.contains("  ") {
            return None;
        }
        starts.push(word.to_owned());
    }
    starts.sort();
    starts.dedup();
    Some(starts)
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
                all = all
                    .iter()
                    .flat_map(|start| next.iter().map(move |end| format!("{start}{end}")))
                    .collect();
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
    fn triggers() {
        let cases = [
            // (pattern, signs, words, why)
            (
                r"(?:^|[^a-z0-9])(?:ec-?)?pin[0-9]",
                sign::DIGIT,
                Some(vec!["ec-pin", "ecpin", "pin"]),
                "gap before",
            ),
            (r"[a-z0-9.]+@[a-z0-9.]+", sign::AT, None, "mail"),
            (r"[0-9]{2}:[0-9]{2}", sign::DIGIT | sign::COLON, None, "time"),
            (
                r"(?i)(?-u:\b)passwor[dt]\s*:",
                sign::COLON,
                Some(vec!["password", "passwort"]),
                "word",
            ),
            (r"(?i)passwor[dt]\s*:", sign::COLON, None, "not at the start of a word"),
            (r"(?-u:\b)(?:pin|tan)\s*x", 0, Some(vec!["pin", "tan"]), "several words"),
            (r"a|[0-9]", 0, None, "either"),
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
            let words = words.map(|words| words.into_iter().map(str::to_owned).collect());
            assert_eq!((trigger.signs, trigger.words), (signs, words), "{why}");
        }
    }
}
