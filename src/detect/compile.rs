//! Rule files made ready to run.
//!
//! Longer than most because what each kind of entry of a rule file becomes stands beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::DetectError;
use super::builtin::TRIGGERS;
use super::dictionary::{Dictionary, Matching};
use super::expression::{Expression, Expressions};
use super::finders::{self, Finder};
use super::language::Languages;
use super::prepared::Prepared;
use super::shadow;
use super::shape::Shapes;
use super::sign;
use super::trigger::Trigger;
use super::words;
use crate::model::{Confidence, Rule};
use crate::pattern::{CueKind, Find, Reach, RuleFile, RuleSet, RuleSource, TermMatch, TermSource};
use crate::validate::{self, Validator};

/// A rule, ready to run.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) model: Arc<Rule>,
    /// Rules of one family have the same number.
    pub(super) family: usize,
    pub(super) context: Option<ContextRule>,
    /// Where its terms do not count.
    pub(super) unless: Vec<(Expression, usize)>,
}

/// How words around a candidate change it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ContextRule {
    pub(super) within: usize,
    pub(super) need: bool,
    pub(super) lifts_to: Option<Confidence>,
}

/// What all kinds of patterns have.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) rule: usize,
    pub(super) confidence: Confidence,
    pub(super) validator: Option<Validator>,
    pub(super) unless: Option<Arc<Expression>>,
    pub(super) with: Vec<Arc<Expression>>,
    pub(super) without: Vec<Arc<Expression>>,
    pub(super) reach: Reach,
    pub(super) need_context: bool,
    /// Whether a match counts with a word of its rule near it only.
    pub(super) needs_word: bool,
}

/// Expressions over one shadow.
#[derive(Debug)]
pub(super) struct Patterns {
    pub(super) all: Vec<Pattern>,
    /// Those for which signs are enough, by the signs they need.
    pub(super) by_signs: Vec<PatternGroup>,
}

/// Expressions that wait for no word and need like signs: one search tells which of them match.
#[derive(Debug)]
pub(super) struct PatternGroup {
    /// Sets of signs, one of which a text must hold.
    signs: Box<[u32]>,
    all: Vec<usize>,
    expressions: Expressions,
}

impl PatternGroup {
    /// Whether one of the expressions could match a text with these signs.
    pub(super) fn could_match(&self, signs: u32) -> bool {
        self.signs.iter().any(|needed| needed & !signs == 0)
    }

    /// The expressions that match somewhere.
    pub(super) fn matching(&self, shadow: &str) -> impl Iterator<Item = usize> {
        self.expressions.matching(shadow).into_iter().map(|at| self.all[at])
    }
}

/// An expression.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) expression: Expression,
    /// Signs a text must hold.
    pub(super) signs: u32,
    /// What it waits for in the dictionary.
    pub(super) needs: Needs,
    /// Sets of signs that stand in for a word.
    instead: Vec<u32>,
    /// Whether a match starts with a character that only parts a word from what is before.
    pub(super) starts_with_gap: bool,
    pub(super) source: Source,
}

/// Shapes that could match texts with the same signs.
#[derive(Debug)]
pub(super) struct ShapeGroup {
    signs: u32,
    pub(super) shapes: Shapes,
}

impl ShapeGroup {
    /// Whether a text with these signs could hold one of the shapes. Without a digit it takes a word
    /// in capitals.
    pub(super) fn could_match(&self, signs: u32) -> bool {
        self.signs & !signs == 0 && (self.signs != 0 || signs & (sign::DIGIT | sign::CAPITALS) != 0)
    }
}

/// What a bare answer looks like.
#[derive(Debug)]
pub(super) struct CompiledAnswer {
    pub(super) rule: usize,
    pub(super) expression: Expression,
    pub(super) validator: Option<Validator>,
    pub(super) confidence: Confidence,
}

/// What a word is for that every text is looked through for.
#[derive(Debug)]
pub(super) enum Use {
    Term(Term),
    /// A word of a question, by index of the answer.
    Ask(usize, Arc<str>),
    /// What waits for this word, and which of its needs the word meets.
    Trigger(Waiting, Needs),
}

/// What a word is for that counts for what stands near it: looked for around candidates only.
#[derive(Debug)]
pub(super) enum Near {
    /// Supports candidates of a rule near it.
    For(usize, Arc<str>),
    /// Speaks against them.
    Against(usize),
    /// Wording around terms.
    Cue(CueKind),
    /// Asks for something.
    Request,
}

