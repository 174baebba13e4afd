//! The end of a digest that an editor has cancelled: what is left of it is skipped, in slices, fenced like any claim.
//!
//! In: a digest in state `cancelled`. Out: its open rows skipped or in doubt, and the digest ended. Met twice a second by
//! `delivery`, which sees the state and follows.

use super::sql::{batch, cancel, claim, lease};
use super::{BatchKey, DigestState, Meaning, State};
use crate::app::App;

/// Skips what is left of a cancelled digest, but for the batches that a worker has in hand: those follow when it gives
/// them back. `true` when nothing of the digest is open any more.
pub async fn sweep(app: &App, meaning: Meaning, digest_id: i64) -> anyhow::Result<bool> {
    let now = app.clock.now();
    while let Some(free) = cancel::cancelled_batch(&app.db, digest_id, now).await? {
        let mut tx = app.db.begin().await?;
        if !claim::take_batch(&mut tx, digest_id, &free, "", DigestState::Cancelled).await? {
            break;
        }
        // What may have gone out is neither sent again nor called skipped.
        batch::carry_over(&mut tx, BatchKey { digest_id, lo: free.lo }, State::Uncertain as i64, now).await?;
        cancel::skip_open(&mut tx, digest_id, (free.lo, free.hi)).await?;
        cancel::drop_batch(&mut tx, digest_id, free.lo).await?;
        tx.commit().await?;
    }
    while let Some((after, upto)) = cancel::next_slice(&app.db, digest_id).await? {
        let mut tx = app.db.begin().await?;
        if !cancel::pass_over(&mut tx, digest_id, after, upto).await? {
            break;
        }
        cancel::skip_open(&mut tx, digest_id, (after + 1, upto)).await?;
        tx.commit().await?;
    }
    if lease::has_open_ranges(&app.db, digest_id).await? {
        return Ok(false);
    }
    if lease::finish(&app.db, meaning, digest_id, now).await? {
        tracing::info!(digest.id = digest_id, "cancelled digest ended: no row of it is open");
        return Ok(true);
    }
    lease::recover_strays(&app.db, digest_id).await?;
    Ok(false)
}

/// Digests that were cancelled and that nobody has in hand: sweeps them, one after the other.
pub async fn sweep_all(app: &App, meaning: Meaning, digests: &[i64]) {
    for digest_id in digests {
        if let Err(error) = sweep(app, meaning, *digest_id).await {
            tracing::warn!(digest.id = digest_id, error = %format!("{error:#}"), "cannot sweep a cancelled digest; trying again");
        }
    }
}
