-- A digest that waits leaves by itself at `leaves_at`, unless an editor stops it; empty: it waits for an editor's word. What it
-- says is then fixed as it is stored.
ALTER TABLE digest ADD COLUMN leaves_at BIGINT;
