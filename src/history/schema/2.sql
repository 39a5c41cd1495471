-- Findings of other machines as their exports last told: keyed ids, no values, no places.
CREATE TABLE states (
    uid TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    as_of TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE elsewhere (
    state TEXT NOT NULL REFERENCES states (uid),
    token TEXT NOT NULL,
    host TEXT NOT NULL,
    device TEXT,
    rule TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    status TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    changed TEXT NOT NULL,
    PRIMARY KEY (state, token)
) WITHOUT ROWID;

-- What tells this state apart from others when their histories come together.
INSERT OR IGNORE INTO meta VALUES ('state', lower(hex(randomblob(16))));
