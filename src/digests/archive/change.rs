//! Who may read on the web what was sent: an editor's word on a newsletter's archive and on a single page.
//!
//! In: a newsletter or a digest, and what is wanted. Out: rows; what this process has kept of public pages is not shown any more from
//! the commit on. An archive that is opened has all pages, those of digests that were sent before it too.

use crate::app::App;
use crate::digests::{Digest, DigestError, Refusal, Rule};
use crate::newsletters::{self, Newsletter, Visibility};

use super::{Choice, keep, sql};

/// Opens or closes a newsletter's archive.
///
/// # Errors
/// [`Refusal::NewsletterGone`], [`Refusal::Deleted`].
pub async fn open(app: &App, newsletter: &Newsletter, archive: Visibility) -> Result<Newsletter, DigestError> {
    if archive != Visibility::Off {
        keep::fill(app, newsletter).await?;
    }
    let mut tx = app.db.begin().await?;
    let held = newsletters::sql::hold(&mut tx, newsletter.id).await?.ok_or(Refusal::NewsletterGone)?;
    if held.deleted_at.is_some() {
        return Err(Refusal::Deleted { slug: held.slug }.into());
    }
    newsletters::sql::set_archive(&mut tx, held.id, archive).await?;
    tx.commit().await?;
    app.pages_changed.now();
    Ok(Newsletter { archive, ..held })
}

/// Says who may see the page of one digest, which may wait yet; `None`: whoever the newsletter says.
///
/// # Errors
/// The database's.
pub async fn show(app: &App, digest: &Digest, visibility: Option<Visibility>) -> Result<(), DigestError> {
    change(app, digest, move |choice| Choice { visibility, ..choice }).await
}

/// Takes the page of a digest out of the archive for good: whoever asks for it is told that it is gone. Its mails and its place in the
/// ledger stay.
///
/// # Errors
/// [`Refusal::WrongState`] for one that was not sent.
pub async fn withdraw(app: &App, digest: &Digest) -> Result<(), DigestError> {
    if digest.released_at.is_none() {
        let (id, state) = (digest.public_id.clone(), digest.state);
        return Err(Refusal::WrongState { id, state, rule: Rule::Withdraw }.into());
    }
    let now = app.clock.now();
    change(app, digest, move |choice| Choice { withdrawn_at: Some(choice.withdrawn_at.unwrap_or(now)), ..choice }).await
}

/// Puts a page back that was withdrawn.
///
/// # Errors
/// The database's.
pub async fn put_back(app: &App, digest: &Digest) -> Result<(), DigestError> {
    change(app, digest, |choice| Choice { withdrawn_at: None, ..choice }).await
}

async fn change(app: &App, digest: &Digest, wish: impl FnOnce(Choice) -> Choice + Send) -> Result<(), DigestError> {
    let mut tx = app.db.begin().await?;
    crate::digests::sql::hold_digest(&mut tx, digest.id).await?.ok_or(Refusal::Gone)?;
    let choice = wish(sql::choice_in(&mut tx, digest.id).await?);
    sql::choose(&mut tx, digest.id, choice).await?;
    tx.commit().await?;
    app.pages_changed.now();
    Ok(())
}
