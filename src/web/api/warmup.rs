//! `GET /api/v1/newsletters/{slug}/warmup`: how digests leave day by day while their sender's domain warms up;
//! `POST …/warmup/end`: an owner's word that ends it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use jiff::tz::TimeZone;

use crate::app::App;
use crate::clock::zone;
use crate::digests::warmup::word;
use crate::events::Actor;
use crate::i18n::Locale;
use crate::newsletters::{self, Newsletter};
use crate::views::warmup::{self as view, Standing};
use crate::web::frame::error::Error;

use super::once::{Done, Request};
use super::token::Caller;
use super::{Language, newsletter};

/// How it stands.
pub async fn show(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Language(locale): Language,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let newsletter = newsletter(&app, &slug).await?;
    Ok(Json(standing(&app, &newsletter, locale).await?).into_response())
}

/// Ends the warm-up of the domain that the newsletter is sent from.
pub async fn end(
    State(app): State<Arc<App>>,
    caller: Caller,
    Language(locale): Language,
    Path(slug): Path<String>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    said: Bytes,
) -> Result<Response, Error> {
    let by = Actor::Token(caller.token_id);
    let request = Request::read(caller, &method, &uri, &headers, &said)?;
    let newsletter = newsletter(&app, &slug).await?;
    let task = app.clone();
    let act = async move {
        let domain = newsletter.from_address.rsplit('@').next().unwrap_or_default();
        word::end(&task, domain, by).await?;
        let shown = serde_json::to_value(standing(&task, &newsletter, locale).await?);
        Ok(Done::new(StatusCode::OK, &shown.map_err(|error| Error::Internal(error.into()))?))
    };
    request.once(&app, Box::pin(act)).await
}

/// On the clock of its first rhythm.
async fn standing(app: &App, newsletter: &Newsletter, locale: &Locale) -> Result<Standing, Error> {
    let first = newsletters::sql::schedules(&app.db, newsletter.id).await?.into_iter().next();
    let zone = first.map_or(TimeZone::UTC, |schedule| zone(&schedule.zone));
    Ok(view::of_newsletter(app, newsletter, &zone, locale).await?)
}
