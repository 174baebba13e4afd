-- What came back about one recipient, by whatever way. `fingerprint`: the same again changes nothing. `kind`: hard, soft, complaint,
-- leave, answer, passing, unclear. `state`: done; waiting (a burst of hard ones, for an editor); open (an editor may file it); filed,
-- dismissed (an editor did). `mail`: as it came, only where somebody may want to read it. `words`: the server's, without addresses.
CREATE TABLE returned (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint   TEXT   NOT NULL UNIQUE,
    source        TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    newsletter_id BIGINT REFERENCES newsletter (id) ON DELETE CASCADE,
    subscriber_id BIGINT REFERENCES subscriber (id) ON DELETE CASCADE,
    digest_id     BIGINT REFERENCES digest (id) ON DELETE CASCADE,
    status        TEXT   NOT NULL DEFAULT '',
    words         TEXT   NOT NULL DEFAULT '',
    received_at   BIGINT NOT NULL,
    mail          BLOB
);
CREATE INDEX returned_open ON returned (state, id) WHERE state IN ('open', 'waiting');
CREATE INDEX returned_digest ON returned (digest_id, kind) WHERE digest_id IS NOT NULL;
CREATE INDEX returned_subscriber ON returned (subscriber_id) WHERE subscriber_id IS NOT NULL;
CREATE INDEX returned_newsletter ON returned (newsletter_id, id) WHERE newsletter_id IS NOT NULL;
CREATE INDEX returned_received ON returned (received_at);

-- A suppression that an operator lifted, and why; `reason` is what it had been for.
CREATE TABLE suppression_lifted (
    newsletter_id BIGINT NOT NULL,
    address_hash  TEXT   NOT NULL,
    reason        TEXT   NOT NULL,
    why           TEXT   NOT NULL,
    lifted_at     BIGINT NOT NULL
);
CREATE INDEX suppression_lifted_address ON suppression_lifted (address_hash);

-- A day (days since 1970, UTC) on which a mailbox took no mail; counted until it is full for too long.
CREATE TABLE soft_bounce (
    subscriber_id BIGINT NOT NULL REFERENCES subscriber (id) ON DELETE CASCADE,
    day           BIGINT NOT NULL,
    PRIMARY KEY (subscriber_id, day)
);

-- Whoever complained about one newsletter of a sender's domain is written to by none of that domain, also by those that come
-- later or move to it.
CREATE TRIGGER newsletter_complaints_new AFTER INSERT ON newsletter
BEGIN
    INSERT OR IGNORE INTO suppression (newsletter_id, address_hash, reason, created_at)
    SELECT NEW.id, x.address_hash, x.reason, x.created_at FROM suppression x JOIN newsletter n ON n.id = x.newsletter_id
    WHERE x.reason = 'complained' AND n.id <> NEW.id
      AND LOWER(SUBSTR(n.from_address, INSTR(n.from_address, '@') + 1)) = LOWER(SUBSTR(NEW.from_address, INSTR(NEW.from_address, '@') + 1));
END;
CREATE TRIGGER newsletter_complaints_moved AFTER UPDATE OF from_address ON newsletter
WHEN LOWER(SUBSTR(NEW.from_address, INSTR(NEW.from_address, '@') + 1)) <> LOWER(SUBSTR(OLD.from_address, INSTR(OLD.from_address, '@') + 1))
BEGIN
    INSERT OR IGNORE INTO suppression (newsletter_id, address_hash, reason, created_at)
    SELECT NEW.id, x.address_hash, x.reason, x.created_at FROM suppression x JOIN newsletter n ON n.id = x.newsletter_id
    WHERE x.reason = 'complained' AND n.id <> NEW.id
      AND LOWER(SUBSTR(n.from_address, INSTR(n.from_address, '@') + 1)) = LOWER(SUBSTR(NEW.from_address, INSTR(NEW.from_address, '@') + 1));
END;
