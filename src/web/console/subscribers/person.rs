//! `/console/n/{newsletter}/subscribers/{subscriber}`: one person, what happened, and what can be done.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{Choice, day, person_of, rhythms};
use crate::app::App;
use crate::events::activity::{self, Act, Deed};
use crate::i18n;
use crate::subscribers::address::Email;
use crate::subscribers::again::{self, Again};
use crate::subscribers::beside::{self, Beside};
use crate::subscribers::new_address;
use crate::subscribers::{Status, counts, erase, leave, staying};
use crate::views::person::{self as view, Timeline};
use crate::views::subscriber::{history, whole};
use crate::web::console::form::Form;
use crate::web::console::frame::Frame;
use crate::web::console::guard::Editor;
use crate::web::frame::error::Error;

#[expect(clippy::struct_excessive_bools, reason = "a button each, which is there or not")]
#[derive(Template)]
#[template(path = "console/subscribers/person.html")]
struct Page {
    frame: Frame,
    path: String,
    email: String,
    name: String,
    status: String,
    state: &'static str,
    language: String,
    origin: String,
    rhythm: String,
    asked: String,
    confirmed: Option<String>,
    ended: Option<String>,
    /// When they last did something themselves, and how far the question is whether they stay.
    contact: String,
    question: Option<String>,
    /// The address that is to be confirmed.
    waiting: Option<String>,
    happened: Timeline,
    may_leave: bool,
    may_stay: bool,
    may_ask: bool,
    may_move: bool,
    /// What was typed as the new address, and what is wrong with it.
    typed: String,
    problem: Option<String>,
}

/// The person of a path with what is shown beside them, when they are the newsletter's.
async fn beside_of(app: &App, editor: &Editor, id: &str) -> Result<Beside, Error> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    let found = beside::of(&app.db, id).await?;
    found.filter(|found| found.person.newsletter_id == editor.newsletter.id).ok_or(Error::NotFound)
}

async fn page(app: &App, editor: &Editor, beside: &Beside) -> Result<Page, Error> {
    let person = &beside.person;
    let history = history(app, beside, editor.locale).await?;
    let chosen = person.schedule_id.to_string();
    let rhythms = rhythms(editor, &chosen);
    let in_hand = matches!(person.status, Status::Pending | Status::Confirmed | Status::Paused);
    Ok(Page {
        frame: editor.frame(app, "subscribers-person").titled(person.email.clone()),
        path: editor.path(&format!("subscribers/{}", person.id)),
        email: person.email.clone(),
        name: person.name.clone().unwrap_or_default(),
        status: editor.locale.text(&format!("console-status-{}", person.status)),
        state: person.status.as_str(),
        language: person.language.clone(),
        origin: person.origin.clone().unwrap_or_default(),
        rhythm: rhythms.into_iter().find(|choice| choice.chosen).map(|Choice { label, .. }| label).unwrap_or_default(),
        asked: day(editor, person.created_at),
        confirmed: person.confirmed_at.map(|at| day(editor, at)),
        ended: person.ended_at.map(|at| day(editor, at)),
        contact: day(editor, beside.contact_at),
        question: beside.question.map(|question| editor.locale.text(&format!("stay-question-{}", question.state))),
        waiting: beside.waiting.clone(),
        happened: view::timeline(&history, &editor.zone, editor.locale),
        may_leave: in_hand,
        may_stay: matches!(person.status, Status::Confirmed | Status::Paused),
        may_ask: person.status == Status::Pending,
        may_move: in_hand,
        typed: String::new(),
        problem: None,
    })
}

/// `GET …/subscribers/{subscriber}`
pub async fn show(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let beside = beside_of(&app, &editor, &id).await?;
    let page = page(&app, &editor, &beside).await?;
    page.frame.clone().answer(StatusCode::OK, &page)
}

