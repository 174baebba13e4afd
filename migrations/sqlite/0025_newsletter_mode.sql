-- `mode`: live, or test: what would go to readers then goes to the editor. `deleted_at`: removed for good some days later.
ALTER TABLE newsletter ADD COLUMN mode TEXT NOT NULL DEFAULT 'live';
ALTER TABLE newsletter ADD COLUMN deleted_at BIGINT;
CREATE INDEX newsletter_test ON newsletter (id) WHERE mode = 'test';

-- How it looks: a picture above each mail, one colour (`#rrggbb`), a few words at the foot.
ALTER TABLE newsletter ADD COLUMN logo_url TEXT;
ALTER TABLE newsletter ADD COLUMN colour TEXT;
ALTER TABLE newsletter ADD COLUMN footer TEXT NOT NULL DEFAULT '';

-- A schedule that rests until a day wakes by itself. One that was removed stays for the digests that were sent on it.
ALTER TABLE schedule ADD COLUMN paused_until BIGINT;
ALTER TABLE schedule ADD COLUMN removed_at BIGINT;

-- A letter to a stranger that waits until the newsletter goes live (or comes back); `at` counts from then on.
ALTER TABLE planned_letter ADD COLUMN is_held BOOLEAN NOT NULL DEFAULT FALSE;
