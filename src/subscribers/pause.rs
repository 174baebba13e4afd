//! A pause: nothing is sent to somebody until a day, and then again, by itself.
//!
//! In: a person and the end of their pause ([`super::choices`]); the tick, for whoever's pause is over. Out: their state, and an event.
//! What left during a pause is not sent after it: the ledger has no row of it. What waits for the next digest then comes with it,
//! as to everybody else.

use super::{Subscriber, counts, status::pauses};
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Tx, query_scalar};
use crate::events::Actor;

/// People who are resumed in one transaction.
const SLICE: i64 = 500;

/// Confirmed or paused → paused until then; `false` when they are neither.
///
/// # Errors
/// The database's.
pub async fn begin(tx: &mut Tx, person: &Subscriber, until: Millis, now: Millis, by: Actor) -> sqlx::Result<bool> {
    pauses::begin(tx, person, until, now, by).await
}

/// Paused → confirmed; `false` when they are not paused.
///
/// # Errors
/// The database's.
pub async fn end(tx: &mut Tx, person: &Subscriber, now: Millis, by: Actor) -> sqlx::Result<bool> {
    pauses::end(tx, person, now, by).await
}

/// Whether anybody's pause is over.
///
/// # Errors
/// The database's.
pub async fn is_due(app: &App) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM subscriber
                        WHERE paused_until <= $1 AND paused_until IS NOT NULL AND status = 'paused')",
    )
    .bind(app.clock.now())
    .fetch_one(app.db.on())
    .await
}

/// Resumes everybody whose pause is over, in slices.
///
/// # Errors
/// The database's; the slices until then are done.
pub async fn end_due(app: &App) -> sqlx::Result<()> {
    loop {
        let mut piece = app.db.begin_piece().await?;
        let resumed = pauses::end_due(&mut piece.tx, app.clock.now(), SLICE).await?;
        piece.commit().await?;
        for newsletter_id in resumed.keys() {
            counts::changed(app, *newsletter_id);
        }
        if resumed.values().sum::<i64>() < SLICE {
            return Ok(());
        }
    }
}
