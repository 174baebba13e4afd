//! Another address because the person wants it, by their own settings.
//!
//! In: an address, inside the transaction of who saves settings. Out: what [`super::new_address`] does for an editor, and a notice to the
//! present address, which can keep itself ([`keep`]). A wish looks the same whatever the new address is, free, subscribed, or kept out:
//! it is stored, the present address is told, and only what the new mailbox gets differs. So nobody learns by it who is subscribed.

use super::address::{Email, domain_of};
use super::again;
use super::asked::PER_DAY;
use super::new_address;
use super::{Status, Subscriber, contact, sql, suppression};
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::db::{Tx, query, query_scalar};
use crate::events::{Actor, Code};
use crate::keys::Purpose;
use crate::ledger::letters::{self, CausedLetter, NewLetter};
use crate::letter::LetterKind;
use crate::newsletters;

/// Why no letter leaves to the new address; stored in `letter.words`.
const SUPPRESSED: &str = "held back: suppressed";
const TAKEN: &str = "held back: subscribed already";
const TESTING: &str = "held back: the newsletter is being tried out";

/// What became of somebody's own wish. Whether the new address is known, kept out or free is not among it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wished {
    /// It waits for the new address, if that can be; the present one is told.
    Waits,
    /// It is their address already.
    Same,
    /// They have left, bounced or complained: they ask with the form.
    Ended,
    /// They wished for three within a day.
    Capped,
}

/// Takes somebody's own wish, in `tx`. Whoever the new address belongs to learns of it there: "you are already in".
///
/// # Errors
/// The database's.
pub async fn wish(app: &App, tx: &mut Tx, person: &Subscriber, new: &Email) -> sqlx::Result<Wished> {
    if matches!(person.status, Status::Unsubscribed | Status::Bounced | Status::Complained) {
        return Ok(Wished::Ended);
    }
    if new.as_str() == person.email {
        return Ok(Wished::Same);
    }
    let now = app.clock.now();
    if told_since(tx, person.id, now - DAY).await? >= PER_DAY {
        return Ok(Wished::Capped);
    }
    let hash = app.keys.address_hash(new.key());
    let is_kept_out = !suppression::kept_out(tx, person.newsletter_id, &[hash]).await?.is_empty();
    let other = sql::by_key_in(tx, person.newsletter_id, new.key()).await?.filter(|other| other.id != person.id);
    let in_test = newsletters::sql::in_test(tx).await?;
    let tried = in_test.iter().find(|tried| tried.newsletter.id == person.newsletter_id);
    let is_tried = tried.is_some_and(|tried| !tried.lets_through(new.key()));
    new_address::store(tx, person.id, new, now).await?;
    match other {
        _ if is_kept_out => held(tx, person, SUPPRESSED, now).await?,
        _ if is_tried => held(tx, person, TESTING, now).await?,
        Some(other) => already(app, tx, &other, now).await?,
        None => new_address::letter(app, tx, person, new, now).await?,
    }
    let notice = NewLetter {
        newsletter_id: person.newsletter_id,
        subscriber_id: Some(person.id),
        address: None,
        kind: LetterKind::Moving,
        language: &person.language,
        parameters: &serde_json::json!({}),
    };
    letters::ask(tx, now, &notice).await?;
    new_address::note(tx, person, Code::SubscriberAddressAsked, Actor::Visitor, now).await?;
    Ok(Wished::Waits)
}

/// The record of a letter that does not leave.
async fn held(tx: &mut Tx, person: &Subscriber, why: &'static str, now: Millis) -> sqlx::Result<()> {
    let letter = caused(person, LetterKind::Change, Err(why));
    letters::ask_caused(tx, now, &[letter]).await
}

/// "You are already in", to whoever has that address, within the caps of theirs.
async fn already(app: &App, tx: &mut Tx, other: &Subscriber, now: Millis) -> sqlx::Result<()> {
    let known = again::known(app, tx, now, std::slice::from_ref(other)).await?;
    let is_in = matches!(other.status, Status::Confirmed | Status::Paused);
    let may = is_in && known.get(&other.id).is_some_and(|known| !known.suppressed && !again::is_capped(known));
    let fate = if may { Ok(domain_of(&other.email_key)) } else { Err(TAKEN) };
    letters::ask_caused(tx, now, &[caused(other, LetterKind::Already, fate)]).await
}

fn caused<'a>(person: &'a Subscriber, kind: LetterKind, fate: Result<&'a str, &'static str>) -> CausedLetter<'a> {
    CausedLetter {
        newsletter_id: person.newsletter_id,
        subscriber_id: Some(person.id),
        kind,
        language: &person.language,
        parameters: "{}",
        fate,
    }
}

async fn told_since(tx: &mut Tx, subscriber_id: i64, since: Millis) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM letter WHERE subscriber_id = $1 AND created_at > $2 AND kind = 'moving'")
        .bind(subscriber_id)
        .bind(since)
        .fetch_one(tx.on())
        .await
}

/// Where the link of a notice to the present address leads.
#[derive(Clone, Debug)]
pub enum Keeping {
    /// The button may be pressed.
    Open(Subscriber),
    /// Nothing waits: it was pressed, overtaken by a newer wish, or the new address has confirmed.
    Over(Subscriber),
    /// It was ours, and nothing is stored about its person any more.
    Gone,
    /// It is not ours.
    Unknown,
}

/// Looks where such a link leads; changes nothing.
///
/// # Errors
/// The database's.
pub async fn look_keeping(app: &App, token: &str) -> sqlx::Result<Keeping> {
    let Some(claim) = app.keys.verify(Purpose::Keep, token) else { return Ok(Keeping::Unknown) };
    let Some(person) = sql::by_id(&app.db, claim.subject).await? else { return Ok(Keeping::Gone) };
    let waits =
        new_address::waiting(&app.db, person.id).await?.is_some_and(|waiting| waiting.asked_at == claim.issued_at);
    Ok(if waits && claim.version == person.token_version { Keeping::Open(person) } else { Keeping::Over(person) })
}

/// Keeps the present address. Links that were mailed before change nothing any more: whoever wished may have had one of them.
///
/// # Errors
/// The database's.
pub async fn keep(app: &App, token: &str) -> sqlx::Result<Keeping> {
    let person = match look_keeping(app, token).await? {
        Keeping::Open(person) => person,
        other => return Ok(other),
    };
    let Some(claim) = app.keys.verify(Purpose::Keep, token) else { return Ok(Keeping::Unknown) };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if new_address::take(&mut tx, person.id, claim.issued_at).await? {
        query("UPDATE subscriber SET token_version = token_version + 1 WHERE id = $1")
            .bind(person.id)
            .execute(tx.on())
            .await?;
        new_address::note(&mut tx, &person, Code::SubscriberAddressKept, Actor::Visitor, now).await?;
        contact::touch(&mut tx, person.id, now).await?;
        tx.commit().await?;
    }
    Ok(Keeping::Over(person))
}

/// Takes a wish of one's own back, in `tx`; `false` when none waits.
///
/// # Errors
/// The database's.
pub async fn unwish(tx: &mut Tx, person: &Subscriber, now: Millis) -> sqlx::Result<bool> {
    let gone = query("DELETE FROM address_change WHERE subscriber_id = $1").bind(person.id).execute(tx.on()).await?;
    if gone > 0 {
        new_address::note(tx, person, Code::SubscriberAddressKept, Actor::Visitor, now).await?;
    }
    Ok(gone > 0)
}
