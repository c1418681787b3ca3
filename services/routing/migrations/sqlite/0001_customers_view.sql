-- Customers as they are now: a view of the routing log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per account: the state after its latest event, its own attributes without those of the accounts above.
CREATE TABLE account_view (
    account_id           BLOB   NOT NULL PRIMARY KEY,
    version              INTEGER NOT NULL,
    level                TEXT   NOT NULL,
    parent_account_id    BLOB,
    name                 TEXT   NOT NULL,
    siren                TEXT,
    siret                TEXT,
    segments             INTEGER NOT NULL,
    language             TEXT,
    address              TEXT,
    departement          TEXT,
    region               TEXT,
    time_zone            TEXT,
    countries            TEXT   NOT NULL,
    external_identifiers TEXT   NOT NULL,
    customer_since       INTEGER NOT NULL,
    closed_at            INTEGER,
    manager_staff_id     BLOB
);

CREATE INDEX account_view_of_parent ON account_view (parent_account_id, account_id) WHERE parent_account_id IS NOT NULL;
CREATE INDEX account_view_of_manager ON account_view (manager_staff_id, account_id) WHERE manager_staff_id IS NOT NULL;

-- One row per assignment of a manager, as it is known now.
CREATE TABLE assignment_view (
    assignment_id        BLOB   NOT NULL PRIMARY KEY,
    version              INTEGER NOT NULL,
    account_id           BLOB   NOT NULL,
    staff_id             BLOB   NOT NULL,
    effective_from       INTEGER NOT NULL,
    effective_until      INTEGER,
    recorded_at          INTEGER NOT NULL,
    training_valid_until INTEGER NOT NULL
);

CREATE INDEX assignment_view_of_account ON assignment_view (account_id, effective_from, assignment_id);
CREATE INDEX assignment_view_of_staff ON assignment_view (staff_id, account_id);

-- One row per person: the state after their latest event.
CREATE TABLE person_view (
    person_id            BLOB   NOT NULL PRIMARY KEY,
    version              INTEGER NOT NULL,
    account_id           BLOB   NOT NULL,
    user_id              TEXT,
    given_name           TEXT,
    family_name          TEXT,
    roles                INTEGER NOT NULL,
    language             TEXT,
    email                TEXT,
    numbers              TEXT   NOT NULL,
    external_identifiers TEXT   NOT NULL,
    left_at              INTEGER
);

CREATE INDEX person_view_of_account ON person_view (account_id, person_id);

-- How far the log has been read; one row per shard of the log.
CREATE TABLE routing_view_checkpoint (
    shard       INTEGER NOT NULL PRIMARY KEY,
    incarnation INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    hash        BLOB  NOT NULL
);
INSERT INTO routing_view_checkpoint VALUES (0, 0, 0, zeroblob(32));
