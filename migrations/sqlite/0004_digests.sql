-- WHEN: one mailing a slot, frozen when it is released.

-- `state`: waiting, releasing, sending, paused, finished, skipped, cancelled. `reason`: why skipped, paused or cancelled.
-- `note`: what an editor should know besides, such as a feed that could not be read. `content`: the posts as they were
-- frozen, JSON. `released_at` is empty until it is frozen. `released_upto`: the subscriber id that the release has
-- reached; the largest BIGINT once every row is written.
CREATE TABLE digest (
    id            INTEGER PRIMARY KEY,
    public_id     TEXT    NOT NULL UNIQUE,
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    schedule_id   BIGINT  NOT NULL REFERENCES schedule (id),
    slot_at       BIGINT  NOT NULL,
    state         TEXT    NOT NULL,
    reason        TEXT,
    note          TEXT,
    subject       TEXT    NOT NULL DEFAULT '',
    content       TEXT    NOT NULL DEFAULT '',
    recipients    BIGINT  NOT NULL DEFAULT 0,
    released_upto BIGINT  NOT NULL DEFAULT 0,
    claimed_upto  BIGINT  NOT NULL DEFAULT 0,
    created_at    BIGINT  NOT NULL,
    released_at   BIGINT,
    finished_at   BIGINT
);
CREATE UNIQUE INDEX digest_slot ON digest (schedule_id, slot_at);
CREATE INDEX digest_newsletter ON digest (newsletter_id, id);
CREATE INDEX digest_open ON digest (state) WHERE state IN ('waiting', 'releasing', 'sending', 'paused');
CREATE INDEX digest_cancelled ON digest (id) WHERE state = 'cancelled' AND finished_at IS NULL;

-- A post goes out once on each rhythm. A slot that is skipped takes no posts; they wait for the next. A waiting digest
-- that an editor skips keeps its posts, unless asked to give them back: they are not sent on this rhythm any more.
CREATE TABLE digest_post (
    digest_id   BIGINT NOT NULL REFERENCES digest (id) ON DELETE CASCADE,
    schedule_id BIGINT NOT NULL,
    post_id     BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    position    BIGINT NOT NULL,
    PRIMARY KEY (schedule_id, post_id)
);
CREATE INDEX digest_post_digest ON digest_post (digest_id, position);

-- The mail of a digest, encoded once per language, with holes for what is personal.
CREATE TABLE digest_variant (
    digest_id BIGINT NOT NULL REFERENCES digest (id) ON DELETE CASCADE,
    language  TEXT   NOT NULL,
    mail      BLOB   NOT NULL,
    PRIMARY KEY (digest_id, language)
);
