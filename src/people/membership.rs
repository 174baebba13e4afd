//! Who belongs to one newsletter, as its own owners decide: adding, another role, taking the role away.
//!
//! In: a newsletter, a person, a role there. Out: done, or why not. Nothing here reaches past the newsletter: roles elsewhere stay as
//! they are, whoever owns the instance cannot be touched, and nobody changes their own role (an owner who leaves is let go by
//! another). A link that lets somebody into an account is given only while the account is for this newsletter alone: whoever holds it
//! could come in as that person.

use super::accounts::{self, NewPerson, Person};
use super::role::{self, Given};
use super::standing;
use super::team::{self, Grant, Invited, Refusal, TeamError, Way};
use crate::app::App;
use crate::db::Tx;
use crate::events::Actor;

/// What became of an address that was added.
#[derive(Clone, Debug)]
pub enum Added {
    /// They are new: an account, and a link to choose its password.
    Invited(Invited),
    /// They have an account already, which opens this newsletter from now on, too.
    Known(Person),
}

/// Gives somebody a role in the newsletter that `grant` names; who has no account yet is invited.
///
/// # Errors
/// [`Refusal::Above`], [`Refusal::Member`], [`Refusal::NotJoined`].
pub async fn add(app: &App, new: NewPerson<'_>, grant: Grant, way: Way<'_>, by: Actor) -> Result<Added, TeamError> {
    let Some(person) = accounts::by_email_key(&app.db, new.email_key).await? else {
        return Ok(Added::Invited(team::invite(app, new, &[grant], way, by).await?));
    };
    if !standing::of(&app.db, person.id).await?.joined {
        return Err(Refusal::NotJoined.into());
    }
    let mut tx = app.db.begin().await?;
    let before = below(&mut tx, person.id).await?;
    if here(&before, grant.newsletter_id).is_some() {
        return Err(Refusal::Member.into());
    }
    role::give(&mut tx, team::given(person.id, grant)).await?;
    changed(app, tx, person.id, &before, by).await?;
    Ok(Added::Known(person))
}

/// Gives somebody who is there another role in this newsletter, or takes it away; `false` when that is so already.
///
/// # Errors
/// [`Refusal::Own`], [`Refusal::Above`].
pub async fn set(
    app: &App,
    newsletter_id: i64,
    person_id: i64,
    wanted: Option<Grant>,
    by: Actor,
) -> Result<bool, TeamError> {
    if by == Actor::Person(person_id) {
        return Err(Refusal::Own.into());
    }
    let wanted = wanted.map(|grant| team::given(person_id, Grant { newsletter_id, ..grant }));
    let mut tx = app.db.begin().await?;
    let before = below(&mut tx, person_id).await?;
    if here(&before, newsletter_id) == wanted.as_ref() {
        return Ok(false);
    }
    match wanted {
        Some(given) => role::give(&mut tx, given).await?,
        None => role::take(&mut tx, person_id, newsletter_id).await?,
    };
    changed(app, tx, person_id, &before, by).await?;
    Ok(true)
}

/// Invites somebody of this newsletter once more who has not chosen a password yet; the link of before is void.
///
/// # Errors
/// [`Refusal::Elsewhere`], and those of [`team::invite_again`].
pub async fn invite_again(app: &App, newsletter_id: i64, person_id: i64, way: Way<'_>) -> Result<Invited, TeamError> {
    if !is_only_here(&role::of(&app.db, person_id).await?, newsletter_id) {
        return Err(Refusal::Elsewhere.into());
    }
    team::invite_again(app, person_id, way).await
}

/// Whether an account is for this newsletter alone.
pub fn is_only_here(given: &[Given], newsletter_id: i64) -> bool {
    given.iter().all(|given| given.newsletter_id == newsletter_id)
}

fn here(given: &[Given], newsletter_id: i64) -> Option<&Given> {
    given.iter().find(|given| given.newsletter_id == newsletter_id)
}

/// The roles of somebody who does not own the instance.
async fn below(tx: &mut Tx, person_id: i64) -> Result<Vec<Given>, TeamError> {
    let given = role::of_in(tx, person_id).await?;
    if role::owns_all(&given) { Err(Refusal::Above.into()) } else { Ok(given) }
}

/// What they had open ends, as with every other role.
async fn changed(app: &App, mut tx: Tx, person_id: i64, before: &[Given], by: Actor) -> sqlx::Result<()> {
    team::cut_off(&mut tx, person_id).await?;
    role::note(&mut tx, app.clock.now(), person_id, before, by).await?;
    tx.commit().await
}
