//! The link in the confirmation letter: pending → confirmed, by a button, once.
//!
//! In: a token. Out: the state of the person. Opening the link changes nothing; only [`confirm`] does. A link pressed twice says
//! "already confirmed", one that is too old offers a new letter. People who had left or complained, or whose address had bounced,
//! come back only through a link issued since; only then does what they typed this time count, and the suppression ends.

use super::asked::Wished;
use super::consent::{self, ConsentKind, NewConsent};
use super::wished;
use super::{Status, Subscriber, contact, sql, status, suppression, welcome};
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::db::Tx;
use crate::keys::{Claim, Purpose};
use crate::origin;

/// The state of somebody with a confirmation link.
#[derive(Clone, Debug)]
pub enum Standing {
    /// The button may be pressed.
    Open(Subscriber),
    /// They are subscribed.
    Confirmed(Subscriber),
    /// The link is too old; a new letter may be asked for.
    Expired(Subscriber),
    /// They left or complained, or their address bounced, after the link was issued. The form is the way back.
    Ended(Subscriber),
    /// Not a link of ours, or its subscriber is gone.
    Unknown,
}

/// The state of the person behind the link.
pub async fn look(app: &App, token: &str) -> sqlx::Result<Standing> {
    let Some(claim) = app.keys.verify(Purpose::Confirm, token) else {
        return Ok(Standing::Unknown);
    };
    let subscriber = sql::by_id(&app.db, claim.subject).await?;
    Ok(subscriber.map_or(Standing::Unknown, |subscriber| judge(app, claim, subscriber)))
}

fn judge(app: &App, claim: Claim, subscriber: Subscriber) -> Standing {
    let expired = claim.issued_at + i64::from(app.config.signup.confirm_days) * DAY < app.clock.now();
    let asked_since = subscriber.ended_at.is_some_and(|ended_at| claim.issued_at > ended_at);
    match subscriber.status {
        Status::Confirmed | Status::Paused => Standing::Confirmed(subscriber),
        Status::Unsubscribed | Status::Bounced | Status::Complained if !asked_since => Standing::Ended(subscriber),
        _ if expired || claim.version != subscriber.token_version => Standing::Expired(subscriber),
        Status::Pending | Status::Unsubscribed | Status::Bounced | Status::Complained => Standing::Open(subscriber),
    }
}

/// What they chose with the form, as far as the letter of this link knows.
///
/// # Errors
/// The database's.
pub async fn wished(app: &App, token: &str, person: &Subscriber) -> sqlx::Result<Wished> {
    match app.keys.verify(Purpose::Confirm, token) {
        Some(claim) => wished::behind(&app.db, person, claim.issued_at).await,
        None => Ok(Wished::default()),
    }
}

/// What the button did.
#[derive(Clone, Debug)]
pub enum Pressed {
    /// The person is subscribed from now on.
    Now(Subscriber),
    /// Nothing changed.
    Not(Standing),
}

/// Presses the button. `text` is what the page beside it said.
pub async fn confirm(app: &App, token: &str, ip: Option<&str>, text: &str) -> sqlx::Result<Pressed> {
    let Some(claim) = app.keys.verify(Purpose::Confirm, token) else {
        return Ok(Pressed::Not(Standing::Unknown));
    };
    let before = match look(app, token).await? {
        Standing::Open(subscriber) => subscriber,
        other => return Ok(Pressed::Not(other)),
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !status::confirm(&mut tx, &before, claim.issued_at, now).await? {
        drop(tx);
        return look(app, token).await.map(Pressed::Not);
    }
    if before.status != Status::Pending {
        renew(&mut tx, before.id, claim.issued_at).await?;
    }
    wished::take(app, &mut tx, &before, claim.issued_at).await?;
    // Opening a letter there proves that the mailbox exists, and pressing its button that they want mail again.
    suppression::lift_by_themselves(&mut tx, before.newsletter_id, &app.keys.address_hash(&before.email_key)).await?;
    let Some(subscriber) = sql::by_id_in(&mut tx, before.id).await? else {
        return Err(sqlx::Error::RowNotFound);
    };
    let step = NewConsent {
        text,
        text_version: &consent::version(consent::fingerprint(text)),
        ip,
        ..NewConsent::bare(&subscriber, ConsentKind::Confirmed)
    };
    consent::record(&mut tx, now, &[step]).await?;
    contact::touch(&mut tx, subscriber.id, now).await?;
    welcome::greet(app, &mut tx, &subscriber, before.confirmed_at, now).await?;
    tx.commit().await?;
    app.wake.now();
    tracing::info!(newsletter.id = subscriber.newsletter_id, subscriber.id = subscriber.id, "confirmed");
    Ok(Pressed::Now(subscriber))
}

/// What a returning subscriber typed: it was kept in their letter.
async fn renew(tx: &mut Tx, id: i64, issued_at: Millis) -> sqlx::Result<()> {
    let Some((language, parameters)) = sql::letter_behind(tx, id, issued_at).await? else { return Ok(()) };
    let said: serde_json::Value = serde_json::from_str(&parameters).unwrap_or_default();
    let origin = said["page"].as_str().and_then(origin::of_page);
    sql::renew_confirmed(tx, id, &language, said["name"].as_str(), origin.as_deref()).await
}
