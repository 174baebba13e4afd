//! Test mode: a newsletter that is tried out before anybody reads it.
//!
//! In: an editor's word ([`set`]), and in test mode a digest that would be released ([`try_out`]). Out: one marked copy to the
//! editor, and a record of the slot that says so (`skipped`, [`Reason::TestMode`]). The digest keeps its posts until the newsletter
//! goes live, so that each post is tried once; then they wait for the readers. Sign-ups of strangers are stored, and their letters
//! wait ([`crate::subscribers::held`]). A newsletter goes into test mode only while nothing of it is on its way.

use serde_json::json;

use crate::app::App;
use crate::events::{self, About, Actor, Code, Event};
use crate::i18n;
use crate::ledger::DigestState;
use crate::ledger::letters::{self, NewLetter};
use crate::letter::LetterKind;
use crate::mails::DigestContent;
use crate::newsletters::{self, Mode, Newsletter};
use crate::reason::Reason;
use crate::subscribers::held;

use super::transition::{self, Why};
use super::{Digest, DigestError, MEANING, Refusal, sql};

/// Sets to whom the newsletter's mails go; pressing twice changes nothing more.
///
/// # Errors
/// [`Refusal::OnItsWay`] when a digest is being sent to readers; [`Refusal::NewsletterGone`], [`Refusal::Deleted`].
pub async fn set(app: &App, newsletter: &Newsletter, mode: Mode, by: Actor) -> Result<Newsletter, DigestError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let held = newsletters::sql::hold(&mut tx, newsletter.id).await?.ok_or(Refusal::NewsletterGone)?;
    if held.deleted_at.is_some() {
        return Err(Refusal::Deleted { slug: held.slug }.into());
    }
    if held.mode == mode {
        return Ok(held);
    }
    if let (Mode::Test, Some(id)) = (mode, sql::on_its_way(&mut tx, held.id).await?) {
        return Err(Refusal::OnItsWay { id }.into());
    }
    newsletters::sql::set_mode(&mut tx, held.id, mode).await?;
    let code = match mode {
        Mode::Live => {
            sql::give_tried_posts_back(&mut tx, held.id).await?;
            held::let_go(&mut tx, held.id, now).await?;
            Code::NewsletterLive
        }
        Mode::Test => {
            held::hold_all(&mut tx, held.id).await?;
            Code::NewsletterTest
        }
    };
    events::note(&mut tx, now, &Event::new(held.id, code, About::Newsletter, by)).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(Newsletter { mode, ..held })
}

/// Sends a digest that is to be released to the editor instead, and closes its slot. Nothing is done when the newsletter has gone
/// live meanwhile, or when another process was first: whoever releases looks again.
pub(super) async fn try_out(
    app: &App,
    newsletter: &Newsletter,
    digest: &Digest,
    said: &DigestContent,
) -> Result<(), DigestError> {
    let readers = sql::count_readers(&app.db, digest.schedule_id).await?;
    let mut tx = app.db.begin().await?;
    let held = newsletters::sql::hold(&mut tx, newsletter.id).await?;
    let Some(newsletter) = held.filter(Newsletter::is_test) else { return Ok(()) };
    let now = app.clock.now();
    let why = Why { reason: Some(&Reason::TestMode), act: MEANING.act(now) };
    if transition::turn(&mut tx, digest.id, DigestState::Releasing, DigestState::Skipped, why).await? {
        let parameters = json!({ "content": said, "readers": readers });
        let letter = NewLetter {
            newsletter_id: newsletter.id,
            subscriber_id: None,
            address: Some(newsletter.editor()),
            kind: LetterKind::Test,
            language: i18n::locale(&newsletter.language).tag(),
            parameters: &parameters,
        };
        letters::ask(&mut tx, now, &letter).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Refuses what would send to readers while the newsletter of a digest is in test mode or deleted.
pub(super) async fn must_be_live(app: &App, digest: &Digest) -> Result<(), DigestError> {
    let newsletter = newsletters::sql::by_id(&app.db, digest.newsletter_id).await?.ok_or(Refusal::NewsletterGone)?;
    let slug = newsletter.slug;
    if newsletter.deleted_at.is_some() {
        return Err(Refusal::Deleted { slug }.into());
    }
    if newsletter.mode == Mode::Test {
        return Err(Refusal::TestMode { slug }.into());
    }
    Ok(())
}
