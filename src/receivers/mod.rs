//! HEARD: what receivers say of mails that bear our domain.
//!
//! ```text
//! bounces ─▶ unpack ─▶ report ─▶ reports ─▶ dmarc_report, dmarc_source ─▶ weeks ─▶ doctor's page
//!    └─────▶ results ─▶ round ─▶ loop_mail ─▶ doctor
//! ```
//! In: DMARC aggregate reports (RFC 9990) and mails that went round, both as [`crate::bounces`] meets them among what comes back.
//! Out: who sends as our domains and passes, week by week; what the server of a mailbox found about a mail of ours. All of it is
//! said by strangers: it is shown, and decides nothing. [`unpack`], [`report`] and [`results`] are pure.

pub mod refused;
pub mod report;
pub mod reports;
pub mod results;
pub mod round;
mod sql;
pub mod unpack;
pub mod weeks;

use crate::app::App;
use crate::clock::{DAY, Millis};

/// How long reports are kept.
const KEPT: Millis = 366 * DAY;
/// How long it is kept how a mail arrived.
const KEPT_ROUNDS: Millis = 30 * DAY;
/// Rows in one transaction.
const AT_ONCE: i64 = 500;

/// Forgets what was heard a year ago; gives how many rows.
///
/// # Errors
/// The database's.
pub async fn forget(app: &App) -> sqlx::Result<u64> {
    let now = app.clock.now();
    let mut forgotten = 0;
    for old in sql::Old::ALL {
        let until = now - if *old == sql::Old::Round { KEPT_ROUNDS } else { KEPT };
        loop {
            let mut tx = app.db.begin().await?;
            let some = sql::forget(&mut tx, *old, until, AT_ONCE).await?;
            tx.commit().await?;
            forgotten += some;
            if some < AT_ONCE as u64 {
                break;
            }
        }
    }
    Ok(forgotten)
}
