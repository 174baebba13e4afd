//! An editor's hand on the ledger: what is left of a cancelled digest, the failed once more, doubts that were held.
//!
//! In: a digest. Out: rows in another state, in slices, fenced like any claim. Pausing and cancelling themselves are
//! `digests::control`: this room sees the state and follows.

use super::archive::{self, Chunk};
use super::sql::{batch, claim, control, lease, pack};
use super::{State, hold, sql};
use crate::app::App;
use crate::db::Tx;
use crate::digests::DigestState;

/// Pauses a digest that sends, with a reason for the editor; `false` when it does not send.
pub async fn pause(app: &App, digest_id: i64, reason: &str) -> sqlx::Result<bool> {
    let paused = control::pause(&app.db, digest_id, reason).await?;
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

/// Reasons for which a refused mail may be tried again: the address is not at fault.
const RETRIED: [&str; 4] = ["policy", "expired", "content", "render"];

/// Queues the mails again that were refused for a reason that may have passed. Gives how many. A finished digest sends
/// again, a paused one waits to be resumed.
///
/// # Errors
/// When the digest was cancelled, or never released.
pub async fn retry_failed(app: &App, digest_id: i64) -> anyhow::Result<i64> {
    revive(app, digest_id, Revival { from: State::Refused, to: State::Queued }).await
}

/// Settles the doubts that were held: sends those mails again, or takes them for accepted. Gives how many.
///
/// # Errors
/// As [`retry_failed`]; what is left in doubt of a cancelled digest may be taken for accepted, and not be sent again.
pub async fn resolve_doubts(app: &App, digest_id: i64, send_again: bool) -> anyhow::Result<i64> {
    let to = if send_again { State::Queued } else { State::Accepted };
    revive(app, digest_id, Revival { from: State::Uncertain, to }).await
}

/// Rows in one state that get another.
#[derive(Clone, Copy, Debug)]
struct Revival {
    from: State,
    to: State,
}

impl Revival {
    fn takes(self, state: i64, reason: &str) -> bool {
        state == self.from as i64 && (self.from != State::Refused || RETRIED.contains(&reason))
    }
}

async fn revive(app: &App, digest_id: i64, revival: Revival) -> anyhow::Result<i64> {
    let mut tx = app.db.begin().await?;
    let Some((state, _)) = control::lock(&mut tx, digest_id).await? else {
        anyhow::bail!("there is no such digest");
    };
    let sends = matches!(state, DigestState::Sending | DigestState::Paused | DigestState::Finished);
    let settles = revival.to == State::Accepted && state == DigestState::Cancelled;
    anyhow::ensure!(sends || settles, "the digest is {state}: only one that was sent can be sent again in part");
    let mut ids = unpack(&mut tx, digest_id, revival).await?;
    ids.extend(open_rows(&mut tx, digest_id, revival).await?);
    if revival.to == State::Accepted {
        // Of one that is sent again the note stays: it says later that the mail may have arrived twice.
        control::drop_notes(&mut tx, digest_id, &ids).await?;
    }
    ids.sort_unstable();
    if revival.to == State::Queued && !ids.is_empty() {
        cover(&mut tx, digest_id, &ids).await?;
        control::reopen(&mut tx, digest_id).await?;
    }
    tx.commit().await?;
    app.delivery_wake.notify_waiters();
    Ok(ids.len() as i64)
}

/// Rows that are still in the ledger.
async fn open_rows(tx: &mut Tx, digest_id: i64, revival: Revival) -> sqlx::Result<Vec<i64>> {
    let (mut ids, mut after) = (Vec::new(), 0);
    loop {
        let rows = control::rows_to_revive(tx, digest_id, revival.from as i64, after).await?;
        let Some((last, _)) = rows.last() else { return Ok(ids) };
        after = *last;
        for (id, reason) in rows {
            if revival.takes(revival.from as i64, reason.as_deref().unwrap_or_default())
                && control::set_state(tx, digest_id, id, revival.from as i64, revival.to as i64).await?
            {
                ids.push(id);
            }
        }
    }
}

/// Rows that were packed go back into the ledger (or change their byte in place, when they are not sent again).
async fn unpack(tx: &mut Tx, digest_id: i64, revival: Revival) -> anyhow::Result<Vec<i64>> {
    let (mut ids, mut after) = (Vec::new(), 0);
    loop {
        let stored = pack::chunks_in(tx, digest_id, after).await?;
        let Some(last) = stored.last() else { return Ok(ids) };
        after = last.id;
        for (number, chunk) in stored.into_iter().filter(|stored| stored.lo > 0).map(pack::Stored::into_chunk) {
            let rows = chunk.rows().map_err(|why| anyhow::anyhow!("the archive of this digest is damaged: {why}"))?;
            let fits = |row: &(i64, u8)| revival.takes(archive::state(row.1), archive::reason(row.1));
            let taken: Vec<i64> = rows.iter().filter(|row| fits(row)).map(|row| row.0).collect();
            if taken.is_empty() {
                continue;
            }
            let kept = if revival.to == State::Queued {
                rows.into_iter().filter(|row| !fits(row)).collect::<Vec<_>>()
            } else {
                let settled = archive::outcome(revival.to as i64, "");
                rows.into_iter().map(|row| if fits(&row) { (row.0, settled) } else { row }).collect()
            };
            pack::replace(tx, number, &Chunk::of(&kept)).await?;
            if revival.to == State::Queued {
                for id in &taken {
                    control::insert_row(tx, digest_id, *id, State::Queued as i64).await?;
                }
            }
            ids.extend(taken);
        }
    }
}

/// Sees that each of these rows is in a batch: the one that is there is made due, else new ones are made between them.
async fn cover(tx: &mut Tx, digest_id: i64, ids: &[i64]) -> sqlx::Result<()> {
    let mut ids = ids.iter().copied().peekable();
    while let Some(first) = ids.next() {
        if let Some(lo) = control::covering(tx, digest_id, first).await? {
            control::make_due(tx, digest_id, lo).await?;
            continue;
        }
        let limit = control::next_batch(tx, digest_id, first).await?.unwrap_or(i64::MAX);
        let mut last = first;
        let mut count = 1;
        while let Some(next) = ids.next_if(|next| *next < limit && count < claim::BATCH) {
            last = next;
            count += 1;
        }
        control::insert_batch(tx, digest_id, first, last).await?;
    }
    Ok(())
}

/// Digests that were cancelled and that nobody has in hand: sweeps them, one after the other.
pub(super) async fn sweep_all(app: &App, digests: &[i64]) {
    for digest_id in digests {
        if let Err(error) = sweep(app, *digest_id).await {
            tracing::warn!(digest.id = digest_id, error = %format!("{error:#}"), "cannot sweep a cancelled digest; trying again");
        }
    }
}

/// Words of an alarm that is up, if one is: what keeps mail from leaving.
pub async fn alarm(app: &App) -> sqlx::Result<Option<String>> {
    if let Some(held) = hold::state(app).await? {
        return Ok(Some(hold::in_words(&held)));
    }
    sql::alarm::read(&app.db).await
}
