//! `/console/team`: everybody with an account, and inviting somebody new. For owners of the instance.
//!
//! In: an address, a role, where. Out: a letter with a link, or the link itself to hand over, shown once.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::account::{Choice, languages, when};
use super::form::Form;
use super::frame::{Frame, done_at};
use super::guard::Signed;
use super::link::{Problem, name_of, problem_of};
use super::login::errors_first;
use crate::app::App;
use crate::coded::Told as _;
use crate::i18n::{self, Locale};
use crate::newsletters;
use crate::people::accounts::{self, NewPerson};
use crate::people::links;
use crate::people::role::{self, Given, Role};
use crate::people::team::{self, Grant, Invited, TeamError, Way};
use crate::people::{letters, standing};
use crate::subscribers::address::Email;
use crate::web::frame::error::Error;

/// Where the page is.
pub(super) const PATH: &str = "/console/team";
/// Newsletters that a form names at most.
const MOST: i64 = 500;

#[derive(Template)]
#[template(path = "console/team.html")]
struct Team {
    frame: Frame,
    people: Vec<Line>,
    email: String,
    name: String,
    languages: Vec<Choice>,
    roles: Vec<Choice>,
    places: Vec<Choice>,
    may_send: bool,
    letters: bool,
    problems: Vec<Problem>,
}

impl Team {
    fn wrong(&self, field: &str) -> Option<&str> {
        problem_of(&self.problems, field)
    }
}

struct Line {
    href: String,
    called: String,
    email: String,
    roles: Vec<String>,
    state: String,
    second_factor: String,
    seen: String,
}

/// The link of an invitation, to be handed over.
#[derive(Template)]
#[template(path = "console/invited.html")]
struct Handed {
    frame: Frame,
    email: String,
    link: String,
    /// Why no letter leaves, when one was wished.
    no_letter: bool,
}

/// The names of the newsletters by id; 0 is every one.
pub(super) async fn places(app: &App, locale: &Locale) -> sqlx::Result<BTreeMap<i64, String>> {
    let all = newsletters::sql::after_slug(&app.db, "", MOST).await?;
    let named = all.into_iter().map(|newsletter| (newsletter.id, newsletter.name));
    Ok([(0, locale.text("team-everywhere"))].into_iter().chain(named).collect())
}

/// A role in words: "editor (sends) in Le carnet".
pub(super) fn role_in_words(locale: &Locale, given: &Given, places: &BTreeMap<i64, String>) -> Option<String> {
    let place = places.get(&given.newsletter_id)?;
    let role = locale.text(&format!("role-{}", given.role));
    let sends = if given.may_send { locale.text("team-sends") } else { String::new() };
    let variables = [("role", role.as_str()), ("sends", sends.as_str()), ("place", place.as_str())];
    Some(locale.format("team-role-in", &variables.map(|(name, text)| (name, i18n::Value::Text(text)))))
}

/// The roles there are, from the one with most to the one with least.
pub(super) fn roles(locale: &Locale, current: Option<Role>) -> Vec<Choice> {
    let choice = |role: &Role| Choice {
        value: role.as_str().to_owned(),
        label: locale.text(&format!("role-{role}")),
        chosen: Some(*role) == current,
    };
    Role::ALL.iter().map(choice).collect()
}

/// `GET /console/team`
pub async fn show(State(app): State<Arc<App>>, signed: Signed) -> Result<Response, Error> {
    page(&app, &signed, StatusCode::OK, &Form::default(), vec![]).await
}

