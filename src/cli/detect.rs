//! `detect`: a filter over JSON Lines.

use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write as _};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sparsam::detect::{self, Detector};
use sparsam::model::{Confidence, Finding, Page, Secret, SenderId};
use sparsam::policy::Policy;

use super::args::DetectArgs;
use super::setup::{self, Rules};
use super::{Exit, output};

/// Longest line, in bytes; a longer one is reported and passed over.
const MAX_LINE: u64 = 64 << 20;

#[derive(Deserialize)]
struct Question {
    #[serde(default)]
    id: Value,
    text: String,
    #[serde(default)]
    before: Vec<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: Value,
    spans: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    start: usize,
    end: usize,
    rule: &'a str,
    score: f32,
    #[serde(flatten)]
    why: Option<Why>,
}

#[derive(Serialize)]
struct Why {
    confidence: &'static str,
    reasons: Vec<String>,
}

pub(super) fn filter(args: &DetectArgs) -> anyhow::Result<Exit> {
    let rules = Rules::load(&args.rules)?;
    let filter = Filter {
        detector: rules.detector(args.sensitive)?,
        policy: &rules.policy,
        confidence: setup::confidence(args.sensitive),
        explain: args.explain,
    };
    let mut input = BufReader::new(io::stdin().lock());
    let mut out = BufWriter::new(io::stdout().lock());
    let mut exit = Exit::Good;
    let mut line = Vec::new();
    for number in 1_u64.. {
        // Whoever waits for an answer before asking again must get it.
        if input.buffer().is_empty() {
            out.flush()?;
        }
        line.clear();
        if input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let whole = line.ends_with(b"\n") || line.len() as u64 != MAX_LINE;
        let asked = if whole {
            serde_json::from_slice::<Question>(&line).map_err(|error| {
                format!("column {}: expected {{\"text\":\"...\"}}", error.column())
            })
        } else {
            skip_line(&mut input)?;
            Err("longer than 64 MiB".to_owned())
        };
        match asked {
            Ok(question) => {
                filter.answer(question, &mut out)?;
            }
            // serde's own message would quote the text.
            Err(_) if whole && line.trim_ascii().is_empty() => {}
            Err(what) => {
                output::complain(&format!("line {number}: {what}"));
                exit = Exit::Incident;
            }
        }
    }
    out.flush()?;
    Ok(exit)
}

/// Passes over the rest of a line without keeping it.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let piece = input.fill_buf()?;
        let end = piece.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(piece.len(), |end| end + 1);
        let done = end.is_some() || piece.is_empty();
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}

struct Filter<'a> {
    detector: Detector,
    policy: &'a Policy,
    confidence: Confidence,
    explain: bool,
}

impl Filter<'_> {
    fn answer(&self, question: Question, out: &mut impl io::Write) -> anyhow::Result<()> {
        let page = page(&question);
        let findings = self.detector.scan(&page);
        let spans = findings
            .iter()
            .filter(|finding| self.counts(&page, finding))
            .flat_map(|finding| self.spans(&page, finding))
            .collect();
        serde_json::to_writer(&mut *out, &Answer { id: question.id, spans })
            .map_err(io::Error::from)?;
        Ok(out.write_all(b"\n")?)
    }

    fn counts(&self, page: &Page, finding: &Finding) -> bool {
        let rule = &finding.rule.id;
        let value: String =
            finding.spans.iter().map(|span| &page.text[span.range.clone()]).collect();
        finding.confidence >= self.policy.threshold(rule, self.confidence)
            && !self.policy.is_own(rule, &detect::normalise(rule, Secret::new(&value)))
    }

    /// The spans in the text itself, not those in messages before it.
    fn spans<'a>(&self, page: &Page, finding: &'a Finding) -> Vec<Found<'a>> {
        let from = page.owned_text.start;
        finding
            .spans
            .iter()
            .filter(|span| page.owned.contains(&span.slot))
            .map(|span| Found {
                start: span.range.start - from,
                end: span.range.end - from,
                rule: &finding.rule.id,
                score: finding.score,
                why: self.explain.then(|| Why {
                    confidence: finding.confidence.name(),
                    reasons: finding.reasons.iter().map(ToString::to_string).collect(),
                }),
            })
            .collect()
    }
}

/// A conversation whose last message is the one that is looked at; those before are by the other side.
fn page(question: &Question) -> Page {
    let before = question.before.iter().map(|text| (Some(SenderId(1)), text.as_str()));
    let texts: Vec<_> = before.chain([(Some(SenderId(0)), question.text.as_str())]).collect();
    let mut page = detect::page_of(&texts);
    page.owned = page.slots.len() - 1..page.slots.len();
    page.owned_text = page.slots.last().map_or(0..0, |slot| slot.range.clone());
    page
}
