//! The only way to the terminal: results to stdout, everything else to stderr.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::OnceLock;

use clap::builder::StyledStr;
use sparsam::report::{Lang, phrase, terminal_safe};

/// Writes a result to stdout.
///
/// # Errors
/// stdout is closed or full.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| {
        let kind = error.kind();
        io::Error::new(kind, format!("the standard output cannot be written: {kind}"))
    })
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

/// The language of everything said on stderr.
static LANG: OnceLock<Lang> = OnceLock::new();

/// From now on complaints are in this language.
pub(super) fn speak(lang: Lang) {
    let _ = LANG.set(lang);
}

/// Whether complaints are in German.
pub(super) fn is_german() -> bool {
    LANG.get() == Some(&Lang::De)
}

/// What the sources say in English, in the language of the user.
pub(super) fn told(text: &str) -> String {
    phrase(text, LANG.get().copied().unwrap_or_default()).into_owned()
}

/// What systemd puts before a line that goes to its journal: the severity of syslog(3), as sd-daemon(3)
/// has it. Nothing elsewhere.
fn severity(number: u8) -> String {
    let err = io::stderr();
    match std::env::var_os("JOURNAL_STREAM") {
        Some(_) if !err.is_terminal() => format!("<{number}>"),
        _ => String::new(),
    }
}

/// One line for the journal of systemd, in the form `key=value`; nothing where there is none.
pub(super) fn log(text: &str) {
    let severity = severity(5);
    if !severity.is_empty() {
        let _ = writeln!(io::stderr().lock(), "{severity}sparsam: {}", plain(text));
    }
}

/// Says something on stderr; there is nobody to tell if that fails.
pub(super) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}sparsam: {}", severity(4), plain(&told(text)));
}

/// As [`complain`], for what ends a command.
pub(super) fn complain_error(text: &str) {
    let word = if is_german() { "Fehler" } else { "error" };
    let _ = writeln!(io::stderr().lock(), "{}sparsam: {word}: {}", severity(3), plain(text));
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
