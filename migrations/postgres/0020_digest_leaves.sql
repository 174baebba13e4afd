-- A digest that waits leaves by itself at `leaves_at`, unless an editor stops it; empty: it waits for an editor's word. What it
-- says is then fixed as it is stored.
ALTER TABLE digest ADD COLUMN leaves_at BIGINT;

-- Letters in doubt (state 6): an editor decides about them.
CREATE INDEX letter_doubt ON letter (newsletter_id) WHERE state = 6;
