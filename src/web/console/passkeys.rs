//! Passkeys: signing in with one (`/console/login/passkey`), and adding, naming and removing one's own (`/console/account/passkeys`).
//!
//! In: forms whose hidden fields `assets/passkeys.js` has filled with what the authenticator answers. Out: 303, or the page again with
//! why not. Before a key is made, and before one is removed, the password is asked for: an open screen is not its owner. That it was
//! typed is in the challenge, which only then is given.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::account::{PATH, not_them};
use super::device::{Seen, admit};
use super::form::Form;
use super::frame::{Frame, done_at};
use super::guard::{Guest, Signed};
use super::link::{Problem, name_of, problem_of};
use super::login::{self, errors_first, own_path};
use super::passkey_parts::{self, Ask, Line};
use super::wall_clock::WallClock;
use crate::app::App;
use crate::coded::Told as _;
use crate::keys::Purpose;
use crate::people::delays::Delays;
use crate::people::passkeys::party::Party;
use crate::people::passkeys::refusal::Refusal;
use crate::people::passkeys::verify::Assertion;
use crate::people::passkeys::{self, Attested, PasskeyError, challenge, cose};
use crate::web::frame::error::Error;

/// A new passkey: its name, and the password first.
#[derive(Template)]
#[template(path = "console/passkeys_new.html")]
struct New {
    frame: Frame,
    party: Option<Party>,
    base_url: String,
    email: String,
    name: String,
    problems: Vec<Problem>,
}

impl New {
    fn wrong(&self, field: &str) -> Option<&str> {
        problem_of(&self.problems, field)
    }
}

/// What the authenticator is asked to make.
#[derive(Template)]
#[template(path = "console/passkeys_make.html")]
struct Make {
    frame: Frame,
    ask: Ask,
    user: String,
    email: String,
    called: String,
    name: String,
    /// COSE numbers, the best first, with blanks between.
    algorithms: String,
    /// Ids of the passkeys that there are, with blanks between.
    known: String,
}

/// One passkey.
#[derive(Template)]
#[template(path = "console/passkeys_one.html")]
struct One {
    frame: Frame,
    key: Line,
    email: String,
    problems: Vec<Problem>,
}

impl One {
    fn wrong(&self, field: &str) -> Option<&str> {
        problem_of(&self.problems, field)
    }
}

/// Bytes of a hidden field; none for what is no base64url.
fn bytes(form: &Form, field: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(form.get(field).unwrap_or_default()).unwrap_or_default()
}

/// `POST /console/login/passkey`
pub async fn sign_in(State(app): State<Arc<App>>, guest: Guest, seen: Seen, form: Form) -> Result<Response, Error> {
    let assertion = Assertion {
        id: bytes(&form, "credential"),
        client: bytes(&form, "client"),
        authenticator: bytes(&form, "authenticator"),
        signature: bytes(&form, "signature"),
        user: bytes(&form, "user"),
    };
    let next = form.get("next").and_then(own_path);
    match passkeys::enter(&app, &assertion, &guest.cookie, &seen.browser(&guest)).await {
        Ok(entered) => {
            let mut response = Redirect::to(next.as_deref().unwrap_or(login::HOME)).into_response();
            admit(&app, &entered, &mut response);
            Ok(response)
        }
        Err(PasskeyError::Refused(refusal)) => {
            let unknown = (refusal == Refusal::Unknown).then(|| URL_SAFE_NO_PAD.encode(&assertion.id));
            let ask = passkey_parts::ask(&app, &guest).map(|ask| Ask { unknown, ..ask });
            let problem = Some(refusal.words(guest.locale));
            login::login_page(&app, &guest, StatusCode::UNPROCESSABLE_ENTITY, String::new(), next, problem, ask)
        }
        Err(PasskeyError::Database(error)) => Err(error.into()),
    }
}

/// `GET /console/account/passkeys`
pub async fn begin(State(app): State<Arc<App>>, signed: Signed, seen: Seen) -> Result<Response, Error> {
    new_page(&app, &signed, seen.agent().to_owned(), vec![])
}

fn new_page(app: &App, signed: &Signed, name: String, problems: Vec<Problem>) -> Result<Response, Error> {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    new_page_as(app, signed, status, name, problems)
}