/// What a word is for, at a glance.
#[derive(Debug, Default)]
pub(super) struct Mark {
    pub(super) triggers: Box<[(Waiting, Needs)]>,
    /// A term or a word of a question.
    pub(super) is_term_or_ask: bool,
}

/// What a word near a candidate is for, at a glance.
#[derive(Debug, Default)]
pub(super) struct NearMark {
    pub(super) is_request: bool,
    pub(super) is_self_cue: bool,
    /// Rules that it supports, see [`RuleBits`]; `None`: no rule.
    pub(super) supports: Option<Box<[u64]>>,
}

/// Sets of rules as bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct RuleBits {
    /// Numbers a set takes.
    pub(super) len: usize,
}

impl RuleBits {
    /// For so many rules.
    fn new(rules: usize) -> Self {
        Self { len: rules.div_ceil(64) }
    }

    pub(super) fn has(set: &[u64], rule: usize) -> bool {
        set[rule / 64] >> (rule % 64) & 1 == 1
    }

    pub(super) fn add(set: &mut [u64], other: &[u64]) {
        for (set, other) in set.iter_mut().zip(other) {
            *set |= other;
        }
    }
}

/// Which words what waits has met, or needs, as bits.
pub(super) type Needs = u8;

/// One of [`Trigger::words`].
pub(super) const WORD: Needs = 1;
/// One of [`Trigger::also`].
pub(super) const ALSO: Needs = 2;

/// What waits for words, by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Waiting {
    /// An expression over the unfolded shadow.
    Plain(usize),
    /// An expression over the folded shadow.
    Folded(usize),
    /// A finder.
    Finder(usize),
}

impl Waiting {
    /// A number of its own.
    pub(super) fn id(self) -> usize {
        match self {
            Self::Plain(at) => 3 * at,
            Self::Folded(at) => 3 * at + 1,
            Self::Finder(at) => 3 * at + 2,
        }
    }

    /// Index in the list of its kind.
    pub(super) fn index(self) -> usize {
        let (Self::Plain(at) | Self::Folded(at) | Self::Finder(at)) = self;
        at
    }
}

/// A term of a list.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) rule: usize,
    pub(super) is_strong: bool,
    /// Those of its list.
    pub(super) languages: Languages,
    /// As it must be spelled, if case counts.
    pub(super) exact: Option<Box<str>>,
    /// Indices into [`Compiled::unless`].
    pub(super) unless: Box<[usize]>,
}

/// All rules, ready to run.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) rules: Vec<Compiled>,
    /// From those with few needs to all of them.
    pub(super) shapes: Vec<ShapeGroup>,
    /// By shape.
    pub(super) shape_sources: Vec<Source>,
    pub(super) plain: Patterns,
    pub(super) folded: Patterns,
    pub(super) finders: Vec<(&'static Finder, Source)>,
    pub(super) answers: Vec<CompiledAnswer>,
    pub(super) words: Dictionary<Use>,
    /// By entry of `words`.
    pub(super) marks: Vec<Mark>,
    pub(super) near: Dictionary<Near>,
    /// By entry of `near`.
    pub(super) near_marks: Vec<NearMark>,
    pub(super) rule_bits: RuleBits,
    /// Words of placeholders.
    pub(super) labels: Vec<String>,
    /// The rule that names of participants belong to.
    pub(super) person: Option<usize>,
}

/// Pattern, separators, and what it belongs to.
type WrittenShape<'a> = (&'a str, Option<&'a str>, Source);

/// Words of placeholders that are no rule's: people, and pictures and files that stand in a text.
const OTHER_LABELS: [&str; 2] = ["Person", "MEDIA"];

/// A pattern that waits for what fewer of a million messages hold needs to wait for no more.
const RARE: u32 = 1_000;

