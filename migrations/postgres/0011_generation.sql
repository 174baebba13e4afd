-- How far each process that sends has come with this database, by the random id in the file beside it. A database that was
-- put back, or a server that was promoted behind the others, says less than that file. `address`: how the process reached
-- the database.
CREATE TABLE marker (
    process TEXT   NOT NULL PRIMARY KEY,
    counter BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    address TEXT   NOT NULL
);
