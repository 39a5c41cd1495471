//! Pictures, sounds and files that stand in a text as Base64: nobody looks into them, so they are named
//! and no copy has them, as if they were files of their own.

use std::ops::Range;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::leaf::Leaf;
use super::scan::{InputScan, Place};
use crate::format::media;
use crate::model::{Edit, Page, Uninspected};

/// Shorter runs are words, keys, ids; where a link says what it is, any run is one.
const SHORTEST: usize = 32;
/// So many characters tell what it is.
const HEAD: usize = 64;
/// A link says what it is within so many bytes before this.
const LABEL: usize = 256;
const LINK: &str = ";base64,";

/// Something that is no text.
#[derive(Debug, PartialEq, Eq)]
struct Embedded {
    range: Range<usize>,
    kind: &'static str,
}

/// What stands in a text; `open`: of this kind is what ended with the text before.
fn embedded(text: &str, mut open: Option<&'static str>) -> Vec<Embedded> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    if open.is_none() && !may_hold(bytes) {
        return found;
    }
    let mut at = 0;
    while at < bytes.len() {
        let len = run(&bytes[at..]);
        if len == 0 {
            open = None;
            at += 1;
            continue;
        }
        let kind = match open.take().filter(|_| len >= SHORTEST) {
            Some(kind) => Some(kind),
            None => kind(&text[..at], &text[at..at + len]),
        };
        let start = at;
        at += len;
        let Some(kind) = kind else { continue };
        // Over the ends of lines.
        loop {
            let space = bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let len = run(&bytes[at + space..]);
            let next = at + space + len;
            if space == 0 || len == 0 || len < SHORTEST && bytes[next - 1] != b'=' {
                break;
            }
            at = next;
        }
        found.push(Embedded { range: start..at, kind });
    }
    found
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// Whether a text holds a long run, or a link that says what follows: most do not.
fn may_hold(bytes: &[u8]) -> bool {
    let mut start = 0;
    while let Some(window) = bytes.get(start..start + SHORTEST) {
        // The last byte first: behind one that is no digit nothing before it matters.
        match window.iter().rposition(|byte| !is_digit(*byte)) {
            Some(gap) => start += gap + 1,
            None => return true,
        }
    }
    memchr::memmem::find(bytes, LINK.as_bytes()).is_some()
}

/// Length of the run of Base64 that a text begins with.
fn run(bytes: &[u8]) -> usize {
    let len = bytes.iter().take_while(|byte| is_digit(**byte)).count();
    let pad = bytes[len..].iter().take_while(|byte| **byte == b'=').count();
    if len == 0 { 0 } else { len + pad.min(2) }
}

/// What a run is, by what stands before it or by how it begins.
fn kind(before: &str, run: &str) -> Option<&'static str> {
    if let Some(before) = before.strip_suffix(LINK) {
        let label = &before[before.ceil_char_boundary(before.len().saturating_sub(LABEL))..];
        let label = label.rsplit("data:").next().filter(|it| it.len() < label.len())?;
        return match label.split(['/', ';']).next().unwrap_or_default() {
            "image" => Some("photo"),
            "audio" => Some("audio"),
            "video" => Some("video"),
            // Texts are read as they are.
            "text" | "" => None,
            _ => Some("document"),
        };
    }
    if run.len() < SHORTEST {
        return None;
    }
    let head = BASE64_STANDARD.decode(&run[..run.len().min(HEAD) / 4 * 4]).ok()?;
    media::classify(&head, "")
}

impl InputScan<'_> {
    /// Takes note of what stands in the texts of a page; answers what takes it out, and whether the user
    /// may keep it.
    pub(super) fn embedded(&self, leaf: &mut Leaf, page: &Page) -> Vec<(Edit, bool)> {
        let mut edits = Vec::new();
        for slot in page.owned_slots() {
            let start = page.own_start(slot);
            let text = &page.text[start..slot.range.end];
            let found = embedded(text, leaf.open.take());
            leaf.open = found
                .last()
                .filter(|it| it.range.end == text.len() && slot.range.end >= page.owned_text.end)
                .map(|it| it.kind);
            for Embedded { range, kind } in found {
                *leaf.embedded.entry(kind).or_default() += range.len() as u64;
                // Cells stay what they are: some are told apart by having a text.
                let is_all = range == (0..text.len());
                let replacement = if is_all && slot.cell.is_some() { "[MEDIA]" } else { "" };
                let range = start + range.start..start + range.end;
                let edit = Edit { range, replacement: replacement.to_owned() };
                edits.push((edit, media::is_kept(kind)));
            }
        }
        edits
    }

    /// Names what stood in the texts of a leaf.
    pub(super) fn finish_embedded(&mut self, leaf: &Leaf, place: &Place) {
        for (kind, bytes) in &leaf.embedded {
            self.uninspected_inside(place, Uninspected { member: None, kind, bytes: *bytes });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_texts_are_told() {
        let picture = BASE64_STANDARD.encode([b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 90]].concat());
        let text = BASE64_STANDARD.encode("Hallo Welt, wie geht es dir heute morgen?");
        let (first, rest) = picture.split_at(76);
        let cases: [(String, Option<&str>, &str); 9] = [
            (picture.clone(), Some("photo"), "nothing else"),
            (format!("{first}\r\n\t{rest}"), Some("photo"), "in lines"),
            (format!("data:image/png;base64,{picture}"), Some("photo"), "in a link"),
            ("data:image/x;base64,AAAA".to_owned(), Some("photo"), "a short one"),
            ("data:application/pdf;base64,AAAA".to_owned(), Some("document"), "a file"),
            (format!("data:text/plain;base64,{text}"), None, "text in a link"),
            (text, None, "text"),
            ("/9j/ ist kein Bild".to_owned(), None, "a few characters"),
            ("iVBORw0KGgo".to_owned(), None, "an id"),
        ];
        for (text, kind, why) in cases {
            let found = embedded(&text, None);
            assert_eq!(found.first().map(|it| it.kind), kind, "{why}");
            if let Some(found) = found.first() {
                assert_eq!(found.range.end, text.len(), "{why}");
            }
        }
        assert_eq!(embedded(&"x".repeat(40), Some("audio"))[0].range, 0..40, "the rest of one");
    }
}
