//! `/console/oidc/login`, `/console/oidc/return` and `/console/oidc/stopped`: to the provider of log-ins, back from it, and why nothing
//! came of it.
//!
//! In: a browser. Out: 303 to the provider with a cookie that only this browser has, then 303 home with a session, or to the page that
//! says what to do. The way back is the one `GET` that acts: providers send browsers by no other (RFC 6749 section 4.1.2). Its `state`
//! must be that of the cookie and is good once, so that an address which somebody else made, or a second visit, does nothing.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::coded::{Coded as _, Told as _};
use crate::config::oidc::Oidc;
use crate::people::delays::Delays;
use crate::people::oidc::flow::{Flow, LASTS, Wish};
use crate::people::oidc::provider::Provider;
use crate::people::oidc::refusal::Refusal;
use crate::people::oidc::visit::{self, Brought, Home, Stopped};
use crate::people::sessions::Stage;
use crate::web::console::device::{Seen, admit};
use crate::web::console::frame::{Frame, done_at};
use crate::web::console::guard::{self, Guest};
use crate::web::console::login::{HOME, next_of, with_next};
use crate::web::frame::error::Error;

/// The provider of this instance, if it has one.
#[derive(Clone, Debug)]
pub struct Door(Option<Arc<Provider>>);

impl Door {
    /// The one that is set.
    pub fn of(app: &App) -> Self {
        Self(Provider::of(&app.config).map(Arc::new))
    }

    /// It, or "no such page".
    pub(super) fn open(&self) -> Result<&Provider, Error> {
        self.0.as_deref().ok_or(Error::NotFound)
    }
}

/// A way in beside the password, for the page of the login.
#[derive(Clone, Debug)]
pub struct Way {
    /// Where to.
    pub href: String,
    /// What the provider is called.
    pub name: String,
}

impl Way {
    /// The one that is set. `next`: where somebody goes afterwards.
    pub fn of(settings: &Oidc, next: Option<&str>) -> Option<Self> {
        let href = || with_next("/console/oidc/login", next);
        settings.is_on().then(|| Self { href: href(), name: settings.called() })
    }
}

/// "Now to the provider": after a form, for a browser that follows no form to another place (CSP `form-action`).
#[derive(Template)]
#[template(path = "console/oidc_leave.html")]
struct Leave {
    frame: Frame,
    lead: String,
    button: String,
    href: String,
    back: &'static str,
}

#[derive(Template)]
#[template(path = "console/oidc_stopped.html")]
struct Page {
    frame: Frame,
    lead: String,
    /// Whether they are signed in.
    inside: bool,
    /// Whether another try may help.
    again: Option<Way>,
}

/// `GET /console/oidc/login`: to the provider.
pub async fn begin(
    State(app): State<Arc<App>>,
    Extension(door): Extension<Door>,
    guest: Guest,
    uri: Uri,
) -> Result<Response, Error> {
    let (provider, next) = (door.open()?, next_of(&uri));
    if guest.session.as_ref().is_some_and(|session| session.stage == Stage::Full) {
        return Ok(Redirect::to(next.as_deref().unwrap_or(HOME)).into_response());
    }
    let flow = Flow::begin(Wish::LogIn { next }, app.clock.now());
    match provider.way(&app.clock, &flow, guest.locale.tag()).await {
        Ok(way) => {
            let mut response = Redirect::to(way.as_str()).into_response();
            keep(&app, &flow, &mut response);
            Ok(response)
        }
        Err(trouble) => Ok(to_stopped(&trouble.refusal())),
    }
}

/// A page with the way to the provider, for what a form asked for. `back`: where to instead.
pub(super) async fn leave(
    app: &App,
    provider: &Provider,
    frame: Frame,
    wish: Wish,
    back: &'static str,
) -> Result<Response, Error> {
    let flow = Flow::begin(wish, app.clock.now());
    let way = match provider.way(&app.clock, &flow, frame.locale().tag()).await {
        Ok(way) => way,
        Err(trouble) => return Ok(to_stopped(&trouble.refusal())),
    };
    let host = way.host_str().unwrap_or_default();
    let page = Leave {
        lead: frame.say("oidc-leave-lead", "host", host),
        button: frame.say("oidc-leave-button", "name", &provider.called()),
        href: way.to_string(),
        back,
        frame: frame.clone(),
    };
    let mut response = frame.answer(StatusCode::OK, &page)?;
    keep(app, &flow, &mut response);
    Ok(response)
}

