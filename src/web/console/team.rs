//! `/console/team`: everybody with an account, and inviting somebody new. For owners of the instance. The page of one newsletter's
//! team ([`super::membership`]) is made here, too.
//!
//! In: an address, a role, where. Out: a letter with a link, or the link itself to hand over, shown once.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::account::{Choice, languages};
use super::form::Form;
use super::frame::{Frame, done_at};
use super::guard::Signed;
use super::link::{Problem, name_of, problem_of};
use super::login::errors_first;
use super::wall_clock::WallClock;
use crate::app::App;
use crate::coded::Told as _;
use crate::events::Actor;
use crate::i18n::{self, Locale};
use crate::newsletters;
use crate::people::accounts::{self, NewPerson, Person};
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

/// Whose team a page shows, and what it offers.
pub(super) struct Of {
    /// Around the page.
    pub frame: Frame,
    /// Where the page is.
    pub path: String,
    /// Below the heading, if there is something to say.
    pub lead: String,
    /// The newsletters whose roles are shown, by id; 0 is every one.
    pub places: BTreeMap<i64, String>,
    /// The one newsletter that it is about; `None`: all.
    pub newsletter: Option<i64>,
    /// Whether whoever looks may give the right to send.
    pub gives_send: bool,
    /// By which it tells the time.
    pub clock: WallClock,
}

#[derive(Template)]
#[template(path = "console/team.html")]
struct Team {
    frame: Frame,
    heading: String,
    path: String,
    lead: String,
    people: Vec<Line>,
    email: String,
    name: String,
    languages: Vec<Choice>,
    roles: Vec<Choice>,
    /// None: it is about one newsletter.
    places: Vec<Choice>,
    gives_send: bool,
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
    /// Where their roles are changed; nowhere for whoever owns the instance, on a newsletter's page.
    href: Option<String>,
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
    /// Where the team is.
    back: String,
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
    page(&app, everybody(&app, &signed).await?, StatusCode::OK, &Form::default(), vec![]).await
}

/// Everybody with an account.
async fn everybody(app: &App, signed: &Signed) -> sqlx::Result<Of> {
    Ok(Of {
        frame: signed.frame(app, "console-team"),
        path: PATH.to_owned(),
        lead: String::new(),
        places: places(app, signed.guest.locale).await?,
        newsletter: None,
        gives_send: true,
        clock: WallClock::of(app, signed).await?,
    })
}

/// Whom a form invites.
pub(super) struct Wish {
    /// Their address.
    pub email: Email,
    /// What they are to be.
    pub role: Role,
    /// How they are called.
    pub name: String,
    /// Of the invitation and of their console.
    pub language: &'static str,
    /// By a letter, or by a link to hand over.
    pub by_letter: bool,
}

impl Wish {
    /// As it was typed, or what is wrong with a field.
    pub fn of(form: &Form, locale: &'static Locale) -> Result<Self, Problem> {
        let wrong = |field, text| Problem { field, text };
        let email = Email::from_typed(&form.text("email")).map_err(|error| wrong("email", error.words(locale)))?;
        let role = role_of(form, "role").ok_or_else(|| wrong("role", locale.text("team-role-missing")))?;
        let language = form.get("language").and_then(i18n::known).unwrap_or(locale).tag();
        Ok(Self { email, role, name: name_of(form), language, by_letter: form.get("how") != Some("link") })
    }

    /// For an account of theirs.
    pub fn person(&self) -> NewPerson<'_> {
        NewPerson { email: self.email.as_str(), email_key: self.email.key(), name: &self.name, language: self.language }
    }
}

