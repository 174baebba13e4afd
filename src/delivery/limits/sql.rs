//! What the limits of a relay have spent: one row each, JSON, changed under its lock.

use crate::clock::Millis;
use crate::db::{Tx, query, query_scalar};

/// Reads a limit's state and keeps others out of it until the commit; `{}` when it is new.
pub async fn lock(tx: &mut Tx, name: &str) -> sqlx::Result<String> {
    // The update of nothing takes the row's lock on PostgreSQL, with the same text on both.
    query_scalar(
        "INSERT INTO delivery_limit (name, state, at) VALUES ($1, '{}', 0)
         ON CONFLICT (name) DO UPDATE SET at = delivery_limit.at RETURNING state",
    )
    .bind(name)
    .fetch_one(tx.on())
    .await
}

/// Writes it.
pub async fn store(tx: &mut Tx, name: &str, state: &str, now: Millis) -> sqlx::Result<()> {
    query("UPDATE delivery_limit SET state = $2, at = $3 WHERE name = $1")
        .bind(name)
        .bind(state)
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(())
}
