//! What the page behind the link of the letter does that asks: staying, by a button; from there one leaves as by any mail.
//!
//! In: a token of its own purpose, which never expires. Out: where it leads ([`Standing`]); opening it changes nothing. A press on "stay"
//! is a contact and a step of consent; pressed twice it is one. A token of another version was mailed to a former address.

use super::super::consent::{self, ConsentKind, NewConsent};
use super::super::{Status, Subscriber, contact, sql};
use crate::app::App;
use crate::db::Tx;
use crate::events::{self, About, Actor, Code, Event};
use crate::keys::{Claim, Purpose};

/// Where a link leads.
#[derive(Clone, Debug)]
pub enum Standing {
    /// The buttons may be pressed.
    Open(Subscriber),
    /// They stay: pressed before, or in contact since.
    Stays(Subscriber),
    /// They have left, complained, or their address bounced.
    Ended(Subscriber),
    /// Their address is another one now.
    Void,
    /// Not ours, or of somebody of whom nothing is stored any more.
    Nobody,
}

/// Looks where a link leads; changes nothing.
///
/// # Errors
/// The database's.
pub async fn look(app: &App, token: &str) -> sqlx::Result<Standing> {
    let Some(claim) = app.keys.verify(Purpose::Stay, token) else { return Ok(Standing::Nobody) };
    let Some(person) = sql::by_id(&app.db, claim.subject).await? else { return Ok(Standing::Nobody) };
    let is_open = super::sql::of_person(&app.db, person.id).await?.is_some();
    Ok(judge(claim, person, is_open))
}

fn judge(claim: Claim, person: Subscriber, is_open: bool) -> Standing {
    match person.status {
        _ if claim.version != person.token_version => Standing::Void,
        Status::Confirmed | Status::Paused if is_open => Standing::Open(person),
        Status::Confirmed | Status::Paused => Standing::Stays(person),
        Status::Pending | Status::Unsubscribed | Status::Bounced | Status::Complained => Standing::Ended(person),
    }
}

/// Presses "I stay". `text` is what the page beside it said.
///
/// # Errors
/// The database's.
pub async fn stay(app: &App, token: &str, ip: Option<&str>, text: &str) -> sqlx::Result<Standing> {
    let person = match look(app, token).await? {
        Standing::Open(person) => person,
        other => return Ok(other),
    };
    let mut tx = app.db.begin().await?;
    let Some(person) = sql::by_id_in(&mut tx, person.id).await? else { return Ok(Standing::Nobody) };
    if !matches!(person.status, Status::Confirmed | Status::Paused) {
        return Ok(Standing::Ended(person));
    }
    let step = NewConsent {
        text,
        text_version: &consent::version(consent::fingerprint(text)),
        ip,
        ..NewConsent::bare(&person, ConsentKind::Stayed)
    };
    if note(app, &mut tx, &person, Some(step), Actor::Visitor).await? {
        tx.commit().await?;
        tracing::info!(newsletter.id = person.newsletter_id, subscriber.id = person.id, "wishes to stay");
    }
    Ok(Standing::Stays(person))
}

/// An editor was told, by a letter or in person, that somebody wishes to stay. `false` when they get no digests.
///
/// # Errors
/// The database's.
pub async fn told(app: &App, person: &Subscriber, by: Actor) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let Some(person) = sql::by_id_in(&mut tx, person.id).await? else { return Ok(false) };
    if !matches!(person.status, Status::Confirmed | Status::Paused) {
        return Ok(false);
    }
    note(app, &mut tx, &person, None, by).await?;
    tx.commit().await?;
    Ok(true)
}

/// Notes the contact. Of somebody who pressed a button that another process took a moment ago, nothing: `false`.
async fn note(
    app: &App,
    tx: &mut Tx,
    person: &Subscriber,
    step: Option<NewConsent<'_>>,
    by: Actor,
) -> sqlx::Result<bool> {
    let now = app.clock.now();
    let ends = contact::touch(tx, person.id, now).await?;
    if step.is_some() && !ends {
        return Ok(false);
    }
    if let Some(step) = step {
        consent::record(tx, now, &[step]).await?;
    }
    let event = Event::new(person.newsletter_id, Code::SubscriberStayed, About::Subscriber(person.id), by);
    events::note(tx, now, &event).await?;
    Ok(true)
}

/// The token by which this person leaves, as by the link of any mail.
pub fn leave_token(app: &App, person: &Subscriber) -> String {
    app.keys.sign(Purpose::Leave, Claim { subject: person.id, version: person.token_version, issued_at: 0 })
}
