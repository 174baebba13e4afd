//! `/console`: the newsletters that somebody may see, or the one there is.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::frame::{Frame, path_of};
use super::guard::Signed;
use crate::app::App;
use crate::newsletters::{self, Newsletter};
use crate::people::role::{self, Rights};
use crate::web::frame::error::Error;

/// Newsletters that the page names at most.
const MOST: i64 = 500;

#[derive(Template)]
#[template(path = "console/home.html")]
struct Home {
    frame: Frame,
    newsletters: Vec<Line>,
    owner: bool,
}

struct Line {
    href: String,
    name: String,
    confirmed: i64,
}

/// `GET /console`
pub async fn show(State(app): State<Arc<App>>, signed: Signed) -> Result<Response, Error> {
    let own = own(&app, &signed).await?;
    let owner = role::owns_all(&signed.given);
    if let ([only], false) = (own.as_slice(), owner) {
        return Ok(Redirect::to(&path_of(&only.slug, "")).into_response());
    }
    let mut newsletters = Vec::with_capacity(own.len());
    for found in own {
        let confirmed = newsletters::sql::confirmed(&app.db, found.id).await?;
        newsletters.push(Line { href: path_of(&found.slug, ""), name: found.name, confirmed });
    }
    let frame = signed.frame(&app, "console-home");
    frame.clone().answer(StatusCode::OK, &Home { frame, newsletters, owner })
}

/// The newsletters of somebody, in the order of their slugs.
async fn own(app: &App, signed: &Signed) -> sqlx::Result<Vec<Newsletter>> {
    let mut all = newsletters::sql::after_slug(&app.db, "", MOST).await?;
    all.retain(|newsletter| Rights::in_newsletter(&signed.given, newsletter.id).is_some());
    Ok(all)
}
