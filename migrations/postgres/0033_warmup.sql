-- What a sender's domain has sent, and how far its warm-up has come. `most`: the most readers that one digest, or one day of a
-- warm-up, has had. `cause`: new, import; NULL while it is not warming up. `goal`: the readers of the largest digest in it. `day`: the
-- number of its day, which began at `day_at`, may send `allowance` mails and has let `given` go; `is_held`: it may send no more than
-- the day before, because bounces or complaints warn.
CREATE TABLE sender_domain (
    domain    TEXT    NOT NULL PRIMARY KEY,
    most      BIGINT  NOT NULL DEFAULT 0,
    cause     TEXT,
    goal      BIGINT  NOT NULL DEFAULT 0,
    day       BIGINT  NOT NULL DEFAULT 0,
    day_at    BIGINT  NOT NULL DEFAULT 0,
    allowance BIGINT  NOT NULL DEFAULT 0,
    given     BIGINT  NOT NULL DEFAULT 0,
    is_held   BOOLEAN NOT NULL DEFAULT FALSE
);

-- A digest that leaves in slices, or whose editor wants none (`at_once`). `is_open`: rows of it wait for their day; `given`: how many
-- do not any more, `today` of them on the day `day` of its domain; `opened_at`: when the last of them came.
CREATE TABLE warmup_digest (
    digest_id BIGINT  NOT NULL PRIMARY KEY REFERENCES digest (id) ON DELETE CASCADE,
    domain    TEXT    NOT NULL,
    is_open   BOOLEAN NOT NULL DEFAULT TRUE,
    at_once   BOOLEAN NOT NULL DEFAULT FALSE,
    given     BIGINT  NOT NULL DEFAULT 0,
    day       BIGINT  NOT NULL DEFAULT 0,
    today     BIGINT  NOT NULL DEFAULT 0,
    opened_at BIGINT
);
CREATE INDEX warmup_digest_open ON warmup_digest (domain) WHERE is_open;

-- The slices of a digest: mails of one bear its hour as their date. It holds whoever comes before or at (`confirmed_at`,
-- `subscriber_id`), the newest first, and is in none before it.
CREATE TABLE warmup_slice (
    digest_id     BIGINT NOT NULL REFERENCES digest (id) ON DELETE CASCADE,
    day           BIGINT NOT NULL,
    at            BIGINT NOT NULL,
    confirmed_at  BIGINT NOT NULL,
    subscriber_id BIGINT NOT NULL,
    PRIMARY KEY (digest_id, day)
);

-- Whoever has sent is not new.
INSERT INTO sender_domain (domain, most)
SELECT LOWER(SPLIT_PART(n.from_address, '@', 2)), MAX(d.recipients)
FROM newsletter n JOIN digest d ON d.newsletter_id = n.id
WHERE d.released_at IS NOT NULL AND d.recipients > 0
GROUP BY LOWER(SPLIT_PART(n.from_address, '@', 2));
