-- SUM: what is told over months, by the day. Days are days of UTC, as their number since 1970-01-01. A day is summed once it is over, in
-- one transaction (`stats`), and can be summed again from `event` as long as its events are kept.

-- How a newsletter's readers changed. `readers`: at the end of the day. `joined`: confirmed, added, imported, back. The other four:
-- readers no more, and by what.
CREATE TABLE stat_day (
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    day           BIGINT NOT NULL,
    readers       BIGINT NOT NULL,
    joined        BIGINT NOT NULL,
    unsubscribed  BIGINT NOT NULL,
    bounced       BIGINT NOT NULL,
    complained    BIGINT NOT NULL,
    erased        BIGINT NOT NULL,
    PRIMARY KEY (newsletter_id, day)
);

-- People who asked, and who confirmed, by `form`: the host of the page, `imported`, `added`, or empty.
CREATE TABLE stat_form (
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    day           BIGINT NOT NULL,
    form          TEXT   NOT NULL,
    asked         BIGINT NOT NULL,
    confirmed     BIGINT NOT NULL,
    PRIMARY KEY (newsletter_id, day, form)
);

-- Readers who left by a link when this digest was the last of their rhythm.
CREATE TABLE stat_left (
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    day           BIGINT NOT NULL,
    digest_id     BIGINT NOT NULL REFERENCES digest (id) ON DELETE CASCADE,
    people        BIGINT NOT NULL,
    PRIMARY KEY (newsletter_id, day, digest_id)
);
CREATE INDEX stat_left_digest ON stat_left (digest_id);

-- Readers at the last sum by `kind`: language, origin, schedule (its id).
CREATE TABLE stat_share (
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    kind          TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    readers       BIGINT NOT NULL,
    PRIMARY KEY (newsletter_id, kind, name)
);

-- The first day that is not summed; events up to `event_id` belong to days before it.
CREATE TABLE stat_mark (
    newsletter_id BIGINT NOT NULL PRIMARY KEY REFERENCES newsletter (id) ON DELETE CASCADE,
    next_day      BIGINT NOT NULL,
    event_id      BIGINT NOT NULL
);

-- Facts that no other row holds, as sums that name nobody. Confirmation letters that a mail server took, the first of each person:
CREATE TABLE form_letter (
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    day           BIGINT NOT NULL,
    form          TEXT   NOT NULL,
    accepted      BIGINT NOT NULL,
    PRIMARY KEY (newsletter_id, day, form)
);
-- People whose page with the button was opened;
CREATE TABLE form_page (
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    day           BIGINT NOT NULL,
    form          TEXT   NOT NULL,
    opened        BIGINT NOT NULL,
    PRIMARY KEY (newsletter_id, day, form)
);
-- and who is counted there already, until they confirm or are forgotten.
CREATE TABLE form_opened (
    subscriber_id BIGINT NOT NULL PRIMARY KEY REFERENCES subscriber (id) ON DELETE CASCADE
);

-- What mail servers answered about a digest's mails: by minute since 1970, or by hour once a long digest has ended;
CREATE TABLE digest_minute (
    digest_id BIGINT NOT NULL REFERENCES digest (id) ON DELETE CASCADE,
    minute    BIGINT NOT NULL,
    accepted  BIGINT NOT NULL,
    refused   BIGINT NOT NULL,
    deferred  BIGINT NOT NULL,
    PRIMARY KEY (digest_id, minute)
);
-- and by mailbox provider.
CREATE TABLE digest_provider (
    digest_id BIGINT NOT NULL REFERENCES digest (id) ON DELETE CASCADE,
    provider  TEXT   NOT NULL,
    accepted  BIGINT NOT NULL,
    refused   BIGINT NOT NULL,
    deferred  BIGINT NOT NULL,
    PRIMARY KEY (digest_id, provider)
);

-- The letter with a month's numbers: the first month, as months since 1970, that editors were not told of, and whether they ended it.
CREATE TABLE stat_letter (
    newsletter_id BIGINT  NOT NULL PRIMARY KEY REFERENCES newsletter (id) ON DELETE CASCADE,
    next_month    BIGINT  NOT NULL,
    is_off        BOOLEAN NOT NULL DEFAULT FALSE
);
