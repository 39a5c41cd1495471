//! German texts of the command line, by their English ones; a test demands one for each.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command};
use sparsam::report::Lang;

/// The command with all its help texts in this language.
pub(super) fn in_language(command: Command, lang: Lang) -> Command {
    match lang {
        Lang::En => command,
        Lang::De => german(command, &mut Vec::new()),
    }
}

/// Translates a command and those below it; `path` holds the names above it.
fn german(command: Command, path: &mut Vec<String>) -> Command {
    path.push(command.get_name().to_owned());
    let subcommands: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let about = command.get_about().map(|text| translated(&text.to_string()));
    let after = command.get_after_help().map(|text| translated(&text.to_string()));
    let mut command = command
        .mut_args(german_arg)
        .subcommand_help_heading("Befehle")
        .subcommand_value_name("BEFEHL")
        .help_template(TEMPLATE);
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    for name in subcommands {
        command = command.mut_subcommand(name, |sub| german(sub, path));
    }
    let usage = usage(&command, &path.join(" "));
    path.pop();
    command.override_usage(usage)
}

const TEMPLATE: &str =
    "{before-help}{about-with-newline}\nAufruf: {usage}\n\n{all-args}{after-help}";

/// clap writes its own words into a usage line, so it is written here, in the order that clap uses.
fn usage(command: &Command, path: &str) -> String {
    let mut usage = format!("{path} [OPTIONEN]");
    let needed = |arg: &&Arg| !arg.is_positional() && arg.is_required_set();
    for arg in command.get_arguments().filter(needed) {
        let _ = write!(usage, " --{} <{}>", arg.get_id().as_str().replace('_', "-"), names(arg));
    }
    for arg in command.get_positionals() {
        let more = if matches!(arg.get_action(), ArgAction::Append) { "..." } else { "" };
        let (open, close) = if arg.is_required_set() { ('<', '>') } else { ('[', ']') };
        let _ = write!(usage, " {open}{}{close}{more}", names(arg));
    }
    if command.has_subcommands() {
        usage.push_str(" <BEFEHL>");
    }
    usage
}

fn names(arg: &Arg) -> String {
    arg.get_value_names().unwrap_or_default().join(" ")
}

fn german_arg(arg: Arg) -> Arg {
    let heading = match arg.get_help_heading() {
        Some(heading) => translated(heading),
        None if arg.is_positional() => "Argumente",
        None => "Optionen",
    };
    let help = arg.get_help().map(|text| translated(&text.to_string()));
    let names: Vec<&str> =
        arg.get_value_names().unwrap_or_default().iter().map(|name| translated(name)).collect();
    // Flags have no value to name.
    let takes_value = arg.get_action().takes_values() && !names.is_empty();
    let arg = if takes_value { arg.value_names(names) } else { arg };
    arg.help(help.unwrap_or_default()).help_heading(heading)
}

/// The German text; the test lets no English one go without.
fn translated(english: &str) -> &'static str {
    texts().find(|entry| entry.0 == english).map_or("", |entry| entry.1)
}

fn texts() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    GERMAN.iter().chain(super::scheduled::german::GERMAN)
}

