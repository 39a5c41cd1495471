//! Shapes of input. A [`Format`] recognises one, a [`Reader`] turns it into pages or members, a
//! [`Writer`] makes the redacted copy from the reader's own pages, so that what is redacted is what
//! was scanned.
//!
//! A new format is one file here, one line in [`FORMATS`] and fixtures. Laws that every format obeys
//! (tested over all fixtures): no edits => every leaf byte-identical; same bytes => same addresses;
//! no input panics; nothing is lost: lines that are no message are slots too.

mod crypt;
mod csv;
mod decode;
mod derived;
mod feed;
mod gzip;
pub mod ios;
mod json;
mod mail;
mod markup;
pub mod media;
mod office;
mod pdf;
mod photo;
mod property_list;
mod roles;
mod sheet;
mod source;
mod splice;
mod sqlite;
mod tar;
mod text;
mod vcard;
mod zip;

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, Write};
use std::sync::Arc;

pub use crypt::{KeyError, Keys};
pub use pdf::THREAD as GUARDED_THREAD;
pub use source::{Budget, Random, RandomCursor, SharedSpill, Source, Spill, SpillSettings};

use crate::model::{Edit, Incident, Page, Problem, Uninspected};

/// All formats in the order in which they are asked; the last ones are the generic readers.
pub const FORMATS: &[&dyn Format] = &[
    &ios::Manifest,
    &sqlite::Sqlite,
    &crypt::Crypt,
    &office::Office,
    &zip::Zip,
    &gzip::Gzip,
    &tar::Tar,
    &property_list::PropertyList,
    &pdf::Pdf,
    &photo::Photo,
    &vcard::Vcard,
    &mail::Mail,
    &json::Json,
    &markup::Markup,
    &csv::Csv,
    &text::Text,
];

/// The format of what starts with `head` (up to [`SNIFF_BYTES`]) and has this base name; `None`: no reader
/// looks into it.
pub fn find(head: &[u8], name: &str) -> Option<&'static dyn Format> {
    // Sound and films begin like nothing else: they are not taken for text in many ways first.
    match media::classify(head, "") {
        Some("audio" | "video") => None,
        // What it says is cut to pieces by how it looks, and pictures stand in it as digits.
        _ if media::is_rich_text(head) => None,
        _ => FORMATS.iter().copied().find(|format| format.sniff(head, name)),
    }
}

/// One shape of input.
pub trait Format: Sync {
    /// Whether a leaf or container that starts with `head` (up to [`SNIFF_BYTES`]) and has this base
    /// name is of this format. Content decides; the name only where content cannot.
    fn sniff(&self, head: &[u8], name: &str) -> bool;

    /// Starts reading.
    ///
    /// # Errors
    /// The input cannot be read at all.
    fn open(&self, source: Source, limits: &Limits) -> Result<Box<dyn Reader>, FormatError>;

    /// Whether texts can be read and not be replaced: a copy is the whole file or none.
    fn copies_whole(&self) -> bool {
        false
    }

    /// Starts a copy that is fed with what [`Self::open`]'s reader hands out.
    ///
    /// # Errors
    /// The output cannot be written.
    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError>;
}

/// How many bytes of an input [`Format::sniff`] may look at.
pub const SNIFF_BYTES: usize = 64 << 10;

/// One traversal, for scanning and for copying.
pub trait Reader: Send {
    /// The next page, member or incident; `None` at the end.
    ///
    /// Everything that could be read is handed out before an error; after an error comes `None`.
    ///
    /// # Errors
    /// Reading cannot go on.
    fn next(&mut self) -> Result<Option<Item>, FormatError>;

    /// What has been read so far.
    fn tally(&self) -> Tally;

    /// What kind of thing nobody looked into, although its texts were read: `photo`, `document`.
    fn uninspected(&self) -> Option<&'static str> {
        None
    }

    /// Whether something in it must not be in a copy and cannot be taken out, such as tracked
    /// changes: then there is none.
    fn is_unfit(&self) -> bool {
        false
    }

    /// What a copy is made from, where pages do not hold all of it: the input as it was read.
    fn snapshot(&self) -> Option<Random> {
        None
    }

    /// Names of all members of a container, in its order; known from the start.
    fn names(&self) -> &[String] {
        &[]
    }

    /// What is inside of a container and never opened, as `(name, kind)`: `link`, `fifo`, `device`. No
    /// copy has it.
    fn skipped(&self) -> &[(String, &'static str)] {
        &[]
    }

    /// What texts on the pages of a container are called that no copy has, such as its comment.
    fn left_out(&self) -> &[String] {
        &[]
    }
}

/// What a reader hands out.
pub enum Item {
    /// Texts of a leaf.
    Page(Page),
    /// Something inside a container; the engine looks into it.
    Member(Member),
    /// Something could not be read; reading goes on.
    Incident(Incident),
    /// Something inside that nobody looks into; a copy lacks it unless [`CopyBase::keep_media`].
    Uninspected(Uninspected),
}

