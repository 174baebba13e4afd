-- A subscriber's rhythm is one of their newsletter's. One key says both, and of each new subscriber the server looks up one row instead
-- of two. A newsletter that is removed for good loses its subscribers first, slice by slice.
CREATE UNIQUE INDEX schedule_of_newsletter ON schedule (newsletter_id, id);
DROP INDEX schedule_newsletter;

UPDATE subscriber SET schedule_id = (
    SELECT s.id FROM schedule s WHERE s.newsletter_id = subscriber.newsletter_id
    ORDER BY (s.removed_at IS NULL) DESC, s.is_default DESC, s.id LIMIT 1)
WHERE NOT EXISTS (SELECT 1 FROM schedule s WHERE s.newsletter_id = subscriber.newsletter_id AND s.id = subscriber.schedule_id);

ALTER TABLE subscriber
    DROP CONSTRAINT subscriber_newsletter_id_fkey,
    DROP CONSTRAINT subscriber_schedule_id_fkey,
    ADD CONSTRAINT subscriber_rhythm_of_newsletter FOREIGN KEY (newsletter_id, schedule_id) REFERENCES schedule (newsletter_id, id);
