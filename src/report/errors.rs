//! What commands say when something goes wrong, English and German. `{}` stands for any text.
//!
//! Longer than most because it is a list.

mod rules;

/// English and German; a test finds every message of the sources here.
pub(super) fn errors() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    ERRORS.iter().chain(rules::RULES)
}

const ERRORS: &[(&str, &str)] = &[
    // Paths
    ("{}: cannot be read", "{}: nicht lesbar"),
    ("cannot be read: {}", "nicht lesbar: {}"),
    ("{}: cannot be written", "{}: lässt sich nicht schreiben"),
    (
        "{}: cannot be written: {}; nothing is lost, free space or choose another folder and run again",
        "{}: lässt sich nicht schreiben: {}; nichts ist verloren, Platz schaffen oder anderen Ordner wählen und erneut starten",
    ),
    ("{}: reports cannot be written", "{}: Berichte lassen sich nicht schreiben"),
    ("{}: the folder cannot be made", "{}: der Ordner lässt sich nicht anlegen"),
    (
        "{}: another run writes there: wait for it to end, or name another folder",
        "{}: dort schreibt ein anderer Lauf: dessen Ende abwarten oder einen anderen Ordner nennen",
    ),
    ("{}: must not exist", "{}: darf noch nicht bestehen"),
    (
        "{}: is a link, which is never followed: name what it leads to, or end it with /",
        "{}: ist eine Verknüpfung, der nie gefolgt wird: ihr Ziel nennen oder mit / enden",
    ),
    ("there is no such folder", "diesen Ordner gibt es nicht"),
    ("{}; nothing was scanned: check the path", "{}; nichts wurde geprüft: Pfad prüfen"),
    (
        "{} lies inside the input {}: name a folder outside, inputs are never written to",
        "{} liegt in der Quelle {}: einen Ordner außerhalb nennen, in Quellen wird nie geschrieben",
    ),
    (
        "--temp {}: there is no such folder; make it first, on a disk with space",
        "--temp {}: diesen Ordner gibt es nicht; erst anlegen, auf einem Datenträger mit Platz",
    ),
    (
        "its copy would get the same name as that of {}; nothing was written: redact them one after the other into different folders",
        "seine Kopie bekäme denselben Namen wie die von {}; nichts wurde geschrieben: nacheinander in verschiedene Ordner schwärzen",
    ),
    // Options
    (
        "{} is no glob pattern: * stands for any characters but /, ** for folders too",
        "{} ist kein Muster: * steht für beliebige Zeichen außer /, ** auch für Ordner",
    ),
    (
        "{} threads cannot be started: ask for fewer with --threads",
        "{} Threads lassen sich nicht starten: mit --threads weniger verlangen",
    ),
    (
        "--fail-on new compares with earlier runs: name their folder with --state",
        "--fail-on new vergleicht mit früheren Läufen: deren Ordner mit --state nennen",
    ),
    (
        "--format {}: there is no such report; known are {}",
        "--format {}: diesen Bericht gibt es nicht; bekannt sind {}",
    ),
    ("there is no command `{}`", "den Befehl „{}“ gibt es nicht"),
    ("there is no rule {}; did you mean {}?", "die Regel {} gibt es nicht; vielleicht gemeint: {}"),
    (
        "there is no rule {}; see sparsam rules list",
        "die Regel {} gibt es nicht; sparsam rules list nennt alle",
    ),
    ("{}: there is no such folder of rules", "{}: diesen Ordner mit Regeln gibt es nicht"),
    ("rules in {}", "Regeln in {}"),
    ("rule {}: {}", "Regel {}: {}"),
    ("--key: 64 digits", "--key: 64 Ziffern"),
    (
        "--key: neither a file nor 64 digits; count them, and try again",
        "--key: weder eine Datei noch 64 Ziffern; nachzählen und erneut versuchen",
    ),
    (
        "no key of an encrypted backup: expected 64 hexadecimal digits, or the file `key` or `encrypted_backup.key` of the phone",
        "kein Schlüssel einer verschlüsselten Sicherung: erwartet werden 64 hexadezimale Ziffern oder die Datei `key` oder `encrypted_backup.key` des Telefons",
    ),
    (
        "SOURCE_DATE_EPOCH: expected seconds since 1970",
        "SOURCE_DATE_EPOCH: erwartet werden Sekunden seit 1970",
    ),
    ("line {}: {}", "Zeile {}: {}"),
    ("longer than 64 MiB", "länger als 64 MiB"),
    ("column {}: expected {}", "Spalte {}: erwartet wird {}"),
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
    ("expected a text that says something", "erwartet wird ein Text, der etwas sagt"),
    ("finds {}, expected {}", "findet {}, erwartet {}"),
    ("is not known here: expected {}", "ist hier nicht bekannt: erwartet {}"),
    // Runs
    (
        "stopped; what was done so far stands in the reports",
        "abgebrochen; was bis dahin geschah, steht in den Berichten",
    ),
    (
        "there was no file to read in the given paths",
        "unter den angegebenen Pfaden lag keine Datei zum Lesen",
    ),
    (
        "a named folder held files in an earlier run and holds none now: is it mounted?",
        "ein genannter Ordner enthielt früher Dateien und jetzt keine: Ist er eingehängt?",
    ),
    (
        "internal error{}; results are not complete. Please report this place; the message is left out because it could hold chat text",
        "innerer Fehler{}; die Ergebnisse sind nicht vollständig. Bitte diese Stelle melden; die Meldung fehlt, weil sie Chattext enthalten könnte",
    ),
    // State
    (
        "state {} is in use by another run: wait for it to end, or give each share a state of its own",
        "der Zustand {} wird von einem anderen Lauf benutzt: dessen Ende abwarten oder jeder Freigabe einen eigenen Zustand geben",
    ),
    (
        "there is no state in {}: `sparsam scan --state` makes one",
        "in {} liegt kein Zustand: `sparsam scan --state` legt einen an",
    ),
    (
        "state file {} can be read by others: make it private (chmod 600)",
        "die Zustandsdatei {} ist für andere lesbar: nur dem Besitzer erlauben (chmod 600)",
    ),
    (
        "state {} was made with the secret {}, the secret given is {}: give that one with --secret, restore it from its backup, or start a new state folder",
        "der Zustand {} gehört zum Geheimnis {}, angegeben ist {}: jenes mit --secret nennen, aus der Sicherung zurückholen oder einen neuen Zustandsordner beginnen",
    ),
    (
        "state {} was written by a newer sparsam: use that version, or another state folder",
        "der Zustand {} stammt von einem neueren sparsam: jene Version oder einen anderen Zustandsordner benutzen",
    ),
    (
        "state {}: {}; free space, check the folder, or restore it from a backup",
        "Zustand {}: {}; Platz schaffen, Ordner prüfen oder aus einer Sicherung zurückholen",
    ),
    ("a finding came without its input", "ein Hinweis kam ohne seine Quelle"),
    (
        "there is no run {}: `sparsam history` lists them",
        "Lauf {} gibt es nicht: `sparsam history` nennt alle",
    ),
    (
        "run {} comes after run {}: name the earlier one first",
        "Lauf {} kommt nach Lauf {}: den früheren zuerst nennen",
    ),
    ("--state is missing", "--state fehlt"),
    (
        "line {} of the export {}; nothing was taken over",
        "Zeile {} des Exports {}; nichts wurde übernommen",
    ),
    ("is none this version knows", "kennt diese Version nicht"),
    ("the export cannot be written: {}", "der Export lässt sich nicht schreiben: {}"),
    (
        "the standard output cannot be written: {}",
        "die Standardausgabe lässt sich nicht beschreiben: {}",
    ),
    (
        "--older-than reaches further back than there is time",
        "--older-than reicht weiter zurück, als es Zeit gibt",
    ),
    ("{}: old reports cannot be deleted", "{}: alte Berichte lassen sich nicht löschen"),
    // Secret
    (
        "secret file {} can be read by others: make it private (chmod 600) or name another with --secret",
        "die Geheimnisdatei {} ist für andere lesbar: nur dem Besitzer erlauben (chmod 600) oder mit --secret eine andere nennen",
    ),
    (
        "secret file {} is no secret of this program: expected 64 hex digits",
        "die Geheimnisdatei {} enthält kein Geheimnis dieses Programms: erwartet werden 64 hexadezimale Ziffern",
    ),
    (
        "secret file {} cannot be read or created: {}; name another with --secret",
        "die Geheimnisdatei {} lässt sich nicht lesen oder anlegen: {}; mit --secret eine andere nennen",
    ),
    (
        "secret file {}: it is missing, and the state in {} cannot be read without it: restore it from its backup, or start a new state folder",
        "Geheimnisdatei {}: Sie fehlt, und ohne sie ist der Zustand in {} nicht lesbar: aus der Sicherung zurückholen oder einen neuen Zustandsordner beginnen",
    ),
    (
        "there is no home folder to keep the secret in: name a file with --secret",
        "es gibt keinen Benutzerordner für das Geheimnis: mit --secret eine Datei nennen",
    ),
    // Decisions
    ("--reason and --until are missing", "--reason und --until fehlen"),
    ("--suppressions is missing", "--suppressions fehlt"),
    (
        "{}: expected an id of a report, or at least its first 8 digits",
        "{}: erwartet wird eine Kennung aus einem Bericht, mindestens ihre ersten 8 Ziffern",
    ),
    (
        "{}: several findings begin so, give more digits",
        "{}: mehrere Hinweise beginnen so, mehr Ziffern angeben",
    ),
    ("{}: the state knows no such finding", "{}: diesen Hinweis kennt der Zustand nicht"),
    (
        "{}: its ids were made with another secret than this state",
        "{}: seine Kennungen gehören zu einem anderen Geheimnis als dieser Zustand",
    ),
    (
        "{}: its ids were made with the secret {}, the secret in use is {}: name the right one with --secret, or make these decisions anew",
        "{}: seine Kennungen gehören zum Geheimnis {}, benutzt wird {}: das richtige mit --secret nennen oder diese Entscheidungen neu treffen",
    ),
    ("{}: there is no decision in it", "{}: darin steht keine Entscheidung"),
    ("{}: there is no such file of decisions", "{}: diese Datei mit Entscheidungen gibt es nicht"),
    (
        "a value is shown on a terminal only: it must not end in a file or a pipe",
        "ein Wert wird nur am Terminal gezeigt: Er darf in keiner Datei oder Pipe landen",
    ),
    (
        "the place is not there any more, or its path is masked: name the folder to look in after the id",
        "die Stelle ist nicht mehr da, oder ihr Pfad ist maskiert: den Ordner hinter der Kennung nennen",
    ),
    // Files of decisions and policies
    ("expected UTF-8 text", "erwartet wird Text in UTF-8"),
    (
        "expected a string; write rule ids in quotes",
        "erwartet wird ein Text; Regeln in Anführungszeichen schreiben",
    ),
    ("is larger than 4 MiB: expected a policy", "größer als 4 MiB: erwartet werden Vorgaben"),
    (
        "is larger than 16 MiB: expected decisions",
        "größer als 16 MiB: erwartet werden Entscheidungen",
    ),
    ("no IBAN, or its check digits are wrong", "keine IBAN, oder die Prüfziffern sind falsch"),
    (
        "no VAT id: expected a country code and 6 to 12 characters",
        "keine USt-IdNr.: erwartet werden Länderkennung und 6 bis 12 Zeichen",
    ),
    ("no e-mail address", "keine E-Mail-Adresse"),
    (
        "no phone number: write it as +49 30 23125000, or as dialled in Germany",
        "keine Telefonnummer: als +49 30 23125000 schreiben oder wie in Deutschland gewählt",
    ),
    ("a chat or folder needs a rule beside it", "neben chat oder folder braucht es eine Regel"),
    (
        "a rule alone is too much: add value, chat or folder, or switch the rule off in the policy",
        "eine Regel allein ist zu viel: value, chat oder folder ergänzen oder die Regel in den Vorgaben abschalten",
    ),
    ("expected id, value, chat or folder", "erwartet wird id, value, chat oder folder"),
    ("expected [[suppress]]", "erwartet wird [[suppress]]"),
    ("it ends on {}, before it was decided", "sie endet am {}, bevor sie getroffen wurde"),
    (
        "it holds {} days: a year at most, then look at it again",
        "die Entscheidung gilt {} Tage: höchstens ein Jahr, dann erneut ansehen",
    ),
    ("reason and decided_by must not be empty", "reason und decided_by dürfen nicht leer sein"),
    (
        "schema is not 1: this version knows no other",
        "schema ist nicht 1: diese Version kennt keine andere",
    ),
    ("{}: expected a day such as \"2026-12-31\"", "{}: erwartet wird ein Tag wie \"2026-12-31\""),
    (
        "folder is no glob pattern, such as \"exports/hr/**\"",
        "folder ist kein Muster wie \"exports/hr/**\"",
    ),
    ("missing field `{}`", "das Feld `{}` fehlt"),
    ("unknown field `{}`, expected one of {}", "das Feld `{}` ist unbekannt, möglich sind {}"),
    ("unknown field `{}`, expected {}", "das Feld `{}` ist unbekannt, möglich sind {}"),
    ("{}; did you mean `{}`?", "{}; vielleicht gemeint: `{}`"),
    // Timers
    ("--user: expected the name of a user", "--user: erwartet wird der Name eines Benutzers"),
    ("a file has a folder", "eine Datei liegt in einem Ordner"),
    ("the program's own path is not known", "der eigene Pfad des Programms ist nicht bekannt"),
    (
        "{}: a timer cannot be given a path with quotes, $, % or control characters",
        "{}: Pfade mit Anführungszeichen, $, % oder Steuerzeichen gehen in einem Zeitgeber nicht",
    ),
    // The audit log
    ("the log is gone", "das Protokoll fehlt"),
    ("the end is missing", "das Ende fehlt"),
    ("is no line of this log", "keine Zeile dieses Protokolls"),
    (
        "a line before it is missing, added or moved",
        "eine Zeile davor fehlt, kam hinzu oder wurde verschoben",
    ),
    ("does not follow the line before it", "folgt nicht auf die Zeile davor"),
    ("is not the line the state remembers", "nicht die Zeile, die der Zustand kennt"),
    // Certificates of copies
    ("no original has this name", "kein Original hat diesen Namen"),
    (
        "it was withheld: a note stands in its place",
        "sie wurde zurückgehalten: an ihrer Stelle steht eine Notiz",
    ),
    ("there is no copy of this original", "zu diesem Original gibt es keine Kopie"),
    ("the original cannot be read: {}", "das Original ist nicht lesbar: {}"),
    ("the copy cannot be read: {}", "die Kopie ist nicht lesbar: {}"),
    ("the copy cannot be read to its end", "die Kopie ist nicht bis zum Ende lesbar"),
    ("the original cannot be read to its end", "das Original ist nicht bis zum Ende lesbar"),
    (
        "nobody can look into a file of this kind",
        "in eine Datei dieser Art kann niemand hineinsehen",
    ),
    ("{} finding is left in the copy", "{} Fund ist in der Kopie übrig"),
    ("{} findings are left in the copy", "{} Funde sind in der Kopie übrig"),
    ("the copy has {} message instead of {}", "die Kopie hat {} Nachricht statt {}"),
    ("the copy has {} messages instead of {}", "die Kopie hat {} Nachrichten statt {}"),
    (
        "text outside of what is redacted differs",
        "Text außerhalb der Schwärzungen unterscheidet sich",
    ),
    (
        "findings of the original cannot be counted",
        "die Funde des Originals lassen sich nicht zählen",
    ),
    // Inputs, copies and notes
    (
        "--allow-omit cannot help: only unreadable parts of archives can be left out",
        "--allow-omit hilft hier nicht: Weglassen lassen sich nur unlesbare Teile von Archiven",
    ),
    ("a backup has one member", "eine Sicherung enthält genau eine Datei"),
    (
        "a change that was not completed was rolled back",
        "eine nicht abgeschlossene Änderung wurde zurückgerollt",
    ),
    ("this format has no members", "dieses Format enthält keine Dateien"),
    (
        "a database of an unknown kind, or an encrypted one",
        "eine Datenbank unbekannter Art oder eine verschlüsselte",
    ),
    ("a name in the archive is longer than 1 MiB", "ein Name im Archiv ist länger als 1 MiB"),
    ("a name of a member does not end", "ein Name einer enthaltenen Datei endet nicht"),
    (
        "a table that cannot be read: open it with the program that made it",
        "eine Tabelle, die sich nicht lesen lässt: mit dem erzeugenden Programm öffnen",
    ),
    ("a value is larger than the limit of 64 MiB", "ein Wert ist größer als die Grenze von 64 MiB"),
    (
        "an encrypted iOS backup: switch off \"encrypt local backup\" on the computer, back up again and scan that",
        "eine verschlüsselte iOS-Sicherung: am Computer „Lokales Backup verschlüsseln“ abschalten, erneut sichern und diese Sicherung prüfen",
    ),
    ("a file with holes cannot be read", "eine Datei mit Lücken lässt sich nicht lesen"),
    ("an earlier copy cannot be removed: {}", "eine frühere Kopie lässt sich nicht entfernen: {}"),
    (
        "an input lies inside the output folder; nothing was written: choose a folder elsewhere",
        "eine Quelle liegt im Ausgabeordner; nichts wurde geschrieben: einen Ordner anderswo wählen",
    ),
    (
        "the output folder lies inside an input, which is never written to; nothing was written: choose a folder elsewhere",
        "der Ausgabeordner liegt in einer Quelle, in die nie geschrieben wird; nichts wurde geschrieben: einen Ordner anderswo wählen",
    ),
    (
        "backups of this age cannot be opened: only crypt12, crypt14 and crypt15",
        "so alte Sicherungen lassen sich nicht öffnen: nur crypt12, crypt14 und crypt15",
    ),
    (
        "bytes that the directory does not list: scanned, not copied",
        "Bytes, die das Verzeichnis nicht nennt: geprüft, nicht kopiert",
    ),
    (
        "compressed data ends too early: get the whole file",
        "die gepackten Daten enden zu früh: ganze Datei beschaffen",
    ),
    (
        "compressed data is damaged or something follows it",
        "die gepackten Daten sind beschädigt, oder es folgt noch etwas",
    ),
    ("edit outside of its page", "Schwärzung außerhalb ihrer Seite"),
    (
        "findings cannot be kept in the temporary folder: {}",
        "Funde passen nicht in den temporären Ordner: {}",
    ),
    (
        "headers of another shape inside of messages",
        "Kopfzeilen anderer Form innerhalb von Nachrichten",
    ),
    ("invalid characters", "ungültige Zeichen"),
    (
        "is a folder, and the copy is a file: name two files or two folders",
        "ist ein Ordner und die Kopie eine Datei: zwei Dateien oder zwei Ordner nennen",
    ),
    (
        "is a file, and the copy is a folder: name two files or two folders",
        "ist eine Datei und die Kopie ein Ordner: zwei Dateien oder zwei Ordner nennen",
    ),
    (
        "local records and directory disagree: the directory counts",
        "Einträge und Verzeichnis widersprechen sich: das Verzeichnis gilt",
    ),
    (
        "more objects and lists inside each other than 128; the rest was scanned as plain text",
        "mehr als 128 Objekte und Listen ineinander; der Rest wurde als Text geprüft",
    ),
    (
        "newest changes of a database that is not beside it: put the database of the same name there",
        "neueste Änderungen einer Datenbank, die nicht daneben liegt: die Datenbank gleichen Namens dazulegen",
    ),
    (
        "no Manifest.plist: whether the backup is encrypted is unknown",
        "keine Manifest.plist: ob die Sicherung verschlüsselt ist, ist unbekannt",
    ),
    ("no WhatsApp in this backup", "kein WhatsApp in dieser Sicherung"),
    ("no chat header recognised", "keine Kopfzeile eines Chats erkannt"),
    ("no copy was written: {}", "keine Kopie geschrieben: {}"),
    (
        "no database, or an encrypted one: get it once more, or without encryption",
        "keine Datenbank oder eine verschlüsselte: erneut beschaffen oder unverschlüsselt",
    ),
    ("no manifest of an iOS backup", "kein Manifest einer iOS-Sicherung"),
    ("no note was written: {}", "keine Notiz geschrieben: {}"),
    ("no table", "keine Tabelle"),
    (
        "none of the keys opens this backup: name the one of the phone it was made on",
        "keiner der Schlüssel öffnet diese Sicherung: den des Telefons nennen, auf dem sie entstand",
    ),
    ("not UTF-8", "kein UTF-8"),
    (
        "not built like an encrypted backup of WhatsApp: get it from the phone once more",
        "nicht wie eine verschlüsselte Sicherung von WhatsApp aufgebaut: erneut vom Telefon holen",
    ),
    ("not enough memory for the database", "zu wenig Speicher für die Datenbank"),
    (
        "not valid JSON; the rest was scanned as plain text: check the file",
        "kein gültiges JSON; der Rest wurde als Text geprüft: Datei ansehen",
    ),
    ("order of day and month unknown", "Reihenfolge von Tag und Monat unbekannt"),
    ("several header shapes", "Kopfzeilen verschiedener Form"),
    (
        "the JSON ends too early; all that is there was scanned: get the whole file",
        "das JSON endet zu früh; alles Vorhandene wurde geprüft: ganze Datei beschaffen",
    ),
    (
        "the chats are listed, but not there: copy the whole backup folder",
        "die Chats sind verzeichnet, aber nicht da: den ganzen Sicherungsordner kopieren",
    ),
    (
        "the chats are not in this backup: in WhatsApp, switch off the end-to-end encrypted backup, then back up again",
        "die Chats sind nicht in dieser Sicherung: in WhatsApp das Ende-zu-Ende-verschlüsselte Backup abschalten, dann erneut sichern",
    ),
    (
        "the copy of an earlier run was removed: this run vouches for none",
        "die Kopie eines früheren Laufs wurde entfernt: dieser Lauf bürgt für keine",
    ),
    (
        "the database ends too early: get it from the device once more",
        "die Datenbank endet zu früh: erneut vom Gerät holen",
    ),
    ("the database is damaged", "die Datenbank ist beschädigt"),
    (
        "the database is damaged: get it from the device once more",
        "die Datenbank ist beschädigt: erneut vom Gerät holen",
    ),
    ("the database does not take the change", "die Datenbank nimmt die Änderung nicht an"),
    (
        "the database uses something that cannot be read",
        "die Datenbank benutzt etwas, das sich nicht lesen lässt",
    ),
    ("the folder of temporary files is full", "der temporäre Ordner ist voll"),
    (
        "the folder of temporary files is full: choose another with --temp",
        "der temporäre Ordner ist voll: mit --temp einen anderen wählen",
    ),
    ("there is no snapshot", "es gibt kein Abbild"),
    (
        "the key or the backup is wrong: it was changed, ends too early, or needs another key",
        "Schlüssel oder Sicherung sind falsch: sie wurde verändert, endet zu früh oder braucht einen anderen Schlüssel",
    ),
    (
        "the list of files of the iOS backup is damaged: copy the backup once more",
        "das Dateiverzeichnis der iOS-Sicherung ist beschädigt: die Sicherung erneut kopieren",
    ),
    ("the system gives no random numbers", "das System gibt keine Zufallszahlen"),
    (
        "tracked changes, comments, macros or files inside: no redacted copy",
        "Änderungsverfolgung, Kommentare, Makros oder eingebettete Dateien: keine geschwärzte Kopie",
    ),
    ("what the backup holds is withheld", "was die Sicherung enthält, wird zurückgehalten"),
    ("row {}: {}", "Zeile {}: {}"),
];
