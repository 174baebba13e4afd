//! Addresses that the mail server calls unknown, and what an editor makes of them.
//!
//! ```text
//! refused "unknown" ──▶ the window has passed, the digest ends, or an editor says so ──▶ "address": bounced, suppressed
//!          └──────────▶ the breaker paused the digest, and it is resumed ──▶ tried again later
//! ```
//! In: rows of a digest. Out: notes, people in state `bounced`, suppressions, each in one transaction with the other. Met
//! by the alarms, by claims at the end of a digest, and by `digests::steer`.

use super::Meaning;
use super::reopen::cover;
use super::sql::{lock, unknown};
use crate::app::App;
use crate::clock::{MINUTE, Millis};

/// After a resume the unknown wait this long.
const LATER: Millis = 5 * MINUTE;

/// Marks these rows' people as bounced, if their rows still say `unknown`. Gives how many.
pub async fn mark(app: &App, meaning: Meaning, digest_id: i64, subscribers: &[i64]) -> sqlx::Result<usize> {
    let mut tx = app.db.begin().await?;
    let mut marked = Vec::new();
    for subscriber_id in subscribers {
        if unknown::confirm(&mut tx, digest_id, *subscriber_id).await? {
            marked.push(*subscriber_id);
        }
    }
    meaning.people.gone(app, &mut tx, &marked).await?;
    tx.commit().await?;
    Ok(marked.len())
}

/// Marks all that a digest has left unknown. Gives how many.
pub async fn mark_all(app: &App, meaning: Meaning, digest_id: i64) -> sqlx::Result<usize> {
    let (mut marked, mut after) = (0, 0);
    loop {
        let unknown = unknown::unknown(&app.db, digest_id, after).await?;
        let Some(last) = unknown.last() else { return Ok(marked) };
        after = *last;
        marked += mark(app, meaning, digest_id, &unknown).await?;
    }
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
        let Some(digest) = lock::lock(&mut tx, digest_id).await? else { return Ok(count) };
        // The batches come first, as with whoever records.
        cover(&mut tx, digest_id, digest.claimed_upto, &unknown).await?;
        for subscriber_id in unknown {
            count += usize::from(unknown::put_off(&mut tx, digest_id, subscriber_id, next_at).await?);
        }
        tx.commit().await?;
    }
}
