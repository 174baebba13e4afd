//! Digests that leave by themselves (see [`super::leave`] for when): letting one go so that it can be taken back, taking it back, and
//! the moment when it goes, also after a crash: nothing of it is held in memory.
//!
//! In: an editor's word, the tick ([`due`], [`let_go`]). Out: a waiting digest that leaves in a moment, or waits for an editor, or is
//! on its way to [`super::release`].

use std::sync::Arc;

use crate::app::App;
use crate::clock::{MINUTE, Millis};
use crate::db::Tx;
use crate::db::generation::{self, Held};
use crate::events::{self, Actor, Code};
use crate::ledger::DigestState;
use crate::ledger::meaning::Act;
use crate::newsletters::{self, Schedule};
use crate::reason::{Reason, Why as Stored};

use super::leave::{WINDOW, is_on_its_way, may_be_stopped, with_notice};
use super::steer::wrong_state;
use super::transition::{self, Why};
use super::{Digest, DigestError, MEANING, Refusal, Rule, approve, content, missed, posts, sql};

/// A digest that leaves by itself and could not for so long after its time was not in the editors' hands meanwhile: the machine was
/// off, or everything was held.
const LATE: Millis = 5 * MINUTE;

/// Lets a waiting digest go in [`WINDOW`], as it is now: its feeds are read once more, unless it is fixed already.
///
/// # Errors
/// As [`approve::allow`].
pub async fn approve(app: &Arc<App>, digest: &Digest, by: Actor) -> Result<Digest, DigestError> {
    if matches!(digest.state, DigestState::Skipped | DigestState::Cancelled) {
        return Err(wrong_state(digest, Rule::Approve));
    }
    if digest.state != DigestState::Waiting || is_on_its_way(digest) {
        return Ok(digest.clone());
    }
    posts::read_feeds(app, digest.newsletter_id).await;
    approve::check(app, digest).await?;
    let said = content::of_digest(app, digest).await?;
    let newsletter = newsletters::sql::by_id(&app.db, digest.newsletter_id).await?.ok_or(Refusal::NewsletterGone)?;
    let mut tx = app.db.begin().await?;
    let now = app.clock.now();
    let seen = sql::hold_digest(&mut tx, digest.id).await?.ok_or(Refusal::Gone)?;
    if seen.state == DigestState::Waiting && !is_on_its_way(&seen) {
        let subject = content::working_title(&newsletter, &said, now);
        sql::set_content(&mut tx, digest.id, &subject, &content::to_text(&said)?).await?;
        let why = Why { reason: Some(&Reason::ApprovedByEditor), act: Act { by, now } };
        transition::plan(&mut tx, digest.id, Some(now + WINDOW), why).await?;
        tx.commit().await?;
    }
    again(app, digest).await
}

/// Takes a digest back, or stops it, before it has left. What an editor had sent now is no digest any more: its posts wait for the
/// next. What waited before waits for an editor again.
///
/// # Errors
/// [`Refusal::WrongState`] when it has left, or was skipped otherwise.
pub async fn take_back(app: &App, digest: &Digest, by: Actor) -> Result<Digest, DigestError> {
    let mut tx = app.db.begin().await?;
    let seen = sql::hold_digest(&mut tx, digest.id).await?.ok_or(Refusal::Gone)?;
    let why = Why { reason: Some(&Reason::StoppedByEditor), act: Act { by, now: app.clock.now() } };
    match (seen.state, seen.leaves_at) {
        (DigestState::Waiting, Some(_)) if is_sent(&seen) => {
            transition::turn(&mut tx, seen.id, DigestState::Waiting, DigestState::Skipped, why).await?;
            sql::give_posts_back(&mut tx, seen.id).await?;
        }
        (DigestState::Waiting, Some(_)) => {
            transition::plan(&mut tx, seen.id, None, why).await?;
        }
        (DigestState::Waiting, None) => return Ok(seen),
        _ if seen.reason == Some(Stored::Known(Reason::StoppedByEditor)) => return Ok(seen),
        _ => return Err(wrong_state(&seen, Rule::TakeBack)),
    }
    tx.commit().await?;
    again(app, digest).await
}

/// Whether an editor's word alone made it a digest: taken back, it is none any more.
pub fn is_sent(digest: &Digest) -> bool {
    let wished = [Reason::SentByEditor, Reason::PlannedByEditor];
    matches!(&digest.reason, Some(Stored::Known(reason)) if wished.contains(reason))
}

