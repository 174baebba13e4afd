-- The publication, its rhythms, and what the instance itself remembers.

CREATE TABLE instance (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE newsletter (
    id           INTEGER PRIMARY KEY,
    slug         TEXT    NOT NULL UNIQUE,
    name         TEXT    NOT NULL,
    from_name    TEXT    NOT NULL,
    from_address TEXT    NOT NULL,
    reply_to     TEXT,
    language     TEXT    NOT NULL,
    site_url     TEXT,
    description  TEXT    NOT NULL DEFAULT '',
    postal       TEXT    NOT NULL DEFAULT '',
    created_at   BIGINT  NOT NULL
);

-- `days`: for a week `monday,thursday`; for a month `1`, `last`, or `2 tuesday`, `last friday`. `at_minute`: minutes after midnight.
CREATE TABLE schedule (
    id            INTEGER PRIMARY KEY,
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    every         TEXT    NOT NULL,
    days          TEXT    NOT NULL DEFAULT '',
    at_minute     BIGINT  NOT NULL DEFAULT 480,
    zone          TEXT    NOT NULL,
    approval      TEXT    NOT NULL DEFAULT 'auto',
    paused        BOOLEAN NOT NULL DEFAULT FALSE,
    skip_next     BOOLEAN NOT NULL DEFAULT FALSE,
    next_due_at   BIGINT,
    created_at    BIGINT  NOT NULL
);
CREATE INDEX schedule_newsletter ON schedule (newsletter_id);
CREATE INDEX schedule_due ON schedule (next_due_at) WHERE next_due_at IS NOT NULL;

CREATE TABLE api_token (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL,
    hash         TEXT    NOT NULL UNIQUE,
    created_at   BIGINT  NOT NULL,
    expires_at   BIGINT  NOT NULL,
    last_used_at BIGINT
);

CREATE TABLE idempotency (
    api_token_id BIGINT NOT NULL REFERENCES api_token (id) ON DELETE CASCADE,
    key          TEXT   NOT NULL,
    request_hash TEXT   NOT NULL,
    status       BIGINT NOT NULL,
    response     TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (api_token_id, key)
);
