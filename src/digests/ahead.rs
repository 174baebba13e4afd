//! A clock that is ahead, or was: what it wrote must not hold up what comes when it is right again.
//!
//! In: each tick. Out: whether this process may release and skip now ([`is_ours_right`]), and instants drawn back that lie
//! further ahead than a right clock would have written them ([`draw_back`]).
//!
//! A slot's record is unique, and a clock that is days ahead for seconds leaves "too late" or "no new post" for slots that
//! have not come. Such a record says something untrue, so it is taken back (deleted) and the slot is due again at its
//! time. It is known by its own `created_at`, which is still to come. What the record of a slot says for good stays: a
//! digest that was sent early was sent, and a slot that an editor wanted left out is left out.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::App;
use crate::clock::{HOUR, MINUTE, Millis};
use crate::coded::Stored as _;
use crate::db::{Db, Tx, query, query_as, query_scalar};
use crate::newsletters::recurrence::next_after;
use crate::newsletters::{Approval, Schedule};
use crate::reason::Reason;

use super::{leave, sql};

/// Clocks of several machines differ by less; further ahead is wrong.
pub const SKEW: Millis = MINUTE;

/// Whether it has been said that our clock is ahead.
static SAID: AtomicBool = AtomicBool::new(false);

/// Whether our clock is not ahead of the database server's by more than [`SKEW`]. On SQLite there is no other clock to ask.
/// What the demo and tests have moved does not count.
///
/// # Errors
/// When the server does not answer.
pub async fn is_ours_right(app: &App) -> sqlx::Result<bool> {
    let Db::Postgres(pool) = &app.db else { return Ok(true) };
    // Before the question, so that a slow answer does not make us look ahead.
    let ours = app.clock.machine();
    let theirs: i64 =
        query_scalar("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)").fetch_one(pool).await?;
    let ahead = ours - theirs;
    let right = ahead <= SKEW;
    if right == SAID.swap(!right, Ordering::Relaxed) {
        if right {
            tracing::info!("this machine's clock agrees with the database server's again; schedules go on");
        } else {
            tracing::warn!(
                ahead_s = ahead / 1000,
                "this machine's clock is ahead of the database server's: nothing is polled, composed or skipped here \
                 until they agree. Set the clocks of both (NTP)"
            );
        }
    }
    Ok(right)
}

/// Draws back what a clock that was ahead has written. Says so once, for then it is drawn back.
///
/// # Errors
/// When the database fails.
pub async fn draw_back(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    let untrue = records(&app.db, now + SKEW, now - catch_up(app)).await?;
    for schedule in schedules(&app.db, now).await? {
        let wanted = wanted(&schedule, untrue.get(&schedule.id).copied(), now);
        if wanted != schedule.next_due_at || schedule.created_at > now + SKEW {
            schedule_back(app, &schedule, now).await?;
        }
    }
    leaving_back(app, now).await?;
    posts_back(app, now).await
}

fn catch_up(app: &App) -> Millis {
    Millis::from(app.config.digests.catch_up_h) * HOUR
}

/// When a schedule should be due: not after the slot that comes next, nor after one whose record is taken back.
fn wanted(schedule: &Schedule, untrue: Option<Millis>, now: Millis) -> Option<Millis> {
    let due = schedule.next_due_at?;
    // A slot with a veto is composed before it comes; an editor may have paused it since.
    let now = if schedule.approval == Approval::Veto { now + leave::NOTICE } else { now };
    // Another machine, a little ahead, may have moved it on just now.
    let beyond = next_after(schedule, now + SKEW).is_some_and(|latest| due > latest);
    let drawn = if beyond { next_after(schedule, now).unwrap_or(due) } else { due };
    Some(untrue.map_or(drawn, |slot| drawn.min(slot)))
}

/// One schedule, under its lock.
async fn schedule_back(app: &App, seen: &Schedule, now: Millis) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    let Some(schedule) = sql::hold_schedule(&mut tx, seen.id).await? else { return Ok(()) };
    let untrue = take_records_back(&mut tx, schedule.id, now + SKEW, now - catch_up(app)).await?;
    let due = wanted(&schedule, untrue.iter().min().copied(), now);
    query("UPDATE schedule SET next_due_at = $2, created_at = $3 WHERE id = $1")
        .bind(schedule.id)
        .bind(due)
        .bind(if schedule.created_at > now + SKEW { now } else { schedule.created_at })
        .execute(tx.on())
        .await?;
    tx.commit().await?;
    tracing::warn!(
        newsletter.id = schedule.newsletter_id,
        schedule.id,
        was = schedule.next_due_at.map(crate::clock::rfc3339),
        due = due.map(crate::clock::rfc3339),
        slots = untrue.len(),
        "the clock was ahead: this schedule's next slot is drawn back, slots that have not come are no longer skipped"
    );
    Ok(())
}

/// Schedules with planned slots that are not due, and those made by a clock that was ahead.
async fn schedules(db: &Db, now: Millis) -> sqlx::Result<Vec<Schedule>> {
    query_as("SELECT * FROM schedule WHERE next_due_at > $1 OR created_at > $1 ORDER BY id")
        .bind(now)
        .fetch_all(db.on())
        .await
}

/// What a right clock would have said otherwise.
const UNTRUE: [Reason; 5] =
    [Reason::NoNewPost, Reason::SchedulePaused, Reason::NobodySubscribed, Reason::TooLate, Reason::CaughtUp];

