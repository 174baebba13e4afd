//! Adds to every answer: security headers, a page or JSON for an error, a time limit; to whatever is behind somebody's own link, that no
//! search engine lists it.
//!
//! In: a request on its way in, an answer on its way out. The outermost layer but compression; sees the visitor's
//! language and the wished form, which an error deep inside does not.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::i18n::{self, Locale};
use crate::web::frame::error::Error;
use crate::web::frame::input;

/// A request that takes longer is answered 503.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// No script, no frame, nothing from elsewhere. A page that needs more says so itself.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), interest-cohort=()";

/// Headers whose names are no constants of `http`: made once.
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// What a layer further in puts beside an error: the language of whoever is known to read it.
#[derive(Clone, Copy, Debug)]
pub struct Own(pub &'static Locale);

/// The layer.
pub async fn dress(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // The log names the route, never the path: a path may hold a token.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let json = input::wants_json(request.headers()) || path.starts_with("/api/");
    let (asked, accepted) = (input::query_locale(request.uri()), input::accepted_locale(request.headers()));
    let events = path.ends_with("/events");

    let mut response = match app.db.gone().filter(|_| needs_database(&route)) {
        Some(words) => Error::Unavailable(anyhow::anyhow!(words)).into_response(),
        None if events => next.run(request).await,
        None => match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
            Ok(response) => response,
            Err(_) => too_long(&method).into_response(),
        },
    };
    if let Some(error) = error_of(&mut response) {
        let incident = error.log(method.as_str(), &route);
        let own = response.extensions_mut().remove::<Own>().map(|Own(locale)| locale);
        let locale = asked.or(own).or(accepted).unwrap_or_else(|| i18n::locale(i18n::FALLBACK));
        let mut rendered = error.render(locale, &path, json, incident);
        for (name, value) in response.headers() {
            if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) && !rendered.headers().contains_key(name)
            {
                rendered.headers_mut().append(name, value.clone());
            }
        }
        response = rendered;
    }
    protect(response.headers_mut(), app.config.base_url.starts_with("https://"));
    if route.contains("{token}") {
        let noindex = HeaderValue::from_static("noindex");
        response.headers_mut().entry(HeaderName::from_static("x-robots-tag")).or_insert(noindex);
    }
    response
}

/// Paths that work without a database.
fn needs_database(route: &str) -> bool {
    !matches!(route, "/healthz" | "/readyz" | "/assets/{file}")
}

/// The request may have changed something: nobody waits for its commit any more.
fn too_long(method: &Method) -> Error {
    let words = anyhow::anyhow!("no answer within {} s", TIME_LIMIT.as_secs());
    if method.is_safe() { Error::Unavailable(words) } else { Error::InDoubt(words) }
}

/// The answer for a panic, which the panic hook and [`dress`] log.
pub fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Error::Internal(anyhow::anyhow!("a handler panicked")).into_response()
}

/// The error that the answer carries, or stands for when a layer or the router answered without one.
fn error_of(response: &mut Response) -> Option<Arc<Error>> {
    if let Some(error) = response.extensions_mut().remove::<Arc<Error>>() {
        return Some(error);
    }
    let status = response.status();
    let bare = !response.headers().contains_key(header::CONTENT_TYPE)
        || response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let ours = status.is_client_error() || status.is_server_error();
    (ours && bare && status != StatusCode::UNAUTHORIZED).then(|| Arc::new(Error::of_status(status)))
}

/// Headers that a handler has not set itself.
fn protect(headers: &mut HeaderMap, secure: bool) {
    let mut default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(header::CONTENT_SECURITY_POLICY, POLICY);
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::X_FRAME_OPTIONS, "DENY");
    default(header::REFERRER_POLICY, "no-referrer");
    default(header::CACHE_CONTROL, "no-store");
    default(PERMISSIONS_POLICY, PERMISSIONS);
    default(OPENER_POLICY, "same-origin");
    if secure {
        default(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
