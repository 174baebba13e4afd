//! Who would get a digest now, and who would not and why, as counts.
//!
//! In: a newsletter and one of its rhythms. Out: [`Audience`]. Reads indexes alone; a million subscribers cost some 100 ms, so it is
//! for the page before a mailing, not for every page.

use crate::db::{Db, query_as, query_scalar};
use crate::newsletters::Schedule;

use super::Status;

/// The people of a newsletter, as one of its rhythms sees them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// Confirmed on this rhythm: they get it.
    pub recipients: i64,
    /// Confirmed on another rhythm.
    pub other_rhythms: i64,
    /// They paused.
    pub paused: i64,
    /// They have not confirmed.
    pub pending: i64,
    /// Unsubscribed, bounced or complained.
    pub ended: i64,
    /// Addresses that must not be written to, those of people who are no subscribers (any more) too.
    pub suppressed: i64,
}

/// Counts them.
///
/// # Errors
/// The database's.
pub async fn of(db: &Db, schedule: &Schedule) -> sqlx::Result<Audience> {
    let rows: Vec<(i64, Status, i64)> = query_as(
        "SELECT schedule_id, status, COUNT(*) FROM subscriber
         WHERE schedule_id IN (SELECT id FROM schedule WHERE newsletter_id = $1) GROUP BY schedule_id, status",
    )
    .bind(schedule.newsletter_id)
    .fetch_all(db.on())
    .await?;
    let mut found = Audience::default();
    for (schedule_id, status, count) in rows {
        match status {
            Status::Confirmed if schedule_id == schedule.id => found.recipients += count,
            Status::Confirmed => found.other_rhythms += count,
            Status::Paused => found.paused += count,
            Status::Pending => found.pending += count,
            Status::Unsubscribed | Status::Bounced | Status::Complained => found.ended += count,
        }
    }
    found.suppressed = query_scalar("SELECT COUNT(*) FROM suppression WHERE newsletter_id IN (0, $1)")
        .bind(schedule.newsletter_id)
        .fetch_one(db.on())
        .await?;
    Ok(found)
}
