//! Usage errors in German: clap speaks English only, but says what happened as data.

use std::error::Error as _;
use std::fmt::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Why a value is refused (`values.rs`), English and German.
const REASONS: [(&str, &str); 5] = [
    (
        "expected new, open or all, or one of them with :LEVEL such as all:LEVEL, LEVEL one of low, medium, high, critical",
        "erwartet wird new, open oder all, auch mit :STUFE wie all:STUFE, STUFE low, medium, high oder critical",
    ),
    (
        "LEVEL is one of low, medium, high, critical",
        "STUFE ist eines von low, medium, high, critical",
    ),
    ("expected a day such as 2026-12-31", "erwartet wird ein Tag wie 2026-12-31"),
    ("expected a number of days such as 90d", "erwartet wird eine Anzahl Tage wie 90d"),
    (
        "expected a number of bytes such as 512MiB or 16GiB",
        "erwartet wird eine Anzahl Bytes wie 512MiB oder 16GiB",
    ),
];

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
        let reason = reason.to_string();
        let known = REASONS.iter().find(|known| known.0 == reason);
        let _ = write!(out, ": {}", known.map_or(&*reason, |known| known.1));
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
