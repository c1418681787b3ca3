-- Who carries this log to Kafka, and how far it is carried. Versions from 1001: the log's own migrations are below.

CREATE TABLE relay (
    name        TEXT    NOT NULL PRIMARY KEY,
    -- Grows each time that the relay changes hands: the cursor moves only under the newest epoch (rule 19).
    epoch       INTEGER NOT NULL,
    holder      BLOB,
    -- Microseconds since 1970-01-01T00:00:00Z.
    until       INTEGER NOT NULL,
    -- The last event that is on Kafka.
    incarnation INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    hash        BLOB    NOT NULL
);
