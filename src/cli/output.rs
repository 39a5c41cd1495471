//! The only way to the terminal: results to stdout, everything else to stderr.

use std::io::{self, IsTerminal as _, Write as _};

use clap::builder::StyledStr;
use sparsam::report::terminal_safe;

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

/// As [`complain`], for several lines that name nobody.
pub(super) fn complain_whole(text: &str) {
    let _ = io::stderr().lock().write_all(plain(text).as_bytes());
}

/// Text whose lines cannot mislead a terminal: file names can hold anything.
pub(super) fn plain(text: &str) -> String {
    text.split('\n').map(terminal_safe).collect::<Vec<_>>().join("\n")
}
