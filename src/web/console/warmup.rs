//! `/console/n/{newsletter}/warmup`: how digests leave day by day while their sender's domain warms up, and the button that ends it.
//!
//! In: the newsletter. Out: the page; a `POST` ends the warm-up of its sender's domain, for all newsletters that are sent from there.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use crate::app::App;
use crate::digests::warmup::word;
use crate::people::role::Right;
use crate::views::warmup::{self as view, Standing};
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/warmup.html")]
struct Page {
    frame: Frame,
    standing: Standing,
    /// Number of a rhythm, and what its next digest is held to.
    next: Vec<(i64, String)>,
    may_end: bool,
}

/// `GET`
pub async fn show(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    let standing = view::of_newsletter(&app, &editor.newsletter, &editor.zone, editor.locale).await?;
    let plans = (1..).zip(&standing.schedules);
    let next: Vec<(i64, String)> =
        plans.filter_map(|(number, plan)| plan.as_ref().map(|plan| (number, plan.words.clone()))).collect();
    let frame = editor.frame(&app, "warmup-title");
    let has_any = standing.cause.is_some() || !next.is_empty();
    let page = Page { frame: frame.clone(), standing, next, may_end: has_any && editor.may(Right::Send) };
    frame.answer(StatusCode::OK, &page)
}

/// `POST`: an editor's word.
pub async fn act(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    if form.text("act") != "end" {
        return Err(Error::NotFound);
    }
    let domain = editor.newsletter.from_address.rsplit('@').next().unwrap_or_default();
    let ended = word::end(&app, domain, editor.actor()).await?.unwrap_or(false);
    Ok(editor.done("warmup", if ended { "warmup-ended" } else { "digest-already" }))
}
