//! iOS backups as Finder, iTunes and Apple Devices make them: a folder of files named by hashes, and
//! `Manifest.db`, which says what they are.
//!
//! The files are inputs of their own. The manifest is read as a database; it tells whether the chats
//! are there at all, and its copy says what the copied files are.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::Path;

use plist::Value;
use rusqlite::Connection;
use sha1::{Digest, Sha1};

use super::property_list;
use super::sqlite::{self, Sqlite, SqliteReader};
use super::{
    CopyBase, Format, FormatError, Item, Limits, Output, Random, Reader, Source, SpillSettings,
    Tally, Writer,
};
use crate::model::{Edit, Incident, Page, Problem};

/// Manifests of iOS backups.
pub(super) struct Manifest;

/// Its name.
pub const NAME: &str = "Manifest.db";
/// Part of the domains of WhatsApp and WhatsApp Business.
const WHATSAPP: &str = "net.whatsapp";
/// The database of chats, in each of these domains.
const CHATS: &str = "ChatStorage.sqlite";

/// A row of the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Number of the row.
    pub row: i64,
    /// 40 hex digits: the name of the file.
    pub id: String,
    /// App or part of the system.
    pub domain: String,
    /// Path in the domain.
    pub path: String,
}

impl Entry {
    /// Whether it belongs to WhatsApp.
    pub fn is_whatsapp(&self) -> bool {
        self.domain.contains(WHATSAPP)
    }
}

/// The name of a file in a backup: SHA-1 of domain, `-` and path.
pub fn id_of(domain: &str, path: &str) -> String {
    hex::encode(Sha1::digest(format!("{domain}-{path}")))
}

/// Where a file lies below the folder of its backup.
pub fn place_of(id: &str) -> String {
    format!("{}/{id}", id.get(..2).unwrap_or_default())
}

/// What the copy of a manifest says of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Path in the domain.
    pub path: String,
    /// Name of the file.
    pub id: String,
    /// Length and SHA-1 of the file's copy; `None`: it has none.
    pub content: Option<(u64, [u8; 20])>,
}

/// All rows of a manifest whose names are names; empty if it is none that can be read.
pub fn entries(manifest: &Path, spill: &SpillSettings) -> Vec<Entry> {
    let read = || -> Option<Vec<Entry>> {
        let mut source = Source::open(manifest, spill).ok()?;
        if !Sqlite.sniff(source.head(16), NAME) {
            return None;
        }
        let reader = SqliteReader::new(source).ok()?;
        list(reader.connection()).ok()
    };
    read().unwrap_or_default()
}

fn list(connection: &Connection) -> rusqlite::Result<Vec<Entry>> {
    let mut statement = connection
        .prepare("SELECT rowid, fileID, domain, relativePath FROM Files ORDER BY rowid")?;
    let rows = statement.query_map([], |row| {
        let (id, domain, path) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(Entry { row: row.get(0)?, id, domain, path })
    })?;
    let is_id = |id: &str| id.len() == 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    Ok(rows.filter_map(Result::ok).filter(|entry| is_id(&entry.id)).collect())
}

impl Format for Manifest {
    fn sniff(&self, _: &[u8], name: &str) -> bool {
        name == NAME
    }

    fn open(&self, mut source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let is_encrypted = is_encrypted(&source);
        let encrypted = || {
            FormatError::new(
                Problem::Encrypted,
                "an encrypted iOS backup: switch off \"encrypt local backup\" on the computer, back up again and scan that",
            )
        };
        if !Sqlite.sniff(source.head(16), NAME) {
            return Err(match is_encrypted {
                Some(false) => FormatError::new(
                    Problem::Damaged,
                    "the list of files of the iOS backup is damaged: copy the backup once more",
                ),
                _ => encrypted(),
            });
        }
        let mut incidents = Vec::new();
        let mut notes = Vec::new();
        match is_encrypted {
            Some(true) => {
                let FormatError { problem, detail } = encrypted();
                let member = Some("Manifest.plist".to_owned());
                incidents.push(Incident { problem, member, detail });
            }
            Some(false) => {}
            None => notes.push("no Manifest.plist: whether the backup is encrypted is unknown"),
        }
        let beside = source.beside();
        let reader = SqliteReader::new(source)?;
        match list(reader.connection()) {
            Ok(entries) => missing(&entries, beside.as_deref(), &mut incidents, &mut notes),
            Err(_) => notes.push("no manifest of an iOS backup"),
        }
        Ok(Box::new(ManifestReader { reader, incidents, notes, names: vec![NAME.to_owned()] }))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(Copier { database: sqlite::Copier::new(out), copied: None }))
    }
}

/// What `Manifest.plist` says; `None`: it is not there or no list.
fn is_encrypted(source: &Source) -> Option<bool> {
    let file = source.sibling("Manifest.plist").ok()??;
    let mut bytes = Vec::new();
    file.cursor().take(4 << 20).read_to_end(&mut bytes).ok()?;
    property_list::read(&bytes).ok()?.as_dictionary()?.get("IsEncrypted")?.as_boolean()
}

/// Chats that should be in the backup and are not.
fn missing(
    entries: &[Entry],
    folder: Option<&Path>,
    incidents: &mut Vec<Incident>,
    notes: &mut Vec<&'static str>,
) {
    let ours = entries.iter().filter(|entry| entry.is_whatsapp());
    let domains: BTreeSet<&str> = ours
        .filter(|entry| entry.domain.ends_with(".shared"))
        .map(|entry| entry.domain.as_str())
        .collect();
    if domains.is_empty() {
        notes.push("no WhatsApp in this backup");
    }
    for domain in domains {
        let chats = entries.iter().find(|entry| entry.domain == domain && entry.path == CHATS);
        let (problem, detail) = match (chats, folder) {
            (None, _) => (
                Problem::Encrypted,
                "the chats are not in this backup: in WhatsApp, switch off the end-to-end encrypted backup, then back up again",
            ),
            (Some(entry), Some(folder)) if !folder.join(place_of(&entry.id)).is_file() => (
                Problem::Vanished,
                "the chats are listed, but not there: copy the whole backup folder",
            ),
            _ => continue,
        };
        let member = Some(format!("{domain}/{CHATS}"));
        incidents.push(Incident { problem, member, detail: detail.to_owned() });
    }
}

