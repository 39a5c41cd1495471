//! PDF: text of pages, notes on them, fields of forms, properties. A finding cannot be taken out of a
//! PDF: its copy is the whole file or none, and none if something in it is of no kind that is known to be
//! looked at or to hold nothing (`account`, `streams`).
//!
//! What a file claims is not trusted: its packed streams are measured before anything is unpacked, and
//! reading happens on a thread of its own, whose panic or full stack is an unreadable text, no crash.

mod account;
mod streams;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread;

use flate2::{Decompress, FlushDecompress, Status};
use pdf_extract::{
    Dictionary, Document, Object, ObjectId, PlainTextOutput, Stream, output_doc_page,
};

use super::decode;
use super::{Format, FormatError, Item, Limits, Output, Reader, Source, Tally, Writer};
use crate::model::{Cell, Encoding, LimitKind, Message, Page, Part, Problem, Slot};

/// Portable documents.
pub(super) struct Pdf;

/// Larger files are not read.
const FILE_LEN: u64 = 256 << 20;
/// Streams unpack to no more than this, all together.
const UNPACKED: u64 = 256 << 20;
/// So many brackets may be open; packed bytes hold as many that open as close, more or less.
const NESTED: usize = 20_000;
/// Name of threads whose panics are caught and mean no more than a text that cannot be read.
pub const THREAD: &str = "guarded-reader";
/// Stack of the reading thread: objects lie in objects.
const STACK: usize = 256 << 20;

impl Format for Pdf {
    /// The mark may stand after a few other bytes.
    fn sniff(&self, head: &[u8], _name: &str) -> bool {
        let head = &head[..head.len().min(1024)];
        let mark = memchr::memmem::find(head, b"%PDF-");
        // A chat that talks of it is text before the mark.
        mark.is_some_and(|at| at == 0 || !head[..at].iter().any(u8::is_ascii_alphabetic))
    }

    fn open(&self, source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let random = source.into_random()?;
        let len = random.len();
        if len > FILE_LEN {
            let what = "a PDF larger than 256 MiB is not read";
            return Err(FormatError::new(Problem::Limit(LimitKind::MemberSize), what));
        }
        let mut bytes = vec![0; usize::try_from(len).unwrap_or(0)];
        let got = random.read_at(0, &mut bytes)?;
        bytes.truncate(got);
        if !unpacks_within(&bytes, UNPACKED) {
            let what = "streams of the PDF unpack to more than 256 MiB";
            return Err(FormatError::new(Problem::Limit(LimitKind::ExpandedBytes), what));
        }
        if nests_deep(&bytes) {
            let what = "objects of the PDF lie too deep inside each other";
            return Err(FormatError::new(Problem::Limit(LimitKind::Depth), what));
        }
        let tail = &bytes[bytes.len().saturating_sub(2048)..];
        let has_objects = memchr::memmem::find(&bytes, b" obj").is_some();
        // Without any object it is a stub that never was a document: nothing to look into.
        if has_objects && memchr::memmem::find(tail, b"%%EOF").is_none() {
            let what = "the PDF ends too early: get the whole file";
            return Err(FormatError::new(Problem::Truncated, what));
        }
        let content = thread::Builder::new()
            .name(THREAD.to_owned())
            .stack_size(STACK)
            .spawn(move || read(&bytes))
            .map_err(FormatError::from)?
            .join()
            .unwrap_or_default();
        if content.is_encrypted {
            let what = "the PDF is encrypted: take out its password with the program that made it";
            return Err(FormatError::new(Problem::Encrypted, what));
        }
        if has_objects && !content.is_read {
            let what = "the PDF is damaged, or built in a way that cannot be read: save it anew with the program that made it";
            return Err(FormatError::new(Problem::Damaged, what));
        }
        Ok(Box::new(PdfReader { content, next: 0, bytes: len }))
    }

    fn copies_whole(&self) -> bool {
        true
    }

    fn copier(&self, _: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Err(FormatError::new(Problem::Unsupported, "a PDF is copied whole or not at all"))
    }
}

