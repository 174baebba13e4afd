//! The home page of the instance (`base_url` alone).
//!
//! In: the listed newsletters ([`newsletters::listed`]). Out: a redirect to the only one, a page with several, or a page that says
//! what this address is for. Newsletters that are not listed do not appear here in any way.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{Mark, Note};
use crate::app::App;
use crate::i18n::Locale;
use crate::newsletters::{self, Newsletter};
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;
use crate::web::frame::page::{self, Page};

#[derive(Template)]
#[template(path = "public/home.html")]
struct Home {
    page: Page,
    title: String,
    newsletters: Vec<Line>,
}

/// A newsletter of the list.
struct Line {
    name: String,
    language: String,
    description: String,
    href: String,
}

/// `GET /`
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Error> {
    let listed = newsletters::listed(newsletters::sql::not_hidden(&app.db).await?);
    match listed.as_slice() {
        [] => nothing(visitor.locale_alone()),
        [only] => Ok(Redirect::temporary(&address(only, &visitor)).into_response()),
        several => several_of(several, &visitor),
    }
}

fn nothing(locale: &'static Locale) -> Result<Response, Error> {
    let page = Page::new(locale, "/");
    let (title, lead, more) = (page.t("home-nothing-title"), page.t("home-nothing-lead"), page.t("home-nothing-more"));
    Note::new(page, Mark::Envelope, title, lead).more(more).answer()
}

fn several_of(newsletters: &[Newsletter], visitor: &Visitor) -> Result<Response, Error> {
    // Where the visitor states no language, the one that all these newsletters share.
    let first = newsletters.first().map_or("", |first| first.language.as_str());
    let shared = if newsletters.iter().all(|newsletter| newsletter.language == first) { first } else { "" };
    let locale = visitor.locale(None, shared);
    let page = Page::new(locale, "/");
    let line = |newsletter: &Newsletter| Line {
        name: newsletter.name.clone(),
        language: newsletter.language.clone(),
        description: newsletter.description.clone(),
        href: address(newsletter, visitor),
    };
    let home = Home { title: page.t("home-title"), newsletters: newsletters.iter().map(line).collect(), page };
    page::html(StatusCode::OK, locale, &home)
}

/// The page of a newsletter, in the language that was asked for by name.
fn address(newsletter: &Newsletter, visitor: &Visitor) -> String {
    let language = visitor.asked.map(|locale| format!("?lang={}", locale.tag())).unwrap_or_default();
    format!("/n/{}{language}", newsletter.slug)
}