struct ManifestReader {
    reader: SqliteReader,
    incidents: Vec<Incident>,
    notes: Vec<&'static str>,
    names: Vec<String>,
}

impl Reader for ManifestReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        match self.incidents.pop() {
            Some(incident) => Ok(Some(Item::Incident(incident))),
            None => {
                let mut item = self.reader.next()?;
                if let Some(Item::Page(page)) = &mut item {
                    // What is said of files is written anew: it must be left to do that from.
                    let cells = page.slots.iter_mut().filter_map(|slot| slot.cell.as_mut());
                    for cell in cells.filter(|it| &*it.table == "Files" && &*it.column == "file") {
                        cell.is_binary = false;
                    }
                }
                Ok(item)
            }
        }
    }

    fn tally(&self) -> Tally {
        let mut tally = self.reader.tally();
        tally.format = "ios-backup";
        tally.notes.extend(&self.notes);
        tally
    }

    /// It lists a container, whose copy lacks what was withheld: its own text differs.
    fn names(&self) -> &[String] {
        &self.names
    }

    fn snapshot(&self) -> Option<Random> {
        self.reader.snapshot()
    }
}

/// The copy of the manifest: redacted as any database, then true to the files that were copied.
struct Copier {
    database: sqlite::Copier,
    copied: Option<BTreeMap<i64, Copied>>,
}

impl Writer for Copier {
    fn begin(&mut self, mut base: CopyBase) -> Result<(), FormatError> {
        self.copied = base.backup.take();
        self.database.begin(base)
    }

    fn put(&mut self, page: &Page, edits: &[Edit]) -> Result<(), FormatError> {
        self.database.put(page, edits)
    }

    fn put_member(
        &mut self,
        name: &str,
        modified: Option<i64>,
        content: Option<&mut dyn Read>,
    ) -> Result<(), FormatError> {
        self.database.put_member(name, modified, content)
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        let Self { mut database, copied } = *self;
        if let Some(copied) = copied {
            database.amend(|connection| amend(connection, &copied))?;
        }
        Box::new(database).finish()
    }
}

fn amend(connection: &Connection, copied: &BTreeMap<i64, Copied>) -> rusqlite::Result<()> {
    let mut select = connection.prepare("SELECT flags, file FROM Files WHERE rowid = ?1")?;
    let mut remove = connection.prepare("DELETE FROM Files WHERE rowid = ?1")?;
    let mut update = connection
        .prepare("UPDATE Files SET fileID = ?2, relativePath = ?3, file = ?4 WHERE rowid = ?1")?;
    for (row, copied) in copied {
        let (flags, file): (Option<i64>, Option<Vec<u8>>) =
            select.query_row([row], |row| Ok((row.get(0)?, row.get(1).unwrap_or(None))))?;
        // 1: a file, 2: a folder, 4: a link.
        if flags == Some(1) && copied.content.is_none() {
            remove.execute([row])?;
            continue;
        }
        // What is said of a file in another way than expected is better left out.
        let file = file.and_then(|bytes| described(&bytes, copied).ok());
        update.execute((row, &copied.id, &copied.path, file))?;
    }
    Ok(())
}

/// The description of a file (an archived `MBFile`) with its new path, length and digest.
fn described(bytes: &[u8], copied: &Copied) -> io::Result<Vec<u8>> {
    let mut archive = property_list::read(bytes)?;
    let objects = archive
        .as_dictionary_mut()
        .and_then(|archive| archive.get_mut("$objects")?.as_array_mut())
        .ok_or(io::ErrorKind::InvalidData)?;
    let place = |objects: &[Value], key: &str| {
        objects.iter().find_map(|object| {
            object.as_dictionary()?.get(key)?.as_uid().map(|uid| uid.get() as usize)
        })
    };
    if let Some(at) = place(objects, "RelativePath")
        && let Some(path) = objects.get_mut(at)
    {
        *path = Value::String(copied.path.clone());
    }
    let digest = place(objects, "Digest");
    if let Some((len, sha1)) = copied.content {
        if let Some(digest) = digest.and_then(|at| objects.get_mut(at)) {
            match digest {
                Value::Dictionary(data) => {
                    data.insert("NS.data".to_owned(), Value::Data(sha1.to_vec()));
                }
                digest => *digest = Value::Data(sha1.to_vec()),
            }
        }
        for object in objects.iter_mut().filter_map(Value::as_dictionary_mut) {
            if object.contains_key("Size") {
                object.insert("Size".to_owned(), Value::Integer(len.into()));
            }
        }
    }
    let mut bytes = Vec::new();
    let other = |_| io::Error::from(io::ErrorKind::InvalidData);
    archive.to_writer_binary(&mut bytes).map_err(other)?;
    Ok(bytes)
}

/// Length and SHA-1 of a file.
///
/// # Errors
/// It cannot be read.
pub fn digest(path: &Path) -> io::Result<(u64, [u8; 20])> {
    let mut file = crate::files::open_regular(path)?;
    let mut hash = Sha1::new();
    let mut buffer = vec![0; 64 << 10];
    let mut len = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((len, hash.finalize().into())),
            got => {
                len += got as u64;
                hash.update(&buffer[..got]);
            }
        }
    }
}