/// Whether lists and dictionaries are opened again and again without being closed.
fn nests_deep(bytes: &[u8]) -> bool {
    let mut depth = 0_usize;
    for byte in bytes {
        match byte {
            b'[' | b'<' => depth += 1,
            b']' | b'>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTED {
            return true;
        }
    }
    false
}

/// Whether all deflated streams together unpack to no more than `most` bytes, also those that hold
/// another.
fn unpacks_within(bytes: &[u8], most: u64) -> bool {
    let mut left = most;
    let mut buffer = vec![0; 64 << 10];
    for at in memchr::memmem::find_iter(bytes, b"stream") {
        let rest = &bytes[at + 6..];
        let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        let rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        if rest.first().is_none_or(|first| first & 0x0F != 8) {
            continue;
        }
        let mut inflate = Decompress::new(true);
        let mut inner = Decompress::new(true);
        let mut is_inner = true;
        loop {
            let (taken, given) = (inflate.total_in(), inflate.total_out());
            let from = usize::try_from(taken).unwrap_or(usize::MAX).min(rest.len());
            let status = inflate.decompress(&rest[from..], &mut buffer, FlushDecompress::None);
            let got = inflate.total_out() - given;
            if nests_deep(&buffer[..usize::try_from(got).unwrap_or(0)]) {
                return false;
            }
            let mut spent = got;
            if is_inner {
                let mut sink = vec![0; 64 << 10];
                let mut at = 0;
                while at < got as usize {
                    let before = (inner.total_in(), inner.total_out());
                    let end = got as usize;
                    let step = inner.decompress(&buffer[at..end], &mut sink, FlushDecompress::None);
                    at += (inner.total_in() - before.0) as usize;
                    spent += inner.total_out() - before.1;
                    let is_stuck = (inner.total_in(), inner.total_out()) == before;
                    if step.is_err() || is_stuck || matches!(step, Ok(Status::StreamEnd)) {
                        is_inner = false;
                        break;
                    }
                    if spent > left {
                        return false;
                    }
                }
            }
            let Some(rest_of) = left.checked_sub(spent) else { return false };
            left = rest_of;
            let is_stuck = inflate.total_in() == taken && got == 0;
            if status.is_err() || is_stuck || matches!(status, Ok(Status::StreamEnd)) {
                break;
            }
        }
    }
    true
}

/// What was found in a PDF.
#[derive(Default)]
struct Content {
    /// Kind of text, number of its page or object, text.
    texts: Vec<(&'static str, i64, String)>,
    is_encrypted: bool,
    /// There are pictures or files inside.
    has_media: bool,
    /// Some text could not be laid out.
    has_unread: bool,
    /// Something inside is of no use that is known.
    has_unknown: bool,
    /// Bytes belong to nothing that is in force.
    has_more: bool,
    is_read: bool,
}

fn read(bytes: &[u8]) -> Content {
    let mut content = Content::default();
    let Ok(mut document) = Document::load_mem(bytes) else { return content };
    content.is_encrypted = document.is_encrypted() || document.trailer.has(b"Encrypt");
    if content.is_encrypted {
        return content;
    }
    content.is_read = true;
    for (id, object) in &document.objects {
        if let Object::Stream(stream) = object
            && stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|it| it == b"XML")
            && let Ok(text) = stream.get_plain_content()
        {
            let text = String::from_utf8_lossy(&text).into_owned();
            content.texts.push(("properties", i64::from(id.0), text));
        }
        let mut take = |text| content.texts.push(("object", i64::from(id.0), text));
        content.has_unread |= !strings(object, 0, &mut take);
    }
    let rest = account::account(bytes, &document);
    content.has_more = rest.has_more;
    for text in rest.texts {
        plain(&text, &mut |text| content.texts.push(("file", 0, text)));
    }
    // Forms that draw each other would be drawn for ever.
    if goes_in_circles(&document) {
        content.has_unread = true;
        return content;
    }
    let streams = streams::sort(&document);
    content.has_media = streams.has_media;
    content.has_unknown = streams.has_unknown;
    for (id, text) in streams.texts {
        plain(&text, &mut |text| content.texts.push(("stream", i64::from(id.0), text)));
    }
    for number in document.get_pages().into_keys() {
        content.page("page", i64::from(number), &document, number);
    }
    for form in streams.undrawn {
        // As if a page showed nothing but it.
        let page = page_of(&mut document, form);
        let number = document.get_pages().into_iter().find(|it| it.1 == page);
        match number {
            Some((number, _)) => content.page("form", i64::from(form.0), &document, number),
            None => content.has_unread = true,
        }
    }
    content
}

