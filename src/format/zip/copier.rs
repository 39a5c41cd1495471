//! Writes the copy: a fresh archive from parsed content only.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::name::SafeNames;
use crate::format::{FormatError, Output, Writer};
use crate::model::{Edit, Page, Problem};

/// Up to this size a member is surely no large one and gets no zip64 field.
const PROBE: u64 = 64 << 10;

/// Writes a zip file without comments and extra fields, files readable by their owner only.
pub(in crate::format) struct Copier {
    zip: ZipWriter<Guarded>,
    names: SafeNames,
    failed: Arc<AtomicBool>,
}

impl Copier {
    pub(in crate::format) fn new(out: Box<dyn Output>) -> Self {
        let failed = Arc::default();
        let zip = ZipWriter::new(Guarded { out, failed: Arc::clone(&failed) });
        Self { zip, names: SafeNames::default(), failed }
    }

    fn add(
        &mut self,
        name: &str,
        modified: Option<i64>,
        content: Option<&mut dyn Read>,
    ) -> Result<(), FormatError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(modified.and_then(dos_time).unwrap_or_default());
        let Some(content) = content else {
            if let Some(folder) = self.names.folder(name) {
                self.zip.add_directory(folder, options.unix_permissions(0o700)).map_err(error)?;
            }
            return Ok(());
        };
        let mut head = Vec::new();
        content.take(PROBE).read_to_end(&mut head)?;
        let options = options.unix_permissions(0o600).large_file(head.len() as u64 == PROBE);
        self.zip.start_file(self.names.file(name), options).map_err(error)?;
        io::copy(&mut Cursor::new(head).chain(content), &mut self.zip)?;
        Ok(())
    }
}

impl Writer for Copier {
    /// Pages of an archive are comments and the like: they are not copied.
    fn put(&mut self, _: &Page, _: &[Edit]) -> Result<(), FormatError> {
        Ok(())
    }

    fn put_member(
        &mut self,
        name: &str,
        modified: Option<i64>,
        content: Option<&mut dyn Read>,
    ) -> Result<(), FormatError> {
        let done = self.add(name, modified, content);
        if done.is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        done
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        let Self { zip, failed, .. } = *self;
        if failed.load(Ordering::Relaxed) {
            return Err(FormatError::new(Problem::Unwritable, "an earlier member failed"));
        }
        Ok(zip.finish().map_err(error)?.flush()?)
    }
}

/// The date and time of day, as UTC; `None` outside 1980 to 2107.
fn dos_time(seconds: i64) -> Option<DateTime> {
    let at = jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::from_second(seconds).ok()?);
    DateTime::from_date_and_time(
        at.year().try_into().ok()?,
        at.month().try_into().ok()?,
        at.day().try_into().ok()?,
        at.hour().try_into().ok()?,
        at.minute().try_into().ok()?,
        at.second().try_into().ok()?,
    )
    .ok()
}

fn error(error: zip::result::ZipError) -> FormatError {
    match error {
        zip::result::ZipError::Io(error) => error.into(),
        _ => FormatError::new(Problem::Unwritable, "the archive cannot be written"),
    }
}

/// An output that swallows everything once writing has failed: a writer that is dropped then tries
/// to complete the archive and would complain on the terminal.
struct Guarded {
    out: Box<dyn Output>,
    failed: Arc<AtomicBool>,
}

impl Guarded {
    fn guard<T>(
        &mut self,
        instead: T,
        act: impl FnOnce(&mut dyn Output) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.failed.load(Ordering::Relaxed) {
            return Ok(instead);
        }
        let done = act(&mut *self.out);
        if done.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted) {
            self.failed.store(true, Ordering::Relaxed);
        }
        done
    }
}

impl Write for Guarded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.guard(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.guard((), |out| out.flush())
    }
}

impl Seek for Guarded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.guard(0, |out| out.seek(to))
    }
}
