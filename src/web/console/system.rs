//! `/console/system`: how the instance stands: version, database, what waits, mail servers, settings with where they came from. For its
//! owners; what is secret is masked.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::frame::Frame;
use super::guard::Signed;
use super::wall_clock::WallClock;
use crate::app::App;
use crate::i18n::Value;
use crate::views::system::{self as view, System, size};
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/system.html")]
struct Page {
    frame: Frame,
    database: String,
    letters: String,
    digests: String,
    oldest: Option<String>,
    found: System,
}

/// `GET /console/system`
pub async fn show(State(app): State<Arc<App>>, signed: Signed) -> Result<Response, Error> {
    let locale = signed.guest.locale;
    let found = view::system(&app, locale).await?;
    let (bytes, queue) = (size(found.bytes), found.queue);
    let clock = WallClock::of(&app, &signed).await?;
    let frame = signed.frame(&app, "system-title");
    let page = Page {
        database: locale.format(
            "system-database",
            &[("kind", found.database.into()), ("size", Value::Text(&bytes)), ("schema", found.schema.into())],
        ),
        letters: locale.format("system-letters", &[("count", queue.letters.into())]),
        digests: locale.format("system-digests", &[("count", queue.digests.into()), ("mails", queue.mails.into())]),
        oldest: queue.oldest_letter.map(|at| locale.format("system-oldest", &[("when", Value::Text(&clock.when(at)))])),
        found,
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}
