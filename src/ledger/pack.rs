//! A finished digest becomes small: rows of the ledger → chunks of the archive. Who got what stays answerable and erasable.
//!
//! In: digests that ended at least [`REST`] ago. Out: about 2 bytes a recipient instead of 13 (SQLite). In slices: each
//! moves 10,000 rows in one transaction, so a kill loses nothing and a sign-up never waits long.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::packed::{self, CHUNK, Chunk};
use super::sql::{lock, pack, watch};
use super::{DigestState, Meaning, State, reopen};
use crate::app::App;
use crate::clock::{DAY, MINUTE, Millis, beat};
use crate::db::Tx;
use crate::fault::fault;

/// Rows moved in one transaction: holds SQLite's writer for about 30 ms.
const SLICE: i64 = 10_000;
/// A digest rests before it is packed: an editor looks at what failed right after the end, and may send it again.
const REST: Millis = 10 * MINUTE;
/// How often finished digests are looked for.
const TICK: Duration = Duration::from_secs(20);

/// Packs what has ended, until `stop`.
pub async fn run(app: Arc<App>, meaning: Meaning, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = due(&app, meaning, &stop).await {
            tracing::warn!(error = %format!("{error:#}"), "cannot pack a finished digest; trying again");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = beat(TICK) => {}
        }
    }
}

/// Packs every digest that has rested.
async fn due(app: &App, meaning: Meaning, stop: &CancellationToken) -> anyhow::Result<()> {
    let mut after = 0;
    while let Some(digest_id) = pack::next_digest(&app.db, after).await? {
        after = digest_id;
        let ended = pack::finished_at(&app.db, digest_id).await?;
        // An end that is still to come was written by a clock that was ahead.
        if ended.is_some_and(|at| !(at..at + REST).contains(&app.clock.now())) {
            while !stop.is_cancelled() && slice(app, meaning, digest_id).await? {}
        }
    }
    Ok(())
}

/// Packs a digest whole, rested or not; nothing when it has not ended.
pub async fn digest(app: &App, meaning: Meaning, digest_id: i64) -> anyhow::Result<()> {
    while slice(app, meaning, digest_id).await? {}
    Ok(())
}

/// Moves one slice; `false` when nothing is left to move.
async fn slice(app: &App, meaning: Meaning, digest_id: i64) -> anyhow::Result<bool> {
    let mut tx = app.db.begin().await?;
    let Some(digest) = lock::lock(&mut tx, digest_id).await? else { return Ok(false) };
    let Some(ended) = digest.finished_at else { return Ok(false) };
    let rest = match digest.state {
        DigestState::Finished => "left",
        DigestState::Cancelled => "cancelled",
        _ => return Ok(false),
    };
    let rows = pack::first_rows(&mut tx, digest_id, SLICE).await?;
    let Some(last) = rows.last().map(|row| row.0) else { return Ok(false) };
    if rows.iter().any(|(_, state, _)| !packed::is_closed(*state)) {
        drop(tx);
        return go_on(app, meaning, digest_id, ended).await;
    }
    let packed: Vec<(i64, u8)> =
        rows.iter().map(|(id, state, note)| (*id, outcome(*state, note.as_deref(), rest))).collect();
    for rows in packed.chunks(CHUNK) {
        pack::insert(&mut tx, digest_id, &Chunk::of(rows)).await?;
    }
    pack::delete_rows(&mut tx, digest_id, last).await?;
    fault!("pack.before_commit");
    tx.commit().await?;
    fault!("pack.after_commit");
    Ok(true)
}

/// A digest must not end with open rows. When it ended a moment ago it goes on by itself; what is old news by now is left to
/// a person.
async fn go_on(app: &App, meaning: Meaning, digest_id: i64, ended: Millis) -> anyhow::Result<bool> {
    if app.clock.now() - ended > DAY {
        anyhow::bail!("digest {digest_id} has ended with open rows; `facteur fsck --repair` lets it go on");
    }
    let open = reopen::mend(app, meaning, digest_id).await?;
    tracing::error!(digest.id = digest_id, open, "a digest had ended with open rows; it goes on. Please report this");
    Ok(false)
}

/// A skipped row without a note was skipped with all the `rest`; an accepted one may have been accepted twice.
fn outcome(state: i64, note: Option<&str>, rest: &str) -> u8 {
    let reason = match (state, note) {
        (2, Some("doubt")) => "doubt",
        (2, _) => "",
        (5, None) => rest,
        (_, note) => note.unwrap_or_default(),
    };
    packed::outcome(state, reason)
}

/// Takes a person out of every digest, open or packed. The outcomes stay, nameless, so that each digest still adds up.
///
/// Called in the transaction that deletes the subscriber, before it does.
pub async fn erase(tx: &mut Tx, subscriber_id: i64, now: Millis) -> sqlx::Result<()> {
    watch::erased(tx, subscriber_id, now).await?;
    pack::lock_digests_of(tx, subscriber_id).await?;
    for (digest_id, state, note) in pack::take_rows(tx, subscriber_id).await? {
        let open = !packed::is_closed(state);
        let byte = if open { packed::outcome(5, "erased") } else { outcome(state, note.as_deref(), "left") };
        add_nameless(tx, digest_id, byte).await?;
    }
    for stored in pack::around(tx, subscriber_id).await? {
        let digest_id = stored.digest_id;
        let (id, chunk) = stored.into_chunk();
        // A damaged chunk cannot be searched; fsck tells of it.
        let Ok(mut rows) = chunk.rows() else { continue };
        let Some(at) = rows.iter().position(|row| row.0 == subscriber_id) else { continue };
        let (_, byte) = rows.remove(at);
        pack::replace(tx, id, &Chunk::of(&rows)).await?;
        add_nameless(tx, digest_id, byte).await?;
    }
    Ok(())
}

/// Stores what became of a digest whose recipients were never known by name: so many accepted, so many refused.
pub async fn adopt(tx: &mut Tx, digest_id: i64, accepted: usize, refused: usize) -> sqlx::Result<()> {
    let mut outcomes = vec![packed::outcome(State::Accepted as i64, ""); accepted];
    outcomes.resize(accepted + refused, packed::outcome(State::Refused as i64, "address"));
    pack::insert(tx, digest_id, &Chunk { lo: 0, hi: 0, ids: Vec::new(), outcomes }).await
}

async fn add_nameless(tx: &mut Tx, digest_id: i64, outcome: u8) -> sqlx::Result<()> {
    let (found, mut outcomes) = match pack::nameless(tx, digest_id).await? {
        Some((id, outcomes)) => (Some(id), outcomes),
        None => (None, Vec::new()),
    };
    outcomes.push(outcome);
    let chunk = Chunk { lo: 0, hi: 0, ids: Vec::new(), outcomes };
    match found {
        Some(id) => pack::replace(tx, id, &chunk).await,
        None => pack::insert(tx, digest_id, &chunk).await,
    }
}
