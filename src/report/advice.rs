//! What an incident means for the result, and what to do: one row for each kind.

use super::Lang;

/// One incident kind in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Advice {
    /// Name.
    pub(super) title: &'static str,
    /// What it means for the result.
    pub(super) meaning: &'static str,
    /// What to do.
    pub(super) action: &'static str,
}

/// Words for an incident kind.
pub(super) fn advice(kind: &str, lang: Lang) -> Advice {
    let row = TABLE.iter().find(|row| row.kind == kind).unwrap_or(&UNKNOWN);
    let [title, meaning, action] = match lang {
        Lang::En => row.en,
        Lang::De => row.de,
    };
    Advice { title, meaning, action }
}

struct Row {
    kind: &'static str,
    en: [&'static str; 3],
    de: [&'static str; 3],
}

const UNKNOWN: Row = Row {
    kind: "",
    en: [
        "Not fully read",
        "Part of the content was not looked at.",
        "Read the detail and run again.",
    ],
    de: [
        "Nicht vollständig gelesen",
        "Ein Teil des Inhalts wurde nicht geprüft.",
        "Technische Angabe prüfen und erneut starten.",
    ],
};

const TABLE: [Row; 18] = [
    Row {
        kind: "unreadable",
        en: [
            "Not readable",
            "The system refused to hand out the content; it was not looked at.",
            "Give the program read permission or check the disk, then run again.",
        ],
        de: [
            "Nicht lesbar",
            "Das System hat den Inhalt nicht herausgegeben; er wurde nicht geprüft.",
            "Leserechte vergeben oder Datenträger prüfen, dann erneut starten.",
        ],
    },
    Row {
        kind: "vanished",
        en: [
            "Gone while running",
            "The file was listed, but was gone before it could be read.",
            "Run again when nobody moves or deletes files there.",
        ],
        de: [
            "Während des Laufs verschwunden",
            "Die Datei war aufgelistet, aber vor dem Lesen nicht mehr da.",
            "Erneut starten, wenn dort niemand Dateien verschiebt oder löscht.",
        ],
    },
    Row {
        kind: "changed",
        en: [
            "Changed while read",
            "What was read may be a mixture of old and new content.",
            "Run again when nobody writes to the file.",
        ],
        de: [
            "Beim Lesen verändert",
            "Das Gelesene kann eine Mischung aus altem und neuem Inhalt sein.",
            "Erneut starten, wenn niemand in die Datei schreibt.",
        ],
    },
    Row {
        kind: "damaged",
        en: [
            "Damaged",
            "The content is not what its format demands; parts of it were not looked at.",
            "Get a fresh export or backup and scan that.",
        ],
        de: [
            "Beschädigt",
            "Der Inhalt entspricht nicht seinem Format; Teile wurden nicht geprüft.",
            "Neu exportieren oder sichern und das Ergebnis prüfen lassen.",
        ],
    },
    Row {
        kind: "truncated",
        en: [
            "Ends too early",
            "The end is missing; what was there was looked at.",
            "Copy or export it again completely, then scan that.",
        ],
        de: [
            "Bricht vorzeitig ab",
            "Das Ende fehlt; geprüft wurde, was vorhanden ist.",
            "Erneut vollständig kopieren oder exportieren und prüfen lassen.",
        ],
    },
    Row {
        kind: "accounting",
        en: [
            "Bytes that belong to nothing",
            "The container holds bytes that its own list does not mention; they were not looked at.",
            "Treat it as confidential; unpack and pack it anew, then scan that.",
        ],
        de: [
            "Bytes ohne Zuordnung",
            "Der Container enthält Bytes, die sein Verzeichnis nicht nennt; sie wurden nicht geprüft.",
            "Vertraulich behandeln; entpacken, neu packen und erneut prüfen lassen.",
        ],
    },
    Row {
        kind: "bad-crc",
        en: [
            "Checksum wrong",
            "The content was read, but is not what was packed; findings may be missing.",
            "Get an undamaged copy of the archive and scan that.",
        ],
        de: [
            "Prüfsumme falsch",
            "Der Inhalt wurde gelesen, ist aber nicht der gepackte; Hinweise können fehlen.",
            "Unbeschädigte Fassung des Archivs beschaffen und prüfen lassen.",
        ],
    },
    Row {
        kind: "encrypted",
        en: [
            "Encrypted, no key",
            "Nothing of it was looked at.",
            "Backups of WhatsApp on Android open with --key; decrypt anything else first and scan the result.",
        ],
        de: [
            "Verschlüsselt, kein Schlüssel",
            "Der Inhalt wurde nicht geprüft.",
            "Android-Backups von WhatsApp öffnet --key; anderes zuerst entschlüsseln, dann das Ergebnis prüfen.",
        ],
    },
    Row {
        kind: "wrong-key",
        en: [
            "Key does not fit",
            "Nothing of it was looked at.",
            "Name the key of the phone this backup was made on with --key.",
        ],
        de: [
            "Schlüssel passt nicht",
            "Der Inhalt wurde nicht geprüft.",
            "Mit --key den Schlüssel des Telefons angeben, von dem die Sicherung stammt.",
        ],
    },
    Row {
        kind: "unsupported",
        en: [
            "Method not supported",
            "A database, an archive or a method this version cannot open; it was not looked at.",
            "Export or unpack it with its own program and scan the result.",
        ],
        de: [
            "Verfahren nicht unterstützt",
            "Datenbank, Archiv oder Verfahren, das diese Version nicht öffnen kann; nicht geprüft.",
            "Mit dem zugehörigen Programm exportieren oder entpacken und das Ergebnis prüfen lassen.",
        ],
    },
    Row {
        kind: "limit:expanded-bytes",
        en: [
            "Unpacks to too much",
            "Reading stopped at the limit; the rest was not looked at.",
            "If it is genuine, raise the limit (see --help); else treat it as an attack.",
        ],
        de: [
            "Entpackt zu groß",
            "Das Lesen endete an der Grenze; der Rest wurde nicht geprüft.",
            "Wenn echt, die Grenze erhöhen (siehe --help); sonst als Angriff behandeln.",
        ],
    },
    Row {
        kind: "limit:member-size",
        en: [
            "Member too large",
            "Reading of this member stopped at the limit; the rest was not looked at.",
            "Raise the limit (see --help), or unpack it and scan the result.",
        ],
        de: [
            "Enthaltene Datei zu groß",
            "Das Lesen dieser Datei endete an der Grenze; der Rest wurde nicht geprüft.",
            "Grenze erhöhen (siehe --help) oder entpacken und das Ergebnis prüfen lassen.",
        ],
    },
    Row {
        kind: "limit:depth",
        en: [
            "Nested too deep",
            "What lies deeper than the limit was not looked at.",
            "Unpack the outer layers and scan the result, or raise the limit (see --help).",
        ],
        de: [
            "Zu tief verschachtelt",
            "Was tiefer liegt als die Grenze, wurde nicht geprüft.",
            "Äußere Ebenen entpacken und prüfen lassen oder die Grenze erhöhen (siehe --help).",
        ],
    },
    Row {
        kind: "limit:entries",
        en: [
            "Too many entries",
            "The archive holds more entries than the limit; the rest was not looked at.",
            "Raise the limit (see --help), or unpack it and scan the folder.",
        ],
        de: [
            "Zu viele Einträge",
            "Das Archiv enthält mehr Einträge als die Grenze; der Rest wurde nicht geprüft.",
            "Grenze erhöhen (siehe --help) oder entpacken und den Ordner prüfen lassen.",
        ],
    },
    Row {
        kind: "limit:time",
        en: [
            "Out of time",
            "Reading stopped when its time was over; the rest was not looked at.",
            "Allow more time (see --help) and run again.",
        ],
        de: [
            "Zeit abgelaufen",
            "Das Lesen endete mit der Zeitvorgabe; der Rest wurde nicht geprüft.",
            "Mehr Zeit erlauben (siehe --help) und erneut starten.",
        ],
    },
    Row {
        kind: "hostile",
        en: [
            "Built to mislead",
            "Its structure shows different programs different content; not all was looked at.",
            "Find out where it comes from; do not pass it on.",
        ],
        de: [
            "Irreführend aufgebaut",
            "Der Aufbau zeigt verschiedenen Programmen Verschiedenes; nicht alles wurde geprüft.",
            "Herkunft klären; nicht weitergeben.",
        ],
    },
    Row {
        kind: "unproven-copy",
        en: [
            "Copy not proven",
            "The redacted copy did not pass its check and was deleted.",
            "Do not pass on the original; report this as an error of the program.",
        ],
        de: [
            "Kopie nicht bestätigt",
            "Die geschwärzte Kopie hat ihre Prüfung nicht bestanden und wurde gelöscht.",
            "Original nicht weitergeben; als Programmfehler melden.",
        ],
    },
    Row {
        kind: "unwritable-copy",
        en: [
            "Copy not writable",
            "The redacted copy could not be written; there is none. The report says why.",
            "Free space, move away what lies under its name, or choose another folder with --out, and run again.",
        ],
        de: [
            "Kopie nicht schreibbar",
            "Die geschwärzte Kopie konnte nicht geschrieben werden; es gibt keine. Der Bericht sagt, warum.",
            "Platz schaffen, wegräumen, was unter ihrem Namen liegt, oder mit --out einen anderen Ordner wählen, und erneut starten.",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LimitKind, Problem};

    #[test]
    fn every_problem_has_words_in_both_languages() {
        let limits = [
            LimitKind::ExpandedBytes,
            LimitKind::MemberSize,
            LimitKind::Depth,
            LimitKind::Entries,
            LimitKind::Time,
        ];
        let mut problems = vec![
            Problem::Unreadable,
            Problem::Vanished,
            Problem::Changed,
            Problem::Damaged,
            Problem::Truncated,
            Problem::Accounting,
            Problem::BadCrc,
            Problem::Encrypted,
            Problem::WrongKey,
            Problem::Unsupported,
            Problem::Hostile,
            Problem::Unproven,
            Problem::Unwritable,
        ];
        problems.extend(limits.map(Problem::Limit));
        assert_eq!(problems.len(), TABLE.len());
        for problem in problems {
            assert!(TABLE.iter().any(|row| row.kind == problem.name()), "{}", problem.name());
            for lang in [Lang::De, Lang::En] {
                assert_ne!(advice(problem.name(), lang), advice("", lang), "{}", problem.name());
            }
        }
    }
}
