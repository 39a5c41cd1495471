//! One header: `[29.01.18, 12:24:03] `, `1/4/23, 7:02 PM - ` and their kin. The grammar is wide; what
//! a file really uses is a [`Shape`], and only shapes that the file was seen to use start messages.

use super::words::{self, Period};

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

/// The header at the start of a line, if there is one of any shape.
pub(super) fn parse(line: &[u8]) -> Option<Header> {
    // Most lines that are no header are told by their first byte.
    let first = *line.first()?;
    if !(first.is_ascii_digit() || first == b'[' || first >= 0xD8 || first.is_ascii_uppercase()) {
        return None;
    }
    let mut cursor = Cursor { bytes: line, at: 0 };
    cursor.marks();
    let bracket = cursor.eat(b'[');
    let start = cursor.at;
    let (date, comma, time, time_first) = match cursor.date_then_time() {
        Some((date, comma, time)) => (date, comma, time, false),
        None => {
            cursor.at = start;
            let (date, comma, time) = cursor.time_then_date()?;
            (date, comma, time, true)
        }
    };
    let frame = cursor.frame(bracket, time.seconds, time.korean)?;
    let shape = Shape {
        frame,
        time_first,
        separator: date.separator,
        year: date.year,
        comma,
        time_separator: time.separator,
        seconds: time.seconds,
    };
    let stamp =
        Stamp { date: date.numbers, hour: time.hour, minute: time.minute, second: time.second };
    Some(Header { shape, stamp, rest: cursor.at })
}

