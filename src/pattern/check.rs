//! What can be said of rule files without running them.

use std::collections::BTreeMap;

use super::load::line_with;
use super::{PatternError, RuleSet, RuleSource};
use crate::validate;

/// Everything about a rule set that is wrong, by file. Running the tests of rules is
/// [`crate::detect`]'s part.
pub fn check(set: &RuleSet) -> Vec<PatternError> {
    set.rules.iter().flat_map(|rule| check_rule(set, rule)).collect()
}

/// Everything about one rule that is wrong.
pub fn check_rule(set: &RuleSet, rule: &RuleSource) -> Vec<PatternError> {
    let mut check = Check { rule, text: set.text(&rule.path), found: Vec::new() };
    check.head();
    check.patterns();
    check.tests();
    check.terms();
    check.found
}

struct Check<'a> {
    rule: &'a RuleSource,
    /// The file.
    text: &'a str,
    found: Vec<PatternError>,
}

impl Check<'_> {
    /// Notes an error at the first line that starts with a key.
    fn say(&mut self, key: &str, what: impl Into<String>) {
        let line = line_with(self.text, key);
        self.found.push(PatternError::new(&self.rule.path, line, what));
    }

    fn head(&mut self) {
        let file = &self.rule.file;
        if file.title.en.trim().is_empty() || file.title.de.trim().is_empty() {
            self.say("title", "expected a title in English and in German");
        }
        if file.gdpr.is_empty() || file.gdpr.iter().any(|article| !article.starts_with("Art. ")) {
            self.say("gdpr", "expected at least one article, such as \"Art. 4(1)\"");
        }
        let label = &self.rule.model.label;
        let is_plain =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        if label.is_empty() || !label.bytes().all(is_plain) {
            self.say(
                "label",
                format!("label `{label}` is not made of ASCII capitals, digits and `_`"),
            );
        }
        if file.find.is_empty() && file.answer.is_empty() && file.terms.is_none() {
            self.say("id", "finds nothing: expected [[find]], [[answer]] or [terms]");
        }
        let words =
            file.context.iter().flat_map(|context| context.words.iter().chain(&context.against));
        let words = words.chain(file.answer.iter().flat_map(|answer| &answer.ask));
        for word in words {
            if word.trim() != word || !word.chars().any(char::is_alphanumeric) {
                self.say("words", format!("`{word}` is no word"));
            }
        }
    }

    fn patterns(&mut self) {
        let file = &self.rule.file;
        for find in &file.find {
            let kinds = [find.shape.is_some(), find.regex.is_some(), find.finder.is_some()];
            if kinds.iter().filter(|is_there| **is_there).count() != 1 {
                self.say("[[find]]", "expected exactly one of shape, regex and finder");
            }
            if let Some(shape) = &find.shape {
                self.pattern("shape", shape, false);
                if shape.bytes().any(|byte| byte.is_ascii_lowercase())
                    && !shape.contains('\\')
                    && !shape.contains("(?")
                {
                    self.say("shape", "a shape sees capitals and digits only");
                }
            }
            let around = find.with.iter().chain(&find.without);
            for pattern in find.regex.iter().chain(&find.unless).chain(around) {
                self.pattern("regex", pattern, true);
            }
            self.validator(find.validator.as_deref());
        }
        for answer in &file.answer {
            self.pattern("regex", &answer.regex, true);
            self.validator(answer.validator.as_deref());
            if answer.ask.is_empty() {
                self.say("ask", "expected words of a question");
            }
        }
        for unless in file.terms.iter().flat_map(|terms| &terms.unless) {
            self.pattern("near", &unless.near, true);
            if unless.why.trim().is_empty() {
                self.say("why", "expected what the term is instead");
            }
        }
    }

    fn pattern(&mut self, key: &str, pattern: &str, is_unicode: bool) {
        match regex::RegexBuilder::new(pattern)
            .unicode(is_unicode || !pattern.is_ascii())
            .size_limit(16 << 20)
            .build()
        {
            Err(error) => {
                // The last line says what is wrong, those before repeat the pattern.
                let error = error.to_string();
                let what = error.lines().last().unwrap_or_default();
                self.say(key, format!("pattern does not compile: {what}"));
            }
            Ok(regex) => {
                let names: Vec<_> = regex.capture_names().flatten().collect();
                if names.iter().any(|name| *name != "value") {
                    self.say(key, "the only named group is `value`");
                }
                if regex.is_match("") {
                    self.say(key, "pattern matches nothing at all");
                }
            }
        }
        if is_unicode && let Some(class) = unicode_class(pattern) {
            self.say(key, format!("{class} is slow and matches other scripts: write (?-u:{class}) or a class such as [0-9]"));
        }
    }

    fn validator(&mut self, name: Option<&str>) {
        if let Some(name) = name
            && validate::validator(name).is_none()
        {
            self.say("validator", format!("there is no validator `{name}`"));
        }
    }

    fn tests(&mut self) {
        let tests = &self.rule.file.test;
        let hits = tests.iter().filter(|test| !test.finds.is_empty()).count();
        let misses = tests.len() - hits;
        if hits < 2 || misses < 2 {
            self.say(
                "[[test]]",
                format!("expected at least two hits and two misses, not {hits} and {misses}"),
            );
        }
        for test in tests {
            if test.finds.is_empty() && test.why.as_ref().is_none_or(|why| why.trim().is_empty()) {
                self.say("[[test]]", "a miss needs a why");
            }
            if let Some(value) = test.finds.iter().find(|value| !test.text.contains(value.as_str()))
            {
                self.say("[[test]]", format!("`{value}` does not stand in the text of its test"));
            }
            if test.direction.as_deref().is_some_and(|direction| !matches!(direction, "in" | "out"))
            {
                self.say("direction", "expected in or out");
            }
        }
    }

    fn terms(&mut self) {
        for list in &self.rule.terms {
            // Languages share words: only what stands twice in one list is a mistake.
            let mut known = BTreeMap::new();
            for (line, term) in &list.terms {
                let key = (term.term.to_lowercase(), term.matching, term.exact);
                if let Some(first) = known.insert(key, *line) {
                    let what = format!("`{}` stands in line {first} already", term.term);
                    self.found.push(PatternError::new(&list.path, *line, what));
                }
            }
        }
        let bare = |term: &str| term.trim_matches('*').to_lowercase();
        let all: Vec<String> = self
            .rule
            .terms
            .iter()
            .flat_map(|list| &list.terms)
            .map(|(_, term)| bare(&term.term))
            .collect();
        for unless in self.rule.file.terms.iter().flat_map(|terms| &terms.unless) {
            for term in &unless.terms {
                if term != "*" && !all.contains(&bare(term)) {
                    self.say("[[terms.unless]]", format!("`{term}` is no term of this rule"));
                }
            }
        }
    }
}

