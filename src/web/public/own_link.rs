//! `/link`: "mail me the link to my settings". What happens then is the same page for everybody.
//!
//! In: an address, as form or JSON. Out: 303 to a page that says "look into your mailbox", at the same pace whoever the address is
//! of; or the form again with what was typed and one sentence on what is wrong with it.

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use tokio::time::Instant;

use super::limits::{Admission, Networks};
use super::{Mark, Note};
use crate::app::App;
use crate::i18n::Locale;
use crate::newsletters;
use crate::subscribers::address::{AddressError, Email};
use crate::subscribers::{own_link, queue};
use crate::web::frame::error::{Error, FieldError};
use crate::web::frame::input::{Fields, Visitor};
use crate::web::frame::page::{self, Page};

/// The field that no human sees; only robots fill it in.
const TRAP: &str = "website";

#[derive(Template)]
#[template(path = "public/link.html")]
struct Form<'a> {
    page: Page,
    title: String,
    email: &'a str,
    problem: Option<String>,
}

/// `GET /link`
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Error> {
    form(&app, &visitor, "", None).await
}

/// `GET /preferences`, which a browser shows in place of an address with a token: asked for, it leads to the form.
pub async fn without_token(uri: Uri) -> Redirect {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::to(&format!("/link{query}"))
}

/// `POST /link`
pub async fn ask(
    State(app): State<Arc<App>>,
    Extension(networks): Extension<Arc<Networks>>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Error> {
    let arrived = Instant::now();
    let typed = fields.get("email").unwrap_or_default();
    let email = match Email::from_typed(typed) {
        Ok(email) => email,
        Err(error) if visitor.json => return Err(problem(visitor.locale_alone(), error)),
        Err(error) => return form(&app, &visitor, typed, Some(error)).await,
    };
    let admission = match fields.get(TRAP) {
        Some(_) => Admission::Full,
        None => networks.admit(visitor.ip, true, app.clock.now()),
    };
    own_link::mail_to_address(&app, &email, admission != Admission::Now).await?;
    queue::keep_pace(arrived).await;
    Ok(asked(&visitor, visitor.locale_alone()))
}

/// The same for everybody.
pub(super) fn asked(visitor: &Visitor, locale: &'static Locale) -> Response {
    if visitor.json {
        let said = json!({ "status": "asked", "message": locale.text("link-sent-lead") });
        let language = [(header::CONTENT_LANGUAGE, locale.tag())];
        return (StatusCode::ACCEPTED, language, Json(said)).into_response();
    }
    Redirect::to(&format!("/link/sent?lang={}", locale.tag())).into_response()
}

/// `GET /link/sent`
pub async fn sent(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Error> {
    let page = framed(&app, &visitor, "/link/sent").await?;
    let (title, lead) = (page.t("link-sent-title"), page.t("link-sent-lead"));
    let (more, again, back) = (page.t("link-sent-more"), page.t("link-sent-again"), page.lang().to_owned());
    Note::new(page, Mark::Envelope, title, lead).more(more).link(format!("/link?lang={back}"), again).answer()
}

async fn form(app: &App, visitor: &Visitor, typed: &str, wrong: Option<AddressError>) -> Result<Response, Error> {
    let page = framed(app, visitor, "/link").await?;
    let (locale, heading) = (page.locale(), page.t("link-title"));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let problem = wrong.map(|error| error.words(locale));
    let title = if problem.is_some() { page.say("error-prefix", "title", &heading) } else { heading };
    page::html(status, locale, &Form { page, title, email: typed, problem })
}

/// Under the name of the newsletter, where visitors know of one alone.
async fn framed(app: &App, visitor: &Visitor, path: &str) -> Result<Page, Error> {
    let listed = newsletters::listed(newsletters::sql::not_hidden(&app.db).await?);
    Ok(match listed.as_slice() {
        [only] => Page::new(visitor.locale(None, &only.language), path).of(only),
        _ => Page::new(visitor.locale_alone(), path),
    })
}

fn problem(locale: &'static Locale, error: AddressError) -> Error {
    let detail = error.words(locale);
    Error::Problem {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        code: "invalid",
        detail: detail.clone().into(),
        fields: vec![FieldError { pointer: "/email".into(), code: error.code(), detail: detail.into() }],
    }
}
