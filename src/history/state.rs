use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use crate::files;

/// The steps from one schema to the next; a state file says in `user_version` how many it has taken.
const MIGRATIONS: [&str; 2] = [include_str!("schema/1.sql"), include_str!("schema/2.sql")];

/// Why there is no state to work with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// Another run has it.
    #[error(
        "state {0} is in use by another run: wait for it to end, or give each share a state of its own"
    )]
    Busy(PathBuf),
    /// There is none.
    #[error("there is no state in {0}: `sparsam scan --state` makes one")]
    Missing(PathBuf),
    /// It can be read by others.
    #[error("state file {0} can be read by others: make it private (chmod 600)")]
    OpenToOthers(PathBuf),
    /// Its ids were made with another secret.
    #[error(
        "state {folder} was made with the secret {theirs}, the secret given is {ours}: give that one with --secret, restore it from its backup, or start a new state folder"
    )]
    OtherSecret {
        /// The folder.
        folder: PathBuf,
        /// Id of the secret of the state.
        theirs: String,
        /// Id of the secret given.
        ours: String,
    },
    /// A newer program made it.
    #[error("state {0} was written by a newer sparsam: use that version, or another state folder")]
    Newer(PathBuf),
    /// It cannot be read or written.
    #[error("state {path}: {what}; free space, check the folder, or restore it from a backup")]
    Broken {
        /// The folder or file.
        path: PathBuf,
        /// What the system or SQLite said.
        what: String,
    },
}

/// The memory of scheduled scans: the folder that `--state` names.
pub struct State {
    pub(super) db: Connection,
    pub(super) folder: PathBuf,
    /// Held while this value lives; the system lets go of it when the process dies.
    _lock: Option<File>,
}

/// Name of the database in the folder.
const FILE: &str = "state.db";

impl State {
    /// Opens the state for writing, making it if there is none; nobody else can until it is dropped.
    ///
    /// # Errors
    /// Another run has it, it belongs to another secret, or it cannot be read or written.
    pub fn open(folder: &Path, secret_id: &str) -> Result<Self, StateError> {
        let broken = |error: io::Error| broken(folder, error.kind());
        files::create_folder(folder).map_err(broken)?;
        let lock = lock(folder)?;
        let path = folder.join(FILE);
        let file = files::private(&path).map_err(broken)?;
        check_private(&path, &file)?;
        let db = Connection::open(&path).map_err(|error| damaged(folder, &error))?;
        let mut state = Self { db, folder: folder.to_owned(), _lock: Some(lock) };
        state.prepare(secret_id).map_err(|error| state.said(&error))??;
        Ok(state)
    }

    /// Opens the state for reading, also while a run writes it; one of an older version is brought up to date.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn read(folder: &Path) -> Result<Self, StateError> {
        let path = folder.join(FILE);
        let file = files::open_regular(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StateError::Missing(folder.to_owned()),
            kind => broken(folder, kind),
        })?;
        check_private(&path, &file)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db =
            Connection::open_with_flags(&path, flags).map_err(|error| damaged(folder, &error))?;
        let mut state = Self { db, folder: folder.to_owned(), _lock: None };
        let version = state.version().map_err(|error| state.said(&error))?;
        if version > MIGRATIONS.len() {
            return Err(StateError::Newer(folder.to_owned()));
        }
        if version == 0 {
            return Err(StateError::Missing(folder.to_owned()));
        }
        if version < MIGRATIONS.len() {
            // Nobody may write meanwhile.
            state._lock = Some(lock(folder)?);
            let version = state.version().map_err(|error| state.said(&error))?;
            state.migrate(version).map_err(|error| state.said(&error))?;
            state._lock = None;
        }
        Ok(state)
    }

    fn migrate(&mut self, version: usize) -> rusqlite::Result<()> {
        for (at, step) in MIGRATIONS.iter().enumerate().skip(version) {
            let change = self.db.transaction()?;
            change.execute_batch(step)?;
            let taken = i64::try_from(at + 1).unwrap_or(i64::MAX);
            change.pragma_update(None, "user_version", taken)?;
            change.commit()?;
        }
        Ok(())
    }

    fn prepare(&mut self, secret_id: &str) -> rusqlite::Result<Result<(), StateError>> {
        // Else SQLite plans a statement anew whenever a value bound to it changes.
        self.db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        self.db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;",
        )?;
        let version = self.version()?;
        if version > MIGRATIONS.len() {
            return Ok(Err(StateError::Newer(self.folder.clone())));
        }
        self.migrate(version)?;
        match self.meta("secret")? {
            None => self.set_meta("secret", secret_id)?,
            Some(theirs) if theirs != secret_id => {
                let folder = self.folder.clone();
                return Ok(Err(StateError::OtherSecret {
                    folder,
                    theirs,
                    ours: secret_id.to_owned(),
                }));
            }
            Some(_) => {}
        }
        Ok(Ok(()))
    }

    fn version(&self) -> rusqlite::Result<usize> {
        self.db
            .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
            .map(|version| usize::try_from(version).unwrap_or(usize::MAX))
    }

    pub(super) fn meta(&self, key: &str) -> rusqlite::Result<Option<String>> {
        self.db
            .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()
    }

    pub(super) fn set_meta(&self, key: &str, value: &str) -> rusqlite::Result<()> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?
            .execute([key, value])?;
        Ok(())
    }

    /// Id of the secret whose ids this state holds.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn secret_id(&self) -> Result<String, StateError> {
        Ok(self.meta("secret").map_err(|error| self.said(&error))?.unwrap_or_default())
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Goes on under another secret: what was known of inputs and findings was keyed with the old one
    /// and is forgotten; runs and their numbers stay.
    ///
    /// # Errors
    /// The state cannot be written.
    pub fn rekey(&mut self, secret_id: &str) -> Result<(), StateError> {
        let rekey = || -> rusqlite::Result<()> {
            let change = self.db.unchecked_transaction()?;
            change.execute_batch(
                "DELETE FROM places; DELETE FROM events; DELETE FROM touched;
                 DELETE FROM findings; DELETE FROM inputs; DELETE FROM folders;",
            )?;
            self.set_meta("secret", secret_id)?;
            self.set_meta("rekeyed", "1")?;
            change.commit()?;
            self.db.execute_batch("VACUUM")
        };
        rekey().map_err(|error| self.said(&error))
    }

    /// An error of SQLite as one of the state; its texts name tables and codes, never values.
    pub(super) fn said(&self, error: &rusqlite::Error) -> StateError {
        damaged(&self.folder, error)
    }
}

/// Held as long as the file that this answers is open.
fn lock(folder: &Path) -> Result<File, StateError> {
    let failed = |error: io::Error| broken(folder, error.kind());
    let lock = files::private(&folder.join("lock")).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StateError::Busy(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn damaged(folder: &Path, error: &rusqlite::Error) -> StateError {
    StateError::Broken { path: folder.to_owned(), what: error.to_string() }
}

fn broken(path: &Path, kind: io::ErrorKind) -> StateError {
    StateError::Broken { path: path.to_owned(), what: kind.to_string() }
}

fn check_private(path: &Path, file: &File) -> Result<(), StateError> {
    match files::is_open_to_others(file) {
        Ok(false) => Ok(()),
        Ok(true) => Err(StateError::OpenToOthers(path.to_owned())),
        Err(error) => Err(broken(path, error.kind())),
    }
}
