//! `/console/link/{token}`: the page behind a set-up link, an invitation, or the link for a forgotten password.
//!
//! `GET` shows whom it is for, or why it opens nothing and what to do; `POST` takes name and password and lets the person in.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::device::{Seen, admit};
use super::form::Form;
use super::frame::Frame;
use super::guard::Guest;
use super::login::errors_first;
use super::oidc::door::Way;
use crate::app::App;
use crate::coded::Told as _;
use crate::people::accounts::{self, NewPerson, Person};
use crate::people::joining::{self, Joining};
use crate::people::links::{self, Kind, Link, Look};
use crate::people::login::Entered;
use crate::people::password::{self, Busy};
use crate::people::sessions::Stage;
use crate::people::team::{Refusal, TeamError};
use crate::subscribers::address::Email;
use crate::web::frame::error::Error;

/// Longest name, characters.
pub(super) const NAME: usize = 100;

#[derive(Template)]
#[template(path = "console/link.html")]
struct Open {
    frame: Frame,
    heading: String,
    lead: String,
    button: String,
    path: String,
    /// Whose it is, when they are known already.
    person: Option<Person>,
    email: String,
    /// A forgotten password is no reason to ask for the name again.
    asks_name: bool,
    name: String,
    /// The provider of log-ins, where an invitation may be used by it.
    oidc: Option<Way>,
    least: i64,
    problems: Vec<Problem>,
}

/// What is wrong with a field.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// The field.
    pub field: &'static str,
    /// What to do.
    pub text: String,
}

impl Open {
    fn wrong(&self, field: &str) -> Option<&str> {
        problem_of(&self.problems, field)
    }
}

/// What is wrong with this field.
pub(super) fn problem_of<'a>(problems: &'a [Problem], field: &str) -> Option<&'a str> {
    problems.iter().find(|problem| problem.field == field).map(|problem| problem.text.as_str())
}

#[derive(Template)]
#[template(path = "console/link-shut.html")]
struct Shut {
    frame: Frame,
    lead: String,
    next: String,
    /// A command for who has the machine.
    command: Option<&'static str>,
    /// Where to go: path and text.
    way: (&'static str, String),
}

/// `GET /console/link/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, guest: Guest) -> Result<Response, Error> {
    match links::look(&app, &token).await? {
        Look::Good(link) => {
            let Some(person) = person_of(&app, &link).await? else { return shut(&app, &guest, &Look::Unknown) };
            open(&app, &guest, StatusCode::OK, &link, person, &Form::default(), vec![])
        }
        other => shut(&app, &guest, &other),
    }
}

/// `POST /console/link/{token}`
pub async fn act(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    guest: Guest,
    seen: Seen,
    form: Form,
) -> Result<Response, Error> {
    let link = match links::look(&app, &token).await? {
        Look::Good(link) => link,
        other => return shut(&app, &guest, &other),
    };
    let Some(person) = person_of(&app, &link).await? else { return shut(&app, &guest, &Look::Unknown) };
    let (email, problems) = judged(&guest, &link, person.as_ref(), &form);
    if !problems.is_empty() {
        return open(&app, &guest, StatusCode::UNPROCESSABLE_ENTITY, &link, person, &form, problems);
    }
    let hash = match password::hash(form.get("password").unwrap_or_default()).await {
        Ok(hash) => hash,
        Err(error) if error.is::<Busy>() => return Err(Error::Limited { retry_after: 5 }),
        Err(error) => return Err(error.into()),
    };
    let name = name_of(&form);
    let joining = Joining { name: &name, hash: &hash, browser: seen.browser(&guest) };
    let entered = match (&person, &email) {
        (Some(person), _) => joining::join(&app, &link, person.id, &joining).await,
        (None, Some(email)) => {
            let language = guest.locale.tag();
            let new = NewPerson { email: email.as_str(), email_key: email.key(), name: &name, language };
            joining::set_up(&app, &link, new, &joining).await
        }
        (None, None) => return shut(&app, &guest, &Look::Unknown),
    };
    match entered {
        Ok(entered) => Ok(inside(&app, &entered)),
        Err(TeamError::Refused(Refusal::LinkOver)) => shut(&app, &guest, &Look::Used(link.kind)),
        Err(error) => Err(error.into()),
    }
}

fn inside(app: &App, entered: &Entered) -> Response {
    let to = if entered.stage == Stage::Half { "/console/login/code" } else { "/console" };
    let mut response = Redirect::to(to).into_response();
    admit(app, entered, &mut response);
    response
}

