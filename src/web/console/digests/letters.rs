//! `POST …/digests/letters`: an editor decides about letters in doubt (sent, but no answer came): confirmations, links, notices.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::form::Form;
use super::super::guard::Editor;
use crate::app::App;
use crate::ledger::letters;
use crate::people::role::Right;
use crate::web::frame::error::Error;

/// How many of the newsletter's letters are in doubt, for whoever may decide.
pub(super) async fn in_doubt(app: &App, editor: &Editor) -> Result<i64, Error> {
    if !editor.may(Right::Send) {
        return Ok(0);
    }
    Ok(letters::in_doubt(&app.db, editor.newsletter.id).await?)
}

/// `what`: `again` sends them again, `accepted` takes them for accepted.
pub async fn press(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let again = match form.get("what") {
        Some("again") => true,
        Some("accepted") => false,
        _ => return Err(Error::problem(StatusCode::UNPROCESSABLE_ENTITY, "no-choice", "")),
    };
    let count = letters::settle(&app, editor.newsletter.id, again).await?;
    let said = if again { "letters-again" } else { "letters-settled" };
    Ok(editor.done_with("digests", said, count as i64))
}
