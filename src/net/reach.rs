//! How a server answers one request: its status, where it sends one, its clock. No redirect is followed, no body read.
//!
//! In: an address, perhaps a form to post. Out: a [`Reached`], or why there is none. Past the guard as every request of ours.
//! Met by `doctor`.

use std::time::{Duration, Instant};

use reqwest::{StatusCode, header};
use url::Url;

use super::fetch::{FetchError, Fetcher, http_date};
use crate::clock::{Millis, SECOND};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its status.
    pub status: StatusCode,
    /// Where it sends one.
    pub location: Option<String>,
    /// What the server's clock said (`Date`, whole seconds).
    pub date: Option<Millis>,
    /// How long the answer has lain in a cache (`Age`).
    pub age: Millis,
    /// How long it took.
    pub took: Duration,
}

impl Fetcher {
    /// Asks for the head of a page.
    ///
    /// # Errors
    /// When no answer comes, or none may be asked for.
    pub async fn reach(&self, url: &Url) -> Result<Reached, FetchError> {
        self.judge(url)?;
        self.answer(self.client()?.head(url.clone())).await
    }

    /// Posts a form, as a mail program posts that of one-click unsubscribing (RFC 8058): no cookie, no origin.
    ///
    /// # Errors
    /// As [`Fetcher::reach`].
    pub async fn post_form(&self, url: &Url, form: &'static str) -> Result<Reached, FetchError> {
        self.judge(url)?;
        let request = self.client()?.post(url.clone());
        self.answer(request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form)).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Reached, FetchError> {
        let limit = Duration::from_secs(u64::from(self.limits.timeout_s));
        let begin = Instant::now();
        let response = tokio::time::timeout(limit, request.send()).await;
        let response = response.map_err(|_| FetchError::Timeout(self.limits.timeout_s))??;
        let text = |name: header::HeaderName| response.headers().get(name)?.to_str().ok().map(str::to_owned);
        Ok(Reached {
            status: response.status(),
            location: text(header::LOCATION),
            date: text(header::DATE).as_deref().and_then(http_date),
            age: text(header::AGE)
                .and_then(|age| age.trim().parse::<u32>().ok())
                .map_or(0, |age| i64::from(age) * SECOND),
            took: begin.elapsed(),
        })
    }
}
