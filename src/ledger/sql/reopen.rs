//! Closed rows of a digest that get another state. Ids travel [`AT_ONCE`] in a statement; their range stands beside them,
//! because without it PostgreSQL's planner may read the whole ledger.

use crate::db::{Builder, Tx, query, query_as, query_scalar};

/// Ids in one statement.
pub const AT_ONCE: usize = 1_000;

/// Rows after `after` in this closed state, with the reason of their note; a thousand at most.
pub async fn closed_rows(
    tx: &mut Tx,
    digest_id: i64,
    state: i64,
    after: i64,
) -> sqlx::Result<Vec<(i64, Option<String>)>> {
    query_as(
        "SELECT d.subscriber_id, n.reason FROM delivery d
         LEFT JOIN delivery_note n ON n.digest_id = d.digest_id AND n.subscriber_id = d.subscriber_id
         WHERE d.digest_id = $1 AND d.subscriber_id > $2 AND d.state = $3 ORDER BY d.subscriber_id LIMIT 1000",
    )
    .bind(digest_id)
    .bind(after)
    .bind(state)
    .fetch_all(tx.on())
    .await
}

/// People after `after` who had left when their turn came and who are back now; a thousand at most.
pub async fn returned(tx: &mut Tx, digest_id: i64, after: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT n.subscriber_id FROM delivery_note n
         JOIN delivery d ON d.digest_id = n.digest_id AND d.subscriber_id = n.subscriber_id
         JOIN subscriber s ON s.id = n.subscriber_id
         WHERE n.digest_id = $1 AND n.subscriber_id > $2 AND n.reason IN ('left', 'paused') AND d.state = 5 AND s.status = 'confirmed'
         ORDER BY n.subscriber_id LIMIT 1000"
    )
    .bind(digest_id)
    .bind(after)
    .fetch_all(tx.on()).await
}

/// Open rows after `after`, in order.
pub async fn open_rows(tx: &mut Tx, digest_id: i64, after: i64, most: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT subscriber_id FROM delivery WHERE digest_id = $1 AND subscriber_id > $2 AND state IN (0, 4)
         ORDER BY subscriber_id LIMIT $3",
    )
    .bind(digest_id)
    .bind(after)
    .bind(most)
    .fetch_all(tx.on())
    .await
}

/// Gives closed rows another state: queued, or accepted. `ids` in order. Gives how many there were.
pub async fn set_state(tx: &mut Tx, digest_id: i64, ids: &[i64], from: i64, to: i64) -> sqlx::Result<u64> {
    let mut changed = 0;
    for ids in ids.chunks(AT_ONCE) {
        let mut query = Builder::new("UPDATE delivery SET attempts = 0, next_at = 0, state = CAST(");
        query.push_bind(to).push(" AS SMALLINT) WHERE state = ").push_bind(from);
        query.push(" AND digest_id = ").push_bind(digest_id);
        query.push(" AND subscriber_id BETWEEN ").push_bind(ids[0]);
        query.push(" AND ").push_bind(ids[ids.len() - 1]).push(" AND subscriber_id IN (");
        query.push_binds(ids.iter().copied()).push(")");
        changed += query.build().persistent(false).execute(tx.on()).await?;
    }
    Ok(changed)
}

/// Puts rows back that were packed, queued.
pub async fn insert_rows(tx: &mut Tx, digest_id: i64, ids: &[i64]) -> sqlx::Result<()> {
    for ids in ids.chunks(AT_ONCE) {
        let mut query = Builder::new("INSERT INTO delivery (digest_id, subscriber_id) ");
        query.push_values(ids, |mut row, id| {
            row.push_bind(digest_id).push_bind(*id);
        });
        query.push(" ON CONFLICT (digest_id, subscriber_id) DO NOTHING");
        query.build().persistent(false).execute(tx.on()).await.map(|_| ())?;
    }
    Ok(())
}

/// Forgets why these rows were not plainly accepted. `ids` in order.
pub async fn drop_notes(tx: &mut Tx, digest_id: i64, ids: &[i64]) -> sqlx::Result<()> {
    for ids in ids.chunks(AT_ONCE) {
        let mut query = Builder::new("DELETE FROM delivery_note WHERE digest_id = ");
        query.push_bind(digest_id).push(" AND subscriber_id BETWEEN ").push_bind(ids[0]);
        query.push(" AND ").push_bind(ids[ids.len() - 1]).push(" AND subscriber_id IN (");
        query.push_binds(ids.iter().copied()).push(")");
        query.build().persistent(false).execute(tx.on()).await.map(|_| ())?;
    }
    Ok(())
}

/// First and last id of the batch that covers this id, if there is one.
pub async fn covering(tx: &mut Tx, digest_id: i64, subscriber_id: i64) -> sqlx::Result<Option<(i64, i64)>> {
    query_as("SELECT lo, hi FROM delivery_batch WHERE digest_id = $1 AND lo <= $2 AND hi >= $2 LIMIT 1")
        .bind(digest_id)
        .bind(subscriber_id)
        .fetch_optional(tx.on())
        .await
}

/// Makes a batch due now that nobody has; one that somebody has finds its open rows by itself. `false` when it is gone:
/// its worker gave it back since we saw it.
pub async fn make_due(tx: &mut Tx, digest_id: i64, lo: i64) -> sqlx::Result<bool> {
    let made = query("UPDATE delivery_batch SET due_at = 0 WHERE digest_id = $1 AND lo = $2")
        .bind(digest_id)
        .bind(lo)
        .execute(tx.on())
        .await?;
    Ok(made == 1)
}

/// First id of the next batch after this id.
pub async fn next_batch(tx: &mut Tx, digest_id: i64, after: i64) -> sqlx::Result<Option<i64>> {
    query_scalar("SELECT MIN(lo) FROM delivery_batch WHERE digest_id = $1 AND lo > $2")
        .bind(digest_id)
        .bind(after)
        .fetch_one(tx.on())
        .await
}

/// A batch for rows that are open again.
pub async fn insert_batch(tx: &mut Tx, digest_id: i64, lo: i64, hi: i64) -> sqlx::Result<()> {
    query("INSERT INTO delivery_batch (digest_id, lo, hi) VALUES ($1, $2, $3)")
        .bind(digest_id)
        .bind(lo)
        .bind(hi)
        .execute(tx.on())
        .await?;
    Ok(())
}
