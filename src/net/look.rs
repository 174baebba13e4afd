//! Whether the target of a link answers: asked politely, and never judged by silence.
//!
//! In: addresses. Out: a [`Look`] each. `HEAD`, and `GET` where a server does not know that; each hop past the guard; at most two at
//! once to a domain, a hundred in a burst and then one a second; an answer is remembered for a minute. What does not answer in time, or
//! does not want to be asked, is *not checkable*: only a server that says there is nothing there makes a link broken.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use reqwest::{Method, Response, StatusCode, header};
use url::Url;

use super::fetch::{FetchError, Fetcher, Redirect};

/// Requests to one host at once, one after the other, before they are spread.
const BURST: NonZeroU32 = NonZeroU32::new(100).expect("not zero");
/// How long an answer is remembered.
const REMEMBERED: Duration = Duration::from_mins(1);
/// Answers that are remembered at most.
const MOST: usize = 10_000;
/// How long one address may take, seconds, where `[feeds] timeout_s` allows more.
const PATIENCE: u64 = 8;

/// What became of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Something is there.
    Fine,
    /// The server says that there is nothing: 404 or 410; or no server has this name.
    Broken,
    /// It could not be said: no answer in time, no connection, or the server does not want to be asked.
    NotCheckable,
}

/// What was seen, and how often each host may be asked.
#[derive(Debug)]
pub(super) struct Looks {
    pace: DefaultKeyedRateLimiter<String>,
    seen: Mutex<HashMap<String, (Instant, Look)>>,
}

impl Default for Looks {
    fn default() -> Self {
        let pace = RateLimiter::keyed(Quota::per_second(NonZeroU32::MIN).allow_burst(BURST));
        Self { pace, seen: Mutex::default() }
    }
}

impl Looks {
    fn known(&self, url: &Url) -> Option<Look> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(url.as_str()).filter(|(at, _)| at.elapsed() < REMEMBERED).map(|(_, look)| *look)
    }

    fn remember(&self, url: &Url, look: Look) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.retain(|_, (at, _)| at.elapsed() < REMEMBERED);
        }
        if seen.len() < MOST {
            seen.insert(url.as_str().to_owned(), (Instant::now(), look));
        }
    }
}

impl Fetcher {
    /// What was seen of an address within the last minute.
    pub fn looked(&self, url: &Url) -> Option<Look> {
        self.looks.known(&bare(url))
    }

    /// Looks at an address, unless that was done within the last minute.
    pub async fn look(&self, url: &Url) -> Look {
        let url = bare(url);
        if let Some(look) = self.looks.known(&url) {
            return look;
        }
        let host = domain(&url);
        if self.judge(&url).is_err() {
            self.looks.remember(&url, Look::NotCheckable);
            return Look::NotCheckable;
        }
        let turn = self.turn(&host);
        let Ok(_turn) = turn.acquire().await else { return Look::NotCheckable };
        self.looks.pace.until_key_ready(&host).await;
        // Somebody before us in the queue may have asked.
        if let Some(look) = self.looks.known(&url) {
            return look;
        }
        let limit = Duration::from_secs(PATIENCE.min(u64::from(self.limits.timeout_s)));
        let look = tokio::time::timeout(limit, self.ask_there(&url)).await.unwrap_or(Look::NotCheckable);
        self.looks.remember(&url, look);
        look
    }

    async fn ask_there(&self, url: &Url) -> Look {
        match self.last_status(url, Method::HEAD).await {
            Ok(status) if status.is_success() => return Look::Fine,
            Ok(StatusCode::TOO_MANY_REQUESTS) => return Look::NotCheckable,
            // Many servers know no HEAD, and say so with any status.
            Ok(_) => {}
            Err(error) => return of_error(&error),
        }
        match self.last_status(url, Method::GET).await {
            Ok(status) if status.is_success() => Look::Fine,
            Ok(StatusCode::NOT_FOUND | StatusCode::GONE) => Look::Broken,
            Ok(_) => Look::NotCheckable,
            Err(error) => of_error(&error),
        }
    }

    /// The status after all redirects; the body is not read.
    async fn last_status(&self, url: &Url, method: Method) -> Result<StatusCode, FetchError> {
        let mut url = url.clone();
        for _ in 0..=self.limits.max_redirects {
            self.judge(&url)?;
            let response: Response =
                self.client()?.request(method.clone(), url.clone()).header(header::ACCEPT, "*/*").send().await?;
            let status = response.status();
            if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(status);
            }
            let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
            let location = location.ok_or(FetchError::Redirect(Redirect::Nowhere(status)))?;
            let next = url.join(location);
            url = next.map_err(|_| FetchError::Redirect(Redirect::NoAddress(location.to_owned())))?;
        }
        Err(FetchError::Redirect(Redirect::Many(self.limits.max_redirects)))
    }
}

/// The domain that a name belongs to, as far as its last two labels say; an address of the network is its own. Where whole
/// countries share them, their sites are asked more slowly.
fn domain(url: &Url) -> String {
    match url.host() {
        Some(url::Host::Domain(name)) => {
            let mut labels: Vec<&str> = name.rsplit('.').take(2).collect();
            labels.reverse();
            labels.join(".")
        }
        Some(address) => address.to_string(),
        None => String::new(),
    }
}

/// The server is asked for the page, not for a place in it.
fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// A redirect that leads nowhere is the site's fault; all else may be ours, or passing.
fn of_error(error: &FetchError) -> Look {
    match error {
        FetchError::Redirect(_) => Look::Broken,
        _ => Look::NotCheckable,
    }
}
