//! Leaving: a button behind the link of each mail, the one-click POST of mail programs (RFC 8058), and undo.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{Mark, Note, PREVIEW, frame, kept_ip, masked, preview, unknown_link};
use crate::app::App;
use crate::subscribers::leave;
use crate::subscribers::{Status, Subscriber};
use crate::web::frame::error::Error;
use crate::web::frame::input::{Fields, Visitor};
use crate::web::frame::page::Page;

/// The body of a one-click POST, as urlencoded form or multipart (RFC 8058 section 3.2).
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

/// `GET /unsubscribe/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let path = format!("/unsubscribe/{token}");
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    let Some(subscriber) = leave::look(&app, &token).await? else {
        return unknown_link(visitor.locale_alone(), &path);
    };
    if is_gone(&subscriber) {
        return gone(&app, &visitor, &token, &subscriber).await;
    }
    let (page, newsletter) = frame(&app, &visitor, &subscriber, path.clone()).await?;
    let title = page.say("leave-title", "newsletter", &newsletter.name);
    Note::new(page.clone(), Mark::Door, title, page.t("leave-lead"))
        .fact(page.t("fact-address"), masked(&subscriber.email))
        .button(path, page.t("leave-button"))
        .answer()
}

/// `POST /unsubscribe/{token}`: leaves at once. Mail programs get a word, people a page.
///
/// Always 200 and never a redirect, even for a link that is not ours.
pub async fn press(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Error> {
    let one_click = fields.get(ONE_CLICK.0) == Some(ONE_CLICK.1);
    let left =
        if token == PREVIEW { None } else { leave::leave(&app, &token, kept_ip(&app, &visitor).as_deref()).await? };
    if one_click {
        return Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "OK\n").into_response());
    }
    if token == PREVIEW {
        return preview(visitor.locale_alone(), "/unsubscribe/preview");
    }
    if let Some(subscriber) = left {
        return gone(&app, &visitor, &token, &subscriber).await;
    }
    let page = Page::new(visitor.locale_alone(), format!("/unsubscribe/{token}"));
    Note::new(page.clone(), Mark::Door, page.t("left-title"), page.t("left-lead")).answer()
}

/// `POST /unsubscribe/{token}/undo`
pub async fn undo(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let path = format!("/unsubscribe/{token}");
    if let Some(subscriber) = leave::undo(&app, &token, kept_ip(&app, &visitor).as_deref()).await? {
        let (page, newsletter) = frame(&app, &visitor, &subscriber, path).await?;
        let pending = subscriber.status == Status::Pending;
        let key = if pending { "undone-pending-lead" } else { "undone-lead" };
        let lead = page.say(key, "newsletter", &newsletter.name);
        return Note::new(page.clone(), Mark::Check, page.t("undone-title"), lead).answer();
    }
    let Some(subscriber) = leave::look(&app, &token).await? else {
        return unknown_link(visitor.locale_alone(), &path);
    };
    // Nothing to undo: pressed twice, or too long ago.
    let (page, newsletter) = frame(&app, &visitor, &subscriber, path.clone()).await?;
    if is_gone(&subscriber) {
        return gone(&app, &visitor, &token, &subscriber).await;
    }
    let lead = page.say("undone-lead", "newsletter", &newsletter.name);
    Note::new(page.clone(), Mark::Check, page.t("undone-title"), lead).answer()
}

fn is_gone(subscriber: &Subscriber) -> bool {
    matches!(subscriber.status, Status::Unsubscribed | Status::Bounced | Status::Complained)
}

/// "It is done", with a button to undo it while that is possible, else a link to the form.
pub(super) async fn gone(
    app: &App,
    visitor: &Visitor,
    token: &str,
    subscriber: &Subscriber,
) -> Result<Response, Error> {
    let (page, newsletter) = frame(app, visitor, subscriber, format!("/unsubscribe/{token}")).await?;
    let lead = page.say("left-newsletter-lead", "newsletter", &newsletter.name);
    if leave::before_leaving(app, subscriber).await?.is_some() {
        let lead = format!("{lead} {}", page.t("left-mistake"));
        let note = Note::new(page.clone(), Mark::Door, page.t("left-title"), lead);
        return note.quiet_button(format!("/unsubscribe/{token}/undo"), page.t("undo-button")).answer();
    }
    let note = Note::new(page.clone(), Mark::Door, page.t("left-title"), lead);
    let form = format!("/n/{}?lang={}", newsletter.slug, page.lang());
    note.link(form, page.t("to-the-form")).answer()
}
