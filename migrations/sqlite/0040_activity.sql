-- What people and programs did: rows that are only added, each with the hash of the one before it in its own. No address, no name, no
-- token; people are their ids, and the id of somebody who was erased leads to nobody.

-- `id`: 1, 2, 3 … without a gap. `actor`, `about`: as in `event`, besides person, draft and token. `newsletter_id` 0: the
-- instance's; a newsletter that is removed leaves its rows. `parameters`: JSON, words and numbers. The end of the chain stands in
-- `instance` as `activity`: the number of the newest row and its hash.
CREATE TABLE activity (
    id            BIGINT NOT NULL PRIMARY KEY,
    at            BIGINT NOT NULL,
    actor         TEXT   NOT NULL,
    actor_id      BIGINT NOT NULL,
    newsletter_id BIGINT NOT NULL,
    code          TEXT   NOT NULL,
    about         TEXT   NOT NULL,
    about_id      BIGINT NOT NULL,
    count         BIGINT NOT NULL,
    parameters    TEXT   NOT NULL,
    hash          TEXT   NOT NULL
);
CREATE INDEX activity_newsletter ON activity (newsletter_id, id);
CREATE INDEX activity_actor ON activity (actor, actor_id, id);
CREATE INDEX activity_code ON activity (code, id);

INSERT INTO instance (name, value) VALUES ('activity', '0 ') ON CONFLICT (name) DO NOTHING;

-- What a token may do: words with blanks between; empty: all. In which newsletter; empty: in all.
ALTER TABLE api_token ADD COLUMN verbs TEXT NOT NULL DEFAULT '';
ALTER TABLE api_token ADD COLUMN newsletter_id BIGINT REFERENCES newsletter (id) ON DELETE CASCADE;

-- Every text that an owner ever stored in place of ours, and that it was given back (`text` is empty then, `is_ours` true).
CREATE TABLE newsletter_text_revision (
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    locale        TEXT    NOT NULL,
    key           TEXT    NOT NULL,
    revision      BIGINT  NOT NULL,
    text          TEXT    NOT NULL,
    is_ours       BOOLEAN NOT NULL,
    changed_at    BIGINT  NOT NULL,
    changed_by    BIGINT  NOT NULL,
    PRIMARY KEY (newsletter_id, locale, key, revision)
);
INSERT INTO newsletter_text_revision (newsletter_id, locale, key, revision, text, is_ours, changed_at, changed_by)
SELECT newsletter_id, locale, key, 1, text, FALSE, changed_at, changed_by FROM newsletter_text;

-- A link that lets anybody who has it read a draft, without an account, until `expires_at`. Its token is signed and names the id, which is
-- never used twice; a link that was ended has no row.
CREATE TABLE draft_share (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    draft_id   BIGINT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    created_by BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX draft_share_draft ON draft_share (draft_id);
