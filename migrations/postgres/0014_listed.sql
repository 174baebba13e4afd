-- Whether the bare host shows a newsletter to whoever comes by: `yes`, `no`, or `alone`, as long as it is the only one that may be
-- shown.
ALTER TABLE newsletter ADD COLUMN listed TEXT NOT NULL DEFAULT 'alone';
