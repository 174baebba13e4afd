//! Whether a domain takes mail: asked while somebody waits, so never for long.
//!
//! In: a domain, as an A-label. Out: yes, no, or nothing known. What was found is remembered (a yes for an hour, a no for some
//! minutes, so that whoever mends their domain is let in); a question goes on in the background when its asker has gone, for the
//! next. While name servers are silent nobody is asked for a while, and at most [`AT_ONCE`] questions are open: sign-ups never queue
//! behind them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::{Dns, DnsError, Kind};

/// How long whoever asks waits.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long a yes, a no, and "not known" are remembered.
const YES: Duration = Duration::from_hours(1);
const NO: Duration = Duration::from_mins(5);
const UNKNOWN: Duration = Duration::from_secs(30);
/// How long nobody is asked after a silence.
const REST: Duration = Duration::from_secs(10);
/// Questions that are open at once.
const AT_ONCE: usize = 64;
/// Domains that are remembered.
const MOST: usize = 20_000;

/// What was found of one domain, and until when that counts.
#[derive(Clone, Copy, Debug)]
struct Known {
    until: Instant,
    /// `None`: name servers did not say.
    takes: Option<bool>,
}

/// What was found of domains.
#[derive(Debug)]
pub(super) struct Remembered {
    domains: Mutex<HashMap<String, Known>>,
    silent_since: Mutex<Option<Instant>>,
    room: Arc<Semaphore>,
}

impl Default for Remembered {
    fn default() -> Self {
        Self { domains: Mutex::default(), silent_since: Mutex::default(), room: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Remembered {
    fn known(&self, domain: &str) -> Option<Known> {
        let domains = self.domains.lock().unwrap_or_else(PoisonError::into_inner);
        domains.get(domain).filter(|known| Instant::now() < known.until).copied()
    }

    fn remember(&self, domain: &str, takes: Option<bool>) {
        let now = Instant::now();
        let until = now
            + match takes {
                Some(true) => YES,
                Some(false) => NO,
                None => UNKNOWN,
            };
        let mut domains = self.domains.lock().unwrap_or_else(PoisonError::into_inner);
        if domains.len() >= MOST {
            domains.retain(|_, known| now < known.until);
        }
        if domains.len() < MOST {
            domains.insert(domain.to_owned(), Known { until, takes });
        }
    }

    fn rests(&self) -> bool {
        let since = *self.silent_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| since.elapsed() < REST)
    }

    fn heard(&self, silent: bool) {
        *self.silent_since.lock().unwrap_or_else(PoisonError::into_inner) = silent.then(Instant::now);
    }
}

impl Dns {
    /// Whether a domain takes mail; `None` when name servers do not say so within 300 ms.
    pub async fn takes_mail(self: &Arc<Self>, domain: &str) -> Option<bool> {
        if self.is_off() {
            return None;
        }
        if let Some(known) = self.remembered.known(domain) {
            return known.takes;
        }
        if self.remembered.rests() {
            return None;
        }
        let turn = self.remembered.room.clone().try_acquire_owned().ok()?;
        let (dns, asked) = (self.clone(), domain.to_owned());
        let asking = tokio::spawn(async move {
            let takes = dns.find_out(&asked).await;
            dns.remembered.heard(takes == Err(DnsError::Silent));
            dns.remembered.remember(&asked, takes.clone().ok());
            drop(turn);
            takes.ok()
        });
        tokio::time::timeout(PATIENCE, asking).await.ok()?.ok()?
    }

    /// A mail server, or an address in its place (RFC 5321 section 5.1); but none where the domain says so (RFC 7505).
    async fn find_out(&self, domain: &str) -> Result<bool, DnsError> {
        let mx = self.ask(domain, Kind::Mx).await?;
        if !mx.records.is_empty() {
            return Ok(!mx.is_null_mx());
        }
        if !mx.exists {
            return Ok(false);
        }
        let (four, six) = tokio::join!(self.ask(domain, Kind::A), self.ask(domain, Kind::Aaaa));
        let is_there =
            |found: &Result<super::Answer, DnsError>| found.as_ref().is_ok_and(|answer| !answer.records.is_empty());
        if is_there(&four) || is_there(&six) {
            return Ok(true);
        }
        four.and(six).map(|_| false)
    }
}
