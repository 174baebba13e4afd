//! Queries on schedules, as far as digests are made of their slots.

use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_as, query_scalar};
use crate::newsletters::Schedule;

/// Schedules whose slot has come, paused ones too: each slot leaves a record. Those whose digest can be stopped (see
/// [`crate::digests::leave::lead`]) until `ahead`.
pub async fn due(db: &Db, now: Millis, ahead: Millis) -> sqlx::Result<Vec<Schedule>> {
    query_as(
        "SELECT s.* FROM schedule s JOIN newsletter n ON n.id = s.newsletter_id
         WHERE s.next_due_at <= $2 AND (s.next_due_at <= $1 OR (s.approval = 'veto' AND NOT s.paused AND NOT s.skip_next))
           AND n.deleted_at IS NULL
         ORDER BY s.next_due_at, s.id"
    )
    .bind(now)
    .bind(ahead)
    .fetch_all(db.on()).await
}

/// When the next slot, digest, poll, planned letter or end of a pause is due; `None` when nothing is. `lead`: how long before its slot a
/// digest that can be stopped is composed. Each is read from an index.
pub async fn soonest(db: &Db, lead: Millis) -> sqlx::Result<Option<Millis>> {
    query_scalar(
        "SELECT MIN(at) FROM (
             SELECT MIN(s.next_due_at - CASE WHEN s.approval = 'veto' THEN $1 ELSE 0 END) AS at
             FROM schedule s JOIN newsletter n ON n.id = s.newsletter_id WHERE n.deleted_at IS NULL
             UNION ALL SELECT MIN(paused_until) FROM schedule WHERE paused
             UNION ALL SELECT MIN(leaves_at) FROM digest WHERE state = 'waiting'
             UNION ALL SELECT MIN(f.next_poll_at) FROM feed f JOIN newsletter n ON n.id = f.newsletter_id WHERE n.deleted_at IS NULL
             UNION ALL SELECT MIN(at) FROM planned_letter WHERE NOT is_held
             UNION ALL SELECT MIN(paused_until) FROM subscriber WHERE paused_until IS NOT NULL AND status = 'paused') due",
    )
    .bind(lead)
    .fetch_one(db.on())
    .await
}

/// The slots of a schedule from `from` on that have their record.
pub async fn recorded(tx: &mut Tx, schedule_id: i64, from: Millis) -> sqlx::Result<Vec<Millis>> {
    query_scalar("SELECT slot_at FROM digest WHERE schedule_id = $1 AND slot_at >= $2")
        .bind(schedule_id)
        .bind(from)
        .fetch_all(tx.on())
        .await
}

/// Schedules that send each post by itself and are not paused.
pub async fn each_post(db: &Db) -> sqlx::Result<Vec<Schedule>> {
    query_as(
        "SELECT s.* FROM schedule s JOIN newsletter n ON n.id = s.newsletter_id
         WHERE s.every = 'post' AND NOT s.paused AND n.deleted_at IS NULL ORDER BY s.id",
    )
    .fetch_all(db.on())
    .await
}

/// Moves a schedule to its next slot; false when it has changed since it was read (another process was first).
pub async fn move_on(tx: &mut Tx, seen: &Schedule, next: Option<Millis>, skip_next: bool) -> sqlx::Result<bool> {
    let changed = query(
        "UPDATE schedule SET next_due_at = $2, skip_next = $3
         WHERE id = $1 AND next_due_at = $4 AND paused = $5 AND skip_next = $6 AND every = $7 AND approval = $8",
    )
    .bind(seen.id)
    .bind(next)
    .bind(skip_next)
    .bind(seen.next_due_at)
    .bind(seen.paused)
    .bind(seen.skip_next)
    .bind(seen.every)
    .bind(seen.approval)
    .execute(tx.on())
    .await?;
    Ok(changed == 1)
}

/// Takes the schedule's row until the end of `tx` and gives it as it is now; `None` when it is gone.
pub async fn hold_schedule(tx: &mut Tx, id: i64) -> sqlx::Result<Option<Schedule>> {
    query_as("UPDATE schedule SET paused = paused WHERE id = $1 RETURNING *").bind(id).fetch_optional(tx.on()).await
}

/// Sets whether a schedule rests (and until when), and whether its next slot is skipped.
pub async fn steer_schedule(tx: &mut Tx, schedule: &Schedule) -> sqlx::Result<u64> {
    query("UPDATE schedule SET paused = $2, paused_until = $3, skip_next = $4 WHERE id = $1")
        .bind(schedule.id)
        .bind(schedule.paused)
        .bind(schedule.paused_until)
        .bind(schedule.skip_next)
        .execute(tx.on())
        .await
}

/// Wakes the schedules that rest until a day that has come.
pub async fn wake_schedules(db: &Db, now: Millis) -> sqlx::Result<u64> {
    let due: bool = query_scalar("SELECT EXISTS (SELECT 1 FROM schedule WHERE paused AND paused_until <= $1)")
        .bind(now)
        .fetch_one(db.on())
        .await?;
    if !due {
        return Ok(0);
    }
    db.write_now(
        query("UPDATE schedule SET paused = FALSE, paused_until = NULL WHERE paused AND paused_until <= $1").bind(now),
    )
    .await
}
