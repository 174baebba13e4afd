//! `/console/forgotten`: a letter with a link to choose a new password, the same answer for whatever address is typed.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::device::Seen;
use super::form::Form;
use super::frame::{Frame, done_at};
use super::guard::Guest;
use super::login::{errors_first, said};
use crate::app::App;
use crate::cause;
use crate::people::delays::{Delays, Key, network};
use crate::people::joining;
use crate::people::letters;
use crate::people::login::Refused;
use crate::subscribers::address::Email;
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/forgotten.html")]
struct Forgotten {
    frame: Frame,
    email: String,
    problem: Option<String>,
    /// Whether there is a newsletter as which a letter could leave.
    letters: bool,
}

/// `GET /console/forgotten`
pub async fn show(State(app): State<Arc<App>>, guest: Guest) -> Result<Response, Error> {
    page(&app, &guest, StatusCode::OK, String::new(), None).await
}

/// `POST /console/forgotten`
pub async fn act(
    State(app): State<Arc<App>>,
    Extension(delays): Extension<Arc<Delays>>,
    guest: Guest,
    seen: Seen,
    form: Form,
) -> Result<Response, Error> {
    let typed = form.text("email");
    let email = match Email::from_typed(&typed) {
        Ok(email) => email,
        Err(error) => {
            let (status, problem) = (StatusCode::UNPROCESSABLE_ENTITY, error.words(guest.locale));
            return page(&app, &guest, status, typed, Some(problem)).await;
        }
    };
    let turn = [Key::Letters(network(seen.browser(&guest).ip))];
    if let Err(wait) = delays.begin(&turn, app.clock.steady()) {
        let (status, problem) = said(guest.locale, "login-wrong", Refused::Wait(wait))?;
        return page(&app, &guest, status, typed, Some(problem)).await;
    }
    if !letters::can_leave(&app.db).await? {
        return page(&app, &guest, StatusCode::OK, typed, None).await;
    }
    // After the answer, so that its time does not tell whether there is such an account.
    let key = email.key().to_owned();
    tokio::spawn(async move {
        if let Err(error) = joining::forgot(&app, &key).await {
            let error = cause::in_words(&error.into());
            tracing::error!(error, "a letter for a forgotten password could not be asked for");
        }
    });
    Ok(done_at("/console/login", "reset-asked"))
}

async fn page(
    app: &App,
    guest: &Guest,
    status: StatusCode,
    email: String,
    problem: Option<String>,
) -> Result<Response, Error> {
    let letters = letters::can_leave(&app.db).await?;
    let frame = errors_first(Frame::of_guest(app, guest, "forgotten-title"), problem.is_some());
    frame.clone().answer(status, &Forgotten { frame, email, problem, letters })
}
