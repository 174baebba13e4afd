//! A newsletter is deleted, can be taken back for some days, and is then removed for good.
//!
//! In: an editor's word ([`delete`], [`restore`]), and each tick ([`slice()`]). Out: first a mark and everything of it stopped (a
//! digest on its way is paused, letters wait); after [`newsletters::KEPT`] its people, its ledger and then itself, in slices, so that
//! no sign-up of another newsletter waits long for SQLite's only writer.

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_scalar};
use crate::events::{self, About, Actor, Code, Event};
use crate::ledger::{self, DigestState, meaning::Act};
use crate::newsletters::{self, KEPT, Mode, Newsletter};
use crate::reason::Reason;
use crate::subscribers::{self, held};

use super::transition::{self, Why};
use super::{DigestError, Refusal};

/// People, and rows of the ledger, that one transaction removes.
const SLICE: i64 = 2_000;
/// Transactions of one tick.
const A_TICK: usize = 20;

/// Deletes a newsletter: its pages answer that it is gone, nothing of it is sent. Deleting twice changes nothing more.
///
/// # Errors
/// [`Refusal::NewsletterGone`].
pub async fn delete(app: &App, newsletter: &Newsletter, by: Actor) -> Result<Newsletter, DigestError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let found = newsletters::sql::hold(&mut tx, newsletter.id).await?.ok_or(Refusal::NewsletterGone)?;
    if found.deleted_at.is_some() {
        return Ok(found);
    }
    newsletters::sql::set_deleted(&mut tx, found.id, Some(now)).await?;
    held::hold_all(&mut tx, found.id).await?;
    let why = Why { reason: Some(&Reason::NewsletterDeleted), act: Act { by, now } };
    for id in on_their_way(&mut tx, found.id).await? {
        // What is not frozen yet waits for an editor; the rest stops where it is.
        let frozen = is_frozen(&mut tx, id).await?;
        let to = if frozen { DigestState::Paused } else { DigestState::Waiting };
        if !transition::turn(&mut tx, id, DigestState::Releasing, to, why).await? {
            transition::turn(&mut tx, id, DigestState::Sending, DigestState::Paused, why).await?;
        }
    }
    events::note(&mut tx, now, &Event::new(found.id, Code::NewsletterDeleted, About::Newsletter, by)).await?;
    tx.commit().await?;
    app.wake.now();
    app.pages_changed.now();
    Ok(Newsletter { deleted_at: Some(now), ..found })
}

/// Takes a deleted newsletter back. A digest that was on its way stays paused until an editor resumes it.
///
/// # Errors
/// [`Refusal::NewsletterGone`] when it was removed already.
pub async fn restore(app: &App, newsletter: &Newsletter, by: Actor) -> Result<Newsletter, DigestError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let found = newsletters::sql::hold(&mut tx, newsletter.id).await?.ok_or(Refusal::NewsletterGone)?;
    if found.deleted_at.is_none() {
        return Ok(found);
    }
    newsletters::sql::set_deleted(&mut tx, found.id, None).await?;
    if found.mode == Mode::Live {
        held::let_go(&mut tx, found.id, now).await?;
    }
    events::note(&mut tx, now, &Event::new(found.id, Code::NewsletterRestored, About::Newsletter, by)).await?;
    tx.commit().await?;
    app.wake.now();
    app.pages_changed.now();
    Ok(Newsletter { deleted_at: None, ..found })
}

/// Whether a newsletter waits to be removed for good.
///
/// # Errors
/// The database's.
pub async fn is_due(app: &App) -> sqlx::Result<bool> {
    Ok(due(&app.db, app.clock.now()).await?.is_some())
}

/// Removes a part of the oldest newsletter whose time is over; the next tick goes on.
///
/// # Errors
/// The database's.
pub async fn slice(app: &App) -> sqlx::Result<()> {
    let Some(newsletter_id) = due(&app.db, app.clock.now()).await? else { return Ok(()) };
    for _ in 0..A_TICK {
        let mut piece = app.db.begin_piece().await?;
        let more = step(&mut piece.tx, newsletter_id).await?;
        piece.commit().await?;
        if !more {
            tracing::info!(newsletter.id = newsletter_id, "a newsletter that was deleted is removed");
            return Ok(());
        }
    }
    Ok(())
}

async fn due(db: &Db, now: Millis) -> sqlx::Result<Option<i64>> {
    query_scalar("SELECT id FROM newsletter WHERE deleted_at <= $1 ORDER BY deleted_at, id LIMIT 1")
        .bind(now - KEPT)
        .fetch_optional(db.on())
        .await
}

/// One step; `false` after the last.
async fn step(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<bool> {
    if subscribers::status::remove_some(tx, newsletter_id, SLICE).await? > 0 {
        return Ok(true);
    }
    let digest: Option<i64> = query_scalar("SELECT id FROM digest WHERE newsletter_id = $1 ORDER BY id LIMIT 1")
        .bind(newsletter_id)
        .fetch_optional(tx.on())
        .await?;
    if let Some(id) = digest {
        if !ledger::sql::removal::some(tx, id, SLICE).await? {
            query("DELETE FROM digest WHERE id = $1").bind(id).execute(tx.on()).await?;
        }
        return Ok(true);
    }
    subscribers::suppression::forget_newsletter(tx, newsletter_id).await?;
    newsletters::sql::remove(tx, newsletter_id).await?;
    Ok(false)
}

/// Digests of a newsletter that are being released or sent.
async fn on_their_way(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar("SELECT id FROM digest WHERE newsletter_id = $1 AND state IN ('releasing', 'sending') ORDER BY id")
        .bind(newsletter_id)
        .fetch_all(tx.on())
        .await
}

async fn is_frozen(tx: &mut Tx, id: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT released_at IS NOT NULL FROM digest WHERE id = $1").bind(id).fetch_one(tx.on()).await
}
