-- DMARC aggregate reports that were taken: the same again (who reports, their number, the policy's domain) changes nothing. `week`:
-- the Monday, 0:00 UTC, of the week in which its time begins, in milliseconds.
CREATE TABLE dmarc_report (
    org         TEXT   NOT NULL,
    report_id   TEXT   NOT NULL,
    domain      TEXT   NOT NULL,
    week        BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (org, report_id, domain)
);
CREATE INDEX dmarc_report_week ON dmarc_report (week, domain);

-- What they say, summed: mails by week, domain of From, who reports, and source (an IPv4 address, a network of IPv6, or empty for
-- all others of a long report). `dkim`, `spf`: of how many the one speaks for From; `passed`: of how many one of them does;
-- `quarantined`, `rejected`: what receivers did with how many because of the policy.
CREATE TABLE dmarc_source (
    week        BIGINT NOT NULL,
    domain      TEXT   NOT NULL,
    reporter    TEXT   NOT NULL,
    source      TEXT   NOT NULL,
    mails       BIGINT NOT NULL,
    dkim        BIGINT NOT NULL,
    spf         BIGINT NOT NULL,
    passed      BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    rejected    BIGINT NOT NULL,
    PRIMARY KEY (week, domain, reporter, source)
);
CREATE INDEX dmarc_source_domain ON dmarc_source (domain, week);

-- How many reports were not taken in a week, by reason.
CREATE TABLE dmarc_refused (
    week    BIGINT NOT NULL,
    reason  TEXT   NOT NULL,
    reports BIGINT NOT NULL,
    PRIMARY KEY (week, reason)
);

-- A mail to a mailbox of the owner's, to see how it arrives. `message_id`: what stands before its `@`. `server`: whose results are
-- believed; empty: of whoever wrote the topmost. `heard` (JSON): what it found, once the mail came back.
CREATE TABLE loop_mail (
    message_id    TEXT   NOT NULL PRIMARY KEY,
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    letter_id     BIGINT NOT NULL,
    server        TEXT   NOT NULL DEFAULT '',
    asked_at      BIGINT NOT NULL,
    heard_at      BIGINT,
    heard         TEXT   NOT NULL DEFAULT ''
);
