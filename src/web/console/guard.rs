//! Who comes in: session, role, and that the form is of a page of ours. Every route of the console stands behind it.
//!
//! In: a request and the [`Rule`] of its route. Out: the request with [`Guest`], [`Signed`] or [`Editor`] for its handler, or a
//! page that says why not: 303 to the login, 401 when a session ended while somebody typed, 403, 404 for a newsletter that is not
//! theirs. What was typed into a form is kept in each of these pages. Nothing is changed before a request is past it.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;

use crate::app::App;
use crate::clock::zone;
use crate::db::pg;
use crate::events::{Actor, activity};
use crate::i18n::{self, Locale};
use crate::keys::random_text;
use crate::newsletters::{self, Newsletter, Schedule};
use crate::people::accounts::Person;
use crate::people::entrance::{self, Entered};
use crate::people::role::{self, Given, Right, Rights};
use crate::people::sessions::{Session, Stage};
use crate::web::frame::answer::Own;
use crate::web::frame::error::Error;
use crate::web::frame::input;

use super::form::{CODE, Form};
use super::frame;

/// What a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// No account.
    Open,
    /// Anybody who is signed in.
    Signed,
    /// An owner of the instance.
    Owner,
    /// This right in the newsletter that the path names.
    In(Right),
}

/// What the guard of one route is handed.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The app.
    pub app: Arc<App>,
    /// The route's rule.
    pub rule: Rule,
    /// Longest body, bytes.
    pub limit: usize,
}

/// A browser, signed in or not: what a page without an account is handed.
#[derive(Clone, Debug)]
pub struct Guest {
    /// The value of its cookie.
    pub cookie: String,
    /// Its session, also a half one.
    pub session: Option<Session>,
    /// Of the browser, or of the person.
    pub locale: &'static Locale,
    /// The sentence of the last act, to be shown once.
    pub said: Option<String>,
    /// Path and query.
    pub path: String,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Their browser.
    pub guest: Guest,
    /// Who.
    pub person: Person,
    /// Their session.
    pub session: Session,
    /// All their roles.
    pub given: Arc<Vec<Given>>,
}

/// Somebody in a newsletter of theirs.
#[derive(Clone, Debug)]
pub struct Editor {
    /// Who.
    pub signed: Signed,
    /// Where.
    pub newsletter: Newsletter,
    /// Its rhythms, as they were when the request came.
    pub schedules: Arc<Vec<Schedule>>,
    /// Those that were removed.
    pub removed: Arc<Vec<Schedule>>,
    /// What they may do there.
    pub rights: Rights,
    /// The language of their console.
    pub locale: &'static Locale,
    /// The clock of the newsletter: its first schedule's.
    pub zone: TimeZone,
}

impl Editor {
    /// Whether they may do this here.
    pub fn may(&self, right: Right) -> bool {
        self.rights.may(right)
    }

    /// By whom, for events.
    pub fn actor(&self) -> Actor {
        Actor::Person(self.signed.person.id)
    }

    /// All rhythms, also those that were removed: their digests stay.
    pub fn all_schedules(&self) -> impl Iterator<Item = &Schedule> {
        self.schedules.iter().chain(self.removed.iter())
    }

    /// A path of this newsletter: `posts` is `/console/n/SLUG/posts`; empty: its first page.
    pub fn path(&self, rest: &str) -> String {
        frame::path_of(&self.newsletter.slug, rest)
    }
}

/// The layer.
pub async fn guard(State(asked): State<Asked>, request: Request, next: Next) -> Result<Response, Error> {
    if request.method() == Method::POST && asked.limit == 0 {
        // A page that only shows: the router says so.
        return Ok(next.run(request).await);
    }
    if request.method() == Method::GET {
        let lender = asked.app.lender.clone();
        return lender.page(pg::reading(Box::pin(guarded(asked, request, next)))).await;
    }
    guarded(asked, request, next).await
}

