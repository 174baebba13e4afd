//! "Tell me of each new subscriber": off until an editor switches it on for a newsletter.
//!
//! In: the switch; events of people who pressed their confirmation button. Out: how many of them the editors do not know of yet.
//! [`crate::digests::notice`] writes the letter, at most one in [`PAUSE`]: it counts, and names nobody. A row of
//! `subscriber_notice` is the switch.

use crate::app::App;
use crate::clock::{MINUTE, Millis, SECOND};
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::events::activity::{self, Act, Deed};

/// Time between two letters.
pub const PAUSE: Millis = 10 * MINUTE;

/// Events younger than this wait for the next look: a transaction that began before them may still end.
const SETTLED: Millis = 5 * SECOND;

/// A newsletter whose editors are to be told.
#[derive(Clone, Debug)]
pub struct Told {
    /// Which.
    pub newsletter_id: i64,
    /// The last event they know of.
    pub event_id: i64,
}
from_row!(Told { newsletter_id, event_id });

/// Whether the switch is on.
///
/// # Errors
/// The database's.
pub async fn is_on(db: &Db, newsletter_id: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM subscriber_notice WHERE newsletter_id = $1)")
        .bind(newsletter_id)
        .fetch_one(db.on())
        .await
}

/// Switches it. Switched on, it tells of whoever confirms from now on.
///
/// # Errors
/// The database's.
pub async fn switch(app: &App, newsletter_id: i64, on: bool) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    if on {
        query(
            "INSERT INTO subscriber_notice (newsletter_id, event_id)
             SELECT $1, COALESCE(MAX(id), 0) FROM event WHERE TRUE ON CONFLICT (newsletter_id) DO NOTHING",
        )
        .bind(newsletter_id)
        .execute(tx.on())
        .await?;
    } else {
        query("DELETE FROM subscriber_notice WHERE newsletter_id = $1").bind(newsletter_id).execute(tx.on()).await?;
    }
    let act = Act::new(Deed::NewsletterNotice).at(newsletter_id).with("on", on);
    activity::note(&mut tx, app.clock.now(), act).await?;
    tx.commit().await
}

/// Newsletters whose editors may get a letter now.
///
/// # Errors
/// The database's.
pub async fn due(db: &Db, now: Millis) -> sqlx::Result<Vec<Told>> {
    query_as(
        "SELECT newsletter_id, event_id FROM subscriber_notice WHERE told_at <= $1 OR told_at > $2 ORDER BY newsletter_id"
    )
    .bind(now - PAUSE)
    .bind(now)
    .fetch_all(db.on()).await
}

/// How many have confirmed since, and the last event of it.
///
/// # Errors
/// The database's.
pub async fn since(db: &Db, told: &Told, now: Millis) -> sqlx::Result<(i64, i64)> {
    query_as(
        "SELECT COUNT(*), COALESCE(MAX(id), 0) FROM event
         WHERE newsletter_id = $1 AND id > $2 AND at <= $3 AND code = 'subscriber.confirmed' AND actor = 'visitor'",
    )
    .bind(told.newsletter_id)
    .bind(told.event_id)
    .bind(now - SETTLED)
    .fetch_one(db.on())
    .await
}

/// Notes that they are told, in the transaction that asks for the letter; `false` when another process was quicker.
///
/// # Errors
/// The database's.
pub async fn note(tx: &mut Tx, told: &Told, event_id: i64, now: Millis) -> sqlx::Result<bool> {
    let noted =
        query("UPDATE subscriber_notice SET event_id = $3, told_at = $4 WHERE newsletter_id = $1 AND event_id = $2")
            .bind(told.newsletter_id)
            .bind(told.event_id)
            .bind(event_id)
            .bind(now)
            .execute(tx.on())
            .await?;
    Ok(noted == 1)
}
