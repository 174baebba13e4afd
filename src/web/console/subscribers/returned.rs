//! `/console/n/{newsletter}/subscribers/returned`: what came back and wants an editor: bursts of dead addresses, answers of people,
//! reports that nobody could attribute.
//!
//! Rows that belong to no newsletter are shown to owners of the instance alone.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::Choice;
use crate::app::App;
use crate::bounces::matter::{Kind, State as Stage};
use crate::bounces::pile;
use crate::bounces::sql::{self, Row, Seen};
use crate::clock::timestamp;
use crate::digests;
use crate::i18n::Locale;
use crate::people::role;
use crate::subscribers;
use crate::subscribers::address::Email;
use crate::web::console::form::Form;
use crate::web::console::frame::Frame;
use crate::web::console::guard::Editor;
use crate::web::frame::error::Error;

/// Rows of one page.
const AT_ONCE: i64 = 50;
/// Characters of a mail that are shown; the whole is there to be taken away.
const SHOWN: usize = 60_000;
/// What an editor may say that something is.
const KINDS: [Kind; 4] = [Kind::Hard, Kind::Soft, Kind::Complaint, Kind::Leave];

fn seen(editor: &Editor) -> Seen {
    Seen { newsletter_id: editor.newsletter.id, nobodys: role::owns_all(&editor.signed.given) }
}

/// One line.
#[derive(Debug)]
struct Line {
    id: i64,
    kind: String,
    when: String,
    words: String,
}

fn line(row: &Row, editor: &Editor) -> Line {
    let locale = editor.locale;
    let at = timestamp(row.received_at).to_zoned(editor.zone.clone());
    let words = [row.status.as_str(), row.words.as_str()].into_iter().filter(|word| !word.is_empty());
    Line {
        id: row.id,
        kind: kind_words(locale, row.kind),
        when: format!("{}, {}", locale.date(&at), locale.time(&at)),
        words: words.collect::<Vec<_>>().join(" "),
    }
}

fn kind_words(locale: &Locale, kind: Kind) -> String {
    locale.text(&format!("returned-kind-{kind}"))
}

#[derive(Template)]
#[template(path = "console/subscribers/returned.html")]
struct Page {
    frame: Frame,
    waiting: i64,
    lines: Vec<Line>,
    older: Option<i64>,
}

/// Where a page begins.
#[derive(Debug, Deserialize)]
pub struct Turn {
    before: Option<i64>,
}

/// `GET …/subscribers/returned`
pub async fn show(State(app): State<Arc<App>>, editor: Editor, Query(turn): Query<Turn>) -> Result<Response, Error> {
    let before = turn.before.unwrap_or(i64::MAX);
    let own = Seen { nobodys: false, ..seen(&editor) };
    let waiting = sql::count(&app.db, own, Stage::Waiting).await?;
    let rows = sql::page(&app.db, seen(&editor), Stage::Open, before, AT_ONCE + 1).await?;
    let more = rows.len() > AT_ONCE as usize;
    let lines: Vec<Line> = rows.iter().take(AT_ONCE as usize).map(|row| line(row, &editor)).collect();
    let older = lines.last().map(|line| line.id).filter(|_| more);
    let page = Page { frame: editor.frame(&app, "returned-title"), waiting, lines, older };
    page.frame.clone().answer(StatusCode::OK, &page)
}

/// `POST …/subscribers/returned`: whether a burst is true (`dead`), or a server's mistake (`alive`).
pub async fn burst(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let (meaning, id) = (digests::MEANING.by(editor.actor()), editor.newsletter.id);
    let (count, said) = match form.get("what") {
        Some("dead") => (pile::accept(&app, meaning, id).await?, "returned-dead"),
        Some("alive") => (pile::refuse(&app, meaning, id).await?, "returned-alive"),
        _ => return Err(Error::problem(StatusCode::UNPROCESSABLE_ENTITY, "no-choice", "")),
    };
    subscribers::counts::changed(&app, id);
    Ok(editor.done_with("subscribers/returned", said, i64::try_from(count).unwrap_or(i64::MAX)))
}

