-- A post is known by its guid and its address; what bears neither any more is compared with the posts that left its feed in
-- the same reading (`held_ids`: the posts of the last one, as JSON). `title_key` is the folded title, no longer title and day.
DROP INDEX post_title;
CREATE INDEX post_feed ON post (feed_id, (COALESCE(published_at, first_seen_at)));

-- One absence is not taking back: asked again before it is believed.
ALTER TABLE post ADD COLUMN missing_since BIGINT;

ALTER TABLE feed ADD COLUMN read_at BIGINT;
ALTER TABLE feed ADD COLUMN held_ids TEXT;
ALTER TABLE feed ADD COLUMN built_at BIGINT;
ALTER TABLE feed ADD COLUMN newest_at BIGINT;
ALTER TABLE feed ADD COLUMN stale_since BIGINT;
ALTER TABLE feed ADD COLUMN gap_at BIGINT;
UPDATE feed SET read_at = polled_at WHERE failures = 0;
