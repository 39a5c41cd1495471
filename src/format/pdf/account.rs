//! Whether every byte of a PDF belongs to what is in force: what stands in no object that its tables
//! name was seen by nobody.

use std::collections::BTreeMap;

use pdf_extract::xref::XrefEntry;
use pdf_extract::{Dictionary, Document, Object};

use super::tokens::{Token, Tokens, is_space};

/// What stands outside of objects.
#[derive(Default)]
pub(super) struct Rest {
    /// Comments, and strings in trailers.
    pub(super) texts: Vec<Vec<u8>>,
    /// Objects that were replaced or deleted and still lie there, or what is no object.
    pub(super) has_more: bool,
}

/// Accounts for the bytes of a file and of its streams of objects.
pub(super) fn account(bytes: &[u8], document: &Document) -> Rest {
    let mut rest = Rest::default();
    let start = memchr::memmem::find(bytes, b"%PDF-").unwrap_or(0);
    let before = bytes[..start].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes[..start]);
    rest.has_more |= !before.iter().all(|byte| is_space(*byte));
    // Places count from the mark where something stands before it, with most programs.
    let live: BTreeMap<usize, u32> = document
        .reference_table
        .entries
        .iter()
        .filter_map(|(id, entry)| {
            let XrefEntry::Normal { offset, .. } = entry else { return None };
            Some((Tokens::new(bytes, *offset as usize).skip_space(), *id))
        })
        .collect();
    let mut tokens = Tokens::new(bytes, start);
    let mut is_ended = false;
    while !rest.has_more {
        let at = tokens.skip_space();
        let whole = match tokens.next() {
            None => break,
            Some(Token::Comment(b"%%EOF")) => {
                is_ended = true;
                true
            }
            Some(Token::Comment(comment)) => {
                rest.comment(comment);
                !is_ended
            }
            Some(Token::Word(b"xref")) => table(&mut tokens),
            Some(Token::Word(b"trailer")) => rest.trailer(&mut tokens),
            Some(Token::Word(b"startxref")) => tokens.word().is_some_and(is_number),
            Some(Token::Word(word)) if is_number(word) => {
                let id = std::str::from_utf8(word).ok().and_then(|id| id.parse::<u32>().ok());
                tokens.word().is_some_and(is_number)
                    && tokens.word() == Some(b"obj")
                    && id.is_some()
                    && live.get(&(at)).copied() == id
                    && rest.object(&mut tokens, document)
            }
            Some(_) => false,
        };
        rest.has_more |= !whole;
    }
    for (id, object) in &document.objects {
        if let Object::Stream(stream) = object
            && stream.dict.has_type(b"ObjStm")
        {
            let is_whole = stream
                .get_plain_content()
                .is_ok_and(|content| rest.packed(&content, &stream.dict, id.0, document).is_some());
            rest.has_more |= !is_whole;
        }
    }
    rest
}

fn is_number(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_digit)
}

/// A table of places, up to its trailer.
fn table(tokens: &mut Tokens<'_>) -> bool {
    loop {
        let before = tokens.at;
        match tokens.word() {
            Some(b"trailer") => {
                tokens.at = before;
                return true;
            }
            Some(word) if is_number(word) || matches!(word, b"n" | b"f") => {}
            _ => return false,
        }
    }
}

impl Rest {
    /// The mark of the file and the bytes that say it is binary are no texts.
    fn comment(&mut self, comment: &[u8]) {
        let is_mark = comment.starts_with(b"%PDF-") && comment.len() <= 8
            || comment.len() <= 9 && !comment.iter().any(u8::is_ascii_alphanumeric);
        if !is_mark {
            self.texts.push(comment.to_vec());
        }
    }

