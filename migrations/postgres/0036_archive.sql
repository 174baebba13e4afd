-- What was sent, as pages for everybody under lasting addresses.

-- `archive`: public, link (only whoever has a page's address), or off.
ALTER TABLE newsletter ADD COLUMN archive TEXT NOT NULL DEFAULT 'off';

-- The page of a digest, made once when it is frozen: the mail without anything personal. `address`: the last part of its address.
-- `html`: cleaned. `source`: the blog's page where all of it stands, when there is one post only. `words`: lower case, without accents,
-- for the search. `day`: `2026-06-01`, on the schedule's clock.
CREATE TABLE archive_page (
    digest_id     BIGINT NOT NULL PRIMARY KEY REFERENCES digest (id) ON DELETE CASCADE,
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    address       TEXT   NOT NULL,
    language      TEXT   NOT NULL,
    title         TEXT   NOT NULL,
    description   TEXT   NOT NULL,
    image         TEXT,
    source        TEXT,
    html          TEXT   NOT NULL,
    words         TEXT   NOT NULL,
    day           TEXT   NOT NULL,
    published_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX archive_page_address ON archive_page (newsletter_id, address);
CREATE INDEX archive_page_order ON archive_page (newsletter_id, published_at, digest_id);

-- What an editor wants of one page. `visibility`: empty for the newsletter's. A row may be there before its page is.
CREATE TABLE archive_choice (
    digest_id    BIGINT NOT NULL PRIMARY KEY REFERENCES digest (id) ON DELETE CASCADE,
    visibility   TEXT,
    withdrawn_at BIGINT
);

-- Short names that newsletters had before: their addresses lead to the present ones.
CREATE TABLE newsletter_slug (
    slug          TEXT   NOT NULL PRIMARY KEY,
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    until         BIGINT NOT NULL
);
