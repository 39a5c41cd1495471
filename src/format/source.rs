use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::sheet::Labels;
use super::{FormatError, Keys};
use crate::files;
use crate::model::{LimitKind, Problem};

/// Where temporary content goes.
#[derive(Debug, Clone)]
pub struct SpillSettings {
    /// Folder of temporary files.
    pub folder: PathBuf,
    /// Up to this many bytes stay in memory.
    pub memory: usize,
}

impl SpillSettings {
    /// Temporary files in `folder`, up to 16 MiB in memory.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), memory: 16 << 20 }
    }
}

/// The bytes of an input or member: read once in order, or at random.
pub struct Source {
    name: String,
    head: Vec<u8>,
    rest: Box<dyn Read + Send>,
    /// Set when the bytes lie in a file or in memory anyway.
    random: Option<Random>,
    spill: SpillSettings,
    /// Where it lies, if it is a file of its own.
    path: Option<PathBuf>,
    keys: Arc<Keys>,
    labels: Option<Arc<Labels>>,
}

impl Source {
    /// Opens a regular file; links, devices, fifos and sockets are refused.
    ///
    /// # Errors
    /// As [`files::open_regular`].
    pub fn open(path: &Path, spill: &SpillSettings) -> io::Result<Self> {
        let file = files::open_regular(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = Some(path.to_owned());
        Ok(Self { path, ..Self::random(name, Random::file(file)?, spill) })
    }

    /// Bytes that come in order, such as an inflated member.
    pub fn stream(name: String, rest: Box<dyn Read + Send>, spill: &SpillSettings) -> Self {
        let keys = Arc::default();
        let (head, spill) = (Vec::new(), spill.clone());
        Self { name, head, rest, random: None, spill, path: None, keys, labels: None }
    }

    /// Bytes that lie somewhere already.
    pub fn random(name: String, random: Random, spill: &SpillSettings) -> Self {
        let rest = Box::new(random.cursor());
        Self { random: Some(random), ..Self::stream(name, rest, spill) }
    }

    /// Base name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same bytes under another base name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// Length in bytes, where it is known without reading.
    pub fn known_len(&self) -> Option<u64> {
        self.random.as_ref().map(Random::len)
    }

    /// Where it lies and its bytes; `None` if it is no file of its own.
    pub(super) fn own_file(&self) -> Option<(&Path, &Random)> {
        self.path.as_deref().zip(self.random.as_ref())
    }

    /// Settings for temporary content made from this source.
    pub fn spill(&self) -> &SpillSettings {
        &self.spill
    }

    /// The same bytes; encrypted ones can be opened with these keys.
    #[must_use]
    pub fn with_keys(self, keys: &Arc<Keys>) -> Self {
        Self { keys: Arc::clone(keys), ..self }
    }

    /// The same bytes; what a container knows of its texts is put before them.
    #[must_use]
    pub(super) fn with_labels(self, labels: Option<Arc<Labels>>) -> Self {
        Self { labels, ..self }
    }

    /// What is put before its texts.
    pub(super) fn labels(&self) -> Option<Arc<Labels>> {
        self.labels.clone()
    }

    /// Keys of encrypted backups.
    pub fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// The file beside it whose name is that of this file and `ending`, such as `-wal`; `None` if
    /// there is none, or if this is no file of its own.
    ///
    /// # Errors
    /// The file is there and cannot be opened.
    pub fn companion(&self, ending: &str) -> io::Result<Option<Random>> {
        let Some(path) = &self.path else { return Ok(None) };
        let mut beside = path.clone().into_os_string();
        beside.push(ending);
        existing(Path::new(&beside))
    }

    /// The file of this name in the same folder; `None` if there is none, or if this is no file of
    /// its own.
    ///
    /// # Errors
    /// The file is there and cannot be opened.
    pub fn sibling(&self, name: &str) -> io::Result<Option<Random>> {
        self.path.as_ref().map_or(Ok(None), |path| existing(&path.with_file_name(name)))
    }

    /// The folder it lies in; `None` if it is no file of its own.
    pub fn beside(&self) -> Option<PathBuf> {
        Some(self.path.as_ref()?.parent()?.to_owned())
    }

    /// The first bytes, up to `want`; fewer only at the end or before a read error, which comes
    /// again when reading goes on there.
    pub fn head(&mut self, want: usize) -> &[u8] {
        while self.head.len() < want {
            let have = self.head.len();
            self.head.resize(want, 0);
            match self.rest.read(&mut self.head[have..]) {
                Ok(got) => {
                    self.head.truncate(have + got);
                    if got == 0 {
                        break;
                    }
                }
                Err(error) => {
                    self.head.truncate(have);
                    if error.kind() != io::ErrorKind::Interrupted {
                        self.rest = Box::new(Failing(Some(error)));
                        break;
                    }
                }
            }
        }
        &self.head[..self.head.len().min(want)]
    }

    /// All bytes in order, from the first.
    pub fn into_stream(self) -> Box<dyn Read + Send> {
        match self.random {
            Some(random) => Box::new(random.cursor()),
            None => Box::new(Cursor::new(self.head).chain(self.rest)),
        }
    }

    /// All bytes at random; spilled first where they only come in order.
    ///
    /// # Errors
    /// The stream cannot be read to its end, or the temporary file not be written.
    pub fn into_random(self) -> Result<Random, FormatError> {
        if let Some(random) = self.random {
            return Ok(random);
        }
        let mut spill = Spill::new(&self.spill);
        io::copy(&mut Cursor::new(self.head).chain(self.rest), &mut spill)?;
        Ok(spill.into_random()?)
    }

    /// All bytes at random as far as they can be read, and why they cannot be read further, so that
    /// what is there is looked at. What is over a limit is an error.
    ///
    /// # Errors
    /// The stream is over a limit, or the temporary file cannot be written.
    pub fn into_readable(self) -> Result<(Random, Option<FormatError>), FormatError> {
        if let Some(random) = self.random {
            return Ok((random, None));
        }
        let mut spill = Spill::new(&self.spill);
        let mut from = Cursor::new(self.head).chain(self.rest);
        let mut buffer = vec![0; 64 << 10];
        let cut = loop {
            match from.read(&mut buffer) {
                Ok(0) => break None,
                Ok(got) => spill.write_all(&buffer[..got])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => match FormatError::from(error) {
                    error if matches!(error.problem, Problem::Limit(_)) => return Err(error),
                    error => break Some(error),
                },
            }
        };
        Ok((spill.into_random()?, cut))
    }

    /// The same source, of which at most `member` bytes can be read, and all bytes count against `budget`.
    #[must_use]
    pub fn limited(self, budget: &Arc<Budget>, member: u64) -> Self {
        let rest = Metered { inner: self.rest, left: member, budget: Arc::clone(budget) };
        Self { rest: Box::new(rest), random: None, ..self }
    }
}

fn existing(path: &Path) -> io::Result<Option<Random>> {
    match files::open_regular(path) {
        Ok(file) => Random::file(file).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Expanded bytes that one input may still produce, over all nesting.
#[derive(Debug)]
pub struct Budget(AtomicU64);

impl Budget {
    /// A budget of so many bytes.
    pub fn new(bytes: u64) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(bytes)))
    }

