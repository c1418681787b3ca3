-- Who can be told: a view of the log of routing, rebuilt at any time. Times are microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE accounts (
    account_id BLOB    NOT NULL PRIMARY KEY,
    parent_id  BLOB,
    language   TEXT,
    segments   TEXT    NOT NULL,
    closed_at  INTEGER,
    version    INTEGER NOT NULL
);

CREATE TABLE people (
    person_id  BLOB    NOT NULL PRIMARY KEY,
    account_id BLOB    NOT NULL,
    user_id    TEXT,
    name       TEXT,
    roles      TEXT    NOT NULL,
    manages    BOOLEAN NOT NULL,
    language   TEXT,
    email      TEXT,
    subject    BLOB    NOT NULL,
    is_there   BOOLEAN NOT NULL,
    version    INTEGER NOT NULL
);

CREATE INDEX people_who_manage ON people (account_id, person_id) WHERE manages;
CREATE INDEX people_by_user ON people (account_id, user_id) WHERE user_id IS NOT NULL;

CREATE TABLE staff (
    staff_id BLOB    NOT NULL PRIMARY KEY,
    name     TEXT,
    email    TEXT,
    number   TEXT,
    subject  BLOB    NOT NULL,
    version  INTEGER NOT NULL
);

-- How far the log has been read; one row per shard of the log.
CREATE TABLE directory_checkpoint (
    shard       INTEGER NOT NULL PRIMARY KEY,
    incarnation INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    hash        BLOB    NOT NULL
);
INSERT INTO directory_checkpoint VALUES (0, 0, 0, zeroblob(32));