/// `GET /console/oidc/return`: back from the provider.
pub async fn come_back(
    State(app): State<Arc<App>>,
    Extension(door): Extension<Door>,
    Extension(delays): Extension<Arc<Delays>>,
    guest: Guest,
    seen: Seen,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Error> {
    let provider = door.open()?;
    let cookie = guard::cookie(&headers, cookie_name(&app)).unwrap_or_default();
    let Some(brought) = Brought::read(uri.query().unwrap_or_default()) else {
        return Ok(to_stopped(&Refusal::NotOurs));
    };
    // A visit that somebody else made up leaves the flow of this browser alone.
    let flow = match visit::flow(&app, cookie, &brought) {
        Ok(flow) => flow,
        Err(refusal) => return Ok(to_stopped(&refusal)),
    };
    let came = visit::come_back(&app, provider, &delays, &flow, &brought, &seen.browser(&guest)).await;
    let mut response = match came {
        Ok(Home::In(entered, next)) => {
            let next = next.as_deref();
            let to = match entered.stage {
                Stage::Half => with_next("/console/login/code", next),
                Stage::Full => next.unwrap_or(HOME).to_owned(),
            };
            let mut response = Redirect::to(&to).into_response();
            admit(&app, &entered, &mut response);
            response
        }
        Ok(Home::Linked) => done_at("/console/account", "oidc-linked"),
        Err(Stopped::Refused(refusal)) => to_stopped(&refusal),
        Err(Stopped::Database(error)) => return Err(error.into()),
    };
    let name = cookie_name(&app);
    append(&mut response, &format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{}", secure(&app)));
    Ok(response)
}

/// `GET /console/oidc/stopped?why=CODE`: why nothing came of it, and what to do.
pub async fn stopped(
    State(app): State<Arc<App>>,
    Extension(door): Extension<Door>,
    guest: Guest,
    uri: Uri,
) -> Result<Response, Error> {
    let provider = door.open()?;
    let query = uri.query().unwrap_or_default();
    let why = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "why").map(|(_, why)| why);
    let refusal = why.and_then(|why| Refusal::ALL.into_iter().find(|refusal| refusal.code() == why));
    let refusal = refusal.ok_or(Error::NotFound)?;
    let code = refusal.code();
    let inside = guest.session.as_ref().is_some_and(|session| session.stage == Stage::Full);
    let frame = Frame::of_guest(&app, &guest, "login-title").titled(refusal.words(guest.locale));
    let helps = matches!(refusal, Refusal::NotOurs | Refusal::Used | Refusal::Denied | Refusal::Unreachable);
    let page = Page {
        lead: frame.say(&format!("oidc-next-{code}"), "name", &provider.called()),
        inside,
        again: Way::of(&app.config.oidc, None).filter(|_| helps && !inside),
        frame: frame.asking("why", code),
    };
    page.frame.clone().answer(StatusCode::OK, &page)
}

/// To the page that says why.
pub(super) fn to_stopped(refusal: &Refusal) -> Response {
    Redirect::to(&format!("/console/oidc/stopped?why={}", refusal.code())).into_response()
}

fn cookie_name(app: &App) -> &'static str {
    if app.config.base_url.starts_with("https://") { "__Host-facteur-oidc" } else { "facteur-oidc" }
}

fn secure(app: &App) -> &'static str {
    if app.config.base_url.starts_with("https://") { "; Secure" } else { "" }
}

/// Gives a browser what it takes along. `Lax`: it is sent again when the provider sends the browser back.
fn keep(app: &App, flow: &Flow, response: &mut Response) {
    let (name, value, age) = (cookie_name(app), flow.sealed(&app.keys), LASTS / 1000);
    append(response, &format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{}", secure(app)));
}

fn append(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
