//! Getting a feed's bytes over HTTP, within limits, past the guard at every hop.
//!
//! In: an address and what the server said last time (`ETag`, `Last-Modified`). Out: a [`Body`], "unchanged", or a [`FetchError`]
//! with the time after which to ask again. Redirects are followed by hand so that [`super::guard`] judges each; time and size are
//! limited for the whole of it, size after decompression (crates.md section 3). Two requests at once to one host, no more.
//! An answer says where the address has moved for good, when every redirect on the way said so.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::header::{self, HeaderMap};
use reqwest::{Response, StatusCode};
use tokio::sync::Semaphore;
use url::Url;

use super::guard::{Guard, Refusal, Resolver};
use super::parse::{page, parse_date};
use super::trouble::FeedTrouble;
use crate::clock::{Millis, SECOND};
use crate::config::{self, authority};

/// Requests at once to one host; a blog on a small machine must not feel us.
const PER_HOST: usize = 2;
/// Bytes of an error's page that are read for its words; a larger one has none.
const PAGE: usize = 64 * 1024;
/// And as long is waited for it: what counts is the status.
const PAGE_WAIT: Duration = Duration::from_secs(2);
/// Kinds we can read, best first.
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, \
                      text/xml;q=0.9, application/json;q=0.8, */*;q=0.5";

/// What a server answered.
#[derive(Debug)]
pub enum Answer {
    /// The feed.
    Read(Body),
    /// As it was last time (304).
    Unchanged {
        /// As [`Body::moved`].
        moved: Option<Url>,
    },
}

/// A feed's bytes and what was said about them.
#[derive(Debug)]
pub struct Body {
    /// Decompressed.
    pub bytes: Vec<u8>,
    /// `Content-Type`, may be empty.
    pub content_type: String,
    /// Where it stood after all redirects.
    pub url: Url,
    /// The same, when all of them were permanent (301, 308: RFC 9110 sections 15.4.2 and 15.4.9) and there was one at least.
    pub moved: Option<Url>,
    /// `ETag`, byte for byte as given.
    pub etag: Option<String>,
    /// `Last-Modified`, byte for byte as given.
    pub last_modified: Option<String>,
}

/// What the server said last time, to ask whether it has changed (RFC 9110 section 13).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// Why there is no body; [`FeedTrouble`] has the words for the editor.
#[derive(Debug)]
pub enum FetchError {
    /// Not asked at all.
    Refused(Refusal),
    /// 410: it will not come back.
    Gone,
    /// Any other status that is no success.
    Status {
        /// Code and its customary words.
        status: StatusCode,
        /// What its page says, plain text, may be empty.
        words: String,
        /// When it asks to be left alone until.
        retry_at: Option<Millis>,
    },
    /// A `Location` that cannot be followed, or too many.
    Redirect(FeedTrouble),
    /// Past `[feeds] max_bytes`.
    TooLarge(usize),
    /// Past `[feeds] timeout_s`.
    Timeout(u32),
    /// Name, connection, TLS or protocol.
    Transport(String),
}

impl From<Refusal> for FetchError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl FetchError {
    /// When the server asks to be left alone until.
    pub fn retry_at(&self) -> Option<Millis> {
        match self {
            Self::Status { retry_at, .. } => *retry_at,
            _ => None,
        }
    }
}

impl From<reqwest::Error> for FetchError {
    /// The innermost cause says most; a refusal of the guard comes back as one.
    fn from(error: reqwest::Error) -> Self {
        let mut cause: &dyn std::error::Error = &error;
        loop {
            if let Some(refusal) = cause.downcast_ref::<Refusal>() {
                return Self::Refused(refusal.clone());
            }
            match cause.source() {
                Some(inner) => cause = inner,
                None => return Self::Transport(cause.to_string()),
            }
        }
    }
}

/// Reads feeds under the rules of `[feeds]`. Its HTTP client is made when it is first needed.
#[derive(Debug)]
pub struct Fetcher {
    guard: Arc<Guard>,
    limits: config::Feeds,
    user_agent: String,
    client: OnceLock<reqwest::Client>,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Fetcher {
    /// A reader that introduces itself with the public address of this instance.
    pub fn new(limits: &config::Feeds, base_url: &str) -> Self {
        Self {
            guard: Arc::new(Guard::new(limits)),
            limits: limits.clone(),
            user_agent: format!("Facteur/{} (+{base_url})", env!("CARGO_PKG_VERSION")),
            client: OnceLock::new(),
            hosts: Mutex::default(),
        }
    }

    /// Judges an address without asking it.
    ///
    /// # Errors
    /// The guard's refusal.
    pub fn judge(&self, url: &Url) -> Result<(), Refusal> {
        self.guard.judge(url)
    }

    /// Reads what stands at `url`; `now` turns `Retry-After` seconds into an instant.
    ///
    /// # Errors
    /// When there is no body to be had, and why.
    pub async fn get(&self, url: &Url, known: &Validators, now: Millis) -> Result<Answer, FetchError> {
        self.guard.judge(url)?;
        let turn = self.turn(url.host_str().unwrap_or_default());
        let _turn = turn.acquire().await.map_err(|error| FetchError::Transport(error.to_string()))?;
        let whole = self.follow(url, known, now);
        let limit = Duration::from_secs(u64::from(self.limits.timeout_s));
        tokio::time::timeout(limit, whole).await.unwrap_or(Err(FetchError::Timeout(self.limits.timeout_s)))
    }

    /// Redirect by redirect, up to `max_redirects`.
    async fn follow(&self, url: &Url, known: &Validators, now: Millis) -> Result<Answer, FetchError> {
        let mut url = url.clone();
        let (mut redirected, mut for_good) = (false, true);
        for _ in 0..=self.limits.max_redirects {
            self.guard.judge(&url)?;
            let response = self.ask(&url, known).await?;
            let status = response.status();
            if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                let moved = (redirected && for_good).then(|| url.clone());
                return self.take(response, url, moved, now).await;
            }
            redirected = true;
            for_good &= matches!(status.as_u16(), 301 | 308);
            let location = text(response.headers(), header::LOCATION)
                .ok_or_else(|| FetchError::Redirect(FeedTrouble::RedirectNowhere { status: status.to_string() }))?;
            let Ok(next) = url.join(&location) else {
                return Err(FetchError::Redirect(FeedTrouble::RedirectNoAddress { location }));
            };
            url = next;
        }
        Err(FetchError::Redirect(FeedTrouble::Redirects { most: self.limits.max_redirects as usize }))
    }

    async fn ask(&self, url: &Url, known: &Validators) -> Result<Response, FetchError> {
        let mut request = self.client()?.get(url.clone()).header(header::ACCEPT, ACCEPT);
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(last_modified) = &known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, last_modified);
        }
        Ok(request.send().await?)
    }

    async fn take(&self, response: Response, url: Url, moved: Option<Url>, now: Millis) -> Result<Answer, FetchError> {
        let headers = response.headers().clone();
        match response.status() {
            StatusCode::NOT_MODIFIED => Ok(Answer::Unchanged { moved }),
            StatusCode::GONE => Err(FetchError::Gone),
            status if status.is_success() => Ok(Answer::Read(Body {
                bytes: self.read(response, self.limits.max_bytes).await?,
                content_type: text(&headers, header::CONTENT_TYPE).unwrap_or_default(),
                etag: text(&headers, header::ETAG),
                last_modified: text(&headers, header::LAST_MODIFIED),
                url,
                moved,
            })),
            status => {
                let retry_at = text(&headers, header::RETRY_AFTER).and_then(|after| retry_at(&after, now));
                let words = self.words(response, &url).await;
                Err(FetchError::Status { status, words, retry_at })
            }
        }
    }

    /// What the page of an error says beyond its status; nothing when it is slow, long, or repeats a secret of the address.
    async fn words(&self, response: Response, url: &Url) -> String {
        let status = response.status();
        let page = tokio::time::timeout(PAGE_WAIT, self.read(response, PAGE)).await;
        let words = page::words(&String::from_utf8_lossy(&page.ok().and_then(Result::ok).unwrap_or_default()));
        let known = status.canonical_reason().is_some_and(|reason| words.contains(reason));
        if known || page::repeats_query(&words, Some(url)) { String::new() } else { words }
    }

    /// Piece by piece, so that a bomb is seen before it fills the memory.
    async fn read(&self, mut response: Response, limit: usize) -> Result<Vec<u8>, FetchError> {
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await? {
            if bytes.len() + piece.len() > limit {
                return Err(FetchError::TooLarge(limit));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    fn client(&self) -> Result<&reqwest::Client, FetchError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let more = authority::certificates(&self.limits.tls_ca_file)
            .map_err(|error| FetchError::Transport(format!("[feeds] tls_ca_file: {error:#}")))?;
        let more = more
            .iter()
            .map(|certificate| reqwest::Certificate::from_der(certificate))
            .collect::<Result<Vec<_>, _>>()?;
        let client = reqwest::Client::builder()
            .tls_certs_merge(more)
            .user_agent(&self.user_agent)
            .dns_resolver(Resolver(self.guard.clone()))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(Duration::from_secs(30))
            .build()?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Where requests to one host queue.
    fn turn(&self, host: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() > 1000 {
            hosts.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        hosts.entry(host.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(PER_HOST))).clone()
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    let value = value.to_str().map_or_else(|_| String::from_utf8_lossy(value.as_bytes()).into_owned(), str::to_owned);
    Some(value).filter(|value| !value.is_empty())
}

/// `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3).
fn retry_at(value: &str, now: Millis) -> Option<Millis> {
    let seconds = value.trim().parse::<u32>().ok().map(|seconds| now + i64::from(seconds) * SECOND);
    seconds.or_else(|| parse_date(value).filter(|at| *at > now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_at("120", 1_000), Some(121_000));
        assert_eq!(retry_at("Thu, 01 Jan 1970 01:00:00 GMT", 1_000), Some(3_600_000));
        assert_eq!(retry_at("Thu, 01 Jan 1970 00:00:00 GMT", 1_000), None);
        assert_eq!(retry_at("soon", 1_000), None);
    }
}
