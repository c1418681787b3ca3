-- Who can be told: a view of the log of routing, rebuilt at any time. Times are microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE accounts (
    account_id UUID    NOT NULL PRIMARY KEY,
    parent_id  UUID,
    language   TEXT,
    segments   TEXT    NOT NULL,
    closed_at  BIGINT,
    version    BIGINT NOT NULL
);

CREATE TABLE people (
    person_id  UUID    NOT NULL PRIMARY KEY,
    account_id UUID    NOT NULL,
    user_id    TEXT,
    name       TEXT,
    roles      TEXT    NOT NULL,
    manages    BOOLEAN NOT NULL,
    language   TEXT,
    email      TEXT,
    subject    UUID    NOT NULL,
    is_there   BOOLEAN NOT NULL,
    version    BIGINT NOT NULL
);

CREATE INDEX people_who_manage ON people (account_id, person_id) WHERE manages;
CREATE INDEX people_by_user ON people (account_id, user_id) WHERE user_id IS NOT NULL;

CREATE TABLE staff (
    staff_id UUID    NOT NULL PRIMARY KEY,
    name     TEXT,
    email    TEXT,
    number   TEXT,
    subject  UUID    NOT NULL,
    version  BIGINT NOT NULL
);

-- How far the log has been read; one row per shard of the log.
CREATE TABLE directory_checkpoint (
    shard       BIGINT NOT NULL PRIMARY KEY,
    incarnation BIGINT NOT NULL,
    position    BIGINT NOT NULL,
    hash        BYTEA    NOT NULL
);
INSERT INTO directory_checkpoint VALUES (0, 0, 0, decode(repeat('00', 32), 'hex'));

-- The service's own role writes rows and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO vigie_app', current_schema());
        GRANT SELECT, INSERT, UPDATE, DELETE ON accounts, people, staff, directory_checkpoint TO vigie_app;
        EXECUTE format('GRANT SELECT ON %I TO vigie_app', '_sqlx_migrations');
    END IF;
END $$;
