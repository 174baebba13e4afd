//! `/demo/console`: one press, and the visitor is the editor, signed in at the console as it is.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::super::{Demo, SLUG};
use crate::people::accounts::{self, NewPerson};
use crate::people::role::{self, Given, Role};
use crate::people::sessions::{self, Stage};
use crate::web::console::guard;
use crate::web::frame::error::Error;

/// The editor of the demo.
const EDITOR: &str = "vous@four-valmerande.example";

/// `POST /demo/console`: a session of the demo's editor, who may do everything.
pub async fn enter(State(demo): State<Arc<Demo>>, headers: axum::http::HeaderMap) -> Result<Response, Error> {
    let app = &demo.app;
    let (locale, now) = (super::super::guard::locale(&headers), app.clock.now());
    let known = accounts::by_email_key(&app.db, EDITOR).await?;
    let mut tx = app.db.begin().await?;
    let person_id = if let Some(known) = known {
        known.id
    } else {
        let name = locale.text("demo-author");
        let new = NewPerson { email: EDITOR, email_key: EDITOR, name: &name, language: locale.tag() };
        let made = accounts::insert(&mut tx, new, now).await?;
        let person_id = made.ok_or_else(|| anyhow::anyhow!("the editor was made by another press; press again"))?;
        role::give(&mut tx, Given { person_id, newsletter_id: 0, role: Role::Owner, may_send: true }).await?;
        person_id
    };
    let session = sessions::open(&mut tx, person_id, Stage::Full, "", now).await?;
    tx.commit().await?;
    let mut response = Redirect::to(&format!("/console/n/{SLUG}")).into_response();
    let cookie = HeaderValue::from_str(&guard::session_cookie(app, &session)).map_err(anyhow::Error::from)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
