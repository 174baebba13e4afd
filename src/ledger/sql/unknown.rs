//! Addresses that the mail server does not know: noted with their row, and marked once the breaker lets them.

use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_scalar};

/// Notes that are read at once.
const SLICE: i64 = 500;

/// Rows of a digest after `after` whose address was called unknown, and is not marked.
pub async fn unknown(db: &Db, digest_id: i64, after: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT subscriber_id FROM delivery_note
         WHERE digest_id = $1 AND subscriber_id > $2 AND reason = 'unknown' ORDER BY subscriber_id LIMIT $3",
    )
    .bind(digest_id)
    .bind(after)
    .bind(SLICE)
    .fetch_all(db.on())
    .await
}

/// The note says from now on that the address does not exist; `false` when it does not say `unknown` any more.
pub async fn confirm(tx: &mut Tx, digest_id: i64, subscriber_id: i64) -> sqlx::Result<bool> {
    let changed = query(
        "UPDATE delivery_note SET reason = 'address'
         WHERE digest_id = $1 AND subscriber_id = $2 AND reason = 'unknown'",
    )
    .bind(digest_id)
    .bind(subscriber_id)
    .execute(tx.on())
    .await?;
    Ok(changed == 1)
}

/// A row that was refused as unknown is tried again at `next_at`; `false` when it was not. Its note says "later".
pub async fn put_off(tx: &mut Tx, digest_id: i64, subscriber_id: i64, next_at: Millis) -> sqlx::Result<bool> {
    let changed =
        query("UPDATE delivery SET state = 4, next_at = $3 WHERE digest_id = $1 AND subscriber_id = $2 AND state = 3")
            .bind(digest_id)
            .bind(subscriber_id)
            .bind(next_at)
            .execute(tx.on())
            .await?;
    query(
        "UPDATE delivery_note SET reason = 'deferred' WHERE digest_id = $1 AND subscriber_id = $2 AND reason = 'unknown'"
    )
    .bind(digest_id)
    .bind(subscriber_id)
    .execute(tx.on()).await?;
    Ok(changed == 1)
}
