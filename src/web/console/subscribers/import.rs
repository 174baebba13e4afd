//! `/console/n/{newsletter}/subscribers/import`: a list from a file: what was recognised, what it would do, and then it is done.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::{Choice, languages};
use crate::app::App;
use crate::i18n::Value;
use crate::subscribers::import::upload::{self, Column, LARGEST, Report, Said, State as Stage, Upload};
use crate::web::console::form::Form;
use crate::web::console::frame::Frame;
use crate::web::console::guard::Editor;
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/subscribers/import.html")]
struct New {
    frame: Frame,
    said: Said,
    languages: Vec<Choice>,
    problem: Option<String>,
}

/// A line of a report: how many, and what of them.
struct Line {
    count: u64,
    words: String,
}

struct Seen {
    number: usize,
    name: String,
    taken_for: String,
    unclear: String,
    ignored: bool,
    may_ignore: bool,
}

#[derive(Template)]
#[template(path = "console/subscribers/report.html")]
struct Looked {
    frame: Frame,
    path: String,
    name: String,
    said: Said,
    languages: Vec<Choice>,
    problem: Option<String>,
    lines: Vec<Line>,
    invalid: Vec<Line>,
    columns: Vec<Seen>,
    stage: Stage,
    silent: bool,
    stored: i64,
    may_start: bool,
}

/// What the form says about a file.
fn said(form: &Form) -> Said {
    Said {
        confirmed: form.text("confirmed").trim().chars().take(500).collect(),
        consented_on: form.text("consented-on").trim().chars().take(20).collect(),
        list: form.text("list"),
        address: form.text("address").trim().to_owned(),
        ignored: form.all("ignored").map(str::to_owned).collect(),
        language: form.text("language"),
    }
}

fn new(app: &App, editor: &Editor, said: Said, problem: Option<String>) -> Result<Response, Error> {
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let language = if said.language.is_empty() { editor.newsletter.language.as_str() } else { &said.language };
    let page = New { frame: editor.frame(app, "subscribers-import"), languages: languages(language), said, problem };
    page.frame.clone().answer(status, &page)
}

/// `GET …/subscribers/import`
pub async fn show(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    new(&app, &editor, Said::default(), None)
}

/// `POST …/subscribers/import`: a file, or addresses that were pasted. It is looked at; nobody is added.
pub async fn send(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let said = said(&form);
    if !said.consented_on.is_empty() && said.consented_at(app.clock.now()).is_none() {
        return new(&app, &editor, said, Some(editor.locale.text("import-consented-wrong")));
    }
    let pasted = form.text("pasted");
    let (name, bytes) = match form.file("file").filter(|file| !file.bytes.is_empty()) {
        Some(file) => (file.file_name.clone(), file.bytes.to_vec()),
        None if !pasted.trim().is_empty() => (String::new(), pasted.into_bytes()),
        None => return new(&app, &editor, said, Some(editor.locale.text("import-no-file"))),
    };
    if bytes.len() > LARGEST {
        return new(&app, &editor, said, Some(editor.locale.text("import-too-large")));
    }
    let person = editor.signed.person.id;
    let id = upload::keep(&app, &editor.newsletter, person, (&name, bytes), &said).await?;
    let kept = upload::by_id(&app.db, editor.newsletter.id, id).await?.ok_or(Error::NotFound)?;
    if let Some(problem) = kept.report().problem.filter(|problem| is_of_file(&problem.code)) {
        // Nothing can be said about such a file that would make it a list.
        upload::discard(&app, &kept).await?;
        let words = editor.locale.text(&format!("import-problem-{}", problem.code));
        return new(&app, &editor, said, Some(words));
    }
    Ok(editor.done(&format!("subscribers/import/{id}"), "import-looked"))
}

/// Problems that only another file solves.
fn is_of_file(code: &str) -> bool {
    matches!(code, "empty" | "spreadsheet" | "no-list" | "unreadable")
}

