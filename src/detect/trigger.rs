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
}

/// Most words worth waiting for.
const MOST_WORDS: usize = 200;
/// Shortest word worth waiting for.
const SHORTEST_WORD: usize = 3;

impl Trigger {
    /// Reads the trigger off a pattern that has been compiled before.
    pub(super) fn of(pattern: &Hir) -> Self {
        let signs = signs(pattern);
        let strong = sign::DIGIT | sign::AT;
        let words = if signs & strong == 0 { words(pattern) } else { None };
        Self { signs, words }
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

/// Starts of words one of which every match holds.
///
/// Only literals right after a word boundary count: in the middle of a pattern a literal may stand
/// in the middle of a word.
fn words(hir: &Hir) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    flatten(hir, &mut parts);
    let mut best: Option<Vec<String>> = None;
    for at in 0..parts.len() {
        let after_boundary = at > 0 && is_boundary(parts[at - 1]);
        let found = match parts[at].kind() {
            HirKind::Alternation(all) if !after_boundary => {
                all.iter().map(words).collect::<Option<Vec<_>>>().map(|all| all.concat())
            }
            _ if after_boundary => prefixes(&parts[at..]),
            _ => None,
        };
        let Some(found) = found else { continue };
        let shortest = |words: &Vec<String>| words.iter().map(String::len).min().unwrap_or(0);
        if shortest(&found) >= SHORTEST_WORD
            && best.as_ref().is_none_or(|best| shortest(best) < shortest(&found))
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

fn is_boundary(hir: &Hir) -> bool {
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
        _ => false,
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
    // The dictionary knows words: a prefix ends at the first character that is none.
    let mut starts: Vec<String> = Vec::new();
    for prefix in &all {
        let word: String =
            shadow::fold(prefix).chars().take_while(char::is_ascii_alphanumeric).collect();
        if word.is_empty() {
            return None;
        }
        starts.push(word);
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
            let trigger = Trigger::of(&regex_syntax::parse(pattern).unwrap());
            let words = words.map(|words| words.into_iter().map(str::to_owned).collect());
            assert_eq!(trigger, Trigger { signs, words }, "{why}");
        }
    }
}
