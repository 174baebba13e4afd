-- Passkeys of accounts: the public half of a key pair whose private half never leaves its owner's devices.

-- `party`: the host for which it was made; under another it is not offered. `credential`: the authenticator's id for it, base64url.
-- `public_key`: COSE_Key (RFC 9052). `counter`: how often it signed, 0 where it does not count. `synced`: it may be on several devices.
-- `doubted_at`: since when it opens nothing, because it signed less often than before.
CREATE TABLE passkey (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id    BIGINT  NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    party        TEXT    NOT NULL,
    credential   TEXT    NOT NULL UNIQUE,
    public_key   BLOB    NOT NULL,
    counter      BIGINT  NOT NULL,
    synced       BOOLEAN NOT NULL,
    name         TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    last_used_at BIGINT,
    doubted_at   BIGINT
);
CREATE INDEX passkey_person ON passkey (person_id);

-- Hashes of challenges that were answered, so that none is answered twice; forgotten after a while.
CREATE TABLE passkey_challenge (
    hash        TEXT   NOT NULL PRIMARY KEY,
    answered_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenge_answered ON passkey_challenge (answered_at);
