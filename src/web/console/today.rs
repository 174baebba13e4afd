//! `/console/n/{newsletter}`: what leaves next and why, what became of the last slots, what is wrong.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::frame::Frame;
use super::guard::Editor;
use crate::app::App;
use crate::people::role::Right;
use crate::views::today::{self, Today};
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/today.html")]
struct Page {
    frame: Frame,
    today: Today,
    readers: bool,
}

/// `GET /console/n/{newsletter}`
pub async fn show(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    let today = today::today(&app, &editor.newsletter, &editor.schedules, &editor.zone, editor.locale).await?;
    let frame = editor.frame(&app, "console-today");
    let page = Page { frame: frame.clone(), today, readers: editor.may(Right::Readers) };
    frame.answer(StatusCode::OK, &page)
}
