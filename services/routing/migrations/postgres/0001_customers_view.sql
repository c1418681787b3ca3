-- Customers as they are now: a view of the routing log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per account: the state after its latest event, its own attributes without those of the accounts above.
CREATE TABLE account_view (
    account_id           UUID   NOT NULL PRIMARY KEY,
    version              BIGINT NOT NULL,
    level                TEXT   NOT NULL,
    parent_account_id    UUID,
    name                 TEXT   NOT NULL,
    siren                TEXT,
    siret                TEXT,
    segments             BIGINT NOT NULL,
    language             TEXT,
    address              TEXT,
    departement          TEXT,
    region               TEXT,
    time_zone            TEXT,
    countries            TEXT   NOT NULL,
    external_identifiers TEXT   NOT NULL,
    customer_since       BIGINT NOT NULL,
    closed_at            BIGINT,
    manager_staff_id     UUID
) WITH (fillfactor = 80);

CREATE INDEX account_view_of_parent ON account_view (parent_account_id, account_id) WHERE parent_account_id IS NOT NULL;
CREATE INDEX account_view_of_manager ON account_view (manager_staff_id, account_id) WHERE manager_staff_id IS NOT NULL;

-- One row per assignment of a manager, as it is known now.
CREATE TABLE assignment_view (
    assignment_id        UUID   NOT NULL PRIMARY KEY,
    version              BIGINT NOT NULL,
    account_id           UUID   NOT NULL,
    staff_id             UUID   NOT NULL,
    effective_from       BIGINT NOT NULL,
    effective_until      BIGINT,
    recorded_at          BIGINT NOT NULL,
    training_valid_until BIGINT NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX assignment_view_of_account ON assignment_view (account_id, effective_from, assignment_id);
CREATE INDEX assignment_view_of_staff ON assignment_view (staff_id, account_id);

-- One row per person: the state after their latest event.
CREATE TABLE person_view (
    person_id            UUID   NOT NULL PRIMARY KEY,
    version              BIGINT NOT NULL,
    account_id           UUID   NOT NULL,
    user_id              TEXT,
    given_name           TEXT,
    family_name          TEXT,
    roles                BIGINT NOT NULL,
    language             TEXT,
    email                TEXT,
    numbers              TEXT   NOT NULL,
    external_identifiers TEXT   NOT NULL,
    left_at              BIGINT
) WITH (fillfactor = 80);

CREATE INDEX person_view_of_account ON person_view (account_id, person_id);

-- How far the log has been read; one row per shard of the log.
CREATE TABLE routing_view_checkpoint (
    shard       BIGINT NOT NULL PRIMARY KEY,
    incarnation BIGINT NOT NULL,
    position    BIGINT NOT NULL,
    hash        BYTEA  NOT NULL
);
INSERT INTO routing_view_checkpoint VALUES (0, 0, 0, decode(repeat('00', 32), 'hex'));

-- The service's own role writes rows and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO vigie_app', current_schema());
        GRANT SELECT, INSERT, UPDATE, DELETE
            ON account_view, assignment_view, person_view, routing_view_checkpoint TO vigie_app;
        EXECUTE format('GRANT SELECT ON %I TO vigie_app', '_sqlx_migrations');
    END IF;
END $$;
