CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- One line a run; `numbers` is the JSON of RunNumbers. Imported runs keep their host and uid.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    device TEXT,
    imported INTEGER NOT NULL DEFAULT 0,
    command TEXT NOT NULL,
    version TEXT NOT NULL,
    rules TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT,
    complete INTEGER NOT NULL DEFAULT 0,
    numbers TEXT NOT NULL DEFAULT '{}'
);

-- Findings by category, severity and status at the end of a run: what survives purge.
CREATE TABLE counts (
    run INTEGER NOT NULL REFERENCES runs (id),
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    status TEXT NOT NULL,
    findings INTEGER NOT NULL,
    PRIMARY KEY (run, category, severity, status)
) WITHOUT ROWID;

CREATE TABLE folders (id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, parent INTEGER);

-- `record` is the input as reports show it. `missing` is the first run after which it may have moved.
CREATE TABLE inputs (
    id INTEGER PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    folder INTEGER,
    named TEXT NOT NULL,
    size INTEGER, mtime INTEGER, ctime INTEGER, inode INTEGER, beside INTEGER,
    settled INTEGER NOT NULL DEFAULT 0,
    hash TEXT,
    ruleset TEXT NOT NULL DEFAULT '',
    messages INTEGER NOT NULL DEFAULT 0,
    whole INTEGER NOT NULL DEFAULT 0,
    first_run INTEGER NOT NULL,
    missing INTEGER,
    record TEXT NOT NULL DEFAULT ''
);
CREATE INDEX inputs_folder ON inputs (folder);
CREATE INDEX inputs_hash ON inputs (hash);

CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL,
    rule TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    status TEXT NOT NULL,
    because TEXT,
    first_run INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    changed_run INTEGER NOT NULL,
    changed TEXT NOT NULL
);
CREATE INDEX findings_changed ON findings (changed_run);

-- Where a finding stands: `state` is present, fixed or missing; `record` is the line of findings.jsonl.
CREATE TABLE places (
    input INTEGER NOT NULL REFERENCES inputs (id),
    finding INTEGER NOT NULL REFERENCES findings (id),
    state TEXT NOT NULL,
    seen INTEGER NOT NULL,
    position INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (input, finding)
) WITHOUT ROWID;
CREATE INDEX places_finding ON places (finding, state);

-- What happened to which finding in which run: new, fixed, reopened, gone, back, suppressed.
CREATE TABLE events (
    run INTEGER NOT NULL,
    finding INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (run, finding, event)
) WITHOUT ROWID;

-- Findings whose places changed since the end of the last whole run; survives a killed one.
CREATE TABLE touched (finding INTEGER PRIMARY KEY);
