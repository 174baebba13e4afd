//! The relying party (Web Authentication level 3, section 4): this instance, as authenticators know it.
//!
//! In: `base_url`. Out: [`Party`], its id and the only origin that may ask; none where browsers offer no passkeys. It never comes from
//! a request: behind a proxy the request may name another host and port.

use url::{Host, Url};

/// This instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The host of `base_url`. A key belongs to it for ever: under another host it is not offered.
    pub id: String,
    /// Scheme, host and port of `base_url`.
    pub origin: String,
}

impl Party {
    /// `None` where a page is no secure context (<https://www.w3.org/TR/secure-contexts/>), and where the host is an address in numbers,
    /// which no authenticator takes.
    pub fn of(base_url: &str) -> Option<Self> {
        let url = Url::parse(base_url).ok()?;
        let Some(Host::Domain(host)) = url.host() else { return None };
        let here = host == "localhost" || host.ends_with(".localhost");
        (url.scheme() == "https" || here)
            .then(|| Self { id: host.to_owned(), origin: url.origin().ascii_serialization() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_host_of_the_base_url_where_browsers_offer_passkeys() {
        for (base_url, party) in [
            ("https://lettres.example.org", Some(("lettres.example.org", "https://lettres.example.org"))),
            ("https://lettres.example.org:8443", Some(("lettres.example.org", "https://lettres.example.org:8443"))),
            ("http://localhost:8080", Some(("localhost", "http://localhost:8080"))),
            ("http://essai.localhost", Some(("essai.localhost", "http://essai.localhost"))),
            ("http://lettres.example.org", None),
            ("https://192.0.2.7", None),
            ("https://[2001:db8::7]", None),
            ("no address", None),
        ] {
            let wanted = party.map(|(id, origin)| Party { id: id.to_owned(), origin: origin.to_owned() });
            assert_eq!(Party::of(base_url), wanted, "{base_url}");
        }
    }
}
