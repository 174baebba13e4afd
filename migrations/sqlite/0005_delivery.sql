-- HOW: the ledger. One row per digest and subscriber while the digest is open, packed when it is finished.
-- No index on state or next_at: a batch knows when its next row is due, and PostgreSQL's updates stay on their page (HOT).

-- `state`: 0 queued, 1 started, 2 accepted, 3 refused, 4 deferred until next_at, 5 skipped, 6 uncertain.
CREATE TABLE delivery (
    digest_id     BIGINT   NOT NULL,
    subscriber_id BIGINT   NOT NULL,
    state         SMALLINT NOT NULL DEFAULT 0,
    attempts      SMALLINT NOT NULL DEFAULT 0,
    next_at       BIGINT   NOT NULL DEFAULT 0,
    PRIMARY KEY (digest_id, subscriber_id)
) WITHOUT ROWID;

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

-- A range of a digest's recipients, there as long as a row of it is open. `owner` has it until `leased_until`
-- (PostgreSQL: the database's clock); `epoch` fences a worker that lost it; `due_at` is the next attempt of a deferred row.
CREATE TABLE delivery_batch (
    digest_id    BIGINT NOT NULL,
    lo           BIGINT NOT NULL,
    hi           BIGINT NOT NULL,
    epoch        BIGINT NOT NULL DEFAULT 0,
    owner        TEXT   NOT NULL DEFAULT '',
    leased_until BIGINT NOT NULL DEFAULT 0,
    due_at       BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (digest_id, lo)
);

-- A finished digest: up to 1000 recipients a row, ids as gaps (LEB128) and one outcome byte each.
-- A row without ids counts the outcomes of persons who were erased.
CREATE TABLE delivery_archive (
    id        INTEGER PRIMARY KEY,
    digest_id BIGINT  NOT NULL,
    lo        BIGINT  NOT NULL,
    hi        BIGINT  NOT NULL,
    ids       BLOB    NOT NULL,
    outcomes  BLOB    NOT NULL
);
CREATE INDEX delivery_archive_range ON delivery_archive (digest_id, lo, hi);

-- What the limits of a relay have let through, JSON of `delivery::limits::window::Spent`.
CREATE TABLE delivery_limit (
    name  TEXT   NOT NULL PRIMARY KEY,
    state TEXT   NOT NULL,
    at    BIGINT NOT NULL
);
