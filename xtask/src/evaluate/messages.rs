//! The corpus: labelled messages from frames, wordings and lists.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;

use anyhow::{Context as _, bail};
use sparsam::pattern::RuleSet;

use super::form::FORMS;
use super::sample::Form;
use crate::corpus::Dice;
use crate::run;

/// Which part of the corpus a wording belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Half {
    /// Rules may be changed for it.
    Tune,
    /// It only judges.
    Check,
}

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A number with check digits, in one written form.
    Identifier,
    /// The value alone, after a question.
    Answer,
    /// A value over two messages.
    Split,
    /// Any other sensitive message.
    Message,
    /// A key or token in a form that its maker documents.
    Token,
    /// What looks like a key or token and is none.
    NearMiss,
    /// Nothing to find.
    Harmless,
}

/// A labelled message.
pub(super) struct Case {
    pub(super) half: Half,
    pub(super) kind: Kind,
    pub(super) lang: String,
    /// Written form of an identifier.
    pub(super) form: &'static str,
    /// The rule that should find it, or its family.
    pub(super) rule: String,
    /// Messages before; `> ` begins one of the same sender.
    pub(super) before: Vec<String>,
    pub(super) text: String,
    /// What should be found, in bytes of the text.
    pub(super) gold: Vec<Range<usize>>,
}

/// Values of one written form for each identifier and half.
const VALUES: usize = 2;
/// Messages for each wording with slots.
const DRAWS: usize = 8;
/// Messages for each wording with a slot of many entries.
const MANY: usize = 40;
/// Messages for each harmless wording with slots.
const HARMLESS: usize = 24;
/// Values of each form of token.
const TOKENS: usize = 4;
/// What stands around a token: `{}`.
const TOKEN_FRAMES: &[&str] = &[
    "{}",
    "hier der neue Key: {}",
    "kannst du das mal testen? {} danke",
    "export KEY=\"{}\"",
    "use {} for staging, please",
    "({})",
    "Zugang fürs Backup:\n{}",
];
/// What stands around a near miss.
const NEAR_FRAMES: &[&str] = &["{}", "schau mal: {}", "da steht {} drin", "see {} there"];

/// All cases, the same for the same seed.
pub(super) fn make(rules: &RuleSet, seed: u64) -> anyhow::Result<Vec<Case>> {
    let mut dice = Dice::new(seed);
    let values = Values::load()?;
    let mut cases = identifiers(rules, &mut dice)?;
    for (file, kind) in [("messages.tsv", Kind::Message), ("answers.tsv", Kind::Answer)] {
        for row in rows(file)? {
            let [rule, lang, before @ .., text] = &row[..] else { bail!("{file}: {row:?}") };
            let before: Vec<String> =
                before.iter().filter(|text| !text.is_empty()).cloned().collect();
            let half = half(text, &before);
            let draws = if values.has_many(text) { MANY } else { DRAWS };
            for filled in values.fill(text, half, draws, &mut dice)? {
                let (text, gold) = marked(&filled);
                let (lang, rule, before) = (lang.clone(), rule.clone(), before.clone());
                cases.push(Case { half, kind, lang, form: "", rule, before, text, gold });
            }
        }
    }
    cases.extend(tokens(&mut dice)?);
    for row in rows("harmless.tsv")? {
        let [lang, before @ .., text] = &row[..] else { bail!("harmless.tsv: {row:?}") };
        let before: Vec<String> = before.iter().filter(|text| !text.is_empty()).cloned().collect();
        let half = half(text, &before);
        for filled in values.fill(text, half, HARMLESS, &mut dice)? {
            cases.push(harmless(half, lang, before.clone(), filled));
        }
    }
    for lang in ["de", "en", "es", "fr", "it", "nl", "pl"] {
        let file = run::root().join(format!("fixtures/harmless.{lang}.txt"));
        for line in fs::read_to_string(file)?.lines() {
            cases.push(harmless(Half::Tune, lang, Vec::new(), line.to_owned()));
        }
    }
    Ok(cases)
}

fn harmless(half: Half, lang: &str, before: Vec<String>, text: String) -> Case {
    let (lang, rule) = (lang.to_owned(), String::new());
    Case { half, kind: Kind::Harmless, lang, form: "", rule, before, text, gold: Vec::new() }
}

