-- PEOPLE: who edits, what they may do where, and who is signed in. Secrets are stored as hashes or sealed.

-- `password`: argon2id in PHC form, empty until its owner chose one. `totp_secret`: sealed; empty without a second factor;
-- `totp_step`: the last one used. Ids are never used twice: events name people by them.
CREATE TABLE person (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id   TEXT    NOT NULL UNIQUE,
    email       TEXT    NOT NULL,
    email_key   TEXT    NOT NULL UNIQUE,
    name        TEXT    NOT NULL DEFAULT '',
    language    TEXT    NOT NULL,
    password    TEXT,
    totp_secret TEXT,
    totp_step   BIGINT  NOT NULL DEFAULT 0,
    disabled_at BIGINT,
    created_at  BIGINT  NOT NULL,
    seen_at     BIGINT
);

-- `newsletter_id` 0: every newsletter, also those to come; an owner of all is an owner of the instance. `role`: owner,
-- editor, writer, viewer. To send is a right of its own.
CREATE TABLE person_role (
    person_id     BIGINT  NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    newsletter_id BIGINT  NOT NULL,
    role          TEXT    NOT NULL,
    may_send      BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (person_id, newsletter_id)
);

-- `stage`: half (the password was right, the second factor is to come), full. `agent`: browser and system in a few words.
CREATE TABLE session (
    hash       TEXT   NOT NULL PRIMARY KEY,
    person_id  BIGINT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    stage      TEXT   NOT NULL,
    agent      TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE INDEX session_person ON session (person_id);
CREATE INDEX session_seen ON session (seen_at);

CREATE TABLE recovery_code (
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    hash      TEXT   NOT NULL,
    used_at   BIGINT,
    PRIMARY KEY (person_id, hash)
);

-- A link that lets one person in once: `kind` setup, invite or reset. `person_id` is empty for the first owner of all.
CREATE TABLE person_link (
    hash       TEXT   NOT NULL PRIMARY KEY,
    kind       TEXT   NOT NULL,
    person_id  BIGINT REFERENCES person (id) ON DELETE CASCADE,
    parameters TEXT   NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX person_link_person ON person_link (person_id);
