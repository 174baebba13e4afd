//! `/console/account/second-factor`: turning the second factor on with its first right code, off, and new recovery codes.
//!
//! In: a code, and the password. Out: the recovery codes, which are shown in the answer to the form and never again; 303 otherwise.
//! What is offered is not stored before its first right code: a page left half-way locks nobody out.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::account::{self, PATH, not_them};
use super::form::Form;
use super::frame::{Frame, done_at};
use super::guard::Signed;
use super::link::{Problem, problem_of};
use super::login::errors_first;
use crate::app::App;
use crate::events::activity::{self, Act, Deed};
use crate::people::delays::Delays;
use crate::people::second_factor::{self, Offer};
use crate::people::team;
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/second-factor.html")]
struct Page {
    frame: Frame,
    offer: Offer,
    email: String,
    problems: Vec<Problem>,
}

impl Page {
    fn wrong(&self, field: &str) -> Option<&str> {
        problem_of(&self.problems, field)
    }
}

#[derive(Template)]
#[template(path = "console/recovery-codes.html")]
struct Recovery {
    frame: Frame,
    lead: String,
    codes: Vec<String>,
}

/// `GET /console/account/second-factor`
pub async fn show(State(app): State<Arc<App>>, signed: Signed) -> Result<Response, Error> {
    let (is_on, _) = second_factor::state(&app.db, signed.person.id).await?;
    if is_on {
        return Ok(Redirect::to(PATH).into_response());
    }
    let offer = second_factor::offer(&app, &signed.person)?;
    page(&app, &signed, StatusCode::OK, offer, vec![])
}

/// `POST /console/account/second-factor`: turns it on.
pub async fn turn_on(
    State(app): State<Arc<App>>,
    Extension(delays): Extension<Arc<Delays>>,
    signed: Signed,
    form: Form,
) -> Result<Response, Error> {
    let sealed = form.get("offer").unwrap_or_default();
    let Some(offer) = second_factor::offer_again(&app, &signed.person, sealed)? else {
        return Ok(Redirect::to("/console/account/second-factor").into_response());
    };
    if let Some((status, problem)) = not_them(&app, &delays, &signed, &form, "current").await? {
        return page(&app, &signed, status, offer, vec![problem]);
    }
    let typed = form.get("number").unwrap_or_default();
    if let Some(codes) = second_factor::turn_on(&app, signed.person.id, sealed, typed).await? {
        return shown_once(&app, &signed, "second-factor-on-lead", codes);
    }
    let problem = Problem { field: "number", text: signed.guest.locale.text("second-factor-wrong") };
    page(&app, &signed, StatusCode::UNPROCESSABLE_ENTITY, offer, vec![problem])
}

/// `POST /console/account/second-factor/off`
pub async fn turn_off(
    State(app): State<Arc<App>>,
    Extension(delays): Extension<Arc<Delays>>,
    signed: Signed,
    form: Form,
) -> Result<Response, Error> {
    if let Some((status, problem)) = not_them(&app, &delays, &signed, &form, "password-off").await? {
        return account::page(&app, &signed, status, None, vec![problem]).await;
    }
    team::reset_second_factor(&app, signed.person.id).await?;
    Ok(done_at(PATH, "second-factor-off"))
}

/// `POST /console/account/recovery-codes`: new ones in place of those before.
pub async fn renew(
    State(app): State<Arc<App>>,
    Extension(delays): Extension<Arc<Delays>>,
    signed: Signed,
    form: Form,
) -> Result<Response, Error> {
    if let Some((status, problem)) = not_them(&app, &delays, &signed, &form, "password-codes").await? {
        return account::page(&app, &signed, status, None, vec![problem]).await;
    }
    let (is_on, _) = second_factor::state(&app.db, signed.person.id).await?;
    if !is_on {
        return Ok(done_at(PATH, "nothing-changed"));
    }
    let mut tx = app.db.begin().await?;
    let codes = second_factor::renew_codes(&mut tx, signed.person.id).await?;
    let act = Act::new(Deed::RecoveryCodes).about("person", signed.person.id);
    activity::note(&mut tx, app.clock.now(), act).await?;
    tx.commit().await?;
    shown_once(&app, &signed, "recovery-codes-lead", codes)
}

fn shown_once(app: &App, signed: &Signed, lead: &str, codes: Vec<String>) -> Result<Response, Error> {
    let frame = signed.frame(app, "recovery-codes-title");
    frame.clone().answer(StatusCode::OK, &Recovery { lead: frame.t(lead), frame, codes })
}

fn page(
    app: &App,
    signed: &Signed,
    status: StatusCode,
    offer: Offer,
    problems: Vec<Problem>,
) -> Result<Response, Error> {
    let frame = errors_first(signed.frame(app, "second-factor-title"), !problems.is_empty());
    let email = signed.person.email.clone();
    frame.clone().answer(status, &Page { frame, offer, email, problems })
}
