//! `/console/n/{newsletter}/subscribers`: tabs by state, a search, fifty people a page, and what can be done with those ticked.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{Choice, Typed, day, languages, rhythms, states};
use crate::app::App;
use crate::db::pg;
use crate::events::activity::{self, Act, Deed};
use crate::people::role::Right;
use crate::subscribers::bulk::{self, UNDO};
use crate::subscribers::export::{self, Format};
use crate::subscribers::list::{self, Found, Go, How, PATIENCE, Wanted};
use crate::subscribers::{Status, Subscriber, counts, joined};
use crate::web::console::form::Form;
use crate::web::console::frame::Frame;
use crate::web::console::guard::Editor;
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/subscribers/list.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Tab>,
    old_counts: bool,
    typed: Typed,
    hows: Vec<Choice>,
    states: Vec<Choice>,
    rhythms: Vec<Choice>,
    languages: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    acts: Vec<Choice>,
    undo: Option<String>,
    told: bool,
    settings: bool,
}

struct Tab {
    href: String,
    label: String,
    count: i64,
    current: bool,
}

struct Row {
    id: i64,
    href: String,
    email: String,
    name: String,
    status: String,
    state: &'static str,
    since: String,
    language: String,
}

/// The ways to the pages beside this one: links where nothing was typed, buttons that send it again where something was.
struct Pager {
    searched: bool,
    next: Option<String>,
    previous: Option<String>,
    /// How many seconds were looked through, when that was not enough.
    cut: Option<i64>,
    slow: bool,
}

/// What may stand in the address: a state, and an id.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    status: String,
    at: String,
}

/// `GET …/subscribers`
pub async fn show(State(app): State<Arc<App>>, editor: Editor, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let typed = Typed::tab(asked.status.parse().ok());
    answer(&app, &editor, typed, Go::of(&asked.at), false).await
}

/// `POST …/subscribers`: a search, or another page of one.
pub async fn search(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let go = Go::of(form.get("at").unwrap_or_default());
    let page = Box::pin(answer(&app, &editor, Typed::of(&form), go, true));
    app.lender.page(pg::reading(page)).await
}

async fn answer(app: &App, editor: &Editor, typed: Typed, go: Go, searched: bool) -> Result<Response, Error> {
    let newsletter = &editor.newsletter;
    let wanted = typed.wanted();
    let schedules: Vec<i64> = editor.all_schedules().map(|schedule| schedule.id).collect();
    let found = list::page(&app.db, newsletter.id, &schedules, &wanted, go).await?;
    let counts = counts::of(app, newsletter.id).await?;
    let latest = bulk::latest(&app.db, newsletter.id, app.clock.now() - UNDO).await?;
    let undo = latest.filter(|act| act.undo_until(app.clock.now()).is_some());
    let frame = editor.frame(app, "console-subscribers");
    let page = Page {
        tabs: tabs(editor, &counts, wanted.status.filter(|_| !searched), !searched),
        old_counts: counts.are_kept(),
        hows: hows(editor, typed.get("how")),
        states: states(editor.locale, typed.get("status")),
        rhythms: rhythms(editor, typed.get("rhythm")),
        languages: languages(typed.get("language")),
        rows: found.people.iter().map(|person| row(editor, person)).collect(),
        pager: pager(editor, &found, searched, &wanted),
        acts: super::bulk::choices(editor),
        undo: undo.map(|act| editor.path(&format!("subscribers/acts/{}", act.id))),
        told: joined::is_on(&app.db, newsletter.id).await?,
        settings: editor.may(Right::Readers),
        typed,
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

fn tabs(editor: &Editor, counts: &counts::Counts, shown: Option<Status>, current: bool) -> Vec<Tab> {
    let tab = |of: Option<Status>, count: i64| Tab {
        href: tab_path(editor, of),
        label: of.map_or_else(
            || editor.locale.text("subscribers-all"),
            |of| editor.locale.text(&format!("console-status-{of}")),
        ),
        count,
        current: current && of == shown,
    };
    // Nobody reaches the rarer states in a young newsletter: a tab without anybody is left out.
    let worth =
        |of: &&Status| counts.of(**of) > 0 || matches!(of, Status::Pending | Status::Confirmed) || shown == Some(**of);
    let states =
        [Status::Confirmed, Status::Pending, Status::Paused, Status::Unsubscribed, Status::Bounced, Status::Complained];
    let states = states.iter().filter(worth).map(|of| tab(Some(*of), counts.of(*of)));
    std::iter::once(tab(None, counts.all())).chain(states).collect()
}

fn tab_path(editor: &Editor, status: Option<Status>) -> String {
    let path = editor.path("subscribers");
    status.map_or_else(|| path.clone(), |status| format!("{path}?status={status}"))
}

fn hows(editor: &Editor, chosen: &str) -> Vec<Choice> {
    let choice = |how: How| Choice {
        value: how.as_str().to_owned(),
        label: editor.locale.text(&format!("subscribers-how-{}", how.as_str())),
        chosen: how.as_str() == chosen,
    };
    How::ALL.into_iter().map(choice).collect()
}

fn row(editor: &Editor, person: &Subscriber) -> Row {
    let since = match person.status {
        Status::Pending => person.created_at,
        Status::Confirmed | Status::Paused => person.confirmed_at.unwrap_or(person.created_at),
        Status::Unsubscribed | Status::Bounced | Status::Complained => person.ended_at.unwrap_or(person.created_at),
    };
    Row {
        id: person.id,
        href: editor.path(&format!("subscribers/{}", person.id)),
        email: person.email.clone(),
        name: person.name.clone().unwrap_or_default(),
        status: editor.locale.text(&format!("console-status-{}", person.status)),
        state: person.status.as_str(),
        since: day(editor, since),
        language: person.language.clone(),
    }
}

/// The pages of a tab have an address of their own.
fn pager(editor: &Editor, found: &Found, searched: bool, wanted: &Wanted) -> Pager {
    let way = |go: Go| {
        let path = tab_path(editor, wanted.status);
        let sign = if path.contains('?') { '&' } else { '?' };
        if searched { go.cursor() } else { format!("{path}{sign}at={}", go.cursor()) }
    };
    Pager {
        searched,
        next: found.next.map(way),
        previous: found.previous.map(way),
        cut: found.is_cut.then_some(PATIENCE.as_secs() as i64),
        slow: wanted.is_slow(),
    }
}

/// `POST …/subscribers/export`: those of a state, or all, as a file that is written while it is read.
pub async fn take_away(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let status: Option<Status> = form.get("status").and_then(|status| status.parse().ok());
    let format = if form.get("format") == Some("json") { Format::Json } else { Format::Csv };
    let (kind, ending) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::Json => ("application/json", "json"),
    };
    let which = status.map_or("subscribers", Status::as_str);
    let name = format!("attachment; filename=\"{}-{which}.{ending}\"", editor.newsletter.slug);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(anyhow::Error::from)?),
    ];
    let act = Act::new(Deed::SubscribersExported).at(editor.newsletter.id);
    activity::note_alone(&app.db, app.clock.now(), act.with("status", status.map(Status::as_str))).await?;
    let lines = export::stream(app.db.clone(), editor.newsletter.id, status, format);
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// `POST …/subscribers/notice`: whether the editors are told of each new subscriber.
pub async fn notice(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let on = form.get("on") == Some("yes");
    joined::switch(&app, editor.newsletter.id, on).await?;
    Ok(editor.done("subscribers", if on { "subscribers-told" } else { "subscribers-not-told" }))
}
