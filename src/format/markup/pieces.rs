//! Tags, texts, comments.

use std::ops::Range;

use crate::model::Edit;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A tag that is a line end or a tab.
    Break,
    /// A tag that only says how text looks.
    Inline,
    /// Any other tag.
    Block,
    /// Content of a script or style, or text in a section of its own.
    Script,
    /// A comment, declaration or instruction.
    Comment,
}

/// A piece and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// Elements of HTML and spreadsheets that do not end a run of text.
const INLINE: &[&str] = &[
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "big",
    "cite",
    "code",
    "em",
    "font",
    "i",
    "kbd",
    "mark",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "tt",
    "u",
    "var",
    "wbr",
    "r",
    "t",
    "rpr",
    "sz",
    "color",
    "rfont",
    "family",
    "scheme",
    "charset",
    "text:span",
    "text:a",
];
/// Elements of text documents and drawings that do.
const BLOCKS: &[&str] = &[
    "w:p",
    "w:tc",
    "w:tr",
    "w:tbl",
    "w:body",
    "w:document",
    "w:hdr",
    "w:ftr",
    "w:footnote",
    "w:endnote",
    "w:comment",
    "w:sdt",
    "w:instrtext",
    "w:txbxcontent",
    "w:ind",
    "w:styles",
    "w:style",
    "a:p",
    "a:txbody",
];
const BREAKS: &[&str] =
    &["br", "w:br", "w:cr", "w:tab", "a:br", "text:tab", "text:line-break", "text:s"];
/// Attributes of looks, passed over where their value is one ([`is_look`]).
const SILENT: &[&str] = &[
    "class",
    "style",
    "d",
    "points",
    "viewbox",
    "transform",
    "srcset",
    "integrity",
    "xml:space",
    "w14:paraid",
    "w14:textid",
    "w:color",
    "w:fill",
    "lastclr",
    "panose",
];
/// Elements of text documents whose attributes are all looks.
const SILENT_TAGS: &[&str] =
    &["w:color", "w:shd", "w:panose1", "w:sig", "w:pgsz", "w:pgmar", "a:srgbclr"];
/// Attributes that are texts whatever they look like.
const TEXTS: &[&str] = &["title", "alt", "value", "content", "placeholder", "descr", "w:author"];

/// The piece that begins at `at`; `None`: its end is not in `text`, or nothing is left.
/// `raw_text`: inside of this element, which holds no tags.
pub(super) fn piece(text: &str, at: usize, raw_text: Option<&str>, is_all: bool) -> Option<Piece> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let found = |kind: Kind, len: usize| Some(Piece { kind, range: at..at + len });
    if let Some(name) = raw_text {
        return match end_of_raw(rest, name) {
            Some(0) => tag(text, at, is_all),
            Some(len) => found(Kind::Script, len),
            None if is_all => found(Kind::Script, rest.len()),
            None => None,
        };
    }
    for (start, end, kind) in [
        ("<!--", "-->", Kind::Comment),
        ("<![CDATA[", "]]>", Kind::Script),
        ("<?", "?>", Kind::Comment),
    ] {
        if let Some(content) = rest.strip_prefix(start) {
            return match content.find(end) {
                Some(len) => found(kind, start.len() + len + end.len()),
                None if is_all => found(Kind::Comment, rest.len()),
                None => None,
            };
        }
        if !is_all && start.starts_with(rest) {
            return None;
        }
    }
    let bytes = rest.as_bytes();
    if bytes[0] == b'<'
        && bytes.get(1).is_some_and(|b| b.is_ascii_alphabetic() || b"/!".contains(b))
    {
        return tag(text, at, is_all);
    }
    if bytes == b"<" && !is_all {
        return None;
    }
    match memchr::memchr(b'<', &bytes[1..]) {
        Some(len) => found(Kind::Text, len + 1),
        None if is_all => found(Kind::Text, rest.len()),
        None => None,
    }
}

fn tag(text: &str, at: usize, is_all: bool) -> Option<Piece> {
    let rest = &text[at..];
    let Some(len) = end_of_tag(rest.as_bytes()) else {
        return is_all.then_some(Piece { kind: Kind::Text, range: at..text.len() });
    };
    let range = at..at + len;
    let name = name_of(&rest[..len]).to_ascii_lowercase();
    let kind = if name.starts_with('!') {
        Kind::Comment
    } else if BREAKS.contains(&&*name) {
        Kind::Break
    } else if INLINE.contains(&&*name)
        || (name.starts_with("w:") || name.starts_with("a:")) && !BLOCKS.contains(&&*name)
    {
        let speaks = attributes(text, range.clone())
            .into_iter()
            .any(|(name, value)| is_text(&text[name], &text[value]));
        if speaks { Kind::Block } else { Kind::Inline }
    } else {
        Kind::Block
    };
    Some(Piece { kind, range })
}

