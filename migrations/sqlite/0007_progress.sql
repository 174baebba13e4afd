-- What a batch's worker has reported since it took it, for all its recipients in one row: one row changes with each commit
-- instead of two a mail. The rows of `delivery` follow when the batch is given back or taken over.
-- `accepted`, `started` (and not done): ids in order, as gaps (LEB128). State 1 is a letter's only, from now on.
ALTER TABLE delivery_batch ADD COLUMN accepted BLOB NOT NULL DEFAULT x'';
ALTER TABLE delivery_batch ADD COLUMN started BLOB NOT NULL DEFAULT x'';
UPDATE delivery SET state = 0 WHERE state = 1;

-- Who was erased, for a day: what is under way to them is not sent. Ids are never used twice and name nobody any more.
CREATE TABLE erased (
    subscriber_id BIGINT NOT NULL PRIMARY KEY,
    at            BIGINT NOT NULL
);
CREATE INDEX erased_at ON erased (at);
