//! Every query on API tokens and on answers kept for repeated requests.

use crate::clock::Millis;
use crate::db::{Db, Tx, execute, from_row, read};

/// A token as stored: only its hash, never the token itself.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// Inside id.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// Since when.
    pub created_at: Millis,
    /// Void from then on.
    pub expires_at: Millis,
    /// Last used, to the minute.
    pub last_used_at: Option<Millis>,
}
from_row!(TokenRow { id, name, created_at, expires_at, last_used_at });

/// All tokens, the oldest first.
pub async fn tokens(db: &Db) -> sqlx::Result<Vec<TokenRow>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM api_token ORDER BY id").fetch_all(c))
}

/// The token of this hash.
pub async fn token(db: &Db, hash: &str) -> sqlx::Result<Option<TokenRow>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM api_token WHERE hash = $1").bind(hash).fetch_optional(c))
}

/// Stores a token; 0 when there is one of this name.
pub async fn insert_token(tx: &mut Tx, name: &str, hash: &str, now: Millis, expires: Millis) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "INSERT INTO api_token (name, hash, created_at, expires_at)
         SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM api_token WHERE name = $1)"
    )
    .bind(name)
    .bind(hash)
    .bind(now)
    .bind(expires)
    .execute(c))
}

/// Removes the token of this name.
pub async fn delete_token(tx: &mut Tx, name: &str) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("DELETE FROM api_token WHERE name = $1").bind(name).execute(c))
}

/// Notes that a token was used.
pub async fn touch_token(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("UPDATE api_token SET last_used_at = $2 WHERE id = $1").bind(id).bind(now).execute(c))
}

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
    execute!(tx, |c| sqlx::query("DELETE FROM idempotency WHERE created_at < $1").bind(before).execute(c))?;
    let taken = execute!(tx, |c| sqlx::query(
        "INSERT INTO idempotency (api_token_id, key, request_hash, status, response, created_at)
         VALUES ($1, $2, $3, 0, '', $4) ON CONFLICT (api_token_id, key) DO NOTHING"
    )
    .bind(token_id)
    .bind(key)
    .bind(request_hash)
    .bind(now)
    .execute(c))?;
    Ok(taken == 1)
}

/// Takes over a key from a request that never finished; false when another request has done so.
pub async fn take_over(tx: &mut Tx, token_id: i64, key: &str, seen: Millis, now: Millis) -> sqlx::Result<bool> {
    let taken = execute!(tx, |c| {
        sqlx::query(
        "UPDATE idempotency SET created_at = $4 WHERE api_token_id = $1 AND key = $2 AND status = 0 AND created_at = $3"
    )
    .bind(token_id)
    .bind(key)
    .bind(seen)
    .bind(now)
    .execute(c)
    })?;
    Ok(taken == 1)
}

/// The answer kept under a key.
pub async fn kept(db: &Db, token_id: i64, key: &str) -> sqlx::Result<Option<Kept>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM idempotency WHERE api_token_id = $1 AND key = $2")
        .bind(token_id)
        .bind(key)
        .fetch_optional(c))
}

/// Keeps an answer.
pub async fn keep(tx: &mut Tx, token_id: i64, key: &str, status: i64, response: &str) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "UPDATE idempotency SET status = $3, response = $4 WHERE api_token_id = $1 AND key = $2"
    )
    .bind(token_id)
    .bind(key)
    .bind(status)
    .bind(response)
    .execute(c))
}

/// Frees a key whose request failed: it may be tried again.
pub async fn free_key(tx: &mut Tx, token_id: i64, key: &str) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("DELETE FROM idempotency WHERE api_token_id = $1 AND key = $2 AND status = 0")
        .bind(token_id)
        .bind(key)
        .execute(c))
}
