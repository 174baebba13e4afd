//! `/console/n/{newsletter}/drafts`: what editors write; list, write, save, throw away and bring back.
//!
//! In: what was typed and from which revision. Out: pages, and the answers of [`crate::drafts`]. A save that comes too late is
//! answered with both texts side by side, 409. What becomes of a draft that is ready: [`super::ready`].

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::draft_closed::closed;
use super::draft_room::{self, Room};
use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use super::posts::at;
use crate::app::App;
use crate::clock::Millis;
use crate::coded::Told as _;
use crate::drafts::picture::Wrong as WrongPicture;
use crate::drafts::save::{self, Saved, Typed};
use crate::drafts::sql::Line;
use crate::drafts::{Draft, KEPT, Kind, media, sql, text};
use crate::feeds::inbox::Key;
use crate::i18n::Value;
use crate::web::frame::error::Error;

/// Drafts on a page.
const PAGE: i64 = 50;
/// Words of a picture's description that are taken: what is longer belongs into the text.
const ALT: usize = 500;

/// A draft in the list.
struct Entry {
    id: String,
    title: String,
    kind: String,
    changed: String,
    /// What became of it: published, or until when it can be brought back.
    fate: Option<String>,
    deleted: bool,
}

#[derive(Template)]
#[template(path = "console/drafts.html")]
struct List {
    frame: Frame,
    entries: Vec<Entry>,
    next: Option<String>,
}

/// Where the last page ended.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    after: Option<String>,
}

/// `GET /console/n/{newsletter}/drafts`
pub async fn list(State(app): State<Arc<App>>, editor: Editor, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let after = asked.after.as_deref().and_then(|after| after.parse().ok()).unwrap_or(Key::BEGIN);
    let lines = sql::lines(&app.db, editor.newsletter.id, after, PAGE).await?;
    let frame = editor.frame(&app, "console-drafts");
    let last = lines.last().filter(|_| lines.len() as i64 == PAGE);
    let next = last.map(|line| Key { at: line.changed_at, id: line.id });
    let next = next.map(|key| format!("{}?after={key}", frame.path("drafts")));
    let entries = lines.into_iter().map(|line| entry(&editor, line)).collect();
    frame.clone().answer(StatusCode::OK, &List { frame, entries, next })
}

fn entry(editor: &Editor, line: Line) -> Entry {
    let say = |key: &str, instant: Millis| editor.locale.format(key, &[("at", Value::Text(&at(editor, instant)))]);
    let fate = match (line.published_at, line.deleted_at) {
        (Some(published), _) => Some(say("drafts-published", published)),
        (None, Some(deleted)) => Some(say("drafts-deleted", deleted + KEPT)),
        (None, None) => None,
    };
    Entry {
        title: titled(editor, &line.title),
        kind: editor.locale.text(&format!("drafts-kind-{}", line.kind)),
        changed: say("drafts-changed", line.changed_at),
        fate,
        deleted: line.deleted_at.is_some(),
        id: line.public_id,
    }
}

/// A title to be called by.
pub(super) fn titled(editor: &Editor, title: &str) -> String {
    if title.is_empty() { editor.locale.text("drafts-untitled") } else { title.to_owned() }
}

/// A draft as it is being typed.
#[derive(Template)]
#[template(path = "console/draft.html")]
struct Edit {
    frame: Frame,
    /// Empty for one that was never saved.
    id: String,
    letter: bool,
    title: String,
    body: String,
    revision: i64,
    alt: String,
    decoration: bool,
    problem: Option<String>,
    picture_problem: Option<String>,
    saved: Option<String>,
    /// How much room the stored text takes in a mail, and what does not fit.
    room: Room,
}

impl Edit {
    /// What a form holds, for a page that shows it again.
    fn of_form(app: &App, editor: &Editor, form: &Form, id: Option<&str>) -> Self {
        let typed = typed(form);
        let kind = kind(form.get("kind"));
        Self {
            frame: editor.frame(app, title_of(kind)),
            id: id.unwrap_or_default().to_owned(),
            letter: kind == Kind::Letter,
            title: typed.title,
            body: typed.body,
            revision: revision(form),
            alt: form.text("alt"),
            decoration: form.has("decoration"),
            problem: None,
            picture_problem: None,
            saved: None,
            room: Room::default(),
        }
    }