async fn guarded(asked: Asked, request: Request, next: Next) -> Result<Response, Error> {
    let (mut parts, body) = request.into_parts();
    let (guest, found) = guest(&asked, &parts).await?;
    let (given, newsletter) = found.map(|found| (found.given, found.newsletter)).unwrap_or_default();
    let signed = signed(&guest, given);
    let form = if parts.method == Method::POST {
        let limit = if signed.is_some() { asked.limit } else { asked.limit.min(STRANGER) };
        let body: Bytes = to_bytes(body, limit).await.map_err(|_| Error::TooLarge)?;
        Form::read(&asked.app, &parts.headers, body).await?
    } else {
        Form::default()
    };
    if parts.method == Method::POST
        && let Some(refused) = wrong_sender(&asked, &parts, &guest, signed.is_some(), &form)?
    {
        return Ok(refused);
    }
    let is_new = guest.cookie != cookie_of(&parts.headers, &asked.app).unwrap_or_default();
    let (cookie, said) = (guest.cookie.clone(), guest.said.is_some());
    if asked.rule != Rule::Open {
        let Some(signed) = signed.clone() else { return signed_out(&asked.app, &parts, &guest, &form) };
        if let Some(editor) = admitted(&asked, &signed, newsletter).await? {
            parts.extensions.insert(editor);
        }
        parts.extensions.insert(signed);
    } else if let Some(signed) = signed {
        parts.extensions.insert(signed);
    }
    parts.extensions.insert(guest);
    parts.extensions.insert(form);
    let shows = parts.method == Method::GET;
    let who = parts.extensions.get::<Signed>().map_or(Actor::Visitor, |signed| Actor::Person(signed.person.id));
    let work = next.run(Request::from_parts(parts, axum::body::Body::empty()));
    let mut response = activity::acting(who, work).await;
    if is_new && !response.headers().contains_key(header::SET_COOKIE) {
        append(response.headers_mut(), &session_cookie(&asked.app, &cookie));
    }
    if shows && said && response.status().is_success() {
        append(response.headers_mut(), &format!("{SAID}=; Path=/console; Max-Age=0; HttpOnly; SameSite=Lax"));
    }
    Ok(response)
}

/// The layer that has errors of the console said in the language of whoever is signed in, also where no page is.
pub async fn own_language(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let value = cookie_of(request.headers(), &app).filter(|_| request.uri().path().starts_with("/console"));
    let value = value.map(str::to_owned);
    let mut response = next.run(request).await;
    if let Some(value) = value.filter(|_| response.status().is_client_error() || response.status().is_server_error())
        && let Ok(Some(found)) = Box::pin(entrance::find(&app, &value, "")).await
    {
        response.extensions_mut().insert(Own(i18n::locale(&found.session.person.language)));
    }
    response
}

/// Longest body of whoever is not signed in (any more), bytes: what they typed is kept for them.
const STRANGER: usize = 2 * 1024 * 1024;
/// The cookie with the sentence of the last act.
pub(super) const SAID: &str = "facteur-said";

/// The name of the cookie: `__Host-` where the instance has a certificate (RFC 6265bis section 4.1.3.2).
fn cookie_name(app: &App) -> &'static str {
    if app.config.base_url.starts_with("https://") { "__Host-facteur" } else { "facteur" }
}

/// The header that gives a browser its cookie.
pub fn session_cookie(app: &App, value: &str) -> String {
    let secure = if app.config.base_url.starts_with("https://") { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}", cookie_name(app))
}

fn append(headers: &mut HeaderMap, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// A cookie of a request (RFC 6265 section 5.4: pairs with semicolons between).
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

fn cookie_of<'a>(headers: &'a HeaderMap, app: &App) -> Option<&'a str> {
    cookie(headers, cookie_name(app))
}

/// The browser, and what was found of whoever is in it.
async fn guest(asked: &Asked, parts: &Parts) -> sqlx::Result<(Guest, Option<Entered>)> {
    let value = cookie_of(&parts.headers, &asked.app).filter(|value| (40..=100).contains(&value.len()));
    let slug = match asked.rule {
        Rule::In(_) => parts.uri.path().split('/').nth(3).unwrap_or_default(),
        Rule::Open | Rule::Signed | Rule::Owner => "",
    };
    let found = match value {
        Some(value) => entrance::find(&asked.app, value, slug).await?,
        None => None,
    };
    let session = found.as_ref().map(|found| found.session.clone());
    let asked = input::query_locale(&parts.uri);
    let own = session.as_ref().map(|session| i18n::locale(&session.person.language));
    let locale = asked.or(own).or_else(|| input::accepted_locale(&parts.headers));
    let guest = Guest {
        cookie: value.map_or_else(|| random_text(32), str::to_owned),
        session,
        locale: locale.unwrap_or_else(|| i18n::locale(i18n::FALLBACK)),
        said: cookie(&parts.headers, SAID).map(str::to_owned),
        path: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
    };
    Ok((guest, found))
}

fn signed(guest: &Guest, given: Vec<Given>) -> Option<Signed> {
    let session = guest.session.clone().filter(|session| session.stage == Stage::Full)?;
    Some(Signed { guest: guest.clone(), person: session.person.clone(), session, given: Arc::new(given) })
}

