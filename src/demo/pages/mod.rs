//! The pages of the demo: the guide, the sample blog, the mailbox.
//!
//! In: a request. Out: a page from `templates/demo`, in the frame of every other page.

pub mod blog;
pub mod console;
pub mod guide;
pub mod mail;

use std::borrow::Cow;

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use rust_embed::RustEmbed;

use crate::i18n::Locale;
use crate::web::frame::error::Error;
use crate::web::frame::page;

/// Pictures of the sample blog.
#[derive(RustEmbed)]
#[folder = "assets/demo/"]
struct Pictures;

/// The bytes of a picture.
pub fn picture(file: &str) -> Option<Cow<'static, [u8]>> {
    Pictures::get(file).map(|found| found.data)
}

/// `GET /demo/picture/{file}`
pub async fn serve_picture(Path(file): Path<String>) -> Result<Response, Error> {
    let bytes = picture(&file).ok_or(Error::NotFound)?;
    let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "public, max-age=86400")];
    Ok((headers, bytes).into_response())
}

fn html(locale: &Locale, template: &impl Template) -> Result<Response, Error> {
    page::html(StatusCode::OK, locale, template)
}
