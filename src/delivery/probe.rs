//! What a mail server offers, looked at without a mail and without logging in: for the doctor.
//!
//! In: the settings of a server. Out: a [`Probe`], or what stands in the way, in words.

use std::time::Duration;

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::wire::relay::Relay;
use super::wire::smtp::Broken;
use super::wire::smtp::open::open;
use crate::clock::Clock;
use crate::config::Smtp;

/// Longest wait for a server that is only looked at.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What it offers (the lines of its answer to `EHLO`, without the greeting).
    pub extensions: Vec<String>,
    /// The version of TLS; `None` in clear.
    pub tls: Option<&'static str>,
    /// Whether it offers a way to log in that we know.
    pub auth: bool,
}

/// Connects, greets and encrypts as before a first mail, then says goodbye.
///
/// # Errors
/// When it is not reached, does not greet, or cannot encrypt as it should.
pub async fn probe(smtp: &Smtp, base_url: &str) -> anyhow::Result<Probe> {
    // The password goes nowhere.
    let smtp = Smtp { username: String::new(), ..smtp.clone() };
    let (alarms, _heard) = tokio::sync::mpsc::unbounded_channel();
    let relay = Relay::new(&smtp, base_url, Clock::system(), alarms)?;
    let opened = tokio::time::timeout(PATIENCE, open(&relay.target, CancellationToken::new())).await;
    let connection = opened.unwrap_or_else(|_| Err(Broken::TimedOut(PATIENCE).into()));
    let connection = connection.with_context(|| format!("{}:{}", smtp.host, smtp.port))?;
    let lines = connection.text().lines().skip(1).map(str::trim).filter(|line| !line.is_empty());
    let extensions = lines.map(str::to_owned).collect();
    let offers = connection.offers;
    let probe = Probe { extensions, tls: connection.protocol(), auth: offers.auth_plain || offers.auth_login };
    connection.quit().await;
    Ok(probe)
}
