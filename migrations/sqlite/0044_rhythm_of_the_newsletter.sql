-- A subscriber's rhythm is one of their newsletter's. PostgreSQL gets one key for both; SQLite would have to write the whole table anew
-- for that, and looks two rows up in memory.
CREATE UNIQUE INDEX schedule_of_newsletter ON schedule (newsletter_id, id);
DROP INDEX schedule_newsletter;

UPDATE subscriber SET schedule_id = (
    SELECT s.id FROM schedule s WHERE s.newsletter_id = subscriber.newsletter_id
    ORDER BY s.removed_at IS NULL DESC, s.is_default DESC, s.id LIMIT 1)
WHERE NOT EXISTS (SELECT 1 FROM schedule s WHERE s.newsletter_id = subscriber.newsletter_id AND s.id = subscriber.schedule_id);
