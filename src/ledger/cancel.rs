//! Cancels digests: skips the rest of a cancelled digest in the ledger. ([`reopen`] retries refused mails, undoes bounces and
//! decides about mails in doubt.)
//!
//! In: a digest. Out: rows in another state, in slices, fenced like any claim. Pausing and cancelling themselves are
//! `digests::control`: this room sees the state and follows.

use super::mask::masked;
use super::sql::{batch, claim, control, lease};
use super::{DigestState, State};
use crate::app::App;

/// Pauses a digest that sends, with a reason for the editor, which keeps no address; `false` when it does not send.
pub async fn pause(app: &App, digest_id: i64, reason: &str) -> sqlx::Result<bool> {
    let paused = control::pause(&app.db, digest_id, &masked(reason)).await?;
    if paused {
        tracing::warn!(digest.id = digest_id, "digest paused: an editor is needed");
        app.wake.now();
    }
    Ok(paused)
}

/// Skips what is left of a cancelled digest, but for the batches that a worker has in hand: those follow when it gives
/// them back. `true` when nothing of the digest is open any more.
pub async fn sweep(app: &App, digest_id: i64) -> anyhow::Result<bool> {
    let now = app.clock.now();
    while let Some(free) = control::cancelled_batch(&app.db, digest_id, now).await? {
        let mut tx = app.db.begin().await?;
        if !claim::take_batch(&mut tx, digest_id, &free, "", DigestState::Cancelled).await? {
            break;
        }
        // What may have gone out is neither sent again nor called skipped.
        batch::settle(&mut tx, (digest_id, free.lo), State::Uncertain as i64, now).await?;
        control::skip_open(&mut tx, digest_id, (free.lo, free.hi)).await?;
        control::drop_batch(&mut tx, digest_id, free.lo).await?;
        tx.commit().await?;
    }
    while let Some((after, upto)) = control::next_slice(&app.db, digest_id).await? {
        let mut tx = app.db.begin().await?;
        if !control::pass_over(&mut tx, digest_id, after, upto).await? {
            break;
        }
        control::skip_open(&mut tx, digest_id, (after + 1, upto)).await?;
        tx.commit().await?;
    }
    if lease::has_open_ranges(&app.db, digest_id).await? {
        return Ok(false);
    }
    if lease::finish(&app.db, digest_id, now).await? {
        tracing::info!(digest.id = digest_id, "cancelled digest ended: no row of it is open");
        return Ok(true);
    }
    lease::recover_strays(&app.db, digest_id).await?;
    Ok(false)
}

/// Digests that were cancelled and that nobody has in hand: sweeps them, one after the other.
pub async fn sweep_all(app: &App, digests: &[i64]) {
    for digest_id in digests {
        if let Err(error) = sweep(app, *digest_id).await {
            tracing::warn!(digest.id = digest_id, error = %format!("{error:#}"), "cannot sweep a cancelled digest; trying again");
        }
    }
}
