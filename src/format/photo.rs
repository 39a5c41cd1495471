//! What a photo says besides its picture: where it was taken (EXIF GPS), by whom, descriptions,
//! comments (EXIF, XMP, IPTC, PNG). The picture itself stays uninspected, and so a copy is the whole
//! file or none.

use std::io::BufReader;
use std::sync::Arc;

use exif::{Exif, In, Tag, Value};

use super::{
    Format, FormatError, Item, Limits, Output, Random, Reader, Source, Tally, Writer, media,
};
use crate::model::{Cell, Message, Page, Part, Problem, Slot};

/// Pictures with texts beside them.
pub(super) struct Photo;

/// Texts beside a picture take no more than this.
const TEXTS: usize = 1 << 20;

impl Format for Photo {
    fn sniff(&self, head: &[u8], _name: &str) -> bool {
        // Without a name, so that only content counts.
        matches!(media::classify(head, ""), Some("photo" | "sticker")) && !head.is_empty()
    }

    fn open(&self, source: Source, _: &Limits) -> Result<Box<dyn Reader>, FormatError> {
        let random = source.into_random()?;
        let mut texts = Vec::new();
        let mut reader = BufReader::new(random.cursor());
        // A photo without any is the usual case.
        if let Ok(exif) = exif::Reader::new().read_from_container(&mut reader) {
            from_exif(&exif, &mut texts);
        }
        segments(&random, &mut texts)?;
        Ok(Box::new(PhotoReader { texts, is_read: false, bytes: random.len() }))
    }

    fn copies_whole(&self) -> bool {
        true
    }

    fn copier(&self, _: Box<dyn Output>) -> Result<Box<dyn Writer>, FormatError> {
        Err(FormatError::new(Problem::Unsupported, "a photo is copied whole or not at all"))
    }
}

/// A name and a text.
type Named = (String, String);

fn from_exif(exif: &Exif, texts: &mut Vec<Named>) {
    let degrees = |value: Tag, side: Tag| {
        let Value::Rational(parts) = &exif.get_field(value, In::PRIMARY)?.value else {
            return None;
        };
        let part = |at: usize| parts.get(at).map_or(0.0, exif::Rational::to_f64);
        let angle = part(0) + part(1) / 60.0 + part(2) / 3600.0;
        let side = exif.get_field(side, In::PRIMARY)?.display_value().to_string();
        let sign = if side.starts_with(['S', 'W']) { -1.0 } else { 1.0 };
        (angle.is_finite() && angle <= 180.0).then_some(angle * sign)
    };
    let latitude = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef);
    let longitude = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef);
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        texts.push(("GPS".to_owned(), format!("{latitude:.6}, {longitude:.6}")));
    }
    for field in exif.fields() {
        let text = match &field.value {
            Value::Ascii(lines) => lines
                .iter()
                .map(|line| String::from_utf8_lossy(line).into_owned())
                .collect::<Vec<_>>()
                .join("\n"),
            // Titles and comments of Windows, and comments with a code of their script before them.
            Value::Byte(bytes) if (0x9C9B..=0x9C9F).contains(&field.tag.number()) => {
                let units = bytes.chunks_exact(2).map(|it| u16::from_le_bytes([it[0], it[1]]));
                char::decode_utf16(units).map(|it| it.unwrap_or('\u{FFFD}')).collect()
            }
            Value::Undefined(bytes, _) if field.tag == Tag::UserComment => {
                String::from_utf8_lossy(bytes.get(8..).unwrap_or_default()).into_owned()
            }
            _ => continue,
        };
        push(texts, &field.tag.to_string(), &text);
    }
}

fn push(texts: &mut Vec<Named>, name: &str, text: &str) {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let is_text = text.chars().any(char::is_alphanumeric);
    if is_text && texts.iter().map(|it| it.1.len()).sum::<usize>() < TEXTS {
        texts.push((name.to_owned(), text.to_owned()));
    }
}

