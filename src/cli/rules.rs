//! `rules`: list, show, check.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context as _, bail};
use sparsam::detect;
use sparsam::pattern::{self, PatternError, RuleSet, RuleSource};
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
        let severity = rules.policy.severity_of(id, rule.model.severity);
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
    text.push_str(&rules.set.text(&rule.path).replace('\t', "    "));
    output::print(&output::plain(&text))?;
    Ok(Exit::Good)
}

/// Prints what is wrong as `file:line: what`, in the language of the user.
fn check(files: &[PathBuf], lang: Lang) -> anyhow::Result<Exit> {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for set in sets(files)? {
        match set {
            Ok(set) => {
                checked += set.rules.len();
                wrong.extend(mistakes(&set));
            }
            Err(error) => wrong.push(error),
        }
    }
    let mut text = String::new();
    for PatternError { file, line, what } in &wrong {
        writeln!(text, "{file}:{line}: {}", output::told(what))?;
    }
    match lang {
        Lang::De => writeln!(text, "{checked} Regeln geprüft, {} Fehler", wrong.len())?,
        Lang::En => writeln!(text, "{checked} rules checked, {} mistakes", wrong.len())?,
    }
    output::print(&output::plain(&text))?;
    Ok(if wrong.is_empty() { Exit::Good } else { Exit::Findings })
}

/// What is wrong with the rules of a set, and which of their tests fail.
fn mistakes(set: &RuleSet) -> Vec<PatternError> {
    let mut wrong = Vec::new();
    for rule in &set.rules {
        let at = |line: u32, what: String| PatternError { file: rule.path.clone(), line, what };
        let before = wrong.len();
        wrong.extend(pattern::check_rule(set, rule));
        match detect::check_rule(set, rule) {
            Ok(failures) => wrong.extend(failures.into_iter().map(|failure| {
                let what = format!("finds {:?}, expected {:?}", failure.found, failure.expected);
                at(test_line(set, rule, failure.test), what)
            })),
            // What does not compile has been said already, with its line.
            Err(error) if wrong.len() == before => wrong.push(at(0, error.to_string())),
            Err(_) => {}
        }
    }
    wrong
}

/// Line of the test of this number from 1; 0 where tests are written in another way.
fn test_line(set: &RuleSet, rule: &RuleSource, number: usize) -> u32 {
    let lines = set.text(&rule.path).lines().enumerate();
    let line = lines.filter(|line| line.1.trim() == "[[test]]").nth(number.saturating_sub(1));
    line.map_or(0, |line| u32::try_from(line.0 + 1).unwrap_or(0))
}

type Loaded = Result<RuleSet, PatternError>;

/// The rules to check: each folder with its subfolders, each file with the lists beside it; without
/// any of them the built-in rules.
fn sets(files: &[PathBuf]) -> anyhow::Result<Vec<Loaded>> {
    if files.is_empty() {
        return Ok(vec![pattern::load_builtin()]);
    }
    files
        .iter()
        .map(|path| {
            if path.is_dir() {
                let mut set = RuleSet::default();
                return Ok(set.load_folder(path).map(|()| set));
            }
            single(path).with_context(|| format!("{}: cannot be read", path.display()))
        })
        .collect()
}

/// One rule file. Its id is its path below a folder of rules, and says so where that folder ends.
fn single(path: &Path) -> io::Result<Loaded> {
    let path = path.canonicalize()?;
    let text = fs::read_to_string(&path)?;
    let depth = text.lines().find_map(|line| Some(line.strip_prefix("id")?.matches('.').count()));
    let root = path.ancestors().nth(depth.unwrap_or(1) + 1).unwrap_or(Path::new(""));
    let mut files = Vec::new();
    for entry in fs::read_dir(path.parent().unwrap_or(root))? {
        let beside = entry?.path();
        if beside == path || beside.extension().is_some_and(|end| end == "tsv") {
            let below = beside.strip_prefix(root).unwrap_or(&beside);
            let name: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            files.push((name.join("/"), fs::read_to_string(&beside)?));
        }
    }
    Ok(RuleSet::from_files(files))
}
