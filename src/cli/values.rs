//! Values of options that are more than a text or a number.

use std::str::FromStr;

use sparsam::model::Severity;
use sparsam::report::RunRecord;

/// `--fail-on`: which findings make the run fail, from which severity on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FailOn {
    which: Which,
    level: Severity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// New or reopened since the last run.
    New,
    /// Whatever the state has open, in other shares too; without a state as `All`.
    Open,
    /// Whatever counts in this run.
    All,
}

const LEVELS: [(&str, Severity); 4] = [
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
    ("critical", Severity::Critical),
];

impl FailOn {
    /// Every finding counts.
    pub(super) const ANY: Self = Self { which: Which::All, level: Severity::Low };

    /// Whether it compares with earlier runs.
    pub(super) fn needs_state(self) -> bool {
        self.which == Which::New
    }

    /// Whether a run has such findings at or above the level.
    pub(super) fn is_reached(self, run: &RunRecord) -> bool {
        let counts = match (self.which, &run.history) {
            (Which::New, Some(history)) => &history.news,
            (Which::Open, Some(history)) => &history.open_by_severity,
            _ => &run.totals.by_severity,
        };
        LEVELS
            .iter()
            .filter(|level| level.1 >= self.level)
            .any(|level| counts.get(level.0).is_some_and(|count| *count > 0))
    }
}

impl FromStr for FailOn {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (which, level) = match text.split_once(':') {
            Some((which, level)) => (which, level),
            None => (text, "low"),
        };
        let which = match which {
            "" | "all" => Which::All,
            "open" => Which::Open,
            "new" => Which::New,
            _ => {
                return Err(
                    "expected new, open or all, or one of them with :LEVEL such as all:LEVEL, LEVEL one of low, medium, high, critical",
                );
            }
        };
        LEVELS
            .iter()
            .find(|known| known.0 == level)
            .map(|known| Self { which, level: known.1 })
            .ok_or("LEVEL is one of low, medium, high, critical")
    }
}

/// A day: `2026-12-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day(pub(super) jiff::civil::Date);

impl FromStr for Day {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        text.parse().map(Self).map_err(|_| "expected a day such as 2026-12-31")
    }
}

/// A text that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words(pub(super) String);

impl FromStr for Words {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            Err("expected a text that says something")
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

/// A number of days: `90d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Age(pub(super) u32);

impl FromStr for Age {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let days = text.strip_suffix('d').and_then(|days| days.parse().ok());
        days.map(Self).ok_or("expected a number of days such as 90d")
    }
}

/// A number of bytes: `1048576`, `64MiB`, `16GB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size(pub(super) u64);

const UNITS: [(&str, u64); 9] = [
    ("", 1),
    ("kb", 1000),
    ("mb", 1000_u64.pow(2)),
    ("gb", 1000_u64.pow(3)),
    ("tb", 1000_u64.pow(4)),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
];

impl FromStr for Size {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = unit.trim().to_ascii_lowercase();
        UNITS
            .iter()
            .find(|known| known.0 == unit)
            .and_then(|known| number.parse::<u64>().ok()?.checked_mul(known.1))
            .map(Self)
            .ok_or("expected a number of bytes such as 512MiB or 16GiB")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let cases = [
            // (written, bytes, why)
            ("0", Some(0), "plain"),
            ("16GiB", Some(16 << 30), "binary unit"),
            ("2 MB", Some(2_000_000), "decimal unit, space"),
            ("17000000TiB", None, "more than fits"),
            ("MiB", None, "no number"),
            ("1.5GiB", None, "no fractions"),
            ("5ä", None, "no unit, not ASCII"),
            ("-1", None, "negative"),
        ];
        for (text, bytes, why) in cases {
            assert_eq!(text.parse().ok(), bytes.map(Size), "{text}: {why}");
        }
    }

    #[test]
    fn levels() {
        use Which::{All, New, Open};
        let cases = [
            // (written, what and level, why)
            ("all", Some((All, Severity::Low)), "every finding"),
            ("all:high", Some((All, Severity::High)), "from a level on"),
            ("open:medium", Some((Open, Severity::Medium)), "what is open"),
            (":critical", Some((All, Severity::Critical)), "`all` left out"),
            ("new", Some((New, Severity::Low)), "everything new"),
            ("new:high", Some((New, Severity::High)), "new, from a level on"),
            ("high", None, "a level alone could be a word of another grammar"),
            ("all:hihg", None, "misspelt"),
        ];
        for (text, expected, why) in cases {
            let expected = expected.map(|(which, level)| FailOn { which, level });
            assert_eq!(text.parse().ok(), expected, "{text}: {why}");
        }
    }

    #[test]
    fn ages() {
        let cases = [
            ("90d", Some(90), "days"),
            ("90", None, "no unit"),
            ("3m", None, "months have no fixed length"),
            ("-1d", None, "negative"),
        ];
        for (text, days, why) in cases {
            assert_eq!(text.parse().ok(), days.map(Age), "{text}: {why}");
        }
    }
}