    fn of_draft(app: &App, editor: &Editor, draft: Draft) -> Self {
        let saved = editor.locale.format("drafts-changed", &[("at", Value::Text(&at(editor, draft.changed_at)))]);
        Self {
            frame: editor.frame(app, title_of(draft.kind)),
            id: draft.public_id,
            letter: draft.kind == Kind::Letter,
            title: draft.title,
            body: draft.body,
            revision: draft.revision,
            alt: String::new(),
            decoration: false,
            problem: None,
            picture_problem: None,
            saved: Some(saved),
            room: Room::default(),
        }
    }

    fn answer(self, status: StatusCode) -> Result<Response, Error> {
        self.frame.clone().answer(status, &self)
    }
}

/// What a page about it is called.
pub(super) fn title_of(kind: Kind) -> &'static str {
    if kind == Kind::Letter { "draft-title-letter" } else { "draft-title-post" }
}

/// What a form says that it becomes.
pub(super) fn kind(said: Option<&str>) -> Kind {
    said.and_then(|kind| kind.parse().ok()).unwrap_or(Kind::Post)
}

/// What a form holds.
pub(super) fn typed(form: &Form) -> Typed {
    Typed::new(&form.text("title"), &form.text("body"))
}

/// The revision that a form was made of.
pub(super) fn revision(form: &Form) -> i64 {
    form.get("revision").and_then(|revision| revision.parse().ok()).unwrap_or(0)
}

/// What a new draft becomes.
#[derive(Debug, Default, Deserialize)]
pub struct Begun {
    kind: Option<String>,
}

/// `GET /console/n/{newsletter}/drafts/new`
pub async fn begin(State(app): State<Arc<App>>, editor: Editor, Query(begun): Query<Begun>) -> Result<Response, Error> {
    let letter = kind(begun.kind.as_deref()) == Kind::Letter;
    let page = Edit::of_form(&app, &editor, &Form::default(), None);
    let frame = editor.frame(&app, title_of(if letter { Kind::Letter } else { Kind::Post }));
    Edit { frame, letter, ..page }.answer(StatusCode::OK)
}

/// `GET /console/n/{newsletter}/drafts/{draft}`
pub async fn show(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let draft = find(&app, &editor, &id).await?;
    if draft.is_open() {
        let room = draft_room::of(&app, &editor, &draft).await?;
        return Edit { room, ..Edit::of_draft(&app, &editor, draft) }.answer(StatusCode::OK);
    }
    closed(&app, &editor, draft).await
}

/// A draft of this newsletter.
pub(super) async fn find(app: &App, editor: &Editor, id: &str) -> Result<Draft, Error> {
    sql::by_public_id(&app.db, editor.newsletter.id, id).await?.ok_or(Error::NotFound)
}

/// `POST /console/n/{newsletter}/drafts`: the first save.
pub async fn create(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    if form.file("picture").is_some() {
        // Chosen, and another button pressed: it is not lost.
        return add_picture(&app, &editor, &form, None).await;
    }
    let typed = typed(&form);
    match keep(&app, &editor, &form, None, &typed).await? {
        Kept::Done(draft) => Ok(editor.done(&format!("drafts/{}", draft.public_id), "draft-saved")),
        Kept::Answered(answer) => Ok(answer),
    }
}

/// `POST /console/n/{newsletter}/drafts/{draft}`
pub async fn store(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    if form.file("picture").is_some() {
        return add_picture(&app, &editor, &form, Some(&id)).await;
    }
    let typed = typed(&form);
    match keep(&app, &editor, &form, Some(&id), &typed).await? {
        Kept::Done(draft) if form.has("ready") => {
            Ok(Redirect::to(&editor.path(&format!("drafts/{}/ready", draft.public_id))).into_response())
        }
        Kept::Done(draft) => Ok(editor.done(&format!("drafts/{}", draft.public_id), "draft-saved")),
        Kept::Answered(answer) => Ok(answer),
    }
}

/// What became of a save.
enum Kept {
    /// Stored.
    Done(Draft),
    /// Not stored: a page that shows what was typed.
    Answered(Response),
}