/// English and German, in the order of `args.rs`.
const GERMAN: &[(&str, &str)] = &[
    (
        "Finds confidential customer data in exported WhatsApp chats, offline",
        "Findet vertrauliche Kundendaten in exportierten WhatsApp-Chats, ohne Netz",
    ),
    (
        "\
Examples:
  sparsam scan exports/                            what was found, by category and severity
  sparsam scan exports/ --report report/           the same as files, for people and programs
  sparsam redact exports/ --out redacted/          redacted copies beside the report
  sparsam verify chat.zip redacted/chat.zip        proof that a copy holds none of it

Exit codes:
  0  all read, nothing found (redact: all copies written and verified)
  1  findings (redact: only with --fail-on)
  2  usage error, could not start, output not writable
  3  something could not be read, or a copy was refused
  130, 143  stopped by a signal",
        "\
Beispiele:
  sparsam scan exporte/                            was gefunden wurde, nach Art und Schwere
  sparsam scan exporte/ --report bericht/          dasselbe als Dateien, für Menschen und Programme
  sparsam redact exporte/ --out geschwaerzt/       dazu geschwärzte Kopien
  sparsam verify chat.zip geschwaerzt/chat.zip     Beweis, dass in einer Kopie nichts davon steht

Rückgabewerte:
  0  alles gelesen, nichts gefunden (redact: alle Kopien geschrieben und geprüft)
  1  Funde (redact: nur mit --fail-on)
  2  falscher Aufruf, Start nicht möglich, Ausgabe nicht schreibbar
  3  etwas war nicht lesbar, oder eine Kopie wurde verweigert
  130, 143  durch ein Signal beendet",
    ),
    (
        "Language of help, reports and summary: de or en [default: that of the system]",
        "Sprache von Hilfe, Berichten und Übersicht: de oder en [Vorgabe: die des Systems]",
    ),
    ("LANG", "SPRACHE"),
    ("Print help", "Diese Hilfe zeigen"),
    ("Print version", "Version zeigen"),
    ("Scan chats and report what they hold", "Chats durchsuchen und berichten, was darin steht"),
    (
        "\
Examples:
  sparsam scan chat.txt
  sparsam scan /srv/exports --report report/ --lang de
  sparsam scan /srv/exports --policy sparsam.toml --fail-on all:high --quiet
  sparsam scan /srv/exports --state state/ --report report/ --fail-on new",
        "\
Beispiele:
  sparsam scan chat.txt
  sparsam scan /srv/exporte --report bericht/ --lang de
  sparsam scan /srv/exporte --policy sparsam.toml --fail-on all:high --quiet
  sparsam scan /srv/exporte --state zustand/ --report bericht/ --fail-on new",
    ),
    (
        "Write redacted copies, and report what was redacted",
        "Geschwärzte Kopien schreiben und berichten, was geschwärzt wurde",
    ),
    (
        "\
Examples:
  sparsam redact exports/ --out redacted/ --dry-run
  sparsam redact exports/ --out redacted/ --report report/
  sparsam redact chat.zip --out redacted/ --participants pseudonym

An original is never changed. A copy that cannot be proven clean is not written.",
        "\
Beispiele:
  sparsam redact exporte/ --out geschwaerzt/ --dry-run
  sparsam redact exporte/ --out geschwaerzt/ --report bericht/
  sparsam redact chat.zip --out geschwaerzt/ --participants pseudonym

Ein Original wird nie verändert. Eine Kopie, die nicht nachweislich sauber ist, wird nicht geschrieben.",
    ),
    (
        "Prove that a redacted copy holds nothing of what its original holds",
        "Beweisen, dass eine geschwärzte Kopie nichts Vertrauliches ihres Originals enthält",
    ),
    (
        "\
Examples:
  sparsam verify chat.zip redacted/chat.zip
  sparsam verify exports/ redacted/ --json > certificate.json

Exit codes: 0 proven, 1 leftover or mismatch, 3 could not be read",
        "\
Beispiele:
  sparsam verify chat.zip geschwaerzt/chat.zip
  sparsam verify exporte/ geschwaerzt/ --json > zertifikat.json

Rückgabewerte: 0 bewiesen, 1 Rest oder Abweichung, 3 nicht lesbar",
    ),
    (
        "Find confidential data in single texts: JSON Lines in, JSON Lines out",
        "Vertrauliche Daten in einzelnen Texten finden: JSON Lines hinein, JSON Lines heraus",
    ),
    (
        "\
In:  {\"id\":1,\"text\":\"DE89 3704 0044 0532 0130 00\",\"before\":[\"Ihre IBAN?\"]}
Out: {\"id\":1,\"spans\":[{\"start\":0,\"end\":27,\"rule\":\"financial.iban\",\"score\":0.99}]}

`id` is anything and comes back as it is. `before` holds earlier messages of the other side and
may be left out. Offsets are bytes of the UTF-8 text. A line that is not understood is named on
stderr, the others go on, and the exit code is 3.",
        "\
Hinein: {\"id\":1,\"text\":\"DE89 3704 0044 0532 0130 00\",\"before\":[\"Ihre IBAN?\"]}
Heraus: {\"id\":1,\"spans\":[{\"start\":0,\"end\":27,\"rule\":\"financial.iban\",\"score\":0.99}]}

`id` ist beliebig und kommt unverändert zurück. `before` enthält frühere Nachrichten der anderen
Seite und darf fehlen. Stellen zählen Bytes des UTF-8-Textes. Eine unverständliche Zeile wird auf
stderr genannt, die anderen gehen weiter, und der Rückgabewert ist 3.",
    ),
    ("List, show and check rules", "Regeln auflisten, zeigen und prüfen"),
    (
        "Print completions for a shell: bash, elvish, fish, powershell or zsh",
        "Vervollständigung für eine Shell ausgeben: bash, elvish, fish, powershell oder zsh",
    ),
    (
        "\
Example:
  sparsam completions bash > ~/.local/share/bash-completion/completions/sparsam",
        "\
Beispiel:
  sparsam completions bash > ~/.local/share/bash-completion/completions/sparsam",
    ),
    ("The shell", "Die Shell"),
    ("SHELL", "SHELL"),
    (
        "Print the man page of sparsam or of one of its commands",
        "Die Handbuchseite von sparsam oder einem seiner Befehle ausgeben",
    ),
    (
        "\
Example:
  sparsam man scan | man -l -",
        "\
Beispiel:
  sparsam man scan | man -l -",
    ),
    ("The command", "Der Befehl"),
    ("COMMAND", "BEFEHL"),
    (
        "Folder of the copies; mirrors the inputs",
        "Ordner der Kopien; aufgebaut wie die Eingaben",
    ),
    (
        "Say what would be written and how much space it takes, write nothing",
        "Sagen, was geschrieben würde und wie viel Platz es braucht; nichts schreiben",
    ),
    (
        "Copy what could be read of a damaged input, and name what is left out",
        "Von einer beschädigten Eingabe kopieren, was lesbar war, und nennen, was fehlt",
    ),
    (
        "Keep photos and other media, although nobody looked into them",
        "Fotos und andere Medien behalten, obwohl niemand hineingesehen hat",
    ),
    (
        "Names and numbers of participants: keep or pseudonym [default: keep]",
        "Namen und Nummern der Beteiligten: keep (behalten) oder pseudonym [Vorgabe: keep]",
    ),
    ("HOW", "WIE"),
    ("Files and folders to read", "Dateien und Ordner, die gelesen werden"),
    ("PATH", "PFAD"),
    ("Write reports into this folder", "Berichte in diesen Ordner schreiben"),
    ("DIR", "ORDNER"),
    (
        "Reports to write, by name, separated by commas [default: jsonl,json,csv,html]",
        "Berichte, die geschrieben werden, durch Kommas getrennt [Vorgabe: jsonl,json,csv,html]",
    ),
    ("LIST", "LISTE"),
    (
        "Read only paths that match this glob; repeatable",
        "Nur Pfade lesen, auf die dieses Muster passt; wiederholbar",
    ),
    ("GLOB", "MUSTER"),
    (
        "Leave out paths that match this glob; repeatable",
        "Pfade auslassen, auf die dieses Muster passt; wiederholbar",
    ),
    (
        "Exit with 1 for findings that are new, open (in the whole state) or all (of this run), from a LEVEL on: low, medium, high or critical [default: scan all:low, redact never]",
        "Rückgabewert 1 bei Funden, die neu (new), offen (open, im ganzen Zustand) oder alle (all, dieses Laufs) sind, ab einer STUFE: low, medium, high oder critical [Vorgabe: scan all:low, redact nie]",
    ),
    ("[new|open|all][:LEVEL]", "[new|open|all][:STUFE]"),
    (
        "Exit with 3 if anything was skipped or could not be looked into, photos included",
        "Rückgabewert 3, wenn etwas übergangen oder nicht durchsehbar war, auch Fotos",
    ),
    (
        "Name of the device the data comes from, for the report",
        "Name des Geräts, von dem die Daten stammen, für den Bericht",
    ),
    ("TAG", "NAME"),
    ("The original: a file or folder", "Das Original: eine Datei oder ein Ordner"),
    ("ORIGINAL", "ORIGINAL"),
    ("Its redacted copy", "Seine geschwärzte Kopie"),
    ("COPY", "KOPIE"),
    ("Print the certificate as JSON", "Das Zertifikat als JSON ausgeben"),
    ("Say of each span how sure it is, and why", "Zu jeder Stelle sagen, wie sicher sie ist und warum"),
    ("Report findings of low confidence too", "Auch unsichere Funde melden"),
    (
        "Opens encrypted backups: a key file of the phone, 64 digits, or - to read it from stdin; repeatable",
        "Öffnet verschlüsselte Backups: eine Schlüsseldatei des Telefons, 64 Ziffern, oder - für die Standardeingabe; wiederholbar",
    ),
    ("KEY", "SCHLÜSSEL"),
    (
        "Write copies of encrypted backups as what they hold, not encrypted",
        "Kopien verschlüsselter Backups unverschlüsselt schreiben",
    ),
    (
        "Key of ids and pseudonyms, made at first use [default: in the state folder, else sparsam/secret in the user's configuration folder]",
        "Schlüssel der Kennungen und Pseudonyme, beim ersten Mal erzeugt [Vorgabe: im Zustandsordner, sonst sparsam/secret im Konfigurationsordner des Benutzers]",
    ),
    ("FILE", "DATEI"),
    ("Number of threads [default: as many as cores]", "Anzahl der Threads [Vorgabe: so viele wie Kerne]"),
    ("N", "N"),
    (
        "Folder of temporary files [default: the folder of the output, else that of the system]",
        "Ordner für Zwischendateien [Vorgabe: der Ordner der Ausgabe, sonst der des Systems]",
    ),
    (
        "Print errors only: no progress bar, no summary",
        "Nur Fehler ausgeben: kein Fortschrittsbalken, keine Übersicht",
    ),
    (
        "Decisions about rules, thresholds, own data: see docs/policy.md",
        "Entscheidungen über Regeln, Schwellen, eigene Daten: siehe docs/policy.de.md",
    ),
    ("Folder of further rules; repeatable", "Ordner mit weiteren Regeln; wiederholbar"),
    ("Limits", "Grenzen"),
    (
        "Bytes read out of one file, all nesting together [default: 16GiB]",
        "Bytes, die aus einer Datei gelesen werden, samt allem darin [Vorgabe: 16GiB]",
    ),
    ("SIZE", "GRÖSSE"),
    (
        "Bytes read out of one file per byte of it, looked at above 64MiB [default: 200]",
        "Gelesene Bytes je Byte einer Datei, ab 64MiB beachtet [Vorgabe: 200]",
    ),
    ("Bytes of one member of a container [default: 4GiB]", "Bytes eines Teils eines Behälters [Vorgabe: 4GiB]"),
    ("Containers inside each other [default: 8]", "Behälter ineinander [Vorgabe: 8]"),
    ("Entries of one archive [default: 200000]", "Einträge eines Archivs [Vorgabe: 200000]"),
    (
        "List all rules: id, severity, on or off, title",
        "Alle Regeln auflisten: Kennung, Schwere, an oder aus, Titel",
    ),
    ("Show one rule as its file says it", "Eine Regel so zeigen, wie sie in ihrer Datei steht"),
    ("Id of the rule, such as financial.iban", "Kennung der Regel, etwa financial.iban"),
    ("ID", "KENNUNG"),
    (
        "Check rules and run the tests they carry",
        "Regeln prüfen und die Tests in ihnen ausführen",
    ),
    (
        "\
Examples:
  sparsam rules check
  sparsam rules check patterns/ours/customer_number.toml

Exit codes: 0 all good, 1 not",
        "\
Beispiele:
  sparsam rules check
  sparsam rules check patterns/unsere/kundennummer.toml

Rückgabewerte: 0 alle gut, 1 nicht",
    ),
    (
        "Rule files or folders of rules [default: the built-in rules]",
        "Regeldateien oder Ordner mit Regeln [Vorgabe: die eingebauten Regeln]",
    ),
    ("FILES", "DATEIEN"),
];

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::args::Cli;

    /// All texts of a command and those below it that a user can see.
    fn texts(command: &Command, into: &mut Vec<String>) {
        let own = [command.get_about(), command.get_after_help()];
        into.extend(own.into_iter().flatten().map(ToString::to_string));
        for arg in command.get_arguments() {
            into.extend(arg.get_help().map(ToString::to_string));
            into.extend(arg.get_help_heading().map(ToOwned::to_owned));
            if arg.get_action().takes_values() {
                into.extend(
                    arg.get_value_names().unwrap_or_default().iter().map(ToString::to_string),
                );
            }
        }
        for sub in command.get_subcommands() {
            texts(sub, into);
        }
    }

    #[test]
    fn german_and_english_are_equal() {
        let mut english = Vec::new();
        texts(&Cli::command(), &mut english);
        for text in &english {
            assert!(super::texts().any(|entry| entry.0 == text), "no German text for: {text}");
        }
        for (known, _) in super::texts() {
            assert!(english.iter().any(|text| text == known), "nobody says any more: {known}");
        }
    }

    #[test]
    fn the_command_line_is_sound_in_both_languages() {
        Cli::command().debug_assert();
        in_language(Cli::command(), Lang::De).debug_assert();
    }
}
