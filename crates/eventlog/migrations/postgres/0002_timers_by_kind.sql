-- Each kind of stream has its own timers to look for: not past those of all others, and in an order that a look can be
-- taken up in again. The index before it does nothing that this one does not.
CREATE INDEX streams_timers ON streams (kind, due_at, stream_id) WHERE due_at IS NOT NULL;
DROP INDEX streams_due;
