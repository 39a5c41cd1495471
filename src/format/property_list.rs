//! Binary property lists (Apple): what iOS backups say of themselves, settings of apps.
//!
//! A slot is a text, the name of a member or readable bytes, its place the path to it. A copy is made
//! from the list; where nothing is redacted, it is the file as it was. Lists as XML are read as markup.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Cursor, Read};
use std::sync::Arc;

use plist::Value;
use plist::stream::{Event, Reader as Events};
use rusqlite::types::ValueRef;

use super::sqlite::{self, Content, Owned, Sorter, Splice, Text};
use super::{
    CopyBase, Format, FormatError, Item, Limits, Output, Random, Reader, Source, Tally, Writer,
    media,
};
use crate::model::{Cell, Edit, LimitKind, Message, Page, Part, Problem, Uninspected};

/// Binary property lists.
pub(super) struct PropertyList;

/// Longer lists are not read, in bytes.
const LONGEST: u64 = 64 << 20;
/// So many values, and bytes of them; what is referred to twice counts twice.
const MOST: u64 = 1 << 19;
/// So many lists inside each other.
const DEEPEST: u32 = 128;

impl Format for PropertyList {
    fn sniff(&self, head: &[u8], _name: &str) -> bool {
        head.starts_with(b"bplist00")
    }

    fn open(&self, source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let content = source.into_random()?;
        let mut list = load(&content)?;
        let mut reader = ListReader {
            bytes: content.len(),
            content,
            not_scanned: 0,
            sorter: Sorter::default(),
            media: VecDeque::new(),
        };
        visit(&mut list, &mut Place::default(), &mut |place, value| {
            reader.take(place, value);
            Ok(None)
        })?;
        reader.sorter.flush(true);
        Ok(Box::new(reader))
    }

    fn copier(&self, out: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Ok(Box::new(ListWriter { out, content: None, changes: BTreeMap::new() }))
    }
}

fn load(content: &Random) -> Result<Value, FormatError> {
    if content.len() > LONGEST {
        let what = "a property list larger than the limit of 64 MiB";
        return Err(FormatError::new(Problem::Limit(LimitKind::MemberSize), what));
    }
    let mut bytes = Vec::new();
    content.cursor().read_to_end(&mut bytes)?;
    read(&bytes)
}

/// Reads a property list of any kind. Few bytes can stand for many, so what comes out is bounded.
///
/// # Errors
/// It is none, or it is over the bounds.
pub(super) fn read(bytes: &[u8]) -> Result<Value, FormatError> {
    let damaged =
        |_| FormatError::new(Problem::Damaged, "a property list is damaged: get it once more");
    let (mut values, mut len, mut depth) = (0, 0, 0_u32);
    for event in Events::new(Cursor::new(bytes)) {
        match event.map_err(damaged)? {
            Event::StartArray(_) | Event::StartDictionary(_) => depth += 1,
            Event::EndCollection => depth = depth.saturating_sub(1),
            Event::String(text) => len += text.len() as u64,
            Event::Data(data) => len += data.len() as u64,
            _ => {}
        }
        values += 1;
        if values > MOST || len > LONGEST || depth > DEEPEST {
            let what = "a property list that grows beyond the limit when it is read";
            return Err(FormatError::new(Problem::Limit(LimitKind::ExpandedBytes), what));
        }
    }
    Value::from_reader(Cursor::new(bytes)).map_err(damaged)
}

/// Where in a list something stands.
#[derive(Default)]
struct Place {
    /// Names and numbers of members from the root, `/` before each.
    path: String,
    /// Name of the nearest member.
    name: String,
    /// It is a name itself.
    is_name: bool,
    /// Number of the text, from 1.
    number: i64,
}

/// Told of each text in order; answers what stands there instead.
type Act<'a> = dyn FnMut(&Place, ValueRef<'_>) -> Result<Option<Owned>, FormatError> + 'a;

