//! Words of the language that PDF is written in (ISO 32000-1, 7.2 and 7.3).

/// A word.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'b> {
    /// From `%` to the end of the line, without it.
    Comment(&'b [u8]),
    /// A string, without its escapes.
    Text(Vec<u8>),
    /// Without its slash and escapes.
    Name(Vec<u8>),
    /// A number, an operator, a keyword.
    Word(&'b [u8]),
    /// A list, dictionary or procedure begins.
    Open,
    /// It ends.
    Close,
}

/// Words in their order.
pub(super) struct Tokens<'b> {
    pub(super) bytes: &'b [u8],
    /// Where the next one is looked for.
    pub(super) at: usize,
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    b"()<>[]{}/%".contains(&byte)
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

impl<'b> Tokens<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Goes on behind white space; answers the place.
    pub(super) fn skip_space(&mut self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| is_space(**byte)).count();
        self.at
    }

    /// The next one if it is a word; else nothing is taken.
    pub(super) fn word(&mut self) -> Option<&'b [u8]> {
        let before = self.at;
        match self.next() {
            Some(Token::Word(word)) => Some(word),
            _ => {
                self.at = before;
                None
            }
        }
    }

    fn run(&mut self) -> &'b [u8] {
        let rest = &self.bytes[self.at..];
        let len = rest.iter().take_while(|byte| !is_space(**byte) && !is_delimiter(**byte)).count();
        self.at += len;
        &rest[..len]
    }

    /// A string in round brackets, which may lie inside each other.
    fn text(&mut self) -> Vec<u8> {
        let (mut text, mut depth) = (Vec::new(), 0);
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'(' if depth == 0 => depth = 1,
                b'(' => {
                    depth += 1;
                    text.push(b'(');
                }
                b')' if depth == 1 => break,
                b')' => {
                    depth -= 1;
                    text.push(b')');
                }
                b'\\' => self.escape(&mut text),
                byte => text.push(*byte),
            }
        }
        text
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.bytes.get(self.at) else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'\r' => self.at += usize::from(self.bytes.get(self.at) == Some(&b'\n')),
            b'\n' | b'b' | b'f' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.bytes.get(self.at) else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                text.push(code as u8);
            }
            byte => text.push(*byte),
        }
    }

    /// A string in hexadecimal digits.
    fn digits(&mut self) -> Vec<u8> {
        let rest = &self.bytes[self.at + 1..];
        let len = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        self.at = (self.at + len + 2).min(self.bytes.len());
        let digits: Vec<u8> = rest[..len].iter().filter_map(|byte| hex(*byte)).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect()
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let run = self.run();
        let (mut name, mut at) = (Vec::with_capacity(run.len()), 0);
        while let Some(byte) = run.get(at) {
            let digit = |place: usize| run.get(at + place).and_then(|byte| hex(*byte));
            match (byte, digit(1), digit(2)) {
                (b'#', Some(high), Some(low)) => {
                    name.push(high << 4 | low);
                    at += 3;
                }
                _ => {
                    name.push(*byte);
                    at += 1;
                }
            }
        }
        name
    }
}

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        self.skip_space();
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        Some(match rest {
            [b'%', ..] => {
                let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
                self.at += end;
                Token::Comment(&rest[..end])
            }
            [b'(', ..] => Token::Text(self.text()),
            [b'<', b'<', ..] => {
                self.at += 2;
                Token::Open
            }
            [b'>', b'>', ..] => {
                self.at += 2;
                Token::Close
            }
            [b'<', ..] => Token::Text(self.digits()),
            [b'/', ..] => Token::Name(self.name()),
            [b'[' | b'{', ..] => {
                self.at += 1;
                Token::Open
            }
            [b']' | b'}' | b'>' | b')', ..] => {
                self.at += 1;
                Token::Close
            }
            _ => Token::Word(self.run()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_they_end() {
        let source = b"/A#20B(a\\(b(c)\\101)<41 4>[1 0 R]<<>>% no (text\n-1.5BT";
        let tokens: Vec<Token<'_>> = Tokens::new(source, 0).collect();
        let expected = [
            Token::Name(b"A B".to_vec()),
            Token::Text(b"a(b(c)A".to_vec()),
            Token::Text(b"A@".to_vec()),
            Token::Open,
            Token::Word(b"1"),
            Token::Word(b"0"),
            Token::Word(b"R"),
            Token::Close,
            Token::Open,
            Token::Close,
            Token::Comment(b"% no (text"),
            Token::Word(b"-1.5BT"),
        ];
        assert_eq!(tokens, expected);
    }
}
