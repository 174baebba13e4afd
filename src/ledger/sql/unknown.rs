//! Addresses that the mail server does not know: noted with their row, and marked once the breaker lets them.

use crate::clock::Millis;
use crate::db::{Db, Tx, execute, in_tx, read, write_now};

/// Notes that are read at once.
const SLICE: i64 = 500;

/// Rows of a digest after `after` whose address was called unknown, and is not marked.
pub async fn unknown(db: &Db, digest_id: i64, after: i64) -> sqlx::Result<Vec<i64>> {
    read!(db, |c| sqlx::query_scalar(
        "SELECT subscriber_id FROM delivery_note
         WHERE digest_id = $1 AND subscriber_id > $2 AND reason = 'unknown' ORDER BY subscriber_id LIMIT $3"
    )
    .bind(digest_id)
    .bind(after)
    .bind(SLICE)
    .fetch_all(c))
}

/// The note says from now on that the address does not exist; `false` when it does not say `unknown` any more.
pub async fn confirm(tx: &mut Tx, digest_id: i64, subscriber_id: i64) -> sqlx::Result<bool> {
    let changed = execute!(tx, |c| sqlx::query(
        "UPDATE delivery_note SET reason = 'address'
         WHERE digest_id = $1 AND subscriber_id = $2 AND reason = 'unknown'"
    )
    .bind(digest_id)
    .bind(subscriber_id)
    .execute(c))?;
    Ok(changed == 1)
}

/// A row that was refused as unknown is tried again at `next_at`; `false` when it was not. Its note says "later".
pub async fn put_off(tx: &mut Tx, digest_id: i64, subscriber_id: i64, next_at: Millis) -> sqlx::Result<bool> {
    let changed = execute!(tx, |c| sqlx::query(
        "UPDATE delivery SET state = 4, next_at = $3 WHERE digest_id = $1 AND subscriber_id = $2 AND state = 3"
    )
    .bind(digest_id)
    .bind(subscriber_id)
    .bind(next_at)
    .execute(c))?;
    execute!(tx, |c| {
        sqlx::query(
        "UPDATE delivery_note SET reason = 'deferred' WHERE digest_id = $1 AND subscriber_id = $2 AND reason = 'unknown'"
    )
    .bind(digest_id)
    .bind(subscriber_id)
    .execute(c)
    })?;
    Ok(changed == 1)
}

/// The editor takes this digest's unknown addresses for dead: its breaker does not ask again.
pub async fn accept(db: &Db, digest_id: i64) -> sqlx::Result<u64> {
    write_now!(db, |c| sqlx::query("UPDATE digest SET bounces_accepted = 1 WHERE id = $1").bind(digest_id).execute(c))
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
