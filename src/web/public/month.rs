//! The link in the monthly letter that ends it: a button, without signing in.
//!
//! In: a token of the newsletter, which can do nothing else. Out: the page with the button, and after it that the letter has ended.
//! Opening the link changes nothing.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::{Mark, Note, unknown_link};
use crate::app::App;
use crate::keys::Purpose;
use crate::newsletters::{self, Newsletter};
use crate::stats::letter;
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;
use crate::web::frame::page::Page;

/// `GET /month/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let path = format!("/month/{token}");
    let Some(newsletter) = newsletter(&app, &token).await? else {
        return unknown_link(visitor.locale_alone(), &path);
    };
    if !letter::is_on(&app.db, newsletter.id).await? {
        return ended(&visitor, &newsletter, path);
    }
    let page = Page::new(visitor.locale_of(&newsletter.language), path.clone()).of(&newsletter);
    let (title, lead) = (page.t("month-title"), page.say("month-lead", "newsletter", &newsletter.name));
    let button = page.t("stats-letter-end");
    Note::new(page, Mark::Envelope, title, lead).button(path, button).answer()
}

/// `POST /month/{token}`: a second press changes nothing.
pub async fn press(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    let path = format!("/month/{token}");
    let Some(newsletter) = newsletter(&app, &token).await? else {
        return unknown_link(visitor.locale_alone(), &path);
    };
    letter::switch(&app, newsletter.id, false).await?;
    ended(&visitor, &newsletter, path)
}

async fn newsletter(app: &App, token: &str) -> Result<Option<Newsletter>, Error> {
    match app.keys.verify(Purpose::Month, token) {
        Some(claim) => Ok(newsletters::sql::by_id(&app.db, claim.subject).await?),
        None => Ok(None),
    }
}

fn ended(visitor: &Visitor, newsletter: &Newsletter, path: String) -> Result<Response, Error> {
    let page = Page::new(visitor.locale_of(&newsletter.language), path).of(newsletter);
    let (title, lead) = (page.t("month-ended-title"), page.say("month-ended-lead", "newsletter", &newsletter.name));
    Note::new(page, Mark::Check, title, lead).answer()
}
