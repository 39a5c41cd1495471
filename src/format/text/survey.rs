//! What the first MiB of a leaf tells about the rest: which header shapes it uses, in which order day
//! and month stand, how messages end, which senders have a colon in their names.

use memchr::memchr;
use rustc_hash::{FxHashMap, FxHashSet};

use super::grammar;
use super::header::{Frame, Header, Shape, Stamp, Year};
use crate::model::LocalTime;

/// What was learned; no shapes: not a chat.
#[derive(Debug, Default)]
pub(super) struct Learned {
    /// Shapes that start messages, the most frequent first.
    pub(super) shapes: Vec<(Shape, Vec<Order>)>,
    /// Messages in brackets end with CRLF, a bare LF is inside of one (iOS).
    pub(super) crlf_ends: bool,
    /// Senders whose names hold `: `.
    pub(super) long_senders: FxHashSet<Box<str>>,
    /// Whether looking at more text could not change what was learned.
    pub(super) certain: bool,
}

/// Order of the numbers of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
    /// Year, day, month.
    Ydm,
}

impl Order {
    fn possible(year: Year) -> &'static [Self] {
        match year {
            Year::First => &[Self::Ymd, Self::Ydm],
            Year::Last => &[Self::Dmy, Self::Mdy],
            Year::Short => &[Self::Dmy, Self::Mdy, Self::Ymd],
            Year::Missing => &[],
        }
    }

    /// Year, month and day; `None` if that is no date of WhatsApp's lifetime (since 2009).
    fn date(self, [a, b, c]: [u16; 3]) -> Option<(u16, u16, u16)> {
        let (year, month, day) = match self {
            Self::Dmy => (c, b, a),
            Self::Mdy => (c, a, b),
            Self::Ymd => (a, b, c),
            Self::Ydm => (a, c, b),
        };
        let year = match year {
            9..52 => 2000 + year,
            // Buddhist years 2552 to 2599.
            52..100 => 2500 - 543 + year,
            _ => year,
        };
        let days = match month {
            2 if year % 4 == 0 => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        ((2009..2100).contains(&year) && (1..=days).contains(&day)).then_some((year, month, day))
    }
}

/// The time of a header; `None` if the orders that are left do not agree.
pub(super) fn time(stamp: &Stamp, orders: &[Order]) -> Option<LocalTime> {
    let (first, others) = orders.split_first()?;
    let date = first.date(stamp.date)?;
    if others.iter().any(|order| order.date(stamp.date) != Some(date)) {
        return None;
    }
    let (year, month, day) = date;
    Some(LocalTime {
        year: year as i16,
        month: month as u8,
        day: day as u8,
        hour: stamp.hour,
        minute: stamp.minute,
        second: stamp.second,
    })
}

/// Up to so many bytes of the start of a line are searched for a sender.
pub(super) const SENDER_WINDOW: usize = 256;

/// Places of `: ` (or of a colon at the very end) in what follows a header, as lengths of what stands
/// before; at most four.
pub(super) fn colons(rest: &str) -> impl Iterator<Item = usize> {
    let bytes = &rest.as_bytes()[..rest.len().min(SENDER_WINDOW)];
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(found) = memchr(b':', &bytes[from..]) {
            let at = from + found;
            from = at + 1;
            if rest.as_bytes().get(at + 1).is_none_or(|next| *next == b' ') {
                return Some(at);
            }
        }
        None
    })
    .take(4)
}

/// Most distinct shapes that are counted.
const SHAPES: usize = 64;

/// Learns from the start of a leaf; `whole`: that is all of it.
pub(super) fn learn(text: &str, whole: bool) -> Learned {
    let mut tallies: Vec<ShapeTally> = Vec::new();
    let mut names = Names::default();
    let mut lines = 0;
    let mut first = None;
    let mut after_crlf = true;
    let mut rest = text;
    while !rest.is_empty() {
        let end = match memchr(b'\n', rest.as_bytes()) {
            Some(end) => end + 1,
            None if whole || lines == 0 => rest.len(),
            None => break,
        };
        let (line, after) = rest.split_at(end);
        rest = after;
        let content = line.trim_end_matches(['\n', '\r']);
        if !content.trim().is_empty() {
            let header = grammar::parse(content.as_bytes());
            lines += 1;
            if lines == 1 {
                first = header.map(|header| header.shape);
            }
            if let Some(header) = header {
                ShapeTally::count(&mut tallies, &header, after_crlf);
                names.count(&content[header.rest..]);
            }
        }
        after_crlf = line.ends_with("\r\n");
    }
    tallies.sort_by_key(|tally| std::cmp::Reverse(tally.headers));
    let ambiguous = tallies.len() > 1;
    let top = tallies.first().map_or(0, |tally| tally.headers);
    // One look-alike in a long text makes no chat.
    if tallies.first().is_some_and(|tally| top * 50 < lines && first != Some(tally.shape)) {
        tallies.clear();
    }
    // Another shape must be frequent to be believed, or a chat pasted into a message would fall apart.
    let second = tallies[tallies.len().min(1)..]
        .iter()
        .take_while(|tally| tally.headers >= 3 && tally.headers * 4 >= top)
        .count();
    tallies.truncate(1 + second);
    let brackets = || tallies.iter().filter(|tally| tally.shape.frame == Frame::Bracket);
    let after_crlf: usize = brackets().map(|tally| tally.after_crlf).sum();
    let headers: usize = brackets().map(|tally| tally.headers).sum();
    let shapes: Vec<_> = tallies.iter().map(|tally| (tally.shape, tally.orders())).collect();
    Learned {
        certain: whole || !ambiguous && top >= 200 && shapes.iter().all(|s| s.1.len() == 1),
        shapes,
        crlf_ends: text.contains("\r\n") && after_crlf * 2 > headers,
        long_senders: names.long(),
    }
}

