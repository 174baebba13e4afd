//! `…/drafts/preview` and `…/drafts/{draft}/preview`: a draft as a mail shows it alone, for the frame beside its text.
//!
//! In: what was typed, or a draft. Out: the mail; nothing is stored.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::drafts::{find, titled, typed};
use super::form::Form;
use super::guard::Editor;
use super::posts::alone;
use crate::app::App;
use crate::drafts::save::Typed;
use crate::drafts::text;
use crate::feeds::given;
use crate::web::frame::error::Error;

/// `POST /console/n/{newsletter}/drafts/preview`: the mail that what was typed would make. Stores nothing.
pub async fn typed_text(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    as_mail(&app, &editor, &typed(&form)).await
}

/// `GET /console/n/{newsletter}/drafts/{draft}/preview`: the mail that the stored text would make.
pub async fn stored(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let draft = find(&app, &editor, &id).await?;
    as_mail(&app, &editor, &Typed { title: draft.title, body: draft.body }).await
}

async fn as_mail(app: &App, editor: &Editor, typed: &Typed) -> Result<Response, Error> {
    let new = text::post_of(app, editor.newsletter.id, &titled(editor, &typed.title), &typed.body).await?;
    let prepared = given::prepare(&new, app.clock.now())?;
    alone(app, editor, prepared.as_post(editor.newsletter.id)).await
}
