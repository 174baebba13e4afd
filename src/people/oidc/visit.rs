//! A browser that comes back from a provider of log-ins: it is let in, its person's account is linked, or they join; or why not.
//!
//! In: the flow that it took along, and what the provider gave it. Out: [`Home`], or [`Stopped`]. Each way back is good once, whatever
//! comes of it. Who has a second factor here is asked for it, as after a password; who may not come in does not by this door either.

use super::flow::{Flow, LASTS, Wish};
use super::identity::{self, Account};
use super::provider::{Answer, Failed, Provider};
use super::refusal::Refusal;
use crate::app::App;
use crate::db::{Tx, query};
use crate::events::activity;
use crate::letter::NewWay;
use crate::people::delays::{Delays, Key, network};
use crate::people::links::{self, Kind, Look};
use crate::people::login::{self, Browser, By, Entered};
use crate::people::sessions::Stage;
use crate::people::{accounts, letters};

/// What the provider gave a browser to bring back (OpenID Connect Core 1.0 sections 3.1.2.5 and 3.1.2.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// What went, and comes back.
    pub state: String,
    /// To be redeemed.
    pub code: String,
    /// Why there is no code.
    pub error: Option<String>,
    /// Who says so.
    pub issuer: Option<String>,
}

impl Brought {
    /// Reads the query of the address that the browser was sent to. A name that comes twice is refused (RFC 6749 section 3.1).
    pub fn read(query: &str) -> Option<Self> {
        let mut brought = Self::default();
        let (mut state, mut code) = (None, None);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let kept = match &*name {
                "state" => &mut state,
                "code" => &mut code,
                "error" => &mut brought.error,
                "iss" => &mut brought.issuer,
                _ => continue,
            };
            if kept.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        (brought.state, brought.code) = (state?, code.unwrap_or_default());
        Some(brought)
    }
}

/// Where somebody is afterwards.
#[derive(Debug)]
pub enum Home {
    /// In, at least half; and where they wanted to go.
    In(Entered, Option<String>),
    /// As before, with a link.
    Linked,
}

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// For a reason that is said.
    #[error("{0}")]
    Refused(Refusal),
    /// Something failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The flow that this browser took along, if it is the one that came back.
///
/// # Errors
/// [`Refusal::NotOurs`].
pub fn flow(app: &App, cookie: &str, brought: &Brought) -> Result<Flow, Refusal> {
    let flow = Flow::open(&app.keys, cookie, app.clock.now()).filter(|flow| flow.fits(&brought.state));
    flow.ok_or(Refusal::NotOurs)
}

/// What comes of it.
///
/// # Errors
/// [`Stopped`].
pub async fn come_back(
    app: &App,
    provider: &Provider,
    delays: &Delays,
    flow: &Flow,
    brought: &Brought,
    browser: &Browser<'_>,
) -> Result<Home, Stopped> {
    take(app, flow).await?;
    if let Some(error) = &brought.error {
        let said: String = error.chars().filter(char::is_ascii_graphic).take(100).collect();
        tracing::info!(said, "the provider of log-ins ([oidc]) let somebody not in");
        return Err(Refusal::Denied.into());
    }
    let keys = [Key::Network(network(browser.ip))];
    delays.begin(&keys, app.clock.steady()).map_err(|_| Refusal::Wait)?;
    let answer = Answer { code: &brought.code, issuer: brought.issuer.as_deref() };
    let subject = match provider.subject(&app.clock, flow, answer).await {
        Ok(subject) => subject,
        Err(Failed::Untrusted(_)) => return Err(Refusal::Untrusted.into()),
        Err(Failed::Trouble(trouble)) => {
            let refusal = trouble.refusal();
            // Whoever comes while the provider is down has not guessed.
            if refusal != Refusal::Denied {
                delays.undone(&keys);
            }
            return Err(refusal.into());
        }
    };
    delays.right(&keys);
    let account = Account { issuer: provider.issuer(), subject: &subject };
    match &flow.wish {
        Wish::LogIn { next } => Ok(Home::In(log_in(app, account, browser).await?, next.clone())),
        Wish::Link { person_id, session } => link(app, account, *person_id, session, browser).await,
        Wish::Join { invitation } => Ok(Home::In(join(app, account, invitation, browser).await?, None)),
    }
}

