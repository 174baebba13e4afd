-- What readers do by themselves: which newsletters their settings show, and why people leave.

-- Whether the settings page of the instance's other newsletters offers this one.
ALTER TABLE newsletter ADD COLUMN in_preferences BOOLEAN NOT NULL DEFAULT FALSE;

-- How many left by the link of a digest (0: of none), by the reason that they gave; an empty one: none. Nameless, so that an erasure
-- changes nothing here.
CREATE TABLE departure (
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    digest_id     BIGINT NOT NULL,
    reason        TEXT   NOT NULL,
    people        BIGINT NOT NULL,
    PRIMARY KEY (newsletter_id, digest_id, reason)
);

-- Where somebody who left is counted: a reason that is given later, and an undo, move the count.
CREATE TABLE departure_of (
    subscriber_id BIGINT NOT NULL PRIMARY KEY REFERENCES subscriber (id) ON DELETE CASCADE,
    digest_id     BIGINT NOT NULL,
    reason        TEXT   NOT NULL
);
