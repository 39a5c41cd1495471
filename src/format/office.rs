//! Office documents (OOXML and OpenDocument): archives of XML, pictures and other parts.
//!
//! Parts are members and read as what they are. A copy has the redacted texts, no properties (who
//! wrote it, when, for whom) and no pictures that nobody looked into. Where a document holds what
//! cannot be taken out without breaking it (tracked changes, comments, macros, documents in it), there
//! is no copy.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use super::sheet::{Labels, Sheets};
use super::zip::{Copier, Zip};
use super::{Format, FormatError, Item, Limits, Output, Reader, Source, Tally, Writer, media};
use crate::model::{Edit, Page};

/// Documents in zip clothes.
pub(super) struct Office;

/// So much of a part is looked at for tracked changes.
const PART_LEN: u64 = 64 << 20;
/// So much of all parts.
const PARTS_LEN: u64 = 256 << 20;

/// What tracked changes and comments begin with.
const MARKS: &[&[u8]] = &[
    b"<w:ins ",
    b"<w:del ",
    b"<w:moveFrom ",
    b"<w:moveTo ",
    b"<w:comment ",
    b"<comment ",
    b"<threadedComment ",
    b"<p:cm ",
    b"<text:tracked-changes",
    b"<table:tracked-changes",
    b"<office:annotation",
];

impl Format for Office {
    /// A zip file with the first parts of a document; apps look alike but have none of them.
    fn sniff(&self, head: &[u8], name: &str) -> bool {
        let has_mark = [b"[Content_Types].xml".as_slice(), b"mimetypeapplication/vnd.oasis"]
            .iter()
            .any(|mark| memchr::memmem::find(head, mark).is_some());
        // Some programs write the parts in an order of their own.
        head.starts_with(b"PK\x03\x04")
            && (media::is_office(name) || has_mark && media::is_zip_document(head, name))
    }

    fn open(&self, source: Source, limits: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let spill = source.spill().clone();
        let name = source.name().to_owned();
        let random = source.into_random()?;
        let open = || Zip.open(Source::random(name.clone(), random.clone(), &spill), limits);
        let mut sheets = Sheets::default();
        let is_unfit = survey(&mut *open()?, &mut sheets);
        Ok(Box::new(OfficeReader { zip: open()?, is_unfit, labels: sheets.labels() }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(OfficeWriter(Copier::new(out))))
    }
}

/// Looks at all parts. Answers whether one cannot be redacted, or left out without breaking the document.
fn survey(zip: &mut dyn Reader, sheets: &mut Sheets) -> bool {
    let mut left = PARTS_LEN;
    let mut is_unfit = false;
    loop {
        let member = match zip.next() {
            Ok(Some(Item::Member(member))) => member,
            Ok(Some(_)) => continue,
            // What cannot be read is told when it is read in earnest.
            Ok(None) | Err(_) => return is_unfit,
        };
        let Some(source) = member.source.filter(|_| member.copied) else { continue };
        let name = member.name.to_ascii_lowercase();
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels") || name == "mimetype";
        if !is_xml && !is_picture(&name) {
            is_unfit = true;
            continue;
        }
        is_unfit |= name.starts_with("_xmlsignatures/") || name.starts_with("xl/revisions/");
        if is_xml {
            let mut bytes = Vec::new();
            let limit = PART_LEN.min(left);
            let _ = source.into_stream().take(limit).read_to_end(&mut bytes);
            left -= bytes.len() as u64;
            let is_cut = bytes.len() as u64 == limit;
            is_unfit |=
                is_cut || MARKS.iter().any(|mark| memchr::memmem::find(&bytes, mark).is_some());
            sheets.part(&member.name, &bytes);
        }
    }
}

fn is_picture(name: &str) -> bool {
    let endings = [
        ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".emf", ".wmf",
        ".svg",
    ];
    endings.iter().any(|ending| name.ends_with(ending))
}

/// Who wrote a document, when and for whom.
fn properties(name: &str) -> Option<&'static [u8]> {
    Some(match name {
        "docProps/core.xml" => {
            br#"<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>"#
        }
        "docProps/app.xml" => {
            br#"<?xml version="1.0" encoding="UTF-8"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>"#
        }
        "docProps/custom.xml" => {
            br#"<?xml version="1.0" encoding="UTF-8"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>"#
        }
        "meta.xml" => {
            br#"<?xml version="1.0" encoding="UTF-8"?><office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"><office:meta/></office:document-meta>"#
        }
        _ => return None,
    })
}

struct OfficeReader {
    zip: Box<dyn Reader>,
    is_unfit: bool,
    /// Names of columns by part.
    labels: BTreeMap<String, Arc<Labels>>,
}

impl Reader for OfficeReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        let mut item = self.zip.next()?;
        if let Some(Item::Member(member)) = &mut item {
            let is_about = properties(&member.name).is_some()
                || member.name.to_ascii_lowercase().starts_with("docprops/");
            member.copied &= !is_about;
            let labels = self.labels.get(&member.name).cloned();
            member.source = member.source.take().map(|source| source.with_labels(labels));
        }
        Ok(item)
    }

    fn tally(&self) -> Tally {
        let mut tally = self.zip.tally();
        tally.format = "office";
        if self.is_unfit {
            tally.notes.push("tracked changes, comments, macros or files inside: no redacted copy");
        }
        tally
    }

    fn is_unfit(&self) -> bool {
        self.is_unfit
    }

    fn names(&self) -> &[String] {
        self.zip.names()
    }
}

/// Writes the archive, with nothing where something is left out.
struct OfficeWriter(Copier);

impl Writer for OfficeWriter {
    fn put(&mut self, page: &Page, edits: &[Edit]) -> Result<(), FormatError> {
        self.0.put(page, edits)
    }

    fn put_member(
        &mut self,
        name: &str,
        modified: Option<i64>,
        content: Option<&mut dyn Read>,
    ) -> Result<(), FormatError> {
        self.0.put_member(name, modified, content)
    }

    /// The document still refers to the part.
    fn leave_out(&mut self, name: &str) -> Result<(), FormatError> {
        let mut content = match properties(name) {
            Some(content) => content,
            None if is_picture(&name.to_ascii_lowercase()) => b"",
            None => return Ok(()),
        };
        self.0.put_member(name, None, Some(&mut content))
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        Box::new(self.0).finish()
    }
}