#[derive(Template)]
#[template(path = "console/subscribers/returned-one.html")]
struct One {
    frame: Frame,
    path: String,
    line: Line,
    mail: Option<String>,
    is_cut: bool,
    is_open: bool,
    kinds: Vec<Choice>,
    email: String,
    problem: Option<String>,
}

async fn row_of(app: &App, editor: &Editor, id: &str) -> Result<Row, Error> {
    let missing = || Error::problem(StatusCode::NOT_FOUND, "not-found", "");
    let id = id.parse().map_err(|_| missing())?;
    pile::row(app, seen(editor), id).await?.ok_or_else(missing)
}

async fn one(app: &App, editor: &Editor, row: &Row, form: &Form, problem: Option<String>) -> Result<Response, Error> {
    let mail = sql::mail(&app.db, row.id).await?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let is_cut = mail.as_ref().is_some_and(|mail| mail.chars().count() > SHOWN);
    let chosen = form.get("kind").and_then(|kind| kind.parse().ok()).unwrap_or(row.kind);
    let kinds = KINDS.iter().map(|kind| Choice {
        value: kind.to_string(),
        label: kind_words(editor.locale, *kind),
        chosen: *kind == chosen,
    });
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = One {
        frame: editor.frame(app, "returned-one"),
        path: editor.path(&format!("subscribers/returned/{}", row.id)),
        line: line(row, editor),
        mail: mail.map(|mail| mail.chars().take(SHOWN).collect()),
        is_cut,
        is_open: row.state == Stage::Open,
        kinds: kinds.collect(),
        email: form.text("email"),
        problem,
    };
    page.frame.clone().answer(status, &page)
}

/// `GET …/subscribers/returned/{row}`: one of them, with its mail.
pub async fn show_one(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let row = row_of(&app, &editor, &id).await?;
    one(&app, &editor, &row, &Form::default(), None).await
}

/// `POST …/subscribers/returned/{row}`: files it (`file`), or puts it aside (`aside`).
pub async fn act(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let row = row_of(&app, &editor, &id).await?;
    let gone = || editor.done("subscribers/returned", "returned-gone");
    if form.get("what") == Some("aside") {
        let done = pile::dismiss(&app, row.id).await?;
        return Ok(if done { editor.done("subscribers/returned", "returned-aside") } else { gone() });
    }
    let email = match Email::from_typed(&form.text("email")) {
        Ok(email) => email,
        Err(error) => return one(&app, &editor, &row, &form, Some(error.words(editor.locale))).await,
    };
    let kind = form.get("kind").and_then(|kind| kind.parse().ok()).filter(|kind| KINDS.contains(kind));
    let person = subscribers::sql::by_key(&app.db, editor.newsletter.id, email.key()).await?;
    let (Some(kind), Some(person)) = (kind, person) else {
        return one(&app, &editor, &row, &form, Some(editor.locale.text("returned-nobody"))).await;
    };
    let filed = pile::file(&app, digests::MEANING, row.id, kind, &person, editor.actor()).await?;
    subscribers::counts::changed(&app, editor.newsletter.id);
    Ok(if filed.is_some() { editor.done(&format!("subscribers/{}", person.id), "returned-filed") } else { gone() })
}

/// `GET …/subscribers/returned/{row}/mail`: the mail as it came, as a file.
pub async fn mail(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let row = row_of(&app, &editor, &id).await?;
    let Some(mail) = sql::mail(&app.db, row.id).await? else {
        return Err(Error::problem(StatusCode::NOT_FOUND, "not-found", ""));
    };
    let name = format!("attachment; filename=\"returned-{}.eml\"", row.id);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("message/rfc822")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(anyhow::Error::from)?),
    ];
    Ok((headers, mail).into_response())
}
