//! The user's decisions (`sparsam.toml`): rules, thresholds, operators, own data, limits.

use std::collections::BTreeMap;
use std::path::PathBuf;

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

/// The firm's own data: never findings. Held compact (no separators, upper case; phones as digits
/// in international form).
#[derive(Debug, Clone, Default, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct OwnData {
    pub ibans: Vec<String>,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub vat_ids: Vec<String>,
}

impl Policy {
    /// The most specific entry of `map`: the rule's id, else its family.
    pub fn lookup<'a, T>(map: &'a BTreeMap<String, T>, rule_id: &str) -> Option<&'a T> {
        map.get(rule_id).or_else(|| map.get(rule_id.split('.').next().unwrap_or(rule_id)))
    }

    /// x
    pub fn is_own(&self, _: &str, _: &str) -> bool {
        false
    }

    /// What happens to values of a rule in copies.
    pub fn operator(&self, rule_id: &str) -> Operator {
        Self::lookup(&self.operators, rule_id).copied().unwrap_or(self.default_operator)
    }
}
