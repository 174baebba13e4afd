//! Every query on schedules, and on who is on them.

use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_as, query_scalar};
use crate::newsletters::Schedule;

/// The schedules of a newsletter; new subscribers get the first one.
pub async fn schedules(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<Schedule>> {
    let all = all_schedules(db, newsletter_id).await?;
    Ok(all.into_iter().filter(|schedule| schedule.removed_at.is_none()).collect())
}

/// The same with those that were removed.
pub async fn all_schedules(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<Schedule>> {
    query_as("SELECT * FROM schedule WHERE newsletter_id = $1 ORDER BY id").bind(newsletter_id).fetch_all(db.on()).await
}

/// The schedule of this id.
pub async fn schedule(db: &Db, id: i64) -> sqlx::Result<Option<Schedule>> {
    query_as("SELECT * FROM schedule WHERE id = $1").bind(id).fetch_optional(db.on()).await
}

/// Stores a new rhythm and gives its id.
pub async fn insert_schedule(tx: &mut Tx, schedule: &Schedule) -> sqlx::Result<i64> {
    query_scalar(
        "INSERT INTO schedule (newsletter_id, every, days, at_minute, zone, approval, next_due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
    )
    .bind(schedule.newsletter_id)
    .bind(schedule.every)
    .bind(&schedule.days)
    .bind(schedule.at_minute)
    .bind(&schedule.zone)
    .bind(schedule.approval)
    .bind(schedule.next_due_at)
    .bind(schedule.created_at)
    .fetch_one(tx.on())
    .await
}

/// Stores a changed rhythm with its next slot.
pub async fn update_schedule(tx: &mut Tx, schedule: &Schedule) -> sqlx::Result<u64> {
    query(
        "UPDATE schedule SET every = $2, days = $3, at_minute = $4, zone = $5, approval = $6, next_due_at = $7
         WHERE id = $1",
    )
    .bind(schedule.id)
    .bind(schedule.every)
    .bind(&schedule.days)
    .bind(schedule.at_minute)
    .bind(&schedule.zone)
    .bind(schedule.approval)
    .bind(schedule.next_due_at)
    .execute(tx.on())
    .await
}

/// Removes a schedule that nobody is on: its past digests stay. `false` when it is gone already, or somebody is on it.
pub async fn remove_schedule(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<bool> {
    let removed = query(
        "UPDATE schedule SET removed_at = $2, paused = TRUE, paused_until = NULL, skip_next = FALSE, next_due_at = NULL
         WHERE id = $1 AND removed_at IS NULL AND NOT EXISTS (SELECT 1 FROM subscriber WHERE schedule_id = $1)
           AND NOT EXISTS (SELECT 1 FROM subscriber WHERE next_schedule_id = $1 AND next_schedule_id IS NOT NULL)",
    )
    .bind(id)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(removed == 1)
}

/// How many people are on a schedule, in whatever state; beside all writing.
pub async fn people_on_schedule(db: &Db, schedule_id: i64) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM subscriber WHERE schedule_id = $1").bind(schedule_id).fetch_one(db.on()).await
}

/// How many readers are on a schedule: confirmed or paused; beside all writing.
pub async fn readers_on_schedule(db: &Db, schedule_id: i64) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM subscriber WHERE schedule_id = $1 AND status IN ('confirmed', 'paused')")
        .bind(schedule_id)
        .fetch_one(db.on())
        .await
}

/// How many people are on a schedule, in whatever state.
pub async fn people_on(tx: &mut Tx, schedule_id: i64) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM subscriber WHERE schedule_id = $1").bind(schedule_id).fetch_one(tx.on()).await
}
