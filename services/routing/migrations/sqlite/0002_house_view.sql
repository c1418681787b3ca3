-- The operator's staff, desks and contact points as they are now: a view of the routing log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- One row per staff member: the state after their latest event, whole in `shown`.
CREATE TABLE staff_view (
    staff_id             BLOB    NOT NULL PRIMARY KEY,
    version              INTEGER NOT NULL,
    desk_id              BLOB,
    is_account_manager   BOOLEAN NOT NULL,
    training_valid_until INTEGER,
    leaves_at            INTEGER,
    has_left             BOOLEAN NOT NULL,
    external_identifiers TEXT    NOT NULL,
    shown                TEXT    NOT NULL
);

CREATE INDEX staff_view_of_desk ON staff_view (desk_id, staff_id) WHERE desk_id IS NOT NULL;
CREATE INDEX staff_view_trained ON staff_view (training_valid_until) WHERE is_account_manager AND NOT has_left;
CREATE INDEX staff_view_leaving ON staff_view (leaves_at) WHERE leaves_at IS NOT NULL;

-- One row per absence: as planned, and with its end once it is over.
CREATE TABLE absence_view (
    absence_id     BLOB    NOT NULL PRIMARY KEY,
    version        INTEGER NOT NULL,
    staff_id       BLOB    NOT NULL,
    begins_at      INTEGER NOT NULL,
    ends_at        INTEGER NOT NULL,
    cover_staff_id BLOB,
    is_over        BOOLEAN NOT NULL
);

CREATE INDEX absence_view_of_staff ON absence_view (staff_id, begins_at) WHERE NOT is_over;
CREATE INDEX absence_view_open ON absence_view (begins_at) WHERE NOT is_over;

-- One row per desk: the state after its latest event, whole in `shown`.
CREATE TABLE desk_view (
    desk_id              BLOB    NOT NULL PRIMARY KEY,
    version              INTEGER NOT NULL,
    purpose              TEXT    NOT NULL,
    closed_at            INTEGER,
    external_identifiers TEXT    NOT NULL,
    shown                TEXT    NOT NULL
);

-- One row per version of a contact point, whole in `shown`.
CREATE TABLE contact_point_view (
    version_id       BLOB    NOT NULL PRIMARY KEY,
    version          INTEGER NOT NULL,
    contact_point_id BLOB    NOT NULL,
    desk_id          BLOB    NOT NULL,
    valid_from       INTEGER NOT NULL,
    valid_until      INTEGER,
    shown            TEXT    NOT NULL
);

CREATE INDEX contact_point_view_by_id ON contact_point_view (contact_point_id, valid_from);
CREATE INDEX contact_point_view_of_desk ON contact_point_view (desk_id, contact_point_id);
