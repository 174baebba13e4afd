//! A row for each recipient of a digest.

use super::{NOT_THEIRS, WARMING};
use crate::db::{Db, Tx, query};

/// Which rows a digest gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// They wait for their day: see [`super::warmup`].
    pub warms: bool,
    /// Whoever chose topics, and none of these, is skipped; `None`: nobody.
    pub needed: Option<i64>,
}

/// Writes the ledger's rows for the confirmed subscribers of a rhythm with an id in `(from, upto]`, and gives their count.
/// The index `subscriber_rhythm` covers it and gives the ids in the ledger's order, so SQLite only appends; no column is named that
/// has its default, for one more that is bound and cast costs SQLite 10 % of the whole. Topics are read with the rows, in one pass:
/// 0.2 µs a row on SQLite, where marking afterwards who is skipped took 1 µs for each of them. (`COPY` took PostgreSQL as long as this
/// statement, 2.0 to 2.8 µs a row as against 1.6 to 2.6: most of it is the ledger's key.)
pub async fn rows(
    tx: &mut Tx,
    digest_id: i64,
    schedule_id: i64,
    (from, upto): (i64, i64),
    Kind { warms, needed }: Kind,
) -> sqlx::Result<u64> {
    let due = if warms { WARMING } else { 0 };
    if let Some(needed) = needed {
        return by_topics(tx, digest_id, schedule_id, (from, upto), (needed, due)).await;
    }
    if warms {
        return due_at(tx, digest_id, schedule_id, (from, upto), due).await;
    }
    query(
        "INSERT INTO delivery (digest_id, subscriber_id)
         SELECT $1, id FROM subscriber
         WHERE schedule_id = $2 AND status = 'confirmed' AND id > $3 AND id <= $4 ORDER BY id",
    )
    .bind(digest_id)
    .bind(schedule_id)
    .bind(from)
    .bind(upto)
    .execute(tx.on())
    .await
}

async fn due_at(
    tx: &mut Tx,
    digest_id: i64,
    schedule_id: i64,
    (from, upto): (i64, i64),
    due: i64,
) -> sqlx::Result<u64> {
    query(
        "INSERT INTO delivery (digest_id, subscriber_id, next_at)
         SELECT $1, id, CAST($5 AS BIGINT) FROM subscriber
         WHERE schedule_id = $2 AND status = 'confirmed' AND id > $3 AND id <= $4 ORDER BY id",
    )
    .bind(digest_id)
    .bind(schedule_id)
    .bind(from)
    .bind(upto)
    .bind(due)
    .execute(tx.on())
    .await
}

/// Whoever chose no topics at all (NULL) gets everything.
async fn by_topics(
    tx: &mut Tx,
    digest_id: i64,
    schedule_id: i64,
    (from, upto): (i64, i64),
    (needed, due): (i64, i64),
) -> sqlx::Result<u64> {
    query(
        "INSERT INTO delivery (digest_id, subscriber_id, state, next_at)
         SELECT $1, id, CASE WHEN (topics & $5) = 0 THEN 5 ELSE 0 END,
                CASE WHEN (topics & $5) = 0 THEN CAST($6 AS BIGINT) ELSE CAST($7 AS BIGINT) END
         FROM subscriber
         WHERE schedule_id = $2 AND status = 'confirmed' AND id > $3 AND id <= $4 ORDER BY id",
    )
    .bind(digest_id)
    .bind(schedule_id)
    .bind(from)
    .bind(upto)
    .bind(needed)
    .bind(NOT_THEIRS)
    .bind(due)
    .execute(tx.on())
    .await
}

/// Lets PostgreSQL count the ledger, which has just grown by a whole digest: until its own counting comes round it takes
/// the ledger for small, and reads all that is left of it for each batch. When somebody counts already, that is enough.
pub async fn count(db: &Db) -> sqlx::Result<()> {
    if let Db::Postgres(pool) = db {
        query("ANALYZE (SKIP_LOCKED) delivery").execute(pool).await?;
    }
    Ok(())
}