async fn upload_of(app: &App, editor: &Editor, id: &str) -> Result<Upload, Error> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    upload::by_id(&app.db, editor.newsletter.id, id).await?.ok_or(Error::NotFound)
}

/// `GET …/subscribers/import/{upload}`
pub async fn report(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let upload = upload_of(&app, &editor, &id).await?;
    let (said, report, now) = (upload.said(), upload.report(), app.clock.now());
    let language = if said.language.is_empty() { editor.newsletter.language.as_str() } else { &said.language };
    let page = Looked {
        frame: editor.frame(&app, "subscribers-import"),
        path: editor.path(&format!("subscribers/import/{id}")),
        languages: languages(language),
        problem: report.problem.as_ref().map(|problem| {
            let names = problem.names.join(", ");
            editor.locale.format(&format!("import-problem-{}", problem.code), &[("names", Value::Text(&names))])
        }),
        lines: lines(&editor, &report),
        invalid: invalid(&editor, &report),
        columns: report.columns.iter().map(|column| seen(&editor, column, &said)).collect(),
        stage: upload.state,
        silent: upload.is_silent(now),
        stored: upload.stored,
        may_start: upload.may_start(now),
        name: upload.name,
        said,
    };
    page.frame.clone().answer(StatusCode::OK, &page)
}

fn lines(editor: &Editor, report: &Report) -> Vec<Line> {
    let line = |key: &str, count: u64| Line {
        count,
        words: editor.locale.format(key, &[("count", Value::Count(count as i64))]),
    };
    let added = report.added.iter().map(|(status, count)| line(&format!("import-added-{status}"), *count));
    let kept = report.kept_out.iter().map(|(reason, count)| line(&format!("import-kept-out-{reason}"), *count));
    let others = [
        ("import-raised", report.raised),
        ("import-already", report.already),
        ("import-ended", report.ended),
        ("import-repeated", report.repeated),
        ("import-invalid", report.invalid),
    ];
    let others = others.into_iter().map(|(key, count)| line(key, count));
    let first = line("import-people", report.people);
    let rest = added.chain(others).chain(kept).filter(|line| line.count > 0);
    std::iter::once(first).chain(rest).collect()
}

fn invalid(editor: &Editor, report: &Report) -> Vec<Line> {
    let line =
        |(number, code): &(u64, String)| Line { count: *number, words: editor.locale.text(&format!("address-{code}")) };
    report.invalid_lines.iter().map(line).collect()
}

fn seen(editor: &Editor, column: &Column, said: &Said) -> Seen {
    let named = if column.name.is_empty() { column.number.to_string() } else { column.name.clone() };
    let mut taken_for = editor.locale.text(&format!("column-{}", column.taken_for));
    if !column.doubt.is_empty() {
        taken_for = format!("{taken_for} ({})", editor.locale.text(&format!("column-doubt-{}", column.doubt)));
    }
    Seen {
        number: column.number,
        ignored: said.ignored.contains(&named) || column.taken_for == "ignored",
        may_ignore: column.taken_for != "address",
        taken_for,
        unclear: column.unclear.join(", "),
        name: named,
    }
}

/// `POST …/subscribers/import/{upload}`: looks once more, with what is said about it now.
pub async fn again(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let upload = upload_of(&app, &editor, &id).await?;
    upload::look_again(&app, &editor.newsletter, &upload, &said(&form)).await?;
    Ok(editor.done(&format!("subscribers/import/{id}"), "import-looked"))
}

/// `POST …/subscribers/import/{upload}/apply`
pub async fn apply(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let upload = upload_of(&app, &editor, &id).await?;
    let begun = upload::start(&app, &editor.newsletter, &upload, editor.actor()).await?;
    let said = if begun { "import-begun" } else { "import-not-begun" };
    Ok(editor.done(&format!("subscribers/import/{id}"), said))
}

/// `POST …/subscribers/import/{upload}/discard`
pub async fn discard(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let upload = upload_of(&app, &editor, &id).await?;
    upload::discard(&app, &upload).await?;
    Ok(editor.done("subscribers", "import-discarded"))
}
