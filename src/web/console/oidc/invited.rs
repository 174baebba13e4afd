//! `POST /console/link/{token}/oidc`: whoever has an invitation in hand joins by the provider of log-ins, without a password.
//!
//! Out: a page with the way to the provider; the invitation is used when they are back. A link that opens nothing any more leads to its
//! own page, which says why.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::door::{self, Door};
use crate::app::App;
use crate::people::links::{self, Kind, Look};
use crate::people::oidc::flow::Wish;
use crate::web::console::frame::Frame;
use crate::web::console::guard::Guest;
use crate::web::frame::error::Error;

/// The handler.
pub async fn begin(
    State(app): State<Arc<App>>,
    Extension(provider): Extension<Door>,
    Path(token): Path<String>,
    guest: Guest,
) -> Result<Response, Error> {
    let provider = provider.open()?;
    // Languages, and a link that opens nothing, lead to the invitation's own page: this one is the answer to a form.
    let at = guest.path.split('?').next().unwrap_or_default().trim_end_matches("/oidc").to_owned();
    match links::look(&app, &token).await? {
        Look::Good(link) if link.kind == Kind::Invite => {
            let frame = Frame::of_guest(&app, &Guest { path: at, ..guest }, "oidc-leave-title");
            door::leave(&app, provider, frame, Wish::Join { invitation: token }, "/console/login").await
        }
        _ => Ok(Redirect::to(&at).into_response()),
    }
}
