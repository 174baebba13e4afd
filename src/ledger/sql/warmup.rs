//! Rows that wait for their day: queued, and `next_at` is [`WARMING`].

use super::WARMING;
use crate::db::{Builder, Db, Tx, query_as, query_scalar};

/// Ids in one statement.
const AT_ONCE: usize = 1_000;

/// Of the rows that wait, those whose person gets digests now: the newest confirmed first, so many at most; since when they are
/// confirmed, and their ids. Looks at all that wait, once a day.
pub async fn newest(db: &Db, digest_id: i64, most: i64) -> sqlx::Result<Vec<(i64, i64)>> {
    query_as(
            "SELECT COALESCE(s.confirmed_at, 0), d.subscriber_id FROM delivery d JOIN subscriber s ON s.id = d.subscriber_id AND s.status = 'confirmed'
             WHERE d.digest_id = $1 AND d.state = 0 AND d.next_at = $2
             ORDER BY COALESCE(s.confirmed_at, 0) DESC, d.subscriber_id DESC LIMIT $3",
        )
        .bind(digest_id)
        .bind(WARMING)
        .bind(most)
        .fetch_all(db.on()).await
}

/// Rows that wait with an id above `after`, in order, so many at most.
pub async fn after(db: &Db, digest_id: i64, after: i64, most: usize) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT subscriber_id FROM delivery WHERE digest_id = $1 AND subscriber_id > $2 AND state = 0 AND next_at = $3
             ORDER BY subscriber_id LIMIT $4",
    )
    .bind(digest_id)
    .bind(after)
    .bind(WARMING)
    .bind(i64::try_from(most).unwrap_or(i64::MAX))
    .fetch_all(db.on())
    .await
}

/// The day of these rows has come. `ids` in order; gives how many waited. Their range stands beside them, as in [`super::reopen`].
pub async fn open(tx: &mut Tx, digest_id: i64, ids: &[i64]) -> sqlx::Result<u64> {
    let mut opened = 0;
    for ids in ids.chunks(AT_ONCE) {
        let mut query = Builder::new("UPDATE delivery SET next_at = 0 WHERE state = 0 AND next_at = ");
        query.push_bind(WARMING);
        query.push(" AND digest_id = ").push_bind(digest_id);
        query.push(" AND subscriber_id BETWEEN ").push_bind(ids[0]);
        query.push(" AND ").push_bind(ids[ids.len() - 1]).push(" AND subscriber_id IN (");
        query.push_binds(ids.iter().copied()).push(")");
        opened += query.build().persistent(false).execute(tx.on()).await?;
    }
    Ok(opened)
}
