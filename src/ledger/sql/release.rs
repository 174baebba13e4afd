//! A row for each recipient of a digest.

use super::WARMING;
use crate::db::{Db, Tx, query};

/// Writes the ledger's rows for the confirmed subscribers of a rhythm with an id in `(from, upto]`, and gives their count.
/// The index `subscriber_rhythm` covers it and gives the ids in the ledger's order, so SQLite only appends. With `warms` they wait
/// for their day: see [`super::warmup`].
pub async fn rows(
    tx: &mut Tx,
    digest_id: i64,
    schedule_id: i64,
    (from, upto): (i64, i64),
    warms: bool,
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
    .bind(if warms { WARMING } else { 0 })
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
