//! Ending what is left of a cancelled digest.

use super::LONGEST_WAIT;
use super::claim::Free;
use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_as};

/// Rows that one transaction changes at most: 20,000 hold SQLite's writer for about 20 ms.
const SLICE: i64 = 20_000;

/// A batch of a cancelled digest that nobody has.
pub async fn cancelled_batch(db: &Db, digest_id: i64, now: Millis) -> sqlx::Result<Option<Free>> {
    // Due or not: what waits for a next attempt is cancelled too.
    super::claim::free_batch_between(db, digest_id, now + LONGEST_WAIT, (now, Millis::MAX)).await
}

/// Ends the open rows of a range. What may have gone out before it was put off or queued again (its note says `doubt`) is
/// not called skipped: it stays in doubt.
pub async fn skip_open(tx: &mut Tx, digest_id: i64, (lo, hi): (i64, i64)) -> sqlx::Result<u64> {
    let doubtful = query(
        "UPDATE delivery SET state = 6 WHERE digest_id = $1 AND subscriber_id BETWEEN $2 AND $3 AND state IN (0, 4)
           AND subscriber_id IN (SELECT subscriber_id FROM delivery_note
                                 WHERE digest_id = $1 AND subscriber_id BETWEEN $2 AND $3 AND reason = 'doubt')",
    )
    .bind(digest_id)
    .bind(lo)
    .bind(hi)
    .execute(tx.on())
    .await?;
    let skipped = query(
        "UPDATE delivery SET state = 5 WHERE digest_id = $1 AND subscriber_id BETWEEN $2 AND $3 AND state IN (0, 4)",
    )
    .bind(digest_id)
    .bind(lo)
    .bind(hi)
    .execute(tx.on())
    .await?;
    Ok(doubtful + skipped)
}

/// Drops a batch whose rows were all dealt with in this transaction.
pub async fn drop_batch(tx: &mut Tx, digest_id: i64, lo: i64) -> sqlx::Result<()> {
    query("DELETE FROM delivery_batch WHERE digest_id = $1 AND lo = $2")
        .bind(digest_id)
        .bind(lo)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// How far a cancelled digest is claimed, and the last id of the next slice after it.
pub async fn next_slice(db: &Db, digest_id: i64) -> sqlx::Result<Option<(i64, i64)>> {
    let found: Option<(i64, Option<i64>)> = query_as(
        "SELECT claimed_upto, (SELECT MAX(r.subscriber_id) FROM (
             SELECT subscriber_id FROM delivery WHERE digest_id = $1
             AND subscriber_id > (SELECT claimed_upto FROM digest WHERE id = $1)
             ORDER BY subscriber_id LIMIT $2) r)
         FROM digest WHERE id = $1 AND state = 'cancelled'",
    )
    .bind(digest_id)
    .bind(SLICE)
    .fetch_optional(db.on())
    .await?;
    Ok(found.and_then(|(after, upto)| Some((after, upto?))))
}

/// Moves a cancelled digest's claims from `after` to `upto`; `false` when another process was quicker.
pub async fn pass_over(tx: &mut Tx, digest_id: i64, after: i64, upto: i64) -> sqlx::Result<bool> {
    let moved =
        query("UPDATE digest SET claimed_upto = $3 WHERE id = $1 AND claimed_upto = $2 AND state = 'cancelled'")
            .bind(digest_id)
            .bind(after)
            .bind(upto)
            .execute(tx.on())
            .await?;
    Ok(moved == 1)
}
