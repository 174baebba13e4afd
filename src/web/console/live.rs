//! `/console/n/{newsletter}/live`: what is still open before a newsletter in test mode goes live, and the button.
//!
//! In: the newsletter. Out: its checklist ([`crate::views::checklist`]); a `POST` sets its mode. A test copy can be asked for here,
//! because one that was looked at is on the list.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use crate::app::App;
use crate::coded::Told as _;
use crate::digests::{DigestError, mode};
use crate::newsletters::{Mode, sql};
use crate::views::checklist::{self, Check};
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/live.html")]
struct Page {
    frame: Frame,
    is_test: bool,
    checks: Vec<Line>,
    open: i64,
    readers: i64,
    waiting: i64,
    problem: Option<String>,
}

struct Line {
    is_done: bool,
    words: String,
    page: &'static str,
}

/// `GET`
pub async fn show(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    page(&app, &editor, None).await
}

/// `POST`
pub async fn act(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let wanted: Mode = form.text("mode").parse().map_err(|_| Error::NotFound)?;
    match mode::set(&app, &editor.newsletter, wanted, editor.actor()).await {
        Ok(_) if wanted == Mode::Live => Ok(editor.done("", "went-live")),
        Ok(_) => Ok(editor.done("live", "went-to-test")),
        Err(DigestError::Refused(why)) => page(&app, &editor, Some(why.words(editor.locale))).await,
        Err(error) => Err(error.into()),
    }
}

async fn page(app: &App, editor: &Editor, problem: Option<String>) -> Result<Response, Error> {
    let newsletter = &editor.newsletter;
    let checks = checklist::of(app, newsletter).await?;
    let open = checks.iter().filter(|check| !check.is_done).count() as i64;
    let line = |check: &Check| Line { is_done: check.is_done, words: check.words(editor.locale), page: page_of(check) };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = editor.frame(app, "console-live");
    let page = Page {
        frame: frame.clone(),
        is_test: newsletter.is_test(),
        checks: checks.iter().map(line).collect(),
        open,
        readers: sql::confirmed(&app.db, newsletter.id).await?,
        waiting: sql::until_live(&app.db, newsletter.id).await?,
        problem,
    };
    frame.answer(status, &page)
}

/// Where a point of the list is dealt with.
fn page_of(check: &Check) -> &'static str {
    match check.key {
        "form" => "form",
        "rhythm" => "schedule",
        "test" => "digests",
        _ => "settings",
    }
}
