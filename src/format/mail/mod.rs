//! Mail (RFC 5322, MIME) and mailboxes (mbox) with attachments.
//!
//! Headers, and what stands between parts, are pages; the body of every part is a member, read as what
//! it is after its transfer encoding was undone. A copy has the same parts in the same encodings.

mod encoding;
mod headers;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;

use super::decode::{self, Decoder, Window};
use super::derived::Derived;
use super::splice::Splice;
use super::{
    Format, FormatError, Item, Limits, Member, Output, Random, RandomCursor, Reader, Source,
    SpillSettings, Tally, Writer,
};
use crate::model::{Edit, Incident, Page, Part, Problem};
use encoding::Transfer;
use headers::Head;

/// One mail, or many in a row.
pub(super) struct Mail;

/// Parts inside each other.
const DEPTH: usize = 32;
/// Longest line that is looked at as one.
const LINE_LEN: u64 = 1 << 20;
/// Longest block of headers.
const HEAD_LEN: u64 = 8 << 20;

impl Format for Mail {
    /// A block of headers with at least two that every mail has.
    fn sniff(&self, head: &[u8], _name: &str) -> bool {
        let text = decode::lossy(head, decode::detect(head));
        let text = text.trim_start_matches('\u{feff}');
        let mut lines = text.lines();
        if text.starts_with("From ") {
            lines.next();
        }
        let mut known = 0;
        for line in lines {
            if line.is_empty() {
                break;
            }
            if line.starts_with([' ', '\t']) {
                continue;
            }
            let Some((name, _)) = line.split_once(':') else { return false };
            if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                return false;
            }
            known += usize::from(headers::is_of_mail(name));
        }
        known >= 2
    }

    fn open(&self, mut source: Source, limits: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let is_mbox = source.head(5) == b"From ";
        let spill = source.spill().clone();
        let random = source.into_random()?;
        Ok(Box::new(MailReader {
            lines: BufReader::with_capacity(64 << 10, random.cursor()),
            random,
            spill,
            is_mbox,
            at: 0,
            is_blank: true,
            queue: VecDeque::new(),
            parts: 0,
            most: limits.entries,
            mails: 0,
            error: None,
        }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(MailWriter { out: Splice::new(out), head: Head::default(), eol: "\r\n" }))
    }
}

/// A stretch of a mail.
enum Segment {
    /// Headers with what separates them from what came before.
    Head(Range<u64>),
    /// What no program shows, and what a mailbox adds.
    Between(Range<u64>),
    /// Content of a part.
    Body(Range<u64>, Head),
    /// What stands around here cannot be read, and why.
    Unreadable(&'static str),
}

struct MailReader {
    lines: BufReader<RandomCursor>,
    random: Random,
    spill: SpillSettings,
    is_mbox: bool,
    /// Bytes read.
    at: u64,
    /// The line before was empty.
    is_blank: bool,
    queue: VecDeque<Segment>,
    parts: u64,
    most: u64,
    mails: u64,
    error: Option<FormatError>,
}

/// Whether a line begins a file in uuencode (POSIX): `begin`, its mode, its name.
fn begins_uuencode(line: &[u8]) -> bool {
    let Some(rest) =
        line.strip_prefix(b"begin").map(|it| it.strip_prefix(b"-base64").unwrap_or(it))
    else {
        return false;
    };
    let mut words = rest.split(|byte| *byte == b' ');
    let is_mode =
        |mode: &[u8]| (3..=4).contains(&mode.len()) && mode.iter().all(u8::is_ascii_digit);
    words.next() == Some(b"") && words.next().is_some_and(is_mode) && words.next().is_some()
}

/// Whether a line is one of such a file: its first character says how many bytes follow.
fn is_uuencoded(line: &[u8]) -> bool {
    let Some((first, rest)) = line.split_first() else { return false };
    let bytes = usize::from(first.wrapping_sub(b' ') & 63);
    let is_base64 =
        line.len() >= 4 && line.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b));
    // Spaces at the end are often lost.
    let is_of_length = rest.len() <= bytes.div_ceil(3) * 4 + 1 && rest.len() * 2 >= bytes;
    is_base64 || line.iter().all(|byte| (b' '..=b'`').contains(byte)) && is_of_length
}

