-- What readers choose: their rhythm, their topics, a pause.

-- `offered`: readers may choose it themselves. `is_default`: whoever is new is on it; without one, on the newsletter's first.
ALTER TABLE schedule ADD COLUMN offered BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE schedule ADD COLUMN is_default BOOLEAN NOT NULL DEFAULT FALSE;

-- `topics`: the bits of the topics that somebody chose (`topic.bit`); empty: everything. `paused_until`: when a pause ends by itself.
-- `rhythm_chosen_at`: since when the rhythm is their own choice, which no default changes. `next_schedule_id`: the rhythm they chose
-- while a digest of it, or of the one they are on, was being released; they get it when that is over.
ALTER TABLE subscriber ADD COLUMN topics BIGINT;
ALTER TABLE subscriber ADD COLUMN paused_until BIGINT;
ALTER TABLE subscriber ADD COLUMN rhythm_chosen_at BIGINT;
ALTER TABLE subscriber ADD COLUMN next_schedule_id BIGINT;
CREATE INDEX subscriber_topics ON subscriber (schedule_id, status, topics, id) WHERE topics IS NOT NULL;
CREATE INDEX subscriber_paused ON subscriber (paused_until) WHERE paused_until IS NOT NULL;
CREATE INDEX subscriber_chosen ON subscriber (schedule_id) WHERE rhythm_chosen_at IS NOT NULL;
CREATE INDEX subscriber_next_rhythm ON subscriber (next_schedule_id) WHERE next_schedule_id IS NOT NULL;

-- What readers of a newsletter may choose among. `bit`: its place in `subscriber.topics`, 0 to 61, never used twice. `categories`: those
-- of feeds that belong to it, a line each. A removed topic keeps its bit.
CREATE TABLE topic (
    id            INTEGER PRIMARY KEY,
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    bit           BIGINT  NOT NULL,
    name          TEXT    NOT NULL,
    description   TEXT    NOT NULL DEFAULT '',
    categories    TEXT    NOT NULL DEFAULT '',
    created_at    BIGINT  NOT NULL,
    removed_at    BIGINT
);
CREATE UNIQUE INDEX topic_bit ON topic (newsletter_id, bit);

-- Feeds whose posts all belong to a topic.
CREATE TABLE topic_feed (
    topic_id BIGINT NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
    feed_id  BIGINT NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    PRIMARY KEY (topic_id, feed_id)
);

-- Under which categories its feed has a post, a line each.
ALTER TABLE post ADD COLUMN categories TEXT NOT NULL DEFAULT '';

-- Of whoever changed their rhythm: posts that they had on the one before and that the one they are on has still to send
-- (`owed_by` empty: not to them again), and posts that the one before has still to send and the new one had sent already
-- (`owed_by`: the schedule whose next digest brings it to them). A row goes some time after
-- its post has left.
CREATE TABLE reader_post (
    subscriber_id BIGINT NOT NULL REFERENCES subscriber (id) ON DELETE CASCADE,
    post_id       BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    owed_by       BIGINT REFERENCES schedule (id) ON DELETE CASCADE,
    PRIMARY KEY (subscriber_id, post_id)
);
CREATE INDEX reader_post_post ON reader_post (post_id, owed_by);
CREATE INDEX reader_post_owed ON reader_post (owed_by) WHERE owed_by IS NOT NULL;

-- Parts of a digest that some of its readers get instead of the whole, from 1 on. `posts`: their ids, JSON, in the digest's order.
-- `readers`: how many, when it was released; `is_topics`: one of them chose topics.
CREATE TABLE digest_part (
    digest_id BIGINT  NOT NULL REFERENCES digest (id) ON DELETE CASCADE,
    number    BIGINT  NOT NULL,
    posts     TEXT    NOT NULL,
    readers   BIGINT  NOT NULL DEFAULT 0,
    is_topics BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (digest_id, number)
);

-- The mail of a part, as `digest_variant` has it of the whole.
CREATE TABLE digest_part_mail (
    digest_id BIGINT NOT NULL REFERENCES digest (id) ON DELETE CASCADE,
    number    BIGINT NOT NULL,
    language  TEXT   NOT NULL,
    mail      BLOB   NOT NULL,
    PRIMARY KEY (digest_id, number, language)
);

-- Readers of a digest whose part follows from their change of rhythm. `number`: their part; 0: they had all of it.
CREATE TABLE digest_reader (
    digest_id     BIGINT NOT NULL REFERENCES digest (id) ON DELETE CASCADE,
    subscriber_id BIGINT NOT NULL REFERENCES subscriber (id) ON DELETE CASCADE,
    number        BIGINT NOT NULL,
    PRIMARY KEY (digest_id, subscriber_id)
);
CREATE INDEX digest_reader_subscriber ON digest_reader (subscriber_id);
