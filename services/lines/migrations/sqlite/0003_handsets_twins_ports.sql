-- What lists show of handsets, eSIMs, data twins and ports to other operators. Lines of before have none of it.

ALTER TABLE line_view ADD COLUMN imei                TEXT;
ALTER TABLE line_view ADD COLUMN eid                 TEXT;
ALTER TABLE line_view ADD COLUMN twin_of             BLOB;
ALTER TABLE line_view ADD COLUMN port_out_planned_at INTEGER;
ALTER TABLE line_view ADD COLUMN ported_out_at       INTEGER;
ALTER TABLE line_view ADD COLUMN block_due           INTEGER;
ALTER TABLE line_view ADD COLUMN handset_waits       BOOLEAN NOT NULL DEFAULT FALSE;

CREATE INDEX line_view_to_be_blocked ON line_view (block_due) WHERE block_due IS NOT NULL;
CREATE INDEX line_view_handset_waits ON line_view (line_id) WHERE handset_waits;
