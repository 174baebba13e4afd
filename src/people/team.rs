//! Who belongs to it: inviting, giving roles, keeping somebody out, letting them in again; passwords that are set. What a link opens is
//! in [`super::joining`].
//!
//! In: a person and what is to become of them. Out: done, or why not. Whatever changes what somebody may do, or how they come in, ends
//! their sessions and the tokens they made in the same transaction. There is always an owner of the instance who can come in:
//! what would leave none is refused.

use super::accounts::{self, NewPerson};
use super::links::{self, Kind};
use super::login::{self, Browser, By, Entered};
use super::role::{self, Given, Role};
use super::{letters, second_factor, sessions, tokens};
use crate::app::App;
use crate::clock::Millis;
use crate::coded::codes;
use crate::db::{Tx, query, query_as, query_scalar};
use crate::events::Actor;
use crate::events::activity::{self, Act, Deed};
use crate::keys::Claim;

codes! {
    /// Why something about somebody is not done.
    pub enum Refusal as "team-refusal" {
        /// It would leave the instance without an owner who can come in.
        LastOwner => "last-owner",
        /// There is an account of this address.
        Known => "known",
        /// They have chosen a password, or another way in: no invitation is needed.
        Joined => "joined",
        /// They may not come in.
        Disabled => "disabled",
        /// There is no such person any more.
        Gone => "gone",
        /// The link was used in the meantime, or its time is over.
        LinkOver => "link-over",
        /// Nobody changes their own role in a newsletter.
        Own => "own",
        /// They own the instance: no newsletter decides about them.
        Above => "above",
        /// They have a role there already.
        Member => "member",
        /// They were invited and have not chosen a password: whoever holds their link would have the new role, too.
        NotJoined => "not-joined",
        /// They have a role elsewhere, so a link for their account is not for one newsletter to give.
        Elsewhere => "elsewhere",
    }
}

/// Why a verb did nothing.
#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    /// For a reason of ours.
    #[error("{0}")]
    Refused(Refusal),
    /// Something failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Refusal> for TeamError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A role that is given to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Where; 0: in every newsletter, also those to come.
    pub newsletter_id: i64,
    /// What.
    pub role: Role,
    /// Whether they may have mails leave.
    pub may_send: bool,
}

impl From<Given> for Grant {
    fn from(given: Given) -> Self {
        let Given { newsletter_id, role, may_send, .. } = given;
        Self { newsletter_id, role, may_send }
    }
}

/// An invitation.
#[derive(Clone, Copy, Debug)]
pub struct Invited {
    /// Who.
    pub person_id: i64,
    /// What their link is made of, see [`links::address`].
    pub link: Claim,
    /// Whether a letter with it leaves.
    pub letter: bool,
}

/// How an invitation reaches somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way<'a> {
    /// By a letter, in which this person invites.
    Letter(&'a str),
    /// By a link that whoever invites hands over.
    Link,
}

/// Gives somebody new an account without a password, roles, and a link to choose one.
///
/// # Errors
/// [`Refusal::Known`].
pub async fn invite(
    app: &App,
    new: NewPerson<'_>,
    grants: &[Grant],
    way: Way<'_>,
    by: Actor,
) -> Result<Invited, TeamError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(person_id) = accounts::insert(&mut tx, new, now).await? else { return Err(Refusal::Known.into()) };
    for grant in grants {
        role::give(&mut tx, given(person_id, *grant)).await?;
    }
    let invited = send_invitation(app, &mut tx, person_id, way, now).await?;
    role::note(&mut tx, now, person_id, &[], by).await?;
    activity::note(&mut tx, now, of_person(Deed::PersonInvited, person_id).by(by)).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(invited)
}

/// Invites somebody once more who has not chosen a password yet; the link of before is void.
///
/// # Errors
/// [`Refusal::Joined`], [`Refusal::Disabled`], [`Refusal::Gone`].
pub async fn invite_again(app: &App, person_id: i64, way: Way<'_>) -> Result<Invited, TeamError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let stand: Option<(bool, bool)> = query_as(
        "SELECT p.password IS NOT NULL OR EXISTS (SELECT 1 FROM person_identity i WHERE i.person_id = p.id),
                p.disabled_at IS NOT NULL FROM person p WHERE p.id = $1",
    )
    .bind(person_id)
    .fetch_optional(tx.on())
    .await?;
    match stand {
        None => return Err(Refusal::Gone.into()),
        Some((_, true)) => return Err(Refusal::Disabled.into()),
        Some((true, _)) => return Err(Refusal::Joined.into()),
        Some((false, false)) => {}
    }
    let invited = send_invitation(app, &mut tx, person_id, way, now).await?;
    activity::note(&mut tx, now, of_person(Deed::PersonInvited, person_id)).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(invited)
}

/// What somebody did that is about a person.
pub(super) fn of_person(deed: Deed, person_id: i64) -> Act {
    Act::new(deed).about("person", person_id)
}

async fn send_invitation(
    app: &App,
    tx: &mut Tx,
    person_id: i64,
    way: Way<'_>,
    now: Millis,
) -> Result<Invited, TeamError> {
    let link = links::make(tx, &app.keys, Kind::Invite, Some(person_id), now).await?;
    let letter = match way {
        Way::Letter(by) => letters::invitation(tx, person_id, by, link, now).await?,
        Way::Link => false,
    };
    Ok(Invited { person_id, link, letter })
}

pub(super) fn given(person_id: i64, grant: Grant) -> Given {
    let Grant { newsletter_id, role, may_send } = grant;
    Given { person_id, newsletter_id, role, may_send }
}