    fn take(&self, bytes: u64) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes))
            .is_ok()
    }
}

struct Metered {
    inner: Box<dyn Read + Send>,
    left: u64,
    budget: Arc<Budget>,
}

impl Read for Metered {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        if got as u64 > self.left {
            let what = "member is larger than the limit for one member";
            return Err(FormatError::new(Problem::Limit(LimitKind::MemberSize), what).into());
        }
        self.left -= got as u64;
        if !self.budget.take(got as u64) {
            let what = "more expanded bytes than the limit for one input";
            return Err(FormatError::new(Problem::Limit(LimitKind::ExpandedBytes), what).into());
        }
        Ok(got)
    }
}

struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.0.take().unwrap_or_else(|| io::ErrorKind::Other.into()))
    }
}

/// Bytes that can be read at any place; clones share them.
#[derive(Clone)]
pub struct Random {
    bytes: Arc<RandomBytes>,
    len: u64,
}

enum RandomBytes {
    Memory(Vec<u8>),
    File(File),
}

impl Random {
    /// An open regular file, as long as it is now.
    ///
    /// # Errors
    /// The file's length cannot be read.
    pub fn file(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { bytes: Arc::new(RandomBytes::File(file)), len })
    }

    /// Bytes in memory.
    pub fn memory(bytes: Vec<u8>) -> Self {
        Self { len: bytes.len() as u64, bytes: Arc::new(RandomBytes::Memory(bytes)) }
    }

    /// Length in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether these are the bytes of the file that lies at a path now.
    pub(super) fn lies_at(&self, path: &Path) -> bool {
        match &*self.bytes {
            RandomBytes::Memory(_) => false,
            RandomBytes::File(file) => files::lies_at(file, path).unwrap_or(false),
        }
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Reads up to `buf.len()` bytes from `offset`; fewer only at the end.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        match &*self.bytes {
            RandomBytes::Memory(bytes) => {
                let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                let got = buf.len().min(bytes.len() - from);
                buf[..got].copy_from_slice(&bytes[from..from + got]);
                Ok(got)
            }
            RandomBytes::File(file) => {
                let mut done = 0;
                while done < buf.len() {
                    match files::read_at(file, offset + done as u64, &mut buf[done..]) {
                        Ok(0) => break,
                        Ok(got) => done += got,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(done)
            }
        }
    }

    /// A reader of its own over a stretch.
    pub fn slice(&self, range: std::ops::Range<u64>) -> io::Take<RandomCursor> {
        let cursor = RandomCursor { random: self.clone(), at: range.start };
        cursor.take(range.end.saturating_sub(range.start))
    }

    /// A reader of its own over all bytes.
    pub fn cursor(&self) -> RandomCursor {
        RandomCursor { random: self.clone(), at: 0 }
    }
}

/// Reads a [`Random`] in order or by seeking.
pub struct RandomCursor {
    random: Random,
    at: u64,
}

impl Read for RandomCursor {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.random.read_at(self.at, buf)?;
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for RandomCursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.random.len.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Growing temporary content: in memory first, then in an owner-only file that vanishes when dropped.
pub struct Spill {
    settings: SpillSettings,
    held: Held,
}

enum Held {
    Memory(Cursor<Vec<u8>>),
    File(File),
}

impl Spill {
    /// Empty content.
    pub fn new(settings: &SpillSettings) -> Self {
        Self { settings: settings.clone(), held: Held::Memory(Cursor::default()) }
    }

    /// What was written, to be read.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn into_random(self) -> io::Result<Random> {
        match self.held {
            Held::Memory(bytes) => Ok(Random::memory(bytes.into_inner())),
            Held::File(file) => Random::file(file),
        }
    }
}

impl Write for Spill {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if let Held::Memory(bytes) = &self.held
            && bytes.position() + buf.len() as u64 > self.settings.memory as u64
        {
            let mut file = files::temporary(&self.settings.folder)?;
            file.write_all(bytes.get_ref())?;
            file.seek(SeekFrom::Start(bytes.position()))?;
            self.held = Held::File(file);
        }
        match &mut self.held {
            Held::Memory(bytes) => bytes.write(buf),
            Held::File(file) => file.write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Spill {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match &mut self.held {
            Held::Memory(bytes) => bytes.read(buf),
            Held::File(file) => file.read(buf),
        }
    }
}

impl Seek for Spill {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.held {
            Held::Memory(bytes) => bytes.seek(to),
            Held::File(file) => file.seek(to),
        }
    }
}

/// A [`Spill`] with two owners: a writer fills it, its maker reads it afterwards.
#[derive(Clone)]
pub struct SharedSpill(Arc<Mutex<Spill>>);

impl SharedSpill {
    /// Empty content.
    pub fn new(settings: &SpillSettings) -> Self {
        Self(Arc::new(Mutex::new(Spill::new(settings))))
    }

    /// What was written, from its start.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn into_reader(self) -> io::Result<impl Read> {
        self.with(|spill| spill.rewind())?;
        Ok(self)
    }

    fn with<T>(&self, act: impl FnOnce(&mut Spill) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for SharedSpill {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.with(|spill| spill.write(buf))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for SharedSpill {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.with(|spill| spill.read(buf))
    }
}

impl Seek for SharedSpill {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.with(|spill| spill.seek(to))
    }
}
