//! Another address for somebody, because an editor was told of it or they want it: the new one must confirm, the old one stays until then.
//!
//! In: an address. Out: a row of `address_change` and a letter to the new address; behind its link a button. Pressed, the person's row
//! has the new address: what they got, how they consented and their links stay theirs. A newer wish, or another `token_version`, makes
//! an older link void. What somebody wishes by their own settings is [`super::own_address`]'s: then the present address is told, too. An
//! editor's word may mean that the present mailbox is gone, and a letter there would end the subscription.

use super::address::Email;
use super::asked::PER_DAY;
use super::consent::{self, ConsentKind, NewConsent};
use super::{Status, Subscriber, contact, sql, suppression};
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::events::{self, About, Actor, Code, Event};
use crate::keys::{Claim, Purpose};
use crate::ledger::letters::{self, NewLetter};
use crate::letter::LetterKind;
use crate::newsletters;

/// What became of the wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The letter is on its way.
    Sent,
    /// It is their address already.
    Same,
    /// Somebody else of this newsletter has it: this person's id.
    Taken(i64),
    /// The address is kept out, for this reason.
    KeptOut(String),
    /// They have left, bounced or complained: they ask with the form.
    Ended(Status),
    /// The newsletter tries things out, and the address is nobody's of its team.
    Testing,
    /// Three letters of this kind were sent for them within a day.
    Capped,
}

impl Asked {
    /// Why no letter leaves, as a code: its words are `new-address-CODE`. `None`: the letter is on its way.
    pub fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::Sent => None,
            Self::Same => Some("same"),
            Self::Taken(_) => Some("taken"),
            Self::KeptOut(_) => Some("kept-out"),
            Self::Ended(_) => Some("ended"),
            Self::Testing => Some("testing"),
            Self::Capped => Some("capped"),
        }
    }
}

/// A wish that waits for its button.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// As given.
    pub email: String,
    /// Its key.
    pub email_key: String,
    /// When the letter was asked for.
    pub asked_at: Millis,
}
from_row!(Waiting { email, email_key, asked_at });

/// The proof of somebody whose address was changed.
pub const NEW_ADDRESS: &str = "new address";

/// What waits for this person.
///
/// # Errors
/// The database's.
pub async fn waiting(db: &Db, subscriber_id: i64) -> sqlx::Result<Option<Waiting>> {
    query_as("SELECT email, email_key, asked_at FROM address_change WHERE subscriber_id = $1")
        .bind(subscriber_id)
        .fetch_optional(db.on())
        .await
}

/// Asks the new address to confirm.
///
/// # Errors
/// The database's.
pub async fn ask(app: &App, person: &Subscriber, new: &Email, by: Actor) -> sqlx::Result<Asked> {
    if matches!(person.status, Status::Unsubscribed | Status::Bounced | Status::Complained) {
        return Ok(Asked::Ended(person.status));
    }
    if new.as_str() == person.email {
        return Ok(Asked::Same);
    }
    let now = app.clock.now();
    let hash = app.keys.address_hash(new.key());
    if let Some(reason) = suppression::reason(&app.db, person.newsletter_id, &hash).await? {
        return Ok(Asked::KeptOut(reason));
    }
    let mut tx = app.db.begin().await?;
    let known = sql::by_key_in(&mut tx, person.newsletter_id, new.key()).await?;
    if let Some(other) = known.filter(|other| other.id != person.id) {
        return Ok(Asked::Taken(other.id));
    }
    let in_test = newsletters::sql::in_test(&mut tx).await?;
    let tried = in_test.iter().find(|tried| tried.newsletter.id == person.newsletter_id);
    if tried.is_some_and(|tried| !tried.lets_through(new.key())) {
        return Ok(Asked::Testing);
    }
    if letters_since(&mut tx, person.id, now - DAY).await? >= PER_DAY {
        return Ok(Asked::Capped);
    }
    store(&mut tx, person.id, new, now).await?;
    letter(app, &mut tx, person, new, now).await?;
    note(&mut tx, person, Code::SubscriberAddressAsked, by, now).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(Asked::Sent)
}

/// The letter to the new address.
pub(super) async fn letter(app: &App, tx: &mut Tx, person: &Subscriber, new: &Email, now: Millis) -> sqlx::Result<()> {
    let letter = NewLetter {
        newsletter_id: person.newsletter_id,
        subscriber_id: Some(person.id),
        address: Some(new.as_str()),
        kind: LetterKind::Change,
        language: &person.language,
        parameters: &serde_json::json!({ "days": app.config.signup.confirm_days }),
    };
    letters::ask(tx, now, &letter).await.map(drop)
}

pub(super) async fn note(tx: &mut Tx, person: &Subscriber, code: Code, by: Actor, now: Millis) -> sqlx::Result<()> {
    events::note(tx, now, &Event::new(person.newsletter_id, code, About::Subscriber(person.id), by)).await
}

/// Where a link of such a letter leads.
#[derive(Clone, Debug)]
pub enum Standing {
    /// The button may be pressed: the person, and the address that waits.
    Open(Subscriber, Waiting),
    /// It is their address.
    Done(Subscriber),
    /// Not a link of ours, too old, overtaken by a newer one, or its person is gone.
    Unknown,
}