/// Makes a person's roles these and no others; `false` when they are already. With another role a link of theirs that was handed over
/// before is void: whoever has it would have that role, too.
///
/// # Errors
/// [`Refusal::LastOwner`].
pub async fn set_roles(app: &App, person_id: i64, wanted: &[Grant], by: Actor) -> Result<bool, TeamError> {
    let mut wanted: Vec<Given> = wanted.iter().map(|grant| given(person_id, *grant)).collect();
    wanted.sort_by_key(|given| given.newsletter_id);
    let mut tx = app.db.begin().await?;
    let owned = lock_owners(&mut tx).await?;
    let before = role::of_in(&mut tx, person_id).await?;
    if before == wanted {
        return Ok(false);
    }
    query("DELETE FROM person_role WHERE person_id = $1").bind(person_id).execute(tx.on()).await?;
    for given in &wanted {
        role::give(&mut tx, *given).await?;
    }
    if wanted.iter().any(|given| !before.contains(given)) {
        links::void(&mut tx, person_id).await?;
    }
    cut_off(&mut tx, person_id).await?;
    keep_an_owner(&mut tx, owned).await?;
    role::note(&mut tx, app.clock.now(), person_id, &before, by).await?;
    tx.commit().await?;
    Ok(true)
}

/// From now on somebody may not come in, and no link of theirs opens; `false` when that is so already.
///
/// # Errors
/// [`Refusal::LastOwner`].
pub async fn disable(app: &App, person_id: i64) -> Result<bool, TeamError> {
    let mut tx = app.db.begin().await?;
    let before = lock_owners(&mut tx).await?;
    let disabled = query("UPDATE person SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL")
        .bind(person_id)
        .bind(app.clock.now())
        .execute(tx.on())
        .await?;
    cut_off(&mut tx, person_id).await?;
    links::void(&mut tx, person_id).await?;
    keep_an_owner(&mut tx, before).await?;
    if disabled == 1 {
        activity::note(&mut tx, app.clock.now(), of_person(Deed::PersonDisabled, person_id)).await?;
    }
    tx.commit().await?;
    Ok(disabled == 1)
}

/// Somebody may come in again; `false` when they may already.
pub async fn enable(app: &App, person_id: i64) -> Result<bool, TeamError> {
    let mut tx = app.db.begin().await?;
    let enabled = query("UPDATE person SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL")
        .bind(person_id)
        .execute(tx.on())
        .await?;
    if enabled == 1 {
        activity::note(&mut tx, app.clock.now(), of_person(Deed::PersonEnabled, person_id)).await?;
    }
    tx.commit().await?;
    Ok(enabled == 1)
}

/// Gives somebody a password (its hash). Everything that was open is closed.
pub async fn set_password(app: &App, person_id: i64, hash: &str) -> Result<(), TeamError> {
    let mut tx = app.db.begin().await?;
    replace_password(&mut tx, person_id, hash).await?;
    activity::note(&mut tx, app.clock.now(), of_person(Deed::PersonPassword, person_id)).await?;
    tx.commit().await?;
    Ok(())
}

/// The same for somebody who is signed in and chose it: their browser stays in, under another id.
pub async fn change_password(
    app: &App,
    person_id: i64,
    hash: &str,
    browser: &Browser<'_>,
) -> Result<Entered, TeamError> {
    let mut tx = app.db.begin().await?;
    replace_password(&mut tx, person_id, hash).await?;
    let entered = login::enter(app, &mut tx, person_id, false, browser, By::Password).await?;
    activity::note(&mut tx, app.clock.now(), of_person(Deed::PersonPassword, person_id)).await?;
    tx.commit().await?;
    Ok(entered)
}

pub(super) async fn replace_password(tx: &mut Tx, person_id: i64, hash: &str) -> sqlx::Result<()> {
    login::store_password(tx, person_id, hash).await?;
    links::void(tx, person_id).await?;
    cut_off(tx, person_id).await
}

/// Takes somebody's second factor away, for who lost telephone and recovery codes; `false` when there was none.
pub async fn reset_second_factor(app: &App, person_id: i64) -> Result<bool, TeamError> {
    let mut tx = app.db.begin().await?;
    let was_on = second_factor::turn_off(&mut tx, person_id).await?;
    if was_on {
        activity::note(&mut tx, app.clock.now(), of_person(Deed::SecondFactorOff, person_id)).await?;
    }
    tx.commit().await?;
    Ok(was_on)
}

/// Ends what somebody has open: sessions, and the tokens they made.
pub(super) async fn cut_off(tx: &mut Tx, person_id: i64) -> sqlx::Result<()> {
    sessions::end_all(tx, person_id, None).await?;
    tokens::end_all(tx, person_id).await?;
    Ok(())
}

/// Whether there is an owner of the instance who can come in. Two owners who demote each other at once wait for one another here.
async fn lock_owners(tx: &mut Tx) -> sqlx::Result<bool> {
    query("UPDATE person_role SET role = role WHERE newsletter_id = 0 AND role = 'owner'").execute(tx.on()).await?;
    has_owner(tx).await
}

async fn has_owner(tx: &mut Tx) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM person p JOIN person_role r ON r.person_id = p.id
                        WHERE r.newsletter_id = 0 AND r.role = 'owner'
                          AND p.disabled_at IS NULL
                          AND (p.password IS NOT NULL
                               OR EXISTS (SELECT 1 FROM person_identity i WHERE i.person_id = p.id)))",
    )
    .fetch_one(tx.on())
    .await
}

async fn keep_an_owner(tx: &mut Tx, before: bool) -> Result<(), TeamError> {
    if before && !has_owner(tx).await? { Err(Refusal::LastOwner.into()) } else { Ok(()) }
}
