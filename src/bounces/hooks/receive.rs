//! One post to a hook, from its secret to the events that are stored.
//!
//! In: the provider and secret of an address, headers and body; a [`Fetch`] for the one provider whose proof lies elsewhere. Out:
//! pieces handed to [`intake`], or a [`Trouble`]. What was handed in is durable, so the answer may say so. Met by `web`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use url::Url;

use super::batch::Batch;
use super::request::{Headers, Refused, Request};
use super::sns::{self, Message};
use super::{Provider, amazon_ses, json, light, proof};
use crate::app::App;
use crate::bounces::intake;
use crate::clock::{DAY, Millis};
use crate::config::hooks::{Hook, PROVIDERS, Proof, is_secret};
use crate::config::secret::Secret;
use crate::config::wrong::Unusable;
use crate::ledger::Meaning;
use crate::net::fetch::Fetcher;

/// How long a certificate of SNS is kept before it is asked for again; Amazon changes them about once a year, and their names.
const KEPT: Millis = DAY;
/// Certificates that are kept at most; there is one for each region.
const MOST: usize = 64;
/// Largest answer of SNS that is read, bytes; a certificate has 2,000.
const LARGEST: usize = 64 * 1024;

/// Why nothing was accepted.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It is not believed, or not understood.
    #[error("{}", .0.words())]
    Refused(Refused),
    /// It may be right: what proves it cannot be had now. The provider is to send it again.
    #[error("what proves it could not be had: {0}")]
    Later(String),
    /// A file that the configuration names cannot be read.
    #[error("{0}")]
    Setting(Unusable),
    /// The key file that the provider's signatures need is not named.
    #[error("bounces.hooks.{0}.key_file is not set")]
    NoKey(Provider),
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// Asks a server of Amazon for a file.
pub trait Fetch: Send + Sync {
    /// The body of a successful answer; else why there is none.
    fn get<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Vec<u8>, String>>;
}

/// By the guarded client, without following a redirect elsewhere.
#[derive(Debug)]
pub struct Guarded<'a>(pub &'a Fetcher, pub Millis);

impl Fetch for Guarded<'_> {
    fn get<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let read = self.0.get_directly(url, self.1).await.map_err(|error| error.to_string())?;
            if read.bytes.len() > LARGEST { Err(format!("more than {LARGEST} bytes")) } else { Ok(read.bytes) }
        })
    }
}

/// The public keys of SNS's certificates, by their address.
#[derive(Debug, Default)]
pub struct Certificates(Mutex<HashMap<String, Certificate>>);

/// When its file was fetched, and the public key in it.
type Certificate = (Millis, Arc<[u8]>);

impl Certificates {
    async fn key_of(&self, url: &Url, fetch: &dyn Fetch, now: Millis) -> Result<Arc<[u8]>, Trouble> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(url.as_str()).cloned();
        if let Some((_, key)) = known.filter(|(at, _)| (*at..*at + KEPT).contains(&now)) {
            return Ok(key);
        }
        let file = fetch.get(url).await.map_err(Trouble::Later)?;
        let key: Arc<[u8]> =
            sns::key_of(&file).ok_or_else(|| Trouble::Later("no certificate there".to_owned()))?.into();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(url.as_str().to_owned(), (now, key.clone()));
        Ok(key)
    }
}

/// A hook whose secret was right.
#[derive(Debug)]
pub struct Open<'a> {
    /// Whose.
    pub provider: Provider,
    hook: &'a Hook,
}

/// The hook at an address; `None` for a wrong secret just as where there is no such provider, or it is not set up.
pub fn open<'a>(app: &'a App, provider: &str, secret: &str) -> Option<Open<'a>> {
    let provider: Provider = provider.parse().ok()?;
    let hook = app.config.bounces.hooks.get(provider.as_str())?;
    let known = Secret::read(&hook.secret_file).inspect_err(|error| {
        tracing::error!(%provider, %error, "a web hook cannot be opened");
    });
    let known = known.ok().flatten()?;
    let fits = is_secret(known.expose()) && proof::equal(known.expose().as_bytes(), secret.as_bytes()).is_ok();
    fits.then_some(Open { provider, hook })
}

