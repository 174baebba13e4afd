-- Whose account at a provider of log-ins is whose here: by the provider's address and its own number for the person, and by nothing else.
-- At one provider somebody has one account.
CREATE TABLE person_identity (
    issuer    TEXT   NOT NULL,
    subject   TEXT   NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    linked_at BIGINT NOT NULL,
    used_at   BIGINT,
    PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX person_identity_person ON person_identity (person_id, issuer);

-- Ways back from such a provider that were used, as hashes, for the ten minutes in which they could be used again.
CREATE TABLE oidc_return (
    hash TEXT   NOT NULL PRIMARY KEY,
    at   BIGINT NOT NULL
);
