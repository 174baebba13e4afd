//! How somebody comes in besides their password, on `/console/team/{person}`: passkeys and accounts at a provider of log-ins, each with
//! its last use; and one of them taken away (`POST …/ways`), for owners of the instance. What is one's own is changed on one's account.
//!
//! In: the field `passkey` (its number) or `link` (the provider's address). Out: 303 to the person's page, or that page with why not.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::account;
use super::form::Form;
use super::frame::done_at;
use super::guard::Signed;
use super::member::{page, path_of, person};
use super::passkey_parts::{self, Line};
use super::wall_clock::WallClock;
use crate::app::App;
use crate::people::oidc::identity::{self, Identity, Unlinked};
use crate::people::passkeys;
use crate::web::frame::error::Error;

/// How somebody comes in.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    /// Whether they have a password.
    pub password: bool,
    /// Their passkeys, the oldest first.
    pub keys: Vec<Line>,
    /// Their accounts at providers.
    pub links: Vec<Link>,
}

/// An account at a provider.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// The provider's address.
    pub issuer: String,
    /// Since when.
    pub since: String,
    /// When it was last used; `None`: never.
    pub used: Option<String>,
}

impl Ways {
    /// Of this person.
    pub async fn of(app: &App, person_id: i64, clock: &WallClock) -> sqlx::Result<Self> {
        let link = |link: Identity| Link {
            issuer: link.issuer,
            since: clock.when(link.linked_at),
            used: link.used_at.map(|at| clock.when(at)),
        };
        Ok(Self {
            password: identity::has_password(&app.db, person_id).await?,
            keys: passkey_parts::of_person(app, person_id, clock).await?,
            links: identity::of(&app.db, person_id).await?.into_iter().map(link).collect(),
        })
    }
}

/// `POST /console/team/{person}/ways`
pub async fn end(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    signed: Signed,
    form: Form,
) -> Result<Response, Error> {
    let person = person(&app, &id).await?;
    // There the password is asked for: an open screen is not its owner.
    if person.id == signed.person.id {
        return Ok(Redirect::to(account::PATH).into_response());
    }
    let number = form.get("passkey").and_then(|number| number.parse::<i64>().ok()).filter(|number| *number > 0);
    let done = if let Some(issuer) = form.get("link") {
        match identity::unlink(&app, person.id, issuer, None).await? {
            Unlinked::Done => "person-unlinked",
            Unlinked::NoLink => "nothing-changed",
            Unlinked::OnlyWay => {
                let problem = Some(signed.guest.locale.text("team-only-way"));
                return page(&app, &signed, person, StatusCode::UNPROCESSABLE_ENTITY, None, problem).await;
            }
        }
    } else if let Some(number) = number
        && passkeys::remove(&app, person.id, Some(number), None).await? > 0
    {
        "person-passkey"
    } else {
        "nothing-changed"
    };
    Ok(done_at(&path_of(&person), done))
}
