-- BACK: what came back of the mails that were sent, and the web hooks that bring it.

-- Names of events that were told, for 30 days, so that none is stored twice.
CREATE TABLE hook_event (
    provider TEXT   NOT NULL,
    event_id TEXT   NOT NULL,
    seen_at  BIGINT NOT NULL,
    PRIMARY KEY (provider, event_id)
);
CREATE INDEX hook_event_seen ON hook_event (seen_at);

-- When each provider's hook last brought something, and when and why it last refused something; 0: never.
CREATE TABLE hook (
    provider   TEXT   NOT NULL PRIMARY KEY,
    seen_at    BIGINT NOT NULL DEFAULT 0,
    refused_at BIGINT NOT NULL DEFAULT 0,
    refused    TEXT   NOT NULL DEFAULT ''
);

-- One event about one recipient. `source`: a provider. `kind`: bounce (`class`: hard, soft, block), complaint, leave, withheld.
-- `recipient_hash`: as in suppression. `recipient`: the address itself, only where nobody was found by it. `text` without
-- addresses. `state`: new until a consequence is drawn.
CREATE TABLE returned (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    source         TEXT   NOT NULL,
    kind           TEXT   NOT NULL,
    class          TEXT   NOT NULL DEFAULT '',
    subscriber_id  BIGINT REFERENCES subscriber (id) ON DELETE SET NULL,
    recipient_hash TEXT,
    recipient      TEXT,
    token          TEXT,
    message_id     TEXT,
    status         TEXT   NOT NULL DEFAULT '',
    text           TEXT   NOT NULL DEFAULT '',
    happened_at    BIGINT,
    received_at    BIGINT NOT NULL,
    state          TEXT   NOT NULL DEFAULT 'new'
);
CREATE INDEX returned_state ON returned (state, id);
CREATE INDEX returned_subscriber ON returned (subscriber_id) WHERE subscriber_id IS NOT NULL;
CREATE INDEX returned_recipient ON returned (recipient_hash) WHERE recipient_hash IS NOT NULL;
