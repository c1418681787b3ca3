-- The operator's staff, desks and contact points as they are now: a view of the routing log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per staff member: the state after their latest event, whole in `shown`.
CREATE TABLE staff_view (
    staff_id             UUID    NOT NULL PRIMARY KEY,
    version              BIGINT  NOT NULL,
    desk_id              UUID,
    is_account_manager   BOOLEAN NOT NULL,
    training_valid_until BIGINT,
    leaves_at            BIGINT,
    has_left             BOOLEAN NOT NULL,
    external_identifiers TEXT    NOT NULL,
    shown                TEXT    NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX staff_view_of_desk ON staff_view (desk_id, staff_id) WHERE desk_id IS NOT NULL;
CREATE INDEX staff_view_trained ON staff_view (training_valid_until) WHERE is_account_manager AND NOT has_left;
CREATE INDEX staff_view_leaving ON staff_view (leaves_at) WHERE leaves_at IS NOT NULL;

-- One row per absence: as planned, and with its end once it is over.
CREATE TABLE absence_view (
    absence_id     UUID    NOT NULL PRIMARY KEY,
    version        BIGINT  NOT NULL,
    staff_id       UUID    NOT NULL,
    begins_at      BIGINT  NOT NULL,
    ends_at        BIGINT  NOT NULL,
    cover_staff_id UUID,
    is_over        BOOLEAN NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX absence_view_of_staff ON absence_view (staff_id, begins_at) WHERE NOT is_over;
CREATE INDEX absence_view_open ON absence_view (begins_at) WHERE NOT is_over;

-- One row per desk: the state after its latest event, whole in `shown`.
CREATE TABLE desk_view (
    desk_id              UUID   NOT NULL PRIMARY KEY,
    version              BIGINT NOT NULL,
    purpose              TEXT   NOT NULL,
    closed_at            BIGINT,
    external_identifiers TEXT   NOT NULL,
    shown                TEXT   NOT NULL
) WITH (fillfactor = 80);

-- One row per version of a contact point, whole in `shown`.
CREATE TABLE contact_point_view (
    version_id       UUID   NOT NULL PRIMARY KEY,
    version          BIGINT NOT NULL,
    contact_point_id UUID   NOT NULL,
    desk_id          UUID   NOT NULL,
    valid_from       BIGINT NOT NULL,
    valid_until      BIGINT,
    shown            TEXT   NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX contact_point_view_by_id ON contact_point_view (contact_point_id, valid_from);
CREATE INDEX contact_point_view_of_desk ON contact_point_view (desk_id, contact_point_id);

-- The service's own role writes rows and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE
            ON staff_view, absence_view, desk_view, contact_point_view TO vigie_app;
    END IF;
END $$;
