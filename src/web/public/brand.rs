//! `/n/{newsletter}/brand.css`: the newsletter's colour on its public pages, as far as it can be read.
//!
//! In: a newsletter. Out: a stylesheet of a few variables, on top of `assets/facteur.css`; 404 without a colour. Its address carries
//! the colour, so that a browser may keep it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::colour::{BLACK, Colour, WHITE, readable};
use crate::newsletters::sql;
use crate::web::frame::error::Error;

/// `GET`
pub async fn show(State(app): State<Arc<App>>, Path(slug): Path<String>) -> Result<Response, Error> {
    let newsletter = sql::by_slug(&app.db, &slug).await?.ok_or(Error::NotFound)?;
    let colour = newsletter.colour.as_deref().and_then(Colour::parse).ok_or(Error::NotFound)?;
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=86400")];
    Ok((headers, stylesheet(colour)).into_response())
}

fn stylesheet(colour: Colour) -> String {
    let used = readable(colour);
    let of = |shade: Colour, on: Colour| format!("--accent: {shade}; --accent-strong: {shade}; --on-accent: {on};");
    format!(
        ":root {{ {} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {} }} }}\n",
        of(used.day, WHITE),
        of(used.night, BLACK)
    )
}
