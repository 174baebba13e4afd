//! What is asked twice a second: who left.

use crate::clock::{DAY, Millis};
use crate::db::{Db, Tx, execute, read};

/// People who left, bounced, complained or were erased after `since`, and when the last of them did.
pub async fn departed(db: &Db, since: Millis) -> sqlx::Result<Vec<(i64, Millis)>> {
    read!(db, |c| sqlx::query_as(
        "SELECT id, ended_at FROM subscriber WHERE ended_at > $1 AND ended_at IS NOT NULL AND status <> 'confirmed'
         UNION ALL SELECT subscriber_id, at FROM erased WHERE at > $1"
    )
    .bind(since)
    .fetch_all(c))
}

/// Notes that somebody is erased, so that every worker hears of it; forgets those of more than a day ago.
pub async fn erased(tx: &mut Tx, subscriber_id: i64, now: Millis) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query("DELETE FROM erased WHERE at < $1").bind(now - DAY).execute(c))?;
    execute!(tx, |c| sqlx::query("INSERT INTO erased (subscriber_id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(subscriber_id)
        .bind(now)
        .execute(c))?;
    Ok(())
}