fn new_page_as(
    app: &App,
    signed: &Signed,
    status: StatusCode,
    name: String,
    problems: Vec<Problem>,
) -> Result<Response, Error> {
    let frame = errors_first(signed.frame(app, "passkey-new-title"), !problems.is_empty());
    let page = New {
        party: Party::of(&app.config.base_url),
        base_url: app.config.base_url.clone(),
        email: signed.person.email.clone(),
        name,
        problems,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}

/// `POST /console/account/passkeys`: the password is right, so the authenticator may be asked.
pub async fn make(
    State(app): State<Arc<App>>,
    Extension(delays): Extension<Arc<Delays>>,
    signed: Signed,
    form: Form,
) -> Result<Response, Error> {
    let name = name_of(&form);
    if let Some((status, problem)) = not_them(&app, &delays, &signed, &form, "current").await? {
        return new_page_as(&app, &signed, status, name, vec![problem]);
    }
    let keys = passkeys::of(&app.db, signed.person.id).await?;
    let Some(party) = Party::of(&app.config.base_url) else { return refused(&app, &signed, name, &Refusal::Address) };
    if keys.len() as i64 >= passkeys::MOST {
        return refused(&app, &signed, name, &Refusal::TooMany { most: passkeys::MOST });
    }
    let here = keys.iter().filter(|key| key.party == party.id).map(|key| key.credential.as_str());
    let known = here.collect::<Vec<_>>().join(" ");
    let challenge = challenge::make(&app, Purpose::PasskeyMade, &signed.guest.cookie);
    let frame = signed.frame(&app, "passkey-new-title");
    let page = Make {
        ask: Ask { party, challenge, lasts: challenge::LASTS, unknown: None },
        user: passkey_parts::user(&signed),
        email: signed.person.email.clone(),
        called: signed.person.called().to_owned(),
        name,
        algorithms: cose::ALGORITHMS.map(|number| number.to_string()).join(" "),
        known,
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

fn refused(app: &App, signed: &Signed, name: String, refusal: &Refusal) -> Result<Response, Error> {
    let problem = Problem { field: "name", text: refusal.words(signed.guest.locale) };
    new_page(app, signed, name, vec![problem])
}

/// `POST /console/account/passkeys/add`: what the authenticator has made.
pub async fn add(State(app): State<Arc<App>>, signed: Signed, form: Form) -> Result<Response, Error> {
    let attested = Attested { client: bytes(&form, "client"), object: bytes(&form, "attestation") };
    let name = name_of(&form);
    let called = named(&signed, &name);
    match passkeys::add(&app, signed.person.id, &signed.guest.cookie, &called, &attested).await {
        Ok(_) => Ok(done_at(PATH, "passkey-added")),
        Err(PasskeyError::Refused(refusal)) => refused(&app, &signed, name, &refusal),
        Err(PasskeyError::Database(error)) => Err(error.into()),
    }
}

/// A name, also where none was typed.
fn named(signed: &Signed, name: &str) -> String {
    if name.is_empty() { signed.guest.locale.text("passkey-unnamed") } else { name.to_owned() }
}

/// `GET /console/account/passkeys/{passkey}`
pub async fn show(State(app): State<Arc<App>>, signed: Signed, Path(id): Path<String>) -> Result<Response, Error> {
    let key = find(&app, &signed, &id).await?;
    one_page(&app, &signed, StatusCode::OK, key, vec![])
}

/// One of one's own.
async fn find(app: &App, signed: &Signed, id: &str) -> Result<Line, Error> {
    let shown = passkey_parts::shown(app, signed, &WallClock::of(app, signed).await?).await?;
    shown.lines.into_iter().find(|line| line.id.to_string() == id).ok_or(Error::NotFound)
}

fn one_page(
    app: &App,
    signed: &Signed,
    status: StatusCode,
    key: Line,
    problems: Vec<Problem>,
) -> Result<Response, Error> {
    let frame = errors_first(signed.frame(app, "passkey-one-title"), !problems.is_empty());
    let email = signed.person.email.clone();
    frame.clone().answer(status, &One { frame, key, email, problems })
}

/// `POST /console/account/passkeys/{passkey}`: another name.
pub async fn rename(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Error> {
    let key = find(&app, &signed, &id).await?;
    let renamed = passkeys::rename(&app, signed.person.id, key.id, &named(&signed, &name_of(&form))).await?;
    Ok(done_at(PATH, if renamed { "account-saved" } else { "nothing-changed" }))
}

/// `POST /console/account/passkeys/{passkey}/remove`: it opens nothing any more, and every other session ends.
pub async fn remove(
    State(app): State<Arc<App>>,
    Extension(delays): Extension<Arc<Delays>>,
    signed: Signed,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Error> {
    let key = find(&app, &signed, &id).await?;
    if let Some((status, problem)) = not_them(&app, &delays, &signed, &form, "current").await? {
        return one_page(&app, &signed, status, key, vec![problem]);
    }
    let removed = passkeys::remove(&app, signed.person.id, Some(key.id), Some(&signed.session.hash)).await?;
    Ok(done_at(PATH, if removed > 0 { "passkey-removed" } else { "nothing-changed" }))
}