impl Content {
    /// Lays out a page. What cannot be is text that nobody saw.
    fn page(&mut self, table: &'static str, row: i64, document: &Document, number: u32) {
        let page = std::panic::AssertUnwindSafe(|| {
            let mut text = String::new();
            let mut output = PlainTextOutput::new(&mut text);
            let is_read = output_doc_page(document, &mut output, number).is_ok();
            (text, is_read)
        });
        match std::panic::catch_unwind(page) {
            Ok((text, is_read)) => {
                self.has_unread |= !is_read;
                self.texts.push((table, row, text));
            }
            Err(_) => self.has_unread = true,
        }
    }

    /// Whether something in it must not be in a copy.
    fn is_unfit(&self) -> bool {
        self.has_unread || self.has_unknown || self.has_more
    }
}

/// Whether pages stand above themselves or forms draw themselves, or do so very deep.
fn goes_in_circles(document: &Document) -> bool {
    const DEPTH: usize = 64;
    let parent = |id| document.get_dictionary(id).ok()?.get(b"Parent").ok()?.as_reference().ok();
    for page in document.get_pages().into_values() {
        if std::iter::successors(Some(page), |id| parent(*id)).nth(DEPTH).is_some() {
            return true;
        }
    }
    // Longest way from form to form, by rounds: each takes those away that draw nothing left.
    let mut draws: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
    for (id, object) in &document.objects {
        if let Object::Stream(stream) = object
            && stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|it| it == b"Form")
        {
            let resources = document.get_dict_in_dict(&stream.dict, b"Resources");
            // With those of the page it may draw anything, itself too.
            if resources.is_err()
                && stream
                    .get_plain_content()
                    .is_ok_and(|it| memchr::memmem::find(&it, b"Do").is_some())
            {
                return true;
            }
            let forms = resources.and_then(|it| document.get_dict_in_dict(it, b"XObject"));
            let ids = forms.into_iter().flat_map(|forms| forms.iter());
            draws.insert(*id, ids.filter_map(|(_, it)| it.as_reference().ok()).collect());
        }
    }
    for _ in 0..DEPTH {
        let before = draws.len();
        let known: BTreeSet<ObjectId> = draws.keys().copied().collect();
        draws.retain(|_, drawn| drawn.iter().any(|id| known.contains(id)));
        if draws.is_empty() {
            return false;
        }
        if draws.len() == before {
            break;
        }
    }
    true
}

/// Makes a page that shows a form and nothing else.
fn page_of(document: &mut Document, form: ObjectId) -> ObjectId {
    let draw = Stream::new(Dictionary::new(), b"/F Do".to_vec());
    let content = document.add_object(draw);
    let mut forms = Dictionary::new();
    forms.set("F", Object::Reference(form));
    let mut resources = Dictionary::new();
    resources.set("XObject", forms);
    let mut page = Dictionary::new();
    page.set("Type", Object::Name(b"Page".to_vec()));
    page.set("MediaBox", vec![0.into(), 0.into(), 1000.into(), 1000.into()]);
    page.set("Resources", resources);
    page.set("Contents", content);
    let page = document.add_object(page);
    let mut pages = Dictionary::new();
    pages.set("Type", Object::Name(b"Pages".to_vec()));
    pages.set("Kids", vec![Object::Reference(page)]);
    pages.set("Count", 1);
    let pages = document.add_object(pages);
    if let Ok(catalog) = document.catalog_mut() {
        catalog.set("Pages", pages);
    }
    page
}

