//! One header: `[29.01.18, 12:24:03] `, `1/4/23, 7:02 PM - ` and their kin. The grammar is wide; what
//! a file really uses is a [`Shape`], and only shapes that the file was seen to use start messages.

use super::words::Period;

/// A header at the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// How it is written.
    pub(super) shape: Shape,
    /// What it says.
    pub(super) stamp: Stamp,
    /// Where sender or text begin, in bytes of the line.
    pub(super) rest: usize,
}

/// How a header is written, up to what varies within one export: widths of numbers, 12 or 24 hours,
/// invisible marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// What sets the header apart from the text.
    pub(super) frame: Frame,
    /// Time before date: WhatsApp Web copies, Vietnamese.
    pub(super) time_first: bool,
    /// Between the numbers of the date; a space for named months.
    pub(super) separator: u8,
    /// Where the year stands.
    pub(super) year: Year,
    /// Whether a comma stands between date and time.
    pub(super) comma: bool,
    /// Between hour and minute.
    pub(super) time_separator: u8,
    /// Whether there are seconds.
    pub(super) seconds: bool,
}

/// What sets a header apart from the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// `[...] `: iOS, WhatsApp Web copies.
    Bracket,
    /// `... - `: Android.
    Dash,
    /// `...: `: iOS before 2016.
    Colon,
    /// `..., `: Android in Korean.
    Comma,
}

/// Where the year of a date stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Year {
    /// Four digits or era, first.
    First,
    /// Four digits or era, last.
    Last,
    /// Two digits, at a place the numbers do not tell.
    Short,
    /// There is none.
    Missing,
}

/// What a header says, the date in written order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Numbers of the date as written; years of four digits or an era are Gregorian already. Dates
    /// with named months come as day, month, year.
    pub(super) date: [u16; 3],
    /// 0 to 23.
    pub(super) hour: u8,
    /// 0 to 59.
    pub(super) minute: u8,
    /// 0 to 60.
    pub(super) second: u8,
}

/// The header at the start of a line if it is of this shape and of the plainest kind: Latin digits,
/// single spaces, no marks, 24 hours or `AM`. A shortcut: what it answers, [`super::grammar::parse`] answers
/// too; what
/// it passes over must go there.
#[inline]
pub(super) fn parse_plain(line: &[u8], shape: &Shape) -> Option<(Stamp, usize)> {
    /// A number of one or two digits.
    #[inline]
    fn short(line: &[u8], at: &mut usize) -> Option<u16> {
        let digit =
            |at: usize| line.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|d| *d < 10);
        let first = digit(*at)?;
        *at += 1;
        Some(match digit(*at) {
            Some(second) => {
                *at += 1;
                u16::from(first * 10 + second)
            }
            None => u16::from(first),
        })
    }
    /// A number of exactly two digits.
    #[inline]
    fn two(line: &[u8], at: &mut usize) -> Option<u16> {
        let start = *at;
        short(line, at).filter(|_| *at == start + 2)
    }
    #[inline]
    fn eat(line: &[u8], at: &mut usize, byte: u8) -> Option<()> {
        (line.get(*at) == Some(&byte)).then(|| *at += 1)
    }
    let mut at = 0;
    if shape.time_first || shape.separator == b' ' {
        return None;
    }
    if shape.frame == Frame::Bracket {
        eat(line, &mut at, b'[')?;
    }
    let mut date = [0; 3];
    for (place, number) in date.iter_mut().enumerate() {
        if place > 0 {
            eat(line, &mut at, shape.separator)?;
        }
        *number = match (shape.year, place) {
            (Year::First, 0) | (Year::Last, 2) => two(line, &mut at)? * 100 + two(line, &mut at)?,
            (Year::Short, 2) => two(line, &mut at)?,
            _ => short(line, &mut at)?,
        };
    }
    if !is_plausible(date, shape.year) || date[0] >= 2400 || date[2] >= 2400 {
        return None;
    }
    if shape.comma {
        eat(line, &mut at, b',')?;
    }
    eat(line, &mut at, b' ')?;
    let hour = short(line, &mut at)?;
    eat(line, &mut at, shape.time_separator)?;
    let minute = two(line, &mut at)?;
    let mut second = 0;
    if shape.seconds {
        eat(line, &mut at, shape.time_separator)?;
        second = two(line, &mut at)?;
    }
    if hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let mut hour = hour as u8;
    let half = match line.get(at..)? {
        [b' ', half, b'm' | b'M', ..] => (*half, 3),
        [0xE2, 0x80, 0xAF, half, b'm' | b'M', ..] => (*half, 5),
        _ => (0, 0),
    };
    match half.0 | 0x20 {
        b'a' => hour = Period::Am.hour(hour),
        b'p' => hour = Period::Pm.hour(hour),
        _ if half.1 > 0 => return None,
        _ => {}
    }
    at += half.1;
    let rest = match (shape.frame, line.get(at..)?) {
        (Frame::Bracket, [b']', b' ', rest @ ..])
        | (Frame::Dash, [b' ', b'-', b' ', rest @ ..])
        | (Frame::Colon, [b':', b' ', rest @ ..]) => rest,
        _ => return None,
    };
    // Marks, spaces and what may be the end of a range of times are for the long way.
    let next = *rest.first()?;
    if next >= 0x80 || next <= b' ' || next.is_ascii_digit() {
        return None;
    }
    let (hour, minute, second) = (hour % 24, minute as u8, second as u8);
    Some((Stamp { date, hour, minute, second }, line.len() - rest.len()))
}

/// Whether the numbers that are no year can be days or months.
pub(super) fn is_plausible([first, second, third]: [u16; 3], year: Year) -> bool {
    let is_day = |number: u16| (1..=31).contains(&number);
    match year {
        Year::First => is_day(second) && is_day(third),
        Year::Last => is_day(first) && is_day(second),
        _ => is_day(second) && (is_day(first) || is_day(third)),
    }
}

/// Length of the invisible mark (bidi control or byte order mark) that `bytes` start with, else 0.
pub(super) fn mark(bytes: &[u8]) -> usize {
    match bytes {
        [0xE2, 0x80, 0x8E | 0x8F | 0xAA..=0xAE, ..]
        | [0xE2, 0x81, 0xA6..=0xA9, ..]
        | [0xEF, 0xBB, 0xBF, ..] => 3,
        [0xD8, 0x9C, ..] => 2,
        _ => 0,
    }
}

/// Length of the space that `bytes` start with, no-break and thin ones included, else 0.
pub(super) fn space(bytes: &[u8]) -> usize {
    match bytes {
        [b' ' | b'\t', ..] => 1,
        [0xC2, 0xA0, ..] => 2,
        [0xE2, 0x80, 0xAF | 0x89, ..] => 3,
        _ => 0,
    }
}