#[derive(Default)]
struct Compiler<'a> {
    rules: Vec<Compiled>,
    /// By signs: (pattern, separators, source).
    shapes: BTreeMap<u32, Vec<WrittenShape<'a>>>,
    plain: Vec<Pattern>,
    folded: Vec<Pattern>,
    finders: Vec<(&'static Finder, Source)>,
    answers: Vec<CompiledAnswer>,
    words: Dictionary<Use>,
    near: Dictionary<Near>,
    families: FxHashMap<String, usize>,
    /// By their source.
    shared: FxHashMap<&'a str, Arc<Expression>>,
    beside: FxHashMap<(&'a str, bool), Trigger>,
    prepared: Prepared,
    /// The rule at hand is built in.
    is_builtin: bool,
}

/// Compiles the rules that `is_on` accepts.
pub(super) fn compile(
    set: &RuleSet,
    is_on: impl Fn(&RuleSource) -> bool,
) -> Result<Program, DetectError> {
    let mut compiler = Compiler { prepared: Prepared::new(TRIGGERS), ..Compiler::default() };
    for source in set.rules.iter().filter(|source| is_on(source)) {
        compiler.is_builtin = set.is_builtin(source);
        compiler.rule(source).map_err(|what| error(source, what))?;
    }
    for word in set.cues.cue.iter().flat_map(|cue| cue.words.iter().map(|word| (word, cue.kind))) {
        let (word, kind) = word;
        insert(&mut compiler.near, word, || Near::Cue(kind))
            .map_err(|what| DetectError::Rule { rule: "cues".to_owned(), what })?;
    }
    for word in words::REQUESTS {
        insert(&mut compiler.near, word, || Near::Request)
            .map_err(|what| DetectError::Rule { rule: "requests".to_owned(), what })?;
    }
    compiler.finish(set)
}

fn error(source: &RuleSource, what: String) -> DetectError {
    DetectError::Rule { rule: source.file.id.clone(), what }
}

impl<'a> Compiler<'a> {
    fn rule(&mut self, source: &'a RuleSource) -> Result<(), String> {
        let rule = self.rules.len();
        let families = self.families.len();
        let family = *self.families.entry(source.model.family().to_owned()).or_insert(families);
        for find in &source.file.find {
            self.find(rule, &source.file, find)?;
        }
        if let Some(context) = &source.file.context {
            for word in &context.words {
                let reason: Arc<str> = word.trim_matches(['$', '*']).into();
                insert(&mut self.near, word, || Near::For(rule, reason.clone()))?;
            }
            for word in &context.against {
                insert(&mut self.near, word, || Near::Against(rule))?;
            }
        }
        for answer in &source.file.answer {
            let at = self.answers.len();
            for word in &answer.ask {
                let reason: Arc<str> = word.trim_matches(['$', '*']).into();
                insert(&mut self.words, word, || Use::Ask(at, reason.clone()))?;
            }
            let expression = self.expression(&format!(r"\A(?:{})\z", answer.regex))?;
            self.answers.push(CompiledAnswer {
                rule,
                expression,
                validator: validator(answer.validator.as_deref())?,
                confidence: answer.confidence.into(),
            });
        }
        let unless = self.terms(rule, source)?;
        let context = source.file.context.as_ref().map(|context| ContextRule {
            within: context.within as usize,
            need: context.need,
            lifts_to: context.lifts_to.map(Confidence::from),
        });
        self.rules.push(Compiled { model: source.model.clone(), family, context, unless });
        Ok(())
    }

    fn expression(&self, source: &str) -> Result<Expression, String> {
        if self.is_builtin { Ok(Expression::known(source)) } else { Expression::checked(source) }
    }

    /// An expression that several patterns look for around their values is compiled once.
    fn shared(&mut self, source: &'a str) -> Result<Arc<Expression>, String> {
        if let Some(known) = self.shared.get(source) {
            return Ok(known.clone());
        }
        let expression = Arc::new(self.expression(source)?);
        self.shared.insert(source, expression.clone());
        Ok(expression)
    }

    fn all_shared(&mut self, sources: &'a [String]) -> Result<Vec<Arc<Expression>>, String> {
        sources.iter().map(|source| self.shared(source)).collect()
    }

    /// What an expression waits for.
    fn trigger(&self, source: &str, fold: bool) -> Result<Trigger, String> {
        if let Some(known) = self.prepared.trigger(source, fold) {
            return Ok(known);
        }
        let hir = regex_syntax::parse(source).map_err(|error| error.to_string())?;
        Ok(Trigger::of(&hir, fold))
    }

    /// What to wait for of an expression that stands beside a value.
    fn beside(&mut self, source: &'a str, fold: bool) -> Result<&Trigger, String> {
        if !self.beside.contains_key(&(source, fold)) {
            let trigger = self.trigger(source, fold)?;
            self.beside.insert((source, fold), trigger);
        }
        Ok(&self.beside[&(source, fold)])
    }

    fn find(&mut self, rule: usize, rule_file: &RuleFile, find: &'a Find) -> Result<(), String> {
        let source = Source {
            rule,
            confidence: find.confidence.into(),
            validator: validator(find.validator.as_deref())?,
            unless: find.unless.as_deref().map(|unless| self.shared(unless)).transpose()?,
            with: self.all_shared(&find.with)?,
            without: self.all_shared(&find.without)?,
            reach: find.reach,
            need_context: find.need_context,
            needs_word: find.need_context
                || rule_file.context.as_ref().is_some_and(|context| context.need),
        };
        match (&find.shape, &find.regex, &find.finder) {
            (Some(shape), None, None) => {
                let hir = regex_syntax::ParserBuilder::new()
                    .unicode(false)
                    .utf8(false)
                    .build()
                    .parse(shape)
                    .map_err(|error| error.to_string())?;
                if !self.is_builtin {
                    Shapes::new(&[(shape, None)]).map_err(|(_, what)| what)?;
                }
                let signs = Trigger::of(&hir, false).signs & sign::NUMBERS;
                let group = self.shapes.entry(signs).or_default();
                group.push((shape, find.separators.as_deref(), source));
            }
            (None, Some(pattern), None) => {
                let expression = self.expression(pattern)?;
                let mut trigger = self.trigger(pattern, find.fold)?;
                for with in &find.with {
                    // What is said in another text wakes nobody in this one.
                    if trigger.frequency > RARE && find.reach != Reach::Talk {
                        trigger.with(self.beside(with, find.fold)?);
                    }
                }
                let list = if find.fold { &mut self.folded } else { &mut self.plain };
                let waiting = if find.fold {
                    Waiting::Folded(list.len())
                } else {
                    Waiting::Plain(list.len())
                };
                for word in trigger.words.iter().flat_map(|choice| &choice.words) {
                    insert(&mut self.words, word, || Use::Trigger(waiting, WORD))?;
                }
                for word in &trigger.also {
                    insert(&mut self.words, word, || Use::Trigger(waiting, ALSO))?;
                }
                let needs = if trigger.words.is_some() { WORD } else { 0 }
                    | if trigger.also.is_empty() { 0 } else { ALSO };
                let instead = trigger.words.map_or_else(Vec::new, |choice| choice.signs);
                let (signs, starts_with_gap) = (trigger.signs, trigger.starts_with_gap);
                let pattern_ =
                    Pattern { expression, signs, needs, instead, starts_with_gap, source };
                list.push(pattern_);
            }
            (None, None, Some(name)) => {
                let finder = finders::finder(name).ok_or_else(|| {
                    format!(
                        "there is no finder `{name}`{}",
                        guess(name, finders::FINDERS.iter().map(|finder| finder.name))
                    )
                })?;
                let waiting = Waiting::Finder(self.finders.len());
                for word in finder.words {
                    insert(&mut self.words, word, || Use::Trigger(waiting, WORD))?;
                }
                self.finders.push((finder, source));
            }
            _ => return Err("expected exactly one of shape, regex and finder".to_owned()),
        }
        Ok(())
    }

    fn terms(
        &mut self,
        rule: usize,
        source: &RuleSource,
    ) -> Result<Vec<(Expression, usize)>, String> {
        let mut unless = Vec::new();
        let mut by_term: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        let mut by_all = Vec::new();
        for entry in source.file.terms.iter().flat_map(|terms| &terms.unless) {
            for term in &entry.terms {
                match term.as_str() {
                    "*" => by_all.push(unless.len()),
                    _ => by_term.entry(bare(term)).or_default().push(unless.len()),
                }
            }
            unless.push((self.expression(&entry.near)?, entry.words as usize));
        }
        let terms = source.terms.iter().flat_map(|list| {
            let languages = Languages::of_list(&list.path);
            list.terms.iter().map(move |(_, term)| (languages, term))
        });
        for (languages, term) in terms {
            let own = (!by_term.is_empty()).then(|| by_term.get(&bare(&term.term))).flatten();
            let own = own.into_iter().flatten();
            let use_ = Use::Term(Term {
                rule,
                is_strong: term.strong,
                languages,
                exact: term.exact.then(|| bare_exact(term).into()),
                unless: by_all.iter().chain(own).copied().collect(),
            });
            self.words
                .insert(term.term.trim_end_matches('*'), matching(term), use_)
                .map_err(|what| format!("term `{}`: {what}", term.term))?;
        }
        Ok(unless)
    }

    fn finish(mut self, set: &RuleSet) -> Result<Program, DetectError> {
        self.words.finish();
        self.near.finish();
        let rule_bits = RuleBits::new(self.rules.len());
        let marks = marks(&self.words);
        let near_marks = near_marks(&self.near, rule_bits);
        // The needs of shapes lie in one another: who may match the last ones may match the first.
        let mut shapes: Vec<ShapeGroup> = Vec::new();
        let mut gathered: Vec<(&str, Option<&str>, Source)> = Vec::new();
        for (signs, group) in self.shapes {
            gathered.extend(group);
            let patterns: Vec<_> = gathered.iter().map(|shape| (shape.0, shape.1)).collect();
            let compiled = Shapes::new(&patterns).map_err(|(at, what)| {
                let rule = self.rules[gathered[at].2.rule].model.id.clone();
                DetectError::Rule { rule, what }
            })?;
            shapes.push(ShapeGroup { signs, shapes: compiled });
        }
        let shape_sources = gathered.into_iter().map(|shape| shape.2).collect();
        let mut labels: Vec<String> =
            set.rules.iter().map(|source| source.model.label.clone()).collect();
        labels.extend(OTHER_LABELS.map(str::to_owned));
        labels.sort();
        labels.dedup();
        let person = self.rules.iter().position(|rule| rule.model.id == super::names::RULE);
        Ok(Program {
            person,
            rules: self.rules,
            shapes,
            shape_sources,
            plain: patterns(self.plain),
            folded: patterns(self.folded),
            finders: self.finders,
            answers: self.answers,
            words: self.words,
            marks,
            near: self.near,
            near_marks,
            rule_bits,
            labels,
        })
    }
}

fn marks(words: &Dictionary<Use>) -> Vec<Mark> {
    let mark = |entry| {
        let uses = words.uses(entry);
        let trigger = |use_: &Use| match use_ {
            Use::Trigger(waiting, needs) => Some((*waiting, *needs)),
            _ => None,
        };
        let is_term_or_ask = uses.iter().any(|use_| !matches!(use_, Use::Trigger(..)));
        Mark { triggers: uses.iter().filter_map(trigger).collect(), is_term_or_ask }
    };
    (0..words.len()).map(mark).collect()
}

fn near_marks(words: &Dictionary<Near>, rule_bits: RuleBits) -> Vec<NearMark> {
    let mark = |entry| {
        let mut mark = NearMark::default();
        let mut supports = vec![0; rule_bits.len];
        for near in words.uses(entry) {
            match near {
                Near::For(rule, _) => supports[rule / 64] |= 1 << (rule % 64),
                Near::Request => mark.is_request = true,
                Near::Cue(CueKind::SelfCue) => mark.is_self_cue = true,
                Near::Cue(_) | Near::Against(_) => {}
            }
        }
        mark.supports = supports.iter().any(|bits| *bits != 0).then(|| supports.into());
        mark
    };
    (0..words.len()).map(mark).collect()
}

fn patterns(all: Vec<Pattern>) -> Patterns {
    let mut by_signs: BTreeMap<u32, (Vec<u32>, Vec<usize>)> = BTreeMap::new();
    let mut add = |at: usize, signs: u32| {
        let group = by_signs.entry(coarse(signs)).or_default();
        group.0.push(signs);
        group.1.push(at);
    };
    for (at, pattern) in all.iter().enumerate() {
        if pattern.needs == 0 {
            add(at, pattern.signs);
        }
        for signs in &pattern.instead {
            add(at, pattern.signs | signs);
        }
    }
    let group = |(mut signs, mut group): (Vec<u32>, Vec<usize>)| {
        signs.sort_unstable();
        signs.dedup();
        group.dedup();
        let sources = group.iter().map(|at| all[*at].expression.as_str());
        PatternGroup {
            // What needs less than another says all of both.
            signs: signs
                .iter()
                .copied()
                .filter(|one| !signs.iter().any(|less| less != one && less & !one == 0))
                .collect(),
            expressions: Expressions::new(sources),
            all: group,
        }
    };
    let by_signs = by_signs.into_values().map(group).collect();
    Patterns { all, by_signs }
}

/// The signs by which expressions are grouped: one search tells of hundreds of them as quickly as of one,
/// so there are few groups.
fn coarse(signs: u32) -> u32 {
    match signs {
        _ if signs & sign::AT != 0 => sign::AT,
        _ if signs & sign::VERY_LONG != 0 => sign::VERY_LONG | signs & sign::DIGIT,
        _ if signs & sign::LATIN_SIGN != 0 => sign::LATIN_SIGN,
        _ if signs & sign::DIGIT != 0 => signs & (sign::DIGIT | sign::DIGITS_ROW),
        _ => signs,
    }
}

fn validator(name: Option<&str>) -> Result<Option<Validator>, String> {
    let Some(name) = name else { return Ok(None) };
    let known = validate::VALIDATORS.iter().map(|(known, _)| *known);
    validate::validator(name)
        .map(Some)
        .ok_or_else(|| format!("there is no validator `{name}`{}", guess(name, known)))
}

fn guess<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    known
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, _)| *distance <= 3)
        .min()
        .map_or_else(String::new, |(_, known)| format!(" (did you mean `{known}`?)"))
}

