//! `suppress` and `own learn`.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sparsam::files::Pending;
use sparsam::history::State;
use sparsam::history::query::FindingRow;
use sparsam::policy::suppress::{self, Added, NewSuppression, Suppressions};
use sparsam::report::{FindingRecord, Lang};

use super::args::{OwnCommand, SuppressArgs};
use super::show::Finder;
use super::state;
use crate::cli::{Exit, output};

pub(super) fn suppress(args: &SuppressArgs, lang: Lang) -> anyhow::Result<Exit> {
    let (state, secret) = state::open(&args.state)?;
    let path = state::suppressions_path(args.suppressions.as_deref(), Some(&args.state.state))
        .context("--suppressions is missing")?;
    let decisions = match &args.from {
        Some(from) => {
            let list = Suppressions::load(from)?;
            if list.is_empty() {
                bail!("{}: there is no decision in it", from.display());
            }
            if list.secret.as_ref().is_some_and(|theirs| *theirs != secret.id()) {
                bail!("{}: its ids were made with another secret than this state", from.display());
            }
            list.written().to_vec()
        }
        None => decisions(args, &state)?,
    };
    let Added { text, renewed } = suppress::add(&path, &secret.id(), &decisions)?;
    let mut out = Pending::new(&path).with_context(|| path.display().to_string())?;
    out.write_all(text.as_bytes())?;
    out.keep().with_context(|| path.display().to_string())?;
    for decision in &decisions {
        let finding = decision.id.clone().or_else(|| decision.value.clone());
        let reason = Some(decision.reason.clone());
        state.log(&sparsam::history::audit::Entry {
            finding,
            reason,
            ..state::entry("suppress")?
        })?;
    }
    let count = decisions.len();
    let path = output::plain(&path.display().to_string());
    let noun = match (lang, count) {
        (Lang::En, 1) => "decision",
        (Lang::En, _) => "decisions",
        (Lang::De, 1) => "Entscheidung",
        (Lang::De, _) => "Entscheidungen",
    };
    output::print(&match lang {
        Lang::En => format!("{count} {noun} written to {path}, {renewed} renewed by that\n"),
        Lang::De => format!("{count} {noun} in {path} eingetragen, {renewed} damit erneuert\n"),
    })?;
    Ok(Exit::Good)
}

fn decisions(args: &SuppressArgs, state: &State) -> anyhow::Result<Vec<NewSuppression>> {
    let now = state::clock()?.unwrap_or_else(Timestamp::now);
    let today = TimeZone::UTC.to_datetime(now).date();
    let (Some(reason), Some(until)) = (&args.reason, args.until) else {
        bail!("--reason and --until are missing");
    };
    let rules = state.last_rules()?;
    args.ids
        .iter()
        .map(|id| {
            let finding = find(state, id)?;
            let record: Option<FindingRecord> = serde_json::from_str(&finding.record).ok();
            let (id, value) = match args.everywhere {
                true => (None, Some(finding.value_id)),
                false => (Some(finding.id), None),
            };
            Ok(NewSuppression {
                id,
                value,
                rule: Some(finding.rule),
                chat: None,
                folder: None,
                reason: reason.0.clone(),
                decided_by: args.by.clone().map_or_else(state::user, |by| by.0),
                decided_at: today,
                expires: until.0,
                reopen_rules: rules.clone().filter(|_| args.reopen_on_rules),
                reopen_above: record
                    .map(|record| record.occurrences)
                    .filter(|_| args.reopen_on_more),
            })
        })
        .collect()
}

/// The one finding whose id begins so.
pub(super) fn find(state: &State, id: &str) -> anyhow::Result<FindingRow> {
    let shown = output::plain(id);
    if id.len() < 8 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!("{shown}: expected an id of a report, or at least its first 8 digits");
    }
    let mut found = state.findings(&id.to_ascii_lowercase())?;
    match (found.pop(), found.pop()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => bail!("{shown}: several findings begin so, give more digits"),
        (None, _) => bail!("{shown}: the state knows no such finding"),
    }
}

/// Rules whose values a policy can name as own, with their keys there.
const OWN: [(&str, &str); 3] =
    [("financial.iban", "ibans"), ("contact.phone", "phones"), ("contact.email", "emails")];
/// A value in fewer inputs is no pattern.
const FEWEST: u64 = 3;

pub(super) fn own(command: &OwnCommand, lang: Lang) -> anyhow::Result<Exit> {
    let OwnCommand::Learn { share, rules, state: args } = command;
    let (state, secret) = state::open(args)?;
    let inputs = state.inputs_with_findings()?;
    let least = (inputs * u64::from(share.unwrap_or(50))).div_ceil(100).max(FEWEST);
    let names: Vec<&str> = OWN.iter().map(|own| own.0).collect();
    let mut common = state.common_values(&names)?;
    common.retain(|value| value.inputs >= least);
    if common.is_empty() {
        output::print(match lang {
            Lang::En => "No value stands in so many inputs that it could be the firm's own.\n",
            Lang::De => "Kein Wert steht in so vielen Quellen, dass er der eigene sein könnte.\n",
        })?;
        return Ok(Exit::Good);
    }
    let finder =
        std::io::stdout().is_terminal().then(|| Finder::new(rules, &[], &secret)).transpose()?;
    let records: Vec<FindingRecord> =
        common.iter().map(|value| serde_json::from_str(&value.record)).collect::<Result<_, _>>()?;
    // Inside the sandbox the list of users cannot be read.
    let entry = state::entry("own-learn")?;
    if let Some(finder) = &finder {
        finder.shut_in(&records, &[], &args.state)?;
    }
    let mut text = String::from("[own]\n");
    for (rule, key) in OWN {
        let mut of_rule =
            common.iter().zip(&records).filter(|(value, _)| value.rule == rule).peekable();
        if of_rule.peek().is_none() {
            continue;
        }
        let _ = writeln!(text, "{key} = [");
        for (value, record) in of_rule {
            let seen = match &finder {
                Some(finder) => finder.find(record, &[])?,
                None => None,
            };
            let of = match lang {
                Lang::En => format!("in {} of {inputs} inputs, {}", value.inputs, record.preview),
                Lang::De => format!("in {} von {inputs} Quellen, {}", value.inputs, record.preview),
            };
            let _ = match seen {
                Some(sight) => {
                    state.log(&sparsam::history::audit::Entry {
                        finding: Some(record.id.clone()),
                        ..entry.clone()
                    })?;
                    let value = toml_value(&sight.value);
                    writeln!(text, "  {value}, # {of}")
                }
                None => writeln!(text, "  # {} {of}", record.id.get(..12).unwrap_or(&record.id)),
            };
        }
        text.push_str("]\n");
    }
    output::print(&text)?;
    Ok(Exit::Good)
}

/// A value from a chat as a TOML string that cannot be anything else.
fn toml_value(value: &str) -> String {
    toml::Value::String(output::plain(value).replace('\n', " ")).to_string()
}

/// Whether a path is there, for messages.
pub(super) fn is_there(path: &str) -> bool {
    Path::new(path).exists()
}
