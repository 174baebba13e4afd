//! Writing one line alone, to find out what it became: the way taken when a group did not take as a whole, because a lease
//! was lost, a row was erased, or an earlier commit of the same group had succeeded without our hearing of it.

use super::record::Line;
use crate::clock::Millis;
use crate::db::{Tx, execute, in_tx};

/// What one line became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Took {
    /// Written now.
    Now,
    /// It stood there already, under our lease: an earlier try was committed.
    Before,
    /// The lease is another worker's, or the row is not open any more.
    Not,
}

/// Writes one line.
pub async fn line(tx: &mut Tx, line: &Line) -> sqlx::Result<Took> {
    // The lock keeps a taker-over waiting until our commit; SQLite has one writer, who is us.
    let sqlite = "SELECT epoch FROM delivery_batch WHERE digest_id = $1 AND lo = $2 AND epoch = $3";
    let postgres = "SELECT epoch FROM delivery_batch WHERE digest_id = $1 AND lo = $2 AND epoch = $3 FOR SHARE";
    let text = if matches!(tx, Tx::Sqlite(_)) { sqlite } else { postgres };
    let ours: Option<i64> =
        in_tx!(tx, |c| sqlx::query_scalar(text).bind(line.digest_id).bind(line.lo).bind(line.epoch).fetch_optional(c))?;
    if ours.is_none() {
        return Ok(Took::Not);
    }
    let written = execute!(tx, |c| sqlx::query(
        "UPDATE delivery SET state = $3, attempts = COALESCE($4, attempts), next_at = $5
         WHERE digest_id = $1 AND subscriber_id = $2 AND state IN (0, 1, 4)"
    )
    .bind(line.digest_id)
    .bind(line.subscriber_id)
    .bind(line.state as i16)
    .bind(line.attempts.map(|attempts| attempts as i16))
    .bind(line.next_at)
    .execute(c))?;
    if written == 1 {
        return Ok(Took::Now);
    }
    let state: Option<i64> = in_tx!(tx, |c| sqlx::query_scalar(
        "SELECT CAST(state AS BIGINT) FROM delivery WHERE digest_id = $1 AND subscriber_id = $2"
    )
    .bind(line.digest_id)
    .bind(line.subscriber_id)
    .fetch_optional(c))?;
    Ok(if state == Some(line.state) { Took::Before } else { Took::Not })
}

/// The address does not exist: the person gets no more mail. Gives whose newsletter and which address key, to be
/// suppressed; `None` when the person is not one that gets digests.
pub async fn bounce(tx: &mut Tx, subscriber_id: i64, now: Millis) -> sqlx::Result<Option<(i64, String)>> {
    in_tx!(tx, |c| sqlx::query_as(
        "UPDATE subscriber SET status = 'bounced', ended_at = $2 WHERE id = $1 AND status IN ('confirmed', 'paused')
         RETURNING newsletter_id, email_key"
    )
    .bind(subscriber_id)
    .bind(now)
    .fetch_optional(c))
}

/// This address must not be written to any more.
pub async fn suppress(tx: &mut Tx, newsletter_id: i64, address_hash: &str, now: Millis) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query(
        "INSERT INTO suppression (newsletter_id, address_hash, reason, created_at) VALUES ($1, $2, 'bounced', $3)
         ON CONFLICT (newsletter_id, address_hash) DO NOTHING"
    )
    .bind(newsletter_id)
    .bind(address_hash)
    .bind(now)
    .execute(c))?;
    Ok(())
}
