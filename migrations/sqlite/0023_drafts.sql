-- WRITES: what editors write before it is a post, and the pictures they upload.

-- `kind`: post (leaves with the next digest of each rhythm), letter (a mailing of its own). `revision` rises with each save; who saves
-- says from which one it began. `author_id`: the person who saved last; 0 at the command line. `post_id`: the post it became, with
-- `published_at`. A draft with `deleted_at` is forgotten three days later.
CREATE TABLE draft (
    id            INTEGER PRIMARY KEY,
    public_id     TEXT    NOT NULL UNIQUE,
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    revision      BIGINT  NOT NULL,
    author_id     BIGINT  NOT NULL,
    created_at    BIGINT  NOT NULL,
    changed_at    BIGINT  NOT NULL,
    published_at  BIGINT,
    post_id       BIGINT  REFERENCES post (id) ON DELETE SET NULL,
    deleted_at    BIGINT
);
CREATE INDEX draft_newsletter ON draft (newsletter_id, changed_at);
CREATE INDEX draft_post ON draft (post_id) WHERE post_id IS NOT NULL;
CREATE INDEX draft_deleted ON draft (deleted_at) WHERE deleted_at IS NOT NULL;

-- Every text that was ever saved.
CREATE TABLE draft_revision (
    draft_id  BIGINT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    revision  BIGINT NOT NULL,
    title     TEXT   NOT NULL,
    body      TEXT   NOT NULL,
    author_id BIGINT NOT NULL,
    saved_at  BIGINT NOT NULL,
    PRIMARY KEY (draft_id, revision)
);

-- A picture as mails and pages show it, under a name that tells nothing. `kind`: image/jpeg, image/png, image/gif. `alt`: empty
-- for decoration.
CREATE TABLE media (
    name          TEXT   NOT NULL PRIMARY KEY,
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    kind          TEXT   NOT NULL,
    width         BIGINT NOT NULL,
    height        BIGINT NOT NULL,
    alt           TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    bytes         BLOB   NOT NULL
);
CREATE INDEX media_newsletter ON media (newsletter_id);

-- A letter of its own is in the digests that were made for it, and in no other.
ALTER TABLE post ADD COLUMN is_letter BOOLEAN NOT NULL DEFAULT FALSE;

CREATE INDEX post_listed ON post (newsletter_id, COALESCE(published_at, first_seen_at), id);
CREATE INDEX digest_post_post ON digest_post (post_id);
