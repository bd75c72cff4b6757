-- The truth. Everything here is only ever appended, but for cursors and for idempotency keys that are too old.
-- No index on anything a client chooses: random keys in a B-tree on the write path cost most of the speed.
CREATE TABLE log (
    seq         INTEGER PRIMARY KEY,  -- 1, 2, 3 … without gaps
    time        INTEGER NOT NULL,     -- milliseconds since 1970
    source      TEXT NOT NULL,        -- the service that recorded it: taxi.order
    name        TEXT NOT NULL,        -- the event: Ordered
    public      INTEGER NOT NULL,     -- 0: only its own service hears it
    kind        TEXT NOT NULL,        -- the document it changed, its number, and its version after it
    id          INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    correlation INTEGER,              -- the booking it is about
    cause       INTEGER,              -- the row that led to it; NULL: a request, a timer or an answer did
    body        TEXT NOT NULL         -- JSON object
) STRICT;

CREATE TABLE cursor (
    service TEXT NOT NULL PRIMARY KEY,
    seq     INTEGER NOT NULL          -- the last row of the log it has heard
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
    row         INTEGER PRIMARY KEY,  -- of several rows of one key the last holds
    time        INTEGER NOT NULL,
    service     TEXT NOT NULL,
    caller      TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    kind        TEXT NOT NULL,        -- the document whose wait ends the request
    id          INTEGER NOT NULL,
    success     INTEGER NOT NULL,     -- the status that success will have
    answer      TEXT                  -- JSON; NULL: pending
) STRICT;

-- Tells this log from every other one, so that a views.db of another one is not taken for its own.
CREATE TABLE origin (id TEXT NOT NULL) STRICT;
INSERT INTO origin VALUES (lower(hex(randomblob(16))));

CREATE TABLE dead_letter (
    row     INTEGER PRIMARY KEY,
    time    INTEGER NOT NULL,
    service TEXT NOT NULL,            -- who could not take it
    seq     INTEGER,                  -- the row of the log, if it was one
    why     TEXT NOT NULL
) STRICT;
