//! Owner-only files, the one module that knows what is special about Unix.
//!
//! Everything this program writes is private: files 0600, folders 0700 whatever the umask, never
//! through a link, and under its final name only when whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt};

/// Opens a regular file for reading without following a link in the last step and without waiting
/// for a fifo.
///
/// # Errors
/// `InvalidInput` if it is no regular file; otherwise what the system says.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    options.custom_flags(
        (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY)
            .bits()
            .cast_signed(),
    );
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

/// Reads at an offset without moving anything.
///
/// # Errors
/// What the system says.
pub fn read_at(file: &File, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    #[cfg(unix)]
    return file.read_at(buf, offset);
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_read(file, buf, offset);
}

/// A nameless owner-only file in `folder`; gone when closed or when the process dies.
///
/// # Errors
/// The folder cannot be written.
pub fn temporary(folder: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder)
}

/// A new owner-only folder in `folder`; removed with all it holds when dropped, or by [`sweep`].
///
/// # Errors
/// The folder cannot be written.
pub fn temporary_folder(folder: &Path) -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PENDING_PREFIX).suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(fs::Permissions::from_mode(0o700));
    builder.tempdir_in(folder)
}

/// Opens a file that only its owner can read, for reading and appending; makes it (0600) if there is
/// none. Never through a link.
///
/// # Errors
/// What the system says.
pub fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    options.mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    options.open(path)
}

/// What tells that a file was changed, as far as its metadata can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Size in bytes.
    pub size: u64,
    /// Last change of the content, in nanoseconds since 1970.
    pub mtime: i64,
    /// Last change of content or metadata, likewise; 0 where there is no such time.
    pub ctime: i64,
    /// Number of the file in its file system; 0 where there is none.
    pub inode: u64,
    /// The same of the file's write-ahead log, folded into one number; 0: it has none.
    pub beside: i64,
}

impl Stamp {
    /// Stamp of a regular file; `None` for anything else, and for what cannot be looked at.
    pub fn of(path: &Path) -> Option<Self> {
        let mut stamp = Self::plain(path)?;
        // A database can change without its own file changing.
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        if let Some(log) = Self::plain(Path::new(&log)) {
            stamp.beside =
                (log.mtime ^ log.ctime.rotate_left(21) ^ log.size.cast_signed().rotate_left(42))
                    | 1;
        }
        Some(stamp)
    }

    fn plain(path: &Path) -> Option<Self> {
        let metadata = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let nanoseconds = |seconds: i64, rest: i64| {
                seconds.saturating_mul(1_000_000_000).saturating_add(rest)
            };
            Some(Self {
                size: metadata.len(),
                mtime: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
                ctime: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
                inode: metadata.ino(),
                beside: 0,
            })
        }
        #[cfg(not(unix))]
        {
            let since = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
            let mtime = i64::try_from(since.as_nanos()).ok()?;
            Some(Self { size: metadata.len(), mtime, ctime: 0, inode: 0, beside: 0 })
        }
    }
}

/// Creates a folder and its missing parents; those that are new are owner-only.
///
/// # Errors
/// What the system says.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(path)
}

/// A file that gets its final name only when it is whole: owner-only, fsynced, then renamed.
pub struct Pending {
    file: tempfile::NamedTempFile,
    target: PathBuf,
}

/// Start of the names of files that are being written; left ones are swept by [`sweep`].
pub const PENDING_PREFIX: &str = ".sparsam-";

impl Pending {
    /// Starts a file beside its target.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn new(target: &Path) -> io::Result<Self> {
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = tempfile::Builder::new()
            .prefix(PENDING_PREFIX)
            .suffix(".tmp")
            .tempfile_in(folder.unwrap_or(Path::new(".")))?;
        #[cfg(unix)]
        file.as_file().set_permissions(fs::Permissions::from_mode(0o600))?;
        Ok(Self { file, target: target.to_owned() })
    }

    /// The open file.
    pub fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Where the unfinished file lies.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Gives the file its final name, replacing what has it.
    ///
    /// # Errors
    /// The bytes cannot be made durable, or the name not be given.
    pub fn keep(self) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        self.file.persist(&self.target).map_err(|error| error.error)?;
        sync_folder(self.target.parent().unwrap_or(Path::new(".")))
    }

    /// As [`Self::keep`], but fails if the name is taken.
    ///
    /// # Errors
    /// `AlreadyExists`, and as [`Self::keep`].
    pub fn keep_new(self) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        self.file.persist_noclobber(&self.target).map_err(|error| error.error)?;
        sync_folder(self.target.parent().unwrap_or(Path::new(".")))
    }
}

impl Write for Pending {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.file.as_file_mut().write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

/// Makes renames in a folder durable; nothing to do where folders cannot be synced.
fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Removes files and folders that a killed run left half-written in a folder.
///
/// # Errors
/// The folder cannot be listed.
pub fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PENDING_PREFIX) && name.ends_with(".tmp") {
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

/// Lets everybody read a file.
///
/// # Errors
/// What the system says.
pub fn share(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    return fs::set_permissions(path, fs::Permissions::from_mode(0o644));
    #[cfg(not(unix))]
    return fs::metadata(path).map(|_| ());
}

/// Whether somebody other than the owner can read or write a file.
///
/// # Errors
/// The file's metadata cannot be read.
pub fn is_open_to_others(file: &File) -> io::Result<bool> {
    #[cfg(unix)]
    return Ok(file.metadata()?.permissions().mode() & 0o077 != 0);
    #[cfg(not(unix))]
    return Ok(file.metadata().map(|_| false)?);
}
