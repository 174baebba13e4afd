//! An editor's word against a warm-up: this digest leaves at once, or this domain warms up no more.
//!
//! In: a digest, or a domain. Out: the wish, recorded with who had it, and what waited on its way.

use super::{daily, sql};
use crate::app::App;
use crate::digests::steer::wrong_state;
use crate::digests::{Digest, DigestError, Refusal, Rule, sql as of_digests};
use crate::dkim;
use crate::events::{self, About, Actor, Code, Event};
use crate::ledger::DigestState::{Paused, Releasing, Sending, Waiting};
use crate::newsletters;

/// Lets a digest leave at once: what waits of it now, or all of it once it is released. Said twice, it is recorded once.
///
/// # Errors
/// [`Refusal::WrongState`] when it has ended.
pub async fn at_once(app: &App, digest: &Digest, by: Actor) -> Result<Digest, DigestError> {
    if !matches!(digest.state, Waiting | Releasing | Sending | Paused) {
        return Err(wrong_state(digest, Rule::AtOnce));
    }
    let newsletter = newsletters::sql::by_id(&app.db, digest.newsletter_id).await?.ok_or(Refusal::NewsletterGone)?;
    let before = digest.released_at.is_none();
    let mut tx = app.db.begin().await?;
    if sql::want_at_once(&mut tx, digest.id, &dkim::domain_of(&newsletter.from_address), before).await? {
        let event = Event::new(newsletter.id, Code::WarmupWaived, About::Digest(digest.id), by);
        events::note(&mut tx, app.clock.now(), &event).await?;
        tx.commit().await?;
        daily::go_on(app).await?;
    }
    let found = of_digests::by_id(&app.db, digest.id).await?;
    Ok(found.ok_or(Refusal::Gone)?)
}

/// Ends the warm-up of a domain, or has it need none: it is taken for one that has sent to all its readers. `None`: no newsletter is
/// sent from there. `false`: it is so already.
///
/// # Errors
/// The database's.
pub async fn end(app: &App, domain: &str, by: Actor) -> sqlx::Result<Option<bool>> {
    let domain = dkim::domain_of(&format!("@{domain}"));
    let (mut known, mut any) = (app.config.warmup.first_day, false);
    for newsletter in newsletters::sql::after_slug(&app.db, "", i64::MAX).await? {
        if dkim::domain_of(&newsletter.from_address) != domain {
            continue;
        }
        any = true;
        for schedule in newsletters::sql::schedules(&app.db, newsletter.id).await? {
            known = known.max(of_digests::count_readers(&app.db, schedule.id).await?);
        }
    }
    if !any {
        return Ok(None);
    }
    if let Some(found) = sql::domain(&app.db, &domain).await? {
        known = known.max(found.goal);
    }
    let mut tx = app.db.begin().await?;
    let ended = sql::end(&mut tx, &domain, known).await?;
    if ended {
        daily::tell(app, &mut tx, &domain, Code::WarmupEnded, by).await?;
        tx.commit().await?;
        daily::go_on(app).await?;
    }
    Ok(Some(ended))
}
