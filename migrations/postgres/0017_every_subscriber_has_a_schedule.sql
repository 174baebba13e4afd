-- Whoever had no rhythm got the digests of the newsletter's first. From now on the row says so. A newsletter without any
-- rhythm gets one that sends nothing: paused, without a next slot.
INSERT INTO schedule (newsletter_id, every, days, at_minute, zone, paused, created_at)
SELECT n.id, 'week', 'monday', 480, 'UTC', TRUE, n.created_at FROM newsletter n
WHERE NOT EXISTS (SELECT 1 FROM schedule s WHERE s.newsletter_id = n.id);

UPDATE subscriber SET schedule_id = (SELECT MIN(s.id) FROM schedule s WHERE s.newsletter_id = subscriber.newsletter_id)
WHERE schedule_id IS NULL;

ALTER TABLE subscriber ALTER COLUMN schedule_id SET NOT NULL;