struct ShapeTally {
    shape: Shape,
    headers: usize,
    after_crlf: usize,
    orders: Vec<OrderTally>,
}

#[derive(Clone, Copy)]
struct OrderTally {
    order: Order,
    /// Dates that cannot be.
    impossible: usize,
    /// Steps back in time.
    back: usize,
    /// Year, month, day.
    last: (u16, u16, u16),
}

impl ShapeTally {
    fn count(tallies: &mut Vec<Self>, header: &Header, after_crlf: bool) {
        let at = match tallies.iter().position(|tally| tally.shape == header.shape) {
            Some(at) => at,
            None if tallies.len() == SHAPES => return,
            None => {
                let start = |&order| OrderTally { order, impossible: 0, back: 0, last: (0, 0, 0) };
                let orders = Order::possible(header.shape.year).iter().map(start).collect();
                tallies.push(Self { shape: header.shape, headers: 0, after_crlf: 0, orders });
                tallies.len() - 1
            }
        };
        let tally = &mut tallies[at];
        tally.headers += 1;
        tally.after_crlf += usize::from(after_crlf);
        for of in &mut tally.orders {
            match of.order.date(header.stamp.date) {
                None => of.impossible += 1,
                Some(date) => {
                    // The first line is often a notice that is younger than the second.
                    of.back += usize::from(date < of.last && tally.headers > 2);
                    of.last = date;
                }
            }
        }
    }

    /// The orders that the dates leave: one, or several if they could be read either way.
    fn orders(&self) -> Vec<Order> {
        let mut left = self.orders.clone();
        left.retain(|of| of.impossible * 100 <= self.headers);
        let least = left.iter().map(|of| of.back).min();
        left.retain(|of| Some(of.back) == least);
        let usual = match (self.shape.separator, self.shape.year) {
            (_, Year::First) => Some(Order::Ymd),
            (b'.' | b' ', _) | (b'-', Year::Last) => Some(Order::Dmy),
            _ => None,
        };
        if left.iter().any(|of| Some(of.order) == usual) {
            left.retain(|of| Some(of.order) == usual);
        }
        // Short years come first with hyphens only.
        if self.shape.year == Year::Short && self.shape.separator != b'-' && left.len() > 1 {
            left.retain(|of| of.order != Order::Ymd);
        }
        left.into_iter().map(|of| of.order).collect()
    }
}

/// Names before colons, to tell `Dr. Maier: Praxis` from `Dr. Maier` who writes `Praxis: ...`.
#[derive(Default)]
struct Names<'a> {
    /// How often each stretch up to a colon was seen.
    seen: FxHashMap<&'a str, usize>,
    /// Texts with more than one colon, and their places.
    several: Vec<(&'a str, Vec<usize>)>,
}

impl<'a> Names<'a> {
    fn count(&mut self, rest: &'a str) {
        let places: Vec<usize> = colons(rest).collect();
        for place in &places {
            *self.seen.entry(&rest[..*place]).or_default() += 1;
        }
        if places.len() > 1 {
            self.several.push((rest, places));
        }
    }

    /// Names with a colon: whoever is seen before the first colon always goes on with a stretch that
    /// is seen elsewhere too.
    fn long(&self) -> FxHashSet<Box<str>> {
        let repeats = |name: &str| self.seen.get(name).copied().unwrap_or(0) > 1;
        let mut goes_on: FxHashMap<&str, usize> = FxHashMap::default();
        for (rest, places) in &self.several {
            for pair in places.windows(2) {
                if repeats(&rest[..pair[1]]) {
                    *goes_on.entry(&rest[..pair[0]]).or_default() += 1;
                }
            }
        }
        let always = |name: &str| goes_on.get(name).is_some_and(|n| *n == self.seen[name]);
        let mut long = FxHashSet::default();
        for (rest, places) in &self.several {
            let stop = places.iter().position(|place| !always(&rest[..*place]));
            let stop = stop.unwrap_or(places.len() - 1);
            if stop > 0 {
                long.insert(Box::from(&rest[..places[stop]]));
            }
        }
        long
    }
}