/// `POST …/subscribers/{subscriber}/unsubscribe`
pub async fn unsubscribe(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let person = person_of(&app, &editor, &id).await?;
    let by = leave::By::Editor(editor.signed.person.id);
    let mut tx = app.db.begin().await?;
    let ended = leave::end(&mut tx, app.clock.now(), &person, by, None).await?;
    tx.commit().await?;
    counts::changed(&app, editor.newsletter.id);
    let said = if ended { "subscriber-unsubscribed" } else { "subscriber-not-subscribed" };
    Ok(editor.done(&format!("subscribers/{id}"), said))
}

/// `POST …/subscribers/{subscriber}/stays`: they told the editor that they wish to stay.
pub async fn stays(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let person = person_of(&app, &editor, &id).await?;
    let noted = staying::answer::told(&app, &person, editor.actor()).await?;
    let said = if noted { "subscriber-stays" } else { "subscriber-not-subscribed" };
    Ok(editor.done(&format!("subscribers/{id}"), said))
}

/// `POST …/subscribers/{subscriber}/confirmation`: the letter once more.
pub async fn ask_again(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let person = person_of(&app, &editor, &id).await?;
    let said = match again::send(&app, &person, editor.actor()).await? {
        Again::Sent => "subscriber-asked-again",
        Again::NotPending => "subscriber-not-pending",
        Again::Capped => "subscriber-capped",
        Again::Suppressed => "subscriber-suppressed",
        Again::UntilLive => "subscriber-until-live",
    };
    Ok(editor.done(&format!("subscribers/{id}"), said))
}

/// `POST …/subscribers/{subscriber}/address`: another address, which must confirm.
pub async fn change_address(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let person = person_of(&app, &editor, &id).await?;
    let typed = form.text("email");
    let problem = match Email::from_typed(&typed) {
        Err(error) => error.words(editor.locale),
        Ok(email) => match new_address::ask(&app, &person, &email, editor.actor()).await?.refusal() {
            None => return Ok(editor.done(&format!("subscribers/{id}"), "subscriber-address-asked")),
            Some(code) => editor.locale.text(&format!("new-address-{code}")),
        },
    };
    let page = page(&app, &editor, &beside_of(&app, &editor, &id).await?).await?;
    let frame = page.frame.clone();
    frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &Page { typed, problem: Some(problem), ..page })
}

/// `POST …/subscribers/{subscriber}/export`: all that is stored about them, JSON.
pub async fn take_away(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let person = person_of(&app, &editor, &id).await?;
    let act = Act::new(Deed::SubscriberExported).at(editor.newsletter.id).about("subscriber", person.id);
    activity::note_alone(&app.db, app.clock.now(), act).await?;
    let whole = whole(&app, &editor.newsletter.slug, &person, i18n::locale(i18n::FALLBACK)).await?;
    let text = serde_json::to_string_pretty(&whole).map_err(anyhow::Error::from)?;
    let name = format!("attachment; filename=\"{}-{}.json\"", editor.newsletter.slug, person.id);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(anyhow::Error::from)?),
    ];
    Ok((headers, text).into_response())
}

#[derive(Template)]
#[template(path = "console/subscribers/erase.html")]
struct Erase {
    frame: Frame,
    path: String,
    email: String,
}

/// `GET …/subscribers/{subscriber}/erase`: asks once more.
pub async fn ask_erase(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let person = person_of(&app, &editor, &id).await?;
    let frame = editor.frame(&app, "subscriber-erase-title");
    let path = editor.path(&format!("subscribers/{id}"));
    frame.clone().answer(StatusCode::OK, &Erase { frame, path, email: person.email })
}

/// `POST …/subscribers/{subscriber}/erase`
pub async fn forget(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let person = person_of(&app, &editor, &id).await?;
    let mut tx = app.db.begin().await?;
    erase::erase(&app, &mut tx, app.clock.now(), &person, "erased", editor.actor()).await?;
    tx.commit().await?;
    counts::changed(&app, editor.newsletter.id);
    // SQLite's log still holds the rows; when others read it now, it is emptied within the hour.
    app.db.empty_log().await.ok();
    Ok(editor.done("subscribers", "subscriber-erased"))
}
