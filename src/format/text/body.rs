//! What follows the sender: text, or an attachment with its name and caption, or a text that WhatsApp
//! wrote itself.

use std::ops::Range;

use super::header::{mark, space};
use super::words;
use crate::model::Part;

/// Between the name of a document and its length, iOS.
const BULLET: &str = " \u{2022} ";

/// Hands out the parts of a message's text in order. `first_line` is the end of its first line;
/// `range` and `first_line` are without line ends.
pub(super) fn parts(
    text: &str,
    range: Range<usize>,
    first_line: usize,
    ios: bool,
    mut push: impl FnMut(Part, Range<usize>),
) {
    let line = &text[range.start..first_line];
    let last = line.as_bytes().last().copied().unwrap_or(0);
    let found = match last {
        b')' => attached_android(line),
        b'>' => attached_ios(line),
        _ => None,
    };
    if let Some(attached) = found {
        let attached = attached.moved(range.start);
        document(text, range.start..attached.marker, &mut push);
        attached.push(first_line, &mut push);
        return push(Part::Caption, first_line..range.end);
    }
    // A caption of several lines, the marker at its end.
    if first_line < range.end && text[range.clone()].ends_with('>') {
        let start = text[range.clone()].rfind('\n').map_or(range.start, |at| range.start + at + 1);
        if let Some(attached) = attached_ios(&text[start..range.end]) {
            let attached = attached.moved(start);
            push(Part::Caption, range.start..attached.marker);
            return attached.push(range.end, &mut push);
        }
    }
    let one_line = first_line == range.end;
    if one_line && last == b'>' && is_note(line) {
        return push(Part::Other, range);
    }
    if ios && memchr::memchr(0xE2, line.as_bytes()).is_some() {
        if one_line && mark(line.as_bytes()) > 0 && !line.contains("://") {
            return push(Part::Other, range);
        }
        if line.contains(BULLET) && line.contains('\u{200E}') {
            document(text, range.start..first_line, &mut push);
            return push(Part::Caption, first_line..range.end);
        }
    }
    push(Part::Body, range);
}

/// An attachment in a line: where its marker begins, and its file name.
struct Attached {
    marker: usize,
    name: Range<usize>,
}

impl Attached {
    fn moved(self, by: usize) -> Self {
        Self { marker: by + self.marker, name: by + self.name.start..by + self.name.end }
    }

    fn push(self, end: usize, push: &mut impl FnMut(Part, Range<usize>)) {
        push(Part::Other, self.marker..self.name.start);
        push(Part::Filename, self.name.clone());
        // The closing bracket of the iOS form says nothing.
        if end > self.name.end + 1 {
            push(Part::Other, self.name.end..end);
        }
    }
}

/// `Befund.pdf • 2 Seiten ...` is a file name and a generated text; everything else a caption.
fn document(text: &str, range: Range<usize>, push: &mut impl FnMut(Part, Range<usize>)) {
    let stretch = &text[range.clone()];
    match stretch.find(BULLET) {
        Some(end) if has_extension(&stretch[..end]) => {
            push(Part::Filename, range.start..range.start + end);
            push(Part::Other, range.start + end..range.end);
        }
        _ => push(Part::Caption, range),
    }
}

/// The file name in `IMG-1.jpg (file attached)`.
fn attached_android(line: &str) -> Option<Attached> {
    let open = line.rfind(" (")?;
    let start = trimmed(line, 0..open).start;
    let name = &line[start..open];
    let known = words::says_attached(&line[open + 2..])
        || mark(line.as_bytes()) > 0
        || name.get(3..4) == Some("-") && name.contains("-WA");
    (known && has_extension(name)).then_some(Attached { marker: start, name: start..open })
}

/// The file name in `<attached: 00000003-PHOTO.jpg>`.
fn attached_ios(line: &str) -> Option<Attached> {
    let open = line.rfind('<')?;
    let inner = line[open + 1..].strip_suffix('>')?;
    let colon = inner.find(": ")?;
    let word = &inner[..colon];
    let start = open + 1 + colon + 2;
    let name = trimmed(line, start..line.len() - 1);
    let is_word = !word.is_empty() && word.len() <= 40 && !word.contains(['/', '=', '"']);
    (is_word && has_extension(&line[name.clone()])).then_some(Attached { marker: open, name })
}

/// `<Media omitted>` and the like.
fn is_note(line: &str) -> bool {
    let line = &line[trimmed(line, 0..line.len())];
    line.len() <= 80
        && line.starts_with('<')
        && !line[1..line.len() - 1].contains(['<', '>', ':', '@'])
}

fn has_extension(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (1..=5).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// The range without spaces and marks at its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let Range { mut start, mut end } = range;
    loop {
        match mark(&bytes[start..end]) + space(&bytes[start..end]) {
            0 => break,
            length => start += length,
        }
    }
    while start < end {
        let blank = |length: usize| {
            let tail = &bytes[start.max(end.saturating_sub(length))..end];
            tail.len() == length && mark(tail) + space(tail) == length
        };
        match [1, 2, 3].into_iter().find(|length| blank(*length)) {
            Some(length) => end -= length,
            None => break,
        }
    }
    start..end
}
