//! The part of `/console/account` about the provider of log-ins: whether one's account there is linked, linking it, ending that.
//!
//! In: the password, for an open screen is not its owner. Out: a page with the way to the provider, or 303 to the account with what was
//! done. Who has no password has no other way in, and cannot end this one.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::door::{self, Door};
use crate::app::App;
use crate::coded::Told as _;
use crate::i18n::{Locale, Value};
use crate::people::delays::Delays;
use crate::people::oidc::flow::Wish;
use crate::people::oidc::identity::{self, Identity, Unlinked};
use crate::people::oidc::refusal::Refusal;
use crate::web::console::account::{self, PATH, not_them};
use crate::web::console::form::Form;
use crate::web::console::frame::done_at;
use crate::web::console::guard::Signed;
use crate::web::console::link::Problem;
use crate::web::console::wall_clock::WallClock;
use crate::web::frame::error::Error;

/// Where somebody types their password for this.
pub const FIELD: &str = "password-oidc";

/// How somebody stands with the provider.
#[derive(Clone, Debug)]
pub struct Own {
    /// What it is called.
    pub name: String,
    /// Since when their account there is linked, and when they last came in by it; `None` when it is not.
    pub linked: Option<String>,
    /// Whether they have a password besides.
    pub has_password: bool,
}

impl Own {
    /// Of whoever is signed in; `None` where there is no provider.
    pub(in crate::web::console) async fn of(
        app: &App,
        signed: &Signed,
        clock: &WallClock,
    ) -> sqlx::Result<Option<Self>> {
        let settings = &app.config.oidc;
        if !settings.is_on() {
            return Ok(None);
        }
        let locale = signed.guest.locale;
        let links = identity::of(&app.db, signed.person.id).await?;
        let link = links.into_iter().find(|link| link.issuer == settings.issuer);
        Ok(Some(Self {
            name: settings.called(),
            linked: link.map(|link| standing(locale, clock, &link)),
            has_password: identity::has_password(&app.db, signed.person.id).await?,
        }))
    }
}

/// "Linked since … . Last used: … ."
fn standing(locale: &Locale, clock: &WallClock, link: &Identity) -> String {
    let since = clock.when(link.linked_at);
    let used = clock.when_if_ever(link.used_at);
    locale.format("oidc-account-linked", &[("since", Value::Text(&since)), ("used", Value::Text(&used))])
}

/// `POST /console/account/oidc`: the way to the provider, to link one's account there.
pub async fn link(
    State(app): State<Arc<App>>,
    Extension(provider): Extension<Door>,
    Extension(delays): Extension<Arc<Delays>>,
    signed: Signed,
    form: Form,
) -> Result<Response, Error> {
    let provider = provider.open()?;
    if let Some((status, problem)) = not_them(&app, &delays, &signed, &form, FIELD).await? {
        return account::page(&app, &signed, status, None, vec![problem]).await;
    }
    let wish = Wish::Link { person_id: signed.person.id, session: signed.session.hash.clone() };
    door::leave(&app, provider, signed.frame(&app, "oidc-leave-title"), wish, PATH).await
}

/// `POST /console/account/oidc/unlink`: ends the link, and every other session.
pub async fn unlink(
    State(app): State<Arc<App>>,
    Extension(provider): Extension<Door>,
    Extension(delays): Extension<Arc<Delays>>,
    signed: Signed,
    form: Form,
) -> Result<Response, Error> {
    let provider = provider.open()?;
    let person_id = signed.person.id;
    if !identity::has_password(&app.db, person_id).await? {
        return only_way(&app, &signed).await;
    }
    if let Some((status, problem)) = not_them(&app, &delays, &signed, &form, FIELD).await? {
        return account::page(&app, &signed, status, None, vec![problem]).await;
    }
    match identity::unlink(&app, person_id, provider.issuer(), Some(&signed.session.hash)).await? {
        Unlinked::Done => Ok(done_at(PATH, "oidc-unlinked")),
        Unlinked::NoLink => Ok(done_at(PATH, "nothing-changed")),
        Unlinked::OnlyWay => only_way(&app, &signed).await,
    }
}

async fn only_way(app: &App, signed: &Signed) -> Result<Response, Error> {
    let problem = Problem { field: FIELD, text: Refusal::OnlyWay.words(signed.guest.locale) };
    account::page(app, signed, StatusCode::UNPROCESSABLE_ENTITY, None, vec![problem]).await
}
