//! JSON (RFC 8259) token by token, in text that arrives piece by piece.

use std::ops::Range;

/// Objects and arrays inside each other.
pub(super) const DEPTH: usize = 128;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    OpenObject,
    OpenArray,
    Close,
    /// Name of a member.
    Key,
    /// A string, or a piece of one that is too long.
    Text,
    /// Number, `true`, `false` or `null`.
    Bare,
}

/// A token and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    /// With quotes, where it has them.
    pub(super) range: Range<usize>,
    /// Without quotes.
    pub(super) content: Range<usize>,
    /// Objects and arrays around what comes next.
    pub(super) depth: usize,
}

/// What was found at the place reached.
#[derive(Debug)]
pub(super) enum Step {
    Lexeme(Lexeme),
    /// More text is needed to say.
    More,
    /// No JSON, from there on.
    Bad,
    /// Deeper than [`DEPTH`], from there on.
    Deep,
    /// The text ends between two values.
    End,
    /// The text ends inside of a value.
    Cut,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A value of its own, or the end.
    Top,
    Value,
    ValueOrClose,
    Key,
    KeyOrClose,
    Colon,
    CommaOrClose,
}

/// Where reading stands.
#[derive(Debug)]
pub(super) struct Lexer {
    /// Next byte to look at.
    pub(super) at: usize,
    /// For each container whether it is an object.
    stack: Vec<bool>,
    expect: Expect,
    /// Inside of a string that was cut.
    is_inside: bool,
}

impl Lexer {
    /// At the start of a text of one or more values.
    pub(super) fn new() -> Self {
        Self { at: 0, stack: Vec::new(), expect: Expect::Top, is_inside: false }
    }

    /// The next token of `text`; `is_all`: nothing comes after it.
    pub(super) fn next(&mut self, text: &str, is_all: bool) -> Step {
        let bytes = text.as_bytes();
        let unfinished = if is_all { Step::Cut } else { Step::More };
        if self.is_inside {
            return self.string(text, self.at).unwrap_or(unfinished);
        }
        loop {
            let Some(&byte) = bytes.get(self.at) else {
                return match self.expect {
                    _ if !is_all => Step::More,
                    Expect::Top => Step::End,
                    _ => Step::Cut,
                };
            };
            match (byte, self.expect) {
                (b' ' | b'\t' | b'\r' | b'\n', _) => self.at += 1,
                // A byte order mark.
                (0xEF, Expect::Top) if self.at == 0 && text.starts_with('\u{feff}') => self.at = 3,
                (b':', Expect::Colon) => {
                    self.at += 1;
                    self.expect = Expect::Value;
                }
                (b',', Expect::CommaOrClose) => {
                    self.at += 1;
                    let is_object = self.stack.last() == Some(&true);
                    self.expect = if is_object { Expect::Key } else { Expect::Value };
                }
                (b'"', Expect::Key | Expect::KeyOrClose)
                | (b'"', Expect::Top | Expect::Value | Expect::ValueOrClose) => {
                    return self.string(text, self.at + 1).unwrap_or(unfinished);
                }
                (b'{' | b'[', Expect::Top | Expect::Value | Expect::ValueOrClose) => {
                    if self.stack.len() == DEPTH {
                        return Step::Deep;
                    }
                    let is_object = byte == b'{';
                    self.stack.push(is_object);
                    self.expect = if is_object { Expect::KeyOrClose } else { Expect::ValueOrClose };
                    let token = if is_object { Token::OpenObject } else { Token::OpenArray };
                    return self.lexeme(token, 1);
                }
                (b'}', Expect::KeyOrClose | Expect::CommaOrClose)
                    if self.stack.last() == Some(&true) =>
                {
                    return self.close();
                }
                (b']', Expect::ValueOrClose | Expect::CommaOrClose)
                    if self.stack.last() == Some(&false) =>
                {
                    return self.close();
                }
                (_, Expect::Top | Expect::Value | Expect::ValueOrClose) => {
                    let rest = &bytes[self.at..];
                    let is_bare = |b: &u8| b.is_ascii_alphanumeric() || b"+-.".contains(b);
                    let len = rest.iter().take_while(|b| is_bare(b)).count();
                    if len == rest.len() && !is_all && len < 64 {
                        return Step::More;
                    }
                    if !is_literal(&text[self.at..self.at + len]) {
                        return Step::Bad;
                    }
                    self.value_done();
                    return self.lexeme(Token::Bare, len);
                }
                _ => return Step::Bad,
            }
        }
    }

