-- Where a subscription came from, for the footer of mails: the host of the page with the form, `imported` or `added`; empty
-- when unknown. It follows from `consent`, but a send reads it for each recipient, and a step of consent is wide.
ALTER TABLE subscriber ADD COLUMN origin TEXT;

UPDATE subscriber SET origin = (
    SELECT CASE c.kind
        WHEN 'asked' THEN lower(substring(c.page FROM '://(?:www\.)?([^:/]*)'))
        ELSE c.kind
    END
    FROM consent c
    WHERE c.subscriber_id = subscriber.id AND c.kind IN ('asked', 'imported', 'added') AND c.text_version <> 'expired-link'
    ORDER BY c.id DESC LIMIT 1
);