/// Length of a tag; `>` inside of quotes does not end it.
fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += bytes.get(at..)?.iter().position(|b| matches!(b, b'>' | b'"' | b'\''))?;
        match bytes[at] {
            b'>' => return Some(at + 1),
            // Only after an equals sign: elsewhere it is a stray one.
            quote if bytes[..at].trim_ascii_end().ends_with(b"=") => {
                at += 2 + memchr::memchr(quote, &bytes[at + 1..])?;
            }
            _ => at += 1,
        }
    }
}

fn name_of(tag: &str) -> &str {
    let tag = tag.trim_start_matches(['<', '/']);
    tag.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default()
}

/// The element whose content is no markup, if this tag begins one.
pub(super) fn raw_text(text: &str, piece: &Piece) -> Option<&'static str> {
    let tag = &text[piece.range.clone()];
    if piece.kind != Kind::Block || tag.starts_with("</") || tag.ends_with("/>") {
        return None;
    }
    ["script", "style"].into_iter().find(|name| name_of(tag).eq_ignore_ascii_case(name))
}

fn end_of_raw(text: &str, name: &str) -> Option<usize> {
    text.match_indices("</").map(|it| it.0).find(|at| {
        let rest = text.get(at + 2..at + 2 + name.len());
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case(name))
    })
}

/// Names and values of a tag's attributes, as places in `text`; those of elements of looks only where
/// they are none.
pub(super) fn attributes(text: &str, tag: Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let whole = &text[tag.clone()];
    let is_silent = SILENT_TAGS.iter().any(|silent| name_of(whole).eq_ignore_ascii_case(silent));
    let lead = whole.len() - whole.trim_start_matches(['<', '/']).len();
    let mut at = tag.start + lead + name_of(whole).len();
    while let Some(equals) = memchr::memchr(b'=', &bytes[at.min(tag.end)..tag.end]) {
        let equals = at + equals;
        let before = text[at..equals].trim_end();
        // White space may be longer than a byte.
        let start =
            before.rsplit(char::is_whitespace).next().map_or(0, |it| before.len() - it.len());
        let name = at + start..at + before.len();
        let mut value = equals + 1;
        while value < tag.end && bytes[value].is_ascii_whitespace() {
            value += 1;
        }
        let Some(quote) = bytes[..tag.end].get(value) else { break };
        let range = if matches!(quote, b'"' | b'\'') {
            let end = tag.end - usize::from(whole.ends_with('>'));
            let len = memchr::memchr(*quote, &bytes[value + 1..tag.end]);
            value + 1..len.map_or(end.max(value + 1), |len| value + 1 + len)
        } else {
            let is_end = |b: &u8| b.is_ascii_whitespace() || *b == b'>';
            let len = bytes[value..tag.end].iter().position(is_end);
            value..len.map_or(tag.end, |len| value + len)
        };
        at = (range.end + 1).min(tag.end);
        if !is_silent || !is_look("", &text[range.clone()]) {
            found.push((name, range));
        }
    }
    found
}

/// Whether the value of an attribute may be about somebody: not a word of a language, a colour or a
/// style.
pub(super) fn is_text(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_silent =
        SILENT.contains(&&*name) || ["xmlns", "w:rsid"].iter().any(|it| name.starts_with(it));
    if value.is_empty() || is_silent && is_look(&name, value) {
        return false;
    }
    TEXTS.contains(&&*name)
        // What stands for something redacted is text as that was.
        || value.contains(['@', ' ', '&', '[', '*'])
        // With a picture in it or without.
        || value.contains("base64,")
        || !value.is_ascii()
        || value.bytes().filter(u8::is_ascii_digit).count() >= 5
        || value.len() > 40
}

/// Whether a value has the form of a colour, font, measure, name of a style or list of coordinates:
/// nothing that stands for something redacted, and no number as long as those of people.
fn is_look(name: &str, value: &str) -> bool {
    let most = match name {
        "d" | "points" | "viewbox" | "transform" => 12,
        "w14:paraid" | "w14:textid" => 8,
        name if name.starts_with("w:rsid") => 8,
        // Three parts of a colour.
        "style" => 9,
        _ => 6,
    };
    // A font by ten classes, each below 16.
    let is_panose = value.len() == 20
        && value.bytes().enumerate().all(|(at, byte)| match at % 2 {
            0 => byte == b'0',
            _ => byte.is_ascii_hexdigit(),
        });
    let is_label =
        value.split('[').skip(1).any(|it| it.starts_with(|c: char| c.is_ascii_uppercase()));
    is_panose
        || value.is_ascii()
            && !value.contains(['@', '*', '&'])
            // A picture in itself.
            && !value.contains("base64,")
            && !is_label
            && longest_number(value) <= most
}

/// Most digits in a row, single spaces and hyphens left out.
fn longest_number(value: &str) -> usize {
    let (mut longest, mut digits, mut gap) = (0, 0, 0);
    for byte in value.bytes() {
        match byte {
            b'0'..=b'9' => (digits, gap) = (digits + 1, 0),
            b' ' | b'-' if gap == 0 => gap = 1,
            _ => digits = 0,
        }
        longest = longest.max(digits);
    }
    longest
}

