//! `…/drafts/preview` and `…/drafts/{draft}/preview`: a draft as a mail shows it alone, for the frame beside its text.
//!
//! In: what was typed, or a draft. Out: the mail, above what was typed with the room that it takes; nothing is stored.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::drafts::{find, kind, titled, typed};
use super::form::Form;
use super::guard::Editor;
use super::posts::alone;
use super::{draft_room, mail};
use crate::app::App;
use crate::drafts::save::Typed;
use crate::drafts::text;
use crate::feeds::{Post, given};
use crate::i18n::Value;
use crate::web::frame::error::Error;

/// `POST /console/n/{newsletter}/drafts/preview`: the mail that what was typed would make. Stores nothing.
pub async fn typed_text(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let typed = typed(&form);
    let post = post(&app, &editor, &typed).await?;
    if typed.body.trim().is_empty() {
        return alone(&app, &editor, post).await;
    }
    let judged = draft_room::judged(&app, &editor, kind(form.get("kind")), post).await?;
    let room = draft_room::of_judged(&judged, editor.locale);
    let size = |size: String| editor.locale.format("draft-size-typed", &[("size", Value::Text(&size))]);
    let lines: Vec<String> = room.lines.into_iter().chain(room.size.map(size)).collect();
    match judged.mail {
        Some(made) => Ok(mail::framed_under(&lines, editor.locale.tag(), &made.html)),
        None => Err(Error::Internal(anyhow::anyhow!("what was typed could not be made a mail"))),
    }
}

/// `GET /console/n/{newsletter}/drafts/{draft}/preview`: the mail that the stored text would make.
pub async fn stored(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let draft = find(&app, &editor, &id).await?;
    let post = post(&app, &editor, &Typed { title: draft.title, body: draft.body }).await?;
    alone(&app, &editor, post).await
}

/// The post that a text would be.
async fn post(app: &App, editor: &Editor, typed: &Typed) -> Result<Post, Error> {
    let new = text::post_of(app, editor.newsletter.id, &titled(editor, &typed.title), &typed.body).await?;
    Ok(given::prepare(&new, app.clock.now())?.as_post(editor.newsletter.id))
}