/// What the lines at hand belong to.
enum State {
    Head,
    Between,
    Body(Head),
}

impl MailReader {
    /// The next line with its end; empty at the end of the file.
    fn line(&mut self) -> Result<Vec<u8>, FormatError> {
        let mut line = Vec::new();
        (&mut self.lines).take(LINE_LEN).read_until(b'\n', &mut line)?;
        Ok(line)
    }

    /// Cuts the next mail into segments.
    fn mail(&mut self) -> Result<(), FormatError> {
        let mut state = State::Head;
        let mut start = self.at;
        let mut head = Vec::new();
        let mut boundaries: Vec<Vec<u8>> = Vec::new();
        let mut is_first = true;
        let mut is_begun = false;
        loop {
            let line = self.line()?;
            let begins = self.at;
            let plain = line.trim_ascii_end();
            let is_next = self.is_mbox && self.is_blank && !is_first && line.starts_with(b"From ");
            if line.is_empty() || is_next {
                if let State::Head = state {
                    self.queue.push_back(Segment::Head(start..begins));
                    let parsed = Head::parse(&String::from_utf8_lossy(&head));
                    self.queue.extend(parsed.unreadable().map(Segment::Unreadable));
                } else {
                    self.end(state, start..begins);
                }
                if is_next {
                    // It is read again as the first line of the next mail.
                    self.lines.seek_relative(-(line.len() as i64))?;
                }
                if !boundaries.is_empty() && line.is_empty() {
                    let what = "a mail ends before its last part: get the whole file";
                    return Err(FormatError::new(Problem::Truncated, what));
                }
                return Ok(());
            }
            self.at += line.len() as u64;
            self.is_blank = plain.is_empty();
            is_first = false;
            let found = plain.strip_prefix(b"--").and_then(|rest| {
                let is = |boundary: &&Vec<u8>| {
                    rest.strip_prefix(boundary.as_slice())
                        .is_some_and(|rest| matches!(rest, b"" | b"--"))
                };
                let level = boundaries.iter().rposition(|it| is(&it))?;
                Some((level, rest.len() > boundaries[level].len()))
            });
            if let Some((level, is_last)) = found {
                let kept = std::mem::replace(&mut state, State::Head);
                if let State::Head = kept {
                    self.queue.push_back(Segment::Head(start..begins));
                } else {
                    self.end(kept, start..begins);
                }
                start = begins;
                head.clear();
                boundaries.truncate(level + usize::from(!is_last));
                if is_last {
                    state = State::Between;
                }
                continue;
            }
            if matches!(state, State::Body(_)) {
                if is_begun && is_uuencoded(plain) {
                    let what =
                        "a file stands in the text of a mail as uuencode: save it on its own";
                    self.queue.push_back(Segment::Unreadable(what));
                }
                is_begun = begins_uuencode(plain);
            }
            if let State::Head = state {
                let is_separator = head.is_empty() && plain.is_empty() && begins > start;
                if !plain.is_empty() {
                    head.extend_from_slice(&line);
                    if head.len() as u64 <= HEAD_LEN {
                        continue;
                    }
                }
                let _ = is_separator;
                self.queue.push_back(Segment::Head(start..self.at));
                start = self.at;
                let parsed = Head::parse(&String::from_utf8_lossy(&head));
                head.clear();
                self.queue.extend(parsed.unreadable().map(Segment::Unreadable));
                if !parsed.boundary.is_empty() && boundaries.len() < DEPTH {
                    boundaries.push(parsed.boundary.clone().into_bytes());
                    state = State::Between;
                } else if parsed.kind == "message/rfc822" && parsed.transfer == Transfer::Plain {
                    state = State::Head;
                } else {
                    state = State::Body(parsed);
                }
            }
        }
    }

    fn end(&mut self, state: State, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        self.queue.push_back(match state {
            State::Body(head) => Segment::Body(range, head),
            State::Head | State::Between => Segment::Between(range),
        });
    }

