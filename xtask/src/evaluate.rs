//! `cargo xtask evaluate`: what detection finds, misses and imagines.
//!
//! The corpus is made here: frames, wordings and lists in `xtask/evaluate`, numbers drawn until their
//! check digits are right. Wordings and list entries fall into two halves by a hash: rules may be
//! tuned on one, the other one is what `docs/evaluation.md` reports. With `--records`, foreign data
//! with marked spans is scored instead.

mod form;
mod messages;
mod records;
mod sample;
mod sheet;
mod tally;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use sparsam::detect::{Detector, page_of};
use sparsam::model::{Confidence, Page, SenderId};
use sparsam::pattern::load_builtin;

use crate::corpus::Dice;
use crate::run;
use messages::Half;
use tally::Tally;

#[derive(Args)]
pub(crate) struct Options {
    /// The same seed, the same corpus
    #[arg(long, default_value_t = 11)]
    seed: u64,
    /// Count findings of low confidence too
    #[arg(long)]
    sensitive: bool,
    /// Print so many misses and false alarms of the half that rules may be tuned on
    #[arg(long, default_value_t = 0)]
    errors: usize,
    /// Score files of JSON Lines {"id","text","spans":[{"start","end","label"}]} instead (offsets in characters)
    #[arg(long, num_args = 1..)]
    records: Vec<PathBuf>,
    /// Words to put before each record's text, by the value of its "meta"."kind": lines KIND<tab>WORDS
    #[arg(long, requires = "records")]
    prefixes: Option<PathBuf>,
}

pub(crate) fn evaluate(options: &Options) -> anyhow::Result<()> {
    let rules = load_builtin()?;
    let judge = Judge {
        detector: Detector::new(&rules, |rule| options.sensitive || !rule.file.off)?,
        least: if options.sensitive { Confidence::Low } else { Confidence::Medium },
    };
    if !options.records.is_empty() {
        return records::score(
            &judge,
            &options.records,
            options.prefixes.as_deref(),
            options.errors,
        );
    }
    let cases = messages::make(&rules, options.seed)?;
    let mut tallies: BTreeMap<Half, Tally> = BTreeMap::new();
    for case in &cases {
        tallies.entry(case.half).or_default().add(case, judge.found(&case.before, &case.text));
    }
    if options.errors > 0 {
        for line in tallies.entry(Half::Tune).or_default().errors(options.errors) {
            println!("{line}");
        }
    }
    let chance = tax_ids_by_chance(&judge, options.seed);
    let sheet = sheet::write(&tallies, chance, options.seed);
    let path = run::root().join("docs/evaluation.md");
    if !options.sensitive {
        fs::write(&path, &sheet).with_context(|| format!("{} not written", path.display()))?;
    }
    println!("{}", sheet::summary(&tallies, chance));
    Ok(())
}

/// A finding in the last message of a case.
pub(crate) struct Found {
    rule: String,
    /// In bytes of the text.
    range: Range<usize>,
}

/// The built-in rules, at one level.
pub(crate) struct Judge {
    detector: Detector,
    least: Confidence,
}

impl Judge {
    /// What counts in a text after other messages: `> ` begins one of the same sender.
    fn found(&self, before: &[String], text: &str) -> Vec<Found> {
        let texts = before.iter().map(|before| match before.strip_prefix("> ") {
            Some(same) => (Some(SenderId(0)), same),
            None => (Some(SenderId(1)), before.as_str()),
        });
        let texts: Vec<_> = texts.chain([(Some(SenderId(0)), text)]).collect();
        let mut page: Page = page_of(&texts);
        let last = page.slots.len() - 1;
        page.owned = last..last + 1;
        let base = page.slots[last].range.start;
        page.owned_text = page.slots[last].range.clone();
        let findings = self.detector.scan(&page);
        findings
            .iter()
            .filter(|finding| finding.confidence >= self.least)
            .flat_map(|finding| finding.spans.iter().map(move |span| (finding, span)))
            .filter(|(_, span)| span.slot == last)
            .map(|(finding, span)| Found {
                rule: finding.rule.id.clone(),
                range: span.range.start - base..span.range.end - base,
            })
            .collect()
    }
}

/// How many of 100,000 random numbers of eleven digits pass for a Steuer-ID without any context.
fn tax_ids_by_chance(judge: &Judge, seed: u64) -> f64 {
    let mut dice = Dice::new(seed);
    let all = 100_000_u32;
    let taken = (0..all).filter(|_| {
        let text = dice.digits(11);
        judge.found(&[], &text).iter().any(|found| found.rule == "identity.de_tax_id")
    });
    f64::from(u32::try_from(taken.count()).unwrap_or(u32::MAX)) / f64::from(all)
}