/// Whose link it is: `None` when they are gone, `Some(None)` for the first owner, who is nobody yet.
async fn person_of(app: &App, link: &Link) -> sqlx::Result<Option<Option<Person>>> {
    match link.person_id {
        None => Ok(Some(None)),
        Some(id) => {
            let person = accounts::by_id(&app.db, id).await?.filter(|person| person.disabled_at.is_none());
            Ok(person.map(Some))
        }
    }
}

/// The name of a form, on one line.
pub(super) fn name_of(form: &Form) -> String {
    let text = form.text("name");
    let name: Vec<&str> = text.split_whitespace().collect();
    name.join(" ").chars().filter(|c| !c.is_control()).take(NAME).collect()
}

/// What is wrong with a new password that was typed twice.
pub(super) fn password_problems(guest: &Guest, form: &Form, email: &str, name: &str) -> Vec<Problem> {
    let typed = form.get("password").unwrap_or_default();
    let problem = |field, weak: password::Weak| vec![Problem { field, text: weak.words(guest.locale) }];
    match password::check(typed, email, name) {
        Err(weak) => problem("password", weak),
        Ok(()) if form.get("again") != Some(typed) => problem("again", password::Weak::Unequal),
        Ok(()) => Vec::new(),
    }
}

fn judged(guest: &Guest, link: &Link, person: Option<&Person>, form: &Form) -> (Option<Email>, Vec<Problem>) {
    let mut problems = Vec::new();
    let email = match (link.kind, Email::from_typed(&form.text("email"))) {
        (Kind::Setup, Ok(email)) => Some(email),
        (Kind::Setup, Err(error)) => {
            problems.push(Problem { field: "email", text: error.words(guest.locale) });
            None
        }
        _ => None,
    };
    let typed = form.text("email");
    let (own, name) = person.map_or((typed.as_str(), String::new()), |person| (&person.email, person.name.clone()));
    let name = if link.kind == Kind::Reset { name } else { name_of(form) };
    problems.extend(password_problems(guest, form, own, &name));
    (email, problems)
}

fn open(
    app: &App,
    guest: &Guest,
    status: StatusCode,
    link: &Link,
    person: Option<Person>,
    form: &Form,
    problems: Vec<Problem>,
) -> Result<Response, Error> {
    let kind = link.kind.as_str();
    let frame = Frame::of_guest(app, guest, &format!("console-link-{kind}-title"));
    let frame = errors_first(frame, !problems.is_empty());
    let host = url::Url::parse(&app.config.base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let known = person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    let bare = guest.path.split('?').next().unwrap_or_default();
    let joining = format!("{bare}/oidc?lang={}", guest.locale.tag());
    let page = Open {
        lead: frame.say(&format!("console-link-{kind}-lead"), "host", &host.unwrap_or_default()),
        button: frame.t(&format!("console-link-{kind}-button")),
        path: guest.path.clone(),
        email: person.as_ref().map_or_else(|| form.text("email"), |person| person.email.clone()),
        name: if form.has("name") { name_of(form) } else { known },
        oidc: Way::of(&app.config.oidc, None)
            .filter(|_| link.kind == Kind::Invite)
            .map(|way| Way { href: joining, ..way }),
        least: password::SHORTEST as i64,
        heading: frame.t(&format!("console-link-{kind}-title")),
        asks_name: link.kind != Kind::Reset,
        person,
        problems,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}

/// The page of a link that opens nothing: what happened, and what next.
fn shut(app: &App, guest: &Guest, look: &Look) -> Result<Response, Error> {
    let (what, kind, status) = match look {
        Look::Used(kind) => ("used", Some(*kind), StatusCode::GONE),
        Look::Over(kind) => ("over", Some(*kind), StatusCode::GONE),
        Look::Replaced(kind) => ("replaced", Some(*kind), StatusCode::NOT_FOUND),
        Look::Unknown | Look::Good(_) => ("unknown", None, StatusCode::NOT_FOUND),
    };
    let frame = Frame::of_guest(app, guest, &format!("console-link-{what}-title"));
    let kind_word = kind.map_or("unknown", Kind::as_str);
    let way = match (kind, what) {
        (Some(Kind::Reset), _) => ("/console/forgotten", frame.t("console-link-way-forgotten")),
        _ => ("/console/login", frame.t("console-link-way-login")),
    };
    let page = Shut {
        lead: frame.t(&format!("console-link-{what}-lead")),
        next: frame.t(&format!("console-link-{what}-{kind_word}")),
        command: (kind == Some(Kind::Setup) && what != "used").then_some("facteur user setup-link"),
        way,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}

impl From<TeamError> for Error {
    fn from(error: TeamError) -> Self {
        match error {
            TeamError::Refused(refusal) => {
                Self::problem(StatusCode::CONFLICT, "refused", crate::web::frame::error::Detail::told(refusal))
            }
            TeamError::Database(error) => error.into(),
        }
    }
}
