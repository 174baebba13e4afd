//! The first digest of a newsletter to many readers waits until the doctor has found no fault, or an editor says that it may go.
//! Large receivers judge a new sender by its first mailing, and what they think then lasts.
//!
//! In: a rhythm, the last look ([`doctor::store`](crate::doctor::store)). Out: whether it waits ([`stands_against`]); a digest that
//! was to be released waits with [`Reason::NotGreen`], and the editor is told ([`holds_back`]); one whose look is good now goes by
//! itself ([`due`]). A newsletter that has sent already never waits, nor one in test mode.

use crate::app::App;
use crate::doctor::store;
use crate::ledger::DigestState;
use crate::newsletters;
use crate::reason::Reason;

use super::notice::{self, Event, Notice};
use super::transition::{self, Why};
use super::{Digest, DigestError, MEANING, Refusal, content, sql};

/// Whether a digest of this rhythm waits.
///
/// # Errors
/// The database's.
pub async fn stands_against(app: &App, newsletter_id: i64, schedule_id: i64) -> sqlx::Result<bool> {
    let above = app.config.doctor.first_digest_above;
    if above == 0 || sql::has_sent(&app.db, newsletter_id).await? {
        return Ok(false);
    }
    if !sql::exceeds(&app.db, schedule_id, above).await? || store::of(app, newsletter_id).await?.is_green() {
        return Ok(false);
    }
    let newsletter = newsletters::sql::by_id(&app.db, newsletter_id).await?;
    Ok(newsletter.is_some_and(|newsletter| !newsletter.is_test()))
}

/// The same for whoever asks to send.
///
/// # Errors
/// [`Refusal::NotGreen`].
pub async fn must_be_green(app: &App, newsletter_id: i64, schedule_id: i64) -> Result<(), DigestError> {
    if stands_against(app, newsletter_id, schedule_id).await? {
        return Err(Refusal::NotGreen.into());
    }
    Ok(())
}

/// Whether a digest that was to be released now is held back: then it waits, and its editor is told.
pub(super) async fn holds_back(app: &App, digest: &Digest) -> Result<bool, DigestError> {
    if !stands_against(app, digest.newsletter_id, digest.schedule_id).await? {
        return Ok(false);
    }
    let newsletter = newsletters::sql::by_id(&app.db, digest.newsletter_id).await?;
    let schedule = newsletters::sql::schedule(&app.db, digest.schedule_id).await?;
    let (Some(newsletter), Some(schedule)) = (newsletter, schedule) else {
        return Err(Refusal::NewsletterGone.into());
    };
    let recipients = sql::count_audience(&app.db, digest.schedule_id).await?;
    let (now, said) = (app.clock.now(), content::stored(digest).unwrap_or_default());
    let mut tx = app.db.begin().await?;
    let why = Why { reason: Some(&Reason::NotGreen), act: MEANING.act(now) };
    if transition::turn(&mut tx, digest.id, DigestState::Releasing, DigestState::Waiting, why).await? {
        let told = Notice {
            event: Event::Unready,
            newsletter: &newsletter,
            schedule: &schedule,
            public_id: &digest.public_id,
            slot_at: digest.slot_at,
            content: &said,
            recipients,
            reason: Some(&Reason::NotGreen),
        };
        notice::ask(app, &mut tx, now, &told).await?;
        tx.commit().await?;
        tracing::warn!(digest.id = digest.id, recipients, "a first digest waits for the doctor (`facteur doctor`)");
    }
    Ok(true)
}

/// Digests that waited for the doctor and may go now, brought on their way.
///
/// # Errors
/// The database's.
pub(super) async fn due(app: &App) -> sqlx::Result<Vec<i64>> {
    let mut gone = Vec::new();
    for digest in sql::waiting_because(&app.db, &Reason::NotGreen).await? {
        if stands_against(app, digest.newsletter_id, digest.schedule_id).await? {
            continue;
        }
        let mut tx = app.db.begin().await?;
        let why = Why { reason: None, act: MEANING.act(app.clock.now()) };
        if transition::turn(&mut tx, digest.id, DigestState::Waiting, DigestState::Releasing, why).await? {
            tx.commit().await?;
            gone.push(digest.id);
        }
    }
    Ok(gone)
}
