-- A pair of DKIM keys (RSA, and Ed25519 unless it was not wanted) of a domain that mails are signed for; the private ones are files,
-- never here. `state`: publish → seen → sign → retiring → retired. `rsa`, `ed25519`: what `p=` of the record in DNS says; `ed25519`
-- is empty without such a key. A mail is signed by the pair that signed at its date, so that a repeat has the same bytes.
CREATE TABLE dkim_key (
    domain     TEXT   NOT NULL,
    selector   TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    rsa        TEXT   NOT NULL,
    ed25519    TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    seen_at    BIGINT,
    sign_at    BIGINT,
    retire_at  BIGINT,
    retired_at BIGINT,
    PRIMARY KEY (domain, selector)
);
