//! `rules`: list, show, check.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use sparsam::pattern::{self, FILES, RuleSet, RuleSource};
use sparsam::report::Lang;

use super::args::{RuleArgs, RulesCommand};
use super::setup::Rules;
use super::{Exit, output};

pub(super) fn rules(command: &RulesCommand, lang: Lang) -> anyhow::Result<Exit> {
    match command {
        RulesCommand::List { rules } => list(rules, lang),
        RulesCommand::Show { id, rules } => show(id, rules),
        RulesCommand::Check { files } => check(files, lang),
    }
}

fn list(args: &RuleArgs, lang: Lang) -> anyhow::Result<Exit> {
    let rules = Rules::load(args)?;
    let width = rules.set.rules.iter().map(|rule| rule.file.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in &rules.set.rules {
        let id = &rule.file.id;
        let severity =
            rules.policy.severity_of(id, rule.model.severity);
        let (title, on, off) = match lang {
            Lang::De => (&rule.file.title.de, "an", "aus"),
            Lang::En => (&rule.file.title.en, "on", "off"),
        };
        let state = if rules.policy.is_on(id, rule.file.off) { on } else { off };
        writeln!(text, "{id:width$}  {:8}  {state:3}  {title}", severity.name())?;
    }
    output::print(&output::plain(&text))?;
    Ok(Exit::Good)
}

fn show(id: &str, args: &RuleArgs) -> anyhow::Result<Exit> {
    let rules = Rules::load(args)?;
    let Some(rule) = rules.set.rule(id) else {
        let ids = rules.set.rules.iter().map(|rule| rule.file.id.as_str());
        match sparsam::policy::closest(id, ids) {
            Some(meant) => bail!("there is no rule {id}; did you mean {meant}?"),
            None => bail!("there is no rule {id}; see sparsam rules list"),
        }
    };
    let mut text = String::new();
    writeln!(text, "# {} / {}", rule.file.title.en, rule.file.title.de)?;
    for source in &rule.file.source {
        writeln!(text, "# {source}")?;
    }
    for list in &rule.terms {
        writeln!(text, "# {}: {} terms", list.path, list.terms.len())?;
    }
    text.push('\n');
    text.push_str(&rules.set.text(rule).replace('\t', "    "));
    output::print(&output::plain(&text))?;
    Ok(Exit::Good)
}
