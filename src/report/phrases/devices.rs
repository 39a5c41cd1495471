//! Details of databases, backups of devices and property lists.

/// English and German; `#` is a number.
pub(super) const PHRASES: &[(&str, &str)] = &[
    // Databases
    (
        "the database is damaged: get it from the device once more",
        "die Datenbank ist beschädigt: noch einmal vom Gerät holen",
    ),
    (
        "the database ends too early or is damaged: get it from the device once more",
        "die Datenbank endet zu früh oder ist beschädigt: noch einmal vom Gerät holen",
    ),
    (
        "the database ends too early: get it from the device once more",
        "die Datenbank endet zu früh: noch einmal vom Gerät holen",
    ),
    (
        "the database ends too early; what is there was scanned: get it from the device once more",
        "die Datenbank endet zu früh; das Vorhandene wurde geprüft: noch einmal vom Gerät holen",
    ),
    (
        "the database uses something that cannot be read",
        "die Datenbank nutzt etwas, das nicht lesbar ist",
    ),
    ("a value is larger than the limit of # MiB", "ein Wert ist größer als die Grenze von # MiB"),
    ("row #", "Zeile #"),
    ("not enough memory for the database", "zu wenig Speicher für die Datenbank"),
    (
        "the folder of temporary files is full: choose another with --temp",
        "der Ordner für Zwischendateien ist voll: mit --temp einen anderen wählen",
    ),
    (
        "a table that cannot be read: open it with the program that made it",
        "eine Tabelle ist nicht lesbar: mit dem erzeugenden Programm öffnen",
    ),
    (
        "a change to several databases at once was cut off and is left out here: start the program on the device once more and back it up again",
        "eine Änderung an mehreren Datenbanken zugleich wurde abgebrochen und fehlt hier: das Programm auf dem Gerät noch einmal starten und erneut sichern",
    ),
    (
        "a change was cut off and its journal is damaged, so that some rows may be new and others old: start the program on the device once more and back it up again",
        "eine Änderung wurde abgebrochen und ihr Journal ist beschädigt, manche Zeilen sind vielleicht neu, andere alt: das Programm auf dem Gerät noch einmal starten und erneut sichern",
    ),
    (
        "a database of an unknown kind, or an encrypted one: export it with the program that made it",
        "eine Datenbank unbekannter Art oder eine verschlüsselte: mit dem erzeugenden Programm exportieren",
    ),
    (
        "newest changes of a database that is not beside it: put the database of the same name there",
        "neueste Änderungen einer Datenbank, die nicht daneben liegt: die Datenbank gleichen Namens dazulegen",
    ),
    (
        "an archive of this kind cannot be opened: unpack it and scan what was in it",
        "ein Archiv dieser Art lässt sich nicht öffnen: entpacken und den Inhalt prüfen",
    ),
    // Copies of databases
    (
        "a value stands in the schema of the database (a default, a comment), where it cannot be replaced",
        "ein Wert steht im Schema der Datenbank (Vorgabe, Kommentar), wo er sich nicht ersetzen lässt",
    ),
    ("a table of the copy lacks rows", "einer Tabelle der Kopie fehlen Zeilen"),
    (
        "the copy does not stand SQLite's own check",
        "die Kopie besteht die Prüfung von SQLite selbst nicht",
    ),
    ("the database does not take the change", "die Datenbank nimmt die Änderung nicht an"),
    ("the database is damaged", "die Datenbank ist beschädigt"),
    ("the folder of temporary files is full", "der Ordner für Zwischendateien ist voll"),
    // Encrypted Android backups
    (
        "not built like an encrypted backup of WhatsApp: get it from the phone once more",
        "nicht gebaut wie ein verschlüsseltes WhatsApp-Backup: noch einmal vom Telefon holen",
    ),
    (
        "backups of this age cannot be opened: only crypt12, crypt14 and crypt15",
        "Backups dieses Alters lassen sich nicht öffnen: nur crypt12, crypt14 und crypt15",
    ),
    (
        "encrypted and protected by a password: name its #-digit key with --key",
        "verschlüsselt und durch ein Kennwort geschützt: den #-stelligen Schlüssel mit --key angeben",
    ),
    (
        "encrypted: name the file `key` of the phone with --key",
        "verschlüsselt: die Datei `key` des Telefons mit --key angeben",
    ),
    (
        "encrypted: name the #-digit key or the file `encrypted_backup.key` with --key",
        "verschlüsselt: den #-stelligen Schlüssel oder die Datei `encrypted_backup.key` mit --key angeben",
    ),
    (
        "none of the keys opens this backup: name the one of the phone it was made on",
        "keiner der Schlüssel öffnet dieses Backup: den des Telefons angeben, auf dem es entstand",
    ),
    (
        "the key or the backup is wrong: it was changed, ends too early, or needs another key",
        "Schlüssel oder Backup ist falsch: es wurde verändert, endet zu früh oder braucht einen anderen Schlüssel",
    ),
    ("what the backup holds is withheld", "der Inhalt des Backups ist zurückgehalten"),
    // iOS backups, property lists
    (
        "an encrypted iOS backup: switch off \"encrypt local backup\" on the computer, back up again and scan that",
        "ein verschlüsseltes iOS-Backup: am Computer „Lokales Backup verschlüsseln“ ausschalten, erneut sichern und das prüfen",
    ),
    (
        "the list of files of the iOS backup is damaged: copy the backup once more",
        "die Dateiliste des iOS-Backups ist beschädigt: das Backup noch einmal kopieren",
    ),
    (
        "the chats are not in this backup: in WhatsApp, switch off the end-to-end encrypted backup, then back up again",
        "die Chats sind nicht in diesem Backup: in WhatsApp das Ende-zu-Ende-verschlüsselte Backup ausschalten, dann erneut sichern",
    ),
    (
        "the chats are listed, but not there: copy the whole backup folder",
        "die Chats sind verzeichnet, aber nicht da: den ganzen Backup-Ordner kopieren",
    ),
    (
        "a property list is damaged: get it once more",
        "eine Property-Liste ist beschädigt: noch einmal holen",
    ),
    (
        "a property list larger than the limit of # MiB",
        "eine Property-Liste über der Grenze von # MiB",
    ),
    (
        "a property list that grows beyond the limit when it is read",
        "eine Property-Liste, die beim Lesen über die Grenze wächst",
    ),
    (
        "the PDF is damaged, or built in a way that cannot be read: save it anew with the program that made it",
        "das PDF ist beschädigt oder so gebaut, dass es nicht lesbar ist: mit dem erzeugenden Programm neu speichern",
    ),
];
