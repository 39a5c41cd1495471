//! What the program says about inputs and errors, in German. Records and sources hold it in English, for
//! scripts; people read these.

mod devices;

use std::borrow::Cow;

use super::Lang;
use super::errors::errors;

/// A detail of an incident, a note or an error in this language; as it is where there are no words for it.
pub fn phrase(detail: &str, lang: Lang) -> Cow<'_, str> {
    match lang {
        Lang::En => Cow::Borrowed(detail),
        Lang::De => german(detail).map_or(Cow::Borrowed(detail), Cow::Owned),
    }
}

/// Looks a phrase up, its numbers apart; else one with gaps; else the parts before and after a colon, of
/// which the first may be a name.
fn german(detail: &str) -> Option<String> {
    let (form, numbers) = form_of(detail);
    if let Some((_, german)) = phrases().find(|known| known.0 == form) {
        let mut numbers = numbers.into_iter();
        let mut out = String::new();
        for (at, piece) in german.split('#').enumerate() {
            if at > 0 {
                out.push_str(numbers.next().unwrap_or_default());
            }
            out.push_str(piece);
        }
        return Some(out);
    }
    // The one that says most fits best.
    let fits = errors().filter_map(|(en, de)| Some((en, de, gaps(detail, en)?)));
    if let Some((_, german, gaps)) = fits.max_by_key(|(en, ..)| en.len()) {
        let mut gaps = gaps.into_iter();
        let mut out = String::new();
        for (at, piece) in german.split("{}").enumerate() {
            if at > 0 {
                out.push_str(&phrase(gaps.next().unwrap_or_default(), Lang::De));
            }
            out.push_str(piece);
        }
        return Some(out);
    }
    detail.match_indices(": ").find_map(|(at, colon)| {
        let (what, why) = (&detail[..at], &detail[at + colon.len()..]);
        Some(format!("{}: {}", phrase(what, Lang::De), german(why)?))
    })
}

/// What stands in the gaps of a pattern, if a text has its form.
fn gaps<'a>(text: &'a str, pattern: &str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut gaps = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        // The last piece ends the text.
        let at = if pieces.peek().is_none() {
            rest.len().checked_sub(piece.len()).filter(|at| rest.get(*at..) == Some(piece))?
        } else {
            rest.find(piece)?
        };
        gaps.push(&rest[..at]);
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty().then_some(gaps)
}

/// A text with `#` for each number, and the numbers.
fn form_of(text: &str) -> (String, Vec<&str>) {
    let mut form = String::with_capacity(text.len());
    let mut numbers = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        // `zip64` is a word.
        let is_word = rest[..at].ends_with(char::is_alphanumeric);
        let end = rest[at..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |end| at + end);
        form.push_str(&rest[..at]);
        if is_word {
            form.push_str(&rest[at..end]);
        } else {
            form.push('#');
            numbers.push(&rest[at..end]);
        }
        rest = &rest[end..];
    }
    form.push_str(rest);
    (form, numbers)
}

fn phrases() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    PHRASES.iter().chain(devices::PHRASES)
}