fn visit(value: &mut Value, place: &mut Place, act: &mut Act<'_>) -> Result<(), FormatError> {
    let mut ask = |place: &mut Place, value: ValueRef<'_>| {
        place.number += 1;
        act(place, value)
    };
    let len = place.path.len();
    match value {
        Value::String(text) => {
            if let Some(new) = ask(place, ValueRef::Text(text.as_bytes()))? {
                *text = string(new);
            }
        }
        Value::Data(data) => match ask(place, ValueRef::Blob(data))? {
            Some(Owned::Text(new) | Owned::Blob(new)) => *data = new,
            None => {}
        },
        Value::Integer(number) => {
            let new = match number.as_signed() {
                Some(number) => ask(place, ValueRef::Integer(number))?,
                None => None,
            };
            if let Some(new) = new {
                *value = Value::String(string(new));
            }
        }
        Value::Array(values) => {
            for (at, value) in values.iter_mut().enumerate() {
                place.path += &format!("/{at}");
                visit(value, place, act)?;
                place.path.truncate(len);
            }
        }
        Value::Dictionary(members) => {
            let outer = std::mem::take(&mut place.name);
            for (name, mut value) in std::mem::take(members) {
                place.is_name = true;
                place.number += 1;
                let new = act(place, ValueRef::Text(name.as_bytes()))?;
                place.is_name = false;
                place.path.push('/');
                place.path += &name;
                place.name.clone_from(&name);
                visit(&mut value, place, act)?;
                place.path.truncate(len);
                members.insert(new.map_or(name, string), value);
            }
            place.name = outer;
        }
        _ => {}
    }
    Ok(())
}

fn string(new: Owned) -> String {
    let (Owned::Text(bytes) | Owned::Blob(bytes)) = new;
    String::from_utf8_lossy(&bytes).into_owned()
}

struct ListReader {
    content: Random,
    bytes: u64,
    not_scanned: u64,
    sorter: Sorter,
    media: VecDeque<Uninspected>,
}

/// A name without what stands for values redacted in it: a copy is read as its original was.
fn without_labels(name: &str) -> String {
    let mut rest = name;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once('[') {
        let is_label = after.starts_with(|c: char| c.is_ascii_uppercase());
        let Some((_, behind)) = after.split_once(']').filter(|_| is_label) else { break };
        plain.push_str(before);
        rest = behind;
    }
    plain + rest
}

impl ListReader {
    fn take(&mut self, place: &Place, value: ValueRef<'_>) {
        let words = without_labels(&place.name).to_lowercase();
        let content = sqlite::content(value, sqlite::is_telling(&words));
        let is_plain = place.name.starts_with(['$', '_'])
            || place.name.starts_with("NS")
            || sqlite::is_plain(&words);
        let label =
            if is_plain || place.is_name { String::new() } else { format!("{}: ", place.name) };
        let (text, mixed) = match &content {
            Content::Nothing => return,
            Content::Media(kind, bytes) => {
                let (kind, bytes) = (*kind, *bytes as u64);
                self.not_scanned += bytes;
                return self.media.push_back(Uninspected {
                    member: Some(format!("#{}", place.number)),
                    kind,
                    bytes,
                });
            }
            Content::Text(text) => (&**text, None),
            Content::Mixed(mixed) => (&*mixed.text, Some(mixed)),
        };
        let column = Arc::from(place.path.as_str());
        let is_binary = mixed.is_some_and(|mixed| mixed.is_binary);
        let cell = Cell { table: Arc::from("plist"), column, row: place.number, is_binary };
        let part = if place.is_name { Part::Key } else { Part::Cell };
        let message = Message::default();
        self.sorter.push(None, message, &Text { part, label: &label, text, mixed, cell });
    }
}

impl Reader for ListReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        let page = self.sorter.next().map(Item::Page);
        Ok(page.or_else(|| self.media.pop_front().map(Item::Uninspected)))
    }

    fn tally(&self) -> Tally {
        let not_scanned = self.not_scanned.min(self.bytes);
        Tally {
            format: "property-list",
            messages: 0,
            bytes_scanned: self.bytes - not_scanned,
            bytes_not_scanned: not_scanned,
            notes: Vec::new(),
        }
    }

    fn snapshot(&self) -> Option<Random> {
        Some(self.content.clone())
    }
}

