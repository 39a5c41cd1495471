//! Databases opened so that nothing in them runs and nothing beside the original is written.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::journal::Journal;
use crate::files::{self, TemporaryFolder};
use crate::format::{FormatError, Random, Source, SpillSettings};
use crate::model::Problem;

/// Longest text or blob in bytes.
const LONGEST_VALUE: i32 = 64 << 20;
/// Copied at a time.
const CHUNK: usize = 256 << 10;
/// Memory for pages of one database, in KiB.
const CACHE_KIB: i32 = 4 << 10;

/// A copy of a database in an owner-only folder that vanishes when dropped; its log and journal, if
/// there were any, are part of it.
pub(super) struct Private {
    folder: TemporaryFolder,
    /// Raw bytes that it was made of.
    pub(super) bytes: u64,
    /// Why it is not all of the database: what is missing is zeros here, and damaged to SQLite.
    pub(super) cut: Option<FormatError>,
    /// A change that was not completed, and was taken back.
    pub(super) journal: Journal,
}

impl Private {
    /// Copies the source with what lies beside it.
    ///
    /// # Errors
    /// The source cannot be read, the folder of temporary files not be written, or SQLite does not
    /// understand what it finds.
    pub(super) fn new(source: Source) -> Result<Self, FormatError> {
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
        let private = Self { folder, bytes, cut, journal };
        if !beside.is_empty() {
            // Opening for writing takes over the log, or rolls back what the journal says.
            let connection = private.connect()?;
            connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(unreadable)?;
            connection.execute_batch("PRAGMA journal_mode = DELETE").map_err(unreadable)?;
        }
        Ok(private)
    }

    /// A second copy, of a snapshot.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(super) fn of(snapshot: &Random, spill: &SpillSettings) -> Result<Self, FormatError> {
        let folder = TemporaryFolder::new(&spill.folder)?;
        let bytes = copy(&mut snapshot.cursor(), &folder.path().join(NAME))?;
        Ok(Self { folder, bytes, cut: None, journal: Journal::None })
    }

    /// The database file.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join(NAME)
    }

    /// A path for another file in the folder.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The bytes of the database file, readable even after the folder is gone.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(super) fn content(&self) -> Result<Random, FormatError> {
        Ok(Random::file(files::open_regular(&self.path())?)?)
    }

    /// Opens it for reading and writing, with limits, without triggers, views or trust in its schema.
    ///
    /// # Errors
    /// It is no database that SQLite can open.
    pub(super) fn connect(&self) -> Result<Connection, FormatError> {
        connect(&self.path())
    }
}

/// A database of which the end is missing.
const SHORT: &str =
    "the database ends too early; what is there was scanned: get it from the device once more";
/// How much longer than it is a database may say that it should be: more is no size to believe.
const MISSING: u64 = 64;

/// Adds zeros for the pages that a database says it has: SQLite opens none that ends before. Answers
/// whether there were too few.
fn pad(path: &Path, len: u64) -> io::Result<bool> {
    let mut head = [0; 100];
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    if files::read_at(&file, 0, &mut head)? < head.len() {
        return Ok(false);
    }
    let number =
        |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let size = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 1 << 16,
        size => u64::from(size),
    };
    // Only then does the number of pages count (file format, 1.3.7).
    let should = if number(24) == number(92) { u64::from(number(28)) * size } else { 0 };
    let is_short = should > len && should / MISSING <= len;
    if is_short {
        file.set_len(should)?;
    }
    Ok(is_short)
}

/// Name of the copy: the original's may be hostile, and belongs to nobody here.
const NAME: &str = "database";

/// Opens a database that lies in a private folder.
///
/// # Errors
/// It is no database that SQLite can open.
pub(super) fn connect(path: &Path) -> Result<Connection, FormatError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
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

/// Whether pages of it cannot be reached, lie twice or not where they should.
///
/// # Errors
/// It cannot be asked.
pub(super) fn is_damaged(connection: &Connection) -> rusqlite::Result<bool> {
    let mut check = connection.prepare("PRAGMA quick_check(100)")?;
    let mut answers = check.query([])?;
    while let Some(answer) = answers.next()? {
        // Anything else is a value that its column should not have, and no damage.
        let answer: String = answer.get(0)?;
        if ["Tree ", "Freelist", "Page ", "***"].iter().any(|start| answer.starts_with(start)) {
            return Ok(true);
        }
    }
    Ok(false)
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
        Some(ErrorCode::DatabaseCorrupt) => {
            (Problem::Damaged, "the database is damaged: get it from the device once more")
        }
        // It begins like one.
        Some(ErrorCode::NotADatabase) => (
            Problem::Damaged,
            "the database ends too early or is damaged: get it from the device once more",
        ),
        Some(ErrorCode::TooBig) => (
            Problem::Limit(crate::model::LimitKind::MemberSize),
            "a value is larger than the limit of 64 MiB",
        ),
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
