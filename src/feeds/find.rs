//! Finds the feed at an address that somebody typed, or the feed that the web page there links to.
//!
//! In: an address. Out: the parsed feed and its address, or why there is none, in words for an editor. Nothing is stored; met by
//! the commands that check and add feeds.

use url::Url;

use super::failure;
use super::parse::{self, ParseError, Source};
use super::trouble::FeedTrouble;
use crate::clock::Millis;
use crate::coded::Told;
use crate::i18n::Locale;
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

/// Why there is no feed at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindError {
    /// What was asked last.
    pub url: Url,
    /// What is wrong there.
    pub trouble: FeedTrouble,
}

impl Told for FindError {
    fn words(&self, locale: &Locale) -> String {
        format!("{}: {}", self.url, self.trouble.words(locale))
    }
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
        ParseError::NoFeed(_) => None,
    };
    let Some(named) = named else { return Err(FindError { url: url.clone(), trouble: (&error).into() }) };
    let Ok(there) = Url::parse(&named) else {
        return Err(FindError { url: url.clone(), trouble: FeedTrouble::NamesNoAddress { named } });
    };
    match ask(fetcher, &there, limit, now).await? {
        Ok(found) => Ok(Found { named: true, ..found }),
        Err(error) => Err(FindError { url: there, trouble: (&error).into() }),
    }
}

async fn ask(fetcher: &Fetcher, url: &Url, limit: usize, now: Millis) -> Result<Result<Found, ParseError>, FindError> {
    let answer = fetcher.get(url, &Validators::default(), now).await;
    let body = match answer.map_err(|error| FindError { trouble: failure::of(&error, url), url: url.clone() })? {
        Answer::Read(body) => body,
        Answer::Unchanged { .. } => return Err(FindError { url: url.clone(), trouble: FeedTrouble::Unasked }),
    };
    let source = Source { bytes: &body.bytes, content_type: &body.content_type, url: Some(&body.url), limit };
    let moved = body.moved.clone().filter(|moved| moved != url);
    Ok(parse::parse(source).map(|feed| Found { url: url.clone(), named: false, moved, feed }))
}
