-- How a feed stands: since when it cannot be read and when its owner was told, where its server sends readers for good,
-- what was odd at the last reading, and the body of that reading, so that the same one is not read twice.
ALTER TABLE feed ADD COLUMN failing_since BIGINT;
ALTER TABLE feed ADD COLUMN told_at BIGINT;
ALTER TABLE feed ADD COLUMN moved_to TEXT;
ALTER TABLE feed ADD COLUMN moved_since BIGINT;
ALTER TABLE feed ADD COLUMN moved_from TEXT;
ALTER TABLE feed ADD COLUMN moved_at BIGINT;
ALTER TABLE feed ADD COLUMN warning TEXT;
ALTER TABLE feed ADD COLUMN body_hash TEXT;

-- For a feed that fails already, the last fault is all that is known.
UPDATE feed SET failing_since = polled_at WHERE failures > 0;

CREATE INDEX feed_failing ON feed (failing_since) WHERE failing_since IS NOT NULL;
