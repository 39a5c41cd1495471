//! What the streams of a PDF are for: which of them are looked at, which hold nothing to read, which
//! nobody looks into.

use std::collections::{BTreeMap, BTreeSet};

use flate2::{Decompress, FlushDecompress, Status};
use pdf_extract::xref::XrefEntry;
use pdf_extract::{Dictionary, Document, Object, ObjectId, Stream};

use super::tokens::{Token, Tokens, is_space};
use crate::format::media;

/// What the streams of a document are.
#[derive(Default)]
pub(super) struct Streams {
    /// Texts that are written in them and that laying out pages does not show.
    pub(super) texts: Vec<(ObjectId, Vec<u8>)>,
    /// Forms that no page draws: what notes look like.
    pub(super) undrawn: Vec<ObjectId>,
    /// There are pictures, sounds or files.
    pub(super) has_media: bool,
    /// One is of no known use, or cannot be read.
    pub(super) has_unknown: bool,
}

/// Sorts the streams of a document.
pub(super) fn sort(document: &Document) -> Streams {
    let mut streams = Streams::default();
    let keys = keys(document);
    let drawn = drawn(document, &mut streams);
    let mut contents = BTreeSet::new();
    for page in document.get_pages().into_values() {
        contents.extend(document.get_page_contents(page));
    }
    let hints = hints(document);
    for (id, object) in &document.objects {
        let Object::Stream(stream) = object else { continue };
        let keys = keys.get(id);
        let is_under = |names: &[&str]| {
            keys.is_some_and(|keys| names.iter().any(|name| keys.contains(name.as_bytes())))
        };
        let kind = stream.dict.get(b"Subtype").and_then(Object::as_name).unwrap_or_default();
        let kind_2 = stream.dict.get(b"Type").and_then(Object::as_name).unwrap_or_default();
        let is_of = |names: &[&[u8]]| names.contains(&kind) || names.contains(&kind_2);
        if is_of(&[b"Image", b"EmbeddedFile", b"3D"]) || is_under(&["Thumb", "Sound", "Movie"]) {
            streams.has_media = true;
            continue;
        }
        let plain = stream.get_plain_content();
        let Ok(plain) = plain.as_deref().map_err(|_| ()).and_then(|plain| whole(stream, plain))
        else {
            streams.has_unknown = true;
            continue;
        };
        let is_text = !plain.is_empty() && media::is_text(plain);
        let is_known = match () {
            () if contents.contains(id) => {
                streams.unshown(*id, plain);
                true
            }
            () if kind == b"Form" => {
                streams.unshown(*id, plain);
                if !drawn.contains(id) {
                    streams.undrawn.push(*id);
                }
                true
            }
            // Drawings of letters and of patterns, which pages are laid out without.
            () if is_under(&["CharProcs"]) || stream.dict.has(b"PatternType") => {
                !streams.unshown(*id, plain)
            }
            () if kind == b"XML" => std::str::from_utf8(plain).is_ok(),
            () if is_under(&["JS", "JavaScript"]) => {
                streams.texts.push((*id, plain.to_vec()));
                true
            }
            () if stream.dict.get(b"FunctionType").and_then(Object::as_i64).ok() == Some(4) => {
                streams.texts.push((*id, plain.to_vec()));
                true
            }
            () if is_under(&["FontFile"]) => {
                plain.starts_with(b"%!") || plain.first() == Some(&128)
            }
            () if memchr::memmem::find(plain, b"begincmap").is_some() => {
                // Programs leave some that no font uses.
                if !is_under(&["ToUnicode", "Encoding", "UseCMap"]) {
                    streams.texts.push((*id, plain.to_vec()));
                }
                true
            }
            () if kind_2 == b"ObjStm" => true,
            () => {
                let names = ["FontFile2", "FontFile3", "CIDToGIDMap", "CIDSet", "ICCBased"];
                let is_data = is_under(&names)
                    || is_under(&["Indexed", "DestOutputProfile"])
                    || kind_2 == b"XRef"
                    || stream.dict.has(b"FunctionType")
                    || stream.dict.has(b"ShadingType")
                    || hints == Some(id.0);
                is_data && (!is_text || plain.len() <= 3 * 256 && is_under(&["Indexed"]))
            }
        };
        if !is_known {
            streams.has_unknown = true;
            if is_text {
                streams.texts.push((*id, plain.to_vec()));
            }
        }
    }
    streams
}

impl Streams {
    /// Takes what is written in content and not shown by it; answers whether it shows text.
    fn unshown(&mut self, id: ObjectId, content: &[u8]) -> bool {
        let mut tokens = Tokens::new(content, 0);
        let mut waiting = Vec::new();
        let mut shows = false;
        while let Some(token) = tokens.next() {
            match token {
                Token::Comment(text) => self.texts.push((id, text.to_vec())),
                Token::Text(text) | Token::Name(text) => waiting.push(text),
                Token::Word(b"BI") => {
                    self.has_media = true;
                    let rest = &content[tokens.at..];
                    let end = memchr::memmem::find_iter(rest, b"EI").find(|end| {
                        let after = rest.get(end + 2).is_none_or(|byte| is_space(*byte));
                        after && end.checked_sub(1).is_some_and(|before| is_space(rest[before]))
                    });
                    tokens.at += end.map_or(rest.len(), |end| end + 2);
                }
                Token::Word(b"Tj" | b"TJ" | b"'" | b"\"") => {
                    shows = true;
                    waiting.clear();
                }
                Token::Word(word) if word[0].is_ascii_alphabetic() => {
                    self.texts.extend(waiting.drain(..).map(|text| (id, text)));
                }
                Token::Word(_) | Token::Open | Token::Close => {}
            }
        }
        self.texts.extend(waiting.into_iter().map(|text| (id, text)));
        shows
    }
}