/// Numbers with check digits: every identifier in every written form its rule allows.
fn identifiers(rules: &RuleSet, dice: &mut Dice) -> anyhow::Result<Vec<Case>> {
    let frames = rows("frames.tsv")?;
    let mut cases = Vec::new();
    for row in rows("identifiers.tsv")? {
        let [rule, lang, validator, form, names] = &row[..] else {
            bail!("identifiers.tsv: {row:?}")
        };
        let values = Form::new(form, Some(validator))?;
        let known = rules.rules.iter().find(|known| known.file.id == *rule);
        let known = known.with_context(|| format!("identifiers.tsv: no rule {rule}"))?;
        let separators = known.file.find.iter().find_map(|find| find.separators.clone());
        let names: Vec<&str> = names.split('|').collect();
        for half in [Half::Tune, Half::Check] {
            let frames: Vec<_> = frames
                .iter()
                .filter(|frame| frame[0] == *lang && self::half(&frame[2], &frame[1..2]) == half)
                .collect();
            let mut draw = || {
                let value = values.draw(dice);
                value.map(|value| (value, dice.range(0, u64::MAX - 1), dice.range(0, 1 << 32)))
            };
            for (name, write) in FORMS {
                for _ in 0..VALUES {
                    let (value, at, of) = draw().with_context(|| format!("no values of {rule}"))?;
                    let Some(written) = written(&value, name, write, separators.as_deref()) else {
                        break;
                    };
                    let frame = frames[usize::try_from(at % frames.len() as u64)?];
                    let title = names[usize::try_from(of % names.len() as u64)?];
                    let mut case = framed(frame, title, &written);
                    (case.half, case.lang, case.form) = (half, lang.clone(), name);
                    case.rule.clone_from(rule);
                    cases.push(case);
                }
            }
            let (value, ..) = draw().with_context(|| format!("no values of {rule}"))?;
            if separators.as_deref().is_none_or(|all| all.contains(' ')) {
                let cut = value.len() / 8 * 4;
                let (first, last) = value.split_at(cut.max(4));
                let before = vec![format!("> {}: {first}", names[0])];
                cases.push(Case {
                    half,
                    kind: Kind::Split,
                    lang: lang.clone(),
                    form: "",
                    rule: rule.clone(),
                    before,
                    text: last.to_owned(),
                    gold: vec![0..last.len()],
                });
            }
        }
    }
    Ok(cases)
}

/// Tokens of all makers, and what is none: too short, another prefix, a placeholder, other long texts.
fn tokens(dice: &mut Dice) -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    let mut add = |half, kind, frames: &[&str], value: &str, at: usize| {
        let frame = frames[at % frames.len()];
        let start = frame.find("{}").unwrap_or(0);
        let gold = if kind == Kind::Token { vec![start..start + value.len()] } else { Vec::new() };
        let (text, rule) = (frame.replace("{}", value), "credential".to_owned());
        let lang = "any".to_owned();
        cases.push(Case { half, kind, lang, form: "", rule, before: Vec::new(), text, gold });
    };
    for (number, row) in rows("tokens.tsv")?.iter().enumerate() {
        let [maker, length, form] = &row[..] else { bail!("tokens.tsv: {row:?}") };
        let half = half(maker, &[]);
        let form = Form::new(form, None)?;
        for at in 0..TOKENS {
            let value = form.draw(dice).with_context(|| format!("no values of {maker}"))?;
            add(half, Kind::Token, TOKEN_FRAMES, &value, number + at);
        }
        // What has a name or a host before it is a secret at any length.
        if form.is_named() {
            continue;
        }
        let value = form.draw(dice).with_context(|| format!("no values of {maker}"))?;
        let keep = if length == "exact" { value.len() - 1 } else { value.len().min(14) };
        let other = format!("Z{}", &value[1..]);
        let blank = |(at, c): (usize, char)| if at > 7 && c.is_alphanumeric() { 'x' } else { c };
        let placeholder: String = value.chars().enumerate().map(blank).collect();
        for (at, near) in [&value[..keep], &other, &placeholder].into_iter().enumerate() {
            add(half, Kind::NearMiss, NEAR_FRAMES, near, number + at);
        }
    }
    for (number, row) in rows("near_misses.tsv")?.iter().enumerate() {
        let [what, form] = &row[..] else { bail!("near_misses.tsv: {row:?}") };
        let form = Form::new(form, None)?;
        for at in 0..TOKENS {
            let value = form.draw(dice).with_context(|| format!("no values of {what}"))?;
            add(half(what, &[]), Kind::NearMiss, NEAR_FRAMES, &value, number + at);
        }
    }
    Ok(cases)
}

