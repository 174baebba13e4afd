//! The link in the confirmation letter: pending → confirmed, by a button, once.
//!
//! In: a token. Out: where the person stands. Looking changes nothing; only [`confirm`] does. A link that is pressed
//! twice says "already confirmed", one that is too old offers a new letter.

use super::consent::{self, ConsentKind, NewConsent};
use super::tokens::{Claim, Purpose};
use super::{Status, Subscriber, sql};
use crate::app::App;
use crate::clock::DAY;

/// Where somebody with a confirmation link stands.
#[derive(Clone, Debug)]
pub enum Standing {
    /// The button may be pressed.
    Open(Subscriber),
    /// They are in.
    Confirmed(Subscriber),
    /// The link is too old; a new letter may be asked for.
    Expired(Subscriber),
    /// They left, or their address bounced or complained; the form is the way back.
    Ended(Subscriber),
    /// No link of ours, or nobody is behind it any more.
    Unknown,
}

/// Where the person behind the link stands.
pub async fn look(app: &App, token: &str) -> sqlx::Result<Standing> {
    let Some(claim) = app.keys.verify(Purpose::Confirm, token) else {
        return Ok(Standing::Unknown);
    };
    let subscriber = sql::by_id(&app.db, claim.subject).await?;
    Ok(subscriber.map_or(Standing::Unknown, |subscriber| judge(app, claim, subscriber)))
}

fn judge(app: &App, claim: Claim, subscriber: Subscriber) -> Standing {
    let expired = claim.issued_at + i64::from(app.config.signup.confirm_days) * DAY < app.clock.now();
    match subscriber.status {
        Status::Confirmed | Status::Paused => Standing::Confirmed(subscriber),
        Status::Unsubscribed | Status::Bounced | Status::Complained => Standing::Ended(subscriber),
        Status::Pending if expired || claim.version != subscriber.token_version => Standing::Expired(subscriber),
        Status::Pending => Standing::Open(subscriber),
    }
}

/// What the button did.
#[derive(Clone, Debug)]
pub enum Pressed {
    /// The person is in from now on.
    Now(Subscriber),
    /// Nothing changed.
    Not(Standing),
}

/// Presses the button. `text` is what the page beside it said.
pub async fn confirm(app: &App, token: &str, ip: Option<&str>, text: &str) -> sqlx::Result<Pressed> {
    let subscriber = match look(app, token).await? {
        Standing::Open(subscriber) => subscriber,
        other => return Ok(Pressed::Not(other)),
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if sql::confirm(&mut tx, subscriber.id, now).await? == 0 {
        drop(tx);
        return look(app, token).await.map(Pressed::Not);
    }
    let step = NewConsent {
        subscriber_id: subscriber.id,
        kind: ConsentKind::Confirmed,
        text,
        text_version: &consent::version(consent::fingerprint(text)),
        language: &subscriber.language,
        page: None,
        ip,
        proof: None,
    };
    consent::record(&mut tx, now, &[step]).await?;
    tx.commit().await?;
    tracing::info!(newsletter.id = subscriber.newsletter_id, subscriber.id = subscriber.id, "confirmed");
    Ok(Pressed::Now(Subscriber { status: Status::Confirmed, confirmed_at: Some(now), ..subscriber }))
}
