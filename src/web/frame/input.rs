//! Reading a request: who asks, in which language, with which fields.
//!
//! In: headers, the peer's address, a body of at most 64 KiB as form, JSON or multipart. Out: [`Visitor`], [`Fields`].

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Once};

use axum::body::to_bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Multipart, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use ipnet::IpNet;

use crate::app::App;
use crate::i18n::{self, Locale};
use crate::web::frame::error::Error;

/// Longest body of a public request, bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Their address: the peer's, or what a trusted proxy says.
    pub ip: IpAddr,
    /// `?lang=`, when we have texts in it.
    pub asked: Option<&'static Locale>,
    /// `Accept-Language`, likewise.
    pub accepted: Option<&'static Locale>,
    /// A program that wants JSON.
    pub json: bool,
}

impl Visitor {
    /// The language for a visitor who is not known yet: form field, `?lang=`, `Accept-Language`, the newsletter's.
    pub fn locale(&self, field: Option<&str>, newsletter: &str) -> &'static Locale {
        let field = field.and_then(i18n::known);
        field.or(self.asked).or(self.accepted).unwrap_or_else(|| i18n::locale(newsletter))
    }

    /// The language for a known subscriber: `?lang=`, else their own.
    pub fn locale_of(&self, subscriber: &str) -> &'static Locale {
        self.asked.unwrap_or_else(|| i18n::locale(subscriber))
    }

    /// The language on pages without a newsletter: `?lang=`, `Accept-Language`, English.
    pub fn locale_alone(&self) -> &'static Locale {
        self.asked.or(self.accepted).unwrap_or_else(|| i18n::locale(i18n::FALLBACK))
    }
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(Ipv4Addr::UNSPECIFIED.into(), |c| c.0.ip());
        warn_of_proxy(peer, &parts.headers, &app.config.web.trusted_proxies);
        Ok(Self {
            ip: client_ip(peer, &parts.headers, &app.config.web.trusted_proxies),
            asked: query_locale(&parts.uri),
            accepted: accepted_locale(&parts.headers),
            json: wants_json(&parts.headers),
        })
    }
}

/// The language that `?lang=` names, when there are texts in it.
pub fn query_locale(uri: &Uri) -> Option<&'static Locale> {
    let query = uri.query()?;
    let (_, tag) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "lang")?;
    i18n::known(&tag)
}

/// The language that the browser asks for.
pub fn accepted_locale(headers: &HeaderMap) -> Option<&'static Locale> {
    i18n::accept_language(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}

/// Whether a program asks: it accepts JSON and no page, or sends JSON and does not say.
pub fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    if accept.contains("text/html") {
        return false;
    }
    accept.contains("json") || content_type(headers).starts_with("application/json")
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("")
}

/// The fields of a body, each name once (the first counts), blanks around values kept.
#[derive(Clone, Debug, Default)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// A field, `None` when missing or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// What follows `start` in the names of boxes that are ticked.
    pub fn ticked<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a str> {
        let ticked = self.0.iter().filter(|(_, value)| !matches!(value.as_str(), "" | "0" | "false" | "off"));
        ticked.filter_map(move |(name, _)| name.strip_prefix(start))
    }

    fn from_urlencoded(body: &[u8]) -> Self {
        let mut fields = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            fields.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
        Self(fields)
    }

    fn from_json(body: &[u8]) -> Result<Self, Error> {
        let value: serde_json::Value = serde_json::from_slice(body).map_err(|error| {
            Error::problem(StatusCode::BAD_REQUEST, "malformed", format!("the body is not JSON: {error}"))
        })?;
        let serde_json::Value::Object(object) = value else {
            return Err(Error::problem(StatusCode::BAD_REQUEST, "malformed", "the body is not a JSON object"));
        };
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => Some(text),
            serde_json::Value::Bool(_) | serde_json::Value::Number(_) => Some(value.to_string()),
            // Texts, a line each.
            serde_json::Value::Array(items) => {
                items.iter().map(serde_json::Value::as_str).collect::<Option<Vec<_>>>().map(|lines| lines.join("\n"))
            }
            _ => None,
        };
        // Of all that a form of ours asks, only topics are several.
        let fits = |name: &str, value: &serde_json::Value| !value.is_array() || name == "topics";
        let object = object.into_iter().filter(|(name, value)| fits(name, value));
        Ok(Self(object.filter_map(|(name, value)| Some((name, text(value)?))).collect()))
    }
}

impl FromRequest<Arc<App>> for Fields {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Error> {
        let kind = content_type(request.headers()).to_owned();
        if kind.starts_with("multipart/form-data") {
            return from_multipart(request, app).await;
        }
        let body = to_bytes(request.into_body(), BODY_LIMIT).await.map_err(|_| Error::TooLarge)?;
        if kind.starts_with("application/json") { Self::from_json(&body) } else { Ok(Self::from_urlencoded(&body)) }
    }
}