/// English and German; `#` is a number.
const PHRASES: &[(&str, &str)] = &[
    // Any input
    ("changed while it was read", "wurde beim Lesen verändert"),
    ("cannot be read", "nicht lesbar"),
    (
        "an internal error ended its reading: report the place that was named",
        "ein innerer Fehler beendete das Lesen: die genannte Stelle bitte melden",
    ),
    ("folder inside itself", "Ordner in sich selbst"),
    (
        "an encrypted backup cannot be opened",
        "eine verschlüsselte Sicherung lässt sich nicht öffnen",
    ),
    ("a database cannot be read", "eine Datenbank ist nicht lesbar"),
    (
        "findings cannot be kept in the temporary folder",
        "Funde passen nicht in den temporären Ordner",
    ),
    (
        "parts of it are text in another encoding: save each as a file of its own",
        "Teile davon sind Text in anderer Kodierung: jeden als eigene Datei sichern",
    ),
    // Limits
    (
        "member is larger than the limit for one member",
        "enthaltene Datei ist größer als die Grenze für eine Datei",
    ),
    (
        "more containers inside each other than the limit",
        "mehr ineinander verschachtelte Archive als die Grenze",
    ),
    (
        "more expanded bytes than the limit for one input",
        "mehr entpackte Bytes als die Grenze für eine Quelle",
    ),
    ("more records than the limit for one archive", "mehr Einträge als die Grenze für ein Archiv"),
    (
        "no text at its start, and larger than the limit for one input",
        "kein Text am Anfang und größer als die Grenze für eine Quelle",
    ),
    ("more than # entries", "mehr als # Einträge"),
    (
        "unlisted records inflate to more than the limit",
        "nicht verzeichnete Einträge entpacken sich zu mehr als der Grenze",
    ),
    // Zip
    ("# entries declared, # found", "# Einträge angegeben, # gefunden"),
    ("# records overlap others", "# Einträge überlappen andere"),
    (
        "a directory record runs past the directory's end",
        "ein Eintrag des Verzeichnisses reicht über dessen Ende hinaus",
    ),
    (
        "a record that the directory does not list ends too early",
        "ein nicht verzeichneter Eintrag endet zu früh",
    ),
    ("bytes after the end of the compressed data", "Bytes nach dem Ende der gepackten Daten"),
    ("checksum is wrong", "die Prüfsumme ist falsch"),
    ("compressed data is damaged", "die gepackten Daten sind beschädigt"),
    ("compressed data does not come to an end", "die gepackten Daten kommen zu keinem Ende"),
    ("compression method # is not supported", "Packverfahren # wird nicht unterstützt"),
    ("data ends too early", "die Daten enden zu früh"),
    ("empty file, no database", "leere Datei, keine Datenbank"),
    ("empty file, no zip archive", "leere Datei, kein Zip-Archiv"),
    ("member is encrypted", "enthaltene Datei ist verschlüsselt"),
    (
        "no end record: read from local records",
        "kein Endeintrag: aus den einzelnen Einträgen gelesen",
    ),
    (
        "no local record where the directory says",
        "kein Eintrag an der Stelle, die das Verzeichnis nennt",
    ),
    ("no zip archive", "kein Zip-Archiv"),
    ("part of a split archive", "Teil eines geteilten Archivs"),
    ("size is not the declared one", "die Größe ist nicht die angegebene"),
    ("the archive's comment ends too early", "der Kommentar des Archivs endet zu früh"),
    ("the directory is not as long as declared", "das Verzeichnis ist nicht so lang wie angegeben"),
    (
        "the directory is not where the end record says",
        "das Verzeichnis liegt nicht dort, wo der Endeintrag sagt",
    ),
    (
        "the end record leads to no directory: read from local records",
        "der Endeintrag führt zu keinem Verzeichnis: aus den einzelnen Einträgen gelesen",
    ),
    ("the two end records disagree", "die beiden Endeinträge widersprechen sich"),
    (
        "the zip64 end record is not where it should be",
        "der Zip64-Endeintrag liegt nicht, wo er sollte",
    ),
    (
        "two end records: readers disagree which archive this is",
        "zwei Endeinträge: Programme sehen hier verschiedene Archive",
    ),
    // Documents
    ("a PDF is copied whole or not at all", "ein PDF wird ganz kopiert oder gar nicht"),
    ("a PDF larger than # MiB is not read", "ein PDF über # MiB wird nicht gelesen"),
    (
        "a header gives all files of the archive one name or size",
        "ein Kopf gibt allen Dateien des Archivs denselben Namen oder dieselbe Größe",
    ),
    ("a header of the archive is damaged", "ein Kopf des Archivs ist beschädigt"),
    (
        "an extended header of the archive is damaged",
        "ein erweiterter Kopf des Archivs ist beschädigt",
    ),
    (
        "extended headers of the archive say two things of one file",
        "erweiterte Köpfe des Archivs sagen zweierlei über eine Datei",
    ),
    (
        "a mail ends before its last part: get the whole file",
        "eine Mail endet vor ihrem letzten Teil: ganze Datei beschaffen",
    ),
    ("a photo is copied whole or not at all", "ein Foto wird ganz kopiert oder gar nicht"),
    (
        "a quoted cell does not end; all that is there was scanned: get the whole file",
        "ein Feld in Anführungszeichen endet nicht; alles Vorhandene wurde geprüft: ganze Datei beschaffen",
    ),
    (
        "a quoted cell does not end; the rest was scanned as plain text: check the file",
        "ein Feld in Anführungszeichen endet nicht; der Rest wurde als Text geprüft: Datei ansehen",
    ),
    ("an attachment is no base64", "ein Anhang ist kein Base64"),
    ("more entries than the limit", "mehr Einträge als die Grenze"),
    ("more parts than the limit", "mehr Teile als die Grenze"),
    (
        "objects of the PDF lie too deep inside each other",
        "Objekte des PDF liegen zu tief ineinander",
    ),
    (
        "streams of the PDF unpack to more than # MiB",
        "Inhalte des PDF entpacken sich zu mehr als # MiB",
    ),
    ("the PDF ends too early: get the whole file", "das PDF endet zu früh: ganze Datei beschaffen"),
    (
        "the PDF is encrypted: take out its password with the program that made it",
        "das PDF ist verschlüsselt: Kennwort mit dem erzeugenden Programm entfernen",
    ),
    ("pictures or files inside the PDF", "Bilder oder Dateien im PDF"),
    ("text of the PDF could not be read", "Text des PDF ließ sich nicht lesen"),
    (
        "pages or notes of the PDF that could not be laid out: no redacted copy",
        "Seiten oder Notizen des PDF, die sich nicht setzen ließen: keine geschwärzte Kopie",
    ),
    (
        "parts of unknown use inside the PDF: no redacted copy",
        "Teile unbekannten Zwecks im PDF: keine geschwärzte Kopie",
    ),
    (
        "an older version, or bytes outside of its objects, inside the PDF: no redacted copy",
        "eine ältere Fassung oder Bytes außerhalb seiner Objekte im PDF: keine geschwärzte Kopie",
    ),
    (
        "a part of a mail is in a transfer encoding that is not known: save it on its own",
        "ein Teil einer Mail ist in einer unbekannten Übertragungskodierung: ihn einzeln speichern",
    ),
    (
        "a part of a mail is in a charset that is not decoded: save it as UTF-#",
        "ein Teil einer Mail ist in einem Zeichensatz, der nicht gelesen wird: als UTF-# speichern",
    ),
    (
        "a header of a mail is in a charset that is not decoded: save it as UTF-#",
        "ein Kopf einer Mail ist in einem Zeichensatz, der nicht gelesen wird: als UTF-# speichern",
    ),
    (
        "a file stands in the text of a mail as uuencode: save it on its own",
        "im Text einer Mail steht eine Datei als uuencode: sie einzeln speichern",
    ),
    (
        "the archive ends too early: get the whole file",
        "das Archiv endet zu früh: ganze Datei beschaffen",
    ),
    // Copies
    ("no copy was written", "keine Kopie geschrieben"),
    ("an earlier member failed", "eine frühere enthaltene Datei ist gescheitert"),
    ("an earlier copy cannot be removed", "eine frühere Kopie lässt sich nicht entfernen"),
    ("the archive cannot be written", "das Archiv lässt sich nicht schreiben"),
    (
        "something lies under its name that is no copy of an earlier run",
        "unter ihrem Namen liegt etwas, das keine Kopie eines früheren Laufs ist",
    ),
    (
        "the copy was deleted because it is no longer recognised",
        "die Kopie wurde gelöscht, weil sie nicht mehr erkannt wird",
    ),
    (
        "the copy was deleted because it cannot be read back",
        "die Kopie wurde gelöscht, weil sie sich nicht zurücklesen lässt",
    ),
    (
        "the copy was deleted because values stand in it that were redacted elsewhere",
        "die Kopie wurde gelöscht, weil darin Werte stehen, die an anderer Stelle geschwärzt sind",
    ),
    (
        "the copy was deleted because # finding was left in it",
        "die Kopie wurde gelöscht, weil # Fund übrig war",
    ),
    (
        "the copy was deleted because # findings were left in it",
        "die Kopie wurde gelöscht, weil # Funde übrig waren",
    ),
    (
        "the copy was deleted because it has # messages instead of #",
        "die Kopie wurde gelöscht, weil sie # Nachrichten statt # hat",
    ),
    (
        "the copy was deleted because it has # message instead of #",
        "die Kopie wurde gelöscht, weil sie # Nachricht statt # hat",
    ),
    // Certificates
    ("no original has this name", "kein Original heißt so"),
    (
        "a stopped run left it half-written: redact again, or delete it",
        "ein abgebrochener Lauf hat es halb geschrieben hinterlassen: erneut schwärzen oder löschen",
    ),
    (
        "a link or a device is no copy: delete it",
        "eine Verknüpfung oder ein Gerät ist keine Kopie: löschen",
    ),
    ("there is no copy of this original", "von diesem Original gibt es keine Kopie"),
    (
        "it was withheld: a note stands in its place",
        "es wurde zurückgehalten: an seiner Stelle liegt ein Hinweis",
    ),
    ("links and devices are never opened", "Verknüpfungen und Geräte werden nie geöffnet"),
    ("the original cannot be read", "das Original ist nicht lesbar"),
    ("the copy cannot be read", "die Kopie ist nicht lesbar"),
    ("the original cannot be read to its end", "das Original ist nicht bis zum Ende lesbar"),
    ("the copy cannot be read to its end", "die Kopie ist nicht bis zum Ende lesbar"),
    ("nobody can look into a file of this kind", "in eine Datei dieser Art kann niemand schauen"),
    ("# finding is left in the copy", "# Fund ist in der Kopie übrig"),
    ("# findings are left in the copy", "# Funde sind in der Kopie übrig"),
    ("the copy has # messages instead of #", "die Kopie hat # Nachrichten statt #"),
    ("the copy has # message instead of #", "die Kopie hat # Nachricht statt #"),
    ("text outside of what is redacted differs", "Text außerhalb des Geschwärzten ist ein anderer"),
    (
        "findings of the original cannot be counted",
        "die Funde des Originals lassen sich nicht zählen",
    ),
    // What the system says
    ("entity not found", "nicht gefunden"),
    ("entity already exists", "gibt es schon"),
    ("permission denied", "Zugriff verweigert"),
    ("resource busy", "wird gerade benutzt"),
    ("operation would block", "wird gerade benutzt"),
    ("directory not empty", "der Ordner ist nicht leer"),
    ("stale network file handle", "die Netzfreigabe hat sich verändert"),
    ("unsupported", "nicht unterstützt"),
    ("unexpected end of file", "unerwartetes Ende der Datei"),
    ("no storage space", "kein Platz auf dem Datenträger"),
    ("quota exceeded", "Kontingent überschritten"),
    ("file too large", "Datei zu groß"),
    ("read-only filesystem or storage medium", "schreibgeschützter Datenträger"),
    ("invalid filename", "Dateiname nicht möglich"),
    ("is a directory", "ist ein Ordner"),
    ("not a directory", "ist kein Ordner"),
    ("operation timed out", "Zeit abgelaufen"),
    ("out of memory", "kein Speicher"),
    ("invalid input parameter", "keine gewöhnliche Datei"),
    ("invalid data", "ungültige Daten"),
    ("other error", "anderer Fehler"),
    ("uncategorized error", "Lese- oder Schreibfehler"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_told_in_german() {
        let cases = [
            ("1999 records overlap others", "1999 Einträge überlappen andere", "a number"),
            ("60000 entries declared, 1 found", "60000 Einträge angegeben, 1 gefunden", "two"),
            (
                "no copy was written: no storage space",
                "keine Kopie geschrieben: kein Platz auf dem Datenträger",
                "two phrases",
            ),
            (
                "no end record: read from local records",
                "kein Endeintrag: aus den einzelnen Einträgen gelesen",
                "a phrase with a colon",
            ),
            (
                "the zip64 end record is not where it should be",
                "der Zip64-Endeintrag liegt nicht, wo er sollte",
                "a digit in a word",
            ),
            (
                "row 20: a value is larger than the limit of 64 MiB",
                "Zeile 20: ein Wert ist größer als die Grenze von 64 MiB",
                "of a database",
            ),
            (
                "encrypted: name the 64-digit key or the file `encrypted_backup.key` with --key",
                "verschlüsselt: den 64-stelligen Schlüssel oder die Datei `encrypted_backup.key` mit --key angeben",
                "a remedy",
            ),
            ("something new", "something new", "better in English than not at all"),
            (
                "line 3 of the export is none this version knows; nothing was taken over",
                "Zeile 3 des Exports kennt diese Version nicht; nichts wurde übernommen",
                "a phrase in a gap",
            ),
            (
                "a: b/c.toml:7: reason and decided_by must not be empty",
                "a: b/c.toml:7: reason und decided_by dürfen nicht leer sein",
                "a name before it",
            ),
        ];
        for (english, german, why) in cases {
            assert_eq!(phrase(english, Lang::De), german, "{why}");
            assert_eq!(phrase(english, Lang::En), english, "{why}");
        }
    }

    #[test]
    fn every_number_is_told() {
        for (english, german) in phrases() {
            assert_eq!(english.matches('#').count(), german.matches('#').count(), "{english}");
        }
        for (english, german) in errors() {
            assert_eq!(english.matches("{}").count(), german.matches("{}").count(), "{english}");
            assert_ne!(english, german);
        }
    }

    /// What the system says comes as the name of an error kind.
    #[test]
    fn kinds_of_errors_have_words() {
        use std::io::ErrorKind;
        for kind in [
            ErrorKind::NotFound,
            ErrorKind::AlreadyExists,
            ErrorKind::ResourceBusy,
            ErrorKind::WouldBlock,
            ErrorKind::DirectoryNotEmpty,
            ErrorKind::StaleNetworkFileHandle,
            ErrorKind::Unsupported,
            ErrorKind::PermissionDenied,
            ErrorKind::UnexpectedEof,
            ErrorKind::StorageFull,
            ErrorKind::QuotaExceeded,
            ErrorKind::FileTooLarge,
            ErrorKind::ReadOnlyFilesystem,
            ErrorKind::InvalidFilename,
            ErrorKind::IsADirectory,
            ErrorKind::NotADirectory,
            ErrorKind::InvalidInput,
            ErrorKind::Other,
        ] {
            assert!(german(&kind.to_string()).is_some(), "{kind}");
        }
    }
}
