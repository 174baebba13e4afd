//! A request to a hook as the providers' files read it, and why one is refused. Pure.
//!
//! In: headers, body, the address it was sent to. Out: [`Request`]; [`Refused`], whose code is kept for the light of the hook.

use std::fmt;

use crate::clock::{MINUTE, Millis};
use crate::db::text_enum;

/// How far ahead of ours the clock of a provider may be.
const AHEAD: Millis = 10 * MINUTE;

/// What was posted.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Its headers.
    pub headers: &'a Headers,
    /// Its body, byte for byte.
    pub body: &'a [u8],
    /// The address that the provider was given, with the secret: one of them signs it.
    pub url: &'a str,
}

impl<'a> Request<'a> {
    /// A header that must be there.
    ///
    /// # Errors
    /// [`Refused::Unsigned`] when it is not.
    pub fn header(&self, name: &str) -> Result<&'a str, Refused> {
        self.headers.get(name).ok_or(Refused::Unsigned)
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the address, which holds a secret, nor headers, which may.
        write!(f, "Request({} bytes)", self.body.len())
    }
}

/// Headers by name, which is looked up in any case.
#[derive(Clone, Default)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The value of the first header of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// `Content-Type`, empty when it is not there.
    pub fn content_type(&self) -> &str {
        self.get("content-type").unwrap_or_default()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        Self(headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

text_enum! {
    /// Why a request with the right address is not believed.
    pub enum Refused {
        /// It bears no signature.
        Unsigned => "unsigned",
        /// Its signature was made with another key, or for another body.
        Forged => "forged",
        /// Its time is too far from ours: perhaps it is an old one, sent again.
        Stale => "stale",
        /// Its user or password is not the one of `login_file`.
        Login => "login",
        /// `key_file` does not hold a key as this provider gives it.
        Key => "key",
        /// Of Amazon SNS: another topic than the one named in the configuration, or a certificate from elsewhere.
        Origin => "origin",
        /// Its body is not what this provider sends.
        Unreadable => "unreadable",
    }
}

impl Refused {
    /// For the log, and for who sends.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unsigned => "it bears no signature; switch signing on at the provider",
            Self::Forged => "its signature does not fit the key; compare key_file with the provider's key",
            Self::Stale => "its time is too far from the time here; check the clock of this machine",
            Self::Login => "its user or password is not the one in login_file",
            Self::Key => "key_file does not hold a key as this provider gives it",
            Self::Origin => "it comes from another topic, or its certificate from another place, than it should",
            Self::Unreadable => "its body is not what this provider sends",
        }
    }
}

/// Refuses a signed time that is more than `window` ago, or ahead of us by more than clocks differ.
pub fn is_recent(at: Millis, now: Millis, window: Millis) -> Result<(), Refused> {
    let recent = at >= now.saturating_sub(window) && at <= now.saturating_add(AHEAD.min(window));
    if recent { Ok(()) } else { Err(Refused::Stale) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_found_in_any_case_and_never_shown() {
        let headers: Headers = [("X-Signature", "s3cret"), ("x-signature", "second")].into_iter().collect();
        assert_eq!(headers.get("x-SIGNATURE"), Some("s3cret"));
        let request = Request { headers: &headers, body: b"{}", url: "https://x.example/hooks/a/s3cret" };
        assert_eq!(request.header("none"), Err(Refused::Unsigned));
        let shown = format!("{request:?} {headers:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn a_window_has_two_ends() {
        let now = 1_000 * MINUTE;
        for (at, recent) in [(now, true), (now - 5 * MINUTE, true), (now - 5 * MINUTE - 1, false)] {
            assert_eq!(is_recent(at, now, 5 * MINUTE).is_ok(), recent, "{at}");
        }
        assert!(is_recent(now + 5 * MINUTE, now, 5 * MINUTE).is_ok());
        assert!(is_recent(now + 5 * MINUTE + 1, now, 5 * MINUTE).is_err());
        assert!(is_recent(now + 11 * MINUTE, now, 100 * MINUTE).is_err());
        assert!(is_recent(i64::MAX, now, MINUTE).is_err() && is_recent(i64::MIN, now, MINUTE).is_err());
    }
}
