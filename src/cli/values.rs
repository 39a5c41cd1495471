//! Values of options that are more than a text or a number.

use std::str::FromStr;

use sparsam::model::Severity;
use sparsam::report::Totals;

/// `--fail-on`: from which severity on findings make the run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FailOn(Severity);

const LEVELS: [(&str, Severity); 4] = [
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
    ("critical", Severity::Critical),
];

impl FailOn {
    /// Every finding counts.
    pub(super) const ANY: Self = Self(Severity::Low);

    /// Whether a run has findings at or above the level.
    pub(super) fn is_reached(self, totals: &Totals) -> bool {
        LEVELS
            .iter()
            .filter(|level| level.1 >= self.0)
            .any(|level| totals.by_severity.get(level.0).is_some_and(|count| *count > 0))
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (which, level) = match text.split_once(':') {
            Some((which, level)) => (which, level),
            None => (text, "low"),
        };
        match which {
            "" | "all" => {}
            "new" | "open" => {
                return Err(format!(
                    "`{which}` compares with earlier runs, which this version does not keep; use all:{level}"
                ));
            }
            _ => {
                return Err("expected all or all:LEVEL, LEVEL one of low, medium, high, critical"
                    .to_owned());
            }
        }
        LEVELS
            .iter()
            .find(|known| known.0 == level)
            .map(|known| Self(known.1))
            .ok_or_else(|| "LEVEL is one of low, medium, high, critical".to_owned())
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
        let cases = [
            // (written, level, why)
            ("all", Some(Severity::Low), "every finding"),
            ("all:high", Some(Severity::High), "from a level on"),
            (":critical", Some(Severity::Critical), "`all` left out"),
            ("new:high", None, "needs a history"),
            ("high", None, "a level alone could be a word of another grammar"),
            ("all:hihg", None, "misspelt"),
        ];
        for (text, level, why) in cases {
            assert_eq!(text.parse().ok(), level.map(FailOn), "{text}: {why}");
        }
    }

    #[test]
    fn only_findings_from_the_level_on_count() {
        let mut totals = Totals::default();
        totals.by_severity.insert("medium".to_owned(), 3);
        totals.by_severity.insert("high".to_owned(), 0);
        assert!(FailOn::ANY.is_reached(&totals));
        assert!(FailOn(Severity::Medium).is_reached(&totals));
        assert!(!FailOn(Severity::High).is_reached(&totals));
    }
}
