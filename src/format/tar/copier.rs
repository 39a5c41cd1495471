//! Writes the copy: a fresh archive from parsed content only.

use std::io::{self, Read, Seek, SeekFrom, Write};

use tar::{EntryType, Header};

use super::header::BLOCK;
use crate::format::zip::SafeNames;
use crate::format::{FormatError, Output, Writer};
use crate::model::{Edit, Page};

/// Longest name that fits into a header.
const NAME_LEN: usize = 100;

/// Writes a tar file without users and links, files readable by their owner only.
pub(super) struct Copier {
    out: Box<dyn Output>,
    names: SafeNames,
}

impl Copier {
    pub(super) fn new(out: Box<dyn Output>) -> Self {
        Self { out, names: SafeNames::default() }
    }

    /// Writes a header; a name that does not fit in goes before it, as GNU does it.
    fn header(&mut self, header: &mut Header, name: &str) -> io::Result<()> {
        if name.len() > NAME_LEN {
            let mut long = Header::new_gnu();
            long.set_entry_type(EntryType::GNULongName);
            long.set_mode(0o600);
            long.set_size(name.len() as u64 + 1);
            self.block(&mut long, "././@LongLink")?;
            self.out.write_all(name.as_bytes())?;
            self.out.write_all(b"\0")?;
            self.fill(name.len() as u64 + 1)?;
        }
        self.block(header, &name[..name.floor_char_boundary(NAME_LEN)])
    }

    fn block(&mut self, header: &mut Header, name: &str) -> io::Result<()> {
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        self.out.write_all(header.as_bytes())
    }

    /// Fills up the last block of a content of so many bytes.
    fn fill(&mut self, len: u64) -> io::Result<()> {
        let rest = len.next_multiple_of(BLOCK as u64) - len;
        self.out.write_all(&[0; BLOCK][..rest as usize])
    }
}

impl Writer for Copier {
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
        header.set_size(0);
        let Some(content) = content else {
            let Some(folder) = self.names.folder(name) else { return Ok(()) };
            header.set_entry_type(EntryType::Directory);
            header.set_mode(0o700);
            return Ok(self.header(&mut header, &folder)?);
        };
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o600);
        let name = self.names.file(name);
        self.header(&mut header, &name)?;
        // The length stands before the content, and is known after it.
        let start = self.out.stream_position()?;
        let len = io::copy(content, &mut self.out)?;
        self.fill(len)?;
        let end = self.out.stream_position()?;
        header.set_size(len);
        header.set_cksum();
        self.out.seek(SeekFrom::Start(start - BLOCK as u64))?;
        self.out.write_all(header.as_bytes())?;
        self.out.seek(SeekFrom::Start(end))?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        self.out.write_all(&[0; 2 * BLOCK])?;
        Ok(self.out.flush()?)
    }
}
