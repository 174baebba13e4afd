//! `GET …/digests`: every slot that has come, by state, the youngest first, a page at a time.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::super::frame::Frame;
use super::super::guard::Editor;
use super::letters;
use crate::app::App;
use crate::digests::sql;
use crate::ledger::DigestState::{self, Cancelled, Finished, Paused, Releasing, Sending, Skipped, Waiting};
use crate::newsletters;
use crate::people::role::Right;
use crate::views::digest::page::{self, Line};
use crate::web::frame::error::Error;

/// Digests on one page.
const MOST: i64 = 30;

/// States that are shown together, under the name of their tab.
const TABS: &[(&str, &[DigestState])] = &[
    ("all", DigestState::ALL),
    ("waiting", &[Waiting]),
    ("leaving", &[Releasing, Sending, Paused]),
    ("sent", &[Finished]),
    ("without", &[Skipped, Cancelled]),
];

#[derive(Template)]
#[template(path = "console/digests.html")]
struct List {
    frame: Frame,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    older: Option<String>,
    letters: i64,
    may_send: bool,
}

struct Tab {
    href: String,
    label: String,
    current: bool,
}

/// `GET /console/n/{newsletter}/digests?state=&before=`
pub async fn show(State(app): State<Arc<App>>, editor: Editor, uri: Uri) -> Result<Response, Error> {
    let asked = |name: &str| {
        let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let (state, before) = (asked("state").unwrap_or_default(), asked("before"));
    let (name, states) = TABS.iter().find(|(name, _)| *name == state).unwrap_or(&TABS[0]);
    let before = match before {
        Some(id) => super::find(&app, &editor, &id).await?.id,
        None => i64::MAX,
    };
    let mut found = sql::in_states(&app.db, editor.newsletter.id, before, states, MOST + 1).await?;
    let more = found.len() > MOST as usize;
    found.truncate(MOST as usize);
    let older = found.last().filter(|_| more);
    let older = older.map(|last| format!("{}?state={name}&before={}", editor.path("digests"), last.public_id));
    let schedules = newsletters::sql::schedules(&app.db, editor.newsletter.id).await?;
    let lines = found.iter().map(|digest| {
        let schedule = schedules.iter().find(|schedule| schedule.id == digest.schedule_id);
        page::line(digest, schedule, app.clock.now(), editor.locale)
    });
    let tabs = TABS.iter().map(|(tab, _)| Tab {
        href: format!("{}?state={tab}", editor.path("digests")),
        label: editor.locale.text(&format!("digests-tab-{tab}")),
        current: tab == name,
    });
    let frame = editor.frame(&app, "console-digests");
    let list = List {
        tabs: tabs.collect(),
        lines: lines.collect(),
        older,
        letters: letters::in_doubt(&app, &editor).await?,
        may_send: editor.may(Right::Send),
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &list)
}