async fn from_multipart(request: Request, app: &Arc<App>) -> Result<Fields, Error> {
    let malformed = || Error::problem(StatusCode::BAD_REQUEST, "malformed", "");
    let mut multipart = Multipart::from_request(request, app).await.map_err(|_| malformed())?;
    let mut fields = BTreeMap::new();
    loop {
        let failed = |error: axum::extract::multipart::MultipartError| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
            _ => malformed(),
        };
        let Some(field) = multipart.next_field().await.map_err(failed)? else {
            return Ok(Fields(fields));
        };
        let name = field.name().unwrap_or_default().to_owned();
        let value = field.text().await.map_err(failed)?;
        fields.entry(name).or_insert(value);
    }
}

/// A network of `[web] trusted_proxies`: `10.0.0.0/8`, or an address alone.
pub fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| format!("[web] trusted_proxies: `{text}` is neither an address nor a network such as 10.0.0.0/8"))
}

/// Logs once that an untrusted machine sends `X-Forwarded-For`: most often the owner's own web server.
fn warn_of_proxy(peer: IpAddr, headers: &HeaderMap, trusted: &[String]) {
    static SAID: Once = Once::new();
    let peer = peer.to_canonical();
    if !headers.contains_key("x-forwarded-for") || SAID.is_completed() || is_trusted(&peer, trusted) {
        return;
    }
    SAID.call_once(|| {
        tracing::warn!(
            %peer,
            "a proxy that [web] trusted_proxies does not name sends X-Forwarded-For: it is not believed, so all visitors behind \
             it look like one, and the limits of [signup] hold their letters back. If it is your web server, add its address"
        );
    });
}

fn is_trusted(ip: &IpAddr, trusted: &[String]) -> bool {
    trusted.iter().filter_map(|text| network(text).ok()).any(|network| network.contains(ip))
}

/// The visitor's address. `X-Forwarded-For` is read from its end, as far as trusted proxies wrote it.
fn client_ip(peer: IpAddr, headers: &HeaderMap, trusted: &[String]) -> IpAddr {
    let peer = peer.to_canonical();
    if trusted.is_empty() {
        return peer;
    }
    let networks: Vec<IpNet> = trusted.iter().filter_map(|text| network(text).ok()).collect();
    let is_trusted = |ip: &IpAddr| networks.iter().any(|network| network.contains(ip));
    let mut nearest = peer;
    let headers: Vec<_> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    let said = headers.iter().rev().flat_map(|value| value.rsplit(','));
    for hop in said {
        if !is_trusted(&nearest) {
            break;
        }
        let Some(ip) = forwarded_ip(hop) else { break };
        nearest = ip;
    }
    nearest
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
fn forwarded_ip(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let ip = hop.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|address| address.ip()));
    let ip = ip.or_else(|_| hop.trim_matches(['[', ']']).parse::<Ipv6Addr>().map(IpAddr::from));
    ip.ok().map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn forwarded(values: &[&str]) -> HeaderMap {
        values.iter().map(|value| ("x-forwarded-for".parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies = ["10.0.0.0/8".to_owned(), "2001:db8::1".to_owned()];
        let headers = forwarded(&["1.1.1.1, 203.0.113.7", "10.1.1.1"]);
        assert_eq!(client_ip(ip("10.0.0.1"), &headers, &proxies), ip("203.0.113.7"));
        assert_eq!(client_ip(ip("10.0.0.1"), &headers, &[]), ip("10.0.0.1"));
        assert_eq!(client_ip(ip("198.51.100.1"), &headers, &proxies), ip("198.51.100.1"));
        assert_eq!(client_ip(ip("::ffff:10.0.0.1"), &forwarded(&["[2001:db8::2]:80"]), &proxies), ip("2001:db8::2"));
        assert_eq!(client_ip(ip("10.0.0.1"), &forwarded(&["unknown"]), &proxies), ip("10.0.0.1"));
    }

    #[test]
    fn a_page_is_answered_unless_only_json_is_accepted() {
        let with = |accept: &str| HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]);
        assert!(wants_json(&with("application/json")));
        assert!(wants_json(&with("application/problem+json, application/json")));
        assert!(!wants_json(&with("text/html,application/json;q=0.9,*/*;q=0.8")));
        assert!(!wants_json(&with("*/*")));
        assert!(!wants_json(&HeaderMap::new()));
    }

    #[test]
    fn the_first_of_equal_names_counts() {
        let fields = Fields::from_urlencoded(b"email=a%40b.fr&email=c&name=");
        assert_eq!(fields.get("email"), Some("a@b.fr"));
        assert_eq!(fields.get("name"), None);
        let fields = Fields::from_json(br#"{"email": "a@b.fr", "n": 3, "x": [1]}"#).unwrap();
        assert_eq!((fields.get("email"), fields.get("n"), fields.get("x")), (Some("a@b.fr"), Some("3"), None));
        assert!(Fields::from_json(b"[]").is_err());
        let fields =
            Fields::from_json(br#"{"email": ["a"], "topics": ["un", "deux"], "topic-3": true, "topic-4": false}"#)
                .unwrap();
        assert_eq!((fields.get("email"), fields.get("topics")), (None, Some("un\ndeux")));
        assert_eq!(fields.ticked("topic-").collect::<Vec<_>>(), ["3"]);
    }
}
