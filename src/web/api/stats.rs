//! `GET /api/v1/newsletters/{slug}/stats?span=30d|90d|365d|all` and `GET /api/v1/digests/{id}/stats`: the numbers of the console as JSON;
//! `…/stats/{table}.csv`: as files (`growth`, `forms`, `shares`, `digests`; of a digest `timeline`, `providers`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use crate::app::App;
use crate::digests::{self, Digest};
use crate::stats::span::Span;
use crate::views::stats as view;
use crate::views::stats::csv::{self, OfDigest, Table};
use crate::web::frame::error::Error;

use super::token::Caller;
use super::{Language, newsletter};

/// Over which days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default = "year")]
    span: Span,
}

fn year() -> Span {
    Span::Year
}

fn asked(uri: &Uri) -> Result<Span, Error> {
    let read = Query::<Asked>::try_from_uri(uri).map(|query| query.0.span);
    read.map_err(|error| Error::problem(StatusCode::BAD_REQUEST, "invalid-query", error.body_text()))
}

/// A newsletter's numbers.
pub async fn show(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Language(locale): Language,
    Path(slug): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let span = asked(&uri)?;
    let newsletter = newsletter(&app, &slug).await?;
    Ok(Json(view::newsletter(&app, &newsletter, span, locale).await?).into_response())
}

/// One of its tables.
pub async fn file(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Language(locale): Language,
    Path((slug, name)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, Error> {
    let table: Table = name.strip_suffix(".csv").and_then(|name| name.parse().ok()).ok_or(Error::NotFound)?;
    let span = asked(&uri)?;
    let newsletter = newsletter(&app, &slug).await?;
    let view = view::newsletter(&app, &newsletter, span, locale).await?;
    Ok(as_csv(csv::newsletter(&view, table)?))
}

/// What became of a digest.
pub async fn digest(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Language(locale): Language,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let view = view::digest(&app, &find(&app, &id).await?, locale).await?.ok_or_else(unknown)?;
    Ok(Json(view).into_response())
}

/// One of its tables.
pub async fn digest_file(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Language(locale): Language,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, Error> {
    let table: OfDigest = name.strip_suffix(".csv").and_then(|name| name.parse().ok()).ok_or(Error::NotFound)?;
    let view = view::digest(&app, &find(&app, &id).await?, locale).await?.ok_or_else(unknown)?;
    Ok(as_csv(csv::digest(&view, table)?))
}

async fn find(app: &App, id: &str) -> Result<Digest, Error> {
    digests::sql::by_public_id(&app.db, id).await?.ok_or_else(unknown)
}

fn unknown() -> Error {
    let detail = "no digest of this id has left; GET /api/v1/newsletters/{slug}/digests lists those there are";
    Error::problem(StatusCode::NOT_FOUND, "digest-not-found", detail)
}

fn as_csv(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response()
}
