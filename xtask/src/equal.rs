//! `cargo xtask equal`: detection with all its short cuts and without any must find the same, in all
//! fixtures, in generated chats and in random texts.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::ensure;
use clap::Args;
use sparsam::detect::{Detector, page_of};
use sparsam::model::{Finding, Page, Part, SenderId, Slot};
use sparsam::pattern::load_builtin;

use crate::corpus::{self, Dice};
use crate::run::root;

#[derive(Args)]
pub(crate) struct Options {
    /// Generated messages, and random texts of each kind
    #[arg(long, default_value_t = 4000)]
    texts: usize,
    /// The same seed, the same texts
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Messages of a page: short enough to show where two ways differ.
const MESSAGES: usize = 24;

pub(crate) fn equal(options: &Options) -> anyhow::Result<()> {
    let rules = load_builtin()?;
    let fast = Detector::new(&rules, |_| true)?;
    let slow = Detector::new(&rules, |_| true)?.exhaustive();
    let mut dice = Dice::new(options.seed);
    let mut fixtures = Vec::new();
    lines_below(&root().join("fixtures"), &mut fixtures)?;
    let chats = corpus::chat(&mut dice, options.texts * 70);
    let generated: Vec<String> = chats.lines().take(options.texts).map(body).collect();
    let kinds = [
        ("mutated", mutated(&mut dice, &fixtures, options.texts)),
        ("random", (0..options.texts).map(|_| random(&mut dice)).collect()),
        ("generated", generated),
        ("fixtures", fixtures),
    ];
    for (kind, texts) in kinds {
        let mut findings = 0;
        for (at, texts) in texts.chunks(MESSAGES).enumerate() {
            let page = page(texts);
            let (quick, thorough) = (fast.scan(&page), slow.scan(&page));
            let (quick, thorough) = (told(&quick, &page), told(&thorough, &page));
            ensure!(
                quick == thorough,
                "{kind}, page {at}: the two ways differ\nfast:\n{quick}\nexhaustive:\n{thorough}\ntexts:\n{}",
                texts.join("\n")
            );
            findings += quick.lines().count();
        }
        println!("{kind}: {} texts, {findings} findings, the same both ways", texts.len());
    }
    Ok(())
}

/// A page of messages of two people in turn, each with its sender, as readers of chats make it.
fn page(texts: &[String]) -> Page {
    let names = ["+49 151 23456789", "Erika Beispiel"];
    let both: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| format!("{}: {text}", names[at / 3 % names.len()]))
        .collect();
    let sender = |at: usize| Some(SenderId(u32::from(at / 3 % names.len() == 1)));
    let messages: Vec<(Option<SenderId>, &str)> =
        both.iter().enumerate().map(|(at, text)| (sender(at), text.as_str())).collect();
    let mut page = page_of(&messages);
    for (at, slot) in std::mem::take(&mut page.slots).into_iter().enumerate() {
        let end = slot.range.start + names[at / 3 % names.len()].len();
        page.messages[at].sender_text = slot.range.start..end;
        let sender = Slot { part: Part::Sender, range: slot.range.start..end, ..slot.clone() };
        page.slots.extend([sender, Slot { range: end + 2..slot.range.end, ..slot }]);
    }
    page.owned = 0..page.slots.len();
    page
}

/// Findings as lines, to compare and to show.
fn told(findings: &[Finding], page: &Page) -> String {
    let mut all = String::new();
    for finding in findings {
        let places: Vec<&str> =
            finding.spans.iter().map(|span| &page.text[span.range.clone()]).collect();
        let _ = writeln!(
            all,
            "{} {:?} {:?} {:?} {:?}",
            finding.rule.id, finding.confidence, finding.reasons, finding.spans, places
        );
    }
    all
}

/// All lines of all text files below a folder, in the order of their names.
fn lines_below(folder: &Path, lines: &mut Vec<String>) -> anyhow::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_type()?.is_dir() {
            lines_below(&entry.path(), lines)?;
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            lines.extend(text.lines().filter(|line| !line.is_empty()).map(str::to_owned));
        }
    }
    Ok(())
}

/// A line of an export without date and sender.
fn body(line: &str) -> String {
    line.split_once(": ").map_or(line, |(_, body)| body).to_owned()
}

/// What chats and hostile texts are made of.
const PIECES: &[&str] = &[
    " ",
    "  ",
    "\n",
    "\r",
    "\t",
    "\u{a0}",
    "\u{202f}",
    "\u{200b}",
    "\u{202e}",
    "\0",
    "\u{308}",
    "\u{301}",
    ".",
    ",",
    ":",
    "-",
    "–",
    "/",
    "_",
    "+",
    "@",
    "(",
    "[",
    "*",
    "?",
    "=",
    "%",
    "%20",
    "%40",
    "%C3%BC",
    "%CC%88",
    "https://x.de/?a=",
    "ä",
    "ß",
    "Е",
    "О",
    "１",
    "٣",
    "😂",
    "0",
    "1",
    "4",
    "17",
    "49",
    "2024",
    "DE",
    "de89",
    "AT",
    "IBAN",
    "PIN",
    "pw",
    "code",
    "krank",
    "krebs",
    "Diabetes",
    "str.",
    "straße 5",
    "10115 Berlin",
    "ver.di",
    "ist",
    "meine",
    "Nummer",
    "geb.",
    "www.",
    ".de",
    "370400440532013000",
    "89 3704 0044",
    "L01X00T47",
    "erika",
    "12.03.1981",
    "18:30",
    "sk_live_",
    "AKIA",
];

/// A text of random pieces.
fn random(dice: &mut Dice) -> String {
    (0..dice.range(1, 24)).map(|_| dice.pick(PIECES)).collect()
}

/// Lines with a piece put in, or one character taken out, somewhere.
fn mutated(dice: &mut Dice, lines: &[String], count: usize) -> Vec<String> {
    let mutate = |dice: &mut Dice| {
        let at = usize::try_from(dice.next()).unwrap_or(0) % lines.len();
        let mut line: Vec<char> = lines[at].chars().take(400).collect();
        for _ in 0..dice.range(1, 3) {
            let at = usize::try_from(dice.next()).unwrap_or(0) % (line.len() + 1);
            if dice.range(0, 1) == 0 && at < line.len() {
                line.remove(at);
            } else {
                line.splice(at..at, dice.pick(PIECES).chars());
            }
        }
        line.into_iter().collect()
    };
    (0..count).map(|_| mutate(dice)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn short_cuts_change_nothing() {
        equal(&Options { texts: 400, seed: 3 }).unwrap();
    }
}