/// Adds a word as in [`crate::pattern::Context::words`]: a stem, whole with `$`, an end with a leading `*`.
fn insert<T>(
    dictionary: &mut Dictionary<T>,
    word: &str,
    use_: impl FnOnce() -> T,
) -> Result<(), String> {
    let (word, matching) = match (word.strip_prefix('*'), word.strip_suffix('$')) {
        (Some(end), _) => (end, Matching::Suffix),
        (None, Some(whole)) => (whole, Matching::Word),
        (None, None) => (word, Matching::Stem),
    };
    dictionary.insert(word, matching, use_()).map_err(|what| format!("word `{word}`: {what}"))
}

fn matching(term: &TermSource) -> Matching {
    match term.matching {
        TermMatch::Stem => Matching::Stem,
        TermMatch::Suffix => Matching::Suffix,
        TermMatch::Phrase if term.term.ends_with('*') => Matching::Stem,
        TermMatch::Phrase | TermMatch::Word => Matching::Word,
    }
}

/// A term as terms of lists and of `unless` are compared.
pub(super) fn bare(term: &str) -> String {
    shadow::fold(term.trim().trim_matches('*'))
}

fn bare_exact(term: &TermSource) -> String {
    shadow::Shadow::new(term.term.trim().trim_matches('*'), shadow::Form::Plain, false)
        .text
        .into_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    /// One that runs on every text costs more than all others together.
    #[test]
    fn every_built_in_expression_waits_for_something() {
        let program = compile(&crate::pattern::load_builtin().unwrap(), |_| true).unwrap();
        let waits = |pattern: &&Pattern| pattern.needs != 0 || pattern.signs & !sign::UPPER != 0;
        let all = program.plain.all.iter().chain(&program.folded.all);
        let idle: Vec<&str> =
            all.filter(|it| !waits(it)).map(|it| it.expression.as_str()).collect();
        assert!(idle.is_empty(), "{}", idle.join("\n\n"));
    }

    #[test]
    fn the_build_prepared_every_built_in_expression() {
        let set = crate::pattern::load_builtin().unwrap();
        let prepared = Prepared::new(TRIGGERS);
        let finds = set.rules.iter().flat_map(|rule| &rule.file.find);
        let mut count = 0;
        for find in finds {
            for source in find.regex.iter().chain(&find.with) {
                let hir = regex_syntax::parse(source).unwrap();
                let now = Trigger::of(&hir, find.fold);
                assert_eq!(prepared.trigger(source, find.fold), Some(now), "{source}");
                count += 1;
            }
        }
        assert!(count > 500, "{count}");
    }

    #[test]
    fn every_built_in_expression_compiles() {
        let program = compile(&crate::pattern::load_builtin().unwrap(), |_| true).unwrap();
        let patterns = program.plain.all.iter().chain(&program.folded.all);
        let sources = program.finders.iter().map(|finder| &finder.1).chain(&program.shape_sources);
        let unless =
            patterns.clone().map(|pattern| &pattern.source).chain(sources).flat_map(|source| {
                source.unless.iter().chain(&source.with).chain(&source.without).map(AsRef::as_ref)
            });
        let all = patterns
            .map(|pattern| &pattern.expression)
            .chain(unless)
            .chain(program.answers.iter().map(|answer| &answer.expression))
            .chain(program.rules.iter().flat_map(|rule| &rule.unless).map(|unless| &unless.0));
        let mut count = 0;
        for expression in all {
            assert!(Expression::checked(expression.as_str()).is_ok(), "{}", expression.as_str());
            count += 1;
        }
        assert!(count > 100, "{count}");
    }
}
