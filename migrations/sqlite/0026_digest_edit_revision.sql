-- What an editor wrote for a digest before: the last twenty revisions, the one that stands among them. They go with their digest.

-- `posts`: JSON, what stood of each post in this mail only; empty for what was saved before this step, when nobody kept it.
-- `author_id`: who saved it (`person.id`); 0 at the command line, or before this step.
CREATE TABLE digest_edit_revision (
    digest_id BIGINT NOT NULL REFERENCES digest (id) ON DELETE CASCADE,
    revision  BIGINT NOT NULL,
    subject   TEXT   NOT NULL,
    preheader TEXT   NOT NULL,
    intro     TEXT   NOT NULL,
    posts     TEXT,
    author_id BIGINT NOT NULL DEFAULT 0,
    edited_at BIGINT NOT NULL,
    PRIMARY KEY (digest_id, revision)
);

INSERT INTO digest_edit_revision (digest_id, revision, subject, preheader, intro, edited_at)
SELECT digest_id, revision, subject, preheader, intro, edited_at FROM digest_edit;
