//! Signing in: a password, then, where there is a second factor, a code; at each step a session with an id of its own.
//!
//! In: what somebody typed, from where. Out: the value of the browser's next cookie, or why not: wrong (and never what was wrong, nor
//! whether there is such an account: the same work is done and the same is said), or how long to wait ([`super::delays`]). No mail
//! has to leave for anybody to come in.

use std::net::IpAddr;

use super::delays::{Delays, Key, Wait, network};
use super::password::{self, Busy};
use super::sessions::{self, Session, Stage};
use super::{links, second_factor, totp};
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar, text_enum};
use crate::events::Actor;
use crate::events::activity::{self, Act, Deed};
use crate::keys::{Claim, Keys, Purpose};

/// How long a browser is known by its device cookie.
pub const DEVICE_LASTS: Millis = 400 * DAY;

/// Who tries to come in, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// What the typed address is looked up by; empty for what is no address.
    pub email_key: &'a str,
    /// As typed.
    pub password: &'a str,
    /// From where.
    pub browser: Browser<'a>,
}

/// A browser, as far as it matters to signing in.
#[derive(Clone, Copy, Debug)]
pub struct Browser<'a> {
    /// Its address.
    pub ip: IpAddr,
    /// Its device cookie.
    pub device: Option<&'a str>,
    /// Browser and system in a few words.
    pub agent: &'a str,
    /// The session it had, which ends.
    pub before: Option<&'a Session>,
}

text_enum! {
    /// With what somebody comes in.
    pub enum By {
        /// A password alone.
        Password => "password",
        /// A code of the second factor, after a password or a provider of log-ins.
        Code => "code",
        /// A passkey.
        Passkey => "passkey",
        /// An account at a provider of log-ins.
        Provider => "provider",
        /// A link: the first set-up, an invitation, a forgotten password.
        Link => "link",
    }
}

/// Somebody came in, at least half.
#[derive(Clone, Debug)]
pub struct Entered {
    /// Who.
    pub person_id: i64,
    /// The value of the browser's cookie.
    pub cookie: String,
    /// How far.
    pub stage: Stage,
}

/// Why nobody came in.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Address and password, or the code, do not fit.
    #[error("wrong")]
    Wrong,
    /// Too many wrong ones before.
    #[error("too many attempts")]
    Wait(Wait),
    /// Too many people at this moment.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// Something failed.
    #[error(transparent)]
    Other(anyhow::Error),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Other(error.into())
    }
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Busy>() {
            Ok(busy) => Self::Busy(busy),
            Err(other) => Self::Other(other),
        }
    }
}

/// A browser that somebody has signed in with before: a signed note of whose it is, worth nothing but a turn of its own.
#[derive(Debug)]
pub struct Device;

impl Device {
    /// The value of the cookie.
    pub fn sign(keys: &Keys, person_id: i64, now: Millis) -> String {
        keys.sign(Purpose::Device, Claim { subject: person_id, version: 0, issued_at: now })
    }

    /// Whether this browser was this person's before.
    fn is_of(app: &App, cookie: Option<&str>, person_id: i64) -> bool {
        let claim = cookie.and_then(|value| app.keys.verify(Purpose::Device, value));
        claim.is_some_and(|claim| claim.subject == person_id && app.clock.now() - claim.issued_at < DEVICE_LASTS)
    }
}

/// What is read of somebody who signs in.
#[derive(Clone, Debug)]
struct Secrets {
    id: i64,
    password: Option<String>,
    second_factor: bool,
    disabled_at: Option<Millis>,
}
from_row!(Secrets { id, password, second_factor, disabled_at });

/// The first step.
///
/// # Errors
/// [`Refused`].
pub async fn by_password(app: &App, delays: &Delays, attempt: &Attempt<'_>) -> Result<Entered, Refused> {
    let found = secrets(&app.db, attempt.email_key).await?.filter(|found| found.disabled_at.is_none());
    let keys = turns(app, attempt, found.as_ref());
    delays.begin(&keys, app.clock.steady()).map_err(Refused::Wait)?;
    let kept = found.as_ref().and_then(|found| found.password.clone());
    let judged = password::judge(kept, attempt.password).await.inspect_err(|_| delays.undone(&keys))?;
    let Some(found) = found.filter(|_| judged.fits) else { return Err(Refused::Wrong) };
    delays.right(&keys);
    let renewed = if judged.outdated { Some(password::hash(attempt.password).await?) } else { None };
    let mut tx = app.db.begin().await?;
    if let Some(renewed) = renewed {
        store_password(&mut tx, found.id, &renewed).await?;
    }
    let entered = enter(app, &mut tx, found.id, found.second_factor, &attempt.browser, By::Password).await?;
    tx.commit().await?;
    Ok(entered)
}

