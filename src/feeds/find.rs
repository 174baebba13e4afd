//! Finds the feed at an address that somebody typed, or the feed that the web page there links to.
//!
//! In: an address. Out: the parsed feed and its address, or why there is none, in words for an editor. Nothing is stored; met by
//! the commands that check and add feeds.

use url::Url;

use super::failure::Failure;
use super::parse::{self, ParseError, Source};
use crate::clock::Millis;
use crate::net::fetch::{Answer, Fetcher, Validators};

/// A feed that was found.
#[derive(Debug)]
pub struct Found {
    /// The feed's address.
    pub url: Url,
    /// Whether a web page linked to it.
    pub named: bool,
    /// The address to which its server says that the feed has moved for good.
    pub moved: Option<Url>,
    /// The parsed feed.
    pub feed: parse::Feed,
}

/// Why there is no feed. The texts are shown to the editor.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// It could not be fetched.
    #[error("{url}: {error}")]
    Fetch {
        /// What was asked.
        url: Url,
        /// Why.
        error: Failure,
    },
    /// The document is no feed.
    #[error("{url}: {error}")]
    NoFeed {
        /// What was asked.
        url: Url,
        /// Why.
        error: ParseError,
    },
    /// A 304 to a question that had no condition.
    #[error("{0}: the server answered 304 (not modified) to a request without conditions; its cache may be broken")]
    Unasked(Url),
    /// The link to the feed in the page is unusable.
    #[error("{page}: the page links to `{named}` as its feed, which is not a web address")]
    Named {
        /// The page.
        page: Url,
        /// The link.
        named: String,
    },
}

/// Reads the feed at `url`, or the one that the web page there links to.
///
/// # Errors
/// When there is none; see [`FindError`].
pub async fn find(fetcher: &Fetcher, url: &Url, limit: usize, now: Millis) -> Result<Found, FindError> {
    let error = match ask(fetcher, url, limit, now).await? {
        Ok(found) => return Ok(found),
        Err(error) => error,
    };
    let named = match &error {
        ParseError::WebPage(page) => page.feeds.first().cloned(),
        _ => None,
    };
    let Some(named) = named else { return Err(FindError::NoFeed { url: url.clone(), error }) };
    let Ok(there) = Url::parse(&named) else { return Err(FindError::Named { page: url.clone(), named }) };
    match ask(fetcher, &there, limit, now).await? {
        Ok(found) => Ok(Found { named: true, ..found }),
        Err(error) => Err(FindError::NoFeed { url: there, error }),
    }
}

async fn ask(fetcher: &Fetcher, url: &Url, limit: usize, now: Millis) -> Result<Result<Found, ParseError>, FindError> {
    let answer = fetcher.get(url, &Validators::default(), now).await;
    let body = match answer.map_err(|error| FindError::Fetch { url: url.clone(), error: Failure::of(error, url) })? {
        Answer::Read(body) => body,
        Answer::Unchanged { .. } => return Err(FindError::Unasked(url.clone())),
    };
    let source = Source { bytes: &body.bytes, content_type: &body.content_type, url: Some(&body.url), limit };
    let moved = body.moved.clone().filter(|moved| moved != url);
    Ok(parse::parse(source).map(|feed| Found { url: url.clone(), named: false, moved, feed }))
}
