//! Explains to the owner why a feed could not be fetched.
//!
//! In: the error of the request, and the address. Out: a [`FeedTrouble`] with the status, the words of the server's page, and what
//! the status means for the owner of a blog. It never contains the query of an address, which may be a secret.

use url::Url;

use super::parse::page;
use super::trouble::{FeedTrouble, Hint, Quote};
use crate::net::fetch::{FetchError, Redirect};
use crate::net::guard::Refusal;

/// What went wrong at this address.
pub fn of(error: &FetchError, url: &Url) -> FeedTrouble {
    match error {
        FetchError::Refused(refusal) => refused(refusal),
        FetchError::Gone => FeedTrouble::Gone,
        FetchError::Status { status, page, .. } => {
            let words = page::words(page);
            let known = status.canonical_reason().is_some_and(|reason| words.contains(reason));
            let quiet = known || page::repeats_query(&words, Some(url));
            let said = Quote(if quiet { String::new() } else { words });
            FeedTrouble::Status { status: status.to_string(), said, hint: Hint::of(status.as_u16()) }
        }
        FetchError::Redirect(Redirect::Nowhere(status)) => FeedTrouble::RedirectNowhere { status: status.to_string() },
        FetchError::Redirect(Redirect::NoAddress(location)) => {
            FeedTrouble::RedirectNoAddress { location: location.clone() }
        }
        FetchError::Redirect(Redirect::Many(most)) => FeedTrouble::Redirects { most: *most as usize },
        FetchError::TooLarge(most) => FeedTrouble::TooLarge { most: *most },
        FetchError::Timeout(seconds) => FeedTrouble::Timeout { seconds: i64::from(*seconds) },
        FetchError::Transport(words) => FeedTrouble::Unreachable { words: words.clone() },
    }
}

fn refused(refusal: &Refusal) -> FeedTrouble {
    match refusal {
        Refusal::Scheme(scheme) => FeedTrouble::Scheme { scheme: scheme.clone() },
        Refusal::Credentials => FeedTrouble::Credentials,
        Refusal::Port { port, host } => FeedTrouble::Port { port: i64::from(*port), allow: host.clone() },
        Refusal::Private { address, host } => FeedTrouble::Private { host: address.clone(), allow: host.clone() },
        Refusal::NoHost => FeedTrouble::NoHost,
    }
}
