//! Coming in by a link: the first owner's, an invitation, one for a forgotten password.
//!
//! In: a link that was checked ([`links`]), and what whoever opened it says of themself. Out: they are in, or why not; and the links that
//! nobody has to be invited for. What a link may not open any more is decided here, in the transaction that uses it.

use super::accounts::{self, NewPerson};
use super::letters;
use super::links::{self, Kind, Link};
use super::login::{self, Browser, By, Entered};
use super::role::{self, Role};
use super::team::{Grant, Refusal, TeamError, given, of_person, replace_password};
use crate::app::App;
use crate::clock::{DAY, MINUTE, Millis};
use crate::db::{Tx, query, query_scalar};
use crate::events::Actor;
use crate::events::activity::{self, Act, Deed};
use crate::keys::Claim;

/// What the first owner says of themself.
#[derive(Clone, Copy, Debug)]
pub struct Joining<'a> {
    /// How they want to be called.
    pub name: &'a str,
    /// Of the password they chose.
    pub hash: &'a str,
    /// From where.
    pub browser: Browser<'a>,
}

/// Uses a set-up link: the first owner of the instance.
///
/// # Errors
/// [`Refusal::LinkOver`], also when somebody else is the first.
pub async fn set_up(app: &App, link: &Link, new: NewPerson<'_>, joining: &Joining<'_>) -> Result<Entered, TeamError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !links::take(&mut tx, link, now).await? || !nobody(&mut tx).await? {
        return Err(Refusal::LinkOver.into());
    }
    let Some(person_id) = accounts::insert(&mut tx, new, now).await? else { return Err(Refusal::LinkOver.into()) };
    role::give(&mut tx, given(person_id, Grant { newsletter_id: 0, role: Role::Owner, may_send: true })).await?;
    login::store_password(&mut tx, person_id, joining.hash).await?;
    let entered = login::enter(app, &mut tx, person_id, false, &joining.browser, By::Link).await?;
    activity::note(&mut tx, now, joined(link.kind, person_id)).await?;
    tx.commit().await?;
    Ok(entered)
}

/// Who comes in by a link is whom it is about.
fn joined(kind: Kind, person_id: i64) -> Act {
    of_person(Deed::PersonJoined, person_id).by(Actor::Person(person_id)).with("kind", kind.as_str())
}

async fn nobody(tx: &mut Tx) -> sqlx::Result<bool> {
    query_scalar("SELECT NOT EXISTS (SELECT 1 FROM person)").fetch_one(tx.on()).await
}

/// Uses an invitation, or the link of a forgotten password: a password is chosen, and with an invitation a name. Who has a second factor
/// is in half: it is asked for as ever.
///
/// # Errors
/// [`Refusal::LinkOver`].
pub async fn join(app: &App, link: &Link, person_id: i64, joining: &Joining<'_>) -> Result<Entered, TeamError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !links::take(&mut tx, link, now).await? {
        return Err(Refusal::LinkOver.into());
    }
    replace_password(&mut tx, person_id, joining.hash).await?;
    if link.kind == Kind::Invite {
        query("UPDATE person SET name = $2 WHERE id = $1").bind(person_id).bind(joining.name).execute(tx.on()).await?;
    }
    let second_factor = login::has_second_factor(&mut tx, person_id).await?;
    let entered = login::enter(app, &mut tx, person_id, second_factor, &joining.browser, By::Link).await?;
    activity::note(&mut tx, now, joined(link.kind, person_id)).await?;
    tx.commit().await?;
    Ok(entered)
}

/// Makes the link for the first owner; `None` when there is somebody.
pub async fn set_up_link(app: &App) -> Result<Option<Claim>, TeamError> {
    let mut tx = app.db.begin().await?;
    if !nobody(&mut tx).await? {
        return Ok(None);
    }
    let link = links::make(&mut tx, &app.keys, Kind::Setup, None, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Some(link))
}

/// Letters for a forgotten password are this far apart, and not more than [`RESETS_A_DAY`].
const RESETS_APART: Millis = 2 * MINUTE;
const RESETS_A_DAY: i64 = 5;

/// Somebody says that they forgot the password of this address. Nothing tells whether there is such an account: whoever asks has the
/// answer before this is done.
pub async fn forgot(app: &App, email_key: &str) -> Result<(), TeamError> {
    let found = accounts::by_email_key(&app.db, email_key).await?.filter(|found| found.disabled_at.is_none());
    let Some(person) = found else { return Ok(()) };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let (last, today) = links::resets_since(&mut tx, person.id, now - DAY).await?;
    if last.is_some_and(|last| now - last < RESETS_APART) || today >= RESETS_A_DAY {
        return Ok(());
    }
    let link = links::make(&mut tx, &app.keys, Kind::Reset, Some(person.id), now).await?;
    if letters::password_reset(&mut tx, person.id, link, now).await? {
        tx.commit().await?;
        app.wake.now();
    }
    Ok(())
}
