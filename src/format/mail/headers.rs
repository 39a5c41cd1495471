//! Headers: unfolded, encoded words decoded (RFC 2047), and written again where something in them is
//! replaced.

use std::ops::Range;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use encoding_rs::Encoding;

use super::encoding::Transfer;
use crate::format::decode;
use crate::format::derived::Derived;
use crate::model::{Edit, Page, Part};

/// Headers that mails have.
pub(super) fn is_of_mail(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "received",
        "return-path",
        "delivered-to",
        "content-type",
        "content-transfer-encoding",
        "reply-to",
    ];
    NAMES.contains(&&*name.to_ascii_lowercase())
}

/// What headers say of the part that follows.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    /// Type and subtype, in small letters.
    pub(super) kind: String,
    /// Between the parts inside; empty if there are none.
    pub(super) boundary: String,
    pub(super) transfer: Transfer,
    /// Its text is of a charset that nobody here decodes.
    is_foreign: bool,
    /// A header is.
    has_foreign_word: bool,
    name: String,
}

impl Head {
    /// Reads a block of headers.
    pub(super) fn parse(text: &str) -> Self {
        let mut head = Self::default();
        let unfolded = text.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
        head.has_foreign_word = unfolded.split("=?").skip(1).any(|word| {
            let parts: Vec<&str> = word.splitn(4, '?').collect();
            let charset = parts[0].split('*').next().unwrap_or_default();
            matches!(parts[..], [_, "B" | "b" | "Q" | "q", _, rest] if rest.starts_with('='))
                && Encoding::for_label_no_replacement(charset.as_bytes()).is_none()
        });
        for line in unfolded.lines() {
            let Some((name, value)) = line.split_once(':') else { continue };
            match name.to_ascii_lowercase().as_str() {
                "content-type" => {
                    let kind = value.split(';').next().unwrap_or_default();
                    head.kind = kind.trim().to_ascii_lowercase();
                    if head.kind.starts_with("multipart/") {
                        head.boundary = parameter(value, "boundary").unwrap_or_default();
                    }
                    let is_text = head.kind.is_empty() || head.kind.starts_with("text/");
                    let charset = parameter(value, "charset").filter(|_| is_text);
                    head.is_foreign = charset.is_some_and(|it| !is_decoded(&it));
                    if let Some(name) = parameter(value, "name") {
                        head.name = name;
                    }
                }
                "content-transfer-encoding" => head.transfer = Transfer::named(value),
                "content-disposition" => {
                    if let Some(name) = parameter(value, "filename") {
                        head.name = name;
                    }
                }
                _ => {}
            }
        }
        head
    }

    /// Why what it says of itself or of the part that follows cannot be read.
    pub(super) fn unreadable(&self) -> Option<&'static str> {
        if self.transfer == Transfer::Unknown {
            Some("a part of a mail is in a transfer encoding that is not known: save it on its own")
        } else if self.is_foreign {
            Some("a part of a mail is in a charset that is not decoded: save it as UTF-8")
        } else if self.has_foreign_word {
            Some("a header of a mail is in a charset that is not decoded: save it as UTF-8")
        } else {
            None
        }
    }

    /// Name of the part as a member.
    pub(super) fn file_name(&self, number: u64) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        let ending = match self.kind.as_str() {
            "" | "text/plain" => "txt",
            "text/html" => "html",
            "text/calendar" => "ics",
            "text/vcard" | "text/x-vcard" => "vcf",
            "message/rfc822" => "eml",
            _ => "bin",
        };
        format!("part-{number}.{ending}")
    }
}

/// Whether a text of this charset is read: Unicode, or one byte a letter with ASCII as it is.
fn is_decoded(charset: &str) -> bool {
    const OTHERS: &[&str] = &[
        "utf-32",
        "utf-32le",
        "utf-32be",
        "ibm437",
        "cp437",
        "ibm850",
        "cp850",
        "cp858",
        "unknown-8bit",
        "x-unknown",
    ];
    let charset = charset.trim().to_ascii_lowercase();
    OTHERS.contains(&charset.as_str())
        || Encoding::for_label_no_replacement(charset.as_bytes()).is_some_and(|encoding| {
            encoding.is_single_byte()
                || [encoding_rs::UTF_8, encoding_rs::UTF_16LE, encoding_rs::UTF_16BE]
                    .contains(&encoding)
        })
}

/// A parameter of a header, decoded (RFC 2231 and, as many write it, RFC 2047).
fn parameter(value: &str, name: &str) -> Option<String> {
    let mut joined = String::new();
    for piece in value.split(';').skip(1) {
        let Some((key, text)) = piece.split_once('=') else { continue };
        let key = key.trim().to_ascii_lowercase();
        let Some(rest) = key.strip_prefix(name) else { continue };
        if !rest.is_empty() && !rest.starts_with('*') {
            continue;
        }
        let text = text.trim().trim_matches('"');
        if rest.ends_with('*') {
            let text = text.splitn(3, '\'').last().unwrap_or_default();
            let bytes: Vec<u8> = unpercent(text.as_bytes());
            joined.push_str(&decode::lossy(&bytes, decode::detect(&bytes)));
        } else {
            joined.push_str(&decoded(text));
        }
    }
    (!joined.is_empty()).then_some(joined)
}

