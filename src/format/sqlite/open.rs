//! Databases opened so that nothing in them runs and nothing beside the original is written.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf, absolute};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::journal::Journal;
use super::tree::{page_size, u32_at};
use crate::files::{self, TemporaryFolder};
use crate::format::{FormatError, Random, Source, SpillSettings};
use crate::model::{LimitKind, Problem};

/// Longest text or blob in bytes.
const LONGEST_VALUE: i32 = 64 << 20;
/// Copied at a time.
const CHUNK: usize = 256 << 10;
/// Memory for pages of one database, in KiB.
const CACHE_KIB: i32 = 4 << 10;

/// A database that is only read.
pub(super) struct Opened {
    pub(super) connection: Connection,
    /// Its bytes.
    pub(super) content: Random,
    /// Raw bytes that it was made of.
    pub(super) bytes: u64,
    /// Why it is not all of the database: what is missing is zeros here, and damaged to SQLite.
    pub(super) cut: Option<FormatError>,
    /// A change that was not completed, and was taken back.
    pub(super) journal: Journal,
    /// Keeps the folder as long as the connection.
    _private: Option<Private>,
}

impl Opened {
    /// Opens a file of its own that is whole and has nothing beside it where it lies, and anything
    /// else as a private copy.
    ///
    /// # Errors
    /// As [`Private::new`].
    pub(super) fn new(source: Source) -> Result<Self, FormatError> {
        if let Some(connection) = in_place(&source)? {
            let content = source.into_random()?;
            let (bytes, cut, journal) = (content.len(), None, Journal::None);
            return Ok(Self { connection, content, bytes, cut, journal, _private: None });
        }
        let (private, bytes, cut, journal) = Private::new(source)?;
        let (connection, content) = (private.connect()?, private.content()?);
        Ok(Self { connection, content, bytes, cut, journal, _private: Some(private) })
    }
}

/// Opens a source where it lies, if it is a file of its own, as long as it says, with neither log nor
/// journal.
///
/// # Errors
/// It is no database that SQLite can open.
fn in_place(source: &Source) -> Result<Option<Connection>, FormatError> {
    let Some((path, random)) = source.own_file() else { return Ok(None) };
    for ending in ["-wal", "-journal"] {
        if source.companion(ending)?.is_some_and(|companion| !companion.is_empty()) {
            return Ok(None);
        }
    }
    let mut head = [0; 100];
    let got = random.read_at(0, &mut head)?;
    if got < head.len() || missing(&head, random.len()).is_some() {
        return Ok(None);
    }
    // SQLite takes a path, behind which there may be another file by now.
    let Ok(path) = real(path) else { return Ok(None) };
    let mode = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = connect(&unchanging(&path), mode);
    if random.lies_at(&path) { connection.map(Some) } else { Ok(None) }
}

/// A path whose folders are no links.
fn real(path: &Path) -> io::Result<PathBuf> {
    let path = absolute(path)?;
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => Ok(folder.canonicalize()?.join(name)),
        _ => Ok(path),
    }
}

/// A path as SQLite takes it for a file that nobody changes: it looks for nothing beside it, and
/// writes no word of its own there (<https://sqlite.org/uri.html>).
fn unchanging(path: &Path) -> PathBuf {
    let mut uri = "file://".to_owned();
    let bytes = path.as_os_str().as_encoded_bytes();
    if !bytes.starts_with(b"/") {
        uri.push('/');
    }
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b':' => {
                uri.push(char::from(*byte));
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            _ => {
                let _ = write!(uri, "%{byte:02x}");
            }
        }
    }
    uri.push_str("?immutable=1");
    uri.into()
}

/// A copy of a database in an owner-only folder that vanishes when dropped; its log and journal, if
/// there were any, are part of it.
pub(super) struct Private {
    folder: TemporaryFolder,
}

impl Private {
    /// Copies the source with what lies beside it. Answers what [`Opened`] tells of it.
    ///
    /// # Errors
    /// The source cannot be read, the folder of temporary files not be written, or SQLite does not
    /// understand what it finds.
    fn new(source: Source) -> Result<(Self, u64, Option<FormatError>, Journal), FormatError> {
        let spill = source.spill().clone();
        let folder = TemporaryFolder::new(&spill.folder)?;
        let mut bytes = 0;
        let mut beside = Vec::new();
        let mut journal = Journal::None;
        for ending in ["-wal", "-journal"] {
            if let Some(companion) = source.companion(ending)?.filter(|it| !it.is_empty()) {
                let to = folder.path().join(format!("{NAME}{ending}"));
                bytes += copy(&mut companion.cursor(), &to)?;
                if ending == "-journal" {
                    journal = Journal::read(&to)?;
                }
                beside.push(ending);
            }
        }
        let main = folder.path().join(NAME);
        let cut = match copy(&mut source.into_stream(), &main) {
            Ok(_) => None,
            Err(error)
                if matches!(
                    error.problem,
                    Problem::Truncated | Problem::Damaged | Problem::BadCrc
                ) =>
            {
                Some(error)
            }
            Err(error) => return Err(error),
        };
        let len = main.metadata()?.len();
        if len == 0 {
            return Err(FormatError::new(Problem::Damaged, "empty file, no database"));
        }
        bytes += len;
        let too_short = pad(&main, len)?;
        let cut = cut.or(too_short.then(|| FormatError::new(Problem::Truncated, SHORT)));
        let private = Self { folder };
        if !beside.is_empty() {
            // Opening for writing takes over the log, or rolls back what the journal says.
            let connection = private.connect()?;
            connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(unreadable)?;
            connection.execute_batch("PRAGMA journal_mode = DELETE").map_err(unreadable)?;
        }
        Ok((private, bytes, cut, journal))
    }

