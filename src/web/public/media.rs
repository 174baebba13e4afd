//! `GET /media/{name}`: a picture that an editor uploaded, for mails and for everybody who reads one.
//!
//! In: the name, which tells nothing. Out: the file, which never changes, so that whoever stands between keeps it. No cookie.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::drafts::media;
use crate::web::frame::error::Error;

/// Shows a picture.
pub async fn serve(State(app): State<Arc<App>>, Path(name): Path<String>) -> Result<Response, Error> {
    let Some(file) = media::find(&app.db, &name).await? else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let headers = [
        (header::CONTENT_TYPE, file.kind.as_str()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ];
    Ok((headers, file.bytes).into_response())
}