/// The header at the start of a line if it is of this shape and of the plainest kind: Latin digits,
/// single spaces, no marks, 24 hours or `AM`. A shortcut: what it answers, [`parse`] answers too; what
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
fn is_plausible([first, second, third]: [u16; 3], year: Year) -> bool {
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

struct Date {
    numbers: [u16; 3],
    separator: u8,
    year: Year,
}

struct Time {
    hour: u8,
    minute: u8,
    second: u8,
    seconds: bool,
    separator: u8,
    /// The day period stands before the time.
    korean: bool,
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn left(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn marks(&mut self) {
        while self.peek() >= 0x80 {
            match mark(self.left()) {
                0 => break,
                length => self.at += length,
            }
        }
    }

    /// Skips spaces and marks; whether there was a space.
    fn spaces(&mut self) -> bool {
        let mut any = false;
        loop {
            self.marks();
            match space(self.left()) {
                0 => return any,
                length => self.at += length,
            }
            any = true;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.marks();
        let there = self.peek() == byte;
        self.at += usize::from(there);
        there
    }

    /// The value of the digit here and its length in bytes; Latin, Arabic-Indic, Persian, Devanagari
    /// and Bengali.
    fn digit(&self) -> Option<(u16, usize)> {
        let (digit, length) = match *self.left() {
            [byte @ b'0'..=b'9', ..] => (byte - b'0', 1),
            [0xD9, byte @ 0xA0..=0xA9, ..] => (byte - 0xA0, 2),
            [0xDB, byte @ 0xB0..=0xB9, ..] => (byte - 0xB0, 2),
            [0xE0, 0xA5 | 0xA7, byte @ 0xA6..=0xAF, ..] => (byte - 0xA6, 3),
            _ => return None,
        };
        Some((u16::from(digit), length))
    }

    /// A number of at most `most` digits, and how many it has.
    fn number(&mut self, most: u8) -> Option<(u16, u8)> {
        self.marks();
        let (mut value, mut digits) = (0, 0);
        while let Some((digit, length)) = self.digit() {
            if digits == most {
                return None;
            }
            value = value * 10 + digit;
            digits += 1;
            self.at += length;
        }
        (digits > 0).then_some((value, digits))
    }

    /// A number that may be a year of a Japanese era, such as `R4`, or Buddhist; years of four digits
    /// count as four digits wide, whatever was written.
    fn year_or_number(&mut self) -> Option<(u16, u8)> {
        self.marks();
        let before = match self.peek() {
            b'R' => 2018,
            b'H' => 1988,
            b'S' => 1925,
            _ => {
                let (value, digits) = self.number(4)?;
                // No western phone shows years like 2565: that is the Thai calendar.
                let value = if value >= 2400 { value - 543 } else { value };
                return Some((value, digits));
            }
        };
        self.at += 1;
        Some((before + self.number(2)?.0, 4))
    }

    fn date(&mut self) -> Option<Date> {
        self.marks();
        if let Some((month, length)) = words::month(self.left()) {
            self.at += length;
            let day = self.spaces().then(|| self.number(2)).flatten()?.0;
            return Some(self.named(day, month));
        }
        let (first, first_width) = self.year_or_number()?;
        self.marks();
        let separator = self.peek();
        if !matches!(separator, b'.' | b'/' | b'-') {
            let (month, length) = self.spaces().then(|| words::month(self.left())).flatten()?;
            self.at += length;
            return (first_width <= 2).then(|| self.named(first, month));
        }
        self.at += 1;
        if separator == b'.' {
            self.spaces();
        }
        let (second, _) = self.number(2)?;
        if !self.eat(separator) {
            return None;
        }
        if separator == b'.' {
            self.spaces();
        }
        let (mut third, third_width) = self.year_or_number()?;
        let year = match (first_width, third_width) {
            (4, 1 | 2) => Year::First,
            (1 | 2, 4) => Year::Last,
            (1 | 2, 2) => Year::Short,
            _ => return None,
        };
        self.eat(b'.');
        let end = self.at;
        if self.peek() != b',' && self.spaces() && !self.peek().is_ascii_digit() {
            match words::year_suffix(self.left()) {
                // Two digits and BE: 65 is 2565.
                Some((length, true)) if third < 100 => {
                    third += 2500 - 543;
                    self.at += length;
                }
                Some((length, _)) => self.at += length,
                None => self.at = end,
            }
        } else {
            self.at = end;
        }
        let numbers = [first, second, third];
        is_plausible(numbers, year).then_some(Date { numbers, separator, year })
    }

    /// The rest of a date with a named month: a year, or none.
    fn named(&mut self, day: u16, month: u16) -> Date {
        let end = self.at;
        self.eat(b',');
        self.spaces();
        let (year, numbers) = match self.number(4) {
            Some((year, 4)) => (Year::Last, [day, month, year]),
            _ => {
                self.at = end;
                (Year::Missing, [day, month, 0])
            }
        };
        Date { numbers, separator: b' ', year }
    }

    /// A comma, western or Arabic.
    fn comma(&mut self) -> bool {
        self.marks();
        match *self.left() {
            [b',', ..] => self.at += 1,
            [0xD8, 0x8C, ..] => self.at += 2,
            _ => return false,
        }
        true
    }

    fn date_then_time(&mut self) -> Option<(Date, bool, Time)> {
        let date = self.date()?;
        let comma = self.comma();
        if !self.spaces() && !comma {
            return None;
        }
        if self.peek() >= b'a'
            && let Some(length) = words::connector(self.left())
        {
            self.at += length;
            self.spaces();
        }
        let time = self.time()?;
        Some((date, comma, time))
    }

    fn time_then_date(&mut self) -> Option<(Date, bool, Time)> {
        let time = self.time()?;
        let comma = self.comma();
        if !self.spaces() {
            return None;
        }
        let date = self.date()?;
        Some((date, comma, time))
    }

    fn time(&mut self) -> Option<Time> {
        self.marks();
        let mut period = None;
        if self.peek() >= 0xE4
            && let Some((before, length)) = words::period_before(self.left())
        {
            period = Some(before);
            self.at += length;
            self.spaces();
        }
        let korean = period.is_some();
        let (hour, _) = self.number(2)?;
        self.marks();
        let separator = self.peek();
        if !matches!(separator, b':' | b'.') {
            return None;
        }
        self.at += 1;
        let two = |number: Option<(u16, u8)>| number.filter(|n| n.1 == 2).map(|n| n.0);
        let minute = two(self.number(2))?;
        self.marks();
        let mut second = 0;
        let mut seconds = false;
        let end = self.at;
        if self.peek() == separator {
            self.at += 1;
            match two(self.number(2)) {
                Some(number) => (second, seconds) = (number, true),
                None => self.at = end,
            }
        }
        if hour > 24 || minute > 59 || second > 60 {
            return None;
        }
        let period = period.or_else(|| self.period());
        let hour = period.map_or(hour as u8, |period| period.hour(hour as u8)) % 24;
        Some(Time { hour, minute: minute as u8, second: second as u8, seconds, separator, korean })
    }

    /// The day period after a time; nothing is skipped if there is none.
    fn period(&mut self) -> Option<Period> {
        let end = self.at;
        self.spaces();
        if matches!(self.peek(), b'-' | b']' | b':' | b',' | b'0'..=b'9') {
            self.at = end;
            return None;
        }
        let period = self.meridiem().or_else(|| {
            let (period, length) = words::period_after(self.left())?;
            self.at += length;
            Some(period)
        });
        if period.is_none() {
            self.at = end;
        }
        period
    }

    /// `AM`, `p.m.`, `a. m.` and so on.
    fn meridiem(&mut self) -> Option<Period> {
        let start = self.at;
        let period = match self.peek() | 0x20 {
            b'a' => Period::Am,
            b'p' => Period::Pm,
            _ => return None,
        };
        self.at += 1;
        if self.eat(b'.') {
            self.spaces();
        }
        if self.peek() | 0x20 != b'm' {
            self.at = start;
            return None;
        }
        self.at += 1;
        self.eat(b'.');
        Some(period)
    }

    /// What ends the header.
    fn frame(&mut self, bracket: bool, seconds: bool, korean: bool) -> Option<Frame> {
        if bracket {
            self.spaces();
            if !self.eat(b']') {
                return None;
            }
            return (self.spaces() || self.left().is_empty()).then_some(Frame::Bracket);
        }
        if self.spaces() {
            match *self.left() {
                [b'-', ..] => self.at += 1,
                [0xE2, 0x80, 0x93 | 0x94, ..] => self.at += 3,
                _ => return None,
            }
            let ended = self.spaces() || self.left().is_empty();
            // `12.03.2024, 10:00 - 11:30` is an appointment.
            return (ended && !self.is_time()).then_some(Frame::Dash);
        }
        let frame = match self.peek() {
            b':' if seconds => Frame::Colon,
            b',' if korean => Frame::Comma,
            _ => return None,
        };
        self.at += 1;
        self.spaces().then_some(frame)
    }

    fn is_time(&self) -> bool {
        let mut look = Cursor { bytes: self.bytes, at: self.at };
        self.peek().is_ascii_digit()
            && look.number(2).is_some()
            && matches!(look.peek(), b':' | b'.')
            && look.bytes.get(look.at + 1).is_some_and(u8::is_ascii_digit)
    }
}
