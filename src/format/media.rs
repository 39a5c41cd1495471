//! What a file is that no reader looks into: by its first bytes, else by its name.

/// What kind of file nobody looks into: `photo`, `video`, `audio`, `sticker`, `document`, `archive`,
/// `database`, `database-log`, `encrypted-backup`. `None`: text-like or unknown.
///
/// `head`: the first bytes, up to [`super::SNIFF_BYTES`]; `name`: base name.
pub fn classify(head: &[u8], name: &str) -> Option<&'static str> {
    let ending = ending(name);
    if is_encrypted_backup(&ending) {
        return Some("encrypted-backup");
    }
    by_content(head, name).or_else(|| if is_text(head) { None } else { by_ending(&ending) })
}

/// Whether a name is that of an office document in zip clothes.
pub(super) fn is_office(name: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "docx", "docm", "dotx", "dotm", "xlsx", "xlsm", "xltx", "pptx", "pptm", "ppsx", "potx",
        "odt", "ods", "odp", "odg", "ott",
    ];
    ENDINGS.contains(&ending(name).as_str())
}

/// Whether a zip file is a document or an app: its name says so, or its first entries do.
pub(super) fn is_zip_document(head: &[u8], name: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "docx", "docm", "dotx", "dotm", "xlsx", "xlsm", "xltx", "xlsb", "pptx", "pptm", "ppsx",
        "potx", "odt", "ods", "odp", "odg", "odf", "ott", "epub", "pages", "numbers", "key", "xps",
        "oxps", "vsdx", "apk", "apks", "aab", "jar", "war", "ear", "aar", "ipa", "xpi", "crx",
        "kmz", "idml",
    ];
    const FIRST: &[&[u8]] = &[
        b"[Content_Types].xml",
        b"_rels/",
        b"META-INF/MANIFEST.MF",
        b"META-INF/com/android/",
        b"AndroidManifest.xml",
        b"classes.dex",
    ];
    if ENDINGS.contains(&ending(name).as_str()) {
        return true;
    }
    let Some(first) = head.get(30..) else { return false };
    let len = usize::from(u16::from_le_bytes([head[26], head[27]]));
    let entry = &first[..len.min(first.len())];
    FIRST.iter().any(|start| entry.starts_with(start))
        || entry == b"META-INF/"
        || (entry == b"mimetype" && first[len.min(first.len())..].starts_with(b"application/"))
}

fn by_content(head: &[u8], name: &str) -> Option<&'static str> {
    // (offset, bytes there, kind)
    const MAGIC: &[(usize, &[u8], &str)] = &[
        (0, b"\xff\xd8\xff", "photo"),
        (0, b"\x89PNG\r\n\x1a\n", "photo"),
        (0, b"GIF87a", "photo"),
        (0, b"GIF89a", "photo"),
        (0, b"II*\0", "photo"),
        (0, b"MM\0*", "photo"),
        (0, b"\xff\x0a", "photo"),
        (0, b"\0\0\0\x0cJXL ", "photo"),
        (8, b"WEBP", "sticker"),
        (8, b"AVI ", "video"),
        (8, b"WAVE", "audio"),
        (0, b"\x1aE\xdf\xa3", "video"),
        (0, b"FLV\x01", "video"),
        (0, b"\0\0\x01\xba", "video"),
        (0, b"\0\0\x01\xb3", "video"),
        (0, b"OggS", "audio"),
        (0, b"ID3", "audio"),
        (0, b"fLaC", "audio"),
        (0, b"#!AMR", "audio"),
        (0, b"caff", "audio"),
        (0, b"%PDF-", "document"),
        (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document"),
        (0, b"SQLite format 3\0", "database"),
        (0, b"\x37\x7f\x06\x82", "database-log"),
        (0, b"\x37\x7f\x06\x83", "database-log"),
        (0, b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", "database-log"),
        (0, b"\x1f\x8b", "archive"),
        (0, b"7z\xbc\xaf\x27\x1c", "archive"),
        (0, b"Rar!\x1a\x07", "archive"),
        (0, b"BZh", "archive"),
        (0, b"\xfd7zXZ\0", "archive"),
        (0, b"\x28\xb5\x2f\xfd", "archive"),
        (0, b"\x04\x22\x4d\x18", "archive"),
        (0, b"MSCF", "archive"),
        (257, b"ustar", "archive"),
    ];
    if head.starts_with(b"PK\x03\x04") {
        return Some(if is_zip_document(head, name) { "document" } else { "archive" });
    }
    if is_rich_text(head) {
        return Some("document");
    }
    if head.get(4..8) == Some(b"ftyp") {
        return Some(match head.get(8..12).unwrap_or_default() {
            b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" | b"msf1" | b"avif" | b"avis" => {
                "photo"
            }
            b"M4A " | b"M4B " | b"M4P " => "audio",
            _ => "video",
        });
    }
    let riff = head.starts_with(b"RIFF");
    let found = MAGIC.iter().find(|(at, magic, _)| {
        (*at != 8 || riff) && head.get(*at..).is_some_and(|rest| rest.starts_with(magic))
    });
    match found {
        // Letters alone can begin a text as well.
        Some((_, b"ID3" | b"BZh" | b"caff" | b"MSCF", _)) if is_text(head) => None,
        Some((.., kind)) => Some(kind),
        // MPEG audio: eleven bits of sync, no reserved version, layer or rate.
        None => match head {
            [0xff, second, third, ..]
                if second & 0xe0 == 0xe0
                    && second & 0x18 != 0x08
                    && third & 0xf0 != 0xf0
                    && head.get(..2) != Some(b"\xff\xfe")
                    && !is_text(head) =>
            {
                Some("audio")
            }
            _ => None,
        },
    }
}

