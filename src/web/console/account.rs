//! `/console/account`: what concerns one's own account: name, language, password, second factor, passkeys, open sessions.
//!
//! In: forms of somebody who is signed in. Out: 303 to the page again with what was done, or the page with what is wrong. Whatever
//! changes how one comes in asks for the password first: an open screen is not its owner.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::device::{Seen, admit};
use super::form::Form;
use super::frame::{Frame, done_at};
use super::guard::Signed;
use super::link::{Problem, name_of, password_problems, problem_of};
use super::login::{errors_first, said};
use super::oidc::account::Own;
use super::passkey_parts;
use super::wall_clock::WallClock;
use crate::app::App;
use crate::events::activity::{self, Act, Deed};
use crate::i18n::{self, Locale};
use crate::people::delays::Delays;
use crate::people::login::{self, Refused};
use crate::people::password::{self, Busy};
use crate::people::{accounts, second_factor, sessions, team};
use crate::web::frame::error::Error;

/// Where the page is.
pub(super) const PATH: &str = "/console/account";

#[derive(Template)]
#[template(path = "console/account.html")]
struct Account {
    frame: Frame,
    email: String,
    name: String,
    languages: Vec<Choice>,
    second_factor: bool,
    codes_left: i64,
    passkeys: passkey_parts::Shown,
    sessions: Vec<SessionLine>,
    /// The provider of log-ins, where there is one.
    oidc: Option<Own>,
    least: i64,
    problems: Vec<Problem>,
}

impl Account {
    fn wrong(&self, field: &str) -> Option<&str> {
        problem_of(&self.problems, field)
    }
}

/// One of several.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// What the form says.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is the one now.
    pub chosen: bool,
}

struct SessionLine {
    hash: String,
    device: String,
    since: String,
    seen: String,
    current: bool,
}

/// The languages there are.
pub(super) fn languages(current: &str) -> Vec<Choice> {
    let choice = |tag: &str| Choice {
        value: tag.to_owned(),
        label: i18n::locale(tag).text("language-name"),
        chosen: i18n::locale(current).tag() == tag,
    };
    i18n::tags().map(choice).collect()
}

/// `GET /console/account`
pub async fn show(State(app): State<Arc<App>>, signed: Signed) -> Result<Response, Error> {
    page(&app, &signed, StatusCode::OK, None, vec![]).await
}

/// `POST /console/account`: name and language.
pub async fn act(State(app): State<Arc<App>>, signed: Signed, form: Form) -> Result<Response, Error> {
    let language = form.get("language").and_then(i18n::known);
    let language = language.map_or(signed.person.language.as_str(), Locale::tag);
    accounts::rename(&app, signed.person.id, &name_of(&form), language).await?;
    Ok(done_at(PATH, "account-saved"))
}

/// `POST /console/account/password`: another password; every other session and every token of theirs ends.
pub async fn change_password(
    State(app): State<Arc<App>>,
    Extension(delays): Extension<Arc<Delays>>,
    signed: Signed,
    seen: Seen,
    form: Form,
) -> Result<Response, Error> {
    if let Some((status, problem)) = not_them(&app, &delays, &signed, &form, "current").await? {
        return page(&app, &signed, status, None, vec![problem]).await;
    }
    let problems = password_problems(&signed.guest, &form, &signed.person.email, &signed.person.name);
    if !problems.is_empty() {
        return page(&app, &signed, StatusCode::UNPROCESSABLE_ENTITY, None, problems).await;
    }
    let hash = hashed(&form).await?;
    let entered = team::change_password(&app, signed.person.id, &hash, &seen.browser(&signed.guest)).await?;
    let mut response = done_at(PATH, "password-changed");
    admit(&app, &entered, &mut response);
    Ok(response)
}

async fn hashed(form: &Form) -> Result<String, Error> {
    password::hash(form.get("password").unwrap_or_default())
        .await
        .map_err(|error| if error.is::<Busy>() { Error::Limited { retry_after: 5 } } else { error.into() })
}

/// `POST /console/account/sessions`: ends one (`session`), or all but this one (`others`).
pub async fn end_sessions(State(app): State<Arc<App>>, signed: Signed, form: Form) -> Result<Response, Error> {
    let mut tx = app.db.begin().await?;
    let (ended, said) = match form.get("session") {
        Some(hash) => (sessions::end(&mut tx, signed.person.id, hash).await?, "session-ended"),
        None if form.has("others") => {
            (sessions::end_all(&mut tx, signed.person.id, Some(&signed.session.hash)).await?, "sessions-ended")
        }
        None => return Ok(done_at(PATH, "nothing-changed")),
    };
    if ended > 0 {
        let act = Act::new(Deed::SessionEnded).about("person", signed.person.id).with("sessions", ended);
        activity::note(&mut tx, app.clock.now(), act).await?;
    }
    tx.commit().await?;
    Ok(done_at(PATH, said))
}

/// What is said to somebody who is signed in and does not know the password; `None` when they do.
pub(super) async fn not_them(
    app: &App,
    delays: &Delays,
    signed: &Signed,
    form: &Form,
    field: &'static str,
) -> Result<Option<(StatusCode, Problem)>, Error> {
    let typed = form.get(field).unwrap_or_default();
    match login::is_password(app, delays, signed.person.id, typed).await {
        Ok(()) => Ok(None),
        Err(refused @ (Refused::Wrong | Refused::Wait(_) | Refused::Busy(_))) => {
            let (status, text) = said(signed.guest.locale, "account-password-wrong", refused)?;
            Ok(Some((status, Problem { field, text })))
        }
        Err(Refused::Other(error)) => Err(error.into()),
    }
}

/// The page, with what was typed for a name.
pub(super) async fn page(
    app: &App,
    signed: &Signed,
    status: StatusCode,
    name: Option<String>,
    problems: Vec<Problem>,
) -> Result<Response, Error> {
    let (second_factor, codes_left) = second_factor::state(&app.db, signed.person.id).await?;
    let locale = signed.guest.locale;
    let clock = WallClock::of(app, signed).await?;
    let line = |line: sessions::Line| SessionLine {
        device: if line.agent.is_empty() { locale.text("account-session-unknown") } else { line.agent },
        since: clock.when(line.created_at),
        seen: clock.when(line.seen_at),
        current: line.hash == signed.session.hash,
        hash: line.hash,
    };
    let open = sessions::of(&app.db, signed.person.id, app.clock.now()).await?;
    let frame = errors_first(signed.frame(app, "console-account"), !problems.is_empty());
    let page = Account {
        email: signed.person.email.clone(),
        name: name.unwrap_or_else(|| signed.person.name.clone()),
        languages: languages(&signed.person.language),
        second_factor,
        codes_left,
        passkeys: passkey_parts::shown(app, signed, &clock).await?,
        sessions: open.into_iter().map(line).collect(),
        oidc: Own::of(app, signed, &clock).await?,
        least: password::SHORTEST as i64,
        problems,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}
