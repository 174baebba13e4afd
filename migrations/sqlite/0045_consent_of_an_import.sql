-- How everybody whom an import added consented: a row for its words, where each person had one that said the same. When is the person's
-- `created_at`. No foreign key: these rows leave only with the newsletter, whose subscribers left before them. Who was imported before
-- this keeps the row in `consent`.
CREATE TABLE import_consent (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    language      TEXT    NOT NULL,
    proof         TEXT    NOT NULL,
    at            BIGINT  NOT NULL
);
CREATE INDEX import_consent_newsletter ON import_consent (newsletter_id);

ALTER TABLE subscriber ADD COLUMN import_consent_id BIGINT;
