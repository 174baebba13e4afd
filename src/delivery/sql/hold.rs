//! Holding every digest, and letting them go on.

use crate::coded::Stored as _;
use crate::db::{Tx, execute};
use crate::digests::RELEASED;
use crate::reason::Reason;

/// Pauses what runs; gives how many.
pub async fn pause_all(tx: &mut Tx, reason: &Reason) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "UPDATE digest SET state = 'paused', reason = $1
         WHERE state IN ('waiting', 'releasing', 'sending', 'paused') AND state IN ('releasing', 'sending')"
    )
    .bind(reason.stored())
    .execute(c))
}

/// Lets go on what was paused or kept waiting for this reason; gives how many.
pub async fn resume_all(tx: &mut Tx, reason: &Reason) -> sqlx::Result<u64> {
    execute!(tx, |c| {
        sqlx::query(
        "UPDATE digest SET reason = NULL,
             state = CASE WHEN state = 'paused' AND released_upto = $2 THEN 'sending' ELSE 'releasing' END
         WHERE state IN ('waiting', 'releasing', 'sending', 'paused') AND state IN ('waiting', 'paused') AND reason = $1"
    )
    .bind(reason.stored())
    .bind(RELEASED)
    .execute(c)
    })
}

/// The owner of letters that are held: a lease of nobody that does not run out.
pub const NOBODY: &str = "held";

/// Takes the letters away that were asked for before now and are not done: whoever has this database's original may have
/// sent them.
pub async fn keep_letters(tx: &mut Tx) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("UPDATE letter SET owner = $1, leased_until = $2 WHERE state IN (0, 1, 4)")
        .bind(NOBODY)
        .bind(i64::MAX)
        .execute(c))
}

/// Gives them back.
pub async fn free_letters(tx: &mut Tx) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("UPDATE letter SET owner = '', leased_until = 0 WHERE owner = $1")
        .bind(NOBODY)
        .execute(c))
}
