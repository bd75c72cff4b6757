-- What follows from the log. This file may be deleted whenever nobody runs: it is filled again.
-- Each kind of document has a table of its own name beside these, "taxi.order":
--     id INTEGER PRIMARY KEY, version, state (JSON), body (JSON as people see it; NULL: nobody does),
--     due (milliseconds since 1970: the engine must look at it again)
CREATE TABLE _kind (
    name    TEXT NOT NULL PRIMARY KEY,
    highest INTEGER NOT NULL,         -- the highest number ever given, documents that are gone included
    visible INTEGER NOT NULL          -- rows with a body
) STRICT, WITHOUT ROWID;

CREATE TABLE _meta (
    origin     TEXT NOT NULL,         -- the log it follows from: origin.id of holdfast.db
    position   INTEGER NOT NULL,      -- everything up to this row of the log is taken in
    generation INTEGER NOT NULL       -- how often somebody else than the owner has changed rows
) STRICT;

INSERT INTO _meta VALUES ('', 0, 0);
