-- Letters that an owner may want: a welcome to whoever has confirmed, and the question whether a silent reader wishes to stay.

-- `brings`: nothing, last (what the last digest had), chosen (the posts of welcome_post). Without a row nobody is welcomed.
CREATE TABLE welcome (
    newsletter_id BIGINT NOT NULL PRIMARY KEY REFERENCES newsletter (id) ON DELETE CASCADE,
    brings        TEXT   NOT NULL
);

CREATE TABLE welcome_post (
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    post_id       BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    position      BIGINT NOT NULL,
    PRIMARY KEY (newsletter_id, post_id)
);
CREATE INDEX welcome_post_post ON welcome_post (post_id);

-- Whoever was silent for `months` is asked, and without an answer erased `days` after the letter was accepted. Without a row nobody is.
CREATE TABLE staying (
    newsletter_id BIGINT NOT NULL PRIMARY KEY REFERENCES newsletter (id) ON DELETE CASCADE,
    months        BIGINT NOT NULL,
    days          BIGINT NOT NULL
);

-- When somebody last did something themselves, where that is neither `confirmed_at` nor `created_at`.
ALTER TABLE subscriber ADD COLUMN contact_at BIGINT;
CREATE INDEX subscriber_contact ON subscriber (newsletter_id, COALESCE(contact_at, confirmed_at, created_at))
WHERE status IN ('confirmed', 'paused');

-- The question to one person; gone with whatever they do. `state`: planned (`at`: not before), asked (`at`: when the letter was asked
-- for), open (the letter was accepted; `at`: when the time to answer ends). `asked_at`: when they were asked last.
CREATE TABLE stay_question (
    subscriber_id BIGINT NOT NULL PRIMARY KEY REFERENCES subscriber (id) ON DELETE CASCADE,
    newsletter_id BIGINT NOT NULL,
    state         TEXT   NOT NULL,
    at            BIGINT NOT NULL,
    asked_at      BIGINT
);
CREATE INDEX stay_question_due ON stay_question (state, at);
CREATE INDEX stay_question_newsletter ON stay_question (newsletter_id, state, at);