fn unpercent(mut text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    while let Some((first, after)) = text.split_first() {
        let hex = |at: usize| after.get(at).and_then(|b| char::from(*b).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (first, hex(0), hex(1)) {
            out.push((high * 16 + low) as u8);
            text = &after[2..];
        } else {
            out.push(*first);
            text = after;
        }
    }
    out
}

/// A text with its encoded words decoded.
fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some((range, word)) = next_word(text, at) {
        let between = &text[at..range.start];
        if !(between.trim().is_empty() && at > 0) {
            out.push_str(between);
        }
        out.push_str(&word);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The next encoded word from `at` on.
fn next_word(text: &str, at: usize) -> Option<(Range<usize>, String)> {
    let mut from = at;
    loop {
        let start = from + text[from..].find("=?")?;
        let mut parts = text[start + 2..].splitn(4, '?');
        let word = (|| {
            let (charset, kind, content) = (parts.next()?, parts.next()?, parts.next()?);
            parts.next()?.starts_with('=').then_some(())?;
            let end = start + 2 + charset.len() + 1 + kind.len() + 1 + content.len() + 2;
            let bytes = match kind {
                "B" | "b" => BASE64_STANDARD.decode(content).ok()?,
                "Q" | "q" => {
                    let percent = content.replace('%', "%25").replace('=', "%").replace('_', " ");
                    unpercent(percent.as_bytes())
                }
                _ => return None,
            };
            let charset = charset.split('*').next().unwrap_or_default();
            let charset = Encoding::for_label(charset.as_bytes())?;
            Some((start..end, charset.decode_without_bom_handling(&bytes).0.into_owned()))
        })();
        if word.is_some() {
            return word;
        }
        from = start + 2;
    }
}

/// The headers of a page that hold for what comes next.
pub(super) fn last_block(text: &str) -> &str {
    let trimmed = text.trim_end();
    let start = trimmed.rfind("\n\n").map_or(0, |at| at + 2);
    &trimmed[start..]
}

/// Hands out a block of headers: a slot a header, unfolded and decoded.
pub(super) fn write(page: &mut Derived<'_>, text: &str, message: usize) {
    let mut at = 0;
    while at < text.len() {
        // A header with the lines that continue it.
        let mut end = at;
        loop {
            end += text[end..].find('\n').map_or(text.len() - end, |it| it + 1);
            if !text[end..].starts_with([' ', '\t']) {
                break;
            }
        }
        let line = &text[at..end];
        let content = at + line.trim_end_matches(['\r', '\n']).len();
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let start = page.at();
        match name.as_str() {
            // What holds the mail together.
            "mime-version" | "content-transfer-encoding" => page.copy(at..end),
            "content-type" if line.to_ascii_lowercase().contains("boundary") => page.copy(at..end),
            _ if line.starts_with("--") && at == 0 => page.copy(at..end),
            _ => {
                header(page, text, at..content);
                page.slot(Part::Other, message, start..page.at(), None);
                page.copy(content..end);
            }
        }
        at = end;
    }
}

/// Hands out one header.
fn header(page: &mut Derived<'_>, text: &str, range: Range<usize>) {
    let mut at = range.start;
    let stretch = |page: &mut Derived<'_>, piece: Range<usize>| {
        // A line end before a space is only a fold.
        let mut from = piece.start;
        while let Some(line) = text[from..piece.end].find(['\r', '\n']) {
            page.copy(from..from + line);
            let rest = &text[from + line..piece.end];
            let blank = rest.len() - rest.trim_start().len();
            page.push(' ', from + line);
            from += line + blank;
            page.step(from);
        }
        page.copy(from..piece.end);
    };
    let source = &text[..range.end];
    let mut is_after_word = false;
    while let Some((word, decoded)) = next_word(source, at) {
        if !(is_after_word && text[at..word.start].trim().is_empty()) {
            stretch(page, at..word.start);
        }
        // A word is longer than what it stands for: each character gets a place of its own in it.
        for (number, character) in decoded.chars().enumerate() {
            // A header within a header is none.
            let character = if matches!(character, '\r' | '\n') { ' ' } else { character };
            page.push(character, (word.start + number).min(word.end - 1));
        }
        page.step(word.end);
        at = word.end;
        is_after_word = true;
    }
    stretch(page, at..range.end);
}

/// Edits of a page of headers: where encoded words are touched, the whole header is written anew.
pub(super) fn rewritten(page: &Page, edits: &[Edit], eol: &str) -> Vec<Edit> {
    let mut all: Vec<Edit> = Vec::new();
    let mut at = 0;
    while at < edits.len() {
        let edit = &edits[at];
        let next = page.slots.partition_point(|slot| slot.range.start <= edit.range.start);
        let slot = next.checked_sub(1).map(|it| page.slots[it].range.clone());
        let slot = slot.filter(|slot| edit.range.start < slot.end);
        let raw = slot.clone().and_then(|slot| decode::raw_bytes(&page.text, &page.raw, slot));
        let has_words = raw.is_some_and(|raw| memchr::memmem::find(raw, b"=?").is_some());
        let Some(slot) = slot.filter(|_| has_words) else {
            all.push(edit.clone());
            at += 1;
            continue;
        };
        let mut text = String::new();
        let mut from = slot.start;
        while let Some(edit) = edits.get(at).filter(|edit| edit.range.start < slot.end) {
            text.push_str(&page.text[from..edit.range.start]);
            text.push_str(&edit.replacement);
            from = edit.range.end;
            at += 1;
        }
        text.push_str(page.text.get(from..slot.end).unwrap_or_default());
        all.push(Edit { range: slot, replacement: encoded(&text, eol) });
    }
    all
}

/// A header as mail may carry it.
fn encoded(header: &str, eol: &str) -> String {
    let (name, value) = header.split_once(':').unwrap_or(("", header));
    if value.is_ascii() {
        return header.to_owned();
    }
    let mut words = Vec::new();
    let mut rest = value.trim_start();
    // Where a value was taken away, the spaces around it are still there.
    let blank = &value[..value.len() - rest.len()];
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.floor_char_boundary(42));
        words.push(format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(word)));
        rest = after;
    }
    format!("{name}:{blank}{}", words.join(&format!("{eol} ")))
}