/// `POST /console/team`: invites somebody.
pub async fn invite(State(app): State<Arc<App>>, signed: Signed, form: Form) -> Result<Response, Error> {
    let locale = signed.guest.locale;
    let of = everybody(&app, &signed).await?;
    let place = form.get("newsletter").and_then(|id| id.parse().ok()).filter(|id| of.places.contains_key(id));
    let wish = Wish::of(&form, locale).and_then(|wish| match place {
        Some(place) => Ok((wish, place)),
        None => Err(Problem { field: "role", text: locale.text("team-role-missing") }),
    });
    let (wish, newsletter_id) = match wish {
        Ok(wish) => wish,
        Err(problem) => return page(&app, of, StatusCode::UNPROCESSABLE_ENTITY, &form, vec![problem]).await,
    };
    let grant = Grant { newsletter_id, role: wish.role, may_send: form.has("may_send") };
    let by = Actor::Person(signed.person.id);
    match team::invite(&app, wish.person(), &[grant], way(&signed, wish.by_letter), by).await {
        Ok(invited) => {
            handed(&app, signed.frame(&app, "invited-title"), PATH, wish.email.as_str(), &invited, wish.by_letter)
        }
        Err(TeamError::Refused(refusal)) => {
            let problem = Problem { field: "email", text: refusal.words(locale) };
            page(&app, of, StatusCode::UNPROCESSABLE_ENTITY, &form, vec![problem]).await
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

/// What is answered to who invited: that the letter leaves, or the link. `back`: where the team is.
pub(super) fn handed(
    app: &App,
    frame: Frame,
    back: &str,
    email: &str,
    invited: &Invited,
    by_letter: bool,
) -> Result<Response, Error> {
    if invited.letter {
        return Ok(done_at(back, "invited"));
    }
    let page = Handed {
        back: back.to_owned(),
        email: email.to_owned(),
        link: links::address(app, invited.link),
        no_letter: by_letter,
        frame,
    };
    page.frame.clone().answer(StatusCode::OK, &page)
}

/// The page of a team, with what was typed into its form and what is wrong with it.
pub(super) async fn page(
    app: &App,
    of: Of,
    status: StatusCode,
    form: &Form,
    problems: Vec<Problem>,
) -> Result<Response, Error> {
    let people = lines(app, &of).await?;
    let heading = of.frame.title().to_owned();
    let frame = errors_first(of.frame, !problems.is_empty());
    let locale = frame.locale();
    let asked = form.get("newsletter").and_then(|id| id.parse::<i64>().ok());
    let place =
        |(id, name): (&i64, &String)| Choice { value: id.to_string(), label: name.clone(), chosen: asked == Some(*id) };
    let page = Team {
        heading,
        path: of.path,
        lead: of.lead,
        people,
        email: form.text("email"),
        name: name_of(form),
        languages: languages(form.get("language").unwrap_or(locale.tag())),
        roles: roles(locale, role_of(form, "role").or(Some(Role::Writer))),
        places: if of.newsletter.is_some() { Vec::new() } else { of.places.iter().map(place).collect() },
        gives_send: of.gives_send,
        may_send: form.has("may_send"),
        letters: letters::can_leave(&app.db).await?,
        problems,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}

/// Who belongs to it: everybody, or whoever has a role that counts in the newsletter.
async fn lines(app: &App, of: &Of) -> Result<Vec<Line>, Error> {
    let locale = of.frame.locale();
    let mut roles: BTreeMap<i64, (bool, Vec<String>)> = BTreeMap::new();
    for given in role::all(&app.db).await? {
        let (owns, words) = roles.entry(given.person_id).or_default();
        *owns |= role::owns_all(&[given]);
        words.extend(role_in_words(locale, &given, &of.places));
    }
    let mut standings = standing::all(&app.db).await?;
    let line = |person: Person| {
        let stand = standings.remove(&person.id).unwrap_or_default();
        let (owns, roles) = roles.remove(&person.id).unwrap_or_default();
        Line {
            href: (of.newsletter.is_none() || !owns).then(|| format!("{}/{}", of.path, person.public_id)),
            roles,
            state: locale.text(&format!("team-state-{}", stand.word())),
            second_factor: locale.text(if stand.second_factor { "team-yes" } else { "team-no" }),
            seen: of.clock.when_if_ever(person.seen_at),
            called: person.called().to_owned(),
            email: person.email,
        }
    };
    let lines = accounts::all(&app.db).await?.into_iter().map(line);
    Ok(lines.filter(|line| of.newsletter.is_none() || !line.roles.is_empty()).collect())
}
