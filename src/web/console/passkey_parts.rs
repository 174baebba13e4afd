//! What the pages of signing in and of one's account hold of passkeys.
//!
//! In: a browser, or somebody who is signed in. Out: [`Ask`], for `templates/console/passkeys_login.html`, and [`Shown`], for
//! `passkeys_account.html`. What both hand to `assets/passkeys.js` it uses on pages at the origin of `base_url` alone; elsewhere, and
//! without scripts, signing in by passkey is not offered.

use crate::app::App;
use crate::clock::Millis;
use crate::keys::Purpose;
use crate::people::passkeys::party::Party;
use crate::people::passkeys::{self, challenge};

use super::guard::{Guest, Signed};
use super::wall_clock::WallClock;

/// What a passkey is asked for.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    /// Who asks.
    pub party: Party,
    /// What is to be signed.
    pub challenge: String,
    /// How long that is good, milliseconds.
    pub lasts: Millis,
    /// The id of a passkey that no account has: the browser may forget it.
    pub unknown: Option<String>,
}

/// For signing in; `None` where browsers offer no passkeys.
pub(super) fn ask(app: &App, guest: &Guest) -> Option<Ask> {
    Some(Ask {
        party: Party::of(&app.config.base_url)?,
        challenge: challenge::make(app, Purpose::PasskeyAsked, &guest.cookie),
        lasts: challenge::LASTS,
        unknown: None,
    })
}

/// Somebody's passkeys.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    /// Each of them.
    pub lines: Vec<Line>,
    /// Who they are for; `None` where browsers offer none.
    pub party: Option<Party>,
    /// Whose they are, and the ids of those that open, for the browser: it may forget others.
    pub user: String,
    /// The ids, with blanks between.
    pub accepted: String,
}

/// A passkey on the account's page.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Inside id.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// Since when.
    pub since: String,
    /// When it was last used; `None`: never.
    pub used: Option<String>,
    /// Whether it may be on several devices.
    pub synced: bool,
    /// Whether it opens nothing any more.
    pub doubted: bool,
    /// The other host for which it was made.
    pub elsewhere: Option<String>,
}

/// Those of whoever is signed in.
pub(super) async fn shown(app: &App, signed: &Signed, clock: &WallClock) -> sqlx::Result<Shown> {
    let party = Party::of(&app.config.base_url);
    let keys = passkeys::of(&app.db, signed.person.id).await?;
    let here = |key: &&passkeys::Passkey| party.as_ref().is_some_and(|party| party.id == key.party);
    let opens = keys.iter().filter(here).filter(|key| key.doubted_at.is_none());
    let accepted = opens.map(|key| key.credential.as_str()).collect::<Vec<_>>().join(" ");
    let lines = keys.iter().map(|key| line(key, here(&key), clock));
    Ok(Shown { lines: lines.collect(), accepted, user: user(signed), party })
}

/// Somebody's passkeys, for whoever looks after accounts.
pub(super) async fn of_person(app: &App, person_id: i64, clock: &WallClock) -> sqlx::Result<Vec<Line>> {
    let party = Party::of(&app.config.base_url);
    let is_here = |key: &passkeys::Passkey| party.as_ref().is_some_and(|party| party.id == key.party);
    let keys = passkeys::of(&app.db, person_id).await?;
    Ok(keys.iter().map(|key| line(key, is_here(key), clock)).collect())
}

/// `here`: whether it is for the host of this instance.
fn line(key: &passkeys::Passkey, here: bool, clock: &WallClock) -> Line {
    Line {
        id: key.id,
        name: key.name.clone(),
        since: clock.when(key.created_at),
        used: key.last_used_at.map(|at| clock.when(at)),
        synced: key.synced,
        doubted: key.doubted_at.is_some(),
        elsewhere: (!here).then(|| key.party.clone()),
    }
}

/// Whoever is signed in, as their authenticator knows them: the id that stands in addresses, base64url.
pub(super) fn user(signed: &Signed) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&signed.person.public_id)
}
