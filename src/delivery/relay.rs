//! One relay: where it is, how it is doing, what it taught us. Shared by all connections to it.
//!
//! In: the `[smtp]` section. Out: a [`Relay`] that `session::work` is started with, once per connection. Met by the
//! ledger's run loop.

use std::sync::Arc;

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::Key;
use super::health::Health;
use super::lane::Alarms;
use super::learned::Learned;
use super::policy::Policy;
use super::replies::{Action, Scope, Verdict, judge};
use super::session::Live;
use super::smtp::auth::Credentials;
use super::smtp::connection::Connection;
use super::smtp::open::{OpenError, Protection, Target, open};
use super::smtp::tls::Secure;
use super::smtp::{Stage, Timeouts};
use crate::clock::{Clock, HOUR, Millis};
use crate::config::{Pipelining, Smtp, Tls};

/// A mail server that takes our mail.
#[derive(Debug)]
pub struct Relay {
    /// How connections to it are made.
    pub target: Target,
    /// How it is doing.
    pub health: Arc<Health>,
    /// How many connections to it are open.
    pub live: Live,
    /// What it taught us.
    pub learned: Learned,
    /// Refusals that look like policy.
    pub policy: Policy,
    /// What may travel in one write.
    pub pipelining: Pipelining,
    /// Retrying a digest's mail ends after this; a letter's after half of it.
    pub give_up: Millis,
    /// The time, for what is recorded.
    pub clock: Clock,
}

impl Relay {
    /// Reads the settings; connects to nothing yet. `base_url` gives the name for `EHLO` when none is set.
    ///
    /// # Errors
    /// When the host, a certificate file or the base URL is not usable.
    pub fn new(smtp: &Smtp, base_url: &str, clock: Clock, alarms: Alarms) -> anyhow::Result<Arc<Self>> {
        let health = Health::new(alarms, Timeouts::default().back_off, Arc::default());
        Self::with(smtp, base_url, clock, health, Timeouts::default())
    }

    /// As [`Relay::new`], with a health that a roster listens to, and for tests other limits than RFC 5321's.
    ///
    /// # Errors
    /// As [`Relay::new`].
    pub fn with(
        smtp: &Smtp,
        base_url: &str,
        clock: Clock,
        health: Arc<Health>,
        timeouts: Timeouts,
    ) -> anyhow::Result<Arc<Self>> {
        let secure = || Secure::new(&smtp.host, &smtp.tls_ca_file, smtp.tls_accept_invalid);
        let protection = match smtp.tls {
            Tls::None => Protection::Clear,
            Tls::Starttls => Protection::StartTls(secure()?),
            Tls::Tls => Protection::Implicit(secure()?),
        };
        let credentials = (!smtp.username.is_empty())
            .then(|| Credentials { username: smtp.username.clone(), password_file: smtp.password_file.clone() });
        let hello = if smtp.hello.is_empty() { own_name(base_url)? } else { smtp.hello.clone() };
        let (host, port) = (smtp.host.clone(), smtp.port);
        Ok(Arc::new(Self {
            target: Target { host, port, protection, credentials, hello, timeouts },
            health,
            live: Live::default(),
            learned: Learned::default(),
            policy: Policy::default(),
            pipelining: smtp.pipelining,
            give_up: Millis::from(smtp.give_up_h) * HOUR,
            clock,
        }))
    }

    /// A new connection.
    pub async fn open(&self, hard_stop: CancellationToken) -> Result<Connection, OpenError> {
        open(&self.target, hard_stop).await
    }

    /// How long this mail is tried.
    pub fn give_up(&self, key: &Key) -> Millis {
        match key {
            Key::Digest { .. } => self.give_up,
            Key::Letter { .. } => self.give_up / 2,
        }
    }
}

/// What a failed connection means.
pub fn judge_open(error: &OpenError) -> Verdict {
    let (scope, action) = match error {
        OpenError::Broken(_) => (Scope::Server, Action::BackOff),
        OpenError::Tls(_) => (Scope::Server, Action::Alert),
        OpenError::Credentials(_) => (Scope::Account, Action::Pause),
        OpenError::Refused { stage, code, words } => return judge(*stage, *code, None, words),
    };
    Verdict { scope, action }
}

/// Whether a failed connection may mean that we have too many, not that the server is down.
pub fn one_too_many(error: &OpenError) -> bool {
    match error {
        OpenError::Broken(_) => true,
        OpenError::Refused { stage: Stage::Banner | Stage::Hello, code, .. } => (400..500).contains(code),
        _ => false,
    }
}

/// The host of the base URL, an address as RFC 5321 section 4.1.3 wants it.
fn own_name(base_url: &str) -> anyhow::Result<String> {
    let url = url::Url::parse(base_url).with_context(|| format!("base_url = \"{base_url}\" is no URL"))?;
    match url.host() {
        Some(url::Host::Domain(name)) => Ok(name.to_owned()),
        Some(url::Host::Ipv4(address)) => Ok(format!("[{address}]")),
        Some(url::Host::Ipv6(address)) => Ok(format!("[IPv6:{address}]")),
        None => anyhow::bail!("base_url = \"{base_url}\" has no host, and [smtp] hello is empty"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_name_is_a_host_or_an_address_literal() {
        assert_eq!(own_name("https://news.example.org").unwrap(), "news.example.org");
        assert_eq!(own_name("http://127.0.0.1:8080").unwrap(), "[127.0.0.1]");
        assert_eq!(own_name("http://[::1]:8080").unwrap(), "[IPv6:::1]");
        assert!(own_name("news").is_err());
    }
}
