//! Dates inside identifiers: those that never were are no birth dates.

/// Whether the day exists in the Gregorian calendar, years 1800 to 2099.
pub(super) fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1800..2100).contains(&year) && (1..=days).contains(&day)
}

/// As [`is_date`] for a year of two digits whose century nothing tells.
pub(super) fn is_short_date(year: u32, month: u32, day: u32) -> bool {
    is_date(1900 + year, month, day) || is_date(2000 + year, month, day)
}

/// Year, month and day of six digits `YYMMDD`.
pub(super) fn year_month_day(digits: &[u32]) -> Option<(u32, u32, u32)> {
    match digits {
        [y1, y2, m1, m2, d1, d2, ..] => Some((y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2)),
        _ => None,
    }
}

/// Day, month and year of six digits `DDMMYY`.
pub(super) fn day_month_year(digits: &[u32]) -> Option<(u32, u32, u32)> {
    year_month_day(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let cases = [
            // (year, month, day, real, why)
            (2000, 2, 29, true, "leap year by the rule of 400"),
            (1900, 2, 29, false, "no leap year by the rule of 100"),
            (1985, 2, 29, false, "no leap year"),
            (1985, 4, 31, false, "April has 30 days"),
            (1985, 13, 1, false, "no such month"),
            (1985, 1, 0, false, "no such day"),
            (1799, 1, 1, false, "before any register"),
        ];
        for (year, month, day, real, why) in cases {
            assert_eq!(is_date(year, month, day), real, "{why}");
        }
        assert!(is_short_date(0, 2, 29), "2000 had one");
        assert!(!is_short_date(1, 2, 29), "neither 1901 nor 2001 had one");
    }
}
