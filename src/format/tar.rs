//! tar archives (POSIX ustar and pax, GNU).
//!
//! As with zip, the archive is not trusted: what is no content of a listed file (extended headers,
//! names of users, links, bytes after the end) is scanned and never copied.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use tar::{Archive, Builder, EntryType, Header};

use super::zip::SafeNames;
use super::{
    Format, FormatError, Item, Limits, Member, Output, Random, Reader, Source, SpillSettings,
    Tally, Writer,
};
use crate::model::{Edit, Incident, LimitKind, Page, Problem};

/// Archives of tape.
pub(super) struct Tar;

const BLOCK: u64 = 512;
/// Longest extended header.
const EXTENDED: u64 = 1 << 20;

impl Format for Tar {
    /// The first header has the right checksum.
    fn sniff(&self, head: &[u8], _name: &str) -> bool {
        let Some(header) = head.get(..BLOCK as usize) else { return false };
        let header = Header::from_byte_slice(header);
        let bytes = header.as_bytes();
        let spaces = 8 * u32::from(b' ');
        let sum: u32 = bytes[..148].iter().chain(&bytes[156..]).map(|b| u32::from(*b)).sum();
        bytes[0] != 0 && header.cksum().is_ok_and(|sum_told| sum_told == sum + spaces)
    }

    fn open(&self, source: Source, limits: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let spill = source.spill().clone();
        let (random, cut) = source.into_readable()?;
        let mut reader = TarReader {
            bytes: random.len(),
            random,
            spill,
            entries: Vec::new(),
            names: Vec::new(),
            at: 0,
            error: None,
        };
        let error = reader.list(limits).err();
        reader.error = cut.or(error);
        reader.names =
            reader.entries.iter().filter(|it| it.copied).map(|it| it.name.clone()).collect();
        Ok(Box::new(reader))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(TarWriter { tar: Builder::new(out), names: SafeNames::default() }))
    }
}

/// Something in the archive.
struct Entry {
    name: String,
    /// Its content; `None`: a folder.
    content: Option<Range<u64>>,
    modified: Option<i64>,
    copied: bool,
    problem: Option<&'static str>,
}

struct TarReader {
    random: Random,
    spill: SpillSettings,
    entries: Vec<Entry>,
    names: Vec<String>,
    at: usize,
    error: Option<FormatError>,
    bytes: u64,
}

impl TarReader {
    /// Lists all entries, and everything between them that says something.
    fn list(&mut self, limits: &Limits) -> Result<(), FormatError> {
        self.names_are_short()?;
        let mut archive = Archive::new(self.random.cursor());
        // The iterator asks for no more than headers.
        let entries = archive.entries_with_seek().map_err(damaged)?;
        let mut end = 0;
        for entry in entries {
            let entry = entry.map_err(damaged)?;
            if self.entries.len() as u64 >= limits.entries {
                let what = "more entries than the limit";
                return Err(FormatError::new(Problem::Limit(LimitKind::Entries), what));
            }
            let header = entry.header();
            let kind = header.entry_type();
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let start = entry.raw_file_position();
            // Extended headers stand before the entry's own.
            let own = entry.raw_header_position();
            self.stray(end, own)?;
            self.text(own)?;
            let size =
                if matches!(kind, EntryType::Directory | EntryType::Symlink | EntryType::Link) {
                    0
                } else {
                    entry.size()
                };
            let content = start..start.saturating_add(size).min(self.bytes);
            let is_cut = content.end - content.start < size;
            end = content.end.div_ceil(BLOCK) * BLOCK;
            self.stray(content.end, end.min(self.bytes))?;
            let modified = header.mtime().ok().and_then(|it| i64::try_from(it).ok());
            let (content, copied, problem) = match kind {
                EntryType::Directory => (None, true, None),
                EntryType::Regular | EntryType::Continuous => (Some(content), true, None),
                EntryType::GNUSparse => {
                    (Some(content), true, Some("a file with holes cannot be read"))
                }
                // Links are names; their target is one too.
                _ => continue,
            };
            self.entries.push(Entry { name, content, modified, copied, problem });
            if is_cut {
                let what = "the archive ends too early: get the whole file";
                return Err(FormatError::new(Problem::Truncated, what));
            }
        }
        self.stray(end, self.bytes)
    }