/// The first of `\b`, `\d`, `\w` (and their opposites) that stands where Unicode is on.
fn unicode_class(pattern: &str) -> Option<&'static str> {
    let mut unicode = vec![true];
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let is_on = unicode.last().copied().unwrap_or(true);
        match c {
            '\\' => {
                let escaped = rest.chars().next()?;
                rest = &rest[escaped.len_utf8()..];
                let class = match escaped {
                    'b' => r"\b",
                    'B' => r"\B",
                    'd' => r"\d",
                    'w' => r"\w",
                    'W' => r"\W",
                    _ => continue,
                };
                if is_on {
                    return Some(class);
                }
            }
            '(' => {
                let flags = rest.strip_prefix('?').unwrap_or("");
                let end = flags.find([':', ')', '<', 'P']).unwrap_or(0);
                let off = flags[..end].split_once('-').is_some_and(|(_, off)| off.contains('u'));
                if flags[end..].starts_with(')') {
                    if let Some(last) = unicode.last_mut() {
                        *last &= !off;
                    }
                    rest = rest.split_once(')').map_or("", |(_, after)| after);
                } else {
                    unicode.push(is_on && !off);
                }
            }
            ')' => {
                unicode.pop();
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn built_in_rules_are_right() {
        let found = check(&crate::pattern::load_builtin().unwrap());
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    }

    #[test]
    fn unicode_classes() {
        let cases = [
            // (pattern, class, why)
            (r"\bx", Some(r"\b"), "boundary"),
            (r"(?-u:\b)x", None, "ASCII boundary"),
            (r"(?-u:\b)x\d", Some(r"\d"), "after the group"),
            (r"(?-u)\bx\d", None, "for all that follows"),
            (r"(?i)(?:a(?-u:\d)b)\w", Some(r"\w"), "other flags"),
            (r"\\d[0-9]", None, "an escaped backslash"),
            (r"(?P<value>[0-9]+)", None, "named group"),
        ];
        for (pattern, expected, why) in cases {
            assert_eq!(unicode_class(pattern), expected, "{why}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let rule = r#"
schema = 1
id = "financial.thing"
title = { en = "Thing", de = "" }
gdpr = ["4(1)"]
severity = "high"
label = "thing"
[[find]]
regex = '\bx(?P<name>[0-9])'
validator = "no_such"
confidence = "high"
[terms]
files = ["a.tsv"]
[[terms.unless]]
terms = ["Other"]
near = "("
words = 3
why = ""
[[test]]
text = "x"
finds = ["y"]
[[test]]
text = "x"
finds = []
"#;
        let list = "term\tstrength\tmatch\tcase\tnote\nA b\tstrong\tphrase\tfold\t\na b\tweak\tphrase\tfold\t\n";
        let set = RuleSet::from_files([
            ("financial/thing.toml".to_owned(), rule.to_owned()),
            ("financial/a.tsv".to_owned(), list.to_owned()),
        ])
        .unwrap();
        let found: Vec<String> = check(&set).iter().map(ToString::to_string).collect();
        for part in [
            "financial/thing.toml:4: expected a title",
            "financial/thing.toml:5: expected at least one article",
            "financial/thing.toml:7: label `thing`",
            "financial/thing.toml:9: the only named group",
            r"financial/thing.toml:9: \b is slow",
            "financial/thing.toml:10: there is no validator",
            "financial/thing.toml:16: pattern does not compile",
            "financial/thing.toml:18: expected what the term is",
            "expected at least two hits and two misses, not 1 and 1",
            "a miss needs a why",
            "`y` does not stand in the text",
            "financial/a.tsv:3: `a b` stands in line 2",
            "`Other` is no term",
        ] {
            assert!(found.iter().any(|line| line.contains(part)), "{part} not in {found:#?}");
        }
    }
}
