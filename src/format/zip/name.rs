//! Names of members: as they were written, and as a copy may carry them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::record::{Fields, extras};

/// Extra field with the name in UTF-8 (Info-ZIP).
const UNICODE_PATH: u16 = 0x7075;
/// Flag: name and comment are UTF-8.
const UTF8: u16 = 1 << 11;

/// Code page 437 from 0x80 on.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The name of an entry: Info-ZIP's Unicode name where it belongs to this name, else UTF-8 where
/// flagged or valid, else code page 437.
pub(super) fn decode(name: &[u8], flags: u16, extra: &[u8]) -> String {
    for (id, content) in extras(extra) {
        if id == UNICODE_PATH
            && content.first() == Some(&1)
            && Fields(content).u32(1) == crc(name)
            && let Some(Ok(path)) = content.get(5..).map(std::str::from_utf8)
        {
            return path.to_owned();
        }
    }
    text(name, flags).into_owned()
}

/// Text of a name or comment without extra fields.
pub(super) fn text(bytes: &[u8], flags: u16) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) if flags & UTF8 != 0 => String::from_utf8_lossy(bytes),
        Err(_) => bytes.iter().map(|&byte| cp437(byte)).collect::<String>().into(),
    }
}

fn cp437(byte: u8) -> char {
    static HIGH: LazyLock<Vec<char>> = LazyLock::new(|| CP437.chars().collect());
    match byte.checked_sub(0x80) {
        None => byte.into(),
        Some(high) => HIGH[usize::from(high)],
    }
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The part after the last separator.
pub(super) fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or_default()
}

/// Longest part of a path in a copy, in bytes: file systems take 255, counters need some.
const PART_LEN: usize = 200;
/// Longest path in a copy, in bytes.
const PATH_LEN: usize = 4000;

/// Names of one copy: relative, without parts that lead elsewhere, and unique on every file system.
#[derive(Default)]
pub(in crate::format) struct SafeNames {
    files: HashSet<String>,
    folders: HashSet<String>,
    /// Next number to try for a name that was taken.
    next: HashMap<String, u32>,
}

impl SafeNames {
    /// The safe form of a file's name, other than all before it.
    pub(in crate::format) fn file(&mut self, name: &str) -> String {
        let mut parts = safe_parts(name);
        let last = parts.pop().unwrap_or_else(|| "unnamed".to_owned());
        let folder = self.folder_of(&parts);
        let path = self.free(&folder, &last);
        self.files.insert(key(&path));
        format!("{}{path}", here(name))
    }

    /// The safe form of a folder's name; `None` if there is such a folder already.
    pub(in crate::format) fn folder(&mut self, name: &str) -> Option<String> {
        let parts = safe_parts(name);
        let known = self.folders.len();
        let path = self.folder_of(&parts);
        let here = here(name);
        if parts.is_empty() && !here.is_empty() {
            self.folders.insert(String::new());
        }
        (self.folders.len() > known).then(|| format!("{here}{path}"))
    }

    /// The path of these folders with a slash at its end, empty for none.
    fn folder_of(&mut self, parts: &[String]) -> String {
        let mut path = String::new();
        for part in parts {
            let here = format!("{path}{part}");
            let here = if self.files.contains(&key(&here)) { self.free(&path, part) } else { here };
            self.folders.insert(key(&here));
            path = here + "/";
        }
        path
    }

    /// `folder` + `last`, with a number if that is taken.
    fn free(&mut self, folder: &str, last: &str) -> String {
        let first = format!("{folder}{last}");
        let taken = key(&first);
        if !self.is_taken(&taken) {
            return first;
        }
        let (stem, ending) = match last.rfind('.') {
            Some(dot) if dot > 0 => last.split_at(dot),
            _ => (last, ""),
        };
        let mut number = self.next.get(&taken).copied().unwrap_or(2);
        loop {
            let path = format!("{folder}{stem} ({number}){ending}");
            number += 1;
            if !self.is_taken(&key(&path)) {
                self.next.insert(taken, number);
                return path;
            }
        }
    }

    fn is_taken(&self, key: &str) -> bool {
        self.files.contains(key) || self.folders.contains(key)
    }
}

/// How a path begins that says so: from here.
fn here(name: &str) -> &'static str {
    if name == "." || name.starts_with("./") { "./" } else { "" }
}

/// Names that differ in case only are one name on Windows and macOS.
fn key(path: &str) -> String {
    path.to_lowercase()
}

fn safe_parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = name
        .split(['/', '\\'])
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .map(safe_part)
        .collect();
    let mut len: usize = parts.iter().map(|part| part.len() + 1).sum();
    while len > PATH_LEN {
        len -= parts.remove(0).len() + 1;
    }
    parts
}

