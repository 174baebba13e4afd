//! The page behind the link of the letter that asks whether somebody stays: one button stays; a link leads to the page that leaves.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::{Mark, Note, PREVIEW, frame, kept_ip, leave, masked, nowhere, preview, unknown_link};
use crate::app::App;
use crate::keys::Purpose;
use crate::subscribers::staying::answer::{self, Standing};
use crate::texts::Text;
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;
use crate::web::frame::page::Page;

/// `GET /stay/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    if token == PREVIEW {
        return preview(visitor.locale_alone(), "/stay/preview");
    }
    let standing = answer::look(&app, &token).await?;
    answered(&app, &visitor, &token, standing).await
}

/// `POST /stay/{token}`
pub async fn press(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    if token == PREVIEW {
        return preview(visitor.locale_alone(), "/stay/preview");
    }
    // The words above the button, for the record.
    let shown = match answer::look(&app, &token).await? {
        Standing::Open(person) => {
            let (page, _) = frame(&app, &visitor, &person, format!("/stay/{token}")).await?;
            format!("{} {}", page.own(Text::WillStayHeading), page.own(Text::WillStayParagraph))
        }
        other => return answered(&app, &visitor, &token, other).await,
    };
    let standing = answer::stay(&app, &token, kept_ip(&app, &visitor).as_deref(), &shown).await?;
    answered(&app, &visitor, &token, standing).await
}

async fn answered(app: &App, visitor: &Visitor, token: &str, standing: Standing) -> Result<Response, Error> {
    let path = format!("/stay/{token}");
    match standing {
        Standing::Open(person) => {
            let (page, _) = frame(app, visitor, &person, path.clone()).await?;
            let away = format!("/unsubscribe/{}", answer::leave_token(app, &person));
            asking(page, &person.email, path, &away).answer()
        }
        Standing::Stays(person) => {
            let (page, _) = frame(app, visitor, &person, path).await?;
            stayed(page).answer()
        }
        Standing::Ended(person) => leave::gone(app, visitor, &answer::leave_token(app, &person), &person).await,
        Standing::Void => unknown_link(visitor.locale_alone(), &path),
        Standing::Nobody => nowhere(app, visitor.locale_alone(), Purpose::Stay, token, &path).await,
    }
}

/// The page with the button. `away`: the page that leaves.
pub(super) fn asking(page: Page, email: &str, press: String, away: &str) -> Note {
    let (title, lead) = (page.own(Text::WillStayHeading), page.own(Text::WillStayParagraph));
    let (button, address) = (page.own(Text::WillStayButton), page.t("fact-address"));
    let (silence, leave, language) = (page.t("stay-else"), page.t("stay-leave"), page.lang().to_owned());
    Note::new(page, Mark::Envelope, title, lead)
        .fact(address, masked(email))
        .button(press, button)
        .more(silence)
        .link(format!("{away}?lang={language}"), leave)
}

/// "You stay".
pub(super) fn stayed(page: Page) -> Note {
    let (title, lead) = (page.own(Text::StayedHeading), page.own(Text::StayedParagraph));
    Note::new(page, Mark::Check, title, lead)
}
