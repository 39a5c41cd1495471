//! Character references of HTML and XML.

use std::ops::Range;

use crate::format::derived::Derived;

/// Names of U+00A0 to U+00FF, in order.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr \
deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest \
Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml \
ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig \
agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml \
eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// Others that are written in practice.
const OTHERS: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("euro", '€'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("hellip", '…'),
    ("bull", '•'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    // Of the names that HTML has for ASCII, those of what stands in values.
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("excl", '!'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("equals", '='),
    ("quest", '?'),
    ("commat", '@'),
    ("lowbar", '_'),
    ("hyphen", '‐'),
    ("dash", '‐'),
];

/// Hands out a stretch of the source with its references decoded.
pub(super) fn write(page: &mut Derived<'_>, text: &str, range: Range<usize>) {
    let mut at = range.start;
    let mut plain = at;
    while let Some(found) = memchr::memchr(b'&', &text.as_bytes()[at..range.end]) {
        at += found;
        let Some((character, len)) = reference(&text[at..range.end]) else {
            at += 1;
            continue;
        };
        page.copy(plain..at);
        page.push(character, at);
        at += len;
        plain = at;
    }
    page.copy(plain..range.end);
    page.step(range.end);
}

/// What a reference stands for, and its length.
fn reference(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let number = name.strip_prefix('#').map(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    });
    let character = match number {
        Some(number) => char::from_u32(number.ok()?)?,
        None => named(name)?,
    };
    Some((character, end + 1))
}

fn named(name: &str) -> Option<char> {
    if let Some((_, character)) = OTHERS.iter().find(|(known, _)| *known == name) {
        return Some(*character);
    }
    let at = LATIN.split_whitespace().position(|known| known == name)?;
    char::from_u32(0xA0 + u32::try_from(at).ok()?)
}

/// A text as it must stand in text and attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let cases = [
            // (text, character and length, why)
            ("&amp;x", Some(('&', 5)), "a name"),
            ("&commat;x", Some(('@', 8)), "a name of ASCII"),
            ("&period;", Some(('.', 8)), "another"),
            ("&uuml;", Some(('ü', 6)), "a letter"),
            ("&#x44;", Some(('D', 6)), "a number"),
            ("&#68;", Some(('D', 5)), "a decimal one"),
            ("&nothing;", None, "no name"),
            ("& b", None, "no reference"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(reference(text), expected, "{why}");
        }
    }
}