fn safe_part(part: &str) -> String {
    let is_bad = |c: char| c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*');
    let mut safe: String = part.chars().map(|c| if is_bad(c) { '_' } else { c }).collect();
    if safe.len() > PART_LEN {
        let ending = safe.rfind('.').map_or("", |dot| &safe[dot..]);
        let ending = if ending.len() > 16 { "" } else { ending }.to_owned();
        safe.truncate(safe.floor_char_boundary(PART_LEN - ending.len()));
        safe += &ending;
    }
    safe.truncate(safe.trim_end_matches(['.', ' ']).len());
    if safe.is_empty() {
        return "_".to_owned();
    }
    if is_reserved(&safe) {
        safe.insert(0, '_');
    }
    safe
}

/// Names of devices on Windows, with any ending.
fn is_reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = |name: &str| {
        let digit = stem.strip_prefix(name).and_then(|digit| digit.parse::<u8>().ok());
        digit.is_some_and(|digit| digit < 10)
    };
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_decoded() {
        let unicode = |crc: u32, path: &str| {
            let mut field = vec![0x75, 0x70, (5 + path.len()) as u8, 0, 1];
            field.extend(crc.to_le_bytes());
            field.extend(path.as_bytes());
            field
        };
        type Case<'a> = (&'a [u8], u16, Vec<u8>, &'a str, &'a str);
        let cases: [Case<'_>; 6] = [
            ("Grüße.txt".as_bytes(), UTF8, vec![], "Grüße.txt", "flagged UTF-8"),
            ("Grüße.txt".as_bytes(), 0, vec![], "Grüße.txt", "UTF-8 without the flag"),
            (b"Gr\x81\xe1e.txt", 0, vec![], "Grüße.txt", "code page 437"),
            (b"M\xfcller", UTF8, vec![], "M\u{fffd}ller", "flagged, but no UTF-8"),
            (b"a.txt", 0, unicode(crc(b"a.txt"), "ä.txt"), "ä.txt", "Unicode name"),
            (b"a.txt", 0, unicode(1, "ä.txt"), "a.txt", "Unicode name of another name"),
        ];
        for (name, flags, extra, expected, why) in cases {
            assert_eq!(decode(name, flags, &extra), expected, "{why}");
        }
        assert_eq!(CP437.chars().count(), 128);
    }

    #[test]
    fn names_in_copies_are_safe() {
        let cases = [
            ("../../etc/x.txt", "etc/x.txt", "leads up"),
            ("/tmp/x.txt", "tmp/x.txt", "absolute"),
            ("..\\..\\x.txt", "x.txt", "backslashes"),
            ("C:\\Windows\\x.txt", "C_/Windows/x.txt", "drive"),
            ("\\\\srv\\c$\\x.txt", "srv/c$/x.txt", "network share"),
            ("a/./b/../x.txt", "a/b/x.txt", "dots"),
            ("./a/x.txt", "./a/x.txt", "from here"),
            (".//../x.txt", "./x.txt", "from here, and up"),
            ("chat.txt\0.jpg", "chat.txt_.jpg", "NUL"),
            ("\u{1b}[2J\nx", "_[2J_x", "terminal controls"),
            ("CON.txt", "_CON.txt", "device name"),
            ("chat.txt. ", "chat.txt", "ending that Windows drops"),
            ("...", "_", "nothing left"),
            ("", "unnamed", "empty"),
            ("..", "unnamed", "only a way up"),
            ("WhatsApp Chat mit Jörg.txt", "WhatsApp Chat mit Jörg.txt", "as it is"),
        ];
        for (name, safe, why) in cases {
            assert_eq!(SafeNames::default().file(name), safe, "{why}");
        }
        let long = SafeNames::default().file(&("ü".repeat(40_000) + ".txt"));
        assert!(long.len() <= PART_LEN && long.ends_with("ü.txt"), "{long}");
    }

    #[test]
    fn names_in_copies_are_unique() {
        let mut names = SafeNames::default();
        assert_eq!(names.file("a.txt"), "a.txt");
        assert_eq!(names.file("/a.txt"), "a (2).txt");
        assert_eq!(names.file("A.TXT"), "A (3).TXT", "one name on Windows and macOS");
        assert_eq!(names.file("a (2).txt"), "a (2) (2).txt");
        assert_eq!(names.file("d"), "d");
        assert_eq!(names.file("d/x"), "d (2)/x", "a file cannot be a folder too");
        assert_eq!(names.folder("e/").as_deref(), Some("e/"));
        assert_eq!(names.folder("e/"), None);
        assert_eq!(names.file("e"), "e (2)");
        assert_eq!(names.folder("./").as_deref(), Some("./"));
        assert_eq!(names.folder("./"), None);
        assert_eq!(names.folder("./f/").as_deref(), Some("./f/"));
        assert_eq!(names.folder("f/"), None);
        assert_eq!(names.file("./a.txt"), "./a (4).txt", "the same place");
    }
}
