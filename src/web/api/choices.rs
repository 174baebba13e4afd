//! `/api/v1/newsletters/{slug}/rhythms` and `/topics`: what readers may choose among.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::coded::Coded as _;
use crate::i18n::Locale;
use crate::newsletters::change::{self, ChangeError};
use crate::newsletters::settings::Invalid;
use crate::newsletters::topics::{self, Typed};
use crate::newsletters::{Newsletter, sql};
use crate::subscribers::rhythm;
use crate::views::choices as view;
use crate::web::frame::error::{Detail, Error, FieldError};

use super::once::{Done, Request};
use super::token::Caller;
use super::{Language, body, newsletter};

/// The rhythms.
pub async fn rhythms(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Language(locale): Language,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let newsletter = newsletter(&app, &slug).await?;
    Ok(Json(json!({ "data": view::rhythms(&app, &newsletter, locale).await? })).into_response())
}

/// What may be said of a rhythm.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RhythmBody {
    /// Whether readers may choose it.
    offered: Option<bool>,
    /// `true`: whoever is new is on it.
    #[serde(default)]
    default: bool,
    /// With `default`: move whoever never chose from rhythms that write more often.
    #[serde(default)]
    lower: bool,
}

/// Offers a rhythm, or makes it the default.
pub async fn set_rhythm(
    State(app): State<Arc<App>>,
    caller: Caller,
    Language(locale): Language,
    Path((slug, number)): Path<(String, usize)>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    said: Bytes,
) -> Result<Response, Error> {
    let request = Request::read(caller, &method, &uri, &headers, &said)?;
    let wish: RhythmBody = body(&said)?;
    let newsletter = newsletter(&app, &slug).await?;
    let task = app.clone();
    let act = async move { rhythm_set(&task, &newsletter, number, wish, locale).await };
    request.once(&app, Box::pin(act)).await
}

async fn rhythm_set(
    app: &App,
    newsletter: &Newsletter,
    number: usize,
    wish: RhythmBody,
    locale: &Locale,
) -> Result<Done, Error> {
    let schedules = sql::schedules(&app.db, newsletter.id).await?;
    let schedule = number.checked_sub(1).and_then(|index| schedules.get(index));
    let schedule = schedule.ok_or_else(|| change::no_schedule(number, schedules.len()))?;
    if let Some(offered) = wish.offered {
        change::offer(app, schedule, offered).await?;
    }
    let mut moved = 0;
    if wish.default {
        change::make_default(app, schedule).await?;
        if wish.lower {
            moved = rhythm::lower_all(app, schedule).await?.moved;
        }
    }
    let shown = view::rhythms(app, newsletter, locale).await?;
    Ok(Done::new(StatusCode::OK, &json!({ "rhythm": shown.get(number - 1), "moved": moved })))
}

/// The topics.
pub async fn topics(State(app): State<Arc<App>>, _caller: Caller, Path(slug): Path<String>) -> Result<Response, Error> {
    let newsletter = newsletter(&app, &slug).await?;
    Ok(Json(json!({ "data": view::topics(&app, &newsletter).await? })).into_response())
}

/// What may be said of a topic.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicBody {
    /// The topic that is meant, or the name of a new one.
    name: String,
    /// Another name for it.
    rename: Option<String>,
    /// A sentence.
    description: Option<String>,
    /// Categories of feeds that belong to it.
    categories: Option<Vec<String>>,
    /// Addresses of feeds whose posts all belong to it.
    feeds: Option<Vec<String>>,
    /// `true`: it is removed.
    #[serde(default)]
    remove: bool,
}

/// Adds, changes or removes the topic of a name: 201 for a new one.
pub async fn set_topic(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(slug): Path<String>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    said: Bytes,
) -> Result<Response, Error> {
    let request = Request::read(caller, &method, &uri, &headers, &said)?;
    let wish: TopicBody = body(&said)?;
    let newsletter = newsletter(&app, &slug).await?;
    let task = app.clone();
    request.once(&app, Box::pin(async move { topic_set(&task, &newsletter, wish).await })).await
}

async fn topic_set(app: &App, newsletter: &Newsletter, wish: TopicBody) -> Result<Done, Error> {
    let known = match topics::by_name(app, newsletter.id, &wish.name).await {
        Ok(known) => Some(known),
        Err(ChangeError::Refused(_)) if !wish.remove => None,
        Err(error) => return Err(error.into()),
    };
    if let (Some(known), true) = (&known, wish.remove) {
        topics::remove(app, newsletter.id, known.id).await?;
        return Ok(Done::new(StatusCode::OK, &json!({ "removed": known.name })));
    }
    let typed = Typed {
        name: if known.is_some() { wish.rename } else { Some(wish.name) },
        description: wish.description,
        categories: wish.categories.map(|categories| categories.join("\n")),
        feeds: match wish.feeds {
            Some(urls) => Some(feed_ids(app, newsletter, &urls).await?),
            None => None,
        },
    };
    let (stored, status) = match known {
        Some(known) => (topics::change(app, newsletter.id, known.id, &typed).await?, StatusCode::OK),
        None => (topics::add(app, newsletter.id, &typed).await?, StatusCode::CREATED),
    };
    let shown = view::topics(app, newsletter).await?.into_iter().find(|topic| topic.id == stored.id);
    Ok(Done::new(status, &json!(shown)))
}

/// Ids of the newsletter's feeds at these addresses.
async fn feed_ids(app: &App, newsletter: &Newsletter, urls: &[String]) -> Result<Vec<i64>, Error> {
    let feeds = crate::feeds::sql::feeds(&app.db, newsletter.id).await?;
    let mut ids = Vec::with_capacity(urls.len().min(feeds.len()));
    for url in urls {
        let found = feeds.iter().find(|feed| feed.url == *url);
        ids.push(found.ok_or_else(|| invalid("feeds", "the newsletter has no such feed"))?.id);
    }
    Ok(ids)
}

fn invalid(field: &'static str, why: &str) -> Error {
    of_field(field, why.into(), why.into())
}

/// A field that cannot stand: for the whole request, and for the field.
fn of_field(field: &'static str, detail: Detail, of_field: Detail) -> Error {
    let code = "invalid-field";
    let fields = vec![FieldError { pointer: format!("/{field}"), code, detail: of_field }];
    Error::Problem { status: StatusCode::UNPROCESSABLE_ENTITY, code, detail, fields }
}

impl From<ChangeError> for Error {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Invalid(Invalid { field, wrong }) => {
                of_field(field, Detail::told(wrong.clone()), Detail::told(wrong))
            }
            ChangeError::NoSchedule(wrong) => {
                Self::problem(StatusCode::NOT_FOUND, "schedule-not-found", Detail::told(wrong))
            }
            ChangeError::Refused(wrong) | ChangeError::Taken(wrong) => {
                Self::problem(StatusCode::CONFLICT, wrong.code(), Detail::told(wrong))
            }
            ChangeError::Database(error) => error.into(),
        }
    }
}
