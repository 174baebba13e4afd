-- Whoever had no rhythm got the digests of the newsletter's first. From now on the row says so. A newsletter without any
-- rhythm gets one that sends nothing: paused, without a next slot.
INSERT INTO schedule (newsletter_id, every, days, at_minute, zone, paused, created_at)
SELECT n.id, 'week', 'monday', 480, 'UTC', TRUE, n.created_at FROM newsletter n
WHERE NOT EXISTS (SELECT 1 FROM schedule s WHERE s.newsletter_id = n.id);

UPDATE subscriber SET schedule_id = (SELECT MIN(s.id) FROM schedule s WHERE s.newsletter_id = subscriber.newsletter_id)
WHERE schedule_id IS NULL;

-- SQLite cannot add NOT NULL to a column, and a copy of the table would take its consents and letters with it
-- (<https://sqlite.org/lang_droptable.html>, foreign keys are on). No byte of a row changes by it, so it is enough to
-- change the text of the schema, in this transaction (<https://sqlite.org/lang_altertable.html#otheralter>).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'schedule_id   BIGINT  REFERENCES', 'schedule_id   BIGINT  NOT NULL REFERENCES')
WHERE type = 'table' AND name = 'subscriber';
PRAGMA writable_schema = RESET;
-- Whoever has the file open reads the schema anew.
CREATE TABLE schema_has_changed (id INTEGER);
DROP TABLE schema_has_changed;
