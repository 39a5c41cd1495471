//! Usage errors in German: clap speaks English only, but says what happened as data.

use std::error::Error as _;
use std::fmt::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use sparsam::report::{Lang, phrase};

/// The error as German text; in English where clap says something that has no words here.
pub(super) fn german(error: &clap::Error) -> String {
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let argument = text(ContextKind::InvalidArg);
    let value = text(ContextKind::InvalidValue);
    let mut out = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("den Befehl „{}“ gibt es nicht", text(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand => "es fehlt ein Befehl".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("es fehlt: {argument}"),
        ErrorKind::UnknownArgument => format!("das Argument „{argument}“ wird nicht erwartet"),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} braucht einen Wert"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("der Wert „{value}“ für {argument} gilt nicht")
        }
        ErrorKind::ArgumentConflict if text(ContextKind::PriorArg) == argument => {
            format!("{argument} darf nur einmal stehen")
        }
        ErrorKind::ArgumentConflict => {
            format!("{argument} geht nicht zusammen mit {}", text(ContextKind::PriorArg))
        }
        ErrorKind::TooManyValues => format!("der Wert „{value}“ für {argument} ist zu viel"),
        ErrorKind::InvalidUtf8 => "ein Argument ist kein gültiges UTF-8".to_owned(),
        _ => return error.to_string(),
    };
    if let Some(reason) = error.source() {
        let _ = write!(out, ": {}", phrase(&reason.to_string(), Lang::De));
    }
    out = format!("Fehler: {out}\n");
    let valid = text(ContextKind::ValidValue);
    if !valid.is_empty() {
        let _ = writeln!(out, "  möglich sind: {valid}");
    }
    for kind in
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
    {
        let meant = text(kind);
        if !meant.is_empty() {
            let _ = writeln!(out, "\n  vielleicht gemeint: {meant}");
        }
    }
    let usage = text(ContextKind::Usage).replace("Usage:", "Aufruf:");
    if !usage.is_empty() {
        let _ = writeln!(out, "\n{usage}");
    }
    out + "\nMehr sagt --help.\n"
}
