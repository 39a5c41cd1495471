//! Redacted copies: written beside their final name, read back, proven, then named.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::mentions::{Mentions, NOTHING};
use super::names::Renames;
use super::remainder::Remainder;
use super::scan::{InputScan, Place, Visited};
use super::{CopyOptions, EngineError, Options};
use crate::files::{self, Pending};
use crate::format::{FormatError, Source, SpillSettings};
use crate::model::Problem;

/// What the name of a note ends with that stands for something withheld.
pub(super) const NOTE_ENDING: &str = ".withheld.txt";

/// The note. It is the same for all, so that a copy does not depend on the language of the user.
pub(super) const NOTE: &str = "\
This file was withheld from the redacted copy: it holds confidential data, or changes and comments
of its authors, that cannot be taken out of a file of this kind, or something that nobody can look
into, such as a picture. The report says which; the original is unchanged.

Diese Datei fehlt in der geschw\u{e4}rzten Kopie: Sie enth\u{e4}lt vertrauliche Daten oder
\u{c4}nderungen und Kommentare ihrer Verfasser, die sich aus einer Datei dieser Art nicht entfernen
lassen, oder etwas, in das niemand hineinsehen kann, etwa ein Bild. Der Bericht sagt, was es ist; das
Original ist unver\u{e4}ndert.
";

/// Prepares the output folder.
///
/// # Errors
/// It lies inside an input, an input inside it, or it cannot be written.
pub(super) fn prepare(options: &Options<'_>, copies: &CopyOptions) -> Result<(), EngineError> {
    let output =
        |error: io::Error| EngineError::Output { path: copies.out.clone(), kind: error.kind() };
    let wrong = |what: &str| EngineError::Path { path: copies.out.clone(), what: what.to_owned() };
    let future = real_path(&copies.out).map_err(output)?;
    for path in &options.paths {
        let Ok(input) = path.canonicalize() else { continue };
        if future.starts_with(&input) {
            return Err(wrong(
                "the output folder lies inside an input, which is never written to; nothing was written: choose a folder elsewhere",
            ));
        }
        if input.starts_with(&future) {
            return Err(wrong(
                "an input lies inside the output folder; nothing was written: choose a folder elsewhere",
            ));
        }
    }
    if copies.dry_run {
        return Ok(());
    }
    files::create_folder(&copies.out).map_err(output)?;
    Pending::new(&copies.out.join("probe")).map(drop).map_err(output)
}

/// The path with everything that exists of it resolved.
fn real_path(path: &Path) -> io::Result<PathBuf> {
    let mut missing = Vec::new();
    let absolute = std::path::absolute(path)?;
    let mut existing = absolute.as_path();
    loop {
        match existing.canonicalize() {
            Ok(real) => return Ok(missing.iter().rev().fold(real, |path, part| path.join(part))),
            Err(error) => match (existing.parent(), existing.file_name()) {
                (Some(parent), Some(name)) => {
                    missing.push(name.to_owned());
                    existing = parent;
                }
                _ => return Err(error),
            },
        }
    }
}

/// Whether a file is a note that stands for something withheld.
pub(super) fn is_note(path: &Path) -> bool {
    let mut bytes = Vec::new();
    let read = files::open_regular(path)
        .and_then(|file| file.take(NOTE.len() as u64 + 1).read_to_end(&mut bytes));
    read.is_ok() && bytes == NOTE.as_bytes()
}

/// A copy that has no name yet.
pub(super) struct Unproven {
    pending: Pending,
    target: PathBuf,
}

