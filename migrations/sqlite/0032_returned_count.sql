-- How much came back about one digest, counted while it comes, so that a look costs the same behind ten reports and behind a million.
-- `waiting`: hard ones that wait for an editor. `settled`: 1, once an editor said of them that they are true.
CREATE TABLE returned_count (
    digest_id  BIGINT NOT NULL PRIMARY KEY REFERENCES digest (id) ON DELETE CASCADE,
    hard       BIGINT NOT NULL DEFAULT 0,
    complaints BIGINT NOT NULL DEFAULT 0,
    waiting    BIGINT NOT NULL DEFAULT 0,
    settled    BIGINT NOT NULL DEFAULT 0
);
INSERT INTO returned_count (digest_id, hard, complaints, waiting, settled)
SELECT digest_id, SUM(CASE WHEN kind = 'hard' THEN 1 ELSE 0 END), SUM(CASE WHEN kind = 'complaint' THEN 1 ELSE 0 END),
       SUM(CASE WHEN kind = 'hard' AND state = 'waiting' THEN 1 ELSE 0 END),
       MAX(CASE WHEN kind = 'hard' AND state = 'filed' THEN 1 ELSE 0 END)
FROM returned WHERE digest_id IS NOT NULL GROUP BY digest_id;
