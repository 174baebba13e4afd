//! `/console/team/{person}`: one person's roles, how they come in, and whether they may. For owners of the instance.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::account::Choice;
use super::form::Form;
use super::frame::{Frame, done_at};
use super::guard::Signed;
use super::login::errors_first;
use super::team::{PATH, handed, places, role_of, roles, way};
use super::wall_clock::WallClock;
use super::ways::Ways;
use crate::app::App;
use crate::coded::Told as _;
use crate::events::Actor;
use crate::people::accounts::{self, Person};
use crate::people::letters;
use crate::people::role;
use crate::people::standing::{self, Standing};
use crate::people::team::{self, Grant, TeamError};
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/member.html")]
struct Member {
    frame: Frame,
    path: String,
    person: Person,
    /// Whether it is whoever looks.
    own: bool,
    standing: Standing,
    state: String,
    second_factor: String,
    ways: Ways,
    since: String,
    seen: String,
    places: Vec<Place>,
    letters: bool,
    problem: Option<String>,
}

/// A newsletter, and the person's role there.
struct Place {
    id: i64,
    name: String,
    none: bool,
    roles: Vec<Choice>,
    may_send: bool,
}

/// Whom an address names.
pub(super) async fn person(app: &App, public_id: &str) -> Result<Person, Error> {
    accounts::by_public_id(&app.db, public_id).await?.ok_or(Error::NotFound)
}

/// Where somebody's page is.
pub(super) fn path_of(person: &Person) -> String {
    format!("{PATH}/{}", person.public_id)
}

/// `GET /console/team/{person}`
pub async fn show(State(app): State<Arc<App>>, Path(id): Path<String>, signed: Signed) -> Result<Response, Error> {
    let person = person(&app, &id).await?;
    page(&app, &signed, person, StatusCode::OK, None, None).await
}

/// `POST /console/team/{person}`: their roles become those of the form, and what they had open ends.
pub async fn set_roles(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    signed: Signed,
    form: Form,
) -> Result<Response, Error> {
    let person = person(&app, &id).await?;
    let known = places(&app, signed.guest.locale).await?;
    let grant = |place: &i64| {
        let role = role_of(&form, &format!("role-{place}"))?;
        Some(Grant { newsletter_id: *place, role, may_send: form.has(&format!("send-{place}")) })
    };
    let mut wanted: Vec<Grant> = known.keys().filter_map(grant).collect();
    // A newsletter in the bin is not on the form; it may come back, and its roles with it.
    let unseen =
        role::of(&app.db, person.id).await?.into_iter().filter(|given| !known.contains_key(&given.newsletter_id));
    wanted.extend(unseen.map(Grant::from));
    let done = match team::set_roles(&app, person.id, &wanted, Actor::Person(signed.person.id)).await {
        Ok(true) => Ok("roles-changed"),
        Ok(false) => Ok("nothing-changed"),
        Err(error) => Err(error),
    };
    answered(&app, &signed, person, done, Some(&form)).await
}

/// `POST /console/team/{person}/disable`
pub async fn disable(State(app): State<Arc<App>>, Path(id): Path<String>, signed: Signed) -> Result<Response, Error> {
    let person = person(&app, &id).await?;
    let done =
        team::disable(&app, person.id).await.map(|done| if done { "person-disabled" } else { "nothing-changed" });
    answered(&app, &signed, person, done, None).await
}

/// `POST /console/team/{person}/enable`
pub async fn enable(State(app): State<Arc<App>>, Path(id): Path<String>, signed: Signed) -> Result<Response, Error> {
    let person = person(&app, &id).await?;
    let done = team::enable(&app, person.id).await.map(|done| if done { "person-enabled" } else { "nothing-changed" });
    answered(&app, &signed, person, done, None).await
}

/// `POST /console/team/{person}/invite`: once more, by letter or by a link.
pub async fn invite(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    signed: Signed,
    form: Form,
) -> Result<Response, Error> {
    let person = person(&app, &id).await?;
    let by_letter = form.get("how") != Some("link");
    match team::invite_again(&app, person.id, way(&signed, by_letter)).await {
        Ok(invited) => handed(&app, signed.frame(&app, "invited-title"), PATH, &person.email, &invited, by_letter),
        Err(error) => answered(&app, &signed, person, Err(error), None).await,
    }
}

/// Back to the page with what was done, or the page with why it was not.
async fn answered(
    app: &App,
    signed: &Signed,
    person: Person,
    done: Result<&'static str, TeamError>,
    form: Option<&Form>,
) -> Result<Response, Error> {
    match done {
        Ok(said) => Ok(done_at(&path_of(&person), said)),
        Err(TeamError::Refused(refusal)) => {
            let problem = refusal.words(signed.guest.locale);
            page(app, signed, person, StatusCode::UNPROCESSABLE_ENTITY, form, Some(problem)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The page, with what was typed into its form and why something was not done.
pub(super) async fn page(
    app: &App,
    signed: &Signed,
    person: Person,
    status: StatusCode,
    form: Option<&Form>,
    problem: Option<String>,
) -> Result<Response, Error> {
    let locale = signed.guest.locale;
    let clock = WallClock::of(app, signed).await?;
    let standing = standing::of(&app.db, person.id).await?;
    let given = role::of(&app.db, person.id).await?;
    let place = |(id, name): (i64, String)| {
        let here = given.iter().find(|given| given.newsletter_id == id);
        let (role, may_send) = match form {
            Some(form) => (role_of(form, &format!("role-{id}")), form.has(&format!("send-{id}"))),
            None => (here.map(|given| given.role), here.is_some_and(|given| given.may_send)),
        };
        Place { id, name, none: role.is_none(), roles: roles(locale, role), may_send }
    };
    let frame = signed.frame(app, "console-team").titled(person.called());
    let frame = errors_first(frame, problem.is_some());
    let page = Member {
        path: path_of(&person),
        own: person.id == signed.person.id,
        state: locale.text(&format!("team-state-{}", standing.word())),
        second_factor: locale.text(if standing.second_factor { "team-yes" } else { "team-no" }),
        ways: Ways::of(app, person.id, &clock).await?,
        since: clock.when(person.created_at),
        seen: clock.when_if_ever(person.seen_at),
        places: places(app, locale).await?.into_iter().map(place).collect(),
        letters: letters::can_leave(&app.db).await?,
        standing,
        person,
        problem,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}