    /// Refuses extended headers that hold no name but fill the memory.
    fn names_are_short(&self) -> Result<(), FormatError> {
        let mut at = 0;
        let mut block = [0; BLOCK as usize];
        while self.random.read_at(at, &mut block)? == block.len() && Tar.sniff(&block, "") {
            let header = Header::from_byte_slice(&block);
            let Ok(size) = header.entry_size() else { break };
            let kind = header.entry_type();
            let is_extended = kind.is_gnu_longname()
                || kind.is_gnu_longlink()
                || kind.is_pax_local_extensions()
                || kind.is_pax_global_extensions();
            if is_extended && size > EXTENDED {
                let what = "a name in the archive is longer than 1 MiB";
                return Err(FormatError::new(Problem::Hostile, what));
            }
            let Some(next) = size.checked_next_multiple_of(BLOCK) else { break };
            at = at.saturating_add(BLOCK).saturating_add(next);
        }
        Ok(())
    }

    /// Bytes that no entry owns, if they are more than zeros.
    fn stray(&mut self, start: u64, end: u64) -> Result<(), FormatError> {
        let mut buffer = vec![0; 64 << 10];
        let mut at = start;
        while at < end {
            let want = (end - at).min(buffer.len() as u64) as usize;
            let got = self.random.read_at(at, &mut buffer[..want])?;
            if got == 0 {
                break;
            }
            if buffer[..got].iter().any(|byte| *byte != 0) {
                self.entries.push(Entry {
                    name: format!("#bytes-{start}"),
                    content: Some(start..end),
                    modified: None,
                    copied: false,
                    problem: None,
                });
                break;
            }
            at += got as u64;
        }
        Ok(())
    }

    /// Texts of a header that are not the entry's name: users, targets of links.
    fn text(&mut self, own: u64) -> Result<(), FormatError> {
        let mut header = [0; BLOCK as usize];
        self.random.read_at(own, &mut header)?;
        for (start, end) in [(157, 257), (265, 297), (297, 329)] {
            let field = &header[start..end];
            let len = memchr::memchr(0, field).unwrap_or(field.len());
            // Names of system users are on every entry.
            if len > 0 && !matches!(&field[..len], b"root" | b"wheel" | b"users" | b"staff") {
                let start = own + start as u64;
                self.entries.push(Entry {
                    name: format!("#header-{start}"),
                    content: Some(start..start + len as u64),
                    modified: None,
                    copied: false,
                    problem: None,
                });
            }
        }
        Ok(())
    }
}

fn damaged(error: io::Error) -> FormatError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            FormatError::new(Problem::Truncated, "the archive ends too early: get the whole file")
        }
        _ => FormatError::new(Problem::Damaged, "a header of the archive is damaged"),
    }
}

impl Reader for TarReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        let Some(entry) = self.entries.get(self.at) else {
            return self.error.take().map_or(Ok(None), Err);
        };
        self.at += 1;
        let name = entry.name.clone();
        if let Some(what) = entry.problem {
            let (problem, detail) = (Problem::Unsupported, what.to_owned());
            return Ok(Some(Item::Incident(Incident { problem, member: Some(name), detail })));
        }
        let base =
            if entry.copied { name.rsplit('/').next().unwrap_or(&name) } else { "bytes.txt" };
        let source = entry.content.clone().map(|range| {
            Source::stream(base.to_owned(), Box::new(self.random.slice(range)), &self.spill)
        });
        let (modified, copied) = (entry.modified, entry.copied);
        Ok(Some(Item::Member(Member { name, source, modified, copied })))
    }

    fn tally(&self) -> Tally {
        Tally {
            format: "tar",
            messages: 0,
            bytes_scanned: self.bytes,
            bytes_not_scanned: 0,
            notes: Vec::new(),
        }
    }

    fn names(&self) -> &[String] {
        &self.names
    }
}

struct TarWriter {
    tar: Builder<Box<dyn Output>>,
    names: SafeNames,
}

impl Writer for TarWriter {
    fn put(&mut self, _: &Page, _: &[Edit]) -> Result<(), FormatError> {
        Ok(())
    }