/// The content, unless bytes stand behind the end of what is packed.
fn whole<'p>(stream: &Stream, plain: &'p [u8]) -> Result<&'p [u8], ()> {
    let filters = stream.filters().unwrap_or_default();
    if filters.first() != Some(&b"FlateDecode".as_slice()) {
        return Ok(plain);
    }
    let mut inflate = Decompress::new(true);
    let mut sink = vec![0; 64 << 10];
    loop {
        let before = (inflate.total_in(), inflate.total_out());
        let rest = stream.content.get(before.0 as usize..).unwrap_or_default();
        let status = inflate.decompress(rest, &mut sink, FlushDecompress::None).map_err(|_| ())?;
        if status == Status::StreamEnd {
            let rest = stream.content.get(inflate.total_in() as usize..).unwrap_or_default();
            return if rest.iter().all(|byte| is_space(*byte)) { Ok(plain) } else { Err(()) };
        }
        // Without its last bytes, as some programs write.
        if (inflate.total_in(), inflate.total_out()) == before {
            return Ok(plain);
        }
    }
}

/// Under which names objects stand: those of entries, and what lists begin with.
fn keys(document: &Document) -> BTreeMap<ObjectId, BTreeSet<Vec<u8>>> {
    let mut found: BTreeMap<ObjectId, BTreeSet<Vec<u8>>> = BTreeMap::new();
    let mut all: Vec<(Option<ObjectId>, &Object)> =
        document.objects.iter().map(|(id, object)| (Some(*id), object)).collect();
    // Dictionaries of drawings of letters first: their entries have names of their own.
    for (_, object) in &all {
        entries(object, b"", 0, &mut |key, id| {
            found.entry(id).or_default().insert(key.to_vec());
        });
    }
    all.retain(|(id, _)| {
        id.and_then(|id| found.get(&id)).is_some_and(|keys| keys.contains(b"CharProcs".as_slice()))
    });
    for (_, object) in all {
        if let Object::Dictionary(letters) = object {
            for (_, letter) in letters.iter() {
                if let Object::Reference(id) = letter {
                    found.entry(*id).or_default().insert(b"CharProcs".to_vec());
                }
            }
        }
    }
    found
}

fn entries(object: &Object, key: &[u8], depth: usize, take: &mut dyn FnMut(&[u8], ObjectId)) {
    if depth > 64 {
        return;
    }
    let mut of = |dictionary: &Dictionary| {
        for (name, item) in dictionary.iter() {
            let name = if key == b"CharProcs" { key } else { name.as_slice() };
            entries(item, name, depth + 1, take);
        }
    };
    match object {
        Object::Reference(id) => take(key, *id),
        Object::Dictionary(dictionary) => of(dictionary),
        Object::Stream(stream) => of(&stream.dict),
        Object::Array(items) => {
            let first = items.first().and_then(|first| first.as_name().ok()).unwrap_or(key);
            items.iter().for_each(|item| entries(item, first, depth + 1, take));
        }
        _ => {}
    }
}

/// Forms that pages draw, and forms that these draw.
fn drawn(document: &Document, streams: &mut Streams) -> BTreeSet<ObjectId> {
    let mut drawn = BTreeSet::new();
    let mut waiting: Vec<(Vec<u8>, Option<&Dictionary>)> = Vec::new();
    for page in document.get_pages().into_values() {
        let mut node = document.get_dictionary(page).ok();
        let mut resources = None;
        // Circles were looked for before.
        while let Some(dictionary) = node
            && resources.is_none()
        {
            resources = document.get_dict_in_dict(dictionary, b"Resources").ok();
            let parent = dictionary.get(b"Parent").and_then(Object::as_reference);
            node = parent.ok().and_then(|id| document.get_dictionary(id).ok());
        }
        match document.get_page_content(page) {
            Ok(content) => waiting.push((content, resources)),
            Err(_) => streams.has_unknown = true,
        }
    }
    while let Some((content, resources)) = waiting.pop() {
        let forms = resources.and_then(|it| document.get_dict_in_dict(it, b"XObject").ok());
        let mut name = Vec::new();
        for token in Tokens::new(&content, 0) {
            match token {
                Token::Name(new) => name = new,
                Token::Word(b"Do") => {
                    let id = forms.and_then(|forms| forms.get(&name).ok()?.as_reference().ok());
                    if let Some(id) = id
                        && drawn.insert(id)
                        && let Ok(Object::Stream(form)) = document.get_object(id)
                        && let Ok(content) = form.get_plain_content()
                        && form
                            .dict
                            .get(b"Subtype")
                            .and_then(Object::as_name)
                            .is_ok_and(|it| it == b"Form")
                    {
                        let own = document.get_dict_in_dict(&form.dict, b"Resources").ok();
                        waiting.push((content, own.or(resources)));
                    }
                }
                _ => {}
            }
        }
    }
    drawn
}

/// The table for reading over a network, which stands where the first object of a file made for it says.
fn hints(document: &Document) -> Option<u32> {
    let place = document.objects.values().find_map(|object| {
        let dictionary = object.as_dict().ok().filter(|it| it.has(b"Linearized"))?;
        dictionary.get(b"H").ok()?.as_array().ok()?.first()?.as_i64().ok()
    })?;
    let mut places = document.reference_table.entries.iter();
    let is_there = |entry: &XrefEntry| matches!(entry, XrefEntry::Normal { offset, .. } if i64::from(*offset) == place);
    places.find(|(_, entry)| is_there(entry)).map(|(id, _)| *id)
}
