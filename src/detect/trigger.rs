//! What a text must hold so that a pattern can match, read off the pattern itself: words, and [`super::needed`] signs.

use regex_syntax::hir::{Hir, HirKind};

use super::needed::all_signs;
use super::parts::{After, Part, chars, flatten, is_after_boundary, is_gap};
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
