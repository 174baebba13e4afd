//! `/console/n/{newsletter}/doctor`: the last look of the doctor, with the record found beside the one to paste,
//! and who sends as the newsletter's domain, by DMARC reports.
//!
//! In: the newsletter; a `POST` looks again, another lets the first digest go whatever is found. Out: the page. A look that takes
//! longer than [`WAIT`] goes on beside, and its result is on the page when it is opened again.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::frame::Frame;
use super::guard::Editor;
use crate::app::App;
use crate::digests::first;
use crate::doctor::{Subject, signing_keys, store, zone_file};
use crate::newsletters;
use crate::people::role::Right;
use crate::receivers::weeks;
use crate::views::dmarc::{self, WeekView};
use crate::views::doctor::{self as view, LineView};
use crate::views::today::when;
use crate::web::frame::error::Error;

/// How long the answer waits for a look.
const WAIT: Duration = Duration::from_secs(8);

#[derive(Template)]
#[template(path = "console/doctor.html")]
struct Page {
    frame: Frame,
    domain: String,
    /// When, in words; `None`: nobody has looked yet.
    looked: Option<String>,
    in_short: String,
    lines: Vec<LineView>,
    zone: String,
    zone_lines: usize,
    /// What DMARC reports say, the newest week first.
    weeks: Vec<WeekView>,
    /// Reports that were not taken, in sentences.
    refused: Vec<String>,
    /// A first digest waits, or would.
    holds: bool,
    waived: bool,
    may_waive: bool,
}

/// `GET`
pub async fn show(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    let newsletter = &editor.newsletter;
    let standing = store::of(&app, newsletter.id).await?;
    let subject = Subject::of(&app.config, newsletter, signing_keys(&app).await?);
    let locale = editor.locale;
    let frame = editor.frame(&app, "doctor-title");
    let look = standing.look.as_ref();
    let zone = look.map(|look| zone_file::text(&subject, look)).unwrap_or_default();
    let mut holds = false;
    for schedule in newsletters::sql::schedules(&app.db, newsletter.id).await? {
        holds |= first::stands_against(&app, newsletter.id, schedule.id).await?;
    }
    let heard = weeks::of(&app, &subject.domain).await?;
    let page = Page {
        frame: frame.clone(),
        weeks: dmarc::weeks(&heard, locale),
        refused: dmarc::refused(&heard, locale),
        domain: subject.domain,
        looked: look.map(|look| when(look.at, app.clock.now(), &editor.zone, locale)),
        in_short: look.map(|look| view::in_short(look, locale)).unwrap_or_default(),
        lines: look.map(|look| view::lines(look, locale)).unwrap_or_default(),
        zone_lines: zone.lines().count() + 1,
        zone,
        holds,
        waived: standing.waived_at.is_some(),
        may_waive: editor.may(Right::Send),
    };
    frame.answer(StatusCode::OK, &page)
}

/// `POST`: looks again.
pub async fn look(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    let (task, newsletter) = (app.clone(), editor.newsletter.clone());
    let looking = tokio::spawn(async move { Box::pin(store::again(&task, &newsletter)).await });
    let said = match tokio::time::timeout(WAIT, looking).await {
        Ok(ended) => match ended.map_err(|error| Error::Internal(error.into()))?? {
            Some(_) => "doctor-looked",
            None => "doctor-looks",
        },
        Err(_) => "doctor-looks",
    };
    Ok(editor.done("doctor", said))
}

/// `POST …/waive`: an editor's word.
pub async fn waive(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    store::waive(&app, &editor.newsletter, editor.actor()).await?;
    Ok(editor.done("doctor", "doctor-waived"))
}