/// The words in the bytes of a string or name: control characters end a piece.
fn plain(bytes: &[u8], take: &mut dyn FnMut(String)) {
    let text = match bytes {
        [0xFE, 0xFF, rest @ ..] => decode::lossy(rest, Encoding::Utf16Be),
        [0xFF, 0xFE, rest @ ..] => decode::lossy(rest, Encoding::Utf16Le),
        bytes => decode::lossy(bytes, decode::detect(bytes)),
    };
    for piece in text.split(|c: char| c.is_control() && !c.is_whitespace()) {
        // Ids and the like hold nothing to find.
        if piece.chars().filter(|c| c.is_alphanumeric()).count() > 3 {
            take(piece.to_owned());
        }
    }
}

/// All strings in an object: notes, fields, titles, links; names and numbers that may tell something.
/// Answers whether that is all: lists may lie very deep in each other.
fn strings(object: &Object, depth: usize, take: &mut dyn FnMut(String)) -> bool {
    if depth > 64 {
        return false;
    }
    match object {
        Object::String(bytes, _) => {
            plain(bytes, take);
            true
        }
        Object::Name(name) => {
            telling(name, take);
            true
        }
        // As long as an account number.
        Object::Integer(number) if number.abs() >= 100_000_000 => {
            take(number.to_string());
            true
        }
        Object::Array(items) => items.iter().all(|item| strings(item, depth + 1, take)),
        Object::Dictionary(dictionary) => entries(dictionary, depth, take),
        Object::Stream(stream) => entries(&stream.dict, depth, take),
        _ => true,
    }
}

fn entries(dictionary: &Dictionary, depth: usize, take: &mut dyn FnMut(String)) -> bool {
    dictionary.iter().all(|(name, item)| {
        telling(name, take);
        strings(item, depth + 1, take)
    })
}

/// A name of a place or a layer may be a value; those of fonts and keys are none.
fn telling(name: &[u8], take: &mut dyn FnMut(String)) {
    let digits = name.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-+_.,:".contains(byte);
    if digits >= 5 || !name.iter().all(is_plain) {
        plain(name, take);
    }
}

struct PdfReader {
    content: Content,
    next: usize,
    bytes: u64,
}

impl Reader for PdfReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        let mut page = Page::default();
        while let Some((table, row, text)) = self.content.texts.get(self.next)
            && page.text.len() < 256 << 10
        {
            self.next += 1;
            // A paragraph is what belongs together.
            for paragraph in text.split("\n\n").filter(|it| !it.trim().is_empty()) {
                let start = page.text.len();
                page.text.push_str(paragraph);
                let range = start..page.text.len();
                page.text.push('\n');
                let cell = Cell {
                    table: Arc::from(*table),
                    column: Arc::from("text"),
                    row: *row,
                    ..Cell::default()
                };
                page.slots.push(Slot {
                    part: Part::Other,
                    message: page.messages.len(),
                    range,
                    cell: Some(Box::new(cell)),
                });
                page.messages.push(Message::default());
            }
        }
        page.owned_text = 0..page.text.len();
        page.owned = 0..page.slots.len();
        Ok((!page.text.is_empty()).then_some(Item::Page(page)))
    }

    fn tally(&self) -> Tally {
        let Content { is_read, has_media, has_unread, has_unknown, has_more, .. } = self.content;
        let notes = [
            (!is_read, "text of the PDF could not be read"),
            (has_media, "pictures or files inside the PDF"),
            (has_unread, "pages or notes of the PDF that could not be laid out: no redacted copy"),
            (has_unknown, "parts of unknown use inside the PDF: no redacted copy"),
            (
                has_more,
                "an older version, or bytes outside of its objects, inside the PDF: no redacted copy",
            ),
        ];
        Tally {
            format: "pdf",
            messages: 0,
            bytes_scanned: if is_read { self.bytes } else { 0 },
            bytes_not_scanned: if is_read { 0 } else { self.bytes },
            notes: notes.into_iter().filter(|note| note.0).map(|note| note.1).collect(),
        }
    }

    fn uninspected(&self) -> Option<&'static str> {
        (self.content.has_media || self.content.is_unfit()).then_some("document")
    }

    fn is_unfit(&self) -> bool {
        self.content.is_unfit()
    }
}
