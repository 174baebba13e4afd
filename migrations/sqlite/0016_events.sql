-- NEWS: what happened, one row in the transaction that made it true. No address, no token, no name.

-- `about`: newsletter, subscriber, digest, feed or schedule, with its `about_id` (0: a person who was forgotten since, or
-- many at once; then `count` says how many). `actor`: system, visitor, token (with its `actor_id`) or command.
-- `is_open`: what it tells of still lasts; one such row a cause. `is_untold`: a notice to the editor is to be asked for.
CREATE TABLE event (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    at            BIGINT  NOT NULL,
    code          TEXT    NOT NULL,
    about         TEXT    NOT NULL,
    about_id      BIGINT  NOT NULL,
    actor         TEXT    NOT NULL,
    actor_id      BIGINT  NOT NULL DEFAULT 0,
    count         BIGINT  NOT NULL DEFAULT 1,
    parameters    TEXT    NOT NULL DEFAULT '{}',
    is_open       BOOLEAN NOT NULL DEFAULT FALSE,
    is_untold     BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX event_newsletter ON event (newsletter_id, id);
CREATE INDEX event_about ON event (about_id, about) WHERE about_id <> 0;
CREATE UNIQUE INDEX event_open ON event (code, about_id, newsletter_id) WHERE is_open;
CREATE INDEX event_untold ON event (id) WHERE is_untold;
