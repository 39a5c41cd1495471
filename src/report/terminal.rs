use std::borrow::Cow;
use std::fmt::Write as _;

/// Text that cannot move a cursor, reorder a line or hide: control, bidi and invisible characters
/// come out as `\u{202e}`. Line breaks and tabs too, so pass single lines.
pub fn terminal_safe(text: &str) -> Cow<'_, str> {
    if !text.contains(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_deceptive(c) {
            let _ = write!(out, "{}", c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether people do not see a character, but the program that shows it acts on it.
pub(super) fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// At most `width` characters: the middle of longer texts becomes `…`, the end (the file name) keeps
/// the larger part.
pub(super) fn shorten(text: &str, width: usize) -> Cow<'_, str> {
    let length = text.chars().count();
    if length <= width {
        return Cow::Borrowed(text);
    }
    let head = width / 3;
    let tail = width.saturating_sub(head + 1);
    let start = text.chars().take(head);
    let end = text.chars().skip(length - tail);
    Cow::Owned(start.chain(['…']).chain(end).collect())
}

/// Lines of at most `width` characters, broken at spaces where there are any.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deceptive_characters_show() {
        let cases = [
            ("Größe 12 € 👍", "Größe 12 € 👍", "ordinary text stays"),
            ("a\u{202e}fdp.exe", "a\\u{202e}fdp.exe", "bidi override"),
            ("\u{1b}[2J", "\\u{1b}[2J", "escape sequence"),
            ("\u{9b}31m", "\\u{9b}31m", "C1 control sequence introducer"),
            ("a\nb\tc", "a\\u{a}b\\u{9}c", "a name cannot start a line"),
            ("pass\u{200b}word", "pass\\u{200b}word", "zero width"),
            ("x\u{e0041}", "x\\u{e0041}", "tag characters"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(terminal_safe(text), expected, "{why}");
        }
    }

    #[test]
    fn the_middle_goes() {
        let cases = [
            ("short", 10, "short", "fits"),
            ("exports/2024/chat.zip", 12, "expo…hat.zip", "end keeps more"),
            ("äöüäöüäöü", 4, "ä…öü", "characters, not bytes"),
            ("abc", 0, "…", "no room"),
        ];
        for (text, width, expected, why) in cases {
            assert_eq!(shorten(text, width), expected, "{why}");
        }
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 4), ["unbreakable"]);
    }
}
