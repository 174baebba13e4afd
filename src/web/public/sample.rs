//! A public page as a reader will see it, for its owner: with words that are perhaps not stored yet, and a reader who does not exist.
//!
//! In: a newsletter, its texts, which page. Out: the page, made by the functions that make the reader's own. Its links and buttons lead
//! to pages that show what they would do. Met by the console's page of texts.

use axum::response::Response;

use super::form::Form;
use super::{PREVIEW, address, confirm, leave, subscribe};
use crate::app::App;
use crate::i18n::Locale;
use crate::newsletters::{self, Newsletter};
use crate::texts::{Place, Text, Texts};
use crate::web::frame::error::Error;
use crate::web::frame::page::Page;

/// An address that nobody has (RFC 2606 section 3).
const READER: &str = "ana@example.org";

/// The page; none for a letter.
pub async fn show(
    app: &App,
    newsletter: &Newsletter,
    locale: &'static Locale,
    texts: Texts,
    place: Place,
) -> Result<Response, Error> {
    let page = Page::new(locale, format!("/n/{}", newsletter.slug)).of(newsletter).saying(texts.clone());
    let press = format!("/unsubscribe/{PREVIEW}");
    let note = match place {
        Place::Confirm | Place::Already | Place::Change | Place::Link | Place::Moving => return Err(Error::NotFound),
        Place::Form => return Form::sample(newsletter.clone(), locale, texts).show(app, "", None).await,
        Place::Thanks => subscribe::thanked(page, newsletter),
        Place::LastStep => {
            let schedules = newsletters::sql::schedules(&app.db, newsletter.id).await?;
            let lead = confirm::agreed(locale, newsletter, newsletters::default_of(&schedules).cloned());
            confirm::last_step(page, lead, READER, format!("/confirm/{PREVIEW}"), format!("/not-me/{PREVIEW}"))
        }
        Place::Confirmed => confirm::welcomed(page.clone()).more(page.own(Text::ConfirmedAdvice)),
        Place::ConfirmedBefore => confirm::confirmed_before(page),
        Place::Expired => confirm::expired(page, PREVIEW, app.config.signup.confirm_days),
        Place::Ended => confirm::ended(page, newsletter),
        Place::Leave => leave::leaving(page, READER, press),
        Place::Left => leave::left(page, newsletter, Some(press + "/undo")),
        Place::Returned => leave::returned(page),
        Place::NewAddress => address::changed(page, READER),
    };
    note.answer()
}