/// Whether a file is rich text (RTF), also behind a byte order mark.
pub(super) fn is_rich_text(head: &[u8]) -> bool {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start().starts_with(b"{\\rtf")
}

/// Whether `--keep-media` keeps something of this kind: pictures and sounds, and no archive, whose texts
/// nobody saw.
pub fn is_kept(kind: &str) -> bool {
    !matches!(kind, "archive" | "database" | "database-log" | "encrypted-backup")
}

fn by_ending(ending: &str) -> Option<&'static str> {
    Some(match ending {
        "jpg" | "jpeg" | "jpe" | "png" | "gif" | "heic" | "heif" | "avif" | "tif" | "tiff"
        | "bmp" | "jxl" | "dng" => "photo",
        "mp4" | "m4v" | "mov" | "3gp" | "3g2" | "mkv" | "webm" | "avi" | "mpg" | "mpeg" | "wmv" => {
            "video"
        }
        "opus" | "ogg" | "oga" | "mp3" | "m4a" | "aac" | "amr" | "wav" | "flac" | "wma" | "caf"
        | "mid" => "audio",
        "webp" | "was" => "sticker",
        "pdf" | "doc" | "docx" | "docm" | "xls" | "xlsx" | "xlsm" | "ppt" | "pptx" | "odt"
        | "ods" | "odp" | "rtf" | "pages" | "numbers" | "key" | "epub" | "msg" | "pst" | "xps"
        | "apk" | "jar" => "document",
        "zip" | "rar" | "7z" | "gz" | "tgz" | "tar" | "bz2" | "xz" | "zst" | "lz4" | "cab" => {
            "archive"
        }
        "db" | "sqlite" | "sqlite3" | "sqlitedb" => "database",
        _ => return None,
    })
}

/// WhatsApp's encrypted Android backups: `.crypt`, `.crypt5` to `.crypt15`.
pub fn is_encrypted_backup(ending: &str) -> bool {
    let ending = ending.to_ascii_lowercase();
    ending.strip_prefix("crypt").is_some_and(|version| version.bytes().all(|b| b.is_ascii_digit()))
}

/// A name without the endings that say what a file is: `a` of `a.tar.gz`.
pub fn stem(name: &str) -> &str {
    const TEXTS: &[&str] = &[
        "txt", "log", "csv", "tsv", "json", "jsonl", "ndjson", "xml", "html", "htm", "xhtml",
        "svg", "eml", "mbox", "vcf", "ics", "plist", "sql", "bak",
    ];
    let mut stem = name;
    while let Some((shorter, last)) = stem.rsplit_once('.') {
        let last = last.to_ascii_lowercase();
        let is_known = TEXTS.contains(&&*last)
            || by_ending(&last).is_some()
            || is_office(&format!(".{last}"))
            || is_encrypted_backup(&last);
        if !is_known || shorter.is_empty() || shorter.ends_with('/') {
            break;
        }
        stem = shorter;
    }
    stem
}

fn ending(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase())
}

