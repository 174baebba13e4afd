-- WHO: subscribers, how each consented, who must not be written to, and the letters of their own.

-- Ids are never used twice: links and the ledger name people by them, also after their erasure.
CREATE TABLE subscriber (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    email         TEXT    NOT NULL,
    email_key     TEXT    NOT NULL,
    name          TEXT,
    language      TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    schedule_id   BIGINT  REFERENCES schedule (id),
    token_version BIGINT  NOT NULL DEFAULT 1,
    created_at    BIGINT  NOT NULL,
    confirmed_at  BIGINT,
    ended_at      BIGINT
);
CREATE UNIQUE INDEX subscriber_address ON subscriber (newsletter_id, email_key);
CREATE INDEX subscriber_rhythm ON subscriber (schedule_id, status, id);
CREATE INDEX subscriber_ended ON subscriber (ended_at) WHERE ended_at IS NOT NULL;

-- Immutable. `kind`: asked, confirmed, imported, added, left, undone.
CREATE TABLE consent (
    id            INTEGER PRIMARY KEY,
    subscriber_id BIGINT  NOT NULL REFERENCES subscriber (id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL,
    text          TEXT    NOT NULL DEFAULT '',
    text_version  TEXT    NOT NULL DEFAULT '',
    language      TEXT    NOT NULL DEFAULT '',
    page          TEXT,
    ip            TEXT,
    proof         TEXT,
    at            BIGINT  NOT NULL
);
CREATE INDEX consent_subscriber ON consent (subscriber_id, id);

-- `address_hash`: keyed hash of the address key. `newsletter_id` 0: every newsletter.
CREATE TABLE suppression (
    newsletter_id BIGINT NOT NULL,
    address_hash  TEXT   NOT NULL,
    reason        TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (newsletter_id, address_hash)
);

-- A mail of its own: `kind` confirm, already, link or notice, with its parameters as JSON. `state` as in delivery.
-- `subscriber_id` is empty for a mail to an editor; `address` then says to whom. `domain` of letters that strangers can
-- cause (confirm, already), for their limits. State 5 with `words`: a limit or a rule held the letter back.
-- Ids are never used twice: they stand in tokens and Message-IDs.
CREATE TABLE letter (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    subscriber_id BIGINT  REFERENCES subscriber (id) ON DELETE CASCADE,
    address       TEXT,
    domain        TEXT    NOT NULL DEFAULT '',
    kind          TEXT    NOT NULL,
    language      TEXT    NOT NULL,
    parameters    TEXT    NOT NULL DEFAULT '{}',
    state         BIGINT  NOT NULL DEFAULT 0,
    attempts      BIGINT  NOT NULL DEFAULT 0,
    next_at       BIGINT  NOT NULL DEFAULT 0,
    created_at    BIGINT  NOT NULL,
    done_at       BIGINT,
    code          BIGINT,
    reason        TEXT,
    words         TEXT,
    owner         TEXT    NOT NULL DEFAULT '',
    leased_until  BIGINT  NOT NULL DEFAULT 0,
    epoch         BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX letter_subscriber ON letter (subscriber_id, created_at);
CREATE INDEX letter_open ON letter (next_at, id) WHERE state IN (0, 1, 4);
CREATE INDEX letter_asked ON letter (created_at, kind, domain);

-- Imported people who will be asked to confirm, each at an instant of its own, so that an import leaves room for visitors.
CREATE TABLE planned_letter (
    subscriber_id BIGINT NOT NULL PRIMARY KEY REFERENCES subscriber (id) ON DELETE CASCADE,
    at            BIGINT NOT NULL
);
CREATE INDEX planned_letter_at ON planned_letter (at);