    /// One value; `None`: there is none.
    fn value(&mut self, tokens: &mut Tokens<'_>) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match tokens.next()? {
                Token::Comment(comment) => {
                    self.comment(comment);
                    continue;
                }
                Token::Open => depth += 1,
                Token::Close => depth = depth.checked_sub(1)?,
                Token::Word(word) if depth == 0 && is_number(word) => {
                    let before = tokens.at;
                    let is_reference =
                        tokens.word().is_some_and(is_number) && tokens.word() == Some(b"R");
                    if !is_reference {
                        tokens.at = before;
                    }
                }
                Token::Word(_) | Token::Text(_) | Token::Name(_) => {}
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// What follows `obj`, to the end of the object.
    fn object(&mut self, tokens: &mut Tokens<'_>, document: &Document) -> bool {
        let start = tokens.at;
        if self.value(tokens).is_none() {
            return false;
        }
        let value = start..tokens.at;
        match tokens.word() {
            Some(b"endobj") => true,
            Some(b"stream") => {
                let rest = &tokens.bytes[tokens.at..];
                let line_end = if rest.starts_with(b"\r\n") { 2 } else { 1 };
                let Some(len) = length(&tokens.bytes[value], document) else { return false };
                tokens.at = (tokens.at + line_end).saturating_add(len).min(tokens.bytes.len());
                tokens.word() == Some(b"endstream") && tokens.word() == Some(b"endobj")
            }
            _ => false,
        }
    }

    /// A trailer: its strings, but for what tells files apart.
    fn trailer(&mut self, tokens: &mut Tokens<'_>) -> bool {
        let start = tokens.at;
        if self.value(tokens).is_none() {
            return false;
        }
        let mut name = Vec::new();
        for token in Tokens::new(&tokens.bytes[start..tokens.at], 0) {
            match token {
                Token::Text(text) if name != b"ID" => self.texts.push(text),
                Token::Name(new) => {
                    self.texts.push(new.clone());
                    name = new;
                }
                _ => {}
            }
        }
        true
    }

    /// A stream of objects: one in force in each place, and nothing between them.
    fn packed(
        &mut self,
        content: &[u8],
        dict: &Dictionary,
        container: u32,
        document: &Document,
    ) -> Option<()> {
        let first = usize::try_from(dict.get(b"First").ok()?.as_i64().ok()?).ok()?;
        let mut head = Tokens::new(content.get(..first)?, 0);
        let mut places = Vec::new();
        while let Some(token) = head.next() {
            let number = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<u32>().ok();
            let Token::Word(id) = token else { return None };
            let (id, place) = (number(id)?, number(head.word()?)?);
            let entry = document.reference_table.get(id);
            let is_live = matches!(entry, Some(XrefEntry::Compressed { container: it, .. }) if *it == container);
            if !is_live {
                return None;
            }
            places.push(first + place as usize);
        }
        places.sort_unstable();
        if places.first().is_some_and(|place| {
            content.get(first..*place).is_none_or(|it| !it.iter().all(|byte| is_space(*byte)))
        }) {
            return None;
        }
        for (at, place) in places.iter().enumerate() {
            let end = places.get(at + 1).copied().unwrap_or(content.len());
            let mut tokens = Tokens::new(content.get(..end)?, *place);
            self.value(&mut tokens)?;
            if tokens.skip_space() < end {
                return None;
            }
        }
        Some(())
    }
}

/// Length of a stream, by what its dictionary says.
fn length(dictionary: &[u8], document: &Document) -> Option<usize> {
    let mut tokens = Tokens::new(dictionary, 0);
    let mut depth = 0_usize;
    let number = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<u32>().ok();
    loop {
        match tokens.next()? {
            Token::Open => depth += 1,
            Token::Close => depth = depth.checked_sub(1)?,
            Token::Name(name) if depth == 1 && name == b"Length" => {
                let len = number(tokens.word()?)?;
                let generation =
                    tokens.word().and_then(number).and_then(|it| u16::try_from(it).ok());
                return match (generation, tokens.word()) {
                    (Some(generation), Some(b"R")) => {
                        let len = document.get_object((len, generation)).ok()?.as_i64().ok()?;
                        usize::try_from(len).ok()
                    }
                    _ => usize::try_from(len).ok(),
                };
            }
            _ => {}
        }
    }
}
