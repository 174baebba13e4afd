//! What the ledger's outcomes mean for digests: this room's answers to [`crate::ledger::meaning`].

use crate::clock::Millis;
use crate::coded::Stored as _;
use crate::db::{Tx, execute};
use crate::ledger::RELEASED;
use crate::ledger::meaning::{Answer, Mailings};
use crate::reason::Reason;

/// See the module.
#[derive(Debug)]
pub struct Digests;

impl Mailings for Digests {
    fn pause<'a>(&'a self, tx: &'a mut Tx, digest_id: i64, reason: &'a Reason) -> Answer<'a, bool> {
        Box::pin(async move {
            let paused = execute!(tx, |c| sqlx::query(
                "UPDATE digest SET state = 'paused', reason = $2 WHERE id = $1 AND state = 'sending'"
            )
            .bind(digest_id)
            .bind(reason.stored())
            .execute(c))?;
            Ok(paused == 1)
        })
    }

    fn end<'a>(&'a self, tx: &'a mut Tx, digest_id: i64, now: Millis) -> Answer<'a, bool> {
        Box::pin(async move {
            let ended = execute!(tx, |c| {
                sqlx::query(
                "UPDATE digest SET state = CASE WHEN state = 'sending' THEN 'finished' ELSE state END, finished_at = $2
                 WHERE id = $1 AND (state = 'sending' OR (state = 'cancelled' AND finished_at IS NULL))"
            )
            .bind(digest_id)
            .bind(now)
            .execute(c)
            })?;
            Ok(ended == 1)
        })
    }

    fn reopen<'a>(&'a self, tx: &'a mut Tx, digest_id: i64) -> Answer<'a, ()> {
        Box::pin(async move {
            execute!(tx, |c| {
                sqlx::query(
                "UPDATE digest SET state = CASE WHEN state = 'finished' THEN 'sending' ELSE state END, finished_at = NULL
                 WHERE id = $1 AND state IN ('finished', 'cancelled')"
            )
            .bind(digest_id)
            .execute(c)
            })?;
            Ok(())
        })
    }

    fn pause_all<'a>(&'a self, tx: &'a mut Tx, reason: &'a Reason) -> Answer<'a, u64> {
        Box::pin(async move {
            // The whole list of states, because SQLite only takes a partial index whose condition stands in the query.
            execute!(tx, |c| sqlx::query(
                "UPDATE digest SET state = 'paused', reason = $1
                 WHERE state IN ('waiting', 'releasing', 'sending', 'paused') AND state IN ('releasing', 'sending')"
            )
            .bind(reason.stored())
            .execute(c))
        })
    }

    fn resume_all<'a>(&'a self, tx: &'a mut Tx, reason: &'a Reason) -> Answer<'a, u64> {
        Box::pin(async move {
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
        })
    }
}
