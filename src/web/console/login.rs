//! `/console/login`, its second step `/console/login/code`, and `/console/logout`.
//!
//! In: address and password, then a code. Out: the browser's next cookie and 303 to where it wanted to go, or the page again with one
//! sentence, which is the same for an unknown address and a wrong password.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::device::{Seen, admit, dismiss};
use super::form::Form;
use super::frame::{Frame, done_at};
use super::guard::Guest;
use super::oidc::door::Way;
use super::passkey_parts::{Ask, ask};
use crate::app::App;
use crate::i18n::{Locale, Value};
use crate::people::delays::Delays;
use crate::people::login::{self, Attempt, Refused};
use crate::people::sessions::{self, Session, Stage};
use crate::subscribers::address::Email;
use crate::web::frame::error::Error;

/// Where somebody goes who did not say.
pub(super) const HOME: &str = "/console";

#[derive(Template)]
#[template(path = "console/login.html")]
struct Login {
    frame: Frame,
    email: String,
    next: Option<String>,
    /// The provider of log-ins, where there is one.
    oidc: Option<Way>,
    problem: Option<String>,
    passkey: Option<Ask>,
}

#[derive(Template)]
#[template(path = "console/code.html")]
struct Code {
    frame: Frame,
    person: String,
    next: Option<String>,
    problem: Option<String>,
}

/// `GET /console/login`
pub async fn show(State(app): State<Arc<App>>, guest: Guest, uri: Uri) -> Result<Response, Error> {
    let next = next_of(&uri);
    match guest.session.as_ref().map(|session| session.stage) {
        Some(Stage::Full) => Ok(Redirect::to(next.as_deref().unwrap_or(HOME)).into_response()),
        _ => login_page(&app, &guest, StatusCode::OK, String::new(), next, None, ask(&app, &guest)),
    }
}

/// `POST /console/login`
pub async fn act(
    State(app): State<Arc<App>>,
    Extension(delays): Extension<Arc<Delays>>,
    guest: Guest,
    seen: Seen,
    form: Form,
) -> Result<Response, Error> {
    let email = form.text("email");
    let key = Email::from_typed(&email).map(|email| email.key().to_owned()).unwrap_or_default();
    let password = form.get("password").unwrap_or_default();
    let attempt = Attempt { email_key: &key, password, browser: seen.browser(&guest) };
    let next = form.get("next").and_then(own_path);
    match login::by_password(&app, &delays, &attempt).await {
        Ok(entered) => {
            let to = match entered.stage {
                Stage::Half => with_next("/console/login/code", next.as_deref()),
                Stage::Full => next.unwrap_or_else(|| HOME.to_owned()),
            };
            let mut response = Redirect::to(&to).into_response();
            admit(&app, &entered, &mut response);
            Ok(response)
        }
        Err(refused) => {
            let (status, problem) = said(guest.locale, "login-wrong", refused)?;
            login_page(&app, &guest, status, email, next, Some(problem), ask(&app, &guest))
                .map(|page| patient(page, status))
        }
    }
}

/// The page of the first step.
pub(super) fn login_page(
    app: &App,
    guest: &Guest,
    status: StatusCode,
    email: String,
    next: Option<String>,
    problem: Option<String>,
    passkey: Option<Ask>,
) -> Result<Response, Error> {
    let frame = Frame::of_guest(app, guest, "login-title").leading_to(next.as_deref());
    let oidc = Way::of(&app.config.oidc, next.as_deref());
    let page = Login { frame: errors_first(frame.clone(), problem.is_some()), email, next, oidc, problem, passkey };
    frame.answer(status, &page)
}

/// `GET /console/login/code`
pub async fn show_code(State(app): State<Arc<App>>, guest: Guest, uri: Uri) -> Result<Response, Error> {
    let next = next_of(&uri);
    match &guest.session {
        Some(session) if session.stage == Stage::Half => code_page(&app, &guest, session, StatusCode::OK, next, None),
        Some(_) => Ok(Redirect::to(next.as_deref().unwrap_or(HOME)).into_response()),
        None => Ok(Redirect::to(&with_next("/console/login", next.as_deref())).into_response()),
    }
}

/// `POST /console/login/code`
pub async fn act_code(
    State(app): State<Arc<App>>,
    Extension(delays): Extension<Arc<Delays>>,
    guest: Guest,
    seen: Seen,
    form: Form,
) -> Result<Response, Error> {
    let next = form.get("next").and_then(own_path);
    let Some(half) = guest.session.as_ref().filter(|session| session.stage == Stage::Half) else {
        return Ok(Redirect::to(&with_next("/console/login", next.as_deref())).into_response());
    };
    let typed = form.get("number").unwrap_or_default();
    match login::by_code(&app, &delays, half, typed, &seen.browser(&guest)).await {
        Ok(entered) => {
            let mut response = Redirect::to(&next.unwrap_or_else(|| HOME.to_owned())).into_response();
            admit(&app, &entered, &mut response);
            Ok(response)
        }
        Err(refused) => {
            let (status, problem) = said(guest.locale, "login-code-wrong", refused)?;
            code_page(&app, &guest, half, status, next, Some(problem)).map(|page| patient(page, status))
        }
    }
}

