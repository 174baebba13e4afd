-- An owner's own words in place of ours, in one language: in a letter to readers, or on a public page. `key`: as src/texts names the
-- text. `changed_by`: the person; 0 at the command line. A text that is ours has no row.
CREATE TABLE newsletter_text (
    newsletter_id BIGINT NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    locale        TEXT   NOT NULL,
    key           TEXT   NOT NULL,
    text          TEXT   NOT NULL,
    changed_at    BIGINT NOT NULL,
    changed_by    BIGINT NOT NULL,
    PRIMARY KEY (newsletter_id, locale, key)
);

-- A logo that was uploaded: how large mails show it, in their pixels, and what it says to those who do not see it (empty: the
-- newsletter's name). Without a size it is a picture elsewhere.
ALTER TABLE newsletter ADD COLUMN logo_width BIGINT;
ALTER TABLE newsletter ADD COLUMN logo_height BIGINT;
ALTER TABLE newsletter ADD COLUMN logo_alt TEXT NOT NULL DEFAULT '';
