//! Queries on who is on which rhythm.

use super::Move;
use crate::clock::Millis;
use crate::db::{Builder, Db, Tx, query, query_as, query_scalar};
use crate::subscribers::Status;

/// Takes a person's row until the end of `tx`; gives the rhythm that they are on.
pub async fn hold_person(tx: &mut Tx, id: i64) -> sqlx::Result<Option<i64>> {
    query_scalar("UPDATE subscriber SET schedule_id = schedule_id WHERE id = $1 RETURNING schedule_id")
        .bind(id)
        .fetch_optional(tx.on())
        .await
}

/// Takes people's rows until the end of `tx`, in order, so that two who take some never wait for each other. SQLite has one writer.
pub async fn hold_people(tx: &mut Tx, ids: &[i64]) -> sqlx::Result<()> {
    if let Tx::Postgres(pg) = tx {
        let held = query("SELECT id FROM subscriber WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE");
        held.bind(ids).execute(&mut **pg).await?;
    }
    Ok(())
}

/// Takes the rows of two schedules, always in the same order.
pub async fn hold_schedules(tx: &mut Tx, one: i64, other: i64) -> sqlx::Result<()> {
    for id in [one.min(other), one.max(other)] {
        query("UPDATE schedule SET paused = paused WHERE id = $1").bind(id).execute(tx.on()).await?;
    }
    Ok(())
}

/// Whether the rows of a digest of one of these schedules are being written.
pub async fn is_releasing(tx: &mut Tx, one: i64, other: i64) -> sqlx::Result<bool> {
    // The whole list of states, because SQLite only takes a partial index whose condition stands in the query.
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM digest
                        WHERE state IN ('waiting', 'releasing', 'sending', 'paused') AND state = 'releasing'
                          AND released_at IS NOT NULL AND schedule_id IN ($1, $2))",
    )
    .bind(one)
    .bind(other)
    .fetch_one(tx.on())
    .await
}

/// Whether the rows of any digest of a newsletter are being written.
pub async fn is_releasing_any(db: &Db, newsletter_id: i64) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM digest
                        WHERE state IN ('waiting', 'releasing', 'sending', 'paused') AND state = 'releasing'
                          AND released_at IS NOT NULL AND newsletter_id = $1)",
    )
    .bind(newsletter_id)
    .fetch_one(db.on())
    .await
}

/// Moves those of these people who are on the first rhythm; gives their ids.
pub async fn move_people(tx: &mut Tx, wish: &Move<'_>) -> sqlx::Result<Vec<i64>> {
    let mut query = Builder::new("UPDATE subscriber SET next_schedule_id = NULL, schedule_id = ");
    query.push_bind(wish.to).push(" WHERE schedule_id = ").push_bind(wish.from);
    query.push(" AND newsletter_id = ").push_bind(wish.newsletter_id);
    if wish.keep_choice {
        query.push(" AND rhythm_chosen_at IS NULL");
    }
    query.push(" AND id IN (");
    query.push_binds(wish.ids.iter().copied());
    query.push(") RETURNING id");
    query.build_query_scalar().persistent(false).fetch_all(tx.on()).await
}

/// Some of those who are on a rhythm in this state, with an id above `after`, in order; but (when `keep_choice`) those who chose it.
pub async fn some_on(
    tx: &mut Tx,
    (schedule_id, status): (i64, Status),
    keep_choice: bool,
    after: i64,
    most: i64,
) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT id FROM subscriber
         WHERE schedule_id = $1 AND status = $2 AND id > $3 AND ($4 = FALSE OR rhythm_chosen_at IS NULL)
         ORDER BY id LIMIT $5",
    )
    .bind(schedule_id)
    .bind(status)
    .bind(after)
    .bind(keep_choice)
    .bind(most)
    .fetch_all(tx.on())
    .await
}

/// Notes that somebody chose, and which rhythm they wait for, if they do. Whose choice it was not stays as it is.
pub async fn chosen(tx: &mut Tx, id: i64, waits: Option<i64>, at: Option<Millis>) -> sqlx::Result<u64> {
    query(
        "UPDATE subscriber SET next_schedule_id = $2, rhythm_chosen_at = COALESCE($3, rhythm_chosen_at) WHERE id = $1",
    )
    .bind(id)
    .bind(waits)
    .bind(at)
    .execute(tx.on())
    .await
}

/// Whether anybody waits for the rhythm that they chose.
pub async fn is_waiting(db: &Db) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM subscriber WHERE next_schedule_id IS NOT NULL)").fetch_one(db.on()).await
}

/// From which rhythm to which people wait to come: newsletter, from, to.
pub async fn waiting(db: &Db) -> sqlx::Result<Vec<(i64, i64, i64)>> {
    query_as(
        "SELECT DISTINCT newsletter_id, schedule_id, next_schedule_id FROM subscriber
         WHERE next_schedule_id IS NOT NULL ORDER BY 1, 2, 3",
    )
    .fetch_all(db.on())
    .await
}

/// Some of those who wait so.
pub async fn waiting_for(tx: &mut Tx, from: i64, to: i64, most: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar("SELECT id FROM subscriber WHERE next_schedule_id = $2 AND schedule_id = $1 ORDER BY id LIMIT $3")
        .bind(from)
        .bind(to)
        .bind(most)
        .fetch_all(tx.on())
        .await
}

/// These people wait for this rhythm no longer.
pub async fn forget_wish(tx: &mut Tx, to: i64, ids: &[i64]) -> sqlx::Result<u64> {
    let mut query = Builder::new("UPDATE subscriber SET next_schedule_id = NULL WHERE next_schedule_id = ");
    query.push_bind(to).push(" AND id IN (");
    query.push_binds(ids.iter().copied()).push(")");
    query.build().persistent(false).execute(tx.on()).await
}