fn code_page(
    app: &App,
    guest: &Guest,
    half: &Session,
    status: StatusCode,
    next: Option<String>,
    problem: Option<String>,
) -> Result<Response, Error> {
    let frame = Frame::of_guest(app, guest, "login-code-title").leading_to(next.as_deref());
    let frame = errors_first(frame, problem.is_some());
    let person = half.person.called().to_owned();
    frame.clone().answer(status, &Code { frame, person, next, problem })
}

/// `POST /console/logout`: also for a session that has ended by itself.
pub async fn logout(State(app): State<Arc<App>>, guest: Guest) -> Result<Response, Error> {
    if let Some(session) = &guest.session {
        let mut tx = app.db.begin().await?;
        sessions::end(&mut tx, session.person.id, &session.hash).await?;
        tx.commit().await?;
    }
    let mut response = done_at("/console/login", "signed-out");
    dismiss(&app, &mut response);
    Ok(response)
}

/// A page whose form was not taken says so in its title: it is the first thing that is read aloud.
pub(super) fn errors_first(frame: Frame, wrong: bool) -> Frame {
    if !wrong {
        return frame;
    }
    let title = frame.say("error-prefix", "title", frame.title());
    frame.titled(title)
}

/// Status and sentence for who was not let in; `wrong`: the key of what is said to a wrong one.
///
/// # Errors
/// What is a fault and no refusal.
pub(super) fn said(locale: &Locale, wrong: &str, refused: Refused) -> Result<(StatusCode, String), Error> {
    match refused {
        Refused::Wrong => Ok((StatusCode::UNPROCESSABLE_ENTITY, locale.text(wrong))),
        Refused::Wait(wait) => Ok((StatusCode::TOO_MANY_REQUESTS, waiting(locale, wait.seconds()))),
        Refused::Busy(_) => Ok((StatusCode::TOO_MANY_REQUESTS, waiting(locale, 5))),
        Refused::Other(error) => Err(error.into()),
    }
}

/// "Try again in 40 seconds", or in minutes.
fn waiting(locale: &Locale, seconds: i64) -> String {
    let (key, count) =
        if seconds < 60 { ("login-wait-seconds", seconds) } else { ("login-wait-minutes", (seconds + 59) / 60) };
    locale.format(key, &[("count", Value::Count(count))])
}

/// Tells programs to wait, too.
fn patient(mut response: Response, status: StatusCode) -> Response {
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
    }
    response
}

/// `?next=` of an address.
pub(super) fn next_of(uri: &Uri) -> Option<String> {
    let query = uri.query()?;
    let (_, next) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "next")?;
    own_path(&next)
}

pub(super) fn with_next(path: &str, next: Option<&str>) -> String {
    let Some(next) = next else { return path.to_owned() };
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("{path}?next={next}")
}

/// A path of the console, and nothing that a browser could take for another place.
pub(super) fn own_path(next: &str) -> Option<String> {
    let rest = next.strip_prefix(HOME)?;
    let whole = rest.is_empty() || rest.starts_with(['/', '?']);
    let plain = next.len() <= 2000 && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let quiet = !rest.starts_with("/login") && !rest.starts_with("/logout") && !rest.starts_with("/link");
    let quiet = quiet && !rest.starts_with("/oidc");
    (whole && plain && quiet).then(|| next.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_one_stays_in_the_console() {
        for fine in ["/console", "/console/n/carnet/posts?page=2", "/console?x=//evil.example"] {
            assert_eq!(own_path(fine).as_deref(), Some(fine));
        }
        for other in [
            "",
            "/",
            "//evil.example/console",
            "https://evil.example/console",
            "/console.evil.example",
            "/consolation",
            "/console\\@evil.example",
            "/console/\r\nSet-Cookie: a=b",
            "/console/\u{2028}",
            "/console/login?next=/console/login",
            "/console/logout",
            "/console/oidc/login",
            "javascript:alert(1)",
        ] {
            assert_eq!(own_path(other), None, "{other:?}");
        }
        assert_eq!(
            with_next("/console/login", Some("/console/n/a?b=c&d")),
            "/console/login?next=%2Fconsole%2Fn%2Fa%3Fb%3Dc%26d"
        );
    }
}
