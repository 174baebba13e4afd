//! What is asked twice a second: who left.

use crate::clock::Millis;
use crate::db::{Db, read};

/// People who left, bounced or complained after `since`, and when the last of them did.
pub async fn departed(db: &Db, since: Millis) -> sqlx::Result<Vec<(i64, Millis)>> {
    read!(db, |c| sqlx::query_as(
        "SELECT id, ended_at FROM subscriber WHERE ended_at > $1 AND ended_at IS NOT NULL AND status <> 'confirmed'"
    )
    .bind(since)
    .fetch_all(c))
}
