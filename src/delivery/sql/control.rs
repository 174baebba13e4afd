//! An editor's hand on a digest that is sent: pausing, cancelling the rest, sending the failed again, settling doubts.

use super::LONGEST_WAIT;
use super::claim::Free;
use crate::clock::Millis;
use crate::coded::Stored as _;
use crate::db::{Db, Tx, execute, from_row, in_tx, read, write_now};
use crate::digests::DigestState;
use crate::reason::Reason;

/// Rows that one transaction changes at most: 20,000 hold SQLite's writer for about 20 ms.
pub const SLICE: i64 = 20_000;

/// Pauses a digest that sends; `false` when it does not.
pub async fn pause(db: &Db, digest_id: i64, reason: &Reason) -> sqlx::Result<bool> {
    let paused = write_now!(db, |c| sqlx::query(
        "UPDATE digest SET state = 'paused', reason = $2 WHERE id = $1 AND state = 'sending'"
    )
    .bind(digest_id)
    .bind(reason.stored())
    .execute(c))?;
    Ok(paused == 1)
}

/// A batch of a cancelled digest that nobody has.
pub async fn cancelled_batch(db: &Db, digest_id: i64, now: Millis) -> sqlx::Result<Option<Free>> {
    // Due or not: what waits for a next attempt is cancelled too.
    super::claim::free_batch_between(db, digest_id, now + LONGEST_WAIT, now).await
}

/// Ends the open rows of a range. What may have gone out before it was put off or queued again (its note says `doubt`) is
/// not called skipped: it stays in doubt.
pub async fn skip_open(tx: &mut Tx, digest_id: i64, (lo, hi): (i64, i64)) -> sqlx::Result<u64> {
    let doubtful = execute!(tx, |c| sqlx::query(
        "UPDATE delivery SET state = 6 WHERE digest_id = $1 AND subscriber_id BETWEEN $2 AND $3 AND state IN (0, 4)
           AND subscriber_id IN (SELECT subscriber_id FROM delivery_note
                                 WHERE digest_id = $1 AND subscriber_id BETWEEN $2 AND $3 AND reason = 'doubt')"
    )
    .bind(digest_id)
    .bind(lo)
    .bind(hi)
    .execute(c))?;
    let skipped = execute!(tx, |c| sqlx::query(
        "UPDATE delivery SET state = 5 WHERE digest_id = $1 AND subscriber_id BETWEEN $2 AND $3 AND state IN (0, 4)"
    )
    .bind(digest_id)
    .bind(lo)
    .bind(hi)
    .execute(c))?;
    Ok(doubtful + skipped)
}

/// Drops a batch whose rows were all dealt with in this transaction.
pub async fn drop_batch(tx: &mut Tx, digest_id: i64, lo: i64) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query("DELETE FROM delivery_batch WHERE digest_id = $1 AND lo = $2")
        .bind(digest_id)
        .bind(lo)
        .execute(c))?;
    Ok(())
}

/// How far a cancelled digest is claimed, and the last id of the next slice after it.
pub async fn next_slice(db: &Db, digest_id: i64) -> sqlx::Result<Option<(i64, i64)>> {
    let found: Option<(i64, Option<i64>)> = read!(db, |c| sqlx::query_as(
        "SELECT claimed_upto, (SELECT MAX(r.subscriber_id) FROM (
             SELECT subscriber_id FROM delivery WHERE digest_id = $1
             AND subscriber_id > (SELECT claimed_upto FROM digest WHERE id = $1)
             ORDER BY subscriber_id LIMIT $2) r)
         FROM digest WHERE id = $1 AND state = 'cancelled'"
    )
    .bind(digest_id)
    .bind(SLICE)
    .fetch_optional(c))?;
    Ok(found.and_then(|(after, upto)| Some((after, upto?))))
}