/// The page for a form that is not of a page of ours, or of one that is too old.
fn wrong_sender(
    asked: &Asked,
    parts: &Parts,
    guest: &Guest,
    signed: bool,
    form: &Form,
) -> Result<Option<Response>, Error> {
    if !same_site(&parts.headers, &asked.app.config.base_url) {
        return frame::refused(guest, "console-foreign", &asked.app.config.base_url).map(Some);
    }
    let code = form.get(CODE).unwrap_or_default();
    if asked.app.keys.is_page_code(&guest.cookie, code) || (!signed && asked.rule != Rule::Open) {
        return Ok(None);
    }
    frame::kept(&asked.app, guest, form, StatusCode::FORBIDDEN, "console-stale").map(Some)
}

/// Whether a browser says that a form comes from this site, or says nothing (<https://www.w3.org/TR/fetch-metadata/>).
fn same_site(headers: &HeaderMap, base_url: &str) -> bool {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (said("sec-fetch-site"), said("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => url::Url::parse(base_url).is_ok_and(|url| url.origin().ascii_serialization() == origin),
        (None, None) => true,
    }
}

/// Whoever is not signed in: to the login, or, with a form in hand, a page that keeps it.
fn signed_out(app: &App, parts: &Parts, guest: &Guest, form: &Form) -> Result<Response, Error> {
    if parts.method == Method::POST {
        return frame::kept(app, guest, form, StatusCode::UNAUTHORIZED, "console-ended");
    }
    let next: String = url::form_urlencoded::byte_serialize(guest.path.as_bytes()).collect();
    let language = input::query_locale(&parts.uri).map(|asked| format!("&lang={}", asked.tag())).unwrap_or_default();
    Ok(Redirect::to(&format!("/console/login?next={next}{language}")).into_response())
}

/// Whether the rule lets them in; with their newsletter, if the rule names one. `found`: the newsletter of the path.
async fn admitted(asked: &Asked, signed: &Signed, found: Option<Newsletter>) -> Result<Option<Editor>, Error> {
    match asked.rule {
        Rule::Open | Rule::Signed => Ok(None),
        Rule::Owner if role::owns_all(&signed.given) => Ok(None),
        Rule::Owner => Err(forbidden(signed)),
        Rule::In(right) => {
            let found = found.and_then(|found| Some((Rights::in_newsletter(&signed.given, found.id)?, found)));
            let Some((rights, newsletter)) = found else { return Err(Error::NotFound) };
            if !rights.may(right) {
                return Err(forbidden(signed));
            }
            let all = newsletters::sql::all_schedules(&asked.app.db, newsletter.id).await?;
            let (schedules, removed): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.removed_at.is_none());
            let zone = schedules.first().map_or(TimeZone::UTC, |schedule| zone(&schedule.zone));
            let locale = signed.guest.locale;
            let (signed, schedules, removed) = (signed.clone(), Arc::new(schedules), Arc::new(removed));
            Ok(Some(Editor { signed, newsletter, schedules, removed, rights, locale, zone }))
        }
    }
}

fn forbidden(signed: &Signed) -> Error {
    Error::problem(StatusCode::FORBIDDEN, "forbidden", signed.guest.locale.text("console-forbidden"))
}

/// A handler without its guard is a mistake of ours.
fn unguarded() -> Error {
    Error::Internal(anyhow::anyhow!("a route of the console has no guard, or the wrong one"))
}

macro_rules! from_guard {
    ($($name:ident),+) => {$(
        impl FromRequestParts<Arc<App>> for $name {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Error> {
                parts.extensions.get::<Self>().cloned().ok_or_else(unguarded)
            }
        }
    )+};
}
from_guard!(Guest, Signed, Editor);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; facteur=x=y;b=2".parse().unwrap());
        headers.append(header::COOKIE, "c=3".parse().unwrap());
        assert_eq!(cookie(&headers, "facteur"), Some("x=y"));
        assert_eq!(cookie(&headers, "c"), Some("3"));
        assert_eq!(cookie(&headers, "acteur"), None);
    }

    #[test]
    fn only_this_site_may_send_forms() {
        let with = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect::<HeaderMap>()
        };
        let base = "https://lettres.example.org/";
        for (headers, fits) in [
            (vec![], true),
            (vec![("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8080")], true),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "cross-site"), ("origin", "https://lettres.example.org")], false),
            (vec![("origin", "https://lettres.example.org")], true),
            (vec![("origin", "https://example.org")], false),
            (vec![("origin", "null")], false),
        ] {
            assert_eq!(same_site(&with(&headers), base), fits, "{headers:?}");
        }
    }
}
