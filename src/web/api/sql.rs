//! Every query on answers kept for repeated requests.

use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as};

/// An answer that is kept for a repeated request; `status` 0 while the first is under way.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What was asked.
    pub request_hash: String,
    /// HTTP status.
    pub status: i64,
    /// JSON.
    pub response: String,
    /// When the request came.
    pub created_at: Millis,
}
from_row!(Kept { request_hash, status, response, created_at });

/// Forgets answers from before `before`, then takes the key; false when a request with it was there before.
pub async fn take_key(
    tx: &mut Tx,
    token_id: i64,
    key: &str,
    request_hash: &str,
    now: Millis,
    before: Millis,
) -> sqlx::Result<bool> {
    query("DELETE FROM idempotency WHERE created_at < $1").bind(before).execute(tx.on()).await?;
    let taken = query(
        "INSERT INTO idempotency (api_token_id, key, request_hash, status, response, created_at)
         VALUES ($1, $2, $3, 0, '', $4) ON CONFLICT (api_token_id, key) DO NOTHING",
    )
    .bind(token_id)
    .bind(key)
    .bind(request_hash)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(taken == 1)
}

/// Takes over a key from a request that never finished; false when another request has done so.
pub async fn take_over(tx: &mut Tx, token_id: i64, key: &str, seen: Millis, now: Millis) -> sqlx::Result<bool> {
    let taken = query(
        "UPDATE idempotency SET created_at = $4 WHERE api_token_id = $1 AND key = $2 AND status = 0 AND created_at = $3"
    )
    .bind(token_id)
    .bind(key)
    .bind(seen)
    .bind(now)
    .execute(tx.on()).await?;
    Ok(taken == 1)
}

/// The answer kept under a key.
pub async fn kept(db: &Db, token_id: i64, key: &str) -> sqlx::Result<Option<Kept>> {
    query_as("SELECT * FROM idempotency WHERE api_token_id = $1 AND key = $2")
        .bind(token_id)
        .bind(key)
        .fetch_optional(db.on())
        .await
}

/// Keeps an answer.
pub async fn keep(tx: &mut Tx, token_id: i64, key: &str, status: i64, response: &str) -> sqlx::Result<u64> {
    query("UPDATE idempotency SET status = $3, response = $4 WHERE api_token_id = $1 AND key = $2")
        .bind(token_id)
        .bind(key)
        .bind(status)
        .bind(response)
        .execute(tx.on())
        .await
}

/// Frees a key whose request failed: it may be tried again.
pub async fn free_key(tx: &mut Tx, token_id: i64, key: &str) -> sqlx::Result<u64> {
    query("DELETE FROM idempotency WHERE api_token_id = $1 AND key = $2 AND status = 0")
        .bind(token_id)
        .bind(key)
        .execute(tx.on())
        .await
}