/// Whether a tag begins the name of who wrote a message.
pub(super) fn is_name(tag: &str) -> bool {
    let class = tag.split("class=\"").nth(1).and_then(|rest| rest.split('"').next());
    class.is_some_and(|class| class.split(' ').any(|word| word == "name"))
}

/// The tags in a stretch of raw markup.
pub(super) fn tags(raw: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += memchr::memchr(b'<', raw.as_bytes().get(at..)?)?;
            let rest = &raw[at..];
            let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
            match end_of_tag(rest.as_bytes()).filter(|_| is_tag) {
                Some(len) => {
                    at += len;
                    return Some(&rest[..len]);
                }
                None => at += 1,
            }
        }
    })
}

/// The tags in a stretch of raw markup that stay when its text is replaced: all but line ends and tabs,
/// which are part of the text.
pub(super) fn kept_tags(raw: &str) -> impl Iterator<Item = &str> {
    let mut tags = tags(raw).peekable();
    std::iter::from_fn(move || {
        loop {
            let tag = tags.next()?;
            let name = name_of(tag).to_ascii_lowercase();
            let is_break = BREAKS.contains(&&*name) && !tag.starts_with("</");
            if is_break && (tag.ends_with("/>") || name == "br") {
                continue;
            }
            let ends = |next: &&str| next.starts_with("</") && name_of(next) == name_of(tag);
            if is_break && tags.next_if(ends).is_some() {
                continue;
            }
            return Some(tag);
        }
    })
}

/// The tag of the spreadsheet's cell whose number is replaced at `at`, as a cell of text; `raw` tells how
/// the file has a stretch of `text`.
pub(super) fn cell_type(
    text: &str,
    at: usize,
    raw: impl Fn(Range<usize>) -> String,
) -> Option<Edit> {
    let value = text[..at].rfind("<v>")?;
    if text[value..at].contains("</v>") {
        return None;
    }
    let start =
        text[..value].rmatch_indices("<c").map(|it| it.0).find(|at| is_cell(&text[*at..]))?;
    let range = start..start + text[start..].find('>')? + 1;
    let mut tag = raw(range.clone());
    match attributes(&tag, 0..tag.len()).into_iter().find(|(name, _)| &tag[name.clone()] == "t") {
        None => tag.insert_str("<c".len(), " t=\"str\""),
        Some((_, kind)) if &tag[kind.clone()] == "n" => tag.replace_range(kind, "str"),
        Some(_) => return None,
    }
    Some(Edit { range, replacement: tag })
}

/// Whether a tag begins a spreadsheet's cell or ends one; `None`: neither.
pub(super) fn opens_cell(tag: &str) -> Option<bool> {
    match tag {
        "</c>" => Some(false),
        _ => is_cell(tag).then(|| !tag.ends_with("/>")),
    }
}

fn is_cell(tag: &str) -> bool {
    tag.strip_prefix("<c").is_some_and(|rest| rest.starts_with([' ', '>']))
}

/// Where an attribute, with the space before it, says that a cell's value is a number or what replaced one.
pub(super) fn number_type(
    text: &str,
    tag: &Range<usize>,
    name: &Range<usize>,
    value: &Range<usize>,
) -> Option<Range<usize>> {
    let is_type = is_cell(&text[tag.clone()])
        && &text[name.clone()] == "t"
        && matches!(&text[value.clone()], "n" | "str");
    let quoted = name.start.checked_sub(1)?..value.end + 1;
    let whole = text.get(quoted.clone()).filter(|_| is_type && quoted.end < tag.end)?;
    (whole.starts_with(' ') && whole.ends_with(['"', '\''])).then_some(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_told_from_values() {
        let cases = [
            // (attribute, value, look)
            ("class", "w3-row message-out", true),
            ("class", "DE89370400440532013000", false),
            ("class", "DE89 3704 0044 0532 0130 00", false),
            ("class", "erika@example.org", false),
            (
                "style",
                "margin: 0 auto 10px; color: rgb(255 255 255); font-family: 'Noto Sans'",
                true,
            ),
            ("style", "x: 4111-1111-1111-1111", false),
            ("style", "x: [IBAN]", false),
            ("d", "M12.036 5.339c-3.635 0-6.591 2.956-6.593 6.589", true),
            ("viewbox", "0 0 1024 1024", true),
            ("points", "4111 1111 1111 1111", false),
            ("w:rsidr", "00A77B3E", true),
            ("w:fill", "FF0000", true),
            ("w:fill", "+49 171 3920012", false),
            ("panose", "020F0502020204030204", true),
            ("panose", "86095742719", false),
        ];
        for (name, value, is_silent) in cases {
            assert_eq!(!is_text(name, value), is_silent, "{name}={value}");
        }
        let tag = r#"<w:color w:val="FF0000" w:note="86095742719"/>"#;
        let found = attributes(tag, 0..tag.len());
        assert_eq!(found.iter().map(|it| &tag[it.1.clone()]).collect::<Vec<_>>(), ["86095742719"]);
    }
}
