//! `GET /api/v1/newsletters/{slug}/doctor`: the last look of the doctor, and what DMARC reports say; `POST …/doctor/waive`: the first digest goes whatever it found.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::app::App;
use crate::clock::rfc3339;
use crate::doctor::{Subject, store};
use crate::events::Actor;
use crate::i18n::Locale;
use crate::newsletters::Newsletter;
use crate::receivers::weeks;
use crate::views::{dmarc, doctor as view};
use crate::web::frame::error::Error;

use super::once::{Done, Request};
use super::token::Caller;
use super::{Language, newsletter};

/// The last look, `null` before the first.
pub async fn show(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Language(locale): Language,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let newsletter = newsletter(&app, &slug).await?;
    Ok(Json(shown(&app, &newsletter, locale).await?).into_response())
}

/// An editor's word, by a program.
pub async fn waive(
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
        store::waive(&task, &newsletter, by).await?;
        Ok(Done::new(StatusCode::OK, &shown(&task, &newsletter, locale).await?))
    };
    request.once(&app, Box::pin(act)).await
}

async fn shown(app: &App, of: &Newsletter, locale: &Locale) -> sqlx::Result<Value> {
    let standing = store::of(app, of.id).await?;
    let weeks = weeks::of(app, &Subject::of(&app.config, of, Vec::new()).domain).await?;
    Ok(json!({
        "look": standing.look.as_ref().map(|look| view::json(look, locale)),
        "waived_at": standing.waived_at.map(rfc3339),
        "green": standing.is_green(),
        "dmarc": dmarc::json(&weeks),
    }))
}
