//! German texts of scheduled scans, by their English ones.

pub(in crate::cli) const GERMAN: &[(&str, &str)] = &[
    ("Scheduled scans", "Geplante Läufe"),
    (
        "Remember runs and findings in this folder, and read only what has changed since",
        "Läufe und Hinweise in diesem Ordner merken und nur lesen, was sich geändert hat",
    ),
    ("Read all inputs, also those that have not changed", "Alle Quellen lesen, auch unveränderte"),
    (
        "Decisions that findings do not count [default: suppressions.toml in the state folder]",
        "Entscheidungen, dass Hinweise nicht zählen [Vorgabe: suppressions.toml im Zustandsordner]",
    ),
    (
        "Write numbers for Prometheus into this file",
        "Zahlen für Prometheus in diese Datei schreiben",
    ),
    (
        "Write a short mail text with numbers only into this file",
        "Kurzen Mailtext, nur mit Zahlen, in diese Datei schreiben",
    ),
    (
        "Show the runs of a state folder: what is open, new, fixed",
        "Läufe eines Zustandsordners zeigen: was offen, neu, behoben ist",
    ),
    (
        "\
Examples:
  sparsam history --state /var/lib/sparsam
  sparsam history --state /var/lib/sparsam --json
  sparsam history export --state /var/lib/sparsam laptop-7.jsonl
  sparsam history import --state fleet/ laptop-*.jsonl",
        "\
Beispiele:
  sparsam history --state /var/lib/sparsam
  sparsam history --state /var/lib/sparsam --json
  sparsam history export --state /var/lib/sparsam laptop-7.jsonl
  sparsam history import --state flotte/ laptop-*.jsonl",
    ),
    ("Show what changed between two runs", "Zeigen, was sich zwischen zwei Läufen geändert hat"),
    (
        "\
Example:
  sparsam diff 11 12 --state /var/lib/sparsam",
        "\
Beispiel:
  sparsam diff 11 12 --state /var/lib/sparsam",
    ),
    (
        "Decide that findings do not count, for a time",
        "Entscheiden, dass Hinweise eine Zeit lang nicht zählen",
    ),
    (
        "\
Examples:
  sparsam suppress 1f0c77a2b9d4 --reason \"test data\" --until 2026-12-31 --state /var/lib/sparsam
  sparsam suppress --from decisions.toml --state /var/lib/sparsam

A decision holds a year at most; when it is over, the finding is open again.",
        "\
Beispiele:
  sparsam suppress 1f0c77a2b9d4 --reason \"Testdaten\" --until 2026-12-31 --state /var/lib/sparsam
  sparsam suppress --from entscheidungen.toml --state /var/lib/sparsam

Eine Entscheidung gilt höchstens ein Jahr; danach ist der Hinweis wieder offen.",
    ),
    (
        "Find the firm's own data among the findings",
        "Eigene Daten der Firma unter den Hinweisen finden",
    ),
    (
        "Show one value with its message, on the terminal only, and note that in the audit log",
        "Einen Wert mit seiner Nachricht zeigen, nur am Terminal, und das protokollieren",
    ),
    (
        "\
Example:
  sparsam show 1f0c77a2b9d4 --state /var/lib/sparsam --reason \"ticket 4711\"",
        "\
Beispiel:
  sparsam show 1f0c77a2b9d4 --state /var/lib/sparsam --reason \"Ticket 4711\"",
    ),
    ("Check the audit log", "Das Protokoll prüfen"),
    (
        "Back up or change the secret of a state folder",
        "Das Geheimnis eines Zustandsordners sichern oder wechseln",
    ),
    (
        "Forget closed findings and old reports; numbers of runs stay",
        "Geschlossene Hinweise und alte Berichte vergessen; Zahlen der Läufe bleiben",
    ),
    (
        "\
Example:
  sparsam purge --older-than 90d --state /var/lib/sparsam --reports /srv/reports",
        "\
Beispiel:
  sparsam purge --older-than 90d --state /var/lib/sparsam --reports /srv/reports",
    ),
    ("Print a timer for weekly scans", "Einen Zeitgeber für wöchentliche Läufe ausgeben"),
    (
        "Folder that keeps what is known between runs",
        "Ordner, der zwischen Läufen das Bekannte behält",
    ),
    (
        "Key of ids [default: secret in the state folder]",
        "Schlüssel der Kennungen [Vorgabe: secret im Zustandsordner]",
    ),
    ("Print JSON", "JSON ausgeben"),
    (
        "Number of runs to show, the last ones [default: 26]",
        "Anzahl der Läufe, die letzten [Vorgabe: 26]",
    ),
    (
        "Write runs, numbers and how each finding stands into a file: keyed ids, no values, no names of files",
        "Läufe, Zahlen und den Stand jedes Hinweises in eine Datei schreiben: Kennungen mit Schlüssel, keine Werte, keine Dateinamen",
    ),
    ("The file", "Die Datei"),
    (
        "Take over what other machines exported, in any order and as often as you like",
        "Übernehmen, was andere Rechner exportiert haben, in beliebiger Reihenfolge und beliebig oft",
    ),
    ("The files", "Die Dateien"),
    ("Number of the earlier run", "Nummer des früheren Laufs"),
    ("FROM", "VON"),
    ("Number of the later run", "Nummer des späteren Laufs"),
    ("TO", "BIS"),
    (
        "Ids of findings, or at least their first 8 digits",
        "Kennungen von Hinweisen, mindestens die ersten 8 Zeichen",
    ),
    ("Why they do not count", "Warum sie nicht zählen"),
    ("TEXT", "TEXT"),
    (
        "Last day of the decision, a year from now at most",
        "Letzter Tag der Entscheidung, höchstens in einem Jahr",
    ),
    ("DAY", "TAG"),
    ("Who decided [default: the user's name]", "Wer entschieden hat [Vorgabe: Name des Benutzers]"),
    ("NAME", "NAME"),
    (
        "The same value in every message and chat",
        "Denselben Wert in jeder Nachricht und jedem Chat",
    ),
    ("Reopen when the rules change", "Wieder öffnen, wenn sich die Regeln ändern"),
    (
        "Reopen when there are more occurrences than now",
        "Wieder öffnen, wenn es mehr Vorkommen gibt als jetzt",
    ),
    (
        "Take over decisions that the HTML report collected",
        "Entscheidungen übernehmen, die der HTML-Bericht gesammelt hat",
    ),
    (
        "File of decisions [default: suppressions.toml in the state folder]",
        "Datei der Entscheidungen [Vorgabe: suppressions.toml im Zustandsordner]",
    ),
    (
        "Propose own data for the policy: accounts, numbers and addresses that most chats hold",
        "Eigene Daten für die Vorgaben vorschlagen: Konten, Nummern, Adressen, die in den meisten Chats stehen",
    ),
    (
        "\
Example:
  sparsam own learn --state /var/lib/sparsam

On a terminal the values are printed, ready for [own] in the policy; elsewhere only masked.",
        "\
Beispiel:
  sparsam own learn --state /var/lib/sparsam

Am Terminal erscheinen die Werte, fertig für [own] in den Vorgaben; sonst nur maskiert.",
    ),
    (
        "Share of inputs with findings that must hold a value, in percent [default: 50]",
        "Anteil der Quellen mit Hinweisen, in denen ein Wert stehen muss, in Prozent [Vorgabe: 50]",
    ),
    ("PERCENT", "PROZENT"),
    (
        "Id of the finding, or at least its first 8 digits",
        "Kennung des Hinweises, mindestens die ersten 8 Zeichen",
    ),
    (
        "Where to look if its path is masked or has changed",
        "Wo gesucht wird, wenn der Pfad maskiert ist oder sich geändert hat",
    ),
    ("Why you look, for the audit log", "Warum Sie nachsehen, für das Protokoll"),
    (
        "Find any line that was edited, deleted or moved",
        "Jede geänderte, gelöschte oder verschobene Zeile finden",
    ),
    (
        "\
Example:
  sparsam log verify --state /var/lib/sparsam

Exit codes: 0 good, 1 not. Keep the printed head elsewhere: it proves all that came before.",
        "\
Beispiel:
  sparsam log verify --state /var/lib/sparsam

Rückgabewerte: 0 gut, 1 nicht. Den ausgegebenen Kopf anderswo aufbewahren: Er belegt alles davor.",
    ),
    (
        "Copy the secret to a safe place: without it the state is of no use",
        "Das Geheimnis an einen sicheren Ort kopieren: ohne es ist der Zustand wertlos",
    ),
    ("The copy; must not exist", "Die Kopie; darf nicht vorhanden sein"),
    (
        "Make a new secret: ids and pseudonyms from before can no longer be linked to new ones",
        "Neues Geheimnis: frühere Kennungen und Pseudonyme sind mit neuen nicht mehr verknüpfbar",
    ),
    ("Age in days, such as 90d", "Alter in Tagen, etwa 90d"),
    ("AGE", "ALTER"),
    (
        "Delete old reports in this folder and in the folders right below it, too; repeatable",
        "Auch alte Berichte in diesem Ordner und den Ordnern direkt darunter löschen; wiederholbar",
    ),
    (
        "Print a timer and a hardened service for systemd",
        "Zeitgeber und abgesicherten Dienst für systemd ausgeben",
    ),
    (
        "\
Example:
  sparsam schedule systemd /srv/exports --state /var/lib/sparsam --report /srv/reports

The text has two parts, one a file: save each under the name it carries.",
        "\
Beispiel:
  sparsam schedule systemd /srv/exports --state /var/lib/sparsam --report /srv/reports

Der Text hat zwei Teile, je eine Datei: jeden unter dem Namen speichern, den er trägt.",
    ),
    ("Print a line for crontab", "Eine Zeile für crontab ausgeben"),
    (
        "\
Example:
  sparsam schedule cron /srv/exports --state /var/lib/sparsam --report /srv/reports",
        "\
Beispiel:
  sparsam schedule cron /srv/exports --state /var/lib/sparsam --report /srv/reports",
    ),
    ("User that runs it [default: sparsam]", "Benutzer, der ihn ausführt [Vorgabe: sparsam]"),
];
