-- Why a digest was skipped, paused or cancelled was stored as an English sentence; it is a code now, with the parameters of
-- its words. Sentences that hold a mail server's words stay as they are.
UPDATE digest SET reason = CASE reason
        WHEN 'no new post' THEN '{"code":"no-new-post"}'
        WHEN 'paused' THEN '{"code":"schedule-paused"}'
        WHEN 'skipped by an editor' THEN '{"code":"skipped-by-editor"}'
        WHEN 'nobody subscribed' THEN '{"code":"nobody-subscribed"}'
        WHEN 'too late' THEN '{"code":"too-late"}'
        WHEN 'caught up with the next' THEN '{"code":"caught-up"}'
        WHEN 'its posts vanished from the feed' THEN '{"code":"posts-vanished"}'
        WHEN 'its posts were taken back' THEN '{"code":"posts-taken-back"}'
        WHEN 'by an editor' THEN '{"code":"paused-by-editor"}'
        WHEN 'cancelled by an editor' THEN '{"code":"cancelled-by-editor"}'
        WHEN 'held: this database may be a copy, or older than what was sent (`facteur resume`)' THEN '{"code":"held"}'
        ELSE reason
    END
WHERE reason IS NOT NULL;
