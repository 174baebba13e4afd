//! `/console/n/{newsletter}/team`: who belongs to one newsletter, for its own owners; inviting, another role, taking it away.
//!
//! In: an address or a person, a role. Out: pages, and the answers of [`crate::people::membership`]. People of other newsletters are
//! not there, nor are roles elsewhere; who owns the instance is listed and cannot be changed.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::account::Choice;
use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use super::link::Problem;
use super::login::errors_first;
use super::team::{Of, Wish, handed, page, role_of, roles, way};
use super::wall_clock::WallClock;
use crate::app::App;
use crate::coded::Told as _;
use crate::people::accounts::{self, Person};
use crate::people::letters;
use crate::people::membership::{self, Added};
use crate::people::role::{self, Given, Right};
use crate::people::standing::{self, Standing};
use crate::people::team::{Grant, TeamError};
use crate::web::frame::error::Error;

/// A person as this newsletter sees them.
#[derive(Template)]
#[template(path = "console/membership.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that the page shows or does not")]
struct Member {
    frame: Frame,
    path: String,
    person: Person,
    /// Whether it is whoever looks: their own role stays.
    own: bool,
    standing: Standing,
    state: String,
    seen: String,
    /// A role in all newsletters, which stays whatever is chosen here.
    everywhere: Option<String>,
    roles: Vec<Choice>,
    none: bool,
    gives_send: bool,
    may_send: bool,
    /// Whether a new link can be given: the account is for this newsletter alone, and nobody has come in yet.
    invitable: bool,
    letters: bool,
    problem: Option<String>,
}

fn of(app: &App, editor: &Editor) -> Of {
    let here = (editor.newsletter.id, editor.newsletter.name.clone());
    Of {
        frame: editor.frame(app, "console-newsletter-team"),
        path: editor.path("team"),
        lead: editor.locale.text("membership-lead"),
        places: [(0, editor.locale.text("team-everywhere")), here].into_iter().collect(),
        newsletter: Some(editor.newsletter.id),
        gives_send: editor.may(Right::Send),
        clock: WallClock::in_newsletter(editor),
    }
}

/// `GET /console/n/{newsletter}/team`
pub async fn show(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    page(&app, of(&app, &editor), StatusCode::OK, &Form::default(), vec![]).await
}

