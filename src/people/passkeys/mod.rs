//! Passkeys of the people who edit: a key pair on somebody's device or in their password manager, which signs a challenge once its owner
//! showed a finger, a face or a PIN. That is both factors at once. It is never the only way in: the password stays.
//!
//! In: what a browser sent, for a person who is signed in ([`add`]) or for nobody yet ([`enter`]). Out: a key that is stored, a session,
//! or a [`Refusal`]. [`party`] says who we are, [`challenge`] what is to be signed, [`verify`] whether it was ([`cose`]: the keys), [`sql`]
//! keeps them. Web Authentication level 3: <https://www.w3.org/TR/webauthn-3/>.

pub mod challenge;
pub mod cose;
pub mod party;
pub mod refusal;
mod sql;
pub mod verify;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use self::party::Party;
use self::refusal::Refusal;
use self::verify::{Assertion, Shown};
use super::login::{self, Browser, By, Entered};
use super::{accounts, letters, sessions};
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, from_row};
use crate::events::Actor;
use crate::events::activity::{self, Act, Deed};
use crate::keys::Purpose;
use crate::letter::NewWay;

/// Passkeys of one person.
pub const MOST: i64 = 20;

/// A passkey as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Inside id.
    pub id: i64,
    /// Whose.
    pub person_id: i64,
    /// The host for which it was made.
    pub party: String,
    /// The authenticator's id for it, base64url.
    pub credential: String,
    /// The public key (COSE_Key).
    pub public_key: Vec<u8>,
    /// How often it signed, as far as it counts.
    pub counter: i64,
    /// Whether it may be on several devices.
    pub synced: bool,
    /// What its owner calls it.
    pub name: String,
    /// Since when.
    pub created_at: Millis,
    /// Last used.
    pub last_used_at: Option<Millis>,
    /// Since when it opens nothing, because there may be two of it.
    pub doubted_at: Option<Millis>,
}
from_row!(Passkey {
    id,
    person_id,
    party,
    credential,
    public_key,
    counter,
    synced,
    name,
    created_at,
    last_used_at,
    doubted_at
});

/// Why a verb did nothing.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// For a reason of ours.
    #[error("{0}")]
    Refused(Refusal),
    /// Something failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Refusal> for PasskeyError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Who we are, where browsers offer passkeys.
fn here(app: &App) -> Result<Party, Refusal> {
    Party::of(&app.config.base_url).ok_or(Refusal::Address)
}

/// A person's, the oldest first.
pub async fn of(db: &Db, person_id: i64) -> sqlx::Result<Vec<Passkey>> {
    sql::of(db, person_id).await
}

/// What a browser sends of a key that was made: both parts of an `AuthenticatorAttestationResponse`.
#[derive(Clone, Debug, Default)]
pub struct Attested {
    /// What the browser says.
    pub client: Vec<u8>,
    /// What the authenticator says.
    pub object: Vec<u8>,
}

/// Stores a key for somebody who is signed in, under this name, and has them told of it by a letter. `cookie`: of their browser, to which the challenge was given after they
/// typed their password ([`Purpose::PasskeyMade`]).
///
/// # Errors
/// [`Refusal`].
pub async fn add(
    app: &App,
    person_id: i64,
    cookie: &str,
    name: &str,
    attested: &Attested,
) -> Result<i64, PasskeyError> {
    let party = here(app)?;
    let made = verify::made(&party, &attested.client, &attested.object)?;
    challenge::judge(app, Purpose::PasskeyMade, cookie, &made.challenge)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !challenge::take(&mut tx, &made.challenge, now).await? {
        return Err(Refusal::Challenge.into());
    }
    if sql::count_of(&mut tx, person_id).await? >= MOST {
        return Err(Refusal::TooMany { most: MOST }.into());
    }
    let key = Passkey {
        id: 0,
        person_id,
        party: party.id,
        credential: made.credential,
        public_key: made.key,
        counter: made.counter,
        synced: made.synced,
        name: name.to_owned(),
        created_at: now,
        last_used_at: None,
        doubted_at: None,
    };
    let id = sql::insert(&mut tx, &key).await?.ok_or(Refusal::Known)?;
    letters::new_way(&mut tx, person_id, NewWay::Passkey, name, now).await?;
    activity::note(&mut tx, now, act(Deed::PasskeyAdded, person_id, id)).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(id)
}

