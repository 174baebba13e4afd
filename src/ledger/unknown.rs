//! Addresses that the mail server calls unknown, and what an editor makes of them.
//!
//! ```text
//! refused "unknown" ──▶ the window has passed, the digest ends, or an editor says so ──▶ "address": bounced, suppressed
//!          └──────────▶ the breaker paused the digest, and it is resumed ──▶ tried again later
//! ```
//! In: rows of a digest. Out: notes, people in state `bounced`, suppressions, each in one transaction with the other. Met
//! by the alarms, by claims at the end of a digest, and by `digests::control`.

use super::reopen::cover;
use super::sql::{control, unknown};
use crate::app::App;
use crate::clock::{MINUTE, Millis};
use crate::db::Tx;

/// After a resume the unknown wait this long.
const LATER: Millis = 5 * MINUTE;

/// Marks these rows' people as bounced, if their rows still say `unknown`. Gives how many.
pub async fn mark(app: &App, digest_id: i64, subscribers: &[i64]) -> sqlx::Result<usize> {
    let mut tx = app.db.begin().await?;
    let mut marked = 0;
    for subscriber_id in subscribers {
        if unknown::confirm(&mut tx, digest_id, *subscriber_id).await? {
            end(app, &mut tx, *subscriber_id).await?;
            marked += 1;
        }
    }
    tx.commit().await?;
    Ok(marked)
}

/// Marks all that a digest has left unknown. Gives how many.
pub async fn mark_all(app: &App, digest_id: i64) -> sqlx::Result<usize> {
    let (mut marked, mut after) = (0, 0);
    loop {
        let unknown = unknown::unknown(&app.db, digest_id, after).await?;
        let Some(last) = unknown.last() else { return Ok(marked) };
        after = *last;
        marked += mark(app, digest_id, &unknown).await?;
    }
}

/// The address does not exist: no mail goes to this person any more.
pub async fn end(app: &App, tx: &mut Tx, subscriber_id: i64) -> sqlx::Result<()> {
    let now = app.clock.now();
    if let Some((newsletter_id, email_key)) = unknown::bounce(tx, subscriber_id, now).await? {
        let hash = app.keys.address_hash(&email_key);
        unknown::suppress(tx, newsletter_id, &hash, now).await?;
    }
    Ok(())
}

/// An editor lets a digest go on that the breaker paused: those whom the server called unknown are tried again later. Gives
/// how many.
pub async fn try_later(app: &App, digest_id: i64) -> sqlx::Result<usize> {
    let (mut count, mut after) = (0, 0);
    loop {
        let unknown = unknown::unknown(&app.db, digest_id, after).await?;
        let Some(last) = unknown.last() else { return Ok(count) };
        after = *last;
        let next_at = app.clock.now() + LATER;
        let mut tx = app.db.begin().await?;
        let Some(digest) = control::lock(&mut tx, digest_id).await? else { return Ok(count) };
        // The batches come first, as with whoever records.
        cover(&mut tx, digest_id, digest.claimed_upto, &unknown).await?;
        for subscriber_id in unknown {
            count += usize::from(unknown::put_off(&mut tx, digest_id, subscriber_id, next_at).await?);
        }
        tx.commit().await?;
    }
}

/// An editor says that this digest's unknown addresses are dead, now and until it ends. Gives how many were marked.
pub async fn accept(app: &App, digest_id: i64) -> sqlx::Result<usize> {
    unknown::accept(&app.db, digest_id).await?;
    mark_all(app, digest_id).await
}
