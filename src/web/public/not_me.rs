//! "This was not me": the other link of the confirmation letter.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::{Mark, Note, PREVIEW, frame, kept_ip, leave, masked, nowhere, preview};
use crate::app::App;
use crate::keys::{Claim, Purpose};
use crate::subscribers::not_me::{self, Done};
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;
use crate::web::frame::page::Page;

/// `GET /not-me/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let path = format!("/not-me/{token}");
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    let Some(subscriber) = not_me::look(&app, &token).await? else {
        return nowhere(&app, visitor.locale_alone(), Purpose::NotMe, &token, &path).await;
    };
    let (page, newsletter) = frame(&app, &visitor, &subscriber, path.clone()).await?;
    let lead = page.say("not-me-lead", "newsletter", &newsletter.name);
    Note::new(page.clone(), Mark::Door, page.t("not-me-title"), lead)
        .fact(page.t("fact-address"), masked(&subscriber.email))
        .button(path, page.t("not-me-button"))
        .more(page.t("not-me-more"))
        .answer()
}

/// `POST /not-me/{token}`
pub async fn press(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    if token == PREVIEW {
        return preview(visitor.locale_alone(), "/not-me/preview");
    }
    match not_me::refuse(&app, &token, kept_ip(&app, &visitor).as_deref()).await? {
        Done::Erased(subscriber) => {
            // The row is gone: no other language of this page can be had, and none is needed.
            let (page, newsletter) = frame(&app, &visitor, &subscriber, format!("/not-me/{token}")).await?;
            let lead = page.say("refused-lead", "newsletter", &newsletter.name);
            Note::new(page.clone(), Mark::Check, page.t("refused-title"), lead).answer()
        }
        Done::Left(subscriber) => {
            let claim = Claim { subject: subscriber.id, version: subscriber.token_version, issued_at: 0 };
            let token = app.keys.sign(Purpose::Leave, claim);
            leave::gone(&app, &visitor, &token, &subscriber).await
        }
        Done::Nothing => {
            let page = Page::new(visitor.locale_alone(), format!("/not-me/{token}"));
            Note::new(page.clone(), Mark::Check, page.t("refused-title"), page.t("left-lead")).answer()
        }
    }
}