async fn again(app: &App, digest: &Digest) -> Result<Digest, DigestError> {
    Ok(sql::by_id(&app.db, digest.id).await?.ok_or(Refusal::Gone)?)
}

/// Digests whose time to leave has come.
///
/// # Errors
/// The database's.
pub async fn due(app: &App) -> sqlx::Result<Vec<i64>> {
    let held = generation::held(&app.db).await?;
    let due = sql::leaving(&app.db, app.clock.now()).await?;
    Ok(due.into_iter().filter(|digest| may_leave(digest, held.as_ref())).map(|digest| digest.id).collect())
}

/// While everything is held, nothing leaves but what an editor has approved since: that names what is to leave.
fn may_leave(digest: &Digest, held: Option<&Held>) -> bool {
    let approved = digest.reason == Some(Stored::Known(Reason::ApprovedByEditor));
    held.is_none_or(|held| approved && digest.leaves_at.is_some_and(|at| at - WINDOW >= held.since))
}

/// Lets one go whose time has come; `false` when it was stopped in the meantime, is left out, or its editors have more time.
///
/// # Errors
/// The database's.
pub async fn let_go(app: &Arc<App>, id: i64) -> sqlx::Result<bool> {
    let Some(seen) = sql::by_id(&app.db, id).await? else { return Ok(false) };
    if may_be_stopped(&seen) {
        // An hour has passed: what was taken back since is not sent.
        posts::read_feeds(app, seen.newsletter_id).await;
    }
    let held = generation::held(&app.db).await?;
    let mut tx = app.db.begin().await?;
    let now = app.clock.now();
    let Some(schedule) = sql::hold_schedule(&mut tx, seen.schedule_id).await? else { return Ok(false) };
    let Some(digest) = sql::hold_digest(&mut tx, id).await? else { return Ok(false) };
    let waits = digest.state == DigestState::Waiting && digest.leaves_at.is_some_and(|at| at <= now);
    if !waits || !may_leave(&digest, held.as_ref()) || (held.is_none() && generation::is_held(&mut tx).await?) {
        return Ok(false);
    }
    let act = MEANING.act(now);
    let goes = !may_be_stopped(&digest) || at_its_slot(app, &mut tx, &schedule, &digest, act).await?;
    if goes {
        let why = Why { reason: None, act };
        transition::turn(&mut tx, id, DigestState::Waiting, DigestState::Releasing, why).await?;
    }
    tx.commit().await?;
    Ok(goes)
}

/// Whether a digest that nobody has stopped goes. What an editor said of the slot meanwhile holds, as for any slot; editors who
/// could not stop it get their time, or its slot is too long ago to be caught up.
async fn at_its_slot(app: &App, tx: &mut Tx, schedule: &Schedule, digest: &Digest, act: Act) -> sqlx::Result<bool> {
    let late = act.now - digest.leaves_at.unwrap_or(act.now) > LATE;
    if schedule.paused {
        return leave_out(tx, digest, &Reason::SchedulePaused, act).await;
    }
    if schedule.skip_next {
        sql::steer_schedule(tx, &Schedule { skip_next: false, ..schedule.clone() }).await?;
        return leave_out(tx, digest, &Reason::SkippedByEditor, act).await;
    }
    if late && missed::is_late(app, digest.slot_at) {
        missed::tell(tx, digest.newsletter_id, schedule.id, digest.slot_at, &Reason::TooLate, act.now).await?;
        return leave_out(tx, digest, &Reason::TooLate, act).await;
    }
    if events::is_untold(tx, Code::DigestLeaving, digest.id).await? {
        // The letter comes at the end of this tick, and with it their time ([`super::leave::told`]).
        return Ok(false);
    }
    if late {
        with_notice(tx, digest.id, digest.slot_at, act).await?;
    }
    Ok(!late)
}

/// Its slot passes without a mailing; its posts wait for the next.
async fn leave_out(tx: &mut Tx, digest: &Digest, reason: &Reason, act: Act) -> sqlx::Result<bool> {
    let why = Why { reason: Some(reason), act };
    transition::turn(tx, digest.id, DigestState::Waiting, DigestState::Skipped, why).await?;
    sql::give_posts_back(tx, digest.id).await?;
    Ok(false)
}
