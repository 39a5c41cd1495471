//! Values of a form: random texts that a regular expression matches.

use anyhow::Context as _;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::corpus::Dice;

/// How often a value is drawn until its check digits are right.
const TRIES: u32 = 2_000_000;
/// How much longer than its least an open repetition may become.
const MORE: u32 = 6;

/// A form, and what its values must pass.
#[derive(Clone)]
pub(super) struct Form {
    hir: Hir,
    valid: Option<fn(&str) -> bool>,
}

impl Form {
    pub(super) fn new(regex: &str, validator: Option<&str>) -> anyhow::Result<Self> {
        let hir = regex_syntax::parse(regex).with_context(|| format!("the form {regex}"))?;
        let valid = validator
            .map(|name| {
                sparsam::validate::validator(name).with_context(|| format!("no validator {name}"))
            })
            .transpose()?;
        Ok(Self { hir, valid })
    }

    /// Whether values hold signs of a name, an address or several words.
    pub(super) fn is_named(&self) -> bool {
        let mut dice = Dice::new(1);
        let mut value = String::new();
        draw(&self.hir, &mut dice, &mut value);
        value.contains([' ', '@']) || value.contains("://") || value.contains("y=")
    }

    /// One value; `None` if none of the drawn ones was valid.
    pub(super) fn draw(&self, dice: &mut Dice) -> Option<String> {
        for _ in 0..TRIES {
            let mut value = String::new();
            draw(&self.hir, dice, &mut value);
            if self.valid.is_none_or(|valid| valid(&value)) {
                return Some(value);
            }
        }
        None
    }
}

fn draw(hir: &Hir, dice: &mut Dice, out: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(one_of(class, dice)),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min + MORE);
            for _ in 0..dice.range(repetition.min.into(), most.into()) {
                draw(&repetition.sub, dice, out);
            }
        }
        HirKind::Capture(capture) => draw(&capture.sub, dice, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| draw(part, dice, out)),
        HirKind::Alternation(parts) => {
            let at = dice.range(0, parts.len() as u64 - 1);
            draw(&parts[usize::try_from(at).unwrap_or(0)], dice, out);
        }
    }
}

/// A character of a class, each as likely as any other.
fn one_of(class: &Class, dice: &mut Dice) -> Option<char> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => {
            class.iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
        Class::Bytes(class) => {
            class.iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
    };
    let size = |range: &(u32, u32)| u64::from(range.1 - range.0) + 1;
    let all: u64 = ranges.iter().map(size).sum();
    let mut at = dice.range(0, all.checked_sub(1)?);
    for range in &ranges {
        if at < size(range) {
            return char::from_u32(range.0 + u32::try_from(at).ok()?);
        }
        at -= size(range);
    }
    None
}