impl Unproven {
    /// Starts the copy `name` (below the output folder, `/` between its parts).
    ///
    /// # Errors
    /// A folder cannot be made, or is a link.
    pub(super) fn start(copies: &CopyOptions, name: &str) -> io::Result<Self> {
        let mut folder = copies.out.clone();
        let (folders, _) = name.rsplit_once('/').unwrap_or(("", name));
        for part in folders.split('/').filter(|part| !part.is_empty()) {
            let mut parts = Path::new(part).components();
            if !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) {
                return Err(io::ErrorKind::InvalidFilename.into());
            }
            folder.push(part);
            match folder.symlink_metadata() {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
                Err(_) => files::create_folder(&folder)?,
            }
        }
        let target = copies.out.join(name);
        Ok(Self { pending: Pending::new(&target)?, target })
    }

    /// Writes the note that stands for the copy `name`; answers the note's name and its length.
    ///
    /// # Errors
    /// As [`Self::start`], and it cannot be written.
    pub(super) fn note(copies: &CopyOptions, name: &str) -> io::Result<(String, u64)> {
        let name = format!("{name}{NOTE_ENDING}");
        if !copies.dry_run {
            let target = copies.out.join(&name);
            let is_file = target.symlink_metadata().is_ok_and(|there| there.is_file());
            if is_file && !is_note(&target) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            let note = Self::start(copies, &name)?;
            note.output()?.write_all(NOTE.as_bytes())?;
            note.pending.keep()?;
        }
        Ok((name, NOTE.len() as u64))
    }

    /// A handle to write to.
    ///
    /// # Errors
    /// The system has no more handles.
    pub(super) fn output(&self) -> io::Result<File> {
        self.pending.file().try_clone()
    }

    /// Reads the copy back: it must hold no finding that counts, be fully readable and have as many
    /// messages. Then it gets its name.
    ///
    /// # Errors
    /// [`Problem::Unproven`] with what is wrong; [`Problem::Unwritable`] if it cannot get its name.
    pub(super) fn prove(
        self,
        options: &Options<'_>,
        original: &InputScan<'_>,
    ) -> Result<Proof, FormatError> {
        let unwritable = |error: io::Error| {
            FormatError::new(Problem::Unwritable, format!("no copy was written: {}", error.kind()))
        };
        let unproven = |what: String| FormatError::new(Problem::Unproven, what);
        let bytes = self.pending.file().metadata().map_err(unwritable)?.len();
        let name = self.target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let known = Mentions::new(original.learned.clone());
        let look = Look { known: &known, ..Look::default() };
        let copy = rescan(options, self.pending.path(), &name, look)?;
        if !copy.incidents.is_empty() {
            return Err(unproven("the copy was deleted because it cannot be read back".to_owned()));
        }
        let complete = original.incidents.is_empty();
        let expected = original.messages - original.messages_not_copied;
        if complete && copy.messages != expected {
            return Err(unproven(format!(
                "the copy was deleted because it has {} instead of {expected}",
                messages(copy.messages)
            )));
        }
        let found = copy.spool.occurrences();
        if found > 0 || copy.leftovers > 0 {
            return Ok(Proof::Leftovers { found });
        }
        self.pending.keep().map_err(unwritable)?;
        // An earlier run may have withheld it.
        let note = self.target.with_file_name(format!("{name}{NOTE_ENDING}"));
        if is_note(&note) {
            std::fs::remove_file(note).map_err(unwritable)?;
        }
        Ok(Proof::Written(bytes))
    }
}

/// So many findings, in words.
pub(super) fn findings(count: u64) -> String {
    format!("{count} finding{}", if count == 1 { "" } else { "s" })
}

/// So many messages, in words.
pub(super) fn messages(count: u64) -> String {
    format!("{count} message{}", if count == 1 { "" } else { "s" })
}

/// What reading a copy back showed.
pub(super) enum Proof {
    /// It is what it promises, has its name and so many bytes.
    Written(u64),
    /// So many findings stand in it; none: values that were redacted in one place stand in another.
    Leftovers {
        /// Findings.
        found: u64,
    },
}

/// How a file is read back.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    /// Values whose mentions are leftovers, or redacted with the rest.
    pub(super) known: &'a Mentions,
    /// People whose mentions are redacted.
    pub(super) people: &'a Mentions,
    /// Read it as an original that is copied so.
    pub(super) as_copied: Option<&'a CopyOptions>,
    /// Account for what is not redacted.
    pub(super) remainder: bool,
    /// Redact what counts only once what stood beside it is gone, see [`InputScan::settles`].
    pub(super) settles: bool,
}

impl Default for Look<'_> {
    fn default() -> Self {
        let nothing = &NOTHING;
        Self { known: nothing, people: nothing, as_copied: None, remainder: false, settles: false }
    }
}

/// Scans a file under the name that it has or will have.
pub(super) fn rescan<'a>(
    options: &'a Options<'a>,
    path: &Path,
    name: &str,
    look: Look<'a>,
) -> Result<InputScan<'a>, FormatError> {
    let source = Source::open(path, &SpillSettings::new(options.temp.clone()))?.named(name);
    let size = source.known_len().unwrap_or(0);
    let mut scan = InputScan::new(options, name, size, look.people, look.known, true);
    scan.only_look(look.as_copied);
    scan.settles = look.settles;
    scan.learns = true;
    scan.remainder = look.remainder.then(|| Remainder::new(options.detector.labels()));
    let place =
        Place { display: None, depth: 0, siblings: Arc::new(Renames::default()), is_name: false };
    scan.name(name, &place);
    if scan.visit(source, &place, None) == Visited::NotAChat {
        let what = "the copy was deleted because it is no longer recognised";
        return Err(FormatError::new(Problem::Unproven, what));
    }
    Ok(scan)
}
