//! An editor's hand on the ledger: what is left of a cancelled digest, the failed once more, bounces undone, doubts that
//! were held ([`revive`]).
//!
//! In: a digest. Out: rows in another state, in slices, fenced like any claim. Pausing and cancelling themselves are
//! `digests::control`: this room sees the state and follows.

use super::mask::masked;
use super::revive::{self, Closed, Revival, Revived};
use super::sql::{batch, claim, control, lease};
use super::{State, hold, sql};
use crate::app::App;
use crate::digests::DigestState;
use crate::i18n::Locale;
use crate::reason::Reason;

/// Pauses a digest that sends, with a reason for the editor, which keeps no address; `false` when it does not send.
pub async fn pause(app: &App, digest_id: i64, reason: Reason) -> sqlx::Result<bool> {
    let paused = control::pause(&app.db, digest_id, &reason.with_words(masked)).await?;
    if paused {
        tracing::warn!(digest.id = digest_id, "digest paused: an editor is needed");
        app.delivery_wake.notify_waiters();
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

/// Queues the mails again that were refused for a reason that may have passed. Gives how many. A finished digest sends
/// again, a paused one waits to be resumed.
///
/// # Errors
/// When the digest was cancelled, or never released.
pub async fn retry_failed(app: &App, digest_id: i64) -> anyhow::Result<i64> {
    Ok(revive::run(app, digest_id, Revival { of: Closed::Failed, to: State::Queued }, false).await?.rows)
}

/// Undoes a digest's bounces: those whose address does not exist, said the mail server, are written to again, and get
/// digests again. Of a cancelled digest nothing is sent; they come back all the same.
///
/// # Errors
/// When the digest was never released.
pub async fn retry_bounced(app: &App, digest_id: i64) -> anyhow::Result<Revived> {
    revive::run(app, digest_id, Revival { of: Closed::Bounced, to: State::Queued }, false).await
}

/// What [`retry_failed`] or [`retry_bounced`] would do; changes nothing.
///
/// # Errors
/// As theirs.
pub async fn try_retry(app: &App, digest_id: i64, of: Closed) -> anyhow::Result<Revived> {
    revive::run(app, digest_id, Revival { of, to: State::Queued }, true).await
}

/// Settles the doubts that were held: sends those mails again, or takes them for accepted. Gives how many.
///
/// # Errors
/// As [`retry_failed`]; what is left in doubt of a cancelled digest may be taken for accepted, and not be sent again.
pub async fn resolve_doubts(app: &App, digest_id: i64, send_again: bool) -> anyhow::Result<i64> {
    let to = if send_again { State::Queued } else { State::Accepted };
    Ok(revive::run(app, digest_id, Revival { of: Closed::Doubtful, to }, false).await?.rows)
}

/// Digests that were cancelled and that nobody has in hand: sweeps them, one after the other.
pub(super) async fn sweep_all(app: &App, digests: &[i64]) {
    for digest_id in digests {
        if let Err(error) = sweep(app, *digest_id).await {
            tracing::warn!(digest.id = digest_id, error = %format!("{error:#}"), "cannot sweep a cancelled digest; trying again");
        }
    }
}

/// Words of an alarm that is up, if one is: what keeps mail from leaving. That everything is held is said in this language.
pub async fn alarm(app: &App, locale: &Locale) -> sqlx::Result<Option<String>> {
    if let Some(held) = hold::state(app).await? {
        return Ok(Some(hold::in_words(&held, locale)));
    }
    sql::alarm::read(&app.db).await
}
