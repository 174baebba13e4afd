//! An editor's hand on a digest that is sent: pausing, cancelling the rest, sending the failed again, settling doubts.

use super::LONGEST_WAIT;
use super::claim::Free;
use crate::clock::Millis;
use crate::db::{Db, Tx, execute, in_tx, read, write_now};
use crate::digests::DigestState;

/// Rows that one transaction changes at most: 20,000 hold SQLite's writer for about 20 ms.
pub const SLICE: i64 = 20_000;

/// Pauses a digest that sends; `false` when it does not.
pub async fn pause(db: &Db, digest_id: i64, reason: &str) -> sqlx::Result<bool> {
    let paused = write_now!(db, |c| sqlx::query(
        "UPDATE digest SET state = 'paused', reason = $2 WHERE id = $1 AND state = 'sending'"
    )
    .bind(digest_id)
    .bind(reason)
    .execute(c))?;
    Ok(paused == 1)
}

/// A batch of a cancelled digest that nobody has.
pub async fn cancelled_batch(db: &Db, digest_id: i64, now: Millis) -> sqlx::Result<Option<Free>> {
    // Due or not: what waits for a next attempt is cancelled too.
    super::claim::free_batch_between(db, digest_id, now + LONGEST_WAIT, now).await
}

/// Skips the open rows of a range.
pub async fn skip_open(tx: &mut Tx, digest_id: i64, (lo, hi): (i64, i64)) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "UPDATE delivery SET state = 5 WHERE digest_id = $1 AND subscriber_id BETWEEN $2 AND $3 AND state IN (0, 4)"
    )
    .bind(digest_id)
    .bind(lo)
    .bind(hi)
    .execute(c))
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

/// Takes the digest's row, so that no other control and no packing runs meanwhile. Gives its state and when it ended, if
/// it is there.
pub async fn lock(tx: &mut Tx, digest_id: i64) -> sqlx::Result<Option<(DigestState, Option<Millis>)>> {
    in_tx!(tx, |c| sqlx::query_as(
        "UPDATE digest SET recipients = recipients WHERE id = $1 RETURNING state, finished_at"
    )
    .bind(digest_id)
    .fetch_optional(c))
}

/// Rows after `after` that were refused for one of these reasons, or (`state` 6) are in doubt.
pub async fn rows_to_revive(
    tx: &mut Tx,
    digest_id: i64,
    state: i64,
    after: i64,
) -> sqlx::Result<Vec<(i64, Option<String>)>> {
    in_tx!(tx, |c| sqlx::query_as(
        "SELECT d.subscriber_id, n.reason FROM delivery d
         LEFT JOIN delivery_note n ON n.digest_id = d.digest_id AND n.subscriber_id = d.subscriber_id
         WHERE d.digest_id = $1 AND d.subscriber_id > $2 AND d.state = $3 ORDER BY d.subscriber_id LIMIT 1000"
    )
    .bind(digest_id)
    .bind(after)
    .bind(state)
    .fetch_all(c))
}

/// Gives a closed row another state: queued, or accepted.
pub async fn set_state(tx: &mut Tx, digest_id: i64, subscriber_id: i64, from: i64, to: i64) -> sqlx::Result<bool> {
    let changed = execute!(tx, |c| sqlx::query(
        "UPDATE delivery SET state = CAST($4 AS SMALLINT), attempts = 0, next_at = 0
         WHERE digest_id = $1 AND subscriber_id = $2 AND state = $3"
    )
    .bind(digest_id)
    .bind(subscriber_id)
    .bind(from)
    .bind(to)
    .execute(c))?;
    Ok(changed == 1)
}

/// Puts a row back that was packed.
pub async fn insert_row(tx: &mut Tx, digest_id: i64, subscriber_id: i64, state: i64) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query(
        "INSERT INTO delivery (digest_id, subscriber_id, state) VALUES ($1, $2, CAST($3 AS SMALLINT))
         ON CONFLICT (digest_id, subscriber_id) DO NOTHING"
    )
    .bind(digest_id)
    .bind(subscriber_id)
    .bind(state)
    .execute(c))?;
    Ok(())
}

/// Forgets why these rows were not plainly accepted.
pub async fn drop_notes(tx: &mut Tx, digest_id: i64, ids: &[i64]) -> sqlx::Result<()> {
    for id in ids {
        execute!(tx, |c| sqlx::query("DELETE FROM delivery_note WHERE digest_id = $1 AND subscriber_id = $2")
            .bind(digest_id)
            .bind(*id)
            .execute(c))?;
    }
    Ok(())
}

/// The batch that covers this id, if there is one.
pub async fn covering(tx: &mut Tx, digest_id: i64, subscriber_id: i64) -> sqlx::Result<Option<i64>> {
    in_tx!(tx, |c| sqlx::query_scalar(
        "SELECT lo FROM delivery_batch WHERE digest_id = $1 AND lo <= $2 AND hi >= $2 LIMIT 1"
    )
    .bind(digest_id)
    .bind(subscriber_id)
    .fetch_optional(c))
}

/// Makes a batch due now that nobody has; one that somebody has finds its open rows by itself.
pub async fn make_due(tx: &mut Tx, digest_id: i64, lo: i64) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query("UPDATE delivery_batch SET due_at = 0 WHERE digest_id = $1 AND lo = $2")
        .bind(digest_id)
        .bind(lo)
        .execute(c))?;
    Ok(())
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

/// A finished digest sends again; a paused or cancelled one stays as it is.
pub async fn reopen(tx: &mut Tx, digest_id: i64) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query(
        "UPDATE digest SET state = 'sending', finished_at = NULL WHERE id = $1 AND state = 'finished'"
    )
    .bind(digest_id)
    .execute(c))?;
    Ok(())
}