/// Saves what was typed, as a new draft or as the next revision of one.
async fn keep(app: &App, editor: &Editor, form: &Form, id: Option<&str>, typed: &Typed) -> Result<Kept, Error> {
    if let Err(wrong) = typed.check() {
        let problem = Some(wrong.words(editor.locale));
        let page = Edit { problem, ..Edit::of_form(app, editor, form, id) };
        return Ok(Kept::Answered(page.answer(StatusCode::UNPROCESSABLE_ENTITY)?));
    }
    let newsletter = editor.newsletter.id;
    let Some(id) = id else {
        let draft = save::create(app, newsletter, kind(form.get("kind")), typed, editor.actor()).await?;
        return Ok(Kept::Done(draft));
    };
    match save::save(app, newsletter, id, typed, revision(form), editor.actor()).await? {
        Saved::Done(draft) => Ok(Kept::Done(draft)),
        Saved::Stale(stored) => Ok(Kept::Answered(conflict(app, editor, &stored, typed, false)?)),
        Saved::Closed(stored) => Ok(Kept::Answered(conflict(app, editor, &stored, typed, true)?)),
        Saved::NoSuchDraft => {
            // Forgotten meanwhile: what was typed begins a new one.
            let gone = editor.locale.text("draft-gone");
            let page = Edit { problem: Some(gone), revision: 0, ..Edit::of_form(app, editor, form, None) };
            Ok(Kept::Answered(page.answer(StatusCode::NOT_FOUND)?))
        }
    }
}

/// Two texts of one draft.
#[derive(Template)]
#[template(path = "console/draft-conflict.html")]
struct Conflict<'a> {
    frame: Frame,
    stored: &'a Draft,
    typed: &'a Typed,
    changed: String,
    closed: bool,
}

/// The page with both texts: what is stored, and what was typed or was to be taken back.
pub(super) fn conflict(
    app: &App,
    editor: &Editor,
    stored: &Draft,
    typed: &Typed,
    closed: bool,
) -> Result<Response, Error> {
    let frame = editor.frame(app, if closed { "draft-closed-title" } else { "draft-conflict-title" });
    let changed = at(editor, stored.changed_at);
    frame.clone().answer(StatusCode::CONFLICT, &Conflict { frame, stored, typed, changed, closed })
}

/// `POST /console/n/{newsletter}/drafts/picture`: a picture into a draft that was never saved.
pub async fn first_picture(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    add_picture(&app, &editor, &form, None).await
}

/// `POST /console/n/{newsletter}/drafts/{draft}/picture`
pub async fn picture(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    add_picture(&app, &editor, &form, Some(&id)).await
}

/// Takes a picture, puts it where the cursor was, and saves the draft.
async fn add_picture(app: &App, editor: &Editor, form: &Form, id: Option<&str>) -> Result<Response, Error> {
    let alt: String = form.text("alt").trim().chars().filter(|c| *c != '\0').take(ALT).collect();
    let made = match (form.file("picture"), alt.is_empty(), form.has("decoration")) {
        (None, _, _) => Err(WrongPicture::NoFile),
        (Some(_), true, false) => Err(WrongPicture::NoAlt),
        (Some(file), _, decoration) => {
            let alt = if decoration { "" } else { alt.as_str() };
            let stored = media::store(app, editor.newsletter.id, file.bytes.to_vec(), alt).await?;
            stored.map(|stored| (text::picture(alt, &stored.address), stored.stands_still))
        }
    };
    let (block, stands_still) = match made {
        Ok(made) => made,
        Err(wrong) => {
            let picture_problem = Some(wrong.words(editor.locale));
            let page = Edit { picture_problem, ..Edit::of_form(app, editor, form, id) };
            return page.answer(StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let typed = typed(form);
    let place = form.get("at").and_then(|at| at.parse().ok());
    let typed = Typed { body: text::insert(&typed.body, place, &block), ..typed };
    match keep(app, editor, form, id, &typed).await? {
        Kept::Done(draft) => {
            let said = if stands_still { "draft-picture-still" } else { "draft-picture" };
            Ok(editor.done(&format!("drafts/{}", draft.public_id), said))
        }
        Kept::Answered(answer) => Ok(answer),
    }
}

/// `POST /console/n/{newsletter}/drafts/{draft}/delete`
pub async fn delete(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    find(&app, &editor, &id).await?;
    let done = save::delete(&app, editor.newsletter.id, &id).await?;
    Ok(if done {
        editor.done("drafts", "draft-deleted")
    } else {
        editor.done(&format!("drafts/{id}"), "draft-unchanged")
    })
}

/// `POST /console/n/{newsletter}/drafts/{draft}/restore`
pub async fn restore(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    find(&app, &editor, &id).await?;
    let done = save::restore(&app, editor.newsletter.id, &id).await?;
    Ok(editor.done(&format!("drafts/{id}"), if done { "draft-restored" } else { "draft-unchanged" }))
}