/// Something inside a container.
pub struct Member {
    /// Its name as the container has it, decoded; `/` separates folders. May be hostile.
    pub name: String,
    /// Its content; `None` for a folder.
    pub source: Option<Source>,
    /// Seconds since 1970 of its last change, if the container says so.
    pub modified: Option<i64>,
    /// Whether a copy carries it. What a container does not list (gaps, hidden records) and links
    /// are scanned only.
    pub copied: bool,
}

/// Account of what a reader has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Name of the format in reports, such as `whatsapp-android`, `text`, `zip`.
    pub format: &'static str,
    /// Messages seen.
    pub messages: u64,
    /// Raw bytes read and looked at. For containers: bytes of the container itself that were understood.
    pub bytes_scanned: u64,
    /// Raw bytes passed over.
    pub bytes_not_scanned: u64,
    /// Facts for the report that are no incident, fixed phrases: `no chat header recognised`.
    pub notes: Vec<&'static str>,
}

/// What a copy starts from.
pub struct CopyBase {
    /// [`Reader::snapshot`].
    pub snapshot: Option<Random>,
    /// Where temporary content goes.
    pub spill: SpillSettings,
    /// Keep pictures and the like, although nobody looked into them.
    pub keep_media: bool,
    /// Keys of encrypted backups.
    pub keys: Arc<Keys>,
    /// Write what was encrypted as plain content.
    pub decrypted: bool,
    /// Of the manifest of an iOS backup: what becomes of its rows, by their numbers.
    pub backup: Option<BTreeMap<i64, ios::Copied>>,
}

/// Makes the redacted copy.
pub trait Writer: Send {
    /// Takes what the copy is made from; called once, before anything else. Writers that make all of
    /// the copy from pages and members need nothing of it.
    ///
    /// # Errors
    /// A temporary file cannot be written.
    fn begin(&mut self, base: CopyBase) -> Result<(), FormatError> {
        let _ = base;
        Ok(())
    }

    /// Writes a page's owned region with the edits, which are sorted and do not overlap.
    ///
    /// # Errors
    /// The output cannot be written.
    fn put(&mut self, page: &Page, edits: &[Edit]) -> Result<(), FormatError>;

    /// Adds a member to a container under its (redacted) name; `None` for a folder. Formats without
    /// members leave it as it is.
    ///
    /// # Errors
    /// The output cannot be written, or the format has no members.
    fn put_member(
        &mut self,
        name: &str,
        modified: Option<i64>,
        content: Option<&mut dyn Read>,
    ) -> Result<(), FormatError> {
        let _ = (name, modified, content);
        Err(FormatError::new(Problem::Unsupported, "this format has no members"))
    }

    /// Told that a member of this name gets no place in the copy, where the format needs something
    /// in its place.
    ///
    /// # Errors
    /// The output cannot be written.
    fn leave_out(&mut self, _name: &str) -> Result<(), FormatError> {
        Ok(())
    }

    /// Completes the copy.
    ///
    /// # Errors
    /// The output cannot be written.
    fn finish(self: Box<Self>) -> Result<(), FormatError>;
}

/// Where a copy is written: a temporary file or a [`Spill`].
pub trait Output: Write + Seek + Read + Send {}
impl<T: Write + Seek + Read + Send> Output for T {}

/// Bounds of what is read (`docs/security.md`).
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Bytes read out of one file, all nesting together.
    pub expanded_bytes: u64,
    /// Up to this many expanded bytes no ratio is looked at.
    pub ratio_floor: u64,
    /// Above the floor: expanded bytes per byte of the file.
    pub ratio: u64,
    /// Bytes of one member.
    pub member_bytes: u64,
    /// Containers inside each other.
    pub depth: u32,
    /// Entries of one archive.
    pub entries: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            expanded_bytes: 16 << 30,
            ratio_floor: 64 << 20,
            ratio: 200,
            member_bytes: 4 << 30,
            depth: 8,
            entries: 200_000,
        }
    }
}

/// Why an input could not be read or a copy not be written.
///
/// Carries positions, never content: an error must not leak what the scan protects.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub struct FormatError {
    /// Row of the closed table of incidents.
    pub problem: Problem,
    /// What happened, in fixed phrases and numbers.
    pub detail: String,
}

impl FormatError {
    /// An error with a fixed phrase.
    pub fn new(problem: Problem, detail: impl Into<String>) -> Self {
        Self { problem, detail: detail.into() }
    }
}

/// I/O errors say what the system said; a [`FormatError`] inside one comes out again, so that readers
/// of nested streams need not know each other.
impl From<io::Error> for FormatError {
    fn from(error: io::Error) -> Self {
        if error.get_ref().is_some_and(|inner| inner.is::<FormatError>()) {
            if let Some(inner) = error.into_inner().and_then(|inner| inner.downcast().ok()) {
                return *inner;
            }
            return Self::new(Problem::Unreadable, "cannot be read");
        }
        let problem = match error.kind() {
            io::ErrorKind::NotFound => Problem::Vanished,
            io::ErrorKind::UnexpectedEof => Problem::Truncated,
            io::ErrorKind::InvalidData => Problem::Damaged,
            _ => Problem::Unreadable,
        };
        Self::new(problem, error.kind().to_string())
    }
}

impl From<FormatError> for io::Error {
    fn from(error: FormatError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}
