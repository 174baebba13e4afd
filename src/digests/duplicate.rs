//! A second try of a digest that nobody got: its posts in a new one that waits, with all that its editor wanted of it.
//!
//! In: a digest that was skipped, or cancelled before the first mail of it left. Out: a digest that waits. A post goes out once on a
//! rhythm, so the posts change hands; a digest that anybody has got, or may get still, is refused: it would reach them twice.

use crate::app::App;
use crate::events::Actor;
use crate::ledger::meaning::Act;
use crate::ledger::{DigestState, progress};
use crate::newsletters;

use super::transition::{self, NewDigest, Why};
use super::{Digest, DigestError, Refusal, compose, content, edit, sql};

/// Makes it; its slot is now.
///
/// # Errors
/// [`Refusal::WentOut`], [`Refusal::NothingLeft`].
pub async fn duplicate(app: &App, digest: &Digest, by: Actor) -> Result<Digest, DigestError> {
    allowed(app, digest).await?;
    let newsletter = newsletters::sql::by_id(&app.db, digest.newsletter_id).await?.ok_or(Refusal::NewsletterGone)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let schedule = sql::hold_schedule(&mut tx, digest.schedule_id).await?.ok_or(Refusal::ScheduleGone)?;
    let posts = sql::posts_in(&mut tx, digest.id).await?;
    if posts.is_empty() {
        return Err(Refusal::NothingLeft { id: digest.public_id.clone() }.into());
    }
    let lines = edit::sql::lines_in(&mut tx, digest.id).await?;
    let words = edit::sql::words_in(&mut tx, digest.id).await?;
    let said = content::edited(posts, &lines, &schedule.zone, &words);
    let (public_id, text) = (compose::public_id(), content::to_text(&said)?);
    let subject = content::working_title(&newsletter, &said, now);
    let why = Why { reason: None, act: Act { by, now } };
    let mut made = None;
    // A planned slot of this very millisecond keeps its own record.
    for slot_at in now..now + 10 {
        let new = NewDigest {
            public_id: &public_id,
            newsletter_id: digest.newsletter_id,
            schedule_id: digest.schedule_id,
            slot_at,
            state: DigestState::Waiting,
            leaves_at: None,
            note: None,
            subject: &subject,
            content: &text,
        };
        made = transition::open(&mut tx, &new, why).await?;
        if made.is_some() {
            break;
        }
    }
    let made = made.ok_or_else(|| anyhow::anyhow!("no free slot in these 10 ms; try again"))?;
    edit::sql::hand_on(&mut tx, digest.id, made).await?;
    tx.commit().await?;
    Ok(sql::by_id(&app.db, made).await?.ok_or(Refusal::Gone)?)
}

/// Whether a digest may be duplicated: nobody has got it, and nobody will.
///
/// # Errors
/// [`Refusal::WentOut`].
pub async fn allowed(app: &App, digest: &Digest) -> Result<(), DigestError> {
    let over = match digest.state {
        DigestState::Skipped => return Ok(()),
        DigestState::Cancelled => digest.finished_at.is_some(),
        _ => false,
    };
    // Whom nothing was sent to was skipped or refused; all other states say that something was, or may have been.
    if over && {
        let counts = progress::counts(app, digest.id).await?;
        counts.recipients == counts.skipped + counts.refused
    } {
        return Ok(());
    }
    Err(Refusal::WentOut { id: digest.public_id.clone() }.into())
}

/// Whether the rhythm of a digest is still there; without it nothing can be duplicated.
pub async fn offered(app: &App, digest: &Digest) -> Result<bool, DigestError> {
    // What went out, as most have, is told by its row.
    if allowed(app, digest).await.is_err() {
        return Ok(false);
    }
    let there = newsletters::sql::schedule(&app.db, digest.schedule_id).await?.is_some();
    Ok(there && !sql::posts_of(&app.db, digest.id).await?.is_empty())
}
