-- The last look of the doctor at a newsletter. `begun_at`: somebody looks since then. `looked_at`, `look` (JSON): the last one that
-- came to its end; empty before the first. `waived_at`: an editor let the first digest go whatever the doctor finds.
CREATE TABLE doctor_look (
    newsletter_id BIGINT NOT NULL PRIMARY KEY REFERENCES newsletter (id) ON DELETE CASCADE,
    begun_at      BIGINT NOT NULL,
    looked_at     BIGINT,
    look          TEXT   NOT NULL,
    waived_at     BIGINT
);
