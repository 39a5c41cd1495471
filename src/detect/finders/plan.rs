//! Numbering plans of all countries, from the metadata of the `phonenumber` crate (libphonenumber).
//!
//! The build writes them down as a table; the pattern of a country is compiled when a number may be one
//! of it, anchored at both ends, and shared by all threads without a lock.

use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;

/// Region (ISO 3166-1 alpha-2), country code, pattern of all kinds of numbers that people call without
/// anchors, lengths of national numbers without prefix in digits, and what is dialled before a national
/// number, mostly `0`.
type Row = (&'static str, u16, &'static str, &'static [u16], Option<&'static str>);

const TABLE: &[Row] = include!(concat!(env!("OUT_DIR"), "/plans.rs"));

/// How one country or territory numbers its telephones.
struct Plan {
    source: &'static str,
    compiled: OnceLock<Option<Regex>>,
    lengths: &'static [u16],
    trunk: Option<&'static str>,
}

#[derive(Default)]
struct Plans {
    all: Vec<Plan>,
    by_region: FxHashMap<&'static str, usize>,
    by_code: FxHashMap<u16, Vec<usize>>,
}

static PLANS: LazyLock<Plans> = LazyLock::new(Plans::load);

impl Plans {
    fn load() -> Self {
        let mut plans = Self::default();
        for (at, &(region, code, source, lengths, trunk)) in TABLE.iter().enumerate() {
            plans.all.push(Plan { source, compiled: OnceLock::new(), lengths, trunk });
            plans.by_region.insert(region, at);
            plans.by_code.entry(code).or_default().push(at);
        }
        plans
    }
}

impl Plan {
    fn has(&self, national: &str) -> bool {
        let pattern = self.compiled.get_or_init(|| {
            RegexBuilder::new(&format!("^(?:{})$", self.source)).unicode(false).build().ok()
        });
        pattern.as_ref().is_some_and(|pattern| pattern.is_match(national))
    }

    /// The national number without the prefix that is dialled inside the country.
    fn without_trunk<'a>(&self, digits: &'a str) -> Option<&'a str> {
        digits.strip_prefix(self.trunk?)
    }
}

/// How well digits fit a numbering plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// No country has such a code, or no number of it such a length.
    None,
    /// The length is right; the block is not assigned.
    Possible,
    /// A number that can be called.
    Valid,
}

/// How well digits in international form (country code first, no `+`) fit. A national prefix after the
/// country code, as in `49 (0) 30`, is tolerated.
pub(super) fn international(digits: &str) -> Fit {
    let mut best = Fit::None;
    for length in 1..=3 {
        let Some((code, national)) = digits.split_at_checked(length) else { break };
        let Some(plans) = code.parse().ok().and_then(|code: u16| PLANS.by_code.get(&code)) else {
            continue;
        };
        for plan in plans.iter().map(|&at| &PLANS.all[at]) {
            for national in [Some(national), plan.without_trunk(national)].into_iter().flatten() {
                if plan.has(national) {
                    return Fit::Valid;
                }
                let length = u16::try_from(national.len()).unwrap_or(u16::MAX);
                if plan.lengths.contains(&length) {
                    best = Fit::Possible;
                }
            }
        }
    }
    best
}

/// Whether digits as dialled inside the country, prefix included, are a number of one of the regions
/// (ISO 3166-1 alpha-2).
pub(super) fn national(digits: &str, regions: &[&str]) -> bool {
    regions.iter().any(|&region| {
        PLANS.by_region.get(region).map(|&at| &PLANS.all[at]).is_some_and(|plan| {
            match plan.without_trunk(digits) {
                Some(national) => plan.has(national),
                None => plan.trunk.is_none() && plan.has(digits),
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for (region, &at) in &PLANS.by_region {
            let _ = PLANS.all[at].has("0");
            assert!(PLANS.all[at].compiled.get().is_some_and(Option::is_some), "{region}");
        }
    }

    #[test]
    fn international_numbers() {
        let cases = [
            ("493023125000", Fit::Valid, "Berlin"),
            ("49015228817386", Fit::Valid, "national prefix written too"),
            ("436641234567", Fit::Valid, "Austrian mobile"),
            ("41791234567", Fit::Valid, "Swiss mobile"),
            ("14255550123", Fit::Valid, "North America"),
            ("99912345678", Fit::None, "no such country"),
            ("4912", Fit::None, "too short"),
        ];
        for (digits, fit, why) in cases {
            assert_eq!(international(digits), fit, "{digits}: {why}");
        }
    }

    #[test]
    fn national_numbers() {
        let cases = [
            ("03023125000", true, "Berlin"),
            ("015228817386", true, "mobile"),
            ("08001234567", true, "toll-free"),
            ("0000000000", false, "no area code"),
            ("30231250", false, "the prefix is missing"),
        ];
        for (digits, valid, why) in cases {
            assert_eq!(national(digits, &["DE"]), valid, "{digits}: {why}");
        }
    }
}
