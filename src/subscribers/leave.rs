//! Unsubscribing, at once and with one press, and undoing it.
//!
//! In: the token of a mail's leave link, which never expires, or an owner's wish. Out: `unsubscribed`, from the next
//! message on, even inside a running send. [`undo`] restores what was before, for [`UNDO_DAYS`].

use super::consent::{self, ConsentKind, NewConsent};
use super::{Status, Subscriber, bulk, departures, sql, status};
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::db::Tx;
use crate::events::Actor;
use crate::keys::Purpose;

/// Days during which a leave can be undone through its link.
pub const UNDO_DAYS: Millis = 30;

/// Who ended a subscription; stored in the consent record with the state before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The person, by a link.
    Link,
    /// The person, by the mail that their mail program sends to unsubscribe.
    Mail,
    /// An owner, on the command line.
    Owner,
    /// An editor, in the console: `person.id`.
    Editor(i64),
}

impl By {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Mail => "mail",
            Self::Owner | Self::Editor(_) => "owner",
        }
    }

    const fn actor(self) -> Actor {
        match self {
            Self::Link | Self::Mail => Actor::Visitor,
            Self::Owner => Actor::Command,
            Self::Editor(id) => Actor::Person(id),
        }
    }
}

/// The subscriber behind a leave link; `None` for a link that is not ours, or whose subscriber is gone.
pub async fn look(app: &App, token: &str) -> sqlx::Result<Option<Subscriber>> {
    match app.keys.verify(Purpose::Leave, token) {
        Some(claim) => sql::by_id(&app.db, claim.subject).await,
        None => Ok(None),
    }
}

/// Unsubscribes. A second press changes nothing. Returns the subscriber as they are now.
pub async fn leave(app: &App, token: &str, ip: Option<&str>) -> sqlx::Result<Option<Subscriber>> {
    let Some(claim) = app.keys.verify(Purpose::Leave, token) else {
        return Ok(None);
    };
    let mut tx = app.db.begin().await?;
    let Some(before) = sql::by_id_in(&mut tx, claim.subject).await? else {
        return Ok(None);
    };
    let now = app.clock.now();
    // The digest whose link it is stands where other tokens have their time.
    if !end_with(&mut tx, now, &before, By::Link, ip, claim.issued_at).await? {
        if is_editors(app, &before, now).await? {
            status::leave_themselves(&mut tx, before.id, now).await?;
            tx.commit().await?;
        }
        return Ok(Some(before));
    }
    tx.commit().await?;
    tracing::info!(newsletter.id = before.newsletter_id, subscriber.id = before.id, "left");
    Ok(Some(Subscriber { status: Status::Unsubscribed, ended_at: Some(now), ..before }))
}

/// Whether an editor's act ended it that could still be taken back ([`bulk::UNDO`]): not for somebody who wants to be out themselves.
async fn is_editors(app: &App, before: &Subscriber, now: Millis) -> sqlx::Result<bool> {
    let recent = before.ended_at.is_some_and(|at| at < now && at + 2 * bulk::UNDO > now);
    if before.status != Status::Unsubscribed || !recent {
        return Ok(false);
    }
    let last = consent::of(&app.db, before.id).await?.into_iter().rfind(|step| step.kind == ConsentKind::Left);
    Ok(last.and_then(|step| step.proof).is_some_and(|proof| proof.starts_with(By::Owner.as_str())))
}

/// Ends a subscription inside `tx`; `false` when it had ended already.
pub async fn end(tx: &mut Tx, now: Millis, before: &Subscriber, by: By, ip: Option<&str>) -> sqlx::Result<bool> {
    end_with(tx, now, before, by, ip, 0).await
}

/// The same with the digest whose mail led to it, 0 for none: whoever leaves themselves is counted for it.
pub async fn end_with(
    tx: &mut Tx,
    now: Millis,
    before: &Subscriber,
    by: By,
    ip: Option<&str>,
    digest_id: i64,
) -> sqlx::Result<bool> {
    if !status::leave(tx, before, now, by.actor()).await? {
        return Ok(false);
    }
    if matches!(by, By::Link | By::Mail) {
        departures::count(tx, before, digest_id).await?;
    }
    let proof = format!("{} {}", by.as_str(), before.status);
    let step = NewConsent { ip, proof: Some(&proof), ..NewConsent::bare(before, ConsentKind::Left) };
    consent::record(tx, now, &[step]).await?;
    Ok(true)
}

/// The state that [`undo`] would restore now: none unless the person left by a link or a mail within [`UNDO_DAYS`].
pub async fn before_leaving(app: &App, subscriber: &Subscriber) -> sqlx::Result<Option<Status>> {
    let recent = subscriber.ended_at.is_some_and(|at| at + UNDO_DAYS * DAY > app.clock.now());
    if subscriber.status != Status::Unsubscribed || !recent {
        return Ok(None);
    }
    // Somebody may have typed the address into a form meanwhile; the undo stays possible.
    let last = consent::of(&app.db, subscriber.id).await?.into_iter().rfind(|step| step.kind != ConsentKind::Asked);
    let proof = last.filter(|step| step.kind == ConsentKind::Left).and_then(|step| step.proof);
    let before = |proof: String| proof.strip_prefix("link ").or_else(|| proof.strip_prefix("mail "))?.parse().ok();
    Ok(proof.and_then(before))
}

/// Undoes a leave. Returns the subscriber as they are now, `None` when there was nothing to undo.
pub async fn undo(app: &App, token: &str, ip: Option<&str>) -> sqlx::Result<Option<Subscriber>> {
    let Some(left) = look(app, token).await? else {
        return Ok(None);
    };
    let Some(to) = before_leaving(app, &left).await? else {
        return Ok(None);
    };
    let mut tx = app.db.begin().await?;
    if !undo_in(&mut tx, &left, to, ip, app.clock.now()).await? {
        return Ok(None);
    }
    tx.commit().await?;
    tracing::info!(newsletter.id = left.newsletter_id, subscriber.id = left.id, "took their leave back");
    Ok(Some(Subscriber { status: to, ended_at: None, ..left }))
}

/// The same inside `tx`, back to the state that [`before_leaving`] gave; `false` when there was nothing to undo.
///
/// # Errors
/// The database's.
pub async fn undo_in(tx: &mut Tx, left: &Subscriber, to: Status, ip: Option<&str>, now: Millis) -> sqlx::Result<bool> {
    if !status::undo(tx, left, to, now).await? {
        return Ok(false);
    }
    let step = NewConsent { ip, ..NewConsent::bare(left, ConsentKind::Undone) };
    consent::record(tx, now, &[step]).await?;
    departures::undone(tx, left).await?;
    Ok(true)
}
