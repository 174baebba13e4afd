//! Fetches a feed's bytes (or a certificate's) over HTTP, within limits; the guard judges every hop.
//!
//! In: an address and what the server said last time (`ETag`, `Last-Modified`). Out: a [`Body`], "unchanged", or a [`FetchError`]
//! with the time after which to ask again. Redirects are followed by hand so that [`super::guard`] judges each; time and size are
//! limited for the whole request, size after decompression. At most two requests run at once to one host. An answer says where the
//! address has moved for good, when every redirect on the way was permanent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::header::{self, HeaderMap};
use reqwest::{Response, StatusCode};
use tokio::sync::Semaphore;
use url::Url;

use super::guard::{Guard, Refusal, Resolver};
use super::look::Looks;
use crate::clock::{Millis, SECOND};
use crate::config::{self, authority};

/// Requests at once to one host; polling must not slow down a blog on a small machine.
const PER_HOST: usize = 2;
/// Largest error page, in bytes, whose words are read.
const PAGE: usize = 64 * 1024;
/// Longest wait for an error page: the status is what counts.
const PAGE_WAIT: Duration = Duration::from_secs(2);
/// Media types we can read, best first.
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, \
                      text/xml;q=0.9, application/json;q=0.8, */*;q=0.5";

/// What a server answered.
#[derive(Debug)]
pub enum Answer {
    /// The feed.
    Read(Body),
    /// Unchanged since the last time (304).
    Unchanged {
        /// As [`Body::moved`].
        moved: Option<Url>,
    },
}

/// A feed's bytes and what its server says about them.
#[derive(Debug)]
pub struct Body {
    /// Decompressed.
    pub bytes: Vec<u8>,
    /// `Content-Type`, may be empty.
    pub content_type: String,
    /// The address after all redirects.
    pub url: Url,
    /// That address, when all redirects were permanent (301, 308: RFC 9110 sections 15.4.2 and 15.4.9) and there was at least one.
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

/// Why there is no body. The text is shown to the editor.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The guard refused the address, so no request was made.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// 410: the address will not come back.
    #[error("the server says that it is gone for good (410)")]
    Gone,
    /// Any other unsuccessful status.
    #[error("the server answered {status}")]
    Status {
        /// Code and its customary words.
        status: StatusCode,
        /// The page that came with it, empty when it is slow or longer than 64 KiB.
        page: String,
        /// Instant before which the server does not want another request.
        retry_at: Option<Millis>,
    },
    /// A `Location` that cannot be followed, or too many redirects.
    #[error("{0}")]
    Redirect(Redirect),
    /// Past `[feeds] max_bytes`.
    #[error("the answer is larger than {0} bytes ([feeds] max_bytes)")]
    TooLarge(usize),
    /// Past `[feeds] timeout_s`.
    #[error("no complete answer within {0} s ([feeds] timeout_s)")]
    Timeout(u32),
    /// Name, connection, TLS or protocol.
    #[error("cannot be reached: {0}")]
    Transport(String),
}

/// Why a redirect is not followed.
#[derive(Debug, thiserror::Error)]
pub enum Redirect {
    /// It names no target.
    #[error("the server answered {0} without a new address")]
    Nowhere(StatusCode),
    /// Its target cannot be asked.
    #[error("the server redirects to `{0}`, which is not a web address")]
    NoAddress(String),
    /// Others came before it.
    #[error("more than {0} redirects")]
    Many(u32),
}

impl FetchError {
    /// The instant before which the server does not want another request.
    pub fn retry_at(&self) -> Option<Millis> {
        match self {
            Self::Status { retry_at, .. } => *retry_at,
            _ => None,
        }
    }
}

impl From<reqwest::Error> for FetchError {
    /// The innermost cause says most; a refusal by the guard is recognised among the causes.
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
    pub(super) limits: config::Feeds,
    user_agent: String,
    client: OnceLock<reqwest::Client>,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
    pub(super) looks: Looks,
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
            looks: Looks::default(),
        }
    }

    /// Judges an address without a request.
    ///
    /// # Errors
    /// The guard's refusal.
    pub fn judge(&self, url: &Url) -> Result<(), Refusal> {
        self.guard.judge(url)
    }

    /// Fetches `url`; `now` turns `Retry-After` seconds into an instant.
    ///
    /// # Errors
    /// When there is no body; says why.
    pub async fn get(&self, url: &Url, known: &Validators, now: Millis) -> Result<Answer, FetchError> {
        self.in_turn(url, self.follow(url, known, now)).await
    }

    /// Fetches `url` from where it says: a redirect is an error. For addresses that were chosen by their host.
    ///
    /// # Errors
    /// When there is no body; says why.
    pub async fn get_directly(&self, url: &Url, now: Millis) -> Result<Body, FetchError> {
        let once = async {
            let response = self.ask(url, &Validators::default()).await?;
            self.take(response, url.clone(), None, now).await
        };
        match self.in_turn(url, once).await? {
            Answer::Read(body) => Ok(body),
            Answer::Unchanged { .. } => Err(FetchError::Transport("it says that nothing changed".to_owned())),
        }
    }

    /// Judges the address, waits for the turn of its host, and limits the time of the work.
    pub(super) async fn in_turn<T>(
        &self,
        url: &Url,
        work: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<T, FetchError> {
        self.guard.judge(url)?;
        let turn = self.turn(url.host_str().unwrap_or_default());
        let _turn = turn.acquire().await.map_err(|error| FetchError::Transport(error.to_string()))?;
        let limit = Duration::from_secs(u64::from(self.limits.timeout_s));
        tokio::time::timeout(limit, work).await.unwrap_or(Err(FetchError::Timeout(self.limits.timeout_s)))
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
            let location =
                text(response.headers(), header::LOCATION).ok_or(FetchError::Redirect(Redirect::Nowhere(status)))?;
            url = url.join(&location).map_err(|_| FetchError::Redirect(Redirect::NoAddress(location)))?;
        }
        Err(FetchError::Redirect(Redirect::Many(self.limits.max_redirects)))
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
                let page = self.page(response).await;
                Err(FetchError::Status { status, page, retry_at })
            }
        }
    }

    /// The page of an error.
    async fn page(&self, response: Response) -> String {
        let page = tokio::time::timeout(PAGE_WAIT, self.read(response, PAGE)).await;
        String::from_utf8_lossy(&page.ok().and_then(Result::ok).unwrap_or_default()).into_owned()
    }

    /// Reads piece by piece, so that a decompression bomb is noticed before it fills the memory.
    pub(super) async fn read(&self, mut response: Response, limit: usize) -> Result<Vec<u8>, FetchError> {
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await? {
            if bytes.len() + piece.len() > limit {
                return Err(FetchError::TooLarge(limit));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    pub(super) fn client(&self) -> Result<&reqwest::Client, FetchError> {
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
    pub(super) fn turn(&self, host: &str) -> Arc<Semaphore> {
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
    seconds.or_else(|| http_date(value).filter(|at| *at > now))
}

/// A date as servers write it (RFC 9110 section 5.6.7).
pub(super) fn http_date(value: &str) -> Option<Millis> {
    let date = jiff::fmt::rfc2822::parse(value.trim()).ok()?;
    Some(date.timestamp().as_millisecond())
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
