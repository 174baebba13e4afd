//! The instance's other newsletters, for somebody whose address is proven: joining and leaving them. [`super::own_page`] reads which
//! there are.
//!
//! In: a person who opened a fresh link of theirs ([`super::own_link`]), which proves the mailbox as a confirmation does. Out: only
//! newsletters whose owner shows them there; the same rows, consents and events as by the form and its letter. Met by
//! [`super::preferences`].

use super::address::Email;
use super::asked::Asked;
use super::consent::{self, ConsentKind, NewConsent};
use super::status::{self, Newcomer};
use super::{Subscriber, contact, leave, sql, suppression, welcome};
use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::newsletters::{Newsletter, front};

/// Another newsletter, and how somebody stands there.
#[derive(Clone, Debug)]
pub struct Other {
    /// Which.
    pub newsletter: Newsletter,
    /// Whether its mails go to them, or would but for a pause.
    pub is_in: bool,
}

/// The proof of somebody who joined by their settings; stored with the consent.
pub const BY_SETTINGS: &str = "settings";

/// What became of the wish to join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// They are in.
    In,
    /// The address is kept out there, by an editor's word or their own.
    KeptOut,
}

/// Who joins, and what they agreed to.
#[derive(Clone, Copy, Debug)]
pub struct Consent<'a> {
    /// The words beside the box.
    pub text: &'a str,
    /// Their language.
    pub language: &'a str,
    /// Their IP address, when it is kept.
    pub ip: Option<&'a str>,
}

/// Has the person of an address in, in `tx`.
///
/// # Errors
/// The database's.
pub async fn join(
    app: &App,
    tx: &mut Tx,
    newsletter: &Newsletter,
    person: &Subscriber,
    said: Consent<'_>,
    now: Millis,
) -> sqlx::Result<Joined> {
    let hash = app.keys.address_hash(&person.email_key);
    let Ok(email) = person.email.parse::<Email>() else { return Ok(Joined::KeptOut) };
    if suppression::bars(tx, newsletter.id, &hash).await? {
        return Ok(Joined::KeptOut);
    }
    if sql::by_key_in(tx, newsletter.id, email.key()).await?.is_none() {
        let asked = asked(app, newsletter, person, email.clone(), said);
        let present = front::present(tx, &[newsletter.id]).await?;
        let schedule_id = present.first().and_then(|mark| mark.schedule_id);
        status::ask(tx, now, &[Newcomer { asked: &asked, schedule_id }]).await?;
    }
    let Some(before) = sql::by_key_in(tx, newsletter.id, email.key()).await? else { return Ok(Joined::KeptOut) };
    // Whatever they were, they want it now: nobody else has this link.
    if !status::confirm(tx, &before, now + 1, now).await? {
        return Ok(Joined::In);
    }
    suppression::lift_by_themselves(tx, newsletter.id, &hash).await?;
    let step = NewConsent {
        text: said.text,
        text_version: &consent::version(consent::fingerprint(said.text)),
        language: said.language,
        ip: said.ip,
        proof: Some(BY_SETTINGS),
        ..NewConsent::bare(&before, ConsentKind::Confirmed)
    };
    consent::record(tx, now, &[step]).await?;
    contact::touch(tx, before.id, now).await?;
    let joined = Subscriber { language: said.language.to_owned(), ..before.clone() };
    welcome::greet(app, tx, &joined, before.confirmed_at, now).await?;
    Ok(Joined::In)
}

fn asked(app: &App, newsletter: &Newsletter, person: &Subscriber, email: Email, said: Consent<'_>) -> Asked {
    Asked {
        newsletter_id: newsletter.id,
        address_hash: app.keys.address_hash(email.key()),
        email,
        name: person.name.clone(),
        language: said.language.to_owned(),
        text: said.text.to_owned(),
        text_version: String::new(),
        page: None,
        origin: None,
        ip: None,
        not_before: None,
        front: None,
        choices: None,
    }
}

/// Has them out, in `tx`.
///
/// # Errors
/// The database's.
pub async fn part(
    tx: &mut Tx,
    newsletter: &Newsletter,
    person: &Subscriber,
    ip: Option<&str>,
    now: Millis,
) -> sqlx::Result<()> {
    let Some(before) = sql::by_key_in(tx, newsletter.id, &person.email_key).await? else { return Ok(()) };
    leave::end(tx, now, &before, leave::By::Link, ip).await.map(drop)
}
