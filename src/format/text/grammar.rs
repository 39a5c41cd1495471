//! The wide grammar of headers: every date order, separator, digit and mark that phones were seen to
//! write.

use super::header::{Frame, Header, Shape, Stamp, Year, is_plausible, mark, space};
use super::words::{self, Period};

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
