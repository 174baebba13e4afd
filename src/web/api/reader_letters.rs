//! `/api/v1/newsletters/{slug}/reader-letters`: the welcome to whoever has confirmed, and the question to whoever is silent.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::newsletters::Newsletter;
use crate::newsletters::staying::{self, Period};
use crate::newsletters::welcome::{self, Brings, Welcome};
use crate::views::reader_letters as view;
use crate::web::frame::error::Error;

use super::once::{Done, Request};
use super::token::Caller;
use super::{body, newsletter};

/// Both, and how many questions are open.
pub async fn show(State(app): State<Arc<App>>, _caller: Caller, Path(slug): Path<String>) -> Result<Response, Error> {
    let newsletter = newsletter(&app, &slug).await?;
    Ok(Json(view::of(&app, &newsletter).await?).into_response())
}

/// What may be said of the welcome.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WelcomeBody {
    /// `false`: nobody is welcomed any more.
    #[serde(default = "yes")]
    sends: bool,
    /// What it brings; nothing when it is not said.
    brings: Option<Brings>,
    /// The chosen posts, by their ids.
    #[serde(default)]
    posts: Vec<i64>,
}

/// What may be said of silent readers.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StayingBody {
    /// `false`: nobody is asked, and nobody erased.
    #[serde(default = "yes")]
    asks: bool,
    /// As it was, or as usual, when it is not said.
    months: Option<i64>,
    /// The same.
    days: Option<i64>,
}

const fn yes() -> bool {
    true
}

/// One of them, or both.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    welcome: Option<WelcomeBody>,
    staying: Option<StayingBody>,
}

/// Changes them.
pub async fn set(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(slug): Path<String>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    said: Bytes,
) -> Result<Response, Error> {
    let request = Request::read(caller, &method, &uri, &headers, &said)?;
    let wish: Wish = body(&said)?;
    let newsletter = newsletter(&app, &slug).await?;
    let task = app.clone();
    request.once(&app, Box::pin(async move { stored(&task, &newsletter, wish).await })).await
}

async fn stored(app: &App, newsletter: &Newsletter, wish: Wish) -> Result<Done, Error> {
    if let Some(WelcomeBody { sends, brings, posts }) = wish.welcome {
        let wish = sends.then(|| Welcome { brings: brings.unwrap_or(Brings::Nothing), posts });
        welcome::set(app, newsletter.id, wish.as_ref()).await?;
    }
    if let Some(StayingBody { asks, months, days }) = wish.staying {
        let before = staying::of(&app.db, newsletter.id).await?.unwrap_or(staying::USUAL);
        let period = Period { months: months.unwrap_or(before.months), days: days.unwrap_or(before.days) };
        staying::set(app, newsletter.id, asks.then_some(period)).await?;
    }
    Ok(Done::new(StatusCode::OK, &json!(view::of(app, newsletter).await?)))
}