/// Uses a way back; those that are too old to be used are forgotten.
async fn take(app: &App, flow: &Flow) -> Result<(), Stopped> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    query("DELETE FROM oidc_return WHERE at <= $1").bind(now - LASTS).execute(tx.on()).await?;
    let taken = query("INSERT INTO oidc_return (hash, at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING")
        .bind(flow.mark())
        .bind(now)
        .execute(tx.on())
        .await?;
    tx.commit().await?;
    if taken == 1 { Ok(()) } else { Err(Refusal::Used.into()) }
}

/// Lets in whom the account is linked to.
async fn log_in(app: &App, account: Account<'_>, browser: &Browser<'_>) -> Result<Entered, Stopped> {
    let mut tx = app.db.begin().await?;
    let owner = identity::owner(&mut tx, account).await?.ok_or(Refusal::NotLinked)?;
    if owner.disabled_at.is_some() {
        return Err(Refusal::Disabled.into());
    }
    let entered = enter(app, &mut tx, account, owner.person_id, browser).await?;
    tx.commit().await?;
    Ok(entered)
}

async fn enter(
    app: &App,
    tx: &mut Tx,
    account: Account<'_>,
    person_id: i64,
    browser: &Browser<'_>,
) -> sqlx::Result<Entered> {
    identity::used(tx, account, app.clock.now()).await?;
    let second_factor = login::has_second_factor(tx, person_id).await?;
    login::enter(app, tx, person_id, second_factor, browser, By::Provider).await
}

/// Links the account to whoever is signed in, if they are who wanted it, still in the same session.
async fn link(
    app: &App,
    account: Account<'_>,
    person_id: i64,
    session: &str,
    browser: &Browser<'_>,
) -> Result<Home, Stopped> {
    let here = browser.before.filter(|before| before.stage == Stage::Full && before.person.id == person_id);
    if here.is_none_or(|here| here.hash != session) {
        return Err(Refusal::SignedOut.into());
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if identity::link(&mut tx, person_id, account, now).await?? {
        letters::new_way(&mut tx, person_id, NewWay::Provider, &app.config.oidc.called(), now).await?;
        activity::note(&mut tx, now, identity::linked(person_id, "session")).await?;
    }
    tx.commit().await?;
    app.wake.now();
    Ok(Home::Linked)
}

/// Uses an invitation: its person has this account for a way in, and no password until they want one.
async fn join(app: &App, account: Account<'_>, invitation: &str, browser: &Browser<'_>) -> Result<Entered, Stopped> {
    let link = match links::look(app, invitation).await? {
        Look::Good(link) if link.kind == Kind::Invite => link,
        _ => return Err(Refusal::InvitationOver.into()),
    };
    let person_id = link.person_id.ok_or(Refusal::InvitationOver)?;
    let person = accounts::by_id(&app.db, person_id).await?.ok_or(Refusal::InvitationOver)?;
    if person.disabled_at.is_some() {
        return Err(Refusal::Disabled.into());
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !links::take(&mut tx, &link, now).await? {
        return Err(Refusal::InvitationOver.into());
    }
    identity::link(&mut tx, person_id, account, now).await??;
    let entered = enter(app, &mut tx, account, person_id, browser).await?;
    activity::note(&mut tx, now, identity::linked(person_id, "invitation")).await?;
    tx.commit().await?;
    Ok(entered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_brought_back_is_read_once_each() {
        let read = Brought::read("code=a%2Bb&state=s&iss=https%3A%2F%2Fauth.example.org&session_state=x").unwrap();
        assert_eq!((read.code.as_str(), read.state.as_str(), read.error), ("a+b", "s", None));
        assert_eq!(read.issuer.as_deref(), Some("https://auth.example.org"));
        let refused = Brought::read("error=access_denied&error_description=no&state=s").unwrap();
        assert_eq!((refused.code.as_str(), refused.error.as_deref()), ("", Some("access_denied")));
        for wrong in ["", "code=a", "state=a&state=a&code=b", "state=a&code=b&code=c", "state=a&code=b&iss=c&iss=d"] {
            assert_eq!(Brought::read(wrong), None, "{wrong}");
        }
    }
}
