-- HOW: the ledger. One row per digest and subscriber while the digest is open, packed when it is finished.

-- `state`: 0 queued, 1 started, 2 accepted, 3 refused, 4 deferred until next_at, 5 skipped, 6 uncertain.
CREATE TABLE delivery (
    digest_id     BIGINT   NOT NULL,
    subscriber_id BIGINT   NOT NULL,
    state         SMALLINT NOT NULL DEFAULT 0,
    attempts      SMALLINT NOT NULL DEFAULT 0,
    next_at       BIGINT   NOT NULL DEFAULT 0,
    PRIMARY KEY (digest_id, subscriber_id)
) WITHOUT ROWID;
CREATE INDEX delivery_deferred ON delivery (digest_id, next_at) WHERE state = 4;

-- What was not a plain success: the last answer of the mail server, or why a recipient was skipped.
CREATE TABLE delivery_note (
    digest_id     BIGINT NOT NULL,
    subscriber_id BIGINT NOT NULL,
    at            BIGINT NOT NULL,
    code          BIGINT NOT NULL DEFAULT 0,
    reason        TEXT   NOT NULL DEFAULT '',
    words         TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (digest_id, subscriber_id)
);

-- A range of a digest's recipients in one worker's hands. `epoch` fences a worker that lost it.
CREATE TABLE delivery_batch (
    digest_id    BIGINT NOT NULL,
    lo           BIGINT NOT NULL,
    hi           BIGINT NOT NULL,
    epoch        BIGINT NOT NULL DEFAULT 0,
    owner        TEXT   NOT NULL DEFAULT '',
    leased_until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (digest_id, lo)
);

-- A finished digest: up to 1000 recipients a row, ids as gaps (LEB128) and one outcome byte each.
CREATE TABLE delivery_archive (
    id        INTEGER PRIMARY KEY,
    digest_id BIGINT  NOT NULL,
    lo        BIGINT  NOT NULL,
    hi        BIGINT  NOT NULL,
    ids       BLOB    NOT NULL,
    outcomes  BLOB    NOT NULL
);
CREATE INDEX delivery_archive_range ON delivery_archive (digest_id, lo);

-- What the limits have let through: one token bucket per relay or recipient domain and span.
CREATE TABLE delivery_limit (
    name    TEXT   NOT NULL PRIMARY KEY,
    tokens  BIGINT NOT NULL,
    at      BIGINT NOT NULL
);
