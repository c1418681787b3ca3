-- Counted as streams park and go on: counting them anew after each batch read the whole table.
ALTER TABLE checkpoint ADD COLUMN parked_streams INTEGER NOT NULL DEFAULT 0;
UPDATE checkpoint SET parked_streams = (SELECT COUNT(*) FROM streams WHERE parked_by IS NOT NULL);
DROP INDEX streams_parked;
