//! Finds the inputs below the named paths, in sorted order.

use std::collections::HashSet;
use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use walkdir::WalkDir;

use super::EngineError;
use crate::files;
use crate::format::{FormatError, ios};
use crate::model::{Incident, Problem};

/// Something the walk came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Walked {
    /// As given by the walk: the named path, and below it what the folders say.
    pub path: PathBuf,
    /// The path below the named one; the file name if a file was named.
    pub below: PathBuf,
    pub kind: Kind,
}

impl Walked {
    /// Whether it may be the manifest of an iOS backup.
    pub(super) fn is_manifest(&self) -> bool {
        self.path.file_name().is_some_and(|name| name == ios::NAME)
    }

    /// By path; manifests after what they list, as their copy says what became of it.
    fn order(&self) -> PathBuf {
        if self.is_manifest() { self.path.with_file_name("~") } else { self.path.clone() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A regular file of so many bytes.
    File(u64),
    /// Never opened on purpose: `link`, `fifo`, ...
    Skipped(&'static str),
    /// Cannot be listed or looked at.
    Broken(Incident),
}

/// Walks all paths; the answer is sorted by path and holds each path once.
///
/// `own` is a folder of outputs: it is listed as skipped and not entered.
///
/// # Errors
/// A named path does not exist, or a glob is none.
pub(super) fn walk(
    paths: &[PathBuf],
    include: &[String],
    exclude: &[String],
    own: Option<&Path>,
) -> Result<Vec<Walked>, EngineError> {
    let include = globs(include)?;
    let exclude = globs(exclude)?;
    let own = own.and_then(|folder| folder.canonicalize().ok());
    let mut found = Vec::new();
    for root in paths {
        root.symlink_metadata().map_err(|error| EngineError::Path {
            path: root.clone(),
            what: format!("{}; nothing was scanned: check the path", error.kind()),
        })?;
        let mut steps = WalkDir::new(root).follow_root_links(false).into_iter();
        while let Some(step) = steps.next() {
            let walked = match step {
                Ok(entry) => {
                    let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
                    let below = if below.as_os_str().is_empty() {
                        PathBuf::from(root.file_name().unwrap_or_default())
                    } else {
                        below.to_owned()
                    };
                    if exclude.is_match(&below) {
                        if entry.file_type().is_dir() {
                            steps.skip_current_dir();
                        }
                        continue;
                    }
                    if entry.file_type().is_dir() {
                        if own.is_some() && entry.path().canonicalize().ok() == own {
                            steps.skip_current_dir();
                            let kind = Kind::Skipped("own-output");
                            found.push(Walked { path: entry.into_path(), below, kind });
                        }
                        continue;
                    }
                    if !include.is_empty() && !include.is_match(&below) {
                        continue;
                    }
                    let kind = kind_of(&entry);
                    Walked { path: entry.into_path(), below, kind }
                }
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_owned();
                    let below = path.strip_prefix(root).unwrap_or(&path).to_owned();
                    let error = error
                        .into_io_error()
                        .unwrap_or_else(|| io::Error::other("folder inside itself"));
                    Walked { path, below, kind: Kind::Broken(broken(error)) }
                }
            };
            found.push(walked);
        }
    }
    found.sort_by_cached_key(Walked::order);
    fold_companions(&mut found);
    if paths.len() == 1 {
        // Links are not followed: below one path nothing comes twice.
        return Ok(found);
    }
    let mut seen = HashSet::new();
    found.retain(|walked| {
        seen.insert(walked.path.canonicalize().unwrap_or_else(|_| walked.path.clone()))
            || matches!(walked.kind, Kind::Skipped(_))
    });
    Ok(found)
}

/// Logs and journals of databases are read with the database beside them: they are no inputs of
/// their own.
fn fold_companions(found: &mut Vec<Walked>) {
    let is_file = |walked: &Walked| matches!(walked.kind, Kind::File(_));
    let files: HashSet<PathBuf> =
        found.iter().filter(|it| is_file(it)).map(|it| it.path.clone()).collect();
    found.retain(|walked| {
        let main = walked.path.to_str().and_then(|path| {
            COMPANIONS.iter().find_map(|ending| path.strip_suffix(ending)).map(PathBuf::from)
        });
        !is_file(walked) || !main.is_some_and(|main| files.contains(&main) && is_database(&main))
    });
}

/// What SQLite puts beside a database.
pub(super) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

fn is_database(path: &Path) -> bool {
    let mut head = [0; 16];
    files::open_regular(path)
        .and_then(|file| files::read_at(&file, 0, &mut head))
        .is_ok_and(|got| got == head.len() && head == *b"SQLite format 3\0")
}

fn kind_of(entry: &walkdir::DirEntry) -> Kind {
    // What a killed run left is read like anything else.
    if files::is_pending(&entry.file_name().to_string_lossy())
        && files::is_held(entry.path(), entry.file_type().is_dir())
    {
        return Kind::Skipped("own-temporary-file");
    }
    if !entry.file_type().is_file() {
        return Kind::Skipped(skipped_kind(entry.file_type()));
    }
    match entry.metadata() {
        Ok(metadata) => Kind::File(metadata.len()),
        Err(error) => Kind::Broken(broken(error.into())),
    }
}

fn skipped_kind(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "fifo";
        }
        if kind.is_socket() {
            return "socket";
        }
        if kind.is_block_device() || kind.is_char_device() {
            return "device";
        }
    }
    if kind.is_symlink() { "link" } else { "special" }
}

fn broken(error: io::Error) -> Incident {
    let error = FormatError::from(error);
    let problem =
        if error.problem == Problem::Vanished { Problem::Vanished } else { Problem::Unreadable };
    Incident { problem, member: None, detail: error.detail }
}

fn globs(patterns: &[String]) -> Result<GlobSet, EngineError> {
    let mut set = GlobSetBuilder::new();
    let wrong = |pattern: &String| EngineError::Glob(pattern.clone());
    for pattern in patterns {
        // `*.txt` means files in any folder, as people expect it.
        let anywhere = format!("**/{pattern}");
        for glob in [pattern, &anywhere] {
            let glob = GlobBuilder::new(glob).literal_separator(true).build();
            set.add(glob.map_err(|_| wrong(pattern))?);
        }
    }
    set.build().map_err(|_| EngineError::Glob(patterns.join(" ")))
}