/// Looks where a link leads; changes nothing.
///
/// # Errors
/// The database's.
pub async fn look(app: &App, token: &str) -> sqlx::Result<Standing> {
    let Some(claim) = app.keys.verify(Purpose::Address, token) else { return Ok(Standing::Unknown) };
    let Some(person) = sql::by_id(&app.db, claim.subject).await? else { return Ok(Standing::Unknown) };
    let waiting = waiting(&app.db, person.id).await?;
    let moved = waiting.is_none() && moved_since(&app.db, person.id, claim.issued_at).await?;
    Ok(judge(app, claim, person, waiting, moved))
}

/// Whether somebody has confirmed another address since.
async fn moved_since(db: &Db, subscriber_id: i64, since: Millis) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM consent WHERE subscriber_id = $1 AND kind = 'moved' AND at >= $2)")
        .bind(subscriber_id)
        .bind(since)
        .fetch_one(db.on())
        .await
}

fn judge(app: &App, claim: Claim, person: Subscriber, waiting: Option<Waiting>, moved: bool) -> Standing {
    let fresh = claim.issued_at + i64::from(app.config.signup.confirm_days) * DAY >= app.clock.now();
    let in_hand = matches!(person.status, Status::Pending | Status::Confirmed | Status::Paused);
    match waiting {
        Some(waiting) if waiting.asked_at == claim.issued_at => {
            let open = fresh && in_hand && claim.version == person.token_version;
            if open { Standing::Open(person, waiting) } else { Standing::Unknown }
        }
        // Pressed before, and nothing asked for since.
        None if fresh && in_hand && moved => Standing::Done(person),
        _ => Standing::Unknown,
    }
}

/// Presses the button. `text` is what the page beside it said.
///
/// # Errors
/// The database's. Another person who took the address meanwhile makes the link lead nowhere.
pub async fn press(app: &App, token: &str, ip: Option<&str>, text: &str) -> sqlx::Result<Standing> {
    let (person, waiting) = match look(app, token).await? {
        Standing::Open(person, waiting) => (person, waiting),
        other => return Ok(other),
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let other = sql::by_key_in(&mut tx, person.newsletter_id, &waiting.email_key).await?;
    let is_taken = other.is_some_and(|other| other.id != person.id);
    if is_taken || !take(&mut tx, person.id, waiting.asked_at).await? {
        return Ok(Standing::Unknown);
    }
    rename(&mut tx, person.id, &waiting).await?;
    contact::touch(&mut tx, person.id, now).await?;
    // They were asked at the old address; what waits there would confirm this one.
    let step = NewConsent {
        text,
        text_version: &consent::version(consent::fingerprint(text)),
        ip,
        proof: Some(NEW_ADDRESS),
        ..NewConsent::bare(&person, ConsentKind::Moved)
    };
    consent::record(&mut tx, now, &[step]).await?;
    let about = About::Subscriber(person.id);
    let event = Event::new(person.newsletter_id, Code::SubscriberAddressChanged, about, Actor::Visitor);
    events::note(&mut tx, now, &event).await?;
    tx.commit().await?;
    tracing::info!(newsletter.id = person.newsletter_id, subscriber.id = person.id, "confirmed another address");
    Ok(Standing::Done(Subscriber { email: waiting.email, email_key: waiting.email_key, ..person }))
}

async fn letters_since(tx: &mut Tx, subscriber_id: i64, since: Millis) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM letter WHERE subscriber_id = $1 AND created_at > $2 AND kind = 'change'")
        .bind(subscriber_id)
        .bind(since)
        .fetch_one(tx.on())
        .await
}

/// The wish, in place of an older one.
pub(super) async fn store(tx: &mut Tx, subscriber_id: i64, new: &Email, now: Millis) -> sqlx::Result<()> {
    query(
        "INSERT INTO address_change (subscriber_id, email, email_key, asked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (subscriber_id) DO UPDATE SET email = excluded.email, email_key = excluded.email_key,
                                                   asked_at = excluded.asked_at",
    )
    .bind(subscriber_id)
    .bind(new.as_str())
    .bind(new.key())
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Removes a wish that is carried out; `false` when it is overtaken.
pub(super) async fn take(tx: &mut Tx, subscriber_id: i64, asked_at: Millis) -> sqlx::Result<bool> {
    let taken = query("DELETE FROM address_change WHERE subscriber_id = $1 AND asked_at = $2")
        .bind(subscriber_id)
        .bind(asked_at)
        .execute(tx.on())
        .await?;
    Ok(taken == 1)
}

/// From now on mail goes there. Links of mails to the old address that change anything but leave are void: they may be read by
/// somebody else.
async fn rename(tx: &mut Tx, subscriber_id: i64, to: &Waiting) -> sqlx::Result<()> {
    query("UPDATE subscriber SET email = $2, email_key = $3, token_version = token_version + 1 WHERE id = $1")
        .bind(subscriber_id)
        .bind(&to.email)
        .bind(&to.email_key)
        .execute(tx.on())
        .await?;
    Ok(())
}