/// Whose turn an attempt takes.
fn turns(app: &App, attempt: &Attempt<'_>, found: Option<&Secrets>) -> Vec<Key> {
    if let Some(found) = found.filter(|found| Device::is_of(app, attempt.browser.device, found.id)) {
        return vec![Key::Device(found.id)];
    }
    let network = network(attempt.browser.ip);
    vec![Key::Account(attempt.email_key.to_owned(), network), Key::Network(network)]
}

/// Opens a session for somebody who has shown the first factor, or whose link stands for it, and ends the browser's one before. Sweeps
/// sessions and links that are over, whoever's they are. Call it last in a transaction: it is noted who came in, and by what.
pub(super) async fn enter(
    app: &App,
    tx: &mut Tx,
    person_id: i64,
    second_factor: bool,
    browser: &Browser<'_>,
    by: By,
) -> sqlx::Result<Entered> {
    if let Some(before) = browser.before {
        sessions::end(tx, before.person.id, &before.hash).await?;
    }
    let now = app.clock.now();
    sessions::forget(tx, now).await?;
    links::forget(tx, now).await?;
    let stage = if second_factor { Stage::Half } else { Stage::Full };
    let cookie = sessions::open(tx, person_id, stage, browser.agent, now).await?;
    let was_in = browser.before.is_some_and(|before| before.stage == Stage::Full && before.person.id == person_id);
    if stage == Stage::Full && !was_in {
        let act = Act::new(Deed::SessionBegun).about("person", person_id).by(Actor::Person(person_id));
        activity::note(tx, now, act.with("by", by.as_str())).await?;
    }
    Ok(Entered { person_id, cookie, stage })
}

/// The second step: a code of the app, or a recovery code.
///
/// # Errors
/// [`Refused`].
pub async fn by_code(
    app: &App,
    delays: &Delays,
    half: &Session,
    typed: &str,
    browser: &Browser<'_>,
) -> Result<Entered, Refused> {
    let person_id = half.person.id;
    let keys = [Key::Code(person_id)];
    let digits = totp::digits(typed);
    if digits.is_some() {
        delays.begin(&keys, app.clock.steady()).map_err(Refused::Wait)?;
    }
    let mut tx = app.db.begin().await?;
    let fits = match digits {
        Some(digits) => second_factor::code_fits(app, &mut tx, person_id, digits).await?,
        None => second_factor::recovery_fits(&mut tx, person_id, typed, app.clock.now()).await?,
    };
    if !fits {
        return Err(Refused::Wrong);
    }
    delays.right(&keys);
    // Whoever is quicker with the same half session is the one who comes in.
    if sessions::end(&mut tx, person_id, &half.hash).await? == 0 {
        return Err(Refused::Wrong);
    }
    let entered = enter(app, &mut tx, person_id, false, &Browser { before: None, ..*browser }, By::Code).await?;
    tx.commit().await?;
    Ok(entered)
}

/// Whether somebody who is signed in knows their password: asked before what concerns their account.
///
/// # Errors
/// [`Refused`].
pub async fn is_password(app: &App, delays: &Delays, person_id: i64, typed: &str) -> Result<(), Refused> {
    let keys = [Key::Device(person_id)];
    delays.begin(&keys, app.clock.steady()).map_err(Refused::Wait)?;
    let kept: Option<Option<String>> =
        query_scalar("SELECT password FROM person WHERE id = $1").bind(person_id).fetch_optional(app.db.on()).await?;
    let judged = password::judge(kept.flatten(), typed).await.inspect_err(|_| delays.undone(&keys))?;
    if !judged.fits {
        return Err(Refused::Wrong);
    }
    delays.right(&keys);
    Ok(())
}

async fn secrets(db: &Db, email_key: &str) -> sqlx::Result<Option<Secrets>> {
    query_as(
        "SELECT id, password, totp_secret IS NOT NULL AS second_factor, disabled_at FROM person WHERE email_key = $1",
    )
    .bind(email_key)
    .fetch_optional(db.on())
    .await
}

/// Whether somebody has a second factor, inside a transaction.
pub(super) async fn has_second_factor(tx: &mut Tx, person_id: i64) -> sqlx::Result<bool> {
    let found: Option<bool> = query_scalar("SELECT totp_secret IS NOT NULL FROM person WHERE id = $1")
        .bind(person_id)
        .fetch_optional(tx.on())
        .await?;
    Ok(found.unwrap_or(false))
}

/// Keeps another hash, of a password that may be the same.
pub(super) async fn store_password(tx: &mut Tx, person_id: i64, hash: &str) -> sqlx::Result<u64> {
    query("UPDATE person SET password = $2 WHERE id = $1").bind(person_id).bind(hash).execute(tx.on()).await
}