    /// A second copy, of a snapshot.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(super) fn of(snapshot: &Random, spill: &SpillSettings) -> Result<Self, FormatError> {
        let folder = TemporaryFolder::new(&spill.folder)?;
        copy(&mut snapshot.cursor(), &folder.path().join(NAME))?;
        Ok(Self { folder })
    }

    /// The database file.
    fn path(&self) -> PathBuf {
        self.folder.path().join(NAME)
    }

    /// A path for another file in the folder.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The bytes of the database file, readable even after the folder is gone.
    fn content(&self) -> Result<Random, FormatError> {
        Ok(Random::file(files::open_regular(&self.path())?)?)
    }

    /// Opens it for reading and writing, with limits, without triggers, views or trust in its schema.
    ///
    /// # Errors
    /// It is no database that SQLite can open.
    pub(super) fn connect(&self) -> Result<Connection, FormatError> {
        connect(&self.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)
    }
}

/// What is told of a database that is not as it should be.
pub(super) const DAMAGED: &str = "the database is damaged: get it from the device once more";
pub(super) const NO_DATABASE: &str =
    "the database ends too early or is damaged: get it from the device once more";
/// What is told of a row that is longer than it may be.
pub(super) const TOO_LARGE: &str = "a value is larger than the limit of 64 MiB";
/// A database of which the end is missing.
const SHORT: &str =
    "the database ends too early; what is there was scanned: get it from the device once more";
/// How much longer than it is a database may say that it should be: more is no size to believe.
const MISSING: u64 = 64;

/// How long a database of this length should be, if that is longer.
fn missing(head: &[u8; 100], len: u64) -> Option<u64> {
    let size = page_size(head)? as u64;
    // Only then does the number of pages count (file format, 1.3.7).
    let is_said = u32_at(head, 24) == u32_at(head, 92);
    let should = if is_said { u64::from(u32_at(head, 28)) * size } else { 0 };
    (should > len && should / MISSING <= len).then_some(should)
}

/// Adds zeros for the pages that a database says it has: SQLite opens none that ends before. Answers
/// whether there were too few.
fn pad(path: &Path, len: u64) -> io::Result<bool> {
    let mut head = [0; 100];
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    if files::read_at(&file, 0, &mut head)? < head.len() {
        return Ok(false);
    }
    let missing = missing(&head, len);
    if let Some(should) = missing {
        file.set_len(should)?;
    }
    Ok(missing.is_some())
}

/// Name of the copy: the original's may be hostile, and belongs to nobody here.
const NAME: &str = "database";

/// Opens a database for reading or for both.
///
/// # Errors
/// It is no database that SQLite can open.
pub(super) fn connect(path: &Path, mode: OpenFlags) -> Result<Connection, FormatError> {
    let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(unreadable)?;
    let set = |connection: &Connection| -> rusqlite::Result<()> {
        for (option, on) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        ] {
            connection.set_db_config(option, on)?;
        }
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE)?;
        // VACUUM attaches its target.
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
        connection.execute_batch(&format!(
            "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -{CACHE_KIB}; PRAGMA foreign_keys = OFF;"
        ))?;
        // Orders of words that only the phone knows; any order will do for reading.
        connection.collation_needed(|connection, name| {
            connection.create_collation(name, |a: &str, b: &str| a.cmp(b))
        })
    };
    set(&connection).map_err(unreadable)?;
    Ok(connection)
}

fn copy(from: &mut dyn io::Read, to: &Path) -> Result<u64, FormatError> {
    let file = OpenOptions::new().write(true).create_new(true).open(to)?;
    let mut file = BufWriter::with_capacity(CHUNK, file);
    let bytes = io::copy(from, &mut file)?;
    file.flush()?;
    Ok(bytes)
}

/// What SQLite says of a file, without its words: they may hold names from the file.
pub(super) fn unreadable(error: rusqlite::Error) -> FormatError {
    use rusqlite::ErrorCode;
    let (problem, what) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt) => (Problem::Damaged, DAMAGED),
        // It begins like one.
        Some(ErrorCode::NotADatabase) => (Problem::Damaged, NO_DATABASE),
        Some(ErrorCode::TooBig) => (Problem::Limit(LimitKind::MemberSize), TOO_LARGE),
        Some(ErrorCode::OutOfMemory) => (Problem::Unreadable, "not enough memory for the database"),
        Some(ErrorCode::DiskFull) => (
            Problem::Unreadable,
            "the folder of temporary files is full: choose another with --temp",
        ),
        Some(ErrorCode::SystemIoFailure) => {
            (Problem::Truncated, "the database ends too early: get it from the device once more")
        }
        _ => (Problem::Unsupported, "the database uses something that cannot be read"),
    };
    FormatError::new(problem, what)
}
