-- A sign-up that a limit holds back waits in the plan, with the letter that it asked for. `asked_at` is empty for imported
-- people: they are asked to confirm in the newsletter's usual way.
ALTER TABLE planned_letter ADD COLUMN asked_at BIGINT;
ALTER TABLE planned_letter ADD COLUMN kind TEXT NOT NULL DEFAULT 'confirm';
ALTER TABLE planned_letter ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE planned_letter ADD COLUMN parameters TEXT NOT NULL DEFAULT '{}';

-- What time makes Facteur forget is found by these.
CREATE INDEX subscriber_unconfirmed ON subscriber (created_at) WHERE status = 'pending';
CREATE INDEX consent_ip ON consent (at) WHERE ip IS NOT NULL;

-- Who left and was then typed into a form was called pending, without a trace of the leave but in the consents.
UPDATE subscriber SET status = 'unsubscribed', ended_at = (
    SELECT MAX(c.at) FROM consent c WHERE c.subscriber_id = subscriber.id AND c.kind = 'left'
)
WHERE status = 'pending' AND 'left' = (
    SELECT c.kind FROM consent c WHERE c.subscriber_id = subscriber.id AND c.kind <> 'asked' ORDER BY c.id DESC LIMIT 1
);
