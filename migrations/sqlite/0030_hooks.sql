-- When each provider's web hook last brought something, and when and why it last refused something; 0: never.
CREATE TABLE hook (
    provider   TEXT   NOT NULL PRIMARY KEY,
    seen_at    BIGINT NOT NULL DEFAULT 0,
    refused_at BIGINT NOT NULL DEFAULT 0,
    refused    TEXT   NOT NULL DEFAULT ''
);
