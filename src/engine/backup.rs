//! Folders of iOS backups: what their files are called in the copy, and what its manifest says.

use std::collections::{BTreeMap, HashMap};

use super::Options;
use super::mentions::NOTHING;
use super::names::{masked, renamed};
use super::walk::{Kind, Walked};
use crate::format::{SpillSettings, ios};

/// All backups among the inputs.
#[derive(Default)]
pub(super) struct Backups {
    /// By the number of their manifest.
    rows: HashMap<usize, BTreeMap<i64, Row>>,
    /// What a file with a hash for its name is, by its number, as reports show it.
    labels: HashMap<usize, String>,
}

struct Row {
    path: String,
    id: String,
    /// Number of the file among the inputs.
    file: Option<usize>,
}

impl Backups {
    /// Reads all manifests; `below`: paths below the named folders. Gives the copies of files whose
    /// path holds a finding the name that belongs to their new path.
    pub(super) fn plan(
        options: &Options<'_>,
        walked: &[Walked],
        below: &[String],
        mut copies: Option<&mut Vec<String>>,
    ) -> Self {
        let mut backups = Self::default();
        let is_manifest =
            |walked: &Walked| walked.is_manifest() && matches!(walked.kind, Kind::File(_));
        if !walked.iter().any(is_manifest) {
            return backups;
        }
        let numbers: HashMap<&str, usize> = below.iter().map(String::as_str).zip(0..).collect();
        let spill = SpillSettings::new(options.temp.clone());
        for (manifest, walked) in walked.iter().enumerate().filter(|it| is_manifest(it.1)) {
            let folder = |path: &str| path[..path.len() - ios::NAME.len()].to_owned();
            let root = folder(&below[manifest]);
            let mut rows = BTreeMap::new();
            for entry in ios::entries(&walked.path, &spill) {
                let parts = entry.path.split('/').map(|part| renamed(options, &NOTHING, part));
                let path = parts.collect::<Vec<_>>().join("/");
                let id = if path == entry.path {
                    entry.id.clone()
                } else {
                    ios::id_of(&entry.domain, &path)
                };
                let place = format!("{root}{}", ios::place_of(&entry.id));
                let file = numbers.get(place.as_str()).copied();
                if let Some(file) = file {
                    if let Some(copies) = &mut copies
                        && id != entry.id
                    {
                        copies[file] =
                            format!("{}{}", folder(&copies[manifest]), ios::place_of(&id));
                    }
                    if entry.is_whatsapp() {
                        let shown = masked(options, &NOTHING, &entry.path);
                        backups.labels.insert(file, format!("{}/{shown}", entry.domain));
                    }
                }
                rows.insert(entry.row, Row { path, id, file });
            }
            backups.rows.insert(manifest, rows);
        }
        backups
    }

    /// What a file of a backup is.
    pub(super) fn label(&self, file: usize) -> Option<&String> {
        self.labels.get(&file)
    }

    /// What the copy of a manifest says, now that all files of its backup are done; `None` if this
    /// is no manifest. `written`: whether the copy of each input was.
    pub(super) fn copied(
        &self,
        options: &Options<'_>,
        manifest: usize,
        copies: &[String],
        written: &[bool],
    ) -> Option<BTreeMap<i64, ios::Copied>> {
        let out = &options.copies.as_ref()?.out;
        let rows = self.rows.get(&manifest)?.iter().map(|(number, row)| {
            let file = row.file.filter(|file| written.get(*file) == Some(&true));
            let content = file.and_then(|file| ios::digest(&out.join(&copies[file])).ok());
            let (path, id) = (row.path.clone(), row.id.clone());
            (*number, ios::Copied { path, id, content })
        });
        Some(rows.collect())
    }
}
