-- Since when an effect waits for a person; of one that waited before this column was there, nobody knows.
ALTER TABLE effects ADD COLUMN waits_since BIGINT;

CREATE INDEX effects_waiting ON effects (position, ordinal) WHERE finished_at IS NULL AND state = 'WAITS';