/// `POST /console/n/{newsletter}/team`: a role for somebody, who is invited if they have no account.
pub async fn invite(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let wish = match Wish::of(&form, editor.locale) {
        Ok(wish) => wish,
        Err(problem) => return wrong(&app, &editor, &form, problem).await,
    };
    // Nobody gives what they may not do themself.
    let may_send = form.has("may_send") && editor.may(Right::Send);
    let grant = Grant { newsletter_id: editor.newsletter.id, role: wish.role, may_send };
    let way = way(&editor.signed, wish.by_letter);
    match membership::add(&app, wish.person(), grant, way, editor.actor()).await {
        Ok(Added::Invited(invited)) => {
            let frame = editor.frame(&app, "invited-title");
            handed(&app, frame, &editor.path("team"), wish.email.as_str(), &invited, wish.by_letter)
        }
        Ok(Added::Known(_)) => Ok(editor.done("team", "member-added")),
        Err(TeamError::Refused(refusal)) => {
            let problem = Problem { field: "email", text: refusal.words(editor.locale) };
            wrong(&app, &editor, &form, problem).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn wrong(app: &App, editor: &Editor, form: &Form, problem: Problem) -> Result<Response, Error> {
    page(app, of(app, editor), StatusCode::UNPROCESSABLE_ENTITY, form, vec![problem]).await
}

/// A person who has a role that counts here, and their roles; owners of the instance have no page here.
async fn named(app: &App, editor: &Editor, id: &str) -> Result<(Person, Vec<Given>), Error> {
    let person = accounts::by_public_id(&app.db, id).await?.ok_or(Error::NotFound)?;
    let given = role::of(&app.db, person.id).await?;
    let counts = given.iter().any(|given| [0, editor.newsletter.id].contains(&given.newsletter_id));
    if counts && !role::owns_all(&given) { Ok((person, given)) } else { Err(Error::NotFound) }
}

/// `GET /console/n/{newsletter}/team/{person}`
pub async fn member(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let (person, given) = named(&app, &editor, &id).await?;
    one(&app, &editor, person, &given, None).await
}

/// `POST /console/n/{newsletter}/team/{person}`: another role here, or none any more.
pub async fn set(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let (person, given) = named(&app, &editor, &id).await?;
    let newsletter_id = editor.newsletter.id;
    let had = given.iter().any(|given| given.newsletter_id == newsletter_id && given.may_send);
    let may_send = form.has("may_send") && (had || editor.may(Right::Send));
    let role = match (form.get("role"), role_of(&form, "role")) {
        (Some("none"), _) => None,
        (_, Some(role)) => Some(role),
        _ => {
            let problem = editor.locale.text("team-role-missing");
            return one(&app, &editor, person, &given, Some(problem)).await;
        }
    };
    let wanted = role.map(|role| Grant { newsletter_id, role, may_send });
    match membership::set(&app, newsletter_id, person.id, wanted, editor.actor()).await {
        Ok(changed) => {
            let said = if changed { "roles-changed" } else { "nothing-changed" };
            let stays = wanted.is_some() || given.iter().any(|given| given.newsletter_id == 0);
            let rest = if stays { format!("team/{}", person.public_id) } else { "team".to_owned() };
            Ok(editor.done(&rest, said))
        }
        Err(error) => refused(&app, &editor, person, &given, error).await,
    }
}

async fn refused(
    app: &App,
    editor: &Editor,
    person: Person,
    given: &[Given],
    error: TeamError,
) -> Result<Response, Error> {
    match error {
        TeamError::Refused(refusal) => one(app, editor, person, given, Some(refusal.words(editor.locale))).await,
        error @ TeamError::Database(_) => Err(error.into()),
    }
}

/// `POST /console/n/{newsletter}/team/{person}/invite`: once more, by letter or by a link.
pub async fn invite_again(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let (person, given) = named(&app, &editor, &id).await?;
    let by_letter = form.get("how") != Some("link");
    let way = way(&editor.signed, by_letter);
    match membership::invite_again(&app, editor.newsletter.id, person.id, way).await {
        Ok(invited) => {
            let frame = editor.frame(&app, "invited-title");
            handed(&app, frame, &editor.path("team"), &person.email, &invited, by_letter)
        }
        Err(error) => refused(&app, &editor, person, &given, error).await,
    }
}

/// The page of one person; with why nothing was done.
async fn one(
    app: &App,
    editor: &Editor,
    person: Person,
    given: &[Given],
    problem: Option<String>,
) -> Result<Response, Error> {
    let locale = editor.locale;
    let standing = standing::of(&app.db, person.id).await?;
    let role_in = |newsletter_id: i64| given.iter().find(|given| given.newsletter_id == newsletter_id);
    let here = role_in(editor.newsletter.id);
    let may_send = here.is_some_and(|given| given.may_send);
    let frame = editor.frame(app, "console-newsletter-team").titled(person.called());
    let frame = errors_first(frame, problem.is_some());
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Member {
        path: editor.path(&format!("team/{}", person.public_id)),
        own: person.id == editor.signed.person.id,
        state: locale.text(&format!("team-state-{}", standing.word())),
        seen: WallClock::in_newsletter(editor).when_if_ever(person.seen_at),
        everywhere: role_in(0).map(|given| locale.text(&format!("role-{}", given.role))),
        roles: roles(locale, here.map(|given| given.role)),
        none: here.is_none(),
        gives_send: may_send || editor.may(Right::Send),
        may_send,
        invitable: !standing.joined && !standing.disabled && membership::is_only_here(given, editor.newsletter.id),
        letters: letters::can_leave(&app.db).await?,
        standing,
        person,
        problem,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}
