//! An editor's "let it go" for a digest that waits.
//!
//! In: a digest in state `waiting`. Out: the same, released. A second approval finds it on its way and changes nothing.

use std::sync::Arc;

use crate::app::App;
use crate::newsletters;

use super::preflight::read;
use super::steer::wrong_state;
use super::transition::{self, Why};
use super::{Digest, DigestError, Refusal, Rule, first, posts, release, sql};
use crate::events::Actor;
use crate::ledger::DigestState;
use crate::ledger::meaning::Act;

/// Lets a digest go to everybody who is on its rhythm now, and releases it.
///
/// # Errors
/// Those of [`allow`], and [`Refusal::NotRendered`].
pub async fn approve(app: &Arc<App>, digest: &Digest, by: Actor) -> Result<Digest, DigestError> {
    release::run(app, allow(app, digest, by).await?.id).await
}

/// Lets a digest go; [`release::run`] or the next tick does the rest.
///
/// # Errors
/// [`Refusal::WrongState`] when it was skipped or cancelled; those of [`check`], [`Refusal::PostsTakenBack`] also when its posts were
/// taken back meanwhile.
pub async fn allow(app: &Arc<App>, digest: &Digest, by: Actor) -> Result<Digest, DigestError> {
    if matches!(digest.state, DigestState::Skipped | DigestState::Cancelled) {
        return Err(wrong_state(digest, Rule::Approve));
    }
    if digest.state != DigestState::Waiting {
        return Ok(digest.clone());
    }
    posts::read_feeds(app, digest.newsletter_id).await;
    check(app, digest).await?;
    let mut tx = app.db.begin().await?;
    let why = Why { reason: None, act: Act { by, now: app.clock.now() } };
    transition::turn(&mut tx, digest.id, DigestState::Waiting, DigestState::Releasing, why).await?;
    tx.commit().await?;
    let allowed = sql::by_id(&app.db, digest.id).await?;
    Ok(allowed.ok_or(Refusal::Gone)?)
}

/// Whether there is something to say and somebody to say it to, and nothing in it must be mended; gives the count of recipients.
///
/// # Errors
/// [`Refusal::Nobody`], [`Refusal::PostsTakenBack`], [`Refusal::NotGreen`]; those of [`read::must_pass`].
pub async fn check(app: &App, digest: &Digest) -> Result<i64, DigestError> {
    if sql::posts_of(&app.db, digest.id).await?.is_empty() {
        return Err(Refusal::PostsTakenBack { id: digest.public_id.clone() }.into());
    }
    let schedule = newsletters::sql::schedule(&app.db, digest.schedule_id).await?;
    let schedule = schedule.ok_or(Refusal::ScheduleGone)?;
    first::must_be_green(app, digest.newsletter_id, schedule.id).await?;
    let recipients = release::count(app, &schedule).await?;
    if recipients == 0 {
        return Err(Refusal::Nobody.into());
    }
    let newsletter = newsletters::sql::by_id(&app.db, digest.newsletter_id).await?;
    read::must_pass(app, &newsletter.ok_or(Refusal::NewsletterGone)?, digest).await?;
    Ok(recipients)
}