    /// Gives out what is there of a string whose end is too far away.
    pub(super) fn cut_string(&mut self, text: &str) -> Option<Lexeme> {
        let is_start = !self.is_inside;
        let start = self.at + usize::from(is_start);
        let is_text = matches!(self.expect, Expect::Top | Expect::Value | Expect::ValueOrClose);
        if is_start && !(is_text && text.as_bytes().get(self.at) == Some(&b'"')) {
            return None;
        }
        // An escape takes up to twelve bytes with the second half of a character.
        let mut end = text.floor_char_boundary(text.len().saturating_sub(16));
        while end > start && text[..end].ends_with('\\') {
            end -= 1;
        }
        let tail = text.get(end.saturating_sub(16).max(start)..end)?;
        if let Some(escape) = tail.rfind('\\') {
            end -= tail.len() - escape;
        }
        while end > start && text[..end].ends_with('\\') {
            end -= 1;
        }
        if end <= start {
            return None;
        }
        let range = self.at..end;
        self.at = end;
        self.is_inside = true;
        let depth = self.stack.len();
        Some(Lexeme { token: Token::Text, range, content: start..end, depth })
    }

    fn string(&mut self, text: &str, start: usize) -> Option<Step> {
        let bytes = text.as_bytes();
        let mut at = start;
        loop {
            let found = memchr::memchr3(b'"', b'\\', b'\n', &bytes[at..])?;
            at += found;
            match bytes[at] {
                b'"' => break,
                b'\n' => return Some(Step::Bad),
                _ => at += 2,
            }
            if at > bytes.len() {
                return None;
            }
        }
        let is_key = matches!(self.expect, Expect::Key | Expect::KeyOrClose);
        let token = if is_key { Token::Key } else { Token::Text };
        let range = self.at..at + 1;
        self.at = at + 1;
        self.is_inside = false;
        if is_key {
            self.expect = Expect::Colon;
        } else {
            self.value_done();
        }
        let depth = self.stack.len();
        Some(Step::Lexeme(Lexeme { token, range, content: start..at, depth }))
    }

    fn close(&mut self) -> Step {
        self.stack.pop();
        self.value_done();
        self.lexeme(Token::Close, 1)
    }

    fn value_done(&mut self) {
        self.expect = if self.stack.is_empty() { Expect::Top } else { Expect::CommaOrClose };
    }

    fn lexeme(&mut self, token: Token, len: usize) -> Step {
        let range = self.at..self.at + len;
        self.at += len;
        let depth = self.stack.len();
        Step::Lexeme(Lexeme { token, content: range.clone(), range, depth })
    }
}

/// Whether a word is a number or a constant; `NaN` and the like are written by many programs.
fn is_literal(word: &str) -> bool {
    matches!(word, "true" | "false" | "null" | "NaN" | "Infinity" | "-Infinity")
        || word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && word.parse::<f64>().is_ok()
}

/// All tokens of a text that is one object or array; `None`: it is none.
pub(super) fn whole(text: &str) -> Option<Vec<Lexeme>> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut lexer = Lexer::new();
    let mut lexemes: Vec<Lexeme> = Vec::new();
    loop {
        match lexer.next(text, true) {
            Step::Lexeme(lexeme) => lexemes.push(lexeme),
            Step::End => return Some(lexemes),
            _ => return None,
        }
    }
}

/// Whether `head` begins like JSON; `is_all`: it is not cut.
pub(super) fn begins(head: &str, is_all: bool) -> bool {
    let mut lexer = Lexer::new();
    let mut tokens = 0;
    if !head.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        return false;
    }
    loop {
        match lexer.next(head, is_all) {
            Step::Lexeme(_) => tokens += 1,
            Step::More | Step::Deep => return true,
            Step::End => return tokens > 1,
            Step::Bad | Step::Cut => return false,
        }
    }
}
