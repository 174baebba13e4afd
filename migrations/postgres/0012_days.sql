-- The day that a post's date means in every zone, `2026-11-28`, where its feed says no more than a day; `published_at` is
-- then that day's midnight, for the order.
ALTER TABLE post ADD COLUMN published_day TEXT;