/// Judges, reads and hands in one post; gives how many of its events were new.
///
/// # Errors
/// When it is not believed, or not all of it was stored; what a light shows of it is kept.
pub async fn receive(
    app: &App,
    meaning: Meaning,
    open: &Open<'_>,
    request: &Request<'_>,
    certificates: &Certificates,
    fetch: &dyn Fetch,
) -> Result<usize, Trouble> {
    let (provider, now) = (open.provider, app.clock.now());
    let judged = async {
        login(open.hook, request.headers)?;
        match provider {
            Provider::AmazonSes => of_ses(request.body, &open.hook.topic, certificates, fetch, now).await,
            _ => of_others(open, request, now),
        }
    };
    match judged.await {
        Ok(batch) => {
            let (told, pieces) = (batch.events.len(), batch.pieces(now));
            let new = intake::take_now(app, meaning, &pieces).await?;
            light::seen(&app.db, provider, now).await?;
            tracing::info!(%provider, told, new, "mails came back by a web hook");
            Ok(new)
        }
        Err(trouble) => {
            if let Trouble::Refused(why) = trouble {
                light::refused(&app.db, provider, why, now).await?;
            }
            Err(trouble)
        }
    }
}

fn of_others(open: &Open<'_>, request: &Request<'_>, now: Millis) -> Result<Batch, Trouble> {
    let replay = proven(open.provider, open.hook, request, now)?;
    Ok(Batch { provider: open.provider, replay, events: open.provider.read(request.headers, request.body)? })
}

/// Judges a post by the owner's key, as [`Provider::verify`] does; gives what names this request alone, where something does.
///
/// # Errors
/// When it is not believed, or the key cannot be read.
pub fn proven(provider: Provider, hook: &Hook, request: &Request<'_>, now: Millis) -> Result<Option<String>, Trouble> {
    let key = Secret::read_whole(&hook.key_file).map_err(Trouble::Setting)?;
    let key = key.as_ref().map_or("", Secret::expose);
    if key.is_empty() && signs(provider) {
        return Err(Trouble::NoKey(provider));
    }
    Ok(provider.verify(request, key, now)?)
}

/// Whether posts of this provider bear a signature by a key that the owner has.
pub fn signs(provider: Provider) -> bool {
    PROVIDERS.iter().any(|(name, proof)| *name == provider.as_str() && *proof == Proof::Key)
}

/// A message of SNS: proven, then read; a new subscription is confirmed.
async fn of_ses(
    body: &[u8],
    topic: &str,
    certificates: &Certificates,
    fetch: &dyn Fetch,
    now: Millis,
) -> Result<Batch, Trouble> {
    // What comes by raw delivery bears no signature.
    let raw = || if json::object(body).is_ok() { Refused::Unsigned } else { Refused::Unreadable };
    let message = Message::read(body).map_err(|_| raw())?;
    if !topic.is_empty() && message.topic() != topic {
        return Err(Refused::Origin.into());
    }
    let key = certificates.key_of(&message.certificate()?, fetch, now).await?;
    message.verify(&key, now)?;
    if let Some(url) = message.confirmation()? {
        fetch.get(&url).await.map_err(Trouble::Later)?;
        tracing::info!(topic = message.topic(), "confirmed the subscription of a topic of Amazon SNS");
    }
    let events = if message.is_notification() { amazon_ses::events(&message) } else { Vec::new() };
    Ok(Batch { provider: Provider::AmazonSes, replay: None, events })
}

/// Judges the user and password (RFC 7617), where the owner gave some.
fn login(hook: &Hook, headers: &Headers) -> Result<(), Trouble> {
    let Some(login) = Secret::read(&hook.login_file).map_err(Trouble::Setting)? else { return Ok(()) };
    let said = headers.get("authorization").and_then(|value| value.split_once(' '));
    let said = said.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let said = said.and_then(|(_, text)| STANDARD.decode(text.trim()).ok()).unwrap_or_default();
    proof::equal(login.expose().as_bytes(), &said).map_err(|_| Refused::Login.into())
}

#[cfg(test)]
mod tests;
