//! Keeps the demo to this machine, and to one language.
//!
//! In: every request. The port is bound to loopback; a page from elsewhere could still reach it through the visitor's
//! browser, by a name that points here (DNS rebinding) or by a form of its own. So the `Host` must be ours, and what
//! acts on the demo must come from a page of ours.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::Demo;
use crate::i18n::{self, Locale};
use crate::web::frame::input;

/// The cookie that remembers the language of the guide.
const COOKIE: &str = "demo_lang";

/// The layer.
pub async fn guard(State(demo): State<Arc<Demo>>, mut request: Request, next: Next) -> Response {
    let ours = |address: &str| is_ours(&demo.base_url, address);
    let headers = request.headers();
    if !text(headers, header::HOST).is_some_and(ours) {
        return (StatusCode::MISDIRECTED_REQUEST, "The demo answers to 127.0.0.1 and localhost only.\n")
            .into_response();
    }
    let acts = !matches!(*request.method(), Method::GET | Method::HEAD) && request.uri().path().starts_with("/demo");
    if acts && !from_ourselves(headers, ours) {
        return (StatusCode::FORBIDDEN, "Only the demo's own pages may do this.\n").into_response();
    }
    let asked = input::query_locale(request.uri());
    let locale = asked.or_else(|| remembered(headers)).unwrap_or(demo.language);
    let headers = request.headers_mut();
    // One language for the guide and for Facteur's own pages; and no compression, for the strip is put in on the way out.
    headers
        .insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(locale.tag()).unwrap_or(HeaderValue::from_static("en")));
    headers.remove(header::ACCEPT_ENCODING);
    let mut response = next.run(request).await;
    if let Some(locale) = asked
        && let Ok(cookie) = HeaderValue::from_str(&format!("{COOKIE}={}; Path=/; SameSite=Lax", locale.tag()))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The language that [`guard`] has settled on.
pub fn locale(headers: &HeaderMap) -> &'static Locale {
    input::accepted_locale(headers).unwrap_or_else(|| i18n::locale(i18n::FALLBACK))
}

/// Whether a page of ours (or no page: `curl`) asks. Browsers say so in `Sec-Fetch-Site`; `Origin` is `null` on our own
/// forms, because our pages send no referrer.
fn from_ourselves(headers: &HeaderMap, ours: impl Fn(&str) -> bool) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => text(headers, header::ORIGIN).is_none_or(|origin| origin.strip_prefix("http://").is_some_and(ours)),
    }
}

fn is_ours(base_url: &str, address: &str) -> bool {
    let Some((_, port)) = base_url.rsplit_once(':') else { return false };
    ["127.0.0.1", "localhost"].iter().any(|host| address == format!("{host}:{port}"))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn remembered(headers: &HeaderMap) -> Option<&'static Locale> {
    let cookies = text(headers, header::COOKIE)?;
    let tag = cookies.split(';').find_map(|one| one.trim().strip_prefix(COOKIE)?.strip_prefix('='))?;
    i18n::known(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_with_our_port_are_ours() {
        let base = "http://127.0.0.1:8080";
        assert!(is_ours(base, "127.0.0.1:8080") && is_ours(base, "localhost:8080"));
        for other in ["127.0.0.1", "127.0.0.1:80", "evil.example:8080", "localhost", "", "127.0.0.1:8080.evil.example"]
        {
            assert!(!is_ours(base, other), "{other}");
        }
    }

    #[test]
    fn only_our_own_pages_act() {
        let ours = |address: &str| is_ours("http://127.0.0.1:8080", address);
        let with = |headers: &[(&'static str, &str)]| {
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect::<HeaderMap>()
        };
        assert!(from_ourselves(&with(&[]), ours));
        assert!(from_ourselves(&with(&[("origin", "http://localhost:8080")]), ours));
        assert!(from_ourselves(&with(&[("origin", "null"), ("sec-fetch-site", "same-origin")]), ours));
        for site in ["cross-site", "same-site"] {
            assert!(!from_ourselves(&with(&[("origin", "null"), ("sec-fetch-site", site)]), ours));
        }
        for origin in ["null", "https://evil.example", "https://127.0.0.1:8080"] {
            assert!(!from_ourselves(&with(&[("origin", origin)]), ours), "{origin}");
        }
    }

    #[test]
    fn the_language_is_remembered() {
        let with = |cookie: &str| HeaderMap::from_iter([(header::COOKIE, cookie.parse().unwrap())]);
        assert_eq!(remembered(&with("a=b; demo_lang=fr")).unwrap().tag(), "fr");
        assert!(remembered(&with("demo_lang=xx")).is_none() && remembered(&with("demo_language=fr")).is_none());
    }
}
