//! Every query on what came back: the only writer of `returned` and `hook_event`.

use super::returned::Returned;
use crate::clock::Millis;
use crate::db::{Db, Tx, execute, in_tx, read};

/// Names that one transaction forgets at most.
const SLICE: i64 = 500;

/// Notes the name of an event; false when it is known already.
pub async fn note(tx: &mut Tx, source: &str, event_id: &str, now: Millis) -> sqlx::Result<bool> {
    let noted = execute!(tx, |c| {
        sqlx::query(
        "INSERT INTO hook_event (provider, event_id, seen_at) VALUES ($1, $2, $3) ON CONFLICT (provider, event_id) DO NOTHING"
    )
    .bind(source)
    .bind(event_id)
    .bind(now)
    .execute(c)
    })?;
    Ok(noted == 1)
}

/// Whether the name is known.
pub async fn is_noted(db: &Db, source: &str, event_id: &str) -> sqlx::Result<bool> {
    read!(db, |c| sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM hook_event WHERE provider = $1 AND event_id = $2)")
        .bind(source)
        .bind(event_id)
        .fetch_one(c))
}

/// Forgets names of before `before`.
pub async fn forget(tx: &mut Tx, before: Millis) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "DELETE FROM hook_event WHERE (provider, event_id) IN (
             SELECT provider, event_id FROM hook_event WHERE seen_at < $1 ORDER BY seen_at LIMIT $2)"
    )
    .bind(before)
    .bind(SLICE)
    .execute(c))
}

/// The subscriber of this number, if there still is one.
pub async fn person(tx: &mut Tx, id: i64) -> sqlx::Result<Option<i64>> {
    in_tx!(tx, |c| sqlx::query_scalar("SELECT id FROM subscriber WHERE id = $1").bind(id).fetch_optional(c))
}

/// The first subscription of an address, on whichever newsletter; found by the index of each.
pub async fn person_of(tx: &mut Tx, email_key: &str) -> sqlx::Result<Option<i64>> {
    in_tx!(tx, |c| sqlx::query_scalar(
        "SELECT s.id FROM newsletter n JOIN subscriber s ON s.newsletter_id = n.id AND s.email_key = $1
         ORDER BY s.id LIMIT 1"
    )
    .bind(email_key)
    .fetch_optional(c))
}

/// Stores what came back.
pub async fn insert(tx: &mut Tx, row: &Returned) -> sqlx::Result<()> {
    execute!(tx, |c| {
        sqlx::query(
        "INSERT INTO returned (source, kind, class, subscriber_id, recipient_hash, recipient, token, message_id, status, text,
                               happened_at, received_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    )
    .bind(&row.source)
    .bind(&row.kind)
    .bind(&row.class)
    .bind(row.subscriber_id)
    .bind(&row.recipient_hash)
    .bind(&row.recipient)
    .bind(&row.token)
    .bind(&row.message_id)
    .bind(&row.status)
    .bind(&row.text)
    .bind(row.happened_at)
    .bind(row.received_at)
    .bind(&row.state)
    .execute(c)
    })?;
    Ok(())
}

/// Rows of a state after an id, the oldest first.
pub async fn of_state(db: &Db, state: &str, after: i64, most: i64) -> sqlx::Result<Vec<Returned>> {
    read!(db, |c| sqlx::query_as(
        "SELECT id, source, kind, class, subscriber_id, recipient_hash, recipient, token, message_id, status, text,
                happened_at, received_at, state
         FROM returned WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3"
    )
    .bind(state)
    .bind(after)
    .bind(most)
    .fetch_all(c))
}

/// Ends the wait of a row; false when it does not wait.
pub async fn close(tx: &mut Tx, id: i64, state: &str) -> sqlx::Result<bool> {
    let closed = execute!(tx, |c| sqlx::query("UPDATE returned SET state = $2 WHERE id = $1 AND state = 'new'")
        .bind(id)
        .bind(state)
        .execute(c))?;
    Ok(closed == 1)
}
