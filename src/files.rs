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

/// Whether a path, its last step no link, still leads to this open file. Where files have no numbers
/// nobody can tell: `true`.
///
/// # Errors
/// What the system says.
pub fn lies_at(file: &File, path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let number = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        Ok(number(file.metadata()?) == number(fs::symlink_metadata(path)?))
    }
    #[cfg(not(unix))]
    return fs::symlink_metadata(path).and_then(|_| file.metadata()).map(|_| true);
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

/// A new owner-only folder; removed with all it holds when dropped, or by [`sweep`] if the process is
/// killed before.
pub struct TemporaryFolder {
    folder: tempfile::TempDir,
    /// Tells [`sweep`] that somebody works there.
    _held: Option<File>,
}

impl TemporaryFolder {
    /// Makes it in `folder`.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PENDING_PREFIX).suffix(PENDING_ENDING).rand_bytes(RANDOM);
        #[cfg(unix)]
        builder.permissions(fs::Permissions::from_mode(0o700));
        let folder = builder.tempdir_in(folder)?;
        let held = hold(folder.path())?;
        Ok(Self { folder, _held: held })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
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

/// Names of files and folders that are being written begin and end so, with [`RANDOM`] letters and
/// digits between; left ones are swept by [`sweep`].
const PENDING_PREFIX: &str = ".sparsam-";
const PENDING_ENDING: &str = ".tmp";
const RANDOM: usize = 6;

/// Whether a name is one that this program gives to what it is writing.
pub fn is_pending(name: &str) -> bool {
    let random = name.strip_prefix(PENDING_PREFIX).and_then(|it| it.strip_suffix(PENDING_ENDING));
    random.is_some_and(|it| it.len() == RANDOM && it.bytes().all(|c| c.is_ascii_alphanumeric()))
}

impl Pending {
    /// Starts a file beside its target.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn new(target: &Path) -> io::Result<Self> {
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = tempfile::Builder::new()
            .prefix(PENDING_PREFIX)
            .suffix(PENDING_ENDING)
            .rand_bytes(RANDOM)
            .tempfile_in(folder.unwrap_or(Path::new(".")))?;
        #[cfg(unix)]
        file.as_file().set_permissions(fs::Permissions::from_mode(0o600))?;
        // Tells `sweep` that somebody writes it; only there do locks not keep out reading it back.
        #[cfg(unix)]
        let _ = file.as_file().try_lock();
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

/// Keeps other processes that ask for it out of a folder for as long as the answer lives; `None` where
/// folders cannot be locked, and nobody is kept out.
///
/// # Errors
/// `WouldBlock` if another process holds the folder.
pub fn hold(folder: &Path) -> io::Result<Option<File>> {
    #[cfg(unix)]
    if let Ok(folder) = OpenOptions::new()
        .read(true)
        .custom_flags(rustix::fs::OFlags::DIRECTORY.bits().cast_signed())
        .open(folder)
    {
        return lock(folder);
    }
    let _ = folder;
    Ok(None)
}

/// As [`hold`], for what is open.
#[cfg(unix)]
fn lock(file: File) -> io::Result<Option<File>> {
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
        // Some network shares lock no folders.
        Err(fs::TryLockError::Error(_)) => Ok(None),
    }
}

/// Whether somebody works on a temporary file or in a temporary folder.
pub fn is_held(path: &Path, is_folder: bool) -> bool {
    #[cfg(unix)]
    if !is_folder {
        return open_regular(path).is_ok_and(|file| lock(file).is_err());
    }
    hold(path).is_err()
}

/// Removes what a killed run left in a folder: half-written files and temporary folders that nobody
/// works on any more.
///
/// # Errors
/// The folder cannot be listed, or something of that cannot be removed; all else is.
pub fn sweep(folder: &Path) -> io::Result<()> {
    let mut swept = Ok(());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if is_pending(&name) {
            let path = entry.path();
            let is_folder = entry.file_type()?.is_dir();
            let removed = match is_folder {
                _ if is_held(&path, is_folder) => Ok(()),
                true => fs::remove_dir_all(path),
                false => fs::remove_file(path),
            };
            swept = swept.and(removed);
        }
    }
    swept
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
