//! Every query on acts and their pieces.

use super::{BulkAct, Order, State};
use crate::clock::Millis;
use crate::db::{Builder, Db, Tx, query, query_as, query_scalar};
use crate::newsletters::Schedule;

/// An act of a newsletter.
pub async fn by_id(db: &Db, newsletter_id: i64, id: i64) -> sqlx::Result<Option<BulkAct>> {
    query_as("SELECT * FROM bulk_act WHERE id = $1 AND newsletter_id = $2")
        .bind(id)
        .bind(newsletter_id)
        .fetch_optional(db.on())
        .await
}

/// The newest act of a newsletter since an instant.
pub async fn latest(db: &Db, newsletter_id: i64, since: Millis) -> sqlx::Result<Option<BulkAct>> {
    query_as(
        "SELECT * FROM bulk_act WHERE newsletter_id = $1 AND created_at > $2 AND state <> 'gathered'
         ORDER BY id DESC LIMIT 1",
    )
    .bind(newsletter_id)
    .bind(since)
    .fetch_optional(db.on())
    .await
}

/// Those that are being done or taken back.
pub async fn moving(db: &Db) -> sqlx::Result<Vec<BulkAct>> {
    query_as("SELECT * FROM bulk_act WHERE state IN ('planned', 'undoing') ORDER BY id").fetch_all(db.on()).await
}

pub async fn insert(tx: &mut Tx, order: Order, total: i64, now: Millis) -> sqlx::Result<i64> {
    query_scalar(
        "INSERT INTO bulk_act (newsletter_id, act, to_id, state, person_id, total, created_at)
         VALUES ($1, $2, $3, 'gathered', $4, $5, $6) RETURNING id",
    )
    .bind(order.newsletter_id)
    .bind(order.act)
    .bind(order.to_id)
    .bind(order.person_id)
    .bind(total)
    .bind(now)
    .fetch_one(tx.on())
    .await
}

pub async fn insert_pieces(tx: &mut Tx, act_id: i64, pieces: &[(i64, &[i64])]) -> sqlx::Result<()> {
    let mut query = Builder::new("INSERT INTO bulk_piece (act_id, number, people) ");
    query.push_values(pieces, |mut row, (number, ids)| {
        row.push_bind(act_id).push_bind(*number).push_bind(serde_json::json!(ids).to_string());
    });
    query.build().persistent(false).execute(tx.on()).await?;
    Ok(())
}

/// From one of these states to another; `false` when it is in none of them.
pub async fn to(tx: &mut Tx, id: i64, from: &[State], to: State, done_at: Option<Millis>) -> sqlx::Result<bool> {
    let mut query = Builder::new("UPDATE bulk_act SET state = ");
    query.push_bind(to).push(", done_at = COALESCE(").push_bind(done_at).push(", done_at) WHERE id = ").push_bind(id);
    query.push(" AND state IN (");
    query.push_binds(from.iter().copied()).push(")");
    let changed = query.build().persistent(false).execute(tx.on()).await?;
    Ok(changed == 1)
}

/// Locks the act's row, when it is in this state.
pub async fn hold(tx: &mut Tx, id: i64, state: State) -> sqlx::Result<bool> {
    let held = query("UPDATE bulk_act SET changed = changed WHERE id = $1 AND state = $2")
        .bind(id)
        .bind(state)
        .execute(tx.on())
        .await?;
    Ok(held == 1)
}

/// The next piece to do, or to take back.
pub async fn next(db: &Db, act_id: i64, done: bool) -> sqlx::Result<Option<i64>> {
    query_scalar("SELECT number FROM bulk_piece WHERE act_id = $1 AND done = $2 ORDER BY number LIMIT 1")
        .bind(act_id)
        .bind(done)
        .fetch_optional(db.on())
        .await
}

/// Takes a piece to do it (or, when `done`, to take it back): its people, and when it was done. `None`: another was quicker.
pub async fn take(
    tx: &mut Tx,
    act_id: i64,
    number: i64,
    done: bool,
    now: Millis,
) -> sqlx::Result<Option<(String, Millis)>> {
    query_as(
        "UPDATE bulk_piece SET done = NOT done, at = CASE WHEN done THEN at ELSE $4 END
         WHERE act_id = $1 AND number = $2 AND done = $3 RETURNING people, at",
    )
    .bind(act_id)
    .bind(number)
    .bind(done)
    .bind(now)
    .fetch_optional(tx.on())
    .await
}

/// The people of a piece.
pub async fn people(db: &Db, act_id: i64, number: i64) -> sqlx::Result<Option<String>> {
    query_scalar("SELECT people FROM bulk_piece WHERE act_id = $1 AND number = $2 AND NOT done")
        .bind(act_id)
        .bind(number)
        .fetch_optional(db.on())
        .await
}

/// Notes whom a piece has changed.
pub async fn remember(tx: &mut Tx, act_id: i64, number: i64, people: &str) -> sqlx::Result<()> {
    query("UPDATE bulk_piece SET people = $3 WHERE act_id = $1 AND number = $2")
        .bind(act_id)
        .bind(number)
        .bind(people)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Counts whom a piece has changed.
pub async fn changed(tx: &mut Tx, id: i64, more: i64) -> sqlx::Result<()> {
    query("UPDATE bulk_act SET changed = changed + $2 WHERE id = $1").bind(id).bind(more).execute(tx.on()).await?;
    Ok(())
}

/// Deletes the pieces of acts that ended before an instant, or were never gathered to the end.
pub async fn forget(db: &Db, before: Millis) -> sqlx::Result<()> {
    let any: bool = query_scalar(
        "SELECT EXISTS (SELECT 1 FROM bulk_piece p JOIN bulk_act a ON a.id = p.act_id
                        WHERE (a.state IN ('done', 'undone') AND a.done_at < $1) OR (a.state = 'gathered' AND a.created_at < $1))"
    )
    .bind(before)
    .fetch_one(db.on()).await?;
    if !any {
        return Ok(());
    }
    db.write_now(
        query(
            "DELETE FROM bulk_piece WHERE act_id IN (
             SELECT id FROM bulk_act
             WHERE (state IN ('done', 'undone') AND done_at < $1) OR (state = 'gathered' AND created_at < $1))",
        )
        .bind(before),
    )
    .await
    .map(drop)
}

/// The newsletter's rhythms, those that were removed too.
pub async fn schedules(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<Vec<Schedule>> {
    query_as("SELECT * FROM schedule WHERE newsletter_id = $1 ORDER BY id").bind(newsletter_id).fetch_all(tx.on()).await
}