    fn put_member(
        &mut self,
        name: &str,
        modified: Option<i64>,
        content: Option<&mut dyn Read>,
    ) -> Result<(), FormatError> {
        let mut header = Header::new_gnu();
        header.set_mtime(modified.and_then(|it| u64::try_from(it).ok()).unwrap_or(0));
        let Some(content) = content else {
            let Some(folder) = self.names.folder(name) else { return Ok(()) };
            header.set_entry_type(EntryType::Directory);
            header.set_mode(0o700);
            header.set_size(0);
            return Ok(self.tar.append_data(&mut header, folder, io::empty())?);
        };
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o600);
        header.set_size(0);
        self.tar.append_data(&mut header, self.names.file(name), io::empty())?;
        // The length stands before the content, and is known after it.
        let out = self.tar.get_mut();
        let start = out.stream_position()?;
        let len = io::copy(content, out)?;
        out.write_all(&[0; BLOCK as usize][..(len.next_multiple_of(BLOCK) - len) as usize])?;
        let end = out.stream_position()?;
        header.set_size(len);
        header.set_cksum();
        out.seek(SeekFrom::Start(start - BLOCK))?;
        out.write_all(header.as_bytes())?;
        out.seek(SeekFrom::Start(end))?;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        Ok(self.tar.into_inner()?.flush()?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

    use super::*;

    fn archive(build: impl FnOnce(&mut Builder<Vec<u8>>)) -> Vec<u8> {
        let mut tar = Builder::new(Vec::new());
        build(&mut tar);
        tar.into_inner().unwrap()
    }

    fn add(tar: &mut Builder<Vec<u8>>, name: &str, kind: EntryType, content: &[u8]) {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_username("erika").unwrap();
        if kind == EntryType::Symlink {
            header.set_link_name("/home/jutta").unwrap();
        }
        tar.append_data(&mut header, name, content).unwrap();
    }

    /// Names, contents, whether a copy carries them; and why no more.
    fn read(bytes: &[u8]) -> (Vec<(String, String, bool)>, Option<Problem>) {
        let random = Random::memory(bytes.to_vec());
        let source = Source::random("a.tar".into(), random, &SpillSettings::new("."));
        let mut reader = Tar.open(source, &Limits::default()).unwrap();
        let mut found = Vec::new();
        loop {
            match reader.next() {
                Ok(Some(Item::Member(member))) => {
                    let mut content = String::new();
                    if let Some(source) = member.source {
                        source.into_stream().read_to_string(&mut content).unwrap();
                    }
                    let is_header = member.name.starts_with('#');
                    let name = if is_header { "#".to_owned() } else { member.name };
                    found.push((name, content, member.copied));
                }
                Ok(Some(_)) => panic!("members only"),
                Ok(None) => return (found, None),
                Err(error) => return (found, Some(error.problem)),
            }
        }
    }

    #[test]
    fn files_are_members_and_the_rest_is_scanned_only() {
        let long = "a/".repeat(80) + "x.txt";
        let mut bytes = archive(|tar| {
            add(tar, "d/", EntryType::Directory, b"");
            add(tar, &long, EntryType::Regular, b"Hallo");
            add(tar, "link", EntryType::Symlink, b"");
        });
        bytes.extend(b"IBAN DE89");
        let (found, problem) = read(&bytes);
        assert_eq!(problem, None);
        let has = |name: &str, content: &str, copied: bool| {
            found.iter().any(|it| it.0 == name && it.1.contains(content) && it.2 == copied)
        };
        assert!(has(&long, "Hallo", true) && has("d/", "", true), "{found:?}");
        for text in ["erika", "/home/jutta", "IBAN DE89"] {
            assert!(has("#", text, false), "{text}: {found:?}");
        }
    }

    #[test]
    fn copies_hold_files_under_safe_names() {
        let mut file = tempfile::tempfile().unwrap();
        let mut writer = Tar.copier(Box::new(file.try_clone().unwrap())).unwrap();
        let long = "b".repeat(150);
        writer.put_member("../a.txt", Some(7), Some(&mut &b"Hallo"[..])).unwrap();
        writer.put_member(&long, None, Some(&mut [b'x'; 1000].as_slice())).unwrap();
        writer.put_member("d/", None, None).unwrap();
        writer.finish().unwrap();
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        let (found, problem) = read(&bytes);
        assert_eq!(problem, None);
        let found: Vec<_> = found.iter().filter(|it| it.2).map(|it| (&*it.0, it.1.len())).collect();
        assert_eq!(found, [("a.txt", 5), (&*long, 1000), ("d/", 0)]);
    }

    #[test]
    fn bad_archives_are_named() {
        let good = archive(|tar| {
            add(tar, "a", EntryType::Regular, b"Hallo");
            add(tar, "b", EntryType::Regular, &[b'x'; 2000]);
        });
        let mut wrong = good.clone();
        wrong[1024] ^= 1;
        let long = archive(|tar| add(tar, "a", EntryType::GNULongName, &vec![b'x'; 2 << 20]));
        let cases = [
            (good[..2000].to_vec(), Problem::Truncated, "cut in a file"),
            (wrong, Problem::Damaged, "a header's checksum"),
            (long, Problem::Hostile, "a name of 2 MiB"),
        ];
        for (bytes, problem, why) in cases {
            let (found, was) = read(&bytes);
            assert_eq!(was, Some(problem), "{why}");
            let is_there = found.iter().any(|it| it.1 == "Hallo");
            assert_eq!(is_there, problem != Problem::Hostile, "{why}: what stands before is read");
        }
    }
}
