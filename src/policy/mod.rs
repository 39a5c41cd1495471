//! The user's decisions (`sparsam.toml`): rules, thresholds, severities, operators, own data.
//!
//! A policy file is read in two steps, because it may name folders of further rules and may speak of
//! rules only by ids that exist: [`PolicyFile::load`], then [`PolicyFile::check`].

mod file;
mod own;
pub mod suppress;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use file::{PolicyError, PolicyFile, closest};
pub use own::OwnData;

use crate::model::{Confidence, Severity};

/// What the user decided; [`Policy::default`] is what holds without a policy file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Policy {
    /// Rule ids or families that are off.
    pub rules_off: Vec<String>,
    /// Rule ids or families that are on although their file says `off`.
    pub rules_on: Vec<String>,
    /// Least confidence that counts, by rule id or family.
    pub confidence: BTreeMap<String, Confidence>,
    /// Severity that replaces the rule file's, by rule id or family.
    pub severity: BTreeMap<String, Severity>,
    /// What happens to values in copies, by rule id or family.
    pub operators: BTreeMap<String, Operator>,
    /// What happens where `operators` says nothing.
    pub default_operator: Operator,
    /// The firm's own data.
    pub own: OwnData,
    /// Folders of further rules.
    pub patterns: Vec<PathBuf>,
}

/// What happens to a value in a copy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Operator {
    /// `[IBAN]`
    #[default]
    Label,
    /// Every letter and digit becomes `*`, at a fixed length that tells nothing.
    Mask,
    /// Nothing is left.
    Remove,
    /// `[IBAN-1f0c77a2b9d4]`: the same value gives the same token under one secret.
    Pseudonym,
}

impl Policy {
    /// The most specific entry of `map`: the rule's id, else its family.
    pub fn lookup<'a, T>(map: &'a BTreeMap<String, T>, rule_id: &str) -> Option<&'a T> {
        map.get(rule_id).or_else(|| map.get(rule_id.split('.').next().unwrap_or(rule_id)))
    }

    /// What happens to values of a rule in copies.
    pub fn operator(&self, rule_id: &str) -> Operator {
        Self::lookup(&self.operators, rule_id).copied().unwrap_or(self.default_operator)
    }

    /// Least confidence that counts for a rule; `default` where the policy says nothing.
    pub fn threshold(&self, rule_id: &str, default: Confidence) -> Confidence {
        Self::lookup(&self.confidence, rule_id).copied().unwrap_or(default)
    }

    /// How bad a leak is; `default` is what the rule's file says.
    pub fn severity_of(&self, rule_id: &str, default: Severity) -> Severity {
        Self::lookup(&self.severity, rule_id).copied().unwrap_or(default)
    }

    /// Whether a rule runs; `off` is what its file says. An id beats its family.
    pub fn is_on(&self, rule_id: &str, off: bool) -> bool {
        let family = rule_id.split('.').next().unwrap_or(rule_id);
        for name in [rule_id, family] {
            if self.rules_off.iter().any(|entry| entry == name) {
                return false;
            }
            if self.rules_on.iter().any(|entry| entry == name) {
                return true;
            }
        }
        !off
    }

    /// Whether a value is the firm's own; `normalised` is the rule's normal form: IBAN and VAT id
    /// compact in capitals, phone in E.164 (`+49...`), e-mail in lower case.
    pub fn is_own(&self, rule_id: &str, normalised: &str) -> bool {
        self.own.holds(rule_id, normalised)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_beats_its_family() {
        let policy = Policy {
            rules_off: vec!["health".to_owned(), "contact.phone".to_owned()],
            rules_on: vec!["health.icd10".to_owned(), "contact".to_owned()],
            ..Policy::default()
        };
        let cases = [
            // (rule, off in its file, runs, why)
            ("health.condition", false, false, "its family is off"),
            ("health.icd10", true, true, "named itself, although its family and its file say off"),
            ("contact.phone", false, false, "named itself, although its family is on"),
            ("contact.email", true, true, "its family is on"),
            ("financial.iban", false, true, "not spoken of"),
            ("financial.bic", true, false, "off by its file"),
        ];
        for (rule, off, runs, why) in cases {
            assert_eq!(policy.is_on(rule, off), runs, "{rule}: {why}");
        }
    }
}
