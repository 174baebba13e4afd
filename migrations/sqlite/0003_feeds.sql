-- WHAT: the feeds that are polled and the posts that came of them.

CREATE TABLE feed (
    id             INTEGER PRIMARY KEY,
    newsletter_id  BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    url            TEXT    NOT NULL,
    title          TEXT    NOT NULL DEFAULT '',
    site_url       TEXT,
    etag           TEXT,
    last_modified  TEXT,
    take_first     BIGINT  NOT NULL DEFAULT 0,
    read_once      BOOLEAN NOT NULL DEFAULT FALSE,
    polled_at      BIGINT,
    next_poll_at   BIGINT  NOT NULL DEFAULT 0,
    failures       BIGINT  NOT NULL DEFAULT 0,
    last_error     TEXT,
    created_at     BIGINT  NOT NULL
);
CREATE UNIQUE INDEX feed_address ON feed (newsletter_id, url);
CREATE INDEX feed_due ON feed (next_poll_at);

-- `feed_id` is empty for a post that the API or the command line gave. `state`: new, held, seen, skipped, gone.
-- A post is the same post when its guid, its canonical URL, or its title and date are.
CREATE TABLE post (
    id            INTEGER PRIMARY KEY,
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    feed_id       BIGINT  REFERENCES feed (id) ON DELETE CASCADE,
    guid          TEXT    NOT NULL,
    url           TEXT,
    url_key       TEXT,
    title         TEXT    NOT NULL,
    title_key     TEXT    NOT NULL,
    author        TEXT,
    language      TEXT,
    summary       TEXT    NOT NULL DEFAULT '',
    content       TEXT    NOT NULL DEFAULT '',
    image_url     TEXT,
    published_at  BIGINT,
    first_seen_at BIGINT  NOT NULL,
    state         TEXT    NOT NULL,
    reason        TEXT
);
CREATE UNIQUE INDEX post_guid ON post (newsletter_id, guid);
CREATE INDEX post_url ON post (newsletter_id, url_key);
CREATE INDEX post_title ON post (newsletter_id, title_key);
CREATE INDEX post_state ON post (newsletter_id, state, first_seen_at);