/// Whether bytes look like text in some encoding: a byte order mark, or no control bytes that text
/// does not have.
pub(super) fn is_text(head: &[u8]) -> bool {
    if [b"\xef\xbb\xbf".as_slice(), b"\xff\xfe", b"\xfe\xff"].iter().any(|b| head.starts_with(b)) {
        return true;
    }
    let head = &head[..head.len().min(4096)];
    let odd = head.iter().filter(|&&b| b < 0x20 && !matches!(b, 7..=13 | 0x1b)).count();
    !head.is_empty() && odd == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let cases: [(&[u8], &str, Option<&str>, &str); 27] = [
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a.txt", Some("photo"), "content before name"),
            (b"\x89PNG\r\n\x1a\n\0\0", "x", Some("photo"), "PNG"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "STK-1.webp", Some("sticker"), "WebP"),
            (b"RIFF\x10\0\0\0WAVEfmt ", "a", Some("audio"), "WAV"),
            (b"\0\0\0\x18ftypisom\0", "VID.mp4", Some("video"), "MP4"),
            (b"\0\0\0\x18ftypheic\0", "x", Some("photo"), "HEIC"),
            (b"\0\0\0\x18ftypM4A \0", "x", Some("audio"), "M4A"),
            (b"\0\0\0\x18ftyp3gp4\0", "x", Some("video"), "3GP"),
            (b"OggS\0\x02\0\0", "PTT-1.opus", Some("audio"), "voice note"),
            (b"ID3\x04\0\0\0", "a.mp3", Some("audio"), "MP3 with tags"),
            (b"ID3 ist ein Format\n", "a.txt", None, "text that begins like a tag"),
            (b"\xff\xfb\x90\x64\0\0", "a", Some("audio"), "MP3 without tags"),
            (b"\xff\xfeH\0a\0l\0", "a.txt", None, "UTF-16 text is no MP3"),
            (b"#!AMR\n\x3c", "a.amr", Some("audio"), "AMR"),
            (b"%PDF-1.7\n", "DOC.pdf", Some("document"), "PDF"),
            (b"{\\rtf1\\ansi", "a", Some("document"), "RTF"),
            (b"\xef\xbb\xbf {\\rtf1", "a.txt", Some("document"), "RTF behind a mark"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "a.doc", Some("document"), "old Office"),
            (b"SQLite format 3\0\x10", "msgstore.db", Some("database"), "SQLite"),
            (b"\x1f\x8b\x08\0", "a", Some("archive"), "gzip"),
            (b"7z\xbc\xaf\x27\x1c\0", "a", Some("archive"), "7z"),
            (b"Rar!\x1a\x07\x01\0", "a", Some("archive"), "RAR"),
            (b"\x01\x02\x03\x04", "msgstore.db.crypt15", Some("encrypted-backup"), "backup"),
            (b"01.03.24, 14:00 - Max: Hallo\n", "chat.jpg", None, "text under a photo's name"),
            (b"", "IMG-1.jpg", Some("photo"), "nothing but a name"),
            (b"BEGIN:VCARD\r\n", "a.vcf", None, "text-like"),
            (b"\0\x01\x02\x03", "unknown.bin", None, "unknown"),
        ];
        for (head, name, kind, why) in cases {
            assert_eq!(classify(head, name), kind, "{why}");
        }
    }

    #[test]
    fn endings_are_told_from_names() {
        let cases = [
            ("erika@firma-web.de.docx", "erika@firma-web.de", "what follows an address"),
            ("erika@firma-web.de", "erika@firma-web.de", "an address"),
            ("a/erika@firma-web.de.TAR.gz", "a/erika@firma-web.de", "two of them"),
            ("msgstore.db.crypt15", "msgstore", "an encrypted backup"),
            ("Chat mit max@firma-web.de.zip", "Chat mit max@firma-web.de", "an archive"),
            ("a/.txt", "a/.txt", "a name of nothing else"),
            ("Nr. 5", "Nr. 5", "none"),
        ];
        for (name, expected, why) in cases {
            assert_eq!(stem(name), expected, "{why}");
        }
    }

    #[test]
    fn documents_in_zip_clothes() {
        let record = |name: &str, content: &str| {
            let mut bytes = b"PK\x03\x04".to_vec();
            bytes.resize(26, 0);
            bytes.extend([name.len() as u8, 0, 0, 0]);
            bytes.extend(name.bytes().chain(content.bytes()));
            bytes
        };
        let cases = [
            (record("[Content_Types].xml", ""), "a.bin", "document", "Office, by its first entry"),
            (record("word/document.xml", ""), "Vertrag.docx", "document", "Office, by its name"),
            (record("mimetype", "application/vnd.oasis"), "a", "document", "OpenDocument"),
            (record("mimetype", "hello"), "a", "archive", "a file of that name"),
            (record("META-INF/MANIFEST.MF", ""), "a", "document", "Java"),
            (record("_chat.txt", ""), "chat.zip", "archive", "an export"),
        ];
        for (head, name, kind, why) in cases {
            assert_eq!(classify(&head, name), Some(kind), "{why}");
        }
    }
}
