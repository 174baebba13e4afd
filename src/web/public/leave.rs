//! Leaving: a button behind the link of each mail, the one-click POST of mail programs (RFC 8058), and undo.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{Mark, Note, PREVIEW, frame, kept_ip, masked, preview, unknown_link};
use crate::app::App;
use crate::newsletters::Newsletter;
use crate::subscribers::leave;
use crate::subscribers::{Status, Subscriber};
use crate::texts::Text;
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
    let (page, _) = frame(&app, &visitor, &subscriber, path.clone()).await?;
    leaving(page, &subscriber.email, path).answer()
}

/// The page with the button.
pub(super) fn leaving(page: Page, email: &str, press: String) -> Note {
    let (title, lead) = (page.own(Text::LeaveHeading), page.own(Text::LeaveParagraph));
    let (address, button) = (page.t("fact-address"), page.t("leave-button"));
    Note::new(page, Mark::Door, title, lead).fact(address, masked(email)).button(press, button)
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
        if subscriber.status == Status::Pending {
            let lead = page.say("undone-pending-lead", "newsletter", &newsletter.name);
            return Note::new(page.clone(), Mark::Check, page.own(Text::ReturnedHeading), lead).answer();
        }
        return returned(page).answer();
    }
    let Some(subscriber) = leave::look(&app, &token).await? else {
        return unknown_link(visitor.locale_alone(), &path);
    };
    // Nothing to undo: pressed twice, or too long ago.
    if is_gone(&subscriber) {
        return gone(&app, &visitor, &token, &subscriber).await;
    }
    let (page, _) = frame(&app, &visitor, &subscriber, path).await?;
    returned(page).answer()
}

pub(super) fn returned(page: Page) -> Note {
    let (title, lead) = (page.own(Text::ReturnedHeading), page.own(Text::ReturnedParagraph));
    Note::new(page, Mark::Check, title, lead)
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
    let undo = leave::before_leaving(app, subscriber).await?.map(|_| format!("/unsubscribe/{token}/undo"));
    left(page, &newsletter, undo).answer()
}

/// The same page; `undo`: where its button leads.
pub(super) fn left(page: Page, newsletter: &Newsletter, undo: Option<String>) -> Note {
    let (title, lead) = (page.own(Text::LeftHeading), page.own(Text::LeftParagraph));
    let Some(undo) = undo else {
        let form = format!("/n/{}?lang={}", newsletter.slug, page.lang());
        let to_the_form = page.t("to-the-form");
        return Note::new(page, Mark::Door, title, lead).link(form, to_the_form);
    };
    let (lead, button) = (format!("{lead} {}", page.t("left-mistake")), page.t("undo-button"));
    Note::new(page, Mark::Door, title, lead).quiet_button(undo, button)
}
