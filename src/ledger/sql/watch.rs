//! What is asked twice a second: who left, and who of them is back.

use crate::clock::{DAY, Millis};
use crate::db::{Builder, Db, Tx, query, query_as, query_scalar};

/// Ids in one statement.
const AT_ONCE: usize = 1_000;

/// People who left, bounced, complained or were erased after `since`, and when the last of them did.
pub async fn have_left(db: &Db, since: Millis) -> sqlx::Result<Vec<(i64, Millis)>> {
    query_as(
        "SELECT id, ended_at FROM subscriber WHERE ended_at > $1 AND ended_at IS NOT NULL AND status <> 'confirmed'
         UNION ALL SELECT subscriber_id, at FROM erased WHERE at > $1",
    )
    .bind(since)
    .fetch_all(db.on())
    .await
}

/// Of these people those who get digests (again).
pub async fn back(db: &Db, ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    let mut back = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let mut query = Builder::new("SELECT id FROM subscriber WHERE status = 'confirmed' AND id IN (");
        query.push_binds(ids.iter().copied()).push(")");
        back.extend::<Vec<i64>>(query.build_query_scalar().persistent(false).fetch_all(db.on()).await?);
    }
    Ok(back)
}

/// The condition of a row that waits longer than `$1` and the longest wait after its attempts, `$2` to `$8`.
macro_rules! beyond {
    () => {
        "state = 4 AND next_at > $1 + CASE WHEN attempts <= 1 THEN $2 WHEN attempts = 2 THEN $3 WHEN attempts = 3 THEN $4
            WHEN attempts = 4 THEN $5 WHEN attempts = 5 THEN $6 WHEN attempts = 6 THEN $7 ELSE $8 END"
    };
}

/// Makes what waits longer than `longest` allows (after one attempt, two, …) due at `now`: rows of batches, and letters.
/// Gives how many there were. Reads every batch, so it is for the moments when the clock may have been wrong.
pub async fn draw_back(db: &Db, now: Millis, longest: [Millis; 7]) -> sqlx::Result<u64> {
    let mut drawn = letters_back(db, now, longest).await?;
    let batches: Vec<(i64, i64, i64)> =
        query_as("SELECT digest_id, lo, hi FROM delivery_batch ORDER BY digest_id, lo").fetch_all(db.on()).await?;
    for (digest_id, lo, hi) in batches {
        let query = query_scalar(concat!(
            "SELECT EXISTS (SELECT 1 FROM delivery
             WHERE digest_id = $9 AND subscriber_id BETWEEN $10 AND $11 AND ",
            beyond!(),
            ")"
        ));
        let query = longest.iter().fold(query.bind(now), |query, wait| query.bind(*wait));
        let any: bool = query.bind(digest_id).bind(lo).bind(hi).fetch_one(db.on()).await?;
        if any {
            drawn += batch_back(db, (digest_id, lo, hi), now, longest).await?;
        }
    }
    Ok(drawn)
}

/// The batch first, as whoever records does.
async fn batch_back(db: &Db, batch: (i64, i64, i64), now: Millis, longest: [Millis; 7]) -> sqlx::Result<u64> {
    let (digest_id, lo, hi) = batch;
    let mut tx = db.begin().await?;
    query("UPDATE delivery_batch SET due_at = 0 WHERE digest_id = $1 AND lo = $2")
        .bind(digest_id)
        .bind(lo)
        .execute(tx.on())
        .await?;
    let query = query(concat!(
        "UPDATE delivery SET next_at = $1 WHERE digest_id = $9 AND subscriber_id BETWEEN $10 AND $11 AND ",
        beyond!()
    ));
    let query = longest.iter().fold(query.bind(now), |query, wait| query.bind(*wait));
    let drawn = query.bind(digest_id).bind(lo).bind(hi).execute(tx.on()).await?;
    tx.commit().await?;
    Ok(drawn)
}

async fn letters_back(db: &Db, now: Millis, longest: [Millis; 7]) -> sqlx::Result<u64> {
    let query = query(concat!("UPDATE letter SET next_at = $1 WHERE state IN (0, 1, 4) AND ", beyond!())).bind(now);
    db.write_now(longest.iter().fold(query, |query, wait| query.bind(*wait))).await
}

/// Notes that somebody is erased, so that every worker hears of it; forgets those of more than a day ago.
pub async fn erased(tx: &mut Tx, subscriber_id: i64, now: Millis) -> sqlx::Result<()> {
    query("DELETE FROM erased WHERE at < $1").bind(now - DAY).execute(tx.on()).await?;
    query("INSERT INTO erased (subscriber_id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(subscriber_id)
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(())
}
