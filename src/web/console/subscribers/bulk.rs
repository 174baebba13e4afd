//! `/console/n/{newsletter}/subscribers/act`: something done with many people, after a page that says with how many, and its undo.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::{Choice, Typed, rhythms};
use crate::app::App;
use crate::i18n::Value;
use crate::phrase;
use crate::subscribers::bulk::{self, Act, BulkAct, Order, State as Stage};
use crate::subscribers::list::{self, Go};
use crate::subscribers::{Status, Subscriber};
use crate::web::console::form::Form;
use crate::web::console::frame::Frame;
use crate::web::console::guard::Editor;
use crate::web::frame::error::Error;

/// How long the answer waits for an act to be done: a small one is, a large one goes on beside.
const WAIT: Duration = Duration::from_secs(1);

/// People whose addresses the page before an act shows.
const EXAMPLES: usize = 5;

/// Most people who can be ticked on a page of the list.
const TICKED: usize = 500;

/// The acts, for the form below the list.
pub fn choices(editor: &Editor) -> Vec<Choice> {
    let choice =
        |act: &Act| Choice { value: act.to_string(), label: editor.locale.text(&format!("bulk-{act}")), chosen: false };
    Act::ALL.iter().map(choice).collect()
}

#[derive(Template)]
#[template(path = "console/subscribers/act.html")]
struct Ask {
    frame: Frame,
    act: Act,
    typed: Typed,
    ids: Vec<i64>,
    everything: bool,
    count: i64,
    examples: Vec<String>,
    rhythms: Vec<Choice>,
    problem: Option<String>,
}

/// Who is meant by a form: those ticked, or all of its search.
struct Meant {
    act: Act,
    typed: Typed,
    everything: bool,
    ids: Vec<i64>,
    examples: Vec<Subscriber>,
}

async fn meant(app: &App, editor: &Editor, form: &Form) -> Result<Option<Meant>, Error> {
    let Some(act) = form.get("act").and_then(|act| act.parse::<Act>().ok()) else { return Ok(None) };
    let (typed, newsletter) = (Typed::of(form), editor.newsletter.id);
    let everything = form.has("everything");
    let (ids, examples) = if everything {
        let mut wanted = typed.wanted();
        if act == Act::Resend {
            wanted.status = Some(Status::Pending);
        }
        let schedules: Vec<i64> = editor.all_schedules().map(|schedule| schedule.id).collect();
        let mut examples = list::page(&app.db, newsletter, &schedules, &wanted, Go::First).await?.people;
        examples.truncate(EXAMPLES);
        (list::ids(&app.db, newsletter, &wanted).await?, examples)
    } else {
        let ticked: Vec<i64> = form.all("id").filter_map(|id| id.parse().ok()).take(TICKED).collect();
        let mut people = list::known(&app.db, newsletter, &ticked).await?;
        people.retain(|person| act != Act::Resend || person.status == Status::Pending);
        let ids = people.iter().map(|person| person.id).collect();
        people.truncate(EXAMPLES);
        (ids, people)
    };
    Ok(Some(Meant { act, typed, everything, ids, examples }))
}

/// `POST …/subscribers/act`: says what would be done with whom; changes nothing.
pub async fn ask(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let Some(meant) = meant(&app, &editor, &form).await? else {
        return Ok(editor.done("subscribers", "bulk-nobody"));
    };
    if meant.ids.is_empty() {
        return Ok(editor.done("subscribers", "bulk-nobody"));
    }
    answer(&app, &editor, meant, None)
}

fn answer(app: &App, editor: &Editor, meant: Meant, problem: Option<String>) -> Result<Response, Error> {
    let count = meant.ids.len() as i64;
    let title = editor.locale.format(&format!("bulk-{}-title", meant.act), &[("count", Value::Count(count))]);
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Ask {
        frame: editor.frame(app, "console-subscribers").titled(title),
        act: meant.act,
        typed: meant.typed,
        // All of a search is found again when the button is pressed.
        ids: if meant.everything { Vec::new() } else { meant.ids },
        everything: meant.everything,
        count,
        examples: meant.examples.into_iter().map(|person| person.email).collect(),
        rhythms: rhythms(editor, ""),
        problem,
    };
    page.frame.clone().answer(status, &page)
}

/// `POST …/subscribers/act/do`
pub async fn act(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let Some(meant) = meant(&app, &editor, &form).await? else {
        return Ok(editor.done("subscribers", "bulk-nobody"));
    };
    let count = meant.ids.len() as i64;
    if count == 0 {
        return Ok(editor.done("subscribers", "bulk-nobody"));
    }
    let say = |key: &str| Some(editor.locale.format(key, &[("count", Value::Count(count))]));
    if form.get("count") != Some(count.to_string().as_str()) {
        return answer(&app, &editor, meant, say("bulk-changed"));
    }
    let typed = form.text("typed").split_whitespace().collect::<String>();
    if meant.act == Act::Erase && typed != count.to_string() {
        return answer(&app, &editor, meant, say("bulk-type-count"));
    }
    let rhythms = rhythms(&editor, form.get("to").unwrap_or_default());
    let to_id = rhythms.iter().find(|choice| choice.chosen).and_then(|choice| choice.value.parse().ok());
    if meant.act == Act::Rhythm && to_id.is_none() {
        return answer(&app, &editor, meant, say("bulk-choose-rhythm"));
    }
    let order = Order {
        newsletter_id: editor.newsletter.id,
        act: meant.act,
        to_id: to_id.unwrap_or(0),
        person_id: editor.signed.person.id,
    };
    let id = bulk::plan(&app, order, &meant.ids).await?;
    go_on(&app).await;
    Ok(editor.done(&format!("subscribers/acts/{id}"), "bulk-begun"))
}

/// Does what is planned in a task of its own; what is not done soon goes on beside, or with the next tick.
async fn go_on(app: &Arc<App>) {
    let app = app.clone();
    let work = tokio::spawn(async move {
        if let Err(error) = bulk::go_on(&app).await {
            tracing::warn!(%error, "an act on many people was cut short; the next tick goes on");
        }
    });
    tokio::time::timeout(WAIT, work).await.ok();
}

#[derive(Template)]
#[template(path = "console/subscribers/acted.html")]
struct Acted {
    frame: Frame,
    path: String,
    act: Act,
    moving: bool,
    undone: bool,
    total: i64,
    changed: i64,
    until: Option<String>,
}

async fn act_of(app: &App, editor: &Editor, id: &str) -> Result<BulkAct, Error> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    bulk::by_id(&app.db, editor.newsletter.id, id).await?.ok_or(Error::NotFound)
}

/// `GET …/subscribers/acts/{act}`
pub async fn show(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let act = act_of(&app, &editor, &id).await?;
    let frame = editor.frame(&app, "console-subscribers").titled(editor.locale.text(&format!("bulk-{}", act.act)));
    let page = Acted {
        path: editor.path(&format!("subscribers/acts/{id}")),
        act: act.act,
        moving: act.is_moving(),
        undone: act.state == Stage::Undone,
        total: act.total,
        changed: act.changed,
        until: act.undo_until(app.clock.now()).map(|until| phrase::when(until, &editor.zone)),
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

/// `POST …/subscribers/acts/{act}/undo`
pub async fn undo(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let act = act_of(&app, &editor, &id).await?;
    let begun = bulk::undo(&app, &act).await?;
    if begun {
        go_on(&app).await;
    }
    Ok(editor.done(&format!("subscribers/acts/{id}"), if begun { "bulk-undone" } else { "bulk-too-late" }))
}