    /// A page of headers or of lines.
    fn page(&self, range: Range<u64>, is_head: bool) -> Result<Page, FormatError> {
        let mut start = [0; 4096];
        let got = self.random.read_at(range.start, &mut start)?;
        let len = (range.end - range.start).min(got as u64) as usize;
        let mut window = Window::new(match decode::detect(&start[..len]) {
            encoding @ crate::model::Encoding::Windows1252 => encoding,
            _ => crate::model::Encoding::Utf8,
        });
        let slice = Box::new(self.random.slice(range.clone()));
        let mut decoder = Decoder::new(slice, 64 << 10);
        while decoder.read(&mut window)? {}
        let len = window.text.len();
        let (text, mut raw) = window.split(len, len);
        raw.base = range.start;
        let mut page = Derived::new(&text, &raw);
        let message = page.message(self.mails, 0);
        if is_head {
            headers::write(&mut page, &text, message);
        } else {
            // It may begin with the line that ends a row of parts, which must stay.
            let is_end = text.starts_with("--");
            let start = text.find('\n').filter(|_| is_end).map_or(0, |line| line + 1);
            let start = if is_end && start == 0 { text.len() } else { start };
            page.copy(0..text.len());
            page.slot(Part::Other, message, start..text.len(), None);
        }
        Ok(page.finish())
    }
}

impl Reader for MailReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        loop {
            if let Some(segment) = self.queue.pop_front() {
                return Ok(Some(match segment {
                    Segment::Head(range) => Item::Page(self.page(range, true)?),
                    Segment::Between(range) => {
                        // Pages are bounded, whatever lies between parts.
                        let cut = range.end.min(range.start + (1 << 20));
                        if cut < range.end {
                            self.queue.push_front(Segment::Between(cut..range.end));
                        }
                        Item::Page(self.page(range.start..cut, false)?)
                    }
                    Segment::Unreadable(what) => Item::Incident(Incident {
                        problem: Problem::Unsupported,
                        member: None,
                        detail: what.to_owned(),
                    }),
                    Segment::Body(range, head) => {
                        self.parts += 1;
                        let name = head.file_name(self.parts);
                        let content = head.transfer.decoded(self.random.slice(range));
                        let base = name.rsplit(['/', '\\']).next().unwrap_or(&name).to_owned();
                        let source = Some(Source::stream(base, content, &self.spill));
                        Item::Member(Member { name, source, modified: None, copied: true })
                    }
                }));
            }
            if let Some(error) = self.error.take() {
                self.at = self.random.len();
                return Err(error);
            }
            if self.at >= self.random.len() {
                return Ok(None);
            }
            if self.parts > self.most {
                self.at = self.random.len();
                let kind = crate::model::LimitKind::Entries;
                return Err(FormatError::new(Problem::Limit(kind), "more parts than the limit"));
            }
            self.mails += 1;
            let before = self.at;
            self.error = self.mail().err();
            if self.at == before {
                self.at = self.random.len();
            }
        }
    }

    fn tally(&self) -> Tally {
        Tally {
            format: if self.is_mbox { "mbox" } else { "mail" },
            messages: self.mails,
            bytes_scanned: self.random.len(),
            bytes_not_scanned: 0,
            notes: Vec::new(),
        }
    }
}

/// Writes pages as they come and members in the encoding their headers name.
struct MailWriter {
    out: Splice,
    head: Head,
    eol: &'static str,
}

impl Writer for MailWriter {
    fn put(&mut self, page: &Page, edits: &[Edit]) -> Result<(), FormatError> {
        self.head = Head::parse(headers::last_block(&page.text));
        let raw = page.raw.bytes.as_deref().unwrap_or(page.text.as_bytes());
        self.eol = if memchr::memmem::find(raw, b"\r\n").is_some() { "\r\n" } else { "\n" };
        self.out.put(page, &headers::rewritten(page, edits, self.eol))
    }

    fn put_member(
        &mut self,
        _name: &str,
        _modified: Option<i64>,
        content: Option<&mut dyn Read>,
    ) -> Result<(), FormatError> {
        let Some(content) = content else { return Ok(()) };
        self.head.transfer.encode(content, self.out.output(), self.eol)
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        Box::new(self.out).finish()
    }
}
