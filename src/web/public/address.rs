//! The page behind the link of the letter to a new address: one button, or that the link leads nowhere.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::{Mark, Note, PREVIEW, frame, kept_ip, masked, newsletter_of, nowhere, preview};
use crate::app::App;
use crate::i18n::Value;
use crate::keys::Purpose;
use crate::subscribers::new_address::{self, Standing};
use crate::texts::Text;
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;
use crate::web::frame::page::Page;

/// `GET /address/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    if token == PREVIEW {
        return preview(visitor.locale_alone(), "/address/preview");
    }
    let standing = new_address::look(&app, &token).await?;
    answer(&app, &visitor, &token, standing).await
}

/// `POST /address/{token}`
pub async fn press(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    if token == PREVIEW {
        return preview(visitor.locale_alone(), "/address/preview");
    }
    // The words above the button, for the record.
    let shown = match new_address::look(&app, &token).await? {
        Standing::Open(subscriber, _) => {
            let newsletter = newsletter_of(&app, &subscriber).await?;
            let locale = visitor.locale_of(&subscriber.language);
            locale.format("address-change-lead", &[("newsletter", Value::Text(&newsletter.name))])
        }
        other => return answer(&app, &visitor, &token, other).await,
    };
    let standing = new_address::press(&app, &token, kept_ip(&app, &visitor).as_deref(), &shown).await?;
    answer(&app, &visitor, &token, standing).await
}

async fn answer(app: &App, visitor: &Visitor, token: &str, standing: Standing) -> Result<Response, Error> {
    let path = format!("/address/{token}");
    match standing {
        Standing::Unknown => nowhere(app, visitor.locale_alone(), Purpose::Address, token, &path).await,
        Standing::Open(subscriber, waiting) => {
            let (page, newsletter) = frame(app, visitor, &subscriber, path.clone()).await?;
            let lead = page.say("address-change-lead", "newsletter", &newsletter.name);
            Note::new(page.clone(), Mark::Envelope, page.t("address-change-title"), lead)
                .fact(page.t("fact-address"), masked(&waiting.email))
                .button(path, page.t("address-change-button"))
                .more(page.t("confirm-not-you"))
                .answer()
        }
        Standing::Done(subscriber) => {
            let (page, _) = frame(app, visitor, &subscriber, path).await?;
            changed(page, &subscriber.email).answer()
        }
    }
}

pub(super) fn changed(page: Page, email: &str) -> Note {
    let (title, lead) = (page.own(Text::NewAddressHeading), page.own(Text::NewAddressParagraph));
    let address = page.t("fact-address");
    Note::new(page, Mark::Check, title, lead).fact(address, masked(email))
}