/// Moves a cancelled digest's claims from `after` to `upto`; `false` when another process was quicker.
pub async fn pass_over(tx: &mut Tx, digest_id: i64, after: i64, upto: i64) -> sqlx::Result<bool> {
    let moved = execute!(tx, |c| sqlx::query(
        "UPDATE digest SET claimed_upto = $3 WHERE id = $1 AND claimed_upto = $2 AND state = 'cancelled'"
    )
    .bind(digest_id)
    .bind(after)
    .bind(upto)
    .execute(c))?;
    Ok(moved == 1)
}

/// A digest whose row is ours until the end of the transaction.
#[derive(Clone, Copy, Debug)]
pub struct Locked {
    /// Its newsletter.
    pub newsletter_id: i64,
    /// Where it stands.
    pub state: DigestState,
    /// When it ended.
    pub finished_at: Option<Millis>,
    /// Last id that belongs to a batch.
    pub claimed_upto: i64,
}
from_row!(Locked { newsletter_id, state, finished_at, claimed_upto });

/// Takes the digest's row, so that no other control, no end, no claim of a new range and no packing runs meanwhile.
///
/// Whoever decides by what stands in the ledger asks for it in a statement *after* this one. A condition on another table
/// in the statement that waits for the row is of no use on PostgreSQL: once it has waited, it looks at that row again, and
/// at all else as it was before.
pub async fn lock(tx: &mut Tx, digest_id: i64) -> sqlx::Result<Option<Locked>> {
    in_tx!(tx, |c| sqlx::query_as(
        "UPDATE digest SET recipients = recipients WHERE id = $1
         RETURNING newsletter_id, state, finished_at, claimed_upto"
    )
    .bind(digest_id)
    .fetch_optional(c))
}

/// First and last id of the batch that covers this id, if there is one.
pub async fn covering(tx: &mut Tx, digest_id: i64, subscriber_id: i64) -> sqlx::Result<Option<(i64, i64)>> {
    in_tx!(tx, |c| sqlx::query_as(
        "SELECT lo, hi FROM delivery_batch WHERE digest_id = $1 AND lo <= $2 AND hi >= $2 LIMIT 1"
    )
    .bind(digest_id)
    .bind(subscriber_id)
    .fetch_optional(c))
}

/// Makes a batch due now that nobody has; one that somebody has finds its open rows by itself. `false` when it is gone:
/// its worker gave it back since we saw it.
pub async fn make_due(tx: &mut Tx, digest_id: i64, lo: i64) -> sqlx::Result<bool> {
    let made = execute!(tx, |c| sqlx::query("UPDATE delivery_batch SET due_at = 0 WHERE digest_id = $1 AND lo = $2")
        .bind(digest_id)
        .bind(lo)
        .execute(c))?;
    Ok(made == 1)
}

/// First id of the next batch after this id.
pub async fn next_batch(tx: &mut Tx, digest_id: i64, after: i64) -> sqlx::Result<Option<i64>> {
    in_tx!(tx, |c| sqlx::query_scalar("SELECT MIN(lo) FROM delivery_batch WHERE digest_id = $1 AND lo > $2")
        .bind(digest_id)
        .bind(after)
        .fetch_one(c))
}

/// A batch for rows that are open again.
pub async fn insert_batch(tx: &mut Tx, digest_id: i64, lo: i64, hi: i64) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query("INSERT INTO delivery_batch (digest_id, lo, hi) VALUES ($1, $2, $3)")
        .bind(digest_id)
        .bind(lo)
        .bind(hi)
        .execute(c))?;
    Ok(())
}

/// A digest that has ended goes on: a finished one sends again, a cancelled one is swept once more; a paused one stays.
pub async fn reopen(tx: &mut Tx, digest_id: i64) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query(
        "UPDATE digest SET state = CASE WHEN state = 'finished' THEN 'sending' ELSE state END, finished_at = NULL
         WHERE id = $1 AND state IN ('finished', 'cancelled')"
    )
    .bind(digest_id)
    .execute(c))?;
    Ok(())
}
