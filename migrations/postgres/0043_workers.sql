-- Processes that send and hold a lock for as long as they live: by the name under which they lease, the session that holds the lock, and
-- since when that server runs. A row says: where this lock is nobody's, I am dead. On SQLite the lock of the file says it.
CREATE TABLE worker (
    owner        TEXT   NOT NULL PRIMARY KEY,
    session      BIGINT NOT NULL,
    server_began BIGINT NOT NULL
);
