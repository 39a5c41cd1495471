//! The folder of copies between runs: what earlier runs wrote there may be replaced, nothing else.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;

use super::EngineError;
use crate::files::{self, Pending};
use crate::report::EarlierCopies;

/// What names all copies that runs wrote into a folder, in that folder.
pub(super) const LIST: &str = ".sparsam-copies";

/// Whether a name leads to a file below the folder of copies.
fn is_below(name: &str) -> bool {
    let mut parts = Path::new(name).components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// A name as a line of the list. One with a line end in it stands behind a `/`, with which no name
/// begins, its line ends as `\n` and `\r`, its `\` twice.
fn escaped(name: &str) -> String {
    if !name.contains(['\n', '\r']) {
        return name.to_owned();
    }
    format!("/{}", name.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r"))
}

/// The name that a line of the list stands for.
fn unescaped(line: &str) -> String {
    let Some(escaped) = line.strip_prefix('/').filter(|it| it.contains('\\')) else {
        return line.to_owned();
    };
    let mut name = String::with_capacity(escaped.len());
    let mut rest = escaped.chars();
    while let Some(character) = rest.next() {
        name.push(match character {
            '\\' => match rest.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => break,
            },
            other => other,
        });
    }
    name
}

/// Names of all copies that runs wrote into a folder, one a line, beside them.
pub(super) struct Shelf {
    folder: PathBuf,
    /// Written by earlier runs.
    earlier: BTreeSet<String>,
    /// Planned names under which lies something that no run wrote.
    foreign: BTreeSet<String>,
    counts: Mutex<EarlierCopies>,
}

impl Shelf {
    /// Opens the folder for copies of these names and lists them, so that a killed run's copies are
    /// known to the next one.
    ///
    /// # Errors
    /// The list cannot be read or written.
    pub(super) fn open(folder: &Path, planned: &[String]) -> Result<Self, EngineError> {
        let mut shelf = Self {
            folder: folder.to_owned(),
            earlier: BTreeSet::new(),
            foreign: BTreeSet::new(),
            counts: Mutex::default(),
        };
        shelf
            .prepare(planned)
            .map_err(|error| EngineError::Output { path: folder.to_owned(), kind: error.kind() })?;
        Ok(shelf)
    }

    fn prepare(&mut self, planned: &[String]) -> io::Result<()> {
        match files::open_regular(&self.list()) {
            Ok(file) => {
                for line in BufReader::new(file).lines() {
                    let name = unescaped(&line?);
                    // Whoever can write here must not lead this program elsewhere.
                    if is_below(&name) {
                        self.earlier.insert(name);
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let names = self.earlier.iter().chain(planned);
        let folders: BTreeSet<&str> =
            names.map(|name| name.rsplit_once('/').map_or("", |it| it.0)).collect();
        for folder in folders {
            // Behind a link lies somebody else's folder.
            let below = self.folder.join(folder);
            let is_own = below
                .ancestors()
                .take_while(|it| *it != self.folder)
                .all(|it| it.symlink_metadata().is_ok_and(|it| it.is_dir()));
            if !is_own {
                continue;
            }
            match files::sweep(&below) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let foreign = |name: &&String| {
            // A link is replaced, not followed: nothing is lost with it.
            let there = self.folder.join(name).symlink_metadata();
            there.is_ok_and(|there| !there.is_symlink()) && !self.earlier.contains(*name)
        };
        self.foreign = planned.iter().filter(foreign).cloned().collect();
        let new = planned.iter().filter(|name| !self.foreign.contains(*name));
        self.write(&self.earlier.iter().chain(new).collect())
    }

    fn list(&self) -> PathBuf {
        self.folder.join(LIST)
    }

    fn write(&self, names: &BTreeSet<&String>) -> io::Result<()> {
        let mut pending = Pending::new(&self.list())?;
        let lines: String = names.iter().map(|name| escaped(name) + "\n").collect();
        pending.write_all(lines.as_bytes())?;
        pending.keep()
    }

    /// Whether something lies under this name that no run wrote.
    pub(super) fn is_foreign(&self, name: &str) -> bool {
        self.foreign.contains(name)
    }

    /// A copy got this name.
    pub(super) fn written(&self, had_one: bool) {
        if had_one {
            self.count(|counts| counts.replaced += 1);
        }
    }

    /// Whether an earlier copy lies under this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.earlier.contains(name) && self.folder.join(name).symlink_metadata().is_ok()
    }

    /// This run made no copy of this name: an earlier one is no longer vouched for and goes.
    ///
    /// # Errors
    /// It cannot be removed.
    pub(super) fn refused(&self, name: &str) -> io::Result<bool> {
        if !self.has(name) {
            return Ok(false);
        }
        std::fs::remove_file(self.folder.join(name))?;
        self.count(|counts| counts.removed += 1);
        Ok(true)
    }

    fn count(&self, count: impl FnOnce(&mut EarlierCopies)) {
        count(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Lists what lies there now; answers what became of earlier copies.
    ///
    /// # Errors
    /// The list cannot be written.
    pub(super) fn close(self, planned: &[String]) -> io::Result<EarlierCopies> {
        let planned: BTreeSet<&String> = planned.iter().collect();
        let is_there = |name: &&String| {
            let there = self.folder.join(name).symlink_metadata();
            there.is_ok_and(|there| there.is_file()) && !self.foreign.contains(*name)
        };
        let all = self.earlier.iter().chain(planned.iter().copied());
        let names: BTreeSet<&String> = all.filter(is_there).collect();
        self.write(&names)?;
        let mut counts = *self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.others = names.difference(&planned).count() as u64;
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_list() {
        let cases = [
            ("a/Chat.txt", "a/Chat.txt", "as it is"),
            ("a\\n.txt", "a\\n.txt", "no line end: as earlier versions wrote it"),
            ("a\nb\r.txt", "/a\\nb\\r.txt", "line ends"),
            ("a\\n\n", "/a\\\\n\\n", "both"),
        ];
        for (name, line, why) in cases {
            assert_eq!(escaped(name), line, "{why}");
            assert_eq!(unescaped(line), name, "{why}");
        }
        assert!(!is_below(&unescaped("/etc/passwd")), "no way out");
        assert!(!is_below(&unescaped("//etc\\n")), "no way out behind the mark");
        assert!(!is_below(&unescaped("/../a\\n")), "nor up");
    }
}