/// For each schedule the first slot after `since` that was recorded as skipped by a clock that was beyond `after`.
async fn records(db: &Db, after: Millis, since: Millis) -> sqlx::Result<BTreeMap<i64, Millis>> {
    let query = query_as(
        "SELECT d.schedule_id, MIN(d.slot_at) FROM schedule s JOIN digest d ON d.schedule_id = s.id AND d.slot_at > $1
         WHERE s.next_due_at IS NOT NULL AND d.state = 'skipped' AND d.created_at > $2
           AND d.reason IN ($3, $4, $5, $6, $7)
         GROUP BY d.schedule_id",
    )
    .bind(since)
    .bind(after);
    let found: Vec<(i64, Millis)> =
        UNTRUE.iter().fold(query, |query, reason| query.bind(reason.stored())).fetch_all(db.on()).await?;
    Ok(found.into_iter().collect())
}

/// Takes them back; gives their slots.
async fn take_records_back(tx: &mut Tx, schedule_id: i64, after: Millis, since: Millis) -> sqlx::Result<Vec<Millis>> {
    let query = query_scalar(
        "DELETE FROM digest WHERE schedule_id = $1 AND slot_at > $2 AND state = 'skipped' AND created_at > $3
           AND reason IN ($4, $5, $6, $7, $8) RETURNING slot_at",
    );
    let query = query.bind(schedule_id).bind(since).bind(after);
    UNTRUE.iter().fold(query, |query, reason| query.bind(reason.stored())).fetch_all(tx.on()).await
}

/// Digests that wait would leave when that clock is reached.
async fn leaving_back(app: &App, now: Millis) -> sqlx::Result<()> {
    for digest in sql::leaving_after(&app.db, now + leave::WINDOW + SKEW).await? {
        let latest = leave::latest(&digest, now);
        let Some(planned) = digest.leaves_at.filter(|at| *at > latest + SKEW) else { continue };
        let mut tx = app.db.begin().await?;
        sql::redate(&mut tx, digest.id, planned, latest).await?;
        tx.commit().await?;
        tracing::warn!(digest.id = digest.id, "the clock was ahead: when this digest leaves is drawn back");
    }
    Ok(())
}

/// Posts that were first seen in the future would rest until then.
async fn posts_back(app: &App, now: Millis) -> sqlx::Result<()> {
    let ahead: Vec<i64> = query_scalar(
        "SELECT p.id FROM newsletter n JOIN post p ON p.newsletter_id = n.id AND p.state IN ('new', 'held')
           AND p.first_seen_at > $1 LIMIT 1000",
    )
    .bind(now + SKEW)
    .fetch_all(app.db.on())
    .await?;
    if ahead.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    for id in &ahead {
        // The date of a post that was given is when it was given; that of a feed's post is the feed's.
        query(
            "UPDATE post SET first_seen_at = $2,
                    published_at = CASE WHEN feed_id IS NULL AND published_at > $2 THEN $2 ELSE published_at END
             WHERE id = $1 AND first_seen_at > $2",
        )
        .bind(*id)
        .bind(now)
        .execute(tx.on())
        .await?;
    }
    tx.commit().await?;
    tracing::warn!(posts = ahead.len(), "the clock was ahead: these posts count as seen now");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY;
    use crate::newsletters::settings::usual_rhythm;
    use crate::newsletters::{Every, Schedule};

    /// Each day at 08:00 UTC.
    fn daily(due: Millis) -> Schedule {
        let rhythm = usual_rhythm(1, 0);
        Schedule { every: Every::Day, days: String::new(), at_minute: 480, zone: "UTC".into(), ..rhythm }.due(due)
    }

    impl Schedule {
        fn due(self, due: Millis) -> Self {
            Self { next_due_at: Some(due), ..self }
        }
    }

    #[test]
    fn a_slot_is_never_awaited_beyond_the_next_one() {
        let slot = 100 * DAY + 8 * HOUR;
        for (now, due, right) in [
            (slot - HOUR, slot, slot),
            (slot - HOUR, slot + DAY, slot),
            (slot - HOUR, slot + 400 * DAY, slot),
            (slot, slot + DAY, slot + DAY),
            // Another machine was a second quicker.
            (slot - 1_000, slot + DAY, slot + DAY),
            (slot - 1_000, slot + 2 * DAY, slot),
            // It is due.
            (slot + HOUR, slot, slot),
        ] {
            assert_eq!(wanted(&daily(due), None, now), Some(right), "{now} {due}");
        }
        assert_eq!(wanted(&daily(slot + DAY), Some(slot), slot - 1_000), Some(slot), "its record is taken back");
        let veto = |due| Schedule { approval: Approval::Veto, ..daily(due) };
        for (now, due, right) in [
            (slot - 2 * HOUR, slot + DAY, slot),
            (slot - HOUR, slot + DAY, slot + DAY),
            (slot - 1_000, slot + DAY, slot + DAY),
            (slot - 1_000, slot + 2 * DAY, slot + DAY),
        ] {
            assert_eq!(wanted(&veto(due), None, now), Some(right), "composed an hour before: {now} {due}");
        }
        assert_eq!(wanted(&Schedule { next_due_at: None, ..daily(0) }, None, slot), None);
    }
}