struct ListWriter {
    out: Box<dyn Output>,
    content: Option<(Random, bool)>,
    /// By number of the text.
    changes: BTreeMap<i64, Vec<Splice>>,
}

impl Writer for ListWriter {
    fn begin(&mut self, base: CopyBase) -> Result<(), FormatError> {
        self.content = base.snapshot.map(|content| (content, base.keep_media));
        Ok(())
    }

    fn put(&mut self, page: &Page, edits: &[Edit]) -> Result<(), FormatError> {
        let changes = sqlite::changes(page, edits)?;
        self.changes.extend(changes.into_iter().map(|(cell, splices)| (cell.row, splices)));
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        let Self { mut out, content, changes } = *self;
        let unwritable = |what: &str| FormatError::new(Problem::Unwritable, what);
        let (content, keeps_media) = content.ok_or_else(|| unwritable("there is no snapshot"))?;
        let mut list = load(&content)?;
        let mut is_changed = false;
        visit(&mut list, &mut Place::default(), &mut |place, value| {
            let is_left_out = matches!(value, ValueRef::Blob(_))
                && matches!(sqlite::content(value, false), Content::Media(kind, _)
                    if !keeps_media || !media::is_kept(kind));
            let new = match changes.get(&place.number) {
                Some(splices) => Some(sqlite::spliced(value, splices)?),
                None => is_left_out.then(|| Owned::Blob(Vec::new())),
            };
            is_changed |= new.is_some();
            Ok(new)
        })?;
        if is_changed {
            list.to_writer_binary(&mut out)
                .map_err(|_| unwritable("the property list cannot be written"))?;
        } else {
            io::copy(&mut content.cursor(), &mut out)?;
        }
        Ok(out.flush()?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use plist::{Dictionary, Uid};

    use super::*;
    use crate::format::SpillSettings;

    fn binary(value: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        value.to_writer_binary(&mut bytes).unwrap();
        bytes
    }

    fn sample() -> Value {
        let mut inner = Dictionary::new();
        inner.insert("491713920012".to_owned(), Value::Array(vec!["a".into(), "b".into()]));
        let mut list = Dictionary::new();
        list.insert("Phone Number".to_owned(), "0171 3920012".into());
        list.insert("Device Name".to_owned(), "Erikas iPhone".into());
        list.insert("Serial".to_owned(), 4711.into());
        list.insert("IMEI Number".to_owned(), 490_154_203_237_518_i64.into());
        list.insert("Note".to_owned(), Value::Data(b"erika@example.org".to_vec()));
        list.insert("Icon".to_owned(), Value::Data(b"\x89PNG\r\n\x1a\n\0\0".to_vec()));
        list.insert("Ref".to_owned(), Value::Uid(Uid::new(7)));
        list.insert("Inner".to_owned(), Value::Dictionary(inner));
        Value::Dictionary(list)
    }

    fn source(bytes: &[u8]) -> Source {
        let spill = SpillSettings::new(std::env::temp_dir());
        Source::random("Info.plist".to_owned(), Random::memory(bytes.to_vec()), &spill)
    }

    fn pages(reader: &mut dyn Reader) -> (Vec<Page>, usize) {
        let (mut pages, mut media) = (Vec::new(), 0);
        while let Some(item) = reader.next().unwrap() {
            match item {
                Item::Page(page) => pages.push(page),
                Item::Uninspected(_) => media += 1,
                Item::Member(_) | Item::Incident(_) => unreachable!(),
            }
        }
        (pages, media)
    }

    #[test]
    fn texts_names_and_telling_numbers_are_read_with_their_paths() {
        let mut reader = PropertyList.open(source(&binary(&sample())), &Limits::default()).unwrap();
        let (pages, media) = pages(&mut *reader);
        let texts: Vec<(&str, &str)> = pages
            .iter()
            .flat_map(|page| page.owned_slots().iter().map(move |slot| (page, slot)))
            .filter(|(_, slot)| slot.part != Part::Key)
            .map(|(page, slot)| (&*slot.cell.as_ref().unwrap().column, page.slot_text(slot)))
            .collect();
        let expected = [
            ("/Phone Number", "Phone Number: 0171 3920012"),
            ("/Device Name", "Device Name: Erikas iPhone"),
            ("/Note", "erika@example.org"),
            ("/Inner/491713920012/0", "491713920012: a"),
            ("/Inner/491713920012/1", "491713920012: b"),
        ];
        for text in expected {
            assert!(texts.contains(&text), "{text:?} in {texts:?}");
        }
        assert_eq!(media, 1, "a picture is named, not read");
    }

    #[test]
    fn a_copy_has_the_edits_and_everything_else() {
        let list = sample();
        let bytes = binary(&list);
        let mut reader = PropertyList.open(source(&bytes), &Limits::default()).unwrap();
        let out = tempfile::NamedTempFile::new().unwrap();
        let file = out.reopen().unwrap();
        let mut writer = PropertyList.copier(Box::new(file)).unwrap();
        let base = CopyBase {
            snapshot: reader.snapshot(),
            spill: SpillSettings::new(std::env::temp_dir()),
            keep_media: false,
            keys: Arc::default(),
            decrypted: false,
            backup: None,
        };
        writer.begin(base).unwrap();
        for page in pages(&mut *reader).0 {
            let mut edits = Vec::new();
            for secret in ["0171 3920012", "erika@example.org", "491713920012"] {
                let found = page.text.match_indices(secret);
                let own = found.filter(|(at, _)| {
                    page.slots
                        .iter()
                        .any(|slot| slot.range.contains(at) && page.own_start(slot) <= *at)
                });
                edits.extend(own.map(|(at, text)| Edit {
                    range: at..at + text.len(),
                    replacement: "[X]".to_owned(),
                }));
            }
            edits.sort_by_key(|edit| edit.range.start);
            writer.put(&page, &edits).unwrap();
        }
        writer.finish().unwrap();
        let copy = Value::from_file(out.path()).unwrap();
        let copy = copy.as_dictionary().unwrap();
        assert_eq!(copy["Phone Number"].as_string(), Some("[X]"));
        assert_eq!(copy["Note"].as_data(), Some(&b"[X]"[..]));
        assert_eq!(copy["Icon"].as_data(), Some(&b""[..]), "pictures are left out");
        assert!(copy["Inner"].as_dictionary().unwrap().contains_key("[X]"));
        let original = list.as_dictionary().unwrap();
        for name in ["Device Name", "Serial", "IMEI Number", "Ref"] {
            assert_eq!(copy[name], original[name], "{name}");
        }
        let order: Vec<&String> = copy.keys().collect();
        assert_eq!(order, original.keys().collect::<Vec<_>>());
    }

    /// Few bytes that stand for more than any memory holds, or for lists without end.
    #[test]
    fn lists_that_grow_are_refused() {
        let mut list = Value::Array(vec!["x".into(); 2]);
        for _ in 0..DEEPEST + 1 {
            list = Value::Array(vec![list]);
        }
        assert!(read(&binary(&list)).is_err(), "deep");
        // Each list holds the one before twice: 2 to the power of 60 values.
        let levels = 60_u8;
        let mut bytes = b"bplist00".to_vec();
        let mut places = Vec::new();
        for level in 0..levels {
            places.push(bytes.len() as u8);
            bytes.extend([0xa2, level + 1, level + 1]);
        }
        places.push(bytes.len() as u8);
        bytes.push(0x09);
        let table = bytes.len() as u64;
        bytes.extend(&places);
        bytes.extend([0, 0, 0, 0, 0, 0, 1, 1]);
        bytes.extend((places.len() as u64).to_be_bytes());
        bytes.extend(0_u64.to_be_bytes());
        bytes.extend(table.to_be_bytes());
        let problem = read(&bytes).map(drop).map_err(|error| error.problem);
        assert_eq!(problem, Err(Problem::Limit(LimitKind::ExpandedBytes)));
        let whole = binary(&sample());
        for at in 8..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0xff;
            let _ = read(&damaged);
            let _ = read(&damaged[..at]);
        }
    }
}