/// `POST /console/team`: invites somebody.
pub async fn invite(State(app): State<Arc<App>>, signed: Signed, form: Form) -> Result<Response, Error> {
    let locale = signed.guest.locale;
    let wrong = |field, text| vec![Problem { field, text }];
    let email = match Email::from_typed(&form.text("email")) {
        Ok(email) => email,
        Err(error) => {
            let problems = wrong("email", error.words(locale));
            return page(&app, &signed, StatusCode::UNPROCESSABLE_ENTITY, &form, problems).await;
        }
    };
    let place = form.get("newsletter").and_then(|id| id.parse().ok());
    let known = places(&app, locale).await?;
    let (Some(place), Some(role)) = (place.filter(|id| known.contains_key(id)), role_of(&form, "role")) else {
        let problems = wrong("role", locale.text("team-role-missing"));
        return page(&app, &signed, StatusCode::UNPROCESSABLE_ENTITY, &form, problems).await;
    };
    let language = form.get("language").and_then(i18n::known).unwrap_or(locale).tag();
    let name = name_of(&form);
    let new = NewPerson { email: email.as_str(), email_key: email.key(), name: &name, language };
    let grant = Grant { newsletter_id: place, role, may_send: form.has("may_send") };
    let by_letter = form.get("how") != Some("link");
    match team::invite(&app, new, &[grant], way(&signed, by_letter)).await {
        Ok(invited) => handed(&app, &signed, email.as_str(), &invited, by_letter),
        Err(TeamError::Refused(refusal)) => {
            let problems = wrong("email", refusal.words(locale));
            page(&app, &signed, StatusCode::UNPROCESSABLE_ENTITY, &form, problems).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A role that a form names.
pub(super) fn role_of(form: &Form, field: &str) -> Option<Role> {
    form.get(field)?.parse().ok()
}

/// How the invitation of a form goes.
pub(super) fn way(signed: &Signed, by_letter: bool) -> Way<'_> {
    if by_letter { Way::Letter(signed.person.called()) } else { Way::Link }
}

/// What is answered to who invited: that the letter leaves, or the link.
pub(super) fn handed(
    app: &App,
    signed: &Signed,
    email: &str,
    invited: &Invited,
    by_letter: bool,
) -> Result<Response, Error> {
    if invited.letter {
        return Ok(done_at(PATH, "invited"));
    }
    let frame = signed.frame(app, "invited-title");
    let page = Handed {
        email: email.to_owned(),
        link: links::address(app, invited.link),
        no_letter: by_letter,
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

async fn page(
    app: &App,
    signed: &Signed,
    status: StatusCode,
    form: &Form,
    problems: Vec<Problem>,
) -> Result<Response, Error> {
    let locale = signed.guest.locale;
    let known = places(app, locale).await?;
    let asked = form.get("newsletter").and_then(|id| id.parse::<i64>().ok());
    let place =
        |(id, name): (&i64, &String)| Choice { value: id.to_string(), label: name.clone(), chosen: asked == Some(*id) };
    let frame = errors_first(signed.frame(app, "console-team"), !problems.is_empty());
    let page = Team {
        people: lines(app, locale, &known).await?,
        email: form.text("email"),
        name: name_of(form),
        languages: languages(form.get("language").unwrap_or(locale.tag())),
        roles: roles(locale, role_of(form, "role").or(Some(Role::Writer))),
        places: known.iter().map(place).collect(),
        may_send: form.has("may_send"),
        letters: letters::can_leave(&app.db).await?,
        problems,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}

async fn lines(app: &App, locale: &Locale, places: &BTreeMap<i64, String>) -> Result<Vec<Line>, Error> {
    let mut roles: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for given in role::all(&app.db).await? {
        roles.entry(given.person_id).or_default().extend(role_in_words(locale, &given, places));
    }
    let mut standings = standing::all(&app.db).await?;
    let people = accounts::all(&app.db).await?;
    Ok(people
        .into_iter()
        .map(|person| {
            let stand = standings.remove(&person.id).unwrap_or_default();
            Line {
                href: format!("{PATH}/{}", person.public_id),
                roles: roles.remove(&person.id).unwrap_or_default(),
                state: locale.text(&format!("team-state-{}", stand.word())),
                second_factor: locale.text(if stand.second_factor { "team-yes" } else { "team-no" }),
                seen: person.seen_at.map_or_else(|| locale.text("team-never"), |at| when(locale, at)),
                called: person.called().to_owned(),
                email: person.email,
            }
        })
        .collect())
}
