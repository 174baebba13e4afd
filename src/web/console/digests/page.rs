//! `GET …/digests/{digest}`: one digest, and `…/events`, what moves on it while it leaves.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::digest_content::{self, Content};
use super::super::frame::Frame;
use super::super::guard::Editor;
use super::archive::{self, Panel};
use super::find;
use crate::app::App;
use crate::digests::Digest;
use crate::people::role::Right;
use crate::views::digest::page::{self, DigestPage};
use crate::web::api::events::{self, Stop};
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/digest.html")]
struct Page {
    frame: Frame,
    digest: DigestPage,
    /// Why a button did nothing.
    problem: Option<String>,
    may_send: bool,
    content: Content,
    archive: Option<Panel>,
}

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let digest = find(&app, &editor, &id).await?;
    answer(&app, &editor, &digest, StatusCode::OK, None).await
}

/// The page as it is now, with why a button did nothing.
pub(super) async fn answer(
    app: &App,
    editor: &Editor,
    digest: &Digest,
    status: StatusCode,
    problem: Option<String>,
) -> Result<Response, Error> {
    let schedule = editor.all_schedules().find(|schedule| schedule.id == digest.schedule_id);
    let shown = page::page(app, &editor.newsletter, schedule, digest, editor.locale).await?;
    let frame = editor.frame(app, "console-digests").titled(shown.title.clone());
    let content = digest_content::of(app, editor, digest).await?;
    // While it waits, its row has but a working title: the mail's own subject is known once it was made to be looked at.
    let frame = if content.looked_at { frame.titled(content.inbox.subject.clone()) } else { frame };
    let may_send = editor.may(Right::Send);
    let archive = archive::of(app, editor, digest).await?;
    let page = Page { frame: frame.clone(), digest: shown, problem, may_send, content, archive };
    frame.answer(status, &page)
}

/// What moves, as events: a page that hears one reads itself again.
pub async fn watch(
    State(app): State<Arc<App>>,
    editor: Editor,
    stop: Option<Extension<Stop>>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let digest = find(&app, &editor, &id).await?;
    Ok(events::stream(app, digest.id, editor.locale, stop))
}
