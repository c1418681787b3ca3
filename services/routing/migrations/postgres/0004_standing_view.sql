-- How customers stand with their managers, and what they were told: a view of the routing log, rebuilt at any time.
-- Times are microseconds since 1970-01-01T00:00:00Z.

-- Whoever steps in after somebody left. Of before there is none.
ALTER TABLE staff_view ADD COLUMN deputy_staff_id UUID;
CREATE INDEX staff_view_of_deputy ON staff_view (deputy_staff_id) WHERE deputy_staff_id IS NOT NULL;
CREATE INDEX absence_view_of_cover ON absence_view (cover_staff_id) WHERE cover_staff_id IS NOT NULL AND NOT is_over;

-- The gap that is open.
ALTER TABLE account_view ADD COLUMN gap_since  BIGINT;
ALTER TABLE account_view ADD COLUMN gap_due_at BIGINT;
ALTER TABLE account_view ADD COLUMN gap_cause  TEXT;
CREATE INDEX account_view_gaps ON account_view (gap_since, account_id) WHERE gap_since IS NOT NULL;

-- One row per change of an account's manager: an assignment, or the latest cover of one cause.
CREATE TABLE manager_change_view (
    row_id     UUID    NOT NULL PRIMARY KEY,
    version    BIGINT  NOT NULL,
    account_id UUID    NOT NULL,
    change_id  UUID    NOT NULL,
    kind       TEXT    NOT NULL,
    tell_by    BIGINT,
    told_at    BIGINT,
    notice_id  UUID,
    is_late    BOOLEAN NOT NULL
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX manager_change_view_of_account ON manager_change_view (account_id, change_id);
CREATE INDEX manager_change_view_untold ON manager_change_view (tell_by) WHERE told_at IS NULL AND tell_by IS NOT NULL;

-- One row per customer and version of a contact point that the customer was told.
CREATE TABLE contact_point_told_view (
    row_id           UUID   NOT NULL PRIMARY KEY,
    version          BIGINT NOT NULL,
    contact_point_id UUID   NOT NULL,
    point_version    BIGINT NOT NULL,
    account_id       UUID   NOT NULL,
    notice_id        UUID   NOT NULL,
    told_at          BIGINT NOT NULL
);

CREATE UNIQUE INDEX contact_point_told_view_by_point
    ON contact_point_told_view (contact_point_id, point_version, account_id);

-- The service's own role writes rows and changes no tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON manager_change_view, contact_point_told_view TO vigie_app;
    END IF;
END $$;
