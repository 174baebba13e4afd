//! `/console/tokens`: what lets programs in by the API: making one, and ending one. For owners of the instance.
//!
//! In: a name, what it may do and where, for how long. Out: the token, shown once in the answer to the form; 303 when one was ended.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::account::Choice;
use super::form::Form;
use super::frame::{Frame, done_at};
use super::guard::Signed;
use super::link::{Problem, problem_of};
use super::login::errors_first;
use super::team::places;
use super::wall_clock::WallClock;
use crate::app::App;
use crate::clock::DAY;
use crate::i18n::Locale;
use crate::people::accounts;
use crate::people::tokens::{self, Token, Verb, Wanted};
use crate::web::frame::error::Error;

/// Where the page is.
const PATH: &str = "/console/tokens";
/// Days that a token can be good for.
const DAYS: [i64; 4] = [30, 90, 180, 365];
/// Longest name, characters.
const NAME: usize = 100;

#[derive(Template)]
#[template(path = "console/tokens.html")]
struct Page {
    frame: Frame,
    entries: Vec<Entry>,
    name: String,
    verbs: Vec<Choice>,
    places: Vec<Choice>,
    days: Vec<Choice>,
    problems: Vec<Problem>,
}

impl Page {
    fn wrong(&self, field: &str) -> Option<&str> {
        problem_of(&self.problems, field)
    }
}

/// A token in the list.
struct Entry {
    name: String,
    may: String,
    place: String,
    whose: Option<String>,
    ends: String,
    used: String,
    over: bool,
}

/// A token that was just made.
#[derive(Template)]
#[template(path = "console/token.html")]
struct Made {
    frame: Frame,
    name: String,
    token: String,
}

/// `GET /console/tokens`
pub async fn show(State(app): State<Arc<App>>, signed: Signed) -> Result<Response, Error> {
    page(&app, &signed, StatusCode::OK, &Form::default(), vec![]).await
}

/// `POST /console/tokens`: makes one. It belongs to whoever makes it.
pub async fn create(State(app): State<Arc<App>>, signed: Signed, form: Form) -> Result<Response, Error> {
    let typed = form.text("name");
    let name = typed.trim();
    if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        return refused(&app, &signed, &form, "name", "cli-token-name").await;
    }
    let verbs: Vec<Verb> = form.all("verb").filter_map(|verb| verb.parse().ok()).collect();
    if verbs.is_empty() {
        return refused(&app, &signed, &form, "verbs", "tokens-no-verb").await;
    }
    let days = form.get("days").and_then(|days| days.parse().ok()).filter(|days| DAYS.contains(days));
    let place: Option<i64> = form.get("newsletter").and_then(|id| id.parse().ok());
    let known = places(&app, signed.guest.locale).await?;
    let (Some(days), Some(place)) = (days, place.filter(|place| known.contains_key(place))) else {
        return refused(&app, &signed, &form, "days", "tokens-no-end").await;
    };
    let whole = verbs.len() == Verb::ALL.len();
    let wanted = Wanted {
        name,
        expires_at: app.clock.now() + days * DAY,
        person_id: Some(signed.person.id),
        verbs: if whole { &[] } else { &verbs },
        newsletter_id: (place != 0).then_some(place),
    };
    let Some(token) = tokens::make(&app, &wanted).await? else {
        return refused(&app, &signed, &form, "name", "tokens-taken").await;
    };
    let frame = signed.frame(&app, "tokens-made");
    frame.clone().answer(StatusCode::OK, &Made { frame, name: name.to_owned(), token })
}

/// The page with what was typed, and what is wrong with it.
async fn refused(app: &App, signed: &Signed, form: &Form, field: &'static str, key: &str) -> Result<Response, Error> {
    let problem = Problem { field, text: signed.guest.locale.text(key) };
    page(app, signed, StatusCode::UNPROCESSABLE_ENTITY, form, vec![problem]).await
}

/// `POST /console/tokens/revoke`: ends one at once.
pub async fn revoke(State(app): State<Arc<App>>, _signed: Signed, form: Form) -> Result<Response, Error> {
    let gone = tokens::revoke(&app, form.get("name").unwrap_or_default()).await?;
    Ok(done_at(PATH, if gone { "token-revoked" } else { "nothing-changed" }))
}

/// What a verb is called.
fn words(verb: Verb, locale: &Locale) -> String {
    locale.text(&format!("tokens-verb-{verb}"))
}

async fn page(
    app: &App,
    signed: &Signed,
    status: StatusCode,
    form: &Form,
    problems: Vec<Problem>,
) -> Result<Response, Error> {
    let locale = signed.guest.locale;
    let places = places(app, locale).await?;
    let clock = WallClock::of(app, signed).await?;
    let people: BTreeMap<i64, String> =
        accounts::all(&app.db).await?.into_iter().map(|person| (person.id, person.called().to_owned())).collect();
    let now = app.clock.now();
    let entry = |token: Token| {
        let verbs = token.verbs();
        let names: Vec<String> = verbs.iter().map(|verb| words(*verb, locale)).collect();
        Entry {
            may: if names.is_empty() { locale.text("tokens-all-verbs") } else { names.join(", ") },
            place: places.get(&token.newsletter_id.unwrap_or_default()).cloned().unwrap_or_default(),
            whose: token.person_id.and_then(|id| people.get(&id).cloned()),
            ends: clock.when(token.expires_at),
            used: clock.when_if_ever(token.last_used_at),
            over: token.expires_at <= now,
            name: token.name,
        }
    };
    let ticked: Vec<&str> = form.all("verb").collect();
    let verb = |verb: &Verb| Choice {
        value: verb.to_string(),
        label: words(*verb, locale),
        chosen: ticked.contains(&verb.as_str()),
    };
    let place = |(id, name): (&i64, &String)| Choice {
        value: id.to_string(),
        label: name.clone(),
        chosen: form.get("newsletter") == Some(id.to_string().as_str()),
    };
    let day = |days: i64| Choice {
        value: days.to_string(),
        label: locale.format("tokens-days", &[("count", days.into())]),
        chosen: form.get("days").map_or(days == 365, |typed| typed == days.to_string()),
    };
    let frame = errors_first(signed.frame(app, "tokens-title"), !problems.is_empty());
    let page = Page {
        entries: tokens::all(&app.db).await?.into_iter().map(entry).collect(),
        name: form.text("name"),
        verbs: Verb::ALL.iter().map(verb).collect(),
        places: places.iter().map(place).collect(),
        days: DAYS.into_iter().map(day).collect(),
        problems,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}
