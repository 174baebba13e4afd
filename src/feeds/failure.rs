//! Explains to the owner why a feed could not be fetched.
//!
//! In: the error of the request, and the address. Out: a [`Failure`] with the status, the words of the server's page, and what the
//! status means for the owner of a blog. It never contains the query of an address, which may be a secret.

use std::fmt;

use url::Url;

use super::parse::page;
use crate::net::fetch::FetchError;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub struct Failure {
    error: FetchError,
    /// What the server's page says, plain text, may be empty.
    said: String,
}

impl Failure {
    /// What went wrong at this address.
    pub fn of(error: FetchError, url: &Url) -> Self {
        let said = match &error {
            FetchError::Status { status, page, .. } => {
                let words = page::words(page);
                let known = status.canonical_reason().is_some_and(|reason| words.contains(reason));
                if known || page::repeats_query(&words, Some(url)) { String::new() } else { words }
            }
            _ => String::new(),
        };
        Self { error, said }
    }

    /// The instant before which the server does not want another request.
    pub fn retry_at(&self) -> Option<crate::clock::Millis> {
        self.error.retry_at()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = &self.error;
        match error {
            FetchError::Gone => {
                f.write_str("the server says that this feed is gone for good (410); remove it or give its new address")
            }
            FetchError::TooLarge(most) => write!(f, "the feed is larger than {most} bytes ([feeds] max_bytes)"),
            FetchError::Status { status, .. } if self.said.is_empty() => write!(f, "{error}{}", hint(status.as_u16())),
            FetchError::Status { status, .. } => {
                write!(f, "{error} (it says “{}”){}", self.said, hint(status.as_u16()))
            }
            _ => error.fmt(f),
        }
    }
}

/// What a status means for the owner of a blog, where its name does not say so.
fn hint(status: u16) -> &'static str {
    match status {
        401 => "; the feed must be open to everybody, without a password",
        403 => "; the blog refuses Facteur: perhaps a login page, or a firewall that lets only browsers through",
        404 => {
            "; there is no feed at this address (`facteur feed check` with the blog's own address finds the feed it links to)"
        }
        429 => "; it got too many requests",
        500 => "; the blog has an internal error",
        502..=504 => "; the blog is down for maintenance or overloaded",
        _ => "",
    }
}
