-- What an editor wants of a digest that waits: its own words, and of each post what stands in this mail only.

-- `revision` rises with each change: who has seen an older one does not overwrite what came between. `intro`: Markdown.
CREATE TABLE digest_edit (
    digest_id BIGINT PRIMARY KEY REFERENCES digest (id) ON DELETE CASCADE,
    revision  BIGINT NOT NULL,
    subject   TEXT   NOT NULL DEFAULT '',
    preheader TEXT   NOT NULL DEFAULT '',
    intro     TEXT   NOT NULL DEFAULT '',
    edited_at BIGINT NOT NULL
);

-- A post that is left out stays the digest's: it is not sent on this rhythm any more. `own_image`: an address; empty for none.
ALTER TABLE digest_post ADD COLUMN left_out BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE digest_post ADD COLUMN own_summary TEXT;
ALTER TABLE digest_post ADD COLUMN own_image TEXT;
ALTER TABLE digest_post ADD COLUMN own_alt TEXT;
