//! Events that time or an erasure takes away.
//!
//! In: a person who is erased, or an instant. Out: rows that are nameless, or gone. What still lasts is kept.

use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_scalar};

/// Takes a person out of the events; that something happened, and when, stays.
pub async fn forget_person(tx: &mut Tx, subscriber_id: i64) -> sqlx::Result<()> {
    query("UPDATE event SET about_id = 0 WHERE about_id = $1 AND about = 'subscriber' AND about_id <> 0")
        .bind(subscriber_id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Deletes events of before `before`, of the `most` oldest at most; gives how many are gone. Ids rise with time, so only
/// that many rows are looked at, also when there is nothing to forget.
pub async fn forget(db: &Db, before: Millis, most: i64) -> sqlx::Result<i64> {
    let any: bool = query_scalar(
        "SELECT EXISTS (SELECT 1 FROM (SELECT at, is_open FROM event ORDER BY id LIMIT $2) AS oldest
                        WHERE at < $1 AND NOT is_open)",
    )
    .bind(before)
    .bind(most)
    .fetch_one(db.on())
    .await?;
    if !any {
        return Ok(0);
    }
    let mut piece = db.begin_piece().await?;
    let gone = query(
        "DELETE FROM event WHERE id IN (
             SELECT id FROM (SELECT id, at, is_open FROM event ORDER BY id LIMIT $2) AS oldest
             WHERE at < $1 AND NOT is_open)",
    )
    .bind(before)
    .bind(most)
    .execute(piece.tx.on())
    .await?;
    piece.commit().await?;
    Ok(gone as i64)
}
