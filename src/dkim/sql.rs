//! Every query on `dkim_key`.

use super::{Pair, State};
use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_as};

/// All pairs: by domain, the oldest first.
pub async fn all(db: &Db) -> sqlx::Result<Vec<Pair>> {
    query_as("SELECT * FROM dkim_key ORDER BY domain, created_at, selector").fetch_all(db.on()).await
}

/// The pairs of a domain, the oldest first, as they are until the end of `tx`: nobody else takes a step meanwhile.
pub async fn hold(tx: &mut Tx, domain: &str) -> sqlx::Result<Vec<Pair>> {
    let mut pairs: Vec<Pair> = query_as("UPDATE dkim_key SET state = state WHERE domain = $1 RETURNING *")
        .bind(domain)
        .fetch_all(tx.on())
        .await?;
    pairs.sort_by(|one, other| (one.created_at, &one.selector).cmp(&(other.created_at, &other.selector)));
    Ok(pairs)
}

/// Stores a new pair; 0 when there is one of this selector.
pub async fn insert(tx: &mut Tx, pair: &Pair) -> sqlx::Result<u64> {
    query(
        "INSERT INTO dkim_key (domain, selector, state, rsa, ed25519, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (domain, selector) DO NOTHING",
    )
    .bind(&pair.domain)
    .bind(&pair.selector)
    .bind(pair.state)
    .bind(&pair.rsa)
    .bind(&pair.ed25519)
    .bind(pair.created_at)
    .execute(tx.on())
    .await
}

/// Takes a step, and notes when.
pub async fn set_state(tx: &mut Tx, pair: &Pair, state: State, now: Millis) -> sqlx::Result<u64> {
    let text = match state {
        State::Publish => "UPDATE dkim_key SET state = $3, created_at = $4 WHERE domain = $1 AND selector = $2",
        State::Seen => "UPDATE dkim_key SET state = $3, seen_at = $4 WHERE domain = $1 AND selector = $2",
        State::Sign => "UPDATE dkim_key SET state = $3, sign_at = $4 WHERE domain = $1 AND selector = $2",
        State::Retiring => "UPDATE dkim_key SET state = $3, retire_at = $4 WHERE domain = $1 AND selector = $2",
        State::Retired => "UPDATE dkim_key SET state = $3, retired_at = $4 WHERE domain = $1 AND selector = $2",
    };
    query(text).bind(&pair.domain).bind(&pair.selector).bind(state).bind(now).execute(tx.on()).await
}