/// Texts in segments of a JPEG and chunks of a PNG or WebP; those of others as they lie.
fn segments(random: &Random, texts: &mut Vec<Named>) -> Result<(), FormatError> {
    let mut head = [0; 12];
    let got = random.read_at(0, &mut head)?;
    let head = &head[..got];
    let mut at = match head {
        [0xFF, 0xD8, ..] => 2_u64,
        [0x89, b'P', b'N', b'G', ..] => 8,
        [b'R', b'I', b'F', b'F', ..] => 12,
        _ => return Ok(()),
    };
    // A file of nothing but segments ends somewhere.
    for _ in 0..4096 {
        let mut start = [0; 8];
        if random.read_at(at, &mut start)? < 8 {
            break;
        }
        let [a, b, c, d, e, f, g, h] = start;
        let (kind, content, next) = match head[0] {
            0xFF => {
                let len = u64::from(u16::from_be_bytes([c, d]));
                // The picture begins.
                if a != 0xFF || b == 0xDA || len < 2 {
                    break;
                }
                let kind = match b {
                    0xFE => "comment",
                    0xE1 => "XMP",
                    0xED => "IPTC",
                    _ => "",
                };
                (kind, at + 4..at + 2 + len, at + 2 + len)
            }
            0x89 => {
                let len = u64::from(u32::from_be_bytes([a, b, c, d]));
                let is_text = matches!(&[e, f, g, h], b"tEXt" | b"iTXt");
                (if is_text { "text" } else { "" }, at + 8..at + 8 + len, at + 12 + len)
            }
            _ => {
                let len = u64::from(u32::from_le_bytes([e, f, g, h]));
                let is_text = &[a, b, c, d] == b"XMP ";
                (if is_text { "XMP" } else { "" }, at + 8..at + 8 + len, at + 8 + len + len % 2)
            }
        };
        if !kind.is_empty() {
            let len = (content.end - content.start).min(TEXTS as u64) as usize;
            let mut bytes = vec![0; len];
            let got = random.read_at(content.start, &mut bytes)?;
            bytes.truncate(got);
            if !bytes.starts_with(b"Exif\0") {
                for text in printable(&bytes) {
                    push(texts, kind, &text);
                }
            }
        }
        at = next;
    }
    Ok(())
}

/// Runs of text in bytes.
fn printable(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes)
        .split(|c: char| c.is_control() && !c.is_whitespace() || c == '\u{FFFD}')
        .filter(|run| run.chars().count() >= 4)
        .map(str::to_owned)
        .collect()
}

struct PhotoReader {
    texts: Vec<Named>,
    is_read: bool,
    bytes: u64,
}

impl Reader for PhotoReader {
    fn next(&mut self) -> Result<Option<Item>, FormatError> {
        if std::mem::replace(&mut self.is_read, true) || self.texts.is_empty() {
            return Ok(None);
        }
        let mut page = Page::default();
        for (row, (name, text)) in self.texts.iter().enumerate() {
            let start = page.text.len();
            page.text.push_str(&format!("{name}: {text}"));
            let range = start..page.text.len();
            page.text.push('\n');
            let cell = Cell {
                table: Arc::from("photo"),
                column: Arc::from(name.as_str()),
                row: row as i64 + 1,
                ..Cell::default()
            };
            let (part, message) = (Part::Other, page.messages.len());
            page.slots.push(Slot { part, message, range, cell: Some(Box::new(cell)) });
            page.messages.push(Message::default());
        }
        page.owned_text = 0..page.text.len();
        page.owned = 0..page.slots.len();
        Ok(Some(Item::Page(page)))
    }

    fn tally(&self) -> Tally {
        let texts = self.texts.iter().map(|it| it.1.len() as u64).sum::<u64>().min(self.bytes);
        Tally {
            format: "photo",
            messages: 0,
            bytes_scanned: texts,
            bytes_not_scanned: self.bytes - texts,
            notes: Vec::new(),
        }
    }

    fn uninspected(&self) -> Option<&'static str> {
        Some("photo")
    }
}
