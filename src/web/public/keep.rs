//! The page behind the link of the notice that another address was asked for: one button keeps the present one.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::{Mark, Note, PREVIEW, frame, gone_link, masked, preview, unknown_link};
use crate::app::App;
use crate::subscribers::own_address::{self, Keeping};
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;

/// `GET /keep-address/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    if token == PREVIEW {
        return preview(visitor.locale_alone(), "/keep-address/preview");
    }
    let keeping = own_address::look_keeping(&app, &token).await?;
    answer(&app, &visitor, &token, keeping).await
}

/// `POST /keep-address/{token}`
pub async fn press(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    if token == PREVIEW {
        return preview(visitor.locale_alone(), "/keep-address/preview");
    }
    let keeping = own_address::keep(&app, &token).await?;
    answer(&app, &visitor, &token, keeping).await
}

async fn answer(app: &App, visitor: &Visitor, token: &str, keeping: Keeping) -> Result<Response, Error> {
    let path = format!("/keep-address/{token}");
    match keeping {
        Keeping::Unknown => unknown_link(visitor.locale_alone(), &path),
        Keeping::Gone => gone_link(visitor.locale_alone(), &path),
        Keeping::Open(person) => {
            let (page, newsletter) = frame(app, visitor, &person, path.clone()).await?;
            let lead = page.say("keep-lead", "newsletter", &newsletter.name);
            Note::new(page.clone(), Mark::Envelope, page.t("keep-title"), lead)
                .fact(page.t("fact-address"), masked(&person.email))
                .button(path, page.t("keep-button"))
                .more(page.t("keep-more"))
                .answer()
        }
        Keeping::Over(person) => {
            let (page, newsletter) = frame(app, visitor, &person, path).await?;
            let lead = page.say("kept-lead", "newsletter", &newsletter.name);
            // Their address may be another one by now, which is not for whoever reads the mail of the one before.
            Note::new(page.clone(), Mark::Check, page.t("kept-title"), lead)
                .more(page.say("kept-more", "address", &newsletter.from_address))
                .answer()
        }
    }
}