/// A value in a written form; `None` if nobody writes it so.
fn written(
    value: &str,
    name: &str,
    write: &dyn Fn(&str) -> String,
    separators: Option<&str>,
) -> Option<String> {
    let allows = |separator: char| {
        separators.is_none_or(|all| all.contains(separator)) && !value.contains('-')
    };
    let is_written = match name {
        "grouped" | "no-break spaces" | "narrow spaces" | "line break" => allows(' '),
        "dots" => allows('.'),
        "dashes" => allows('-'),
        "lower case" => value.contains(|c: char| c.is_ascii_uppercase()),
        _ => true,
    };
    is_written.then(|| write(value))
}

fn framed(frame: &[String], title: &str, value: &str) -> Case {
    let text = frame[2].replace("{name}", title);
    let at = text.find("{value}").unwrap_or(0);
    let text = text.replace("{value}", value);
    // Marks around a value and a last zero-width space are no part of it.
    let marks = ['\u{202a}', '\u{202c}', '\u{200b}'];
    let core = value.trim_matches(marks);
    let start = at + (value.len() - value.trim_start_matches(marks).len());
    let before = frame[1].replace("{name}", title);
    Case {
        half: Half::Tune,
        kind: if before.is_empty() { Kind::Identifier } else { Kind::Answer },
        lang: String::new(),
        form: "",
        rule: String::new(),
        before: (!before.is_empty()).then_some(before).into_iter().collect(),
        gold: vec![start..start + core.len()],
        text,
    }
}

/// Lists and forms for the slots of wordings.
struct Values(BTreeMap<String, Source>);

enum Source {
    List(Vec<String>),
    Drawn(Form),
}

impl Values {
    fn load() -> anyhow::Result<Self> {
        let mut all = BTreeMap::new();
        for row in rows("values.tsv")? {
            let [name, values] = &row[..] else { bail!("values.tsv: {row:?}") };
            let source = match values.strip_prefix('~') {
                Some(form) => Source::Drawn(Form::new(form, None)?),
                None => Source::List(values.split('|').map(str::to_owned).collect()),
            };
            all.insert(name.clone(), source);
        }
        Ok(Self(all))
    }

    fn has_many(&self, text: &str) -> bool {
        self.0.iter().any(|(name, source)| {
            text.contains(&format!("{{{name}}}"))
                && matches!(source, Source::List(list) if list.len() >= 30)
        })
    }

    /// A wording with its slots filled, up to so many times; once if it has none.
    fn fill(
        &self,
        text: &str,
        half: Half,
        times: usize,
        dice: &mut Dice,
    ) -> anyhow::Result<Vec<String>> {
        let text = text.replace("\\n", "\n");
        if !text.contains('{') {
            return Ok(vec![text]);
        }
        let mut filled: Vec<String> = Vec::new();
        for _ in 0..times {
            let mut out = String::new();
            let mut rest = text.as_str();
            while let Some((head, tail)) = rest.split_once('{') {
                let (name, tail) = tail.split_once('}').context("a slot without end")?;
                out.push_str(head);
                let source = self.0.get(name).with_context(|| format!("no values for {name}"))?;
                out.push_str(&draw(source, half, dice).context("no value")?);
                rest = tail;
            }
            out.push_str(rest);
            if !filled.contains(&out) {
                filled.push(out);
            }
        }
        Ok(filled)
    }
}

/// A value of a half's own: of long lists each half has its own entries.
fn draw(source: &Source, half: Half, dice: &mut Dice) -> Option<String> {
    let list = match source {
        Source::Drawn(form) => return form.draw(dice),
        Source::List(list) => list,
    };
    let at = usize::try_from(dice.range(0, list.len() as u64 - 1)).ok()?;
    if list.len() < 8 {
        return list.get(at).cloned();
    }
    list.get((at / 2 * 2 + usize::from(half == Half::Check)).min(list.len() - 1)).cloned()
}

/// A text without its marks `[[` and `]]`, and the places between them.
fn marked(text: &str) -> (String, Vec<Range<usize>>) {
    let mut plain = String::new();
    let mut gold = Vec::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once("[[") {
        plain.push_str(head);
        let (value, tail) = tail.split_once("]]").unwrap_or((tail, ""));
        gold.push(plain.len()..plain.len() + value.len());
        plain.push_str(value);
        rest = tail;
    }
    plain.push_str(rest);
    (plain, gold)
}

/// FNV-1a over the wording decides.
fn half(text: &str, before: &[String]) -> Half {
    let bytes = before.iter().flat_map(|text| text.bytes()).chain(text.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    if (hash >> 32) % 2 == 0 { Half::Tune } else { Half::Check }
}

/// Lines of a table below `xtask/evaluate`, without its head.
pub(super) fn rows(file: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let path = run::root().join("xtask/evaluate").join(file);
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let lines = text.lines().skip(1).filter(|line| !line.is_empty());
    Ok(lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}
