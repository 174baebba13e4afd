//! The feed at an address that somebody typed, or the one that the web page there names.
//!
//! In: an address. Out: what stands there and where, or why it is no feed, in words for an editor. Nothing is stored; met by the
//! commands that check and add feeds.

use url::Url;

use super::failure::Failure;
use super::parse::{self, ParseError, Source};
use crate::clock::Millis;
use crate::net::fetch::{Answer, Fetcher, Validators};

/// A feed that was found.
#[derive(Debug)]
pub struct Found {
    /// Where it is to be read.
    pub url: Url,
    /// Whether a page was asked that named it.
    pub named: bool,
    /// Where its server says that it stands for good, when elsewhere.
    pub moved: Option<Url>,
    /// As it was understood.
    pub feed: parse::Feed,
}

/// Why there is no feed. The texts go to the editor.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// It could not be had.
    #[error("{url}: {error}")]
    Fetch {
        /// What was asked.
        url: Url,
        /// Why.
        error: Failure,
    },
    /// It is none.
    #[error("{url}: {error}")]
    NoFeed {
        /// What was asked.
        url: Url,
        /// Why.
        error: ParseError,
    },
    /// A 304 to a question that had no condition.
    #[error("{0}: the server says that nothing changed, though it was not asked")]
    Unasked(Url),
    /// What a page names cannot be asked.
    #[error("{page}: the page names `{named}` as its feed, which is no address")]
    Named {
        /// The page.
        page: Url,
        /// What it names.
        named: String,
    },
}

/// Reads the feed at `url`, or the one that the web page there names.
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