fn act(deed: Deed, person_id: i64, id: i64) -> Act {
    Act::new(deed).about("person", person_id).with("passkey", id)
}

/// Lets in whoever shows a key that an account has: its owner was verified, so no code is asked for. `cookie`: of the browser to which
/// the challenge was given ([`Purpose::PasskeyAsked`]). A signature cannot be guessed, so nobody waits.
///
/// # Errors
/// [`Refusal`].
pub async fn enter(
    app: &App,
    assertion: &Assertion,
    cookie: &str,
    browser: &Browser<'_>,
) -> Result<Entered, PasskeyError> {
    let party = here(app)?;
    let credential = URL_SAFE_NO_PAD.encode(&assertion.id);
    let key = sql::by_credential(&app.db, &credential).await?.ok_or(Refusal::Unknown)?;
    let shown = verify::shown(&party, &key.public_key, assertion)?;
    challenge::judge(app, Purpose::PasskeyAsked, cookie, &shown.challenge)?;
    let owner = accounts::by_id(&app.db, key.person_id).await?;
    let owner = owner.filter(|owner| owner.public_id.as_bytes() == assertion.user).ok_or(Refusal::Unknown)?;
    if owner.disabled_at.is_some() {
        return Err(Refusal::Shut.into());
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    // Before the counter is looked at: a form that is sent twice is no second key.
    if !challenge::take(&mut tx, &shown.challenge, now).await? {
        return Err(Refusal::Challenge.into());
    }
    if key.doubted_at.is_some() || went_back(&key, &shown) {
        if sql::doubt(&mut tx, key.id, now).await? {
            activity::note(&mut tx, now, act(Deed::PasskeyDoubted, owner.id, key.id).by(Actor::System)).await?;
        }
        tx.commit().await?;
        return Err(Refusal::Copied.into());
    }
    if !sql::used(&mut tx, &key, shown.counter, now).await? {
        return Err(Refusal::Challenge.into());
    }
    let entered = login::enter(app, &mut tx, owner.id, false, browser, By::Passkey).await?;
    tx.commit().await?;
    Ok(entered)
}

/// Whether a key that counts its signatures has made fewer than before (section 6.1.1): another one with the same secret is in use.
fn went_back(key: &Passkey, shown: &Shown) -> bool {
    (shown.counter != 0 || key.counter != 0) && shown.counter <= key.counter
}

/// Another name for one of somebody's keys; `false` when it has it already, or there is no such key.
pub async fn rename(app: &App, person_id: i64, id: i64, name: &str) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let renamed = sql::rename(&mut tx, person_id, id, name).await?;
    if renamed {
        activity::note(&mut tx, app.clock.now(), act(Deed::PasskeyRenamed, person_id, id)).await?;
    }
    tx.commit().await?;
    Ok(renamed)
}

/// Removes one of somebody's keys, or all; gives how many. Whoever had it may be signed in by it: every session of theirs ends but
/// `except`.
pub async fn remove(app: &App, person_id: i64, which: Option<i64>, except: Option<&str>) -> sqlx::Result<usize> {
    let mut tx = app.db.begin().await?;
    let removed = sql::delete(&mut tx, person_id, which).await?;
    if !removed.is_empty() {
        sessions::end_all(&mut tx, person_id, except).await?;
        let acts: Vec<Act> = removed.iter().map(|id| act(Deed::PasskeyRemoved, person_id, *id)).collect();
        activity::note_all(&mut tx, app.clock.now(), &acts).await?;
    }
    tx.commit().await?;
    Ok(removed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_goes_up_or_is_not_kept() {
        let key = |counter| Passkey {
            id: 1,
            person_id: 1,
            party: String::new(),
            credential: String::new(),
            public_key: Vec::new(),
            counter,
            synced: false,
            name: String::new(),
            created_at: 0,
            last_used_at: None,
            doubted_at: None,
        };
        let shown = |counter| Shown { challenge: String::new(), counter };
        for (before, now, back) in
            [(0, 0, false), (0, 1, false), (7, 8, false), (7, 7, true), (7, 6, true), (7, 0, true)]
        {
            assert_eq!(went_back(&key(before), &shown(now)), back, "{before} → {now}");
        }
    }
}
