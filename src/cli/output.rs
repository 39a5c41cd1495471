//! The only way to the terminal: results to stdout, everything else to stderr.

use std::io::{self, IsTerminal as _, Write as _};

use clap::builder::StyledStr;

/// Writes a result to stdout.
///
/// # Errors
/// stdout is closed or full.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// As [`print`], for help: in colours if it goes to a terminal.
///
/// # Errors
/// stdout is closed or full.
pub(super) fn print_styled(text: &StyledStr) -> io::Result<()> {
    if io::stdout().is_terminal() {
        print(&text.ansi().to_string())
    } else {
        print(&text.to_string())
    }
}

/// Says something on stderr; there is nobody to tell if that fails.
pub(super) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "sparsam: {}", plain(text));
}

/// As [`complain`], for usage errors in clap's own form.
pub(super) fn complain_styled(text: &StyledStr) {
    let mut err = io::stderr().lock();
    let _ = if err.is_terminal() {
        write!(err, "{}", text.ansi())
    } else {
        // Quotes the command line, which may hold file names made to mislead a terminal.
        err.write_all(plain(&text.to_string()).as_bytes())
    };
}

/// The text with control and direction characters escaped: file names can hold anything.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let misleads = c.is_control() && c != '\n'
            || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if misleads {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_the_cursor_or_turns_the_text() {
        let cases = [
            // (text, as printed, why)
            ("Käthe 👍\nzwei", "Käthe 👍\nzwei", "ordinary text and line ends stay"),
            ("a\u{1b}[2Jb", "a\\u{1b}[2Jb", "escape sequence"),
            ("a\u{9b}b", "a\\u{9b}b", "C1 control"),
            ("gpj.\u{202e}txt", "gpj.\\u{202e}txt", "right-to-left override"),
        ];
        for (text, printed, why) in cases {
            assert_eq!(plain(text), printed, "{why}");
        }
    }
}
