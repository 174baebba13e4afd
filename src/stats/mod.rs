//! SUM: what happened to a newsletter over months, told by the day, without watching anybody.
//!
//! In: [`events`](crate::events), which every change leaves in its own transaction, and the few sums that no row holds otherwise
//! (`form_letter`, `form_page`, `digest_minute`, `digest_provider`). Out: [`figures`] for pages, programs and files, from tables of a row
//! a day ([`roll`]); and the monthly letter ([`letter`]). A day is summed once, when it has been over for an hour, so that sending and
//! signing up pay nothing for it; the day that runs is read from its events when somebody looks. [`change`] says what an event means
//! for a sum, [`span`] over which days it is told.

pub mod change;
pub mod figures;
pub mod letter;
pub mod roll;
pub mod span;
mod sql;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::clock::{DAY, Millis, beat};

/// How often it is asked whether a day is over.
const BEAT: Duration = Duration::from_secs(20);

/// The day of an instant, as days of UTC since 1970-01-01.
pub const fn day_of(at: Millis) -> i64 {
    at.div_euclid(DAY)
}

/// Sums days that are over and asks for letters that are due, until `stop`.
pub async fn run(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        // Where a database may be a copy, nothing is decided before that is known.
        if app.judged.is_cancelled() {
            tick(&app).await;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = beat(BEAT) => {}
        }
    }
    Ok(())
}

/// Does once what is due. What fails is logged and due again.
pub async fn tick(app: &App) {
    if let Err(error) = Box::pin(roll::due(app)).await {
        tracing::warn!(%error, "a day could not be summed for the statistics; it is due again");
    }
    if let Err(error) = Box::pin(letter::due(app)).await {
        tracing::warn!(error = %format!("{error:#}"), "a monthly letter could not be asked for; it is due again");
    }
}
