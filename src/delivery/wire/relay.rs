//! One relay from the side of one lane: its address, its health, what was learned about it. Shared by the lane's connections to it.
//!
//! In: the `[smtp]` section. Out: a [`Relay`] that `session::work` is started with, once per connection; letters have a
//! health of their own ([`Relay::for_letters`]). Met by the ledger's run loop.

use std::sync::Arc;

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::breaker::Breaker;
use super::contract::Alarms;
use super::health::{Fault, Health};
use super::learned::Learned;
use super::live::Live;
use super::replies::{Verdict, judge};
use super::senders::Senders;
use super::smtp::auth::Credentials;
use super::smtp::connection::Connection;
use super::smtp::open::{OpenError, Protection, Target, open};
use super::smtp::product::Product;
use super::smtp::{Stage, Timeouts};
use crate::clock::{Clock, HOUR, Millis};
use crate::config::{Pipelining, Smtp, Tls};
use crate::ledger::{Key, Lane};
use crate::net::tls::Secure;
use crate::refusal::Rules;

/// A mail server that takes our mail.
#[derive(Debug)]
pub struct Relay {
    /// How connections to it are made.
    pub target: Target,
    /// How it is doing.
    pub health: Arc<Health>,
    /// How the senders of this lane are doing there.
    pub senders: Arc<Senders>,
    /// How many connections to it are open, of both lanes.
    pub live: Arc<Live>,
    /// What it taught us, on both lanes.
    pub learned: Arc<Learned>,
    /// Refusals for good.
    pub breaker: Breaker,
    /// Most messages on a connection, as configured; 0: as the product bears.
    pub messages_per_connection: u32,
    /// What may travel in one write.
    pub pipelining: Pipelining,
    /// Retrying a digest's mail ends after this; a letter's after half of it.
    pub give_up: Millis,
    /// What refusals are about.
    pub rules: Arc<Rules>,
    /// The time, for what is recorded.
    pub clock: Clock,
}

impl Relay {
    /// Reads the settings; connects to nothing yet. `base_url` gives the name for `EHLO` when none is set.
    ///
    /// # Errors
    /// When the host, a certificate file or the base URL is not usable.
    pub fn new(smtp: &Smtp, base_url: &str, clock: Clock, alarms: Alarms) -> anyhow::Result<Arc<Self>> {
        let health = Health::new(Lane::Digests, alarms, Timeouts::default().back_off, Arc::default(), clock.clone());
        Self::with(smtp, base_url, clock, health, Timeouts::of(smtp), Arc::default())
    }

    /// As [`Relay::new`], with a health that a balancer listens to, the operator's rules for refusals, and for tests other limits than
    /// RFC 5321's.
    ///
    /// # Errors
    /// As [`Relay::new`].
    pub fn with(
        smtp: &Smtp,
        base_url: &str,
        clock: Clock,
        health: Arc<Health>,
        timeouts: Timeouts,
        rules: Arc<Rules>,
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
            senders: Arc::new(Senders::new(timeouts.back_off, clock.clone())),
            live: Arc::new(Live::new(smtp.connections)),
            learned: Arc::new(Learned::new(clock.clone())),
            breaker: Breaker::default(),
            messages_per_connection: smtp.messages_per_connection,
            pipelining: smtp.pipelining,
            give_up: Millis::from(smtp.give_up_h) * HOUR,
            rules,
            clock,
        }))
    }

    /// The same server as letters meet it: what digests are refused does not stop them.
    pub fn for_letters(&self, health: Arc<Health>) -> Arc<Self> {
        Arc::new(Self {
            target: self.target.clone(),
            health,
            senders: Arc::new(Senders::new(self.target.timeouts.back_off, self.clock.clone())),
            live: self.live.clone(),
            learned: self.learned.clone(),
            breaker: Breaker::default(),
            messages_per_connection: self.messages_per_connection,
            pipelining: self.pipelining,
            give_up: self.give_up,
            rules: self.rules.clone(),
            clock: self.clock.clone(),
        })
    }

    /// Most messages on a connection to this product.
    pub fn most_messages(&self, product: Product) -> u32 {
        match self.messages_per_connection {
            0 => product.most_messages().unwrap_or(u32::MAX),
            most => most,
        }
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
pub fn fault_of(error: &OpenError) -> Fault {
    match error {
        OpenError::Broken(_) => Fault::Away,
        OpenError::Tls(_) | OpenError::Lmtp => Fault::Mend,
        OpenError::Credentials(_) => Fault::Account,
        OpenError::Refused { stage, code, words } => match judge(*stage, *code, None, words) {
            Verdict::Server => Fault::Mend,
            Verdict::Account | Verdict::Mechanism => Fault::Account,
            _ => Fault::Away,
        },
    }
}

/// Whether a failed connection may mean that we have too many, not that the server is down.
pub fn one_too_many(error: &OpenError) -> bool {
    matches!(error, OpenError::Broken(_) | OpenError::Refused { stage: Stage::Banner | Stage::Hello, .. })
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
